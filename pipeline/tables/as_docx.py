"""A printed table as a real Word table: caption with a field, repeated header, merged headings, notes below."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.tables.table import Filled

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as WordTable
    from docx.table import _Cell, _Row

NOTE_STYLE = "Table note"
STEP_PT = 9.0
WIDEST = 34
"""Letters of a column's longest text for which its width is reckoned at most."""
LETTERS = 90
"""Letters that fit beside each other; where a line has more, they are smaller."""
BOLD = 1.15
_UNBROKEN = re.compile(r"(?<=[,(]) (?=[\d−])|(?<=n) (?==)|(?<==) (?=[\d\[])")
"""Blanks inside ``[33.0, 71.0]`` and ``(n = 14)``, where no line may end."""


def add_to_docx(document: Document, filled: Filled, label: str = "") -> WordTable:
    """Append caption, table and notes to ``document``, which changes. ``label``: ``Table 3``; else counted on.

    The caption's number is a SEQ field, so Word renumbers it; no row breaks across pages, the header repeats on each.
    """
    _caption(document, filled.title, label)
    spanned = any(c.spanner for c in filled.columns)
    heads = 2 if spanned else 1
    table = document.add_table(rows=heads + len(filled.rows), cols=1 + len(filled.columns))
    rows = list(table.rows)
    weights = _weights(filled)
    size = 9.0 if sum(weights) <= LETTERS else 8.0
    _header(rows[:heads], filled, size)
    for row, line in zip(rows[heads:], filled.rows, strict=True):
        cells = row.cells
        _write(cells[0], line.head, size, bold=line.kind == "variable", indent=line.indent)
        for cell, text in zip(cells[1:], line.cells, strict=True):
            _write(cell, text, size, right=True)
        _whole(row)
    _together(rows, filled, heads)
    _shape(table, document, filled.title, weights)
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


def _header(rows: list[_Row], filled: Filled, size: float) -> None:
    first, last = rows[0].cells, rows[-1].cells
    _write(_merged(first[0], last[0]), filled.stub, size, bold=True)
    at = 1
    for spanner, wide in filled.spanners():
        if spanner:
            _write(_merged(first[at], first[at + wide - 1]), spanner, size, bold=True, centre=True)
            for place in range(at, at + wide):
                _write(last[place], filled.columns[place - 1].head, size, bold=True, right=True)
        else:
            _write(_merged(first[at], last[at]), filled.columns[at - 1].head, size, bold=True, right=True)
        at += wide
    for row in rows:
        row._tr.get_or_add_trPr().append(_element("tblHeader"))
        _whole(row)


def _merged(start: _Cell, end: _Cell) -> _Cell:
    return start if start._tc is end._tc else start.merge(end)


def _write(cell: _Cell, text: str, size: float, *, bold: bool = False, right: bool = False, centre: bool = False,
           indent: int = 0) -> None:  # fmt: skip
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.line_spacing = 1.0
    if right or centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.CENTER
    if indent:
        paragraph.paragraph_format.left_indent = Pt(STEP_PT * indent)
    run = paragraph.add_run(_UNBROKEN.sub("\u00a0", text))
    run.bold = bold or None
    run.font.size = Pt(size)


def _whole(row: _Row) -> None:
    """No page break inside."""
    row._tr.get_or_add_trPr().insert(0, _element("cantSplit"))


def _together(rows: list[_Row], filled: Filled, heads: int) -> None:
    """The header stays with the first line, a heading with the line under it, the last line with the notes."""
    after = [line.indent for line in filled.rows[1:]] + [1 if filled.notes else 0]
    keep = [True] * heads + [
        line.indent == 0 and following > 0 for line, following in zip(filled.rows, after, strict=True)
    ]
    keep[-1] = bool(filled.notes)
    for row, kept in zip(rows, keep, strict=True):
        if kept:
            for paragraph in (p for cell in row.cells for p in cell.paragraphs):
                paragraph.paragraph_format.keep_with_next = True


def _weights(filled: Filled) -> list[float]:
    """Letters by which the columns share the width: the longest text, within bounds, and never less than a word."""
    columns = [[filled.stub, *("  " * r.indent + r.head for r in filled.rows)]]
    columns += [[_UNBROKEN.sub("_", c.head), *(r.cells[i] for r in filled.rows)] for i, c in enumerate(filled.columns)]
    weights = []
    for place, texts in enumerate(columns):
        longest = max(map(len, texts if place == 0 else texts[1:]), default=1)
        word = max(len(w) for text in texts for w in (text.split() or [""]))
        weights.append(max(min(longest, WIDEST), word * BOLD, 4.0))
    return weights


def _shape(table: WordTable, document: Document, title: str, weights: list[float]) -> None:
    """Widths by weight, which Word may fit to the contents; narrow margins; the title for those who listen."""
    from docx.shared import Emu

    table.autofit = True
    section = document.sections[-1]
    usable = int((section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0))
    widths = [int(usable * weight / sum(weights)) for weight in weights]
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
        margins.append(_element(side, w="60", type="dxa"))
    look = properties.find(_element("tblLook").tag)
    properties.append(margins) if look is None else look.addprevious(margins)
    properties.append(_element("tblCaption", val=title))


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
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt

    if NOTE_STYLE not in [style.name for style in document.styles]:
        style = document.styles.add_style(NOTE_STYLE, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        style.font.size = Pt(8)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(1), Pt(1)
    for note in filled.notes:
        document.add_paragraph(note, style=NOTE_STYLE)
    document.add_paragraph(style=NOTE_STYLE)
