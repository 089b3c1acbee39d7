"""XLSX: one sheet as text, with what the cells were typed as."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.errors import Mistake, Mistakes, closest, raise_all
from pipeline.intake.archive import MOST_AREA, Sheet, sheets_of
from pipeline.intake.cells import Cells
from pipeline.intake.decimals import DECIMAL
from pipeline.intake.findings import Finding, Where
from pipeline.intake.frame import framed, refuse_many_columns, text_column, tidy
from pipeline.intake.numbers import lost_digits, number_text, when_text
from pipeline.study import Source

DIGITS = 15
"""A spreadsheet keeps so many digits of a number."""
NOT_AVAILABLE = "#N/A"
"""The spreadsheet's own word for no value, which R writes for NA: such a cell is blank. (As typed text it stays.)"""


def read(file: str, data: bytes, source: Source, where: Where) -> Cells:
    """The cells of a sheet; the first row that is not empty holds the names; rows are called by the sheet's row number.

    Text stays as typed, numbers are plain decimals (``number_text``), dates are ISO, truth values TRUE and FALSE; error
    cells keep their text but for #N/A, which is blank, and both are counted. ``Mistakes`` for numbers whose digits are
    lost and formulas whose results were not stored.
    """
    sheet = _chosen(file, sheets_of(file, data), source.sheet, where)
    refuse_many_columns(file, sheet.columns)
    if sheet.rows * sheet.columns > MOST_AREA:
        raise Mistakes.one(
            file, f"sheet '{sheet.name}' reaches to row {sheet.rows:,} and column {sheet.columns:,}.",
            "Delete the empty rows and columns around the data, or export it as CSV.",
        )  # fmt: skip
    grid = _grid(file, data, sheet.name)
    for (row, column), error in sheet.errors.items():
        if error != NOT_AVAILABLE and row < len(grid) and column < len(grid[row]):
            grid[row][column] = error
    top = next((i for i, row in enumerate(grid) if any(cell != "" for cell in row)), None)
    if top is None:
        raise Mistakes.one(file, f"sheet '{sheet.name}' is empty.", "Say with 'sheet' which one holds the data.")
    header = [tidy(_text(cell, with_time=False)) for cell in grid[top]]
    columns = [list(column) for column in zip(*grid[top + 1 :], strict=True)] or [[] for _ in header]
    raise_all(_refused(file, header, columns, sheet, source.ignore))
    findings = [Finding(file, "sheet", sheet.name), Finding(file, DECIMAL, source.decimal or ".")]
    if top:
        findings.append(Finding(file, "empty rows above the column names", str(top)))
    skip = 2 if source.layout == "qualtrics" else 0
    findings += _remarks(file, header, columns, sheet, top, skip)
    lines = range(top + 2, top + 2 + len(grid) - top - 1)
    return framed(file, header, [text_column(_texts(column)) for column in columns], lines, findings)


def likely_sheet(file: str, data: bytes) -> tuple[str, tuple[str, ...]]:
    """The sheet with most rows (of several, the widest, then the first) and the other ones with content.

    ``""`` where there is nothing to choose. ``Mistakes`` as in ``read``.
    """
    filled = [sheet for sheet in sheets_of(file, data) if sheet.rows]
    if len(filled) < 2:
        return "", ()
    best = max(filled, key=lambda sheet: (sheet.rows, sheet.columns))
    return best.name, tuple(sheet.name for sheet in filled if sheet is not best)


def _chosen(file: str, sheets: list[Sheet], wanted: str | None, where: Where) -> Sheet:
    names = [sheet.name for sheet in sheets]
    if wanted is not None:
        if wanted not in names:
            mend = closest(wanted, names) or f"It has: {', '.join(names[:10])}."
            raise Mistakes.one(where("sheet"), f"{file} has no sheet '{wanted}'.", mend)
        return sheets[names.index(wanted)]
    filled = [sheet for sheet in sheets if sheet.rows]
    if len(filled) > 1:
        several = ", ".join(sheet.name for sheet in filled[:10])
        raise Mistakes.one(
            where("file"),
            f"{file} has {len(filled)} sheets with content: {several}.",
            f"Add sheet: {filled[0].name}, or another.",
        )
    if not filled:
        raise Mistakes.one(file, "has no cell with content.", "Check where the file comes from.")
    return filled[0]


def _grid(file: str, data: bytes, sheet: str) -> list[list[Any]]:
    """Rows from A1 on, each as wide as the sheet."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]
    except CalamineError as error:
        reason = str(error)
    except BaseException as error:
        # The parser is Rust: a panic over a hostile file arrives as a BaseException of a module of its own.
        if type(error).__module__ != "pyo3_runtime":
            raise
        reason = "the parser gave up"
    raise Mistakes.one(file, f"is damaged: {reason.splitlines()[0].rstrip('.') if reason else 'it can not be read'}.",
                       "Open it in a spreadsheet program and save it again as XLSX.")  # fmt: skip


def _texts(column: list[Any]) -> list[str]:
    # A column of points in time keeps its midnights: 2024-05-01T00:00:00 beside 2024-05-01T12:30:00.
    with_time = datetime in set(map(type, column)) and any(
        isinstance(cell, datetime) and cell.time() != time(0) for cell in column
    )
    return [cell.rstrip("\r") if type(cell) is str else _text(cell, with_time) for cell in column]


def _text(cell: Any, with_time: bool) -> str:
    if isinstance(cell, str):
        return cell.rstrip("\r")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return number_text(cell)
    if isinstance(cell, (date, time, timedelta)):
        return when_text(cell, with_time)
    raise TypeError(f"a cell of type {type(cell).__name__}")


def _refused(
    file: str, header: list[str], columns: list[list[Any]], sheet: Sheet, ignore: tuple[str, ...]
) -> Iterator[Mistake]:
    for place, (name, column) in enumerate(zip(header, columns, strict=True)):
        long = sum(type(cell) in (float, int) and abs(cell) >= 10**DIGITS for cell in column)
        if long and name not in ignore:
            yield lost_digits(file, name or f"column {place + 1}", long, f"{DIGITS} digits")
    if sheet.unvalued:
        yield Mistake(
            f"{file}, sheet '{sheet.name}'",
            f"{sheet.unvalued:,} {'formula has' if sheet.unvalued == 1 else 'formulas have'} no stored result.",
            "Open it in a spreadsheet program, so that they are computed, and save it.",
        )


def _remarks(
    file: str, header: list[str], columns: list[list[Any]], sheet: Sheet, top: int, skip: int
) -> Iterator[Finding]:
    errors = Counter((column, error == NOT_AVAILABLE) for (row, column), error in sheet.errors.items() if row > top)
    for place, (name, column) in enumerate(zip(header, columns, strict=True)):
        called = name or f"column_{place + 1}"
        if blank := errors[place, True]:
            yield Finding(file, "cells with the error #N/A read as blank", NOT_AVAILABLE, called, blank)
        if kept := errors[place, False]:
            yield Finding(file, "cells with another error kept as text", "#", called, kept)
        if not set(map(type, column)) & {date, datetime}:
            continue
        answers = [cell for cell in column[skip:] if cell != ""]
        dates = sum(isinstance(cell, date) for cell in answers)
        if 0 < dates < len(answers):
            why = "dates among other answers (a spreadsheet makes 8 May of 5-8)"
            yield Finding(file, why, "date", called, dates)
