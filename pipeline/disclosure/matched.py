"""Counts of two releases that may be of the same people: by what they count, not by what a table or a level is called.

A table that is new may be any earlier one of its kind under another name; a variable that is new, any that is gone, or
the one that it regroups; a level or a column that is new, any that is gone, or two or three of these merged (or added
to one that stayed); those that are gone may have been split likewise. So every count is held against all it may come
from. That errs towards withholding.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.disclosure.regrouped import merged_levels
from pipeline.study import Study

TOGETHER = 3
"""How many levels or columns are taken to be merged at most."""
MANY = 12
"""Of more that are gone, no three are tried together."""
Cell = tuple[str, str]
Counts = Mapping[Cell, float]
"""(level, group) -> a count."""


class Block(NamedTuple):
    """One statistic of one variable in one table."""

    kind: str
    name: str
    term: str
    statistic: str


def blocks_of(keys: Mapping[tuple[str, ...], float], counts: Sequence[str]) -> dict[Block, dict[Cell, float]]:
    found: dict[Block, dict[Cell, float]] = {}
    for (kind, name, term, level, group, statistic), value in keys.items():
        if statistic in counts:
            found.setdefault(Block(kind, name, term, statistic), {})[level, group] = value
    return found


def few_apart(now: Counts, before: Counts, below: int) -> Iterator[tuple[Cell, float]]:
    """Cells of ``now`` that differ by 1 to ``below`` - 1 from a sum of cells of ``before``, or in a sum from one of
    those -> what must seem possible for them."""
    levels, groups = [_ways({c[at] for c in now}, {c[at] for c in before}) for at in (0, 1)]
    back = _ways({c[0] for c in before}, {c[0] for c in now})
    for group in groups.keys() - {c[1] for c in before}:  # nobody came to it, by another name, at any level
        alike = [w for w in groups[group] if all(any(_sum(before, some, w) == value for some in levels[level])
                                                 for (level, g), value in now.items() if g == group)]  # fmt: skip
        groups[group] = alike[:1] or groups[group]
    unchanged = {level for level in levels if any(_same(now, before, level, ways, groups) for ways in levels[level])}
    for (level, group), value in now.items():
        for some, others in itertools.product(levels[level], groups[group]):
            total = _sum(before, some, others)
            if level not in unchanged and total is not None and 0 < abs(value - total) < below:
                yield (level, group), total + below
    for (level, group), value in before.items():
        for some in back[level]:
            total = _sum(now, some, (group,)) if len(some) > 1 else None
            if total is not None and 0 < abs(value - total) < below:
                yield from (((part, group), now[part, group] + below) for part in some)


def _ways(here: Collection[str], there: Collection[str]) -> dict[str, list[tuple[str, ...]]]:
    """Of every word here: which words there it may be, alone or together."""
    gone = sorted(word for word in set(there) - set(here) if word)
    most = TOGETHER if len(gone) <= MANY else TOGETHER - 1
    several = [some for size in range(most + 1) for some in itertools.combinations(gone, size)]
    found: dict[str, list[tuple[str, ...]]] = {}
    for word in here:
        same = (word,) if word in there else ()
        found[word] = [(*same, *some) for some in several if word or not some]
        found[word] = [some for some in found[word] if 0 < len(some) <= TOGETHER]
    return found


def _same(
    now: Counts, before: Counts, level: str, ways: tuple[str, ...], groups: Mapping[str, list[tuple[str, ...]]]
) -> bool:
    """Nobody came to the level and nobody left it, in any column."""
    cells = [(group, value) for (word, group), value in now.items() if word == level]
    names = {group: groups[group][0] if len(groups[group]) == 1 else (group,) for group, _ in cells}
    return all(_sum(before, ways, names[group]) == value for group, value in cells)


def _sum(counts: Counts, levels: Sequence[str], groups: Sequence[str]) -> float | None:
    """None where one of them is not printed."""
    cells = list(itertools.product(levels, groups))
    return sum(counts[cell] for cell in cells) if all(cell in counts for cell in cells) else None


def candidates(block: Block, now: Collection[Block], before: Collection[Block], study: Study | None) -> list[Block]:
    """The earlier blocks that one of today's may be."""
    tables_now, tables = ({b.name for b in some if b.kind == block.kind} for some in (now, before))
    terms_now, terms = ({b.term for b in some if b.kind == block.kind} for some in (now, before))
    words = {block.term}
    if block.term not in terms:
        words |= terms - terms_now | (_roots(study).get(block.term, set()) if study is not None else set())
    return [
        b
        for b in before
        if (b.kind, b.statistic) == (block.kind, block.statistic)
        and b.term in words
        and (b.name == block.name or block.name not in tables or b.name not in tables_now)
    ]


def _roots(study: Study) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for (name, _), level in merged_levels(study).items():
        found.setdefault(name, set()).add(level.original)
    return found
