"""A ``Table`` is a layout: which released number stands in which cell. It holds no number itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from pipeline.results import ALL, Key, Sentence
from pipeline.tables.forms import JOINT, statistics_of

PEOPLE = "people"
KINDS = ("variable", "level", "missing", "statistic", "words")
"""What a line can be (``Row.kind``)."""
DEEPEST = 9
"""Steps of indent."""


@dataclass(frozen=True)
class Column:
    """``group`` is the results' group (``role=Leader``); ``n`` the key of the number in the header, if any.

    form: overrides a row's own (for columns that show different statistics of one group). Without a ``label`` the
    style's words for the form stand there.
    spanner: a heading over neighbouring columns with the same words; spanner_n: the key of the number in it.
    notes: footnotes that its heading has marks of.
    level: overrides a row's own (where a question's answers are columns).
    beside: the rows' forms beside which its own ``form`` stands, where not beside all; other cells are empty.
    """

    group: str
    label: str
    n: Key | None = None
    form: str | None = None
    spanner: str = ""
    spanner_n: Key | None = None
    level: str = ""
    beside: tuple[str, ...] = ()
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Row:
    """One line. ``form`` (``forms.FORMS``) names what its cells show of (term, level) in the column's group.

    label: empty for the style's words for the form (``Mean (SD)``).
    texts: a column's own words each, where the form is ``text``, and where no result has a number: declared, and a
    person's only as the door let them pass (``quotations``). notes: footnotes that the label has marks of; cell_notes:
    the same for the cell of each column.
    kind: ``variable`` (a heading: no form, or the statistics themselves), ``level``, ``missing``, ``statistic``,
    ``words`` (a line of sentences, which may take several lines in print).
    name: the second word of its keys where a table brings several names together (scales, models); else the table's.
    cells: a column's own form and number (a key with any statistic) each, where a line brings together numbers of
    several tables.
    group: what its numbers' groups have besides their column's (``wave=3 months``). The form ``joint`` shows a test of
    all levels under ``p`` alone.
    """

    label: str
    term: str
    level: str = ""
    form: str = ""
    kind: str = "variable"
    indent: int = 0
    unit: str = ""
    name: str = ""
    texts: tuple[str, ...] = ()
    cells: tuple[tuple[str, Key] | None, ...] = ()
    notes: tuple[Sentence, ...] = ()
    cell_notes: tuple[tuple[Sentence, ...], ...] = ()
    group: str = ""


@dataclass(frozen=True)
class Table:
    """kind, name: the first two words of its numbers' keys. stub: heading of the first column.
    unit: what its percentages are of, in the plural."""

    kind: str
    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Sentence, ...] = ()
    stub: str = ""
    unit: str = PEOPLE

    def keys(self, row: Row, column: Column) -> dict[str, Key]:
        """The numbers in a cell: statistic -> key."""
        if own := self._own(row, column):
            return {s: own[1]._replace(statistic=s) for s in statistics_of(own[0])}
        name = row.name or self.name
        groups = [part for part in (column.group, row.group) if part != ALL or not row.group]
        group = ";".join(filter(None, groups))
        return {
            s: Key(self.kind, name, row.term, column.level or row.level, group, s)
            for s in statistics_of(self.form(row, column))
        }

    def form(self, row: Row, column: Column) -> str:
        """What a cell shows."""
        if own := self._own(row, column):
            return own[0]
        if row.form == JOINT:
            return "p_joint" if column.form == "p" else ""
        if column.form is None or not row.form:
            return row.form
        return column.form if not column.beside or row.form in column.beside else ""

    def _own(self, row: Row, column: Column) -> tuple[str, Key] | None:
        """A line's own entry for a column of the table; two columns may be equal and hold different numbers."""
        return next(cell for cell, c in zip(row.cells, self.columns, strict=True) if c is column) if row.cells else None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


_HOLDS: dict[str, Callable[[Any], bool]] = {
    "str": lambda value: isinstance(value, str),
    "str | None": lambda value: value is None or isinstance(value, str),
    "int": lambda value: type(value) is int,
    "tuple[str, ...]": lambda value: all(isinstance(word, str) for word in value),
}
"""Type of a field -> whether a value is one; keys and sentences are checked as they are made."""


def _check(table: Table) -> None:
    """``TypeError`` where something else stands in the place of words or a number, which a format would write as it
    stands; ``ValueError`` for lines of an unknown kind or indent, or with other entries than columns."""
    every: tuple[Table | Column | Row, ...] = (table, *table.columns, *table.rows)
    for made in every:
        for each in fields(made):
            if each.type in _HOLDS and not _HOLDS[str(each.type)](getattr(made, each.name)):
                raise TypeError(f"{each.name} is no {each.type}")
    wide = len(table.columns)
    for row in table.rows:
        entries = {len(each) for each in (row.cells, row.cell_notes) if each}
        if row.kind not in KINDS or not 0 <= row.indent <= DEEPEST or entries - {wide} or 0 < len(row.texts) < wide:
            raise ValueError("a line that no table has")


def _named(value: list[str]) -> Key:
    key = Key(*value)
    if not all(isinstance(word, str) for word in key):
        raise TypeError("a key is six words")
    return key


def _key(value: list[str] | None) -> Key | None:
    return _named(value) if value else None


