"""The fewest merges of levels that avoid withholding.

Of the ways with the fewest merges the one that puts the fewest people together is taken. Every way is tried for up to
``EXACT`` levels; of more the smallest level is put to its smallest neighbour until no cell is small, which may be one
merge more than needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations

import numpy as np

EXACT = 8
Blocks = tuple[tuple[int, ...], ...]
"""Places of levels, those that are put together side by side; in declared order."""


def fewest(
    counts: np.ndarray, below: int, ordered: bool, fixed: Iterable[int] = (), none_is_few: bool = False
) -> Blocks | None:
    """The fewest merges of levels after which no cell has 1 to below - 1 people; None where not even two levels stay.

    counts: levels by cells. fixed: levels that stay alone. none_is_few: a cell of nobody is small too, where others
    of its column have people.
    """
    size, alone = len(counts), frozenset(fixed)

    def good(blocks: Blocks) -> bool:
        held = np.array([counts[list(b)].sum(axis=0) for b in blocks])
        small = (held > 0) & (held < below)
        return not (small | (held == 0) & (held.sum(axis=0) > 0)).any() if none_is_few else not small.any()

    if size > EXACT:
        return _greedy(counts, good, ordered, alone)
    people = counts.sum(axis=1)
    for merges in range(size - 1):
        found = [
            b for b in _ways(size, merges, ordered) if all(len(x) == 1 or not alone & set(x) for x in b) and good(b)
        ]
        if found:
            return min(found, key=lambda b: (sum(people[list(x)].sum() for x in b if len(x) > 1), b))
    return None


def _ways(size: int, merges: int, ordered: bool) -> Iterator[Blocks]:
    """Every way to make ``size - merges`` of so many levels."""
    if ordered:
        for cuts in combinations(range(1, size), size - merges - 1):
            ends = (0, *cuts, size)
            yield tuple(tuple(range(a, b)) for a, b in zip(ends, ends[1:], strict=False))
        return

    def grow(at: int, blocks: tuple[tuple[int, ...], ...]) -> Iterator[Blocks]:
        if len(blocks) > size - merges or len(blocks) + size - at < size - merges:
            return
        if at == size:
            yield blocks
            return
        for i, block in enumerate(blocks):
            yield from grow(at + 1, (*blocks[:i], (*block, at), *blocks[i + 1 :]))
        yield from grow(at + 1, (*blocks, (at,)))

    yield from grow(0, ())


def _greedy(counts: np.ndarray, good: Callable[[Blocks], bool], ordered: bool, alone: frozenset[int]) -> Blocks | None:
    blocks: list[tuple[int, ...]] = [(i,) for i in range(len(counts))]
    while len(blocks) > 1:
        if good(tuple(blocks)):
            return tuple(blocks)
        free = [i for i, b in enumerate(blocks) if not alone & set(b)]
        pairs = [(i, j) for i in free for j in free if i < j and (not ordered or j == i + 1)]
        if not pairs:
            return None
        size = [counts[list(b)].sum() for b in blocks]
        i, j = min(pairs, key=lambda p: (min(size[p[0]], size[p[1]]), size[p[0]] + size[p[1]], p))
        blocks[i] = tuple(sorted((*blocks[i], *blocks[j])))
        del blocks[j]
    return None
