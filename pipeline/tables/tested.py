"""The tests of a table: chosen by the declared design, never by what comes out. One family, adjusted together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy

from pipeline.models.coefficients import UNSAID, NotEstimable
from pipeline.models.linear import INTERCEPT
from pipeline.models.multiplicity import adjusted_as_declared, adjusted_together, counted_as_one
from pipeline.models.survey import survey_chi_square, survey_linear
from pipeline.results import ALL, Key, Number, Sentence, literal, parts_of
from pipeline.tables.compare import (
    Tested,
    changed_in_clusters,
    difference,
    in_clusters,
    of_counts,
    of_means,
    of_paired_levels,
    of_pairs,
    of_ranks,
)
from pipeline.tables.contrasts import LEVELS
from pipeline.tables.groups import STATES, Floats, Members
from pipeline.tables.measure import Measure
from pipeline.tables.precision import NO_WIDTH
from pipeline.tables.sheet import Sheet
from pipeline.tables.table import Column
from pipeline.tables.words import label_of

NONE = Tested("", float("nan"), float("nan"), float("nan"), float("nan"))
FEW = "fewer than 4 degrees of freedom: too few clusters to rely on P"


class Pairs(NamedTuple):
    """n: people with an answer at both waves. fewest: of these and of those whom others of the table's numbers tell
    apart from them: at one wave only, or there without an answer."""

    n: int
    fewest: int


@dataclass(frozen=True)
class Line:
    """One test of the family. level: of a box that is tested by itself. pairs: of a test of two waves."""

    term: str
    level: str
    label: str
    people: float
    found: Tested | str
    pairs: Pairs | None = None


def tested(sheet: Sheet, measures: Mapping[str, Measure], parts: Sequence[Members]
           ) -> tuple[list[Number], list[Column], list[Sentence]]:  # fmt: skip
    """Numbers (group ``All``: ``p``, ``statistic``, ``df``, ``df2``, ``p_adjusted``, ``pairs``), the column, and the
    notes that say which tests these are. parts: the columns, or the two waves of the same people."""
    tests = sheet.spec.tests
    if tests is None:
        return [], [], []
    names = [n for n in measures if tests.family == "all" or n in tests.family]
    lines = [line for name in names for line in _lines(sheet, measures[name], parts)]
    raw = _p_values(lines)
    better = adjusted_as_declared(raw, tests.adjust) if tests.adjust else None
    whole = Members(ALL, "", np.arange(0))
    numbers: list[Number] = []
    for at, line in enumerate(lines):
        found = line.found if isinstance(line.found, Tested) else NONE
        values = {"p": found.p, "statistic": found.statistic, "df": found.df, "df2": found.df2}
        values = {s: v for s, v in values.items() if s == "p" or not np.isnan(v)}
        values |= {"p_adjusted": better[at]} if better is not None else {}
        numbers += [sheet.number(line.term, line.level, whole, s, v, line.people) for s, v in values.items()]
    pairs = {line.term: line.pairs for line in lines if line.pairs}
    numbers += [sheet.number(term, "", whole, "pairs", both.n, both.fewest) for term, both in pairs.items()]
    column = Column(ALL, "", None, "p_adjusted" if tests.adjust else "p", beside=("denominator", *LEVELS))
    said = [Sentence(literal(note)) for note in _notes(sheet, lines)]
    return numbers, [column], [*said, *_paired(sheet, pairs)]


def _p_values(lines: Sequence[Line]) -> Floats:
    """One a line, NaN where no test could be made."""
    return np.array([line.found.p if isinstance(line.found, Tested) else np.nan for line in lines], dtype=float)


def _notes(sheet: Sheet, lines: Sequence[Line]) -> Iterator[str]:
    """Which test each line has, why some have none, and over which family P is adjusted."""
    by_test: dict[str, list[str]] = {}
    for line in lines:
        how = line.found.how if isinstance(line.found, Tested) else f"no test, because {line.found}"
        by_test.setdefault(how, []).append(line.label)
    for how, labels in by_test.items():
        yield f"{how[:1].upper()}{how[1:]}: {'; '.join(dict.fromkeys(labels))}."
    few = [line.label for line in lines if isinstance(line.found, Tested) and line.found.few]
    if few:
        yield f"{FEW[:1].upper()}{FEW[1:]}: {'; '.join(dict.fromkeys(few))}."
    yield "People without a value for the line or its column have no part in a test."
    if sheet.spec.tests and sheet.spec.tests.adjust:
        yield adjusted_together(len(lines), sheet.spec.tests.adjust)
        if lost := int(np.isnan(_p_values(lines)).sum()):
            yield f"Where a test of these gave no P value, {counted_as_one(lost)}"


def _paired(sheet: Sheet, pairs: Iterable[str]) -> Iterator[Sentence]:
    """How many people the tests of two waves are of."""
    keys = {f"n{i}": Key(sheet.kind, sheet.name, term, "", ALL, "pairs") for i, term in enumerate(pairs)}
    told = [f"{literal(label_of(sheet.study, key.term))} {{{hole}}}" for hole, key in keys.items()]
    if told:
        yield Sentence(f"Tested are people with an answer at both waves: {'; '.join(told)}.", keys)


def _lines(sheet: Sheet, held: Measure, parts: Sequence[Members]) -> Iterator[Line]:
    label = label_of(sheet.study, held.name)
    if held.kind == "date":
        return
    places: list[int | None] = list(range(len(held.labels))) if held.kind == "choices" else [None]
    for place in places:
        level = held.labels[place] if place is not None else ""
        try:
            found: Tested | str = (
                _pair(sheet, held, place, parts) if sheet.spec.waves else _test(sheet, held, place, parts)
            )
        except NotEstimable as no:
            told = sheet.study.release.rule == "none" and not sheet.study.is_sensitive(held.name)
            found = str(no) if told else no.discreet
        pairs = _pairs(sheet, held, parts) if sheet.spec.waves else None
        people = min(pairs.n, _fewest_moved(sheet, held, place, parts)) if pairs else _people(held, parts)
        yield Line(held.name, level, f"{label}, {level}" if level else label, people, found, pairs)


def _people(held: Measure, parts: Sequence[Members]) -> int:
    """The fewest with a value in one of the columns that are compared."""
    return min((int((~g.take(held.missing)).sum()) for g in _compared(parts)), default=0)


def _compared(parts: Sequence[Members]) -> list[Members]:
    """Without the columns of those who have no value for the columns' variable."""
    return [g for g in parts if not any(level in STATES[1:] for _, level in parts_of(g.path))]


