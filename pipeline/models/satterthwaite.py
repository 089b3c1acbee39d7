"""Satterthwaite's degrees of freedom for a mixed model: one coefficient or contrast, and several at once.

Giesbrecht & Burns 1985 (Biometrics 41(2), 477-486); several at once: Fai & Cornelius 1996 (J Stat Comput Simul 54(4),
363-378), as in Kuznetsova, Brockhoff & Christensen 2017 (J Stat Softw 82(13)). Agrees with R lmerTest 3.1-3, whose
derivatives are numerical; here they are exact.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy

from pipeline.models.coefficients import Coefficients, Floats, NotEstimable
from pipeline.models.deviance import derivatives, directions, places, products
from pipeline.models.joint import JointTest
from pipeline.models.mixed import MixedFit

NO_RANK = 1e-8
"""An eigenvalue of a contrast's variance below this share of the largest is rounding (lmerTest: root of epsilon)."""


def satterthwaite(fit: MixedFit, contrast: pd.DataFrame | None = None) -> Coefficients:
    """Every coefficient, or the lines of ``contrast`` (columns: ``fit.terms``), with t references.

    Where a variance is zero the parameters that are left over have no part, as in lmerTest: a singular random intercept
    leaves n - k degrees of freedom. Raises ``NotEstimable`` for a fit that did not converge.
    """
    names, lines = lines_of(fit, contrast)
    vcov = lines @ fit.vcov @ lines.T
    return Coefficients(
        names, lines @ fit.estimate, vcov, _degrees(fit, lines), fit.rows, f"{fit.method}, Satterthwaite"
    )


def joint_satterthwaite(fit: MixedFit, contrast: Floats) -> JointTest:
    """An F test that all lines of ``contrast`` (m, k) are zero; lines that say nothing new count for nothing.

    Raises ``NotEstimable`` for a fit that did not converge, or where ``contrast`` holds nothing but zeros.
    """
    _, lines = lines_of(fit, pd.DataFrame(contrast, columns=list(fit.terms)))
    values, vectors = np.linalg.eigh(lines @ fit.vcov @ lines.T)
    solid = values > NO_RANK * max(float(values[-1]), 0.0)
    q = int(solid.sum())
    if q == 0:
        raise NotEstimable("there is no coefficient to test")
    apart = vectors.T[solid] @ lines
    df = _degrees(fit, apart)
    statistic = float(((apart @ fit.estimate) ** 2 / values[solid]).mean())
    df2 = _shared(df)
    return JointTest(statistic, float(q), df2, float(scipy.stats.f.sf(statistic, q, df2)))


def lines_of(fit: MixedFit, contrast: pd.DataFrame | None) -> tuple[tuple[str, ...], Floats]:
    """Names and numbers of a contrast's lines; of every coefficient where there is none."""
    if fit.state == "not converged":
        raise NotEstimable("the mixed model did not converge")
    if contrast is None:
        return fit.terms, np.eye(len(fit.terms))
    return tuple(map(str, contrast.index)), contrast[list(fit.terms)].to_numpy(dtype=float)


def _degrees(fit: MixedFit, lines: Floats) -> Floats:
    """``2 v^2 / var(v)`` with v a line's variance as a function of theta and ``log s^2``."""
    at = fit.at
    turned = at.phi @ fit.to_terms.T @ lines.T  # (k, m)
    within = products(at, directions(at.factor)).within
    slopes = np.einsum("km,ikl,lm->mi", turned, within, turned, optimize=True)
    whole = np.einsum("mk,km->m", lines @ fit.to_terms, turned)
    slopes = np.column_stack([slopes, whole])
    used = np.append(np.diag(at.factor)[places(len(at.factor))[1]] > 0, True)
    hessian = derivatives(fit.sums, at)[1][np.ix_(used, used)]
    try:
        half = np.linalg.solve(np.linalg.cholesky(hessian), slopes[:, used].T)
    except np.linalg.LinAlgError as failure:
        raise NotEstimable("the variances of the mixed model have no errors of their own") from failure
    spread = (half**2).sum(axis=0)
    found: Floats = np.divide(whole**2, spread, out=np.full(len(whole), np.nan), where=spread > 0)
    return found


def _shared(df: Floats) -> float:
    """Degrees of freedom whose F has the mean that independent squared t's with ``df`` have, on the average."""
    q = len(df)
    if q == 1 or float(np.ptp(df)) < NO_RANK:
        return float(df.mean())
    if (df <= 2).any():  # no mean
        return 2.0
    mean = float((df / (df - 2)).sum())
    return 2 * mean / (mean - q)
