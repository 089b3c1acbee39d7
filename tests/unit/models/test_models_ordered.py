"""The cumulative logit beside a slow likelihood, and what it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import fractional_matrix_power
from scipy.special import logit

from pipeline.models.coefficients import NotEstimable
from pipeline.models.gee import gee, gee_errors
from pipeline.models.linear import INTERCEPT, logistic
from pipeline.models.ordered import clustered_errors, cumulative_logit, model_errors
from pipeline.models.survey import SurveyDesign
from pipeline.models.survey_ordered import survey_ordered


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


@pytest.mark.parametrize("apart", [0.0, 1e-9])
def test_collinear_covariates_are_refused(apart: float) -> None:
    x = pd.DataFrame({"a": [0.0, 1.0] * 5, "b": [1.0 + apart, 0.0] + [1.0, 0.0] * 4})
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


def test_in_clusters_two_levels_have_kauermann_and_carrolls_errors_of_a_logistic_gee() -> None:
    x, y, cluster = in_clusters(7, 1)
    found = clustered_errors(cumulative_logit(x, (y > 1).astype(int), ("a",)), cluster)
    equations = gee(pd.DataFrame({INTERCEPT: 1.0, **x}), (y > 1) * 1.0, cluster, "logit", "independence")
    other = gee_errors(equations, "Kauermann-Carroll", "clusters less coefficients")
    assert found.estimate * [-1, 1, 1] == pytest.approx(other.estimate, rel=1e-7)
    assert found.std_error == pytest.approx(other.std_error, rel=1e-6)
    assert found.df.tolist() == other.df.tolist() == [7.0 - 3] * 3


def test_errors_in_clusters_are_those_of_scores_and_second_differences_cluster_by_cluster() -> None:
    """The slow twin: each cluster's log likelihood in plain words, its derivatives by differences, and powers of
    matrices as they stand in the formula."""
    x, y, cluster = in_clusters(6, 1)
    fit = cumulative_logit(x, y, ("a", "b", "c"))
    k, step = len(fit.terms), 1e-4

    def told(at: np.ndarray, rows: np.ndarray) -> float:
        below = 1 / (1 + np.exp(-(at[:3] - (x.to_numpy()[rows] @ at[3:])[:, None])))
        chance = np.diff(np.column_stack([np.zeros(len(below)), below, np.ones(len(below))]))
        return float(np.log(chance[np.arange(len(below)), y[rows]]).sum())

    units = step * np.eye(k)
    scores, informations = [], []
    for one in range(6):
        rows = cluster == one
        at = fit.estimate
        scores.append([(told(at + u, rows) - told(at - u, rows)) / (2 * step) for u in units])
        informations.append([[-(told(at + u + v, rows) - told(at + u - v, rows) - told(at - u + v, rows)
                                + told(at - u - v, rows)) / (4 * step**2) for v in units] for u in units])  # fmt: skip
    bread = np.linalg.inv(np.sum(informations, axis=0))
    influence = [bread @ fractional_matrix_power(np.eye(k) - m @ bread, -0.5) @ s
                 for s, m in zip(np.array(scores), np.array(informations), strict=True)]  # fmt: skip
    slow = np.sum([np.outer(i, i) for i in influence], axis=0)
    found = clustered_errors(fit, cluster)
    assert np.diag(found.vcov) == pytest.approx(np.diag(slow.real), rel=1e-4)
    assert found.vcov == pytest.approx(slow.real, rel=1e-3, abs=1e-4 * slow.real.max())
    plain = np.array(scores) @ bread
    assert (np.diag(found.vcov) > np.diag(plain.T @ plain)).all()


def test_what_one_cluster_determines_by_itself_has_no_error() -> None:
    x, y, cluster = in_clusters(8, 0)
    found = clustered_errors(cumulative_logit(x.assign(first=(cluster == 0) * 1.0), y, ("a", "b", "c")), cluster)
    assert np.isnan(found.std_error[-1]) and np.isnan(found.df[-1]) and np.isfinite(found.std_error[3])


@pytest.mark.parametrize("of", ["clusters", "people", "sample"])
def test_years_and_other_covariates_far_from_zero_cost_no_digits(of: str) -> None:
    """Two of them, a thousand and ten thousand of their standard deviations away: the information of a model without
    its digits was no longer one, and the run broke off."""
    x, y, cluster = in_clusters(12, 0)
    rng = np.random.default_rng(9)
    x = x.assign(year=rng.normal(size=len(x)), day=rng.normal(size=len(x)))
    every, thresholds = np.ones(len(x), dtype=bool), ("a", "b", "c")
    design = SurveyDesign.of(1.0 + cluster % 3, None, cluster)

    def errors(columns: pd.DataFrame) -> np.ndarray:
        if of == "sample":
            return survey_ordered(columns, y, thresholds, design, every).std_error[3:]
        fit = cumulative_logit(columns, y, thresholds)
        return (clustered_errors(fit, cluster) if of == "clusters" else model_errors(fit)).std_error[3:]

    near = errors(x)
    assert errors(x.assign(year=x["year"] + 2e3, day=x["day"] + 1e4)) == pytest.approx(near, rel=1e-9)
    assert errors(x * [1.0, 1e9, 1e-9]) * [1.0, 1e9, 1e-9] == pytest.approx(near, rel=1e-9)
