"""A scale of few patterns of answers beside its items and its alpha: made-up people of whom three said yes twice."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.disclosure import Released
from pipeline.disclosure.patterns import _digits
from pipeline.instruments.reliability import reliability
from pipeline.results import ALL, Key
from tests.unit.disclosure.whole import cell, many, released

TEXT = """
title: Made up
data: {file: a.csv, id: id}
design: {kind: programme evaluation}
variables:
  sex: {codes: {1: Women, 2: Men}}
  qa: {from: a, codes: {0: "Not", 1: "Yes"}}
  qb: {from: b, codes: {0: "Not", 1: "Yes"}}
scales:
  mood: {items: [a, b], range: 0-1, score: sum, max_missing: 0, label: Mood, high_means: worse}
tables:
  t: {rows: [ROWS]}
release: {rule: journal, below: 5}
"""
ITEMS, NEITHER = TEXT.replace("ROWS", "qa, qb"), TEXT.replace("ROWS", "sex")
TWICE = Key("scale", "mood", "distribution", "1.5–2", ALL, "n")
ONCE, NEVER = TWICE._replace(level="0.5–1.5"), TWICE._replace(level="0–0.5")
ALPHA = Key("reliability", "mood", "", "", ALL, "alpha")


def people(twice: int, first: int, second: int, neither: int) -> list[tuple[object, ...]]:
    answers = ((1, 1, twice), (1, 0, first), (0, 1, second), (0, 0, neither))
    return [(1 + at % 2, *row) for at, row in enumerate(many(*answers))]


def made(text: str, *counts: int) -> Released:
    return released(text, "sex a b", people(*counts))


def test_items_of_two_questions_give_who_said_yes_to_both() -> None:
    """9 and 12 yes, 42 neither: 9 + 12 - (60 - 42) = 3."""
    found = made(ITEMS, 3, 6, 9, 42)
    assert found.withheld(TWICE)
    assert found.withheld(ONCE)
    assert found.value(NEVER) == 42
    told = [found.withheld(cell("t", q, "Yes")) for q in ("qa", "qb")]
    assert told == [True, True]


def test_items_stay_where_nothing_of_the_scale_is_withheld() -> None:
    found = made(ITEMS, 6, 6, 9, 39)
    assert [found.value(cell("t", q, "Yes")) for q in ("qa", "qb")] == [12, 15]
    assert found.value(TWICE) == 6
    assert not found.withheld(ALPHA)


def missing(women: tuple[int, int], men: tuple[int, int], allowed: int = 0) -> Released:
    """So many did not answer the first, so many the second question, nobody neither; 30 of each sex did."""
    text = ITEMS.replace("programme evaluation}", "cohort, cluster: sex}").replace("missing: 0", f"missing: {allowed}")
    text = text.replace("rows: [qa, qb]", "rows: [qa, qb], columns: sex")
    text = text.replace('"Yes"}', '"Yes"}, missing: {9: no answer}')
    text = text.replace("label: Mood", "missing: {9: no answer}, label: Mood")
    rows = [(sex, *row) for sex, (first, second) in ((1, women), (2, men))
            for row in many((9, 1, first), (0, 9, second), (1, 1, 10), (1, 0, 10), (0, 0, 10))]  # fmt: skip
    return released(text, "sex a b", rows)


def test_missing_scores_less_missing_answers_to_one_question_are_those_to_the_other() -> None:
    """Of 6 men without a score nobody left the first question out, so 6 left out the second; of 8 in all, 2 women."""
    found = missing((9, 2), (0, 6))
    score = Key("scale", "mood", "", "", "sex=Men", "missing")
    assert found.value(score) == 6
    assert found.withheld(cell("t", "qb", "Missing", "sex=Men"))
    assert found.withheld(cell("t", "qa", "Yes", "sex=Men")), "how many answered it says that nobody left it out"
    enough = missing((9, 7), (0, 6))
    assert enough.value(cell("t", "qb", "Missing", "sex=Men")) == 6


def test_where_a_score_may_lack_an_item_its_missing_answers_are_twice_the_missing_scores() -> None:
    """One of two may be missing: nobody is without a score, and 2 without an answer are withheld as any few are."""
    found = missing((9, 2), (0, 6), allowed=1)
    assert found.withheld(cell("t", "qb", "Missing", "sex=Women"))
    assert not found.withheld(cell("t", "qa", "Missing", "sex=Women"))


def _alpha(*counts: int) -> float:
    answers = pd.DataFrame([row[1:] for row in people(*counts)], columns=["a", "b"], dtype=float)
    return reliability(answers).alpha


def test_alpha_in_two_digits_leaves_one_number_for_a_withheld_bar() -> None:
    """All tables of 60 people of whom 42 said no twice, with a mean of 0.4 and the alpha of 3, 6, 9, 42."""
    said, possible = round(_alpha(3, 6, 9, 42), 2), set()
    for twice, first in itertools.product(range(19), repeat=2):
        second = 18 - twice - first
        if second >= 0 and 0.35 * 60 <= 2 * twice + first + second < 0.45 * 60:
            alpha = _alpha(twice, first, second, 42)
            if not math.isnan(alpha) and round(alpha, 2) == said:
                possible.add(twice)
    assert max(possible) < 5, "so alpha beside them tells that few said yes twice"
    found = made(NEITHER, 3, 6, 9, 42)
    assert found.withheld(TWICE)
    for statistic in ("alpha", "ci_low", "ci_high", "alpha_standardised", "omega", "lambda6", "between"):
        assert found.withheld(ALPHA._replace(statistic=statistic))
    assert found.withheld(ALPHA._replace(term="a", statistic="item_rest"))
    assert found.value(ALPHA._replace(statistic="n")) == 60


def test_alpha_of_everyone_stays_where_only_their_groups_have_few() -> None:
    """However those of a programme scored, everyone's counts are the same, and alpha is made of these."""
    text = NEITHER.replace("programme evaluation}", "cohort, cluster: sex}")
    rows = [*((1, *row[1:]) for row in people(3, 20, 20, 40)), *((2, *row[1:]) for row in people(30, 20, 20, 40))]
    found = released(text, "sex a b", rows)
    assert found.withheld(TWICE._replace(group="sex=Women"))
    assert found.value(TWICE) == 33
    assert not found.withheld(ALPHA)


