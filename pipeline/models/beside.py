"""What stands beside a model's estimates: a test that leans less on its errors, or one of what the model assumes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.models.coefficients import Coefficients, Ints, NotEstimable
from pipeline.models.declared import ORDERED, Declared
from pipeline.models.frame import Flags, Frame
from pipeline.models.linear import ols
from pipeline.models.proportional import brant
from pipeline.models.regress import levels_in_order
from pipeline.models.wild import ENUMERATED, wild_cluster

WILD, SMALLEST, PROPORTIONAL = "p_wild", "p_smallest", "p_proportional"
LINEAR = ("mean difference", "risk difference")


def beside(
    model: Declared, held: Frame, x: pd.DataFrame, found: Coefficients, rows: Flags | None = None
) -> Mapping[tuple[str, str], float]:
    """(level of the exposure, statistic) -> P.

    Few clusters: by the wild cluster bootstrap, and the least that so many can give; not of what clusters that nobody
    drew differ in as a whole. Ordered outcomes of people who stand for themselves: of proportional odds, at every level
    the same. rows: those at which the exposure's columns say who has what, where not at all used ones.
    """
    if model.effect == ORDERED and held.cluster is None and held.design is None:
        return _proportional(model, held, x)
    few = held.cluster is not None and held.design is None and len(np.unique(held.cluster[held.used])) <= ENUMERATED
    at = held.used if rows is None else rows
    return _wild(model, held, x, found, at) if few and model.effect in LINEAR and model.clustering == "robust" else {}


def _proportional(model: Declared, held: Frame, x: pd.DataFrame) -> Mapping[tuple[str, str], float]:
    codes, levels = levels_in_order(held.y, held.used)
    try:
        p = brant(x.loc[held.used], codes[held.used], levels).p
    except NotEstimable:  # a cut that hardly anybody is beyond: said as not known
        p = float("nan")
    shown = zip(model.exposure.columns, model.exposure.shown, strict=True)
    return {(level, PROPORTIONAL): p for column, level in shown if column in x}


def _wild(
    model: Declared, held: Frame, x: pd.DataFrame, found: Coefficients, at: Flags
) -> Mapping[tuple[str, str], float]:
    assert held.cluster is not None
    start, made = ols(x.loc[held.used], held.y[held.used]), {}
    nothing_is_drawn = np.random.default_rng(0)
    for column, level in zip(model.exposure.columns, model.exposure.shown, strict=True):
        if column in x and not model.randomised and _of_whole_clusters(x[column][at], held.cluster[at]):
            continue
        if column in found.terms and np.isfinite(found.std_error[found.position(column)]):
            try:
                test = wild_cluster(start, held.cluster[held.used], column, nothing_is_drawn)
            except NotEstimable:  # clusters are fitted exactly, or are one: said as not known
                made[level, WILD] = made[level, SMALLEST] = float("nan")
                continue
            made[level, WILD], made[level, SMALLEST] = test.p, test.smallest
    return made


def _of_whole_clusters(column: pd.Series[float], cluster: Ints) -> bool:
    """Whether everybody of a cluster has the same value."""
    return bool((column.groupby(cluster).nunique() == 1).all())
