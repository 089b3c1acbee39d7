"""Markdown: pipe tables with their captions and notes, and the paragraphs; code is passed over, HTML read as HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.audit import from_html, from_text
from pipeline.audit.from_docx import CAPTION, LONGEST_NOTE, MOST_NOTES
from pipeline.audit.opened import MOST_CELLS, too_large
from pipeline.audit.printed import LOWERED, RAISED, Grid

_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_BAR = re.compile(r"(?<!\\)\|")
_RAISED = re.compile(r"<sup>(.{0,40}?)</sup>|\^([^\s^]{1,12})\^", re.I)
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>", re.I)
_MARKUP = re.compile(
    r"(?<!\\)(\*\*|__|~~|`+)|(?<![\\\w*])\*(?=\S)|(?<=[^\s*\\])\*(?![\w*])|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)"
)
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,400}(?:\s\"[^\"]{0,200}\")?\)")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|~<>^-])")
_CAPTION = re.compile(rf"(?:{CAPTION.pattern}\b)(?<=\d)", re.I)
"""With its number: ``Tables`` may begin an article."""
_LABEL = re.compile(r"Table [A-Z]?\d{1,3}[a-z]?\.?", re.I)
"""Above a title that stands on a line of its own."""
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")


def read(file: str, data: bytes) -> list[Grid]:
    """Every pipe table, and every HTML table."""
    lines = _lines(file, data)
    first = next((words_of(line) for line in lines if line.strip()), "")
    tables = [_table(file, lines, i, bool(_CAPTION.match(first))) for i in _starts(lines)]
    inside = from_html.read(file, data) if re.search(rb"<table[\s>]", data, re.I) else []
    return [*tables, *inside]


def prose(file: str, data: bytes) -> list[tuple[str, str]]:
    """The paragraphs outside tables and code, each with its first line."""
    lines = _lines(file, data)
    for start in _starts(lines):
        for place in range(start, _end(lines, start)):
            lines[place] = ""
    text = "\n".join("" if _HEADING.match(line) else line for line in lines)
    return [
        (place, words_of(words))
        for place, words in from_text.paragraphs(re.sub(r"(?is)<table.*?</table>", _blank, text))
    ]


def _blank(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _lines(file: str, data: bytes) -> list[str]:
    """Without fenced code, whose lines are left blank."""
    fenced, made = False, []
    for line in from_text.text_of(file, data).split("\n"):
        if _FENCE.match(line):
            fenced = not fenced
            line = ""
        made.append("" if fenced else line)
    return made


def _starts(lines: Sequence[str]) -> list[int]:
    """Where tables begin: a line with bars above one of dashes and bars."""
    return [
        i for i in range(len(lines) - 1)
        if _BAR.search(lines[i]) and _BAR.search(lines[i + 1]) and "-" in lines[i + 1]
        and _RULE.fullmatch(lines[i + 1][:2000])
    ]  # fmt: skip


def _end(lines: Sequence[str], start: int) -> int:
    end = start + 2
    while end < len(lines) and _BAR.search(lines[end]):
        end += 1
    return end


def _table(file: str, lines: Sequence[str], start: int, alone: bool) -> Grid:
    """alone: whether the file begins with a table's caption, and holds tables and their notes alone."""
    end = _end(lines, start)
    rows = [_cells(line) for place, line in enumerate(lines[start:end], start) if place != start + 1]
    width = max(map(len, rows))
    if width * len(rows) > MOST_CELLS:
        raise too_large(file)
    said = [(*(words_of(c) for c in row), *[""] * (width - len(row))) for row in rows]
    heads = _headings(said[0])
    more = len(heads) - 1
    places = [f"line {n + 1}" for n in (*[start] * (1 + more), *range(start + 2, end))]
    return Grid(
        rows=(*heads, *said[1:]), places=tuple(places),
        indents=(*[0.0] * more, *(_indent(row[0]) for row in rows)), caption=_caption(lines, start, end),
        notes=_notes(lines, end, alone), heads=len(heads),
    )  # fmt: skip


