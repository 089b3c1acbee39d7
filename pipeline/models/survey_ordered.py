"""Ordered outcomes in samples with weights, strata and primary sampling units: the cumulative logit model.

Weighted maximum likelihood; errors by Taylor linearisation of the score (Binder 1983, Int Stat Rev 51(3), 279-292).
Agrees with R survey 4.1.1, ``svyolr``, with ``survey.lonely.psu = "adjust"``, once R takes its second derivatives by
differences of 1e-5 (``control = list(ndeps = …)``) and not of 1e-3, which costs an error up to its fourth digit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.models.coefficients import Coefficients, Floats, Ints, NotEstimable
from pipeline.models.ordered import cumulative_logit
from pipeline.models.survey import SurveyDesign


def survey_ordered(
    x: pd.DataFrame, y: Ints, thresholds: tuple[str, ...], design: SurveyDesign, domain: NDArray[np.bool_]
) -> Coefficients:
    """Fit levels ``y`` (codes 0 to ``len(thresholds)``) on the columns of ``x``, which hold no intercept.

    x, y: the whole sample's rows; outside the domain anything, also NaN. Thresholds come first, as in
    ``cumulative_logit``; degrees of freedom are the domain's design degrees less the slopes, as in ``svyolr`` and (with
    the intercept) ``svyglm``. Raises ``NotEstimable`` as ``cumulative_logit`` does, and where units are too few.
    """
    rows = design.active(domain)
    df = design.degf(domain) - x.shape[1]
    if df < 1:
        raise NotEstimable("the design has too few sampling units for so many coefficients")
    fit = cumulative_logit(x.loc[rows], y[rows], thresholds, design.weight[rows])
    influence = np.zeros((len(rows), len(fit.terms)))
    influence[rows] = fit.influence
    vcov = linearised(influence, design)
    return Coefficients(
        fit.terms, fit.estimate, vcov, np.full(len(fit.terms), float(df)), int(rows.sum()), "Taylor linearisation"
    )


def linearised(influence: Floats, design: SurveyDesign) -> Floats:
    """Variance of the sum of ``influence``, shape (n, k), over the whole sample's rows, zero outside the domain.

    Units differ from the mean of their stratum, in which those without anybody of the domain count as zero; a
    stratum's only unit differs from the mean of all units, which errs towards wider intervals.
    """
    strata, first = np.unique(design.strata, return_inverse=True)
    units, at, unit = np.unique(design.psu, return_index=True, return_inverse=True)
    total = np.zeros((len(units), influence.shape[1]))
    np.add.at(total, unit, influence)
    stratum = first[at]
    size = np.bincount(stratum, minlength=len(strata)).astype(float)
    centre = np.zeros((len(strata), influence.shape[1]))
    np.add.at(centre, stratum, total)
    centre /= size[:, None]
    centre[size == 1] = total.mean(axis=0)
    apart = (total - centre[stratum]) * np.sqrt(np.where(size == 1, 1.0, size / np.maximum(size - 1, 1.0)))[
        stratum, None
    ]
    return np.asarray(apart.T @ apart, dtype=float)
