"""The report as a Word document: the same blocks, with real headings, tables, captions and alternative texts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
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
from pipeline.report.report import DRAFT_SENTENCE, MADE_UP, MADE_UP_SENTENCE, NOT_FOR_RELEASE, Report, Section
from pipeline.report.word_look import NOTE, add_field, dress
from pipeline.tables.as_docx import add_to_docx

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

MONO = "Consolas"
LETTERS = 115
"""Tables whose columns need more letters side by side stand on pages in landscape."""
STUB_LETTERS = 24
"""What the first column is reckoned with at most; longer words go on another line."""


def word_document(report: Report) -> bytes:
    """The bytes of a .docx; the same report gives the same bytes."""
    document = Document()
    dress(document, report.head)
    document.add_paragraph(report.head.title, style="Title")
    if report.head.draft:
        _note(document, (f"{NOT_FOR_RELEASE}. {DRAFT_SENTENCE}",))
    if report.head.made_up:
        _note(document, (f"{MADE_UP}. {MADE_UP_SENTENCE}",))
    for section in report.sections:
        _section(document, section)
    out = io.BytesIO()
    document.save(out)
    return _same_bytes(out.getvalue())


def _section(document: WordDocument, section: Section) -> None:
    _turn(document, bool(section.blocks) and _wide(section.blocks[0]))
    document.add_heading(section.title, level=1)
    for block in section.blocks:
        if isinstance(block, (Heading, TableBlock, Figure)):  # words stay on the page of the table that they follow
            _turn(document, _wide(block))
        _block(document, block)


def _wide(block: Block) -> bool:
    """Whether a table's columns, each as wide as its longest cell or word of its heading, need the longer side."""
    if not isinstance(block, TableBlock):
        return False
    filled = block.filled
    letters = min(max((len(r.head) + 2 * r.indent for r in filled.rows), default=0), STUB_LETTERS)
    for place, column in enumerate(filled.columns):
        words = [len(w) for w in column.label.split()] + ([len(column.n) + 6] if column.n else [])
        letters += 2 + max([*words, *(len(r.cells[place]) for r in filled.rows)], default=0)
    return letters > LETTERS


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
        run = paragraph.add_run(piece if isinstance(piece, str) else piece.text)
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
    caption.add_run(f". {figure.caption}")


def _text_size(document: WordDocument) -> tuple[int, int]:
    """Width and height of the text on a page, in EMU."""
    section = document.sections[-1]
    width = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    return width, (section.page_height or 0) - (section.top_margin or 0) - (section.bottom_margin or 0)


def _turn(document: WordDocument, wide: bool) -> None:
    """Turn the page where the last one lies the other way."""
    last = document.sections[-1]
    if (last.orientation == WD_ORIENT.LANDSCAPE) == wide:
        return
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = last.page_height, last.page_width


def _same_bytes(data: bytes) -> bytes:
    """The same archive without times, in one order (its list of contents first, as Word expects)."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as made,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as same,
    ):
        for name in _ordered(made.namelist()):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            same.writestr(entry, made.read(name))
    return out.getvalue()


def _ordered(names: list[str]) -> Iterator[str]:
    first = "[Content_Types].xml"
    yield first
    yield from sorted(n for n in names if n != first)
