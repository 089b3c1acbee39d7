"""A number's way back in a real browser: one click, one key, a phone, paper; and what stands there without script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import SIZES

pytestmark = pytest.mark.xdist_group("browser")

WOMEN = ["participants", "participants", "gender", "Women", "programme=North", "n"]
HIDDEN = ["participants", "participants", "gender", "Men", "programme=South", "n"]
ESTIMATE = ["model", "lonely", "support", "", "adjustment=adjusted", "estimate"]
PANEL = "#alongside-way"


def cell(key: list[str]) -> str:
    """The cell of a table that holds this number alone."""
    return f"td[data-key={json.dumps(json.dumps([key], separators=(',', ':'), ensure_ascii=False))}]"


def said(key: list[str]) -> str:
    return f"data[data-key={json.dumps(json.dumps(key, separators=(',', ':'), ensure_ascii=False))}]"


@pytest.fixture(params=list(SIZES))
def view(request: pytest.FixtureRequest, browser: Any, pages: dict[str, Path]) -> Iterator[Any]:
    width, height = SIZES[request.param]
    phone = request.param == "phone"
    context = browser.new_context(viewport={"width": width, "height": height}, has_touch=phone, is_mobile=phone)
    made = context.new_page()
    made.wrong = []
    made.on("console", lambda message: made.wrong.append(message.text))
    made.on("pageerror", lambda error: made.wrong.append(str(error)))
    made.goto(pages["report"].as_uri())
    yield made
    assert made.wrong == []
    context.close()


def press(view: Any, selector: str) -> Any:
    found = view.locator(selector).first
    found.scroll_into_view_if_needed()
    found.tap() if view.evaluate("navigator.maxTouchPoints") > 0 else found.click()
    return found


def told(view: Any) -> str:
    """The panel's words, once it is seen: inside the window, and not over the number that it speaks of."""
    panel = view.locator(PANEL)
    assert panel.is_visible()
    box, size = panel.bounding_box(), view.viewport_size
    assert box["x"] >= 0 and box["y"] >= 0
    assert box["x"] + box["width"] <= size["width"] and box["y"] + box["height"] <= size["height"]
    assert view.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return " ".join(panel.inner_text().split())


def apart(view: Any, found: Any) -> bool:
    one, other = found.bounding_box(), view.locator(PANEL).bounding_box()
    return one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1


def test_a_click_on_a_cell_shows_its_row_its_notebook_cell_and_its_inputs(view: Any) -> None:
    found = press(view, cell(WOMEN))
    words = told(view)
    assert apart(view, found)
    for word in WOMEN[1:]:
        assert word in words
    assert "Kind participants Name participants Term gender Level Women Group programme=North" in words
    assert "Statistic n: 6 (value 6)" in words
    assert "03_participants, cell 6" in words
    assert "people.csv (sha256 0123456789ab…)" in words and "Columns: programme, gender, code, wave, status" in words
    assert view.evaluate("document.activeElement.id") == "alongside-way"


def test_a_click_on_a_number_in_prose_shows_it_and_where_else_it_stands(view: Any) -> None:
    found = press(view, said(ESTIMATE))
    words = told(view)
    assert apart(view, found)
    assert "Kind model Name lonely Term support Group adjustment=adjusted" in words, "an empty level is not shown"
    assert "Statistic estimate: −0.45 (value -0.45)" in words
    assert "04_models, cell 7" in words and "Columns: u1 to u3, s1, s2, age, gender, programme" in words
    assert "Also stands in" in words
    link = view.locator(f"{PANEL} ul a").first
    link.scroll_into_view_if_needed()
    link.click()
    assert view.evaluate("document.activeElement.closest('[data-key]').dataset.key.includes('estimate')")
    assert view.evaluate("document.activeElement.checkVisibility()")


def test_of_a_withheld_number_it_says_so_and_no_value(view: Any) -> None:
    press(view, cell(HIDDEN))
    words = told(view)
    assert "Statistic n: withheld" in words and "(value" not in words


def test_a_link_opens_the_code_of_the_cell(view: Any) -> None:
    press(view, cell(WOMEN))
    view.locator(f"{PANEL} dd a").first.click()
    code = view.locator("#cell-03_participants")
    assert code.is_visible() and "</script><!--" in code.inner_text()
    assert view.evaluate("document.activeElement.id") == "cell-03_participants"


