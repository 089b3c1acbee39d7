"""Whether one odds ratio serves at every cut of an ordered outcome: Brant's test of proportional odds.

Brant 1990 (Biometrics 46(4), 1171-1178): a logistic regression of "above the cut" at each cut, and a Wald test that
their slopes are the same, with the covariance that binary answers of one person have (his eq. 2).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy

from pipeline.models.coefficients import Floats, Ints, NotEstimable
from pipeline.models.joint import JointTest
from pipeline.models.linear import INTERCEPT, logistic


def brant(x: pd.DataFrame, y: Ints, levels: int) -> JointTest:
    """``statistic`` by the chi-square with ``df`` = (levels - 2) times slopes, ``df2`` infinite.

    x: full-rank columns with an intercept, rows that stand for themselves. y: codes 0 to ``levels - 1``. Raises
    ``NotEstimable`` for fewer than three levels, and where a cut has no finite logistic regression.
    """
    if levels < 3:
        raise NotEstimable("an outcome with two levels has one cut")
    fits = [logistic(x, (y > cut).astype(float)) for cut in range(levels - 1)]
    slopes = [at for at, name in enumerate(fits[0].terms) if name != INTERCEPT]
    chance = [_chance(fit.x @ fit.estimate) for fit in fits]
    k, cuts = len(slopes), levels - 1
    vcov = np.empty((cuts * k, cuts * k))
    for i in range(cuts):
        for j in range(i, cuts):  # above the higher cut is above the lower one, too
            together = chance[j] * (1 - chance[i])
            block = fits[i].bread @ (fits[i].x * together[:, None]).T @ fits[j].x @ fits[j].bread
            part = block[np.ix_(slopes, slopes)]
            vcov[i * k : (i + 1) * k, j * k : (j + 1) * k] = part
            vcov[j * k : (j + 1) * k, i * k : (i + 1) * k] = part.T
    estimate = np.concatenate([fit.estimate[slopes] for fit in fits])
    apart = np.kron(np.column_stack([-np.ones(cuts - 1), np.eye(cuts - 1)]), np.eye(k))
    gap = apart @ estimate
    spread = apart @ vcov @ apart.T
    size = np.sqrt(np.diag(spread))  # slopes come in units of their own
    if np.linalg.matrix_rank(spread / np.outer(size, size), hermitian=True) < len(gap):
        raise NotEstimable("the slopes at the cuts can't be told apart")
    statistic = float(gap @ np.linalg.solve(spread, gap))
    df = float(len(gap))
    return JointTest(statistic, df, float("inf"), float(scipy.stats.chi2.sf(statistic, df)))


def _chance(at: Floats) -> Floats:
    return np.asarray(scipy.special.expit(at), dtype=float)
