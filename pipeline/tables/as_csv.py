"""A printed table as CSV for a spreadsheet. (For a program there is ``results.csv``.)"""

from __future__ import annotations

import csv
import io

from pipeline.tables.table import Filled

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
STEP = "  "


def to_csv(filled: Filled) -> bytes:
    """Title; the spanning headings where there are any; the column headings; the lines; the notes, after a blank line.

    UTF-8 with a byte order mark, because a spreadsheet otherwise reads a dash or an accent as two letters. A cell that
    a spreadsheet would take for a formula begins with an apostrophe; a true minus sign (U+2212) is none.
    """
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow([guarded(filled.title)])
    if any(c.spanner for c in filled.columns):
        lines.writerow(["", *(guarded(c.spanner) for c in filled.columns)])
    lines.writerow([guarded(filled.stub), *(guarded(c.head) for c in filled.columns)])
    for row in filled.rows:
        lines.writerow([STEP * row.indent + guarded(row.head), *map(guarded, row.cells)])
    if filled.notes:
        lines.writerow([])
        lines.writerows([guarded(note)] for note in filled.notes)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def guarded(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
