"""A table as a stranger printed it: ``Grid`` is what a reader of one format gives, ``Printed`` what it means."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    """Words without their footnote marks, and the marks. ``certain`` marks stood raised or were signs like ``*``."""

    words: str = ""
    marks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words)


@dataclass(frozen=True)
class Grid:
    """rows: as they stand, spans written out, raised text between ``RAISED`` and ``LOWERED``. heads: how many of them
    are headings, None where the format does not tell. indents: of each row's first cell, in steps of any size.
    places: what a reader calls each row. loose: whether title and notes stand among the rows.
    """

    rows: tuple[tuple[str, ...], ...]
    places: tuple[str, ...]
    indents: tuple[float, ...]
    caption: str = ""
    notes: tuple[str, ...] = ()
    heads: int | None = None
    name: str = ""
    loose: bool = False


RAISED, LOWERED = "\ue000", "\ue001"


@dataclass(frozen=True)
class Line:
    """One line of the body. ``place``: ``line 5``, ``row 3``."""

    label: Text
    indent: int
    cells: tuple[Text, ...]
    place: str

    @property
    def heading(self) -> bool:
        return not any(self.cells)


@dataclass(frozen=True)
class Column:
    """``head`` is the words of its own heading, ``spanner`` those above it."""

    head: Text
    spanner: str = ""

    @property
    def called(self) -> str:
        return " ".join(w for w in (self.spanner, self.head.words) if w)


@dataclass(frozen=True)
class Note:
    """One note under the table; ``mark`` is empty where it belongs to the whole table."""

    mark: str
    words: str


@dataclass(frozen=True)
class Printed:
    """One printed table. ``flat``: its lines show by no indent which belongs to which heading."""

    file: str
    name: str
    caption: Text
    stub: Text
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[Note, ...] = field(default_factory=tuple)
    flat: bool = False
