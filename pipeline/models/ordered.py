"""Ordered outcomes: the cumulative logit (proportional odds) model, by maximum likelihood.

``logit P(y <= j) = c_j - x'b``, so that a positive ``b`` goes with higher answers. McCullagh 1980 (J R Stat Soc B
42(2), 109-142). Agrees with R's ``ordinal::clm``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from pipeline.models.cluster import sums
from pipeline.models.coefficients import Coefficients, Floats, Ints, NotEstimable
from pipeline.models.linear import COLLINEAR
from pipeline.models.score_sandwich import KAUERMANN_CARROLL, sandwich

STEPS = 100
SETTLED = 1e-9
"""A Newton step, in standard errors, below which a fit has converged; the error left is about its square."""

FAR = 1e3
"""A linear predictor beyond this means that answers are predicted perfectly."""


@dataclass(frozen=True, eq=False)
class OrderedFit:
    """Thresholds first, then slopes: k = (levels - 1) + columns.

    score: shape (n, k), each row's (weighted) derivative of the log likelihood. steps: shape (n, 2, k), derivatives of
    the two ends between which a row's answer lies; curvature: shape (n, 2, 2), its (weighted) observed information of
    them. Scores and steps are by the coefficients of orthonormal columns about their means, of which ``turn``, shape
    (k, k), makes the terms' own: covariates far from zero would cost them their digits. bread: shape (k, k), of the
    terms, the inverse of the observed information. slopes: how many there are.
    """

    terms: tuple[str, ...]
    estimate: Floats
    score: Floats
    steps: Floats
    curvature: Floats
    turn: Floats
    bread: Floats
    slopes: int

    @property
    def influence(self) -> Floats:
        """What each row adds to the estimates: shape (n, k)."""
        return np.asarray(self.score @ np.linalg.solve(self.turn, self.bread), dtype=float)


def cumulative_logit(x: pd.DataFrame, y: Ints, thresholds: tuple[str, ...], weight: Floats | None = None) -> OrderedFit:
    """Fit levels ``y`` (codes 0 to ``len(thresholds)``) on the columns of ``x``, which hold no intercept.

    weight: shape (n,), sampling weights of rows. Raises ``NotEstimable`` where a level has nobody, where ``x`` has
    collinear columns, where the rows are no more than the coefficients, or where no finite maximum is found.
    """
    design = x.to_numpy(dtype=float)
    n, cuts = len(y), len(thresholds)
    share = np.ones(n) if weight is None else weight / weight.mean()
    counts = np.bincount(y, weights=share, minlength=cuts + 1)
    if len(counts) != cuts + 1 or (counts <= 0).any():
        raise NotEstimable("a level of the ordered outcome has nobody: join levels in the declaration")
    if n <= cuts + design.shape[1]:
        raise NotEstimable("the rows are no more than the coefficients")
    turned, turn = _turned(design, cuts)
    below = np.cumsum(counts)[:-1] / counts.sum()
    at = _climb(turned, y, share, np.append(np.log(below / (1 - below)), np.zeros(x.shape[1])))
    _, score, steps, curvature = _rows(turned, y, share if weight is None else weight, at, cuts)
    bread: Floats = np.asarray(turn @ np.linalg.inv(_information(steps, curvature)) @ turn.T, dtype=float)
    terms = (*thresholds, *map(str, x.columns))
    return OrderedFit(terms, turn @ at, score, steps, curvature, turn, bread, x.shape[1])


def _turned(design: Floats, cuts: int) -> tuple[Floats, Floats]:
    """Orthonormal columns (times the root of n) about their means, and what makes the coefficients of ``design``, after
    ``cuts`` thresholds, of theirs."""
    n, columns = design.shape
    length = np.linalg.norm(design, axis=0)
    every = np.column_stack([np.ones(n) / np.sqrt(n), design / np.where(length > 0, length, 1.0)])
    if np.abs(np.diag(np.linalg.qr(every, mode="r"))).min() <= COLLINEAR:
        raise NotEstimable("the covariates are collinear, or one of them is constant")
    middle = design.mean(axis=0)
    turned, back = np.linalg.qr(design - middle)
    turn = np.eye(cuts + columns)
    turn[cuts:, cuts:] = np.linalg.solve(back / np.sqrt(n), np.eye(columns))
    turn[:cuts, cuts:] = middle @ turn[cuts:, cuts:]
    return turned * np.sqrt(n), turn


def _climb(design: Floats, y: Ints, share: Floats, at: Floats) -> Floats:
    """Newton's method with halved steps; the likelihood is concave in these parameters."""
    cuts = len(at) - design.shape[1]
    value, score, information = _derivatives(design, y, share, at, cuts)
    for _ in range(STEPS):
        try:
            step = np.linalg.solve(information, score.sum(axis=0))
        except np.linalg.LinAlgError:  # columns have full rank: only a likelihood gone flat is singular
            break
        size = float(step @ information @ step)
        length, there = 1.0, at + step
        new = _derivatives(design, y, share, there, cuts)
        while not new[0] >= value - 1e-9 * abs(value):
            length /= 2
            if length < 1e-10:
                raise NotEstimable("the ordered fit did not converge")
            there = at + length * step
            new = _derivatives(design, y, share, there, cuts)
        at, (value, score, information) = there, new
        if np.abs(at).max() > FAR:
            break
        if np.sqrt(max(size, 0.0)) < SETTLED:
            if np.diag(np.linalg.inv(information)).max() > FAR**2:
                break
            return at
    raise NotEstimable("the ordered fit has no finite maximum: an answer is predicted perfectly (separation)")


