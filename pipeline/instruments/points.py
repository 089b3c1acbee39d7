"""What one item adds to a score: its code, reversed or not, or points that a card gives to codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pipeline.study.words import Interval


@dataclass(frozen=True)
class ItemPoints:
    """codes: the range of an answer, as the form codes it. turned: whether it is reversed before anything else.

    table: code, after reversing -> points; at_least: 1 from this code on; to: the range onto which codes are put. At
    most one of the three; without them an item adds its code.
    """

    codes: Interval
    turned: bool = False
    table: Mapping[float, float] = field(default_factory=dict)
    at_least: float | None = None
    to: Interval | None = None

    def of(self, answers: np.ndarray) -> np.ndarray:
        """Points of answers (float64, NaN stays NaN); NaN for a code that the table does not have."""
        values = self.codes.low + self.codes.high - answers if self.turned else answers
        if self.table:
            found = np.full(len(values), np.nan)
            for code, points in self.table.items():
                found[values == code] = points
            return found
        if self.at_least is not None:
            return np.where(np.isnan(values), np.nan, (values >= self.at_least).astype(float))
        if self.to is not None:
            share = (values - self.codes.low) / (self.codes.high - self.codes.low)
            return self.to.low + share * (self.to.high - self.to.low)
        return values

    @property
    def plain(self) -> bool:
        """Whether it adds its own code, reversed or not."""
        return not self.table and self.at_least is None and self.to is None

    @property
    def limits(self) -> tuple[float, float]:
        """Least and most points."""
        if self.table:
            return min(self.table.values()), max(self.table.values())
        if self.at_least is not None:
            return 0.0, 1.0
        return (self.to.low, self.to.high) if self.to is not None else (self.codes.low, self.codes.high)

    @property
    def step(self) -> float:
        """Of which all differences between points of whole codes are multiples."""
        if self.table:
            low = min(self.table.values())
            apart = [round((points - low) * 1000) for points in self.table.values()]
            return float(np.gcd.reduce(apart)) / 1000 or 1.0
        if self.to is not None:
            return (self.to.high - self.to.low) / (self.codes.high - self.codes.low)
        return 1.0
