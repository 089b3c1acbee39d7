"""Draws of units and their limits, beside slow versions."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models.coefficients import NotEstimable
from pipeline.models.resample import bca, percentile, unit_counts


def slow_bca(draws: list[float], estimate: float, jackknifed: list[float], level: float) -> tuple[float, float]:
    """Efron & Tibshirani 1993, sect. 14.3, a number at a time."""
    normal = NormalDist()
    below = sum(1.0 if d < estimate else 0.5 if d == estimate else 0.0 for d in draws) / len(draws)
    bias = normal.inv_cdf(below)
    middle = sum(jackknifed) / len(jackknifed)
    cubes, squares = sum((middle - v) ** 3 for v in jackknifed), sum((middle - v) ** 2 for v in jackknifed)
    a = cubes / (6 * squares**1.5)
    limits = []
    for share in ((1 - level) / 2, (1 + level) / 2):
        z = bias + normal.inv_cdf(share)
        at = normal.cdf(bias + z / (1 - a * z)) * (len(draws) - 1)
        ordered, left = sorted(draws), math.floor(at)
        right = min(left + 1, len(draws) - 1)
        limits.append(ordered[left] + (at - left) * (ordered[right] - ordered[left]))
    return limits[0], limits[1]


@given(st.integers(0, 10_000), st.sampled_from([0.8, 0.9, 0.95]))
@settings(max_examples=40)
def test_bca_of_a_mean_is_the_slow_one(seed: int, level: float) -> None:
    """The jackknife of a mean is its influence function."""
    rng = np.random.default_rng(seed)
    x = rng.exponential(size=25)
    draws = np.concatenate([c @ x / 25 for c in unit_counts(np.zeros(25, dtype=int), 300, rng)])
    left_out = [(x.sum() - v) / 24 for v in x]
    found = bca(draws[:, None], np.array([x.mean()]), ((x - x.mean()) / 25)[:, None], level)
    slow = slow_bca(draws.tolist(), float(x.mean()), left_out, level)
    assert (found.low[0], found.high[0]) == pytest.approx(slow, rel=1e-9)


def test_bca_of_draws_without_bias_and_skew_is_the_percentile() -> None:
    draws = np.linspace(-3, 3, 401)[:, None]
    plain, found = percentile(draws), bca(draws, np.zeros(1), np.array([[-1.0], [1.0], [2.0], [-2.0]]))
    assert (found.low, found.high) == (pytest.approx(plain.low), pytest.approx(plain.high))


def test_bca_has_no_limits_where_all_draws_lie_on_one_side() -> None:
    found = bca(np.linspace(1, 2, 100)[:, None], np.zeros(1), np.array([[-1.0], [1.0]]))
    assert np.isnan([found.low[0], found.high[0]]).all()


def test_bca_of_a_constant_is_that_constant() -> None:
    found = bca(np.zeros((100, 1)), np.zeros(1), np.zeros((5, 1)))
    assert (found.low[0], found.high[0]) == (0, 0)


def test_too_few_draws_for_a_level() -> None:
    with pytest.raises(NotEstimable, match="^19 draws are too few for limits of 90 percent$"):
        percentile(np.zeros((19, 1)), 0.9)
    percentile(np.zeros((20, 1)), 0.9)


def test_without_strata_as_many_units_are_drawn_as_there_are() -> None:
    counts = np.concatenate(list(unit_counts(np.zeros(7, dtype=int), 4000, np.random.default_rng(1))))
    assert (counts.sum(axis=1) == 7).all()
    assert counts.mean(axis=0) == pytest.approx(np.ones(7), abs=0.06)
    assert counts.var() == pytest.approx(6 / 7, abs=0.03)


def test_within_strata_a_unit_less_is_drawn_and_counts_are_scaled_up() -> None:
    strata = np.array([5, 2, 5, 2, 5, 9])
    counts = np.concatenate(list(unit_counts(strata, 4000, np.random.default_rng(1))))
    three, two, one = counts[:, strata == 5], counts[:, strata == 2], counts[:, strata == 9]
    assert three.sum(axis=1) == pytest.approx(3)
    assert set(np.unique(three)) == {0.0, 1.5, 3.0}
    assert set(np.unique(two)) == {0.0, 2.0}
    assert two.sum(axis=1) == pytest.approx(2)
    assert (one == 1).all()
    assert counts.mean(axis=0) == pytest.approx(np.ones(6), abs=0.06)


@pytest.mark.parametrize("cells", [1, 50, 10**7])
def test_draws_do_not_depend_on_the_size_of_chunks(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    strata = np.array([0, 0, 1, 1, 1, 2, 2])
    known = np.concatenate(list(unit_counts(strata, 30, np.random.default_rng(1))))
    monkeypatch.setattr("pipeline.models.resample.CELLS", cells)
    chunks = list(unit_counts(strata, 30, np.random.default_rng(1)))
    assert max(len(c) for c in chunks) == max(1, min(30, cells // 7))
    assert (np.concatenate(chunks) == known).all()
