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


def ends(model: Declared, held: Frame) -> dict[str, tuple[tuple[str, Flags], tuple[str, Flags]]]:
    """Column of the exposure -> its level and its used rows, and those of what that is compared with.

    A number has such ends where it takes just two values. Levels with nobody have none.
    """
    if not held.used.any():
        return {}
    term, found = model.exposure, {}
    for column, level in zip(term.columns, term.shown, strict=True):
        if term.kind == "number":
            value = held.exposure[term.name].to_numpy(dtype=float)
            low, high = np.min(value[held.used]), np.max(value[held.used])
            both = (("", held.used & (value == high)), ("", held.used & (value == low)))
            if low == high or not (both[0][1] | both[1][1])[held.used].all():
                continue
        else:
            other = f"{level}, {term.reference}" if term.kind == "choices" else term.reference
            both = ((level, held.at(term, level)), (other, held.against(term, level)))
        if all(rows.any() for _, rows in both):
            found[column] = both
    return found


def sides(model: Declared, held: Frame) -> dict[str, tuple[Side, Side]]:
    """``ends`` with how many units each has; empty where rows stand for themselves."""
    units = held.units
    if units is None:
        return {}
    found = {}
    for column, both in ends(model, held).items():
        first, second = (Side(name, rows, len(np.unique(units[rows]))) for name, rows in both)
        found[column] = (first, second)
    return found


def lone_sides(model: Declared, held: Frame) -> dict[str, tuple[Side, ...]]:
    """Column of the exposure -> those of its sides that stand in a single unit."""
    found = {column: tuple(side for side in both if side.lone) for column, both in sides(model, held).items()}
    return {column: lone for column, lone in found.items() if lone}


def without_interval(found: Coefficients, model: Declared, held: Frame) -> Coefficients:
    """The same without errors for a comparison of one unit with one; covariates can't make up for the units."""
    both = {column for column, lone in lone_sides(model, held).items() if len(lone) == 2}
    return found.without_errors(np.array([term in both for term in found.terms]))
