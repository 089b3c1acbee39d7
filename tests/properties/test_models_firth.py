"""Firth's logistic regression beside a direct search of its penalised likelihood."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize
from scipy.stats import chi2

from pipeline.models.coefficients import NotEstimable
from pipeline.models.firth import FirthCoefficients, firth
from pipeline.models.linear import INTERCEPT, logistic


def people(seed: int, n: int, rare: float = 0.3) -> tuple[pd.DataFrame, np.ndarray]:
    """A number and a group; with few people or few events the outcome is often separated."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({INTERCEPT: 1.0, "support": rng.normal(size=n), "arm": (np.arange(n) % 2).astype(float)})
    y = (rng.random(n) < rare * np.exp(0.5 * x["support"].to_numpy())).astype(float)
    y[:2] = 0, 1
    return x, y


def penalised(x: np.ndarray, y: np.ndarray, at: np.ndarray) -> float:
    mean = 1 / (1 + np.exp(-x @ at))
    sign, size = np.linalg.slogdet(x.T @ np.diag(mean * (1 - mean)) @ x)
    if sign <= 0 or not ((mean > 0) & (mean < 1)).all():
        return -np.inf
    return float(np.log(np.where(y == 1, mean, 1 - mean)).sum() + size / 2)


def searched(x: np.ndarray, y: np.ndarray, held: dict[int, float]) -> tuple[np.ndarray, float]:
    """The highest penalised likelihood with some coefficients held, by trying."""
    free = [j for j in range(x.shape[1]) if j not in held]

    def whole(part: np.ndarray) -> np.ndarray:
        at = np.zeros(x.shape[1])
        at[free], at[list(held)] = part, list(held.values())
        return at

    def minus(part: np.ndarray) -> float:
        found = penalised(x, y, whole(part))
        return -found if np.isfinite(found) else 1e10

    part = np.zeros(len(free))
    for _ in range(3):
        found = minimize(minus, part, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 5000})
        part = found.x
    return whole(part), -float(found.fun)


@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1), st.integers(8, 30))
def test_estimates_p_values_and_intervals_are_those_of_the_penalised_likelihood(seed: int, n: int) -> None:
    frame, y = people(seed, n)
    x, found = frame.to_numpy(), firth(frame, y)
    at, top = searched(x, y, {})
    assert found.estimate == pytest.approx(at, rel=1e-5, abs=1e-6)
    assert found.likelihood == pytest.approx(top, rel=1e-10)
    mean = 1 / (1 + np.exp(-x @ found.estimate))
    assert found.vcov == pytest.approx(np.linalg.inv(x.T @ np.diag(mean * (1 - mean)) @ x), rel=1e-8)
    low, high = found.interval()
    for j in range(3):
        _, below = searched(x, y, {j: 0.0})
        assert found.p[j] == pytest.approx(chi2.sf(2 * (top - below), 1), rel=1e-4, abs=1e-8)
        for end in (low[j], high[j]):
            assert searched(x, y, {j: end})[1] == pytest.approx(top - chi2.ppf(0.95, 1) / 2, abs=1e-8)
    assert (low < found.estimate).all() and (found.estimate < high).all()


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(6, 60))
def test_separation_is_told_where_the_plain_likelihood_has_no_maximum(seed: int, n: int) -> None:
    x, y = people(seed, n, 0.15)
    found = firth(x, y)
    low, high = found.interval()
    assert np.isfinite(found.estimate).all() and np.isfinite([low, high]).all()
    assert ((found.p < 0.05) == ((low > 0) | (high < 0))).all()
    try:
        logistic(x, y)
        assert found.separated == ""
    except NotEstimable as refused:
        assert found.separated == str(refused)


@settings(max_examples=40)
@given(st.integers(0, 20), st.integers(1, 20), st.integers(1, 20), st.integers(0, 20))
def test_two_groups_are_half_a_person_added_to_each_cell(a: int, b: int, c: int, d: int) -> None:
    assume(a + c > 0 and b + d > 0)
    x = pd.DataFrame({INTERCEPT: 1.0, "arm": np.repeat([0.0, 1.0], [a + b, c + d])})
    y = np.repeat([1.0, 0.0, 1.0, 0.0], [a, b, c, d])
    assume(len(y) > 2)
    found = firth(x, y)
    usual = np.log((a + 0.5) / (b + 0.5))
    assert found.estimate == pytest.approx([usual, np.log((c + 0.5) / (d + 0.5)) - usual], abs=1e-8)
    assert (found.separated != "") == (a == 0 or d == 0)


@settings(max_examples=40)
@given(st.integers(1, 30), st.integers(1, 30))
def test_a_share_alone_is_half_a_person_added_to_either_answer(yes: int, no: int) -> None:
    found = firth(pd.DataFrame({INTERCEPT: np.ones(yes + no)}), np.repeat([1.0, 0.0], [yes, no]))

    def fallen(log_odds: float) -> float:
        """Twice how far the likelihood of (yes + 1/2) and (no + 1/2) people lies below its maximum."""
        share, best = 1 / (1 + np.exp(-log_odds)), (yes + 0.5) / (yes + no + 1)
        parts = (yes + 0.5) * np.log(best / share) + (no + 0.5) * np.log((1 - best) / (1 - share))
        return float(2 * parts)

    middle = np.log((yes + 0.5) / (no + 0.5))
    assert found.estimate[0] == pytest.approx(middle, abs=1e-9)
    assert found.p[0] == pytest.approx(chi2.sf(fallen(0.0), 1), rel=1e-7)
    for end, far in zip(found.interval(0.9), (-30, 30), strict=True):
        assert end[0] == pytest.approx(brentq(lambda t: fallen(t) - chi2.ppf(0.9, 1), middle, far), rel=1e-8, abs=1e-9)


def ends(found: FirthCoefficients) -> np.ndarray:
    return np.array(found.interval())


@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1), st.integers(8, 40))
def test_order_scale_and_which_answer_counts_change_nothing(seed: int, n: int) -> None:
    x, y = people(seed, n)
    one = firth(x, y)
    order = np.random.default_rng(seed).permutation(n)
    scaled = firth((x.assign(support=x["support"] * -1e6)).iloc[order], y[order])
    by = np.array([1, -1e6, 1])
    assert scaled.estimate * by == pytest.approx(one.estimate, rel=1e-6, abs=1e-7)
    assert scaled.p == pytest.approx(one.p, rel=1e-6, abs=1e-9)
    low, high = ends(scaled)
    assert np.array([low[[0, 2]], high[[0, 2]]]) == pytest.approx(ends(one)[:, [0, 2]], rel=1e-6, abs=1e-7)
    assert [high[1] * -1e6, low[1] * -1e6] == pytest.approx(ends(one)[:, 1], rel=1e-6, abs=1e-7)
    other = firth(x, 1 - y)
    assert -other.estimate == pytest.approx(one.estimate, rel=1e-6, abs=1e-7)
    assert -ends(other)[::-1] == pytest.approx(ends(one), rel=1e-6, abs=1e-7)


def test_the_penalty_wears_off_with_many_people() -> None:
    x, y = people(3, 20_000)
    found, plain = firth(x, y), logistic(x, y)
    assert np.allclose(found.estimate, plain.estimate, atol=0.02 * found.std_error.min())
    assert np.allclose(found.std_error, np.sqrt(np.diag(plain.bread)), rtol=1e-3)
    low, high = found.interval()
    assert np.allclose((high - low) / 2, 1.95996 * found.std_error, rtol=1e-3)
