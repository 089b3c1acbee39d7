"""How one declared scale is scored: what a scorer needs, and what tables, figures and the door read of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from pipeline.instruments.card import Flag, Skip
from pipeline.instruments.points import ItemPoints
from pipeline.study.words import Interval

Score = Literal["sum", "mean", "finished", "algorithm"]


@dataclass(frozen=True)
class Criterion:
    """1 where at_least to at_most items have a point and one of some (numbered from 0) has; 0 elsewhere."""

    at_least: int
    at_most: int
    one_of: tuple[int, ...]


@dataclass(frozen=True)
class ScoringRule:
    """How one declared scale is scored; from its instrument or from the study file alone.

    points: of each item. bands: label -> interval of the *unrounded* score; a card's band runs up to, and without,
    where the next begins. to: the range onto which the score is put. fill: what stands for a missing item within
    ``max_missing``. skips: items that were not asked after an answer; item and after are numbered from 1. at_source:
    items that the file holds reversed. flags: item -> which answers somebody must look at.
    source: a clause that says where each part of the rule comes from, how certain it is, and what the study file sets
    otherwise. card_max_missing, own_bands: what it sets otherwise (None, False: nothing). formative: why its items need
    not go together (Bollen and Lennox, Psychol Bull 1991; 110:305-314); empty where they should.
    """

    items: tuple[str, ...]
    points: tuple[ItemPoints, ...]
    score: Score
    max_missing: int
    label: str
    high_means: str
    bands: dict[str, Interval]
    source: str
    to: Interval | None = None
    fill: Literal["person's mean", "nothing"] = "person's mean"
    skips: tuple[Skip, ...] = ()
    criterion: Criterion | None = None
    at_source: tuple[str, ...] = ()
    flags: Mapping[str, Flag] = field(default_factory=dict)
    card_max_missing: int | None = None
    own_bands: bool = False
    formative: str = ""

    @property
    def reverse(self) -> tuple[str, ...]:
        """Items whose answers are reversed."""
        return tuple(item for item, points in zip(self.items, self.points, strict=True) if points.turned)

    @property
    def ranges(self) -> dict[str, Interval]:
        """Item -> the range of its answers, as the form codes them."""
        return {item: points.codes for item, points in zip(self.items, self.points, strict=True)}

    @property
    def one_range(self) -> Interval | None:
        """The range of every item; None where they differ."""
        found = {(codes.low, codes.high): codes for codes in self.ranges.values()}
        return next(iter(found.values())) if len(found) == 1 else None

    @property
    def adds_up(self) -> bool:
        """Whether it adds several items up."""
        return self.score in ("sum", "mean") and len(self.items) > 1

    @property
    def of_items(self) -> bool:
        """Whether it adds its items up as answers to one thing, so that one may ask how well they hold together."""
        return self.adds_up and not self.formative

    @property
    def raw_limits(self) -> tuple[float, float]:
        """Lowest and highest sum or mean of points, before it is put onto another range."""
        if self.criterion is not None:
            return 0.0, 1.0
        low, high = (sum(points.limits[end] for points in self.points) for end in (0, 1))
        share = len(self.items) if self.score == "mean" else 1
        return low / share, high / share

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest possible score."""
        return self.raw_limits if self.to is None else (self.to.low, self.to.high)

    @cached_property
    def step(self) -> float:
        """Of which all differences between scores of people with every item are multiples; 0 where that is not known,
        for a finished score."""
        if self.score == "finished":
            return 0.0
        if self.criterion is not None:
            return 1.0
        parts = [round(points.step * 3000) for points in self.points]  # thirds and tenths of points are whole there
        raw = float(np.gcd.reduce(parts)) / 3000 / (len(self.items) if self.score == "mean" else 1)
        low, high = self.raw_limits
        return raw if self.to is None else raw * (self.to.high - self.to.low) / (high - low)

    @property
    def possible(self) -> tuple[float, ...]:
        """Scores of people with every item, and perhaps some between them; empty for a finished score."""
        low, high = self.limits
        n = round((high - low) / self.step) + 1 if self.step else 0
        return tuple(low + self.step * i for i in range(n))

    @property
    def whole(self) -> bool:
        """Whether every score of people with every item is a whole number."""
        return bool(self.step) and all(math.isclose(v, round(v), abs_tol=1e-9) for v in (self.step, self.limits[0]))

    @property
    def what_and_limits(self) -> str:
        """``sum of 9 items, 0 to 27``."""
        low, high = (f"{edge:g}".replace("-", "−") for edge in self.limits)
        return self.what if self.what.endswith(span := f"{low} to {high}") else f"{self.what}, {span}"

    @property
    def decimals(self) -> int:
        """With how many places its mean is told: two where the score has few units."""
        low, high = self.limits
        return 2 if self.score != "sum" and high - low < 10 else 1

    @property
    def what(self) -> str:
        """``sum of 9 items``."""
        of = f"of {len(self.items)} items" if len(self.items) > 1 else "of 1 item"
        if self.score == "finished":
            return "finished score, as the file has it"
        if self.criterion is not None:
            most = f" to {self.criterion.at_most}" if self.criterion.at_most < len(self.items) else " or more"
            return f"1 where {self.criterion.at_least}{most} {of} count, 0 elsewhere"
        added = ", by points for their answers"
        if all(points.to == self.points[0].to for points in self.points):
            each = self.points[0].to
            added = f", each put onto {each.low:g} to {each.high:g}" if each else ""
        added = added if any(not points.plain for points in self.points) else ""
        return f"{self.score} {of}{added}" + (f", put onto {self.to.low:g} to {self.to.high:g}" if self.to else "")
