"""Stacks of the answers to a grid of questions that a table prints, from its released percentages alone."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pipeline.disclosure import Released
from pipeline.report.blocks import Figure
from pipeline.report.draw_stacks import Stack, StackPanel, stacks_picture
from pipeline.report.look_up import Shelf
from pipeline.results import ALL, parts_of
from pipeline.study import Study
from pipeline.study.table import Grid
from pipeline.tables.words import label_of, wave_labels

MOST_GROUPS = 6
"""Columns of a table without an overall one; of more nothing is drawn."""


def stacks_figures(study: Study, released: Released, label: str = "") -> Iterator[Figure]:
    """One a grid of a table whose percentages are of columns: of everyone, or of each column where none is overall."""
    for table, spec in study.tables.items():
        shelf = Shelf(released, "participants", table)
        for at, grid in enumerate(row for row in spec.rows if isinstance(row, Grid)):
            if spec.kind != "participants" or spec.percent != "column":
                continue
            panels = tuple(_panel(study, shelf, grid, path) for path in _groups(study, shelf, grid))
            if any(stack.parts for panel in panels for stack in panel.stacks):
                levels = tuple(study.levels_of(grid.grid[0]))
                yield Figure(
                    f"stacks-{table}-{at + 1}", stacks_picture(levels, panels, label), _told(grid, panels),
                    f"{grid.label}: answers in per cent, from {levels[0]} (light) to {levels[-1]} (dark). The table "
                    f"has these numbers.{_marks(shelf, panels)}",
                )  # fmt: skip


def _groups(study: Study, shelf: Shelf, grid: Grid) -> list[str]:
    paths = dict.fromkeys(k.group for k in shelf.keys if k.term in grid.grid and k.level and k.statistic == "percent")
    if ALL in paths:
        return [ALL]
    waves = [wave for source in study.sources.values() for wave in wave_labels(source).values()]

    def rank(path: str) -> list[int]:
        orders = [(list(study.levels_of(n)) if n in study.variables else waves, level) for n, level in parts_of(path)]
        return [order.index(level) if level in order else len(order) for order, level in orders]

    return sorted(paths, key=rank) if len(paths) <= MOST_GROUPS else []


def _panel(study: Study, shelf: Shelf, grid: Grid, path: str) -> StackPanel:
    title = ", ".join(level for _, level in parts_of(path))
    return StackPanel(title, tuple(_stack(study, shelf, name, path) for name in grid.grid))


def _percent(shelf: Shelf) -> str:
    weighted = any(key.statistic == "weighted_percent" for key in shelf.keys)
    return "weighted_percent" if weighted else "percent"


def _stack(study: Study, shelf: Shelf, name: str, path: str) -> Stack:
    """Of a question of which any level is withheld nothing is drawn: the others would leave it."""
    levels, statistic, label = study.levels_of(name), _percent(shelf), label_of(study, name)
    parts = tuple(shelf.value(path, statistic, name, level) for level in levels)
    told = f"{label}: " + ", ".join(f"{level} {shelf.said(path, statistic, name, level)}%" for level in levels)
    if any(map(math.isnan, parts)):
        parts, told = (), f"{label}: withheld, or nobody answered"
    return Stack(label, parts, shelf.text(path, "denominator", name), told)


def _marks(shelf: Shelf, panels: tuple[StackPanel, ...]) -> str:
    said = " Percentages are weighted, numbers of people (n) are not." if _percent(shelf) != "percent" else ""
    gone = any(not s.parts for p in panels for s in p.stacks)
    return said + (" Dotted: withheld, or nobody answered." if gone else "")


def _told(grid: Grid, panels: tuple[StackPanel, ...]) -> str:
    told = [f"{p.title and f'{p.title}. '}{'; '.join(stack.told for stack in p.stacks)}" for p in panels]
    return f"Stacked bars of {grid.label}. {'. '.join(told)}."