@pytest.mark.parametrize("rule", ["opensafely", "midpoint6", "nhs"])
def test_alpha_of_few_patterns_tells_which_count_was_rounded(rule: str) -> None:
    assert made(NEITHER.replace("journal", rule), 30, 30, 30, 60).withheld(ALPHA)
    assert not made(NEITHER, 30, 30, 30, 60).withheld(ALPHA)


def test_columns_that_are_cut_from_the_scale_are_counts_of_it() -> None:
    text = NEITHER.replace("  sex:", "  both: {derive: {cut: mood}, bands: [0-1, 2-2]}\n  sex:")
    found = made(text.replace("t: {rows: [sex]}", "t: {rows: [sex], columns: both}"), 3, 6, 9, 42)
    assert found.withheld(Key("participants", "t", "", "", "both=2-2", "n"))
    assert found.withheld(ALPHA)


MANY = """
title: Made up
data: {file: a.csv, id: id}
design: {kind: programme evaluation}
variables:
VARIABLES
scales:
  mood: {items: [ITEMS], range: 0-3, score: sum, max_missing: 0, label: Mood, high_means: worse}
tables:
  t: {rows: [{grid: [VARIED], label: Questions}]}
release: {rule: journal, below: 5}
"""


def many_items(items: int, size: int, seed: int, mean: float) -> tuple[Released, np.ndarray]:
    names = [f"q{i}" for i in range(items)]
    codes = "{0: Never, 1: Some days, 2: Many days, 3: Daily}"
    written = "\n".join(f"  v{n}: {{from: {n}, codes: {codes}}}" for n in names)
    text = MANY.replace("ITEMS", ", ".join(names)).replace("VARIED", ", ".join(f"v{n}" for n in names))
    rng = np.random.default_rng(seed)
    tired, own = rng.normal(size=(size, 1)), rng.normal(size=(size, items))
    answers = np.clip(np.round(0.9 * tired + 0.7 * own + mean), 0, 3).astype(int)
    return released(text.replace("VARIABLES", written), " ".join(names), answers.tolist()), answers.sum(axis=1)


def known_to_be_few(found: Released, scores: np.ndarray, items: int) -> list[str]:
    """Withheld bins of 1 to 4 people of which no other people by score, with what is printed of the bins and with the
    sum that the items or the mean give, leave 5 or more."""
    frame, top = found.frame, 3 * items
    bins = frame[(frame["term"] == "distribution") & (frame["group"] == ALL)]
    possible = np.arange(top + 1.0)
    ends = [tuple(float(end) for end in level.split("–")) for level in bins["level"]]
    inside = [(possible >= low) & ((possible < high) | (high == top)) for low, high in ends]
    told = [(here, value, value) for here, value in zip(inside, bins["value"], strict=True) if not np.isnan(value)]
    if not frame["withheld"][(frame["kind"] == "participants") & (frame["level"] != "")].any():
        told.append((possible, scores.sum(), scores.sum()))
    else:
        mean = Key("scale", "mood", "", "", ALL, "mean")
        if not found.withheld(mean):
            low, high = (float(found.text(mean)) + side * 0.05 for side in (-1, 1))
            told.append((possible, low * len(scores), high * len(scores)))
    told.append((np.ones(top + 1), len(scores), len(scores)))
    few = []
    for here, level in zip(inside, bins["level"], strict=True):
        if found.withheld(TWICE._replace(level=level)) and 0 < here[scores].sum() < 5:
            rows, low, high = zip(*told, (here, 5, np.inf), strict=True)
            other = milp(np.zeros(top + 1), constraints=LinearConstraint(np.array(rows, float), low, high),
                         integrality=np.ones(top + 1), bounds=Bounds(0, np.inf))  # fmt: skip
            few += [level] if other.x is None else []
    assert bins["withheld"].any(), "else nothing is tried"
    return few


@pytest.mark.parametrize(("items", "size", "seed", "stay"),
                         [(9, 300, 0, True), (3, 4000, 1, False), (3, 4000, 3, True)])  # fmt: skip
def test_items_of_many_patterns_give_the_sum_of_all_scores(items: int, size: int, seed: int, stay: bool) -> None:
    """Nine items, bins of four scores: they stay. Three items of four answers, a bin for each score: with the sum of
    4,000 people's scores to the point two withheld bars are known, so that more bars go or the items do."""
    found, scores = many_items(items, size, seed, 0.3 if items == 9 else -0.7)
    assert not known_to_be_few(found, scores, items)
    told = found.frame[(found.frame["kind"] == "participants") & (found.frame["level"] != "")]
    assert told["withheld"].all() != stay


def test_how_many_tables_there_are_of_people_by_pattern() -> None:
    """C(n + P - 1, n): of 3 people in 4 patterns 20; of many patterns by Stirling's formula."""
    assert _digits([2, 2], 3) == pytest.approx(math.log10(20))
    assert _digits([2, 2], 60) == pytest.approx(math.log10(math.comb(63, 60)))
    assert _digits([4] * 15, 60) == pytest.approx(math.log10(math.comb(4**15 + 59, 60)), rel=1e-6)
