"""What is made of a study: tables, models, what is said of its interviews, and what may be released."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pipeline.study.part import Part
from pipeline.study.words import Label, Text


class TableSpec(Part):
    """A table: who stands in it, its rows and its columns."""

    kind: Literal["participants", "followed"] = "participants"
    of: str | None = None
    title: Label | None = None
    rows: tuple[str, ...] = Field(min_length=1)
    columns: str | None = None
    wave: Text | None = None
    overall: bool = True


class ModelSpec(Part):
    """A model: what it explains, by what, adjusted for what."""

    of: str | None = None
    title: Label | None = None
    outcome: str
    exposure: str
    mediator: str | None = None
    adjust: tuple[str, ...] = ()
    effect: Literal["mean difference", "risk difference", "odds ratio"] | None = None
    event: Text | None = Field(None, description="the outcome's level that counts; its first level if not said")
    wave: Text | None = None
    cluster: str | None = Field(None, description="another cluster than the design's")


class Interviews(Part):
    """What the study says of its interviews. 'not reported' and 'not applicable' are different words."""

    people: dict[str, int | Literal["not reported", "not applicable"]] = Field(default_factory=dict)
    method: str = "not reported"
    when: str = "not reported"
    analysis: str = "not reported"
    software: str = "not reported"
    coders: int | Literal["not reported", "not applicable"] = "not reported"
    saturation: str = "not reported"
    consent_to_quote: str = "not reported"


class Release(Part):
    """Which rule stands at the door between people and paper."""

    rule: Literal["journal", "opensafely", "midpoint6", "nhs", "acro", "cms", "none"]
    below: int = Field(5, ge=2, description="journal: cells below this are withheld")
    because: str | None = None

    @model_validator(mode="after")
    def _reason(self) -> Release:
        if self.rule == "none" and not (self.because or "").strip():
            raise ValueError("rule none needs a reason: because: public-use file")
        return self
