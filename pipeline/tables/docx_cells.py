"""Cells of a Word table: their words, lines, widths, and what may not part; each function changes what it is given."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipeline.tables.widths import MARGIN

if TYPE_CHECKING:
    from docx.table import Table as WordTable
    from docx.table import _Cell, _Row
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

STEP_PT = 9.0
"""By how much a level is indented."""
EMU_A_POINT = 12700


def element(tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def write(cell: _Cell, text: str, style: str, *, bold: bool = False, align: str = "", indent: int = 0,
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
        add_words(paragraph, text).bold = bold or None
    for mark in marks:
        paragraph.add_run(mark).font.superscript = True


_NAME = re.compile(r"(?<=[^\W\d_])-(?=[0-9])|(?<=[A-Z]{2})-(?=[A-Z]+\b)")
"""The hyphen of UCLA-3, PHQ-9 and AUDIT-C: a line that ended there would tear a name."""


def add_words(paragraph: Paragraph, text: str) -> Run:
    """A run of words; no line ends at the hyphen of a name."""
    first, *others = _NAME.split(text)
    run = paragraph.add_run(first)
    for part in others:
        run._r.append(element("noBreakHyphen"))
        run.add_text(part)
    return run


def merged(start: _Cell, end: _Cell) -> _Cell:
    return start if start._tc is end._tc else start.merge(end)


def whole(row: _Row) -> None:
    """No page break inside."""
    row._tr.get_or_add_trPr().insert(0, element("cantSplit"))


def shape(table: WordTable, title: str, points: tuple[float, ...]) -> None:
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
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=str(int(20 * MARGIN)), type="dxa"))
    look = properties.find(element("tblLook").tag)
    properties.append(margins) if look is None else look.addprevious(margins)
    properties.append(element("tblCaption", val=title))


def rule(row: _Row, side: str) -> None:
    """A line along the upper or lower edge of a row."""
    for tc in row._tr.tc_lst:
        edge(tc, side)


def edge(tc: Any, side: str) -> None:
    properties = tc.get_or_add_tcPr()
    borders = properties.find(element("tcBorders").tag)
    if borders is None:
        borders = element("tcBorders")
        following = [e for e in properties if e.tag.rsplit("}", 1)[-1] in AFTER_BORDERS]
        following[0].addprevious(borders) if following else properties.append(borders)
    line = element(side, val="single", sz="6", space="0", color="auto")
    borders.insert(0 if side == "top" else len(borders), line)


AFTER_BORDERS = ("shd", "noWrap", "tcMar", "textDirection", "tcFitText", "vAlign", "hideMark")
"""What the schema of a cell's properties puts after its borders."""
