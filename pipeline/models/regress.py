"""One regression of a model: its columns, and the fit that the effect and the design ask for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.models.cluster import clustered
from pipeline.models.coefficients import Coefficients, Floats, Ints, NotEstimable, Separated
from pipeline.models.counts import poisson
from pipeline.models.declared import MIXED, ORDERED, RATIOS, Clustering, Declared, Effect
from pipeline.models.firth import firth
from pipeline.models.frame import Flags, Frame
from pipeline.models.gee import Link, population_averaged
from pipeline.models.kenward_roger import kenward_roger
from pipeline.models.linear import INTERCEPT, TOO_FEW, Fit, hc3, independent, logistic, ols
from pipeline.models.mixed import mixed
from pipeline.models.ordered import clustered_errors, cumulative_logit, model_errors
from pipeline.models.survey import SurveyDesign, survey_linear, survey_logistic, survey_poisson
from pipeline.models.survey_ordered import survey_ordered

FEWEST = 5
"""Clusters without which their variance is hardly more than a guess (Gelman & Hill 2007, sect. 12.9)."""
COUNTED = ("risk ratio", "rate ratio")
"""Effects of a Poisson regression."""


def design_matrix(
    model: Declared, held: Frame, shown: pd.DataFrame, others: pd.DataFrame | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Intercept, ``others`` and the columns to be ``shown``, full rank over the used rows, and what was dropped.

    The shown columns come last, so that one which the others explain wholly is found out and not estimated from
    whichever of the others happened to be dropped. A level with nobody in it has no column.
    """
    used = held.used
    if not used.any():
        raise NotEstimable("no row has every value")
    shown = shown.loc[:, (shown.loc[used] != 0).any(axis=0)]
    if shown.shape[1] == 0 or (shown.loc[used].nunique() == 1).all():
        raise NotEstimable("the exposure is the same for everyone who is left")
    if model.exposure.kind == "category" and not held.at(model.exposure, model.exposure.reference).any():
        raise NotEstimable(f"too few {model.unit} are left at {model.exposure.reference}, the reference")
    one = pd.DataFrame({INTERCEPT: np.ones(len(shown))}, index=shown.index)
    x = pd.concat([one, *([others] if others is not None else []), shown], axis=1)
    weight = held.design.weight[used] if held.design is not None else None
    kept, dropped = independent(x.loc[used], weight)
    if lost := [name for name in dropped if name in shown.columns]:
        labels = ", ".join(dict.fromkeys(_shown_as(model, name) for name in lost))
        mend = ": leave out of 'adjust' what says the same" if model.adjust else ""
        raise NotEstimable(f"other terms of the model explain {labels} wholly{mend}")
    return x[kept], tuple(dropped)


def _shown_as(model: Declared, column: str) -> str:
    """A column of the exposure in words."""
    term = model.exposure
    level = dict(zip(term.columns, term.shown, strict=True)).get(column, "")
    return f"{term.label}, {level}" if level else term.label


def regress(
    x: pd.DataFrame, y: Floats, held: Frame, effect: Effect, clustering: Clustering = "robust", penalised: bool = False
) -> Coefficients:
    """Survey design: linearisation by ``svy``. Clusters: CR2 with Satterthwaite df, or as ``clustering`` says (a random
    intercept with Kenward and Roger's df; GEE with Kauermann and Carroll's errors). Neither: HC3.

    Ratios of risks are those of modified Poisson regression (Zou 2004), of rates those of Poisson regression with the
    log of the time at risk as an offset: these errors hold whatever the counts' spread. penalised: where answers of
    people who stand for themselves are predicted perfectly, Firth's likelihood gives their odds ratio.
    """
    used = held.used
    if len(np.unique(y[used])) < 2:
        raise NotEstimable("the outcome is the same for everyone who is left", TOO_FEW)
    if effect == ORDERED:
        return _ordered(x, y, held)
    if clustering != "robust":
        return _of_clusters(x, y, held, effect, clustering)
    offset = offset_of(held, effect)
    if held.design is not None:
        found = _of_survey(x, y, held.design, used, effect, offset)
    elif penalised and effect == "odds ratio" and held.cluster is None:
        found = _penalised(x.loc[used], y[used])
    else:
        start = of_rows(x.loc[used], y[used], effect, None if offset is None else offset[used])
        found = hc3(start) if held.cluster is None else clustered(start, held.cluster[used])
    if effect in RATIOS:
        return found
    rest = y[used] - x.loc[used].to_numpy() @ found.estimate
    if np.abs(rest).max() < 1e-10 * np.ptp(y[used]):
        raise NotEstimable("the model fits everyone exactly, which leaves no error to be estimated", TOO_FEW)
    return found


