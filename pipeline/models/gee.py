"""People in clusters, on average: generalised estimating equations (GEE), and their errors for few clusters.

Liang & Zeger 1986 (Biometrika 73(1), 13-22). The exchangeable correlation is the mean product of two people's Pearson
residuals over the mean square of one's, as R geepack 1.3.9 has it, with which estimates and robust errors agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy.special import expit

from pipeline.models.coefficients import Coefficients, Floats, Ints, NotEstimable
from pipeline.models.linear import NO_VARIANCE, TOO_FEW, logistic, ols
from pipeline.models.score_sandwich import KAUERMANN_CARROLL, MANCL_DEROUEN, UNCORRECTED, sandwich

Link: TypeAlias = Literal["identity", "logit"]
Working: TypeAlias = Literal["independence", "exchangeable"]
Errors: TypeAlias = Literal["robust", "Mancl-DeRouen", "Kauermann-Carroll"]
Reference: TypeAlias = Literal["normal", "clusters less one", "clusters less coefficients"]

STEPS = 500
SETTLED = 1e-11
"""A step, in standard errors, and a change of the correlation below which a fit has converged."""

NARROW = 1e-9
"""How close to its bounds a correlation may come, as a share of the way."""

PATIENCE = 50
"""After so many steps only half the way is gone, which ends steps that go to and fro."""

LONGEST, FAR = 3.0, 50.0
"""How far a step may take anybody's log odds; log odds beyond the second mean that the steps have run away."""

INDEPENDENT = "the equations take them for independent, and the errors allow for whatever correlation there is"


class BeyondBounds(NotEstimable):
    """The exchangeable correlation would be lower, or higher, than clusters of these sizes can have."""


@dataclass(frozen=True, eq=False)
class GeeCoefficients(Coefficients):
    """Coefficients of a GEE. taken: a clause where people of a cluster were taken for independent."""

    taken: str = ""

    @property
    def told(self) -> str:
        return self.taken


@dataclass(frozen=True, eq=False)
class GeeFit:
    """A fitted mean, cluster by cluster, before its errors: m clusters, k coefficients.

    correlation: of two people of one cluster; 0 under independence, NaN where no cluster has two people. dispersion:
    mean square of Pearson residuals. turn: shape (k, k), from the orthonormal columns in which the rest is held to the
    terms' own. score: shape (m, k), a cluster's ``D' V^-1 r``. information: shape (m, k, k), its ``D' V^-1 D``; both
    without the dispersion, which no sandwich depends on.
    """

    terms: tuple[str, ...]
    estimate: Floats
    correlation: float
    dispersion: float
    turn: Floats
    score: Floats
    information: Floats
    rows: int

    @property
    def clusters(self) -> int:
        return len(self.score)


def gee(x: pd.DataFrame, y: Floats, cluster: Ints, link: Link, working: Working = "exchangeable") -> GeeFit:
    """Fit ``y`` (0/1 for the logit link) on the full-rank columns of ``x``. ``cluster``: shape (n,), integer codes.

    Raises ``NotEstimable`` for fewer than two clusters, as ``ols`` and ``logistic`` do, where nobody is left to err,
    where the correlation leaves its bounds, and where the iterations do not converge.
    """
    codes = np.unique(cluster, return_inverse=True)[1]
    if codes.max() < 1:
        raise NotEstimable("all rows belong to one cluster")
    if link == "logit" and not np.isin(y, (0.0, 1.0)).all():
        raise NotEstimable("the outcome has answers other than 0 and 1")
    start = (logistic if link == "logit" else ols)(x, y)
    turned, back = np.linalg.qr(start.x)
    sizes = np.bincount(codes).astype(float)
    at, alpha, within = back @ start.estimate, 0.0, True
    for taken in range(STEPS):
        part = 1.0 if taken < PATIENCE else 0.5
        slope, error = _standardised(turned, y, at, link)
        dispersion = float(error @ error) / len(y)
        if np.sqrt(dispersion) < 1e-10 * np.ptp(y):
            raise NotEstimable("the model fits everyone exactly, which leaves no error to be estimated", TOO_FEW)
        new, within = _correlation(error, codes, sizes) if working == "exchangeable" else (0.0, True)
        moved, alpha = abs(new - alpha), alpha + part * (new - alpha)
        score, information = _by_cluster(slope, error, codes, sizes, alpha)
        whole = information.sum(axis=0)
        try:
            step = np.linalg.solve(whole, score.sum(axis=0))
        except np.linalg.LinAlgError:  # nobody's chance is left to vary
            break
        size = np.sqrt(max(float(step @ whole @ step), 0.0) / dispersion)
        if within and max(size, moved) < SETTLED:
            turn = np.linalg.solve(back, np.eye(len(back)))
            known = alpha if sizes.max() > 1 else (np.nan if working == "exchangeable" else 0.0)
            return GeeFit(start.terms, turn @ at, known, dispersion, turn, score, information, len(y))
        if link == "logit":
            part = min(part, LONGEST / max(float(np.abs(turned @ step).max()), LONGEST))
        at = at + part * step
        if not np.isfinite(at).all() or (link == "logit" and np.abs(turned @ at).max() > FAR):
            break
    if not within:
        raise BeyondBounds("answers of a cluster would correlate as clusters of these sizes cannot")
    raise NotEstimable("the estimating equations did not converge")


