"""One variable of a table: its numbers in every column, and the lines in which they stand.

Each variable has a denominator of its own in each column: the people who answered it. Nobody without a value is left
out in silence: ``Missing`` were asked and gave no usable answer, ``Not asked`` and ``Not applicable`` are by design.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pipeline.cleaning.bands import band_places
from pipeline.errors import Mistakes
from pipeline.results import MISSING_LEVEL, Number, Sentence, literal
from pipeline.study.table import Grid
from pipeline.study.words import Interval
from pipeline.tables.count import decimals_of
from pipeline.tables.groups import ANSWERED, Floats
from pipeline.tables.lines import Lines, counted, of_date, of_levels, of_missing, of_number, state_counts
from pipeline.tables.measure import Measure, measure
from pipeline.tables.sheet import Block, Sheet
from pipeline.tables.table import Row
from pipeline.tables.words import band_words, label_of, scale_note, scale_rule

NO_BAND = "In no band"
SEVERAL = "several answers possible"
OF_PEOPLE = f"{SEVERAL.capitalize()}: percentages of people, who may count in several lines."
OF_ANSWERS = f"{SEVERAL.capitalize()}: percentages of all answers given in the column."
OF_BOTH = (
    f"{SEVERAL.capitalize()}: percentages of people, who may count in several lines, and of all answers given in the "
    "column."
)
UNLIKE = " Percentages of answers are of their own column, unlike the others."
"""In a table of row or cell percentages: what was answered in another column is no part of a column's answers."""


def block(sheet: Sheet, row: str | Grid) -> Block:
    """The block of a variable or scale by its declared type; of a grid, the blocks of its questions."""
    if isinstance(row, Grid):
        return _grid(sheet, row)
    held = measure(sheet.people, sheet.study, row)
    make = {"number": _number, "levels": _levels, "choices": _choices, "date": _date}[held.kind]
    return (_scale if row in sheet.study.scales else make)(sheet, held)


def _assembled(sheet: Sheet, held: Measure, inner: Lines | Iterable[tuple[list[Number], Row]], label: str,
               state: NDArray[np.intp], unit: str = "", notes: tuple[str, ...] = ()) -> Block:  # fmt: skip
    """The heading with its denominators, the lines of the type, then those without a value."""
    answered = state[ANSWERED]
    numbers = [sheet.number(held.name, "", g, "denominator", n, n) for g, n in zip(sheet.groups, answered, strict=True)]
    notes_here = _footnote(sheet, held.name, state) if sheet.spec.missing == "footnote" else ()
    rows = [Row(label, held.name, form="denominator", kind="variable", unit=unit, notes=notes_here)]
    for found, row in inner:
        numbers += found
        rows.append(row)
    for found, row in of_missing(sheet, held, state):
        numbers += found
        if sheet.spec.missing in ("row", "reasons") or row.level != MISSING_LEVEL:
            rows.append(row)
    if sheet.spec.missing == "column":
        whole = next(g for g in sheet.groups if g.path == sheet.wholes[0].path)
        n = state[1, list(sheet.groups).index(whole)]
        numbers.append(sheet.number(held.name, "", whole, "missing", n, n))
    return Block(tuple(numbers), tuple(rows), notes)


def _footnote(sheet: Sheet, name: str, state: NDArray[np.intp]) -> tuple[Sentence, ...]:
    """How many have no usable value, of everyone; of everyone at each wave where these stand side by side."""
    wholes = {g.path: g for g in sheet.wholes}
    lost = [g for g, n in zip(sheet.groups, state[1], strict=True) if n and g.path in wholes]
    if not lost:
        return ()
    keys = {f"n{i}": sheet.header(g)._replace(term=name, level=MISSING_LEVEL) for i, g in enumerate(lost)}
    several = len(wholes) > 1
    said = ", ".join(f"{literal(wholes[g.path].label) + ' ' if several else ''}{{n{i}}}" for i, g in enumerate(lost))
    return (Sentence(f"Missing: {said}.", keys),)


def _grid(sheet: Sheet, grid: Grid) -> Block:
    found = [block(sheet, name) for name in grid.grid]
    rows = [Row(grid.label, grid.grid[0], kind="variable")]
    rows += [replace(row, indent=row.indent + 1) for b in found for row in b.rows]
    return Block(tuple(n for b in found for n in b.numbers), tuple(rows), tuple(n for b in found for n in b.notes))


