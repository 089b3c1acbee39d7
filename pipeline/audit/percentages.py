"""Percentages against their counts: those that are not possible, those forced to 100, and the N that they imply."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.audit.across import COLUMN
from pipeline.audit.basis import Pair
from pipeline.audit.blame import not_possible
from pipeline.audit.figures import figure
from pipeline.audit.findings import CERTAIN, DENOMINATOR, FORCED, LIKELY, LOOK, Finding, listed, people
from pipeline.audit.reading import Read, finding, implied
from pipeline.audit.rounding import Percent, printed
from pipeline.audit.sheet import Sheet

_SEVERAL = 3
"""From so many groups on it is told once."""
_OWN = re.compile(r"gives (?P<counts>.+)(?= under )| and the levels add up to [\d,]+")


def check(sheet: Sheet, reads: Sequence[Read]) -> Iterator[Finding]:
    """Percentages that are not possible, those forced to 100, and groups of another N than the table states."""
    found = list[Finding]()
    for read in _of_columns(sheet, reads):
        if not read.whole:
            found += [*not_possible(sheet, read), *_forced(sheet, read)]
        found += _denominator(sheet, read)
    yield from _at_once(found)


def _at_once(found: Sequence[Finding]) -> Iterator[Finding]:
    """What is said of the N of several groups in the same words is one finding, which counts them."""
    alike: dict[tuple[str, str, str, str], list[Finding]] = {}
    for f in (f for f in found if f.kind == DENOMINATOR):
        alike.setdefault((f.column, f.certainty, f.possible, _OWN.sub(_one_group, f.says)), []).append(f)
    for f in found:
        key = (f.column, f.certainty, f.possible, _OWN.sub(_one_group, f.says))
        same = alike.get(key, []) if f.kind == DENOMINATOR else []
        if len(same) < _SEVERAL:
            yield f
        elif f is same[0]:
            names = listed([x.row for x in same], 4)
            yield replace(f, row="", says=f"in {len(same)} groups {key[-1]}: {names}", printed=names)


def _one_group(found: re.Match[str]) -> str:
    """What a finding says without its own group's counts."""
    return "gives all percentages of a group" if found["counts"] else ""


def _of_columns(sheet: Sheet, reads: Sequence[Read]) -> Iterator[Read]:
    """Without those that may be percentages of a line or of everyone, and can't be checked as such because another
    cell of a line is withheld: where the columns do not explain most percentages of the table."""
    counted = [r for r in reads if r.basis.kind == COLUMN and r.basis.pairs]
    good = sum(len(r.basis.pairs) for r in counted if r.whole and (len(r.basis.pairs) > 1 or _as_said(sheet, r)))
    if 2 * good >= sum(len(r.basis.pairs) for r in counted):
        yield from reads
        return
    yield from (r for r in reads if r not in counted or not any(_hidden(p, r.basis.measure) for p in r.basis.pairs))


def _as_said(sheet: Sheet, read: Read) -> bool:
    of = sheet.says_of(read.basis.group, read.basis.measure)
    return of is None or of[0] in read.span


def _hidden(pair: Pair, measure: int) -> bool:
    """Whether another cell of its line is withheld; a percentage above 100 is none of anybody."""
    others = (f for j, f in enumerate(pair.member.figures) if j != measure)
    return pair.percent.units <= pair.percent.scale and any(f.withheld for f in others)


