"""From a parent's table to a child's rows: by id, and by wave where both have the same waves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from pipeline.cleaning.reasons import Reasons
from pipeline.errors import Mistake
from pipeline.study import Study

Values: TypeAlias = "pd.Series | pd.DataFrame"


@dataclass(frozen=True)
class Brought:
    """values, reasons: a parent's variable for the rows of a child's table. varying: how many of the parent's people
    have more than one value of it, so that it is not known which of them a child's row means (0: all is well)."""

    values: Values
    reasons: pd.Series
    varying: int = 0


def bring(
    keys: dict[str, pd.DataFrame], study: Study, child: str, parent: str, values: Values, reasons: pd.Series
) -> Brought:
    """A variable of ``parent``'s rows for the rows of its child.

    Where every wave of the child is one of the parent's, the row of the same person and wave counts. Otherwise a
    person's value, if it is one and the same in all of their rows; the first row's reason where there is no value.
    """
    above, below = keys[parent], keys[child]
    link = below[f"parent.{parent}"]
    if by_wave(study, child, parent):
        rows = pd.MultiIndex.from_frame(above[["id", "wave"]]).get_indexer(
            pd.MultiIndex.from_arrays([link, below["wave"]])
        )
        return Brought(*_at(values, reasons, rows, below.index, f"no row in {parent} at that wave"))
    if above["id"].is_unique:
        rows = pd.Index(above["id"]).get_indexer(pd.Index(link))
        return Brought(*_at(values, reasons, rows, below.index, f"no row in {parent}"))
    first, varying = _one_a_person(above["id"], values)
    rows = first.reindex(pd.Index(link)).fillna(-1).to_numpy(dtype=np.intp)
    return Brought(*_at(values, reasons, rows, below.index, f"no row in {parent}"), varying)


def by_wave(study: Study, child: str, parent: str) -> bool:
    """Whether the rows of both tables belong to the same waves."""
    here, there = study.sources[child].wave_labels.values(), study.sources[parent].wave_labels.values()
    return bool(here) and set(here) <= set(there)


def places(values: Values) -> np.ndarray:
    """Every row's value as a whole number, equal for equal values; -1 where it is missing."""
    if isinstance(values, pd.DataFrame):
        at, _ = pd.factorize(pd.MultiIndex.from_frame(values))
        return np.where(values.isna().all(axis=1), -1, at)
    return pd.factorize(values)[0]


def _one_a_person(ids: pd.Series, values: Values) -> tuple[pd.Series, int]:
    """id -> place of the row that speaks for the person (the first with a value), and how many people contradict."""
    frame = pd.DataFrame({"id": ids.to_numpy(), "at": places(values), "row": np.arange(len(ids))})
    answered = frame[frame["at"] >= 0]
    spread = answered.groupby("id", sort=False)["at"].agg(["min", "max"])
    best = pd.concat([answered, frame]).drop_duplicates("id")
    return best.set_index("id")["row"], int((spread["min"] != spread["max"]).sum())


def _at(values: Values, reasons: pd.Series, rows: np.ndarray, index: pd.Index, absent: str) -> tuple[Values, pd.Series]:
    """Values and reasons at some rows (-1: none, for the reason ``absent``)."""
    if isinstance(values, pd.DataFrame):
        taken: Values = pd.DataFrame({c: _take(values[c], rows) for c in values}, index=index)
    else:
        taken = pd.Series(_take(values, rows), index=index)
    why = Reasons.of(reasons)
    padded = Reasons((*why.words, absent), np.append(why.at, len(why.words)))
    return taken, pd.Series(Reasons(padded.words, padded.at[rows]).array(), index=index)


def _take(values: pd.Series, rows: np.ndarray) -> pd.api.extensions.ExtensionArray | np.ndarray:
    return (
        pd.api.extensions.take(values.array, rows, allow_fill=True)
        if len(values)
        else values.reindex(range(len(rows))).array
    )


def varies(study: Study, at: tuple[str, ...], name: str, parent: str, child: str, people: int) -> Mistake:
    """A parent's variable has several values a person, and the child's rows do not say which of them they mean."""
    whose = f"{people} {'person' if people == 1 else 'people'} of {parent}"
    what = f"'{name}' differs between the rows of {whose}; which of them {child} means is not said."
    return Mistake(study.where(*at), what, f"Derive it at one wave (at_wave), or declare the waves of {child}.")
