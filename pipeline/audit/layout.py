"""From a grid of text to a printed table: title, headings, lines with their indents, notes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.audit.figures import holds_figure
from pipeline.audit.from_docx import CAPTION
from pipeline.audit.marks import notes_of, one_blank, text_of
from pipeline.audit.printed import Column, Grid, Line, Note, Printed, Text

_NUMBERED = re.compile(r"\s*((?:supplementary |online |e)?(?:table|figure)\s*[A-Z]?\d+[a-z]?)\b", re.I)
_MOST_HEADS = 4


def laid_out(file: str, grid: Grid) -> Printed | None:
    """The table that a grid shows; None where it has not two columns with anything in them."""
    rows = [_unspread(row) for row in grid.rows]
    first, last = _body(rows) if grid.loose else (0, len(rows))
    if last <= first:
        return None
    said = [_joined(row) for row in rows[:first] if any(row)]
    under = [_joined(row) for row in rows[last:] if any(row)]
    caption = " ".join([grid.caption, *said]).strip()
    notes = notes_of([*under, *grid.notes])
    letters = _unraised([grid.caption, *(cell for row in rows for cell in row)], notes)
    heads = grid.heads if grid.heads is not None else _heads(rows[first:last])
    top = grid.rows[first : first + heads]
    body = [i for i in range(first + heads, last) if any(rows[i])]
    stubs = _stubs([rows[i] for i in body])
    lines = _lines([rows[i] for i in body], [grid.places[i] for i in body], [grid.indents[i] for i in body],
                   stubs, letters)  # fmt: skip
    width = max(map(len, rows), default=0)
    columns = tuple(_column([_clean(row[j]) for row in top], letters) for j in range(stubs, width))
    stub = text_of(" ".join(filter(None, (_clean(row[0]) for row in top))), letters)
    if not columns or not any(line.cells for line in lines):
        return None
    numbered = _NUMBERED.match(caption)
    return _tidied(
        Printed(file, numbered[1] if numbered else grid.name, text_of(caption, letters), stub, columns, lines,
                notes, flat=stubs == 1 and len({line.indent for line in lines}) == 1)
    )  # fmt: skip


def _unraised(texts: Sequence[str], notes: Sequence[Note]) -> frozenset[str]:
    """Letters that may be marks although they are not raised: those of the notes, unless a table raises one of them;
    in such a one the last letter of a word is a letter."""
    letters = frozenset(n.mark for n in notes if len(n.mark) == 1 and n.mark.isalpha())
    raised = {mark for text in texts if text for mark in text_of(text).marks}
    return frozenset() if letters & raised else letters


def _clean(cell: str) -> str:
    return one_blank(cell).strip()


def _unspread(row: Sequence[str]) -> list[str]:
    """A text that reaches over the whole row is a heading, and stands first."""
    cells = [_clean(cell) for cell in row]
    if len(cells) > 1 and cells[0] and len(set(cells)) == 1 and not holds_figure(cells[0]):
        return [cells[0], *[""] * (len(cells) - 1)]
    return cells


def _joined(row: Sequence[str]) -> str:
    """A line of title or notes that commas have parted, whole again."""
    return ", ".join(cell for cell in row if cell)


def _body(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    """(first row of the table, row after its last): what stands alone above is title, what stands alone below notes."""
    several = [i for i, row in enumerate(rows) if sum(map(bool, row)) > 1]
    if not several:
        return 0, 0
    first, last = several[0], several[-1] + 1
    for i in range(first + 1, last):
        after = [row for row in rows[i + 1 : last] if any(row)]
        if not any(rows[i]) and not any(holds_figure(cell) for row in after for cell in row[1:]):
            return first, i
    return first, last


def _heads(rows: Sequence[Sequence[str]]) -> int:
    """How many rows at the top are headings: the first, and those without a figure and with several cells."""
    for i, row in enumerate(rows[:_MOST_HEADS]):
        filled = [cell for cell in row[1:] if cell]
        if any(holds_figure(cell) for cell in filled) and (i or row[0]):
            return i
        if i and row[0] and not filled:
            return i
    return min(1, len(rows))


def _stubs(body: Sequence[Sequence[str]]) -> int:
    """2 where the second column holds words (a variable's levels) and not figures, else 1."""
    seconds = [row[1] for row in body if len(row) > 2 and any(map(holds_figure, row[2:]))]
    words = [cell for cell in seconds if cell and not holds_figure(cell) and re.search(r"[^\W\d]{2}|^\W*[A-Z]$", cell)]
    return 2 if seconds and len(words) >= 0.5 * len(seconds) and not any(map(holds_figure, seconds)) else 1


def _lines(
    rows: Sequence[Sequence[str]], places: Sequence[str], indents: Sequence[float], stubs: int, letters: frozenset[str]
) -> tuple[Line, ...]:
    steps = {wide: step for step, wide in enumerate(sorted(set(indents)))}
    found: list[Line] = []
    variable = ""
    for row, place, wide in zip(rows, places, indents, strict=True):
        cells = tuple(text_of(cell, letters) for cell in row[stubs:])
        if stubs == 1:
            found.append(Line(text_of(row[0], letters), steps[wide], cells, place))
            continue
        if row[0] and row[0] != variable:
            variable = row[0]
            if row[1]:
                found.append(Line(text_of(row[0], letters), 0, tuple(Text() for _ in cells), place))
        label, step = (row[1], 1) if row[1] else (row[0], 0)
        found.append(Line(text_of(label, letters), step, cells, place))
    return tuple(found)


def _column(cells: Sequence[str], letters: frozenset[str]) -> Column:
    texts = [text_of(cell, letters) for cell in cells if cell]
    marks = tuple(m for t in texts for m in t.marks)
    words = [t.words for i, t in enumerate(texts) if t.words not in [u.words for u in texts[:i]]]
    return Column(Text(words[-1] if words else "", marks), " ".join(words[:-1]))


def _tidied(table: Printed) -> Printed:
    """Without columns that hold nothing at all."""
    kept = [j for j, c in enumerate(table.columns) if c.called or any(line.cells[j] for line in table.lines)]
    if not kept:
        return table
    lines = tuple(replace(line, cells=tuple(line.cells[j] for j in kept)) for line in table.lines)
    return replace(table, columns=tuple(table.columns[j] for j in kept), lines=lines)


__all__ = ["CAPTION", "Note", "laid_out"]