def _derivatives(design: Floats, y: Ints, share: Floats, at: Floats, cuts: int) -> tuple[float, Floats, Floats]:
    """Log likelihood (minus infinity where thresholds are out of order), scores by row, observed information."""
    value, score, steps, curvature = _rows(design, y, share, at, cuts)
    return value, score, _information(steps, curvature)


def _information(steps: Floats, curvature: Floats) -> Floats:
    k = steps.shape[2]
    return np.asarray(steps.reshape(-1, k).T @ (curvature @ steps).reshape(-1, k), dtype=float)


def _rows(design: Floats, y: Ints, share: Floats, at: Floats, cuts: int) -> tuple[float, Floats, Floats, Floats]:
    """Log likelihood, and as in ``OrderedFit`` scores, steps and curvature; without rows where it is minus infinity."""
    n, k = len(y), len(at)
    nothing = -np.inf, np.empty((0, k)), np.empty((0, 2, k)), np.empty((0, 2, 2))
    if (np.diff(at[:cuts]) <= 0).any():
        return nothing
    mean = design @ at[cuts:]
    bounds = np.concatenate([[-np.inf], at[:cuts], [np.inf]])
    upper, lower = bounds[y + 1] - mean, bounds[y] - mean
    up, low = expit(upper), expit(lower)
    # from the nearer tail, so that rare answers keep their digits
    chance = np.where(lower > 0, expit(-lower) - expit(-upper), up - low)
    if (chance <= 0).any():
        return nothing
    slope = np.column_stack([up * expit(-upper), -low * expit(-lower)]) / chance[:, None]
    steps = np.zeros((n, 2, k))
    rows = np.arange(n)
    steps[rows[y < cuts], 0, y[y < cuts]] = 1.0
    steps[rows[y > 0], 1, y[y > 0] - 1] = 1.0
    steps[:, :, cuts:] = -design[:, None, :]
    curvature = slope[:, :, None] * slope[:, None, :]
    curvature[:, [0, 1], [0, 1]] -= slope * (1 - 2 * np.column_stack([up, low]))
    score = share[:, None] * (slope[:, None, :] @ steps)[:, 0]
    return float(share @ np.log(chance)), score, steps, share[:, None, None] * curvature


def clustered_errors(fit: OrderedFit, cluster: Ints) -> Coefficients:
    """Errors from the sums of the score by cluster, each corrected by its leverage (Kauermann and Carroll,
    ``score_sandwich``), and a t on clusters less coefficients: the slopes and one, as of a regression, whose intercept
    the thresholds are. NaN for what one cluster determines by itself.

    Clusters less one would not allow for slopes that take up what clusters tell: of 300 simulated studies with eight
    clusters, an exposure and two covariates of theirs and one of people's, 83 of 100 nominal 95% intervals then held
    the truth, and 91 with these; with six clusters and a covariate more, which is refused, 52 (both uncorrected).
    Raises ``NotEstimable`` for fewer than two clusters, and where they are too few for so many slopes.
    """
    codes = np.unique(cluster, return_inverse=True)[1]
    count, k = int(codes.max()) + 1, len(fit.terms)
    if count < 2:
        raise NotEstimable("all rows belong to one cluster")
    left = count - fit.slopes - 1
    if left < 1:
        raise NotEstimable("the clusters are too few for so many coefficients")
    bent = fit.curvature @ fit.steps
    information = [sums((fit.steps[:, :, [term]] * bent).sum(axis=1), codes, count) for term in range(k)]
    found = sandwich(sums(fit.score, codes, count), np.stack(information, axis=1), fit.turn, KAUERMANN_CARROLL)
    vcov = found.without(found.rests)
    df = np.where(found.rests, np.nan, float(left))
    return Coefficients(fit.terms, fit.estimate, vcov, df, len(fit.score), "Kauermann-Carroll score")


def model_errors(fit: OrderedFit) -> Coefficients:
    """Errors from the observed information, with a normal reference."""
    k = len(fit.terms)
    return Coefficients(fit.terms, fit.estimate, fit.bread, np.full(k, np.inf), len(fit.score), "model-based")
