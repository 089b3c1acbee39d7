"""Answers that a study counts as another one, blanks above all: how many, and in a trial how many in each arm.

CONSORT 2010 (item 16, and its extension to cluster trials) asks for missing outcomes by arm, in people and clusters;
a code list that makes them "no" would hide them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import Cleaned, People
from pipeline.cleaning.types import LABELLED
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import Study, Variable
from pipeline.study.words import BLANK

NAME = "counted_as"
BLANKS = f": {BLANK}"
"""After a level: its blanks alone."""


def counted_as(cleaned: Cleaned, people: People, study: Study) -> Results:
    """Kind ``quality``, name ``counted_as``, term: variable, level: the level that other answers count as (and
    ``<level>: blank``, blanks alone). n, denominator (rows inside the population), percent, and clusters where the
    design has them; group ``All`` and in trials ``<arm>=…``.

    Of variables that make a level of blanks, or that join codes to one level and say why (``because``). The first code
    of a level is the answer itself; the others are what counts as it.
    """
    numbers: list[Number] = []
    for name, variable in study.variables.items():
        if joined := others(variable):
            table = study.source_of(name)
            changed = _changed(cleaned, table, name)
            groups = _groups(people, study, table)
            for level, codes in joined.items():
                numbers += _counts(people, table, name, level, _rows(people, table, changed, level, codes), groups,
                                   study.is_sensitive(name))  # fmt: skip
    return Results.of(numbers)


def others(variable: Variable) -> dict[str, frozenset[str]]:
    """Level, or level and ``: blank`` -> the codes, besides its own, that count as it; empty where none does."""
    if variable.derive or variable.kind not in ("category", "ordered"):
        return {}
    found: dict[str, frozenset[str]] = {}
    for level in variable.levels:
        codes = [code for code, label in variable.codes.items() if label == level]
        own = next((code for code in codes if code != BLANK), None)
        besides = frozenset(codes) - {own}
        if besides - {BLANK} and (variable.because or BLANK in besides):
            found[level] = besides
        if BLANK in besides:
            found[level + BLANKS] = frozenset({BLANK})
    return found


def _changed(cleaned: Cleaned, table: str, name: str) -> pd.DataFrame:
    changes = cleaned.ledger.changes
    here = (changes["table"] == table) & (changes["variable"] == name) & (changes["rule"] == LABELLED)
    return changes[here]


def _rows(people: People, table: str, changed: pd.DataFrame, level: str, codes: frozenset[str]) -> np.ndarray:
    label = level.removesuffix(BLANKS)
    wanted = {"" if code == BLANK else code for code in codes}
    rows = changed.loc[(changed["after"] == label) & changed["before"].str.strip().isin(wanted), "row"]
    return people.frames[table].index.isin(rows) & people.domain[table].to_numpy(dtype=bool)


def _groups(people: People, study: Study, table: str) -> dict[str, np.ndarray]:
    inside, arm = people.domain[table].to_numpy(dtype=bool), study.design.arm
    groups = {ALL: inside}
    if arm in study.variables and arm in people.frames[table]:
        held = people.frames[table][arm]
        groups |= {f"{arm}={level}": inside & (held == level).to_numpy() for level in study.levels_of(str(arm))}
    return groups


def _counts(
    people: People, table: str, name: str, level: str, rows: np.ndarray, groups: dict[str, np.ndarray], sensitive: bool
) -> Iterator[Number]:
    keys = people.keys[table]
    counts = {group: int((rows & here).sum()) for group, here in groups.items()}
    fewest = min((n for n in counts.values() if n), default=0)
    for group, here in groups.items():
        n, of = counts[group], int(here.sum())
        key = Key("quality", NAME, name, level, group)
        yield Number(key, n, n, sensitive=sensitive)
        yield Number(key._replace(statistic="denominator"), of, of, sensitive=sensitive)
        yield Number(key._replace(statistic="percent"), 100 * n / of if of else np.nan, n, sensitive=sensitive)
        if "cluster" in keys:
            clusters = keys["cluster"][rows & here].nunique()
            # with one group's count withheld, all are: the clusters of the others would tell of it
            yield Number(key._replace(statistic="clusters"), clusters, fewest, sensitive=sensitive)
