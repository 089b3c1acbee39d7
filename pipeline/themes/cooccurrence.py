"""Which themes stand together, by a declared unit: passages that overlap, the same passage, the same document.

c = n12 / (n1 + n2 - n12), with n1 and n2 units that carry the one and the other, n12 those that carry both. It is
Jaccard's coefficient, which ATLAS.ti's manual calls c. Of passages that overlap, several of one theme may meet one of
the other: n12 are those of the theme of which fewer meet the other, so that c is never above 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import Mistakes
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import Study
from pipeline.themes.clean_coding import CleanedCoding
from pipeline.themes.coding import Coding
from pipeline.themes.tally import Flags, Marked, Tally, carried, shown
from pipeline.themes.theme_counts import KIND

C = "cooccurrence"
Both = Callable[[Flags, Flags], tuple[int, Flags]]
"""Segments of one theme and of another -> n12, and the segments that it is of."""


def cooccurrence(cleaned: CleanedCoding, study: Study, name: str) -> Results:
    """The numbers of the table ``name``: kind ``themes``, term and level the two themes (or codes), group ``All``,
    statistics ``n1``, ``n2``, ``n12`` and ``cooccurrence``; NaN of two that nothing carries. Every pair is there.

    ``Mistakes`` where passages are to overlap and some have no place in their text.
    """
    assert study.interviews is not None
    spec = study.interviews.tables[name]
    lost = int(cleaned.coding.segments["start"].isna().sum())
    if spec.cooccurrence == "overlap" and lost:
        raise Mistakes.one(study.where("interviews", "tables", name, "cooccurrence"),
                           f"{lost:,} of {len(cleaned.coding.segments):,} segments have no place in their text, and so "
                           "nobody knows what they overlap.", "Write segment or document.")  # fmt: skip
    return Results.of(_numbers(cleaned, name, shown(cleaned, study, spec.rows), spec.cooccurrence or ""))


def pairs(lines: list[Marked]) -> Iterator[tuple[Marked, Marked]]:
    """Every two lines of which neither is a code above the other, which always stands where that one does."""
    for one, other in combinations(lines, 2):
        if one.term != "code" or not other.level.startswith(f"{one.level}::"):
            yield one, other


def _numbers(cleaned: CleanedCoding, name: str, lines: list[Marked], unit: str) -> Iterator[Number]:
    tally = Tally.of(cleaned.coding)
    here = {marked: carried(cleaned, marked) for marked in lines}
    both = _both(cleaned.coding, tally, unit)
    single = tally.documents if unit == "document" else tally.segments
    for one, other in pairs(lines):
        n1, n2 = single(here[one]), single(here[other])
        n12, of = both(here[one], here[other])
        key = Key(KIND, name, one.level, other.level, ALL)
        counts = {"n1": (n1, here[one]), "n2": (n2, here[other]), "n12": (n12, of)}
        for word, (n, segments) in counts.items():
            yield Number(key._replace(statistic=word), n, tally.behind(segments), 0)
        c = n12 / (n1 + n2 - n12) if n1 + n2 else math.nan
        yield Number(key._replace(statistic=C), c, tally.behind(of))


def _both(coding: Coding, tally: Tally, unit: str) -> Both:
    if unit == "overlap":
        start, end = (coding.segments[word].to_numpy(dtype=np.int64) for word in ("start", "end"))
        return lambda one, other: _overlapping(tally, start, end, one, other)
    held = tally.document if unit == "document" else tally.passage

    def same(one: Flags, other: Flags) -> tuple[int, Flags]:
        together = np.intersect1d(held[one], held[other])
        return len(together), (one | other) & np.isin(held, together)

    return same


def _overlapping(
    tally: Tally, start: NDArray[np.int64], end: NDArray[np.int64], one: Flags, other: Flags
) -> tuple[int, Flags]:
    meet = [_meets(tally.document, start, end, a, b) for a, b in ((one, other), (other, one))]
    counts = [tally.segments(flags) for flags in meet]
    return min(counts), meet[0] | meet[1]


def _meets(
    document: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64], one: Flags, other: Flags
) -> Flags:
    """Which segments of ``one`` share a character with any of ``other``, in the same document."""
    found, other = np.zeros(len(one), bool), other & (end > start)
    for text in np.intersect1d(document[one], document[other]):
        here, there = np.flatnonzero(one & (document == text)), np.flatnonzero(other & (document == text))
        there = there[np.argsort(start[there], kind="stable")]
        furthest = np.maximum.accumulate(end[there])
        before = np.searchsorted(start[there], end[here], side="left")
        reached = np.where(before > 0, furthest[np.maximum(before - 1, 0)], -1)
        found[here] = (reached > start[here]) & (end[here] > start[here])
    return found
