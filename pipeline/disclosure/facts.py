"""What the counts of all tables are of: one fact for the same people, in how many tables it may stand.

A *fact* is a number of people who meet some conditions. ``participants`` by role and ``missingness`` at the first wave
tell the same fact of Age when they count the missing answers of all; so does the head of a column "Leader" and the line
"Leader" of another table. Facts are the same if their conditions and their values are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.disclosure.groups import Conditions


class Fact(NamedTuple):
    """``who`` meet the conditions, and how many they are."""

    who: Conditions
    n: int


Sum = tuple[Fact, tuple[Fact, ...]]
"""A whole and its parts."""

PEOPLE, ANSWERED, ASKED, BY_DESIGN, COMPLETE = "|people", "|answered", "|asked", "|by design", "|complete"
WITHOUT = "|without an answer"
MISSING = "Missing"
DESIGN = {"not asked": "Not asked", "not applicable": "Not applicable"}
NOT, BIN, BECAUSE, ANY = "|not ", "|bin ", "|because ", "|any "
"""Roles of a count beside levels; ANY: those who have one of several. No level begins with a bar."""

EXACT = 8
"""Decimals of a mean from which the sum of the scores of a million people follows."""


class Percent(NamedTuple):
    """The row of results of a percentage, the facts it is of, and its decimals."""

    row: int
    part: Fact
    whole: Fact
    decimals: int


class Ruled(NamedTuple):
    """What a printed moment says of counts: their weighted sum is at most ``most``. group: those who answered."""

    weights: Mapping[Fact, float]
    most: float
    group: Fact


class Span(NamedTuple):
    """The least and the greatest score of a level."""

    low: float
    high: float


class Held(NamedTuple):
    """A group of people with scores. who: those who answered. parts: ways in which levels or bins make them up. said:
    the moments and quartiles that are printed of it -> value, decimals."""

    who: Fact
    parts: tuple[tuple[tuple[Fact, Span], ...], ...]
    said: Mapping[str, tuple[float, int]]


@dataclass(eq=False)
class System:
    """All that is told of one variable.

    rows: fact -> rows of results that print it. sums: what adds up. needed: fact -> what must remain possible for it.
    of_few: numbers that are large and stand on few people. given: facts about groups as a whole, which stand in other
    systems too. means: those who answered -> ``mean`` and ``sd`` -> row, value, decimals. ruled: what these and
    quartiles say of counts. beside: all rows that print one of them. held: groups of which one is printed. scores:
    those that are possible, where they are few. unit: of which every value is a multiple (0: not known). limits: of
    every score. floor: what an earlier release printed of a fact that is not less now: nobody believes that it is.
    """

    term: str
    ruled: list[Ruled] = field(default_factory=list)
    beside: dict[Fact, list[int]] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    scores: tuple[float, ...] = ()
    unit: float = 0.0
    limits: Span = Span(-math.inf, math.inf)
    rows: dict[Fact, list[int]] = field(default_factory=dict)
    sums: list[Sum] = field(default_factory=list)
    needed: dict[Fact, int] = field(default_factory=dict)
    of_few: set[Fact] = field(default_factory=set)
    given: set[Fact] = field(default_factory=set)
    percents: list[Percent] = field(default_factory=list)
    floor: dict[Fact, int] = field(default_factory=dict)
    means: dict[Fact, dict[str, tuple[int, float, int]]] = field(default_factory=dict)


class Split(NamedTuple):
    """Roles that may make up another. partial: a part that no one counted in a group holds nobody there."""

    whole: str
    parts: tuple[str, ...]
    sensitive: bool = False
    partial: bool = False


class Link(NamedTuple):
    """The people of a whole group are those of a part of it and a fact that another sheet tells."""

    whole: Conditions
    part: Conditions
    other: Fact
