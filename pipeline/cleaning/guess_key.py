"""Which column of an export names its rows, and which their wave."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from pipeline.cleaning.scalars import printable
from pipeline.errors import Mistakes, closest
from pipeline.intake.cells import Cells

_MOST_WAVES = 12
_MOST_AGAIN = 0.1
"""Of an id that repeats in more rows than this share, some column must tell the times apart."""
_ID_WORDS = "id|ptid|pid|participant|respondent|record|record_id|responseid|case|nr|no|lbnr|løbenr|number"
ID_COLUMN = re.compile(rf"(^|[_ ])({_ID_WORDS})([_ ]|$)|.*(id|nr)$", re.I)
_WAVE = re.compile(r"wave|timepoint|time_point|visit|redcap_event_name|occasion|bølge|boelge|måling|welle", re.I)
_NO_ID = r"\d{4}-\d{2}-\d{2}.*|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*|\d{1,2}:\d{2}.*|[-−]?\d*[.,]\d+|.{41,}"
"""Dates, times, decimals and long texts name no row."""
SYSTEM = {
    "StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
    "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude",
    "LocationLongitude", "DistributionChannel", "UserLanguage",
}  # fmt: skip
"""Columns that a survey tool adds."""
_ROW_ID = re.compile(r"response[ _.]?id", re.I)
"""A survey tool's name of a row: a person who answers three times has three of them."""
_TOOLS = (
    (("id",), {"submitdate", "lastpage", "startlanguage", "Date submitted", "Last page", "Start language"}),
    (("ID",), {"Start time", "Completion time"}),
    (("_id", "_uuid"), {"_submission_time", "_submitted_by", "_index"}),
)
"""LimeSurvey, Microsoft Forms, KoboToolbox: their names of a row, where two of the columns beside them stand there.
LimeSurvey's ``token`` names people."""
_PERSON = re.compile(
    r"((participant|respondent|person|personal|patient|client|member|study|unique|deltager|deltaker)s?[ _.-]?)?"
    r"(code|kode|token)",
    re.I,
)
"""Columns that name people, though they are called no id."""
_CODE = re.compile(r"codes?|kode[nr]?", re.I)
"""What a table of coded passages calls its codes."""
_RECORD = "record_id"
"""REDCap's name of a person, who may have several rows; no other id of such a file is one."""
GROUP = re.compile(
    r"group|grupp|program|(?:^|[_ ])(?:site|sted|arm|center|centre|senter|clinic|klinikk|team|ward|avdeling|school"
    r"|skole|cluster|treatment)(?:[_ ]|$)",
    re.I,
)
"""Columns that name what people are part of."""


@dataclass(frozen=True)
class RowKey:
    """id: the id column. wave: the wave column, None where there is one wave. twice: whether some rows share both.

    guessed: whether the wave column was found by what stands in it, and not by its name.
    """

    id: str
    wave: str | None = None
    twice: bool = False
    guessed: bool = False


def key_of(cells: Cells, known_id: str = "", known_wave: str = "") -> RowKey:
    """What tells the rows apart: by the columns' names, else a pair of an id and a column of few values.

    A survey tool's name of a row is an id of people only where no column names people who come back.
    known_id, known_wave: columns that the user names. Raises ``Mistakes`` where nothing tells the rows apart, and for
    a named column that is not there or has blanks.
    """
    for option, column in (("--id", known_id), ("--wave", known_wave)):
        if column:
            _there(cells, option, column)
    printed = cells.text[[c for c in cells.text.columns if printable(c) == c]]
    named = [c for c in printed.columns if ID_COLUMN.search(c)]
    responses = _responses(printed)
    redcap = _RECORD in named and any(c.startswith("redcap_") for c in printed.columns)
    own = [_RECORD] if redcap else [c for c in named if c not in responses]
    other = [] if redcap else [c for c in printed.columns if c not in named]
    own += [c for c in other if _PERSON.fullmatch(c)]
    own += [c for c in other if c not in own and printed[c].str.fullmatch(r"0\d+|\d{6,}").mean() > 0.5]
    rest = [c for c in printed.columns if c not in named and not printed[c].str.fullmatch(_NO_ID).any()]
    tool = [] if known_wave else responses  # rows have no waves, people have
    people = [c for c in own if _come_back(c, printed[c])]
    if known_id:
        own, people, tool, rest = [known_id], [], [], []
    whole = {c for c in printed.columns if not (printed[c] == "").any()}
    own, rest = ([c for c in found if c in whole] for found in (own, [*tool, *rest]))
    waves = [known_wave] if known_wave else [c for c in _few(printed) if _WAVE.search(c)]
    for ids, most in ((own, 0.0), (own, _MOST_AGAIN)):
        if found := next(_apart(printed, ids, waves, most, bool(known_wave)), None):
            return found
    found = None if known_wave else _pair(printed, own, _MOST_AGAIN)
    if found is None and not people:
        found = next(_apart(printed, rest, waves, 0.0, bool(known_wave)), None)
        found = found or (None if known_wave else _pair(printed, rest, 0.0))
    if found is None:
        raise _nothing(cells, people or own, known_id, known_wave, [c for c in tool if c in whole])
    return found


