"""What several boxes say of one: how many somebody ticked, and one box under two names."""

from __future__ import annotations

import pytest

from pipeline.disclosure import Released
from tests.unit.disclosure.whole import Rows, cell, released, seen, written

BOXES = ("Talk", "Visits", "Rides")
VARIABLES = """
  site: {codes: {A: A, B: B, C: C}}
  talk: {codes: {0: "No", 1: "Yes"}}
  visits: {codes: {0: "No", 1: "Yes"}}
  rides: {codes: {0: "No", 1: "Yes"}}
  help: {type: choices, columns: {talk: Talk, visits: Visits, rides: Rides}, ticked: 1, unticked: 0}
  kinds: {count: [talk, visits, rides], except: 0, max_missing: 0}
  cut: {derive: {cut: kinds}, bands: [0-0, 1-1, 2-2, 3-3]}"""


def rows(site: str, people: int, rides: int) -> Rows:
    return [(site, int(i < people * 2 // 3), i % 2, int(3 <= i < 3 + rides)) for i in range(people)]


def most(found: Released, group: str, boxes: dict[str, tuple[str, str]]) -> float:
    """Of rides, by what is printed of a group: the mean of boxes and its people, the other boxes, and the bands."""
    n, mean = cell("t", "", "", group), cell("t", "kinds", "", group, "mean")
    printed = seen(found, {box: cell("t", *boxes[box], group) for box in BOXES})
    if len(printed) < 2:
        return 99
    ways = [99.0]
    if not found.withheld(mean):
        ways.append((found.value(mean) + 0.05) * found.value(n) - sum(printed.values()))
    cut = {band: cell("t", "cut", band, group) for band in ("0-0", "1-1", "2-2", "3-3")}
    bands = seen(found, {band: key for band, key in cut.items() if found.has(key)})
    if len(bands) == 4:
        ways.append(sum(int(band[0]) * held for band, held in bands.items()) - sum(printed.values()))
    return min(ways)


@pytest.mark.parametrize("shown", ["help, kinds", "help, kinds, cut", "talk, visits, rides, kinds"])
def test_how_many_boxes_somebody_ticked_gives_no_withheld_box_back(shown: str):
    """Of 30 at A 20 and 15 ticked two boxes, and 1.2 each on average: at most two the third."""
    boxes = {box: ("help", box) if "help" in shown else (box.lower(), "Yes") for box in BOXES}
    text = written(VARIABLES, f"  t: {{columns: site, rows: [{shown}]}}")
    found = released(text, "site talk visits rides", [*rows("A", 30, 2), *rows("B", 40, 9)])
    assert found.withheld(cell("t", *boxes["Rides"], "site=A"))
    assert most(found, "site=A", boxes) >= 5


@pytest.mark.parametrize("whole, parts", [("help", "rides"), ("rides", "help")])
def test_a_box_is_one_fact_in_a_question_and_as_a_variable(whole: str, parts: str):
    """48 of all ticked it, and 8 and 37 at two of three sites: 3 at the third."""
    level = {"help": "Rides", "rides": "Yes"}
    tables = f"  t: {{rows: [{whole}]}}\n  u: {{columns: site, rows: [{parts}], overall: false}}"
    people = [*rows("A", 40, 3), *rows("B", 40, 8), *rows("C", 60, 37)]
    found = released(written(VARIABLES, tables), "site talk visits rides", people)
    told = {site: cell("u", parts, level[parts], f"site={site}") for site in "ABC"}
    assert found.withheld(told["A"])
    assert len(seen(found, {**told, "All": cell("t", whole, level[whole])})) < 3


def test_a_mean_that_leaves_room_stays():
    """37.5 to 40.5 boxes of 30 people, of which 35 are others: up to five."""
    found = released(written(VARIABLES, "  t: {rows: [help, kinds]}"), "site talk visits rides", rows("A", 30, 3))
    assert found.withheld(cell("t", "help", "Rides"))
    assert not found.withheld(cell("t", "kinds", statistic="mean"))