def test_escape_and_the_button_close_it_and_the_focus_goes_back(view: Any) -> None:
    for way in ("Escape", "button"):
        press(view, cell(WOMEN))
        assert view.locator(PANEL).is_visible()
        view.keyboard.press("Escape") if way == "Escape" else view.locator(f"{PANEL} button").click()
        assert not view.locator(PANEL).is_visible()
        assert view.evaluate("document.activeElement.closest('[data-key]').dataset.key") == json.dumps(
            [WOMEN], separators=(",", ":")
        )


def test_another_number_takes_the_panel_over(view: Any) -> None:
    press(view, cell(WOMEN))
    view.evaluate("s => document.querySelector(s).click()", cell(HIDDEN))
    assert "withheld" in told(view) and view.locator("[role=dialog]").count() == 1


@pytest.fixture
def desk(browser: Any, pages: dict[str, Path]) -> Iterator[Any]:
    made = browser.new_page(viewport={"width": 1280, "height": 900})
    made.goto(pages["report"].as_uri())
    yield made
    made.close()


def test_every_number_that_is_seen_is_a_button(desk: Any) -> None:
    lost = desk.evaluate(
        """[...document.querySelectorAll('[data-key]')].filter(e => e.textContent.trim() && !e.matches('[role=button]')
           && !e.querySelector('[role=button]')).map(e => e.outerHTML.slice(0, 80))"""
    )
    assert lost == [] and desk.evaluate("document.querySelectorAll('[data-key]').length") > 60


def test_every_number_opens_and_knows_its_way(desk: Any) -> None:
    """None without its row of results, its notebook and its inputs."""
    wrong = desk.evaluate(
        """[...document.querySelectorAll('[data-key]')].filter(e => {
             e.click();
             const words = document.getElementById('alongside-way').textContent;
             return /not in results|undefined|null|NaN|object/.test(words) || !/Notebook0\\d_/.test(words);
           }).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert wrong == []


def test_one_stop_a_table_and_arrows_inside_it(desk: Any) -> None:
    table = "#table-participants-participants"
    stops = desk.evaluate(f"document.querySelectorAll('{table} [role=button][tabindex=\"0\"]').length")
    assert stops == 1
    desk.locator(f"{table} td [role=button]").first.focus()
    desk.keyboard.press("ArrowRight")
    assert desk.evaluate("document.activeElement.closest('td').cellIndex") == 2
    desk.keyboard.press("ArrowDown")
    assert desk.evaluate("document.activeElement.closest('tr').textContent").startswith("Men")
    desk.keyboard.press("Enter")
    assert "withheld" in told(desk)
    desk.keyboard.press("Escape")
    assert desk.evaluate("document.activeElement.closest('td').cellIndex") == 2
    assert desk.evaluate(f"document.querySelectorAll('{table} [role=button][tabindex=\"0\"]').length") == 1


def test_tab_goes_through_the_panel_and_out_of_it(desk: Any) -> None:
    desk.locator(said(ESTIMATE)).first.focus()
    desk.keyboard.press(" ")
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.textContent") == "Close"
    desk.keyboard.press("Enter")
    assert not desk.locator(PANEL).is_visible()


def test_on_paper_there_is_no_panel(desk: Any) -> None:
    press(desk, cell(WOMEN))
    desk.emulate_media(media="print")
    assert not desk.locator(PANEL).is_visible()


def test_without_script_everything_stands_there_and_the_table_has_the_ways(
    browser: Any, pages: dict[str, Path]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    view = context.new_page()
    view.goto(pages["report"].as_uri())
    assert view.locator(PANEL).count() == 0 and view.locator(cell(WOMEN)).first.inner_text() == "6"
    words = view.locator("#table-ways-ways").inner_text()
    assert "03_participants, cell 6" in words and "people (people.csv): " in words
    context.close()


def test_the_policy_lets_no_other_script_in(desk: Any) -> None:
    desk.evaluate(
        """() => { const s = document.createElement('script'); s.textContent = 'window.strange = 1';
                   document.body.append(s); }"""
    )
    assert desk.evaluate("window.strange") is None


def test_axe_finds_nothing_in_the_open_panel(browser: Any, pages: dict[str, Path]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(bypass_csp=True)
    view = context.new_page()
    view.goto(pages["report"].as_uri())
    for size in SIZES.values():
        view.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
        view.evaluate("s => document.querySelector(s).click()", said(ESTIMATE))
        held = Axe().run(view, context=PANEL, options={"resultTypes": ["violations"]}).response
        assert [(rule["id"], node["html"][:100]) for rule in held["violations"] for node in rule["nodes"]] == []
        assert len(held["passes"]) > 5
    context.close()
