"""Means and standard deviations that no sample of whole numbers has. Exact: whole numbers and fractions throughout.

GRIM: Brown & Heathers 2017 (doi 10.1177/1948550616673876). GRIMMER: Anaya 2016
(doi 10.7287/peerj.preprints.2400v1), in the analytic form of Allard 2018, with the bounds that a scale's range adds.
DEBIT: Heathers & Brown 2019 (osf.io/5vb3u).

n people have scores of ``whole / parts`` each (parts: how many items a score is the mean of, 1 for a sum). Their sum
is S / parts and the sum of their squares Q / parts**2, with whole S and Q of one parity (x and x * x are odd
together), and (n - 1) SD**2 = Q - S * S / n.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor, isqrt

from pipeline.audit.numbers import Number
from pipeline.audit.rounding import Span

_MOST_TRIED = 60_000
"""(People times width of the scale) squared: up to here it is tried which sums of squares samples have (10 ms); above,
parity and bounds decide, which from five people on let hardly anything more through."""
MOST_PEOPLE = 100_000
"""More people than that give every mean that is printed."""


@dataclass(frozen=True)
class Limits:
    """Lowest and highest possible score, in whole units (times ``parts``); None where it is not known."""

    low: int | None = None
    high: int | None = None


def grim(mean: Number, n: int, rule: str, parts: int = 1) -> Span:
    """The sums (in units of 1 / parts) of n scores whose mean prints as it; empty where there is none."""
    if mean.units < 0:
        span = grim(Number(-mean.units, mean.decimals), n, rule, parts)
        return Span(-(span.high or 0), -span.low) if span else span
    least, most, with_least, with_most = mean.within(rule)
    low, high = ceil(least * n * parts), floor(most * n * parts)
    low += not with_least and low == least * n * parts
    high -= not with_most and high == most * n * parts
    return Span(low, high)


def grimmer(mean: Number, sd: Number, n: int, rule: str, parts: int = 1, limits: Limits = Limits()) -> bool:
    """Whether some sample of whole numbers has this mean and this SD, by n - 1 or by n."""
    sums = grim(mean, n, rule, parts)
    if n < 2:
        return bool(sums) and sd.units == 0
    return any(
        _reached(total, squares, n, limits)
        for total in range(sums.low, (sums.high or 0) + 1)
        for by in (n - 1, n)
        for squares in _squares(total, sd, n, by, rule, parts)
    )


def _squares(total: int, sd: Number, n: int, by: int, rule: str, parts: int) -> Iterator[int]:
    """Every whole Q of the parity of S for which the SD prints as it."""
    least, most, with_least, with_most = sd.within(rule)
    least = max(least, Fraction(0))
    own = Fraction(total * total, n)
    low, high = least**2 * parts**2 * by + own, most**2 * parts**2 * by + own
    first, last = ceil(low), floor(high)
    first += not with_least and first == low
    last -= not with_most and last == high
    yield from (q for q in range(first, last + 1) if (q - total) % 2 == 0)


def _reached(total: int, squares: int, n: int, limits: Limits) -> bool:
    """Whether n whole numbers within the limits have this sum and this sum of squares."""
    if limits.low is not None and total < n * limits.low or limits.high is not None and total > n * limits.high:
        return False
    if not least_squares(total, n) <= squares <= most_squares(total, n, limits):
        return False
    low, high = _range(total, squares, n, limits)
    if (n * (high - low)) ** 2 > _MOST_TRIED:
        return True  # not looked for: what parity and bounds allow is taken to be there
    moved = total - n * low  # the same sample, counted from its lowest possible value
    return bool(_samples(n, high - low)[moved] >> (squares - 2 * low * total + n * low * low) & 1)


def least_squares(total: int, n: int) -> int:
    """Of n whole numbers as near to each other as their sum allows."""
    each, rest = divmod(total, n)
    return rest * (each + 1) ** 2 + (n - rest) * each**2


def most_squares(total: int, n: int, limits: Limits) -> float:
    """Of n whole numbers at the two ends of their range, but for one between."""
    if limits.low is None or limits.high is None:
        return float("inf")
    wide = limits.high - limits.low
    at_top, rest = divmod(total - n * limits.low, wide) if wide else (0, 0)
    if at_top >= n:
        return n * limits.high**2
    return at_top * limits.high**2 + (limits.low + rest) ** 2 + (n - at_top - 1) * limits.low**2


def _range(total: int, squares: int, n: int, limits: Limits) -> tuple[int, int]:
    """The scale's range; where it is not known, how far from the mean a number can lie: no further than the root of
    (n - 1) / n times the sum of squares about it (Samuelson 1968, doi 10.1080/01621459.1968.10480944)."""
    if limits.low is not None and limits.high is not None:
        return limits.low, limits.high
    about = (n * squares - total * total) * (n - 1)  # n * n times the square of that distance
    low, high = -(-(total - isqrt(about) - 1) // n), (total + isqrt(about) + 1) // n
    low = low if limits.low is None else max(low, limits.low)
    high = high if limits.high is None else min(high, limits.high)
    return low, max(low, high)


@lru_cache(maxsize=64)
def _samples(n: int, wide: int) -> tuple[int, ...]:
    """For each sum of n whole numbers from 0 to ``wide``: the sums of squares that occur, as bits."""
    reached = [1] + [0] * (n * wide)
    for people in range(n):
        before, reached = reached, [0] * (n * wide + 1)
        for total in range(people * wide + 1):
            if before[total]:
                for value in range(wide + 1):
                    reached[total + value] |= before[total] << (value * value)
    return tuple(reached)


def widest(mean: Number, n: int, low: Fraction, high: Fraction) -> float:
    """The largest SD (by n - 1) that any scores from low to high with about this mean have, whole or not."""
    about = [
        min(max(v, low), high) for v in (mean.value - mean.step, mean.value, mean.value + mean.step, (low + high) / 2)
    ]
    inside = about if about[0] <= (low + high) / 2 <= about[2] else about[:3]
    return float(max((m - low) * (high - m) for m in inside) * n / max(1, n - 1)) ** 0.5


def debit(mean: Number, sd: Number, n: int, rule: str) -> bool:
    """Whether some number of ones among n zeros and ones has this mean and this SD, by n - 1 or by n."""
    ones = grim(mean, n, rule)
    least, most, with_least, with_most = sd.within(rule)
    for k in range(max(0, ones.low), min(n, ones.high or 0) + 1):
        for by in {max(1, n - 1), n}:
            square = Fraction(k * (n - k), n * by)
            above = square > max(least, Fraction(0)) ** 2 or (with_least and square == least**2) or least < 0
            below = square < most**2 or (with_most and square == most**2)
            if above and below:
                return True
    return False


def variance(values: list[int], by: int) -> Fraction:
    """Of a sample, by its n or n - 1: for tests and for what a finding tells."""
    mean = Fraction(sum(values), len(values))
    return sum(((v - mean) ** 2 for v in values), Fraction(0)) / by
