"""Rows of a survey tool that are nobody's answers, or not whole ones: previews, tests, surveys that were broken off.

A preview is told from what the tool itself wrote beside the answers; its row looks like anyone else's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from pipeline.cleaning.guess_words import no_answer
from pipeline.cleaning.ledger import RuleLine
from pipeline.intake.cells import Cells
from pipeline.intake.shape import totals

TRIED = "rows that the survey tool marks as previews or tests, and nothing leaves them out"
BROKEN_OFF = "rows of surveys that were not finished"
TOTAL = "rows at the end that look like totals or remarks"
_BESIDE = {"ResponseId", "ResponseID", "RecordedDate", "DistributionChannel"}
"""``Status`` and ``Finished`` are Qualtrics' own where one of these stands beside them; elsewhere they may be a
question."""
_STATUS = {
    "1": "Survey Preview",
    "2": "Survey Test",
    "9": "Survey Preview Spam",
    "17": "Offline Survey Preview",
    "256": "Synthetic",
}
"""Codes and labels of Qualtrics' Response Type that no participant has."""
_TRIED = {
    "Status": frozenset({*_STATUS, *(label.casefold() for label in _STATUS.values())}),
    "DistributionChannel": frozenset({"preview", "test"}),
}
_NOT_FINISHED = frozenset({"0", "false"})
_LIMESURVEY = (({"lastpage", "startlanguage"}, "submitdate"), ({"Last page", "Start language"}, "Date submitted"))
"""LimeSurvey has no mark of a preview; a survey that was broken off has no date at which it was sent."""
_REDCAP_FORM = re.compile(r".+_complete")
_INCOMPLETE = frozenset({"0", "incomplete"})
"""REDCap marks each form; a record of tries carries no mark."""

_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")
_FEWEST, _FEW_COLUMNS = 5, 3
"""Fewer rows, or fewer columns of numbers, tell no wordings from answers."""


def _qualtrics(text: pd.DataFrame) -> bool:
    return bool(_BESIDE & set(text.columns))


def tried(text: pd.DataFrame) -> dict[str, list[str]]:
    """Column -> what it holds in rows that are previews or tests. The second column only for rows that the first does
    not mark, because either alone leaves a row out."""
    found, rest = dict[str, list[str]](), text
    for column, marks in _TRIED.items() if _qualtrics(text) else ():
        if column in rest and (hit := _holds(rest[column], marks)).any():
            found[column], rest = list(rest[column][hit].str.strip().unique()), rest[~hit]
    return found


def tries(text: pd.DataFrame) -> np.ndarray:
    """A mask: rows that are previews or tests."""
    hits = [_holds(text[column], frozenset(map(str.casefold, held))) for column, held in tried(text).items()]
    return np.any(hits, axis=0) if hits else np.zeros(len(text), dtype=bool)


def broken_off(text: pd.DataFrame) -> tuple[str, np.ndarray]:
    """(the columns that say so, a mask of rows whose survey was not finished); ``""`` where the tool says nothing."""
    if _qualtrics(text) and "Finished" in text:
        return "Finished", _holds(text["Finished"], _NOT_FINISHED)
    for beside, sent in _LIMESURVEY:
        if sent in text and beside & set(text.columns):
            return sent, (text[sent].str.strip() == "").to_numpy(dtype=bool)
    forms = [c for c in text.columns if _REDCAP_FORM.fullmatch(c)] if "record_id" in text else []
    if forms:
        return ", ".join(forms), np.any([_holds(text[c], _INCOMPLETE) for c in forms], axis=0)
    return "", np.zeros(len(text), dtype=bool)


def second_header(text: pd.DataFrame) -> int:
    """How many rows below the names hold wordings: 1 where words stand in the first row of most columns that hold
    numbers below it, else 0."""
    if len(text) <= _FEWEST:
        return 0
    words = numbers = 0
    for column in text.columns:
        first, below = text[column].iloc[0].strip(), text[column].iloc[1:].str.strip()
        filled = below[below != ""]
        if len(filled) >= _FEWEST and filled.str.fullmatch(_NUMBER).all():
            numbers += 1
            words += bool(first) and not _NUMBER.fullmatch(first) and not no_answer(first)
    return int(words >= _FEW_COLUMNS and words > numbers / 2)


def _holds(column: pd.Series, marks: frozenset[str]) -> np.ndarray:
    return column.str.strip().str.casefold().isin(marks).to_numpy(dtype=bool)


def counted(cells: Mapping[str, Cells], kept: Mapping[str, np.ndarray]) -> Iterator[RuleLine]:
    """A line a table and doubt, where some of the rows that were kept are such. kept: table -> a mask of its rows."""
    masks: tuple[tuple[str, Callable[[pd.DataFrame], np.ndarray]], ...]
    masks = ((TRIED, tries), (BROKEN_OFF, lambda text: broken_off(text)[1]), (TOTAL, totals))
    for table, found in cells.items():
        for rule, mask in masks:
            if n := int(mask(found.text)[kept[table]].sum()):
                yield RuleLine(table, "", rule, n)
