"""CSV: title, headings, lines and notes as rows; lines of unequal width are no mistake in a printed table."""

from __future__ import annotations

import csv
import io
from collections import Counter

from pipeline.audit.opened import MOST_CELLS, too_large
from pipeline.audit.printed import Grid
from pipeline.errors import Mistakes
from pipeline.intake.encoding import decode
from pipeline.intake.separated import CALLED, long_cells


def read(file: str, data: bytes) -> list[Grid]:
    """One grid. A blank line between two tables is taken for one before notes: one table a file."""
    text, _ = decode(file, data, None, lambda *_: file)
    rows = _parted(file, text)
    if sum(len(cells) for _, cells in rows) > MOST_CELLS:
        raise too_large(file)
    width = max((len(cells) for _, cells in rows), default=0)
    filled = [(place, [*cells, *[""] * (width - len(cells))]) for place, cells in rows]
    return [
        Grid(
            rows=tuple(tuple(_plain(cell) for cell in cells) for _, cells in filled),
            places=tuple(f"line {place}" for place, _ in filled),
            indents=tuple(indent(cells[0]) if cells else 0.0 for _, cells in filled),
            loose=True,
        )
    ]


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip()[:1] in tuple("=+-@|") else cell


def indent(cell: str) -> float:
    """Blanks of any kind before the first letter; a tab counts for four."""
    return float(sum(4 if c == "\t" else 1 for c in cell[: len(cell) - len(cell.lstrip())]))


def _parted(file: str, text: str) -> list[tuple[int, list[str]]]:
    """(line where it begins, cells) by the sign that parts most lines into equally many cells."""
    best: list[tuple[int, list[str]]] = []
    best_fit = -1
    for sign in CALLED:
        try:
            rows = _rows(file, text, sign)
        except csv.Error:
            continue
        widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
        fit = max(widths.values(), default=0)
        if fit > best_fit:
            best, best_fit = rows, fit
    if best_fit < 0:
        raise Mistakes.one(file, "can't be parted into cells.", "Export the table again as CSV.")
    return best


def _rows(file: str, text: str, sign: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    found, begin = [], 1
    with long_cells():
        for cells in reader:
            found.append((begin, cells))
            if len(found) > MOST_CELLS:  # whichever sign parts it, so that a million lines are not read five times
                raise too_large(file)
            begin = reader.line_num + 1
    return found
