"""Rules that round counts: what stays of a count, of the totals that it is a part of, and of percentages.

A total is the sum of its cells as they are printed (OpenSAFELY's guidance on disclosure control: redact, then round,
then add up), in each table by itself. Where one of its cells is withheld, or where the cells are not all there is, the
total is rounded by itself: the sum of the others would be the number of nobody. Either way it is made from numbers that
would be safe to print exactly (``small.withheld`` looks at exact ones), and what is made from safe numbers is safe.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from pipeline.disclosure.behind import CELL, MODELS
from pipeline.disclosure.facts import DESIGN
from pipeline.disclosure.groups import Conditions, apart, families, together
from pipeline.results import ALL, MISSING_LEVEL
from pipeline.study import Study

COUNTS = (
    "n", "missing", "denominator", "people", "rows", "events", "pairs", "without_cluster", "documents", "segments",
    "n1", "n2", "n12",
)  # fmt: skip
TABLES = ("participants", "programmes")
WHOLE = {"participants": "denominator", "programmes": "denominator", "scale": "n", "quality": "n"}
"""Which number of a variable is the sum of its levels."""
REASONS = (MISSING_LEVEL, *DESIGN, *DESIGN.values())
"""How the levels begin that are no answers."""
Round = Callable[[float], float]


def rounded_counts(
    frame: pd.DataFrame, by: Round, hidden: np.ndarray, totals: bool, study: Study | None = None
) -> np.ndarray:
    """Counts as the rule rounds them, totals from these, and percentages made anew from both.

    hidden: rows that are withheld. totals: whether they are sums of rounded cells. study: says which clusters are
    people; without it all may be.
    """
    values = frame["value"].to_numpy().copy()
    counts = frame["statistic"].isin(COUNTS) | clusters_of_people(frame, study)
    counted = (counts & frame["people"].notna() & frame["value"].notna()).to_numpy()
    values[counted] = [by(v) for v in values[counted]]
    if totals:
        _add_up(frame, values, counted & ~hidden)
    _percentages(frame, values)
    return values


def clusters_of_people(frame: pd.DataFrame, study: Study | None) -> pd.Series:
    """Numbers of clusters that are people, who were randomised with those whom they bring, or have several rows."""
    clusters = frame["statistic"] == "clusters"
    if study is None:
        return clusters
    ids = {column for source in study.sources.values() if source.unit == "people" and len(source.id) == 1
           for column in source.id if column not in study.variables}  # fmt: skip
    own = {name: spec.cluster or "" for name, spec in study.models.items() if spec.cluster or spec.waves}
    design = study.design.cluster or ""
    named = [own.get(name, design) if kind in MODELS else design for kind, name in zip(frame["kind"], frame["name"],
                                                                                      strict=True)]  # fmt: skip
    return clusters & np.array([name in ids or not name for name in named], dtype=bool)


def _add_up(frame: pd.DataFrame, values: np.ndarray, shown: np.ndarray) -> None:
    """Levels over groups, then levels in each group, then over groups what has no levels of its own."""
    exact = frame["value"].to_numpy()
    for (kind, *_), table in frame[frame["kind"].isin(WHOLE)].groupby(CELL[:3], sort=False):
        line = table["level"] == ""
        found: dict[int, float] = {}
        for whole, parts in (*_of_groups(table[~line], kind), *_of_levels(table, kind), *_of_groups(table[line], kind)):
            if whole not in found and shown[[whole, *parts]].all() and exact[parts].sum() == exact[whole]:
                found[whole] = values[whole] = values[parts].sum()
        _bases(table, exact, values, shown)


def _of_groups(table: pd.DataFrame, kind: str) -> Iterator[tuple[int, list[int]]]:
    """A number of everyone and the same number of each group, the finest groups first."""
    split = together if kind in TABLES else apart
    for (level, statistic), line in table.groupby(["level", "statistic"], sort=False):
        if statistic in COUNTS and not (level and statistic == "denominator"):
            at = {split(group): int(row) for row, group in zip(line.index, line["group"], strict=True)}
            for (parent, _), members in sorted(families(at).items(), key=_finest):
                if parent in at:
                    yield at[parent], [at[m] for m in members]


def _finest(family: tuple[tuple[Conditions, str], list[Conditions]]) -> tuple[int, list[tuple[str, str]], str]:
    (parent, name), _ = family
    return -len(parent), sorted(parent), name


def _of_levels(table: pd.DataFrame, kind: str) -> Iterator[tuple[int, list[int]]]:
    """Those who answered, and the levels of a variable or the reasons for missing answers."""
    for _, here in table.groupby("group", sort=False):
        at = {(level, s): int(row) for row, level, s in zip(here.index, here["level"], here["statistic"], strict=True)}
        levels = [row for (level, s), row in at.items() if s == "n" and level and not level.startswith(REASONS)]
        whole = at.get(("", WHOLE[kind]))
        if whole is not None and levels:
            yield whole, levels


def _bases(table: pd.DataFrame, exact: np.ndarray, values: np.ndarray, shown: np.ndarray) -> None:
    """What a level's percentage is of: the answers of its column, the level's in all columns, or everyone's; printed
    as these are."""
    at = dict(zip(table[["level", "group", "statistic"]].itertuples(index=False, name=None), table.index, strict=True))
    for (level, group, statistic), row in at.items():
        if statistic == "denominator" and level:
            places = (("", group, "denominator"), (level, ALL, "n"), ("", ALL, "denominator"))
            same = [at[p] for p in places if p in at and shown[[row, at[p]]].all() and exact[at[p]] == exact[row]]
            if same:
                values[row] = values[same[0]]


def _percentages(frame: pd.DataFrame, values: np.ndarray) -> None:
    """From the rounded numbers; never above 100, which rounding by itself could make of nearly all."""
    cells = list(frame[CELL].itertuples(index=False, name=None))
    known = dict(zip(zip(cells, frame["statistic"], strict=True), values, strict=True))
    for i in np.flatnonzero((frame["statistic"] == "percent").to_numpy()):
        n, base = known.get((cells[i], "n"), math.nan), known.get((cells[i], "denominator"), math.nan)
        values[i] = min(100 * n / base, 100.0) if base and base > 0 else math.nan
