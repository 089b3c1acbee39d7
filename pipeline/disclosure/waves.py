"""Models of several waves: what is told of each wave, and of all together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure.rows import Told
from pipeline.results import ALL, parts_of

WAVE = "wave"


def wave_of(group: str) -> str:
    """``3 months`` of ``adjustment=adjusted;wave=3 months``; empty where a group has none."""
    return dict(parts_of(group)).get(WAVE, "")


def by_wave(model: pd.DataFrame) -> list[pd.DataFrame]:
    """A model's rows of results wave by wave; of a model that has no several waves, all of them."""
    waves = model["group"].map(wave_of)
    return [model[waves == wave] for wave in dict.fromkeys(waves) if wave] or [model]


def over_waves(model: pd.DataFrame) -> np.ndarray:
    """Places of a model's rows that compare its waves."""
    return np.asarray(model.index[model["term"].str.endswith(" by wave")])


def all_used(model: pd.DataFrame) -> np.ndarray:
    """Places of the numbers of rows of all levels together, by wave and of all waves: they add up."""
    of_all = (model["level"] == "") & model["statistic"].isin(("n", "denominator"))
    left = (model["term"] == "") & (model["statistic"] == "missing")
    return np.asarray(model.index[(of_all | left) & (model["kind"] == "model")])


def told_by_wave(rows: Sequence[Told], waves: Sequence[str]) -> list[tuple[str, list[Told]]]:
    """(wave, its rows as if of a model of that wave alone); ``("", rows)`` of a model without several waves."""
    if not waves:
        return [("", list(rows))]
    return [(wave, [_alone(r) for r in rows if wave_of(r.group) == wave]) for wave in waves]


def _alone(row: Told) -> Told:
    rest = ";".join(f"{name}={level}" for name, level in parts_of(row.group) if name != WAVE)
    return row._replace(group=rest or ALL)
