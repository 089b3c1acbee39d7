"""The numbers that a reader sees in the page and in the Word file, held against ``results.csv``.

In the page a number is found by its key; in Word, where no key stands, by its line and column in the layout.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html.parser import HTMLParser

from pipeline.audit import from_docx
from pipeline.audit.printed import LOWERED, RAISED
from pipeline.results import A_NUMBER_WITHHELD, KEY, WITHHELD, Key
from pipeline.tables.fill import TICKS
from pipeline.tables.table import Table

Texts = Mapping[Key, str]
_MARKS = re.compile(f"{RAISED}[^{LOWERED}]*{LOWERED}")
_DIGIT = re.compile(r"[0-9]")


def differing(files: Mapping[str, bytes], tables: Sequence[Table]) -> list[str]:
    """A sentence for each number that is printed otherwise than its row of results says."""
    texts = _texts(files.get("results.csv", b""))
    found: list[str] = []
    if "report.html" in files:
        ticks = _ticks(tables)
        found += _in_page(files["report.html"], texts, ticks)
    if "report.docx" in files and tables:
        found += _in_word(files["report.docx"], texts, tables)
    return found


def _texts(results: bytes) -> dict[Key, str]:
    lines = csv.DictReader(io.StringIO(results.decode("utf-8"), newline=""))
    return {Key(*(line.get(word) or "" for word in KEY)): line.get("text") or "" for line in lines}


def _ticks(tables: Iterable[Table]) -> frozenset[Key]:
    """Keys that a symbol stands for."""
    return frozenset(
        key
        for table in tables for row in table.rows for column in table.columns if table.form(row, column) in TICKS
        for key in table.keys(row, column).values()
    )  # fmt: skip


def agrees(seen: str, keys: Sequence[Key], texts: Texts, ticks: frozenset[Key]) -> bool:
    """Whether a cell shows each of its numbers as results have it, and no other digit."""
    shown = [texts.get(key, "") for key in keys]
    if any(key not in texts for key in keys):
        return False
    if all(key in ticks for key in keys):
        return bool(seen.strip()) == (shown[0] not in ("0", "")) or WITHHELD in shown
    left = _plain(seen)
    numbers = sorted((_plain(text) for text in shown if _DIGIT.search(text)), key=len, reverse=True)
    for number in numbers:
        if number not in left:
            return _alone(seen, shown)
        left = left.replace(number, "", 1)
    return not _DIGIT.search(left)


def _alone(seen: str, shown: Sequence[str]) -> bool:
    """Where one number of a cell is withheld, none of it may be printed."""
    return WITHHELD in shown and not _DIGIT.search(seen)


def _plain(text: str) -> str:
    return "".join(_MARKS.sub("", text).split())


class _Page(HTMLParser):
    """Every element with keys and what it shows, marks of footnotes left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str, str]] = []
        self._open: list[tuple[str, str, list[str]]] = []
        self._mark = False
        self.caption = ""
        self._in_caption = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "caption":
            self.caption, self._in_caption = "", True
        self._mark = self._mark or tag == "sup"
        key = next((value for name, value in attrs if name == "data-key"), None)
        if key is not None:
            self._open.append((tag, key, []))

    def handle_endtag(self, tag: str) -> None:
        self._mark = self._mark and tag != "sup"
        self._in_caption = self._in_caption and tag != "caption"
        if self._open and self._open[-1][0] == tag:
            _, key, words = self._open.pop()
            self.found.append(("the text" if tag == "data" else self.caption, key, "".join(words)))

    def handle_data(self, data: str) -> None:
        if self._in_caption:
            self.caption += data
        if self._open and not self._mark:
            self._open[-1][2].append(data)


def _in_page(page: bytes, texts: Texts, ticks: frozenset[Key]) -> Iterator[str]:
    reader = _Page()
    reader.feed(page.decode("utf-8"))
    reader.close()
    for where, words, seen in reader.found:
        held = json.loads(words)
        keys = [Key(*key) for key in (held if isinstance(held[0], list) else [held])]
        if seen == A_NUMBER_WITHHELD and texts.get(keys[0]) == WITHHELD:
            continue
        if not agrees(seen, keys, texts, ticks):
            yield _differs("report.html", where, keys, seen, texts)


def _in_word(document: bytes, texts: Texts, tables: Sequence[Table]) -> Iterator[str]:
    grids, ticks = from_docx.read("report.docx", document), _ticks(tables)
    if len(grids) < len(tables):
        yield f"report.docx: has {len(grids)} tables, and the page has {len(tables)}"
    for grid, table in zip(grids, tables, strict=False):
        body = grid.rows[grid.heads or 0 :]
        if len(body) != len(table.rows) or len(grid.rows[0]) != len(table.columns) + 1:
            yield f"report.docx, {_short(grid.caption)}: has other lines or columns than the page"
            continue
        for line, row in zip(body, table.rows, strict=True):
            for seen, column in zip(line[1:], table.columns, strict=True):
                keys = [key for key in table.keys(row, column).values() if key in texts]
                if keys and not agrees(seen, keys, texts, ticks):
                    yield _differs("report.docx", grid.caption, keys, _MARKS.sub("", seen), texts)


def _differs(file: str, where: str, keys: Sequence[Key], seen: str, texts: Texts) -> str:
    words = " / ".join(word for word in keys[0][1:5] if word)
    held = ", ".join(f"{key.statistic} {texts.get(key, 'nothing')}" for key in keys)
    return f"{file}, {_short(where)}, {words}: prints '{seen.strip()}'; results.csv has {held}"


def _short(caption: str) -> str:
    return " ".join(caption.split())[:60]
