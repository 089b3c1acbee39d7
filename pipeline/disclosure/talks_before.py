"""Interviews beside an earlier release: numbers that stand on few people more, or fewer, however far apart they are.

Counts of people and of documents are held against earlier ones as those of any table (``earlier``). One person may
bring many passages, so a count of these that has changed says nothing of few only where the people behind it are told
both times. Agreement and saturation are made of all interviews: of few more, what has changed is these few's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.disclosure.coded_trees import PAIRED
from pipeline.disclosure.earlier import Earlier
from pipeline.disclosure.text import as_printed
from pipeline.results import KEY
from pipeline.study import Study
from pipeline.study.format import CODED
from pipeline.themes import agreed, saturated
from pipeline.themes.theme_counts import ALONE, KIND, SEGMENTS

PEOPLE = {KIND: "n", "flow": "people"}
"""Kind -> the statistic that says how many people are behind its passages."""
COUNTED = {agreed.KIND: (agreed.DOCUMENTS, ("n", "denominator")), saturated.KIND: (saturated.INTERVIEWS, ("n",))}
"""Kind -> the term and statistics that say of how many interviews it is."""
Cell = tuple[str, str, str]


def passages(frame: pd.DataFrame, earlier: Earlier, below: int, study: Study | None) -> dict[int, int]:
    """Rows of passages that are not as many as an earlier table printed of the same theme or code in the same column,
    unless it is told both times that ``below`` people more, or fewer, are behind them -> what must seem possible."""
    before = {words: value for words, value in earlier.items() if words[0] in PEOPLE}
    rows = [(int(at), tuple(words), float(value)) for at, value, *words in
            frame.loc[frame["kind"].isin(PEOPLE), ["value", *KEY]].itertuples(name=None)]  # fmt: skip
    people_now, people_before = ({(*_line(words), value) for words, value in some if words[5] == PEOPLE[words[0]]}
                                 for some in ([r[1:] for r in rows], before.items()))  # fmt: skip
    were: dict[tuple[str, ...], list[float]] = {}
    for words, value in before.items():
        were.setdefault((words[0], *words[2:]), []).append(value)
    found = {}
    for at, words, value in rows:
        told = [was for was in were.get((words[0], *words[2:]), ()) if was != value]
        if told and _of_passages(words, study) and not _many(words, people_now, people_before, below):
            found[at] = round(max(value, *told)) + below
    return found


def _of_passages(words: tuple[str, ...], study: Study | None) -> bool:
    if words[0] == "flow" and words[1] != CODED:
        return False
    if words[5] in PAIRED:
        spec = study.interviews.tables.get(words[1]) if study is not None and study.interviews is not None else None
        return spec is None or spec.cooccurrence != "document"
    return words[5] == SEGMENTS


def _line(words: tuple[str, ...]) -> Cell:
    """The theme, code or step, and the column."""
    return words[0], f"{words[2]}|{words[3]}" if words[0] == "flow" else words[3], words[4]


def _many(words: tuple[str, ...], now: set[tuple[str, str, str, float]], before: set[tuple[str, str, str, float]],
          below: int) -> bool:  # fmt: skip
    """Whether the people of a line are told both times, and are ``below`` more or fewer; of two themes together, and of
    what no one in particular said, nothing tells how many they are."""
    kind, level, group = _line(words) if words[5] != "n1" else (words[0], words[2], words[4])
    if words[5] == "n12" or words[2] == ALONE:
        return False
    ends = ([n for *line, n in some if line == [kind, level, group]] for some in (now, before))
    here, there = (max(each, default=None) for each in ends)
    return here is not None and there is not None and abs(here - there) >= below


def of_few_more(frame: pd.DataFrame, earlier: Earlier, decimals: np.ndarray, below: int) -> np.ndarray:
    """For every row of a results frame: is it of agreement or saturation, and not as it was released when it was made
    of few interviews more or fewer (or of how many nobody was told)?"""
    gone = np.zeros(len(frame), bool)
    names = {words[:2] for words in earlier if words[0] in COUNTED}
    for kind, name in sorted(names):
        here = frame[(frame["kind"] == kind) & (frame["name"] == name)]
        if any(_few(here, earlier, (kind, name), below)):
            each = zip(here[KEY].itertuples(index=False, name=None), here["value"], decimals[here.index], strict=True)
            gone[here.index[[_changed(earlier.get(words), words[5], value, d) for words, value, d in each]]] = True
    return gone


def _changed(was: float | None, statistic: str, value: float, decimals: float) -> bool:
    """A number that does not exist (saturation that was not reached) is the same where there was none before."""
    return was is not None if math.isnan(value) else was != as_printed(statistic, value, decimals)[0]


def _few(here: pd.DataFrame, earlier: Earlier, which: tuple[str, str], below: int) -> Iterator[bool]:
    term, statistics = COUNTED[which[0]]
    for statistic in statistics:
        now = here.loc[(here["term"] == term) & (here["statistic"] == statistic), "value"]
        was = earlier.get((*which, term, "", "All", statistic))
        yield from (was is None or 0 < abs(float(n) - was) < below for n in now)

