"""How numbers are rounded: once, by one rule, in drafts, in what is released and in every house style."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

NOISE = 13
"""Digits to which a computed number is taken for what it is: 23/20 comes as 1.1499999999999986 where means were
subtracted, and is 1.15."""
MODES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN}


def exact(value: float) -> Decimal:
    """A finite number as it was meant, without what binary arithmetic did to its last digits."""
    return Decimal(f"{value:.{NOISE}g}") if abs(value) < 10.0**NOISE else Decimal(value)


def rounded(value: float, places: int, mode: str = "half-up") -> Decimal:
    """A finite number to so many decimals: a half away from zero (half-up; −6.25 mirrors 6.25) or to the even neighbour
    (half-even). Left as it is where its digits end before the point, from 1e13 on."""
    number = exact(value)
    return number if abs(value) >= 10.0**NOISE else number.quantize(Decimal(1).scaleb(-places), MODES[mode])


def half_up(value: float, decimals: int) -> float:
    """Round half away from zero: 87.5 is 88, 2.675 is 2.68, 4.5649999999999995 is 4.57; never half-even."""
    return float(rounded(value, decimals)) if math.isfinite(value) else value


def significant(value: float, digits: int) -> float:
    """Round half away from zero to so many significant digits."""
    if not math.isfinite(value) or value == 0:
        return value
    number = exact(value)
    return float(number.quantize(Decimal(1).scaleb(number.adjusted() - digits + 1), ROUND_HALF_UP))
