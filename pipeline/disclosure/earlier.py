"""An earlier release of the same study: what the difference between it and this one would tell."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure.behind import CELL, MAGNITUDES
from pipeline.disclosure.facts import System
from pipeline.errors import StageFailed
from pipeline.results import KEY
from pipeline.tables.rounding import half_up

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


def isolating(frame: pd.DataFrame, earlier: Earlier, counts: Sequence[str], below: int) -> dict[int, int]:
    """Rows whose count differs from the earlier one by 1 to below - 1 people -> what must seem possible now."""
    found = {}
    for at, words, value in zip(
        frame.index, frame[KEY].itertuples(index=False, name=None), frame["value"], strict=True
    ):
        before = earlier.get(words, math.nan)
        if words[5] in counts and 0 < abs(value - before) < below:
            found[int(at)] = round(before) + below
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
    rows = zip(frame[KEY].itertuples(index=False, name=None), frame["value"], decimals, strict=True)
    alone = [
        words in earlier and words[:5] not in counted and earlier[words] != half_up(value, int(places))
        for words, value, places in rows
    ]
    return np.asarray((here | np.array(alone, bool)) & frame["statistic"].isin(MAGNITUDES))
