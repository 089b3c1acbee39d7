"""A printed table as a real Word table: caption with a field, repeated header, merged headings, notes below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from pipeline.tables.table import Filled
from pipeline.tables.widths import MARGIN, fitted, whole_head

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.table import Table as WordTable
    from docx.table import _Cell, _Row

TEXT = {9.0: "Table text", 8.0: "Table text, small", 7.0: "Table text, smallest"}
NOTE = ("Table note", 8.0)
"""Paragraph styles by their size in points."""
STEP_PT = 9.0
EMU_A_POINT = 12700


def add_to_docx(document: Document, filled: Filled, label: str = "") -> WordTable:
    """Append caption, table and notes to ``document``, which changes. ``label``: ``Table 3``; else counted on.

    The caption's number is a SEQ field, so Word renumbers it; no row breaks across pages, the header repeats on each.
    """
    _caption(document, filled.title, label)
    spanned = any(c.spanner for c in filled.columns)
    heads = 2 if spanned else 1
    table = document.add_table(rows=heads + len(filled.rows), cols=1 + len(filled.columns))
    rows = list(table.rows)
    fit = fitted(filled, _usable(document) / EMU_A_POINT)
    style = _style(document, TEXT[fit.size], fit.size)
    _header(rows[:heads], filled, style)
    for row, line in zip(rows[heads:], filled.rows, strict=True):
        cells = row.cells
        _write(cells[0], line.head, style, bold=line.kind == "variable", indent=line.indent)
        for cell, text in zip(cells[1:], line.cells, strict=True):
            _write(cell, fit.cell(text), style, align="right")
        _whole(row)
    _together(rows, filled, heads)
    _shape(table, filled.title, fit.widths)
    _rule(rows[0], "top")
    _rule(rows[heads - 1], "bottom")
    _rule(rows[-1], "bottom")
    _notes(document, filled)
    return table


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def _caption(document: Document, title: str, label: str) -> None:
    paragraph = document.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = True
    found = re.fullmatch(r"(.*?)(\d+)", label)
    before, number = (found[1], found[2]) if found else ("Table ", str(1 + _captions(document)))
    paragraph.add_run(before)
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
    paragraph.add_run(f". {title}")


def _captions(document: Document) -> int:
    """Tables that are captioned already."""
    return sum(
        1
        for p in document.paragraphs
        if "SEQ Table" in "".join(t.text or "" for t in p._p.iter() if t.tag.endswith("}instrText"))
    )


def _header(rows: list[_Row], filled: Filled, style: str) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT

    first, last = rows[0].cells, rows[-1].cells
    _write(_merged(first[0], last[0]), filled.stub, style, bold=True)
    at = 1
    for spanner, wide in filled.spanners():
        if spanner:
            _write(_merged(first[at], first[at + wide - 1]), spanner, style, bold=True, align="centre")
            for place in range(at, at + wide):
                _write(last[place], whole_head(filled.columns[place - 1]), style, bold=True, align="right")
        else:
            _write(_merged(first[at], last[at]), whole_head(filled.columns[at - 1]), style, bold=True, align="right")
        at += wide
    for row in rows:
        row._tr.get_or_add_trPr().append(_element("tblHeader"))
        _whole(row)
        for cell in row.cells:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM


def _merged(start: _Cell, end: _Cell) -> _Cell:
    return start if start._tc is end._tc else start.merge(end)


def _write(cell: _Cell, text: str, style: str, *, bold: bool = False, align: str = "", indent: int = 0) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    paragraph._p.style = style  # the id: python-docx looks through all styles for a name, cell by cell
    if align:
        paragraph.alignment = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "centre": WD_ALIGN_PARAGRAPH.CENTER}[align]
    if indent:
        paragraph.paragraph_format.left_indent = Pt(STEP_PT * indent)
    if text:
        paragraph.add_run(text).bold = bold or None


def _whole(row: _Row) -> None:
    """No page break inside."""
    row._tr.get_or_add_trPr().insert(0, _element("cantSplit"))


def _together(rows: list[_Row], filled: Filled, heads: int) -> None:
    """The header stays with the first line, a heading with the line under it, the last line with the notes."""
    after = [*(line.indent for line in filled.rows), 1 if filled.notes else 0][1:]
    keep = [True] * heads + [
        line.indent == 0 and following > 0 for line, following in zip(filled.rows, after, strict=True)
    ]
    keep[-1] = bool(filled.notes)
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


def _rule(row: _Row, edge: str) -> None:
    """A line along the upper or lower edge of a row."""
    for tc in row._tr.tc_lst:
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
    for note in (*filled.notes, ""):
        document.add_paragraph(note)._p.style = style


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
