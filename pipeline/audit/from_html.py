"""HTML: every table of a page with its caption and notes; nothing is run, fetched or nested without end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from pipeline.audit.from_docx import CAPTION, MOST_NOTES, too_long
from pipeline.audit.opened import MOST_CELLS, too_large
from pipeline.audit.printed import LOWERED, RAISED, Grid
from pipeline.intake.encoding import decode
from pipeline.intake.guarded import MOST_DEPTH

_SILENT = {"script", "style", "template", "svg", "math", "noscript", "title", "select", "textarea", "picture"}
_BLOCKS = {"p", "li", "div", "figcaption", "dd", "dt", "section", "ul", "ol", "aside", "footer", "blockquote"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
NOTED = "data-note"
"""Of a paragraph that is known to be a note of the table above, although it may begin like the next one's caption."""
_STEP = re.compile(r"(?:padding-left|margin-left|text-indent)\s*:\s*(\d{1,3}(?:\.\d+)?)\s*(px|em|rem|pt)?", re.I)
_CLASS = re.compile(r"(?:indent|level|pl|ps|ml)-?(\d)\b")


@dataclass
class _Cell:
    text: list[str] = field(default_factory=list)
    wide: int = 1
    deep: int = 1
    head: bool = False
    indent: float = 0.0


@dataclass
class _Table:
    rows: list[list[_Cell]] = field(default_factory=list)
    heads: int = 0
    part: str = ""
    caption: list[str] = field(default_factory=list)
    before: str = ""
    notes: list[str] = field(default_factory=list)
    open_for_notes: bool = True


class _Reader(HTMLParser):
    """Keeps what stands in tables, and the blocks of text between them."""

    def __init__(self, file: str) -> None:
        super().__init__(convert_charrefs=True)
        self.file, self.found, self.stack = file, list[_Table](), list[_Table]()
        self.silent, self.cells, self.block, self.last = 0, 0, list[str](), ""
        self.in_caption, self.row_class = False, ""
        self.cell: _Cell | None = None
        self.prose: list[str] = []
        self.noted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        if tag in _SILENT:
            self.silent += 1
        if self.silent:
            return
        if tag == "table":
            self._end_block()
            if len(self.stack) >= MOST_DEPTH:
                raise too_large(self.file)
            self.stack.append(_Table(before=self.last))
            self.found.append(self.stack[-1])
            self.cell, self.in_caption, self.last = None, False, ""
        elif tag in _HEADINGS:
            self._end_block()
            self._close_notes()
        elif tag in _BLOCKS and not self.stack:
            self._end_block()
            self.noted = NOTED in given
        elif self.stack:
            self._inside(tag, given)
        if tag == "sup":
            self._add(RAISED)
        elif tag == "br" or (tag in _BLOCKS and self.stack):
            self._add("\n")

    def _inside(self, tag: str, given: dict[str, str]) -> None:
        table = self.stack[-1]
        if tag == "caption":
            self.in_caption, self.cell = True, None
        elif tag in ("thead", "tbody", "tfoot"):
            table.part, self.cell, self.in_caption = tag, None, False
        elif tag == "tr":
            table.rows.append([])
            self.cell, self.in_caption = None, False
            if table.part == "thead":
                table.heads = len(table.rows)
            self.row_class = given.get("class", "")
        elif tag in ("td", "th"):
            self._cell(table, tag, given)

    def _cell(self, table: _Table, tag: str, given: dict[str, str]) -> None:
        if not table.rows:
            table.rows.append([])
        cell = _Cell(wide=_number(given, "colspan"), deep=_number(given, "rowspan"), head=tag == "th")
        if step := _STEP.search(given.get("style", "")):
            cell.indent = float(step[1]) / {"em": 0.5, "rem": 0.5, "pt": 4.0}.get((step[2] or "px").lower(), 5.0)
        if named := _CLASS.search(f"{self.row_class} {given.get('class', '')}"):
            cell.indent += 2.0 * int(named[1])
        table.rows[-1].append(cell)
        self.cells += cell.wide * cell.deep
        if self.cells > MOST_CELLS:
            raise too_large(self.file)
        self.cell = cell

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self.silent:
            self.silent -= 1
            return
        if self.silent:
            return
        if tag == "sup":
            self._add(LOWERED)
        elif tag == "table" and self.stack:
            self.stack.pop()
            self.cell, self.in_caption = None, False
        elif tag == "caption":
            self.in_caption = False
        elif tag in ("td", "th"):
            self.cell = None
        elif tag in _BLOCKS | _HEADINGS and not self.stack:
            self._end_block()
            if tag == "section":  # what follows belongs to no table of it
                self._close_notes()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._add(data.replace(RAISED, "").replace(LOWERED, ""))

    def _add(self, words: str) -> None:
        if not self.stack:
            self.block.append(words)
        elif self.in_caption:
            self.stack[-1].caption.append(words)
        elif self.cell is not None:
            self.cell.text.append(words)

    def _end_block(self) -> None:
        text = "".join(self.block).strip()
        self.block = []
        if not text or self.stack:
            return
        self.last = text
        self.prose.append(text)
        if self.found and self.found[-1].open_for_notes:
            notes = self.found[-1].notes
            if (CAPTION.match(text) and not self.noted) or too_long(text) or len(notes) >= MOST_NOTES:
                self._close_notes()
            else:
                notes.append(text)

    def _close_notes(self) -> None:
        for table in self.found:
            table.open_for_notes = False

    def close(self) -> None:
        super().close()
        self.stack = []
        self._end_block()


