"""DOCX: the tables of a Word document with the captions before and the notes after them, from its XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from xml.etree.ElementTree import Element

from pipeline.audit.opened import MOST_CELLS, Parts, too_large, whole
from pipeline.audit.printed import LOWERED, RAISED, Grid
from pipeline.intake.guarded import attribute, child, damaged, local

CAPTION = re.compile(
    r"\s*(?:supplementary |suppl\.? |online |e)?(?:table|tab\.|tabelle|tabell|tableau)\s*[A-Z]?\d*", re.I
)
MOST_NOTES, LONGEST_NOTE = 40, 700
_NOTE = re.compile(r"\s*notes?\s*[.:]", re.I)
_LABEL = re.compile(r"\s*table\s*[A-Z]?\d+\.?\s*", re.I)
_OFF = {"0", "false", "off", "none"}


def read(file: str, data: bytes) -> list[Grid]:
    """Every table, also those inside content controls. A deleted run (tracked change) is not read."""
    body = child(Parts(file, data).tree("word/document.xml"), "body")
    if body is None:
        raise damaged(file)
    blocks = list(_blocks(body))
    found = []
    for place, block in enumerate(blocks):
        if local(block.tag) == "tbl":
            grid = _table(file, block, _before(blocks, place), _after(blocks, place))
            if grid is not None:
                found.append(grid)
    return found


def prose(file: str, data: bytes) -> list[tuple[str, str]]:
    """The paragraphs outside tables, each with its number."""
    body = child(Parts(file, data).tree("word/document.xml"), "body")
    blocks = [b for b in _blocks(body) if local(b.tag) == "p"] if body is not None else []
    return [(f"paragraph {n}", _text(b)) for n, b in enumerate(blocks, 1)]


def _blocks(element: Element) -> Iterator[Element]:
    for part in element:
        name = local(part.tag)
        if name in ("p", "tbl"):
            yield part
        elif name in ("sdt", "sdtContent", "ins", "smartTag", "customXml"):
            yield from _blocks(part)


def _before(blocks: list[Element], place: int) -> str:
    """The caption: the paragraph above, or the one that begins with "Table" among the two above."""
    above = [b for b in blocks[max(0, place - 2) : place] if local(b.tag) == "p"]
    texts = [(_style(b), _text(b).strip()) for b in above]
    if len(texts) == 2 and _LABEL.fullmatch(texts[0][1]) and "caption" in texts[1][0].lower():
        return f"{texts[0][1]} {texts[1][1]}"  # the label has a line of its own (APA)
    for style, text in reversed(texts):
        if text and ("caption" in style.lower() or CAPTION.match(text)):
            return text
    return ""


def _after(blocks: list[Element], place: int) -> tuple[str, ...]:
    """Paragraphs below up to a heading, a caption, a long paragraph or a table: these may be notes."""
    notes: list[str] = []
    for block in blocks[place + 1 : place + 1 + MOST_NOTES]:
        if local(block.tag) != "p":
            break
        text, style = _text(block).strip(), _style(block).lower()
        if CAPTION.match(text) or re.match(r"heading|title|caption|berschrift", style) or too_long(text):
            break
        if text:
            notes.append(text)
        elif notes:
            break
    return tuple(notes)


def too_long(text: str) -> bool:
    """Whether a paragraph is too long for a note; one that says "Note." may hold all notes at once."""
    return len(text) > LONGEST_NOTE and not _NOTE.match(text)


def _style(paragraph: Element) -> str:
    return attribute(child(paragraph, "pPr", "pStyle"), "val")


def _text(element: Element) -> str:
    """Words of a paragraph or cell; raised runs are marked, deleted ones and field codes left out."""
    parts: list[str] = []
    for paragraph in element.iter():
        if local(paragraph.tag) != "p":
            continue
        if parts:
            parts.append("\n")
        for run in paragraph.iter():
            if local(run.tag) == "r":
                words = "".join(_words(run))
                raised = attribute(child(run, "rPr", "vertAlign"), "val") == "superscript"
                parts.append(f"{RAISED}{words}{LOWERED}" if raised and words.strip() else words)
    return "".join(parts)


def _words(run: Element) -> Iterator[str]:
    for part in run:
        name = local(part.tag)
        if name == "t":
            yield (part.text or "").replace(RAISED, "").replace(LOWERED, "")
        elif name in ("tab", "br", "cr"):
            yield "\t" if name == "tab" else "\n"
        elif name == "noBreakHyphen":
            yield "-"


def _table(file: str, table: Element, caption: str, notes: tuple[str, ...]) -> Grid | None:
    rows, indents, heads = list[list[str]](), list[float](), 0
    cells = 0
    for row in _rows(table):
        texts: list[str] = []
        first = 0.0
        for cell in _cells(row):
            wide = whole(attribute(child(cell, "tcPr", "gridSpan"), "val"), 1)
            merged = child(cell, "tcPr", "vMerge")
            text = "" if merged is not None and attribute(merged, "val") != "restart" else _text(cell)
            if not texts:
                first = _indent(cell, text)
            cells += max(1, min(wide, 1000))
            if cells > MOST_CELLS:
                raise too_large(file)
            texts += [text] * max(1, min(wide, 1000))
        mark = child(row, "trPr", "tblHeader")
        if mark is not None and attribute(mark, "val", "true") not in _OFF and heads == len(rows):
            heads += 1
        rows.append(texts)
        indents.append(first)
    if not rows:
        return None
    squared = list(zip(*zip_longest(*rows, fillvalue=""), strict=True))
    said = attribute(child(table, "tblPr", "tblCaption"), "val")
    return Grid(
        rows=tuple(squared), places=tuple(f"row {n + 1}" for n in range(len(rows))), indents=tuple(indents),
        caption=caption or said, notes=notes, heads=heads or None, loose=not heads,
    )  # fmt: skip


def _rows(table: Element) -> Iterator[Element]:
    for part in table:
        if local(part.tag) == "tr":
            yield part
        elif local(part.tag) in ("sdt", "sdtContent", "ins"):
            yield from _rows(part)


def _cells(row: Element) -> Iterator[Element]:
    for part in row:
        if local(part.tag) == "tc":
            yield part
        elif local(part.tag) in ("sdt", "sdtContent", "ins"):
            yield from _cells(part)


def _indent(cell: Element, text: str) -> float:
    """Of the first paragraph, in blanks: 5 points (100 twentieths) for one."""
    paragraph = child(cell, "p")
    wide = child(paragraph, "pPr", "ind")
    raw = attribute(wide, "left") or attribute(wide, "start") or "0"
    points = int(raw) / 100 if re.fullmatch(r"-?\d{1,6}", raw) else 0.0
    before = text[: len(text) - len(text.lstrip())]
    return points + sum(4 if c == "\t" else 1 for c in before)
