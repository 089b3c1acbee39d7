"""What a mediation is asked of: the question, and complete rows laid out for it, with every input that can't answer it
refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.models.coefficients import Floats, NotEstimable
from pipeline.models.linear import INTERCEPT, TOO_FEW, independent, refuse_separation
from pipeline.models.natural_effects import Scale, Shape
from pipeline.models.survey import SurveyDesign
from pipeline.models.told_values import beyond
from pipeline.models.units import Units, units_of_rows

FEW_UNITS = 20
"""Below this many clusters or sampling units a bootstrap of them is too narrow and its limits are coarse
(Cameron, Gelbach & Miller 2008, Rev Econ Stat 90(3), 414-427; 12 clusters: 90 to 92 of 100 nominal 95% intervals)."""


@dataclass(frozen=True)
class Question:
    """Names of columns, and what is compared.

    adjust: one set for both models; it must leave nothing that drives two of exposure, mediator and outcome, and hold
    nothing that the exposure changes. low, high: values of the exposure. held: the mediator's value for the controlled
    direct effect (None: its mean, of a binary mediator 0). binary_mediator, binary_outcome: 0/1, by a logistic model;
    beside a binary outcome a mediator that is a number is taken as normal around its mean, with one variance. rare:
    odds ratios in closed form, at ``at`` or the covariates' means, for an outcome that is rare at every value of
    exposure and mediator (a tenth or less). at: values of the covariates, all of them, for which effects are told
    (None: effects are averaged over the rows).
    """

    exposure: str
    mediator: str
    outcome: str
    adjust: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    held: float | None = None
    binary_mediator: bool = False
    binary_outcome: bool = False
    interaction: bool = True
    scale: Scale = "difference"
    rare: bool = False
    at: Mapping[str, float] | None = None


@dataclass(frozen=True, eq=False)
class Laid:
    """Rows ready to be fitted, each of shape (n,) or (n, k).

    x: outcome's columns: intercept, covariates, exposure, mediator and (with interaction) their product; the mediator's
    model has the first ones, up to the exposure. All but a binary mediator are less their means, and so are ``shape``
    and ``told_at``, the covariates' values. weight: mean one; ones without a survey. dropped: covariates that others
    explain wholly. linear_chance: an outcome of two values in a linear model, by wish. beyond: an exposure is compared
    that lies further from every row than a quarter of its range.
    """

    question: Question
    shape: Shape
    x: Floats
    mediator: Floats
    outcome: Floats
    weight: Floats
    weighted: bool
    units: Units
    dropped: tuple[str, ...] = ()
    linear_chance: bool = False
    beyond: bool = False
    told_at: Floats | None = None

    @property
    def covariates(self) -> int:
        return self.x.shape[1] - 3 - int(self.question.interaction)

    @property
    def few_units(self) -> bool:
        return self.units.given and self.units.present < FEW_UNITS


def lay_out(
    table: pd.DataFrame,
    question: Question,
    unit: NDArray[Any] | None = None,
    design: SurveyDesign | None = None,
    domain: NDArray[np.bool_] | None = None,
) -> Laid:
    """Rows of ``table`` (of numbers, none of them missing where they are used) for ``question``.

    unit: shape (n,), who belongs together, without a sample's weights. design: of a sample; domain: its rows that are
    used, the others stay with no part in the sums. Raises ``NotEstimable`` for what has no answer.
    """
    _refuse_names(question)
    used = np.ones(len(table), dtype=bool) if domain is None else np.asarray(domain, dtype=bool)
    if design is not None:
        used = design.active(used)
    held = table.loc[used, [question.exposure, question.mediator, question.outcome, *question.adjust]].astype(float)
    _refuse_values(held, question)
    weight = np.ones(len(held)) if design is None else design.weight[used] / design.weight[used].mean()
    kept, dropped = _kept(held, question, None if design is None else weight)
    middle = {str(name): float(np.average(column, weights=weight)) for name, column in held.items()}
    at = question.held
    if at is None:
        at = 0.0 if question.binary_mediator else middle[question.mediator]
    if question.binary_mediator:
        middle[question.mediator] = 0.0
    x = _columns(held, question, kept, middle, None if design is None else weight)
    mediator, outcome = held[question.mediator].to_numpy(), held[question.outcome].to_numpy()
    if question.binary_mediator:
        try:
            refuse_separation(x.iloc[:, : len(kept) + 2], mediator)
        except NotEstimable as reason:
            raise NotEstimable(str(reason).replace("the outcome", "the mediator"), reason.discreet) from reason
    if question.binary_outcome:
        refuse_separation(x, outcome)
    exposure = held[question.exposure].to_numpy()
    zero = middle[question.exposure]
    return Laid(
        question=question,
        shape=Shape(
            question.low - zero, question.high - zero, at - middle[question.mediator], question.binary_mediator,
            question.binary_outcome, question.rare, question.scale,
        ),
        x=x.to_numpy(dtype=float),
        mediator=mediator - middle[question.mediator],
        outcome=outcome,
        weight=weight,
        weighted=design is not None,
        units=units_of_rows(used, unit, design),
        dropped=dropped,
        linear_chance=not question.binary_outcome and len(np.unique(outcome)) == 2,
        beyond=beyond(exposure, (question.low, question.high)),
        told_at=None if question.at is None else np.array([1.0, *(question.at[name] - middle[name] for name in kept)]),
    )  # fmt: skip


def lay_out_sets(
    table: pd.DataFrame,
    question: Question,
    sets: Mapping[str, tuple[str, ...]],
    unit: NDArray[Any] | None = None,
    design: SurveyDesign | None = None,
    domain: NDArray[np.bool_] | None = None,
) -> dict[str, Laid]:
    """The same question under several adjustment sets, by name, all on the same rows: ``domain`` must be complete in
    the covariates of every set. ``at`` is taken as far as a set has the covariate."""
    used = np.ones(len(table), dtype=bool) if domain is None else domain
    every = table.loc[used, list(dict.fromkeys(name for names in sets.values() for name in names))]
    if lost := int(every.isna().any(axis=1).sum()):
        raise NotEstimable(f"{lost} rows lack a covariate of one of the sets: all sets are asked of the same rows")
    found = {}
    for called, names in sets.items():
        at = None if question.at is None else {name: v for name, v in question.at.items() if name in names}
        found[called] = lay_out(table, replace(question, adjust=tuple(names), at=at), unit, design, domain)
    return found


def _refuse_names(question: Question) -> None:
    three = {"exposure": question.exposure, "mediator": question.mediator, "outcome": question.outcome}
    for (one, name), (other, again) in (
        (a, b) for i, a in enumerate(three.items()) for b in list(three.items())[i + 1 :]
    ):
        if name == again:
            raise NotEstimable(f"{name} is both the {one} and the {other}")
    for role, name in three.items():
        if name in question.adjust:
            raise NotEstimable(f"{name}, the {role}, is in its own adjustment set")
    if len(set(question.adjust)) < len(question.adjust):
        raise NotEstimable("a covariate is named twice")
    if question.low == question.high:
        raise NotEstimable(f"the exposure at {question.low:g} is compared with itself")
    if question.scale != "difference" and not question.binary_outcome:
        raise NotEstimable(f"a {question.scale} needs a binary outcome")
    if question.rare and (question.scale != "odds ratio" or not question.binary_outcome):
        raise NotEstimable("the closed form for a rare outcome gives odds ratios of a binary outcome and nothing else")
    if question.at is not None and set(question.at) != set(question.adjust):
        raise NotEstimable("effects at values of the covariates need a value of each covariate and of nothing else")
    if question.binary_mediator and question.held not in (None, 0, 1):
        raise NotEstimable(f"{question.mediator}, a binary mediator, can't be held at {question.held:g}")


def _refuse_values(held: pd.DataFrame, question: Question) -> None:
    if lost := int((~np.isfinite(held.to_numpy())).any(axis=1).sum()):
        raise NotEstimable(f"{lost} rows lack a value: a mediation is asked of complete rows")
    if held.empty:
        raise NotEstimable("no row has every value")
    three = (
        ("exposure", question.exposure, False),
        ("mediator", question.mediator, question.binary_mediator),
        ("outcome", question.outcome, question.binary_outcome),
    )
    for role, name, binary in three:
        values = np.unique(held[name].to_numpy())
        if binary and not set(values) <= {0.0, 1.0}:
            raise NotEstimable(f"{name}, a binary {role}, holds other numbers than 0 and 1")
        if len(values) < 2:
            raise NotEstimable(f"the {role} is the same for everyone who is left", TOO_FEW)


def _kept(held: pd.DataFrame, question: Question, weight: Floats | None) -> tuple[list[str], tuple[str, ...]]:
    """Covariates to keep, and those that others explain wholly; exposure and mediator must not be explained."""
    one = pd.Series(1.0, index=held.index, name=INTERCEPT)
    x = pd.concat([one, held[[*question.adjust, question.exposure, question.mediator]]], axis=1)
    if len(x) <= x.shape[1] + int(question.interaction):
        raise NotEstimable("the rows are no more than the coefficients")
    kept, dropped = independent(x, weight)
    for role, name in (("exposure", question.exposure), ("mediator", question.mediator)):
        if name in dropped:
            raise NotEstimable(f"other terms of the model explain the {role} {name} wholly")
    return [name for name in question.adjust if name in kept], tuple(dropped)


def _columns(
    held: pd.DataFrame, question: Question, kept: list[str], middle: dict[str, float], weight: Floats | None
) -> pd.DataFrame:
    """The outcome's columns, each less its ``middle``: an interaction far from zero would lose its digits."""
    x = held[[*kept, question.exposure, question.mediator]]
    x = x - pd.Series(middle)[x.columns]
    x.insert(0, INTERCEPT, 1.0)
    if question.interaction:
        crossed = f"{question.exposure} x {question.mediator}"
        x[crossed] = x[question.exposure] * x[question.mediator]
        if crossed in independent(x, weight)[1]:
            raise NotEstimable(f"other terms of the model explain the interaction {crossed} wholly")
    return x
