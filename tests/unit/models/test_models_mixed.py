"""Mixed models: closed forms of balanced data, what is told of a fit, what is refused."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.models import search
from pipeline.models.coefficients import NotEstimable
from pipeline.models.deviance import point
from pipeline.models.kenward_roger import joint_kenward_roger, kenward_roger
from pipeline.models.linear import INTERCEPT, classical, ols
from pipeline.models.mixed import mixed
from pipeline.models.satterthwaite import joint_satterthwaite, satterthwaite


def design(**columns: object) -> pd.DataFrame:
    table = pd.DataFrame({name: np.asarray(values, dtype=float) for name, values in columns.items()})
    table.insert(0, INTERCEPT, 1.0)
    return table


def one_way(y: np.ndarray) -> tuple[float, float]:
    """Mean squares between and within clusters, one row of ``y`` each."""
    clusters, size = y.shape
    between = size * ((y.mean(axis=1) - y.mean()) ** 2).sum() / (clusters - 1)
    return between, ((y - y.mean(axis=1, keepdims=True)) ** 2).sum() / (clusters * (size - 1))


Y = np.array([[3.0, 5, 4], [9, 8, 10], [1, 2, 2], [6, 7, 4]])
CLUSTER = np.repeat(np.arange(4), 3)
BARE = pd.DataFrame({INTERCEPT: np.ones(12)})


def test_balanced_clusters_are_the_analysis_of_variance() -> None:
    between, within = one_way(Y)
    fit = mixed(BARE, Y.ravel(), CLUSTER)
    assert fit.state == "converged"
    assert fit.residual == pytest.approx(within, rel=1e-10)
    assert fit.covariance == pytest.approx((between - within) / 3, rel=1e-10)
    assert fit.icc == pytest.approx((between - within) / (between + 2 * within), rel=1e-10)
    for found in (satterthwaite(fit), kenward_roger(fit)):
        assert found.estimate == pytest.approx(Y.mean(), rel=1e-12)
        assert found.std_error == pytest.approx(np.sqrt(between / 12), rel=1e-10)
        assert found.df == pytest.approx(4 - 1, rel=1e-9)
    # the rows' variance matrix has the eigenvalues ``between``, one a cluster, and ``within``, two a cluster
    variances, mean = 4 * np.log(between) + 8 * np.log(within), np.log(12 / between)
    assert fit.criterion == pytest.approx(variances + mean + 11 * (1 + np.log(2 * np.pi)), rel=1e-10)


def test_maximum_likelihood_divides_by_the_clusters() -> None:
    between, within = one_way(Y)
    fit = mixed(BARE, Y.ravel(), CLUSTER, method="ML")
    assert fit.residual == pytest.approx(within, rel=1e-10)
    assert fit.covariance == pytest.approx((between * 3 / 4 - within) / 3, rel=1e-10)
    expected = 4 * np.log(between * 3 / 4) + 8 * np.log(within) + 12 * (1 + np.log(2 * np.pi))
    assert fit.criterion == pytest.approx(expected, rel=1e-10)
    assert fit.log_likelihood == -fit.criterion / 2


def test_clusters_that_are_too_alike_make_a_singular_fit_that_says_so() -> None:
    y = np.array([[1.0, 5, 9], [2, 4, 9.5], [9, 0.5, 5]])
    between, within = one_way(y)
    assert between < within
    cluster = np.repeat(np.arange(3), 3)
    fit = mixed(pd.DataFrame({INTERCEPT: np.ones(9)}), y.ravel(), cluster)
    assert fit.state == "singular"
    assert fit.covariance.tolist() == [[0.0]] and fit.icc == 0
    assert np.isnan(fit.correlation).all()
    plain = classical(ols(pd.DataFrame({INTERCEPT: np.ones(9)}), y.ravel()))
    found = satterthwaite(fit)
    assert found.std_error == pytest.approx(plain.std_error, rel=1e-10)
    assert found.df == pytest.approx(9 - 1, rel=1e-10)
    assert np.isfinite(kenward_roger(fit).std_error).all()


def test_three_arms_of_equal_clusters_have_the_exact_f_test() -> None:
    rng = np.random.default_rng(6)
    means = rng.normal(size=(3, 5)) + [[0], [1], [2]]  # arms by clusters
    y = (means[:, :, None] + rng.normal(scale=0.5, size=(3, 5, 4))).ravel()
    arm, cluster = np.repeat(np.arange(3), 20), np.repeat(np.arange(15), 4)
    fit = mixed(design(b=arm == 1, c=arm == 2), y, cluster)
    exact = stats.f_oneway(*y.reshape(3, 5, 4).mean(axis=2))
    for found in (f(fit, fit.contrast(["b", "c"])) for f in (joint_satterthwaite, joint_kenward_roger)):
        assert (found.df, found.df2) == pytest.approx((2, 12), rel=1e-8)
        assert (found.statistic, found.p) == pytest.approx((exact.statistic, exact.pvalue), rel=1e-8)
    apart = pd.DataFrame([[0, 1, -1]], index=["b - c"], columns=list(fit.terms))
    for one in (satterthwaite(fit, apart), kenward_roger(fit, apart)):
        assert one.terms == ("b - c",)
        assert one.df == pytest.approx(12, rel=1e-8)
        assert one.estimate == pytest.approx(y[arm == 1].mean() - y[arm == 2].mean(), rel=1e-10)


def test_the_same_people_at_three_waves_have_the_exact_f_test() -> None:
    rng = np.random.default_rng(7)
    y = rng.normal(size=(8, 3)) + 2 * rng.normal(size=(8, 1)) + [0, 0.5, 1]
    rest = y - y.mean(axis=1, keepdims=True) - y.mean(axis=0) + y.mean()
    error = (rest**2).sum() / (7 * 2)
    statistic = 8 * ((y.mean(axis=0) - y.mean()) ** 2).sum() / 2 / error
    fit = mixed(design(two=np.tile([0, 1, 0], 8), three=np.tile([0, 0, 1], 8)), y.ravel(), np.repeat(np.arange(8), 3))
    assert fit.residual == pytest.approx(error, rel=1e-10)
    for found in (f(fit, fit.contrast(["two", "three"])) for f in (joint_satterthwaite, joint_kenward_roger)):
        assert (found.df, found.df2) == pytest.approx((2, 14), rel=1e-8)
        assert (found.statistic, found.p) == pytest.approx((statistic, stats.f.sf(statistic, 2, 14)), rel=1e-8)


def growth(y: np.ndarray, days: np.ndarray, cluster: np.ndarray) -> None:
    """People with the same days each: coefficients are means of their own lines, and errors those of a mean."""
    fit = mixed(design(days=days), y, cluster, pd.DataFrame({"days": days}))
    assert fit.state == "converged" and fit.random == (INTERCEPT, "days") and np.isnan(fit.icc)
    lines = np.array([np.polyfit(days[cluster == c], y[cluster == c], 1)[::-1] for c in np.unique(cluster)])
    people = len(lines)
    one = design(days=days[cluster == cluster[0]]).to_numpy()
    expected = np.cov(lines.T) - fit.residual * np.linalg.inv(one.T @ one)
    assert fit.covariance == pytest.approx(expected, rel=1e-7)
    for found in (satterthwaite(fit), kenward_roger(fit)):
        assert found.estimate == pytest.approx(lines.mean(axis=0), rel=1e-9)
        assert found.std_error == pytest.approx(lines.std(axis=0, ddof=1) / np.sqrt(people), rel=1e-8)
        assert found.df == pytest.approx(people - 1, rel=1e-7)


def test_lines_of_people_with_the_same_days() -> None:
    rng = np.random.default_rng(11)
    days, cluster = np.tile([0.0, 1, 2, 5], 12), np.repeat(np.arange(12), 4)
    y = 3 + days + rng.normal(size=12)[cluster] + rng.normal(size=12)[cluster] * days + rng.normal(scale=0.3, size=48)
    growth(y, days, cluster)
    growth(y, days + 2018, cluster)


def test_sleepstudy_is_held_to_its_closed_form_where_the_search_in_r_ended_early(golden_folder: Path) -> None:
    d = pd.read_csv(golden_folder / "sleepstudy.csv")
    growth(d["Reaction"].to_numpy(float), d["Days"].to_numpy(float), pd.factorize(d["Subject"])[0])


def test_slopes_that_follow_from_the_intercepts_are_a_singular_fit() -> None:
    rng = np.random.default_rng(12)
    days, cluster = np.tile([0.0, 1, 2, 3], 10), np.repeat(np.arange(10), 4)
    y = rng.normal(size=10)[cluster] * (1 + days) + rng.normal(scale=2, size=40)
    fit = mixed(design(days=days), y, cluster, pd.DataFrame({"days": days}))
    assert fit.state == "singular"
    assert abs(fit.correlation[0, 1]) == pytest.approx(1)
    assert np.linalg.eigvalsh(fit.covariance)[0] == pytest.approx(0, abs=1e-12)
    for found in (satterthwaite(fit), kenward_roger(fit)):
        assert np.isfinite(found.std_error).all() and (found.df > 0).all()


@pytest.mark.parametrize("seed", [23, 200])
def test_of_several_minima_the_lowest_is_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cluster = np.concatenate([np.arange(4), rng.integers(0, 4, 10)])
    x = design(a=rng.normal(size=14), b=rng.normal(size=14), shared=rng.normal(size=4)[cluster])
    y = 3 * rng.normal(size=4)[cluster] * x["a"].to_numpy() + 3 * rng.normal(size=4)[cluster] + rng.normal(size=14)
    fit = mixed(x, y, cluster, x[["a"]], "ML")
    sizes = np.geomspace(0.03, 30, 16)
    grid = [
        point(fit.sums, np.array([[a, 0], [b, c]])) for a in sizes for b in (*-sizes, *sizes) for c in (0.0, *sizes)
    ]
    assert min(one.deviance for one in grid) >= fit.at.deviance


def test_an_intercept_that_hardly_varies_beside_a_slope_that_does_ends_in_a_minimum() -> None:
    """Where theta's numbers nearly stand for one another, and Newton's steps would leave the valley."""
    rng = np.random.default_rng(114)
    cluster = np.repeat(np.arange(6), 4)
    x = design(a=rng.normal(size=24))
    y = rng.normal(size=6)[cluster] * x["a"].to_numpy() + rng.normal(size=24)
    fit = mixed(x, y, cluster, x[["a"]], "ML")
    assert fit.state in ("converged", "singular")
    other = x.assign(a=x["a"] + 1)  # the same model
    assert mixed(other, y, cluster, other[["a"]], "ML").criterion == pytest.approx(fit.criterion, rel=1e-12)


def test_a_fit_that_does_not_converge_says_so_and_has_no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "STEPS", 0)
    fit = mixed(BARE, Y.ravel(), CLUSTER)
    assert fit.state == "not converged"
    for refused in (
        lambda: satterthwaite(fit),
        lambda: kenward_roger(fit),
        lambda: joint_satterthwaite(fit, np.eye(1)),
        lambda: joint_kenward_roger(fit, np.eye(1)),
    ):
        with pytest.raises(NotEstimable, match="^the mixed model did not converge$"):
            refused()


def test_kenward_and_roger_are_for_reml() -> None:
    with pytest.raises(NotEstimable, match="^Kenward and Roger's errors are for fits by REML$"):
        kenward_roger(mixed(BARE, Y.ravel(), CLUSTER, method="ML"))


def test_a_contrast_of_nothing_is_refused_and_one_that_is_said_twice_counts_once() -> None:
    rng = np.random.default_rng(3)
    x = design(a=rng.normal(size=12), b=rng.normal(size=12))
    fit = mixed(x, Y.ravel(), CLUSTER)
    for joint, single in ((joint_satterthwaite, satterthwaite), (joint_kenward_roger, kenward_roger)):
        with pytest.raises(NotEstimable, match="^there is no coefficient to test$"):
            joint(fit, np.zeros((1, 3)))
        twice = joint(fit, fit.contrast(["a", "a"]))
        one = single(fit)
        at = one.position("a")
        assert (twice.df, twice.df2) == pytest.approx((1, one.df[at]), rel=1e-8)
        assert twice.p == pytest.approx(one.p[at], rel=1e-8)


def test_clusters_too_few_for_a_joint_test_are_refused() -> None:
    rng = np.random.default_rng(1)
    cluster = np.repeat(np.arange(4), 5)
    x = design(b=cluster == 1, c=cluster >= 2)
    y = 3 * rng.normal(size=4)[cluster] + rng.normal(size=20)
    fit = mixed(x, y, cluster)
    with pytest.raises(NotEstimable, match="^the clusters are too few for so many coefficients$"):
        joint_kenward_roger(fit, fit.contrast(["b", "c"]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"y": np.full(12, 3.0)}, "the outcome is the same for everyone who is left"),
        ({"y": np.append(Y.ravel()[:-1], np.nan)}, "a row has no value"),
        ({"cluster": np.zeros(12, int)}, "all rows belong to one cluster"),
        ({"cluster": np.arange(12)}, "each cluster has a single row, so that clusters and rows can't be told apart"),
        ({"x": design(**{f"x{i}": np.eye(12)[i] for i in range(11)})}, "the rows are no more than the coefficients"),
        (
            {"x": design(a=np.arange(12), b=2 * np.arange(12) + 1)},
            "the covariates are collinear, or one of them is constant",
        ),
        ({"x": design(a=Y.ravel() * 2)}, "the model fits everyone exactly, which leaves no error to be estimated"),
        (
            {"y": Y.mean(axis=1)[CLUSTER]},
            "within clusters the model fits everyone exactly, which leaves no error to estimate",
        ),
        (
            {"x": design(b=CLUSTER == 1, c=CLUSTER == 2, d=CLUSTER == 3)},
            "the covariates explain wholly how clusters differ",
        ),
        (
            {"slopes": pd.DataFrame({"wave": np.ones(12)})},
            "the random slopes are collinear, or one of them is constant",
        ),
        (
            {"cluster": np.repeat(np.arange(6), 2), "slopes": pd.DataFrame({"wave": np.tile([0.0, 1], 6)})},
            "the random effects of all clusters together are no fewer than the rows",
        ),
        (
            {"slopes": pd.DataFrame({"size": [0.0] * 6 + [1.0] * 6})},
            "the rows are too few, or too alike, to tell the variances of the random effects apart",
        ),
    ],
)
def test_what_has_no_answer_says_why(change: dict[str, object], said: str) -> None:
    with pytest.raises(NotEstimable) as refused:
        mixed(**{"x": BARE, "y": Y.ravel(), "cluster": CLUSTER, **change})  # type: ignore[arg-type]
    assert str(refused.value) == said
    assert "exactly" not in refused.value.discreet and "everyone" not in refused.value.discreet


def test_people_who_are_nearly_alike_within_clusters_keep_their_digits() -> None:
    y = np.array([[0.0, 1, 2], [5, 6, 6], [1, 2, 0], [9, 7, 8]]) * 1e-6 + np.array([[1.0], [5], [2], [11]])
    between, within = one_way(y)
    fit = mixed(BARE, y.ravel(), CLUSTER)
    assert fit.state == "converged"
    assert fit.covariance == pytest.approx((between - within) / 3, rel=1e-7)
    assert satterthwaite(fit).df == pytest.approx(3, rel=1e-6)


def test_ten_thousand_rows_in_two_thousand_clusters_need_no_matrix_of_rows() -> None:
    rng = np.random.default_rng(2)
    cluster = np.concatenate([np.arange(2000), rng.integers(0, 2000, 8000)])
    x = design(a=rng.normal(size=10_000), b=rng.normal(size=10_000))
    effects = rng.normal(size=(2000, 2)) @ np.array([[1.0, 0.3], [0, 0.6]])
    y = 1 + x["a"].to_numpy() + effects[cluster, 0] + effects[cluster, 1] * x["a"].to_numpy() + rng.normal(size=10_000)
    tracemalloc.start()
    fit = mixed(x, y, cluster, x[["a"]])
    found = [satterthwaite(fit), kenward_roger(fit)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6  # a matrix of rows by rows has 800e6 bytes
    assert fit.state == "converged"
    assert fit.covariance == pytest.approx(np.array([[1, 0.3], [0.3, 0.45]]), abs=0.1)
    assert found[0].estimate == pytest.approx([1, 1, 0], abs=0.1)
    assert found[0].std_error == pytest.approx(found[1].std_error, rel=1e-3)
    assert found[0].df == pytest.approx(found[1].df, rel=0.05)
