"""How wide a printed table's columns are on paper, and how large its letters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.tables.table import Filled, FilledColumn

SIZES = (9.0, 8.0, 7.0)
MARGIN = 3.0
"""Left and right of a cell, in points."""
LETTER = 0.55
"""A letter's usual width as a part of its size."""
BOLD = 1.15
SPARE = 0.8
"""Letters of room that a word has, because digits are wider than letters."""
WIDEST = 34.0
"""Letters of a column's longest text for which its width is reckoned at most."""
_IN_HEAD = re.compile(r"(?<=\(n) (?==)|(?<==) (?=[\d\[])")
_IN_CELL = re.compile(r"(?<=,) (?=[\d−])|(?<=\d) (?=to [\d−])|(?<=\d to) (?=[\d−])")


@dataclass(frozen=True)
class Fit:
    """size: of the letters, in points. widths: a column, in points. whole: no line ends inside brackets."""

    size: float
    widths: tuple[float, ...]
    whole: bool

    def cell(self, text: str) -> str:
        """The text with no-break blanks inside ``[33.0, 71.0]`` and ``33.0 to 71.0``, where there is room for that."""
        return _IN_CELL.sub("\u00a0", text) if self.whole else text


def whole_head(column: FilledColumn) -> str:
    """The heading with no-break blanks inside ``(n = 14)``."""
    return _IN_HEAD.sub("\u00a0", column.head)


def fitted(filled: Filled, room: float) -> Fit:
    """The largest letters with which no line breaks in ``room`` points; else those with which no word does; else the
    smallest, which the reader's program must make fit."""
    columns = [[filled.stub, *("  " * r.indent + r.head for r in filled.rows)]]
    columns += [[whole_head(c), *(r.cells[i] for r in filled.rows)] for i, c in enumerate(filled.columns)]
    texts = [columns[0], *(column[1:] for column in columns[1:])]
    wanted = [min(float(max(map(len, column), default=0)), WIDEST) for column in texts]
    words = {whole: [_longest_word(column, whole) for column in columns] for whole in (True, False)}
    tries = [(size, True, wanted) for size in SIZES[:2]]
    tries += [(size, whole, words[whole]) for whole in (True, False) for size in SIZES[1:]]
    for size, whole, need in tries:
        least = [max(n, word) for n, word in zip(need, words[whole], strict=True)]
        letters = (room - 2 * MARGIN * len(columns)) / (LETTER * size)
        if sum(least) <= letters:
            return Fit(size, _points(_shared(least, wanted, letters), size, room), whole)
    return Fit(SIZES[-1], _points(words[False], SIZES[-1], room), False)


def _points(letters: Iterable[float], size: float, room: float) -> tuple[float, ...]:
    """Letters and margins in points, stretched or shrunk to the room."""
    needed = [n * LETTER * size + 2 * MARGIN for n in letters]
    return tuple(room * n / sum(needed) for n in needed)


def _shared(least: list[float], wanted: list[float], letters: float) -> tuple[float, ...]:
    """What is left over goes to the columns that want more."""
    more = [max(want - n, 0.0) for want, n in zip(wanted, least, strict=True)]
    part = min((letters - sum(least)) / sum(more), 1.0) if sum(more) else 0.0
    return tuple(n + part * m for n, m in zip(least, more, strict=True))


def _longest_word(texts: list[str], whole: bool) -> float:
    """Letters that stand on one line in any case; a heading's are bold."""
    kept = [_IN_CELL.sub("\u00a0", text) if whole else text for text in texts]
    widths = [float(max((len(word) for word in re.split("[ -]", text)), default=0)) for text in kept]
    return max(widths[0] * BOLD, *widths[1:], 2.0) + SPARE
