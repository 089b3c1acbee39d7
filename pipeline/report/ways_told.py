"""The ways back in words: what a table of ways and the panel of a number say of inputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.report.ways import Way, Ways
from pipeline.tables.fill import printable
from pipeline.tables.table import Filled, FilledColumn, FilledRow

_NUMBERED = re.compile(r"(.*?)([0-9]+)")
NAME = "ways"
TITLE = "Where the numbers come from"
NOTE = (
    "Every kind and name of results.csv, with the notebook cell that computes its numbers and the raw columns, by "
    "table and file, that they follow from, those that decide which rows count included."
)


def in_short(columns: Sequence[str]) -> str:
    """``age, q1 to q12``: three or more that are numbered on are told by the first and the last."""
    return ", ".join(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(run) for run in _runs(columns))


def _runs(columns: Sequence[str]) -> Iterator[list[str]]:
    run: list[str] = []
    for column in columns:
        if run and not _follows(run[-1], column):
            yield run
            run = []
        run.append(column)
    if run:
        yield run


def _follows(before: str, after: str) -> bool:
    one, other = _NUMBERED.fullmatch(before), _NUMBERED.fullmatch(after)
    if not one or not other or one[1] != other[1]:
        return False
    return other[2] == str(int(one[2]) + 1).zfill(len(one[2]))


def ways_table(ways: Ways) -> Filled:
    """A line for each kind and name of results, and stage, with words alone."""
    lines: dict[tuple[str, str, str], list[Way]] = {}
    for (kind, name, _), way in ways.numbers.items():
        lines.setdefault((kind, name, way.stage), []).append(way)
    rows = tuple(
        FilledRow(printable(f"{kind}, {name}"), "words", 0, (printable(cell_words(ways, stage)), _sources(ways, some)))
        for (kind, name, stage), some in lines.items()
    )
    columns = (FilledColumn("Notebook and cell"), FilledColumn("Read from"))
    return Filled(NAME, TITLE, "Kind and name in results.csv", columns, rows, (NOTE,), NAME)


def cell_words(ways: Ways, stage: str) -> str:
    """``03_participants, cell 10``."""
    cell = ways.cells.get(stage)
    return f"{stage}, cell {cell.number}" if cell and cell.number else stage


def _sources(ways: Ways, some: Sequence[Way]) -> str:
    together = Way("", tuple(dict.fromkeys(name for way in some for name in way.of)), some[0].rows)
    found, files = ways.inputs(together), dict.fromkeys(file for way in some for file in way.files)
    parts = [f"{table} ({', '.join(ways.raw.get(table, ()))}): {in_short(c)}" for table, c in found.columns.items()]
    parts += [f"the function {found.function}"] if found.function else []
    return printable("; ".join([*parts, *files]))
