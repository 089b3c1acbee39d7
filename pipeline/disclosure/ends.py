"""That many have the lowest or highest possible score of a scale: said, or not said, where it tells of no few.

How many they are is a count at the end of a range, which gives cells back, and is not printed. Whether they are more
than 15 in 100 is an inequality for it. It is shown where 15 in 100 are at least as many as a rule asks for, so that
neither answer says that they are few; where every other table that protects a small number has the same answer, so that
it takes none of them away; and not where counts are rounded, for it would tell which count it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure.boxes import Boxes
from pipeline.disclosure.facts import ANSWERED, Fact
from pipeline.disclosure.groups import apart
from pipeline.disclosure.scores import WITHIN
from pipeline.disclosure.sheet import Sheet
from pipeline.instruments.told import ENDS, MANY_IN_100
from pipeline.results import Key

FLOOR, CEILING = "floor", "ceiling"


def of_ends(frame: pd.DataFrame, smallest: int, rounded: bool) -> np.ndarray:
    """Rows that are withheld whatever the tables say."""
    ours = ((frame["kind"] == "quality") & (frame["name"] == ENDS)).to_numpy()
    few = (np.floor(MANY_IN_100 * frame["people"] / 100) < smallest).to_numpy()
    return ours & (few | rounded)


def many_at_ends(frame: pd.DataFrame, sheets: Sequence[Sheet], hidden: np.ndarray) -> Iterator[Boxes]:
    """What each answer says of the bins and bands that hold the end: who is in them less 15 in 100 of all with a score.
    One that has the end alone is held from both sides, one with other scores, too, is at least as many."""
    terms = {sheet.term: sheet for sheet in sheets if sheet.term}
    rows = frame[(frame["kind"] == "quality") & (frame["name"] == ENDS)]
    for row, *words, value in rows[["kind", "name", "term", "level", "group", "statistic", "value"]].itertuples():
        key, sheet = Key(*words), terms.get(words[2])
        group = apart(key.group)
        if hidden[row] or sheet is None or ANSWERED not in sheet.spans:
            continue
        limits = sheet.spans[ANSWERED]
        end = limits.low if key.statistic == FLOOR else limits.high
        for role, span in sheet.spans.items():
            if role == ANSWERED or not span.low - WITHIN <= end <= span.high + WITHIN or sheet.get(role, group) is None:
                continue
            weights: dict[Fact, float] = {sheet.fact(role, group): 100.0, sheet.fact(ANSWERED, group): -MANY_IN_100}
            if value == 1:
                yield Boxes(weights, 1.0, math.inf, (row,))
            elif span.high - span.low <= WITHIN:
                yield Boxes(weights, -math.inf, 0.0, (row,))
