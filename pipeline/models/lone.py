"""Comparisons in which one cluster or sampling unit is all there is of a side: how these differ can't be known there.

Its people are fitted exactly, so that neither CR2 nor linearisation finds any error in that side, and an interval comes
out too narrow, with other sides of the exposure in the same unit or without.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.models.coefficients import Coefficients
from pipeline.models.declared import Declared
from pipeline.models.frame import Flags, Frame


@dataclass(frozen=True, eq=False)
class Side:
    """One side of a comparison: its level (``""`` for a value of a number), its used rows and how many units."""

    level: str
    rows: Flags
    units: int

    @property
    def lone(self) -> bool:
        return self.units == 1


def sides(model: Declared, held: Frame) -> dict[str, tuple[Side, Side]]:
    """Column of the exposure -> its level and what that is compared with; empty where rows stand for themselves."""
    if held.units is None:
        return {}
    found = {}
    for column, ends in rows_of_sides(model, held).items():
        first, second = (Side(name, rows, len(np.unique(held.units[rows]))) for name, rows in ends)
        found[column] = (first, second)
    return found


def rows_of_sides(model: Declared, held: Frame) -> dict[str, tuple[tuple[str, Flags], tuple[str, Flags]]]:
    """Column of the exposure -> level and used rows of each of its two sides.

    A number has sides where it takes just two values. Levels with nobody have none.
    """
    if not held.used.any():
        return {}
    term, found = model.exposure, {}
    for column, level in zip(term.columns, term.shown, strict=True):
        if term.kind == "number":
            value = held.exposure[term.name].to_numpy(dtype=float)
            low, high = np.min(value[held.used]), np.max(value[held.used])
            ends = (("", held.used & (value == high)), ("", held.used & (value == low)))
            if low == high or not (ends[0][1] | ends[1][1])[held.used].all():
                continue
        else:
            other = f"{level}, {term.reference}" if term.kind == "choices" else term.reference
            ends = ((level, held.at(term, level)), (other, held.against(term, level)))
        if all(rows.any() for _, rows in ends):
            found[column] = ends
    return found


def lone_sides(model: Declared, held: Frame) -> dict[str, tuple[Side, ...]]:
    """Column of the exposure -> those of its sides that stand in a single unit."""
    found = {column: tuple(side for side in both if side.lone) for column, both in sides(model, held).items()}
    return {column: lone for column, lone in found.items() if lone}


def without_interval(found: Coefficients, model: Declared, held: Frame) -> Coefficients:
    """The same without errors for a comparison of one unit with one; covariates can't make up for the units."""
    both = {column for column, lone in lone_sides(model, held).items() if len(lone) == 2}
    return found.without_errors(np.array([term in both for term in found.terms]))
