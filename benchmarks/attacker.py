"""Someone who knows the study file and everything that was published, and wants to know what was withheld.

For every variable the attacker writes down all tables of people there could be: a whole number, none below zero, for
each finest group (wave by every variable that makes columns) and each state of the variable (its levels, and why it is
missing). Whatever is printed restricts them, linearly: counts, percentages (200 n 10^d lies from (2P - 1) N to below
(2P + 1) N), means (a whole sum S lies from (m - h) n to (m + h) n) and SDs (a whole sum of squares, by its outer
bounds). A small count is recovered if no such table is left in which it is not small.

It shares no code with ``pipeline.disclosure``: what is printed is read from the rows of ``results.csv`` alone.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csc_array

Key = tuple[str, str, str, str, str, str]
Published = Mapping[Key, tuple[float, str]]
"""Key -> value (NaN where withheld) and text, as ``results.csv`` has them."""

REASONS = ("Missing", "Not asked", "Not applicable")
DESIGN = {"not asked": "Not asked", "not applicable": "Not applicable"}
HIDDEN = "[c]"
SECONDS = 3.0
Where = frozenset[tuple[str, str]]
Rule = tuple[np.ndarray, np.ndarray, float, float]
"""Places, their weights, and from where to where the weighted sum may lie."""


class Undecided(Exception):
    """The solver ran out of time: the attack has no verdict on this number."""


@dataclass(frozen=True)
class Known:
    """What the study file says, which is public: at which wave a table's people are (``""``: there are no waves), all
    waves, and which variables allow several answers. whole: variables and scales of whole numbers."""

    wave_of: Mapping[str, str]
    waves: tuple[str, ...] = ()
    several: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """One count: who (groups) and which states of the variable; None: people, whatever their state."""

    where: Where
    states: frozenset[str] | None
    value: float
    text: str
    key: Key


@dataclass
class Told:
    """All that is printed of one variable (or of one answer of several)."""

    name: str
    counts: list[Line] = field(default_factory=list)
    percents: list[tuple[Line, Line, str]] = field(default_factory=list)
    moments: dict[Where, dict[str, str]] = field(default_factory=dict)
    none: set[tuple[Where, str]] = field(default_factory=set)
    levels: dict[str, None] = field(default_factory=dict)


def path_of(group: str, known: Known, name: str) -> Where:
    """``wave=6 months;programme=A``; what a table of those followed says of a later wave is a property of the people of
    the first."""
    parts = [] if group == "All" else [p.partition("=")[::2] for p in group.split(";")]
    if parts and parts[-1][0] == "followed":
        parts = [(";".join([*("=".join(p) for p in parts[:-1]), "followed"]), parts[-1][1])]
    wave = known.wave_of.get(name, "")
    if wave and not any(n == "wave" for n, _ in parts):
        parts.append(("wave", wave))
    return frozenset(parts)


def read(published: Published, known: Known) -> dict[str, Told]:
    """Everything that is printed, by variable; under ``""`` how many people there are in a group."""
    told: dict[str, Told] = {"": Told("")}
    for key, (value, text) in published.items():
        kind, name, term, level, group, statistic = key
        if kind in ("participants", "programmes"):
            where = path_of(group, known, name)
            if not term:
                _head(told[""], key, where, path_of("All", known, name), value, text)
            elif term and term not in known.several:
                _participants(told.setdefault(term, Told(term)), published, key, where, path_of("All", known, name))
            elif term in known.several:
                _several(told, published, key, where, path_of("All", known, name))
        elif (kind, name) == ("quality", "missingness") and term not in known.several:
            _missingness(told.setdefault(term, Told(term)), published, key, path_of(group, known, ""))
        elif kind == "scale":
            _scale(told.setdefault(name, Told(name)), key, path_of(group, known, ""), value, text)
        elif kind == "flow" and term == "kept" and statistic == "people" and (known.waves == () or group != "All"):
            told[""].counts.append(Line(path_of(group, known, ""), None, value, text, key))
    _silent(told, published, known)
    return told


ANSWERED, MISSING = "|answered", "|missing"


def _head(heads: Told, key: Key, where: Where, everyone: Where, value: float, text: str) -> None:
    """How many people stand in a column; its denominator and percentage are of all in the table."""
    if key[5] == "percent":
        heads.percents.append((Line(where, None, value, text, key), Line(everyone, None, math.nan, "", key), text))
    elif key[5] in ("n", "denominator"):
        heads.counts.append(Line(where if key[5] == "n" else everyone, None, value, text, key))


def _participants(told: Told, published: Published, key: Key, where: Where, everyone: Where) -> None:
    _, _, _, level, _, statistic = key
    value, text = published[key]
    if statistic in ("mean", "sd", "median", "q1", "q3"):
        told.moments.setdefault(where, {})[statistic] = text
        return
    state = {"Missing": MISSING}.get(level, level)
    by_level = level and (*key[:3], "", key[4], "denominator") not in published  # of the level's people in all groups
    base = (everyone, frozenset({state})) if by_level else (where, frozenset({ANSWERED}))
    if statistic == "denominator":
        told.counts.append(Line(*base, value, text, key))
        return
    if statistic == "missing":
        told.counts.append(Line(where, frozenset({MISSING}), value, text, key))
        return
    if level and level not in REASONS:
        told.levels[level] = None
    if statistic == "n" and level:
        told.counts.append(Line(where, frozenset({state}), value, text, key))
    elif statistic == "percent" and level:
        whole = Line(*base, math.nan, "", key)
        told.percents.append((Line(where, frozenset({state}), value, text, key), whole, text))


def _several(told: dict[str, Told], published: Published, key: Key, where: Where, everyone: Where) -> None:
    """Each answer is a question of its own: chosen or not."""
    kind, name, term, level, group, statistic = key
    every = dict.fromkeys(k[3] for k in published if k[:3] == key[:3] and k[3] and k[3] not in REASONS)
    for answer in [level] if level and level not in REASONS else every:
        one = told.setdefault(f"{term}={answer}", Told(f"{term}={answer}"))
        one.levels |= {answer: None, "|not chosen": None}
        _participants(one, published, key, where, everyone)


def _missingness(told: Told, published: Published, key: Key, where: Where) -> None:
    _, _, _, level, _, statistic = key
    value, text = published[key]
    state = DESIGN.get(level) or (f"{MISSING}:{level}" if level else MISSING)
    asked = None if level in DESIGN else frozenset({ANSWERED, MISSING})
    if statistic == "n":
        told.counts.append(Line(where, frozenset({state}), value, text, key))
    elif statistic == "denominator":
        told.counts.append(Line(where, asked, value, text, key))
    else:
        whole = Line(where, asked, math.nan, "", key)
        told.percents.append((Line(where, frozenset({state}), value, text, key), whole, text))


def _scale(told: Told, key: Key, where: Where, value: float, text: str) -> None:
    _, _, term, level, _, statistic = key
    if statistic in ("mean", "sd", "median", "q1", "q3"):
        told.moments.setdefault(where, {})[statistic] = text
    elif term == "distribution":
        told.levels[f"|bin {level}"] = None
        told.counts.append(Line(where, frozenset({f"|bin {level}"}), value, text, key))
    elif statistic in ("n", "missing"):
        state = MISSING if statistic == "missing" else level or ANSWERED
        told.counts.append(Line(where, frozenset({state}), value, text, key))


def _silent(told: Mapping[str, Told], published: Published, known: Known) -> None:
    """A table prints no line for what does not occur."""
    tables: dict[tuple[str, str, str], set[str]] = {}
    for kind, name, term, level, _, _ in published:
        if kind == "participants" and term:
            tables.setdefault((kind, name, term), set()).add(level)
    for (_, name, term), levels in tables.items():
        here = path_of("All", known, name)
        for each in [t for t in told.values() if t.name == term or t.name.startswith(f"{term}=")]:
            if not any(line.key[1] == name for line in each.counts):
                continue
            for word in REASONS:
                if word not in levels and "" in levels:
                    each.none.add((here, MISSING if word == "Missing" else word))


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
            if not math.isnan(line.value):
                self._rule(self.at(line.where, line.states), 1.0, line.value, line.value)
        for where, state in told.none:
            self._rule(self.at(where, frozenset({state})), 1.0, 0, 0)
        for part, whole, text in [*told.percents, *shares]:
            self._percent(part, whole, text)
        self._moments()
        self.worlds: list[np.ndarray] = []

    def _all_states(self) -> list[str]:
        because = dict.fromkeys(
            s for line in self.told.counts for s in line.states or () if s.startswith(f"{MISSING}:")
        )
        self.bins = [lv for lv in self.told.levels if lv.startswith("|bin ")]
        self.bands = [lv for lv in self.told.levels if lv not in self.bins]
        missing = list(because) or [MISSING]
        if self.bins and self.bands:  # two ways to cut one score: a state for each bin in each band
            inside = [f"{b}|&{c}" for b in self.bins for c in self.bands]
        else:
            inside = self.bins or self.bands or [ANSWERED]
        self.inside, self.missing = inside, missing
        return [*inside, *missing, "Not asked", "Not applicable"]

    def _all_leaves(self, wheres: Iterable[Where], rest: bool) -> list[Where]:
        values: dict[str, dict[str, None]] = {}
        for where in wheres:
            for name, level in sorted(where):
                values.setdefault(name, {})[level] = None
        waves = list(values.pop("wave", {})) or [""]
        waves = [*self.known.waves] if any(waves) and self.known.waves else waves
        made = []
        for number, wave in enumerate(waves):
            names = [n for n in values if number == 0 or not n.endswith(";followed")]
            # a group of several answers overlaps the others: chosen or not
            choices = []
            for n in names:
                if n in self.known.several:
                    choices += [[((n, lv),), ()] for lv in values[n]]
                else:
                    choices.append([((n, lv),) for lv in values[n]] + ([()] if rest else []))
            base = frozenset([("wave", wave)] if wave else [])
            made += [base | {pair for part in picked for pair in part} for picked in itertools.product(*choices)]
        return made

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
        if state in self.inside:
            parts.add(ANSWERED)
        if state in self.missing:
            parts.add(MISSING)
        return bool(parts & asked)

    def _rule(self, cells: np.ndarray, weights: float | np.ndarray, low: float, high: float) -> None:
        self.rows.append((cells, np.broadcast_to(weights, cells.shape), low, high))

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
        """Sums of whole numbers, for each leaf one, and of their squares."""
        if self.told.name not in self.known.whole or not self.told.moments:
            return
        first, second = self.size, self.size + len(self.leaves)
        self.size += 2 * len(self.leaves)
        for where, said in self.told.moments.items():
            mean, sd = _ends(said.get("mean", HIDDEN)), _ends(said.get("sd", HIDDEN))
            if mean is None:
                continue
            n = self.at(where, frozenset({ANSWERED}))
            here = np.array([i for i, leaf in enumerate(self.leaves) if where <= leaf], int)
            both = np.r_[first + here, n]
            self._rule(both, np.r_[np.ones(len(here)), -mean[0] * np.ones(len(n))], 0, np.inf)
            self._rule(both, np.r_[np.ones(len(here)), -mean[1] * np.ones(len(n))], -np.inf, 0)
            if sd is not None:
                low, high = min(abs(mean[0]), abs(mean[1])) if mean[0] * mean[1] > 0 else 0.0, max(map(abs, mean))
                squares = np.r_[second + here, n]
                least, most = max(sd[0], 0.0) ** 2 + low**2, sd[1] ** 2 + high**2  # Q = (n - 1) s^2 + n m^2
                self._rule(
                    squares, np.r_[np.ones(len(here)), -least * np.ones(len(n))], -(max(sd[0], 0.0) ** 2), np.inf
                )
                self._rule(squares, np.r_[np.ones(len(here)), -most * np.ones(len(n))], -np.inf, -(sd[1] ** 2))

    def most(self, cells: np.ndarray, least: float) -> float | None:
        """A number of at least ``least`` that these cells can have together; None where there is none."""
        for world in self.worlds:
            if world[cells].sum() >= least - 1e-6:
                return float(world[cells].sum())
        rows = [*self.rows, (cells, np.ones(len(cells)), least, np.inf)]
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
        limits = LinearConstraint(matrix[:, first], np.array([r[2] for r in rows]), np.array([r[3] for r in rows]))
        bounds = Bounds(np.where(people, 0.0, -np.inf), np.inf)
        for price in (np.zeros(len(first)), np.where(people, 1.0, 0.0)):
            found = milp(price, constraints=limits, bounds=bounds, integrality=np.full(len(first), int(exact)),
                         options={"time_limit": SECONDS})  # fmt: skip
            if found.status != 1 or found.x is not None:
                if found.x is None:
                    return None
                world = np.zeros(self.size)
                world[first] = np.round(found.x) if exact else found.x
                return world
        raise Undecided

    def _told_apart(self, matrix: csc_array) -> np.ndarray:
        """The first of each set of cells that stand in the same rules with the same weights."""
        seen: dict[tuple[bool, bytes, bytes], int] = {}
        for at, (begin, end) in enumerate(itertools.pairwise(matrix.indptr)):
            said = matrix.indices[begin:end].tobytes(), matrix.data[begin:end].tobytes()
            seen.setdefault((at < len(self.cells), *said), at)
        return np.array(list(seen.values()))


def _ends(text: str) -> tuple[float, float] | None:
    """From where to where a printed number may have been rounded."""
    if text in (HIDDEN, "NA", ""):
        return None
    value = float(text.replace("\u2212", "-").replace(",", ""))
    half = 0.5 * 10.0 ** -len(text.partition(".")[2])
    return value - half, value + half
