"""Answers that somebody must look at, such as thoughts of self-harm: how many gave one, beside what their scale tells.

It is one count a wave over everyone. Such an answer is sensitive: nobody is few, and all but few are. It is not told
where a variable is made of the same column, or where a study's own function may have made one: tables may tell of parts
of them. What it says of scores are two
inequalities: who has a score that nobody with the answer can have did not give it, and who has one that nobody without
it can have did. It goes where it would take another table away by these.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure.boxes import Boxes
from pipeline.disclosure.facts import ANSWERED, ASKED, MISSING
from pipeline.disclosure.groups import apart
from pipeline.disclosure.scores import WITHIN
from pipeline.disclosure.sheet import Sheet
from pipeline.disclosure.told import PRORATED
from pipeline.instruments.registry import rules
from pipeline.instruments.rule import ScoringRule
from pipeline.instruments.to_look_at import TO_LOOK_AT
from pipeline.results import KEY, Key
from pipeline.study import Study
from pipeline.study.variable import Variable


def of_few_to_look_at(frame: pd.DataFrame, smallest: int, study: Study | None) -> np.ndarray:
    """Rows that are withheld whatever the tables say; without a study, all of them."""
    ours = ((frame["kind"] == "quality") & (frame["name"] == TO_LOOK_AT)).to_numpy()
    if study is None or not ours.any():
        return ours
    read = {(study.source_of(name), column) for name, variable in study.variables.items()
            for column in _columns(name, variable)}  # fmt: skip
    own = {study.function.in_ or study.main} if study.function else set()
    places = ((study.source_of(key.term), key.level) if mine else ("", "")
              for mine, key in zip(ours, frame[KEY].itertuples(index=False), strict=True))  # fmt: skip
    told = np.array([place in read or place[0] in own for place in places], bool)
    return np.asarray(ours & ((frame["people"] < smallest).to_numpy() | told))


def _columns(name: str, variable: Variable) -> tuple[str, ...]:
    return () if variable.derive else (variable.from_ or name, *(variable.count or ()), *variable.columns)


def to_look_at_beside(
    frame: pd.DataFrame, sheets: Sequence[Sheet], study: Study, hidden: np.ndarray
) -> Iterator[Boxes]:
    """What each count says of the scores of every scale that has the item. hidden: rows withheld anyway."""
    rows = frame[(frame["kind"] == "quality") & (frame["name"] == TO_LOOK_AT)]
    terms = {sheet.term: sheet for sheet in sheets if sheet.term} if len(rows) else {}
    found = {name: rule for name, rule in rules(study).items() if name in terms and rule.adds_up} if len(rows) else {}
    for row, *words, value in rows[[*KEY, "value"]].itertuples():
        key = Key(*words)
        above = rules(study)[key.term].flags[key.level].above
        for name, rule in found.items() if not hidden[row] else ():
            if key.level in rule.items and study.source_of(name) == study.source_of(key.term):
                yield from _of_scale(terms[name], rule, key, above, (int(value), row))


def _of_scale(sheet: Sheet, rule: ScoringRule, key: Key, above: float, told: tuple[int, int]) -> Iterator[Boxes]:
    """Of each count of scores at this wave that are all too low for the answer, or all too high to be without it."""
    group, (n, row) = apart(key.group), told
    answered = sheet.get(ANSWERED, group) or 0
    asked = sheet.get(ASKED, group) or answered + (sheet.get(MISSING, group) or 0)
    filled = answered if (known := sheet.get(f"|{PRORATED}", group)) is None and rule.max_missing else known or 0
    lowest, highest = _edges(rule, key.level, above)
    for role, span in sheet.spans.items():
        if span.high <= lowest + WITHIN:
            most = asked - n
        elif span.low > highest + WITHIN:
            most = n + filled
        else:
            continue
        for place in (place for place in sheet.cells.get(role, {}) if place >= group):
            made = Boxes({sheet.fact(role, place): 1.0}, -math.inf, most, (row,))
            if made.fits({}):
                yield made


def _edges(rule: ScoringRule, item: str, above: float) -> tuple[float, float]:
    """Below which score nobody gave the answer, and above which everybody with all items did.

    A band that runs up to, and without, the first has its end there; where one had it inside, more would be withheld.
    """
    points = rule.points[rule.items.index(item)]
    low, high = rule.raw_limits
    share = len(rule.items) if rule.score == "mean" else 1
    without = low + (above + points.step - points.limits[0]) / share
    certain = high - (points.limits[1] - above) / share
    if rule.to is None:
        return without, certain
    onto = (rule.to.high - rule.to.low) / (high - low)
    return rule.to.low + (without - low) * onto, rule.to.low + (certain - low) * onto
