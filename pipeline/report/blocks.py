"""What a report is made of: values that the page and the Word document are both written from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.disclosure import Released
from pipeline.results import Key, Sentence
from pipeline.tables.table import Filled


@dataclass(frozen=True)
class Datum:
    """A released number inside prose: its key, its text as printed, its value (NaN where withheld)."""

    key: Key
    text: str
    value: float
    withheld: bool = False


@dataclass(frozen=True)
class Code:
    """A name as it stands in a file: a column, a key, a command."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Words that begin an item."""

    text: str


Inline = str | Datum | Code | Strong
Pieces = tuple[Inline, ...]


@dataclass(frozen=True)
class Heading:
    """A heading inside a section. ``level`` 3 or 4 (a section's own is 2); ``anchor`` is unique in the report."""

    text: str
    anchor: str
    level: int = 3


@dataclass(frozen=True)
class Paragraph:
    pieces: Pieces


@dataclass(frozen=True)
class Note:
    """A paragraph that must not be overlooked."""

    pieces: Pieces


@dataclass(frozen=True)
class Listing:
    items: tuple[Pieces, ...]


@dataclass(frozen=True)
class TableBlock:
    """``label`` is ``Table 3``; it stands before the title in every format. apart: it holds words about the report and
    no number of it, so it has no file and no layout of its own."""

    filled: Filled
    label: str
    apart: bool = False


@dataclass(frozen=True)
class Picture:
    """A drawing in two widths (for a page or paper, and for a phone) and as pixels for Word; sizes in CSS pixels."""

    svg: bytes
    png: bytes
    width: int
    height: int
    narrow_svg: bytes
    narrow_width: int
    narrow_height: int


@dataclass(frozen=True)
class Figure:
    """``name`` is its file's name; ``alt`` says with numbers what the picture shows; ``data`` are those numbers as a
    table, None where they stand in the tables beside it."""

    name: str
    picture: Picture
    alt: str
    caption: str
    data: Filled | None = None
    label: str = ""


Block = Heading | Paragraph | Note | Listing | TableBlock | Figure


def say(sentence: Sentence, released: Released) -> Pieces:
    """A sentence with its numbers as released."""
    return tuple(piece if isinstance(piece, str) else datum(piece, released) for piece in sentence.pieces())


def datum(key: Key, released: Released) -> Datum:
    """The released number at a key; StageFailed where no result has it."""
    return Datum(key, released.said(key), released.value(key), released.withheld(key))


def plain(pieces: Pieces) -> str:
    """The words alone."""
    return "".join(p if isinstance(p, str) else p.text for p in pieces)


def anchor(words: str, taken: Iterable[str] = ()) -> str:
    """An id made of words: the same words give the same id, unless it is taken."""
    base = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "part"
    taken, name, number = set(taken), base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def file_name(words: str, taken: Iterable[str] = ()) -> str:
    """A name for a file that no folder or drive can hide in; numbered where it is taken (also in other capitals)."""
    base = re.sub(r"[^A-Za-z0-9_]+", "-", words).strip("-")[:80] or "part"
    used, name, number = {t.lower() for t in taken}, base, 2
    while name.lower() in used:
        name, number = f"{base}-{number}", number + 1
    return name


def listed(words: Iterable[str], joined: str = "and") -> str:
    """``a, b and c``."""
    some = list(words)
    return some[0] if len(some) == 1 else f"{', '.join(some[:-1])} {joined} {some[-1]}" if some else ""
