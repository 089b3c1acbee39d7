"""What a percentage is of, in a real browser: pointed at, with the focus, clicked, touched; in pages and notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.report.html import frame, written_page
from pipeline.report.sanitise import safe
from pipeline.tables.as_html import to_html
from pipeline.tables.in_notebook import for_page, notebook_table
from tests.browser.conftest import counted

pytestmark = pytest.mark.xdist_group("browser")

TOLD = "10 of 40 people. In the column: 46 people, 40 with a value, 2 missing, 4 not asked, 0 not applicable."
BUBBLE = """e => {
  const look = getComputedStyle(e, '::after'), cell = e.getBoundingClientRect();
  return {said: look.content, place: look.position, width: parseFloat(look.width), cell: [cell.top, cell.bottom]};
}"""
KEPT_BY_LAB = {"class", "title", "style", "id", "colspan", "rowspan", "scope", "headers", "span"}
"""What JupyterLab's sanitiser keeps of an element's attributes, of those that a table has."""


@pytest.fixture(scope="module", params=["report", "export"])
def address(request: pytest.FixtureRequest, pages: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "export":
        return pages["export"].as_uri()
    body = f'<div class="exhibit">{safe(for_page(notebook_table(counted())))}</div>'
    path = tmp_path_factory.mktemp("why") / "report.html"
    path.write_bytes(written_page("body.html.j2", {**frame("A report", "changes", ""), "body": body}))
    return path.as_uri()


@pytest.fixture(params=["phone", "desk"])
def view(request: pytest.FixtureRequest, browser: Any, address: str) -> Iterator[Any]:
    phone = request.param == "phone"
    size = {"width": 360, "height": 640} if phone else {"width": 1280, "height": 800}
    context = browser.new_context(viewport=size, has_touch=phone, is_mobile=phone)
    made = context.new_page()
    made.goto(address)
    yield made
    context.close()


def told(view: Any, cell: Any) -> str:
    """What stands beside a cell, once it is seen: inside the window, and not over the cell itself."""
    found = cell.evaluate(BUBBLE)
    if found["said"] in ("none", "normal"):
        return ""
    assert found["place"] == "fixed"
    size = view.viewport_size
    ink = view.evaluate("document.documentElement.scrollWidth")
    assert ink <= size["width"] and 0 < found["width"] <= size["width"]
    return found["said"].strip('"')


def painted(view: Any) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the bubble's ground in the picture of the window."""
    import io

    import numpy as np
    from matplotlib.image import imread

    picture = imread(io.BytesIO(view.screenshot(scale="css")), format="png")[..., :3]
    dark = np.abs(picture - np.array([0x1B, 0x26, 0x2C]) / 255).max(axis=2) < 0.01  # not the ink of words and rules
    rows, columns = np.nonzero(dark.mean(axis=1) > 0.2)[0], np.nonzero(dark.mean(axis=0) > 0.02)[0]
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


@pytest.mark.parametrize("place", [0, 45, -1])
def test_a_click_or_a_touch_shows_it_beside_the_cell_and_another_takes_it_away(view: Any, place: int) -> None:
    cells = view.query_selector_all(".why")
    cell = cells[place]
    cell.scroll_into_view_if_needed()
    touch = view.evaluate("navigator.maxTouchPoints") > 0
    cell.tap() if touch else cell.click()
    assert told(view, cell) == TOLD
    left, top, right, bottom = painted(view)
    size, (above, below) = view.viewport_size, cell.evaluate(BUBBLE)["cell"]
    assert min(left, top) >= 0 and right <= size["width"] and bottom <= size["height"]
    assert bottom <= above + 1 or top >= below - 1, "the bubble lies over its own cell"
    other = view.query_selector("caption")
    other.tap() if touch else other.click()
    assert told(view, cell) == ""


