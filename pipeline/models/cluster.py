"""Errors for people in clusters: CR0, CR1S and CR2 with Satterthwaite degrees of freedom; the intraclass correlation.

Pustejovsky & Tipton 2018 (J Bus Econ Stat 36(4), 672-683), in the working model that the fit itself assumes (weights
are inverse variances); agrees with R clubSandwich 0.5.8.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np

from pipeline.models.coefficients import Coefficients, Floats, Ints, NotEstimable
from pipeline.models.linear import NO_VARIANCE, Fit
from pipeline.models.pairs import squares

SINGULAR = 1e-12
"""Eigenvalues up to here count as zero in a Moore-Penrose root (clubSandwich's ``matrix_power``)."""


def clustered(fit: Fit, cluster: Ints, kind: Literal["CR0", "CR1S", "CR2"] = "CR2") -> Coefficients:
    """Cluster-robust errors. ``cluster``: shape (n,), integer codes.

    CR2 takes Satterthwaite's degrees of freedom, a number a coefficient, and NaN where nothing but rounding is left of
    a variance; CR0 a normal and CR1S a t reference on
    (clusters - 1), as clubSandwich's ``z`` and ``naive-t``. Raises ``NotEstimable`` for fewer than two clusters.
    """
    codes = np.unique(cluster, return_inverse=True)[1]
    count = int(codes.max()) + 1
    if count < 2:
        raise NotEstimable("all rows belong to one cluster")
    if kind == "CR2":
        vcov, df = _cr2_least_squares(fit, codes, count) if (fit.weight == 1).all() else _cr2(fit, codes, count)
        _without_variance(fit, vcov, df)
        return Coefficients(fit.terms, fit.estimate, vcov, df, fit.rows, "CR2")
    influence = sums(fit.x * (fit.weight * fit.residual)[:, None], codes, count) @ fit.bread
    k = len(fit.terms)
    factor = 1.0 if kind == "CR0" else count * (fit.rows - 1) / ((count - 1) * (fit.rows - k))
    df = np.full(k, np.inf if kind == "CR0" else count - 1.0)
    return Coefficients(fit.terms, fit.estimate, influence.T @ influence * factor, df, fit.rows, kind)


def _without_variance(fit: Fit, vcov: Floats, df: Floats) -> None:
    """Put NaN where the variance is numerically zero: one cluster a side of a comparison fits its mean exactly, which
    says that nothing is known of how clusters differ, and not that they don't."""
    own = float((fit.weight * fit.residual) @ fit.residual) / fit.rows * np.diag(fit.bread)
    none = np.diag(vcov) <= NO_VARIANCE * own
    vcov[none, :] = np.nan
    vcov[:, none] = np.nan
    df[none] = np.nan


def sums(values: Floats, codes: Ints, count: int) -> Floats:
    """Sums of the rows of ``values`` (n, k) by cluster: (count, k)."""
    return np.column_stack([np.bincount(codes, weights=column, minlength=count) for column in values.T])


def _cr2_least_squares(fit: Fit, codes: Ints, count: int) -> tuple[Floats, Floats]:
    """CR2 and its degrees of freedom for least squares, without any n-by-n matrix.

    With ``x = Q R`` a cluster's hat block is ``H = Q_i Q_i'``; the eigenvalues of ``I - H`` other than 1 are those of
    the k-by-k block ``Q_i' Q_i = V diag(t) V'``, so every sum over a cluster's rows is a k-by-k product.
    """
    q, r = np.linalg.qr(fit.x)
    blocks = np.empty((count, q.shape[1], q.shape[1]))
    for i, column in enumerate(q.T):
        blocks[:, i, :] = sums(q * column[:, None], codes, count)
    t, v = np.linalg.eigh(blocks)
    t = np.clip(t, 0.0, None)
    usable = 1 - t > SINGULAR
    safe = np.where(usable, t, 0.0)
    # (I - H)^(-1/2) = I + Q V diag(f) V' Q', f = ((1 - t)^(-1/2) - 1) / t, and -1 / t where 1 - t is zero
    small = np.maximum(safe, 1e-300)
    f = np.where(usable, np.where(safe < 1e-12, 0.5, np.expm1(-0.5 * np.log1p(-safe)) / small), -1.0)
    outer = sums(q * fit.residual[:, None], codes, count)  # Q_i' e_i
    inner = np.einsum("mij,mj->mi", np.swapaxes(v, 1, 2), outer)
    scores = np.einsum("mij,mj->mi", v, (1 + t * f) * inner)  # Q_i' A_i e_i
    to_terms = np.linalg.solve(r, np.eye(len(r)))  # coefficients = R^-1 (Q' y)
    influence = scores @ to_terms.T
    # g_i = A_i Q_i c, c a row of R^-1: Q_i'g_i = V diag(t / sqrt(1 - t)) V' c, and g_i'(I - H)g_i = c' V diag(t) V' c
    gap = np.where(usable, 1 - t, 1.0)
    turned = np.einsum("mij,ci->cmj", v, to_terms)
    diagonal = np.einsum("cmj,mj->cm", turned**2, np.where(usable, t, 0.0))
    shared = np.einsum("mij,cmj->cmi", v, turned * np.where(usable, t / np.sqrt(gap), 0.0))
    return influence.T @ influence, _satterthwaite(diagonal, shared)


def _cr2(fit: Fit, codes: Ints, count: int) -> tuple[Floats, Floats]:
    """CR2 for a generalised linear model, a dense block a cluster: time grows with the cube of how many rows of the
    largest cluster differ.

    On the scale of the outcome, as clubSandwich does it: with a canonical link the working weights are the outcome's
    variances, so residuals, derivatives and working covariance are all ``weight`` times those of the linear predictor.
    """
    parts = list(zip(*blocks_of(fit, codes, count), strict=True))
    influence, own, shared = (np.array(held) for held in parts)
    return influence.T @ influence, _satterthwaite(np.einsum("mkk->km", own), np.transpose(shared, (2, 0, 1)))


def blocks_of(fit: Fit, codes: Ints, count: int) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Of each cluster the influence on the coefficients, (k,); ``P_ii``, the covariance of its part with itself, and
    ``S_i``, of which ``P_ij = -S_i' S_j``: both (k, k).

    Rows of a cluster that are alike in design and weight stand as one: what leaves their sum as it is, a block's root
    does not turn into anything else, and nothing here asks for it.
    """
    half = np.linalg.cholesky(fit.bread)
    alike, like, times = np.unique(
        np.column_stack([codes, fit.weight, fit.x]), axis=0, return_inverse=True, return_counts=True
    )
    length = np.sqrt(times)
    residual = np.bincount(like.ravel(), weights=fit.weight * fit.residual) / length
    for rows in np.split(np.arange(len(alike)), np.searchsorted(alike[:, 0], np.arange(1, count))):
        variance, x = alike[rows, 1], alike[rows, 2:] * length[rows, None]
        deviation, slope = np.sqrt(variance), x * variance[:, None]
        block = np.diag(variance**2) - deviation[:, None] * (slope @ fit.bread @ slope.T) * deviation
        values, vectors = np.linalg.eigh(block)
        root = np.where(values > SINGULAR, 1 / np.sqrt(np.where(values > SINGULAR, values, 1.0)), 0.0)
        adjust = deviation[:, None] * ((vectors * root) @ vectors.T) * deviation
        g = adjust @ x @ fit.bread
        within = vectors[:, values > SINGULAR].T @ (deviation[:, None] * x) @ fit.bread
        yield fit.bread @ (x.T @ (adjust @ residual[rows])), within.T @ within, half.T @ (slope.T @ g)


def _satterthwaite(diagonal: Floats, shared: Floats) -> Floats:
    """``(sum p_ii)^2 / sum p_ij^2`` with ``p_ij = -shared_i' shared_j`` off the diagonal (paper, eq. 11).

    diagonal: shape (k, m); shared: shape (k, m, k). The diagonal comes by itself because it is the small difference of
    large numbers where a cluster nearly determines a coefficient. NaN where nothing varies.
    """
    square = (diagonal**2).sum(axis=1) + squares(shared)
    trace = diagonal.sum(axis=1)
    df: Floats = np.divide(trace**2, square, out=np.full(len(trace), np.nan), where=square > 0)
    return df


def icc(y: Floats, cluster: Ints, arm: Ints | None = None) -> float:
    """Intraclass correlation, how alike two people of one cluster are: one-way analysis-of-variance estimator, within
    the arms of a trial where ``arm`` is given. NaN where clusters or people are too few.

    Donner & Klar 2000, Design and Analysis of Cluster Randomization Trials, sect. 1.3; for 0/1 outcomes Ridout,
    Demetrio & Firth 1999. An estimate below zero is handed back as it is: it means less alike than by chance.
    """
    groups = np.zeros(len(y), dtype=int) if arm is None else np.unique(arm, return_inverse=True)[1]
    pairs, codes = np.unique(np.column_stack([groups, cluster]), axis=0, return_inverse=True)
    codes = codes.ravel()
    size, arm_size = np.bincount(codes).astype(float), np.bincount(groups).astype(float)
    m, n, arms = len(size), len(y), len(arm_size)
    if m <= arms or n <= m:
        return float("nan")
    mean, centre = np.bincount(codes, weights=y) / size, np.bincount(groups, weights=y) / arm_size
    between = float(size @ (mean - centre[pairs[:, 0]]) ** 2) / (m - arms)
    within = float(((y - mean[codes]) ** 2).sum()) / (n - m)
    usual = (n - float((np.bincount(pairs[:, 0], weights=size**2) / arm_size).sum())) / (m - arms)
    total = between + (usual - 1) * within
    return (between - within) / total if total > 0 else float("nan")
