"""A study's declared models, fitted: the design decides how errors are made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import People
from pipeline.errors import raise_all
from pipeline.models.cluster import clustered
from pipeline.models.coefficients import Coefficients, Floats, NotEstimable
from pipeline.models.counts import poisson
from pipeline.models.declared import RATIOS, Declared, Effect, check_models, declared, way_to_arm
from pipeline.models.estimates import Estimates, Fitted, Mediated, Modelled
from pipeline.models.frame import Flags, Frame, frame
from pipeline.models.linear import INTERCEPT, TOO_FEW, Fit, hc3, independent, logistic, ols
from pipeline.models.lone import without_interval
from pipeline.models.methods import methods
from pipeline.models.numbers import numbers
from pipeline.models.remarks import remarks
from pipeline.models.survey import SurveyDesign, survey_linear, survey_logistic, survey_poisson
from pipeline.results import Results
from pipeline.study import Study

COUNTED = ("risk ratio", "rate ratio")
"""Effects of a Poisson regression."""


def fit(people: People, study: Study, rng: np.random.Generator | None = None) -> Estimates:
    """Every model of ``study.models``, in file order. None of them draws, so ``rng`` stays as it was.

    A model without a finite answer is handed back as not estimated, with the reason. Raises ``Mistakes`` for
    declarations that no model can follow.
    """
    raise_all(check_models(study))
    return Estimates(tuple(fit_one(people, study, name) for name in study.models))


def fit_one(people: People, study: Study, name: str) -> Modelled:
    """One model, unadjusted and (where it has covariates) adjusted, both on the rows that have every value."""
    model = declared(study, name)
    held = frame(people, study, model)
    alone = _one_by_one if model.exposure.kind == "choices" else _fit
    fitted = [alone(model, held, "unadjusted", None)]
    if model.adjust:
        fitted.append(_fit(model, held, "adjusted", held.adjust))
    whole = _fit(model, held, "unadjusted", None) if fitted[-1].separate else fitted[-1]
    mediated = _mediate(model, held, whole) if model.mediator else None
    units = units_without_rows(people, study, model)
    results = Results.of(numbers(model, held, fitted, mediated, units))
    said = remarks(study, model, held, fitted, mediated, units)
    return Modelled(model, tuple(fitted), mediated, results, tuple(said), tuple(methods(study, name)))


def _one_by_one(model: Declared, held: Frame, adjustment: str, adjust: pd.DataFrame | None) -> Fitted:
    """A model a box: boxes that are ticked together would adjust one another."""
    done: list[Coefficients] = []
    unfit: list[tuple[str, str]] = []
    dropped: list[str] = []
    for column, level in zip(model.exposure.columns, model.exposure.levels, strict=True):
        term = replace(model.exposure, levels=(level,))
        box = replace(held, exposure=held.exposure[[column]])
        part = _fit(replace(model, exposure=term), box, adjustment, adjust)
        dropped += part.dropped
        if part.coefficients is None:
            unfit.append((level, part.reason))
        else:
            done.append(part.coefficients)
    if not done:
        return Fitted(adjustment, None, (), unfit[0][1], True)
    last = [found.position(found.terms[-1]) for found in done]
    vcov = np.full((len(done), len(done)), np.nan)
    for i, (found, at) in enumerate(zip(done, last, strict=True)):
        vcov[i, i] = found.vcov[at, at]
    joined = Coefficients(
        tuple(found.terms[-1] for found in done),
        np.array([found.estimate[at] for found, at in zip(done, last, strict=True)]),
        vcov,
        np.array([found.df[at] for found, at in zip(done, last, strict=True)]),
        done[0].rows,
        done[0].errors,
    )
    return Fitted(adjustment, joined, tuple(dict.fromkeys(dropped)), "", True, tuple(unfit))


def _fit(model: Declared, held: Frame, adjustment: str, adjust: pd.DataFrame | None) -> Fitted:
    """``adjust`` None: the exposure alone."""
    try:
        x, dropped = design_matrix(model, held, held.exposure, adjust)
        found = regress(x, held.y, held, model.effect)
        return Fitted(adjustment, without_interval(found, model, held), dropped)
    except NotEstimable as reason:
        return Fitted(adjustment, None, (), _clause(model, reason))


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
        raise NotEstimable(f"too few people are left at {model.exposure.reference}, the reference")
    one = pd.DataFrame({INTERCEPT: np.ones(len(shown))}, index=shown.index)
    x = pd.concat([one, *([others] if others is not None else []), shown], axis=1)
    weight = held.design.weight[used] if held.design is not None else None
    kept, dropped = independent(x.loc[used], weight)
    if lost := [name for name in dropped if name in shown.columns]:
        raise NotEstimable(f"other terms of the model explain {', '.join(lost)} wholly")
    return x[kept], tuple(dropped)


def regress(x: pd.DataFrame, y: Floats, held: Frame, effect: Effect) -> Coefficients:
    """Survey design: linearisation by ``svy``. Clusters: CR2 with Satterthwaite df. Neither: HC3.

    Ratios of risks are those of modified Poisson regression (Zou 2004), of rates those of Poisson regression with the
    log of the time at risk as an offset: these errors hold whatever the counts' spread.
    """
    used = held.used
    if len(np.unique(y[used])) < 2:
        raise NotEstimable("the outcome is the same for everyone who is left", TOO_FEW)
    offset = None if held.time is None or effect not in COUNTED else np.log(np.where(used, held.time, 1.0))
    if held.design is not None:
        found = _of_survey(x, y, held.design, used, effect, offset)
    else:
        start = _of_rows(x.loc[used], y[used], effect, None if offset is None else offset[used])
        found = hc3(start) if held.cluster is None else clustered(start, held.cluster[used])
    if effect in RATIOS:
        return found
    rest = y[used] - x.loc[used].to_numpy() @ found.estimate
    if np.abs(rest).max() < 1e-10 * np.ptp(y[used]):
        raise NotEstimable("the model fits everyone exactly, which leaves no error to be estimated", TOO_FEW)
    return found


def _of_rows(x: pd.DataFrame, y: Floats, effect: Effect, offset: Floats | None) -> Fit:
    if effect in COUNTED:
        return poisson(x, y, offset)
    return logistic(x, y) if effect == "odds ratio" else ols(x, y)


def _of_survey(x: pd.DataFrame, y: Floats, design: SurveyDesign, used: Flags, effect: Effect, offset: Floats | None
               ) -> Coefficients:  # fmt: skip
    if effect in COUNTED:
        return survey_poisson(x, y, design, used, offset)
    return (survey_logistic if effect == "odds ratio" else survey_linear)(x, y, design, used)


def _mediate(model: Declared, held: Frame, total: Fitted) -> Mediated:
    """The two regressions of the product-of-coefficients method, on the rows and with the covariates of ``total``."""
    others = held.adjust if model.adjust else None
    mediator = pd.DataFrame({model.mediator.name: held.mediator}, index=held.exposure.index)  # type: ignore[union-attr]
    try:
        if total.coefficients is None:
            raise NotEstimable(total.reason)
        x, _ = design_matrix(model, held, held.exposure, others)
        to_mediator = regress(x, held.mediator, held, "mean difference")  # type: ignore[arg-type]
        both = pd.concat([mediator, held.exposure], axis=1)
        x, _ = design_matrix(model, held, both, others)
        to_mediator = without_interval(to_mediator, model, held)
        to_outcome = without_interval(regress(x, held.y, held, "mean difference"), model, held)
        return Mediated(total.adjustment, to_mediator, to_outcome, "", total.coefficients)
    except NotEstimable as reason:
        return Mediated(total.adjustment, None, None, _clause(model, reason))


def _clause(model: Declared, reason: NotEstimable) -> str:
    return reason.discreet if model.sensitive else str(reason)


def units_without_rows(people: People, study: Study, model: Declared) -> dict[str, tuple[int, int]]:
    """For a trial whose model reads a table that came about after randomisation: arm -> (randomised, without a row).

    The randomised are the rows of the parent table that hold the arm; empty where the model reads them themselves.
    """
    way = way_to_arm(study, model)
    if not way or model.exposure.name not in people.frames[way[-1]]:
        return {}
    with_row = people.keys[model.table]
    for parent in way:
        ids = people.keys[parent]
        with_row = ids[ids["id"].isin(set(with_row[f"parent.{parent}"]))]
    parent = way[-1]
    arms, ids = people.frames[parent][model.exposure.name], people.keys[parent]["id"]
    here = ids.isin(set(with_row["id"]))
    found = {}
    for arm in (model.exposure.reference, *model.exposure.levels):
        randomised = set(ids[arms == arm])
        found[arm] = (len(randomised), len(randomised - set(ids[here])))
    return found
