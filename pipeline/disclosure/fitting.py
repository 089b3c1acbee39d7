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

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array

from pipeline.disclosure.facts import ANSWERED, Fact, Percent, System
from pipeline.disclosure.means import quartiles_reachable, reachable
from pipeline.disclosure.possible import Change, printed_percent
from pipeline.disclosure.scores import Place, Row, of_people, of_scores

TINY = 1e-6
LIMITS = {"node_limit": 60, "mip_rel_gap": 0.5}
"""By steps, for time differs from one machine to the next."""
MEAN, SPREAD = "mean", "spread"


@dataclass
class Kept:
    """means, spread: those who answered whose means (with all else), or SDs and quartiles, go."""

    means: set[Fact] = field(default_factory=set)
    spread: set[Fact] = field(default_factory=set)


def kept(system: System, changes: Sequence[Change], hidden: Collection[Fact], percents: Sequence[tuple[Percent, int]]
         ) -> Kept:  # fmt: skip
    """What must go of a system's moments. changes: the tables that were found. hidden: facts that are not printed.
    percents: those that stay, each with the decimals it stays with."""
    made = Kept()
    if not system.held or not system.needed:
        return made
    fit = Fitting(system, hidden, percents)
    for fact, least in sorted(system.needed.items(), key=lambda need: (need[0].n - need[1], sorted(need[0].who))):
        own = next((c for c in changes if fact.n + c.get(fact, 0) >= least), None)
        if own is None or any(world.get(fact, fact.n) >= least for world in fit.worlds):
            continue
        if not fit.take(fact, least, own):
            made.means |= {held.who for held in system.held}
            return made
    made.means, made.spread = fit.means, fit.spread - fit.means
    return made


class Fitting:
    """worlds: other tables that have all that stays, by fact."""

    def __init__(self, system: System, hidden: Collection[Fact], percents: Sequence[tuple[Percent, int]]):
        self.system = system
        told = {f: None for whole, parts in system.sums for f in (whole, *parts)}
        told |= {held.who: None for held in system.held} | dict.fromkeys(system.needed)
        told |= {f: None for held in system.held for parts in held.parts for f, _ in parts}
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

    def take(self, fact: Fact, least: int, own: Change) -> bool:
        """Find a table in which the fact is large, and give up the moments that it misses; False: there is none."""
        rows = [r for r in self.rows if not self._given_up(r)]
        for free in (self.free, ()):
            value = {f: f.n + own.get(f, 0) for f in self.facts}
            found = self._solve(rows, value, set(free), {fact: least} if free else {})
            if found is not None:
                self.worlds.append({f: round(found[self.at[f]]) for f in self.facts})
                self._give_up(rows, found)
                self._by_digits(self.worlds[-1])
                return True
        return False

    def _given_up(self, row: Row) -> bool:
        return row.of is not None and (row.of in self.means or (row.of in self.spread and row.what == SPREAD))

    def _give_up(self, rows: Sequence[Row], found: np.ndarray) -> None:
        for row in rows:
            if row.of is not None:
                said = sum(w * found[self.at[p]] for p, w in row.weights.items())
                room = TINY * max(1.0, *(abs(w * found[self.at[p]]) for p, w in row.weights.items()))
                if not row.low - room <= said <= row.high + room:
                    (self.means if row.what == MEAN else self.spread).add(row.of)

    def _by_digits(self, world: dict[Fact, int]) -> None:
        for who, _, said in self.system.held:
            if world[who] != who.n:
                self.means |= set() if reachable(world[who], said) else {who}
                self.spread |= set() if quartiles_reachable(world[who], said) else {who}

    def _solve(self, rows: Sequence[Row], value: dict[Fact, int], free: set[Fact], least: dict[Fact, int]
               ) -> np.ndarray | None:  # fmt: skip
        """A table that keeps all rows but for moments, of which it misses as few as it can; whole people."""
        low, high, whole = self._bounds(value, free, least)
        soft = [i for i, row in enumerate(rows) if row.of is not None]
        matrix, size = self._matrix(rows, soft), len(self.places)
        base = matrix[:, :size]
        fixed = low[:size] == high[:size]
        shift = base[:, np.flatnonzero(fixed)] @ low[:size][fixed]
        able = np.r_[np.flatnonzero(~fixed), np.arange(size, size + 2 * len(soft))]
        limits = LinearConstraint(
            matrix[:, able], np.array([r.low for r in rows]) - shift, np.array([r.high for r in rows]) - shift
        )
        price = np.r_[np.zeros(size), np.repeat([self._price(rows[i]) for i in soft], 2)]
        low, high = np.r_[low, np.zeros(2 * len(soft))], np.r_[high, np.full(2 * len(soft), np.inf)]
        integral = np.r_[whole, np.zeros(2 * len(soft))]
        for exact in (0, 1):
            found = milp(price[able], constraints=limits, bounds=Bounds(low[able], high[able]),
                         integrality=integral[able] * exact, options=LIMITS)  # fmt: skip
            if found.x is None:
                return None
            x = low.copy()
            x[able] = found.x
            held = x[:size][whole > 0]
            if np.allclose(held, np.round(held), atol=1e-5):
                x[:size] = np.where(whole > 0, np.round(x[:size]), x[:size])
                return x[:size]
        return None

    def _bounds(self, value: dict[Fact, int], free: set[Fact], least: dict[Fact, int]
                ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
        low, high, whole = np.zeros(len(self.places)), np.full(len(self.places), np.inf), np.zeros(len(self.places))
        for place, i in self.at.items():
            if isinstance(place, Fact):
                whole[i] = 1
                low[i] = least.get(place, 0)
                if place not in free:
                    low[i] = high[i] = value[place]
            elif place.kind == "n" or (place.kind == "sum" and self.system.unit == 1.0):
                whole[i] = 1
                low[i] = 0 if place.kind == "n" else -np.inf
            else:
                low[i] = -np.inf
        return low, high, whole

    def _matrix(self, rows: Sequence[Row], soft: Sequence[int]) -> csr_array:
        """Weights of places, then of what a moment's row may have too little and too much."""
        entries = [(i, self.at[p], w) for i, row in enumerate(rows) for p, w in row.weights.items()]
        size = len(self.places)
        entries += [(i, size + 2 * j + k, sign) for j, i in enumerate(soft) for k, sign in ((0, 1.0), (1, -1.0))]
        i, j, w = (np.array(part) for part in zip(*entries, strict=True))
        return csr_array(coo_array((w, (i, j)), shape=(len(rows), size + 2 * len(soft))))

    def _price(self, row: Row) -> float:
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
