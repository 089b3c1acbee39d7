"""Poisson and negative binomial regression beside a slow likelihood, and what they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import nbinom

from pipeline.models.coefficients import NotEstimable
from pipeline.models.counts import model_based, negative_binomial, poisson
from pipeline.models.linear import INTERCEPT


def people(n: int = 300) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(5)
    x = pd.DataFrame({INTERCEPT: 1.0, "support": rng.normal(size=n)})
    return x, rng.negative_binomial(1.5, 1.5 / (1.5 + np.exp(0.4 + 0.5 * x["support"]))).astype(float)


def test_negative_binomial_is_the_maximum_of_its_likelihood() -> None:
    x, y = people()
    fit, dispersion = negative_binomial(x, y)

    def minus(at: np.ndarray) -> float:
        size, mean = np.exp(-at[2]), np.exp(x.to_numpy() @ at[:2])
        return -float(nbinom.logpmf(y, size, size / (size + mean)).sum())

    slow = minimize(minus, [0.0, 0.0, 0.0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-11})
    assert [*fit.estimate, np.log(dispersion)] == pytest.approx(slow.x, abs=1e-6)


def test_an_offset_makes_rates() -> None:
    x = pd.DataFrame({INTERCEPT: np.ones(4)})
    y, months = np.array([2.0, 3.0, 1.0, 6.0]), np.array([1.0, 2.0, 1.0, 4.0])
    fit = poisson(x, y, np.log(months))
    assert fit.estimate[0] == pytest.approx(np.log(12 / 8))
    assert model_based(fit).std_error[0] == pytest.approx(np.sqrt(1 / 12))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0.0, 1.0, -1.0, 2.0, 1.0], "the outcome is not a count: there are negative or broken numbers"),
        ([0.0, 1.5, 1.0, 2.0, 1.0], "the outcome is not a count: there are negative or broken numbers"),
        ([0.0, 0.0, 0.0, 0.0, 0.0], "the outcome is zero for everyone who is left"),
        ([0.0, 0.0, 1.0, 2.0, 1.0], "one group of arm has no event"),
        (
            [1.0, 1.0, 1.0, 2.0, 1.0],
            "the counts vary no more than a Poisson's, so that they have no dispersion to estimate",
        ),
    ],
)
def test_counts_that_have_no_finite_answer_say_why(y: list[float], message: str) -> None:
    x = pd.DataFrame({INTERCEPT: 1.0, "arm": [0.0, 0.0, 1.0, 1.0, 1.0]})
    with pytest.raises(NotEstimable) as refused:
        negative_binomial(x, np.array(y))
    assert str(refused.value) == message


@pytest.mark.parametrize("offset", [False, True])
def test_a_reference_without_an_event_is_told_as_such(offset: bool) -> None:
    """Neither column has a side without events: the rest of both has."""
    group = np.arange(60) % 3
    x = pd.DataFrame({INTERCEPT: 1.0, "site=South": (group == 1) * 1.0, "site=West": (group == 2) * 1.0})
    y = np.where(group == 0, 0.0, np.arange(60) % 2)
    with pytest.raises(NotEstimable) as refused:
        poisson(x, y, np.zeros(60) if offset else None)
    assert str(refused.value) == "those whom site=South, site=West tell apart have no event"
    assert refused.value.discreet == "a group has no event"


def test_events_on_one_side_of_a_number_have_no_rate_ratio_where_they_bound_it_and_one_where_not() -> None:
    x = pd.DataFrame({INTERCEPT: 1.0, "age": np.arange(8.0)})
    with pytest.raises(NotEstimable, match="^those whom age tell apart have no event$"):
        poisson(x, np.array([0.0] * 7 + [2.0]))
    assert np.isfinite(poisson(x, np.array([0.0] * 6 + [1.0, 2.0])).estimate).all()
