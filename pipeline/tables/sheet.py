"""What every block of a table needs to know: whose numbers, in which columns, shown how."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.results import Key, Number
from pipeline.study import Study
from pipeline.study.table import TableSpec
from pipeline.tables.count import Grouping, share
from pipeline.tables.groups import Base, Members
from pipeline.tables.sample import Sample
from pipeline.tables.table import Row


@dataclass(frozen=True)
class Block:
    """The numbers and lines of one variable. notes: sentences without numbers, which the table needs once."""

    numbers: tuple[Number, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The first two words of its keys, its people, its columns; what the study file asks its cells to show.

    groups: everyone that is counted. wholes: for each of them the people of whom a row's or a cell's percentage is.
    """

    kind: str
    name: str
    study: Study
    people: Base
    groups: Sequence[Members]
    sample: Sample
    wholes: Sequence[Members] = field(default=())

    @cached_property
    def grouping(self) -> Grouping:
        return Grouping.of(self.groups, len(self.people))

    @property
    def spec(self) -> TableSpec:
        return self.study.tables[self.name]

    @property
    def weighted(self) -> bool:
        return self.sample.design is not None

    def number(self, term: str, level: str, group: Members, statistic: str, value: float, people: float,
               decimals: int | None = None) -> Number:  # fmt: skip
        key = Key(self.kind, self.name, term, level, group.path, statistic)
        return Number(key, value, people, decimals, self.study.is_sensitive(term))

    def part(self, term: str, level: str, group: Members, n: int, of: int) -> list[Number]:
        """n of a denominator, and its percentage."""
        values = (("n", n, n), ("denominator", of, of), ("percent", share(n, of), n))
        return [self.number(term, level, group, statistic, value, people) for statistic, value, people in values]

    def headers(self, groups: Iterable[Members]) -> list[Number]:
        """How many people stand in each column."""
        return [self.number("", "", g, "n", g.n, g.n) for g in groups]

    def header(self, group: Members) -> Key:
        return Key(self.kind, self.name, "", "", group.path, "n")
