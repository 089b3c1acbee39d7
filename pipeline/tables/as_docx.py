"""A printed table as a real Word table: caption with a field, repeated header, merged headings, notes below."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from pipeline.tables.page import plain_document, turn, wide
from pipeline.tables.table import Filled, FilledColumn
from pipeline.tables.widths import MARGIN, fitted, whole_head
from pipeline.tables.zipped import same_bytes

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.table import Table as WordTable
    from docx.table import _Cell, _Row
    from docx.text.paragraph import Paragraph

SHORT = 24
"""Up to so many lines a table is kept on one page."""
TEXT = {9.0: "Table text", 8.0: "Table text, small", 7.0: "Table text, smallest"}
NOTE = ("Table note", 8.0)
"""Paragraph styles by their size in points."""
STEP_PT = 9.0
FIGURE = 0.5
"""A figure's usual width as a part of its size."""
EMU_A_POINT = 12700


def add_to_docx(document: Document, filled: Filled, label: str = "") -> WordTable:
    """Append caption, table and notes to ``document``, which changes. ``label``: ``Table 3``; else counted on.

    The caption's number is a SEQ field, so Word renumbers it; no row breaks across pages, the header repeats on each.
    """
    _caption(document, filled, label)
    spanned = any(c.spanner for c in filled.columns)
    heads = 2 if spanned else 1
    table = document.add_table(rows=heads + len(filled.rows), cols=1 + len(filled.columns))
    rows = list(table.rows)
    fit = fitted(filled, _usable(document) / EMU_A_POINT)
    style = _style(document, TEXT[fit.size], fit.size)
    stops = _stops(filled, fit.widths[1:], fit.size)
    _header(rows[:heads], filled, style, stops)
    if sentences := any(line.kind == "words" for line in filled.rows):  # from the left, and headings over them
        for cell in rows[heads - 1].cells:
            cell.paragraphs[0].alignment = None
    for row, line in zip(rows[heads:], filled.rows, strict=True):
        cells = row.cells
        heads_a_block = line.kind in ("variable", "words")
        _write(cells[0], line.head, style, bold=heads_a_block, indent=line.indent, marks=line.marks)
        for at, (cell, text) in enumerate(zip(cells[1:], line.cells, strict=True)):
            marks, stop = line.marks_at(at), stops[at]
            aligned = "right" if stop is None else "decimal" if SINGLE.fullmatch(text) and text else "centre"
            _write(cell, fit.cell(text), style, align="" if sentences else aligned, marks=marks, stop=stop)
        _whole(row)
    _together(rows, filled, heads)
    _shape(table, filled.title, fit.widths)
    if spanned:
        _under_spanners(rows[0], filled)
    _rule(rows[0], "top")
    _rule(rows[heads - 1], "bottom")
    _rule(rows[-1], "bottom")
    _notes(document, filled)
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


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def _caption(document: Document, filled: Filled, label: str) -> None:
    """Label and title as the style puts them together; where the title has a line of its own, it is in italics."""
    from docx.shared import Pt

    paragraph = document.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = True
    before, title = filled.titled(label or f"Table {1 + _captions(document)}")
    found = re.fullmatch(r"(.*?)(\d+)(\D*)", before, re.DOTALL)
    start, number, after = (found[1], found[2], found[3]) if found else (before, "", "")
    paragraph.add_run(start)
    if number:
        _sequence(paragraph, number)
    if after.endswith("\n"):
        paragraph.add_run(after.strip())
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph = document.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = Pt(2)
        run = paragraph.add_run(title)
        run.bold, run.italic = False, True
    else:
        paragraph.add_run(f"{after}{title}")


def _sequence(paragraph: Paragraph, number: str) -> None:
    """A number that Word counts on by itself."""
    for kind, text in (
        ("begin", ""),
        ("", " SEQ Table \\* ARABIC "),
        ("separate", ""),
        ("number", number),
        ("end", ""),
    ):
        run = paragraph.add_run(text if kind == "number" else "")
        if kind == "":
            instruction = _element("instrText")
            instruction.text = text
            run._r.append(instruction)
        elif kind != "number":
            run._r.append(_element("fldChar", fldCharType=kind))


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


def _captions(document: Document) -> int:
    """Tables that are captioned already."""
    return sum(
        1
        for p in document.paragraphs
        if "SEQ Table" in "".join(t.text or "" for t in p._p.iter() if t.tag.endswith("}instrText"))
    )


def _header(rows: list[_Row], filled: Filled, style: str, stops: list[float | None]) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT

    first, last = rows[0].cells, rows[-1].cells
    _write(_merged(first[0], last[0]), filled.stub, style, bold=True)
    at = 1
    for spanner, width in filled.spanners():
        if spanner:
            _write(_merged(first[at], first[at + width - 1]), spanner, style, bold=True, align="centre")
            for place in range(at, at + width):
                _column(last[place], filled.columns[place - 1], style, stops[place - 1])
        else:
            _column(_merged(first[at], last[at]), filled.columns[at - 1], style, stops[at - 1])
        at += width
    for row in rows:
        row._tr.get_or_add_trPr().append(_element("tblHeader"))
        _whole(row)
        for cell in row.cells:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM


