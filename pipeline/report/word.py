"""The report as a Word document: the same blocks, with real headings, tables, captions and alternative texts."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from docx import Document
from docx.shared import Emu, Pt

from pipeline.report.blocks import (
    Block,
    Code,
    Datum,
    Figure,
    Heading,
    Listing,
    Note,
    Paragraph,
    Pieces,
    Strong,
    TableBlock,
)
from pipeline.report.pages import leads, on_their_side
from pipeline.report.report import DRAFT_SENTENCE, NOT_FOR_RELEASE, Report, invented
from pipeline.report.word_look import NOTE, add_field, dress
from pipeline.tables.as_docx import add_to_docx
from pipeline.tables.docx_cells import add_words
from pipeline.tables.page import turn
from pipeline.tables.zipped import same_bytes

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

MONO = "Consolas"


def word_document(report: Report) -> bytes:
    """The bytes of a .docx; the same report gives the same bytes."""
    document = Document()
    dress(document, report.head)
    document.add_paragraph(report.head.title, style="Title")
    if report.head.draft:
        _note(document, (f"{NOT_FOR_RELEASE}. {DRAFT_SENTENCE}",))
    if report.head.made_up:
        _note(document, (". ".join(invented(report.head.made_up)),))
    blocks = [b for s in report.sections if s.blocks for b in (Heading(s.title, s.anchor, 2), *s.blocks)]
    for place, (block, side) in enumerate(zip(blocks, on_their_side(blocks), strict=True)):
        if side is not None:
            turn(document, side)
        _block(document, block)
        if leads(blocks, place):
            document.paragraphs[-1].paragraph_format.keep_with_next = True
    out = io.BytesIO()
    document.save(out)
    return same_bytes(out.getvalue())


def _block(document: WordDocument, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(block.text, level=block.level - 1)
    elif isinstance(block, Paragraph):
        _write(document.add_paragraph(), block.pieces)
    elif isinstance(block, Note):
        _note(document, block.pieces)
    elif isinstance(block, Listing):
        for item in block.items:
            _write(document.add_paragraph(style="List Bullet"), item)
    elif isinstance(block, TableBlock):
        add_to_docx(document, block.filled, block.label)
    else:
        _figure(document, block)


def _write(paragraph: WordParagraph, pieces: Pieces) -> None:
    for piece in pieces:
        run = add_words(paragraph, piece if isinstance(piece, str) else piece.text)
        if isinstance(piece, Code):
            run.font.name = MONO
            run.font.size = Pt(9.5)
        elif isinstance(piece, Strong):
            run.bold = True
        elif isinstance(piece, Datum) and piece.withheld:
            run.italic = True


def _note(document: WordDocument, pieces: Pieces) -> None:
    paragraph = document.add_paragraph(style=NOTE)
    _write(paragraph, pieces)


def _figure(document: WordDocument, figure: Figure) -> None:
    """As wide as the text, unless it would then be taller than three quarters of a page."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(10)
    width, height = _text_size(document)
    shape = figure.picture.height / figure.picture.width
    wide = min(width, round(height * 0.75 / shape))
    inline = paragraph.add_run().add_picture(io.BytesIO(figure.picture.png), width=Emu(wide))
    for side in ("distT", "distB", "distL", "distR"):
        inline._inline.set(side, "0")  # left out, LibreOffice keeps a distance and shifts the picture
    described = inline._inline.docPr
    described.set("descr", figure.alt)
    described.set("name", figure.label or figure.name)
    described.set("title", figure.caption)
    caption = document.add_paragraph(style="Caption")
    before, number = figure.label.rsplit(" ", 1)
    caption.add_run(f"{before} ")
    add_field(caption, f" SEQ {before} \\* ARABIC ", number)
    add_words(caption, f". {figure.caption}")


def _text_size(document: WordDocument) -> tuple[int, int]:
    """Width and height of the text on a page, in EMU."""
    section = document.sections[-1]
    width = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    return width, (section.page_height or 0) - (section.top_margin or 0) - (section.bottom_margin or 0)
