"""What means and SDs say of how many people they are of: they, too, must fit the other tables that are possible.

A mean of n people, printed as m, says that the sum of their values lies from (m - h) n to (m + h) n, h half a unit of
its last digit; the sum of squares follows from the SD. The sums of the parts are the sum of the whole, which can give a
withheld n back. Where they can't be kept in another table, the means of the groups that differ in it go.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.disclosure.facts import Fact, Ruled, System
from pipeline.disclosure.possible import Change
from pipeline.disclosure.text import half_up

Moments = Mapping[str, tuple[int, float, int]]
"""``mean`` and ``sd`` -> row, value, decimals."""


class Ends(NamedTuple):
    """From where to where a number may lie."""

    low: float
    high: float


def misfits(system: System, changes: Iterable[Change]) -> set[Fact]:
    """Facts whose means must go, so that all changes fit those that stay."""
    gone: set[Fact] = set()
    for change in changes:
        if any(_broken(ruled, change) for ruled in system.ruled):
            gone |= _touched(system, change)
        moved = {f for f in change if f in system.means}
        if not moved:
            continue
        gone |= {f for f in moved if not _reachable(f.n + change[f], system.means[f])}
        for whole, parts in system.sums:
            facts = [f for f in (whole, *parts) if f.n + change.get(f, 0) > 0]
            if moved.isdisjoint(facts) or not all(f in system.means and f not in gone for f in facts):
                continue
            if not all(_adds_up(whole, parts, change, system.means, statistic) for statistic in ("mean", "sd")):
                gone |= moved.intersection(parts) or moved.intersection(facts)
    return gone


def too_fine(system: System, changes: Sequence[Change]) -> set[Fact]:
    """Facts whose SDs and quartiles must go: groups of a scale whose single scores are not counted, at a wave where
    counts by score are withheld. Of few scores that are possible they tell more than bands can be held against."""
    odd = {f for change in changes for f in change if f in system.means and not _quartiles_reachable(f, change, system)}
    touched = {_wave(f) for change in changes for f in change if f in system.scored}
    return odd | {f for f in system.means if _wave(f) in touched and f not in system.exact}


def _quartiles_reachable(fact: Fact, change: Change, system: System) -> bool:
    """Whether the printed median and quartiles can be those of the other number of people: 1.5 is no median of an odd
    number of whole scores. At (n - 1) p of n sorted scores (type 7): a quarter between two is a quarter of a step."""
    n, said = fact.n + change[fact], system.means[fact]
    for statistic, quarters in (("q1", 1), ("median", 2), ("q3", 3)):
        if statistic in said and n > 0:
            _, value, decimals = said[statistic]
            step = 10.0 ** (1 - decimals) / {0: 1, 2: 2}.get((n - 1) * quarters % 4, 4)
            ends = _printed(value, decimals)
            if math.floor(ends.high / step + 1e-9) < math.ceil(ends.low / step - 1e-9):
                return False
    return True


def _wave(fact: Fact) -> str:
    return next((level for name, level in sorted(fact.who) if name == "wave"), "")


def _broken(ruled: Ruled, change: Change) -> bool:
    return sum(w * (f.n + change.get(f, 0)) for f, w in ruled.weights.items()) > ruled.most + 1e-6


def _touched(system: System, change: Change) -> set[Fact]:
    """All groups whose counts differ: together they have the sums that the other groups leave them, as in truth. With
    a whole group all that lie in it: its mean is the mean of theirs."""
    own = {ruled.group for ruled in system.ruled if not change.keys().isdisjoint(ruled.weights)}
    return own | {f for f in system.means if any(whole.who < f.who for whole in own)}


def _adds_up(whole: Fact, parts: tuple[Fact, ...], change: Change, means: Mapping[Fact, Moments],
             statistic: str) -> bool:  # fmt: skip
    """Whether the sums (of squares, for the SD) of the parts can be those of the whole."""
    ends = [_sum(f.n + change.get(f, 0), means.get(f, {}), statistic) for f in (whole, *parts)]
    if any(e is None for e in ends):
        return True
    first, *rest = (e for e in ends if e is not None)
    return sum(e.low for e in rest) <= first.high and first.low <= sum(e.high for e in rest)


def _sum(n: int, said: Moments, statistic: str) -> Ends | None:
    if n <= 0:
        return Ends(0.0, 0.0)
    if statistic not in said:
        return None
    mean = _printed(*said["mean"][1:])
    if statistic == "mean":
        return Ends(n * mean.low, n * mean.high)
    sd = _printed(*said["sd"][1:])
    least = 0.0 if mean.low * mean.high < 0 else min(mean.low**2, mean.high**2)
    squares = Ends(
        (n - 1) * max(sd.low, 0.0) ** 2 + n * least, (n - 1) * sd.high**2 + n * max(mean.low**2, mean.high**2)
    )
    return None if math.isnan(squares.low) else squares


def _printed(value: float, decimals: int) -> Ends:
    half, said = 0.5 * 10.0**-decimals, half_up(value, decimals)
    return Ends(said - half, said + half)


def _reachable(n: int, said: Moments) -> bool:
    """Whether n values with one decimal less than their mean can have it (the GRIM test)."""
    if n <= 0:
        return False
    _, value, decimals = said["mean"]
    unit = 10.0 ** (1 - decimals)
    ends = _printed(value, decimals)
    return math.floor(n * ends.high / unit + 1e-9) >= math.ceil(n * ends.low / unit - 1e-9)
