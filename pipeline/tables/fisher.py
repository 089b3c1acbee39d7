"""Fisher's exact test for tables of any size (Freeman & Halton 1951, Biometrika 38, 141-149).

Every table with the same margins counts that is no more probable than the one seen. They are counted column by column
over the totals that the rows have left, and a branch is closed as soon as its bounds say that all or none of its tables
count (Mehta & Patel 1983, J Am Stat Assoc 78, 427-434).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

MOST = 150_000
"""Steps after which the table counts as too large: about a second."""

SAME = 1e-7
"""Probabilities that differ by less than this share are the same, as in R's ``fisher.test``."""

Totals: TypeAlias = tuple[int, ...]


class TooLarge(Exception):
    """The table has more companions than can be counted in a second or so."""


def fisher(counts: NDArray[np.intp]) -> float:
    """P value of a table of counts (rows, columns), margins fixed. Raises ``TooLarge``."""
    table = np.asarray(counts)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape, default=0) < 2:
        return 1.0
    if table.shape[0] > table.shape[1]:  # fewer totals to remember
        table = table.T
    columns = sorted((int(c) for c in table.sum(axis=0)), reverse=True)
    rows = tuple(sorted(int(r) for r in table.sum(axis=1)))
    seen = -_logs(tuple(table.ravel().tolist())) + SAME
    return min(1.0, _Network(tuple(columns), _total(rows, tuple(columns))).tail(rows, seen))


def _total(rows: Totals, columns: Totals) -> float:
    """Log of the sum over all tables with these margins of ``1 / product of x!``."""
    return math.lgamma(sum(rows) + 1) - _logs(rows) - _logs(columns)


def _logs(counts: Totals) -> float:
    """``sum log x!``"""
    return sum(math.lgamma(x + 1) for x in counts)


class _Network:
    """Nodes are what rows have left (sorted) before a column; the cost of a step is ``-sum log x!`` of its column.

    every: log of the sum over all tables. Probabilities are summed, not their parts: these underflow at 200 people.
    """

    def __init__(self, columns: Totals, every: float):
        self.columns, self.every = columns, every
        self.steps = 0
        self.ends = lru_cache(maxsize=None)(self._ends)
        self.onward = lru_cache(maxsize=None)(self._onward)

    def tail(self, rows: Totals, seen: float) -> float:
        """The share of the tables whose log of ``1 / product of x!`` is at most ``seen``."""
        found = 0.0
        here = {rows: {0.0: 1.0}}
        for at in range(len(self.columns)):
            after: dict[Totals, dict[float, float]] = {}
            for node, pasts in here.items():
                low, high = self.ends(node, at)
                rest = _total(node, self.columns[at:])
                for past, ways in pasts.items():
                    if past + high <= seen:
                        found += ways * math.exp(past + rest - self.every)
                    elif past + low <= seen:
                        for target, cost in self.onward(node, at):
                            self._count()
                            held = after.setdefault(target, {})
                            way = round(past + cost, 9)
                            held[way] = held.get(way, 0.0) + ways
            here = after
        ends = [(past, ways) for pasts in here.values() for past, ways in pasts.items() if past <= seen]
        return found + sum(ways * math.exp(past - self.every) for past, ways in ends)

    def _ends(self, node: Totals, at: int) -> tuple[float, float]:
        """Bounds of the costs from a node to the end: all of a row in one cell, or spread evenly (log x! is convex)."""
        left = self.columns[at:]
        whole = max(-_logs(node), -_logs(left))
        even = [len(by) * sum(math.lgamma(x / len(by) + 1) for x in of) for of, by in ((node, left), (left, node))]
        return whole, -max(even)

    def _onward(self, node: Totals, at: int) -> tuple[tuple[Totals, float], ...]:
        if at == len(self.columns) - 1:
            return ((tuple(0 for _ in node), -_logs(node)),)
        found = []
        for taken in self._taken(node, self.columns[at]):
            self._count()
            left = tuple(sorted(r - x for r, x in zip(node, taken, strict=True)))
            found.append((left, -_logs(taken)))
        return tuple(found)

    def _taken(self, node: Totals, total: int) -> Iterator[Totals]:
        """Every way of taking ``total`` from the rows."""
        first, rest = node[0], node[1:]
        if not rest:
            if total <= first:
                yield (total,)
            return
        for x in range(max(0, total - sum(rest)), min(first, total) + 1):
            for others in self._taken(rest, total - x):
                yield (x, *others)

    def _count(self) -> None:
        self.steps += 1
        if self.steps > MOST:
            raise TooLarge
