"""Which printed means, SDs and quartiles may stay beside withheld counts: those that another table of people has, too.

``protect`` finds for each small count another table in which it is large. Here that table gets scores: a sum and a sum
of squares for every group of those who answered, or, where few scores are possible, how many have each. They add up
over groups as people do, lie between what the group's bins and bands allow, and are what each printed moment says (n
people with the mean m, printed with half a unit h, have a sum from (m - h) n to (m + h) n). So groups of different
tables are held against each other by the whole that both make up.

The moments are asked for at a price (an elastic programme: Chinneck, Feasibility and Infeasibility in Optimization,
2008, ch. 6): where no table has them all, one is taken that misses few, and those that it misses are withheld. What was
found is the proof: it fits everything that then stays printed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import scipy

from pipeline.disclosure.facts import ANSWERED, Fact, Percent, System
from pipeline.disclosure.means import quartiles_reachable, reachable
from pipeline.disclosure.possible import Change, printed_percent
from pipeline.disclosure.scores import Place, Row, of_people, of_scores

TINY = 1e-6
LIMITS = {"node_limit": 60, "mip_rel_gap": 0.5}
"""By steps, for time differs from one machine to the next."""
ROUNDED_BY = 6
"""No rule rounds a count further."""
MEAN, SPREAD = "mean", "spread"


class Around(NamedTuple):
    """How counts are rounded, and that those below ``first`` are small though they are printed so."""

    rounded: Callable[[float], float]
    first: int


@dataclass
class Kept:
    """means, spread: those who answered whose means (with all else), or SDs and quartiles, go."""

    means: set[Fact] = field(default_factory=set)
    spread: set[Fact] = field(default_factory=set)


def kept(
    system: System, changes: Sequence[Change], hidden: Collection[Fact], percents: Sequence[tuple[Percent, int]],
    answers: Sequence[Change] = (),
) -> Kept:  # fmt: skip
    """What must go of a system's moments. changes: the tables that were found. hidden: facts that are not printed.
    percents: those that stay, each with the decimals it stays with. answers: the tables of these in which a small count
    of another system is large: they must have the moments, too."""
    made = Kept()
    if not system.held or not (system.needed or answers):
        return made
    fit = Fitting(system, hidden, percents)
    for fact, least in sorted(system.needed.items(), key=lambda need: (need[0].n - need[1], sorted(need[0].who))):
        own = next((c for c in changes if fact.n + c.get(fact, 0) >= least), None)
        if own is None or any(world.get(fact, fact.n) >= least for world in fit.worlds):
            continue
        if not fit.take(fact, least, own):
            made.means |= {held.who for held in system.held}
            return made
    for change in answers:
        if not fit.answer(change):
            made.means |= {held.who for held in system.held}
            return made
    made.means, made.spread = fit.means, fit.spread - fit.means
    return made


def kept_rounded(system: System, around: Around) -> Kept:
    """What must go of a system's moments where small counts are printed rounded: for each of them there shall be a
    table that prints alike in which it is another."""
    made, (rounded, first) = Kept(), around
    if not system.held:
        return made
    fit = Fitting(system, (), ())
    bands = {f: _band(f.n, rounded) if f in system.rows else (0, math.inf) for f in fit.facts}
    for fact in sorted((f for f in system.rows if 0 < f.n < first), key=lambda f: (f.n, sorted(f.who))):
        if any(world[fact] != fact.n for world in fit.worlds if fact in world) or fact not in bands:
            continue
        low, high = bands[fact]
        ways = ((fact.n + 1, high), (low, fact.n - 1))
        if not any(fit.try_ends(bands | {fact: (a, b)}) for a, b in ways if a <= b):
            made.means |= {held.who for held in system.held}
            return made
    made.means, made.spread = fit.means, fit.spread - fit.means
    return made


def _band(n: int, rounded: Callable[[float], float]) -> tuple[float, float]:
    """From where to where counts are printed alike."""
    alike = [m for m in range(max(n - ROUNDED_BY, 0), n + ROUNDED_BY + 1) if rounded(m) == rounded(n)]
    return alike[0], alike[-1]


class Fitting:
    """worlds: other tables that have all that stays, by fact."""

    def __init__(self, system: System, hidden: Collection[Fact], percents: Sequence[tuple[Percent, int]]):
        self.system = system
        told = {f: None for whole, parts in system.sums for f in (whole, *parts)}
        told |= {held.who: None for held in system.held} | dict.fromkeys(system.needed)
        told |= {f: None for held in system.held for parts in held.parts for f, _ in parts}
        told |= {f: None for percent, _ in percents for f in (percent.part, percent.whole)}
        self.facts = list(told)
        printed = set(system.rows) - set(hidden)
        self.free = [f for f in self.facts if f not in printed and f not in system.given]
        self.worlds: list[dict[Fact, int]] = []
        self.means: set[Fact] = set()
        self.spread: set[Fact] = set()
        answered = [f for f in self.facts if (system.term, ANSWERED) in f.who]
        whole = set(answered)
        sums = [(w, ps) for w, ps in system.sums if w in whole and whole.issuperset(ps)]
        rows = of_scores(system, answered, sums) if system.scores else of_people(system, answered, sums)
        rows += [Row({w: 1.0, **dict.fromkeys(ps, -1.0)}, 0, 0) for w, ps in system.sums]
        self.rows = [*rows, *(row for percent, places in percents for row in _percent(percent, places))]
        self.places: list[Place] = list(dict.fromkeys([*self.facts, *(p for r in self.rows for p in r.weights)]))
        self.at = {place: i for i, place in enumerate(self.places)}
        self.entries = self._entries()
        self.weights = self._weights()
        self.low, self.high = (np.array([getattr(row, end) for row in self.rows], float) for end in ("low", "high"))
        self.soft = np.array([row.of is not None for row in self.rows], bool)
        self.price = np.array([_price(row) for row in self.rows])

    def take(self, fact: Fact, least: int, own: Change) -> bool:
        """Find a table in which the fact is large, and give up the moments that it misses; False: there is none."""
        fixed = {f: (f.n + own.get(f, 0),) * 2 for f in self.facts}
        free = {f: (least if f == fact else 0, math.inf) for f in self.free}
        return any(self.try_ends(ends) for ends in (fixed | free, fixed))

    def answer(self, change: Change) -> bool:
        """Find a table that differs by these people where the change does, and give up the moments that it misses; at
        once where no group with moments differs, or a table that was found is such a one."""
        scored = {f for held in self.system.held for f in (held.who, *(p for parts in held.parts for p, _ in parts))}
        if scored.isdisjoint(change):
            return True
        moved = {f: f.n + by for f, by in change.items()}
        if any(all(world.get(f) == n for f, n in moved.items()) for world in self.worlds):
            return True
        fixed = {f: (moved.get(f, f.n),) * 2 for f in self.facts}
        free = {f: (0, math.inf) for f in self.free if f not in moved}
        return any(self.try_ends(ends) for ends in (fixed | free, fixed))

    def try_ends(self, ends: Mapping[Fact, tuple[float, float]]) -> bool:
        """Find a table in which each fact is from one number to another, and give up the moments that it misses."""
        kept = np.array([not self._given_up(row) for row in self.rows], bool)
        found = self._solve(kept, ends)
        if found is None:
            return False
        self.worlds.append({f: round(found[self.at[f]]) for f in self.facts})
        self._give_up(kept, found)
        self._by_digits(self.worlds[-1])
        return True

    def _given_up(self, row: Row) -> bool:
        return row.of is not None and (row.of in self.means or (row.of in self.spread and row.what == SPREAD))

    def _give_up(self, kept: np.ndarray, found: np.ndarray) -> None:
        of_row, at, weight = self.entries
        each, said = weight * found[at], np.zeros(len(self.rows))
        np.add.at(said, of_row, each)
        size = np.ones(len(self.rows))
        np.maximum.at(size, of_row, np.abs(each))
        missed = kept & self.soft & ~((self.low - TINY * size <= said) & (said <= self.high + TINY * size))
        for row in (self.rows[i] for i in np.flatnonzero(missed)):
            if row.of is not None:
                (self.means if row.what == MEAN else self.spread).add(row.of)

    def _by_digits(self, world: dict[Fact, int]) -> None:
        for who, _, said in self.system.held:
            if world[who] != who.n:
                self.means |= set() if reachable(world[who], said) else {who}
                self.spread |= set() if quartiles_reachable(world[who], said) else {who}

    def _solve(self, kept: np.ndarray, ends: Mapping[Fact, tuple[float, float]]) -> np.ndarray | None:
        """A table that keeps all rows but for moments, of which it misses as few as it can; whole people. kept: of the
        rows, those that count."""
        low, high, whole = self._bounds(ends)
        soft, size = np.flatnonzero(self.soft[kept]), len(self.places)
        base, most = self.weights[kept], 2 * len(soft)
        too = scipy.sparse.csr_array((np.ones(len(soft)), (soft, range(len(soft)))), shape=(base.shape[0], len(soft)))
        fixed = low[:size] == high[:size]
        shift = base[:, np.flatnonzero(fixed)] @ low[:size][fixed]
        able = np.r_[np.flatnonzero(~fixed), np.arange(size, size + most)]
        limits = scipy.optimize.LinearConstraint(
            scipy.sparse.hstack([base[:, np.flatnonzero(~fixed)], too, -too], format="csc"),
            self.low[kept] - shift,
            self.high[kept] - shift,
        )
        own = self.price[kept][soft]
        price = np.r_[np.zeros(size), own, own]
        bounds = scipy.optimize.Bounds(np.r_[low, np.zeros(most)][able], np.r_[high, np.full(most, np.inf)][able])
        integral, x = np.r_[whole, np.zeros(most)], np.r_[low, np.zeros(most)]
        for exact in (0, 0, 1):
            found = scipy.optimize.milp(
                price[able], constraints=limits, bounds=bounds, integrality=integral[able] * exact, options=LIMITS
            )
            if found.x is None:
                return None
            x[able] = found.x
            held = x[:size][whole > 0]
            missed = x[size:] * price[size:]
            if np.allclose(held, np.round(held), atol=1e-5) and (exact or missed.sum() < TINY):
                return np.where(whole > 0, np.round(x[:size]), x[:size])
            price[size:] = self._dearer([self.rows[i] for i in np.flatnonzero(kept)[soft]], x[size:])
        return None

    def _dearer(self, soft: Sequence[Row], missed: np.ndarray) -> np.ndarray:
        """Prices for the next search: what was kept becomes dear, what was missed by much cheap, so that few groups
        miss much rather than many a little (reweighting: Candes, Wakin & Boyd 2008)."""
        by: dict[Fact | None, float] = {}
        for row, too in zip(soft, missed.reshape(2, -1).sum(axis=0), strict=True):
            by[row.of] = by.get(row.of, 0.0) + too * _price(row)
        return np.tile([_price(row) / (by[row.of] + 0.1) for row in soft], 2)

    def _bounds(self, ends: Mapping[Fact, tuple[float, float]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """From where to where each place may go, and whether it is a whole number."""
        low, high, whole = np.zeros(len(self.places)), np.full(len(self.places), np.inf), np.zeros(len(self.places))
        for place, i in self.at.items():
            if isinstance(place, Fact):
                whole[i] = 1
                low[i], high[i] = ends.get(place, (place.n, place.n))  # in no sum: it stays as it is
            elif place.kind == "n" or (place.kind == "sum" and self.system.unit == 1.0):
                whole[i] = 1
                low[i] = 0 if place.kind == "n" else -np.inf
            else:
                low[i] = -np.inf
        return low, high, whole

    def _entries(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of all rows, in their order: which row, which place, and its weight there."""
        entries = [(i, self.at[p], w) for i, row in enumerate(self.rows) for p, w in row.weights.items()]
        of_row, at, weight = zip(*entries, strict=True)
        return np.array(of_row), np.array(at), np.array(weight, float)

    def _weights(self) -> scipy.sparse.csr_array:
        """Of all rows, by place."""
        of_row, at, weight = self.entries
        shape = (len(self.rows), len(self.places))
        return scipy.sparse.csr_array(scipy.sparse.coo_array((weight, (of_row, at)), shape=shape))


def _price(row: Row) -> float:
    """Of one unit missed: a mean is worth most."""
    return (4.0 if row.what == MEAN else 1.0) / max(row.scale, TINY)


def _percent(percent: Percent, places: int) -> list[Row]:
    """A percentage stays as printed: 200 n 10^d from (2P - 1) N to below (2P + 1) N."""
    said, unit = printed_percent(percent.part.n, percent.whole.n, places), 10**places
    if said is None:
        return []
    if percent.part == percent.whole:
        return []
    return [Row({percent.part: 200.0 * unit, percent.whole: -(2.0 * said - 1)}, 0, np.inf),
            Row({percent.part: 200.0 * unit, percent.whole: -(2.0 * said + 1)}, -np.inf, -1)]  # fmt: skip