def _cell(noted: list[Any] | None) -> tuple[str, Key] | None:
    if noted and not isinstance(noted[0], str):
        raise TypeError("a form is a word")
    return (noted[0], _named(noted[1])) if noted else None


def _said(noted: list[dict[str, Any]]) -> tuple[Sentence, ...]:
    return tuple(Sentence(n["template"], {k: _named(v) for k, v in n["keys"].items()}) for n in noted)


def table_from_dict(data: dict[str, Any]) -> Table:
    """The inverse of ``Table.to_dict`` after a trip through JSON. Such a file may be a stranger's: ``TypeError``,
    ``ValueError``, ``KeyError`` or ``AttributeError`` where it holds anything else."""
    columns = tuple(
        Column(**{**c, "n": _key(c["n"]), "spanner_n": _key(c.get("spanner_n")), "beside": tuple(c["beside"]),
                  "notes": _said(c["notes"])})
        for c in data["columns"]
    )  # fmt: skip
    rows = tuple(
        Row(**{**r, "texts": tuple(r["texts"]), "cells": tuple(map(_cell, r["cells"])), "notes": _said(r["notes"]),
               "cell_notes": tuple(map(_said, r["cell_notes"]))})
        for r in data["rows"]
    )  # fmt: skip
    table = Table(**{**data, "columns": columns, "rows": rows, "notes": _said(data["notes"])})
    _check(table)
    return table


@dataclass(frozen=True)
class FilledColumn:
    """n: people in the column; counted: how the style says it, ``(n = 14)``. marks: of footnotes. words: whether its
    cells are the layout's own words, which stand at the left and take several lines."""

    label: str
    n: str = ""
    spanner: str = ""
    key: Key | None = None
    counted: str = ""
    marks: tuple[str, ...] = ()
    words: bool = False

    @property
    def people(self) -> str:
        """``(n = 14)``, empty where the heading has no number."""
        return self.counted or (f"(n = {self.n})" if self.n else "")

    @property
    def head(self) -> str:
        """``Leaders (n = 14)``."""
        return f"{self.label} {self.people}" if self.n else self.label


@dataclass(frozen=True)
class FilledRow:
    """cells, keys, numbers, titles, cell_marks: an entry a column. numbers: the released values of a cell's keys, None
    where there is none. titles: what a symbol says to those who listen. why: what a percentage is of, and where the
    others are. words: the label with what belongs to it."""

    label: str
    kind: str
    indent: int
    cells: tuple[str, ...]
    unit: str = ""
    keys: tuple[tuple[Key, ...], ...] = ()
    words: str = ""
    marks: tuple[str, ...] = ()
    cell_marks: tuple[tuple[str, ...], ...] = ()
    titles: tuple[str, ...] = ()
    numbers: tuple[tuple[float | None, ...], ...] = ()
    why: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """``Age (years)``."""
        return self.words or (f"{self.label} ({self.unit})" if self.unit else self.label)

    def marks_at(self, place: int) -> tuple[str, ...]:
        return self.cell_marks[place] if self.cell_marks else ()

    def title_at(self, place: int) -> str:
        return self.titles[place] if self.titles else ""

    def why_at(self, place: int) -> str:
        return self.why[place] if self.why else ""


@dataclass(frozen=True)
class Filled:
    """A table as printed: only text. Every format (HTML, DOCX, CSV, …) is made from this.

    notes: of the table as a whole; footnotes: (mark, text), in the order of their marks; marked_first: whether they
    stand above the notes. caption: how label and title stand together.
    """

    name: str
    title: str
    stub: str
    columns: tuple[FilledColumn, ...]
    rows: tuple[FilledRow, ...]
    notes: tuple[str, ...] = field(default_factory=tuple)
    kind: str = ""
    footnotes: tuple[tuple[str, str], ...] = ()
    marked_first: bool = False
    caption: str = "{label}. {title}"

    def stretch(self, row: FilledRow) -> int:
        """Over how many columns a line's heading stands where paper is scarce: in a table of words a heading has the
        empty cells beside it, but for the last one."""
        if row.kind != "variable" or any(row.keys) or not any(column.words for column in self.columns):
            return 0
        full = (at for at, cell in enumerate(row.cells[:-1]) if cell or row.marks_at(at))
        return next(full, len(row.cells) - 1)

    def spanners(self) -> list[tuple[str, int]]:
        """The headings above the columns and their widths, from the left; one without stands alone as ``""``."""
        found: list[tuple[str, int]] = []
        for column in self.columns:
            if found and column.spanner and found[-1][0] == column.spanner:
                found[-1] = (column.spanner, found[-1][1] + 1)
            else:
                found.append((column.spanner, 1))
        return found

    def titled(self, label: str) -> tuple[str, str]:
        """What stands before the title, and the title: ``("Table 3. ", "Participants")``."""
        before = self.caption.partition("{title}")[0].replace("{label}", label)
        return (before if label else ""), self.title

    def under(self) -> tuple[tuple[str, str], ...]:
        """Everything that stands under the table: (mark or ``""``, text)."""
        general = tuple(("", note) for note in self.notes)
        return (*self.footnotes, *general) if self.marked_first else (*general, *self.footnotes)


__all__ = ["ALL", "Column", "Filled", "FilledColumn", "FilledRow", "Row", "Table", "table_from_dict"]
