"""People in clusters, or answers of people over time: linear mixed models with a random intercept and random slopes.

One grouping; the random effects of a cluster are correlated. By REML or maximum likelihood, as Bates, Maechler, Bolker
& Walker 2015 (J Stat Softw 67(1)): the deviance is searched over the Cholesky factor of the random effects' covariance
in units of the residual variance (its numbers are theta). Agrees with R lme4 1.1-31.

Outcome and random effects are brought to one size before, and slopes freed of what they share with the intercept, so
that units and origins (year 2018 or year 0) do not matter. How the minimum is found: ``pipeline.models.search``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from pipeline.models.coefficients import UNSAID, Floats, Ints, NotEstimable
from pipeline.models.deviance import Point, Sums, information, point, products, sums, symmetric
from pipeline.models.linear import COLLINEAR, INTERCEPT, TOO_FEW
from pipeline.models.search import State, search

EXACT = 1e-9
"""A residual below this share of the outcome's own is rounding."""

UNKNOWN = 1e-8
"""An eigenvalue of the variances' information (with ones in its diagonal) below this says that rows can't tell them."""


@dataclass(frozen=True, eq=False)
class MixedFit:
    """A fitted mixed model; k coefficients, q random effects a cluster.

    estimate: (k,). vcov: (k, k), as if the variances were known. random: names of the random effects, the intercept
    first. covariance: (q, q), of the random effects. residual: variance of a row. criterion: ``-2 log L``, restricted
    for REML (as lme4's). state: ``singular`` where the best covariance has a variance of zero or a correlation of one;
    ``not converged`` where no minimum was reached, and then neither estimates nor variances may be used.
    """

    terms: tuple[str, ...]
    estimate: Floats
    vcov: Floats
    random: tuple[str, ...]
    covariance: Floats
    residual: float
    criterion: float
    method: Literal["REML", "ML"]
    state: State
    rows: int
    clusters: int
    sums: Sums
    at: Point
    to_terms: Floats
    """(k, k): from coefficients of ``at``, whose columns of x are orthonormal and whose outcome has size one."""

    @property
    def log_likelihood(self) -> float:
        return -self.criterion / 2

    @property
    def icc(self) -> float:
        """Share of the variance that lies between clusters; NaN with slopes, where it differs from row to row."""
        if len(self.random) > 1:
            return float("nan")
        return float(self.covariance[0, 0] / (self.covariance[0, 0] + self.residual))

    @property
    def correlation(self) -> Floats:
        """Of the random effects: (q, q), NaN beside a variance of zero."""
        deviation = np.sqrt(np.diag(self.covariance))
        size = np.outer(deviation, deviation)
        return np.divide(self.covariance, size, out=np.full_like(size, np.nan), where=size > 0)

    def contrast(self, terms: Sequence[str]) -> Floats:
        """Rows that pick coefficients by name: (len(terms), k)."""
        return np.eye(len(self.terms))[[self.terms.index(term) for term in terms]]


