"""``Estimates``: what fitted models hand on, all of it as results, sentences and the declaration they came from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pipeline.models.coefficients import Coefficients, Floats
from pipeline.models.declared import Declared
from pipeline.models.domain import Standing
from pipeline.models.evalue import EValue
from pipeline.models.family import Family
from pipeline.models.joint import JointTest
from pipeline.models.mediation import NaturalEffects, Proportion
from pipeline.results import Results, Sentence

Interaction: TypeAlias = tuple[Coefficients, str] | JointTest | str | None
"""Of one product its coefficients and term; of several a test; a clause where there is none; None where clusters that
differ in the moderator are too few to test it."""


@dataclass(frozen=True, eq=False)
class Place:
    """Where the effect of an exposure is told: a level of a moderator, or a value of one that is a number.

    level: as in results. value: NaN for a level. chosen: a value that was made of the data (mean and SD). rows: those
    used at the level; of a number all that are used.
    """

    level: str
    rows: NDArray[np.bool_]
    value: float = math.nan
    chosen: bool = False


@dataclass(frozen=True, eq=False)
class Moderated:
    """One regression with products of exposure and moderator.

    reason: a clause why there is no answer, and then nothing else. effects: (level of the place, of the exposure) ->
    coefficients and the term that is the simple effect. absent: those that too few people are left for.
    """

    places: tuple[Place, ...] = ()
    effects: Mapping[tuple[str, str], tuple[Coefficients, str]] = field(default_factory=dict)
    absent: tuple[tuple[str, str], ...] = ()
    interaction: Interaction = ""
    reason: str = ""

    @property
    def product(self) -> tuple[Coefficients, str] | None:
        """The interaction where it is one coefficient."""
        one = isinstance(self.interaction, tuple) and not isinstance(self.interaction, JointTest)
        return self.interaction if one else None  # type: ignore[return-value]


def group_of(adjustment: str, wave: str = "") -> str:
    """The group in results of a model's estimates, at a wave where there are several."""
    return f"adjustment={adjustment}" + (f";wave={wave}" if wave else "")


@dataclass(frozen=True, eq=False)
class Fitted:
    """One regression. ``coefficients`` is None where there is no answer, and ``reason`` is then a clause that says why.

    adjustment: ``unadjusted`` or ``adjusted``. dropped: columns of covariates that others explain wholly.
    separate: each coefficient comes from a model of its own. unfit: (level, reason) of those that have no answer.
    beside: (level, statistic) -> what other tests say (``beside``). joint: all levels of the exposure together, or a
    clause why they were not tested so; empty where there is nothing to test. moderated: effects by the moderator. wave:
    where several waves stand in one model, the one whose effect the exposure's coefficients are. standings: level ->
    how the estimator did in simulations (``standings``).
    """

    adjustment: str
    coefficients: Coefficients | None
    dropped: tuple[str, ...] = ()
    reason: str = ""
    separate: bool = False
    unfit: tuple[tuple[str, str], ...] = ()
    beside: Mapping[tuple[str, str], float] = field(default_factory=dict)
    joint: JointTest | str = ""
    moderated: Moderated | None = None
    wave: str = ""
    standings: Mapping[str, Standing] = field(default_factory=dict)

    @property
    def group(self) -> str:
        return group_of(self.adjustment, self.wave)


@dataclass(frozen=True, eq=False)
class Between:
    """Whether the effect differs between waves, in one adjustment. test: None where there is no answer, and ``reason``
    is then a clause that says why."""

    adjustment: str
    test: JointTest | None
    reason: str = ""


@dataclass(frozen=True, eq=False)
class Through:
    """What goes by way of the mediator, and what does not, for one level of the exposure (``""`` of a number).

    found: None where there is no answer, and ``reason`` is then a clause that says why. compared: what was chosen of an
    exposure that is a number and whose values are not declared: ``above``, its mean and a unit more; ``below``, a unit
    less and its mean, where nobody lies a unit higher; ``both``, its only two values. e_values: effect -> its E-value,
    where there is one. rho: where the indirect effect would be nought, of two linear models. standing: how intervals of
    the indirect effect did in simulations; None where its like was not simulated. untested: whether the total and the
    direct effects have no P value, because the model's own estimate has none.
    """

    level: str
    found: NaturalEffects | None
    reason: str = ""
    compared: str = ""
    proportion: Proportion | None = None
    e_values: Mapping[str, EValue] = field(default_factory=dict)
    rho: float | None = None
    standing: Standing | None = None
    untested: bool = False


@dataclass(frozen=True, eq=False)
class Mediated:
    """Two regressions, the mediator on the exposure and the outcome on both, without interaction; None and a reason
    where not estimated. through: the effects, an entry a level of the exposure."""

    adjustment: str
    to_mediator: Coefficients | None
    to_outcome: Coefficients | None
    reason: str = ""
    through: tuple[Through, ...] = ()

    @property
    def group(self) -> str:
        return f"adjustment={self.adjustment}"

    @property
    def told(self) -> tuple[Through, ...]:
        """Those with an answer."""
        return tuple(part for part in self.through if part.found is not None)


OfWhat = Literal["number", "event", "count"]


@dataclass(frozen=True, eq=False)
class Residuals:
    """What a regression leaves, of the rows used; all shape (n,). fitted: mean, chance, or expected count. weight: ones
    where there is none. These are people's own: for the analyst, and never through the door."""

    kind: OfWhat
    outcome: Floats
    fitted: Floats
    weight: Floats

    @property
    def left(self) -> Floats:
        return self.outcome - self.fitted


@dataclass(frozen=True, eq=False)
class Modelled:
    """A declared model and what came of it.

    results: rows of kind ``model`` (and ``mediation``), named by the model. remarks: what a reader must be told before
    relying on it. methods: how it was done, in sentences for a methods section. between: of several waves, one a model.
    family: the one it stands in, if any. residuals: of its last regression, by person; they stay with the analyst.
    fits: how well that fits, in a sentence or two.
    """

    model: Declared
    fitted: tuple[Fitted, ...]
    mediated: Mediated | None
    results: Results
    remarks: tuple[Sentence, ...]
    methods: tuple[Sentence, ...]
    between: tuple[Between, ...] = ()
    family: Family | None = None
    residuals: Residuals | None = None
    fits: tuple[Sentence, ...] = ()

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def groups(self) -> tuple[str, ...]:
        """Results' groups that hold estimates, in the order of reading."""
        return tuple(fitted.group for fitted in self.fitted)


@dataclass(frozen=True, eq=False)
class Estimates:
    """A study's models, in file order."""

    models: tuple[Modelled, ...]

    @property
    def results(self) -> Results:
        return Results.join(modelled.results for modelled in self.models)

    @property
    def remarks(self) -> dict[str, tuple[Sentence, ...]]:
        return {modelled.name: modelled.remarks for modelled in self.models}
