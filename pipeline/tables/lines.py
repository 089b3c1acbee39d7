"""The lines under a variable's name: of its levels, of a number, of a date, and of those without a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.results import MISSING_LEVEL, Number
from pipeline.tables.count import Summary, level_counts, share, summary
from pipeline.tables.forms import statistics_of
from pipeline.tables.groups import ANSWERED, STATES, Floats, Members, states
from pipeline.tables.intervals import Interval
from pipeline.tables.measure import Measure
from pipeline.tables.precision import of_average, of_share
from pipeline.tables.sheet import Sheet
from pipeline.tables.table import Row
from pipeline.tables.weighted import weighted_shares, weighted_summary

Lines: TypeAlias = Iterator[tuple[list[Number], Row]]

NO_REASON = "no reason given"


def level_form(sheet: Sheet, choices: bool) -> str:
    """What a level's cells show."""
    spec = sheet.spec
    if choices and spec.choices != "people":
        return "of_both" if spec.choices == "both" else "of_answers"
    if sheet.weighted:
        return "weighted_ci" if spec.intervals != "none" else "weighted"
    plain, wide = ("n_of_percent", "n_of_ci") if spec.counts == "n/N" else ("count", "count_ci")
    return wide if spec.intervals != "none" else plain


def of_levels(sheet: Sheet, held: Measure, levels: Sequence[tuple[str, str]], counts: NDArray[np.intp],
              answered: NDArray[np.intp]) -> Lines:  # fmt: skip
    """A line a level ``(key, words)``. ``counts``: shape (levels, groups); ``answered``: people with a value."""
    form = level_form(sheet, held.kind == "choices")
    of = _bases(sheet, held, len(levels), counts, answered)
    weights = _weighted(sheet, held, len(levels)) if sheet.weighted else None
    answers = counts.sum(axis=0)
    for place, (level, words) in enumerate(levels):
        found: list[Number] = []
        for at, group in enumerate(sheet.groups):
            n = counts[place, at]
            found += sheet.part(held.name, level, group, n, of[place, at])
            if weights is not None:
                found.append(sheet.number(held.name, level, group, "weighted_percent", 100 * weights[place, at], n))
            if "answers_percent" in statistics_of(form):
                found.append(sheet.number(held.name, level, group, "answers_percent", share(n, answers[at]), n))
            if "ci_low" in statistics_of(form):
                limits = of_share(sheet.sample, group, held.ticked(place), sheet.spec.intervals)
                found += _limits(sheet, held.name, level, group, Interval(*(100 * x for x in limits)), n, 1)
        yield found, Row(words, held.name, level, form, "level", 1)


def _limits(sheet: Sheet, term: str, level: str, group: Members, limits: Interval, people: float,
            decimals: int) -> list[Number]:  # fmt: skip
    ends = (("ci_low", limits.low), ("ci_high", limits.high))
    return [sheet.number(term, level, group, s, float(value), people, decimals) for s, value in ends]


def _bases(sheet: Sheet, held: Measure, size: int, counts: NDArray[np.intp], answered: NDArray[np.intp]
           ) -> NDArray[np.intp]:  # fmt: skip
    """What each percentage is of: the column's answers, the level's in all columns, or everyone's."""
    if sheet.spec.percent == "column" or not sheet.wholes:
        return np.broadcast_to(answered, counts.shape)
    every = list({g.path: g for g in sheet.wholes}.values())
    if sheet.spec.percent == "row":
        total = counted(sheet, held, size, every)
    else:
        total = np.broadcast_to([int((~g.take(held.missing)).sum()) for g in every], (size, len(every)))
    return total[:, [[g.path for g in every].index(g.path) for g in sheet.wholes]]


def counted(sheet: Sheet, held: Measure, size: int, groups: Sequence[Members]) -> NDArray[np.intp]:
    """People by level and group: shape (size, groups)."""
    if held.ticks is not None:
        ticked = held.ticks == 1
        return np.stack([g.take(ticked).sum(axis=0) for g in groups], axis=1)
    assert held.codes is not None
    same = groups is sheet.groups
    return sheet.grouping.counts(held.codes, size) if same else level_counts(held.codes, size, groups)


def _weighted(sheet: Sheet, held: Measure, size: int) -> Floats:
    """Weighted shares by level and group."""
    weight = sheet.sample.weight
    assert weight is not None
    if held.codes is not None:
        codes = held.codes
        return np.stack([weighted_shares(g.take(codes), size, g.take(weight)) for g in sheet.groups], axis=1)
    assert held.ticks is not None
    found = np.full((size, len(sheet.groups)), np.nan)
    for at, group in enumerate(sheet.groups):
        ticks, w = group.take(held.ticks), group.take(weight)
        there = ~group.take(held.missing)
        if w[there].sum() > 0:
            found[:, at] = w[there] @ np.nan_to_num(ticks[there]) / w[there].sum()
    return found