def _headings(row: tuple[str, ...]) -> list[tuple[str, ...]]:
    """A pipe table has one line of headings: ``Arm: Peer (n = 4)`` beside ``Arm: Usual (n = 5)`` is a heading above
    both, and their own."""
    parts = [cell.partition(": ") for cell in row]
    above = [before if sign and before else "" for before, sign, _ in parts]
    if not any(a and a == b for a, b in zip(above[1:], above[2:], strict=False)):
        return [row]
    own = [after if name else cell for cell, name, (_, _, after) in zip(row, above, parts, strict=True)]
    return [("", *above[1:]), (row[0], *own[1:])]


def _cells(line: str) -> list[str]:
    return _BAR.split(re.sub(r"(?<!\\)\|\s*$", "", re.sub(r"^\s*\|", "", line)))


def _indent(cell: str) -> float:
    """Blanks that a page shows; those that line up the source mean nothing, but for more than two."""
    shown = len(re.match(r"\s*(?:&nbsp;|&emsp;|&ensp;|[\u00a0\u2002\u2003])*", cell)[0].replace("&nbsp;", "\u00a0"))  # type: ignore[index]
    return float(shown) if shown > 1 else 0.0


def _caption(lines: Sequence[str], start: int, end: int) -> str:
    """The paragraph above that begins with "Table"; else Pandoc's, a line with a colon below."""
    near = [words_of(p) for _, p in from_text.paragraphs("\n".join(lines[max(0, start - 6) : start]))]
    above, label = ([*reversed(near), "", ""])[:2]
    if CAPTION.match(above):
        return above
    if _LABEL.fullmatch(label):
        return f"{label}. {above}"
    below = next((p for _, p in from_text.paragraphs("\n".join(lines[end : end + 3]))), "")
    found = re.match(r"(?:Table)?\s*:\s+(.*)", below)
    return words_of(found[1]) if found else ""


def _notes(lines: Sequence[str], end: int, alone: bool) -> tuple[str, ...]:
    """Lines below up to a heading, a caption, a table, a long paragraph or two blank lines; of a file of tables alone,
    everything up to the next heading, caption or table."""
    notes: list[str] = []
    blanks = 0
    for place in range(end, min(len(lines), end + MOST_NOTES * (1 + alone))):
        line = lines[place]
        blanks = 0 if line.strip() else blanks + 1
        words = words_of(line)
        if _HEADING.match(line) or _BAR.search(line) or CAPTION.match(words) or re.match(r"(?:Table)?\s*:\s", line):
            break
        if not alone and (blanks > 1 or len(line) > LONGEST_NOTE or (blanks and notes)):
            break
        if words:
            notes.append(words)
    return tuple(notes)


def words_of(text: str) -> str:
    """Words without marks of emphasis, links and tags; raised text between ``RAISED`` and ``LOWERED``."""
    text = text.replace(RAISED, "").replace(LOWERED, "")
    text = _RAISED.sub(lambda m: f"{RAISED}{m[1] or m[2]}{LOWERED}", text)
    text = re.sub(r"<br\s*/?>", " ", text, flags=re.I)
    text = _TAG.sub("", _LINK.sub(r"\1", text))
    for named, sign in (("&nbsp;", "\u00a0"), ("&emsp;", "\u2003"), ("&ensp;", "\u2002"), ("&lt;", "<"), ("&gt;", ">"),
                        ("&plusmn;", "±"), ("&minus;", "−"), ("&ndash;", "–"), ("&amp;", "&")):  # fmt: skip
        text = text.replace(named, sign)
    text = re.sub(r"\$([^$]{1,200})\$", lambda m: m[1].replace(r"\chi", "χ").replace("^2", "²"), text)
    return _ESCAPED.sub(r"\1", _MARKUP.sub("", text)).strip()
