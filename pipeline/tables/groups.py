"""Who stands in a table, and in which of its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cleaning.bands import banded
from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes, StageFailed
from pipeline.results import ALL, MISSING_LEVEL
from pipeline.study import Study
from pipeline.study.words import NOT_APPLICABLE, NOT_ASKED
from pipeline.tables.words import band_words

Positions: TypeAlias = NDArray[np.intp]
Floats: TypeAlias = NDArray[np.float64]

ANSWERED = 0
STATES = ("", MISSING_LEVEL, "Not asked", "Not applicable")
"""What can be said of a value: answered; asked, and no usable answer; not asked by design; a question for others."""


@dataclass(frozen=True)
class Base:
    """The people of one table: one row each, all inside the population.

    frame, reasons, keys: as in ``People``, with the same rows in the same order.
    """

    table: str
    frame: pd.DataFrame
    reasons: pd.DataFrame
    keys: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)


@dataclass(frozen=True, eq=False)
class Members:
    """The people of one group: its ``path`` as in results (``role=Leader``), its words, their positions in the base."""

    path: str
    label: str
    rows: Positions

    @property
    def n(self) -> int:
        return len(self.rows)


def base(people: People, table: str, wave: str = "") -> Base:
    """The people of a table inside the population, at one wave (its label) where there are waves.

    Raises ``StageFailed`` where someone would count twice.
    """
    keys = people.keys[table]
    inside = people.domain[table].to_numpy(dtype=bool)
    if wave:
        inside = inside & (keys["wave"] == wave).to_numpy(dtype=bool)
    at = np.flatnonzero(inside)
    if twice := int(keys["id"].iloc[at].duplicated().sum()):
        raise StageFailed(
            f"table '{table}'{f' at {wave}' if wave else ''}: {twice} rows repeat an id and would count twice"
        )
    return Base(table, people.frames[table].iloc[at], people.reasons[table].iloc[at], keys.iloc[at])


def states(missing: NDArray[np.bool_], reasons: pd.Series | None) -> NDArray[np.int8]:
    """One entry a person: the place in ``STATES``. A value that is there is answered, whatever its reason says."""
    found = missing.astype(np.int8)
    if reasons is not None and missing.any():
        for place, reason in ((2, NOT_ASKED), (3, NOT_APPLICABLE)):
            found[missing & (reasons == reason).to_numpy(dtype=bool)] = place
    return found


def everyone(people: Base, label: str = "Overall") -> Members:
    return Members(ALL, label, np.arange(len(people)))


def by_variable(people: Base, study: Study, name: str) -> list[Members]:
    """A group a level or band (also where nobody is), and one for each way of having no value, where it occurs."""
    bands = study.bands_of(name) if study.kind_of(name) in ("number", "count") else ()
    if study.kind_of(name) == "choices":
        labels = study.levels_of(name)
        ticked = people.frame[[f"{name}={label}" for label in labels]].to_numpy(dtype=float)
        missing = np.isnan(ticked).all(axis=1)
        members = [ticked[:, i] == 1 for i in range(len(labels))]
    else:
        values = (banded(people.frame[name], bands) if bands else people.frame[name]).cat
        labels, codes = tuple(values.categories), values.codes.to_numpy()
        missing = codes < 0
        members = [codes == i for i in range(len(labels))]
    refuse_reserved(study, name, labels)
    words = [band_words(label) if bands else label for label in labels]
    groups = [
        Members(f"{name}={label}", word, np.flatnonzero(m))
        for label, word, m in zip(labels, words, members, strict=True)
    ]
    state = states(missing, people.reasons.get(name))
    for place, word in enumerate(STATES[1:], 1):
        if (state == place).any():
            groups.append(Members(f"{name}={word}", word, np.flatnonzero(state == place)))
    return groups


def refuse_reserved(study: Study, name: str, labels: tuple[str, ...]) -> None:
    """A level may not be called as tables call those who have none."""
    for label in labels:
        if label in STATES:
            raise Mistakes.one(
                study.where("variables", name, "codes"),
                f"a level is called '{label}', which tables keep for people without a value.",
                "Declare its code under 'missing' with a reason, or give the level another label.",
            )
