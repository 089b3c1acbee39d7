"""What is made of a study: tables, models, what is said of its interviews, and what may be released."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.study.part import Part
from pipeline.study.words import InsidePath, Label, Text

Finite = Annotated[float, Field(allow_inf_nan=False)]
Counted = int | Literal["not reported", "not applicable"]


class ModelSpec(Part):
    """A model: what it explains, by what, adjusted for what."""

    of: str | None = None
    title: Label | None = None
    outcome: str
    exposure: str
    mediator: str | None = None
    mediator_event: Text | None = Field(
        None, description="of a mediator with levels: the level that counts; its first level if not said"
    )
    mediator_at: Finite | None = Field(
        None, description="where the mediator is held for the controlled direct effect; its mean if not said"
    )
    interaction: bool | None = Field(
        None, description="whether the mediator may matter differently at different exposures; true if not said"
    )
    compare: tuple[Finite, Finite] | None = Field(
        None, description="of an exposure that is a number: the two values that are compared, in words about its effect"
    )
    adjust: tuple[str, ...] = ()
    effect: (
        Literal["mean difference", "risk difference", "odds ratio", "risk ratio", "rate ratio", "cumulative odds ratio"]
        | None
    ) = None
    time: str | None = Field(None, description="of a rate: a number, how long or how many were at risk")
    event: Text | None = Field(None, description="the outcome's level that counts; its first level if not said")
    wave: Text | None = None
    cluster: str | None = Field(None, description="another cluster than the design's")
    clustering: Literal["robust", "mixed", "gee"] = Field(
        "robust", description="how a model allows for clusters: errors (CR2), a random intercept, or GEE"
    )

    @property
    def used(self) -> tuple[str, ...]:
        """Every variable and scale that it reads, outcome first."""
        return tuple(v for v in (self.outcome, self.exposure, self.mediator, *self.adjust, self.time) if v)


class Interviews(Part):
    """What the study says of its interviews; None where the file does not say. 'not reported' and 'not applicable' are
    two different words."""

    people: dict[Label, Counted] = Field(default_factory=dict, description="role: how many")
    total: Counted | None = Field(None, description="all people, where not every role has its number")
    method: str | None = None
    where: str | None = None
    when: str | None = None
    analysis: str | None = None
    software: str | None = None
    coders: Counted | None = None
    saturation: str | None = None
    consent_to_quote: str | None = None
    themes: tuple[Label, ...] | Literal["not reported", "not applicable"] | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> Interviews:
        added = self._added
        if isinstance(self.total, int) and added is not None and added != self.total:
            raise ValueError(f"the roles add up to {added}, 'total' says {self.total}; correct one of them")
        return self

    @property
    def _added(self) -> int | None:
        """The sum of the roles; None where one of them has no number, though it applies, or none has one."""
        told = [n for n in self.people.values() if isinstance(n, int)]
        return sum(told) if told and "not reported" not in self.people.values() else None

    @property
    def everyone(self) -> Counted | None:
        """All people: as declared, else the sum of the roles."""
        return self._added if self.total is None else self.total


class Release(Part):
    """Which rule stands at the door between people and paper."""

    rule: Literal["journal", "opensafely", "midpoint6", "nhs", "acro", "cms", "none"]
    below: int = Field(5, ge=2, description="journal: cells below this are withheld")
    because: str | None = None
    previous: InsidePath | None = Field(
        None, description="an earlier results.csv, from the workspace's root: counts that differ by few are withheld"
    )

    @model_validator(mode="after")
    def _reason(self) -> Release:
        if self.rule == "none" and not (self.because or "").strip():
            raise ValueError("rule none needs a reason: because: public-use file")
        return self
