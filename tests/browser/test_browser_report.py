"""The page in a real browser: on a phone, on a desk, on paper, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.report.fragments import SHORT
from tests.browser.conftest import SIZES

pytestmark = pytest.mark.xdist_group("browser")

PAGES = ("report", "index", "changes", "certificate", "diff")


@pytest.fixture(params=[(name, size) for name in PAGES for size in SIZES], ids="-".join)
def opened(request: pytest.FixtureRequest, browser: Any, pages: dict[str, Path]) -> Iterator[Any]:
    name, size = request.param
    width, height = SIZES[size]
    view = browser.new_page(viewport={"width": width, "height": height})
    view.said, view.asked = [], []
    view.on("console", lambda message: view.said.append(message.text))
    view.on("pageerror", lambda error: view.said.append(str(error)))
    view.on("request", lambda asked: view.asked.append(asked.url))
    view.goto(pages[name].as_uri())
    view.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    yield view
    view.close()


def test_nothing_is_asked_of_any_network_and_nothing_goes_wrong(opened: Any) -> None:
    assert [u for u in opened.asked if not u.startswith(("file:", "data:"))] == []
    assert len([u for u in opened.asked if u.startswith("file:")]) == 1
    assert opened.said == []


def test_the_page_is_not_wider_than_the_window(opened: Any) -> None:
    wide, window = opened.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= window
    hidden = opened.evaluate(
        """[...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && !e.closest('.table, pre')
           && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert hidden == []


def test_every_picture_is_shown_and_has_words(opened: Any) -> None:
    for picture in opened.evaluate(
        "[...document.images].map(i => [i.alt.length, i.complete, i.naturalWidth, i.currentSrc.slice(0, 18)])"
    ):
        assert picture[0] > 40 and picture[1] and picture[2] > 0 and picture[3] == "data:image/svg+xml"


def test_words_are_large_enough_and_stand_out(opened: Any) -> None:
    """Every visible text: at least 11 pixels, and 4.5 : 1 against the nearest painted ground."""
    found = opened.evaluate(CONTRAST)
    assert found == []


def test_headings_go_down_one_level_at_a_time(opened: Any) -> None:
    assert opened.locator("h1").count() == 1
    levels = opened.evaluate("[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))


def test_tables_name_themselves_and_their_headings(opened: Any) -> None:
    for table in opened.evaluate(
        "[...document.querySelectorAll('table')].map(t => [t.caption?.textContent.length, "
        "[...t.querySelectorAll('th')].every(h => h.scope), t.parentElement.tabIndex, "
        "t.parentElement.getAttribute('role')])"
    ):
        assert table[0] > 3 and table[1] and table[2:] == [0, "region"]


def test_every_id_is_one_element_and_what_names_an_id_finds_it(opened: Any) -> None:
    twice, lost = opened.evaluate(
        """[[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, at, all) => all.indexOf(id) !== at),
           [...document.querySelectorAll('[aria-labelledby], [aria-describedby], [headers], a[href^="#"]')].flatMap(
             e => ['aria-labelledby', 'aria-describedby', 'headers'].flatMap(a => (e.getAttribute(a) || '').split(' '))
                  .concat((e.getAttribute('href') || '').replace(/^[^#].*/, '').slice(1))
           ).filter(id => id && !document.getElementById(id))]"""
    )
    assert twice == [] and lost == []


def test_every_cell_of_a_table_has_the_headings_of_its_line_and_column(opened: Any) -> None:
    wrong = opened.evaluate(
        """[...document.querySelectorAll('tbody td')].filter(d => {
             const heads = d.closest('table').querySelectorAll('thead tr');
             const named = d.headers || heads.length > 1 ? d.headers.split(' ').map(id => document.getElementById(id))
                 : [d.parentElement.cells[0], heads[0].cells[d.cellIndex]];  // one line of headings: scope tells
             return !named.some(h => h.scope === 'row' && h.parentElement === d.parentElement)
                 || !named.some(h => h.scope === 'col' && h.closest('table') === d.closest('table'));
           }).map(d => d.outerHTML.slice(0, 80))"""
    )
    assert wrong == []


def test_the_keyboard_reaches_everything_and_shows_where_it_is(opened: Any) -> None:
    """Tab goes first to the skip link, then on; what has the focus carries an outline."""
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    assert opened.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    count = opened.evaluate("document.querySelectorAll('a[href], summary, [tabindex=\"0\"]').length")
    for _ in range(min(count - 1, 40)):
        opened.keyboard.press("Tab")
        style = opened.evaluate(
            "(s => [s.outlineStyle, parseFloat(s.outlineWidth)])(getComputedStyle(document.activeElement))"
        )
        tag = opened.evaluate("document.activeElement.tagName")
        if tag == "BODY":
            break
        assert style[0] != "none" and style[1] >= 2, tag


def test_the_skip_link_leads_to_the_content(opened: Any) -> None:
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "content"


def test_a_phone_gets_the_narrow_drawing_and_a_desk_the_wide_one(browser: Any, pages: dict[str, Path]) -> None:
    widths = {}
    for size, (width, height) in SIZES.items():
        view = browser.new_page(viewport={"width": width, "height": height})
        view.goto(pages["report"].as_uri())
        widths[size] = view.evaluate(
            "[...document.images].map(i => Math.round(i.naturalWidth / i.naturalHeight * 1000))"
        )
        view.close()
    assert widths["phone"] != widths["desk"]


def test_on_paper_there_are_the_tables_and_figures_and_no_menu(browser: Any, pages: dict[str, Path]) -> None:
    view = browser.new_page()
    view.goto(pages["report"].as_uri())
    view.emulate_media(media="print")
    shown = view.evaluate(
        "['nav', '.skip', '.made', 'table', 'img'].map("
        "s => [...document.querySelectorAll(s)].some(e => e.checkVisibility()))"
    )
    assert shown == [False, False, False, True, True]
    assert view.pdf(prefer_css_page_size=True)[:5] == b"%PDF-"
    view.close()


def test_on_paper_a_short_table_is_whole_and_a_long_one_begins_with_lines(browser: Any, pages: dict[str, Path]) -> None:
    view = browser.new_page()
    view.goto(pages["report"].as_uri())
    view.emulate_media(media="print")
    found = view.evaluate(
        """[...document.querySelectorAll('.exhibit')].map(e => [e.querySelectorAll('tbody tr').length,
            getComputedStyle(e).breakInside, parseFloat(getComputedStyle(e, '::before').height) > 100])"""
    )
    assert found
    for lines, inside, room in found:
        assert (inside == "avoid") == (lines <= SHORT) and room
    view.close()


def test_figures_keep_their_order_in_greys(browser: Any, pages: dict[str, Path]) -> None:
    """Estimates: unadjusted is hollow, adjusted filled, so that a grey print tells them apart."""
    view = browser.new_page()
    view.goto(pages["report"].as_uri())
    svg = view.evaluate("atob(document.querySelector('#figure-estimates img').src.split(',')[1])")
    assert "fill: #ffffff; stroke: #55636c" in svg and "fill: #0a5a70" in svg
    view.close()


CONTRAST = """
(() => {
  const part = c => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 };
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const color = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = color(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0.5) return c;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const e of document.querySelectorAll('body *')) {
    if (!e.checkVisibility() || ![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    const s = getComputedStyle(e), a = light(color(s.color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5 || parseFloat(s.fontSize) < 11) {
      found.push([e.tagName, ratio.toFixed(2), s.fontSize, e.textContent.slice(0, 30)]);
    }
  }
  return found;
})()
"""
