"""People who are missing without a word, and those who are implied by one printed level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.audit.across import COLUMN
from pipeline.audit.findings import MISSING, ONE_LEVEL, Finding, listed, people
from pipeline.audit.reading import Read, implied
from pipeline.audit.sheet import Group, Sheet


def check(sheet: Sheet, reads: Sequence[Read]) -> Iterator[Finding]:
    """Whether a note on missing data stands where people are missing; which levels are given by what is not printed."""
    yield from _note(sheet, reads)
    yield from _one_level(sheet, reads)


def _lost(sheet: Sheet, reads: Sequence[Read]) -> Iterator[tuple[Group, int]]:
    """Groups whose percentages are of fewer people than the table states, and of how many fewer at least."""
    done: list[Group] = []
    for read in reads:
        group, of = read.basis.group, sheet.of[read.basis.measure]
        if of is None or read.basis.kind != COLUMN or any(m.missing for m in group.members) or any(group.totals):
            continue
        span, _ = implied(sheet, read)
        within = group.within(read.basis.measure, span)
        if span and span.high is not None and span.high < of[0] and not within and not any(g is group for g in done):
            done.append(group)
            yield group, of[0] - span.high


def _note(sheet: Sheet, reads: Sequence[Read]) -> Iterator[Finding]:
    """A note on missing data that stands on some of the groups that miss people."""
    marks = sheet.missing_marks
    noted = [g for g in sheet.groups if g.heading is not None and set(g.heading.label.marks) & marks]
    others = [(g, n) for g, n in _lost(sheet, reads) if not any(g is x for x in noted)]
    if noted and others and "" not in marks:
        names, told = listed([g.name for g in noted]), listed([f"{g.name} ({people(n)})" for g, n in others], 8)
        yield sheet.finds(MISSING, f"the note on missing data stands on {names} alone; {told} miss people too",
                          "give each variable its own N or note", printed=names)  # fmt: skip


def _one_level(sheet: Sheet, reads: Sequence[Read]) -> Iterator[Finding]:
    """Groups of which one level alone is printed: the others follow from it."""
    told, first = list[str](), ""
    groups = list[Group]()
    for read in reads:
        if any(read.basis.group is g for g in groups):
            continue  # one column is enough to say it
        group, pairs = read.basis.group, read.basis.pairs
        of = sheet.says_of(group, read.basis.measure)
        if len(group.members) != 1 or len(pairs) != 1 or group.members[0].missing or read.basis.kind != COLUMN:
            continue
        if group.heading is None and of is None:
            continue  # alone, and of nobody knows whom: it need not be one of two levels
        span, condition = implied(sheet, read)
        n = read.basis.stated[0] if read.basis.stated else of[0] if of and of[0] in span else span.low
        if span and (n != span.low or span.low == span.high) and n > pairs[0].n:
            on = f", {condition}" if condition else ""
            told.append(f"{group.row(group.members[0])} ({pairs[0].n:,} of {n:,}{on}, so {n - pairs[0].n:,} others)")
            groups.append(group)
            first = first or group.members[0].line.place
    if told:
        yield sheet.finds(ONE_LEVEL, f"one level alone is printed, the rest is implied: {listed(told, 3)}",
                          "a count withheld there would be given back by subtraction", printed=listed(told, 3),
                          place=first)  # fmt: skip