def of_number(sheet: Sheet, name: str, values: Floats, decimals: int) -> Lines:
    """The declared lines of a number, weighted where the table is, and the interval of its mean."""
    found = [(g, summary(values, g)) for g in sheet.groups]
    for line in sheet.spec.numbers:
        form = f"weighted_{line}" if sheet.weighted and line != "range" else line
        numbers = list(_stated(sheet, name, values, found, form, decimals))
        yield numbers, Row("", name, form=form, kind="statistic", indent=1)
        if line == "mean_sd" and sheet.spec.intervals != "none":
            ends = [_limits(sheet, name, "", g, of_average(sheet.sample, g, values), s.n, decimals) for g, s in found]
            ci = "weighted_mean_ci" if sheet.weighted else "mean_ci"
            yield [n for pair in ends for n in pair], Row("", name, form=ci, kind="statistic", indent=1)


def _stated(sheet: Sheet, name: str, values: Floats, found: Sequence[tuple[Members, Summary]], form: str,
            decimals: int) -> Iterator[Number]:  # fmt: skip
    weight = sheet.sample.weight
    for group, held in found:
        source: object = held
        if form.startswith("weighted"):
            assert weight is not None
            source = weighted_summary(group.take(values), group.take(weight))
        for statistic in statistics_of(form):
            people = {"min": held.at_min, "max": held.at_max}.get(statistic, held.n)
            places = decimals - 1 if form == "range" else decimals
            value = getattr(source, statistic.removeprefix("weighted_"))
            made = sheet.number(name, "", group, statistic, value, people, places)
            yield made._replace(largest=held.largest) if statistic == "mean" else made


def of_date(sheet: Sheet, held: Measure) -> Lines:
    """The middle date, and on demand the first and last, by their months alone: a day could be somebody's.

    Value: year * 100 + month.
    """
    assert held.values is not None
    months = held.values.astype("datetime64[M]")
    numbers, ends = [], []
    for group in sheet.groups:
        there = ~group.take(held.missing)
        days = group.take(held.values)[there].astype("datetime64[D]").astype(np.int64)
        middle = np.datetime64(int(np.floor(np.median(days))), "D") if len(days) else None
        numbers.append(sheet.number(held.name, "", group, "median_month", _month(middle), len(days), 0))
        here = group.take(months)[there]
        for statistic, edge in (("min_month", here.min() if len(here) else None),
                                ("max_month", here.max() if len(here) else None)):  # fmt: skip
            people = int((here == edge).sum()) if edge is not None else 0
            ends.append(sheet.number(held.name, "", group, statistic, _month(edge), people, 0))
    yield numbers, Row("", held.name, form="median_month", kind="statistic", indent=1)
    if "range" in sheet.spec.numbers:
        yield ends, Row("", held.name, form="month_range", kind="statistic", indent=1)


def _month(day: np.datetime64 | None) -> float:
    if day is None:
        return float("nan")
    held = day.astype("datetime64[D]").astype(object)
    return float(held.year * 100 + held.month)


def of_missing(sheet: Sheet, held: Measure, state: NDArray[np.intp]) -> Lines:
    """Those without a value, by state and, where the table asks for it, by the reason. ``state``: (4, groups)."""
    for word, counts in zip(STATES[1:], state[1:], strict=True):
        if not counts.any():
            continue
        numbers = [sheet.number(held.name, word, g, "n", n, n) for g, n in zip(sheet.groups, counts, strict=True)]
        yield numbers, Row(word, held.name, word, "n", "missing", 1)
        if word == MISSING_LEVEL and sheet.spec.missing == "reasons":
            yield from _reasons(sheet, held)


def _reasons(sheet: Sheet, held: Measure) -> Lines:
    why = sheet.people.reasons.get(held.name)
    lost = np.flatnonzero(states(held.missing, why) == 1)
    given = why.iloc[lost].to_numpy(dtype=object) if why is not None else np.full(len(lost), "", dtype=object)
    given = np.where(given == "", NO_REASON, given)
    found, codes = np.unique(given.astype(str), return_inverse=True)
    place = np.full(len(held.missing), -1)
    place[lost] = codes
    for reason, counts in zip(found.tolist(), level_counts(place, len(found), sheet.groups), strict=True):
        level = f"{MISSING_LEVEL}: {reason}"
        numbers = [sheet.number(held.name, level, g, "n", n, n) for g, n in zip(sheet.groups, counts, strict=True)]
        yield numbers, Row(reason[:1].upper() + reason[1:], held.name, level, "n", "missing", 2)


def state_counts(sheet: Sheet, held: Measure) -> NDArray[np.intp]:
    """People by state and column: shape (4, groups). Only those without a value are looked at one by one."""
    lost = np.flatnonzero(held.missing)
    why = sheet.people.reasons.get(held.name)
    state = states(np.ones(len(lost), dtype=bool), None if why is None else why.iloc[lost])
    found = np.zeros((len(STATES), len(sheet.groups)), dtype=np.intp)
    codes = np.full(len(held.missing), -1, dtype=np.int8)
    codes[lost] = state
    if len(lost):
        found = sheet.grouping.counts(codes, len(STATES))
    found[ANSWERED] = [g.n for g in sheet.groups] - found.sum(axis=0)
    return found
