"""Counts, and risk ratios of 0/1 outcomes: Poisson and negative binomial regression with a log link.

McCullagh & Nelder 1989, Generalized Linear Models, ch. 6; modified Poisson: Zou 2004 (Am J Epidemiol 159(7), 702-706);
negative binomial: Venables & Ripley 2002, sect. 7.4 (the likelihood of ``MASS::glm.nb``). Poisson and
modified Poisson agree with R stats 4.2.2 and sandwich 3.0.2; negative binomial with a direct search of its likelihood.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import scipy
from scipy.special import digamma

from pipeline.models.cluster import clustered
from pipeline.models.coefficients import Coefficients, Floats, Ints, NotEstimable
from pipeline.models.linear import INTERCEPT, Fit

SETTLED = 1e-10
"""Relative change of the dispersion at which the alternation of a negative binomial fit ends."""

NO_DISPERSION = 1e-6
"""A dispersion below this cannot be told from the Poisson's zero."""


NO_EVENT = "a group has no event"


def poisson(x: pd.DataFrame, y: Floats, offset: Floats | None = None) -> Fit:
    """Poisson regression of counts ``y`` on the full-rank columns of ``x``; ``estimate`` is a log rate.

    offset: shape (n,), log of the time or number at risk. With a 0/1 ``y`` and robust errors (``modified``) it gives
    log risk ratios. Raises ``NotEstimable`` where an answer is no count, where nobody of a group has an event, or where
    the iterations break off.
    """
    refuse_no_count(x, y)
    return _log_linear(x, y, offset, 0.0)


def negative_binomial(x: pd.DataFrame, y: Floats, offset: Floats | None = None) -> tuple[Fit, float]:
    """Negative binomial regression (variance ``m + a m^2``) by maximum likelihood, and the dispersion ``a``.

    Coefficients for a given dispersion and the dispersion for given coefficients take turns; the two are orthogonal, so
    ``bread`` is the coefficients' variance as in ``glm.nb``. Raises ``NotEstimable`` as ``poisson`` does, and where the
    counts vary no more than a Poisson's.
    """
    refuse_no_count(x, y)
    fit, old = _log_linear(x, y, offset, 0.0), 0.0
    for _ in range(200):
        mean = _mean(fit, offset)
        new = _dispersion(y, mean)
        fit = _log_linear(x, y, offset, new)
        if abs(new - old) <= SETTLED * new:
            return fit, new
        old = new
    raise NotEstimable("the dispersion of the counts did not converge")


def model_based(fit: Fit) -> Coefficients:
    """Errors of a model whose variance is taken as true, with a normal reference."""
    return Coefficients(fit.terms, fit.estimate, fit.bread, np.full(len(fit.terms), np.inf), fit.rows, "model-based")


def modified(fit: Fit, cluster: Ints | None = None) -> Coefficients:
    """Robust errors HC0 with a normal reference: by rows, or by clusters with the factor G / (G - 1).

    Zou 2004; Yelland, Salter & Ryan 2011 (Am J Epidemiol 174(8), 984-992) for clusters; sandwich's ``vcovHC`` and
    ``vcovCL``, type HC0. Not for few clusters: the normal reference is too narrow there.
    """
    if cluster is None:
        found = clustered(fit, np.arange(fit.rows), "CR0")
        return Coefficients(fit.terms, fit.estimate, found.vcov, found.df, fit.rows, "HC0")
    found, count = clustered(fit, cluster, "CR0"), len(np.unique(cluster))
    return Coefficients(fit.terms, fit.estimate, found.vcov * count / (count - 1), found.df, fit.rows, "clustered HC0")


