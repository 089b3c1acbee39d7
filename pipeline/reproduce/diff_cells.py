"""Two versions of ``results.csv``, number by number: what came, went, changed, was withheld or is shown now."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.errors import Mistakes
from pipeline.results import KEY, WITHHELD, Key
from pipeline.tables.in_style import P

ADDED, GONE, CHANGED, HIDDEN, SHOWN = KINDS = ("added", "gone", "changed", "withheld now", "shown now")
DIGITS = 10
OF_TESTS = (*P, "statistic", "df", "df2")
"""They move by any factor where an estimate hardly does: 0.0001 and 0.0004 say the same."""


@dataclass(frozen=True)
class Printed:
    """A number as a report has it: its released value, None where there is none, and its text."""

    value: float | None
    text: str

    @property
    def withheld(self) -> bool:
        return self.text == WITHHELD


@dataclass(frozen=True)
class Cell:
    """A number that is not in both versions as it was. old, new: None where a version does not have it. half: half the
    width of the interval that it has (or is a limit of), in the old version; None where there is none."""

    key: Key
    kind: str
    old: Printed | None
    new: Printed | None
    half: float | None = None

    @property
    def difference(self) -> float | None:
        """New less old, to ten significant digits; None where one of the two has no value."""
        if self.old is None or self.new is None or self.old.value is None or self.new.value is None:
            return None
        return float(f"{self.new.value - self.old.value:.{DIGITS}g}")

    @property
    def relative(self) -> float | None:
        """The difference as a part of the old value; infinite from 0."""
        difference = self.difference
        if difference is None or self.old is None or self.old.value is None:
            return None
        if self.old.value == 0:
            return math.inf if difference else 0.0
        return difference / abs(self.old.value)

    @property
    def moved(self) -> float:
        """How far it moved: by how many half intervals where it has one, because a part of an estimate near nought is
        large whatever it means; else as a part of the old value."""
        if self.half and self.difference is not None:
            return abs(self.difference) / self.half
        return abs(self.relative or 0.0)


def numbers_in(data: bytes, place: str) -> dict[Key, Printed]:
    """The numbers of a ``results.csv`` in its order; ``Mistakes`` for a file that is none."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
        found = {Key(*row[:6]): Printed(float(row[6]) if row[6] else None, row[7]) for row in rows[1:]}
        whole = rows[0] == [*KEY, "value", "text"] and all(len(row) == len(KEY) + 2 for row in rows)
    except (UnicodeDecodeError, csv.Error, ValueError, IndexError, TypeError):
        whole, rows, found = False, [], {}
    if not whole:
        what = f"is no results.csv: it has not the columns {', '.join(KEY)}, value and text in every line."
        raise Mistakes.one(place, what, "Name a folder that 'alongside run' made.")
    if len(found) < len(rows) - 1:
        raise Mistakes.one(place, "names a number twice.", "Get the report again, or run the study.")
    return found


def cells_between(old: Mapping[Key, Printed], new: Mapping[Key, Printed]) -> list[Cell]:
    """Every number that is not as it was, in the order of the keys."""
    cells = []
    for key in sorted({*old, *new}):
        before, now = old.get(key), new.get(key)
        if before != now:
            cells.append(Cell(key, _kind(before, now), before, now, _half(old, key)))
    return cells


def _half(old: Mapping[Key, Printed], key: Key) -> float | None:
    if key.statistic not in ("estimate", "ci_low", "ci_high"):
        return None
    low, high = (old.get(key._replace(statistic=word)) for word in ("ci_low", "ci_high"))
    if low is None or high is None or low.value is None or high.value is None:
        return None
    width = high.value - low.value
    return width / 2 if math.isfinite(width) and width > 0 else None


def _kind(old: Printed | None, new: Printed | None) -> str:
    if old is None or new is None:
        return ADDED if old is None else GONE
    if old.withheld != new.withheld:
        return SHOWN if old.withheld else HIDDEN
    return CHANGED


def largest(cells: Iterable[Cell]) -> list[Cell]:
    """Changed numbers: estimates, counts and the like before tests of them, in each those first that moved furthest; a
    text that changed without its value comes last of them."""
    changed = [c for c in cells if c.kind == CHANGED]
    return sorted(changed, key=lambda c: (c.key.statistic in OF_TESTS, -c.moved, c.key))


def counted(cells: Iterable[Cell]) -> str:
    """``12 changed, 3 added``; empty where nothing is otherwise."""
    found = Counter(c.kind for c in cells)
    order = (CHANGED, ADDED, GONE, HIDDEN, SHOWN)
    return ", ".join(f"{found[kind]:,} {kind}" for kind in order if found[kind])


def as_difference(cell: Cell) -> str:
    """``+0.25 (+12.5%)``, with a true minus; a dash where there is no difference to tell."""
    difference, relative = cell.difference, cell.relative
    if difference is None:
        return "–"
    said = _signed(difference, 6)
    if relative is not None and math.isfinite(relative):
        said += f" ({_signed(100 * relative, 3)}%)"
    return said.replace("-", "−")


def _signed(number: float, digits: int) -> str:
    """To so many significant digits; a larger one to the whole number."""
    return f"{number:+,.0f}" if abs(number) >= 10**digits else f"{number:+.{digits}g}"
