"""axe-core finds nothing to mend in any page: on a phone, on a desk, on paper.

Every rule is asked on the desk; on a phone and on paper of what ships those whose answer a width or a medium can change
(of a page of each kind every rule, everywhere). Colours are asked of one row of each shape in each table: of a page
with thousands of cells they take long, and of rows alike in all but their words the answer is one.
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
BY_SIZE = ["target-size", "scrollable-region-focusable", "meta-viewport"]
BY_COLOUR = ["color-contrast", "link-in-text-block"]
THIN = """() => {
    const told = ["class", "style", "role", "scope", "colspan", "rowspan", "hidden", "open", "tabindex"]
    const known = one => told.includes(one.name) ? `${one.name}=${one.value}` : one.name
    const shape = node => node.nodeType !== 1 ? (node.data || "").trim() && "#" :
        `${node.tagName} ${[...node.attributes].map(known).sort()} (${[...node.childNodes].map(shape)})`
    for (const table of document.querySelectorAll("table")) {
        const seen = new Set()
        for (const row of table.querySelectorAll("tbody > tr")) {
            const held = shape(row)
            if (seen.has(held)) row.remove()
            seen.add(held)
        }
    }
}"""
"""Leaves of rows alike in elements, in attributes and in what has words the first of each table."""
SHADE = "#d0d3d5"
"""The darkest of the shadow at the edge of a table that goes on: axe-core can't measure words on a gradient."""


def shipped() -> list[str]:
    kinds = {}
    for path in sorted(p.relative_to(SHIPPED).as_posix() for glob in PAGES for p in SHIPPED.glob(glob)):
        kinds.setdefault(path.split("-")[0] if "/tables/" in path else path, path)
    return list(kinds.values())


Look = Callable[..., list[tuple[str, str, str]]]


@pytest.fixture(scope="module")
def look(browser: Any) -> Iterator[Look]:
    """What axe-core finds in a page, every detail of it opened: (view, rule, element). All pages in one tab."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(bypass_csp=True)  # the page's own rules let no script in
    view = context.new_page()

    def found(path: Path, some: bool = False) -> list[tuple[str, str, str]]:
        view.emulate_media(media="screen")
        view.goto(path.as_uri())
        view.add_style_tag(content=f".table {{ background: {SHADE} !important }}")
        view.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        if not some:
            return [one for name in VIEWS for one in asked(name, {}, 10)]
        wrong = asked("desk", {"rules": {rule: {"enabled": False} for rule in BY_COLOUR}}, 10)
        wrong += [one for name in VIEWS if name != "desk" for one in asked(name, {"runOnly": BY_SIZE}, 0)]
        view.evaluate(THIN)
        return wrong + [one for name in VIEWS for one in asked(name, {"runOnly": BY_COLOUR}, 0)]

    def asked(name: str, part: dict[str, Any], more_than: int) -> list[tuple[str, str, str]]:
        width, height, media = VIEWS[name]
        view.set_viewport_size({"width": width, "height": height})
        view.emulate_media(media=media)
        held = Axe().run(view, options={"resultTypes": ["violations"], **part}).response
        assert len(held["passes"]) > more_than, "axe-core looked at nothing"
        return [(name, rule["id"], node["html"][:120]) for rule in held["violations"] for node in rule["nodes"]]

    yield found
    context.close()


@pytest.mark.parametrize("name", ["report", "index", "changes", "certificate", "diff", "export", "audit"])
def test_axe_finds_nothing_in_a_page_of_each_kind(look: Look, pages: dict[str, Path], name: str) -> None:
    assert look(pages[name]) == []


@pytest.mark.slow
@pytest.mark.parametrize("path", shipped())
def test_axe_finds_nothing_in_what_ships(look: Look, path: str) -> None:
    assert look(SHIPPED / path, some=True) == []


@pytest.mark.parametrize(
    ("was", "made", "rule"),
    [
        ("<td>words</td></tr></tbody>", '<td style="color: #bbb">words</td></tr></tbody>', "color-contrast"),
        ("<td>words</td></tr></tbody>", '<td><a href="#x"></a></td></tr></tbody>', "link-name"),
        ("<td>words</td></tr></tbody>", '<td><img src="data:,"></td></tr></tbody>', "image-alt"),
    ],
)
def test_what_is_wrong_in_one_row_of_many_is_found(look: Look, tmp_path: Path, was: str, made: str, rule: str) -> None:
    """Where rows alike are looked at once, one that is not is seen."""
    rows = "".join(f'<tr><th scope="row">{n}</th><td>words</td></tr>' for n in range(40))
    page = (
        f'<!doctype html><html lang="en"><title>T</title><meta name="viewport" content="width=device-width">'
        f'<main><h1>T</h1><table><tbody>{rows}</tbody></table>'
        '<p id="x">x</p></main></html>'
    )
    assert page.count(was) == 1
    for name, text in (("good", page), ("wrong", page.replace(was, made))):
        (tmp_path / f"{name}.html").write_text(text, "utf-8")
    assert look(tmp_path / "good.html", some=True) == []
    assert rule in {found for _, found, _ in look(tmp_path / "wrong.html", some=True)}
