"""Means, standard deviations and their n, as tables and sentences print them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.audit.figures import comma_decimals, plain_numbers, stated_n, without_n
from pipeline.audit.numbers import NUM, Number, number, plain_text
from pipeline.audit.passages import Passage, sentences
from pipeline.audit.printed import Column, Line, Printed
from pipeline.audit.wholes import Whole, whole
from pipeline.audit.words import MISSING_NOTE, TOTAL

_SD = r"(?:\bSD\b|\bs\.\s?d\.|standard deviations?\b)"
_MEAN = r"(?:\bmeans?\b|\bM\b|\baverage\b)"
_HAS_SD = re.compile(_SD, re.I)
_HAS_MEAN = re.compile(_MEAN, re.I)
_NO_SD = re.compile(r"\bSE\b|\bSEM\b|standard errors?|\bCI\b|confidence|\bIQR\b|range|median|quartile", re.I)
_PAIR = re.compile(rf"({NUM})\s*(?:[(\[]\s*(?:SD\s*[=:]?\s*)?|±\s*|\+/-\s*)({NUM})\s*[)\]]?", re.I)
_ALONE = re.compile(NUM)
_N_HEAD = re.compile(r"^(?:n|no\.?|number|participants|count)$", re.I)
_SAID = re.compile(
    rf"(?:{_MEAN})(?:\s[^.;=]{{0,60}}?)?\s*[=:]?\s*(?<![\w.-])(?P<mean>{NUM})"
    rf"(?:\s*(?:points|years))?\s*[,;(\[]*\s*(?:(?:and|with)\s+(?:an?\s+)?)?{_SD}\s*(?:of|was|[=:])?\s*(?P<sd>{NUM})"
)
_N_SAID = re.compile(r"(?<![A-Za-z])[nN]\s*=\s*(\d[\d,]{0,8})")
_FULL = re.compile(
    r"no (?:data|values|answers)? ?(?:were|was)? ?missing|complete data|no missing (?:data|values|answers)", re.I
)


@dataclass(frozen=True)
class Average:
    """A printed mean. n: how many people, of what ``said`` says; own: whether that number is said for it alone, so that
    nobody else may be missing. whole: what is known of the numbers under it.
    """

    passage: Passage
    mean: Number
    sd: Number | None
    n: int
    said: str
    own: bool
    whole: Whole

    def __str__(self) -> str:
        return f"{self.mean} (SD {self.sd})" if self.sd is not None else str(self.mean)


def in_table(table: Printed) -> list[Average]:
    """The means of a table whose n and whose kind of numbers are known."""
    notes = [n.words for n in table.notes]
    about = " ".join([table.caption.words, table.stub.words, *notes])
    comma = comma_decimals([cell.words for line in table.lines for cell in line.cells])
    sd = bool(_HAS_SD.search(about))
    full = bool(_FULL.search(about))
    if any(MISSING_NOTE.search(w) for w in notes) and not full:
        full, lost = False, True
    else:
        lost = False
    found = []
    for place, line in enumerate(table.lines):
        heading = _above(table.lines, place)
        for j, column in enumerate(table.columns):
            read = _read(table, line, j, f"{heading} {line.label.words}", about, sd, comma)
            n = _n(table, line, j, comma) if read else None
            if read is None or n is None or (lost and not n[2]):
                continue
            known = whole(
                plain_text(f"{heading} {line.label.words}"), plain_text(f"{table.caption.words} {column.called}")
            )
            if known is not None and n[0] >= 2:
                where = Passage(table.file, table.name, "", line.label.words, column.called, line.place)
                found.append(Average(where, read[0], read[1], n[0], n[1], n[2] or full, known))
    return found


def _above(lines: Sequence[Line], place: int) -> str:
    return next((x.label.words for x in reversed(lines[:place]) if x.indent < lines[place].indent), "")


def _read(table: Printed, line: Line, j: int, label: str, about: str, sd: bool, comma: bool
          ) -> tuple[Number, Number | None] | None:  # fmt: skip
    """(mean, SD) of a cell; None where nothing says that it holds a mean."""
    column, words = table.columns[j], line.cells[j].words
    near = f"{label} {column.called}"
    if not words or "%" in words:
        return None
    text = plain_text(plain_numbers(words, comma)).strip()
    pair = _PAIR.fullmatch(text)
    if pair:
        if not (_HAS_MEAN.search(near) or (_HAS_MEAN.search(about) and "." in pair[2]) or "SD" in words):
            return None
        if _NO_SD.search(near) and not _HAS_SD.search(near):
            return None
        says_sd = bool(_HAS_SD.search(f"{near} {words}")) or (sd and not _NO_SD.search(near))
        return number(pair[1]), number(pair[2]) if says_sd else None
    own = without_n(column.head.words)
    if _ALONE.fullmatch(text) and re.fullmatch(rf"{_MEAN}(?: score)?", own.strip(), re.I):
        return number(text), _beside(table, line, j, comma)
    return None


def _beside(table: Printed, line: Line, j: int, comma: bool) -> Number | None:
    """The SD in the next column, under the same heading above."""
    for k in range(j + 1, min(j + 3, len(table.columns))):
        head = table.columns[k]
        if head.spanner == table.columns[j].spanner and re.fullmatch(_SD, head.head.words.strip(), re.I):
            text = plain_text(plain_numbers(line.cells[k].words, comma)).strip()
            return number(text) if _ALONE.fullmatch(text) else None
    return None


def _n(table: Printed, line: Line, j: int, comma: bool) -> tuple[int, str, bool] | None:
    """(n, what says it, whether it is said for this cell's line alone)."""
    for k in (j - 1, j - 2, j + 1, j + 2):
        if 0 <= k < len(table.columns) and _is_n(table.columns[k], table.columns[j]):
            text = plain_numbers(line.cells[k].words, comma).strip()
            if text.isdigit() and len(text) < 8:
                return int(text), "its line", True
    if (n := stated_n(line.label.words, comma)) is not None:
        return n, "its line", True
    if (n := stated_n(table.columns[j].called, comma)) is not None:
        return n, "the column's heading", False
    for other in table.lines:
        text = plain_numbers(other.cells[j].words, comma).strip()
        if TOTAL.fullmatch(without_n(other.label.words).strip(" :,")) and text.isdigit() and len(text) < 8:
            return int(text), f"line '{other.label.words}'", False
    n = stated_n(table.caption.words, comma)
    means = [
        c for c in table.columns if not _N_HEAD.match(c.head.words) and not _HAS_SD.fullmatch(c.head.words.strip())
    ]
    return (n, "the caption", False) if n is not None and len(means) == 1 else None


def _is_n(column: Column, other: Column) -> bool:
    return column.spanner == other.spanner and bool(_N_HEAD.match(column.head.words.strip()))


def in_words(passage: Passage) -> Iterator[Average]:
    """Means with an SD and an n in one sentence; where a sentence says several n, none is taken."""
    for sentence in sentences(passage.plain):
        ns = {int(m[1].replace(",", "")) for m in _N_SAID.finditer(sentence)}
        known = whole(sentence) if len(ns) == 1 and min(ns) >= 2 and _SAID.search(sentence) else None
        if known is not None:
            for m in _SAID.finditer(sentence):
                yield Average(passage, number(m["mean"]), number(m["sd"]), min(ns), "the sentence", True, known)
