"""Sums over groups that are no levels of one variable: two names of one fact, those due at one wave and the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.disclosure.facts import ANSWERED, ASKED, PEOPLE, WITHOUT, Fact, System
from pipeline.disclosure.groups import waiting

if TYPE_CHECKING:
    from pipeline.disclosure.sheet import Sheet


def linked(sheet: Sheet, made: System) -> None:
    """Add them to the system of a sheet."""
    for whole, part, other in sheet.links:
        n, held = sheet.get(PEOPLE, whole), sheet.get(PEOPLE, part)
        if n is not None and held is not None and n == held + other.n:
            made.sums.append((sheet.fact(PEOPLE, whole), (sheet.fact(PEOPLE, part), other)))
    for one, other_name in sheet.same:
        n, held = sheet.get(PEOPLE, one), sheet.get(PEOPLE, other_name)
        if n is not None and n == held:
            made.sums.append((sheet.fact(PEOPLE, one), (sheet.fact(PEOPLE, other_name),)))
    people = sheet.cells.get(PEOPLE, {})
    for role, groups in sheet.cells.items():
        for later, earlier, rest in waiting(groups, people):
            late, early = sheet.fact(role, later), sheet.fact(role, earlier)
            if late.n >= early.n:
                made.sums.append((late, (early, Fact(sheet.who(role, rest), late.n - early.n))))


def without(sheet: Sheet) -> None:
    """Those without an answer, where a table tells how many answered in a whole group and not why others did not; then
    of every group, because nobody in it is without one who is not among these."""
    told = [(g, n, sheet.get(PEOPLE, g)) for g, n in sheet.cells.get(ANSWERED, {}).items()]
    if any(people is not None and sheet.get(ASKED, g) is None for g, _, people in told):
        for g, n, people in told:
            sheet.fill(WITHOUT, g, None if people is None else people - n)