def _sides(parts: Sequence[Members], held: Measure) -> tuple[np.ndarray, np.ndarray]:
    """Rows with a value in one of the columns, and the place of their column."""
    shown = _compared(parts)
    rows = np.concatenate([g.rows for g in shown])
    side = np.repeat(np.arange(len(shown)), [g.n for g in shown])
    there = ~held.missing[rows]
    return rows[there], side[there]


def _columns(held: Measure, place: int | None, rows: np.ndarray, every: np.ndarray) -> Floats:
    """The numbers of a line: itself, or a 0/1 column for each level that occurs in ``every`` row but the first."""
    if held.kind == "number":
        return held.numbers()[rows][:, None]
    if place is not None:
        return held.ticked(place)[rows][:, None]
    assert held.codes is not None
    return np.eye(len(held.labels))[held.codes[rows]][:, np.unique(held.codes[every])[1:]]


def _test(sheet: Sheet, held: Measure, place: int | None, parts: Sequence[Members]) -> Tested:
    rows, side = _sides(parts, held)
    if len(rows) == 0:
        raise NotEstimable("nobody has a value", UNSAID)
    if sheet.sample.design is not None:
        if any(sheet.sample.units(rows[side == s]) < 2 for s in np.unique(side)):
            raise NotEstimable("a group stands in a single sampling unit, so how units differ can't be known there")
        return _surveyed(sheet, held, place, rows, side)
    if sheet.sample.cluster is not None:
        return in_clusters(_columns(held, place, rows, rows), side, sheet.sample.cluster[rows])
    if held.kind == "number":
        groups = [held.numbers()[rows][side == s] for s in np.unique(side)]
        return of_ranks(groups) if sheet.spec.numbers[0] == "median_iqr" else of_means(groups)
    return of_counts(_crossed(held, place, rows, side))


