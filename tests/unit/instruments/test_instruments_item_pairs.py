"""Correlations of items: numpy's, psych's mean of them; in print by the rule ``none`` alone."""

from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning import clean
from pipeline.disclosure import draft, release
from pipeline.instruments import item_ranges
from pipeline.instruments.item_pairs import CORRELATION, pairs_of, pairs_told
from pipeline.instruments.reliability import inter_item
from pipeline.instruments.scores import Scores, score
from pipeline.intake.read import read_cells
from pipeline.results import Key, Results
from pipeline.study import Release, Study, parse_study
from pipeline.tables.fill import fill
from pipeline.tables.reliability import reliability_tables

NONE = "none, because: made up"


def test_their_mean_is_what_psych_documents_of_the_attitude_data(golden_folder):
    found = pairs_of("attitude", pd.read_csv(golden_folder / "attitude.csv"), pd.Series([""] * 30))
    assert len(found) == 7 * 6 / 2 and set(found["people"]) == {30}
    assert round(found[CORRELATION].mean(), 2) == 0.43


@settings(max_examples=20)
@given(st.integers(0, 500))
def test_each_is_numpys_of_those_who_answered_every_item(seed):
    rng = np.random.default_rng(seed)
    answers = rng.integers(0, 4, (60, 4)).astype(float)
    answers[rng.random((60, 4)) < 0.1] = np.nan
    items = pd.DataFrame(answers, columns=list("abcd"))
    waves = pd.Series(np.where(np.arange(60) < 25, "Start", "End"))
    found = pairs_of("s", items, waves).set_index(["wave", "item", "other"])
    assert len(found) == 2 * 6
    for wave, here in (("Start", answers[:25]), ("End", answers[25:])):
        whole = here[~np.isnan(here).any(axis=1)]
        for one in range(4):
            for other in range(one):
                row = found.loc[(wave, "abcd"[one], "abcd"[other])]
                assert row[CORRELATION] == pytest.approx(np.corrcoef(whole[:, one], whole[:, other])[0, 1])
                assert row["people"] == len(whole)


def test_an_item_without_variance_or_of_too_few_has_none():
    items = pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [4.0, 3, 2, 1], "c": [1.0, 1, 1, 1]})
    found = inter_item(items)
    assert found.loc["a", "b"] == pytest.approx(-1) and found.loc["a", "a"] == pytest.approx(1)
    assert found["c"].isna().all() and inter_item(items[:2]).isna().all(axis=None)
    assert inter_item(items[["c"]]).isna().all(axis=None)


def scored(rule: str, **more: object) -> tuple[Scores, Study]:
    rows = [(f"p{n}", n % 3, 2 - n % 3, n % 2) for n in range(40)]
    scale = {"items": ["a", "b", "c"], "range": "0-2", "reverse": ["b"], "score": "sum", "max_missing": 0,
             "missing": {"blank": "skipped"}, **more}  # fmt: skip
    head = "title: Made up\ndata: {file: a.csv, id: id}\ndesign: {kind: cohort}\n"
    study = parse_study(f"{head}scales: {{mood: {json.dumps(scale)}}}\nrelease: {{rule: {rule}}}\n", "studies/x.yaml")
    text = "\n".join(["id,a,b,c", *(",".join(map(str, row)) for row in rows)])
    cells = read_cells("people", study.sources["people"], [("a.csv", text.encode())], study.where)
    return score(clean({"people": cells}, study, item_ranges(study)), study), study


def test_by_the_rule_none_alone_they_are_printed():
    found, study = scored(NONE)
    *_, table = reliability_tables(found.results, study)
    filled = fill(table, release(found.results, study.release, study))
    assert [c.label for c in filled.columns] == ["a", "b"]
    assert [(row.label, row.cells[0]) for row in filled.rows] == [("b", "1.00"), ("c", filled.rows[1].cells[0])]
    assert filled.rows[0].cells[1] == "" and filled.title == "Mood: correlations of the items"
    for rule, more in (("journal", {}), ("acro", {}), (NONE, {"sensitive": True})):
        found, study = scored(rule, **more)
        assert not (found.results.frame["statistic"] == CORRELATION).any()
        assert all("correlations" not in table.title for table in reliability_tables(found.results, study))
        assert len(found.correlations) == 3 and found.correlations[CORRELATION].iloc[0] == pytest.approx(1)


def test_the_door_lets_none_through_that_came_otherwise():
    numbers = Results.of(pairs_told(pairs_of("s", pd.DataFrame(np.eye(30)[:, :3]), pd.Series([""] * 30))))
    key = Key("reliability", "s", "1", "0", statistic=CORRELATION)
    assert math.isclose(draft(numbers).value(key), -1 / 29)
    assert release(numbers, Release(rule="journal")).withheld(key)
