"""Least squares and logistic regression before their errors are chosen; classical and HC3 errors."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from pipeline.models.coefficients import Coefficients, Floats, NotEstimable, Separated

INTERCEPT = "(Intercept)"
COLLINEAR = 1e-7
"""A column of which less than this share of its length is left beside the columns before it is dropped (R's ``lm``)."""

TOO_FEW = "too few have one of the two answers"

NO_VARIANCE = 1e-12
"""A robust variance up to this share of the model's own is rounding: both sides of a comparison, or every cluster, are
fitted exactly."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted mean, before its errors.

    x: shape (n, k), full rank. weight: shape (n,), working weights, the inverse of the working variance (ones for
    least squares). residual: shape (n,), working residuals: ``weight * residual`` is the score's outer part.
    bread: shape (k, k), inverse of ``x' diag(weight) x``.
    """

    terms: tuple[str, ...]
    x: Floats
    weight: Floats
    residual: Floats
    estimate: Floats
    bread: Floats

    @property
    def rows(self) -> int:
        return len(self.residual)


def independent(x: pd.DataFrame, weight: Floats | None = None) -> tuple[list[str], list[str]]:
    """Names of the columns to keep and of those to drop, because the columns before them explain them wholly.

    Of two collinear columns the later one goes, as in R's ``lm``, so what is listed first (the exposure) stays.
    """
    values = x.to_numpy(dtype=float)
    if weight is not None:
        values = values * np.sqrt(weight)[:, None]
    basis = np.empty((len(values), 0))
    kept: list[str] = []
    dropped: list[str] = []
    for name, column in zip(x.columns, values.T, strict=True):
        rest = column - basis @ (basis.T @ column)
        length = np.linalg.norm(rest)
        if length <= COLLINEAR * np.linalg.norm(column) or basis.shape[1] == len(values):
            dropped.append(str(name))
            continue
        kept.append(str(name))
        basis = np.column_stack([basis, rest / length])
    return kept, dropped


def ols(x: pd.DataFrame, y: Floats) -> Fit:
    """Least squares of ``y`` on the full-rank columns of ``x`` (statsmodels ``OLS`` by QR).

    Raises ``NotEstimable`` where there are not more rows than columns.
    """
    from statsmodels.regression.linear_model import OLS

    _enough(x)
    design = x.to_numpy(dtype=float)
    result = OLS(y, design).fit(method="qr")
    factor = np.linalg.qr(design, mode="r")
    half = np.linalg.solve(factor, np.eye(len(factor)))
    estimate = np.asarray(result.params, dtype=float)
    return Fit(
        terms=tuple(map(str, x.columns)),
        x=design,
        weight=np.ones(len(design)),
        residual=y - design @ estimate,
        estimate=estimate,
        bread=half @ half.T,
    )


def logistic(x: pd.DataFrame, y: Floats) -> Fit:
    """Logistic regression of a 0/1 ``y`` on the full-rank columns of ``x`` (statsmodels ``GLM``, run to convergence).

    Raises ``NotEstimable`` where the outcome does not vary, where a combination of columns predicts it perfectly, or
    where the iterations do not converge.
    """
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    _enough(x)
    refuse_separation(x, y)
    design = x.to_numpy(dtype=float)
    turned, back = np.linalg.qr(design)  # orthonormal columns: one tolerance then means the same for each
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # statsmodels' own: a failed fit, separation was refused above
        warnings.simplefilter("error", RuntimeWarning)
        try:
            # scoring converges quadratically: a last step of 1e-8 leaves an error far below that
            result = GLM(y, turned, family=Binomial()).fit(maxiter=200, tol_criterion="params", atol=1e-8, rtol=1e-8)
        except (Warning, np.linalg.LinAlgError, ValueError) as failure:
            raise NotEstimable(f"the logistic fit broke off ({type(failure).__name__})") from failure
    if not result.converged:
        raise NotEstimable("the logistic fit did not converge")
    mean = np.asarray(result.mu, dtype=float)
    weight = mean * (1 - mean)
    factor = np.linalg.qr(design * np.sqrt(weight)[:, None], mode="r")
    half = np.linalg.solve(factor, np.eye(len(factor)))
    return Fit(
        terms=tuple(map(str, x.columns)),
        x=design,
        weight=weight,
        residual=(y - mean) / weight,
        estimate=np.linalg.solve(back, np.asarray(result.params, dtype=float)),
        bread=half @ half.T,
    )


def refuse_separation(x: pd.DataFrame, y: Floats) -> None:
    """Raise ``NotEstimable`` where a logistic model of ``y`` on ``x`` has no finite maximum.

    A linear programme looks for a direction that never lowers the likelihood (Konis 2007, as in R's detectseparation).
    Columns are scaled to length one, so that its tolerance means the same for each. Such a direction can be lengthened
    up to the bound of 1; a solution far below it is the solver's slack, not a direction.
    """
    if len(np.unique(y)) < 2:
        raise NotEstimable("the outcome is the same for everyone who is left", TOO_FEW)
    design = x.to_numpy(dtype=float)
    signed = design / np.linalg.norm(design, axis=0) * (2 * y - 1)[:, None]
    found = scipy.optimize.linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(y)), bounds=(-1, 1), method="highs"
    )
    if found.status != 0:
        raise NotEstimable("a check for separation did not finish")
    if np.abs(found.x).max() > 0.99:
        moved = zip(x.columns, np.abs(found.x) > 1e-6, strict=True)
        named = [str(name) for name, moves in moved if moves and name != INTERCEPT]
        raise Separated(f"the outcome is predicted perfectly (separation) by {', '.join(named)}", TOO_FEW)


def classical(fit: Fit) -> Coefficients:
    """Errors of constant variance: residual variance on n - k degrees of freedom for least squares."""
    left = fit.rows - len(fit.terms)
    variance = float(fit.residual @ fit.residual) / left
    return Coefficients(fit.terms, fit.estimate, fit.bread * variance, _same(left, fit), fit.rows, "classical")


def hc3(fit: Fit) -> Coefficients:
    """Heteroskedasticity-consistent errors HC3 with n - k degrees of freedom (MacKinnon & White 1985; sandwich 3.0.2).

    A row that a column of its own fits exactly (leverage 1) says nothing about variance: coefficients that rest on such
    a row get NaN, the others are as if the row were not there. So do those of which nothing but rounding is left, as of
    two groups in which nobody had the event.
    """
    half = fit.x * np.sqrt(fit.weight)[:, None]
    leverage = np.einsum("ij,jk,ik->i", half, fit.bread, half)
    alone = leverage > 1 - 1e-10
    scale = np.where(alone, 0.0, 1 / np.where(alone, 1.0, 1 - leverage))
    influence = (fit.x * (fit.weight * fit.residual * scale)[:, None]) @ fit.bread
    vcov = influence.T @ influence
    rests = (np.abs(fit.x[alone] @ fit.bread) > 1e-10 * np.sqrt(np.diag(fit.bread))).any(axis=0)
    own = float((fit.weight * fit.residual) @ fit.residual) / fit.rows * np.diag(fit.bread)
    rests |= np.diag(vcov) <= NO_VARIANCE * own
    vcov[rests, :] = np.nan
    vcov[:, rests] = np.nan
    return Coefficients(fit.terms, fit.estimate, vcov, _same(fit.rows - len(fit.terms), fit), fit.rows, "HC3")


def _same(df: float, fit: Fit) -> Floats:
    return np.full(len(fit.terms), float(df))


def _enough(x: pd.DataFrame) -> None:
    if len(x) <= x.shape[1]:
        raise NotEstimable("the rows are no more than the coefficients")
