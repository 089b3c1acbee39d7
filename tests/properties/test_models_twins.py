"""The models' fast paths beside slow, obvious ones written straight from the formulas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.models.cluster import _cr2, _cr2_least_squares, clustered, icc
from pipeline.models.linear import INTERCEPT, Fit, hc3, independent, logistic, ols
from pipeline.models.survey import SurveyDesign, survey_linear, survey_mean


def root(matrix: np.ndarray, power: float) -> np.ndarray:
    values, vectors = np.linalg.eigh(matrix)
    return sum(
        (
            value**power * np.outer(vector, vector)
            for value, vector in zip(values, vectors.T, strict=True)
            if value > 1e-12
        ),
        start=np.zeros_like(matrix),
    )


def cr2_from_the_paper(fit: Fit, cluster: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variance matrix and degrees of freedom by n-by-n matrices: Pustejovsky & Tipton 2018, equations 4, 6 and 11."""
    n, k = fit.x.shape
    left = np.linalg.pinv(fit.x)  # not by x'x, whose rounding would hide which eigenvalues are zero
    m, hat = left @ left.T, fit.x @ left
    rest = np.eye(n) - hat
    groups = [np.flatnonzero(cluster == c) for c in np.unique(cluster)]
    adjust = [root(rest[np.ix_(rows, rows)], -0.5) for rows in groups]
    meat = np.zeros((k, k))
    for rows, a in zip(groups, adjust, strict=True):
        score = fit.x[rows].T @ a @ fit.residual[rows]
        meat += np.outer(score, score)
    df = np.empty(k)
    for j in range(k):
        s = np.column_stack([rest[:, rows] @ a @ fit.x[rows] @ m[:, j] for rows, a in zip(groups, adjust, strict=True)])
        p = s.T @ s
        df[j] = np.trace(p) ** 2 / (p**2).sum() if (p**2).sum() > 0 else np.nan
    return m @ meat @ m, df


@st.composite
def clustered_data(draw: st.DrawFn) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """8 to 40 people in 3 to 8 clusters, some of one person; with one covariate fixed within clusters, now and then
    with a cluster that has a column of its own (where the adjustment matrix is singular)."""
    seed, clusters = draw(st.integers(0, 2**32 - 1)), draw(st.integers(3, 8))
    rng = np.random.default_rng(seed)
    n = draw(st.integers(max(8, clusters), 40))
    cluster = np.concatenate([np.arange(clusters), rng.integers(0, clusters, n - clusters)])
    x = pd.DataFrame(
        {INTERCEPT: np.ones(n), "own": rng.normal(size=n), "shared": rng.integers(-3, 4, clusters)[cluster] / 2}
    )
    if draw(st.booleans()):
        x["first"] = (cluster == 0).astype(float)
    kept, _ = independent(x)
    return x[kept], rng.normal(size=n) + 0.5 * rng.normal(size=clusters)[cluster], cluster


@settings(max_examples=60, deadline=None)
@given(clustered_data())
def test_cr2_and_its_degrees_of_freedom_are_those_of_the_paper(
    data: tuple[pd.DataFrame, np.ndarray, np.ndarray],
) -> None:
    x, y, cluster = data
    fit = ols(x, y)
    found = clustered(fit, cluster)
    vcov, df = cr2_from_the_paper(fit, cluster)
    size = np.sqrt(np.diag(fit.bread))
    assert np.allclose(found.vcov / np.outer(size, size), vcov / np.outer(size, size), rtol=1e-7, atol=1e-9)
    solid = np.diag(vcov) > 1e-18 * size**2
    assert np.allclose(found.df[solid], df[solid], rtol=1e-6)


