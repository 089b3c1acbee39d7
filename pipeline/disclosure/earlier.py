"""An earlier release of the same study: what the difference between it and this one would tell."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure.behind import CELL, MAGNITUDES
from pipeline.disclosure.facts import Fact, System
from pipeline.disclosure.matched import blocks_of, candidates, few_apart
from pipeline.errors import StageFailed
from pipeline.results import KEY
from pipeline.study import Study
from pipeline.tables.rounding import half_up

ENOUGH = 3
"""Cells that are not the same as those of another table by chance."""
Earlier = Mapping[tuple[str, ...], float]
"""Key -> the value that was released; what was withheld is not in it."""


def earlier_release(data: bytes, file: str) -> Earlier:
    """An earlier ``results.csv``. Raises ``StageFailed`` where the file is none."""
    try:
        rows = csv.DictReader(io.StringIO(data.decode("utf-8")))
    except UnicodeDecodeError:  # a label read wrongly is met by no key of today, and what it held would go unguarded
        raise StageFailed(f"release.previous: {file} is not UTF-8. Take the file as it was released.") from None
    if rows.fieldnames != [*KEY, "value", "text"]:
        raise StageFailed(
            f"release.previous: {file} is no results.csv: its first line must name {', '.join(KEY)}, value, text."
        )
    try:
        return {tuple(row[word] for word in KEY): float(row["value"]) for row in rows if row["value"]}
    except (TypeError, ValueError):
        raise StageFailed(f"release.previous: {file} has a value that is no number.") from None


def isolating(
    frame: pd.DataFrame, earlier: Earlier, counts: Sequence[str], below: int, study: Study | None = None
) -> dict[int, int]:
    """Rows whose count differs by 1 to below - 1 people from an earlier one that may be of the same people, whatever
    its table or level was called (``matched``) -> what must seem possible now."""
    keys = list(frame[KEY].itertuples(index=False, name=None))
    rows = dict(zip(keys, frame.index, strict=True))
    now = blocks_of(dict(zip(keys, frame["value"], strict=True)), counts)
    before = blocks_of(earlier, counts)
    found: dict[int, int] = {}
    for block, cells in now.items():
        others = candidates(block, now, before, study)
        if len(cells) >= ENOUGH and any(before[other] == cells for other in others):
            continue  # printed before, cell by cell
        for other in others:
            for (level, group), least in few_apart(cells, before[other], below):
                at = int(rows[block.kind, block.name, block.term, level, group, block.statistic])
                found[at] = max(round(least), found.get(at, 0))
    return found


def ask(systems: Sequence[System], few: Mapping[int, int]) -> set[int]:
    """Make the systems look for another table in which so many came (or left) that nobody is alone; the rows of which
    no system can."""
    known: set[int] = set()
    for system in systems:
        for fact, rows in system.rows.items():
            least = max((few[r] for r in rows if r in few), default=0)
            if least and (fact not in system.given or not system.term):
                known |= set(rows)
                system.needed[fact] = max(least, system.needed.get(fact, 0))
    return set(few) - known


def means_of_few(
    frame: pd.DataFrame, few: Mapping[int, int], earlier: Earlier, decimals: Sequence[float]
) -> np.ndarray:
    """Means and quantiles whose number of people differs from the earlier one by few: the few's own would follow. So
    they would where another mean was released without its number of people, of which nobody knows how it differs."""
    n = frame.loc[list(few)]
    n = n[(n["level"] == "") & n["statistic"].isin(("n", "denominator"))]
    cells = pd.MultiIndex.from_frame(frame[CELL])
    here = cells.isin(pd.MultiIndex.from_frame(n[CELL])) if len(n) else np.zeros(len(frame), bool)
    counted = {words[:5] for words in earlier if words[5] in ("n", "denominator")}
    names = {words[:2] for words in earlier}
    uncounted: dict[tuple[str, ...], set[float]] = {}
    for words, value in earlier.items():
        if words[5] in MAGNITUDES and words[:5] not in counted:
            for name in (words[1], ""):  # "": what a table that is new may have been called
                uncounted.setdefault((words[0], name, *words[2:]), set()).add(value)
    rows = zip(frame[KEY].itertuples(index=False, name=None), frame["value"], decimals, strict=True)
    alone = []
    for words, value, places in rows:
        was = uncounted.get(words if words[:2] in names else (words[0], "", *words[2:]), set())
        alone.append(bool(was - {half_up(value, int(places))}))
    return np.asarray((here | np.array(alone, bool)) & frame["statistic"].isin(MAGNITUDES))


def printed_before(frame: pd.DataFrame, systems: Sequence[System], earlier: Earlier) -> None:
    """Tell the systems what was printed of a count under its own name and is not less now. Where people only come, it
    can't have been less in between: a table in which it is would fit this release and not both, as where another
    count of its line was withheld then and is not needed now."""
    keys = list(frame[KEY].itertuples(index=False, name=None))
    found: dict[Fact, int] = {}
    for system in systems:
        for fact, rows in system.rows.items():
            told = [round(earlier[keys[row]]) for row in rows if keys[row] in earlier and keys[row][5] != "percent"]
            found[fact] = max([found.get(fact, 0), *(n for n in told if n <= fact.n)])
    for system in systems:
        told_of = {f: None for whole, parts in system.sums for f in (whole, *parts)} | dict.fromkeys(system.rows)
        system.floor |= {fact: found[fact] for fact in told_of if found.get(fact)}
