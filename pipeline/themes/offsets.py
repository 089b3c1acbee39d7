"""In what a file counts the places of its passages: found by how many of them begin and end between words.

REFI-QDA says Unicode code points. Programs write UTF-16 code units, bytes, positions behind a byte order mark or with a
line end as two, and none says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.errors import Mistakes

LEAST_SHARE = 2 / 3
"""Of the passages that begin and end between words, for the best unit. In the wrong one it is a fifth."""
SHORT_NAME = 3
"""A name of so many letters and fewer tells something only where it is the whole passage."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[^\W{_UNSPACED}]")
"""A letter or digit; in scripts that leave no blanks between words, every place is one between words."""
_NEWLINE, _ASTRAL, _WIDE = re.compile("\n"), re.compile("[\U00010000-\U0010ffff]"), re.compile("[^\x00-\x7f]")


@dataclass(frozen=True, repr=False)
class Text:
    """A document's text as the Coding counts it, and how it stood in the file.

    plain: no byte order mark, every line end is one ``\\n``. returns: places in ``plain`` whose line end was two
    characters. marked: whether a byte order mark stood before it.
    """

    plain: str
    returns: frozenset[int]
    marked: bool


@dataclass(frozen=True)
class Unit:
    """What a file counts in. letters: code points, UTF-16 units or UTF-8 bytes. ends: line ends as they stood, as one
    or as two. mark: whether the byte order mark is counted."""

    letters: str
    ends: str = "as they stood"
    mark: bool = False

    def __str__(self) -> str:
        mark = ", the byte order mark counted" if self.mark else ""
        return f"{self.letters}, line ends {self.ends}{mark}"


POINTS, UTF16, BYTES = "Unicode code points", "UTF-16 code units", "UTF-8 bytes"
UNITS = [
    Unit(letters, ends, mark)
    for mark in (False, True) for ends in ("as they stood", "as one", "as two") for letters in (POINTS, UTF16, BYTES)
]  # fmt: skip
"""The first of those that fit alike is taken: the standard's own comes first."""


@dataclass(frozen=True, repr=False)
class Selection:
    """A passage as its file places it: from ``start`` to ``end`` in the file's unit; name: what it is called, which is
    often its words, cut short."""

    document: str
    start: int
    end: int
    name: str = ""


@dataclass(frozen=True, repr=False)
class Placed:
    """start, end: int64 arrays in code points of the plain text, -1 where a place does not exist in it.

    alike: how many ways of counting, this one included, fit as well and give other places. aligned: passages that begin
    and end between words, or are what they are called.
    """

    unit: Unit
    start: np.ndarray
    end: np.ndarray
    alike: int
    aligned: int


def text_of(raw: str) -> Text:
    """A text as it stood in its file."""
    marked = raw.startswith("\ufeff")
    raw = raw[marked:]
    if "\r" not in raw:
        return Text(raw, frozenset(), marked)
    plain = raw.replace("\r\n", "\n")
    returns = {found.start() - before for before, found in enumerate(re.finditer("\r\n", raw))}
    return Text(plain.replace("\r", "\n"), frozenset(returns), marked)


def placed(file: str, selections: Sequence[Selection], texts: dict[str, Text]) -> Placed:
    """The places of all passages of a file in code points. Every document of ``selections`` is in ``texts``.

    ``Mistakes`` with counts where, in the best unit, too few passages begin and end between words.
    """
    judged: dict[tuple[bytes, bytes], tuple[int, int]] = {}
    tried = []
    for unit, (start, end) in _tried(selections, texts):
        places = (start.tobytes(), end.tobytes())  # most texts are alike in most units: each way is judged once
        if places not in judged:
            judged[places] = _judged(selections, texts, start, end)
        tried.append((judged[places], unit, start, end))
    best = max(score for (score, _), *_ in tried)
    (_, aligned), unit, start, end = next(one for one in tried if one[0][0] == best)
    alike = sum(score == best for score, _ in judged.values())
    if selections and aligned < LEAST_SHARE * len(selections):
        raise Mistakes.one(
            file,
            f"only {aligned:,} of {len(selections):,} passages begin and end between words, in whatever unit their "
            "places are counted.",
            "The texts may have been edited after they were coded: export the project again, with its sources.",
        )
    return Placed(unit, start, end, alike, aligned)