def test_the_keyboard_goes_from_cell_to_cell_and_each_tells(view: Any) -> None:
    first = view.query_selector(".why")
    first.focus()
    for at in range(1, 40):
        view.keyboard.press("Tab")
        here = view.evaluate_handle("document.activeElement").as_element()
        assert here.get_attribute("class") == "why" and told(view, here) == TOLD, at
        box = here.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= view.viewport_size["height"]
        assert here.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    _, top, _, bottom = painted(view)
    assert bottom <= box["y"] + 1 or top >= box["y"] + box["height"] - 1


def test_pointed_at_the_browser_tells_it(view: Any) -> None:
    """What stands under the pointer has these words as its title, which browsers show there."""
    cell = view.query_selector_all(".why")[7]
    cell.scroll_into_view_if_needed()
    cell.hover()
    box = cell.bounding_box()
    under = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert view.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('[title]').title", under) == TOLD


def test_a_table_that_goes_on_keeps_its_caption_and_its_lines_names_in_the_window(view: Any) -> None:
    wide = view.viewport_size["width"]
    view.evaluate("document.querySelector('.table').scrollLeft = 120")
    caption, name = (view.query_selector(s).bounding_box() for s in ("caption", "tbody th"))
    assert caption["x"] >= 0 and caption["x"] + caption["width"] <= wide
    assert name["x"] >= 0 and name["x"] + name["width"] < wide / 2


def test_on_paper_nothing_of_it_stands(view: Any) -> None:
    cell = view.query_selector(".why")
    cell.focus()
    view.emulate_media(media="print")
    assert told(view, cell) == ""


@pytest.fixture(params=["phone", "desk"])
def lab(request: pytest.FixtureRequest, browser: Any) -> Iterator[Any]:
    """The notebook's table as JupyterLab leaves it where its reader has not run it: no script, no style element."""
    markup = re.sub(
        r' ([\w-]+)="[^"]*"', lambda m: m[0] if m[1] in KEPT_BY_LAB else "", notebook_table(counted(), "Table 1")
    )
    phone = request.param == "phone"
    context = browser.new_context(
        viewport={"width": 360 if phone else 1280, "height": 700}, has_touch=phone, is_mobile=phone
    )
    made = context.new_page()
    made.set_content(f'<!doctype html><meta name="viewport" content="width=device-width"><title>n</title>{markup}')
    yield made
    context.close()


def test_in_a_notebook_a_click_or_a_touch_opens_and_closes_it(lab: Any) -> None:
    cell = lab.query_selector_all("details.why summary")[40]
    cell.scroll_into_view_if_needed()
    words = cell.evaluate_handle("e => e.nextElementSibling").as_element()
    assert not words.is_visible() and cell.get_attribute("title") == TOLD
    act = cell.tap if lab.evaluate("navigator.maxTouchPoints") > 0 else cell.click
    act()
    assert words.is_visible() and words.inner_text() == TOLD
    act()
    assert not words.is_visible()


def test_in_a_notebook_the_keyboard_reaches_and_opens_it(lab: Any) -> None:
    lab.query_selector("details.why summary").focus()
    lab.keyboard.press("Tab")
    second = lab.query_selector_all("details.why")[1]
    assert second.evaluate("e => document.activeElement === e.firstElementChild")
    lab.keyboard.press("Space")
    assert second.evaluate("e => e.open")


def test_a_notebook_s_lines_stand_at_the_left_and_levels_are_indented(lab: Any) -> None:
    align, above, under = lab.evaluate(
        """([...document.querySelectorAll('tbody th')].slice(0, 2).map(e => getComputedStyle(e))).flatMap(
             (s, at) => at ? [parseFloat(s.paddingLeft)] : [s.textAlign, parseFloat(s.paddingLeft)])"""
    )
    assert align == "left" and under > above + 10


def test_a_page_s_and_a_notebook_s_table_have_the_same_words(lab: Any, browser: Any) -> None:
    page = browser.new_page()
    page.set_content(to_html(counted(), "Table 1"))
    told = """() => [...document.querySelectorAll('th, td, caption')].map(
                e => (e.querySelector('summary') || e).textContent)"""
    assert lab.evaluate(told) == page.evaluate(told)
    page.close()