def _levels(sheet: Sheet, held: Measure) -> Block:
    state = state_counts(sheet, held)
    counts = counted(sheet, held, len(held.labels), sheet.groups)
    inner = of_levels(sheet, held, [(label, label) for label in held.labels], counts, state[ANSWERED])
    return _assembled(sheet, held, inner, label_of(sheet.study, held.name), state)


def _choices(sheet: Sheet, held: Measure) -> Block:
    """On the basis of people: who chose an answer, of those who answered the question; or of all answers given."""
    state = state_counts(sheet, held)
    counts = counted(sheet, held, len(held.labels), sheet.groups)
    inner = list(of_levels(sheet, held, [(label, label) for label in held.labels], counts, state[ANSWERED]))
    basis = sheet.spec.choices
    if basis != "people":
        total = counts.sum(axis=0)
        three = zip(sheet.groups, total, state[ANSWERED], strict=True)
        told = [sheet.number(held.name, "", g, "answers", n, of) for g, n, of in three]
        inner.append((told, Row("Answers given", held.name, form="answers", kind="statistic", indent=1)))
    words = f"{label_of(sheet.study, held.name)} ({SEVERAL})"
    note = {"people": OF_PEOPLE, "answers": OF_ANSWERS, "both": OF_BOTH}[basis]
    note += UNLIKE if basis != "people" and sheet.spec.percent != "column" else ""
    if basis != "people" and (alone := sheet.study.exclusive_of(held.name)):
        note += f" {' and '.join(alone)}: counted among the answers."
    return _assembled(sheet, held, inner, words, state, notes=(note,))


def _number(sheet: Sheet, held: Measure) -> Block:
    variable, values = sheet.study.variables[held.name], held.numbers()
    state = state_counts(sheet, held)
    inner = list(of_number(sheet, held.name, values, 1 + decimals_of(values)))
    bands = [(i.label, band_words(i.label), i) for i in variable.intervals]
    inner += _bands(sheet, held.name, values, bands, state[ANSWERED])
    label, top = label_of(sheet.study, held.name), variable.top_code
    notes = (f"{label}: a value of {top:g} stands for itself and above.",) if top is not None else ()
    return _assembled(sheet, held, inner, label, state, variable.unit or "", notes)


def _scale(sheet: Sheet, held: Measure) -> Block:
    rule, values = scale_rule(sheet.study, held.name), held.numbers()
    state = state_counts(sheet, held)
    inner = list(of_number(sheet, held.name, values, rule.decimals))
    bands = [(label, f"{label} ({band_words(i.label)})", i) for label, i in rule.bands.items()]
    inner += _bands(sheet, held.name, values, bands, state[ANSWERED])
    return _assembled(sheet, held, inner, rule.label, state, notes=(scale_note(sheet.study, held.name),))


def _bands(sheet: Sheet, name: str, values: Floats, bands: Sequence[tuple[str, str, Interval]],
           answered: NDArray[np.intp]) -> Lines:  # fmt: skip
    """A line a band; a value that no band holds is shown as such."""
    if not bands:
        return
    intervals = [band for _, _, band in bands]
    twice = sum(band.holds(values).astype(int) for band in intervals) > 1
    if twice.any():
        part = "scales" if name in sheet.study.scales else "variables"
        raise Mistakes.one(sheet.study.where(part, name, "bands"), f"{int(twice.sum())} values lie in two bands.",
                           "Let each band begin after the one before it ends.")  # fmt: skip
    missing, codes = np.isnan(values), band_places(values, intervals)
    codes[(codes < 0) & ~missing] = len(bands)
    lines = [(level, words) for level, words, _ in bands] + [(NO_BAND, NO_BAND)]
    cut = Measure(name, "levels", missing, labels=tuple(level for level, _ in lines), codes=codes)
    counts = counted(sheet, cut, len(lines), sheet.groups)
    shown = len(lines) if counts[-1].any() else len(bands)
    yield from of_levels(sheet, cut, lines[:shown], counts[:shown], answered)


def _date(sheet: Sheet, held: Measure) -> Block:
    return _assembled(sheet, held, of_date(sheet, held), label_of(sheet.study, held.name), state_counts(sheet, held))
