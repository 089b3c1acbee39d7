"""The pages of a Word file on which tables stand: their size, and which tables need the longer side."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from pipeline.tables.table import Filled
from pipeline.tables.widths import fitted

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle

UPRIGHT = 460.0
"""Width of the text of a page in portrait, in points: A4 with margins of about 2.3 cm."""
SENTENCES = 3
"""Columns of sentences that stand beside each other on a page in portrait."""
EPOCH = datetime(2000, 1, 1)
"""Stands for the times that Word wants; no real one may."""
FONT, SIZE_PT = "Calibri", 10.5


def wide(filled: Filled) -> bool:
    """Whether the table needs the longer side: in portrait some cell would take a second line."""
    if any(row.kind == "words" for row in filled.rows):
        return len(filled.columns) > SENTENCES
    return not fitted(filled, UPRIGHT).lines


def turn(document: Document, on_its_side: bool) -> None:
    """Turn the page where the last one lies the other way; an empty document turns its first."""
    from docx.enum.section import WD_ORIENT, WD_SECTION

    last = document.sections[-1]
    if (last.orientation == WD_ORIENT.LANDSCAPE) == on_its_side:
        return
    empty = len(document.element.body) == 1
    section = last if empty else document.add_section(WD_SECTION.NEW_PAGE)
    if not empty:
        _end_in_words(document)
    height, width = last.page_height, last.page_width
    section.orientation = WD_ORIENT.LANDSCAPE if on_its_side else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = height, width


def _end_in_words(document: Document) -> None:
    """The end of a section goes into the last paragraph of words: one of its own is an empty line, at worst a page."""
    ending = document.element.body[-2]
    before = ending.getprevious()
    if before is not None and before.tag == ending.tag:
        before.get_or_add_pPr().append(ending.pPr.sectPr)
        ending.getparent().remove(ending)


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
