"""Themes and codes that lie within one another, and what their people say of their documents and segments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.disclosure.facts import PEOPLE, Fact, Split, System
from pipeline.disclosure.groups import EVERYONE, Conditions
from pipeline.disclosure.rows import Told
from pipeline.disclosure.sheet import Sheet
from pipeline.study import Interviews
from pipeline.themes.coding import UNDER
from pipeline.themes.tally import CODE, THEME, tops_of

OF_PEOPLE, OF_DOCUMENTS, OF_SEGMENTS = (
    frozenset([("table", f"|{word} of interviews")]) for word in ("people", "documents", "segments")
)
PAIRED = ("n1", "n2", "n12")


class Item(NamedTuple):
    """A theme or a code, as the rows of results name it; tops: the codes that make it up, with all under them."""

    term: str
    level: str
    tops: tuple[str, ...]
    sensitive: bool = False

    @property
    def role(self) -> str:
        return f"{self.term} {self.level}"

    def within(self, other: Item) -> bool:
        """Whether whoever has this one has the other, by the tree alone."""
        return all(any(top == o or top.startswith(o + UNDER) for o in other.tops) for top in self.tops)


class Coded(Sheet):
    """A sheet to which sums were added by hand. fixed: facts of it that nobody can think to be otherwise. delicate:
    facts of a sensitive theme, which are small where they are nobody's."""

    def __init__(self, term: str):
        super().__init__(term)
        self.fixed: list[Fact] = []
        self.delicate: list[Fact] = []

    def system(self, below: int) -> System:
        made = super().system(below)
        made.given |= set(self.fixed)
        made.needed |= {fact: below for fact in self.delicate if not fact.n}
        return made


def items_of(rows: Sequence[Told], said: Interviews) -> list[Item]:
    """Every theme and code that a table counts, alone or beside another."""
    found: dict[tuple[str, str], None] = {}
    for r in rows:
        if r.kind == "themes" and r.term in (THEME, CODE) and r.level:
            found[r.term, r.level] = None
        elif r.statistic in PAIRED:
            term = CODE if said.tables[r.name].rows == "codes" else THEME
            found |= dict.fromkeys([(term, r.term), (term, r.level)])
    items = [Item(term, level, tops_of(said, term, level)) for term, level in found]
    return [item._replace(sensitive=said.is_sensitive(item.tops)) for item in items]


def trees_of(rows: Sequence[Told], said: Interviews) -> Iterator[tuple[Coded, list[Item]]]:
    """Themes and codes of which one lies within another, together."""
    trees = list[list[Item]]()
    for item in items_of(rows, said):
        near = [tree for tree in trees if any(item.within(o) or o.within(item) for o in tree)]
        trees = [tree for tree in trees if tree not in near]
        trees.append([item, *(other for tree in near for other in tree)])
    for tree in trees:
        yield Coded(f"|coded {min(item.role for item in tree)}"), tree


def tree(sheet: Coded, items: Sequence[Item]) -> None:
    """Who has a theme and who not; what is left of a theme beside a code of it; and that its codes make it up."""
    for item in items:
        sheet.splits[Split(PEOPLE, (item.role,), item.sensitive)] = None
        for group in sheet.cells.get(item.role, {}) if item.sensitive else ():
            sheet.delicate += [sheet.fact(item.role, group)] if group >= OF_SEGMENTS else []
    for whole, parts in _nearest(items).items():
        for part in parts:
            if part.within(whole) and whole.within(part):
                _same(sheet, whole.role, part.role)
                continue
            rest = f"|{whole.role} without {part.role}"
            for group, n in sheet.cells.get(whole.role, {}).items():
                if (inner := sheet.get(part.role, group)) is not None:
                    sheet.fill(rest, group, n - inner)
            if rest in sheet.cells:
                sheet.splits[Split(whole.role, (part.role, rest))] = None
        _made_up(sheet, whole.role, [part.role for part in parts])


def _nearest(items: Sequence[Item]) -> dict[Item, list[Item]]:
    """Whole -> the parts in it that lie in no other part of it; of two that are the same, the later one's part."""
    found: dict[Item, list[Item]] = {}
    order = {item: at for at, item in enumerate(items)}
    for one in items:
        above = [o for o in items if o != one and one.within(o) and not (o.within(one) and order[o] > order[one])]
        for whole in above:
            if not any(o != whole and o.within(whole) and not whole.within(o) for o in above):
                found.setdefault(whole, []).append(one)
    return found


