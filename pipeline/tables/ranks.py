"""Tests of ranks with their exact distributions: given the ranks seen, tied ones (midranks) among them.

All sums are of doubled ranks: whole numbers, so that what lies "as far out" is compared without rounding.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy

from pipeline.models.coefficients import Floats, Ints

EXACT_BELOW = 50
"""People in each group (or with a change): below it exact, as R's ``wilcox.test``; from it on, normal."""

MOST_PEOPLE = 20
"""Of several groups together: with more the exact distribution is never tried."""

MOST_STATES = 200_000
"""Distinct rank sums to be held at once, of several groups: about a second."""

APPROXIMATE = "normal approximation, corrected for ties and continuity"


class Ranked(NamedTuple):
    """how: which distribution, as a note says it. df: NaN where there is none."""

    how: str
    statistic: float
    df: float
    p: float


def rank_sum(one: Floats, other: Floats) -> Ranked:
    """Wilcoxon's rank-sum test, two-sided. statistic: Mann and Whitney's count for ``one``, R's ``W``.

    Exact by the shift algorithm (Streitberg & Roehmel 1986, Stat Softw Newsl 12, 10-17): without ties it agrees with R
    ``wilcox.test``; with ties it is ``coin::wilcox_test(distribution = "exact")``. Otherwise ``wilcox.test``'s normal.
    """
    n, m = len(one), len(other)
    if max(n, m) >= EXACT_BELOW:
        found = scipy.stats.mannwhitneyu(one, other, use_continuity=True, method="asymptotic")
        return Ranked(f"Wilcoxon rank-sum test ({APPROXIMATE})", float(found.statistic), math.nan, float(found.pvalue))
    ranks = _doubled(np.concatenate([one, other]))
    held, middle = int(ranks[:n].sum()), n * (n + m + 1)
    ways = np.zeros((n + 1, int(ranks.sum()) + 1))
    ways[0, 0] = 1.0
    for rank in ranks.tolist():
        ways[1:, rank:] += ways[:-1, : ways.shape[1] - rank]  # the right side is read whole before it is added
    out = np.abs(np.arange(ways.shape[1]) - middle) >= abs(held - middle)
    p = min(1.0, float(ways[n][out].sum() / ways[n].sum()))
    return Ranked("exact Wilcoxon rank-sum test (given the ranks)", held / 2 - n * (n + 1) / 2, math.nan, p)


def signed_rank(change: Floats) -> Ranked:
    """Wilcoxon's signed-rank test, two-sided, of those who changed: a change of 0 is dropped before ranking (Wilcoxon
    1945). statistic: the sum of the ranks of increases, R's ``V``. At least one change is not 0.

    Exact over all signs; without ties and zeros it agrees with R ``wilcox.test(paired = TRUE)``, which otherwise takes
    its normal approximation.
    """
    moved = change[change != 0]
    dropped = "people without a change dropped"
    ranks = _doubled(np.abs(moved))
    held, total = int(ranks[moved > 0].sum()), int(ranks.sum())
    if len(moved) >= EXACT_BELOW:
        p = float(scipy.stats.wilcoxon(moved, correction=True, method="asymptotic").pvalue)
        return Ranked(f"Wilcoxon signed-rank test ({APPROXIMATE}; {dropped})", held / 2, math.nan, p)
    ways = np.zeros(total + 1)
    ways[0] = 1.0
    for rank in ranks.tolist():
        ways[rank:] = ways[rank:] + ways[: total + 1 - rank]
    out = np.abs(2 * np.arange(total + 1) - total) >= abs(2 * held - total)
    p = min(1.0, float(ways[out].sum() / ways.sum()))
    return Ranked(f"exact Wilcoxon signed-rank test (given the ranks; {dropped})", held / 2, math.nan, p)


def several(groups: Sequence[Floats]) -> Ranked:
    """Kruskal and Wallis's test, corrected for ties; its P exact where few people make that cheap, otherwise by
    chi-square, as R ``kruskal.test``. Not all answers are the same."""
    found = scipy.stats.kruskal(*groups)
    statistic, df = float(found.statistic), len(groups) - 1.0
    p = _exact(groups) if sum(map(len, groups)) <= MOST_PEOPLE else None
    if p is None:
        return Ranked("Kruskal–Wallis test (chi-square approximation)", statistic, df, float(found.pvalue))
    return Ranked("exact Kruskal–Wallis test (given the ranks)", statistic, df, p)


def _exact(groups: Sequence[Floats]) -> float | None:
    """The share of all ways to deal the ranks out to the groups whose statistic is at least the one seen; None where
    too many sums would have to be held. The statistic grows with the sum of squared rank sums over group sizes."""
    sizes = sorted(map(len, groups))
    ranks = _doubled(np.concatenate(sorted(groups, key=len)))
    total, top = int(ranks.sum()), np.sort(ranks)[::-1].cumsum()
    common = math.lcm(*sizes)
    seen = sum(int(s.sum()) ** 2 * (common // len(s)) for s in np.split(ranks, np.cumsum(sizes)[:-1]))
    free = sizes[:-1]  # the largest group has what is left
    places, radix = [], 1
    for size in free:
        places.append((radix, radix * (size + 1)))
        radix *= (size + 1) * (int(top[size - 1]) + 1)
    if radix >= 2**62:
        return None
    keys, ways = np.zeros(1, dtype=np.int64), np.ones(1)
    for at, rank in enumerate(ranks.tolist()):
        keys, ways = _dealt(keys, ways, rank, at, sizes, places)
        if len(keys) > MOST_STATES:
            return None
    sums, left = [], keys
    for size in free:
        left, inside = left // (size + 1), left % (size + 1)
        assert (inside == size).all()
        width = int(top[size - 1]) + 1
        sums.append(left % width)
        left = left // width
    sums.append(total - np.sum(sums, axis=0))
    reached = sum(s.astype(np.int64) ** 2 * (common // size) for s, size in zip(sums, sizes, strict=True))
    return min(1.0, float(ways[reached >= seen].sum() / ways.sum()))


def _dealt(keys: Ints, ways: Floats, rank: int, before: int, sizes: Sequence[int],
           places: Sequence[tuple[int, int]]) -> tuple[Ints, Floats]:  # fmt: skip
    """States after one more rank has gone to each group that has room. A state holds people and rank sum of every
    group but the last, as digits of one number."""
    inside = [keys // count % (size + 1) for (count, _), size in zip(places, sizes[:-1], strict=True)]
    onward = [keys[n < size] + count + rank * rank_sum
              for n, size, (count, rank_sum) in zip(inside, sizes[:-1], places, strict=True)]  # fmt: skip
    weights = [ways[n < size] for n, size in zip(inside, sizes[:-1], strict=True)]
    room = before - np.sum(inside, axis=0) < sizes[-1]
    states, place = np.unique(np.concatenate([*onward, keys[room]]), return_inverse=True)
    summed = np.bincount(place, weights=np.concatenate([*weights, ways[room]])).astype(float)
    return states.astype(np.int64), summed


def _doubled(values: Floats) -> Ints:
    """Twice the midranks."""
    return np.rint(2 * scipy.stats.rankdata(values)).astype(np.int64)
