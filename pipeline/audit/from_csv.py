"""CSV: title, headings, lines and notes as rows; lines of unequal width are no mistake in a printed table."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from pipeline.audit.opened import MOST_CELLS, too_large
from pipeline.audit.printed import Grid
from pipeline.errors import Mistakes
from pipeline.intake.encoding import decode
from pipeline.intake.separated import CALLED, long_cells

_CAPTION = re.compile(
    r"(?:supplementary |suppl\.? |online |e)?(?:table|tab\.|tabelle|tabell|tableau)\s*[A-Z]?\d+", re.I
)


def read(file: str, data: bytes) -> list[Grid]:
    """A grid a table: a second one begins behind a blank line with a caption of its own ("Table 2 …"); any other blank
    line is one before notes."""
    text, _ = decode(file, data, None, lambda *_: file)
    rows = _parted(file, text)
    if sum(len(cells) for _, cells in rows) > MOST_CELLS:
        raise too_large(file)
    return [_grid(part) for part in _tables(rows)]


def _tables(rows: list[tuple[int, list[str]]]) -> list[list[tuple[int, list[str]]]]:
    """The rows of each table; what begins like a caption and has no line with several cells below it is a note."""
    several = [sum(bool(cell.strip()) for cell in cells) for _, cells in rows]
    found, begin = [], 0
    for at in range(1, len(rows)):
        alone = several[at] == 1 and several[at - 1] == 0 and _CAPTION.match(rows[at][1][0].strip())
        if alone and max(several[begin:at]) > 1 and any(n > 1 for n in several[at + 1 : at + 3]):
            found.append(rows[begin:at])
            begin = at
    return [*found, rows[begin:]]


def _grid(rows: list[tuple[int, list[str]]]) -> Grid:
    width = max((len(cells) for _, cells in rows), default=0)
    filled = [(place, [*cells, *[""] * (width - len(cells))]) for place, cells in rows]
    return Grid(
        rows=tuple(tuple(_plain(cell) for cell in cells) for _, cells in filled),
        places=tuple(f"line {place}" for place, _ in filled),
        indents=tuple(indent(cells[0]) if cells else 0.0 for _, cells in filled),
        loose=True,
    )


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
