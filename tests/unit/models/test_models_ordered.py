"""The cumulative logit beside a slow likelihood, and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from pipeline.models.coefficients import NotEstimable
from pipeline.models.linear import INTERCEPT, logistic
from pipeline.models.ordered import clustered_errors, cumulative_logit, model_errors


def test_two_levels_are_a_logistic_regression() -> None:
    rng = np.random.default_rng(3)
    x = pd.DataFrame({"support": rng.normal(size=80), "age": rng.normal(50, 9, size=80)})
    y = (rng.random(80) < 0.4).astype(int)
    found = model_errors(cumulative_logit(x, y, ("0|1",)))
    plain = logistic(pd.DataFrame({INTERCEPT: 1.0, **x}), y.astype(float))
    assert found.estimate * [-1, 1, 1] == pytest.approx(plain.estimate, rel=1e-8)
    assert found.std_error == pytest.approx(np.sqrt(np.diag(plain.bread)), rel=1e-8)


def test_the_first_threshold_has_the_right_sign() -> None:
    x = pd.DataFrame({"arm": [0.0, 1.0] * 10})
    y = np.repeat([0, 1, 2, 3], [4, 6, 8, 2])
    found = cumulative_logit(x, y, ("a", "b", "c"))
    assert found.estimate == pytest.approx([logit(4 / 20), logit(10 / 20), logit(18 / 20), 0.0], abs=1e-8)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0, 0, 0, 2, 2, 2, 2, 2], "a level of the ordered outcome has nobody: join levels in the declaration"),
        (
            [0, 0, 0, 0, 1, 2, 1, 2],
            "the ordered fit has no finite maximum: an answer is predicted perfectly (separation)",
        ),
    ],
)
def test_outcomes_that_have_no_finite_answer_say_why(y: list[int], message: str) -> None:
    with pytest.raises(NotEstimable) as refused:
        cumulative_logit(pd.DataFrame({"arm": [0.0] * 4 + [1.0] * 4}), np.array(y), ("a", "b"))
    assert str(refused.value) == message


def test_collinear_covariates_are_refused() -> None:
    x = pd.DataFrame({"a": [0.0, 1.0] * 5, "b": [1.0, 0.0] * 5})
    with pytest.raises(NotEstimable, match="^the covariates are collinear, or one of them is constant$"):
        cumulative_logit(x, np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0]), ("a", "b"))


def test_weights_of_whole_numbers_are_repeated_rows() -> None:
    rng = np.random.default_rng(8)
    x = pd.DataFrame({"support": rng.normal(size=60)})
    y, weight = rng.integers(0, 3, size=60), rng.integers(1, 4, size=60)
    again = np.repeat(np.arange(60), weight)
    weighted = cumulative_logit(x, y, ("a", "b"), weight.astype(float))
    repeated = cumulative_logit(x.iloc[again], y[again], ("a", "b"))
    assert weighted.estimate == pytest.approx(repeated.estimate, rel=1e-8)
    assert weighted.bread == pytest.approx(repeated.bread, rel=1e-8)


def in_clusters(count: int, own: int, seed: int = 5) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Made-up people of clusters that differ, an exposure of theirs and ``own`` further covariates of theirs."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(count), 20)
    columns = {f"own{i}": rng.normal(size=count)[cluster] for i in range(own)}
    x = pd.DataFrame({**columns, "arm": (cluster % 2).astype(float)})
    latent = 0.6 * rng.normal(size=count)[cluster] + rng.logistic(size=len(cluster))
    return x, np.digitize(latent, [-1.0, 0.0, 1.5]), cluster


def test_the_reference_of_clusters_counts_the_slopes_and_one() -> None:
    for own in (0, 1, 3):
        x, y, cluster = in_clusters(6, own)
        found = clustered_errors(cumulative_logit(x, y, ("a", "b", "c")), cluster)
        assert found.df.tolist() == [6.0 - (own + 1) - 1] * (3 + own + 1)


def test_clusters_that_are_too_few_for_the_slopes_are_refused() -> None:
    """Each cluster's mean is fitted exactly: what its people's scores add up to says nothing of how clusters differ."""
    x, y, cluster = in_clusters(5, 3)
    with pytest.raises(NotEstimable, match="^the clusters are too few for so many coefficients$"):
        clustered_errors(cumulative_logit(x, y, ("a", "b", "c")), cluster)
