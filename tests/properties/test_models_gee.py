"""Estimating equations beside dense matrices, loops over pairs and fits without one cluster."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.models.cluster import clustered
from pipeline.models.coefficients import NotEstimable
from pipeline.models.gee import Errors, Link, Working, gee, gee_errors
from pipeline.models.linear import INTERCEPT, logistic, ols
from pipeline.models.score_sandwich import ALONE

Data = tuple[pd.DataFrame, np.ndarray, np.ndarray]
KINDS: tuple[Errors, ...] = ("robust", "Mancl-DeRouen", "Kauermann-Carroll")


def people(seed: int, clusters: int, link: Link) -> Data:
    """4 to 9 clusters of 1 to 6 people whose answers go together, one covariate their own and one their cluster's."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), rng.integers(1, 7, clusters))
    n = len(cluster)
    shared = rng.normal(size=clusters)[cluster]
    x = pd.DataFrame({INTERCEPT: np.ones(n), "own": rng.normal(size=n), "shared": shared})
    y = 0.4 * x["own"].to_numpy() + rng.normal(size=clusters)[cluster] + rng.normal(size=n)
    return x, (y > 0).astype(float) if link == "logit" else y, cluster


def moments(error: np.ndarray, groups: list[np.ndarray]) -> tuple[float, float]:
    """Mean product over all pairs of one cluster over the mean square, and the mean square."""
    pairs = [error[i] * error[j] for rows in groups for a, i in enumerate(rows) for j in rows[:a]]
    return float(np.mean(pairs) / np.mean(error**2)) if pairs else 0.0, float(np.mean(error**2))


