"""The wild cluster bootstrap: what can be counted by hand, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.models.coefficients import NotEstimable
from pipeline.models.linear import INTERCEPT, Fit, logistic, ols
from pipeline.models.wild import WildTest, wild_cluster

RNG = np.random.default_rng(0)


def of_means(*means: float, null: float = 0.0) -> WildTest:
    """The mean of clusters of two people each, who differ by 1 from their cluster's mean."""
    y = np.repeat(means, 2) + np.tile([-1.0, 1.0], len(means))
    return wild_cluster(
        ols(pd.DataFrame({INTERCEPT: np.ones(len(y))}), y), np.arange(len(y)) // 2, INTERCEPT, RNG, null
    )


def test_a_mean_of_clusters_is_a_test_of_signs() -> None:
    """All means above the null: only the vector itself and its opposite are as extreme."""
    assert of_means(1, 2, 3, 4, 5, 6).p == 2 / 64
    # beside 1 - 1 + 5 + 9 = 14: -1 + 1 + 5 + 9 = 14, 1 + 1 + 5 + 9 = 16 and their opposites
    assert of_means(1, -1, 5, 9).p == 6 / 16
    assert of_means(1, 2, 3, 4, 5, 6, null=3.5).p == 1


def test_five_clusters_reject_nothing_at_the_usual_level() -> None:
    found = of_means(1, 2, 3, 4, 5)
    assert (found.smallest, found.p) == (2 / 32, 2 / 32)
    assert (found.ci_low, found.ci_high) == (-np.inf, np.inf)


def test_six_clusters_have_an_interval_which_ends_at_the_outermost_means() -> None:
    """A null below all means, or above them, has just two vectors of 64 against it; one beyond a mean has four."""
    found = of_means(1, 2, 3, 4, 5, 6)
    assert (found.ci_low, found.ci_high) == (pytest.approx(1), pytest.approx(6))
    assert (found.estimate, found.clusters, found.draws) == (pytest.approx(3.5), 6, 64)
    assert found.weights == "Rademacher, all sign vectors"


def test_nothing_is_drawn_where_all_vectors_are_gone_through() -> None:
    rng = np.random.default_rng(3)
    y = np.arange(24.0) ** 1.5
    fit = ols(pd.DataFrame({INTERCEPT: np.ones(24)}), y)
    wild_cluster(fit, np.arange(24) // 2, INTERCEPT, rng)
    assert rng.random() == np.random.default_rng(3).random()
    wild_cluster(fit, np.arange(24) % 13, INTERCEPT, rng)
    assert rng.random() != np.random.default_rng(3).random(2)[1]


def arms() -> Fit:
    return ols(pd.DataFrame({INTERCEPT: 1.0, "arm": [0.0, 0, 0, 1, 1, 1]}), np.array([1.0, 2, 3, 4, 6, 8]))


@pytest.mark.parametrize(
    ("cluster", "message"),
    [
        ([0, 0, 0, 0, 0, 0], "all rows belong to one cluster"),
        ([0, 0, 0, 1, 1, 1], "every cluster is fitted exactly, which leaves no error to be estimated"),
    ],
)
def test_a_bootstrap_without_an_answer_says_why(cluster: list[int], message: str) -> None:
    with pytest.raises(NotEstimable) as refused:
        wild_cluster(arms(), np.array(cluster), "arm", RNG)
    assert str(refused.value) == message


def test_what_fits_everyone_exactly_is_refused() -> None:
    fit = ols(pd.DataFrame({INTERCEPT: 1.0, "arm": [0.0, 0, 1, 1]}), np.array([1.0, 1, 2, 2]))
    with pytest.raises(NotEstimable, match="^every cluster is fitted exactly, which leaves no error to be estimated$"):
        wild_cluster(fit, np.arange(4), "arm", RNG)


def test_a_logistic_model_is_none_of_its_business() -> None:
    x = pd.DataFrame({INTERCEPT: 1.0, "arm": [0.0, 0, 0, 1, 1, 1]})
    with pytest.raises(ValueError, match="^the wild cluster bootstrap is of least squares without weights$"):
        wild_cluster(logistic(x, np.array([0.0, 1, 0, 1, 0, 1])), np.arange(6), "arm", RNG)
