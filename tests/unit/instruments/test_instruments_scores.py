"""Instruments: cards of the registry, scoring, missing rules and alpha."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.instruments import check_scales, registry, rule
from pipeline.instruments.scores import ITEMS_MISSING, cronbach, scale_score, why_missing
from pipeline.study import Scale, parse_study

NAN = math.nan


def frame(*rows: list[float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[f"i{n + 1}" for n in range(len(rows[0]))], dtype=float)


def scale(items: int, **words: object) -> Scale:
    return Scale.model_validate({"items": [f"i{n + 1}" for n in range(items)], **words})


def test_a_reversed_item_is_low_plus_high_less_the_answer():
    turned = rule("s", scale(3, range="1-5", score="mean", max_missing=0, reverse=["i2"]))
    value, prorated = scale_score(frame([5, 1, 3]), turned)
    assert value[0] == (5 + (1 + 5 - 1) + 3) / 3
    assert not prorated[0]


def test_phq9_takes_up_to_two_missing_items_by_the_persons_mean_and_bands_the_unrounded_score():
    phq = rule("phq", scale(9, instrument="phq-9"))
    value, prorated = scale_score(
        frame([2, 2, 2, 2, 1, 0, 0, 0, 1], [1, 0, 1, 0, 1, 0, 1, 0, NAN], [1, 1, 1, 1, 1, 1, NAN, NAN, NAN]), phq
    )
    assert value[0] == 10
    assert value[1] == 4 / 8 * 9 == 4.5
    assert math.isnan(value[2])
    assert prorated.tolist() == [False, True, False]
    assert [label for label, band in phq.bands.items() if 4.5 in band] == ["Minimal"]
    assert [label for label, band in phq.bands.items() if 14.625 in band] == ["Moderate"]


def test_ucla3_and_mspss_need_every_item_and_gse_forgives_three():
    assert math.isnan(scale_score(frame([1, 2, NAN]), rule("u", scale(3, instrument="ucla-3")))[0][0])
    assert scale_score(frame([3, 3, 3]), rule("u", scale(3, instrument="ucla-3")))[0][0] == 9
    assert scale_score(frame([4] * 12), rule("m", scale(12, instrument="mspss")))[0][0] == 4
    assert math.isnan(scale_score(frame([4] * 11 + [NAN]), rule("m", scale(12, instrument="mspss")))[0][0])
    gse = rule("g", scale(10, instrument="gse"))
    assert scale_score(frame([4] * 7 + [NAN] * 3), gse)[0][0] == 40
    assert math.isnan(scale_score(frame([4] * 6 + [NAN] * 4), gse)[0][0])


def test_mspss_friends_include_item_twelve():
    card = registry()["mspss"]
    assert card.subscales["friends"] == (6, 7, 9, 12)
    assert sorted(i for items in card.subscales.values() for i in items) == list(range(1, 13))


@pytest.mark.parametrize("name", sorted(registry()))
def test_every_card_is_whole(name):
    card = registry()[name]
    assert card.citation and card.licence and card.missing_source
    assert all(1 <= i <= card.items for i in card.reverse)
    low, high = rule(name, scale(card.items, instrument=name)).limits
    assert all(low <= cut <= high for cut in card.bands.values())
    assert bool(card.bands) == bool(card.bands_source)


def test_alpha_agrees_with_psych_on_the_published_attitude_data(golden, golden_folder):
    attitude = pd.read_csv(golden_folder / "attitude.csv")
    raw, _, n = cronbach(attitude)
    assert raw == pytest.approx(golden("scales", "attitude (R datasets), 7 items", "raw", "alpha"), rel=1e-9)
    assert n == 30


def test_alpha_of_items_that_were_not_reversed_is_below_zero():
    answers = np.random.default_rng(3).normal(size=(200, 1)) + np.random.default_rng(4).normal(size=(200, 4)) / 2
    right = pd.DataFrame(answers)
    wrong = right.copy()
    wrong[[1, 3]] *= -1
    assert cronbach(right)[0] > 0.8
    assert cronbach(wrong)[0] < 0


def test_alpha_is_not_available_without_variation_or_people():
    assert math.isnan(cronbach(frame([1, 1], [1, 2], [1, 3]))[0])
    assert math.isnan(cronbach(frame([1, 2], [2, 1]))[0])


def test_why_a_score_is_missing():
    score = pd.Series([NAN, NAN, NAN, 3.0])
    reasons = pd.DataFrame({"i1": ["not asked", "not asked", "refused", ""], "i2": ["not asked", "refused", "", ""]})
    assert why_missing(score, reasons).tolist() == ["not asked", ITEMS_MISSING, ITEMS_MISSING, ""]


item = st.one_of(st.just(NAN), st.integers(1, 5).map(float))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(item, min_size=4, max_size=4), min_size=1, max_size=6),
    st.integers(0, 3),
    st.sampled_from(["sum", "mean"]),
)
def test_scoring_equals_its_slow_obvious_twin(rows, allowed, kind):
    found = rule("s", scale(4, range="1-5", score=kind, max_missing=allowed, reverse=["i3"]))
    value, prorated = scale_score(frame(*rows), found)
    for row, got, was_prorated in zip(rows, value, prorated, strict=True):
        turned = [6 - x if n == 2 else x for n, x in enumerate(row)]
        there = [x for x in turned if not math.isnan(x)]
        if not there or len(row) - len(there) > allowed:
            assert math.isnan(got) and not was_prorated
            continue
        mean = sum(there) / len(there)
        assert got == pytest.approx(mean * 4 if kind == "sum" else mean, abs=1e-12)
        assert was_prorated == (len(there) < 4)


STUDY = """\
title: Made up
data: {{file: a.csv, id: id}}
design: {{kind: cohort}}
scales:
  mood: {{{words}}}
release: {{rule: journal}}
"""


@pytest.mark.parametrize(("words", "sentence"), [
    ("instrument: phq9, items: [a]", "studies/x.yaml:5  scales.mood.instrument: there is no instrument 'phq9'. "
                                     "Did you mean 'phq-9'?"),
    ("instrument: ucla-3, items: [a, b]",
     "studies/x.yaml:5  scales.mood.items: ucla-3 has 3 items, 2 are named. Name them all, in the order of the "
     "published form."),
    ("instrument: ucla-3, items: [a, b, c], score: mean",
     "studies/x.yaml:5  scales.mood.score: ucla-3 brings its own 'score'. Leave it out (use 'coded' for another "
     "base), or leave out "
     "'instrument' and declare the scale."),
    ("items: [a, b], range: 1-5, score: sum, max_missing: 2",
     "studies/x.yaml:5  scales.mood.max_missing: 2 of 2 items may be missing. At least one item must be answered."),
])  # fmt: skip
def test_what_the_registry_says_against_a_scale(words, sentence):
    study = parse_study(STUDY.format(words=words), "studies/x.yaml")
    assert [str(m) for m in check_scales(study)] == [sentence]
