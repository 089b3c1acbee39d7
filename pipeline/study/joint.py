"""Questions to which the survey and the interviews both speak, as a study file sets them side by side."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.study.part import Part
from pipeline.study.words import Label, Text

Fit = Literal["converges", "expands", "contradicts", "silent"]
Judgement = Annotated[Text, Field(max_length=1000)]


class SurveyNumber(Part):
    """A line of a table of participants, of everyone in it."""

    table: str
    variable: str
    level: Text | None = Field(None, description="of a variable with levels: the one that is meant, by its label")


class Question(Part):
    """One question: which estimates and which themes speak to it, and what the analyst makes of both."""

    question: Label
    models: tuple[str, ...] = ()
    numbers: tuple[SurveyNumber, ...] = ()
    themes: tuple[Label, ...] = ()
    fit: Fit = Field(description="how interviews go with the survey; 'silent': one of the two says nothing")
    because: Judgement = Field(description="the analyst's reason, as it is to be printed")

    @model_validator(mode="after")
    def _both(self) -> Question:
        survey, interviews = bool(self.models or self.numbers), bool(self.themes)
        if not survey and not interviews:
            raise ValueError("name what speaks to it: 'models' or 'numbers' of the survey, and 'themes'")
        if self.fit != "silent" and not (survey and interviews):
            lacks = "'themes'" if survey else "'models' or 'numbers' of the survey"
            raise ValueError(f"'{self.fit}' needs both sides; add {lacks}, or write fit: silent")
        return self
