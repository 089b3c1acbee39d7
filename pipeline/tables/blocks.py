"""One variable of a table: its numbers in every column, and the lines in which they stand.

Each variable has a denominator of its own in each column: the people who answered it. Nobody without a value is left
out in silence: ``Missing`` were asked and gave no usable answer, ``Not asked`` and ``Not applicable`` are by design.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import Mistakes
from pipeline.results import Key, Number
from pipeline.study import Study
from pipeline.study.words import Interval
from pipeline.tables.count import decimals_of, level_counts, share, summary
from pipeline.tables.groups import ANSWERED, STATES, Base, Floats, Members, refuse_reserved, states
from pipeline.tables.table import Row
from pipeline.tables.words import band_words, label_of, scale_note, scale_rule

NO_BAND = "In no band"
PART = "{n} ({percent}%)"
SEVERAL = "several answers possible"


@dataclass(frozen=True)
class Block:
    """notes: sentences without numbers, which the table needs once."""

    numbers: tuple[Number, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """What every block of a table needs to know: the first two words of its keys, its people, its columns."""

    kind: str
    name: str
    study: Study
    people: Base
    groups: Sequence[Members]

    def number(self, term: str, level: str, group: Members, statistic: str, value: float, people: float,
               decimals: int | None = None) -> Number:  # fmt: skip
        key = Key(self.kind, self.name, term, level, group.path, statistic)
        return Number(key, value, people, decimals, self.study.is_sensitive(term))

    def part(self, term: str, level: str, group: Members, n: int, of: int) -> list[Number]:
        """n of a denominator, and its percentage."""
        values = (("n", n, n), ("denominator", of, of), ("percent", share(n, of), n))
        return [self.number(term, level, group, statistic, value, people) for statistic, value, people in values]

    def headers(self, groups: Iterable[Members]) -> list[Number]:
        """How many people stand in each column."""
        return [self.number("", "", g, "n", g.n, g.n) for g in groups]

    def header(self, group: Members) -> Key:
        return Key(self.kind, self.name, "", "", group.path, "n")


def block(sheet: Sheet, name: str) -> Block:
    """The block of a variable or scale by its declared type."""
    kind = "scale" if name in sheet.study.scales else sheet.study.kind_of(name)
    make: dict[str, Callable[[Sheet, str], Block]] = {
        "number": _number, "count": _number, "scale": _scale, "category": _category, "ordered": _category,
        "choices": _choices, "date": _date,
    }  # fmt: skip
    return make[kind](sheet, name)


def _state_counts(sheet: Sheet, name: str, missing: NDArray[np.bool_]) -> NDArray[np.intp]:
    """People by state and column: shape (4, groups)."""
    return level_counts(states(missing, sheet.people.reasons.get(name)), len(STATES), sheet.groups)


def _assembled(sheet: Sheet, name: str, state: NDArray[np.intp], inner: Iterable[tuple[list[Number], Row]], label: str,
               unit: str = "", notes: tuple[str, ...] = ()) -> Block:  # fmt: skip
    """The heading with its denominators, the lines of the type, then those without a value."""
    answered = state[ANSWERED]
    numbers = [sheet.number(name, "", g, "denominator", n, n) for g, n in zip(sheet.groups, answered, strict=True)]
    rows = [Row(label, name, template="{denominator}", kind="variable", unit=unit)]
    for found, row in inner:
        numbers += found
        rows.append(row)
    for word, counts in zip(STATES[1:], state[1:], strict=True):
        if counts.any():
            numbers += [sheet.number(name, word, g, "n", n, n) for g, n in zip(sheet.groups, counts, strict=True)]
            rows.append(Row(word, name, word, "{n}", "missing", 1))
    return Block(tuple(numbers), tuple(rows), notes)


def _levels(sheet: Sheet, name: str, levels: Sequence[tuple[str, str]], counts: NDArray[np.intp],
            answered: NDArray[np.intp]) -> Iterator[tuple[list[Number], Row]]:  # fmt: skip
    """A line a level ``(key, words)``: n and its percentage of the answered. ``counts``: shape (levels, groups)."""
    for (level, words), here in zip(levels, counts, strict=True):
        found = [
            n
            for g, count, of in zip(sheet.groups, here, answered, strict=True)
            for n in sheet.part(name, level, g, count, of)
        ]
        yield found, Row(words, name, level, PART, "level", 1)


def _category(sheet: Sheet, name: str) -> Block:
    values = sheet.people.frame[name].cat
    labels, codes = tuple(map(str, values.categories)), values.codes.to_numpy()
    refuse_reserved(sheet.study, name, labels)
    state = _state_counts(sheet, name, codes < 0)
    counts = level_counts(codes, len(labels), sheet.groups)
    inner = _levels(sheet, name, [(label, label) for label in labels], counts, state[ANSWERED])
    return _assembled(sheet, name, state, inner, label_of(sheet.study, name))


def _choices(sheet: Sheet, name: str) -> Block:
    """On the basis of people: who chose an answer, of those who answered the question."""
    labels = sheet.study.levels_of(name)
    refuse_reserved(sheet.study, name, labels)
    ticks = sheet.people.frame[[f"{name}={label}" for label in labels]].to_numpy(dtype=float)
    state = _state_counts(sheet, name, np.isnan(ticks).all(axis=1))
    ticked = ticks == 1
    counts = np.stack([ticked[g.rows].sum(axis=0) for g in sheet.groups], axis=1)
    inner = _levels(sheet, name, [(label, label) for label in labels], counts, state[ANSWERED])
    words = f"{label_of(sheet.study, name)} ({SEVERAL})"
    return _assembled(
        sheet,
        name,
        state,
        inner,
        words,
        notes=(f"{SEVERAL.capitalize()}: percentages of people, who may count in several lines.",),
    )


def _moments(sheet: Sheet, name: str, values: Floats, decimals: int) -> Iterator[tuple[list[Number], Row]]:
    """Mean and SD, median and quartiles."""
    found = [(g, summary(values[g.rows])) for g in sheet.groups]
    for words, template, names in (
        ("Mean (SD)", "{mean} ({sd})", ("mean", "sd")),
        ("Median [IQR]", "{median} [{q1}, {q3}]", ("median", "q1", "q3")),
    ):
        numbers = [sheet.number(name, "", g, s, getattr(held, s), held.n, decimals) for g, held in found for s in names]
        yield numbers, Row(words, name, template=template, kind="statistic", indent=1)


def _number(sheet: Sheet, name: str) -> Block:
    variable = sheet.study.variables[name]
    values = sheet.people.frame[name].to_numpy(dtype=float)
    state = _state_counts(sheet, name, np.isnan(values))
    inner = list(_moments(sheet, name, values, 1 + decimals_of(values)))
    inner += _bands(
        sheet, name, values, [(i.label, band_words(i.label), i) for i in variable.intervals], state[ANSWERED]
    )
    label = label_of(sheet.study, name)
    top = variable.top_code
    notes = (f"{label}: a value of {top:g} stands for itself and above.",) if top is not None else ()
    return _assembled(sheet, name, state, inner, label, variable.unit or "", notes)


def _scale(sheet: Sheet, name: str) -> Block:
    rule = scale_rule(sheet.study, name)
    values = sheet.people.frame[name].to_numpy(dtype=float)
    state = _state_counts(sheet, name, np.isnan(values))
    inner = list(_moments(sheet, name, values, 2 if rule.score == "mean" else 1))
    bands = [(label, f"{label} ({band_words(i.label)})", i) for label, i in rule.bands.items()]
    inner += _bands(sheet, name, values, bands, state[ANSWERED])
    return _assembled(sheet, name, state, inner, rule.label, notes=(scale_note(sheet.study, name),))


def _bands(sheet: Sheet, name: str, values: Floats, bands: Sequence[tuple[str, str, Interval]],
           answered: NDArray[np.intp]) -> Iterator[tuple[list[Number], Row]]:  # fmt: skip
    """A line a band; a value that no band holds is shown as such."""
    if not bands:
        return
    codes = np.full(len(values), -1)
    twice = np.zeros(len(values), bool)
    for place, (_, _, band) in enumerate(bands):
        above = values > band.low if band.low_open else values >= band.low
        held = above & (values < band.high if band.high_open else values <= band.high)
        twice |= held & (codes >= 0)
        codes[held] = place
    if twice.any():
        part = "scales" if name in sheet.study.scales else "variables"
        raise Mistakes.one(sheet.study.where(part, name, "bands"), f"{int(twice.sum())} values lie in two bands.",
                           "Let each band begin after the one before it ends.")  # fmt: skip
    codes[(codes < 0) & ~np.isnan(values)] = len(bands)
    lines = [(level, words) for level, words, _ in bands] + [(NO_BAND, NO_BAND)]
    counts = level_counts(codes, len(lines), sheet.groups)
    shown = len(lines) if counts[-1].any() else len(bands)
    yield from _levels(sheet, name, lines[:shown], counts[:shown], answered)


def _date(sheet: Sheet, name: str) -> Block:
    """The middle date by its month alone: a day could be somebody's. Value: year * 100 + month."""
    days = sheet.people.frame[name].to_numpy(dtype="datetime64[D]")
    missing = np.isnat(days)
    state = _state_counts(sheet, name, missing)
    numbers = []
    for group in sheet.groups:
        held = days[group.rows][~missing[group.rows]].astype(np.int64)
        month = float("nan")
        if len(held):
            middle = np.datetime64(int(np.floor(np.median(held))), "D").astype(object)
            month = middle.year * 100 + middle.month
        numbers.append(sheet.number(name, "", group, "median_month", month, len(held), 0))
    row = Row("Median month", name, template="{median_month}", kind="statistic", indent=1)
    return _assembled(sheet, name, state, [(numbers, row)], label_of(sheet.study, name))
