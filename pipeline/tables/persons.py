"""How many people stand behind numbers of rows that are no people: eight sessions may be one person's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.cleaning.keys import people_of
from pipeline.results import MISSING_LEVEL, Number
from pipeline.study import Study
from pipeline.study.words import Interval
from pipeline.tables.groups import Base, Positions
from pipeline.tables.sheet import Sheet
from pipeline.tables.words import scale_rule

Mask = NDArray[np.bool_]


def by_person(sheet: Sheet, numbers: Iterable[Number]) -> Iterator[Number]:
    """The numbers, each with the people whose rows it is of; as they are where rows are people."""
    whose = people_of(sheet.study, sheet.people.table, sheet.people.keys)
    if whose is None:
        yield from numbers
        return
    rows = {g.path: g.rows for g in (*sheet.groups, *sheet.wholes)}
    masks: dict[tuple[str, str, str], Mask] = {}
    found: dict[tuple[str, str, str, str], int] = {}
    for number in numbers:
        _, _, term, level, group, statistic = number.key
        if group not in rows or not number.people > 0:
            yield number
            continue
        kind = statistic if statistic in ("missing", "denominator") else ""
        of = (term, level, kind)
        if of not in masks:
            masks[of] = _mask(sheet, *of)
        if (*of, group) not in found:
            found[*of, group] = behind(whose, rows[group], masks[of])
        yield number._replace(people=min(number.people, found[*of, group]))


def _mask(sheet: Sheet, term: str, level: str, kind: str) -> Mask:
    """The rows that a number of a variable may be of; where its level is none that is held here, those with a value."""
    base: Base = sheet.people
    if not term or term not in sheet.study.variables and term not in base.frame:
        return np.ones(len(base), bool)
    frame, boxes = base.frame, [c for c in base.frame.columns if str(c).startswith(f"{term}=")]
    held = frame[[term]] if term in frame else frame[boxes]
    answered = held.notna().any(axis=1).to_numpy()
    if kind == "missing" or level == MISSING_LEVEL:
        return ~answered
    if level.startswith(f"{MISSING_LEVEL}: "):
        return np.asarray(base.reasons[term] == level.removeprefix(f"{MISSING_LEVEL}: "))
    if not level or kind == "denominator":
        return np.asarray(answered)
    if f"{term}={level}" in boxes:
        return np.asarray(frame[f"{term}={level}"] == 1)
    for label, band in _bands(sheet.study, term).items():
        if label == level:
            return np.asarray(answered & band.holds(frame[term].to_numpy()))
    at_level = (held.astype("str") == level).any(axis=1).to_numpy()
    return np.asarray(at_level if at_level.any() else answered)


def _bands(study: Study, term: str) -> Mapping[str, Interval]:
    if term in study.scales:
        return scale_rule(study, term).bands
    return {band.label: band for band in study.variables[term].intervals} if term in study.variables else {}


def behind(whose: np.ndarray, rows: Positions, mask: Mask) -> int:
    """How many people the rows of a mask are of, among some rows; whose: as ``people_of`` has it."""
    return len(np.unique(whose[rows][mask[rows]]))