def mean_of(x: np.ndarray, at: np.ndarray, link: Link) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, its derivatives, variances."""
    if link == "identity":
        return x @ at, x, np.ones(len(x))
    mean = 1 / (1 + np.exp(-x @ at))
    return mean, x * (mean * (1 - mean))[:, None], mean * (1 - mean)


def slowly(data: Data, link: Link, working: Working) -> tuple[np.ndarray, float, dict[str, np.ndarray]]:
    """Estimate, correlation and the three variance matrices, a dense covariance matrix a cluster."""
    x, y, cluster = data[0].to_numpy(), data[1], data[2]
    groups = [np.flatnonzero(cluster == c) for c in np.unique(cluster)]
    at, alpha = np.zeros(3), 0.0
    for _ in range(400):
        mean, slope, variance = mean_of(x, at, link)
        alpha = moments((y - mean) / np.sqrt(variance), groups)[0] if working == "exchangeable" else 0.0
        parts = []
        for rows in groups:
            root = np.diag(np.sqrt(variance[rows]))
            together = root @ (np.full((len(rows),) * 2, alpha) + (1 - alpha) * np.eye(len(rows))) @ root
            parts.append((slope[rows], np.linalg.inv(together), y[rows] - mean[rows]))
        bread = np.linalg.inv(sum(d.T @ v @ d for d, v, _ in parts))
        at = at + bread @ sum(d.T @ v @ r for d, v, r in parts)
    vcov = {}
    for kind in KINDS:
        meat = np.zeros((3, 3))
        for d, v, r in parts:
            rest = np.eye(len(r)) - d @ bread @ d.T @ v
            values, vectors = np.linalg.eig(rest)
            power = {"robust": 0.0, "Mancl-DeRouen": -1.0, "Kauermann-Carroll": -0.5}[kind]
            changed = (vectors * values.astype(complex) ** power) @ np.linalg.inv(vectors)
            u = d.T @ v @ changed.real @ r
            meat += np.outer(u, u)
        vcov[kind] = bread @ meat @ bread
    return at, alpha, vcov


@settings(max_examples=20)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(4, 9),
    st.sampled_from(["identity", "logit"]),
    st.sampled_from(["independence", "exchangeable"]),
)
def test_estimates_and_all_errors_are_those_of_dense_matrices(
    seed: int, clusters: int, link: Link, working: Working
) -> None:
    data = people(seed, clusters, link)
    try:
        fit = gee(*data, link, working)
    except NotEstimable:
        assume(False)
    found = {kind: gee_errors(fit, kind, "normal") for kind in KINDS}
    assume(all(np.isfinite(f.vcov).all() for f in found.values()) and np.abs(fit.estimate).max() < 20)
    at, alpha, vcov = slowly(data, link, working)
    assert np.allclose(fit.estimate, at, rtol=1e-7, atol=1e-9)
    if working == "exchangeable" and np.bincount(data[2]).max() > 1:
        assert fit.correlation == pytest.approx(alpha, rel=1e-7, abs=1e-9)
    for kind in KINDS:
        size = np.sqrt(np.diag(vcov[kind]))
        assert np.allclose(found[kind].vcov / np.outer(size, size), vcov[kind] / np.outer(size, size), atol=1e-6), kind


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(4, 9))
def test_independent_people_have_the_errors_of_least_squares(seed: int, clusters: int) -> None:
    """Robust is CR0, Kauermann-Carroll CR2, and Mancl-DeRouen what leaving out one cluster after another gives."""
    x, y, cluster = people(seed, clusters, "identity")
    fit, plain = gee(x, y, cluster, "identity", "independence"), ols(x, y)
    assert np.allclose(fit.estimate, plain.estimate, rtol=1e-9)
    found = {kind: gee_errors(fit, kind, "normal") for kind in KINDS}
    assert np.allclose(found["robust"].vcov, clustered(plain, cluster, "CR0").vcov, rtol=1e-8)
    if np.isnan(found["Mancl-DeRouen"].vcov).any():
        return
    assert np.allclose(found["Kauermann-Carroll"].vcov, clustered(plain, cluster, "CR2").vcov, rtol=1e-6, atol=1e-9)
    gone = [cluster != c for c in range(clusters)]
    assume(all(np.linalg.cond(x[rows]) < 1e5 and rows.sum() > 3 for rows in gone))
    shifts = np.array([ols(x[rows], y[rows]).estimate - plain.estimate for rows in gone])
    assert np.allclose(found["Mancl-DeRouen"].vcov, shifts.T @ shifts, rtol=1e-6)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["identity", "logit"]))
def test_neither_order_nor_names_nor_scale_change_what_is_found(seed: int, link: Link) -> None:
    x, y, cluster = people(seed, 9, link)
    try:
        fit = gee(x, y, cluster, link)
    except NotEstimable:
        assume(False)
    order = np.random.default_rng(seed).permutation(len(y))
    scaled = x.assign(own=x["own"] * 1e6)
    other = gee(scaled.iloc[order], y[order], 7 - 2 * cluster[order], link)
    assert other.correlation == pytest.approx(fit.correlation, rel=1e-7, abs=1e-9)
    assert np.allclose(other.estimate * [1, 1e6, 1], fit.estimate, rtol=1e-7, atol=1e-9)
    for kind in KINDS:
        one, two = gee_errors(fit, kind, "normal"), gee_errors(other, kind, "normal")
        assert np.allclose(two.std_error * [1, 1e6, 1], one.std_error, rtol=1e-6, equal_nan=True)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(4, 9), st.sampled_from(["identity", "logit"]))
def test_kauermann_carroll_lies_between_robust_and_mancl_derouen(seed: int, clusters: int, link: Link) -> None:
    """Of a single coefficient alone: the correction of each cluster is then one number of at least 1."""
    x, y, cluster = people(seed, clusters, link)
    try:
        fit = gee(x[[INTERCEPT]], y, cluster, link)
    except NotEstimable:
        assume(False)
    assume((fit.information[:, 0, 0] < (1 - ALONE) * fit.information.sum()).all())
    robust, wide, between = (gee_errors(fit, kind, "normal").std_error[0] for kind in KINDS)
    assert robust <= between <= wide


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_independence_is_what_statsmodels_has_for_its_bias_reduced_errors(seed: int) -> None:
    from statsmodels.genmod.cov_struct import Independence
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_estimating_equations import GEE

    x, y, cluster = people(seed, 9, "logit")
    try:
        logistic(x, y)
    except NotEstimable:
        assume(False)
    found = gee_errors(gee(x, y, cluster, "logit", "independence"), "Mancl-DeRouen", "normal")
    assume(np.isfinite(found.vcov).all() and np.abs(found.estimate).max() < 20)
    theirs = GEE(y, x, cluster, family=Binomial(), cov_struct=Independence()).fit(
        cov_type="bias_reduced", ctol=1e-12, maxiter=500
    )
    assert np.allclose(found.estimate, theirs.params, rtol=1e-6, atol=1e-8)
    assert np.allclose(found.std_error, theirs.bse, rtol=1e-6)


@pytest.mark.parametrize(("seed", "clusters", "link"), [(1088, 12, "identity"), (65, 9, "logit"), (721, 5, "logit")])
def test_steps_that_would_go_to_and_fro_settle(seed: int, clusters: int, link: Link) -> None:
    """People of a cluster who are less alike than by chance: whole steps swing between two correlations for ever."""
    x, y, cluster = people(seed, clusters, link)
    fit = gee(x, y, cluster, link)
    mean, _, variance = mean_of(x.to_numpy(), fit.estimate, link)
    groups = [np.flatnonzero(cluster == c) for c in range(clusters)]
    assert fit.correlation == pytest.approx(moments((y - mean) / np.sqrt(variance), groups)[0], rel=1e-8)
    assert fit.correlation < -0.1
    assert np.abs(fit.score.sum(axis=0)).max() < 1e-9


def test_steps_that_run_away_are_told() -> None:
    with pytest.raises(NotEstimable, match="^the estimating equations did not converge$"):
        gee(*people(303, 7, "logit"), "logit")