def _column(cell: _Cell, column: FilledColumn, style: str, stop: float | None) -> None:
    """A heading stands over its figures: in the middle where these are lined up there."""
    align = "right" if stop is None else "centre"
    _write(cell, whole_head(column), style, bold=True, align=align, marks=column.marks)


def _merged(start: _Cell, end: _Cell) -> _Cell:
    return start if start._tc is end._tc else start.merge(end)


def _write(cell: _Cell, text: str, style: str, *, bold: bool = False, align: str = "", indent: int = 0,
           marks: tuple[str, ...] = (), stop: float | None = None) -> None:  # fmt: skip
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph._p.style = style  # the id: python-docx looks through all styles for a name, cell by cell
    if align == "decimal" and stop is not None:  # in a cell of a table no tab is needed before the number
        paragraph.paragraph_format.tab_stops.add_tab_stop(Pt(round(stop, 1)), WD_TAB_ALIGNMENT.DECIMAL)
    elif align:
        paragraph.alignment = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "centre": WD_ALIGN_PARAGRAPH.CENTER}[align]
    if indent:
        paragraph.paragraph_format.left_indent = Pt(STEP_PT * indent)
    if text:
        paragraph.add_run(text).bold = bold or None
    for mark in marks:
        paragraph.add_run(mark).font.superscript = True


def _whole(row: _Row) -> None:
    """No page break inside."""
    row._tr.get_or_add_trPr().insert(0, _element("cantSplit"))


def _together(rows: list[_Row], filled: Filled, heads: int) -> None:
    """The header stays with the first line, a heading with the line under it, the last line with the notes; a short
    table stays whole."""
    under, short = bool(filled.under()), len(filled.rows) <= SHORT
    after = [*(line.indent for line in filled.rows), 1 if under else 0][1:]
    keep = [True] * heads + [
        short or (line.indent == 0 and following > 0) for line, following in zip(filled.rows, after, strict=True)
    ]
    keep[-1] = under
    for row, kept in zip(rows, keep, strict=True):
        if kept:
            for paragraph in (p for cell in row.cells for p in cell.paragraphs):
                paragraph.paragraph_format.keep_with_next = True


def _shape(table: WordTable, title: str, points: tuple[float, ...]) -> None:
    """Widths, which Word may fit to the contents; narrow margins; the title for those who listen."""
    from docx.shared import Emu

    table.autofit = True
    widths = [int(width * EMU_A_POINT) for width in points]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Emu(width)
    for tr in table._tbl.tr_lst:
        at = 0
        for tc in tr.tc_lst:
            tc.width = Emu(sum(widths[at : at + tc.grid_span]))
            at += tc.grid_span
    properties = table._tbl.tblPr
    margins = _element("tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(side, w=str(int(20 * MARGIN)), type="dxa"))
    look = properties.find(_element("tblLook").tag)
    properties.append(margins) if look is None else look.addprevious(margins)
    properties.append(_element("tblCaption", val=title))


def _usable(document: Document) -> int:
    """Width between the margins of the last section, in EMU (12,700 a point)."""
    section = document.sections[-1]
    return int((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))


def _under_spanners(row: _Row, filled: Filled) -> None:
    """A line under each heading that stands over several columns, as wide as they are."""
    named = [bool(spanner) for spanner, _ in filled.spanners()]
    for tc, has in zip(row._tr.tc_lst[1:], named, strict=True):
        if has:
            _edge(tc, "bottom")


def _rule(row: _Row, edge: str) -> None:
    """A line along the upper or lower edge of a row."""
    for tc in row._tr.tc_lst:
        _edge(tc, edge)


def _edge(tc: Any, edge: str) -> None:
    properties = tc.get_or_add_tcPr()
    borders = properties.find(_element("tcBorders").tag)
    if borders is None:
        borders = _element("tcBorders")
        following = [e for e in properties if e.tag.rsplit("}", 1)[-1] in AFTER_BORDERS]
        following[0].addprevious(borders) if following else properties.append(borders)
    line = _element(edge, val="single", sz="6", space="0", color="auto")
    borders.insert(0 if edge == "top" else len(borders), line)


AFTER_BORDERS = ("shd", "noWrap", "tcMar", "textDirection", "tcFitText", "vAlign", "hideMark")
"""What the schema of a cell's properties puts after its borders."""


def _notes(document: Document, filled: Filled) -> None:
    style = _style(document, *NOTE)
    for mark, note in (*filled.under(), ("", "")):
        paragraph = document.add_paragraph()
        paragraph._p.style = style
        if mark:
            paragraph.add_run(mark).font.superscript = True
        paragraph.add_run(f" {note}" if mark else note)


def _style(document: Document, name: str, size: float) -> str:
    """Id of the document's own style of that name, or of a new one: its author changes all tables in one place."""
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    for style in document.styles:
        if style.name == name and style.type == WD_STYLE_TYPE.PARAGRAPH:
            return style.style_id
    made = cast("ParagraphStyle", document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH))
    made.base_style = document.styles["Normal"]
    made.font.size = Pt(size)
    made.paragraph_format.space_before = made.paragraph_format.space_after = Pt(1)
    made.paragraph_format.line_spacing = 1.0
    return made.style_id
