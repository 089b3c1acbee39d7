"""A released number as a reader sees it: half-up rounding, grouped thousands, a true minus sign."""

from __future__ import annotations

import math

from pipeline.tables.in_style import MONTHS, NOT_AVAILABLE, PERCENT, P
from pipeline.tables.rounding import half_up, significant

MINUS = "\u2212"
DECIMALS = {
    **dict.fromkeys(("n", "denominator", "missing", "rows", "people", "clusters", "events", "items", "answers"), 0),
    **dict.fromkeys(("pairs", "without_cluster", "documents", "segments", "n1", "n2", "n12"), 0),
    **dict.fromkeys(MONTHS, 0),
    **dict.fromkeys(("mean", "sd", "median", "q1", "q3", "min", "max", "df"), 1),
    **dict.fromkeys(PERCENT, 1),
    "icc": 3,
}
USUAL = 2
P_BOUNDS = (0.001, 0.99)


def decimals_for(statistic: str, decimals: float | None) -> int:
    """How many decimals a statistic is printed with, unless the number itself says."""
    if decimals is not None and not math.isnan(decimals):
        return int(decimals)
    return DECIMALS.get(statistic, USUAL)


def as_printed(statistic: str, value: float, decimals: float | None = None) -> tuple[float, int]:
    """The number that a reader sees, and its decimals; two digits of a P value beyond the bounds, which is printed as
    ``<0.001`` or ``>0.99``: a bound is no number."""
    places = decimals_for(statistic, decimals)
    if statistic in P and not math.isnan(value):
        low, high = P_BOUNDS
        if not low <= value <= high:
            return significant(value, 2), 3 if value < low else 2
        places = p_decimals(value)
    return half_up(value, places) + 0.0, places  # no −0


def as_text(statistic: str, value: float, decimals: float | None = None) -> str:
    """``1,204``, ``12.3``, ``−0.45``, ``<0.001``; ``NA`` for a number that does not exist."""
    if math.isnan(value):
        return NOT_AVAILABLE
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if statistic in P and not P_BOUNDS[0] <= value <= P_BOUNDS[1]:  # never 0.000, and never 1.00 for less than 1
        return f"<{P_BOUNDS[0]}" if value < P_BOUNDS[0] else f">{P_BOUNDS[1]}"
    rounded, places = as_printed(statistic, value, decimals)
    if statistic in MONTHS:  # year * 100 + month
        return f"{int(rounded) // 100}-{int(rounded) % 100:02d}"
    text = f"{abs(rounded):,.{places}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def p_decimals(value: float) -> int:
    """Two from .01 on, three below; around .05 as many as say on which side of it a P value lies."""
    if half_up(value, 2) == 0.05:
        return next(d for d in (3, 4, 5, 6) if d == 6 or value == 0.05 or half_up(value, d) != 0.05)
    return 3 if half_up(value, 3) < 0.01 else 2
