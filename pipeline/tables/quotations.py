"""Quotations as a table: a theme and its definition, what was said, and how the speaker is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from pipeline.tables.table import Column, Row, Table

KIND, NAME, TITLE = "themes", "quoted", "Quotations by theme"
COLUMNS = ("Definition", "Quotation", "Participant")


class Printable(Protocol):
    """A quotation that the door let pass."""

    @property
    def theme(self) -> str: ...
    @property
    def definition(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def tag(self) -> str: ...


def quotations_table(released: Iterable[Printable]) -> Table | None:
    """A line a quotation, in their order; a theme's definition stands in the first of its lines. None for none.

    The words stand in quotation marks, so that no cell begins with them: nothing in them is a formula to a spreadsheet.
    """
    rows, before = list[Row](), ""
    for one in released:
        definition = one.definition if one.theme != before else ""
        texts = (definition, f"“{one.words}”", one.tag)
        rows.append(Row(one.theme, one.theme, form="text", kind="words", texts=texts))
        before = one.theme
    if not rows:
        return None
    columns = tuple(Column(f"part={label.lower()}", label) for label in COLUMNS)
    return Table(KIND, NAME, TITLE, columns, tuple(rows), (), "Theme")
