"""SPSS, Stata and SAS: numbers with labels, read by pyreadstat, become text with the file's own labels."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyreadstat

from pipeline.errors import Mistake, Mistakes, raise_all
from pipeline.intake.cells import Cells
from pipeline.intake.decimals import numbers_are_ours
from pipeline.intake.findings import Finding, Where
from pipeline.intake.frame import framed, refuse_many_columns, text_column
from pipeline.intake.numbers import lost_digits, number_text, when_text
from pipeline.intake.transport import missing_cells
from pipeline.study import Source

EXACT, EXACT_SINGLE = 2**53, 2**24
"""Whole numbers from here on are not all there in a double, or in a column of Stata's type float."""
_AGAIN = "It may be cut short: get or export it again; if letters are the trouble, say encoding: cp1252."
Meta = Any
"""pyreadstat's metadata object."""


@dataclass(frozen=True)
class _Clock:
    """What a number in a column of dates counts, and from when."""

    start: datetime
    unit: timedelta
    with_time: bool


_DAY, _SECOND = timedelta(days=1), timedelta(seconds=1)
_Y1960, _Y1582 = datetime(1960, 1, 1, tzinfo=UTC), datetime(1582, 10, 14, tzinfo=UTC)
# Formats of points in time, by how their names begin. Weeks, months and leap-second clocks stay the file's numbers.
_CLOCKS: dict[str, list[tuple[re.Pattern[str], _Clock]]] = {
    "dta": [
        (re.compile(r"%-?t?d"), _Clock(_Y1960, _DAY, False)),
        (re.compile(r"%-?tc"), _Clock(_Y1960, timedelta(milliseconds=1), True)),
    ],
    "sav": [
        (re.compile(r"DATETIME|YMDHMS"), _Clock(_Y1582, _SECOND, True)),
        (re.compile(r"[AEJS]?DATE|MOYR|QYR|WKYR"), _Clock(_Y1582, _SECOND, False)),
    ],
    "xpt": [
        (re.compile(r"DATETIME|DATEAMPM|[BE]8601DT|IS8601DT|MDYAMPM"), _Clock(_Y1960, _SECOND, True)),
        (
            re.compile(r"DATE|MMDDYY|DDMMYY|YYMMDD|[BE]8601DA|IS8601DA|JULIAN|MONYY|WEEKDAT|WORDDAT"),
            _Clock(_Y1960, _DAY, False),
        ),
    ],
}
_OTHER_TIMES = {
    "dta": re.compile(r"%-?t[Cwmqhyb]"),
    "sav": re.compile(r"TIME|DTIME|MTIME|WKDAY|MONTH"),
    "xpt": re.compile(r"TIME|HHMM|TOD|[BE]8601TM|MMYY|QTR|YYQ|YEAR|MONTH"),
}
READERS: dict[str, Callable[..., tuple[Any, Meta]]] = {
    "dta": pyreadstat.read_dta, "sav": pyreadstat.read_sav, "xpt": pyreadstat.read_xport,
}  # fmt: skip


def reader(kind: str) -> Callable[[str, bytes, Source, Where], Cells]:
    """The reader of one format. Its rows are called by their number in the file, from 1.

    Numbers are plain decimals (``number_text``); dates are ISO. What a program marks as missing:
    Stata's and SAS's become ``.`` and ``.a``–``.z`` (``._`` in SAS) and stand in ``user_missing``; SPSS's
    system-missing becomes ``""``, its user-missing codes stay and stand in ``user_missing``.
    """

    def read(file: str, data: bytes, source: Source, where: Where) -> Cells:
        values, meta = _parsed(kind, file, data, source.encoding)
        if kind == "xpt":
            coded = missing_cells(file, data, len(values), len(next(iter(values.values()), [])))
            for name, codes in zip(values, coded, strict=True):
                for row, code in codes.items():
                    values[name][row] = code
        raise_all(_refused(file, values, meta, source))
        return _cells(kind, file, values, meta)

    return read


