"""Which numbers of people a printed percentage can be of. Whole numbers alone: a tie must be a tie, not nearly one.

The idea is that of GRIM (Brown & Heathers 2017, doi 10.1177/1948550616673876), for percentages and with one rounding
for several lines at once. A percentage of ``units`` at ``decimals`` places is ``units / 10**decimals``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

HALF_UP, HALF_EVEN, TRUNCATED, FORCED = "half-up", "half-even", "truncation", "forced to 100"
RULES = (HALF_UP, HALF_EVEN, TRUNCATED)
"""In the order in which one is taken where several fit."""


@dataclass(frozen=True)
class Percent:
    """``26.0`` is 260 units at 1 decimal."""

    units: int
    decimals: int

    @property
    def scale(self) -> int:
        """100 % in units."""
        return 100 * 10**self.decimals

    def __str__(self) -> str:
        whole = f"{self.units:0{self.decimals + 1}d}"
        return f"{whole[: -self.decimals]}.{whole[-self.decimals :]}" if self.decimals else whole


@dataclass(frozen=True)
class Span:
    """The whole numbers from low to high; no high: without an end. Empty where low is above high."""

    low: int
    high: int | None

    def __bool__(self) -> bool:
        return self.high is None or self.low <= self.high

    def __contains__(self, number: int) -> bool:
        return self.low <= number and (self.high is None or number <= self.high)

    def __and__(self, other: Span) -> Span:
        highs = [h for h in (self.high, other.high) if h is not None]
        return Span(max(self.low, other.low), min(highs) if highs else None)

    def __str__(self) -> str:
        if self.high is None:
            return f"{self.low:,} or more"
        if self.high - self.low > 2:
            return f"{self.low:,} to {self.high:,}"
        numbers = [f"{n:,}" for n in range(self.low, self.high + 1)]
        return " or ".join(numbers) if len(numbers) < 3 else f"{', '.join(numbers[:-1])} or {numbers[-1]}"


@lru_cache(maxsize=1 << 16)
def denominators(n: int, percent: Percent, rule: str) -> Span:
    """Every N for which n of N prints as the percentage. For each rule they stand side by side without a gap.

    The value is ``a / N`` units with ``a = n * scale``; e.g. half-up: units - 1/2 <= a / N < units + 1/2.
    """
    a, u = n * percent.scale, percent.units
    if rule == TRUNCATED:
        span = Span(a // (u + 1) + 1, a // u if u else None)
    elif rule == FORCED:
        span = Span(a // (u + 1) + 1, _below(a, u - 1))
    else:
        low, high = 2 * a // (2 * u + 1), (2 * a // (2 * u - 1) if u else None)
        tie_above = 2 * a % (2 * u + 1) == 0  # N = low would give units + 1/2
        even = u % 2 == 0
        if rule == HALF_EVEN:
            low = low if tie_above and even and low else low + 1
            if high is not None and not even and 2 * a % (2 * u - 1) == 0:
                high -= 1
        else:
            low += 1
        span = Span(low, high)
    if n == 0:
        return Span(1, None) if u == 0 or (rule == FORCED and u <= 1) else Span(1, 0)
    return span & Span(n, None)


def _below(a: int, u: int) -> int | None:
    """The largest N with a / N above u units."""
    return None if u <= 0 else -(-a // u) - 1


def together(lines: Iterable[tuple[int, Percent]], rule: str, within: Span) -> Span:
    """Every N that gives all the percentages under one rule."""
    for n, percent in lines:
        within = within & denominators(n, percent, rule)
    return within


def printed(n: int, total: int, decimals: int, rule: str) -> Percent:
    """What n of total prints as. ``FORCED`` has no single answer and is taken as half-up."""
    scale = 100 * 10**decimals
    whole, rest = divmod(n * scale, total)
    if rule == TRUNCATED or 2 * rest < total:
        return Percent(whole, decimals)
    if 2 * rest == total and rule == HALF_EVEN:
        return Percent(whole + whole % 2, decimals)
    return Percent(whole + 1, decimals)


def numerators(total: int, percent: Percent, rule: str) -> Span:
    """Every n of total that prints as the percentage."""
    near = percent.units * total // percent.scale
    slack = total // percent.scale + 2
    fits = [
        n for n in range(max(0, near - slack), min(total, near + slack) + 1) if total in denominators(n, percent, rule)
    ]
    return Span(fits[0], fits[-1]) if fits else Span(1, 0)


def tie(n: int, total: int, decimals: int) -> bool:
    """Whether n of total lies halfway between two percentages that can be printed."""
    return 2 * (n * 100 * 10**decimals % total) == total


def exact(n: int, total: int, decimals: int) -> str:
    """The percentage with two more decimals than were printed, half up: ``30.77``."""
    value = Fraction(100 * n, total)
    if value.denominator == 1:
        return str(value)
    more = 1 if tie(n, total, decimals) else 2
    return str(printed(n, total, decimals + more, HALF_UP))
