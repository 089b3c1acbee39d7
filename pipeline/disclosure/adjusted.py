"""P values that are adjusted for a family of models, made anew from those that may be printed.

An adjusted P value is a multiple of one P value of the family, by a factor that counts which others are smaller: m
times the smallest is Holm's. Printed beside withheld ones it would say where these lie, and where two adjusted ones are
the same it may be a multiple of the withheld one itself. So each goes where its own P value goes, and a test whose P
value is withheld counts as one that gave none: with a P value of 1 (``multiplicity.adjusted_as_declared``). What is
printed is then a function of printed P values and of how many tests are declared; the others can have any value.

It is also the same P value with further digits (0.03 of four tests is 0.12, so 0.0288 to 0.0313). Where a model does
not say how many rows it has, those that would tell (``freedom``) go, too, until none does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from pipeline.disclosure.freedom import told_more
from pipeline.models.families import families, family_values
from pipeline.models.family import STATISTIC, Family
from pipeline.results import KEY, Key
from pipeline.study import Study

WORDS = tuple(STATISTIC.values())


def adjusted_anew(
    frame: pd.DataFrame, hidden: np.ndarray, below: int, decimals: np.ndarray, rounded: bool, study: Study | None
) -> tuple[np.ndarray, np.ndarray]:
    """Values as they are to be printed, and which rows are withheld; the arguments are those of ``small.withheld``.

    Without a study nobody knows the families, and no adjusted P value is printed.
    """
    values, gone = frame["value"].to_numpy().copy(), hidden.copy()
    of_families = frame["statistic"].isin(WORDS).to_numpy()
    if not of_families.any():
        return values, gone
    known = {Key(*row): at for at, row in enumerate(frame[KEY].itertuples(index=False, name=None))}
    held = [*_rows(families(study), known)] if study is not None else []
    gone[sorted(set(np.flatnonzero(of_families)) - {at for _, rows in held for _, at in rows})] = True
    while True:
        for family, rows in held:
            _one(family, rows, known, frame, values, gone)
        more = told_more(frame.assign(value=values), gone, below, decimals, rounded, _multiples(held, values))
        if not more:
            return values, gone
        gone[more] = True


def _rows(some: tuple[Family, ...], known: Mapping[Key, int]) -> Iterator[tuple[Family, list[tuple[int, int]]]]:
    """Where each P value that has a row stands, and the adjusted one."""
    for family in some:
        pairs = [(key, key._replace(statistic=family.statistic)) for key in family.tests]
        yield family, [(known[raw], known[key]) for raw, key in pairs if raw in known and key in known]


def _one(
    family: Family, rows: list[tuple[int, int]], known: Mapping[Key, int], frame: pd.DataFrame, values: np.ndarray,
    gone: np.ndarray,
) -> None:  # fmt: skip
    """Put the values of a family right where they stand: of those P values that are shown with their adjusted one."""
    for raw, at in rows:
        gone[at] |= gone[raw]
    p = {Key(*frame.loc[raw, KEY]): frame["value"].iloc[raw] for raw, at in rows if not gone[at]}
    for key, value in family_values(family, p).items():
        if key in known and not gone[known[key]]:
            values[known[key]] = value


def _multiples(held: list[tuple[Family, list[tuple[int, int]]]], values: np.ndarray) -> dict[int, tuple[int, float]]:
    """Row of a P value -> that of the adjusted one, and what it is multiplied by there, where it is below 1."""
    return {
        raw: (at, float(values[at] / values[raw]))
        for _, rows in held
        for raw, at in rows
        if values[raw] > 0 and values[at] < 1
    }
