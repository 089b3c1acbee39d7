"""What a ratio means in people: risks (or means) that a model predicts at each level of its exposure, standardised.

Everybody's prediction with the exposure set to a level and the covariates as they are, averaged (marginal
standardisation: Lane & Nelder 1982, Biometrics 38(3), 613-621; Muller & MacLehose 2014, Int J Epidemiol 43, 962-970).
Errors by the delta method from the model's own covariance, for covariates as they are among those analysed; agrees with
statsmodels 0.14 ``get_margeff``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
import scipy
from scipy.special import expit, logit

from pipeline.models.cluster import clustered
from pipeline.models.coefficients import LEVEL, Coefficients, Floats, Ints
from pipeline.models.linear import Fit

Link = Literal["logit", "log"]


@dataclass(frozen=True)
class Average:
    """A standardised risk or mean, or a difference of two, with its interval."""

    estimate: float
    std_error: float
    df: float
    low: float
    high: float


@dataclass(frozen=True)
class Averages:
    """at: one entry a level, the reference first. less: each of the others less the reference."""

    at: tuple[Average, ...]
    less: tuple[Average, ...]


def averages(
    x: pd.DataFrame, shown: Sequence[str], settings: Sequence[Sequence[float]], found: Coefficients, link: Link,
    weight: Floats | None = None, clusters: tuple[Fit, Ints] | None = None,
) -> Averages:  # fmt: skip
    """x: the rows fitted, shape (n, k), columns ``found.terms``. shown: columns of the exposure; settings: their values
    at each level, the reference first. link: of the mean. weight: shape (n,), of a sample; none weigh the same.
    clusters: the fit and its codes where errors are CR2; then each average has Satterthwaite's degrees of freedom of
    its own (``contrast_df``), else the coefficients' common ones.

    Intervals of risks are made on the log odds (of a ``log`` link: on logs), of differences as they are.
    """
    share = np.full(len(x), 1 / len(x)) if weight is None else weight / weight.sum()
    columns = [found.position(name) for name in shown]
    means, gradients = [], []
    for setting in settings:
        design = x[list(found.terms)].to_numpy(dtype=float, copy=True)
        design[:, columns] = setting
        predicted = design @ found.estimate
        mean = expit(predicted) if link == "logit" else np.exp(predicted)
        means.append(float(share @ mean))
        gradients.append((share * (mean * (1 - mean) if link == "logit" else mean)) @ design)
    value, slope = np.array(means), np.array(gradients)
    apart = slope[1:] - slope[0]
    if clusters is None:
        df = [np.full(len(part), found.df[columns[0]]) for part in (slope, apart)]
    else:
        df = [contrast_df(*clusters, part) for part in (slope, apart)]
    at = [
        _average(mean, gradient, found.vcov, free, link)
        for mean, gradient, free in zip(value, slope, df[0], strict=True)
    ]
    less = [
        _average(mean - value[0], gradient, found.vcov, free, None)
        for mean, gradient, free in zip(value[1:], apart, df[1], strict=True)
    ]
    return Averages(tuple(at), tuple(less))


def contrast_df(fit: Fit, cluster: Ints, contrasts: Floats) -> Floats:
    """Satterthwaite's degrees of freedom of linear combinations of coefficients with CR2 errors. contrasts: (m, k).

    CR2 does not depend on which columns span the model: with each combination as a coefficient of its own,
    ``clustered`` tells its degrees of freedom. NaN where there is no variance.
    """
    found = []
    for contrast in contrasts:
        turn = np.eye(len(contrast))
        at = int(np.abs(contrast).argmax())
        turn[at] = contrast
        columns = np.asarray(np.linalg.solve(turn.T, fit.x.T).T, dtype=float)
        turned = replace(fit, x=columns, estimate=turn @ fit.estimate, bread=turn @ fit.bread @ turn.T)
        found.append(clustered(turned, cluster).df[at])
    return np.array(found)


def _average(value: float, gradient: Floats, vcov: Floats, df: float, scale: Link | None) -> Average:
    error = float(np.sqrt(max(float(gradient @ vcov @ gradient), 0.0)))
    half = float(scipy.stats.t.ppf((1 + LEVEL) / 2, df))
    if scale == "logit" and 0 < value < 1:
        width = half * error / (value * (1 - value))
        low, high = (float(expit(logit(value) + side * width)) for side in (-1, 1))
    elif scale == "log" and value > 0:
        low, high = (float(value * np.exp(side * half * error / value)) for side in (-1, 1))
    else:
        low, high = value - half * error, value + half * error
    return Average(value, error, float(df), low, high)
