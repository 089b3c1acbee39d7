"""``Estimates``: what fitted models hand on, all of it as results, sentences and the declaration they came from."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.models.coefficients import Coefficients
from pipeline.models.declared import Declared
from pipeline.results import Results, Sentence


@dataclass(frozen=True, eq=False)
class Fitted:
    """One regression. ``coefficients`` is None where there is no answer, and ``reason`` is then a clause that says why.

    adjustment: ``unadjusted`` or ``adjusted``. dropped: columns of covariates that others explain wholly.
    separate: each coefficient comes from a model of its own. unfit: (level, reason) of those that have no answer.
    """

    adjustment: str
    coefficients: Coefficients | None
    dropped: tuple[str, ...] = ()
    reason: str = ""
    separate: bool = False
    unfit: tuple[tuple[str, str], ...] = ()

    @property
    def group(self) -> str:
        return f"adjustment={self.adjustment}"


@dataclass(frozen=True, eq=False)
class Mediated:
    """Two regressions, the mediator on the exposure and the outcome on both; None and a reason where not estimated.

    total: the outcome on the exposure, all its columns together.
    """

    adjustment: str
    to_mediator: Coefficients | None
    to_outcome: Coefficients | None
    reason: str = ""
    total: Coefficients | None = None

    @property
    def group(self) -> str:
        return f"adjustment={self.adjustment}"


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
