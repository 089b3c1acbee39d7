"""Levels against the number that they should add up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.audit.across import COLUMN
from pipeline.audit.findings import CERTAIN, NOT_ADDING, SUM, Finding, listed, people
from pipeline.audit.reading import Read, implied
from pipeline.audit.rounding import Percent
from pipeline.audit.sheet import Group, Sheet
from pipeline.audit.words import MISSING

_SEVERAL = "several answers a person"
_NEAR = 50
"""The lines of a group that may be misread come as near as 1 in 50 to the number that they should be ..."""
_FEW = 3
"""... or to so many people."""


def check(sheet: Sheet, reads: Sequence[Read]) -> Iterator[Finding]:
    """Groups with a heading, one by one. Where several answers are said to be possible, nothing has to add up."""
    for group in sheet.groups:
        if group.heading is None:
            continue
        if MISSING.search(group.name):
            yield from _reasons(sheet, group)
            continue
        if not group.of_answers:
            yield from _answered(sheet, group)
        if group.levels and not group.several:
            sums = gaps(sheet, group)
            yield from _gaps(sheet, group, sums)
            for j in range(len(sheet.measures)):
                if j not in sums and not _apart(sheet, group, j):
                    yield from _unsaid(sheet, group, j, reads)


def _apart(sheet: Sheet, group: Group, j: int) -> bool:
    """Whether the columns are the levels: beside a column "N" that the others under its heading add up to, line by
    line. Then the lines are questions."""
    beside = [k for k, m in enumerate(sheet.measures) if m.spanner == sheet.measures[j].spanner]
    own = [k for k in beside if sheet.measures[k].called == "N"]
    levels = [k for k in beside if k not in own and not MISSING.search(sheet.measures[k].called)]
    if len(own) != 1 or len(levels) < 2:
        return False
    known = [(m.figures[own[0]].n, [m.figures[k].n for k in levels]) for m in group.members]
    sums = [n == sum(c or 0 for c in counts) for n, counts in known if n is not None and None not in counts]
    return bool(sums) and all(sums)


def gaps(sheet: Sheet, group: Group) -> dict[int, tuple[int, int, str]]:
    """measure -> (sum, the number it should be, who says so) where every level has its count.

    With a number of its own, the group's levels should add up to that; where missing people have lines, levels and
    missing should add up to the column.
    """
    found = {}
    for j, of in enumerate(sheet.of):
        levels = [m.figures[j].n for m in group.levels]
        gone = [m.figures[j].n for m in group.members if m.missing]
        if None in levels or None in gone or len(levels) < 2 or any(m.figures[j].total for m in group.members):
            continue
        total = sum(n or 0 for n in levels)
        if own := group.totals[j]:
            found[j] = (total, *own)
        elif of and gone and not sheet.missing_elsewhere(group):
            found[j] = (total + sum(n or 0 for n in gone), *of)
    return found


def _gaps(sheet: Sheet, group: Group, sums: dict[int, tuple[int, int, str]], called: str = "") -> Iterator[Finding]:
    """A column in which levels do not add up is in error where they do in most others; else it may be meant."""
    whole = [j for j, (total, n, _) in sums.items() if total == n and total]
    broken = [j for j, (total, n, _) in sums.items() if total != n]
    both = any(m.missing for m in group.members) and not any(group.totals)
    what = called or ("levels and missing" if both else "levels")
    for j in broken:
        total, n, who = sums[j]
        why = "people in no level that is printed" if total < n else _SEVERAL
        yield from _sum(sheet, group, j, total, n, f"the {what} add up to {total:,}; {who} says {n:,}", why,
                   whole if len(whole) >= max(2, len(broken) + 1) else ())  # fmt: skip


def _sum(
    sheet: Sheet, group: Group, j: int, total: int, n: int, says: str, why: str, whole: Sequence[int]
) -> Iterator[Finding]:
    """total: of the lines; n: what it should be."""
    where = {"row": group.name, "measure": j, "printed": f"{total:,}", "place": group.place}
    if whole:
        others = listed([sheet.measures[i].called for i in whole])
        yield sheet.finds(NOT_ADDING, f"does not add up: {says}", f"in {others} they do", CERTAIN, **where)  # type: ignore[arg-type]
    elif _sure(sheet, group) or abs(total - n) <= max(_FEW, n // _NEAR):
        yield sheet.finds(SUM, says, f"consistent with {why}, or with an error", **where)  # type: ignore[arg-type]


def _sure(sheet: Sheet, group: Group) -> bool:
    """Whether the print itself shows which lines belong together: by indents under a heading without figures. Else the
    group may be misread, and only a sum that nearly fits shows that it is one."""
    return not sheet.printed.flat and group.heading is not None and group.heading.heading


def _answered(sheet: Sheet, group: Group) -> Iterator[Finding]:
    """Those who answered (the group's own number) and those who did not, against the column."""
    sums = {}
    for j, of in enumerate(sheet.of):
        gone, own = [m.figures[j].n for m in group.members if m.missing], group.totals[j]
        if of and own and gone and None not in gone and not sheet.missing_elsewhere(group):
            sums[j] = (own[0], sum(n or 0 for n in gone), of[0])
    whole = [j for j, (n, lost, of_n) in sums.items() if n + lost == of_n]
    broken = [j for j in sums if j not in whole]
    for j in broken:
        n, lost, of_n = sums[j]
        says = f"answered ({n:,}) and missing ({lost:,}) add up to {n + lost:,}; the column's N is {of_n:,}"
        yield from _sum(sheet, group, j, n + lost, of_n, says, "people who are in neither",
                   whole if len(whole) >= max(2, len(broken) + 1) else ())  # fmt: skip


def _reasons(sheet: Sheet, group: Group) -> Iterator[Finding]:
    """Why people are missing, line by line, against the number of them in the heading's line."""
    sums = {}
    for j, own in enumerate(group.totals):
        counts = [m.figures[j].n for m in group.members]
        if own and None not in counts:
            sums[j] = (sum(n or 0 for n in counts), *own)
    yield from _gaps(sheet, group, sums, "reasons")


def _unsaid(sheet: Sheet, group: Group, j: int, reads: Sequence[Read]) -> Iterator[Finding]:
    """Levels against the column's N (where there are no percentages) or against the N that percentages imply."""
    figures, of = [m.figures[j] for m in group.levels], sheet.of[j]
    read = next((r for r in reads if r.basis.group is group and r.basis.measure == j), None)
    parts = group.parents and group.parents[j] is not None  # of a level, which need not be all of it
    if len(figures) < 2 or any(f.total for f in figures) or parts:
        return
    if all(f.n is None and f.percent for f in figures):
        yield from _percents(sheet, group, j)
    if any(f.n is None for f in figures):
        return
    total = sum(f.n or 0 for f in figures)
    if read is None or not read.basis.pairs:
        if of and total and total != of[0]:
            less = f"{people(of[0] - total)} in no level that is printed" if total < of[0] else _SEVERAL
            says = f"the levels add up to {total:,}; {of[1]} says {of[0]:,}"
            yield from _sum(sheet, group, j, total, of[0], says, less, ())
        return
    span, condition = implied(sheet, read)
    if span and not condition and read.basis.kind == COLUMN and span.high is not None and total not in span:
        less = "levels that are not printed" if total < span.low else f"{_SEVERAL} (then a note should say so)"
        says = f"the levels add up to {total:,}; their percentages are of {span}"
        yield from _sum(sheet, group, j, total, span.low if total < span.low else span.high, says, less, ())


def _percents(sheet: Sheet, group: Group, j: int) -> Iterator[Finding]:
    """Percentages without counts that nearly add up to 100, by more than rounding each can explain."""
    shown = [p for m in group.members if (p := m.figures[j].percent)]
    finest = max(p.decimals for p in shown)
    total = sum(p.units * 10 ** (finest - p.decimals) for p in shown)
    slack = sum(10 ** (finest - p.decimals) for p in shown)
    scale = 100 * 10**finest
    if slack < abs(total - scale) < scale // (10 if _sure(sheet, group) else _NEAR):
        says = f"the percentages add up to {Percent(total, finest)}, which rounding does not explain"
        why = f"consistent with a level that is not printed, {_SEVERAL} or an error"
        shown_sum = str(Percent(total, finest))
        yield sheet.finds(SUM, says, why, row=group.name, measure=j, printed=shown_sum, place=group.place)
