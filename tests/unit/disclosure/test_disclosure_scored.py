"""A scale beside its items as variables of their own: made-up people of whom three said yes to the third."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.disclosure.scored import points_of
from pipeline.instruments import card, rule
from pipeline.instruments.scores import scale_score, scored_items
from pipeline.results import ALL, Key
from pipeline.study import Scale
from tests.unit.disclosure.whole import cell, many, released, seen

BINS = ("0–0.5", "0.5–1.5", "1.5–2.5", "2.5–3")
TEXT = """
title: Made up
data: {file: a.csv, id: id}
design: {kind: programme evaluation}
variables:
  qa: {from: a, codes: {0: "Not", 1: "Yes"}}
  qb: {from: b, codes: {0: "Not", 1: "Yes"}}
  qc: {from: c, codes: {0: "Not", 1: "Yes"}}
scales:
  mood: {items: [a, b, c], range: 0-1, score: sum, max_missing: 0, label: Mood, high_means: worse}
tables:
  t: {rows: [{grid: [qa, qb, qc], label: Questions}]}
release: {rule: journal, below: 5}
"""


def bins(rows: list[tuple[object, ...]], text: str = TEXT) -> dict[str, float]:
    numbers = {level: Key("scale", "mood", "distribution", level, ALL, "n") for level in BINS}
    return seen(released(text, "a b c", rows), numbers)


FEW = many((0, 0, 0, 30), (1, 0, 0, 18), (0, 1, 0, 20), (1, 1, 0, 12), (0, 0, 1, 1), (1, 0, 1, 1), (0, 1, 1, 1))


def test_a_bar_for_each_score_tells_how_the_last_item_was_answered() -> None:
    found = released(TEXT, "a b c", FEW)
    others = sum(found.value(cell("t", q, "Yes")) for q in ("qa", "qb"))
    assert 39 * 1 + 14 * 2 - others == 3, "what 39 people with one and 14 with two say, less the other items"
    assert found.withheld(cell("t", "qc", "Yes"))
    assert not bins(FEW)


def test_the_bars_stay_without_an_item_or_where_no_item_is_withheld() -> None:
    two = TEXT.replace("[qa, qb, qc]", "[qb, qc]")
    assert len(bins(FEW, two)) == 4, "how many said yes to the first is not printed"
    enough = [*FEW, *many((0, 0, 1, 9))]
    assert len(bins(enough)) == 4


def test_a_mean_of_few_digits_leaves_room() -> None:
    found = released(TEXT, "a b c", FEW)
    assert not found.withheld(Key("scale", "mood", "", "", ALL, "mean")), "0.8 of 83 people: 63 to 70 yes"


def test_items_turned_and_coded_from_another_number() -> None:
    turned = TEXT.replace("range: 0-1", "range: 0-1, coded: 1-2, reverse: [c]")
    turned = turned.replace("1: ", "2: ").replace("{0: ", "{1: ")
    rows = [(a + 1, b + 1, 2 - c) for a, b, c in FEW]
    assert not bins(rows, turned)


@pytest.mark.parametrize("key", ["phq-9", "mspss", "who-5", "mos-sss-8", "djg-6", "essi", "art-adherence-3", "osss-3"])
def test_the_sum_of_scores_gives_the_sum_of_points_whatever_range_they_are_put_onto(key: str) -> None:
    items = tuple(f"i{n}" for n in range(1, card(key).items + 1))
    found = rule("s", Scale(instrument=key, items=items))
    rng = np.random.default_rng(7)
    answers = pd.DataFrame({i: rng.integers(int(r.low), int(r.high) + 1, 30) for i, r in found.ranges.items()})
    total = scale_score(answers, found)[0].sum()
    assert points_of(found, total, 30) == pytest.approx(scored_items(answers, found).to_numpy().sum())
