"""Which columns of a printed table hold counts, which percentages, and which belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.audit.figures import figure, stated_n, without_n
from pipeline.audit.printed import Column, Printed
from pipeline.audit.sheet import Measure
from pipeline.audit.words import BARE_N, COUNT, NO_PEOPLE, PERCENT, SHARE, STATISTIC


def measures(table: Printed, comma: bool) -> Iterator[Measure]:
    """Columns of counts and percentages, paired where they are neighbours under one heading."""
    kinds = [_kind(table, j, c) for j, c in enumerate(table.columns)]
    used: set[int] = set()
    for j, column in enumerate(table.columns):
        if j in used or not kinds[j]:
            continue
        second = next((k for k in (j + 1,) if {kinds[j], kinds[k] if k < len(kinds) else ""} == {"count", "percent"}
                       and _alike(column, table.columns[k]) and not _of_n(column, table.columns[k])), None)  # fmt: skip
        used |= {j} if second is None else {j, second}
        count, percent = (j, second) if kinds[j] != "percent" else (second, j)
        both = [column] if second is None else [column, table.columns[second]]
        yield Measure(
            called=_called(both), count=count, percent=percent, spanner=column.spanner, n=_stated(both, comma),
            swapped=bool(re.search(r"%\s*[(\[]\s*n", column.called, re.I)), counts_alone=kinds[j] == "count",
        )  # fmt: skip


def _stated(columns: Sequence[Column], comma: bool) -> int | None:
    """The N that their own headings say; else the one that stands above them."""
    n = stated_n(" ".join(dict.fromkeys(c.head.words for c in columns)), comma)
    return stated_n(" ".join(dict.fromkeys(c.called for c in columns)), comma) if n is None else n


def _called(columns: Sequence[Column]) -> str:
    """A measure's name: its heading; for a pair of n and %, what stands above them."""
    if len(columns) == 1:
        return without_n(columns[0].head.words)
    own = re.sub(r"[\s,(]*(?:%|\bn\b|\bno\.?|percent)[\s,)]*", " ", columns[0].head.words, flags=re.I).strip()
    return without_n(columns[0].spanner) or own


def _alike(one: Column, other: Column) -> bool:
    return one.spanner == other.spanner or not (stated_n(one.called) and stated_n(other.called))


def _of_n(one: Column, other: Column) -> bool:
    """``n`` beside ``Seroprevalence (%)``: the first is how many there were, the second what share of them had it."""
    heads = [without_n(c.head.words) for c in (one, other)]
    return any(SHARE.search(head) for head in heads) and any(BARE_N.fullmatch(head.strip(" ,()")) for head in heads)


def _kind(table: Printed, j: int, column: Column) -> str:
    """``count``, ``percent``, ``mixed`` or, where it holds no numbers of people, an empty word."""
    own = without_n(column.head.words)
    if stated_n(column.head.words):
        return "mixed"
    if NO_PEOPLE.search(own) or (STATISTIC.search(own) and not PERCENT.search(own)):
        return ""
    percent, count = PERCENT.search(own), COUNT.search(own)
    beside = [table.columns[k] for k in (j - 1, j + 1) if 0 <= k < len(table.columns)]
    if percent and not count and any(_of_n(column, c) for c in beside):
        return ""
    if percent and not count:
        cells = [figure(line.cells[j].words) for line in table.lines]
        return "mixed" if any(f.n is not None and f.percent for f in cells) else "percent"
    if count and not percent:
        cells = [figure(line.cells[j].words) for line in table.lines]
        return "mixed" if any(f.percent and not f.bare for f in cells) else "count"
    return "mixed"
