"""How far two columns of a table lie apart: differences with intervals, and standardised differences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from pipeline.results import Number
from pipeline.study.table import TableSpec
from pipeline.tables.balance import smd_levels, smd_means, smd_share
from pipeline.tables.count import decimals_of, summary
from pipeline.tables.groups import STATES, Floats, Members
from pipeline.tables.intervals import Difference
from pipeline.tables.measure import Measure
from pipeline.tables.precision import HOW_DIFFERENT, basis, of_difference
from pipeline.tables.sheet import Sheet
from pipeline.tables.table import Column
from pipeline.tables.weighted import weighted_shares, weighted_summary
from pipeline.tables.words import scale_rule

LEVELS = ("count", "count_ci", "n_of_percent", "n_of_ci", "weighted", "weighted_ci", "of_answers", "of_both")
"""Forms of the lines of a level."""
SMD = "SMD: standardised mean difference, as an absolute value; of several levels one number (Yang and Dalton)."
POINTS = "Differences of percentages are in percentage points."


class Contrast(NamedTuple):
    """``path``: ``contrast=A - B``."""

    path: str
    words: str
    group: Members
    other: Members


def contrasts(sheet: Sheet, parts: Sequence[Members]) -> list[Contrast]:
    """Each column less the one that its variable's reference names; of two columns without one, the first less the
    second. People without a value for the column have no part."""
    held = [g for g in parts if g.label not in STATES]
    by = sheet.study.variables[sheet.spec.columns[0]]
    named = [g for g in held if g.path == f"{sheet.spec.columns[0]}={by.reference}"]
    base = named[0] if named else held[-1]
    return [
        Contrast(f"contrast={g.label} - {base.label}", f"{g.label} − {base.label}", g, base)
        for g in held
        if g is not base
    ]


def contrast_columns(spec: TableSpec, found: Sequence[Contrast]) -> list[Column]:
    """The columns of differences and of standardised differences, under a heading where there are several contrasts."""
    columns = []
    for contrast in found:
        spanner = contrast.words if len(found) > 1 or (spec.differences and spec.smd) else ""
        if spec.differences:
            label = "" if spanner else f"{contrast.words} (95% CI)"
            columns.append(Column(contrast.path, label, None, "difference_ci", spanner,
                                  beside=("mean_sd", "weighted_mean_sd", *LEVELS)))  # fmt: skip
        if spec.smd:
            columns.append(Column(contrast.path, "", None, "smd", spanner,
                                  beside=("denominator", *LEVELS)))  # fmt: skip
    return columns


def contrast_notes(sheet: Sheet) -> list[str]:
    notes = [HOW_DIFFERENT[basis(sheet.sample)] + " " + POINTS] if sheet.spec.differences else []
    return notes + ([SMD] if sheet.spec.smd else [])


def contrast_numbers(sheet: Sheet, held: Measure, found: Sequence[Contrast]) -> Iterator[Number]:
    """Of one variable. ``difference``, ``difference_low``, ``difference_high`` of means at level "", of percentages at
    each level, in percentage points; ``smd`` at level "", of boxes at each box. They stand on the smaller group."""
    for contrast in found if held.kind != "date" else ():
        if sheet.spec.differences:
            yield from _differences(sheet, held, contrast)
        if sheet.spec.smd:
            yield from _standardised(sheet, held, contrast)


def _differences(sheet: Sheet, held: Measure, contrast: Contrast) -> Iterator[Number]:
    if held.kind == "number":
        values = held.numbers()
        found = of_difference(sheet.sample, contrast.group, contrast.other, values, share=False)
        people = min(int((~np.isnan(g.take(values))).sum()) for g in contrast[2:])
        yield from _stated(sheet, held.name, "", contrast, found, people, _decimals(sheet, held))
        return
    for place, label in enumerate(held.labels):
        ticked = held.ticked(place)
        found = of_difference(sheet.sample, contrast.group, contrast.other, ticked, share=True)
        points = Difference(*(100 * x for x in found))
        yield from _stated(sheet, held.name, label, contrast, points, _fewest(ticked, contrast), 1)


def _fewest(ticked: Floats, contrast: Contrast) -> int:
    """Of those who have a level and of those who don't, in either group."""
    return min(int((g.take(ticked) == value).sum()) for g in contrast[2:] for value in (0, 1))


def _decimals(sheet: Sheet, held: Measure) -> int:
    if held.name in sheet.study.scales:
        return scale_rule(sheet.study, held.name).decimals
    return 1 + decimals_of(held.numbers())


def _stated(sheet: Sheet, term: str, level: str, contrast: Contrast, found: Difference, people: int,
            decimals: int) -> Iterator[Number]:  # fmt: skip
    group = Members(contrast.path, contrast.words, contrast.group.rows)
    for statistic, value in zip(("difference", "difference_low", "difference_high"), found, strict=True):
        yield sheet.number(term, level, group, statistic, value, people, decimals)


def _standardised(sheet: Sheet, held: Measure, contrast: Contrast) -> Iterator[Number]:
    group = Members(contrast.path, contrast.words, contrast.group.rows)
    weight = sheet.sample.weight
    one, other = contrast.group, contrast.other
    if held.kind == "number":
        values = held.numbers()
        people = min(int((~np.isnan(g.take(values))).sum()) for g in (one, other))
        moments = [x for g in (one, other) for x in _moments(values, weight, g)]
        yield sheet.number(held.name, "", group, "smd", smd_means(*moments), people, 2)
    elif held.kind == "choices":
        for place, label in enumerate(held.labels):
            ticked = held.ticked(place)
            ones = [_share(ticked, weight, g) for g in (one, other)]
            yield sheet.number(held.name, label, group, "smd", smd_share(*ones), _fewest(ticked, contrast), 2)
    else:
        assert held.codes is not None
        size = len(held.labels)
        counts = [np.bincount(c[c >= 0], minlength=size) for c in (g.take(held.codes) for g in (one, other))]
        shares = [_shares(held, weight, g) for g in (one, other)]
        there = np.stack(counts).sum(axis=0) > 0
        people = int(np.stack(counts)[:, there].min()) if there.any() else 0
        yield sheet.number(held.name, "", group, "smd", smd_levels(*shares), people, 2)


def _moments(values: Floats, weight: Floats | None, group: Members) -> tuple[float, float]:
    if weight is None:
        plain = summary(values, group)
        return plain.mean, plain.sd
    found = weighted_summary(group.take(values), group.take(weight))
    return found.mean, found.sd


def _share(ticked: Floats, weight: Floats | None, group: Members) -> float:
    held = group.take(ticked)
    w = np.ones(len(held)) if weight is None else group.take(weight)
    there = ~np.isnan(held)
    return float(w[there] @ held[there] / w[there].sum()) if w[there].sum() > 0 else float("nan")


def _shares(held: Measure, weight: Floats | None, group: Members) -> Floats:
    assert held.codes is not None
    codes = group.take(held.codes)
    return weighted_shares(codes, len(held.labels), np.ones(len(codes)) if weight is None else group.take(weight))