def _forced(sheet: Sheet, read: Read) -> Iterator[Finding]:
    """Groups that add up to 100 only because a percentage was altered."""
    basis = read.basis
    span, _ = implied(sheet, read)
    n = basis.stated[0] if basis.stated else span.low if span and span.low == span.high else None
    pairs, levels = basis.pairs, basis.group.levels
    if (
        n is None
        or basis.kind != COLUMN
        or len(pairs) != len(levels)
        or any(p.n > n or p.total is not None for p in pairs)
    ):
        return
    said, rule = [p.percent.units for p in pairs], read.rule
    right = [printed(p.n, n, p.percent.decimals, rule).units for p in pairs]
    scale, decimals = pairs[0].percent.scale, pairs[0].percent.decimals
    if len(pairs) == 1:
        rest = printed(n - pairs[0].n, n, decimals, rule).units
        said, right = [*said, rest], [*right, rest]
    elif sum(p.n for p in pairs) != n:
        return
    if sum(said) != scale or sum(right) == scale or any(abs(a - b) > 1 for a, b in zip(said, right, strict=True)):
        return
    changed = [f"{p} (would be {Percent(b, decimals)}%)" for p, a, b in zip(pairs, said, right, strict=False) if a != b]
    with_rest = " with the level that is not printed" if len(pairs) == 1 else ""
    yield finding(sheet, read, FORCED, basis.group.name, listed(changed),
                   f"consistent with percentages forced to 100{with_rest}: {listed(changed)}",
                   f"rounded one by one with N = {n:,} they add up to {Percent(sum(right), decimals)}", LIKELY,
                   _place(read))  # fmt: skip


def _place(read: Read) -> str:
    return (read.basis.group.heading or read.basis.group.members[0].line).place


def _denominator(sheet: Sheet, read: Read) -> Iterator[Finding]:
    """The N that percentages are of, where it is not the one that the table states."""
    basis, column = read.basis, sheet.of[read.basis.measure]
    of = sheet.says_of(basis.group, basis.measure)
    if of is None or basis.stated or basis.kind != COLUMN or any(p.total is not None for p in basis.pairs):
        return
    span, condition = implied(sheet, read)
    if not span or of[0] in span or not basis.pairs or basis.group.within(basis.measure, span):
        return
    if _own_withheld(sheet, read) and sheet.missing_elsewhere(basis.group):
        return
    gone = [m.figures[basis.measure] for m in basis.group.members if m.missing]
    if gone and (any(f.n is None for f in gone) or of[0] - sum(f.n or 0 for f in gone) in span):
        return
    total = sum(p.n for p in basis.pairs)
    adds = f" and the levels add up to {total:,}" if len(basis.pairs) > 1 else ""
    lost = people(of[0] - span.low) if span.low == span.high and span.low < of[0] else "people"
    noted = _says_missing(sheet, read)
    told = "a note speaks of missing data" if noted else f"consistent with {lost} missing without a word"
    everyone = column[0] if column is not None and column[0] in span else 0
    if everyone:  # although the line says its own N: both are usual
        told = f"consistent with a percentage of all {everyone:,}"
    if odd := _one_odd(read, of[0]):
        told = f"consistent with {odd}" if total == of[0] else f"{told}; or with {odd}"
    yield finding(
        sheet, read, DENOMINATOR, basis.group.name, ", ".join(map(str, basis.pairs[:8])),
        f"percentages are of N = {span}{f' ({condition})' if condition else ''}{adds}; {of[1]} says {of[0]:,}",
        told,
        LOOK if condition or everyone else LIKELY if read.other else CERTAIN, _place(read),
    )  # fmt: skip


def _own_withheld(sheet: Sheet, read: Read) -> bool:
    """Whether the number of those who answered stands in the heading's line, and is withheld there."""
    heading, column = read.basis.group.heading, sheet.measures[read.basis.measure].count
    return heading is not None and column is not None and figure(heading.cells[column].words).withheld


def _one_odd(read: Read, n: int) -> str:
    """Whether all percentages but one are of the number that the table states: that one may be the error."""
    odd = [p for p in read.basis.pairs if n not in p.span(read.rule)]
    if len(odd) != 1 or len(read.basis.pairs) == 1 or odd[0].n > n:
        return ""
    would = printed(odd[0].n, n, odd[0].percent.decimals, read.rule)
    return f"an error in {odd[0]} alone: of {n:,} it would be {would}%, and the others are of {n:,}"


def _says_missing(sheet: Sheet, read: Read) -> bool:
    heading = read.basis.group.heading or read.basis.group.members[0].line
    return bool(set(heading.label.marks) & sheet.missing_marks)
