"""A layout and what was released become a table as printed."""

from __future__ import annotations

import re
from typing import Protocol

from pipeline.errors import StageFailed
from pipeline.results import WITHHELD, Key, Sentence
from pipeline.tables.table import HOLE, Column, Filled, FilledColumn, FilledRow, Row, Table

NOTE = f"{WITHHELD} withheld: small numbers"
ALONE = (
    "A count or a percentage that stands alone: the other is withheld, because small numbers could be worked out from "
    "both; for the same reason some percentages are whole numbers."
)
PART = re.compile(r"\{(\w+)\} \(\{(\w+)\}%\)")
NOT_AVAILABLE = "NA"
NA_NOTE = "NA: does not exist, such as a percentage of nobody or the SD of one person"
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no page and no Word file can hold."""


class Printed(Protocol):
    """What the door lets through (``disclosure.Released``)."""

    def has(self, key: Key) -> bool: ...
    def text(self, key: Key) -> str: ...
    def withheld(self, key: Key) -> bool: ...
    def say(self, sentence: Sentence) -> str: ...


def fill(table: Table, released: Printed) -> Filled:
    """Every cell from released texts alone.

    A cell of which nothing may be shown prints ``[c]``. A count without its percentage, or the other way round, stands
    alone; of other numbers the withheld one is ``[c]``. The table then says what that means. A cell whose numbers no
    result has stays empty; ``StageFailed`` where a result has some of them.
    """
    columns = tuple(
        FilledColumn(printable(c.label), released.text(c.n) if c.n else "", printable(c.spanner), c.n)
        for c in table.columns
    )
    rows = tuple(_row(table, row, released) for row in table.rows)
    notes = [printable(released.say(note)) for note in table.notes]
    marks = " ".join([*(c.n for c in columns), *(cell for row in rows for cell in row.cells)])
    if re.search(rf"\b{NOT_AVAILABLE}\b", marks):
        notes.append(NA_NOTE)
    if any(_alone(table, row, column, released) for row in table.rows for column in table.columns):
        notes.append(ALONE)
    if WITHHELD in marks:
        notes.append(NOTE)
    return Filled(table.name, printable(table.title), printable(table.stub), columns, rows, tuple(notes), table.kind)


def printable(text: str) -> str:
    """The text on one line, with a replacement mark for what can't be printed."""
    return UNPRINTABLE.sub("\ufffd", " ".join(text.split()))


def _row(table: Table, row: Row, released: Printed) -> FilledRow:
    cells, keys = [], []
    for column in table.columns:
        text, held = _cell(table, row, column, released)
        cells.append(text)
        keys.append(held)
    return FilledRow(printable(row.label), row.kind, row.indent, tuple(cells), printable(row.unit), tuple(keys))


def _cell(table: Table, row: Row, column: Column, released: Printed) -> tuple[str, tuple[Key, ...]]:
    template, keys = table.template(row, column), table.keys(row, column)
    there = [released.has(key) for key in keys.values()]
    if keys and not any(there):
        return "", ()
    if not all(there):
        lost = sorted(s for s, key in keys.items() if not released.has(key))
        raise StageFailed(f"table '{table.name}', '{row.label}', '{column.label}': no result for {', '.join(lost)}")
    if keys and all(released.withheld(key) for key in keys.values()):
        return WITHHELD, tuple(keys.values())
    if alone := _alone(table, row, column, released):
        text = HOLE.sub(lambda hole: released.text(keys[hole[1]]), alone)
        return (WITHHELD if NOT_AVAILABLE in text else text), tuple(keys.values())
    shown = {s: WITHHELD if released.withheld(key) else released.text(key) for s, key in keys.items()}
    if keys and set(shown.values()) == {NOT_AVAILABLE}:
        return NOT_AVAILABLE, tuple(keys.values())
    text = HOLE.sub(lambda hole: shown[hole[1]], template)
    return text.replace(f"{NOT_AVAILABLE}%", NOT_AVAILABLE), tuple(keys.values())


def _alone(table: Table, row: Row, column: Column, released: Printed) -> str:
    """What is left of ``{n} ({percent}%)`` where one of the two is withheld; empty elsewhere."""
    keys, part = table.keys(row, column), PART.fullmatch(table.template(row, column))
    if part is None or not all(released.has(key) for key in keys.values()):
        return ""
    first, second = (released.withheld(keys[part[i]]) for i in (1, 2))
    return "" if first == second else f"{{{part[2]}}}%" if first else f"{{{part[1]}}}"
