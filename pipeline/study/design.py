"""How a study was designed, whom it speaks of, and who is left out."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from pipeline.study.part import Part
from pipeline.study.words import Label, Texts


class Design(Part):
    """How the study was designed; tests and errors follow from it."""

    kind: Literal[
        "cross-sectional survey",
        "cohort",
        "before-after",
        "programme evaluation",
        "trial",
        "cluster trial",
        "interviews",
    ]
    cluster: str | None = Field(None, description="variable or id column that names the programme or cluster")
    second_cluster: str | None = Field(None, description="variable that names a crossed cluster, e.g. the supporter")
    arm: str | None = None
    weight: str | None = None
    strata: str | None = None
    psu: str | None = None


class Population(Part):
    """A domain: who the study speaks of. Never a filter."""

    in_: str | None = Field(None, alias="in")
    asked: str | None = Field(None, description="item or variable; those for whom it was 'not asked' are outside")
    where: dict[str, Texts] = Field(default_factory=dict, description="variable: levels inside")
    because: Label

    @model_validator(mode="after")
    def _one_rule(self) -> Population:
        if (self.asked is None) == (not self.where):
            raise ValueError("give either 'asked' or 'where'")
        return self


class Exclusion(Part):
    """Rows that are left out, by what stands in a raw column. ``blank`` means an empty cell."""

    in_: str | None = Field(None, alias="in")
    where: dict[str, Texts] = Field(default_factory=dict, description="left out where the column holds one of these")
    unless: dict[str, Texts] = Field(default_factory=dict, description="left out unless it holds one of these")
    because: Label

    @model_validator(mode="after")
    def _one_rule(self) -> Exclusion:
        if bool(self.where) == bool(self.unless):
            raise ValueError("give either 'where' or 'unless'")
        return self
