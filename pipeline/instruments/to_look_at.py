"""How many gave an answer that somebody must look at, whatever their score is: a count apart from every total."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from pipeline.instruments.card import Flag
from pipeline.results import ALL, Key, Number
from pipeline.study.words import NOT_APPLICABLE, NOT_ASKED

TO_LOOK_AT = "to_look_at"


def to_look_at(points: pd.DataFrame, flags: Mapping[str, Flag]) -> pd.DataFrame:
    """Rows by flagged items: whether the answer is one that somebody must look at. points: of each item."""
    return pd.DataFrame({item: points[item] > flag.above for item, flag in flags.items()}, index=points.index)


def to_look_at_told(name: str, given: pd.DataFrame, reasons: pd.Series, waves: pd.Series) -> Iterator[Number]:
    """Statistic ``n`` of each item (the level) of a scale (the term), of everyone or wave by wave.

    given: as ``to_look_at``. reasons: why a score is missing, for all who were asked are what it is of. Whoever did
    not answer was asked and is not among these. The number stands on those who gave such an answer, or on all others
    who were asked if these are fewer: either is a small number of people (``disclosure.to_look_at``).
    """
    asked = ~reasons.isin((NOT_ASKED, NOT_APPLICABLE))
    groups = {f"wave={w}": waves == w for w in waves.unique() if w} or {ALL: waves.notna()}
    for group, here in groups.items():
        for item in given:
            n, of = int(given.loc[here, item].sum()), int(asked[here].sum())
            if of:
                yield Number(Key("quality", TO_LOOK_AT, name, str(item), group), n, min(n, of - n), 0)
