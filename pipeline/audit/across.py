"""Percentages of a line or of everyone over all columns, where a note to the whole table says so in our own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.audit.sheet import Group, Sheet

COLUMN, ROW, TABLE = "column", "row", "table"
_SAID = {
    ROW: re.compile(r"percentages are of the people with the same answer in all columns(?P<wave> of the wave)?"),
    TABLE: re.compile(r"percentages are of everyone with an answer in all columns(?P<wave> of the wave)?"),
}
_SHARED = re.compile(r"people may stand in several columns", re.I)
_OVERALL = "overall"
Places = dict[tuple[int, str], int]
"""(measure, a line's place) -> of how many people its percentage is."""


def said(sheet: Sheet) -> str:
    """``row`` or ``table``; empty where no note says it."""
    return next((kind for kind, _ in _kinds(sheet)), "")


def _kinds(sheet: Sheet) -> Iterator[tuple[str, bool]]:
    for note in sheet.printed.notes:
        for kind, words in _SAID.items():
            if found := words.search(note.words):
                yield kind, bool(found["wave"])


def totals(sheet: Sheet, group: Group) -> Places:
    """What can be known of it from what is printed: the overall column says it, or all the others together do.

    Where a count that is needed is withheld, or people may stand in several columns, nothing is known.
    """
    kind, by_wave = next(_kinds(sheet))
    found: Places = {}
    for columns in _together(sheet, by_wave):
        for member in group.members:
            whole = _whole(sheet, group, columns, [member.figures[j].n for j in columns], kind)
            if whole:
                found |= {(j, member.line.place): whole for j in columns}
    return found


def _together(sheet: Sheet, by_wave: bool) -> list[list[int]]:
    """The columns that hold the same people once: all of them, or those of a wave."""
    places = range(len(sheet.measures))
    if not by_wave:
        return [list(places)]
    spanners = dict.fromkeys(m.spanner for m in sheet.measures if m.spanner)
    return [[j for j in places if sheet.measures[j].spanner == spanner] for spanner in spanners]


def _whole(sheet: Sheet, group: Group, columns: Sequence[int], counts: Sequence[int | None], kind: str) -> int | None:
    if kind == TABLE:
        counts = [own[0] if (own := group.totals[j]) else None for j in columns]
    overall = [at for at, j in enumerate(columns) if sheet.measures[j].called.strip().lower() == _OVERALL]
    if len(overall) > 1:
        return None
    if overall and counts[overall[0]] is not None:
        return counts[overall[0]]
    parts = [n for at, n in enumerate(counts) if at not in overall]
    headed = all(sheet.of[j] for at, j in enumerate(columns) if at not in overall)
    if not headed or None in parts or any(_SHARED.search(note.words) for note in sheet.printed.notes):
        return None
    return sum(n or 0 for n in parts)
