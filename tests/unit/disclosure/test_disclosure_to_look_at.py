"""Answers that somebody must look at: no small number of them comes out, nor one of the scores beside them."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.disclosure import Released, release
from pipeline.disclosure.boxes import given_back
from pipeline.disclosure.rows import rows_of
from pipeline.disclosure.to_look_at import to_look_at_beside
from pipeline.disclosure.told import sheets_of
from pipeline.report.blocks import plain
from pipeline.report.to_look_at_told import to_look_at_blocks
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import Study, parse_study

STUDY = """
title: Made up
data: {file: a.csv, id: id}
design: {kind: cohort}
VARIABLES
scales:
  mood:
    label: Mood
    instrument: phq-9
    items: [q1, q2, q3, q4, q5, q6, q7, q8, q9]
    bands: {None: <1, Some: 1-24, Most: 25-27}
tables:
  all: {rows: [mood]}
release: {rule: RULE}
"""
COUNT = Key("quality", "to_look_at", "mood", "q9", ALL, "n")
ASKED = Key("quality", "missingness", "mood", "", ALL, "denominator")
BANDS = ("None", "Some", "Most")
"""Nobody in the first gave the answer, and everybody in the last one who answered every item."""


def study(rule: str = "journal", variables: str = "") -> Study:
    text = STUDY.replace("RULE", rule).replace("VARIABLES", variables and f"variables: {{{variables}}}")
    return parse_study(text, "studies/made_up.yaml")


def told_of(given: int, bins: tuple[int, int, int], missing: int = 0) -> list[Number]:
    scored, of = sum(bins), sum(bins) + missing
    key = Key("scale", "mood")
    numbers = [Number(key, scored, scored), Number(key._replace(statistic="missing"), missing, missing)]
    line = Key("participants", "all", "mood")
    numbers.append(Number(line._replace(statistic="denominator"), scored, scored))
    numbers += [Number(line._replace(level=band), people, people) for band, people in zip(BANDS, bins, strict=True)]
    prorated = Key("quality", "prorated", "mood")
    numbers += [Number(prorated, 0, 0, 0), Number(prorated._replace(statistic="denominator"), scored, scored, 0)]
    numbers += [Number(ASKED, of, of), Number(ASKED._replace(statistic="n"), missing, missing)]
    return [*numbers, Number(COUNT, given, min(given, of - given), 0)]


def made(given: int, bins: tuple[int, int, int], rule: str = "journal", variables: str = "") -> tuple[Released, Study]:
    of = study(rule, variables)
    return release(Results.of(told_of(given, bins)), of.release, of), of


@pytest.mark.parametrize(("given", "hidden"), [(0, True), (4, True), (5, False), (55, False), (56, True), (60, True)])
def test_nobody_few_and_all_but_few_are_not_told(given: int, hidden: bool) -> None:
    assert made(given, (0, 60, 0))[0].withheld(COUNT) == hidden


@pytest.mark.parametrize(("rule", "given", "text"), [
    ("opensafely", 7, "[c]"), ("opensafely", 0, "[c]"), ("opensafely", 12, "10"),
    ("midpoint6", 6, "[c]"), ("midpoint6", 0, "[c]"), ("midpoint6", 8, "9"), ("acro", 9, "[c]"), ("acro", 10, "10"),
])  # fmt: skip
def test_other_rules_have_their_own_number(rule: str, given: int, text: str) -> None:
    assert made(given, (0, 60, 0), rule)[0].text(COUNT) == text


def test_without_a_rule_it_stays_as_it_is() -> None:
    assert made(0, (0, 60, 0), "none, because: made up")[0].text(COUNT) == "0"


@pytest.mark.parametrize("variables", [
    "dark: {from: q9, codes: {0: No, 1: Yes, 2: Yes, 3: Yes}}",
    "dark: {from: q9, type: number}",
    "boxes: {type: choices, columns: {q8: Slow, q9: Dark}}",
    "boxes: {count: [q8, q9], except: [0], max_missing: 0}",
])  # fmt: skip
def test_beside_a_variable_made_of_the_item_it_is_not_told(variables: str) -> None:
    assert made(20, (0, 60, 0), variables=variables)[0].withheld(COUNT)
    assert not made(20, (0, 60, 0), variables=variables.replace("q9", "q7").replace("q8", "q6"))[0].withheld(COUNT)


@pytest.mark.parametrize(("given", "bins", "at", "most"), [
    (50, (3, 54, 9), 0, 16),  # 66 people, 50 with the answer: 16 without it may have the lowest score
    (12, (20, 43, 3), 2, 12),  # nobody has more than 24 points without the answer
])  # fmt: skip
def test_it_goes_where_it_would_take_the_other_table_away(given: int, bins: tuple[int, int, int], at: int, most: int):
    of = study()
    frame = Results.join([Results.of(told_of(given, bins))]).frame
    sheets = sheets_of(rows_of(frame, np.zeros(len(frame))), 5, of)
    mood = next(sheet for sheet in sheets if sheet.term == "mood")
    mood.system(5)
    said = list(to_look_at_beside(frame, sheets, of, np.zeros(len(frame), bool)))
    row = frame.index[frame["name"] == "to_look_at"][0]
    fact = mood.fact(BANDS[at], frozenset())
    assert fact.n == bins[at]
    assert given_back(said, [[{fact: most - bins[at]}]], []) == []
    assert given_back(said, [[{fact: most - bins[at] + 1}]], []) == [row]


def test_a_withheld_count_of_scores_may_still_be_no_small_one() -> None:
    """By trying all numbers of people at either end: what is printed leaves one in which it is not small."""
    for given in range(5, 60, 3):
        for bins in ((3, 56, 6), (4, 30, 20), (7, 40, 2), (1, 50, 3), (2, 20, 30), (3, 4, 60)):
            of = sum(bins)
            if not bins[2] <= given <= of - bins[0]:
                continue
            found, _ = made(given, bins)
            keys = [Key("participants", "all", "mood", band) for band in BANDS]
            shown = [None if found.withheld(key) else round(found.value(key)) for key in keys]
            tables = [(a, b, c) for a in range(of + 1) for b in range(of + 1 - a) for c in [of - a - b]
                      if all(s in (None, n) for s, n in zip(shown, (a, b, c), strict=True))
                      and (found.withheld(COUNT) or c <= given <= of - a)]  # fmt: skip
            for place, n in enumerate(bins):
                if n < 5:
                    assert any(table[place] >= 5 for table in tables), (given, bins, shown)


def test_the_report_says_where_the_list_lies_and_who_must_look_at_it() -> None:
    found, of = made(20, (0, 60, 0))
    heading, where, counted, lines = to_look_at_blocks(of, found)
    assert heading.text == "Answers that somebody must look at"
    assert "data/processed/made_up/02_score/to_look_at.csv" in plain(where.pieces)
    assert "clinician" in plain(where.pieces) and "apart from all scores" in plain(counted.pieces)
    assert [plain(line) for line in lines.items] == ["Mood, q9 (thoughts of death or self-harm): 20 of 60 asked."]
    found, of = made(2, (0, 60, 0))
    assert plain([*to_look_at_blocks(of, found)][3].items[0]).endswith("[withheld] of 60 asked.")
