"""A printed table as CSV for a spreadsheet. (For a program there is ``results.csv``.)"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from pipeline.tables.table import Filled

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
STEP = "  "


def to_csv(filled: Filled, label: str = "") -> bytes:
    """Title; the spanning headings where there are any; the column headings; the lines; the notes, after a blank line.

    UTF-8 with a byte order mark, because a spreadsheet otherwise reads a dash or an accent as two letters. A cell that
    a spreadsheet would take for a formula begins with an apostrophe; a true minus sign (U+2212) is none. A footnote's
    mark follows its text after a caret: ``Age ^a``.
    """
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    before, title = filled.titled(label)
    lines.writerow([guarded(" ".join(f"{before}{title}".split()))])
    if any(c.spanner for c in filled.columns):
        lines.writerow(["", *(guarded(c.spanner) for c in filled.columns)])
    lines.writerow([guarded(filled.stub), *(guarded(marked(c.head, c.marks)) for c in filled.columns)])
    for row in filled.rows:
        cells = [guarded(marked(cell, row.marks_at(at))) for at, cell in enumerate(row.cells)]
        lines.writerow([STEP * row.indent + guarded(marked(row.head, row.marks)), *cells])
    if filled.under():
        lines.writerow([])
        lines.writerows([guarded(f"^{mark} {note}" if mark else note)] for mark, note in filled.under())
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def marked(text: str, marks: Iterable[str]) -> str:
    """The text and its marks."""
    return " ".join([text, *(f"^{mark}" for mark in marks)]).strip()


def guarded(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
