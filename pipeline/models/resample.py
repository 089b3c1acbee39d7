"""Cluster bootstrap: which units a draw takes, and intervals from draws, percentile and BCa.

Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13-14; BCa: Efron 1987 (J Am Stat Assoc 82, 171-185).
Without strata as many units are drawn as there are. With strata a unit less than a stratum has, and the counts scaled
up: Rao & Wu 1988 (J Am Stat Assoc 83, 231-241), which for two units a stratum is no half of the variance, as the plain
bootstrap's would be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy

from pipeline.models.coefficients import LEVEL, Floats, Ints, NotEstimable

CELLS = 1_000_000
"""Entries of the largest array of one chunk of draws, of which a few are held at a time (8 MB each)."""


def unit_counts(strata: Ints, draws: int, rng: np.random.Generator, rows: int = 0) -> Iterator[Floats]:
    """How often each unit is taken, (some draws, units), until there are ``draws``.

    strata: shape (units,), codes; all alike where there are none. rows: of the data, for the size of the chunks, on
    which what is drawn does not depend. A stratum's only unit is taken once in each draw.
    """
    codes = np.unique(strata, return_inverse=True)[1]
    sizes = np.bincount(codes)
    if len(sizes) == 1:
        yield from _of_one_stratum(len(codes), draws, rng, rows)
        return
    back = np.argsort(np.argsort(codes, kind="stable"), kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    taken = np.maximum(sizes - 1, 1)
    slots = np.repeat(np.arange(len(sizes)), taken)
    scale = (sizes / taken)[codes]
    width = max(1, CELLS // max(len(codes), rows))
    for at in range(0, draws, width):
        some = min(width, draws - at)
        which = (rng.random((some, len(slots))) * sizes[slots]).astype(np.int64)
        which += starts[slots] + np.arange(some)[:, None] * len(codes)
        found = np.bincount(which.ravel(), minlength=some * len(codes)).reshape(some, len(codes))
        yield found[:, back] * scale


def _of_one_stratum(units: int, draws: int, rng: np.random.Generator, rows: int) -> Iterator[Floats]:
    width = max(1, CELLS // max(units, rows))
    for at in range(0, draws, width):
        found = np.empty((min(width, draws - at), units))
        for i, one in enumerate(rng.integers(0, units, found.shape, dtype=np.int32)):
            found[i] = np.bincount(one, minlength=units)
        yield found


@dataclass(frozen=True, eq=False)
class Limits:
    """Lower and upper limits, each of shape (k,)."""

    low: Floats
    high: Floats


def percentile(draws: Floats, level: float = LEVEL) -> Limits:
    """Quantiles of the draws, (draws, k), between neighbours in proportion (R's type 7)."""
    enough(len(draws), level)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Limits(low, high)


def bca(draws: Floats, estimate: Floats, influence: Floats, level: float = LEVEL) -> Limits:
    """Bias-corrected and accelerated limits; NaN where every draw lies on one side of the estimate.

    estimate: shape (k,). influence: shape (units, k), of the units on the estimates (the infinitesimal jackknife, on
    which Efron defines the acceleration); its scale does not matter.
    """
    enough(len(draws), level)
    acceleration = skewness(influence)
    below = ((draws < estimate).sum(axis=0) + (draws == estimate).sum(axis=0) / 2) / len(draws)
    same = (draws == estimate).all(axis=0)
    bias = scipy.stats.norm.ppf(below)
    limits = np.full((2, len(estimate)), np.nan)
    limits[:, same] = estimate[same]
    for i in np.flatnonzero(~same & np.isfinite(bias)):
        for side, share in enumerate(((1 - level) / 2, (1 + level) / 2)):
            z = bias[i] + scipy.stats.norm.ppf(share)
            room = 1 - acceleration[i] * z
            if room > 0:
                limits[side, i] = np.quantile(draws[:, i], scipy.stats.norm.cdf(bias[i] + z / room))
    return Limits(limits[0], limits[1])


def skewness(influence: Floats) -> Floats:
    """BCa's acceleration, a sixth of the skewness of the units' influence (units, k); nought where nothing varies."""
    centred = influence - influence.mean(axis=0)
    square = (centred**2).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(square > 0, (centred**3).sum(axis=0) / (6 * square**1.5), 0.0)


def enough(draws: int, level: float) -> None:
    """Raise ``NotEstimable`` where a limit would lie beyond all draws."""
    if too_few(draws, level):
        raise NotEstimable(f"{draws} draws are too few for limits of {100 * level:g} percent")


def too_few(draws: int, level: float) -> bool:
    return draws * (1 - level) / 2 < 1 - 1e-9  # a level like 0.9 is not exact