def population_averaged(x: pd.DataFrame, y: Floats, cluster: Ints, link: Link) -> Coefficients:
    """As a study's models have it: exchangeable, Kauermann and Carroll's errors, a t on clusters less coefficients.

    Where the correlation leaves its bounds, as it often does where clusters hardly differ, people of a cluster are
    taken for independent, which is told: estimates and errors are right whatever correlation is assumed (Liang & Zeger
    1986, theorem 2). Raises ``NotEstimable`` as ``gee`` and ``gee_errors`` do.
    """
    taken = ""
    try:
        fit = gee(x, y, cluster, link)
    except BeyondBounds as beyond:
        fit, taken = gee(x, y, cluster, link, "independence"), f"{beyond}; {INDEPENDENT}"
    found = gee_errors(fit, "Kauermann-Carroll", "clusters less coefficients")
    return GeeCoefficients(found.terms, found.estimate, found.vcov, found.df, found.rows, found.errors, taken)


def gee_errors(fit: GeeFit, kind: Errors, reference: Reference) -> Coefficients:
    """Errors of a GEE; ``errors`` tells both choices, ``df`` is that of the reference.

    robust: the sandwich (geepack's ``san.se``), too small for few clusters. Mancl-DeRouen and Kauermann-Carroll:
    ``score_sandwich``; the latter with a t on clusters less coefficients see Li & Redden 2015 (Stat Med 34(2),
    281-296). The corrected kinds give NaN to what one cluster determines by itself, every kind to a variance that is
    rounding.
    """
    count, k = fit.clusters, len(fit.terms)
    left = {"normal": np.inf, "clusters less one": count - 1.0, "clusters less coefficients": float(count - k)}
    if left[reference] < 1:
        raise NotEstimable("the clusters are too few for so many coefficients")
    try:
        found = sandwich(fit.score, fit.information, fit.turn, _POWERS[kind])
    except np.linalg.LinAlgError as failure:  # it stopped where nobody's chance is left to vary
        raise NotEstimable("the estimating equations did not converge") from failure
    none = found.rests | (np.square(found.influence).sum(axis=0) <= NO_VARIANCE * fit.dispersion * found.own)
    vcov = found.without(none)
    df = np.where(none, np.nan, left[reference])
    return Coefficients(fit.terms, fit.estimate, vcov, df, fit.rows, f"{kind}, {_REFERENCES[reference]}")


_POWERS: dict[Errors, float] = {
    "robust": UNCORRECTED,
    "Mancl-DeRouen": MANCL_DEROUEN,
    "Kauermann-Carroll": KAUERMANN_CARROLL,
}
_REFERENCES: dict[Reference, str] = {
    "normal": "normal reference",
    "clusters less one": "t on clusters less one",
    "clusters less coefficients": "t on clusters less coefficients",
}


def _standardised(design: Floats, y: Floats, at: Floats, link: Link) -> tuple[Floats, Floats]:
    """Derivatives of the mean and residuals, each over the square root of the working variance."""
    if link == "identity":
        return design, y - design @ at
    linear = design @ at
    root = np.sqrt(expit(linear) * expit(-linear))
    return design * root[:, None], (y * expit(-linear) - (1 - y) * expit(linear)) / root


def _correlation(error: Floats, codes: Ints, sizes: Floats) -> tuple[float, bool]:
    """The moment estimate, drawn inside the bounds of a correlation matrix, and whether it lay there."""
    largest = sizes.max()
    if largest == 1:
        return 0.0, True
    pairs = float((sizes * (sizes - 1)).sum())
    products = float((np.bincount(codes, weights=error) ** 2).sum() - error @ error)
    found = products / pairs / (float(error @ error) / len(error))
    low, high = -1 / (largest - 1) * (1 - NARROW), 1 - NARROW
    return float(np.clip(found, low, high)), not (found <= low or found >= high)


def _by_cluster(slope: Floats, error: Floats, codes: Ints, sizes: Floats, alpha: float) -> tuple[Floats, Floats]:
    """Scores (m, k) and informations (m, k, k): ``R^-1 = (I - alpha / (1 + (n - 1) alpha) 11') / (1 - alpha)``."""
    k = slope.shape[1]
    sums, outer, inner = np.empty((len(sizes), k)), np.empty((len(sizes), k)), np.empty((len(sizes), k, k))
    for i, column in enumerate(slope.T):
        sums[:, i] = np.bincount(codes, weights=column)
        outer[:, i] = np.bincount(codes, weights=column * error)
        for j in range(i + 1):
            inner[:, i, j] = inner[:, j, i] = np.bincount(codes, weights=column * slope[:, j])
    shared = alpha / (1 + (sizes - 1) * alpha)
    total = np.bincount(codes, weights=error)
    score = (outer - (shared * total)[:, None] * sums) / (1 - alpha)
    information = (inner - shared[:, None, None] * sums[:, :, None] * sums[:, None, :]) / (1 - alpha)
    return score, information
