"""How a table stands on the pages of LaTeX's class article, of which nothing can be measured before it runs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.tables.glyphs import ems
from pipeline.tables.table import Filled

_TIGHT = r"\setlength{\tabcolsep}{3pt}"
SIZES = (
    (r"\normalsize", 9.9, 12.0, 6.0),
    (rf"\small{_TIGHT}", 9.2, 11.0, 3.0),
    (rf"\footnotesize{_TIGHT}", 8.4, 9.5, 3.0),
    (rf"\scriptsize{_TIGHT}", 7.8, 8.0, 3.0),
)
"""Command; letters, distance of lines and half a gap between columns, in points. Computer Modern is a little narrower
than what ``ems`` reckons with, but small letters of it are wide: a figure takes 0.5 of 10 points, and 0.57 of 7."""
IN_PARTS = SIZES[2]
LINE_PT, LINES_PT = 345.0, 550.0
"""Width and height of the text of the class article: on A4 and on letter paper, the smaller of both, in points. In
landscape the one is the other."""
LONG = 40
"""A table of more lines than these goes over pages."""
STUB = 14.0
"""Longer names of lines, in ems, go on another line."""
SENTENCES = 2
"""More columns of sentences than these stand in landscape."""
AROUND_PT = 45.0
"""What caption and rules take of a page's height."""


@dataclass(frozen=True)
class Page:
    """across: in landscape. size: the command for the letters; points, line, gap: as in ``SIZES``."""

    across: bool
    size: str
    points: float
    line: float
    gap: float

    @property
    def width(self) -> float:
        return LINES_PT if self.across else LINE_PT

    @property
    def height(self) -> float:
        return LINE_PT if self.across else LINES_PT


def page_of(filled: Filled) -> Page:
    """The page with the largest letters on which the columns stand side by side: upright if any are small enough for
    that, else in landscape; what is too wide for that, too, must be parted. Sentences take the lines that they need."""
    if sentences(filled):
        return Page(len(filled.columns) > SENTENCES, *SIZES[2])
    for across in (False, True):
        for size in SIZES:
            page = Page(across, *size)
            if _needed(_stub(filled), _columns(filled), page) <= page.width:
                return page
    return Page(True, *IN_PARTS)


def sentences(filled: Filled) -> bool:
    return any(row.kind == "words" for row in filled.rows)


def parted(filled: Filled, page: Page) -> list[Filled]:
    """The table, or parts of it, each with as many columns as stand side by side; those under one heading are together
    where a part has room for all of them."""
    if sentences(filled):
        return [filled]
    stub, widths = _stub(filled), _columns(filled)
    parts: list[list[int]] = [[]]
    for group in _groups(filled, stub, widths, page):
        if parts[-1] and _needed(stub, [widths[at] for at in (*parts[-1], *group)], page) > page.width:
            parts.append([])
        parts[-1] += group
    return [_some(filled, places) for places in parts] if len(parts) > 1 else [filled]


def kinds(filled: Filled, page: Page) -> Iterator[str]:
    """LaTeX's column specifiers. Long names of lines, and sentences, take several lines; numbers stand at the right,
    words at the left."""
    wide = len(filled.columns)
    if sentences(filled):
        room = page.width - 2 * page.gap * wide
        first = min(_stub(filled) * page.points, 0.25 * room)
        yield _lines(first)
        yield from (_lines(each) for each in _shares(filled, room - first))
        return
    stub = max((ems("  " * row.indent + row.head) for row in filled.rows), default=0.0)
    yield _lines(STUB * page.points) if max(stub, ems(filled.stub)) > STUB else "l"
    yield from ("l" if column.words else "r" for column in filled.columns)


def tall(filled: Filled, page: Page) -> bool:
    """Whether it is too tall for one page with its caption and its notes."""
    width = STUB * page.points
    if sentences(filled):
        shares = _shares(filled, page.width - width)
        lines = sum(
            max((math.ceil(1.1 * ems(c) * page.points / w) for c, w in zip(r.cells, shares, strict=True)), default=1)
            for r in filled.rows
        )
    else:
        lines = sum(max(1, math.ceil(ems("  " * r.indent + r.head) / STUB)) for r in filled.rows)
    notes = sum(math.ceil(ems(f"{mark} {note}") * 8.0 / page.width) for mark, note in filled.under())
    heads = 2 if any(c.spanner for c in filled.columns) else 1
    needed = (lines + heads) * page.line + 9.5 * notes + AROUND_PT
    return len(filled.rows) > LONG or needed > page.height


def _lines(points: float) -> str:
    return rf">{{\raggedright\arraybackslash}}p{{{math.floor(points)}pt}}"


def _shares(filled: Filled, room: float) -> list[float]:
    """The widths of columns of sentences: in between equal ones and ones as long as the sentences are."""
    wants = [max((math.sqrt(ems(r.cells[at])) for r in filled.rows), default=1.0) for at in range(len(filled.columns))]
    wants = [max(want, math.sqrt(ems(c.head))) for want, c in zip(wants, filled.columns, strict=True)]
    return [room * want / sum(wants) for want in wants]


def _stub(filled: Filled) -> float:
    """Of the names of lines, in ems."""
    longest = max((ems(row.head) + row.indent for row in filled.rows), default=0.0)
    return min(max(longest, ems(filled.stub)), STUB)


def _columns(filled: Filled) -> list[float]:
    """Of each column's longest text, in ems; a heading over several is spread over them."""
    cells = [max([ems(c.head), *(ems(r.cells[at]) for r in filled.rows)]) for at, c in enumerate(filled.columns)]
    at = 0
    for spanner, wide in filled.spanners():
        lacking = ems(spanner) - sum(cells[at : at + wide])
        cells[at : at + wide] = [each + max(lacking, 0.0) / wide for each in cells[at : at + wide]]
        at += wide
    return cells


def _needed(stub: float, columns: list[float], page: Page) -> float:
    return (stub + sum(columns)) * page.points + 2 * page.gap * len(columns)


def _groups(filled: Filled, stub: float, widths: list[float], page: Page) -> Iterator[list[int]]:
    """Columns that are not parted: those under one heading, if a part holds them; else each alone."""
    at = 0
    for _, wide in filled.spanners():
        group = list(range(at, at + wide))
        fits = _needed(stub, [widths[place] for place in group], page) <= page.width
        yield from [group] if fits else ([place] for place in group)
        at += wide


def _some(filled: Filled, places: list[int]) -> Filled:
    rows = tuple(
        replace(
            row,
            cells=tuple(row.cells[at] for at in places),
            cell_marks=tuple(row.cell_marks[at] for at in places) if row.cell_marks else (),
        )
        for row in filled.rows
    )
    return replace(filled, columns=tuple(filled.columns[at] for at in places), rows=rows)