def _number(given: dict[str, str], name: str) -> int:
    raw = given.get(name, "1").strip()
    return max(1, min(int(raw), 1000)) if re.fullmatch(r"[0-9]{1,5}", raw) else 1


def read(file: str, data: bytes) -> list[Grid]:
    """Every table with at least two columns. ``Mistakes`` for more cells than print has."""
    return [grid for grid in map(_grid, _reader(file, data).found) if grid is not None]


def prose(file: str, data: bytes) -> list[tuple[str, str]]:
    """The blocks of text outside tables, each with its number."""
    return [(f"paragraph {n}", text) for n, text in enumerate(_reader(file, data).prose, 1)]


def _reader(file: str, data: bytes) -> _Reader:
    text, _ = decode(file, data, None, lambda *_: file)
    reader = _Reader(file)
    reader.feed(text)
    reader.close()
    return reader


def _grid(table: _Table) -> Grid | None:
    rows = _spread(table.rows)
    feet: list[str] = []
    while rows and len(rows) > table.heads and len({c for c in rows[-1] if c}) == 1 and rows[-1].count(rows[-1][0]) > 1:
        feet.insert(0, rows.pop()[0])  # one cell across the whole table, below everything: a note
    width = max(map(len, rows), default=0)
    if width < 2 or not rows:
        return None
    heads = table.heads or _leading(table.rows)
    indents = [(r[0].indent if r else 0.0) + _blanks(r) for r in table.rows][: len(rows)]
    caption = "".join(table.caption).strip()
    if not caption and CAPTION.match(table.before):
        caption = table.before
    return Grid(
        rows=tuple((*row, *[""] * (width - len(row))) for row in rows),
        places=tuple(f"row {n + 1}" for n in range(len(rows))), indents=tuple(indents), caption=caption,
        notes=(*feet, *table.notes), heads=heads or None, loose=not heads,
    )  # fmt: skip


def _blanks(row: list[_Cell]) -> float:
    text = "".join(row[0].text) if row else ""
    return float(sum(c in "\u00a0\u2002\u2003\u2009" for c in text[: len(text) - len(text.lstrip())]))


def _leading(rows: list[list[_Cell]]) -> int:
    """Rows of nothing but headings at the top, where the page has no thead."""
    count = 0
    for row in rows:
        if not row or not all(cell.head for cell in row) or len(row) == 1:
            break
        count += 1
    return count


def _spread(rows: list[list[_Cell]]) -> list[list[str]]:
    """Spans written out: words in every column that they reach over, in their first row alone but for headings."""
    made: list[list[str]] = []
    pending: dict[tuple[int, int], str] = {}
    for r, row in enumerate(rows):
        texts: list[str] = []
        for cell in row:
            while (r, len(texts)) in pending:
                texts.append(pending.pop((r, len(texts))))
            words = "".join(cell.text)
            for down in range(1, min(cell.deep, len(rows) - r)):
                for across in range(cell.wide):
                    pending[r + down, len(texts) + across] = ""
            texts += [words] * cell.wide
        while (r, len(texts)) in pending:
            texts.append(pending.pop((r, len(texts))))
        made.append(texts)
    return made
