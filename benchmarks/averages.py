"""Means that are withheld, and those of them that follow from the means and numbers of people that are printed.

It shares no code with ``pipeline.disclosure``: sums add up over groups as people do, and what is the same in every
solution is known.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.printed import Key, Known, Published, Where, path_of

TWO_LARGEST = 0.9


@dataclass
class Group:
    """Those who answered: how many there are, whether that and their mean are printed, whether one or two dominate."""

    key: Key
    n: float
    counted: bool = False
    printed: bool = False
    secret: bool = False


def recovered_means(
    out: Published, truth: pd.DataFrame, known: Known, below: int, dominance: bool
) -> tuple[int, list[str]]:
    """How many means are withheld because of few people (or, by that rule, of those who dominate), and which of them
    are known nevertheless. truth: the unrounded results."""
    attacked, found = 0, []
    for groups in _variables(out, truth, known, below, dominance).values():
        secret = [where for where, group in groups.items() if group.secret and not group.printed]
        attacked += len(secret)
        if secret:
            told = _follows(groups)
            found += [f"{' / '.join(groups[w].key)}: follows from other means" for w in secret if w in told]
    return attacked, found


def _variables(out: Published, truth: pd.DataFrame, known: Known, below: int, dominance: bool
               ) -> Mapping[str, dict[Where, Group]]:  # fmt: skip
    found: dict[str, dict[Where, Group]] = {}
    means = truth[(truth["statistic"] == "mean") & (truth["people"] > 0)]
    means = means[means["kind"].isin(("participants", "scale"))]
    for row in means.itertuples(index=False):
        key: Key = (row.kind, row.name, row.term, row.level, row.group, row.statistic)
        scale = row.kind == "scale"
        where = path_of(row.group, known, "" if scale else row.name, row.name if scale else "")
        group = found.setdefault(row.name if scale else row.term, {}).setdefault(where, Group(key, row.people))
        group.counted |= not math.isnan(out.get((*key[:5], "n" if scale else "denominator"), (math.nan, ""))[0])
        group.printed |= not math.isnan(out[key][0])
        group.secret |= row.people < below or (dominance and _dominated(row))
    return found


def _dominated(row: Any) -> bool:
    """Two people have nine tenths of all, or some value is below 0."""
    total = row.value * row.people
    return math.isnan(row.largest) or row.largest + row.second >= TWO_LARGEST * total


def _follows(groups: Mapping[Where, Group]) -> set[Where]:
    """Whose sum is the same in every solution."""
    free = [w for w, g in groups.items() if not (g.printed and g.counted)]
    rows = []
    for whole, parts in _sums(groups):
        row = [float(w == whole) - float(w in parts) for w in free]
        if any(row):
            rows.append(row)
    if not rows:
        return set()
    held = np.array(rows)
    rank = np.linalg.matrix_rank(held)
    return {w for w, one in zip(free, np.eye(len(free)), strict=True)
            if np.linalg.matrix_rank(np.vstack([held, one])) == rank}  # fmt: skip


def _sums(groups: Mapping[Where, Group]) -> Iterator[tuple[Where, list[Where]]]:
    """Groups and those by the levels of one variable that make them up."""
    for whole, group in groups.items():
        by: dict[str, list[Where]] = {}
        for where in groups:
            if len(where) == len(whole) + 1 and whole < where:
                ((name, _),) = where - whole
                by.setdefault(name, []).append(where)
        yield from ((whole, parts) for parts in by.values() if sum(groups[p].n for p in parts) == group.n)
