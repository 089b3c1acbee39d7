"""Mixed models beside slow, obvious ones: the whole variance matrix of the rows, formulas as printed, derivatives by
differences; and what must not change when data are written another way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.models.coefficients import NotEstimable
from pipeline.models.kenward_roger import joint_kenward_roger, kenward_roger
from pipeline.models.linear import INTERCEPT
from pipeline.models.mixed import MixedFit, mixed
from pipeline.models.satterthwaite import joint_satterthwaite, satterthwaite

Data = tuple[pd.DataFrame, np.ndarray, np.ndarray, pd.DataFrame | None]


@st.composite
def nested(draw: st.DrawFn) -> Data:
    """30 to 60 people in 5 to 12 clusters of unequal size, with a covariate fixed within clusters; with and without a
    random slope; clusters that differ a lot, a little and not at all."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    clusters, n = draw(st.integers(5, 12)), draw(st.integers(30, 60))
    spread, slope = draw(st.sampled_from([0.0, 0.5, 2.0, 10.0])), draw(st.sampled_from([None, 0.0, 1.0]))
    cluster = np.concatenate([np.arange(clusters), rng.integers(0, clusters, n - clusters)])
    x = pd.DataFrame({INTERCEPT: np.ones(n), "own": rng.normal(size=n), "shared": rng.normal(size=clusters)[cluster]})
    y = rng.normal(size=n) + spread * rng.normal(size=clusters)[cluster]
    if slope is not None:
        y = y + slope * rng.normal(size=clusters)[cluster] * x["own"].to_numpy()
    return x, y, cluster, None if slope is None else x[["own"]]


class Dense:
    """Everything from matrices of rows by rows. Variances: of the random effects (lower triangle), of a row."""

    def __init__(self, data: Data, reml: bool = True):
        frame, self.y, cluster, slopes = data
        self.x, n = frame.to_numpy(), len(frame)
        z = np.column_stack([np.ones(n), *([] if slopes is None else slopes.to_numpy().T)])
        same = (cluster[:, None] == cluster).astype(float)
        self.matrices, self.places = [], [(i, j) for j in range(z.shape[1]) for i in range(j, z.shape[1])]
        for i, j in self.places:
            both = np.outer(z[:, i], z[:, j])
            self.matrices.append(same * (both if i == j else both + both.T))
        self.matrices.append(np.eye(n))
        self.q, self.reml = z.shape[1], reml

    def variances(self, fit: MixedFit) -> np.ndarray:
        return np.array([*(fit.covariance[place] for place in self.places), fit.residual])

    def of_factor(self, theta: np.ndarray) -> np.ndarray:
        """From the numbers of a Cholesky factor and a standard deviation."""
        factor = np.zeros((self.q, self.q))
        for place, value in zip(self.places, theta, strict=False):
            factor[place] = value
        covariance = factor @ factor.T
        return np.array([*(covariance[place] for place in self.places), theta[-1] ** 2])

    def inverse(self, variances: np.ndarray) -> np.ndarray:
        return np.linalg.inv(sum(v * g for v, g in zip(variances, self.matrices, strict=True)))

    def phi(self, variances: np.ndarray) -> np.ndarray:
        return np.linalg.inv(self.x.T @ self.inverse(variances) @ self.x)

    def deviance(self, variances: np.ndarray) -> float:
        inverse, phi = self.inverse(variances), self.phi(variances)
        rest = self.y - self.x @ (phi @ self.x.T @ inverse @ self.y)
        value = rest @ inverse @ rest - np.linalg.slogdet(inverse)[1] + len(rest) * np.log(2 * np.pi)
        if self.reml:
            value -= np.linalg.slogdet(phi)[1] + len(phi) * np.log(2 * np.pi)
        return float(value)

    def kenward_roger(self, variances: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, float, float]:
        """Adjusted variance of the coefficients, denominator df and scale of F: Kenward & Roger 1997, sect. 2 and 3."""
        inverse, phi = self.inverse(variances), self.phi(variances)
        left = [inverse @ g for g in self.matrices]
        p = [-self.x.T @ a @ inverse @ self.x for a in left]
        q = [[self.x.T @ a @ b @ inverse @ self.x for b in left] for a in left]
        m = range(len(left))
        information = np.array(
            [
                [
                    np.trace(left[i] @ left[j]) - 2 * np.trace(phi @ q[i][j]) + np.trace(phi @ p[i] @ phi @ p[j])
                    for j in m
                ]
                for i in m
            ]
        )
        w = np.linalg.inv(information / 2)
        middle = sum(w[i, j] * (q[i][j] - p[i] @ phi @ p[j]) for i in m for j in m)
        theta = lines.T @ np.linalg.inv(lines @ phi @ lines.T) @ lines
        t = [theta @ phi @ p[i] @ phi for i in m]
        a1 = sum(w[i, j] * np.trace(t[i]) * np.trace(t[j]) for i in m for j in m)
        a2 = sum(w[i, j] * np.trace(t[i] @ t[j]) for i in m for j in m)
        count = len(lines)
        b = (a1 + 6 * a2) / (2 * count)
        g = ((count + 1) * a1 - (count + 4) * a2) / ((count + 2) * a2)
        below = 3 * count + 2 * (1 - g)
        mean = 1 / (1 - a2 / count)
        variance = (1 + g / below * b) / ((1 - (count - g) / below * b) ** 2 * (1 - (count + 2 - g) / below * b))
        rho = 2 / count * variance / (2 * mean**2)
        df = 4 + (count + 2) / (count * rho - 1)
        return phi + 2 * phi @ middle @ phi, df, df / (mean * (df - 2))