def offset_of(held: Frame, effect: Effect) -> Floats | None:
    """The log of the time at risk, shape (n,); None where an effect has none."""
    return None if held.time is None or effect not in COUNTED else np.log(np.where(held.used, held.time, 1.0))


def of_rows(x: pd.DataFrame, y: Floats, effect: Effect, offset: Floats | None) -> Fit:
    """The fit of an effect, of rows that are all used, before its errors."""
    if effect in COUNTED:
        return poisson(x, y, offset)
    return logistic(x, y) if effect == "odds ratio" else ols(x, y)


def _penalised(x: pd.DataFrame, y: Floats) -> Coefficients:
    try:
        return hc3(logistic(x, y))
    except Separated:
        return firth(x, y)


def _of_clusters(x: pd.DataFrame, y: Floats, held: Frame, effect: Effect, clustering: Clustering) -> Coefficients:
    used = held.used
    if held.cluster is None:
        raise NotEstimable("rows stand for themselves: there are no clusters to allow for")
    if clustering in MIXED:
        _refuse_intercepts(held)
        shown = [column for column in held.exposure.columns if column in x] if clustering == "random slope" else []
        slopes = x.loc[used, shown] if shown else None
        return kenward_roger(mixed(x.loc[used], y[used], held.cluster[used], slopes))
    link: Link = "logit" if effect == "odds ratio" else "identity"
    return population_averaged(x.loc[used], y[used], held.cluster[used], link)


def _refuse_intercepts(held: Frame) -> None:
    """Where one random intercept a cluster would take answers of a person for those of several, or clusters are few."""
    assert held.cluster is not None
    cluster, person = held.cluster[held.used], held.person[held.used]
    clusters, people = len(np.unique(cluster)), len(np.unique(person))
    if clusters < people < len(person):
        raise NotEstimable(
            "people have several rows, which a random intercept for each cluster takes for those of different people: "
            "name one wave, or leave 'clustering' out"
        )
    if clusters < FEWEST:
        raise NotEstimable(f"fewer than {FEWEST} clusters do not tell how clusters differ: leave 'clustering' out")


def levels_in_order(y: Floats, rows: Flags) -> tuple[Ints, int]:
    """Codes from 0 of the levels that somebody among the rows has, in order, and how many these are."""
    there = np.unique(y[rows])
    codes = np.clip(np.searchsorted(there, np.where(np.isfinite(y), y, there[0])), 0, len(there) - 1)
    return codes.astype(np.int64), len(there)


def _ordered(x: pd.DataFrame, y: Floats, held: Frame) -> Coefficients:
    """Odds of a higher answer, at every cut alike. Clusters: the score's sums, corrected for few (Kauermann and
    Carroll), a t on clusters less coefficients."""
    used, slopes = held.used, x.drop(columns=INTERCEPT)
    codes, levels = levels_in_order(y, used)
    thresholds = tuple(f"cut {at}" for at in range(1, levels))
    if held.design is not None:
        return survey_ordered(slopes, codes, thresholds, held.design, used)
    fit = cumulative_logit(slopes.loc[used], codes[used], thresholds)
    return model_errors(fit) if held.cluster is None else clustered_errors(fit, held.cluster[used])


def _of_survey(x: pd.DataFrame, y: Floats, design: SurveyDesign, used: Flags, effect: Effect, offset: Floats | None
               ) -> Coefficients:  # fmt: skip
    if effect in COUNTED:
        return survey_poisson(x, y, design, used, offset)
    return (survey_logistic if effect == "odds ratio" else survey_linear)(x, y, design, used)


def clause(model: Declared, reason: NotEstimable) -> str:
    """Why there is no answer, as it may be told."""
    return reason.discreet if model.sensitive else str(reason)
