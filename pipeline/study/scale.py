"""Multi-item scales."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.study.part import Part
from pipeline.study.table import Names
from pipeline.study.words import BandText, Interval, Label, RangeText, Text, Texts, interval


class ReliabilityBy(Part):
    """Among whom else the reliability of a scale is told."""

    by: Names = Field(min_length=1, description="a variable with levels, or several; each level by itself")


class Scale(Part):
    """A multi-item scale, by an instrument of the registry or by declaration."""

    in_: str | None = Field(None, alias="in")
    instrument: str | None = None
    subscale: str | None = Field(None, description="of the instrument; items are then its own, in the form's order")
    algorithm: str | None = Field(None, description="of the instrument: 1 where its items say so, 0 elsewhere")
    form: str | None = Field(None, description="of the instrument: the order in which its items stand, of several")
    items: tuple[str, ...] = Field(min_length=1)
    range: RangeText | None = Field(None, description="of an item, as scored")
    coded: RangeText | None = Field(None, description="of an item as the file codes it, where that is another base")
    base: int | None = Field(None, description="the lowest code of each item in the file, where that is another")
    codes: dict[Text, Text] = Field(default_factory=dict, description="text answer in the file: item code")
    reversed_at_source: tuple[str, ...] = Field(
        (), description="items that stand in the file the other way round than on the instrument's form"
    )
    reverse: tuple[str, ...] | None = Field(None, description="items to reverse")
    score: Literal["sum", "mean"] | None = None
    max_missing: int | None = Field(None, ge=0, description="items that may be missing; none is filled in without it")
    missing: dict[Text, Label] = Field(default_factory=dict, description="code: reason, for every item")
    asked_of: dict[str, Texts] = Field(
        default_factory=dict, description="variable: levels; blank is not applicable for others"
    )
    asked_at: Texts = Field((), description="waves at which it was asked; blank at the others is not asked")
    answered_anyway: Literal["keep", "drop"] | None = Field(
        None, description="answers of those who were not to be asked"
    )
    label: Label | None = None
    high_means: str | None = None
    bands: dict[Label, BandText] = Field(default_factory=dict, description="label: range of the score")
    reliability: ReliabilityBy | None = Field(None, description="by: also in each level of a variable")
    sensitive: bool = Field(False, description="as are variables that are made of it")
    because: str | None = None

    def in_file(self, scored: Interval) -> Interval:
        """The range of an item as the file codes it. scored: as it is scored."""
        if self.coded:
            return interval(self.coded)
        if self.base is None:
            return scored
        high = self.base + scored.high - scored.low
        return Interval(self.base, high, f"{self.base}-{high:g}")
