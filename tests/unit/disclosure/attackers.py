"""Two attackers who know everything that was printed: an integer programme, and one who tries every table there is.

A world is a table of people by level and by leaf (the finest groups). What is printed are counts of unions of its cells
and percentages of one count by another.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.disclosure import Released
from pipeline.results import Key, Number

MISSING, APART = "Missing", "Not applicable"
Cell = tuple[str, str]
Told = tuple[Number, list[Cell], list[Cell]]
"""A number, what it counts, and for a percentage what of."""


@dataclass(frozen=True)
class World:
    """n: (level, leaf) -> people. groups: path -> its leaves. several: each level is a question of its own."""

    n: Mapping[Cell, int]
    groups: Mapping[str, tuple[str, ...]]
    several: bool = False

    @property
    def levels(self) -> list[str]:
        return [lv for lv in dict.fromkeys(lv for lv, _ in self.n) if lv not in (MISSING, APART)]

    def cells(self, levels: Iterable[str], group: str) -> list[Cell]:
        return [(lv, leaf) for lv in levels for leaf in self.groups[group] if (lv, leaf) in self.n]

    def count(self, levels: Iterable[str], group: str) -> int:
        return sum(self.n[c] for c in self.cells(levels, group))

    def told(self, name: str, term: str = "v", sensitive: bool = False) -> Iterator[Told]:
        """Each number of a participants table, which has no line for what is missing if nobody is."""
        lines = [lv for lv in (MISSING, APART) if any(n for (level, _), n in self.n.items() if level == lv)]
        for group in self.groups:
            everyone = self.cells([*self.levels, *lines], group)
            yield self._number(name, "", "", group, "n", cells=everyone), everyone, []
            answered = self.cells(self.levels, group)
            yield self._number(name, term, "", group, "denominator", cells=answered), answered, []
            for level in lines:
                lost = self.cells([level], group)
                yield self._number(name, term, level, group, "n", cells=lost), lost, []
            for level in self.levels:
                here = self.cells([level], group)
                yield self._number(name, term, level, group, "n", cells=here, sensitive=sensitive), here, []
                base = self._number(name, term, level, group, "denominator", cells=answered, sensitive=sensitive)
                yield base, answered, []
                n, of = self._sum(here), self._sum(answered)
                key = Key("participants", name, term, level, group, "percent")
                yield Number(key, 100 * n / of if of else math.nan, n, None, sensitive), here, answered

    def _sum(self, cells: Iterable[Cell]) -> int:
        return sum(self.n[c] for c in cells)

    def _number(self, *words: str, cells: list[Cell], sensitive: bool = False) -> Number:
        n = self._sum(cells)
        return Number(Key("participants", *words), n, n, None, sensitive)


class Attacker:
    """All whole-number tables that fit what was printed of some numbers. told: (number, its cells, the cells it is a
    percentage of)."""

    def __init__(self, told: Sequence[Told], released: Released):
        known = [(released.text(n.key), part, whole) for n, part, whole in told if not released.withheld(n.key)]
        self.printed = [(text, part, whole) for text, part, whole in known if whole]
        self.counts = [(int(text.replace(",", "")), part) for text, part, whole in known if not whole]
        self.cells = list(dict.fromkeys(c for _, part, whole in told for c in (*part, *whole)))

    def bounds(self, part: list[Cell]) -> tuple[float, float]:
        """The lowest and the highest number that these cells can have together."""
        at = {c: i for i, c in enumerate(self.cells)}
        rows, low, high = [], [], []
        for count, cells in self.counts:
            rows.append(self._row(at, cells))
            low.append(count)
            high.append(count)
        for text, cells, whole in self.printed:
            if text != "NA":  # 200 n 10^d lies from (2P - 1) N to (2P + 1) N - 1
                unit = 10 ** len(text.partition(".")[2])
                p = round(float(text) * unit)
                rows.append(200 * unit * self._row(at, cells) - (2 * p + 1) * self._row(at, whole))
                low.append(-math.inf)
                high.append(-1)
                rows.append(200 * unit * self._row(at, cells) - (2 * p - 1) * self._row(at, whole))
                low.append(0)
                high.append(math.inf)
            else:
                rows.append(self._row(at, whole))
                low.append(0)
                high.append(0)
        if not rows:
            return 0, math.inf
        goal = self._row(at, part)
        rules = LinearConstraint(np.array(rows), low, high)
        ends = [
            milp(sign * goal, constraints=rules, bounds=Bounds(0, np.inf), integrality=np.ones(len(goal)))
            for sign in (1, -1)
        ]
        assert all(e.success or e.status == 3 for e in ends), "the true table must be possible"
        return tuple(e.fun * s if e.success else math.inf * -s for e, s in zip(ends, (1, -1), strict=True))  # type: ignore[return-value]

    def _row(self, at: Mapping[Cell, int], cells: Iterable[Cell]) -> np.ndarray:
        row = np.zeros(len(at))
        for c in cells:
            row[at[c]] += 1
        return row

    def by_hand(self, part: list[Cell], most: Mapping[str, int]) -> tuple[int, int]:
        """The same by trying every table. most: leaf -> its people, which are printed."""
        leaves = list(dict.fromkeys(leaf for _, leaf in self.cells))
        columns = [[c for c in self.cells if c[1] == leaf] for leaf in leaves]
        choices = [[dict(zip(column, n, strict=True)) for n in _splits(most[leaf], len(column))]
                   for leaf, column in zip(leaves, columns, strict=True)]  # fmt: skip
        found = set()
        for chosen in itertools.product(*choices):
            table = {c: n for column in chosen for c, n in column.items()}
            if self._fits(table):
                found.add(sum(table[c] for c in part))
        return min(found), max(found)

    def _fits(self, table: Mapping[Cell, int]) -> bool:
        if any(sum(table[c] for c in cells) != count for count, cells in self.counts):
            return False
        return all(_as_printed(sum(table[c] for c in cells), sum(table[c] for c in whole), text) == text
                   for text, cells, whole in self.printed)  # fmt: skip


def _as_printed(n: int, of: int, like: str) -> str:
    if of == 0:
        return "NA"
    places = len(like.partition(".")[2])
    units = (200 * n * 10**places + of) // (2 * of)
    return f"{units / 10**places:.{places}f}"


def _splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _splits(total - first, parts - 1):
            yield (first, *rest)
