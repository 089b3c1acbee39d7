"""How the Word document looks: its pages, their heads and feet, its styles, its properties."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from pipeline import __version__
from pipeline.report.report import Head

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.section import Section as WordSection
    from docx.text.paragraph import Paragraph as WordParagraph

LANGUAGE = "en-GB"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in the properties for the times that Word wants there; no real time may."""
INK = RGBColor(0x16, 0x23, 0x2B)
BODY = "Calibri"
NOTE = "Report note"
_SIZES = {"Title": 22, "Heading 1": 15, "Heading 2": 12, "Heading 3": 11}


def dress(document: WordDocument, head: Head) -> None:
    """Properties, styles, the page, and what stands at its head and foot."""
    _properties(document, head)
    _styles(document)
    _page(document.sections[0])
    _head_and_foot(document.sections[0], head)


def _page(section: WordSection) -> None:
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2.2)


def _head_and_foot(section: WordSection, head: Head) -> None:
    """The label at the head of every page, the page's number at its foot."""
    if head.label:
        line = section.header.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = line.add_run(head.label)
        run.bold, run.font.size, run.font.color.rgb = True, Pt(9), RGBColor(0x8A, 0x52, 0x00)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_field(foot, " PAGE ", "1")


def _properties(document: WordDocument, head: Head) -> None:
    core = document.core_properties
    core.title, core.subject, core.language = head.title, head.study, LANGUAGE
    core.author = core.last_modified_by = core.keywords = core.category = ""
    core.comments = " ".join(w for w in (head.label and f"{head.label}.", f"Made with Alongside {__version__}.") if w)
    core.created = core.modified = core.last_printed = EPOCH.replace(tzinfo=None)
    core.revision = 1
    belongings = document.part.package.rels  # the template's own program and thumbnail say nothing of this document
    for key, relation in list(belongings.items()):
        if relation.reltype.rsplit("/", 1)[-1] in ("extended-properties", "thumbnail"):
            belongings.pop(key)
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")) if defaults is not None else ():
        language.set(qn("w:val"), LANGUAGE)


def _styles(document: WordDocument) -> None:
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
    note = document.styles.add_style(NOTE, WD_STYLE_TYPE.PARAGRAPH)
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


def add_field(paragraph: WordParagraph, instruction: str, shown: str) -> None:
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
