"""Intervals, differences, standardised differences and weighted summaries, by hand and beside other packages."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.models.survey import SurveyDesign
from pipeline.tables.balance import smd_levels, smd_means, smd_share
from pipeline.tables.groups import Members
from pipeline.tables.intervals import exact, logit_interval, newcombe, of_mean, welch, wilson
from pipeline.tables.precision import of_average, of_difference, of_share
from pipeline.tables.sample import Sample
from pipeline.tables.weighted import effective_n, weighted_shares, weighted_summary

COUNTS = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_wilson_is_the_root_of_the_score_test() -> None:
    low, high = wilson(7, 31)
    z = stats.norm.ppf(0.975)
    for edge in (float(low), float(high)):
        assert abs(7 / 31 - edge) / math.sqrt(edge * (1 - edge) / 31) == pytest.approx(z, rel=1e-12)


def test_nobody_has_no_interval_and_none_or_all_stay_within_0_and_1() -> None:
    for interval in (wilson, exact):
        low, high = interval([0, 0, 9], [0, 9, 9])
        assert np.isnan([low[0], high[0]]).all()
        assert low[1] == 0 and 0 < high[1] < 1
        assert 0 < low[2] < 1 and high[2] == 1


@given(COUNTS)
def test_exact_leaves_a_fortieth_in_each_tail(given: tuple[int, int]) -> None:
    count, of = given
    low, high = exact(count, of)
    if count:
        assert stats.binom.sf(count - 1, of, low) == pytest.approx(0.025, rel=1e-6)
    if count < of:
        assert stats.binom.cdf(count, of, high) == pytest.approx(0.025, rel=1e-6)


@given(COUNTS)
def test_wilson_agrees_with_statsmodels(given: tuple[int, int]) -> None:
    from statsmodels.stats.proportion import proportion_confint

    assert [float(x) for x in wilson(*given)] == pytest.approx(proportion_confint(*given, method="wilson"), abs=1e-12)


@given(COUNTS, COUNTS)
def test_newcombe_agrees_with_statsmodels(one: tuple[int, int], other: tuple[int, int]) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    found = newcombe(*one, *other)
    theirs = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx(theirs, abs=1e-9)
    assert found.low - 1e-12 <= found.estimate <= found.high + 1e-12


def test_newcombe_s_own_example() -> None:
    """Newcombe 1998, table II, 56/70 against 48/80: 0.0524 to 0.3339."""
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


def test_a_logit_interval_is_symmetric_on_its_scale_and_has_no_answer_for_all() -> None:
    low, high = (float(x) for x in logit_interval(0.2, 0.05, 10))
    half = stats.t.ppf(0.975, 10) * 0.05 / (0.2 * 0.8)
    assert math.log(low / (1 - low)) == pytest.approx(math.log(0.25) - half)
    assert math.log(high / (1 - high)) == pytest.approx(math.log(0.25) + half)
    assert np.isnan(logit_interval([0.0, 1.0, 0.5], [0.0, 0.0, 0.1], [9, 9, 0])).all()


def test_welch_and_the_interval_of_a_mean_agree_with_scipy() -> None:
    a, b = np.array([1.0, 4, 6, 6, 9]), np.array([2.0, 2, 3])
    theirs = stats.ttest_ind(a, b, equal_var=False).confidence_interval()
    found = welch(a.mean(), a.std(ddof=1), 5, b.mean(), b.std(ddof=1), 3)
    assert found == pytest.approx((5.2 - 7 / 3, *theirs))
    assert tuple(of_mean(5.2, a.std(ddof=1), 5)) == pytest.approx(stats.ttest_1samp(a, 0).confidence_interval())
    assert np.isnan(of_mean(3, math.nan, 1)).all()
    assert np.isnan(welch(3, math.nan, 1, 2, 1, 9)[1:]).all()


def test_standardised_differences_by_hand() -> None:
    assert smd_means(10, 3, 7, 4) == pytest.approx(3 / math.sqrt((9 + 16) / 2))
    assert smd_share(0.2, 0.4) == pytest.approx(0.2 / math.sqrt((0.16 + 0.24) / 2))
    assert math.isnan(smd_means(1, 0, 2, 0)) and smd_means(1, 0, 1, 0) == 0
    assert math.isnan(smd_share(0, 1))


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_two_levels_have_the_difference_of_a_proportion(p: float, q: float) -> None:
    levels = smd_levels(np.array([p, 1 - p]), np.array([q, 1 - q]))
    assert levels == pytest.approx(smd_share(p, q), rel=1e-6, abs=1e-9)


SHARES = st.lists(st.integers(1, 50), min_size=4, max_size=4).map(lambda x: np.array(x) / sum(x))


@given(SHARES, SHARES)
def test_several_levels_as_yang_and_dalton_write_it_whichever_level_is_left_out(p: np.ndarray, q: np.ndarray) -> None:
    def written(p: np.ndarray, q: np.ndarray) -> float:
        size = len(p) - 1
        spread = [[((p[i] * (1 - p[i]) + q[i] * (1 - q[i])) if i == j else -(p[i] * p[j] + q[i] * q[j])) / 2
                   for j in range(size)] for i in range(size)]  # fmt: skip
        gap = (p - q)[:-1]
        return math.sqrt(gap @ np.linalg.inv(np.array(spread)) @ gap)

    assert smd_levels(p, q) == pytest.approx(written(p, q), rel=1e-6, abs=1e-9)
    assert smd_levels(p[::-1], q[::-1]) == pytest.approx(written(p, q), rel=1e-6, abs=1e-9)
    extra = (np.append(p, 0), np.append(q, 0))
    assert smd_levels(*extra) == pytest.approx(written(p, q), rel=1e-6, abs=1e-9), "a level that nobody has"


def test_groups_without_a_level_in_common_have_no_standardised_difference() -> None:
    assert math.isnan(smd_levels(np.array([1.0, 0, 0]), np.array([0.0, 1, 0])))
    assert smd_levels(np.array([1.0, 0]), np.array([1.0, 0])) == 0


def test_weights_by_hand() -> None:
    x, w = np.array([1.0, 2, 4, np.nan, 9]), np.array([1.0, 2, 1, 5, 0])
    found = weighted_summary(x, w)
    mean = (1 + 4 + 4) / 4
    assert found.mean == mean
    assert found.sd == pytest.approx(math.sqrt(((1 - mean) ** 2 + 2 * (2 - mean) ** 2 + (4 - mean) ** 2) / 4 * 3 / 2))
    assert (found.q1, found.median, found.q3) == (1, 2, 2)
    assert effective_n(np.array([1.0, 2, 1])) == 16 / 6 and effective_n(np.array([])) == 0
    assert weighted_shares(np.array([0, 1, -1, 1]), 3, np.array([1.0, 2, 9, 1])) == pytest.approx([0.25, 0.75, 0])


@given(st.lists(st.integers(-9, 9), min_size=2, max_size=30), st.integers(1, 7))
def test_equal_weights_change_nothing(values: list[int], weight: int) -> None:
    x = np.array(values, dtype=float)
    found = weighted_summary(x, np.full(len(x), weight / 3))
    assert found.mean == pytest.approx(x.mean(), abs=1e-12) and found.sd == pytest.approx(x.std(ddof=1), abs=1e-9)
    inverse = np.quantile(x, [0.25, 0.5, 0.75], method="inverted_cdf")
    assert [found.q1, found.median, found.q3] == list(inverse)
    assert effective_n(np.full(len(x), weight / 3)) == pytest.approx(len(x))


def samples(n: int) -> dict[str, Sample]:
    weight = np.linspace(0.3, 2.9, n)
    return {
        "weighted": Sample(SurveyDesign.of(weight, np.arange(n) % 2, np.arange(n) % 8), np.arange(n), None),
        "clustered": Sample(None, np.arange(n), np.arange(n, dtype=np.int64) % 8),
        "usual": Sample(None, np.arange(n), None),
    }


ALIKE = [0.0, 1.0, 0.1, 1 / 3]


@pytest.mark.parametrize("design", ["weighted", "clustered", "usual"])
@pytest.mark.parametrize("value", ALIKE)
def test_answers_that_do_not_vary_have_no_interval_of_no_width(design: str, value: float) -> None:
    n = 40
    one, other = Members("a", "A", np.arange(16)), Members("b", "B", np.arange(16, n))
    values = np.full(n, value)
    sample = samples(n)[design]
    assert np.isnan(of_average(sample, one, values)).all()
    for second in (value, value + 1):
        values[16:] = second
        found = of_difference(sample, one, other, values, share=False)
        assert found.estimate == pytest.approx(value - second) and np.isnan(found[1:]).all()


@pytest.mark.parametrize("design", ["weighted", "clustered", "usual"])
@pytest.mark.parametrize("ends", [(0.0, 0.0), (1.0, 1.0), (0.0, 1.0)])
def test_of_none_and_of_all_an_interval_has_width_or_there_is_none(design: str, ends: tuple[float, float]) -> None:
    n = 40
    one, other = Members("a", "A", np.arange(16)), Members("b", "B", np.arange(16, n))
    ticked = np.repeat(ends, [16, 24])
    for kind in ("usual", "exact"):
        low, high = of_share(samples(n)[design], one, ticked, kind)
        assert high - low > 0.1 if design == "usual" else np.isnan([low, high]).all()
    found = of_difference(samples(n)[design], one, other, ticked, share=True)
    assert found.estimate == pytest.approx(ends[0] - ends[1])
    assert found.high - found.low > 0.1 if design == "usual" else np.isnan(found[1:]).all()


@pytest.mark.parametrize("design", ["weighted", "clustered", "usual"])
def test_answers_that_vary_a_little_keep_their_interval(design: str) -> None:
    n = 40
    one, other = Members("a", "A", np.arange(16)), Members("b", "B", np.arange(16, n))
    values = 1000 + 0.001 * np.random.default_rng(4).normal(size=n)
    low, high = of_average(samples(n)[design], one, values)
    found = of_difference(samples(n)[design], one, other, values, share=False)
    assert 0 < high - low < 0.01 and 0 < found.high - found.low < 0.01


@pytest.mark.parametrize("design", ["weighted", "clustered"])
@pytest.mark.parametrize("nobody_in", [0, 1])
def test_a_difference_from_a_side_that_does_not_vary_has_no_interval(design: str, nobody_in: int) -> None:
    """Linearised, none of 16 would be known exactly, and the difference as well as the other side alone."""
    sides = [Members("a", "A", np.arange(16)), Members("b", "B", np.arange(16, 40))]
    ticked = np.where(np.random.default_rng(5).random(40) < 0.5, 1.0, 0.0)
    assert not np.isnan(of_difference(samples(40)[design], *sides, ticked, share=True)).any()
    ticked[sides[nobody_in].rows] = 0.0
    ticked[sides[nobody_in].rows[0]] = np.nan
    found = of_difference(samples(40)[design], *sides, ticked, share=True)
    assert abs(found.estimate) > 0.3 and np.isnan(found[1:]).all()


@pytest.mark.parametrize("design", ["weighted", "clustered"])
def test_a_difference_from_a_side_of_one_unit_has_no_interval(design: str) -> None:
    """CR2 fits a lone cluster exactly: its interval covered 53 of 100 times in a simulation, not 95."""
    rng = np.random.default_rng(6)
    unit = np.r_[np.zeros(10, dtype=np.int64), 1 + np.arange(40) % 8]
    sample = {
        "weighted": Sample(SurveyDesign.of(rng.uniform(1, 2, 50), None, unit), np.arange(50), None),
        "clustered": Sample(None, np.arange(50), unit),
    }[design]
    one, other = Members("a", "A", np.arange(10)), Members("b", "B", np.arange(10, 50))
    for values, share in ((rng.normal(size=50), False), ((rng.random(50) < 0.5).astype(float), True)):
        found = of_difference(sample, one, other, values, share)
        assert not np.isnan(found.estimate) and np.isnan(found[1:]).all()
        several = [Members("c", "C", np.arange(10, 20)), Members("d", "D", np.arange(20, 50))]
        two = of_difference(sample, *several, values, share)
        assert not np.isnan(two).any()


def test_a_difference_of_means_from_a_side_that_does_not_vary_has_no_interval_as_it_has_no_test() -> None:
    one, other = Members("a", "A", np.arange(10)), Members("b", "B", np.arange(10, 30))
    values = np.r_[np.full(10, 3.0), np.random.default_rng(7).normal(size=20)]
    found = of_difference(samples(30)["usual"], one, other, values, share=False)
    assert found.estimate == pytest.approx(3.0 - values[10:].mean()) and np.isnan(found[1:]).all()
