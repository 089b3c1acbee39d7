"""What printed means, SDs and quartiles say of how many people have which score.

A mean of n people printed as m says that the sum of their scores lies from (m - h) n to (m + h) n, h half a unit of its
last digit; an SD s says that the sum of squares is (n - 1) s^2 + n m^2. In a state whose scores lie from a to b (a bin,
a band; a = b where it is a single score) n people have a sum from a n to b n: what lies above a n is a number of its
own, one for each block. At most n / 2 people lie below a median and as many above it, (n + 2) / 4 below the first
quartile and 3 n / 4 above it (Hyndman & Fan 1996, type 7, the outer bounds of all n), likewise with the third.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from benchmarks.printed import HIDDEN, Where, ends

Rule = tuple[np.ndarray, np.ndarray, float, float]
"""Places, their weights, and from where to where the weighted sum may lie."""
SIDES = {"median": (0.5, 0.0, 0.5, 0.0), "q1": (0.25, 0.5, 0.75, 0.0), "q3": (0.75, 0.0, 0.25, 0.5)}
"""Of n people at most a n + b lie below a quantile and c n + d above it: (a, b, c, d)."""


class Block(NamedTuple):
    """groups: those printed groups that its people are in. cells: places of people with a score. spans: the least and
    the greatest score of each cell, shape (cells, 2)."""

    groups: frozenset[Where]
    cells: np.ndarray
    spans: np.ndarray


def rules(blocks: Sequence[Block], moments: Mapping[Where, Mapping[str, str]], size: int) -> tuple[list[Rule], int]:
    """What all moments say, and how many places there are then: ``size`` and, for each block, what its sum of scores
    has above the least that it can be, and its sum of squares likewise."""
    found: list[Rule] = []
    open_ended = bool(blocks) and bool((np.concatenate([b.spans for b in blocks])[:, 0] == -np.inf).any())
    if open_ended:
        return found, size
    for power in (1, 2):
        for at, block in enumerate(blocks):
            low, high = _least(block, power), _greatest(block, power)
            if np.isfinite(high).all():
                place = size + (power - 1) * len(blocks) + at
                found.append((np.r_[place, block.cells], np.r_[1.0, low - high], -np.inf, 0.0))
    for where, said in moments.items():
        here = [(i, b) for i, b in enumerate(blocks) if where in b.groups]
        if here:
            found += _of_group(here, said, size, size + len(blocks))
    return found, size + 2 * len(blocks)


def _least(block: Block, power: int) -> np.ndarray:
    a, b = block.spans.T
    return a if power == 1 else np.where((a < 0) & (b > 0), 0.0, np.minimum(a**2, b**2))


def _greatest(block: Block, power: int) -> np.ndarray:
    a, b = block.spans.T
    return b if power == 1 else np.maximum(a**2, b**2)


def _of_group(here: list[tuple[int, Block]], said: Mapping[str, str], first: int, second: int) -> Iterator[Rule]:
    cells = np.concatenate([b.cells for _, b in here])
    spans = np.concatenate([b.spans for _, b in here])
    mean, sd = ends(said.get("mean", HIDDEN)), ends(said.get("sd", HIDDEN))
    for statistic, (a, b, c, d) in SIDES.items():
        limits = ends(said.get(statistic, HIDDEN))
        if limits is not None:
            yield cells, (spans[:, 1] < limits[0]) - a, -np.inf, b
            yield cells, (spans[:, 0] > limits[1]) - c, -np.inf, d
    if mean is None:
        return
    yield from _between(here, cells, 1, first, mean, (0.0, 0.0))
    if sd is not None:
        least = min(mean[0] ** 2, mean[1] ** 2) if mean[0] * mean[1] > 0 else 0.0
        low, high = max(sd[0], 0.0) ** 2, sd[1] ** 2
        squares = low + least, high + max(mean[0] ** 2, mean[1] ** 2)
        yield from _between(here, cells, 2, second, squares, (-low, -high))


def _between(here: list[tuple[int, Block]], cells: np.ndarray, power: int, first: int, each: tuple[float, float],
             more: tuple[float, float]) -> Iterator[Rule]:  # fmt: skip
    """The sum of scores (of squares) lies from each[0] n + more[0] to each[1] n + more[1]."""
    places = np.r_[[first + i for i, _ in here], cells].astype(int)
    least = np.concatenate([_least(b, power) for _, b in here])
    ones = np.ones(len(here))
    yield places, np.r_[ones, least - each[0]], more[0], np.inf
    yield places, np.r_[ones, least - each[1]], -np.inf, more[1]
