"""Someone who knows the study file and everything that was published, and wants to know what was withheld.

For every variable the attacker writes down all tables of people there could be: a whole number, none below zero, for
each finest group (wave by every variable that makes columns) and each state of the variable (its levels or the scores
that are possible, and why it is missing). Whatever is printed restricts them, linearly: counts, percentages
(200 n 10^d lies from (2P - 1) N to below (2P + 1) N), means, SDs and quartiles (``moments``). A small count is
recovered if no such table is left in which it is not small.

It shares no code with ``pipeline.disclosure``: what is printed is read from the rows of ``results.csv`` alone.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csc_array

from benchmarks.moments import Block, Rule, rules
from benchmarks.printed import ANSWERED, HIDDEN, MISSING, Key, Known, Line, Told, Where

SECONDS = 10.0
SCORE = "|="
WIDE = 1e-9


class Undecided(Exception):
    """The solver ran out of time: the attack has no verdict on this number."""


class Attack:
    """All tables of one variable that are possible. ``most``: the largest that a count can be, whole numbers only."""

    def __init__(self, told: Told, heads: Told, known: Known, rest: bool = False):
        self.told, self.known = told, known
        self.states = self._all_states()
        lines = [*told.counts, *(p for pair in told.percents for p in pair[:2])]
        names = {n for line in lines for n, _ in line.where}
        names |= {n for where in told.moments for n, _ in where}
        self.heads = [h for h in heads.counts if {n for n, _ in h.where} <= names | {"wave"}]
        shares = [p for p in heads.percents if {n for n, _ in p[0].where} <= names | {"wave"}]
        self.leaves = self._all_leaves([*(line.where for line in [*lines, *self.heads]), *told.moments], rest)
        self.cells = [(leaf, state) for leaf in self.leaves for state in self.states]
        self.rows: list[Rule] = []
        self.size = len(self.cells)
        self._columns: dict[tuple[Where, frozenset[str] | None], np.ndarray] = {}
        for line in [*told.counts, *self.heads]:
            if not math.isnan(line.value) and line.alone:
                below, above = known.by if line.value else (0, 0)
                self._rule(self.at(line.where, line.states), 1.0, line.value - below, line.value + above)
        self.later = self._joined_later(heads)
        for where, state in told.none:
            self._rule(self.at(where, frozenset({state})), 1.0, 0, 0)
        for part, whole, text in (
            [*told.percents, *shares] if not any(known.by) else ()
        ):  # else made from what is printed
            self._percent(part, whole, text)
        self._moments()
        self.worlds: list[np.ndarray] = []

    def _all_states(self) -> list[str]:
        because = dict.fromkeys(
            s for line in self.told.counts for s in line.states or () if s.startswith(f"{MISSING}:")
        )
        bins = [lv for lv in self.told.levels if lv.startswith("|bin ")]
        bands = [lv for lv in self.told.levels if lv not in bins]
        spans = self.known.spans.get(self.told.name, {})
        self.spans: dict[str, tuple[float, float]] = {}
        if values := self.known.values.get(self.told.name):
            self.spans = {f"{SCORE}{v:g}": (v, v) for v in values}
        elif bins and bands:  # two ways to cut one score: a state for each bin in each band
            for one, other in itertools.product(bins, bands):
                (a, b), (c, d) = (spans.get(lv, (-math.inf, math.inf)) for lv in (one, other))
                if max(a, c) <= min(b, d):
                    self.spans[f"{one}|&{other}"] = max(a, c), min(b, d)
        else:
            whole = spans.get(ANSWERED, (-math.inf, math.inf))
            self.spans = {lv: spans.get(lv, whole) for lv in bins or bands or [ANSWERED]}
        self.inside, self.missing = list(self.spans), list(because) or [MISSING]
        self.cut = {lv: spans[lv] for lv in (*bins, *bands) if lv in spans}
        return [*self.inside, *self.missing, "Not asked", "Not applicable"]

    def _all_leaves(self, wheres: Iterable[Where], rest: bool) -> list[Where]:
        values: dict[str, dict[str, None]] = {}
        for where in wheres:
            for name, level in sorted(where):
                values.setdefault(name, {})[level] = None
        waves = list(values.pop("wave", {})) or [""]
        waves = [*self.known.waves] if any(waves) and self.known.waves else waves
        made = []
        for number, wave in enumerate(waves):
            names = [n for n in values if not n.endswith((";followed", ";due"))]
            # a group of several answers overlaps the others: chosen or not
            choices = []
            for n in names:
                if n in self.known.several:
                    choices += [[((n, lv),), ()] for lv in values[n]]
                else:
                    choices.append([((n, lv),) for lv in values[n]] + ([()] if rest else []))
            choices += [self._later(values)] if number == 0 else []
            base = frozenset([("wave", wave)] if wave else [])
            made += [base | {pair for part in picked for pair in part} for picked in itertools.product(*choices)]
        return made

    def _later(self, values: dict[str, dict[str, None]]) -> list[tuple[tuple[str, str], ...]]:
        """What becomes of people at later waves: due there and followed or lost, or not yet due, then at no wave after
        it either. Where nobody says who is due, everyone is."""
        ways: list[tuple[tuple[str, str], ...]] = [()]
        ends = {n.rpartition(";")[0] for n in values if n.endswith((";followed", ";due"))}
        order = {f"wave={wave}": at for at, wave in enumerate(self.known.due)}
        for at in sorted(ends, key=lambda end: order.get(end, 0)):
            told = values.get(f"{at};followed", {})
            there = [((f"{at};followed", level),) for level in told] or [()]
            if f"{at};due" not in values:
                ways = [(*way, *more) for way in ways for more in there]
                continue
            late = ((f"{at};due", "Not yet due"),)
            due = [((f"{at};due", "Due"), *more) for more in there]
            ways = [(*way, *more) for way in ways
                    for more in ([late] if any(p[1] == "Not yet due" for p in way) else [late, *due])]  # fmt: skip
        return ways

    def at(self, where: Where, states: frozenset[str] | None) -> np.ndarray:
        """The cells that a count counts."""
        if (where, states) not in self._columns:
            found = [self._holds(state, states) for state in self.states]
            self._columns[where, states] = np.array(
                [i * len(self.states) + j for i, leaf in enumerate(self.leaves) if where <= leaf
                 for j, hit in enumerate(found) if hit], int)  # fmt: skip
        return self._columns[where, states]

    def _holds(self, state: str, asked: frozenset[str] | None) -> bool:
        if asked is None:
            return True
        parts = set(state.split("|&")) if "|&" in state else {state}
        if state.startswith(SCORE):
            score, _ = self.spans[state]
            parts |= {lv for lv, (low, high) in self.cut.items() if low - WIDE <= score <= high + WIDE}
        if state in self.inside:
            parts.add(ANSWERED)
        if state in self.missing:
            parts.add(MISSING)
        return bool(parts & asked)

    def _rule(self, cells: np.ndarray, weights: float | np.ndarray, low: float, high: float) -> None:
        self.rows.append((cells, np.broadcast_to(weights, cells.shape), low, high))

    def _joined_later(self, heads: Told) -> dict[Key, int]:
        """Who came to a later wave and was not at the first: all of that wave less those followed to it."""
        places: dict[Key, int] = {}
        for key, (there, followed, value) in heads.later.items():
            now, before = self.at(there, None), self.at(followed, None)
            if len(now) and len(before):
                places[key] = self.size
                weights = np.r_[1.0, -np.ones(len(now)), np.ones(len(before))]
                self._rule(np.r_[self.size, now, before], weights, 0, 0)
                below, above = self.known.by if value else (0, 0)
                if not math.isnan(value):
                    self._rule(np.array([self.size]), 1.0, value - below, value + above)
                self.size += 1
        return places

    def _percent(self, part: Line, whole: Line, text: str) -> None:
        cells, base = self.at(part.where, part.states), self.at(whole.where, whole.states)
        if text == "NA":
            self._rule(base, 1.0, 0, 0)
        elif text != HIDDEN:
            unit = 10 ** len(text.partition(".")[2])
            p = round(float(text.replace(",", "")) * unit)
            both = np.r_[cells, base]
            ones, whole_ones = np.ones(len(cells)), np.ones(len(base))
            if p < 100 * unit:
                self._rule(both, np.r_[200 * unit * ones, -(2 * p + 1) * whole_ones], -np.inf, -1)
            self._rule(both, np.r_[200 * unit * ones, -(2 * p - 1) * whole_ones], 0, np.inf)

    def _moments(self) -> None:
        """Means, SDs and quartiles of scores, in blocks of leaves that all printed groups have in common."""
        if self.told.name not in self.known.spans or not self.told.moments:
            return
        blocks: dict[frozenset[Where], list[int]] = {}
        for at, leaf in enumerate(self.leaves):
            blocks.setdefault(frozenset(w for w in self.told.moments if w <= leaf), []).append(at)
        states = len(self.states)
        spans = np.array(list(self.spans.values()))
        held = [Block(who, np.array([i * states + j for i in leaves for j in range(len(spans))]),
                      np.tile(spans, (len(leaves), 1))) for who, leaves in blocks.items() if who]  # fmt: skip
        found, self.size = rules(held, self.told.moments, self.size)
        self.rows += found

    def most(self, cells: np.ndarray, least: float) -> float | None:
        """A number of at least ``least`` that these cells can have together; None where there is none."""
        return self._other(cells, least, np.inf)

    def fewest(self, cells: np.ndarray, most: float) -> float | None:
        """A number of at most ``most`` that these cells can have together; None where there is none."""
        return self._other(cells, -np.inf, most)

    def _other(self, cells: np.ndarray, low: float, high: float) -> float | None:
        for world in self.worlds:
            if low - 1e-6 <= world[cells].sum() <= high + 1e-6:
                return float(world[cells].sum())
        rows = [*self.rows, (cells, np.ones(len(cells)), low, high)]
        if self._solve(rows, False) is None:
            return None
        found = self._solve(rows, True)
        if found is None:
            return None
        self.worlds.append(found)
        return float(found[cells].sum())

    def possible(self) -> bool:
        """Whether what is printed fits together (in fractions of people, which is quick to find out)."""
        return self._solve(self.rows, False) is not None

    def _solve(self, rows: list[Rule], exact: bool) -> np.ndarray | None:
        """Any table that keeps the rules, in whole numbers or not; None where there is none.

        Cells that no rule tells apart are one number, given to the first of them: thousands become a few dozen.
        """
        i = np.concatenate([np.full(len(c), r) for r, (c, *_) in enumerate(rows)])
        j, v = (np.concatenate([rule[part] for rule in rows]) for part in (0, 1))
        matrix = coo_array((v, (i, j)), shape=(len(rows), self.size)).tocsc()
        first = self._told_apart(matrix)
        people = first < len(self.cells)
        whole = people | (self.told.name in self.known.whole)
        limits = LinearConstraint(matrix[:, first], np.array([r[2] for r in rows]), np.array([r[3] for r in rows]))
        bounds = Bounds(0.0, np.inf)
        # HiGHS in SciPy 1.17.1 called systems infeasible that have a solution: that there is none is believed when it
        # says so without presolving, too.
        for price, presolve in ((np.zeros(len(first)), True), (np.where(people, 1.0, 0.0), False)):
            found = milp(price, constraints=limits, bounds=bounds, integrality=np.where(whole, int(exact), 0),
                         options={"time_limit": SECONDS, "presolve": presolve})  # fmt: skip
            if found.x is not None:
                world = np.zeros(self.size)
                world[first] = np.where(whole & exact, np.round(found.x), found.x)
                return world
        if found.status == 2:
            return None
        raise Undecided

    def _told_apart(self, matrix: csc_array) -> np.ndarray:
        """The first of each set of cells that stand in the same rules with the same weights."""
        seen: dict[tuple[bool, bytes, bytes], int] = {}
        for at, (begin, end) in enumerate(itertools.pairwise(matrix.indptr)):
            said = matrix.indices[begin:end].tobytes(), matrix.data[begin:end].tobytes()
            seen.setdefault((at < len(self.cells), *said), at)
        return np.array(list(seen.values()))
