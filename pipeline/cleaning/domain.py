"""The population: whom the study speaks of. A domain for every table, never a filter."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.cleaning.links import by_wave
from pipeline.study import Study
from pipeline.study.words import NOT_ASKED, interval


def domains(
    study: Study,
    responses: Mapping[str, pd.DataFrame],
    reasons: Mapping[str, pd.DataFrame],
    keys: Mapping[str, pd.DataFrame],
) -> dict[str, pd.Series]:
    """table -> inside the population or not. Children follow their parents; tables above or beside are whole.

    keys: tables with parents before their children.
    ``asked``: outside are those for whom the question was ``not asked`` by design. ``where``: inside are those whose
    level (or number) is one of the declared; who has none is outside.
    """
    found = {table: pd.Series(True, index=key.index) for table, key in keys.items()}
    population = study.population
    if population is None:
        return found
    table = study.population_table
    inside = (
        _asked(study, reasons[table], population.asked) if population.asked else np.ones(len(keys[table]), dtype=bool)
    )
    for name, levels in population.where.items():
        inside &= _where(study, responses[table], name, levels)
    found[table] = pd.Series(inside, index=keys[table].index)
    for child in keys:
        if child != table and table in study.ancestors(child):
            found[child] = _inherited(study, child, found, keys)
    return found


def _asked(study: Study, reasons: pd.DataFrame, name: str) -> np.ndarray:
    columns = list(study.scales[name].items) if name in study.scales else [name]
    return ~(reasons[columns] == NOT_ASKED).all(axis=1).to_numpy()


def _where(study: Study, responses: pd.DataFrame, name: str, levels: tuple[str, ...]) -> np.ndarray:
    if study.variables[name].kind == "choices":
        return np.any([responses[f"{name}={level}"].to_numpy() == 1 for level in levels], axis=0)
    values = responses[name]
    if study.variables[name].kind in ("number", "count"):
        numbers = values.to_numpy()
        found = np.zeros(len(numbers), dtype=bool)
        for level in levels:
            found |= interval(level).holds(numbers)
        return found
    return values.isin(list(levels)).to_numpy()


def _inherited(study: Study, child: str, found: Mapping[str, pd.Series], keys: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Inside where every parent is: at the same wave if both have it, otherwise in any of the parent's rows."""
    inside = np.ones(len(keys[child]), dtype=bool)
    for parent in study.sources[child].parent:
        above, link = keys[parent][found[parent].to_numpy()], keys[child][f"parent.{parent}"]
        if by_wave(study, child, parent):
            there = pd.MultiIndex.from_frame(above[["id", "wave"]])
            inside &= pd.MultiIndex.from_arrays([link, keys[child]["wave"]]).isin(there)
        else:
            inside &= link.isin(above["id"]).to_numpy()
    return pd.Series(inside, index=keys[child].index)
