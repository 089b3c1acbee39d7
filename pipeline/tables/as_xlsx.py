"""Printed tables as a workbook: as in print on one sheet each, and every released number behind a cell on another."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.tables.as_csv import marked
from pipeline.tables.table import Filled
from pipeline.tables.zipped import same_bytes

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

EPOCH = datetime(2000, 1, 1)
"""Stands for the time that a workbook wants; no real one may."""
NUMBERS = "Numbers"
KEY = ("kind", "name", "term", "level", "group", "statistic")
LONGEST_NAME = 31
_NUMBER = re.compile(r"([-−–]?)([0-9]{1,3}(?:[,\u202f\u00a0 ][0-9]{3})+|[0-9]+|)([.·][0-9]+)?(%?)")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")
_UNWRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def to_xlsx(tables: Sequence[tuple[Filled, str]]) -> bytes:
    """(table, label) each on a sheet, then the sheet ``Numbers``: key, released value, the cell as printed.

    A cell that prints one number is a number with a format that shows it alike; all else is text, and nothing is ever a
    formula. The same tables give the same bytes.
    """
    from openpyxl import Workbook  # a third of a second, and only an export needs it

    book = Workbook()
    book.remove(book.active)
    properties: Any = book.properties
    properties.creator, properties.created, properties.modified = "Alongside", EPOCH, EPOCH
    taken: list[str] = []
    for filled, label in tables:
        _sheet(book.create_sheet(_name(label or filled.name, taken)), filled, label)
    _numbers(book.create_sheet(_name(NUMBERS, taken)), [filled for filled, _ in tables])
    out = io.BytesIO()
    book.save(out)
    return same_bytes(_without_time(out.getvalue()))


def _without_time(data: bytes) -> bytes:
    """Saving notes the time; the year 2000 takes its place."""
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w") as same:
        for name in made.namelist():
            text = made.read(name)
            if name == "docProps/core.xml":
                text = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", text)
            same.writestr(name, text)
    return out.getvalue()


def _name(words: str, taken: list[str]) -> str:
    base = _NOT_IN_A_NAME.sub(" ", words).strip()[:LONGEST_NAME] or "Table"
    name, number = base, 2
    while name.lower() in (t.lower() for t in taken):
        name, number = f"{base[: LONGEST_NAME - 4]} {number}", number + 1
    taken.append(name)
    return name


def _sheet(sheet: Worksheet, filled: Filled, label: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, Side
    from openpyxl.utils import get_column_letter

    bold, line = Font(bold=True), Side(style="thin")
    before, title = filled.titled(label)
    _text(sheet, 1, 1, " ".join(f"{before}{title}".split())).font = bold
    head = 3 if any(c.spanner for c in filled.columns) else 2
    if head == 3:
        at = 2
        for spanner, wide in filled.spanners():
            if spanner:
                cell = _text(sheet, 2, at, spanner)
                cell.font, cell.alignment = bold, Alignment(horizontal="center")
                if wide > 1:
                    sheet.merge_cells(start_row=2, start_column=at, end_row=2, end_column=at + wide - 1)
            at += wide
    at_left = {1, *(place for place, column in enumerate(filled.columns, 2) if column.words)}
    for place, heading in enumerate([filled.stub, *(marked(c.head, c.marks) for c in filled.columns)], 1):
        cell = _text(sheet, head, place, heading)
        cell.font, cell.border = bold, Border(bottom=line)
        side = "left" if place in at_left else "right"
        cell.alignment = Alignment(wrap_text=True, horizontal=side, vertical="bottom")
    for down, row in enumerate(filled.rows, head + 1):
        first = _text(sheet, down, 1, marked(row.head, row.marks))
        first.alignment = Alignment(indent=row.indent)
        for place, text in enumerate(row.cells, 2):
            marks = row.marks_at(place - 2)
            number = None if marks else as_number(text)
            if number is None:
                words = row.kind == "words" or place in at_left  # sentences take several lines
                side, top = ("left", "top") if words else ("right", None)
                aligned = Alignment(horizontal=side, vertical=top, wrap_text=words)
                _text(sheet, down, place, marked(text, marks)).alignment = aligned
            else:
                cell = sheet.cell(down, place, number[0])
                cell.number_format = number[1]
    last = head + len(filled.rows)
    for down, (mark, note) in enumerate(filled.under(), last + 1):
        _text(sheet, down, 1, f"^{mark} {note}" if mark else note)
    widths = [max((len(r.head) + 2 * r.indent for r in filled.rows), default=10)]
    widths += [
        max([len(r.cells[at]) for r in filled.rows] + [len(w) for w in c.head.split()], default=8)
        for at, c in enumerate(filled.columns)
    ]
    for place, wide in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = min(max(wide, 8), 50) + 2
    sheet.freeze_panes = sheet.cell(head + 1, 2)


def _numbers(sheet: Worksheet, tables: Iterable[Filled]) -> None:
    from openpyxl.styles import Font

    for place, word in enumerate((*KEY, "value", "printed"), 1):
        _text(sheet, 1, place, word).font = Font(bold=True)
    down = 2
    for filled in tables:
        for row in filled.rows:
            for at, keys in enumerate(row.keys):
                for key, value in zip(keys, row.numbers[at] if row.numbers else (None,) * len(keys), strict=True):
                    for place, word in enumerate(key, 1):
                        _text(sheet, down, place, word)
                    if value is not None:
                        sheet.cell(down, len(KEY) + 1, value)
                    _text(sheet, down, len(KEY) + 2, row.cells[at])
                    down += 1


def as_number(text: str) -> tuple[float | int, str] | None:
    """The value of a cell that prints one number, and the format that shows it; None for any other text."""
    found = _NUMBER.fullmatch(text)
    if found is None or not (found[2] or found[3]):
        return None
    sign, whole, rest, percent = found.groups()
    digits = re.sub("[^0-9]", "", whole)
    value = float(f"{digits or '0'}.{(rest or '.0')[1:]}")
    shape = "#,##0" if len(digits) < len(whole) else "0" if whole else "#"
    shape += "." + "0" * (len(rest) - 1) if rest else ""
    exact: float | int = value if rest else int(digits)
    return (-exact if sign else exact), shape + ('"%"' if percent else "")


def _text(sheet: Worksheet, row: int, column: int, text: str) -> Any:
    """A cell that holds this text and never a formula, whatever it begins with."""
    cell: Any = sheet.cell(row, column)
    if text:
        cell.value = _LOOKS_ESCAPED.sub("_x005F_", _UNWRITTEN.sub("\ufffd", text))
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    return cell