def mixed(
    x: pd.DataFrame,
    y: Floats,
    cluster: Ints,
    slopes: pd.DataFrame | None = None,
    method: Literal["REML", "ML"] = "REML",
) -> MixedFit:
    """Fit ``y`` on the full-rank columns of ``x`` (intercept included) with a random intercept by ``cluster``.

    cluster: (n,), codes. slopes: columns whose coefficients also differ by cluster, one random slope each (mostly
    columns of x: the wave); correlated with the intercept and with one another. Raises ``NotEstimable`` where the rows
    are too few or too alike to tell the variances; a fit that is singular or did not converge comes back and says so.
    """
    design = x.to_numpy(dtype=float)
    z = np.column_stack([np.ones(len(y)), *([] if slopes is None else slopes.to_numpy(dtype=float).T)])
    names = (INTERCEPT, *([] if slopes is None else map(str, slopes.columns)))
    _refuse(design, y, z, cluster)
    codes = np.unique(cluster, return_inverse=True)[1].ravel()
    n, k = design.shape
    turned, back = np.linalg.qr(design)
    start = turned.T @ y
    rest = y - turned @ start
    start += turned.T @ rest
    rest = y - turned @ start
    size = float(np.linalg.norm(rest)) / np.sqrt(n - k)
    rounding = 8 * float(np.finfo(float).eps * np.abs(y).max())
    if np.abs(rest).max() <= EXACT * np.ptp(y) + rounding:
        raise NotEstimable("the model fits everyone exactly, which leaves no error to be estimated", UNSAID)
    z_turned, z_back = np.linalg.qr(z)
    given = sums(turned, rest / size, z_turned * np.sqrt(n), codes, method == "REML")
    _refuse_unknown(given, EXACT + rounding / size)
    found = search(given)
    at = found.at
    to_terms = np.linalg.solve(back, np.eye(k)) * size
    to_random = np.linalg.solve(z_back / np.sqrt(n), np.eye(z.shape[1]))
    half = to_terms @ np.linalg.cholesky(at.phi)
    jacobian = 2 * given.left * np.log(size)
    if method == "REML":
        jacobian += 2 * float(np.log(np.abs(np.diag(back))).sum())
    return MixedFit(
        terms=tuple(map(str, x.columns)),
        estimate=to_terms @ (start / size + at.estimate),
        vcov=half @ half.T * at.variance,
        random=names,
        covariance=_covariance(to_random @ found.axes, at.factor) * at.variance * size**2,
        residual=at.variance * size**2,
        criterion=at.deviance + jacobian,
        method=method,
        state=found.state,
        rows=n,
        clusters=int(codes.max()) + 1,
        sums=found.sums,
        at=at,
        to_terms=to_terms,
    )


def _covariance(to_random: Floats, factor: Floats) -> Floats:
    """Of the random effects as they were named; what is rounding beside the sums that made it is zero."""
    half = to_random @ factor
    size = np.abs(to_random) @ np.abs(factor)
    half = np.where(np.abs(half) > 1e-12 * size, half, 0.0)
    return half @ half.T


def _refuse(design: Floats, y: Floats, z: Floats, cluster: Ints) -> None:
    if not (np.isfinite(design).all() and np.isfinite(y).all() and np.isfinite(z).all()):
        raise NotEstimable("a row has no value")
    if len(design) <= design.shape[1]:
        raise NotEstimable("the rows are no more than the coefficients")
    for columns, said in ((design, "the covariates are collinear"), (z, "the random slopes are collinear")):
        length = np.linalg.norm(columns, axis=0)
        if (length == 0).any():
            raise NotEstimable(f"{said}, or one of them is constant")
        left = np.abs(np.diag(np.linalg.qr(columns / length, mode="r")))
        if len(left) < columns.shape[1] or left.min() <= COLLINEAR:
            raise NotEstimable(f"{said}, or one of them is constant")
    count = len(np.unique(cluster))
    if count < 2:
        raise NotEstimable("all rows belong to one cluster")
    if np.ptp(y) == 0:
        raise NotEstimable("the outcome is the same for everyone who is left", TOO_FEW)
    if count == len(y):
        raise NotEstimable("each cluster has a single row, so that clusters and rows can't be told apart")
    if count * z.shape[1] >= len(y):
        raise NotEstimable("the random effects of all clusters together are no fewer than the rows")


def _refuse_unknown(given: Sums, smallest: float) -> None:
    """Whether the expected information of all variances has full rank, where each random effect varies as a row does.

    smallest: what counts as rounding of an outcome of size one.
    """
    k = given.columns
    outcome = np.linalg.lstsq(given.within[:, :k], given.within[:, k], rcond=1e-10)[0]
    if np.linalg.norm(given.within[:, k] - given.within[:, :k] @ outcome) <= smallest * np.sqrt(given.rows):
        raise NotEstimable("within clusters the model fits everyone exactly, which leaves no error to estimate", UNSAID)
    at, along = point(given, np.eye(given.random)), symmetric(given.random)
    found = products(at, along)
    known = information(given, at, along, found)
    own = np.diag(known)
    if (own[:-1] <= UNKNOWN * np.diag(found.traces)).any():
        raise NotEstimable("the covariates explain wholly how clusters differ")
    if np.linalg.eigvalsh(known / np.sqrt(np.outer(own, own)))[0] <= UNKNOWN:
        raise NotEstimable("the rows are too few, or too alike, to tell the variances of the random effects apart")
