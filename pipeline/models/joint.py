"""Several coefficients at once, for people in clusters: the approximate Hotelling test (AHT) with CR2 errors.

Pustejovsky & Tipton 2018 (J Bus Econ Stat 36(4), 672-683), sect. 3; agrees with R clubSandwich 0.5.8, ``Wald_test``
(``vcov = "CR2"``, ``test = "HTZ"``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy

from pipeline.models.cluster import SINGULAR, clustered, sums
from pipeline.models.coefficients import Ints, NotEstimable
from pipeline.models.linear import Fit
from pipeline.models.pairs import spread


class JointTest(NamedTuple):
    """An F test: ``df`` of the numerator, ``df2`` of the denominator."""

    statistic: float
    df: float
    df2: float
    p: float


def joint_test(fit: Fit, cluster: Ints, terms: Sequence[str]) -> JointTest:
    """Whether the coefficients ``terms`` of a least squares fit are all zero. ``cluster``: shape (n,), integer codes.

    Raises ``NotEstimable`` where the clusters are too few for so many coefficients.
    """
    codes = np.unique(cluster, return_inverse=True)[1]
    found = clustered(fit, codes, "CR2")
    at = [fit.terms.index(term) for term in terms]
    q = len(at)
    vcov, estimate = found.vcov[np.ix_(at, at)], fit.estimate[at]
    if np.isnan(vcov).any() or np.linalg.matrix_rank(vcov) < q:
        raise NotEstimable("the clusters are too few for so many coefficients")
    eta = _degrees(fit, codes, at)
    df2 = eta - q + 1
    if not df2 > 0:
        raise NotEstimable("the clusters are too few for so many coefficients")
    wald = float(estimate @ np.linalg.solve(vcov, estimate))
    statistic = df2 / (eta * q) * wald
    return JointTest(statistic, float(q), float(df2), float(scipy.stats.f.sf(statistic, q, df2)))


def _degrees(fit: Fit, codes: Ints, at: Sequence[int]) -> float:
    """``q (q + 1) / sum of the variances of D``, D the CR2 variance of the coefficients in units of its expectation.

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
    half = np.linalg.cholesky(to_terms @ to_terms.T)
    to_terms = np.linalg.solve(half, to_terms)
    turned = np.einsum("qk,mkj->mqj", to_terms, v)
    own = np.einsum("mqj,mj,mpj->mqp", turned, np.where(usable, t, 0.0), turned)
    root = np.where(usable, t / np.sqrt(np.where(usable, 1 - t, 1.0)), 0.0)
    shared = np.einsum("mkj,mj,mqj->mkq", v, root, turned)
    alone = float((np.einsum("mqq->m", own) ** 2).sum() + np.einsum("mqp,mpq->", own, own))
    size = len(at)
    return size * (size + 1) / (alone + spread(shared))
