"""Where the ticks of an axis stand."""

from __future__ import annotations

import math

MINUS = "\u2212"


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers from at or above ``low`` to at or below ``high``, at most ``most`` of them."""
    span = high - low
    if not span > 0:
        return [low]
    exponent = math.floor(math.log10(span / most))
    for step in (m * 10.0**e for e in range(exponent, exponent + 3) for m in (1, 2, 5)):
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < most:
            return [round(i * step, 12) for i in range(first, last + 1)]
    return [low, high]


def log_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Ratios such as 0.5, 1, 2 from at or above ``low`` to at or below ``high``; 1 is always among them."""
    every = [m * 10.0**e for e in range(-6, 7) for m in (1, 2, 5)]
    inside = [t for t in every if low * (1 - 1e-9) <= t <= high * (1 + 1e-9)]
    tens = [t for t in inside if abs(math.log10(t) - round(math.log10(t))) < 1e-9]
    return inside if len(inside) <= most else tens if len(tens) >= 2 else [1.0]


def tick_text(value: float) -> str:
    """A tick's words: as short as it goes, with a true minus sign."""
    return f"{value:g}".replace("-", MINUS)