def cr2_of_a_working_model(fit: Fit, cluster: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """CR2 where people's variances differ, by n-by-n matrices: Pustejovsky & Tipton 2018, equations 8 and 11, with the
    fit's own variances as the working model, its derivatives as design and inverse variances as weights."""
    variance = fit.weight
    slope, outer = fit.x * variance[:, None], variance * fit.residual
    m = np.linalg.inv(slope.T @ (slope / variance[:, None]))
    rest = np.eye(len(variance)) - slope @ m @ (slope / variance[:, None]).T
    spread = rest @ np.diag(variance) @ rest.T
    half = np.diag(np.sqrt(variance))
    groups = [np.flatnonzero(cluster == c) for c in np.unique(cluster)]
    meat, columns = np.zeros_like(m), []
    for rows in groups:
        d = half[np.ix_(rows, rows)]
        adjust = d @ root(d @ spread[np.ix_(rows, rows)] @ d, -0.5) @ d
        weighted = (slope[rows] / variance[rows, None]).T @ adjust
        meat += np.outer(weighted @ outer[rows], weighted @ outer[rows])
        columns.append(rest[rows].T @ adjust.T @ (slope[rows] / variance[rows, None]) @ m)
    df = np.empty(len(m))
    for j in range(len(m)):
        g = np.column_stack([c[:, j] for c in columns])
        p = g.T @ np.diag(variance) @ g
        df[j] = np.trace(p) ** 2 / (p**2).sum()
    return m @ meat @ m, df


@settings(max_examples=40, deadline=None)
@given(clustered_data())
def test_cr2_with_unequal_weights_is_that_of_the_paper(data: tuple[pd.DataFrame, np.ndarray, np.ndarray]) -> None:
    x, y, cluster = data
    x = x.drop(columns=[c for c in ("first",) if c in x])
    rng = np.random.default_rng(len(y))
    weight = rng.uniform(0.02, 0.25, len(y))
    bread = np.linalg.inv(x.T.to_numpy() @ (weight[:, None] * x.to_numpy()))
    estimate = bread @ x.T.to_numpy() @ (weight * y)
    fit = Fit(tuple(x.columns), x.to_numpy(), weight, y - x.to_numpy() @ estimate, estimate, bread)
    found = clustered(fit, cluster)
    vcov, df = cr2_of_a_working_model(fit, cluster)
    assert np.allclose(found.vcov, vcov, rtol=1e-6, atol=1e-9 * np.abs(vcov).max())
    assert np.allclose(found.df, df, rtol=1e-6)


@settings(max_examples=25, deadline=None)
@given(clustered_data())
def test_people_alike_in_all_that_a_model_knows_count_one_by_one(data: tuple[pd.DataFrame, ...]) -> None:
    """Each row stands three times, each time with its own answer: none may be lost where the like fall together."""
    x, y, cluster = (np.repeat(np.asarray(part), 3, axis=0) for part in data)
    rng = np.random.default_rng(len(y))
    x, y = x[:, :2], y + rng.normal(size=len(y))
    weight = np.repeat(rng.uniform(0.02, 0.25, len(y) // 3), 3)
    bread = np.linalg.inv(x.T @ (weight[:, None] * x))
    estimate = bread @ x.T @ (weight * y)
    fit = Fit(("a", "b"), x, weight, y - x @ estimate, estimate, bread)
    found, (vcov, df) = clustered(fit, cluster), cr2_of_a_working_model(fit, cluster)
    assert np.allclose(found.vcov, vcov, rtol=1e-6, atol=1e-9 * np.abs(vcov).max())
    assert np.allclose(found.df, df, rtol=1e-6)


@settings(max_examples=25, deadline=None)
@given(clustered_data())
def test_the_two_ways_to_cr2_are_one_where_weights_are_equal(data: tuple[pd.DataFrame, np.ndarray, np.ndarray]) -> None:
    x, y, cluster = data
    fit, codes = ols(x, y), np.unique(cluster, return_inverse=True)[1]
    (one, one_df), (other, other_df) = (way(fit, codes, codes.max() + 1) for way in (_cr2, _cr2_least_squares))
    solid = np.diag(one) > 1e-12 * np.diag(fit.bread)
    assert np.allclose(one, other, rtol=1e-6, atol=1e-9 * np.diag(fit.bread).max())
    assert np.allclose(one_df[solid], other_df[solid], rtol=1e-5)


@settings(max_examples=25, deadline=None)
@given(clustered_data())
def test_a_logistic_fit_is_statsmodels_own(data: tuple[pd.DataFrame, np.ndarray, np.ndarray]) -> None:
    from statsmodels.discrete.discrete_model import Logit

    from pipeline.models.coefficients import NotEstimable

    x, y, _ = data
    x, binary = x[[INTERCEPT, "own"]], (y > np.median(y)).astype(float)
    try:
        found = logistic(x, binary)
    except NotEstimable:
        ones, zeros = x["own"][binary == 1], x["own"][binary == 0]
        assert ones.min() >= zeros.max() or zeros.min() >= ones.max()  # refused for separation and nothing else
        return
    theirs = Logit(binary, x).fit(disp=0, method="newton", tol=1e-12, maxiter=200)
    assert np.allclose(found.estimate, theirs.params, rtol=1e-6)
    assert np.allclose(np.sqrt(np.diag(found.bread)), theirs.bse, rtol=1e-6)


@pytest.mark.parametrize("apart", [1e-2, 1e-3, 1e-4])
def test_a_cluster_that_nearly_determines_a_coefficient_costs_no_digits(apart: float) -> None:
    """Two of three clusters hardly differ in what is shared: the third fits its own mean but for ``apart`` squared."""
    rng = np.random.default_rng(6)
    cluster = np.repeat(np.arange(3), 7)
    shared = np.array([-1.0, 1.0, 1.0 + apart])[cluster]
    x = pd.DataFrame({INTERCEPT: np.ones(21), "own": rng.normal(size=21), "shared": shared})
    fit = ols(x, rng.normal(size=21))
    found, (vcov, df) = clustered(fit, cluster), cr2_from_the_paper(fit, cluster)
    assert np.allclose(found.df, df, rtol=1e-6)
    assert np.allclose(found.std_error, np.sqrt(np.diag(vcov)), rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(clustered_data(), st.integers(0, 2**32 - 1))
def test_neither_the_order_of_rows_nor_the_names_of_clusters_matter(
    data: tuple[pd.DataFrame, np.ndarray, np.ndarray], seed: int
) -> None:
    x, y, cluster = data
    order = np.random.default_rng(seed).permutation(len(y))
    one, other = clustered(ols(x, y), cluster), clustered(ols(x.iloc[order], y[order]), 100 - 3 * cluster[order])
    assert np.allclose(one.std_error, other.std_error, rtol=1e-7, atol=1e-9)
    assert np.allclose(one.df, other.df, rtol=1e-6, equal_nan=True)


@settings(max_examples=40, deadline=None)
@given(clustered_data())
def test_hc3_is_what_statsmodels_and_what_leaving_one_out_say(
    data: tuple[pd.DataFrame, np.ndarray, np.ndarray],
) -> None:
    x, y, _ = data
    x = x.drop(columns=[c for c in ("first",) if c in x])
    fit = ols(x, y)
    found = hc3(fit)
    shifts = np.array([ols(x.drop(index=i), np.delete(y, i)).estimate - fit.estimate for i in range(len(y))])
    assert np.allclose(found.vcov, shifts.T @ shifts, rtol=1e-6)
    from statsmodels.regression.linear_model import OLS

    assert np.allclose(found.std_error, OLS(y, x).fit().HC3_se, rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 9), st.booleans())
def test_the_intraclass_correlation_is_that_of_the_analysis_of_variance(seed: int, clusters: int, arms: bool) -> None:
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(2 * clusters), rng.integers(1, 6, 2 * clusters))
    cluster = np.append(cluster, cluster[0])
    arm = cluster % 2 if arms else None
    y = rng.normal(size=len(cluster)) + rng.normal(size=2 * clusters)[cluster]
    table = pd.DataFrame({"y": y, "cluster": cluster, "arm": 0 if arm is None else arm})
    within = between = usual = 0.0
    for _, people in table.groupby("arm"):
        usual += len(people) - sum(len(g) ** 2 for _, g in people.groupby("cluster")) / len(people)
        for _, group in people.groupby("cluster"):
            within += sum((v - group["y"].mean()) ** 2 for v in group["y"])
            between += len(group) * (group["y"].mean() - people["y"].mean()) ** 2
    free = table["cluster"].nunique() - table["arm"].nunique()
    msb, msw = between / free, within / (len(table) - table["cluster"].nunique())
    expected = (msb - msw) / (msb + (usual / free - 1) * msw)
    assert icc(y, cluster, arm) == pytest.approx(expected, rel=1e-9)


def linearised(
    x: np.ndarray, y: np.ndarray, weight: np.ndarray, strata: np.ndarray, psu: np.ndarray, domain: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Weighted least squares and Taylor linearisation with loops; a unit that is alone in its stratum is centred on
    the mean of all units (Lumley 2010, Complex Surveys, ch. 2 and app. E)."""
    w = weight * domain
    x, y = np.where(domain[:, None], x, 0.0), np.where(domain, y, 0.0)
    bread = np.linalg.inv(x.T @ (w[:, None] * x))
    estimate = bread @ x.T @ (w * y)
    influence = (x * (w * (y - x @ estimate))[:, None]) @ bread
    units = sorted({(h, i) for h, i in zip(strata, psu, strict=True)})
    totals = {unit: influence[(strata == unit[0]) & (psu == unit[1])].sum(axis=0) for unit in units}
    grand = sum(totals.values()) / len(totals)
    vcov = np.zeros((x.shape[1],) * 2)
    for stratum in sorted(set(strata)):
        here = [totals[u] for u in units if u[0] == stratum]
        centre = grand if len(here) == 1 else sum(here) / len(here)
        scale = 1.0 if len(here) == 1 else len(here) / (len(here) - 1)
        vcov += scale * sum(np.outer(t - centre, t - centre) for t in here)
    return estimate, vcov


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_survey_errors_are_those_of_linearisation_by_hand(seed: int, single: bool, halved: bool) -> None:
    rng = np.random.default_rng(seed)
    strata = np.repeat([1, 2, 3, 4, 5], 12)
    psu = np.tile([1, 1, 2, 2, 3, 3], 10)
    if single:
        psu[strata == 5] = 1
    x = np.column_stack([np.ones(60), rng.normal(size=60), rng.integers(0, 2, 60)])
    y = x @ [1.0, 0.5, -1.0] + rng.normal(size=60)
    weight = rng.uniform(0.2, 4, 60)
    domain = rng.uniform(size=60) < (0.6 if halved else 1.1)
    design = SurveyDesign.of(weight, strata, psu)
    assert design.single() == int(single)
    hidden = np.where(domain, y, np.nan)  # what lies outside the domain must not be looked at
    frame = pd.DataFrame(x, columns=[INTERCEPT, "a", "b"])
    found = survey_linear(frame, hidden, design, domain)
    estimate, vcov = linearised(x, y, weight, strata, psu, domain)
    assert np.allclose(found.estimate, estimate, rtol=1e-8)
    assert np.allclose(found.vcov, vcov, rtol=1e-7, atol=1e-14)
    units = len({(h, i) for h, i, d in zip(strata, psu, domain, strict=True) if d})
    df = units - len(set(strata[domain]))
    assert found.df.tolist() == [df + 1 - 3] * 3
    mean = survey_mean(hidden, design, domain)
    share, around = linearised(np.ones((60, 1)), y, weight, strata, psu, domain)
    assert mean.estimate == pytest.approx(share[0], rel=1e-9)
    assert mean.std_error == pytest.approx(np.sqrt(around[0, 0]), rel=1e-7)
    assert mean.ci_high == pytest.approx(share[0] + stats.t.ppf(0.975, df) * np.sqrt(around[0, 0]), rel=1e-7)
