"""How two themes stand together: units with both, with the one alone, with the other alone and, of documents, neither.

Each of these is a fact, and small ones are protected; so is what is left of both beside a code of both. Of three
themes nothing more follows: the most that two can have in common, by what each has in common with the third, is a sum
of two such numbers, which are nobody's or large where they are printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.disclosure.coded_trees import OF_DOCUMENTS, OF_SEGMENTS, PAIRED, Coded, Item, by_hand
from pipeline.disclosure.facts import NOT, PEOPLE, Fact
from pipeline.disclosure.groups import Conditions
from pipeline.disclosure.rows import Told
from pipeline.study import Interviews
from pipeline.themes.tally import CODE, THEME

BOTH = "both"
Places = Mapping[tuple[str, str], tuple[Coded, Item]]
"""Term and level of a theme or code -> its sheet, and what it is."""


class Pair(NamedTuple):
    """sheet: of what the two have in common. base: of documents or of segments. ends: the two, each with its sheet."""

    sheet: Coded
    base: Conditions
    ends: tuple[tuple[Coded, Item], tuple[Coded, Item]]

    @property
    def singles(self) -> tuple[Fact, Fact]:
        (one, first), (two, second) = self.ends
        return one.fact(first.role, self.base), two.fact(second.role, self.base)


def pairs_of(rows: Sequence[Told], said: Interviews, places: Places, head: Coded) -> Iterator[Coded]:
    """A sheet for each two and each unit; n1 and n2 go to the sheets of the two."""
    found: dict[tuple[str, str, str], Pair] = {}
    cells: dict[tuple[str, str, str], dict[str, Told]] = {}
    for r in rows:
        if r.statistic in PAIRED:
            cells.setdefault((r.name, r.term, r.level), {})[r.statistic] = r
    for (name, one, other), told in cells.items():
        term, unit = CODE if said.tables[name].rows == "codes" else THEME, str(said.tables[name].cooccurrence)
        ends = places[term, one], places[term, other]
        first, second = ends[0][1].role, ends[1][1].role
        new = Pair(Coded(f"|{first} and {second} by {unit}"), OF_DOCUMENTS if unit == "document" else OF_SEGMENTS, ends)
        pair = found.setdefault((unit, first, second), new)
        for (sheet, item), word in zip(ends, PAIRED, strict=False):
            sheet.put(item.role, pair.base, told[word].value, told[word].at)
        pair.sheet.put(BOTH, pair.base, told["n12"].value, told["n12"].at)
    for (unit, first, second), pair in found.items():
        _alone(pair)
        _delicate(pair)
        if unit == "document" and (every := head.get(PEOPLE, pair.base)) is not None:
            _neither(pair, every)
        if unit == "overlap" and (same := found.get(("segment", first, second))) is not None:
            _within(pair, same.sheet.fact(BOTH, same.base), "not the same")  # what is the same overlaps, too
        for sheet, item in _of_both(pair, places):
            _within(pair, sheet.fact(item.role, pair.base), f"both without {item.role}")
        yield pair.sheet


def _of_both(pair: Pair, places: Places) -> list[tuple[Coded, Item]]:
    """Codes of both: whoever has one has both. Those that lie in no other."""
    two = [item for _, item in pair.ends]
    held = [(sheet, item) for sheet, item in places.values() if item not in two and all(map(item.within, two))]
    alone = [(s, i) for s, i in held if not any(o != i and i.within(o) and not o.within(i) for _, o in held)]
    return [(sheet, item) for sheet, item in alone if sheet.get(item.role, pair.base) is not None]


def _within(pair: Pair, inner: Fact, rest_is: str) -> None:
    """Units of which all have both, and the rest of these."""
    both = pair.sheet.fact(BOTH, pair.base)
    rest = by_hand(pair.sheet, rest_is, pair.base, both.n - inner.n)
    pair.sheet.equal.append((both, (inner, rest)))
    pair.sheet.by_subtraction.append(rest)


def _apart(pair: Pair) -> tuple[Fact, Fact]:
    """Those with the first alone, and with the second alone."""
    both = pair.sheet.fact(BOTH, pair.base)
    first, second = pair.singles
    return (by_hand(pair.sheet, "first alone", pair.base, first.n - both.n),
            by_hand(pair.sheet, "second alone", pair.base, second.n - both.n))  # fmt: skip


def _alone(pair: Pair) -> None:
    both = pair.sheet.fact(BOTH, pair.base)
    for single, alone in zip(pair.singles, _apart(pair), strict=True):
        pair.sheet.equal.append((single, (both, alone)))
        pair.sheet.by_subtraction.append(alone)


def _delicate(pair: Pair) -> None:
    """Nobody with the one has a sensitive other, or everybody has."""
    first, second = pair.singles
    for (_, item), beside, alone in zip(pair.ends, (second, first), reversed(_apart(pair)), strict=True):
        if item.sensitive and beside.n:
            pair.sheet.delicate += [pair.sheet.fact(BOTH, pair.base), alone]


def _neither(pair: Pair, every: int) -> None:
    """Documents without the one are those with the other alone, and those with neither."""
    pair.sheet.put(PEOPLE, pair.base, every)
    whole, (first, second) = pair.sheet.fact(PEOPLE, pair.base), pair.singles
    only_first, only_second = _apart(pair)
    neither = by_hand(pair.sheet, "neither", pair.base, every - first.n - only_second.n)
    for (sheet, item), single, alone in zip(pair.ends, (first, second), (only_second, only_first), strict=True):
        without = Fact(sheet.who(f"{NOT}{item.role}", pair.base), every - single.n)
        pair.sheet.equal += [(whole, (single, without)), (without, (alone, neither))]
    pair.sheet.by_subtraction.append(neither)
