"""Rubin's rules for estimates from completed data sets, with Barnard and Rubin's degrees of freedom.

Rubin 1987, Multiple Imputation for Nonresponse in Surveys, sect. 3.1; Barnard & Rubin 1999 (Biometrika 86(4), 948-955);
fraction of missing information: van Buuren 2018, sect. 2.3.5. Agrees with R mice's ``pool.scalar`` and ``pool``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.models.coefficients import Coefficients, Floats, NotEstimable


@dataclass(frozen=True, eq=False)
class Pooled:
    """One entry a coefficient, each of shape (k,).

    within, between, total: variances; df: degrees of freedom of the t reference; fmi: fraction of missing information.
    """

    estimate: Floats
    within: Floats
    between: Floats
    total: Floats
    df: Floats
    fmi: Floats


def pool(estimates: Floats, variances: Floats, complete_df: Floats | float) -> Pooled:
    """Pool ``estimates`` and their ``variances``, shape (m, k), of m completed data sets.

    Ratios are given as logs. ``complete_df``: what the analysis would have without missing data (``inf`` for a normal
    reference). Never give P values here. Raises ``NotEstimable`` for fewer than two data sets or a number that is
    missing.
    """
    count = len(estimates)
    if count < 2:
        raise NotEstimable("Rubin's rules need at least two completed data sets")
    if not (np.isfinite(estimates).all() and np.isfinite(variances).all()):
        raise NotEstimable("a completed data set gave no estimate or no error")
    within = variances.mean(axis=0)
    between = estimates.var(axis=0, ddof=1)
    total = within + (1 + 1 / count) * between
    share = (1 + 1 / count) * between / total
    df = _barnard_rubin(share, count, np.broadcast_to(np.asarray(complete_df, dtype=float), share.shape))
    increase = (1 + 1 / count) * between / within
    fmi = np.where(np.isinf(df), 0.0, (increase + 2 / (np.where(np.isinf(df), 1.0, df) + 3)) / (increase + 1))
    return Pooled(estimates.mean(axis=0), within, between, total, df, fmi)


def _barnard_rubin(share: Floats, count: int, complete: Floats) -> Floats:
    """``share``: of the total variance that is due to missing data."""
    with np.errstate(divide="ignore", invalid="ignore"):
        old = (count - 1) / share**2
        observed = np.where(np.isinf(complete), np.inf, (complete + 1) / (complete + 3) * complete * (1 - share))
        return np.asarray(1 / (1 / old + 1 / observed), dtype=float)


def pool_coefficients(fits: list[Coefficients]) -> Coefficients:
    """Pool the fits of one model on completed data sets; the terms and rows must be the same in each.

    Between coefficients ``vcov`` follows the same rules. Raises ``NotEstimable`` where fits do not match.
    """
    first = fits[0]
    if any(fit.terms != first.terms or fit.rows != first.rows for fit in fits):
        raise NotEstimable("the completed data sets do not give the same coefficients on the same number of rows")
    estimates = np.array([fit.estimate for fit in fits])
    pooled = pool(estimates, np.array([np.diag(fit.vcov) for fit in fits]), np.min([fit.df for fit in fits], axis=0))
    between = np.atleast_2d(np.cov(estimates, rowvar=False))
    vcov = np.mean([fit.vcov for fit in fits], axis=0) + (1 + 1 / len(fits)) * between
    return Coefficients(first.terms, pooled.estimate, vcov, pooled.df, first.rows, f"{first.errors}, pooled")
