"""``Estimates``: what fitted models hand on, all of it as results, sentences and the declaration they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.models.coefficients import Coefficients
from pipeline.models.declared import Declared
from pipeline.models.domain import Standing
from pipeline.models.evalue import EValue
from pipeline.models.mediation import NaturalEffects, Proportion
from pipeline.results import Results, Sentence


@dataclass(frozen=True, eq=False)
class Fitted:
    """One regression. ``coefficients`` is None where there is no answer, and ``reason`` is then a clause that says why.

    adjustment: ``unadjusted`` or ``adjusted``. dropped: columns of covariates that others explain wholly.
    separate: each coefficient comes from a model of its own. unfit: (level, reason) of those that have no answer.
    beside: (level, statistic) -> what other tests say (``beside``). standings: level -> how the estimator did in
    simulations (``standings``).
    """

    adjustment: str
    coefficients: Coefficients | None
    dropped: tuple[str, ...] = ()
    reason: str = ""
    separate: bool = False
    unfit: tuple[tuple[str, str], ...] = ()
    beside: Mapping[tuple[str, str], float] = field(default_factory=dict)
    standings: Mapping[str, Standing] = field(default_factory=dict)

    @property
    def group(self) -> str:
        return f"adjustment={self.adjustment}"


@dataclass(frozen=True, eq=False)
class Through:
    """What goes by way of the mediator, and what does not, for one level of the exposure (``""`` of a number).

    found: None where there is no answer, and ``reason`` is then a clause that says why. compared: what was chosen of an
    exposure that is a number and whose values are not declared: ``above``, its mean and a unit more; ``below``, a unit
    less and its mean, where nobody lies a unit higher; ``both``, its only two values. e_values: effect -> its E-value,
    where there is one. rho: where the indirect effect would be nought, of two linear models. standing: how intervals of
    the indirect effect did in simulations; None where its like was not simulated.
    """

    level: str
    found: NaturalEffects | None
    reason: str = ""
    compared: str = ""
    proportion: Proportion | None = None
    e_values: Mapping[str, EValue] = field(default_factory=dict)
    rho: float | None = None
    standing: Standing | None = None


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


@dataclass(frozen=True, eq=False)
class Modelled:
    """A declared model and what came of it.

    results: rows of kind ``model`` (and ``mediation``), named by the model. remarks: what a reader must be told before
    relying on it. methods: how it was done, in sentences for a methods section.
    """

    model: Declared
    fitted: tuple[Fitted, ...]
    mediated: Mediated | None
    results: Results
    remarks: tuple[Sentence, ...]
    methods: tuple[Sentence, ...]

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
