"""In what a file counts the places of its passages: found by how many of them begin and end between words.

REFI-QDA says Unicode code points. Programs write UTF-16 code units, bytes, positions behind a byte order mark or with a
line end as two, and none says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
_BLANK = 0x20
"""What stands before a text and behind it."""


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
    names = [at for at, one in enumerate(selections) if one.name]
    judged: dict[tuple[bytes, bytes], tuple[int, int]] = {}
    tried = []
    for unit, (start, end, around) in _tried(selections, texts).items():
        places = (start.tobytes(), end.tobytes())  # most texts are alike in most units: each way is judged once
        if places not in judged:
            called = np.zeros(len(start), dtype=bool)
            for at in names:
                passage = texts[selections[at].document].plain[start[at] : end[at]] if start[at] >= 0 else ""
                called[at] = _called(passage, selections[at].name)
            judged[places] = _judged(start, around, called)
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
) -> dict[Unit, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Unit -> start, end of every passage in code points, and the four characters around its ends (n x 4)."""
    by_document: dict[str, list[int]] = {}
    for at, one in enumerate(selections):
        by_document.setdefault(one.document, []).append(at)
    asked = np.array([(one.start, one.end) for one in selections], dtype=np.int64).reshape(-1, 2)
    marked = any(texts[document].marked for document in by_document)
    found = {unit: (np.full_like(asked, -1), np.full((len(asked), 4), _BLANK, dtype=np.uint32))
             for unit in UNITS if marked or not unit.mark}  # fmt: skip
    for document, rows in by_document.items():
        text = texts[document]
        points = np.frombuffer(text.plain.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        edged = np.concatenate([[_BLANK], points, [_BLANK]]).astype(np.uint32)
        for unit, (places, around) in found.items():
            here = in_points(asked[rows], unit, text, points)
            here[(here < 0).any(axis=1) | (here[:, 0] > here[:, 1])] = -1
            places[rows] = here
            begin, end = np.maximum(here[:, 0], 0), np.maximum(here[:, 1], 0)
            around[rows] = edged[np.stack([begin, begin + 1, end, end + 1], axis=1)]
    return {unit: (places[:, 0].copy(), places[:, 1].copy(), around) for unit, (places, around) in found.items()}


def in_points(asked: np.ndarray, unit: Unit, text: Text, points: np.ndarray) -> np.ndarray:
    """Places in a unit as places in code points; -1 for those inside of a character or outside of the text."""
    more = np.zeros(len(points), dtype=np.int64)
    if unit.letters == UTF16:
        more += points > 0xFFFF
    elif unit.letters == BYTES:
        more += (points > 0x7F).astype(np.int64) + (points > 0x7FF) + (points > 0xFFFF)
    if unit.ends == "as they stood":
        more[list(text.returns)] += 1
    elif unit.ends == "as two":
        more += points == ord("\n")
    asked = asked - (3 if unit.letters == BYTES else 1) * (unit.mark and text.marked)
    at = np.flatnonzero(more)  # the characters that take more than one of the unit
    moved = np.concatenate([[0], np.cumsum(more[at])])
    passed = np.searchsorted(at + 1 + moved[1:], asked, side="right")
    found = asked - moved[passed]
    return np.where((found < 0) | (found > np.append(at, len(points))[passed]), -1, found)


def _judged(start: np.ndarray, around: np.ndarray, called: np.ndarray) -> tuple[int, int]:
    """(how well the places fit, passages that cut no word or are what they are called).

    Each passage that is what it is called counts two, each end on a word one. A passage with a blank at an end cuts no
    word, and tells nothing of the unit.
    """
    letters, which = np.unique(around, return_inverse=True)
    signs = [chr(letter) for letter in letters.tolist()]
    word = np.array([bool(_WORD.match(sign)) for sign in signs], dtype=bool)[which].reshape(-1, 4)
    blank = np.array([sign.isspace() for sign in signs], dtype=bool)[which].reshape(-1, 4)
    there = start >= 0
    begins, ends = ~blank[:, 1] & ~word[:, 0], ~blank[:, 2] & ~word[:, 3]
    cut = (word[:, 0] & word[:, 1]) | (word[:, 2] & word[:, 3])
    score = 2 * called.astype(int) + begins + ends
    return int(score[there].sum()), int((there & (called | ~cut)).sum())


def _called(passage: str, name: str) -> bool:
    """Whether a passage is what it is called, or begins so where a name was cut short; blanks are alike."""
    if passage == name:
        return bool(name)
    name = " ".join(name.split())
    passage = " ".join(passage[: 4 * len(name) + 20].split())
    short = name.rstrip("….")
    return bool(name) and (passage == name or (len(short) > SHORT_NAME and passage.startswith(short)))
