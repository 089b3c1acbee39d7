"""A study's declared models, fitted: the design decides how errors are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes, raise_all
from pipeline.models.beside import beside
from pipeline.models.check import check_models
from pipeline.models.coefficients import Coefficients, NotEstimable
from pipeline.models.declared import Declared, declared, way_to_arm
from pipeline.models.domain import Standing
from pipeline.models.drawn import TooFewUnits
from pipeline.models.estimates import Estimates, Fitted, Modelled
from pipeline.models.families import with_families
from pipeline.models.frame import Frame, frame
from pipeline.models.joint_told import joint_numbers
from pipeline.models.jointly import exposure_jointly
from pipeline.models.lone import without_interval
from pipeline.models.mediate import mediate
from pipeline.models.mediation_numbers import mediation_numbers
from pipeline.models.methods import methods
from pipeline.models.moderation import moderate
from pipeline.models.moderation_numbers import moderation_numbers
from pipeline.models.numbers import numbers
from pipeline.models.regress import clause, design_matrix, regress
from pipeline.models.remarks import remarks
from pipeline.models.repeated import several_waves
from pipeline.models.repeated_told import between_numbers
from pipeline.models.residuals import fit_numbers, fit_told, residuals
from pipeline.models.safeguards import safeguards
from pipeline.models.standings import standings
from pipeline.results import Results
from pipeline.study import Study


def fit(people: People, study: Study, rng: np.random.Generator | None = None) -> Estimates:
    """Every model of ``study.models``, in file order.

    rng: needed where a model declares intervals that are drawn. Its seed counts, and nothing is drawn from itself: each
    of them has a stream of its own (``streams``), so that neither other models nor their order move it. A model without
    a finite answer is handed back as not estimated, with the reason. Raises ``Mistakes`` for declarations that no model
    can follow.
    """
    raise_all(check_models(study))
    return Estimates(with_families(study, [fit_one(people, study, name, rng) for name in study.models]))


def fit_one(people: People, study: Study, name: str, rng: np.random.Generator | None = None) -> Modelled:
    """One model, unadjusted and (where it has covariates) adjusted, both on the rows that have every value."""
    model = declared(study, name)
    held = frame(people, study, model)
    alone = _one_by_one if model.exposure.kind == "choices" else _fit
    if model.waves:
        fitted, between = several_waves(model, held)
    else:
        fitted, between = [alone(model, held, "unadjusted", held.always)], ()
    if model.adjust and not model.waves:
        fitted.append(_fit(model, held, "adjusted", held.adjust))
    if model.moderator:
        covariates = (held.always, held.adjust)
        fitted = [replace(one, moderated=moderate(model, held, x)) for one, x in zip(fitted, covariates, strict=False)]
    whole = _fit(model, held, "unadjusted", held.always) if fitted[-1].separate else fitted[-1]
    try:
        mediated = mediate(model, held, whole, rng) if model.mediator else None
    except TooFewUnits as few:
        raise Mistakes.one(study.where("models", name, "intervals"), str(few), few.mend) from few
    units = units_without_rows(people, study, model)
    found = numbers(model, held, fitted, units)
    found += mediation_numbers(model, held, mediated) if mediated else []
    found += [*joint_numbers(model, held, fitted), *moderation_numbers(model, held, fitted)]
    found += between_numbers(model, held, between)
    more, warned = safeguards(study, model, held, fitted[-1], found, _again(model, fitted[-1]))
    left = residuals(model, held, fitted[-1])
    fits = [] if left is None else list(fit_numbers(model, held, fitted[-1], left))
    results = Results.of([*found, *more, *fits])
    said, how = (*remarks(study, model, held, fitted, mediated, units), *warned), tuple(methods(study, name))
    well = tuple(fit_told(model, fitted[-1], fits))
    return Modelled(model, tuple(fitted), mediated, results, said, how, between, residuals=left, fits=well)


def _one_by_one(model: Declared, held: Frame, adjustment: str, adjust: pd.DataFrame | None) -> Fitted:
    """A model a box: boxes that are ticked together would adjust one another."""
    done: list[Coefficients] = []
    unfit: list[tuple[str, str]] = []
    dropped: list[str] = []
    stood: dict[str, Standing] = {}
    for column, level in zip(model.exposure.columns, model.exposure.levels, strict=True):
        term = replace(model.exposure, levels=(level,))
        box = replace(held, exposure=held.exposure[[column]])
        part = _fit(replace(model, exposure=term), box, adjustment, adjust)
        dropped += part.dropped
        stood |= part.standings
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
    return Fitted(adjustment, joined, tuple(dict.fromkeys(dropped)), "", True, tuple(unfit), standings=stood)


def _again(model: Declared, part: Fitted) -> Callable[[Frame], Fitted]:
    """The same model on other used rows, without what stands beside its estimates."""

    def again(held: Frame) -> Fitted:
        return _fit(model, held, part.adjustment, held.covariates(part.adjustment), alone=True)

    return again


def _fit(
    model: Declared, held: Frame, adjustment: str, adjust: pd.DataFrame | None, alone: bool = False
) -> Fitted:
    """adjust: covariates, those of the unadjusted model included; None: the exposure alone. alone: without what stands
    beside the estimates."""
    try:
        x, dropped = design_matrix(model, held, held.exposure, adjust)
        one = model.exposure.kind != "choices"
        found = regress(x, held.y, held, model.effect, model.clustering, penalised=one)
        found = without_interval(found, model, held)
        if alone:
            return Fitted(adjustment, found, dropped)
        tests = beside(model, held, x, found) if one else {}
        together, stood = exposure_jointly(model, held, x, found), standings(model, held, found)
        return Fitted(adjustment, found, dropped, beside=tests, joint=together, standings=stood)
    except NotEstimable as reason:
        return Fitted(adjustment, None, (), clause(model, reason))


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
