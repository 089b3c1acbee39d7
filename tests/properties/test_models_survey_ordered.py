"""The cumulative logit of a weighted sample beside its likelihood's differences and sums by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models.linear import INTERCEPT
from pipeline.models.survey import SurveyDesign, survey_linear, survey_logistic
from pipeline.models.survey_ordered import linearised, survey_ordered

N = 120


def sample(seed: int, single: bool, halved: bool) -> tuple[pd.DataFrame, np.ndarray, SurveyDesign, np.ndarray]:
    """Five strata of three units (the last of one unit, if ``single``), an outcome of three levels, a domain of which
    some units have nobody."""
    rng = np.random.default_rng(seed)
    strata, psu = np.repeat(np.arange(5), N // 5), np.tile(np.repeat(np.arange(3), 4), N // 12)
    if single:
        psu[strata == 4] = 0
    x = pd.DataFrame({"a": rng.normal(size=N), "b": rng.integers(0, 2, N).astype(float)})
    y = np.digitize(0.6 * x["a"] - x["b"] + rng.logistic(size=N) + rng.normal(size=15)[3 * strata + psu], [-1, 1])
    weight = rng.uniform(0.2, 4, N)
    weight[rng.random(N) < 0.05] = 0.0
    domain = rng.random(N) < (0.7 if halved else 1.1)
    if halved:
        domain[(strata == 1) & (psu == 2)] = False
    return x, y, SurveyDesign.of(weight, strata, psu), domain


def log_chance(x: np.ndarray, y: int, at: np.ndarray) -> float:
    bounds = [-np.inf, at[0], at[1], np.inf]
    high, low = (1 / (1 + np.exp(-(bounds[y + i] - x @ at[2:]))) for i in (1, 0))
    return float(np.log(high - low))


def by_differences(x: pd.DataFrame, y: np.ndarray, at: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores of rows and their second derivatives, by central differences of the likelihood."""
    h = 1e-4 * np.eye(4)
    score, curve = np.zeros((len(y), 4)), np.zeros((len(y), 4, 4))
    for i in np.flatnonzero(rows):

        def value(b: np.ndarray, i: int = i) -> float:
            return log_chance(x.to_numpy()[i], int(y[i]), b)

        for j in range(4):
            score[i, j] = (value(at + h[j]) - value(at - h[j])) / 2e-4
            for k in range(4):
                corners = value(at + h[j] + h[k]) - value(at + h[j] - h[k]) - value(at - h[j] + h[k])
                curve[i, j, k] = (corners + value(at - h[j] - h[k])) / 4e-8
    return score, curve


@settings(max_examples=12)
@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_errors_are_those_of_linearisation_by_hand(seed: int, single: bool, halved: bool) -> None:
    x, y, design, domain = sample(seed, single, halved)
    rows = domain & (design.weight > 0)
    hidden = x.where(pd.Series(domain), np.nan)  # what lies outside the domain must not be looked at
    found = survey_ordered(hidden, np.where(domain, y, -9), ("low", "high"), design, domain)
    assert found.terms == ("low", "high", "a", "b")
    assert found.rows == rows.sum()
    score, curve = by_differences(x, y, found.estimate, rows)
    weight = np.where(rows, design.weight, 0.0)
    bread = np.linalg.inv(-np.einsum("i,ijk->jk", weight, curve))
    influence = (weight[:, None] * score) @ bread
    assert np.allclose(influence.sum(axis=0), 0, atol=1e-6)  # the estimate is where the weighted score is zero
    totals = {u: influence[design.psu == u].sum(axis=0) for u in np.unique(design.psu)}
    grand, vcov = sum(totals.values()) / len(totals), np.zeros((4, 4))
    for stratum in np.unique(design.strata):
        here = [totals[u] for u in np.unique(design.psu[design.strata == stratum])]
        centre, scale = (grand, 1.0) if len(here) == 1 else (sum(here) / len(here), len(here) / (len(here) - 1))
        vcov += scale * sum(np.outer(t - centre, t - centre) for t in here)
    assert np.allclose(found.vcov, vcov, rtol=1e-4, atol=1e-6 * np.diag(vcov).max())
    units = len(np.unique(design.psu[rows])) - len(np.unique(design.strata[rows]))
    assert found.df.tolist() == [units - 2] * 4


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_two_levels_are_a_weighted_logistic_regression(seed: int, single: bool, halved: bool) -> None:
    x, y, design, domain = sample(seed, single, halved)
    found = survey_ordered(x, np.minimum(y, 1), ("low",), design, domain)
    plain = survey_logistic(pd.DataFrame({INTERCEPT: 1.0, **x}), np.minimum(y, 1).astype(float), design, domain)
    turn = np.diag([-1, 1, 1])
    assert np.allclose(turn @ found.estimate, plain.estimate, rtol=1e-7, atol=1e-9)
    assert np.allclose(turn @ found.vcov @ turn, plain.vcov, rtol=1e-6, atol=1e-9)
    assert (found.df == plain.df).all()


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_the_sum_over_units_is_svys_own(seed: int, single: bool, halved: bool) -> None:
    x, _, design, domain = sample(seed, single, halved)
    y = x["a"].to_numpy() ** 2
    full = pd.DataFrame({INTERCEPT: 1.0, **x})
    found = survey_linear(full, y, design, domain)
    weight = design.weight * domain
    bread = np.linalg.inv(full.T.to_numpy() @ (weight[:, None] * full.to_numpy()))
    influence = (full.to_numpy() * (weight * (y - full.to_numpy() @ found.estimate))[:, None]) @ bread
    assert np.allclose(linearised(influence, design), found.vcov, rtol=1e-7, atol=1e-12)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_neither_order_nor_names_nor_the_sum_of_weights_matter(seed: int, halved: bool) -> None:
    x, y, design, domain = sample(seed, False, halved)
    one = survey_ordered(x, y, ("low", "high"), design, domain)
    order = np.random.default_rng(seed).permutation(N)
    again = SurveyDesign.of(1e5 * design.weight[order], 9 - design.strata[order], 70 - 3 * design.psu[order])
    moved = (x.assign(a=x["a"] * 1000)).iloc[order].reset_index(drop=True)
    other = survey_ordered(moved, y[order], ("low", "high"), again, domain[order])
    scale = [1, 1, 1000, 1]
    assert other.estimate * scale == pytest.approx(one.estimate, rel=1e-7, abs=1e-9)
    assert other.std_error * scale == pytest.approx(one.std_error, rel=1e-6)
    assert other.df.tolist() == one.df.tolist()