def _parsed(kind: str, file: str, data: bytes, encoding: str | None) -> tuple[dict[str, list[Any]], Meta]:
    options = {} if kind == "xpt" else {"user_missing": True, "apply_value_formats": False}
    try:
        values, meta = READERS[kind](
            io.BytesIO(data), encoding=encoding, output_format="dict", disable_datetime_conversion=True, **options
        )
    except (
        pyreadstat.ReadstatError,
        pyreadstat.PyreadstatError,
        ValueError,
        TypeError,
        LookupError,
        ArithmeticError,
        MemoryError,
    ) as error:
        # ReadStat is C over a stranger's bytes, and its wrapper raises of every kind; each means that the file is bad.
        reason = str(error).split("\n")[0].strip().rstrip(".") or type(error).__name__
        raise Mistakes.one(file, f"can't be read: {reason}.", _AGAIN) from None
    whole = kind != "dta" or not data.startswith(b"<stata_dta>") or data.rstrip(b"\0\r\n ").endswith(b"</stata_dta>")
    if not whole or len({len(column) for column in values.values()}) > 1:
        raise Mistakes.one(file, "ends before its data do.", _AGAIN)
    if not all(isinstance(name, str) for name in values):
        raise Mistakes.one(file, "has a column without a name.", _AGAIN)
    if len(values) != len(meta.column_names):
        raise Mistakes.one(file, "has two columns of one name.", "Rename one of them and export it again.")
    refuse_many_columns(file, len(values))
    return {name: list(column) for name, column in values.items()}, meta


def _refused(file: str, values: Mapping[str, Sequence[Any]], meta: Meta, source: Source) -> Iterable[Mistake]:
    for name, column in values.items():
        if name in source.ignore:
            continue
        # An id in a column of type float has lost digits much sooner; a measured value there is only rounded.
        single = name in source.id and meta.readstat_variable_types.get(name) == "float"
        lost = {v for v in set(column) if isinstance(v, int | float) and abs(v) >= (EXACT_SINGLE if single else EXACT)}
        if long := sum(v in lost for v in column) if lost else 0:
            yield lost_digits(file, name, long, "7 digits in a column of type float" if single else "15 digits")


def _cells(kind: str, file: str, values: Mapping[str, Sequence[Any]], meta: Meta) -> Cells:
    columns, labels, value_labels, user_missing = [], {}, {}, {}
    findings = [numbers_are_ours(file)]
    if meta.file_encoding:
        findings.append(Finding(file, "encoding", str(meta.file_encoding)))
    for name, column in values.items():
        form = str(meta.original_variable_types.get(name) or "")
        write = _writer(kind, meta.readstat_variable_types.get(name) == "string", form)
        texts = {value: write(value) for value in set(column)}
        columns.append(text_column([texts[value] for value in column]))
        if label := meta.column_names_to_labels.get(name):
            labels[name] = label
        coded = {write(code): str(label) for code, label in meta.variable_value_labels.get(name, {}).items()}
        if coded:
            value_labels[name] = coded
        marked = _marked(meta, name, [*texts, *meta.variable_value_labels.get(name, {})], write)
        if marked:
            user_missing[name] = marked
        if _OTHER_TIMES[kind].match(form) and not _clock(kind, form):
            findings.append(Finding(file, f"times kept as the file's numbers (format {form})", form, name))
    cells = framed(file, list(values), columns, range(1, len(next(iter(values.values()), [])) + 1), findings)
    kept = [name for name in values if name in cells.text]
    return replace(
        cells,
        labels={name: labels[name] for name in kept if name in labels},
        value_labels={name: value_labels[name] for name in kept if name in value_labels},
        user_missing={name: user_missing[name] for name in kept if name in user_missing},
    )


def _clock(kind: str, form: str) -> _Clock | None:
    return next((clock for begin, clock in _CLOCKS[kind] if begin.match(form)), None)


def _writer(kind: str, string: bool, form: str) -> Callable[[Any], str]:
    """How one column's values are written; numeric columns hold numbers, letters of missing codes, and None."""
    clock = None if string else _clock(kind, form)
    nothing = "" if string or kind == "sav" else "."

    def write(value: Any) -> str:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return nothing
        if isinstance(value, str):
            return value.rstrip("\r") if string else f".{value}"
        return _moment(value, clock) if clock else number_text(value)

    return write


def _moment(value: float, clock: _Clock) -> str:
    try:
        moment = clock.start + value * clock.unit
    except OverflowError:
        return number_text(value)  # a year beyond 9999 is a code, not a date
    return when_text(moment.replace(tzinfo=None), clock.with_time)


def _marked(meta: Meta, name: str, values: Sequence[Any], write: Callable[[Any], str]) -> frozenset[str]:
    """The codes that the file itself marks as missing: those that occur, are labelled, or stand in its header."""
    string = meta.readstat_variable_types.get(name) == "string"
    ranges = [(r["lo"], r["hi"]) for r in meta.missing_ranges.get(name, [])]
    codes = set(meta.missing_user_values.get(name, [])) | {lo for lo, hi in ranges if lo == hi}
    numbers = {value for value in values if isinstance(value, int | float)}
    codes |= {n for n in numbers if any(not isinstance(lo, str) and lo <= n <= hi for lo, hi in ranges)}
    codes |= set() if string else {value for value in values if isinstance(value, str)}
    found = {write(code) for code in codes}
    if write(None) == "." and None in values:
        found.add(".")
    return frozenset(found)