def _responses(text: pd.DataFrame) -> list[str]:
    """Columns that name rows in the exports of a survey tool."""
    tools = {name for names, beside in _TOOLS if len(beside & set(text.columns)) > 1 for name in names}
    return [c for c in text.columns if _ROW_ID.fullmatch(c) or c in tools]


def _come_back(column: str, values: pd.Series) -> bool:
    """Whether a column seems to name people of whom some have several rows; not all rows need have it."""
    filled = values[values != ""]
    ids = filled.nunique()
    many = len(filled) > len(values) / 2 and 1 < ids < len(filled) <= ids * _MOST_WAVES
    return many and not GROUP.search(column)


def _there(cells: Cells, option: str, column: str) -> None:
    """``Mistakes`` where a column that the user names is not there, has blanks, or has no waves in it."""
    where = f"{cells.source}, {option} {column}"
    if column not in cells.text or printable(column) != column:
        mend = closest(column, map(str, cells.text.columns)) or "Look at the names in the file's first row."
        raise Mistakes.one(where, "there is no such column.", mend)
    if blank := int((cells.text[column] == "").sum()):
        what = f"{blank} of {len(cells.text):,} rows are blank there."
        raise Mistakes.one(where, what, "Complete the file, or name another column.")
    if option == "--wave" and not 1 < cells.text[column].nunique() <= _MOST_WAVES:
        what = f"{cells.text[column].nunique():,} different values stand there, and there are 2 to {_MOST_WAVES} waves."
        raise Mistakes.one(where, what, "Name the column that says at which time somebody answered.")


def _few(text: pd.DataFrame) -> list[str]:
    """Columns without blanks whose few values could be waves."""
    few = [c for c in text.columns if 1 < text[c].nunique() <= _MOST_WAVES and not (text[c] == "").any()]
    return [c for c in few if all(printable(v) == v for v in text[c].unique())]


def _apart(text: pd.DataFrame, ids: list[str], waves: list[str], most: float, must: bool) -> Iterator[RowKey]:
    """Ids (with a column that is called a wave) of which at most this share of rows repeats. must: never without."""
    for column in ids:
        for wave in [*([] if must else [None]), *(w for w in waves if w != column)]:
            again = text.duplicated([column] if wave is None else [column, wave]).mean()
            if again <= most:
                yield RowKey(column, wave, bool(again))


def _pair(text: pd.DataFrame, ids: list[str], most: float) -> RowKey | None:
    """An id that repeats and the column of few values that best tells its rows apart; None where none does."""
    few = _few(text)
    found = []
    for place, column in enumerate(ids):
        for wave in few:
            # An id has many more values than there are times; otherwise some columns are a pair by chance.
            if wave != column and text[column].nunique() > max(_MOST_WAVES, 3 * text[wave].nunique()):
                again = float(text.duplicated([column, wave]).mean())
                found.append((again, text[wave].nunique(), place, column, wave))
    again, _, _, column, wave = min(found, default=(1.0, 0, 0, "", ""))
    return RowKey(column, wave, bool(again), guessed=True) if again <= most and wave else None


def _nothing(cells: Cells, own: list[str], known_id: str, known_wave: str, tool: list[str]) -> Mistakes:
    """Why no rows can be told apart, and what to give; an id that repeats is no fault of the id. tool: of rows."""
    rows, again = len(cells.text), f"--id {known_id or 'COLUMN'} --wave {known_wave or 'COLUMN'}"
    if own:
        column = max(own, key=lambda c: cells.text[c].nunique())
        blank = int((cells.text[column] == "").sum())
        ids, key = cells.text[column].nunique() - bool(blank), [column, *([known_wave] if known_wave else [])]
        shared = int(cells.text[cells.text[column] != ""].duplicated(key, keep=False).sum())
        of = " and ".join(f"'{k}'" for k in key)
        what = f"{ids:,} different ids stand in the {rows:,} rows of '{column}', and {shared:,} rows share {of}."
        what += f" {blank:,} are blank there." if blank else ""
    else:
        what = f"no column tells the {rows:,} rows apart."
    mend = (
        "People may have answered several times: name the column with one id a person, and the one that says at which "
        f"time a row was answered, with {again}. Where no column says so, add one (1, 2, … or dates rounded to waves); "
        "where none names people, add a code that is not a name."
    )
    if not tool and any(_CODE.fullmatch(c) for c in cells.text.columns):
        mend += " Coded passages of interviews are known by columns called document, code, and quotation or start."
    mend += f" Where each row is a person of its own, say so with --id {tool[0]}." if tool and own else ""
    return Mistakes.one(cells.source, what, mend)
