"""A table of nothing but questions with the same answers: a line a question, a column an answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from pipeline.results import MISSING_LEVEL, Number
from pipeline.study.table import Grid
from pipeline.tables.groups import STATES, Members
from pipeline.tables.sheet import Block, Sheet
from pipeline.tables.table import Column, Row
from pipeline.tables.words import label_of

IN_A_GRID = "N counts the people who answered the question; "


def all_grids(sheet: Sheet) -> bool:
    """Whether the table is nothing but questions with the same answers: these are then its columns."""
    grids = [row for row in sheet.spec.rows if isinstance(row, Grid)]
    plain = not (sheet.spec.differences or sheet.spec.smd or sheet.spec.tests or sheet.spec.missing == "column")
    same = len({sheet.study.levels_of(name) for name in sheet.spec.shown}) == 1
    return len(grids) == len(sheet.spec.rows) and same and plain


def as_grid(sheet: Sheet, shown: Sequence[Members], blocks: Sequence[Block]
            ) -> tuple[list[Column], list[Row], list[Number]]:  # fmt: skip
    """A line a question, a column an answer; who has none stands in a column of their own, by why. And the noughts of
    these columns, of questions that everyone answered."""
    found = {r.level for b in blocks for r in b.rows if r.kind == "missing"}
    without = [word for word in STATES[1:] if word in found or word == MISSING_LEVEL]
    held = {n.key for b in blocks for n in b.numbers}
    none = [sheet.number(item, word, g, "n", 0, 0) for item in sheet.spec.shown for word in without
            for g in sheet.groups if sheet.header(g)._replace(term=item, level=word) not in held]  # fmt: skip
    columns = []
    for group in shown:
        words = f"{group.spanner} · {group.label}" if group.spanner else group.label
        under = partial(Column, group.path, spanner=words, spanner_n=sheet.header(group))
        columns.append(under("", form="denominator"))
        columns += [under(level, level=level) for level in sheet.study.levels_of(sheet.spec.shown[0])]
        columns += [under(word, form="n", level=word) for word in without]
    form = "weighted" if sheet.weighted else "count"
    rows = []
    for grid in sheet.spec.rows:
        assert isinstance(grid, Grid)
        rows.append(Row(grid.label, grid.grid[0], kind="variable"))
        rows += [Row(label_of(sheet.study, item), item, form=form, kind="level", indent=1) for item in grid.grid]
    return columns, rows, none
