"""The pages of a Word file on which tables stand: their size, and which tables need the longer side."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from pipeline.tables.table import Filled

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle

LETTERS = 115
"""Tables whose columns need more letters side by side stand on pages in landscape."""
STUB_LETTERS = 24
"""What the first column is reckoned with at most; longer words go on another line."""
EPOCH = datetime(2000, 1, 1)
"""Stands for the times that Word wants; no real one may."""
FONT, SIZE_PT = "Calibri", 10.5


def wide(filled: Filled) -> bool:
    """Whether a table's columns, each as wide as its longest cell or word of its heading, need the longer side."""
    letters = min(max((len(r.head) + 2 * r.indent for r in filled.rows), default=0), STUB_LETTERS)
    for place, column in enumerate(filled.columns):
        words = [len(w) for w in column.label.split()] + ([len(column.n) + 6] if column.n else [])
        letters += 2 + max([*words, *(len(r.cells[place]) for r in filled.rows)], default=0)
    return letters > LETTERS


def turn(document: Document, on_its_side: bool) -> None:
    """Turn the page where the last one lies the other way; an empty document turns its first."""
    from docx.enum.section import WD_ORIENT, WD_SECTION

    last = document.sections[-1]
    if (last.orientation == WD_ORIENT.LANDSCAPE) == on_its_side:
        return
    empty = len(document.element.body) == 1
    section = last if empty else document.add_section(WD_SECTION.NEW_PAGE)
    height, width = last.page_height, last.page_width
    section.orientation = WD_ORIENT.LANDSCAPE if on_its_side else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = height, width


def plain_document(document: Document) -> None:
    """A4, black on white, no name and no time."""
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.3)
    core = document.core_properties
    core.author = core.last_modified_by = core.keywords = core.category = core.title = core.comments = ""
    core.created = core.modified = core.last_printed = EPOCH
    core.revision = 1
    for name, size in (("Normal", SIZE_PT), ("Caption", SIZE_PT)):
        font = cast("ParagraphStyle", document.styles[name]).font
        font.name, font.size = FONT, Pt(size)
        font.color.rgb = RGBColor(0, 0, 0)
    caption = cast("ParagraphStyle", document.styles["Caption"])
    caption.font.bold = True
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(4)