def refuse_no_count(x: pd.DataFrame, y: Floats) -> None:
    """``NotEstimable`` where an answer is no count, or nobody of a group has an event."""
    if (y < 0).any() or (y != np.round(y)).any():
        raise NotEstimable("the outcome is not a count: there are negative or broken numbers")
    if not y.any():
        raise NotEstimable("the outcome is zero for everyone who is left")
    if len(x) <= x.shape[1]:
        raise NotEstimable("the rows are no more than the coefficients")
    for name in x.columns:
        column = x[name].to_numpy(dtype=float)
        if name != INTERCEPT and set(np.unique(column)) == {0.0, 1.0}:
            for value in (0.0, 1.0):
                if not y[column == value].any():
                    raise NotEstimable(f"one group of {name} has no event", NO_EVENT)
    _refuse_nought(x, y)


def _refuse_nought(x: pd.DataFrame, y: Floats) -> None:
    """``NotEstimable`` where a combination of columns is nought wherever there is an event and nowhere above: along it
    a mean falls for ever (Correia, Guimaraes & Zylkin 2019, arXiv 1903.01633), as of a reference without events."""
    design = x.to_numpy(dtype=float)
    design = design / np.linalg.norm(design, axis=0)
    none, some = design[y == 0], np.linalg.qr(design[y > 0], mode="r")
    if not len(none):
        return
    found = scipy.optimize.linprog(
        none.sum(axis=0), A_ub=none, b_ub=np.zeros(len(none)), A_eq=some, b_eq=np.zeros(len(some)), bounds=(-1, 1),
        method="highs",
    )  # fmt: skip
    if found.status == 0 and np.abs(found.x).max() > 0.99:
        moved = zip(x.columns, np.abs(found.x) > 1e-6, strict=True)
        named = ", ".join(str(name) for name, moves in moved if moves and name != INTERCEPT)
        raise NotEstimable(f"those whom {named} tell apart have no event", NO_EVENT)


def _log_linear(x: pd.DataFrame, y: Floats, offset: Floats | None, dispersion: float) -> Fit:
    """Scoring by statsmodels' ``GLM`` at a given dispersion, on orthonormal columns."""
    from statsmodels.genmod.families import NegativeBinomial, Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    design = x.to_numpy(dtype=float)
    turned, back = np.linalg.qr(design)
    family: Any = NegativeBinomial(alpha=dispersion) if dispersion else Poisson()
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        warnings.simplefilter("error", RuntimeWarning)
        try:
            model = GLM(y, turned, family=family, offset=offset)
            result = model.fit(maxiter=200, tol_criterion="params", atol=1e-8, rtol=1e-8)
        except (Warning, np.linalg.LinAlgError, ValueError) as failure:
            raise NotEstimable(f"the fit of the counts broke off ({type(failure).__name__})") from failure
    if not result.converged:
        raise NotEstimable("the fit of the counts did not converge")
    mean = np.asarray(result.mu, dtype=float)
    weight = mean / (1 + dispersion * mean)
    factor = np.linalg.qr(design * np.sqrt(weight)[:, None], mode="r")
    half = np.linalg.solve(factor, np.eye(len(factor)))
    estimate = np.linalg.solve(back, np.asarray(result.params, dtype=float))
    return Fit(tuple(map(str, x.columns)), design, weight, (y - mean) / mean, estimate, half @ half.T)


def _mean(fit: Fit, offset: Floats | None) -> Floats:
    return np.asarray(np.exp(fit.x @ fit.estimate + (0.0 if offset is None else offset)), dtype=float)


def _dispersion(y: Floats, mean: Floats) -> float:
    """The dispersion at which the likelihood's derivative by its inverse is zero."""

    def slope(log: float) -> float:
        t = float(np.exp(-log))
        terms = digamma(y + t) - digamma(t) + np.log(t / (t + mean)) + (mean - y) / (t + mean)
        return float(terms.sum())

    low, high = np.log(NO_DISPERSION), np.log(1e6)
    # near zero the derivative is that of the variance's excess over the mean
    if float((((y - mean) ** 2) - y).sum()) <= 0 or slope(low) * slope(high) > 0:
        raise NotEstimable("the counts vary no more than a Poisson's, so that they have no dispersion to estimate")
    return float(np.exp(scipy.optimize.brentq(slope, low, high, xtol=1e-14, rtol=1e-14)))
