"""Several coefficients at once: for people in clusters the approximate Hotelling test (AHT) with CR2 errors; Wald's F.

AHT: Pustejovsky & Tipton 2018 (J Bus Econ Stat 36(4), 672-683), sect. 3; agrees with R clubSandwich 0.5.8,
``Wald_test`` (``vcov = "CR2"``, ``test = "HTZ"``), of linear, logistic and Poisson regressions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy

from pipeline.models.cluster import SINGULAR, blocks_of, clustered, sums
from pipeline.models.coefficients import Coefficients, Floats, Ints, NotEstimable
from pipeline.models.linear import Fit
from pipeline.models.pairs import spread

FEW = "the clusters are too few for so many coefficients"
NO_ERROR = "a combination of the coefficients has no standard error"
"""As of two levels, held against a third, at which nobody had the event: what they differ by is known for sure."""
KNOWN = 1e-10
"""A combination with less than this share of the variance of the others has none but rounding."""


class JointTest(NamedTuple):
    """An F test: ``df`` of the numerator, ``df2`` of the denominator."""

    statistic: float
    df: float
    df2: float
    p: float


def joint_test(fit: Fit, cluster: Ints, terms: Sequence[str]) -> JointTest:
    """Whether the coefficients ``terms`` of a fit are all zero. ``cluster``: shape (n,), integer codes.

    Raises ``NotEstimable`` where the clusters are too few for so many coefficients, and where a combination of them has
    no error.
    """
    codes = np.unique(cluster, return_inverse=True)[1]
    found = clustered(fit, codes, "CR2")
    at = [fit.terms.index(term) for term in terms]
    q = len(at)
    vcov, estimate = found.vcov[np.ix_(at, at)], fit.estimate[at]
    _refuse_known(vcov, FEW if codes.max() < len(fit.terms) else NO_ERROR)
    eta = _degrees(*(_least_squares if (fit.weight == 1).all() else _weighted)(fit, codes, at))
    df2 = eta - q + 1
    if not df2 > 0:
        raise NotEstimable(FEW)
    wald = float(estimate @ np.linalg.solve(vcov, estimate))
    statistic = df2 / (eta * q) * wald
    return JointTest(statistic, float(q), float(df2), float(scipy.stats.f.sf(statistic, q, df2)))


def _least_squares(fit: Fit, codes: Ints, at: Sequence[int]) -> tuple[Floats, Floats]:
    """``P_ii``, shape (m, q, q), and ``S_i``, shape (m, k, q), without any n-by-n matrix.

    With ``x = QR`` and ``Q_i'Q_i = V diag(t) V'``, a cluster's part of the coefficients ``c`` (a row of ``R^-1`` each)
    has covariance ``P_ii = c V diag(t) V' c'`` with itself and ``P_ij = -S_i' S_j`` with another one's,
    ``S_i = V diag(t / sqrt(1 - t)) V' c'``.
    """
    q_matrix, r = np.linalg.qr(fit.x)
    count = int(codes.max()) + 1
    k = q_matrix.shape[1]
    blocks = np.stack([sums(q_matrix * column[:, None], codes, count) for column in q_matrix.T], axis=1)
    t, v = np.linalg.eigh(blocks)
    t = np.clip(t, 0.0, None)
    usable = 1 - t > SINGULAR
    to_terms = np.linalg.solve(r, np.eye(k))[list(at)]
    turned = np.einsum("qk,mkj->mqj", to_terms, v)
    own = np.einsum("mqj,mj,mpj->mqp", turned, np.where(usable, t, 0.0), turned)
    root = np.where(usable, t / np.sqrt(np.where(usable, 1 - t, 1.0)), 0.0)
    return own, np.einsum("mkj,mj,mqj->mkq", v, root, turned)


def _weighted(fit: Fit, codes: Ints, at: Sequence[int]) -> tuple[Floats, Floats]:
    """The same for a generalised linear model, a dense block a cluster."""
    parts = [part for _, *part in blocks_of(fit, codes, int(codes.max()) + 1)]
    own, shared = (np.array(held) for held in zip(*parts, strict=True))
    return own[:, list(at)][:, :, list(at)], shared[:, :, list(at)]


def _degrees(own: Floats, shared: Floats) -> float:
    """``q (q + 1) / sum of the variances of D``, D the CR2 variance of the coefficients in units of its expectation,
    which is the sum of ``own``."""
    try:
        half = np.linalg.cholesky(own.sum(axis=0))
    except np.linalg.LinAlgError as failure:
        raise NotEstimable(FEW) from failure
    own = np.linalg.solve(half, np.swapaxes(np.linalg.solve(half, own), 1, 2))
    shared = np.swapaxes(np.linalg.solve(half, np.swapaxes(shared, 1, 2)), 1, 2)
    alone = float((np.einsum("mqq->m", own) ** 2).sum() + np.einsum("mqp,mpq->", own, own))
    size = own.shape[1]
    return size * (size + 1) / (alone + spread(shared))


def wald_f(found: Coefficients, terms: Sequence[str], hotelling: bool = False) -> JointTest:
    """Wald's test as an F: the statistic over ``q`` on ``q`` and the coefficients' own degrees of freedom ``d``.

    One coefficient: the square of its t. hotelling: of a variance that is made of few independent parts, the statistic
    times ``(d - q + 1) / (d q)`` on ``q`` and ``d - q + 1`` (Hotelling's T2; for variances of clusters Korn & Graubard
    1990, Am Stat 44(4), 270-276). Raises ``NotEstimable`` where the variances are too few for so many coefficients, and
    where a combination of these has none.
    """
    at = [found.terms.index(term) for term in terms]
    q, vcov, estimate = len(at), found.vcov[np.ix_(at, at)], found.estimate[at]
    df = float(found.df[at].min())
    df2 = df - q + 1 if hotelling and np.isfinite(df) else df
    if not df2 > 0:
        raise NotEstimable(FEW)
    _refuse_known(vcov, NO_ERROR)
    statistic = float(estimate @ np.linalg.solve(vcov, estimate)) / q * (df2 / df if np.isfinite(df) else 1.0)
    p = scipy.stats.f.sf(statistic, q, df2) if np.isfinite(df2) else scipy.stats.chi2.sf(statistic * q, q)
    return JointTest(statistic, float(q), df2, float(p))


def _refuse_known(vcov: Floats, why: str) -> None:
    """Raise ``NotEstimable`` where a coefficient, or a combination of several, has no variance to be held against."""
    variance = np.diag(vcov)
    if not (np.isfinite(vcov).all() and (variance > 0).all()):
        raise NotEstimable(why)
    size = np.sqrt(variance)
    along = np.linalg.eigvalsh(vcov / np.outer(size, size))
    if not along[0] > KNOWN * along[-1]:
        raise NotEstimable(why)
