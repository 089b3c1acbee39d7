"""Raw data: the tables of a study, where they are to be had, and what becomes of doubtful rows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from pipeline.study.part import Part
from pipeline.study.words import Day, InsidePath, Label, Text, Texts


class Fetch(Part):
    """Where raw data are to be had, and the hash that proves that they are the ones."""

    url: str = Field(pattern=r"^https://", description="https address of the file")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    licence: str = ""
    contact: str = Field("", description="whom to ask when the address does not answer")


class Share(Part):
    """That these raw data may stand in a bundle for a journal or an archive; without it they never do."""

    licence: Label = Field(description="under which others may use them: CC0-1.0, CC-BY-4.0, or a sentence")
    because: Label = Field(description="why they may be shared: made-up people, public-use file, consent to share")


class Duplicates(Part):
    """What to do with rows that share an id (and a wave)."""

    keep: Literal["first", "last", "most complete"]
    because: Label


class Orphans(Part):
    """What to do with rows whose parent is not there."""

    do: Literal["drop"] = "drop"
    because: Label


class Due(Part):
    """From when on a later wave can be expected of a person: who joined too late for it is not lost."""

    date: str = Field(description="a variable of type date of this table: when a row was answered")
    days: dict[Text, Annotated[int, Field(ge=1)]] = Field(
        description="later wave: so many days after the first wave a row of it should be there"
    )
    as_of: Day | None = Field(None, description="day of the export (2025-12-31); left out: the latest date in it")


class Source(Part):
    """One table of raw data under ``data/raw/<study>/``."""

    file: InsidePath = Field(description="file name; may hold * where exports accumulate")
    id: Texts = Field(description="column or columns that name a row (without the wave)")
    wave: str | None = Field(None, description="column that holds the wave (long form)")
    waves: dict[Text, Label] = Field(default_factory=dict, description="wave code: label, in order")
    wide: dict[Text, str] = Field(default_factory=dict, description="wave code: column pattern such as {}_t1")
    due: Due | None = Field(None, description="left out: everyone of the first wave is due at every later one")
    seconds: str | None = Field(
        None, description="a variable of type number: how many seconds a row took to answer, for the alarm about haste"
    )
    parent: dict[str, Texts] = Field(default_factory=dict, description="parent table: column here that holds its id")
    unit: str = Field("people", description="what its ids are, in the plural: people, programmes, sessions")
    ignore: tuple[str, ...] = Field((), description="columns to leave out, never read further")
    newest_by: str | None = Field(None, description="'name', or the column whose largest value marks the newest file")
    mode: Literal["cumulative", "append"] = "cumulative"
    format: Literal["csv", "tsv", "xlsx", "sav", "dta", "xpt"] | None = None
    layout: Literal["plain", "qualtrics", "redcap"] = "plain"
    delimiter: str | None = None
    encoding: str | None = None
    decimal: Literal[".", ","] | None = None
    sheet: str | None = None
    duplicates: Duplicates | None = None
    orphans: Orphans | None = None
    fetch: Fetch | None = None
    share: Share | None = Field(None, description="left out: the raw data stay out of every bundle")

    @property
    def wave_labels(self) -> dict[str, str]:
        """Wave code -> label, in order; a wide form's code stands for itself where it has no label."""
        return {code: self.waves.get(code, code) for code in self.wide} if self.wide else dict(self.waves)
