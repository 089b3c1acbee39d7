"""Errors from clusters' scores, corrected for few clusters by what each cluster bears on the fit (its leverage).

With a cluster's score ``s = D' V^-1 r``, its information ``M = D' V^-1 D`` and the bread ``B``, the inverse of all
information, ``D' V^-1 (I - D B D' V^-1)^p r = (I - M B)^p s``: no residuals are needed, so that the correction holds
for scores of any likelihood. Power -1/2: Kauermann & Carroll 2001 (J Am Stat Assoc 96(456), 1387-1396). Power -1:
Mancl & DeRouen 2001 (Biometrics 57(1), 126-134), which errs towards wide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.models.coefficients import Floats

UNCORRECTED, KAUERMANN_CARROLL, MANCL_DEROUEN = 0.0, -0.5, -1.0
"""Powers of ``I - M B``."""
ALONE = 1e-10
"""A cluster of leverage within this of 1 determines what it bears on by itself."""


@dataclass(frozen=True, eq=False)
class Sandwich:
    """Of m clusters and k terms.

    influence: shape (m, k), what a cluster adds to the errors of the estimates. own: shape (k,), the bread's variances.
    rests: shape (k,), which terms bear on what a single cluster determines by itself.
    """

    influence: Floats
    own: Floats
    rests: NDArray[np.bool_]

    def without(self, terms: NDArray[np.bool_]) -> Floats:
        """The variance, shape (k, k), NaN for ``terms``."""
        vcov: Floats = self.influence.T @ self.influence
        vcov[terms, :] = np.nan
        vcov[:, terms] = np.nan
        return vcov


def sandwich(score: Floats, information: Floats, turn: Floats, power: float) -> Sandwich:
    """score: shape (m, k). information: shape (m, k, k). turn: shape (k, k), from the columns of both to the terms.

    What a cluster determines by itself, of which its score tells nothing, is left out where there is a correction.
    Raises ``LinAlgError`` where the information is not positive definite.
    """
    half = np.linalg.cholesky(np.linalg.inv(information.sum(axis=0)))
    # with B = C C': (I - M B)^p = C'^-1 (I - C' M C)^p C', of a symmetric matrix
    leverage, axes = np.linalg.eigh(half.T @ information @ half)
    leverage = np.clip(leverage, 0.0, None)
    alone = leverage > 1 - ALONE
    scale = np.where(alone & (power != 0), 0.0, np.where(alone, 1.0, 1 - leverage) ** power)
    along = np.einsum("mij,mi->mj", axes, score @ half)
    to_terms = turn @ half
    influence = np.einsum("mij,mj->mi", axes, scale * along) @ to_terms.T
    rests = _rests_on(to_terms, axes, alone) if power else np.zeros(len(turn), dtype=bool)
    return Sandwich(influence, (to_terms**2).sum(axis=1), rests)


def _rests_on(to_terms: Floats, axes: Floats, alone: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which terms bear on a direction that a single cluster determines."""
    bears = np.abs(np.einsum("ki,mij->mkj", to_terms, axes)) > 1e-8 * np.linalg.norm(to_terms, axis=1)[:, None]
    return np.asarray((bears & alone[:, None, :]).any(axis=(0, 2)), dtype=bool)
