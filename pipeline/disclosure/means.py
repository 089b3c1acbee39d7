"""Of how many people a printed mean, median or quartile can be: which numbers of people it rules out by its digits."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pipeline.disclosure.scores import printed

Said = Mapping[str, tuple[float, int]]
"""``mean``, ``median``, ``q1``, ``q3`` -> value, decimals."""


def reachable(n: int, said: Said) -> bool:
    """Whether n values with one decimal less than their mean can have it (the GRIM test)."""
    if "mean" not in said:
        return True
    if n <= 0:
        return False
    value, decimals = said["mean"]
    return _multiple(10.0 ** (1 - decimals) / n, value, decimals)


def quartiles_reachable(n: int, said: Said) -> bool:
    """Whether the median and quartiles can be those of n people: 1.5 is no median of an odd number of whole scores.
    At (n - 1) p of n sorted scores (type 7): a quarter between two is a quarter of a step."""
    for statistic, quarters in (("q1", 1), ("median", 2), ("q3", 3)):
        if statistic in said and n > 0:
            value, decimals = said[statistic]
            step = 10.0 ** (1 - decimals) / {0: 1, 2: 2}.get((n - 1) * quarters % 4, 4)
            if not _multiple(step, value, decimals):
                return False
    return True


def _multiple(step: float, value: float, decimals: int) -> bool:
    ends = printed(value, decimals)
    return math.floor(ends.high / step + 1e-9) >= math.ceil(ends.low / step - 1e-9)
