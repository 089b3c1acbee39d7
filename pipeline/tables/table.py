"""A ``Table`` is a layout: which released number stands in which cell. It holds no number itself."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.results import ALL, Key, Sentence

HOLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Column:
    """``group`` is the results' group (``role=Leader``); ``n`` the key of the number in the header, if any.

    template: overrides a row's own (for columns that show different statistics of one group).
    spanner: a heading over neighbouring columns with the same words.
    """

    group: str
    label: str
    n: Key | None = None
    template: str | None = None
    spanner: str = ""


@dataclass(frozen=True)
class Row:
    """One line. ``template`` such as ``{n} ({percent}%)`` names statistics of (term, level) in the column's group.

    kind: ``variable`` (a heading: empty template, or the statistics themselves), ``level``, ``missing``, ``statistic``.
    name: the second word of its keys where a table brings several names together (scales, models); else the table's.
    """

    label: str
    term: str
    level: str = ""
    template: str = ""
    kind: str = "variable"
    indent: int = 0
    unit: str = ""
    name: str = ""


@dataclass(frozen=True)
class Table:
    """kind, name: the first two words of its numbers' keys. stub: heading of the first column."""

    kind: str
    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Sentence, ...] = ()
    stub: str = ""

    def keys(self, row: Row, column: Column) -> dict[str, Key]:
        """The numbers in a cell: statistic -> key."""
        name = row.name or self.name
        return {
            s: Key(self.kind, name, row.term, row.level, column.group, s)
            for s in HOLE.findall(self.template(row, column))
        }

    def template(self, row: Row, column: Column) -> str:
        """The words of a cell, with a hole a statistic."""
        return column.template if column.template is not None and row.template else row.template

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def _key(value: list[str] | None) -> Key | None:
    return Key(*value) if value else None


def table_from_dict(data: dict[str, Any]) -> Table:
    """The inverse of ``Table.to_dict`` after a trip through JSON."""
    columns = tuple(Column(**{**c, "n": _key(c["n"])}) for c in data["columns"])
    rows = tuple(Row(**r) for r in data["rows"])
    notes = tuple(Sentence(n["template"], {k: Key(*v) for k, v in n["keys"].items()}) for n in data["notes"])
    return Table(**{**data, "columns": columns, "rows": rows, "notes": notes})


@dataclass(frozen=True)
class FilledColumn:
    label: str
    n: str = ""
    spanner: str = ""
    key: Key | None = None

    @property
    def head(self) -> str:
        """``Leaders (n = 14)``."""
        return f"{self.label} (n = {self.n})" if self.n else self.label


@dataclass(frozen=True)
class FilledRow:
    label: str
    kind: str
    indent: int
    cells: tuple[str, ...]
    unit: str = ""
    keys: tuple[tuple[Key, ...], ...] = ()

    @property
    def head(self) -> str:
        """``Age (years)``."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Filled:
    """A table as printed: only text. Every format (HTML, DOCX, CSV, …) is made from this."""

    name: str
    title: str
    stub: str
    columns: tuple[FilledColumn, ...]
    rows: tuple[FilledRow, ...]
    notes: tuple[str, ...] = field(default_factory=tuple)
    kind: str = ""

    def spanners(self) -> list[tuple[str, int]]:
        """The headings above the columns and their widths, from the left; one without stands alone as ``""``."""
        found: list[tuple[str, int]] = []
        for column in self.columns:
            if found and column.spanner and found[-1][0] == column.spanner:
                found[-1] = (column.spanner, found[-1][1] + 1)
            else:
                found.append((column.spanner, 1))
        return found


__all__ = ["ALL", "HOLE", "Column", "Filled", "FilledColumn", "FilledRow", "Row", "Table", "table_from_dict"]
