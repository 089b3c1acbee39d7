"""Who stands in a table, and in which of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
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

LONG_ID = 64
AT_ONCE = 1 << 16
MIX = np.uint64(0x100000001B3)
"""Fowler, Noll and Vo's prime."""

ANSWERED = 0
STATES = ("", MISSING_LEVEL, "Not asked", "Not applicable")
"""What can be said of a value: answered; asked, and no usable answer; not asked by design; a question for others."""


@dataclass(frozen=True)
class Base:
    """The people of one table: one row each, all inside the population.

    frame, reasons, keys: as in ``People``, with the same rows in the same order. at: their places in the whole table.
    """

    table: str
    frame: pd.DataFrame
    reasons: pd.DataFrame
    keys: pd.DataFrame
    at: Any = field(default_factory=lambda: slice(None))

    def __len__(self) -> int:
        return len(self.frame)


@dataclass(frozen=True, eq=False)
class Members:
    """The people of one group: its ``path`` as in results (``role=Leader``), its words, their positions in the base,
    and the heading that stands over it and its neighbours."""

    path: str
    label: str
    rows: Positions
    spanner: str = ""

    @property
    def n(self) -> int:
        return len(self.rows)

    def take(self, values: NDArray[Any]) -> NDArray[Any]:
        """The entries of this group, of an array with one for each person of the base."""
        return values if len(self.rows) == len(values) else values[self.rows]


def base(people: People, table: str, *waves: str) -> Base:
    """The people of a table inside the population; at a wave (its label) where there are waves, or at several.

    Raises ``StageFailed`` where someone would count twice.
    """
    keys = people.keys[table]
    inside = people.domain[table].to_numpy(dtype=bool)
    if any(waves):
        inside = inside & keys["wave"].isin(waves).to_numpy(dtype=bool)
    # a slice shares the columns' memory, positions copy them
    at: Any = slice(None) if inside.all() else np.flatnonzero(inside)
    held = keys.iloc[at]
    same = ["wave", "id"] if len(waves) > 1 else ["id"]
    if twice := repeats(held["id"]) if same == ["id"] else int(held[same].duplicated().sum()):
        named = f" at {' and '.join(waves)}" if any(waves) else ""
        raise StageFailed(f"table '{table}'{named}: {twice} rows repeat an id and would count twice")
    return Base(table, people.frames[table].iloc[at], people.reasons[table].iloc[at], held, at)


def repeats(ids: pd.Series) -> int:
    """How many repeat an id before them. A table of all texts is slow and large: where every id's number, made of its
    bytes, is another one, the ids are all different, and only else they are compared as texts."""
    text = pa.array(ids.astype("str").array, type=pa.large_string())
    if isinstance(text, pa.ChunkedArray):
        text = text.chunk(0) if text.num_chunks == 1 else text.combine_chunks()
    if text.null_count or len(text) == 0:
        return int(ids.duplicated().sum())
    starts = np.frombuffer(text.buffers()[1], dtype=np.int64)[text.offset : text.offset + len(text) + 1]
    longest = max(int(np.diff(starts[at : at + AT_ONCE + 1]).max()) for at in range(0, len(text), AT_ONCE))
    if longest > LONG_ID:
        return int(ids.duplicated().sum())
    data = np.frombuffer(text.buffers()[2] or b"", dtype=np.uint8)
    made = np.zeros(len(text), dtype=np.uint64)
    for first in range(0, len(text), AT_ONCE):
        part, ends = made[first : first + AT_ONCE], starts[first : first + AT_ONCE + 1]
        for at in range(longest):
            place = ends[:-1] + at
            inside = place < ends[1:]
            part[inside] ^= data[place[inside]] + np.uint64(1)
            part[inside] *= MIX
    made.sort()
    return int(ids.duplicated().sum()) if (made[1:] == made[:-1]).any() else 0


def states(missing: NDArray[np.bool_], reasons: pd.Series | None) -> NDArray[np.int8]:
    """One entry a person: the place in ``STATES``. A value that is there is answered, whatever its reason says."""
    found = missing.astype(np.int8)
    if reasons is not None and missing.any():
        at = np.flatnonzero(missing)
        why = reasons.iloc[at]  # comparing text is slow, and most values are there
        for place, reason in ((2, NOT_ASKED), (3, NOT_APPLICABLE)):
            found[at[(why == reason).to_numpy(dtype=bool)]] = place
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


def within(outer: list[Members], inner: list[Members]) -> list[Members]:
    """Columns within columns: ``setting=Clinic;programme=A`` under ``Clinic``. Pairs in which nobody stands are left
    out, for one variable often says the other."""
    found = []
    for above in outer:
        inside = np.zeros(max((int(m.rows.max(initial=-1)) for m in (*outer, *inner)), default=-1) + 1, dtype=bool)
        inside[above.rows] = True
        for below in inner:
            rows = below.rows[inside[below.rows]]
            if len(rows):
                spanner = f"{above.spanner} · {above.label}" if above.spanner else above.label
                found.append(Members(f"{above.path};{below.path}", below.label, rows, spanner))
    return found


def by_wave(people: Base, waves: Sequence[str]) -> list[Members]:
    """A group a wave."""
    held = people.keys["wave"].to_numpy()
    return [Members(f"wave={wave}", wave, np.flatnonzero(held == wave)) for wave in waves]


def refuse_reserved(study: Study, name: str, labels: tuple[str, ...]) -> None:
    """A level may not be called as tables call those who have none."""
    for label in labels:
        if label in STATES:
            raise Mistakes.one(
                study.where("variables", name, "codes"),
                f"a level is called '{label}', which tables keep for people without a value.",
                "Declare its code under 'missing' with a reason, or give the level another label.",
            )