def differences(f: Callable[[np.ndarray], float], at: np.ndarray, step: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gradient and Hessian by central differences of fourth order."""
    m, weights = len(at), {-2: 1 / 12, -1: -8 / 12, 1: 8 / 12, 2: -1 / 12}
    unit = np.diag(step)
    gradient = np.array([sum(w * f(at + k * unit[i]) for k, w in weights.items()) / step[i] for i in range(m)])
    hessian = np.empty((m, m))
    for i in range(m):
        for j in range(m):
            total = sum(
                w * v * f(at + k * unit[i] + h * unit[j]) for k, w in weights.items() for h, v in weights.items()
            )
            hessian[i, j] = total / step[i] / step[j]
    return gradient, hessian


@settings(max_examples=25)
@given(nested(), st.sampled_from(["REML", "ML"]))
def test_the_deviance_is_that_of_the_whole_matrix_and_nothing_lies_lower(data: Data, method: str) -> None:
    fit = mixed(*data, method=method)  # type: ignore[arg-type]
    dense = Dense(data, method == "REML")
    here = dense.variances(fit)
    assert fit.state in ("converged", "singular")
    assert fit.criterion == pytest.approx(dense.deviance(here), abs=1e-7)
    phi, inverse = dense.phi(here), dense.inverse(here)
    assert fit.vcov == pytest.approx(phi, rel=1e-7, abs=1e-12)
    assert fit.estimate == pytest.approx(phi @ dense.x.T @ inverse @ dense.y, rel=1e-7, abs=1e-9)
    rng = np.random.default_rng(0)
    size = np.sqrt(fit.residual)
    for near in (0.01, 0.1, 1.0, 5.0):
        for _ in range(10):
            move = near * size * rng.normal(size=(dense.q, dense.q))
            half = np.linalg.cholesky(fit.covariance + 1e-12 * size**2 * np.eye(dense.q)) + move
            there = half @ half.T
            residual = fit.residual * np.exp(near / 5 * rng.normal())
            moved = np.array([*(there[place] for place in dense.places), residual])
            assert dense.deviance(moved) >= fit.criterion - 1e-6


@settings(max_examples=10)
@given(nested(), st.sampled_from(["REML", "ML"]))
def test_satterthwaite_is_what_differences_of_the_whole_matrix_give(data: Data, method: str) -> None:
    fit = mixed(*data, method=method)  # type: ignore[arg-type]
    assume(fit.state == "converged" and np.linalg.eigvalsh(fit.covariance)[0] > 0.02 * fit.residual)
    dense = Dense(data, method == "REML")
    factor = np.linalg.cholesky(fit.covariance)
    theta = np.array([*(factor[place] for place in dense.places), np.sqrt(fit.residual)])
    step = np.full(len(theta), 4e-3 * theta[-1])
    gradient, hessian = differences(lambda t: dense.deviance(dense.of_factor(t)), theta, step)
    assert gradient * step == pytest.approx(0, abs=1e-6)
    spread = 2 * np.linalg.inv(hessian)

    def degrees(line: np.ndarray) -> float:
        def variance(t: np.ndarray) -> float:
            return float(line @ dense.phi(dense.of_factor(t)) @ line)

        slope = differences(variance, theta, step)[0]
        return 2 * variance(theta) ** 2 / float(slope @ spread @ slope)

    found = satterthwaite(fit)
    assert found.df == pytest.approx([degrees(line) for line in np.eye(3)], rel=1e-4)
    lines = fit.contrast(["own", "shared"])
    values, vectors = np.linalg.eigh(lines @ fit.vcov @ lines.T)
    apart = vectors.T @ lines
    t = apart @ fit.estimate / np.sqrt(values)
    df = np.array([degrees(line) for line in apart])
    assume((df > 2.1).all())
    mean = (df / (df - 2)).sum()
    both = joint_satterthwaite(fit, lines)
    assert both.statistic == pytest.approx((t**2).mean(), rel=1e-8)
    assert both.df2 == pytest.approx(2 * mean / (mean - 2), rel=1e-3)


@settings(max_examples=30)
@given(nested())
def test_kenward_and_roger_is_the_paper_with_the_whole_matrix(data: Data) -> None:
    fit, dense = mixed(*data), Dense(data)
    here = dense.variances(fit)
    found = kenward_roger(fit)
    for i, line in enumerate(np.eye(3)):
        vcov, df, scale = dense.kenward_roger(here, line[None])
        assert found.vcov == pytest.approx(vcov, rel=1e-6, abs=1e-10)
        assert found.df[i] == pytest.approx(df, rel=1e-6)
        assert scale == pytest.approx(1, rel=1e-6)
    lines = np.array([[0.0, 1, 0], [0, 1, 2]])
    vcov, df, scale = dense.kenward_roger(here, lines)
    try:
        both = joint_kenward_roger(fit, lines)
    except NotEstimable:
        assert df <= 2
        return
    value = lines @ fit.estimate
    assert both.df2 == pytest.approx(df, rel=1e-6)
    assert both.statistic == pytest.approx(scale / 2 * value @ np.linalg.solve(lines @ vcov @ lines.T, value), rel=1e-6)


def told(fit: MixedFit) -> tuple[np.ndarray, ...]:
    one, two = satterthwaite(fit), kenward_roger(fit)
    return one.estimate, one.std_error, one.df, two.std_error, two.df


@settings(max_examples=20)
@given(nested(), st.integers(0, 2**32 - 1))
def test_neither_the_order_of_rows_nor_the_names_of_clusters_matter(data: Data, seed: int) -> None:
    x, y, cluster, slopes = data
    rng = np.random.default_rng(seed)
    order, names = rng.permutation(len(y)), rng.permutation(100)
    fit = mixed(x, y, cluster, slopes)
    again = mixed(x.iloc[order], y[order], names[cluster[order]], None if slopes is None else slopes.iloc[order])
    assert again.state == fit.state
    assert again.criterion == pytest.approx(fit.criterion, rel=1e-10)
    assert again.covariance == pytest.approx(fit.covariance, rel=1e-5, abs=1e-7 * fit.residual)
    for a, b in zip(told(fit), told(again), strict=True):
        assert b == pytest.approx(a, rel=1e-5, abs=1e-9)


@settings(max_examples=20)
@given(nested(), st.sampled_from([1e-6, 3.0, 1e5]), st.sampled_from([-1e4, 0.0, 7.0]))
def test_another_unit_or_origin_of_the_outcome_moves_nothing_else(data: Data, unit: float, origin: float) -> None:
    x, y, cluster, slopes = data
    fit, again = mixed(x, y, cluster, slopes), mixed(x, unit * (y + origin), cluster, slopes)
    assert again.state == fit.state
    assert again.criterion == pytest.approx(fit.criterion + 2 * (len(y) - 3) * np.log(unit), abs=1e-6)
    assert again.residual == pytest.approx(unit**2 * fit.residual, rel=1e-6)
    before, after = told(fit), told(again)
    assert after[0] == pytest.approx(unit * (before[0] + [origin, 0, 0]), rel=1e-5, abs=1e-7 * unit)
    for a, b, size in zip(before[1:], after[1:], (unit, 1, unit, 1), strict=True):
        assert b == pytest.approx(size * a, rel=1e-5)


@settings(max_examples=20)
@given(nested(), st.sampled_from([0.01, 12.0]), st.sampled_from([0.0, 30.0, 2018.0]))
def test_another_unit_or_origin_of_a_slope_is_the_same_model(data: Data, unit: float, origin: float) -> None:
    x, y, cluster, _ = data
    fit = mixed(x, y, cluster, x[["own"]])
    other = x.assign(own=unit * (x["own"] + origin))
    again = mixed(other, y, cluster, other[["own"]])
    assert again.state == fit.state
    assert again.criterion == pytest.approx(fit.criterion + 2 * np.log(unit), abs=1e-6)
    assert again.residual == pytest.approx(fit.residual, rel=1e-6)
    assert again.covariance[1, 1] * unit**2 == pytest.approx(fit.covariance[1, 1], rel=1e-5, abs=1e-7 * fit.residual)
    for (a, b), size in zip(zip(told(fit), told(again), strict=True), (unit, unit, 1, unit, 1), strict=True):
        assert b[1] * size == pytest.approx(a[1], rel=1e-5, abs=1e-8)
        assert b[2] == pytest.approx(a[2], rel=1e-5, abs=1e-8)