def _tried(
    selections: Sequence[Selection], texts: dict[str, Text]
) -> Iterable[tuple[Unit, tuple[np.ndarray, np.ndarray]]]:
    by_document: dict[str, list[int]] = {}
    for at, one in enumerate(selections):
        by_document.setdefault(one.document, []).append(at)
    asked = np.array([(one.start, one.end) for one in selections], dtype=np.int64).reshape(-1, 2)
    for unit in UNITS:
        found = np.full_like(asked, -1)
        for document, rows in by_document.items():
            found[rows] = _in_points(asked[rows], unit, texts[document])
        found[(found < 0).any(axis=1) | (found[:, 0] > found[:, 1])] = -1
        yield unit, (found[:, 0].copy(), found[:, 1].copy())


def _in_points(asked: np.ndarray, unit: Unit, text: Text) -> np.ndarray:
    """Places in a unit as places in code points; -1 for those inside of a character or outside of the text."""
    at, extra = _wider(unit, text)
    asked = asked - (3 if unit.letters == BYTES else 1) * (unit.mark and text.marked)
    # Behind character at[k] everything stands sum(extra[: k + 1]) further on than in code points.
    moved = np.concatenate([[0], np.cumsum(extra)])
    behind = at + 1 + moved[1:]
    passed = np.searchsorted(behind, asked, side="right")
    found = asked - moved[passed]
    before = np.append(at, len(text.plain))[passed]
    return np.where((found < 0) | (found > before), -1, found)


def _wider(unit: Unit, text: Text) -> tuple[np.ndarray, np.ndarray]:
    """Places of the characters that take more than one of the unit, upwards, and how many more."""
    wide: dict[int, int] = {}
    plain = text.plain
    if unit.letters == UTF16 and not plain.isascii():
        wide = dict.fromkeys((found.start() for found in _ASTRAL.finditer(plain)), 1)
    if unit.letters == BYTES and not plain.isascii():
        wide = {found.start(): len(found[0].encode("utf-8", "replace")) - 1 for found in _WIDE.finditer(plain)}
    if unit.ends == "as they stood":
        wide |= dict.fromkeys(text.returns, 1)
    elif unit.ends == "as two":
        wide |= dict.fromkeys((found.start() for found in _NEWLINE.finditer(plain)), 1)
    at = np.array(sorted(wide), dtype=np.int64)
    return at, np.array([wide[place] for place in at.tolist()], dtype=np.int64)


def _judged(
    selections: Sequence[Selection], texts: dict[str, Text], start: np.ndarray, end: np.ndarray
) -> tuple[int, int]:
    """(how well the places fit, passages that cut no word or are what they are called).

    Each passage that is what it is called counts two, each end on a word one. A passage with a blank at an end cuts no
    word, and tells nothing of the unit.
    """
    words = edges = aligned = 0
    for one, a, b in zip(selections, start.tolist(), end.tolist(), strict=True):
        if a < 0:
            continue
        text = texts[one.document].plain
        name = " ".join(one.name.rstrip("….").split())
        called = _begins(text[a:b], name)
        words += called
        edges += a < len(text) and not text[a].isspace() and not (a and _WORD.match(text[a - 1]))
        edges += b > 0 and not text[b - 1].isspace() and not (b < len(text) and _WORD.match(text[b]))
        aligned += called or not (_cut(text, a) or _cut(text, b))
    return 2 * words + edges, aligned


def _begins(passage: str, name: str) -> bool:
    """Whether a passage begins with a name, however many blanks stand between the words."""
    passage = " ".join(passage[: 4 * len(name) + 20].split())
    return bool(name) and (passage.startswith(name) if len(name) > SHORT_NAME else passage == name)


def _cut(text: str, at: int) -> bool:
    """Whether a place is inside of a word."""
    return 0 < at < len(text) and bool(_WORD.match(text[at - 1]) and _WORD.match(text[at]))
