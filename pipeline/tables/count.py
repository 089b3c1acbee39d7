"""Counting and summarising by group, a pass over the data a variable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.tables.groups import Floats, Members

NAN = float("nan")
CHUNK = 1 << 16
"""Entries that are looked at together: they stay in the processor's cache."""


class Summary(NamedTuple):
    """n people with a value; NaN where a statistic does not exist (an SD of one person). Quantiles: Hyndman & Fan's
    type 7 (R's default). at_min, at_max: how many people hold the least and the greatest value. largest: the two
    largest values, NaN where one lies below 0."""

    n: int
    mean: float
    sd: float
    q1: float
    median: float
    q3: float
    min: float = NAN
    max: float = NAN
    at_min: int = 0
    at_max: int = 0
    largest: tuple[float, float] = (NAN, NAN)


@dataclass(frozen=True, eq=False)
class Grouping:
    """Groups as one code a person, so that all of them are counted in one pass.

    place: shape (people,), 0 for a person in none of the groups that exclude each other, else 1 + the group's number
    among these. whole: groups of everyone. alone: groups that share people with others.
    """

    place: NDArray[np.signedinteger]
    apart: tuple[int, ...]
    whole: tuple[int, ...]
    alone: tuple[tuple[int, Members], ...]

    @classmethod
    def of(cls, groups: Sequence[Members], people: int) -> Grouping:
        small = len(groups) < 127
        place: NDArray[np.signedinteger] = np.zeros(people, dtype=np.int8 if small else np.int64)
        apart: list[int] = []
        whole, alone = [], []
        for at, group in enumerate(groups):
            if group.n == people:
                whole.append(at)
            elif place[group.rows].any():
                alone.append((at, group))
            else:
                apart.append(at)
                place[group.rows] = len(apart)
        return cls(place, tuple(apart), tuple(whole), tuple(alone))

    def counts(self, codes: NDArray[np.integer], size: int) -> NDArray[np.intp]:
        """How many of each group hold each code 0 … size-1 (negative: none of them): shape (size, groups)."""
        wide, high = len(self.apart) + 1, size + 1
        found = np.zeros((size, len(self.apart) + len(self.whole) + len(self.alone)), dtype=np.intp)
        total = np.zeros(wide * high, dtype=np.intp)
        kind = np.int16 if wide * high < 1 << 15 else np.int64
        for at in range(0, len(codes), CHUNK):
            both = np.multiply(self.place[at : at + CHUNK], high, dtype=kind)
            both = np.add(both, np.add(codes[at : at + CHUNK], 1, dtype=kind), dtype=kind)
            total += np.bincount(both, minlength=wide * high)
        table = total.reshape(wide, high)[:, 1:].T
        found[:, list(self.apart)] = table[:, 1:]
        found[:, list(self.whole)] = table.sum(axis=1, keepdims=True)
        for at, group in self.alone:
            held = group.take(codes)
            found[:, at] = np.bincount(held[held >= 0], minlength=size)
        return found


def level_counts(codes: NDArray[np.integer], size: int, groups: Sequence[Members]) -> NDArray[np.intp]:
    """How many of each group hold each code 0 … size-1 (negative: none of them): shape (size, groups)."""
    return Grouping.of(groups, len(codes)).counts(codes, size)


def summary(values: Floats, group: Members | None = None) -> Summary:
    """The statistics of the values that are there: of a group's people, or of all."""
    held = values.copy() if group is None or group.n == len(values) else values[group.rows]
    held.sort()  # what is missing comes last
    n = int(np.searchsorted(held, np.nan))
    held = held[:n]
    if n == 0:
        return Summary(0, NAN, NAN, NAN, NAN, NAN)
    least, most = float(held[0]), float(held[-1])
    at_min = int(np.searchsorted(held, least, side="right"))
    at_max = n - int(np.searchsorted(held, most, side="left"))
    largest = (most, float(held[-2]) if n > 1 else 0.0) if least >= 0 else (NAN, NAN)
    q1, median, q3 = (_quantile(held, p) for p in (0.25, 0.5, 0.75))
    if least == most:  # a sum of equal decimals is off in its last bits, and its spread would be taken for one
        return Summary(n, least, 0.0 if n > 1 else NAN, q1, median, q3, least, most, at_min, at_max, largest)
    mean = float(held.mean())
    held -= mean
    sd = float(np.sqrt(held @ held / (n - 1))) if n > 1 else NAN
    return Summary(n, mean, sd, q1, median, q3, least, most, at_min, at_max, largest)


def _quantile(held: Floats, p: float) -> float:
    """Type 7 of sorted values."""
    place = (len(held) - 1) * p
    low = int(place)
    high = min(low + 1, len(held) - 1)
    return float(held[low] + (place - low) * (held[high] - held[low]))


def share(count: float, of: float) -> float:
    """Percentage, unrounded; NaN of nobody."""
    return 100 * count / of if of else float("nan")


FINEST = 9


def decimals_of(values: Floats) -> int:
    """Decimals with which the values are written, up to two; of values closer together than 0.1, as many more as leave
    their spread two digits."""
    found = next((d for d in (0, 1) if _written_with(values, d)), 2)
    there = values[~np.isnan(values)] if found == 2 else values[:0]
    apart = float(np.ptp(there)) if len(there) else 0.0
    return found if not 0 < apart < 0.1 else min(1 - math.floor(math.log10(apart)), FINEST)


def _written_with(values: Floats, decimals: int) -> bool:
    parts = (values[at : at + CHUNK] for at in range(0, len(values), CHUNK))
    return all(bool(((np.round(part, decimals) == part) | np.isnan(part)).all()) for part in parts)
