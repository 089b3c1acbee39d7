"""Counting and summarising by group, a pass over the data a variable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.tables.groups import Floats, Members


class Summary(NamedTuple):
    """n people with a value; NaN where a statistic does not exist (an SD of one person). Quantiles: Hyndman & Fan's
    type 7 (R's default)."""

    n: int
    mean: float
    sd: float
    q1: float
    median: float
    q3: float


def level_counts(codes: NDArray[np.integer], size: int, groups: Sequence[Members]) -> NDArray[np.intp]:
    """How many of each group hold each code 0 … size-1 (negative: none of them): shape (size, groups)."""
    shifted = codes.astype(np.intp) + 1
    return np.stack([np.bincount(shifted[g.rows], minlength=size + 1)[1 : size + 1] for g in groups], axis=1)


def summary(values: Floats) -> Summary:
    """The statistics of the values that are there."""
    held = values[~np.isnan(values)]
    n = len(held)
    if n == 0:
        return Summary(0, *[float("nan")] * 5)
    sd = float(held.std(ddof=1)) if n > 1 else float("nan")
    q1, median, q3 = (float(q) for q in np.quantile(held, (0.25, 0.5, 0.75)))
    return Summary(n, float(held.mean()), sd, q1, median, q3)


def share(count: float, of: float) -> float:
    """Percentage, unrounded; NaN of nobody."""
    return 100 * count / of if of else float("nan")


def decimals_of(values: Floats) -> int:
    """Decimals with which the values are written, up to two."""
    held = values[~np.isnan(values)]
    return next((d for d in (0, 1) if np.array_equal(np.round(held, d), held)), 2)
