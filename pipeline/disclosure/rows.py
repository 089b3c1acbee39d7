"""Rows of results that are counts or percentages."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.results import KEY

COUNTED = ("n", "denominator", "missing", "percent", "rows", "people")
OF_INTERVIEWS = ("documents", "segments", "n1", "n2", "n12")
SAME = 1e-9
MOMENTS = ("mean", "sd", "median", "q1", "q3")


class Told(NamedTuple):
    """A row of results that is a count or a percentage, or a moment (or quartile) of a group."""

    at: int
    kind: str
    name: str
    term: str
    level: str
    group: str
    statistic: str
    value: float
    people: float
    decimals: int
    sensitive: bool


def rows_of(frame: pd.DataFrame, decimals: np.ndarray) -> list[Told]:
    """The rows that the systems of facts are made of; ``decimals`` as printed, one a row of the frame."""
    places = decimals.astype(int).tolist()
    columns = [*(frame[c].tolist() for c in (*KEY, "value", "people")), places, frame["sensitive"].tolist()]
    rows = (Told(*row) for row in zip(range(len(frame)), *columns, strict=True))
    alike = alike_in(frame)
    rows = (_plain(r) if (r.kind, r.name, r.group) in alike else r for r in rows)
    return [row for row in rows if not math.isnan(row.value) and (
        row.statistic in (*COUNTED, *OF_INTERVIEWS)
        or (row.statistic in MOMENTS and row.kind in ("participants", "scale"))
        or (row.statistic == "events" and row.kind == "model"))]  # fmt: skip


def _plain(row: Told) -> Told:
    statistic = row.statistic.removeprefix("weighted_")
    return row._replace(statistic=statistic) if statistic in MOMENTS else row


def alike_in(frame: pd.DataFrame) -> set[tuple[str, str, str]]:
    """Kind, name and group of people whose weights are all the same: their weighted moments are moments."""
    held = frame[frame["statistic"] == "effective_n"]
    held = held[held["value"] > held["people"] * (1 - SAME)]
    return set(held[["kind", "name", "group"]].itertuples(index=False, name=None))
