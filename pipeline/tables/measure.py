"""One variable or scale as a table reads it: numbers, levels, ticked boxes or dates, an entry for each person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.study import Study
from pipeline.tables.groups import Base, Floats, refuse_reserved

Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Measure:
    """missing: who has no value. values: numbers, or days as datetime64. labels: of levels or boxes; codes: the place
    of each person's level, negative for none; ticks: shape (people, boxes), 1, 0 or NaN."""

    name: str
    kind: Literal["number", "levels", "choices", "date"]
    missing: Flags
    values: NDArray[np.generic] | None = None
    labels: tuple[str, ...] = ()
    codes: NDArray[np.integer] | None = None
    ticks: Floats | None = None

    def numbers(self) -> Floats:
        assert self.values is not None
        return self.values.astype(float, copy=False)

    def ticked(self, place: int) -> Floats:
        """1 who has the level, 0 who has another, NaN who has none."""
        if self.ticks is not None:
            return self.ticks[:, place]
        assert self.codes is not None
        return np.where(self.codes < 0, np.nan, (self.codes == place).astype(float))


def measure(people: Base, study: Study, name: str) -> Measure:
    """Raises ``Mistakes`` for levels with reserved names."""
    kind = "number" if name in study.scales else study.kind_of(name)
    if kind == "choices":
        labels = study.levels_of(name)
        refuse_reserved(study, name, labels)
        ticks = people.frame[[f"{name}={label}" for label in labels]].to_numpy(dtype=float)
        return Measure(name, "choices", np.isnan(ticks).all(axis=1), labels=labels, ticks=ticks)
    if kind in ("category", "ordered"):
        held = people.frame[name].cat
        labels, codes = tuple(map(str, held.categories)), held.codes.to_numpy()
        refuse_reserved(study, name, labels)
        return Measure(name, "levels", codes < 0, labels=labels, codes=codes)
    if kind == "date":
        days = people.frame[name].to_numpy(dtype="datetime64[D]")
        return Measure(name, "date", np.isnat(days), days)
    values = people.frame[name].to_numpy(dtype=float)
    return Measure(name, "number", np.isnan(values), values)
