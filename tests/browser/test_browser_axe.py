"""axe-core finds nothing to mend in any page: on a phone, on a desk, on paper.

Every rule is asked on the desk; on a phone and on paper of what ships those whose answer a width or a medium can change
(of a page of each kind every rule, everywhere).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("browser")

SHIPPED = Path(__file__).parents[2] / "reports"
VIEWS = {"phone": (360, 740, "screen"), "desk": (1280, 900, "screen"), "paper": (794, 1123, "print")}
PAGES = ("index.html", "*/report.html", "bridges/tables/*.html")
"""Of tables, all of which stand in the report, too, the first of each kind."""
BY_VIEW = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block", "meta-viewport"]
SHADE = "#d0d3d5"
"""The darkest of the shadow at the edge of a table that goes on: axe-core can't measure words on a gradient."""


def shipped() -> list[str]:
    kinds = {}
    for path in sorted(p.relative_to(SHIPPED).as_posix() for glob in PAGES for p in SHIPPED.glob(glob)):
        kinds.setdefault(path.split("-")[0] if "/tables/" in path else path, path)
    return list(kinds.values())


Look = Callable[..., list[tuple[str, str, str]]]


@pytest.fixture
def look(browser: Any) -> Iterator[Look]:
    """What axe-core finds in a page, every detail of it opened: (view, rule, element)."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(bypass_csp=True)  # the page's own rules let no script in
    view = context.new_page()

    def found(path: Path, some: bool = False) -> list[tuple[str, str, str]]:
        view.goto(path.as_uri())
        view.add_style_tag(content=f".table {{ background: {SHADE} !important }}")
        view.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        wrong = []
        for name, (width, height, media) in VIEWS.items():
            view.set_viewport_size({"width": width, "height": height})
            view.emulate_media(media=media)
            part = {"runOnly": BY_VIEW} if some and name != "desk" else {}
            held = Axe().run(view, options={"resultTypes": ["violations"], **part}).response
            assert len(held["passes"]) > (0 if part else 10), "axe-core looked at nothing"
            wrong += [(name, rule["id"], node["html"][:120]) for rule in held["violations"] for node in rule["nodes"]]
        return wrong

    yield found
    context.close()


@pytest.mark.parametrize("name", ["report", "index", "changes", "certificate", "diff", "export", "audit"])
def test_axe_finds_nothing_in_a_page_of_each_kind(look: Look, pages: dict[str, Path], name: str) -> None:
    assert look(pages[name]) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", shipped())
def test_axe_finds_nothing_in_what_ships(look: Look, path: str) -> None:
    assert look(SHIPPED / path, some=True) == []
