"""A declared mediation, fitted: two regressions for its paths, and natural effects for each level of the exposure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.models.coefficients import Coefficients, Floats, NotEstimable
from pipeline.models.declared import Declared, Effect
from pipeline.models.drawn import USUAL, by_draws
from pipeline.models.estimates import Fitted, Mediated, Through
from pipeline.models.evalue import EValue
from pipeline.models.frame import Flags, Frame
from pipeline.models.jackknife import MOST, jackknife
from pipeline.models.linear import TOO_FEW
from pipeline.models.lone import lone_sides, without_interval
from pipeline.models.mediation import NaturalEffects, closed_form, proportion_mediated
from pipeline.models.mediation_rows import Laid, Question, lay_out
from pipeline.models.natural_effects import EFFECTS, Scale
from pipeline.models.regress import clause, design_matrix, regress
from pipeline.models.sensitivity import e_value_of, rho_curve
from pipeline.models.standings import indirect_standing, total_untested
from pipeline.models.streams import own

SCALES: dict[str, Scale] = {"odds ratio": "odds ratio", "risk ratio": "risk ratio"}
"""Effects that a logistic model of the outcome gives; all others are differences, by a linear one."""
E_VALUES = ("tnie", "pnde", "te")


def mediate(model: Declared, held: Frame, total: Fitted, rng: np.random.Generator | None = None) -> Mediated:
    """On the rows and with the covariates of ``total``. Intervals that are drawn have a stream of their own under
    ``rng``'s seed, by model and level. Raises ``TooFewUnits`` where the data can't bear the intervals declared."""
    if model.mediator is None or held.mediator is None:
        raise NotEstimable("the model has no mediator")
    others = held.adjust if model.adjust or model.always else None
    mediator = pd.DataFrame({model.mediator.name: held.mediator}, index=held.exposure.index)
    try:
        if total.coefficients is None:
            raise NotEstimable(total.reason)
        x, _ = design_matrix(model, held, held.exposure, others)
        linear: Effect = "risk difference" if model.mediator_event else "mean difference"
        to_mediator = _to_mediator(x, held.mediator, held, linear)
        x, _ = design_matrix(model, held, pd.concat([mediator, held.exposure], axis=1), others)
        to_mediator = without_interval(to_mediator, model, held)
        to_outcome = without_interval(regress(x, held.y, held, model.effect), model, held)
    except NotEstimable as reason:
        return Mediated(total.adjustment, None, None, clause(model, reason))
    through = tuple(
        _through(model, held, column, level, rng)
        for column, level in zip(model.exposure.columns, model.exposure.shown, strict=True)
        if column in to_mediator.terms
    )
    return Mediated(total.adjustment, to_mediator, to_outcome, "", through)


def _to_mediator(x: pd.DataFrame, mediator: Floats, held: Frame, effect: Effect) -> Coefficients:
    try:
        return regress(x, mediator, held, effect)
    except NotEstimable as reason:
        raise NotEstimable(str(reason).replace("the outcome", "the mediator"), reason.discreet) from reason


def _through(
    model: Declared, held: Frame, column: str, level: str, rng: np.random.Generator | None = None
) -> Through:
    """One level of the exposure against its reference, on the people at either; of boxes the others are covariates."""
    rows = held.used
    if model.exposure.kind == "category":
        rows = held.at(model.exposure, level) | held.against(model.exposure, level)
    low, high, compared = _compared(model, held, rows, column)
    try:
        laid = _laid(model, held, rows, column, (low, high))
        if model.intervals == USUAL:
            found = _with_errors(laid)
        else:
            found = by_draws(laid, model.intervals, model.draws, own(rng, "mediation", model.name, level))
    except NotEstimable as reason:
        known = reason.discreet if reason.discreet != str(reason) else TOO_FEW
        return Through(level, None, known if model.sensitive else str(reason), compared)
    if len(lone_sides(model, held).get(column, ())) == 2:
        none = np.full(len(EFFECTS), np.nan)
        found = replace(found, vcov=np.full_like(found.vcov, np.nan), low=none, high=none, draws=found.draws[:0])
    found = found.without_rounding()
    stood = indirect_standing(model, held, column, found)
    e_values = {} if stood is not None and stood.lone else _e_values(found)
    untested = total_untested(model, held, column, found)
    return Through(level, found, "", compared, proportion_mediated(found), e_values, _rho(laid), stood, untested)


def _with_errors(laid: Laid) -> NaturalEffects:
    """By what belongs together: the interval that holds the truth most nearly as often as it says."""
    if not (laid.weighted or laid.units.given):
        return closed_form(laid, "HC3")
    if not laid.weighted and laid.units.present <= MOST:
        try:
            return jackknife(laid)
        except NotEstimable:  # a side in one cluster: told as unreliable
            return closed_form(laid, "linearised")
    return closed_form(laid, "linearised")


def _compared(model: Declared, held: Frame, rows: Flags, column: str) -> tuple[float, float, str]:
    """Two values of the exposure, and which they are (``Through.compared``)."""
    if model.exposure.kind != "number":
        return 0.0, 1.0, ""
    if model.compare is not None:
        return *model.compare, ""
    value = held.exposure.loc[rows, column].to_numpy(dtype=float)
    if len(found := np.unique(value)) == 2:
        return float(found[0]), float(found[1]), "both"
    weight = None if held.design is None else held.design.weight[rows]
    middle = float(np.average(value, weights=weight))
    if middle + 1 > value.max() and middle - 1 >= value.min():
        return middle - 1.0, middle, "below"
    return middle, middle + 1.0, "above"


def _laid(model: Declared, held: Frame, rows: Flags, column: str, compared: tuple[float, float]) -> Laid:
    beside = [held.adjust] if model.adjust or model.always else []
    if model.exposure.kind == "choices":
        beside.append(held.exposure.drop(columns=column))
    table = pd.concat([held.exposure[[column]], *beside], axis=1)
    through, outcome = str(model.mediator.name), model.outcome.name  # type: ignore[union-attr]
    adjust = tuple(str(name) for name in table.columns[1:])
    question = Question(
        column,
        through,
        outcome,
        adjust,
        low=compared[0],
        high=compared[1],
        held=model.mediator_at,
        binary_mediator=bool(model.mediator_event),
        binary_outcome=model.effect in SCALES,
        interaction=model.interaction,
        scale=SCALES.get(model.effect, "difference"),
    )
    table = table.assign(**{through: held.mediator, outcome: held.y})
    return lay_out(table, question, None if held.design is not None else held.cluster, held.design, rows)


def _e_values(found: NaturalEffects) -> dict[str, EValue]:
    made = {}
    for effect in E_VALUES:
        try:
            made[effect] = e_value_of(found, effect)
        except NotEstimable:
            continue  # of a risk difference, and without an interval, there is none
    return made


def _rho(laid: Laid) -> float | None:
    if laid.question.binary_mediator or laid.question.binary_outcome or laid.linear_chance:
        return None
    return float(rho_curve(laid, np.zeros(1)).zero[0])
