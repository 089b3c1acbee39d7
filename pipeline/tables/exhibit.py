"""``Exhibit``: a table's numbers, its layout, and what the report's prose should say of it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.results import Results, Sentence
from pipeline.tables.table import Table


@dataclass(frozen=True)
class Exhibit:
    """results: unreleased numbers of the table alone. remarks: sentences beside it, numbers by key."""

    results: Results
    table: Table
    remarks: tuple[Sentence, ...] = ()