def _crossed(held: Measure, place: int | None, rows: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Levels by columns; of a box, ticked and not."""
    if held.codes is not None:
        codes = held.codes[rows].astype(int)
    else:
        assert place is not None
        codes = held.ticked(place)[rows].astype(int)
    found = np.zeros((codes.max() + 1, side.max() + 1), dtype=np.intp)
    np.add.at(found, (codes, side), 1)
    return found


def _surveyed(sheet: Sheet, held: Measure, place: int | None, rows: np.ndarray, side: np.ndarray) -> Tested:
    sample = sheet.sample
    assert sample.design is not None
    at, size = sample.at[rows], len(sample.design.weight)
    groups = np.full(size, -1)
    groups[at] = side
    domain = groups >= 0
    if held.kind != "number":
        codes = np.full(size, -1)
        codes[at] = held.codes[rows] if held.codes is not None else held.ticked(place or 0)[rows]
        return Tested("Rao–Scott test (second order, F)", *survey_chi_square(codes, groups, sample.design, domain))
    present = np.unique(side)
    if len(present) < 2:
        raise NotEstimable("only one group has people with an answer", UNSAID)
    y = np.zeros(size)
    y[at] = held.numbers()[rows]
    x = pd.DataFrame({INTERCEPT: np.ones(size), **{f"side{s}": (groups == s).astype(float) for s in present[1:]}})
    if any(np.ptp(y[groups == s]) == 0 for s in present):
        raise NotEstimable("the answers of a group do not vary", UNSAID)
    fit = survey_linear(x, y, sample.design, domain)
    q = len(present) - 1
    vcov = fit.vcov[1:, 1:]
    width = np.diag(vcov) > (NO_WIDTH * np.abs(y).max()) ** 2
    if not width.all() or np.linalg.matrix_rank(vcov) < q:
        raise NotEstimable("sampling units do not differ", UNSAID)  # else last bits were a variance
    statistic = float(fit.estimate[1:] @ np.linalg.solve(vcov, fit.estimate[1:])) / q
    df2 = float(fit.df[0])
    return Tested(
        "Wald test of a survey regression (F)", statistic, float(q), df2, float(scipy.stats.f.sf(statistic, q, df2))
    )


def _both(sheet: Sheet, parts: Sequence[Members]) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the same people at two waves."""
    ids = sheet.people.keys["id"].to_numpy()
    first, second = (pd.Series(g.rows, index=ids[g.rows]) for g in parts)
    both = first.index.intersection(second.index, sort=False)
    return first.loc[both].to_numpy(), second.loc[both].to_numpy()


def _pairs(sheet: Sheet, held: Measure, parts: Sequence[Members]) -> Pairs:
    before, after = _both(sheet, parts)
    n = int((~held.missing[before] & ~held.missing[after]).sum())
    others = [len(before), *(g.n for g in parts), *(int((~g.take(held.missing)).sum()) for g in parts)]
    return Pairs(n, min((few for few in (n, *(other - n for other in others)) if few), default=0))


def _pair(sheet: Sheet, held: Measure, place: int | None, parts: Sequence[Members]) -> Tested:
    """The same people at two waves."""
    before, after = _both(sheet, parts)
    there = ~held.missing[before] & ~held.missing[after]
    before, after = before[there], after[there]
    if len(before) == 0:
        raise NotEstimable("nobody answered both times", UNSAID)
    if sheet.sample.cluster is not None:
        every = np.r_[before, after]
        change = difference(_columns(held, place, after, every), _columns(held, place, before, every))
        return changed_in_clusters(change, sheet.sample.cluster[before])
    if held.kind == "number":
        line = "rank" if sheet.spec.numbers[0] == "median_iqr" else "mean"
        return of_pairs(held.numbers()[before], held.numbers()[after], line)  # type: ignore[arg-type]
    return of_paired_levels(_moved(held, place, before, after))


def _moved(held: Measure, place: int | None, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """How many went from each level (rows) to each (columns); of a box, unticked and ticked. Of those with both."""
    codes = held.codes if held.codes is not None else np.nan_to_num(held.ticked(place or 0), nan=-1).astype(int)
    size = max(2, len(held.labels)) if held.codes is not None else 2
    table = np.zeros((size, size), dtype=np.intp)
    np.add.at(table, (codes[before], codes[after]), 1)
    return table


def _fewest_moved(sheet: Sheet, held: Measure, place: int | None, parts: Sequence[Members]) -> float:
    """The fewest who went from one level to one, or stayed. How many said each at each wave the table's columns tell,
    and beside these a P value of McNemar's test leaves one table of who went where, one of Stuart and Maxwell's often
    few. Of a sensitive answer nobody is few. In clusters it is no test of counts."""
    if held.kind == "number" or sheet.sample.cluster is not None:
        return math.inf
    before, after = _both(sheet, parts)
    there = ~held.missing[before] & ~held.missing[after]
    table = _moved(held, place, before[there], after[there])
    cells = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0].ravel()
    if len(cells) == 0:
        return math.inf
    return int(cells.clip(1).min()) if sheet.study.is_sensitive(held.name) else int(cells[cells > 0].min())