def _same(sheet: Coded, one: str, other: str) -> None:
    """Two names of one fact."""
    for group in sheet.cells.get(one, {}):
        if sheet.get(other, group) is not None:
            sheet.equal.append((sheet.fact(one, group), (sheet.fact(other, group),)))


def _made_up(sheet: Coded, whole: str, parts: Sequence[str]) -> None:
    """A theme has no more people than its codes together, unless some passages have no code below it."""
    for group, n in sheet.cells.get(whole, {}).items():
        held = [sheet.get(part, group) for part in parts]
        told = [m for m in held if m is not None]
        if len(parts) > 1 and len(told) == len(parts) and n <= sum(told):
            every = by_hand(sheet, f"all in {whole}", group, sum(told))
            sheet.equal.append((every, tuple(sheet.fact(part, group) for part in parts)))
            more = by_hand(sheet, f"twice in {whole}", group, sum(told) - n)
            sheet.equal.append((every, (sheet.fact(whole, group), more)))


def by_hand(sheet: Coded, what: str, group: Conditions, n: int) -> Fact:
    """A number that no result tells, and that may be small."""
    return Fact(group | {(sheet.term, f"|{what}")}, n)


Apart = Mapping[Conditions, tuple[int, int]]
"""Group -> by how many there are more documents than people at most, and fewer."""


def apart_by(sheets: Sequence[Coded]) -> dict[Conditions, tuple[int, int]]:
    """As all documents and all people of a group differ, or, if more, as those of any theme."""
    found: dict[Conditions, tuple[int, int]] = {}
    for sheet in sheets:
        for role, cells in sheet.cells.items():
            for group, n in cells.items() if role == PEOPLE or not role.startswith("|") else ():
                people = cells.get(as_of(group, OF_PEOPLE)) if group >= OF_DOCUMENTS else None
                if people is not None:
                    plain = group - OF_DOCUMENTS
                    more, fewer = found.get(plain, (0, 0))
                    found[plain] = max(more, n - people), max(fewer, people - n)
    return found


def most(by: Apart) -> tuple[int, int]:
    return max((more for more, _ in by.values()), default=0), max((fewer for _, fewer in by.values()), default=0)


def as_of(group: Conditions, base: Conditions) -> Conditions:
    return group - OF_PEOPLE - OF_DOCUMENTS - OF_SEGMENTS | base


def units(sheet: Coded, role: str, apart_by: Apart) -> None:
    """What the people of a theme say of its documents and segments, in each group."""
    for plain in dict.fromkeys(as_of(group, EVERYONE) for group in sheet.cells.get(role, {})):
        held = {base: sheet.fact(role, plain | base) for base in (OF_PEOPLE, OF_DOCUMENTS, OF_SEGMENTS)
                if sheet.get(role, plain | base) is not None}  # fmt: skip
        people, documents, segments = (held.get(base) for base in (OF_PEOPLE, OF_DOCUMENTS, OF_SEGMENTS))
        if people and documents:
            _between(sheet, role, plain, people, documents, apart_by[plain])
        for few in (people, documents):
            if segments and few and segments.n >= few.n:
                more = by_hand(sheet, f"more segments of {role}", few.who, segments.n - few.n)
                sheet.equal.append((segments, (few, more)))


def _between(sheet: Coded, role: str, plain: Conditions, people: Fact, documents: Fact, by: tuple[int, int]) -> None:
    """People and as many more as there can be documents, less those that there are, at most both ways together."""
    more, fewer = by
    if not more and not fewer:
        sheet.equal.append((documents, (people,)))
        return
    most, room = by_hand(sheet, f"most {role}", plain, more), by_hand(sheet, f"room {role}", plain, more + fewer)
    whole = by_hand(sheet, f"reached {role}", plain, people.n + more)
    left = by_hand(sheet, f"left {role}", plain, whole.n - documents.n)
    over = by_hand(sheet, f"over {role}", plain, room.n - left.n)
    sheet.equal += [(whole, (people, most)), (whole, (documents, left)), (room, (left, over))]
    sheet.fixed += [most, room]
