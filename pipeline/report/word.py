"""The report as a Word document: the same blocks, with real headings, tables, captions and alternative texts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor

from pipeline import __version__
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
from pipeline.tables.as_docx import add_to_docx

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.section import Section as WordSection
    from docx.text.paragraph import Paragraph as WordParagraph

LANGUAGE = "en-GB"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in the properties for the times that Word wants there; no real time may."""
INK = RGBColor(0x16, 0x23, 0x2B)
BODY, MONO = "Calibri", "Consolas"
LETTERS = 115
"""Tables whose columns need more letters side by side stand on pages in landscape."""
STUB_LETTERS = 24
"""What the first column is reckoned with at most; longer words go on another line."""
_SIZES = {"Title": 22, "Heading 1": 15, "Heading 2": 12, "Heading 3": 11}


def word_document(report: Report) -> bytes:
    """The bytes of a .docx; the same report gives the same bytes."""
    document = Document()
    _properties(document, report)
    _styles(document)
    _page(document.sections[0])
    _head_and_foot(document.sections[0], report)
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
    if section.blocks:
        _turn(document, _wide(section.blocks[0]))
    document.add_heading(section.title, level=1)
    for block in section.blocks:
        if isinstance(block, (Heading, TableBlock, Figure)):  # words stay on the page of the table that they follow
            _turn(document, _wide(block))
        _block(document, block)
    _turn(document, False)


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
    paragraph = document.add_paragraph(style="Report note")
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
    _field(caption, f" SEQ {before} \\* ARABIC ", number)
    caption.add_run(f". {figure.caption}")


def _text_size(document: WordDocument) -> tuple[int, int]:
    """Width and height of the text on a page, in EMU."""
    section = document.sections[-1]
    width = (section.page_width or 0) - (section.left_margin or 0) - (section.right_margin or 0)
    return width, (section.page_height or 0) - (section.top_margin or 0) - (section.bottom_margin or 0)


def _field(paragraph: WordParagraph, instruction: str, shown: str) -> None:
    """A field that Word can renew, with what it shows until then."""
    for kind in ("begin", "instruction", "separate", "shown", "end"):
        run = paragraph.add_run(shown if kind == "shown" else "")
        if kind == "instruction":
            text = _element("instrText", **{"xml:space": "preserve"})
            text.text = instruction
            run._r.append(text)
        elif kind != "shown":
            run._r.append(_element("fldChar", **{"w:fldCharType": kind}))


def _element(tag: str, **attributes: str) -> Any:
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(name), value)
    return made


def _turn(document: WordDocument, wide: bool) -> None:
    """Turn the page where the last one lies the other way."""
    last = document.sections[-1]
    if (last.orientation == WD_ORIENT.LANDSCAPE) == wide:
        return
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = last.page_height, last.page_width


def _page(section: WordSection) -> None:
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.2)


def _head_and_foot(section: WordSection, report: Report) -> None:
    """The label at the head of every page, the page's number at its foot."""
    if report.head.label:
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = head.add_run(report.head.label)
        run.bold, run.font.size, run.font.color.rgb = True, Pt(9), RGBColor(0x8A, 0x52, 0x00)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _field(foot, " PAGE ", "1")


def _properties(document: WordDocument, report: Report) -> None:
    core = document.core_properties
    core.title, core.subject, core.language = report.head.title, report.head.study, LANGUAGE
    core.author = core.last_modified_by = core.keywords = core.category = ""
    core.comments = " ".join(
        w for w in (report.head.label and f"{report.head.label}.", f"Made with Alongside {__version__}.") if w
    )
    core.created = core.modified = core.last_printed = EPOCH.replace(tzinfo=None)
    core.revision = 1
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")) if defaults is not None else ():
        language.set(qn("w:val"), LANGUAGE)


def _styles(document: WordDocument) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    normal = document.styles["Normal"]
    _font(normal, 10.5)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(6), 1.15
    for name, size in _SIZES.items():
        style = document.styles[name]
        _font(style, size)
        style.font.bold, style.font.color.rgb = True, INK
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_before = Pt({"Title": 0, "Heading 1": 20}.get(name, 12))
        style.paragraph_format.space_after = Pt(4 if name != "Title" else 10)
    for border in list(document.styles["Title"].element.iter(qn("w:pBdr"))):
        border.getparent().remove(border)
    caption = document.styles["Caption"]
    _font(caption, 9.5)
    caption.font.bold, caption.font.color.rgb = True, INK
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(4)
    bullet = document.styles["List Bullet"]
    bullet.paragraph_format.space_after = Pt(3)
    note = document.styles.add_style("Report note", WD_STYLE_TYPE.PARAGRAPH)
    note.base_style = normal
    properties = note.element.get_or_add_pPr()
    borders = _element("pBdr")
    borders.append(_element("left", **{"w:val": "single", "w:sz": "24", "w:space": "8", "w:color": "D9A400"}))
    properties.append(borders)
    properties.append(_element("shd", **{"w:val": "clear", "w:color": "auto", "w:fill": "FFF8E5"}))


def _font(style: Any, size: float) -> None:
    """The font by name: a theme's font would win over it."""
    style.font.name, style.font.size = BODY, Pt(size)
    fonts = style.element.rPr.rFonts
    for attribute in [a for a in fonts.attrib if a.endswith("Theme")]:
        del fonts.attrib[attribute]
    for kind in ("cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), BODY)


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
