"""The scorer against a slow, obvious one, for every instrument; and what holds whatever people answer."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.instruments import card, registry, rule
from pipeline.instruments.card import Instrument
from pipeline.instruments.points import ItemPoints
from pipeline.instruments.scores import scale_score
from pipeline.study import Scale
from pipeline.study.words import interval

NAN = math.nan


def slow(found: Instrument, answers: list[float], turned: set[int]) -> float:
    """One person's score by the card's words, item after item, in fractions. turned: reversed in the file."""
    codes = {n: None if math.isnan(a) else Fraction(a) for n, a in enumerate(answers, 1)}
    ranges = {n: found.range_of(n) for n in codes}
    for n in turned:
        if codes[n] is not None:
            codes[n] = Fraction(ranges[n].low) + Fraction(ranges[n].high) - codes[n]
    for skip in found.skips:
        if codes[skip.item] is None and codes[skip.after] == skip.when:
            codes[skip.item] = Fraction(skip.counts)
    points: list[Fraction] = []
    least = most = Fraction(0)
    for n, code in codes.items():
        given_points = next((p for p in found.points if n in p.items), None)
        low, high = Fraction(ranges[n].low), Fraction(ranges[n].high)

        def gained(c, given_points=given_points, low=low, high=high, n=n):
            c = low + high - c if n in found.reverse else c
            if given_points is None:
                return c
            if given_points.codes:
                return Fraction(given_points.codes[float(c)])
            if given_points.at_least is not None:
                return Fraction(int(c >= given_points.at_least))
            onto = interval(given_points.to)
            return Fraction(onto.low) + (c - low) / (high - low) * Fraction(onto.high - onto.low)

        every = [gained(Fraction(c)) for c in (range(int(low), int(high) + 1) if high - low < 50 else (low, high))]
        least, most = least + min(every), most + max(every)
        if code is not None:
            points.append(gained(code))
    if not points or len(codes) - len(points) > found.max_missing:
        return NAN
    k = len(codes)
    total = sum(points) if found.missing_items == "nothing" else sum(points) / len(points) * k
    value = total / k if found.score == "mean" else total
    if found.to:
        onto, share = interval(found.to), k if found.score == "mean" else 1
        low, high = least / share, most / share
        value = Fraction(onto.low) + (value - low) * Fraction(onto.high - onto.low) / (high - low)
    return float(value)


PLAIN = sorted(k for k, c in registry().items() if c.score != "finished" and c.items <= 24)


@st.composite
def answered(draw):
    """An instrument, some people's answers to it, and items that the file holds reversed."""
    found = card(key := draw(st.sampled_from(PLAIN)))
    ranges = [found.range_of(n) for n in range(1, found.items + 1)]
    one = st.tuples(*(st.integers(int(r.low), int(r.high)).map(float) for r in ranges))
    rows = [list(row) for row in draw(st.lists(one, min_size=1, max_size=4))]
    for row in rows:
        for place in draw(st.lists(st.integers(0, found.items - 1), max_size=4)):
            row[place] = NAN
    return key, rows, draw(st.sets(st.integers(1, found.items), max_size=3))


def fast(key: str, rows: list[list[float]], turned: set[int], order: list[int] | None = None) -> list[float]:
    items = tuple(f"i{n}" for n in range(1, len(rows[0]) + 1))
    found = rule("s", Scale(instrument=key, items=items, reversed_at_source=tuple(f"i{n}" for n in sorted(turned))))
    frame = pd.DataFrame(rows, columns=list(items), dtype=float)
    frame = frame if order is None else frame[[items[i] for i in order]]
    return scale_score(frame, found)[0].tolist()


@settings(max_examples=60, deadline=None)
@given(answered())
def test_every_instrument_is_scored_as_its_slow_twin_scores_it(made):
    key, rows, turned = made
    for got, row in zip(fast(key, rows, turned), rows, strict=True):
        np.testing.assert_allclose(got, slow(card(key), row, turned), rtol=1e-12, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(answered(), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_of_columns_matters(made, shuffled):
    key, rows, turned = made
    columns, people = list(range(len(rows[0]))), list(range(len(rows)))
    shuffled.shuffle(columns)
    shuffled.shuffle(people)
    there = fast(key, rows, turned)
    again = fast(key, [rows[i] for i in people], turned, columns)
    np.testing.assert_array_equal(again, [there[i] for i in people])


@settings(max_examples=30, deadline=None)
@given(answered())
def test_bounds_hold_and_nobody_without_answers_has_a_score(made):
    key, rows, turned = made
    low, high = rule("s", Scale(instrument=key, items=tuple(f"i{n}" for n in range(len(rows[0]))))).limits
    assert all(math.isnan(v) or low - 1e-9 <= v <= high + 1e-9 for v in fast(key, rows, turned))
    assert math.isnan(fast(key, [[NAN] * len(rows[0])], turned)[0])


@settings(max_examples=60, deadline=None)
@given(st.integers(-3, 3), st.integers(1, 9), st.lists(st.one_of(st.just(NAN), st.floats(-9, 9)), min_size=1))
def test_reversing_twice_is_the_identity(low, width, answers):
    codes = interval(f"{low}-{low + width}")
    turned = ItemPoints(codes, turned=True)
    np.testing.assert_allclose(turned.of(turned.of(np.array(answers))), answers, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(answered())
def test_a_file_that_holds_items_reversed_gives_the_same_scores(made):
    key, rows, turned = made
    held = [row.copy() for row in rows]
    for row in held:
        for n in turned:
            codes = card(key).range_of(n)
            row[n - 1] = codes.low + codes.high - row[n - 1]
    np.testing.assert_allclose(fast(key, held, turned), fast(key, rows, set()), atol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.one_of(st.just(NAN), st.integers(0, 3).map(float)), min_size=9, max_size=9), min_size=1))
def test_the_algorithm_is_its_slow_twin(rows):
    items = tuple(f"i{n}" for n in range(9))
    found = rule("s", Scale(instrument="phq-9", algorithm="major depressive syndrome", items=items))
    for got, row in zip(scale_score(pd.DataFrame(rows, columns=list(items)), found)[0], rows, strict=True):
        if any(math.isnan(a) for a in row):
            assert math.isnan(got)
            continue
        symptoms = [a >= 2 for a in row[:8]] + [row[8] >= 1]
        assert got == float(sum(symptoms) >= 5 and (symptoms[0] or symptoms[1]))
