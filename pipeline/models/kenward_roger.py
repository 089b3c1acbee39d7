"""Kenward and Roger's errors and degrees of freedom for a mixed model that was fitted by REML.

Kenward & Roger 1997 (Biometrics 53(3), 983-997), as Halekoh & Hojsgaard 2014 (J Stat Softw 59(9)) write it for
variances that are sums of known matrices; agrees with R pbkrtest 0.5.2. The matrices are ``z E z'`` for a basis E of
the random effects' covariances and, for the rows' own variance, the whole variance matrix: what the formulas give
depends on what the matrices span and not on which they are, and with this one its terms drop out or are known.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from pipeline.models.coefficients import Coefficients, Floats, NotEstimable
from pipeline.models.deviance import information, products, symmetric
from pipeline.models.joint import JointTest
from pipeline.models.mixed import MixedFit
from pipeline.models.satterthwaite import lines_of

FEW = "the clusters are too few for so many coefficients"


SINGULAR = (
    "clusters differ no more than answers within them do by chance: the variance between them is estimated as zero, "
    "and answers are taken for independent"
)
SINGULAR_SLOPE = (
    "the rows do not tell how clusters differ: a variance between them is estimated as zero, or the correlation of "
    "intercepts and slopes as one"
)


@dataclass(frozen=True, eq=False)
class MixedCoefficients(Coefficients):
    """Coefficients of a mixed model. singular: a clause where a variance is zero or a correlation one. slope_sd: how
    much a random slope differs between clusters; NaN without one."""

    singular: str
    slope_sd: float = math.nan

    @property
    def told(self) -> str:
        return self.singular


@dataclass(frozen=True, eq=False)
class _Adjusted:
    """In coefficients of ``fit.at`` and units of the residual variance.

    phi, adjusted: (k, k), without and with the adjustment. slopes: (m + 1, k, k), ``phi`` by each variance. spread:
    (m + 1, m + 1), covariance of the variances by their expected information.
    """

    phi: Floats
    adjusted: Floats
    slopes: Floats
    spread: Floats


def kenward_roger(fit: MixedFit, contrast: pd.DataFrame | None = None) -> Coefficients:
    """Every coefficient, or the lines of ``contrast`` (columns: ``fit.terms``), with t references.

    Raises ``NotEstimable`` for a fit that did not converge or is not by REML.
    """
    names, lines = lines_of(fit, contrast)
    found = _adjust(fit)
    turned = lines @ fit.to_terms
    vcov = turned @ found.adjusted @ turned.T * fit.at.variance
    whole = np.einsum("mk,kl,ml->m", turned, found.phi, turned)
    share = np.einsum("mk,ikl,ml->mi", turned, found.slopes, turned) / whole[:, None]
    with np.errstate(divide="ignore"):
        df = 2 / np.einsum("mi,ij,mj->m", share, found.spread, share)
    slope = len(fit.random) > 1
    told = (SINGULAR_SLOPE if slope else SINGULAR) if fit.state == "singular" else ""
    sd = math.sqrt(fit.covariance[1, 1]) if slope else math.nan
    errors = "Kenward-Roger, random slope" if slope else "Kenward-Roger"
    return MixedCoefficients(names, lines @ fit.estimate, vcov, df, fit.rows, errors, told, sd)


def joint_kenward_roger(fit: MixedFit, contrast: Floats) -> JointTest:
    """A scaled F test that all lines of ``contrast`` (m, k) are zero; lines that say nothing new count for nothing.

    Raises ``NotEstimable`` as ``kenward_roger`` does, where the lines hold nothing but zeros, and where the F reference
    would have no mean.
    """
    _, lines = lines_of(fit, pd.DataFrame(contrast, columns=list(fit.terms)))
    found = _adjust(fit)
    turned = _full_rank(lines @ fit.to_terms)
    q = len(turned)
    inverse = np.linalg.inv(turned @ found.phi @ turned.T)
    each = np.einsum("pk,ikl,ql,qr->ipr", turned, found.slopes, turned, inverse, optimize=True)
    trace = np.einsum("ipp->i", each)
    first = float(trace @ found.spread @ trace)
    second = float(np.einsum("ij,ipr,jrp->", found.spread, each, each, optimize=True))
    df2, scale = _reference(first, second, q)
    estimate = turned @ np.linalg.solve(fit.to_terms, fit.estimate)
    vcov = turned @ found.adjusted @ turned.T * fit.at.variance
    statistic = scale / q * float(estimate @ np.linalg.solve(vcov, estimate))
    return JointTest(statistic, float(q), df2, float(scipy.stats.f.sf(statistic, q, df2)))


def _adjust(fit: MixedFit) -> _Adjusted:
    if fit.method != "REML":
        raise NotEstimable("Kenward and Roger's errors are for fits by REML")
    at, basis = fit.at, symmetric(fit.sums.random)
    found = products(at, basis)
    spread: Floats = 2 * np.linalg.inv(information(fit.sums, at, basis, found)).astype(float)
    m = len(basis)
    # x' V^-1 V_i V^-1 V_j V^-1 x less what x itself takes; for the last direction, W, the two are the same
    middle = found.pairs - np.einsum("ikl,lr,jrs->ijks", found.within, at.phi, found.within, optimize=True)
    bias = at.phi @ np.einsum("ij,ijkl->kl", spread[:m, :m], middle) @ at.phi
    slopes = np.concatenate([at.phi @ found.within @ at.phi, at.phi[None]])
    return _Adjusted(at.phi, at.phi + bias + bias.T, slopes, spread)


def _full_rank(lines: Floats) -> Floats:
    """Orthonormal lines that span the same."""
    _, values, across = np.linalg.svd(lines)
    q = int((values > 1e-10 * values.max(initial=0.0)).sum())
    if q == 0:
        raise NotEstimable("there is no coefficient to test")
    return across[:q]


def _reference(first: float, second: float, q: int) -> tuple[float, float]:
    """Denominator degrees of freedom and scale of F from the paper's A1 and A2, sect. 3.

    With one line they are ``2 / A2`` and 1. Below 4 degrees of freedom F has no variance: the formula goes on to hold.
    """
    if second <= 0:  # nothing varies that the coefficients rest on
        return float("inf"), 1.0
    if q == 1:
        return 2 / second, 1.0
    spread = (first + 6 * second) / (2 * q)
    g = ((q + 1) * first - (q + 4) * second) / ((q + 2) * second)
    c1, c2, c3 = (part / (3 * q + 2 * (1 - g)) for part in (g, q - g, q + 2 - g))
    mean, low, lower = 1 - second / q, 1 - c2 * spread, 1 - c3 * spread
    if mean <= 0:
        raise NotEstimable(FEW)
    ratio = mean / low if abs(low) > 1e-10 else 1.0  # where both vanish they are the same
    # (q + 2) / (q rho - 1), written so that a variance beyond all bounds is no division by zero
    df2 = 4 + (q + 2) * lower / (ratio**2 * (1 + c1 * spread) - lower)
    if df2 <= 2:
        raise NotEstimable(FEW)
    return df2, df2 * mean / (df2 - 2)
