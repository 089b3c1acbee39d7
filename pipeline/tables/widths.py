"""How wide a printed table's columns are on paper, and how large its letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.tables.glyphs import LETTER, letters
from pipeline.tables.table import Filled, FilledColumn

SIZES = (9.0, 8.0, 7.0)
MARGIN = 3.0
"""Left and right of a cell, in points."""
BOLD = 1.15
SPARE = 0.4
"""Letters of room that a text has: programs reckon widths a little differently."""
APART = 1.5
"""The same for a heading, so that it stands apart from the next one."""
WIDEST = 34.0
"""Letters of a column's longest text for which its width is reckoned at most; the longest sentences get more."""
SENTENCES = 90.0
NAMES = 22.0
"""Letters of the first column that lines of names may be broken down to before a cell of numbers is."""
_IN_HEAD = re.compile(r"(?<=\(n) (?==)|(?<==) (?=[\d\[])|(?<=[(\[]95%) (?=CI)")
_IN_CELL = re.compile(r"(?<=,) (?=[\d−])|(?<=\d) (?=to [\d−])|(?<=\d to) (?=[\d−])")
_MAY_PART = re.compile(r"(?<=[ -])")
"""No line is to end at an en dash, which stands in ranges."""


@dataclass(frozen=True)
class Fit:
    """size: of the letters, in points. widths: a column, in points. whole: no line ends inside brackets. lines: no cell
    takes a second line."""

    size: float
    widths: tuple[float, ...]
    whole: bool
    lines: bool

    def cell(self, text: str) -> str:
        """The text with no-break blanks inside ``[33.0, 71.0]`` and ``33.0 to 71.0``, where there is room for that."""
        return _IN_CELL.sub("\u00a0", text) if self.whole else text


def whole_head(column: FilledColumn) -> str:
    """The heading with no-break blanks inside ``(n = 14)``."""
    return _IN_HEAD.sub("\u00a0", column.head)


def fitted(filled: Filled, room: float) -> Fit:
    """The largest letters with which no line breaks in ``room`` points; else those with which only names of lines do;
    else those with which no word does; else the smallest, which the reader's program must make fit."""
    columns = [[filled.stub, *("  " * r.indent + r.head for r in filled.rows if not filled.stretch(r))]]
    columns += [[whole_head(c), *(r.cells[i] for r in filled.rows)] for i, c in enumerate(filled.columns)]
    texts = [columns[0], *(column[1:] for column in columns[1:])]
    longest = [max(map(letters, column), default=0.0) + SPARE for column in texts]
    sentences = any(row.kind == "words" for row in filled.rows)
    wanted = [min(each, WIDEST) for each in longest]
    names = [min(wanted[0], NAMES), *wanted[1:]]
    heads = [letters(column[0]) * BOLD + APART for column in columns]
    full = [min(max(each, head), SENTENCES) for each, head in zip(longest, heads, strict=True)]
    words = {whole: [_longest_word(column, whole) for column in columns] for whole in (True, False)}
    tries = [(size, True, need) for need, sizes in ((wanted, SIZES[:2]), (names, SIZES[1:])) for size in sizes]
    of_words = [(size, whole, words[whole]) for whole in (True, False) for size in SIZES[not sentences :]]
    for place, (size, whole, need) in enumerate(of_words if sentences else [*tries, *of_words]):
        least = [max(n, word) for n, word in zip(need, words[whole], strict=True)]
        held = (room - 2 * MARGIN * len(columns)) / (LETTER * size)
        if sum(least) <= held:
            shared = least if sentences else _shared(least, wanted, held)
            shared = _shared(shared, full, held)
            return Fit(size, _points(shared, size, room), whole, not sentences and place < len(tries))
    return Fit(SIZES[-1], _points(words[False], SIZES[-1], room), False, False)


def _points(columns: Iterable[float], size: float, room: float) -> tuple[float, ...]:
    """Letters and margins in points, stretched or shrunk to the room."""
    needed = [n * LETTER * size + 2 * MARGIN for n in columns]
    return tuple(room * n / sum(needed) for n in needed)


def _shared(least: Sequence[float], wanted: Sequence[float], held: float) -> tuple[float, ...]:
    """What is left over goes to the columns that want more."""
    more = [max(want - n, 0.0) for want, n in zip(wanted, least, strict=True)]
    part = min((held - sum(least)) / sum(more), 1.0) if sum(more) else 0.0
    return tuple(n + part * m for n, m in zip(least, more, strict=True))


def _longest_word(texts: list[str], whole: bool) -> float:
    """Letters that stand on one line in any case; a heading's are bold."""
    kept = [_IN_CELL.sub("\u00a0", text) if whole else text for text in texts]
    widths = [max((letters(word.rstrip(" ")) for word in _MAY_PART.split(text)), default=0.0) for text in kept]
    return max(widths[0] * BOLD, *widths[1:], 2.0) + SPARE
