"""What stands around a Word table: its caption above, its notes below, and the styles of both."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from pipeline.tables.docx_cells import add_words, element
from pipeline.tables.table import Filled

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph

NOTE = ("Table note", 8.0)
"""Paragraph style and its size in points."""
AFTER = 8.0
"""Points between a table's notes and what follows."""


def caption(document: Document, filled: Filled, label: str) -> None:
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
        run = add_words(paragraph, title)
        run.bold, run.italic = False, True
    else:
        add_words(paragraph, f"{after}{title}")


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
            instruction = element("instrText")
            instruction.text = text
            run._r.append(instruction)
        elif kind != "number":
            run._r.append(element("fldChar", fldCharType=kind))


def _captions(document: Document) -> int:
    """Tables that are captioned already."""
    return sum(
        1
        for p in document.paragraphs
        if "SEQ Table" in "".join(t.text or "" for t in p._p.iter() if t.tag.endswith("}instrText"))
    )


def notes(document: Document, filled: Filled) -> None:
    """What stands under the table, on one page with its end; a table without notes has an empty line under it, for two
    tables must not touch."""
    from docx.shared import Pt

    style = style_id(document, *NOTE)
    last = len(filled.under()) - 1
    for place, (mark, note) in enumerate(filled.under() or (("", ""),)):
        paragraph = document.add_paragraph()
        paragraph._p.style = style
        if mark:
            paragraph.add_run(mark).font.superscript = True
        add_words(paragraph, f" {note}" if mark else note)
        paragraph.paragraph_format.keep_together = True
        if place < last:
            paragraph.paragraph_format.keep_with_next = True
        else:
            paragraph.paragraph_format.space_after = Pt(AFTER)


def style_id(document: Document, name: str, size: float) -> str:
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
