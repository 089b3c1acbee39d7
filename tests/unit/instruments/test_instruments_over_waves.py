"""Scores of the same people at two waves: who is counted, which waves go together, and what the report prints."""

from __future__ import annotations

import math
from functools import partial

import pandas as pd
import pytest

from pipeline.cleaning import clean
from pipeline.disclosure import draft
from pipeline.instruments import item_ranges, rule
from pipeline.instruments.over_waves import over_waves
from pipeline.instruments.reliability import stability
from pipeline.instruments.scores import Scores, score
from pipeline.instruments.told import ends_told
from pipeline.intake.read import read_cells
from pipeline.results import Key
from pipeline.study import Scale, Study, parse_study
from pipeline.tables.fill import fill
from pipeline.tables.scales import reliability_tables

STUDY = """
title: Made up
data: {file: a.csv, id: id, wave: w, waves: {1: Start, 2: Middle, 3: End}}
design: {kind: cohort}
scales:
  mood: {items: [a, b], range: 1-9, score: sum, max_missing: 0, label: Mood, missing: {x: refused}}
  pain: {items: [p], range: 0-9, score: mean, max_missing: 0, label: Pain, asked_at: [Start, End]}
release: {rule: none, because: made up}
"""
MOOD = {1: {"A": (3, 4), "B": (5, 5), "C": (2, 1), "D": (9, 8), "E": (4, 4)},
        2: {"A": (3, 5), "B": (5, 5), "C": (2, 2), "D": (9, "x"), "F": (1, 1)},
        3: {"A": (4, 4), "B": (5, 6), "C": (1, 1), "E": (5, 4)}}  # fmt: skip


def scored(text: str = STUDY) -> tuple[Scores, Study]:
    """The painful thing of everyone is the first item; nobody was asked for it at the middle wave."""
    study = parse_study(text, "studies/made_up.yaml")
    lines = ["id,w,a,b,p"]
    lines += [f"{i},{w},{a},{b},{'' if w == 2 else a}" for w, people in MOOD.items() for i, (a, b) in people.items()]
    read = partial(study.at, study.main)
    cells = {
        study.main: read_cells(study.main, study.sources[study.main], [("a.csv", "\n".join(lines).encode())], read)
    }
    return score(clean(cells, study, item_ranges(study), None), study), study


def scale(items: int, **words: object) -> Scale:
    return Scale.model_validate({"items": [f"i{n + 1}" for n in range(items)], **words})


def at(name: str, since: str, wave: str, statistic: str) -> Key:
    return Key("reliability", name, f"since {since}", "", f"wave={wave}", statistic)


def test_people_with_a_score_at_a_wave_and_the_one_before_are_compared() -> None:
    found = scored()[0].results
    sums = {w: {i: a + b for i, (a, b) in people.items() if b != "x"} for w, people in MOOD.items()}
    assert found.get(at("mood", "Start", "Middle", "n")) == 3
    assert found.get(at("mood", "Middle", "End", "n")) == 3
    by_hand = stability(pd.DataFrame([(sums[1][i], sums[2][i]) for i in "ABC"]))
    for statistic, value in (("icc", by_hand.icc), ("ci_low", by_hand.low), ("ci_high", by_hand.high),
                             ("sem", math.sqrt((1 + 0 + 1) / 3 / 2)),
                             ("sdc", 1.96 * math.sqrt((1 + 0 + 1) / 3))):  # fmt: skip
        assert found.get(at("mood", "Start", "Middle", statistic)) == pytest.approx(value)


def test_a_wave_at_which_a_scale_was_not_asked_is_passed_over() -> None:
    found = scored()[0].results
    assert found.get(at("pain", "Start", "End", "n")) == 4
    told = {key[2] for key in found.lookup() if key[:2] == ("reliability", "pain")}
    assert told == {"since Start"}


def test_they_stand_on_those_whose_score_changed() -> None:
    """Of pain A, C and E gave another number at the end, B the same one."""
    frame = scored()[0].results.frame
    here = frame[(frame["name"] == "pain") & (frame["term"] == "since Start")].set_index("statistic")["people"]
    assert here["n"] == 4
    assert set(here.drop("n")) == {3}


def test_rows_that_are_no_people_are_not_followed_from_wave_to_wave() -> None:
    found = scored(STUDY.replace("id: id,", "id: id, unit: sessions,"))[0].results
    assert [key for key in found.lookup() if key[5] == "alpha"]
    assert not [key for key in found.lookup() if key[2].startswith("since")]


def test_of_an_algorithm_nothing_is_told() -> None:
    """1 or 0 at two waves is a table of four cells; beside the counts of each wave its agreement is one of them."""
    keys = pd.DataFrame({"id": list("abcdabcd"), "wave": ["Start"] * 4 + ["End"] * 4})
    value = pd.Series([0.0, 1, 0, 1, 0, 1, 1, 0])
    of_items = scale(9, instrument="phq-9")
    algorithm = scale(9, instrument="phq-9", algorithm="major depressive syndrome")
    assert [*over_waves("low", rule("low", of_items), value, keys, ["Start", "End"])]
    assert not [*over_waves("low", rule("low", algorithm), value, keys, ["Start", "End"])]


def test_the_report_has_a_line_a_pair_of_waves() -> None:
    scores, study = scored()
    tables = {table.name: table for table in reliability_tables(scores.results, study)}
    of_pairs = {f"pairs_mood_{at}" for at in (1, 2, 3)}  # of items, by the rule none alone
    assert set(tables) == {f"{table}_{study.main}" for table in ("reliability", "over_waves")} | of_pairs
    filled = fill(tables[f"over_waves_{study.main}"], draft(scores.results))
    assert [row.label for row in filled.rows] == ["Mood", "Start and Middle", "Middle and End", "Pain", "Start and End"]
    assert filled.rows[1].cells[0] == "3"
    assert filled.rows[1].cells[3:] == ("0.6", "1.6")
    assert [column.label for column in filled.columns] == ["n", "ICC", "95% CI", "SEM", "SDC"]
    of_items = fill(tables[f"reliability_{study.main}"], draft(scores.results))
    assert "Pain" not in {row.label for row in of_items.rows}, "one item has no alpha"


def test_a_floor_is_more_than_15_in_100_and_only_that_is_told() -> None:
    of, waves = rule("mood", scale(2, range="0-2", score="sum", max_missing=0)), pd.Series([""] * 20)
    for at_end, many in ((3, 0.0), (4, 1.0)):
        value = pd.Series([0.0] * at_end + [2.0] * (20 - at_end))
        told = {number.key.statistic: number for number in ends_told("mood", of, value, waves)}
        assert {end: number.value for end, number in told.items()} == {"floor": many, "ceiling": 0.0}
        assert {number.people for number in told.values()} == {20}


def test_one_item_and_an_algorithm_have_no_floor() -> None:
    one = rule("one", scale(1, range="0-9", score="sum", max_missing=0))
    algorithm = rule("low", scale(9, instrument="phq-9", algorithm="major depressive syndrome"))
    assert not [*ends_told("x", one, pd.Series([0.0] * 9), pd.Series([""] * 9))]
    assert not [*ends_told("x", algorithm, pd.Series([0.0] * 9), pd.Series([""] * 9))]
