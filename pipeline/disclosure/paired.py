"""How two themes stand together: units with both, with the one alone, with the other alone and, of documents, neither.

Each of these is a fact, and small ones are protected. Of three themes nothing more follows: the most that two can have
in common, by what each has in common with the third, is a sum of two such numbers, which are nobody's or large where
they are printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.disclosure.coded_trees import OF_DOCUMENTS, OF_SEGMENTS, PAIRED, Coded, by_hand
from pipeline.disclosure.facts import NOT, PEOPLE, Fact
from pipeline.disclosure.groups import Conditions
from pipeline.disclosure.rows import Told
from pipeline.study import Interviews
from pipeline.themes.tally import CODE, THEME

BOTH = "both"
Places = Mapping[tuple[str, str], tuple[Coded, str]]
"""Term and level of a theme or code -> its sheet, and its role there."""


def pairs_of(rows: Sequence[Told], said: Interviews, places: Places, head: Coded) -> Iterator[Coded]:
    """A sheet for each two and each unit; n1 and n2 go to the sheets of the two."""
    found: dict[tuple[str, str, str], tuple[Coded, tuple[Fact, Fact]]] = {}
    for name in dict.fromkeys(r.name for r in rows if r.statistic in PAIRED):
        spec = said.tables[name]
        term, unit = (CODE if spec.rows == "codes" else THEME), spec.cooccurrence or ""
        base = OF_DOCUMENTS if unit == "document" else OF_SEGMENTS
        cells: dict[tuple[str, str], dict[str, Told]] = {}
        for r in rows:
            if r.name == name and r.statistic in PAIRED:
                cells.setdefault((r.term, r.level), {})[r.statistic] = r
        for (one, other), told in cells.items():
            ends = places[term, one], places[term, other]
            for (sheet, role), word in zip(ends, PAIRED, strict=False):
                sheet.put(role, base, told[word].value, told[word].at)
            singles = tuple(sheet.fact(role, base) for sheet, role in ends)
            pair, _ = found.setdefault((unit, ends[0][1], ends[1][1]), (
                Coded(f"|{ends[0][1]} and {ends[1][1]} by {unit}"), (singles[0], singles[1]),
            ))  # fmt: skip
            pair.put(BOTH, base, told["n12"].value, told["n12"].at)
            if base == OF_DOCUMENTS and (every := head.get(PEOPLE, base)) is not None:
                others = [Fact(sheet.who(f"{NOT}{role}", base), every - fact.n)
                          for (sheet, role), fact in zip(ends, singles, strict=True)]  # fmt: skip
                _neither(pair, base, every, singles, others)
    for (by, one_role, other_role), (pair, (first, second)) in found.items():
        _alone(pair, first, second)
        same = found.get(("segment", one_role, other_role)) if by == "overlap" else None
        if same is not None:
            _also_same(pair, same[0])
        yield pair


def _alone(pair: Coded, first: Fact, second: Fact) -> None:
    (base,) = pair.cells[BOTH]
    both = pair.fact(BOTH, base)
    for fact, word in ((first, "first alone"), (second, "second alone")):
        rest = by_hand(pair, word, base, fact.n - both.n)
        pair.equal.append((fact, (both, rest)))
        pair.by_subtraction.append(rest)


def _neither(pair: Coded, base: Conditions, every: int, singles: Sequence[Fact], others: Sequence[Fact]) -> None:
    """Documents without the one are those with the other alone, and those with neither."""
    pair.put(PEOPLE, base, every)
    both, whole = pair.fact(BOTH, base), pair.fact(PEOPLE, base)
    neither = by_hand(pair, "neither", base, others[0].n - (singles[1].n - both.n))
    for single, without, word, other in zip(
        singles, others, ("second alone", "first alone"), reversed(singles), strict=True
    ):
        alone = by_hand(pair, word, base, other.n - both.n)
        pair.equal += [(whole, (single, without)), (without, (alone, neither))]
    pair.by_subtraction.append(neither)


def _also_same(overlap: Coded, same: Coded) -> None:
    """Passages that are the same overlap, too."""
    (base,) = overlap.cells[BOTH]
    both, inner = overlap.fact(BOTH, base), same.fact(BOTH, base)
    rest = by_hand(overlap, "not the same", base, both.n - inner.n)
    overlap.equal.append((both, (inner, rest)))
    overlap.by_subtraction.append(rest)
