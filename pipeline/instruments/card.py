"""What a card of the registry can say of an instrument: data, never code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from pipeline.study.words import Interval, RangeText, Text, interval

Construct = Literal[
    "support", "loneliness", "isolation", "mood", "anxiety", "distress", "well-being", "stress", "self-esteem",
    "self-efficacy", "purpose", "engagement", "adherence", "stigma", "alliance", "recovery", "quality of life",
    "satisfaction",
]  # fmt: skip
FEWER_FILE, FLAGGED_FILE, CORRELATIONS_FILE = "fewer_items.csv", "to_look_at.csv", "item_correlations.csv"
"""In the folder of stage 02: whose score rests on fewer items, answers that somebody must look at, and how the items of
each scale go together."""
Certainty = Literal["certain", "a source was read"]
Fill = Literal["person's mean", "nothing"]
Cuts = Annotated[dict[Text, Text], Field(description="label: lowest score of the band; '>50': above it. Upwards")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Points(_Part):
    """What an item adds to a score, where that is not its code. Exactly one of codes, at_least, to."""

    items: tuple[int, ...]
    codes: dict[float, float] = Field(default_factory=dict, description="code of the form, after reversing: points")
    at_least: float | None = Field(None, description="1 from this code on, 0 below it")
    to: RangeText | None = Field(None, description="its range is put onto this one, in a straight line")

    @model_validator(mode="after")
    def _one(self) -> Points:
        if [bool(self.codes), self.at_least is not None, self.to is not None].count(True) != 1:
            raise ValueError("points need exactly one of codes, at_least, to")
        return self


class Skip(_Part):
    """An item that is not asked after a certain answer, and what it then counts as: codes of the form."""

    item: int
    after: int
    when: float
    counts: float


def _as_part(value: Any) -> Any:
    return {"items": value} if isinstance(value, (list, tuple)) else value


class Subscale(_Part):
    """Items of the form that have a score of their own. What it does not say is as in the whole, but for missing items:
    all are needed where nothing else is said."""

    items: tuple[int, ...]
    high_means: str = ""
    max_missing: int = Field(0, ge=0)
    most_missing: int | None = None
    missing_source: str = "no rule for missing items of the subscale; all of them are needed"
    bands: Cuts = Field(default_factory=dict)
    bands_source: str = ""


Subscales = dict[str, Annotated[Subscale, BeforeValidator(_as_part)]]


class Algorithm(_Part):
    """1 where enough items count and one of some does, 0 elsewhere. points: what counts, as in ``Points``."""

    points: tuple[Points, ...]
    at_least: int = Field(description="how many items must count")
    at_most: int | None = None
    one_of: tuple[int, ...] = ()
    high_means: str
    source: str


class Change(_Part):
    """The smallest change that matters to people, in points of the score."""

    least: float
    source: str


class Flag(_Part):
    """An answer that somebody must look at, whatever the score is. above: in points of the item."""

    above: float
    because: str


class Instrument(_Part):
    """A card of the registry. Items are numbered from 1 in the order of the published form.

    Bands are of the unrounded score. ``forms``: orders in which the form is printed, each with its subscales.
    ``numbers``: what the items are called in the longer form that they come from. ``orders``: orders in which the form
    is printed, each by the card's own numbers of its items, place by place; a study names its own.
    """

    name: str
    concept: Construct = Field(alias="construct")
    items: int = Field(ge=1)
    order: str = Field("", description="which order of the items is meant, where there are several")
    numbers: tuple[int, ...] = ()
    orders: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    range: RangeText = Field(description="of an item, as the form codes it")
    ranges: dict[int, RangeText] = Field(default_factory=dict, description="item: its range, where it is another")
    codes: dict[str, str] = Field(default_factory=dict, description="code: what it means, at least at both ends")
    reverse: tuple[int, ...] = ()
    points: tuple[Points, ...] = ()
    score: Literal["sum", "mean", "finished"]
    to: RangeText | None = Field(None, description="the score is put onto this range, in a straight line")
    high_means: str
    formative: str = Field("", description="why its items need not go together, so that no alpha is told; else empty")
    max_missing: int = Field(ge=0)
    most_missing: int | None = Field(None, description="with more there is no score, whatever a study file says")
    missing_items: Fill = Field("person's mean", description="what stands for a missing item within the rule")
    missing_source: str
    skips: tuple[Skip, ...] = ()
    skips_source: str = ""
    subscales: Subscales = Field(default_factory=dict)
    subscale_needed: bool = Field(False, description="whether there is no score of the whole")
    forms: dict[str, Subscales] = Field(default_factory=dict)
    algorithms: dict[str, Algorithm] = Field(default_factory=dict)
    bands: Cuts = Field(default_factory=dict)
    bands_source: str = ""
    other_bands: str = Field("", description="published cut-offs that a study must choose for itself, with sources")
    otherwise: str = Field("", description="other ways in which the same answers are scored in print")
    change: Change | None = None
    flags: dict[int, Flag] = Field(default_factory=dict)
    recall: str
    licence: str
    citation: str
    scoring_source: str = Field("", description="where the scoring was read, where that is not the citation")
    certainty: Certainty
    left_out: str = Field("", description="what is known to exist and is not here, and why")

    def range_of(self, item: int) -> Interval:
        return interval(self.ranges.get(item, self.range))

    @property
    def plain(self) -> bool:
        """Whether each item has the same range and adds its own code."""
        return not (self.ranges or self.points or self.score == "finished")

    def parts_of(self, form: str | None = None) -> Mapping[str, Subscale]:
        """Its subscales; where they hang on the order in which the form is printed, those of that order."""
        return self.forms.get(form or "", {}) if self.forms else self.subscales

    @model_validator(mode="after")
    def _whole(self) -> Instrument:
        parts = [self.subscales, *self.forms.values()]
        named = [*self.reverse, *self.ranges, *self.flags, *(i for p in self.points for i in p.items)]
        named += [i for part in parts for sub in part.values() for i in sub.items]
        named += [i for a in self.algorithms.values() for p in a.points for i in (*p.items, *a.one_of)]
        named += [i for s in self.skips for i in (s.item, s.after)]
        if odd := sorted({i for i in named if not 1 <= i <= self.items}):
            raise ValueError(f"has no items {', '.join(map(str, odd))}")
        told = [(self.bands, self.bands_source), *((s.bands, s.bands_source) for p in parts for s in p.values())]
        if any(bool(bands) != bool(source) for bands, source in told):
            raise ValueError("bands and their source go together")
        if self.numbers and len(self.numbers) != self.items:
            raise ValueError("'numbers' names each item")
        if any(sorted(order) != list(range(1, self.items + 1)) for order in self.orders.values()):
            raise ValueError("each of 'orders' names each item once")
        if self.orders and self.forms:
            raise ValueError("'orders' and 'forms' both say how it is printed")
        alike = [i for p in self.points if p.to and p.to == self.points[0].to for i in p.items]
        if self.ranges and set(alike) != set(range(1, self.items + 1)) and self.most_missing != 0:
            raise ValueError("items of several ranges have no common mean: most_missing is 0")
        return self
