"""Agreement of coders, against the values in print (facts/qualitative.md), irrCAC's and slow twins."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from pipeline.themes.agreement import (
    Agreement,
    Ratings,
    cohen,
    fleiss,
    gwet_ac1,
    krippendorff,
    percent_agreement,
    two_by_two,
)

NAN = math.nan
FOUR_CODERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
).T
"""Krippendorff 2011, example C."""
FOURTEEN_RATERS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip
DIAGNOSES = """00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"""
"""Fleiss 1971, table 1: how many of six raters gave each of five diagnoses to each of 30 patients."""


def counted(rows: list[list[int]]) -> Ratings:
    return Ratings(csr_array(np.array(rows, dtype=float)), np.arange(len(rows[0])))


def table(a: int, b: int, c: int, d: int) -> tuple[np.ndarray, np.ndarray]:
    """Both yes, the first alone, the second alone, neither."""
    return np.repeat([1.0, 1.0, 0.0, 0.0], [a, b, c, d]), np.repeat([1.0, 0.0, 1.0, 0.0], [a, b, c, d])


@pytest.mark.parametrize(
    ("level", "value"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorffs_example_of_four_coders_with_gaps(level, value):
    assert round(krippendorff(Ratings.of(FOUR_CODERS), level).value, 3) == value


def test_krippendorffs_examples_of_two_coders():
    binary = np.array([[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]], dtype=float).T
    words = np.array([list("aabbdcccedda"), list("babbbcccdddd")]).T
    words[8, 1] = "e"
    assert round(krippendorff(Ratings.of(binary)).value, 3) == 0.095
    assert round(krippendorff(Ratings.of(words)).value, 3) == 0.692


def test_cohens_kappa_and_its_interval_as_psych_gives_them(golden):
    found = cohen(*table(20, 5, 10, 15))
    assert found.value == pytest.approx(golden("agreement", "Cohen 2x2 20/5/10/15", "kappa", "value"), abs=1e-12)
    assert [round(limit, 3) for limit in found.interval()] == [0.151, 0.649]


def test_fleiss_kappas_in_print():
    assert round(fleiss(counted(FOURTEEN_RATERS)).value, 3) == 0.210
    assert round(fleiss(counted([[int(n) for n in row] for row in DIAGNOSES.split()])).value, 3) == 0.430


def test_gwet_and_fleiss_with_gaps_and_their_errors_as_irrcac_documents_them():
    ratings = Ratings.of(FOUR_CODERS)
    assert round(gwet_ac1(ratings).value, 5) == 0.77544
    assert round(gwet_ac1(ratings).std_error(), 5) == 0.14295
    assert round(fleiss(ratings).value, 5) == 0.76117
    assert round(fleiss(ratings).std_error(), 5) == 0.15302
    assert round(percent_agreement(ratings).value, 5) == 0.81818


def test_kappa_is_nought_where_97_of_100_agree_and_prevalence_says_why():
    first, second = table(0, 1, 2, 97)
    assert percent_agreement(Ratings.of(np.column_stack([first, second]))).value == pytest.approx(0.97)
    assert cohen(first, second).value == pytest.approx((0.97 - (0.01 * 0.02 + 0.99 * 0.98)) / (1 - 0.9704))
    assert abs(cohen(first, second).value) < 0.02
    told = two_by_two(first == 1, second == 1)
    assert (told.pabak, told.prevalence, told.bias) == pytest.approx((2 * 0.97 - 1, 0.97, 0.01))
    assert gwet_ac1(Ratings.of(np.column_stack([first, second]))).value > 0.96


def test_weighted_kappa_by_arithmetic():
    first, second = np.array([1.0, 1, 2, 2, 3, 3]), np.array([1.0, 2, 2, 3, 3, 1])
    agree = {"linear": [1, 0.5, 1, 0.5, 1, 0], "quadratic": [1, 0.75, 1, 0.75, 1, 0]}
    for weights, own in agree.items():
        step = 0.5 if weights == "linear" else 0.75
        expected = sum((1, step, 0)[abs(i - j)] / 9 for i, j in itertools.product(range(3), range(3)))
        assert cohen(first, second, weights).value == pytest.approx((np.mean(own) - expected) / (1 - expected))


def slow_alpha(units: list[list[float]], apart) -> float:
    """All pairs of all ratings, as the definition has it."""
    units = [[v for v in unit if not math.isnan(v)] for unit in units]
    units = [unit for unit in units if len(unit) > 1]
    every = [v for unit in units for v in unit]
    observed = sum(
        sum(apart(a, b) for a, b in itertools.permutations(unit, 2)) / (len(unit) - 1) for unit in units
    ) / len(every)
    expected = sum(apart(a, b) for a, b in itertools.permutations(every, 2)) / (len(every) * (len(every) - 1))
    return 1 - observed / expected


RATED = st.lists(
    st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0, NAN]), min_size=3, max_size=3), min_size=4, max_size=12
)


@given(RATED)
@settings(deadline=None, max_examples=60)
def test_alpha_is_that_of_all_pairs(rows):
    ratings = Ratings.of(np.array(rows))
    apart = {
        "nominal": lambda a, b: float(a != b),
        "interval": lambda a, b: (a - b) ** 2,
        "ratio": lambda a, b: ((a - b) / (a + b)) ** 2 if a + b else 0.0,
    }
    for level, distance in apart.items():
        found = krippendorff(ratings, level).value
        if math.isnan(found):
            shared = [v for row in rows for v in row if sum(not math.isnan(x) for x in row) > 1 and not math.isnan(v)]
            assert len(set(shared)) < 2
        else:
            assert found == pytest.approx(slow_alpha(rows, distance), abs=1e-12)


@given(RATED, st.permutations(range(3)), st.permutations([0.0, 1.0, 2.0, 5.0]))
@settings(deadline=None, max_examples=60)
def test_neither_the_order_of_coders_nor_the_names_of_values_matter(rows, order, names):
    rows = np.array(rows)
    renamed = rows[:, order].copy()
    for old, new in zip([0.0, 1.0, 2.0, 5.0], names, strict=True):
        renamed[rows[:, order] == old] = new
    for measure in (percent_agreement, fleiss, gwet_ac1, krippendorff):
        one, other = measure(Ratings.of(rows)), measure(Ratings.of(renamed))
        assert one.value == pytest.approx(other.value, abs=1e-12, nan_ok=True)
        assert one.std_error() == pytest.approx(other.std_error(), abs=1e-12, nan_ok=True)
    one, other = cohen(rows[:, 0], rows[:, 1]), cohen(renamed[:, order.index(1)], renamed[:, order.index(0)])
    assert one.value == pytest.approx(other.value, abs=1e-12, nan_ok=True)


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=3, max_size=20).filter(lambda v: len(set(v)) > 1))
@settings(deadline=None, max_examples=40)
def test_coders_who_are_alike_agree_wholly(values):
    same = np.column_stack([values, values, values])
    for measure in (percent_agreement, fleiss, gwet_ac1, krippendorff):
        assert measure(Ratings.of(same)).value == pytest.approx(1.0)
    for level in ("ordinal", "interval", "ratio"):
        assert krippendorff(Ratings.of(same), level).value == pytest.approx(1.0)
    assert cohen(np.array(values), np.array(values)).value == pytest.approx(1.0)


@pytest.mark.parametrize("measure", [percent_agreement, fleiss, krippendorff, gwet_ac1])
def test_what_a_unit_adds_is_the_slope_of_its_weight(measure):
    """Every unit of many copies of a table, taken a little more often: the coefficient moves by its influence."""
    rng = np.random.default_rng(5)
    rows = np.where(rng.random((40, 3)) < 0.5, rng.integers(0, 3, (40, 1)), rng.integers(0, 3, (40, 3))).astype(float)
    copies = 400
    whole = measure(Ratings.of(np.repeat(rows, copies, axis=0)))
    for unit in (0, 7, 23):
        more = measure(Ratings.of(np.vstack([np.repeat(rows, copies, axis=0), np.repeat(rows[[unit]], 4, axis=0)])))
        assert more.value - whole.value == pytest.approx(4 * whole.influence[unit * copies], rel=0.01, abs=1e-9)


def test_documents_drawn_as_a_whole_are_one_unit_each():
    values = Ratings.of(np.array([[1.0, 1], [1, 0], [0, 0], [0, 1], [1, 1], [0, 0]]))
    found = krippendorff(values)
    each = found.std_error(np.arange(6))
    assert each == pytest.approx(found.std_error() * math.sqrt(6 / 5))
    pairs = found.influence.reshape(3, 2).sum(axis=1)
    assert found.std_error(np.array([7, 7, 3, 3, 9, 9])) == pytest.approx(math.sqrt(3 / 2 * (pairs**2).sum()))
    assert math.isnan(found.std_error(np.zeros(6)))


def test_what_is_not_defined_is_not_a_number():
    one = Ratings.of(np.array([[1.0, NAN], [NAN, 1.0]]))
    same = Ratings.of(np.ones((5, 2)))
    for measure in (fleiss, gwet_ac1, krippendorff):
        assert math.isnan(measure(one).value)
        assert math.isnan(measure(same).value)
    assert percent_agreement(same).value == 1
    assert math.isnan(percent_agreement(one).value)
    assert math.isnan(cohen(np.ones(4), np.ones(4)).value)
    assert math.isnan(two_by_two(np.zeros(0, bool), np.zeros(0, bool)).pabak)
    assert math.isnan(Agreement(NAN).std_error())


def test_a_ratio_scale_has_nothing_below_zero():
    with pytest.raises(ValueError, match="a ratio scale has no values below zero: use interval"):
        krippendorff(Ratings.of(np.array([[-1.0, 2.0], [2.0, 2.0]])), "ratio")


def test_many_values_do_not_need_a_square_of_them():
    rng = np.random.default_rng(2)
    truth = rng.normal(size=4000)
    rows = np.column_stack([truth + rng.normal(scale=0.5, size=4000) for _ in range(2)])
    found = krippendorff(Ratings.of(rows), "interval").value
    n, every = rows.size, rows.ravel()
    within = ((rows[:, 0] - rows[:, 1]) ** 2).sum() * 2
    assert found == pytest.approx(1 - within / (2 * n * every.var() * n / (n - 1)))
