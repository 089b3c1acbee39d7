"""Comparisons in which one cluster is all there is of a side: how clusters differ there can't be known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.models.coefficients import Coefficients
from pipeline.models.declared import Declared
from pipeline.models.frame import Frame


def lone_sides(model: Declared, held: Frame) -> dict[str, tuple[str, ...]]:
    """Column of the exposure -> those of (its level, what it is compared with) that stand in a single cluster.

    Only comparisons between clusters: where the two sides share one, people are compared within it. A number counts
    where it is the same for everyone of a cluster and there are two clusters; its sides have no names.
    """
    if held.cluster is None or not held.used.any():
        return {}
    term, found = model.exposure, {}
    if term.kind == "number":
        codes = held.cluster[held.used]
        values = held.exposure.loc[held.used].groupby(codes).nunique()
        return {term.name: ("", "")} if len(values) == 2 and bool((values == 1).all(axis=None)) else {}
    for column, level in zip(term.columns, term.levels, strict=True):
        sides = (level, held.at(term, level)), (term.reference, held.against(term, level))
        clusters = {name: set(np.unique(held.cluster[here])) for name, here in sides}
        apart = all(clusters.values()) and not set.intersection(*clusters.values())
        alone = tuple(name for name, those in clusters.items() if len(those) == 1)
        if apart and alone:
            found[column] = alone
    return found


def without_interval(found: Coefficients, model: Declared, held: Frame) -> Coefficients:
    """The same without errors for a comparison of one cluster with one; covariates can't make up for the clusters."""
    both = {column for column, sides in lone_sides(model, held).items() if len(sides) == 2}
    none = np.array([term in both for term in found.terms])
    if not none.any():
        return found
    vcov, df = found.vcov.copy(), found.df.copy()
    vcov[none, :] = np.nan
    vcov[:, none] = np.nan
    df[none] = np.nan
    return replace(found, vcov=vcov, df=df)
