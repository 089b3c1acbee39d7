"""A house style: how a table's numbers and words look in print."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from pipeline.study.part import Part
from pipeline.study.words import NUMBER
from pipeline.tables.forms import FORMS

HOLE = re.compile(r"\{(\w+)\}")
TO = "to"
MOST_DECIMALS = 6


def _holding(*holes: str) -> AfterValidator:
    """Text with each of these holes once."""

    def check(text: str) -> str:
        if sorted(HOLE.findall(text)) != sorted(holes):
            raise ValueError(f"it must hold {' and '.join(f'{{{h}}}' for h in holes)}, each once")
        return text

    return AfterValidator(check)


class Words(Part):
    """How a form looks. cell: its statistics in holes, ``{to}`` between the ends of a range. label: what a line or
    column of it is called. beside: what follows the name of what it counts, where the cell itself has no % sign. after:
    what follows a column's own label. note: what the table says of it. short: abbreviations in it."""

    cell: str
    label: str = ""
    beside: str = ""
    after: str = ""
    note: str = ""
    short: tuple[str, ...] = ()


class Percent(Part):
    """decimals: from how many people in the table's largest denominator on, how many."""

    decimals: dict[str, int]
    rounding: Literal["half-up", "half-even"]

    @field_validator("decimals")
    @classmethod
    def _from_nobody_on(cls, value: dict[str, int]) -> dict[str, int]:
        if "0" not in value or not all(size.isdigit() for size in value):
            raise ValueError("decimals are given by numbers of people, the first of them 0: {0: 0, 100: 1}")
        if not all(0 <= places <= MOST_DECIMALS for places in value.values()):
            raise ValueError(f"0 to {MOST_DECIMALS} decimals can be printed")
        return value

    def places(self, people: float) -> int:
        """Decimals of a table in which the largest denominator is so large."""
        return max((int(size), places) for size, places in self.decimals.items() if int(size) <= max(people, 0))[1]


class Numbers(Part):
    """thousands: what stands between groups of three digits, in numbers from thousands_from on. to, to_negative:
    between the ends of a range, and where one of them is below zero. most: decimals that a statistic has at most."""

    point: Literal[".", "·"]
    thousands: Literal["", ",", "\u202f", "\u00a0", " "]
    thousands_from: int = Field(ge=1000)
    minus: Literal["−", "-", "–"]
    to: str
    to_negative: str
    without_zero: tuple[str, ...]
    most: dict[str, int]
    rounding: Literal["half-up", "half-even"]


class PValue(Part):
    """smallest, largest: beyond these a bound is printed. decimals: by the size from which they hold. three_around:
    where two decimals would not say on which side of it a P value lies."""

    smallest: float = Field(gt=0, lt=0.05)
    largest: float = Field(gt=0.5, le=1)
    below: Annotated[str, _holding("p")]
    above: Annotated[str, _holding("p")]
    decimals: dict[str, Annotated[int, Field(ge=1, le=MOST_DECIMALS)]] = Field(min_length=1)
    three_around: float | None

    @field_validator("decimals")
    @classmethod
    def _by_size(cls, value: dict[str, int]) -> dict[str, int]:
        if not all(NUMBER.fullmatch(size) for size in value):
            raise ValueError('decimals are given by sizes of P: {"0": 3, "0.01": 2}')
        return value


class Notes(Part):
    """marks: of footnotes. first: which notes come first. lead: what the general ones begin with. joined: whether they
    are one paragraph."""

    marks: Literal["letters", "symbols", "numbers"]
    first: Literal["general", "marked"]
    lead: str
    joined: bool


class Short(Part):
    """The legend of abbreviations: ``lead`` + ``one`` each, parted by ``between`` + ``end``."""

    lead: str
    one: Annotated[str, _holding("short", "long")]
    between: str
    end: str
    meanings: dict[str, str]


class Absent(Part):
    """What stands for a number that is withheld (and of which only a part is shown), or that does not exist."""

    withheld: str
    withheld_note: str
    alone_note: str
    not_available: str
    not_available_note: str
    tick: str
    tick_inferred: str


class Heads(Part):
    """caption: the label and title of a table. n: people in a column. unit: a line with its unit."""

    caption: Annotated[str, _holding("label", "title")]
    n: Annotated[str, _holding("n")]
    unit: Annotated[str, _holding("label", "unit")]


class Style(Part):
    """A house style. name: of its file. sources: where its rules are published. because: which of them a section
    follows, or that it is the project's choice."""

    title: str
    name: str = ""
    like: str = ""
    sources: dict[str, str]
    because: dict[str, str]
    percent: Percent
    numbers: Numbers
    p: PValue
    heads: Heads
    notes: Notes
    abbreviations: Short
    absent: Absent
    forms: dict[str, Words]

    def words(self, form: str) -> Words:
        """How a form looks; a single statistic as it is, where the style says nothing of it."""
        return self.forms.get(form) or Words(cell="".join(f"{{{s}}}" for s in FORMS[form]))
