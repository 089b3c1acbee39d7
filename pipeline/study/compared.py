"""Coders held against one another, and whether further interviews bring new themes: what a study file asks for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from pipeline.study.part import Part
from pipeline.study.words import Texts

Approach = Literal[
    "reflexive thematic analysis",
    "codebook thematic analysis",
    "coding reliability thematic analysis",
    "framework analysis",
    "qualitative content analysis",
    "grounded theory",
    "another",
]
REFLEXIVE: Approach = "reflexive thematic analysis"
Gathered = Literal["themes", "codes"]
Measure = Literal["percent", "cohen", "fleiss", "krippendorff", "ac1", "pabak", "prevalence", "bias"]
OF_TWO: tuple[Measure, ...] = ("pabak", "prevalence", "bias")
"""What a table of two coders and a code that is given or not can tell."""
OF_NUMBERS: tuple[Measure, ...] = ("percent", "cohen", "krippendorff")
"""What can compare how often a code was given."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class AgreementSpec(Part):
    """How far coders agree. A document counts where two or more of them coded it."""

    on: Literal["documents", "segments"] = Field("documents", description="what each coder decided on")
    of: Annotated[
        tuple[Gathered, ...],
        BeforeValidator(_listed, json_schema_input_type=Gathered | list[Gathered]),
        Field(description="themes, codes, or both; left out: themes, where they name their codes"),
    ] = ()
    coders: Texts = Field((), description="as the files name them; left out: everyone who coded")
    measures: tuple[Measure, ...] = Field(
        (), description="left out: all that so many coders allow, cohen for two alone"
    )
    how_often: bool = Field(
        False, description="in how many passages of a document a coder gave it, and not only whether"
    )
    weights: Literal["linear", "quadratic"] | None = Field(None, description="of cohen, with how_often")
    level: Literal["nominal", "ordinal", "interval", "ratio"] | None = Field(
        None, description="of krippendorff, with how_often: ordinal if not said"
    )

    def measured(self, coders: int) -> tuple[Measure, ...]:
        """What is computed of so many coders."""
        if self.measures:
            return self.measures
        if self.how_often:
            return OF_NUMBERS
        if coders == 2:
            return ("percent", "cohen", "krippendorff", "ac1", *OF_TWO)
        return ("percent", "fleiss", "krippendorff", "ac1")

    @property
    def scale(self) -> Literal["nominal", "ordinal", "interval", "ratio"]:
        """Krippendorff's level; of what is given or not every level is the same."""
        return self.level or ("ordinal" if self.how_often else "nominal")


class SaturationSpec(Part):
    """Whether further interviews bring new themes: Guest, Namey and Chen 2020."""

    of: Gathered | None = Field(None, description="left out: themes, where they name their codes")
    base: int = Field(4, ge=1, description="the first interviews, with whose themes new ones are compared")
    run: int = Field(2, ge=1, description="how many interviews are looked at together")
    threshold: float = Field(5, ge=0, lt=100, description="per cent of the base's themes that a run may bring")
    orders: int = Field(1000, ge=0, le=10_000, description="random orders of the interviews; 0 for none")
    order: Literal["collection", "files"] = Field(
        "collection", description="as coded: columns: order says, or, where nobody knows that, as the files have them"
    )

    @model_validator(mode="after")
    def _enough(self) -> SaturationSpec:
        if 0 < self.orders < 100:
            raise ValueError(f"{self.orders} random orders are too few for a band; write 100 or more, or 0 for none")
        return self

    @property
    def words(self) -> str:
        """The rule as a reader of tables that compare studies sees it."""
        by = "no new theme" if self.threshold == 0 else f"at most {self.threshold:g}% new"
        return f"judged by runs of {self.run} interviews after a base of {self.base}: {by}"
