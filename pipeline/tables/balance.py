"""Standardised mean differences: how far two groups lie apart, in standard deviations, whatever their size."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


def smd_means(mean: float, sd: float, other: float, sd_other: float) -> float:
    """``|mean - other|`` in units of the root mean square of the two SDs; NaN where neither group varies but they
    differ, 0 where they don't. Weighted means and SDs give the weighted one (Austin & Stuart 2015)."""
    return _in_units(abs(mean - other), float(np.sqrt((sd**2 + sd_other**2) / 2)))


def smd_share(p: float, q: float) -> float:
    """The same for two proportions."""
    return _in_units(abs(p - q), float(np.sqrt((p * (1 - p) + q * (1 - q)) / 2)))


def _in_units(distance: float, unit: float) -> float:
    if np.isnan(distance) or np.isnan(unit):
        return float("nan")
    if unit > 0:
        return distance / unit
    return 0.0 if distance == 0 else float("nan")


def smd_levels(shares: Floats, others: Floats) -> float:
    """One number for a variable with several levels: the Mahalanobis distance of two distributions.

    shares, others: proportions that add up to 1, a level each. Levels that nobody has take no part. NaN where a group
    has nobody, or where the groups differ in a direction in which neither varies.
    Yang & Dalton 2012, SAS Global Forum paper 335; agrees with R tableone's and ``stddiff``'s.
    """
    held = (shares + others) > 0
    p, q = shares[held][:-1], others[held][:-1]
    if np.isnan(shares).any() or np.isnan(others).any():
        return float("nan")
    if len(p) == 0:
        return 0.0
    spread = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    gap = p - q
    along = np.linalg.pinv(spread, rcond=1e-12, hermitian=True) @ gap
    if not np.allclose(spread @ along, gap, atol=1e-9):
        return float("nan")
    return float(np.sqrt(max(float(gap @ along), 0.0)))
