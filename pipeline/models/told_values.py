"""Two values of an exposure that is a number, for what is told of it in words: declared, or near its quartiles."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from pipeline.models.coefficients import Floats
from pipeline.models.declared import Declared
from pipeline.models.frame import Frame
from pipeline.models.splines import quantiles


class TwoValues(NamedTuple):
    """decimals: that both have. how: ``declared``, ``both`` (it has no others), or ``quartiles``."""

    low: float
    high: float
    decimals: int
    how: str


def two_values(model: Declared, held: Frame) -> TwoValues | None:
    """None where the exposure has levels, or where half of the people have the same value.

    Quartiles (of a sample weighted, as a spline's knots are) are rounded to two digits of the distance between them, so
    that they are nobody's own values.
    """
    if model.exposure.kind != "number" or not held.used.any():
        return None
    if model.compare is not None:
        low, high = sorted(model.compare)
        return TwoValues(low, high, max(_decimals(low), _decimals(high)), "declared")
    value = held.exposure[model.exposure.name].to_numpy(dtype=float)[held.used]
    own = np.unique(value)
    if len(own) == 2:
        return TwoValues(float(own[0]), float(own[1]), max(_decimals(own[0]), _decimals(own[1])), "both")
    weight = held.design.weight[held.used] if held.design is not None else None
    low, high = (float(v) for v in quantiles(value, np.array([0.25, 0.75]), weight))
    if not high > low:
        return None
    places = 1 - math.floor(math.log10(high - low))
    return TwoValues(round(low, places), round(high, places), max(places, 0), "quartiles")


def beyond(own: Floats, values: Iterable[float]) -> bool:
    """Whether one of these values lies further from every row's own than a quarter of their range."""
    reach = float(np.ptp(own)) / 4
    return any(not own.min() - reach <= value <= own.max() + reach for value in values)


def _decimals(value: float) -> int:
    return next((d for d in range(7) if round(float(value), d) == float(value)), 6)
