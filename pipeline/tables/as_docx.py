"""A printed table as a real Word table: caption with a field, repeated header, merged headings, notes below."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.tables.docx_cells import EMU_A_POINT, edge, element, merged, rule, shape, whole, write
from pipeline.tables.docx_words import caption, notes, style_id
from pipeline.tables.page import plain_document, turn, wide
from pipeline.tables.table import Filled, FilledColumn
from pipeline.tables.widths import MARGIN, fitted, whole_head
from pipeline.tables.zipped import same_bytes

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable
    from docx.table import _Cell, _Row

LAST = 3
"""So many lines at the end of a long table are on one page with its notes."""
BLOCK = 6
"""A heading and its lines are on one page, if they are not more."""
SHORT = 24
"""Up to so many lines a table is kept on one page."""
TEXT = {9.0: "Table text", 8.0: "Table text, small", 7.0: "Table text, smallest"}
"""Paragraph styles by their size in points."""
FIGURE = 0.5
"""A figure's usual width as a part of its size."""


def add_to_docx(document: Document, filled: Filled, label: str = "") -> WordTable:
    """Append caption, table and notes to ``document``, which changes. ``label``: ``Table 3``; else counted on.

    The caption's number is a SEQ field, so Word renumbers it; no row breaks across pages, the header repeats on each.
    """
    caption(document, filled, label)
    spanned = any(c.spanner for c in filled.columns)
    heads = 2 if spanned else 1
    table = document.add_table(rows=heads + len(filled.rows), cols=1 + len(filled.columns))
    rows = list(table.rows)
    fit = fitted(filled, _usable(document) / EMU_A_POINT)
    style = style_id(document, TEXT[fit.size], fit.size)
    stops = _stops(filled, fit.widths[1:], fit.size)
    _header(rows[:heads], filled, style, stops)
    if sentences := any(line.kind == "words" for line in filled.rows):  # from the left, and headings over them
        for cell in rows[heads - 1].cells:
            cell.paragraphs[0].alignment = None
    for row, line in zip(rows[heads:], filled.rows, strict=True):
        cells = row.cells
        heads_a_block = line.kind in ("variable", "words")
        if stretch := filled.stretch(line):
            cells = (merged(cells[0], cells[stretch]), *cells[1:])
        write(cells[0], line.head, style, bold=heads_a_block, indent=line.indent, marks=line.marks)
        for at, (cell, text) in list(enumerate(zip(cells[1:], line.cells, strict=True)))[stretch:]:
            marks, stop = line.marks_at(at), stops[at]
            aligned = "right" if stop is None else "decimal" if SINGLE.fullmatch(text) and text else "centre"
            aligned = "" if sentences or filled.columns[at].words else aligned
            write(cell, fit.cell(text), style, align=aligned, marks=marks, stop=stop)
        whole(row)
    _together(rows, filled, heads)
    shape(table, filled.title, fit.widths)
    if spanned:
        _under_spanners(rows[0], filled)
    rule(rows[0], "top")
    rule(rows[heads - 1], "bottom")
    rule(rows[-1], "bottom")
    notes(document, filled)
    return table


def to_docx(tables: Sequence[tuple[Filled, str]]) -> bytes:
    """A Word file with (table, label) each; a wide one on a page of its own in landscape. The same tables give the same
    bytes."""
    from docx import Document as new_document

    document = new_document()
    plain_document(document)
    for filled, label in tables:
        turn(document, wide(filled))
        add_to_docx(document, filled, label)
    out = io.BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())


def _header(rows: list[_Row], filled: Filled, style: str, stops: list[float | None]) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT

    first, last = rows[0].cells, rows[-1].cells
    write(merged(first[0], last[0]), filled.stub, style, bold=True)
    at = 1
    for spanner, width in filled.spanners():
        if spanner:
            write(merged(first[at], first[at + width - 1]), spanner, style, bold=True, align="centre")
            for place in range(at, at + width):
                _column(last[place], filled.columns[place - 1], style, stops[place - 1])
        else:
            _column(merged(first[at], last[at]), filled.columns[at - 1], style, stops[at - 1])
        at += width
    for row in rows:
        row._tr.get_or_add_trPr().append(element("tblHeader"))
        whole(row)
        for cell in row.cells:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM


def _column(cell: _Cell, column: FilledColumn, style: str, stop: float | None) -> None:
    """A heading stands over its figures: in the middle where these are lined up there, at the left over words."""
    align = "" if column.words else "right" if stop is None else "centre"
    write(cell, whole_head(column), style, bold=True, align=align, marks=column.marks)


SINGLE = re.compile(r"([<>≤≥]? ?[-−–]?[0-9,\u202f\u00a0]*)([.·][0-9]+)?%?")
"""A cell of one number: its figures before the point, and those from it on."""


def _stops(filled: Filled, widths: tuple[float, ...], size: float) -> list[float | None]:
    """For each column where its points stand, in points from its left edge; None for one that lines up at its right.

    Only columns whose cells hold one number each are lined up at the point, for programs differ on which point of
    ``12 (34.5)`` counts. The longest part before it and the longest from it on stand in the middle of the column.
    """
    found: list[float | None] = []
    for at, width in enumerate(widths):
        texts = [row.cells[at] for row in filled.rows if any(sign.isdigit() for sign in row.cells[at])]
        parts = [part for text in texts if (part := SINGLE.fullmatch(text))]
        before = max((len(part[1]) for part in parts), default=0) * size * FIGURE
        after = max((len(part[0]) - len(part[1]) for part in parts), default=0) * size * FIGURE
        room = width - 2 * MARGIN
        fits = len(parts) == len(texts) > 0 and any(part[2] for part in parts) and before + after <= room
        found.append(before + (room - before - after) / 2 if fits else None)
    return found


def _together(rows: list[_Row], filled: Filled, heads: int) -> None:
    """The header stays with the first lines, the last lines with each other and with the notes; of a heading and its
    lines none is alone on a page, and few are not parted; a short table stays whole."""
    under, count = bool(filled.under()), len(filled.rows)
    keep = [count <= SHORT or at >= count - LAST for at in range(count)]
    for start, end in _blocks(filled):
        for at in range(start, end - 1):
            keep[at] = keep[at] or end - start <= BLOCK or at in (start, end - 2)
    if keep:
        keep[-1] = under
    for row, kept in zip(rows, [*[True] * heads, *keep], strict=True):
        if kept:
            for paragraph in (p for cell in row.cells for p in cell.paragraphs):
                paragraph.paragraph_format.keep_with_next = True


def _blocks(filled: Filled) -> list[tuple[int, int]]:
    """First line, and the one after the last, of each heading with the lines under it."""
    starts = [at for at, line in enumerate(filled.rows) if line.indent == 0 or at == 0]
    return list(zip(starts, [*starts, len(filled.rows)][1:], strict=True))


def _usable(document: Document) -> int:
    """Width between the margins of the last section, in EMU (12,700 a point)."""
    section = document.sections[-1]
    return int((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))


def _under_spanners(row: _Row, filled: Filled) -> None:
    """A line under each heading that stands over several columns, as wide as they are."""
    named = [bool(spanner) for spanner, _ in filled.spanners()]
    for tc, has in zip(row._tr.tc_lst[1:], named, strict=True):
        if has:
            edge(tc, "bottom")
