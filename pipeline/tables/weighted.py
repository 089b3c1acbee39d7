"""Summaries of people who stand for different numbers of people."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


class WeightedSummary(NamedTuple):
    """NaN where a statistic does not exist."""

    mean: float
    sd: float
    q1: float
    median: float
    q3: float


def effective_n(weight: Floats) -> float:
    """How many people of equal weight would tell a mean as precisely: ``(sum w)^2 / sum w^2``; 0 of nobody.

    Kish 1965, Survey Sampling, sect. 11.7. It knows nothing of strata and clusters.
    """
    squares = float(weight @ weight)
    return float(weight.sum()) ** 2 / squares if squares else 0.0


def weighted_summary(values: Floats, weight: Floats) -> WeightedSummary:
    """Of the values that are there and have a weight.

    sd: root of ``sum w (x - mean)^2 / sum w * n / (n - 1)``, as R survey's ``svyvar``. Quantiles: the smallest value up
    to which at least this share of the weight lies (``svyquantile(qrule = "math")``).
    """
    there = ~np.isnan(values) & (weight > 0)
    x, w = values[there], weight[there]
    n = len(x)
    if n == 0:
        return WeightedSummary(*[float("nan")] * 5)
    if np.ptp(x) == 0:  # the last bits of a sum of equal decimals are no spread
        x0 = float(x[0])
        return WeightedSummary(x0, 0.0 if n > 1 else float("nan"), x0, x0, x0)
    mean = float(w @ x / w.sum())
    sd = float(np.sqrt(w @ (x - mean) ** 2 / w.sum() * n / (n - 1))) if n > 1 else float("nan")
    order = np.argsort(x, kind="stable")
    reached = np.cumsum(w[order])
    # a share of the total may miss a sum of the same weights by rounding: the last digits don't count
    places = np.searchsorted(reached, np.array([0.25, 0.5, 0.75]) * reached[-1] * (1 - 1e-12))
    q1, median, q3 = (float(q) for q in x[order][places])
    return WeightedSummary(mean, sd, q1, median, q3)


def weighted_shares(codes: NDArray[np.integer], size: int, weight: Floats) -> Floats:
    """Share of the weight in each code 0 … size-1, of those in any (negative: in none); NaN where nobody is."""
    held = codes >= 0
    sums = np.bincount(codes[held], weights=weight[held], minlength=size).astype(float)
    total = sums.sum()
    return sums / total if total > 0 else np.full(size, np.nan)
