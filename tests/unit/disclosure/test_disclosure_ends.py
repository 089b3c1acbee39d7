"""Floor and ceiling at the door: neither "many" nor its absence takes away a table in which a count is not small."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.disclosure import Released, release
from pipeline.disclosure.boxes import given_back
from pipeline.disclosure.ends import many_at_ends
from pipeline.disclosure.rows import rows_of
from pipeline.disclosure.told import sheets_of
from pipeline.report.ends_told import ends_blocks
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import Release, Study, parse_study

STUDY = """
title: Made up
data: {file: a.csv, id: id}
design: {kind: cohort}
scales:
  mood: {label: Mood, items: [a, b], range: 0-5, score: sum, max_missing: 0}
release: {rule: RULE}
"""


def study(rule: str = "journal") -> Study:
    return parse_study(STUDY.replace("RULE", rule), "studies/made_up.yaml")


def made(scores: dict[int, int], rule: str = "journal", mean: bool = False) -> tuple[Released, Study]:
    """So many people with each score from 0 to 10, told by a histogram that has a bin for each."""
    of = study(rule)
    return release(Results.of(told_of(scores, mean)), of.release, of), of


def told_of(scores: dict[int, int], mean: bool) -> list[Number]:
    n, key = sum(scores.values()), Key("scale", "mood")
    edges = ["0", *(f"{k}.5" for k in range(10)), "10"]
    numbers = [Number(key, n, n), Number(key._replace(statistic="missing"), 0, 0)]
    for score in range(11):
        people = scores.get(score, 0)
        level = f"{edges[score]}–{edges[score + 1]}"
        numbers.append(Number(key._replace(term="distribution", level=level), people, people))
    if mean:
        value = sum(score * people for score, people in scores.items()) / n
        numbers.append(Number(key._replace(statistic="mean"), value, n, 2))
    for end, at in (("floor", 0), ("ceiling", 10)):
        many = float(100 * scores.get(at, 0) > 15 * n)
        numbers.append(Number(Key("quality", "ends", "mood", "", ALL, end), many, n, 0))
    return numbers


FLOOR = Key("quality", "ends", "mood", "", ALL, "floor")
BIN = Key("scale", "mood", "distribution", "0–0.5", ALL, "n")


@pytest.mark.parametrize("at_end", [0, 8, 20])
def test_it_is_told_where_it_tells_of_no_few(at_end: int) -> None:
    found, _ = made({0: at_end, 4: 30, 5: 30})
    assert found.value(FLOOR) == float(100 * at_end > 15 * (60 + at_end))


@pytest.mark.parametrize(("others", "hidden"), [(16, True), (20, True), (34, False)])
def test_of_few_people_even_its_absence_would_be_one_of_few(others: int, hidden: bool) -> None:
    """15 in 100 of 33 are 4: whoever reads that there are no more knows that there are fewer than five."""
    found, _ = made({4: others // 2, 5: others - others // 2})
    assert found.withheld(FLOOR) == hidden


@pytest.mark.parametrize("rule", ["opensafely", "midpoint6", "nhs"])
def test_rules_that_round_withhold_it(rule: str) -> None:
    assert made({0: 60, 4: 30, 5: 30}, rule)[0].withheld(FLOOR)


def test_it_goes_where_it_would_take_the_other_table_away() -> None:
    """Of 48 three are at the lowest score, and of 15 in 100, seven. An other table that has six there leaves it, one
    that has eleven does not: "no more than seven" would leave three."""
    of, numbers = study(), told_of({0: 3, 1: 9, 9: 1, 5: 35}, False)
    frame = Results.join([Results.of(numbers)]).frame
    decimals = np.zeros(len(frame))
    sheets = sheets_of(rows_of(frame, decimals), 5, of)
    mood = next(sheet for sheet in sheets if sheet.term == "mood")
    mood.system(5)
    said = list(many_at_ends(frame, sheets, np.zeros(len(frame), bool)))
    row = frame.index[(frame["statistic"] == "floor")][0]
    at_end = mood.fact("|bin 0–0.5", frozenset())
    assert given_back(said, [[{at_end: 3}]], []) == []
    assert given_back(said, [[{at_end: 8}]], []) == [row]


@pytest.mark.parametrize(
    "told", [{0: 3, 1: 9, 9: 1, 5: 35}, {0: 2, 2: 3, 5: 30, 10: 20}, {0: 4, 4: 30, 10: 2}, {0: 1, 3: 40, 6: 8, 10: 3}]
)
def test_something_else_stays_possible_beside_it(told: dict[int, int]) -> None:
    found, of = made(told, mean=True)
    assert found.withheld(BIN)
    n = sum(told.values())
    assert found.withheld(FLOOR) or any(k >= 5 and 100 * k <= 15 * n for k in other_tables(found, told))


def other_tables(found: Released, told: dict[int, int]) -> list[int]:
    """How many may be at the lowest score, of all whole numbers in the withheld bins with the printed mean."""
    frame = found.frame
    bins = frame[frame["term"] == "distribution"]
    hidden = [int(float(level.split("–")[0]) + 0.5) for level in bins.loc[bins["withheld"], "level"]]
    shown = {s: n for s, n in told.items() if s not in hidden}
    n, mean_key = sum(told.values()), Key("scale", "mood", statistic="mean")
    low, high = 0.0, 1e9
    if not found.withheld(mean_key):
        low, high = (n * (found.value(mean_key) + by) for by in (-0.005, 0.005))
    left = n - sum(shown.values())
    ways: list[dict[int, int]] = [{}]
    for score in hidden[:-1]:
        ways = [{**w, score: k} for w in ways for k in range(left - sum(w.values()) + 1)]
    ways = [{**w, hidden[-1]: left - sum(w.values())} for w in ways]
    total = sum(s * k for s, k in shown.items())
    return sorted({w[0] for w in ways if low <= total + sum(s * k for s, k in w.items()) <= high})


def test_the_report_says_it_in_words_alone() -> None:
    found, of = made({0: 20, 4: 30, 5: 30})
    words = " ".join(str(block) for block in ends_blocks(of, found))
    assert "Mood: more than 15 in 100 have the lowest possible score." in words
    assert "highest possible score." not in words
    few, of = made({4: 8, 5: 8})
    words = " ".join(str(block) for block in ends_blocks(of, few))
    assert "as far as may be told. Of Mood it is not told" in words
    assert not list(
        ends_blocks(of, release(Results.of([Number(Key("scale", "mood"), 60, 60)]), Release(rule="journal")))
    )
