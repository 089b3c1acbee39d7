"""Where an estimator's 95% intervals hold the truth as often as they say, by simulation.

``calibration.csv`` is what ``benchmarks/calibration.py`` measured (docs/calibration.md says of whom). A model is held
against conditions that are no easier: of those with no more clusters and no more people than it has, the ones with the
most clusters are where it is looked up, and the worst coverage there, or with more clusters or people, is what it gets.
So fewer clusters, or fewer people, never look better.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple, TypeAlias

from pipeline.files import package_text

Kind: TypeAlias = Literal["within", "between", "people"]
"""What an exposure differs between: people of a cluster; whole clusters; people who stand for themselves."""

LOW, HIGH = 93.0, 97.0
"""Percent of 95% intervals: in between an estimator is in its domain; a measured share is 1 off by chance, or so."""

NO_P = 90.0
"""Percent of intervals below which a P value says what is not so: one in ten true hypotheses would be rejected."""


class Condition(NamedTuple):
    """A line of the table. clusters: 0 where people stand for themselves. coverage: percent."""

    estimator: str
    exposure: str
    clusters: int
    rows: int
    icc: float
    coverage: float


@dataclass(frozen=True)
class Standing:
    """coverage: percent of intervals that held the truth, the worst of what was measured; None where no condition so
    small was simulated. least: the worst of the smallest conditions, or of any that is not easier; no smaller one is
    taken to do better. lone: one side of the comparison stands in a single cluster or sampling unit, whose part in the
    error is taken for none: with 6 to 12 clusters such intervals held the truth in 46 to 70 of 100 simulated studies.
    Or in so few of many that the estimator's reference is far too sure (``standings.FEW_ON_A_SIDE``). few: so few
    people are on one side that there is no P value, which beside the estimate would tell how few: what is said of it
    is the methods'. drawn: intervals of a mediation drawn from few clusters or sampling units.
    """

    coverage: float | None
    least: float
    lone: bool = False
    few: bool = False
    drawn: bool = False

    @property
    def within(self) -> bool:
        """Whether an interval may stand without a word."""
        return self.coverage is not None and LOW <= self.coverage <= HIGH

    @property
    def reliable(self) -> bool:
        """Whether intervals hold the truth so often that a P value says what it is taken for."""
        return self.least >= NO_P

    @property
    def has_p(self) -> bool:
        """Whether a P value may be printed."""
        return self.reliable and not self.few


def standing(estimator: str, kind: Kind, clusters: int, rows: int) -> Standing | None:
    """How an estimator does with so many clusters (0: none) and people; None for one that was not simulated."""
    table = [line for line in measured() if (line.estimator, line.exposure) == (estimator, kind)]
    if not table:
        return None
    smaller = [line.clusters for line in table if line.clusters <= clusters and line.rows <= rows]
    if not smaller:
        return Standing(None, min(line.coverage for line in table))
    most = max(smaller)
    people = max(line.rows for line in table if line.clusters == most and line.rows <= rows) if kind == "people" else 0
    worst = min(line.coverage for line in table if line.clusters >= most and line.rows >= people)
    return Standing(worst, worst)


@cache
def measured() -> tuple[Condition, ...]:
    """The table, in its own order."""
    lines = csv.DictReader(package_text("pipeline.models", "calibration.csv").splitlines())
    return tuple(
        Condition(
            line["estimator"], line["exposure"], int(line["clusters"]), int(line["rows"]), float(line["icc"]),
            float(line["coverage"]),
        )
        for line in lines
    )  # fmt: skip
