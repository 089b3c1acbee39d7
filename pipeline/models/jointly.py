"""Several coefficients of a model at once: one P, by the test that belongs to the errors of its estimates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.models.coefficients import Coefficients, NotEstimable
from pipeline.models.declared import Declared
from pipeline.models.firth import FirthCoefficients, joint_firth
from pipeline.models.frame import Frame
from pipeline.models.joint import JointTest, joint_test, wald_f
from pipeline.models.kenward_roger import joint_kenward_roger
from pipeline.models.mixed import mixed
from pipeline.models.regress import of_rows, offset_of

NO_ERROR = "one of them has no standard error"


def jointly(model: Declared, held: Frame, x: pd.DataFrame, found: Coefficients, terms: Sequence[str]) -> JointTest:
    """Whether the coefficients ``terms`` of ``found``, fitted on ``x``, are all zero.

    CR2: the approximate Hotelling test. Mixed models: Kenward and Roger's F. Firth: the penalised likelihood ratio. GEE
    and ordered outcomes in clusters: Hotelling's T2 on the t reference of the estimates. Others (HC3; samples, as R
    survey's ``regTermTest``; errors of the model): Wald's F. With one term each is the test of its coefficient.
    Raises ``NotEstimable`` where the variances are too few for so many coefficients.
    """
    if np.isnan(found.std_error[[found.position(term) for term in terms]]).any():
        raise NotEstimable(NO_ERROR)
    used = held.used
    if isinstance(found, FirthCoefficients):
        return joint_firth(found, terms)
    if found.errors == "CR2" and held.cluster is not None:
        offset = offset_of(held, model.effect)
        start = of_rows(x.loc[used], held.y[used], model.effect, None if offset is None else offset[used])
        return joint_test(start, held.cluster[used], terms)
    if found.errors == "Kenward-Roger" and held.cluster is not None:
        fit = mixed(x.loc[used], held.y[used], held.cluster[used])
        return joint_kenward_roger(fit, fit.contrast(terms))
    return wald_f(found, terms, hotelling=held.cluster is not None)


def exposure_jointly(model: Declared, held: Frame, x: pd.DataFrame, found: Coefficients) -> JointTest | str:
    """All levels of an exposure that is a category with three or more: a test, or a clause why there is none; empty
    where there is nothing to test together."""
    terms = [column for column in model.exposure.columns if column in found.terms]
    if model.exposure.kind != "category" or len(terms) < 2:
        return ""
    try:
        return jointly(model, held, x, found, terms)
    except NotEstimable as reason:
        return str(reason)
