"""How each two items of a scale go together: for the analyst, and in print by the release rule ``none`` alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.instruments.reliability import inter_item
from pipeline.results import ALL, Key, Number

CORRELATION = "correlation"
CORRELATIONS = ["scale", "wave", "item", "other", "people", CORRELATION]


def pairs_of(name: str, points: pd.DataFrame, waves: pd.Series) -> pd.DataFrame:
    """Columns ``CORRELATIONS``: each item with each before it, of everyone (``wave`` empty) or wave by wave."""
    parts = {str(w): points[waves == w] for w in waves.unique() if w} or {"": points}
    rows: list[tuple[str, str, str, str, int, float]] = []
    for wave, part in parts.items():
        matrix, complete = inter_item(part).to_numpy(), len(part.dropna())
        for at, other in zip(*np.tril_indices(len(matrix), -1), strict=True):
            pair = str(points.columns[at]), str(points.columns[other])
            rows.append((name, wave, *pair, complete, float(matrix[at, other])))
    return pd.DataFrame(rows, columns=CORRELATIONS)


def pairs_told(pairs: pd.DataFrame) -> Iterator[Number]:
    """Of an item (the term) and one before it (the level)."""
    for scale, wave, item, other, people, value in pairs.itertuples(index=False):
        group = f"wave={wave}" if wave else ALL
        yield Number(Key("reliability", scale, item, other, group, CORRELATION), value, people, 2)
