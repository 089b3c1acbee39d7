"""Percentages against their counts: which N they imply, and those that no N gives under one rounding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.audit.basis import COLUMN, ROW, Basis, Pair, bases, best
from pipeline.audit.findings import (
    CERTAIN,
    DENOMINATOR,
    FORCED,
    LIKELY,
    LOOK,
    NOT_POSSIBLE,
    Finding,
    listed,
    people,
)  # fmt: skip
from pipeline.audit.rounding import FORCED as TO_100
from pipeline.audit.rounding import RULES, Percent, Span, denominators, exact, numerators, printed, tie
from pipeline.audit.sheet import Sheet


@dataclass(frozen=True)
class Read:
    """A basis, and what was read from it. n: the N that its percentages are of, as a span; guess: the one N that
    explains most of them where none explains all; rule: the rounding under which.
    """

    basis: Basis
    rule: str
    span: Span
    guess: int | None = None
    other: str = ""

    @property
    def whole(self) -> bool:
        return bool(self.span)


def read_percentages(sheet: Sheet, forced: bool) -> list[Read]:
    """Every group's percentages, under the rounding that explains most groups of the table."""
    rules = (*RULES, TO_100) if forced else RULES
    found = bases(sheet, rules)
    spans = {rule: [b.fits(rule) for b in found] for rule in rules}
    rule = max(rules, key=lambda r: (sum(map(bool, spans[r])), sum(best(b, r)[1] for b in found), -rules.index(r)))
    made = []
    for place, basis in enumerate(found):
        span = spans[rule][place]
        other = next((r for r in rules if spans[r][place]), "")
        guess = None if span else best(basis, rule)[0]
        made.append(Read(basis, rule, span, guess, "" if span else other))
    return made


def check(sheet: Sheet, reads: Sequence[Read]) -> Iterator[Finding]:
    """Percentages that are not possible, those forced to 100, and groups of another N than the table states."""
    for read in reads:
        if not read.whole:
            yield from _not_possible(sheet, read)
            yield from _forced(sheet, read)
        yield from _denominator(sheet, read)


def implied(sheet: Sheet, read: Read) -> tuple[Span, str]:
    """(the N that a group's percentages are of, on what condition)."""
    if read.whole:
        return read.span, ""
    if read.other and not _fitting(read):
        return read.basis.fits(read.other), f"if they were made by {read.other}"
    guess = read.guess
    if guess is None or _fitting(read) < 2:
        return Span(1, 0), ""
    failing = [str(p) for p in read.basis.pairs if guess not in p.span(read.rule)]
    return Span(guess, guess), f"but for {listed(failing)}"


def _fitting(read: Read) -> int:
    return best(read.basis, read.rule)[1]


def _finding(sheet: Sheet, read: Read, kind: str, row: str, said: str, says: str, possible: str, sure: str,
             place: str) -> Finding:  # fmt: skip
    measure = sheet.measures[read.basis.measure]
    column = measure.called if len(sheet.measures) > 1 else ""
    return Finding(kind, sheet.printed.file, sheet.printed.name, row, column, said, says, possible, sure, place)


def _row(read: Read, label: str) -> str:
    heading = read.basis.group.heading
    return f"{read.basis.group.name}: {label}" if heading is not None else label


def _not_possible(sheet: Sheet, read: Read) -> Iterator[Finding]:
    basis, rule = read.basis, read.rule
    failing = [p for p in basis.pairs if not _at(p, read)]
    for pair in failing:
        says, possible = _reason(read, pair)
        alone = basis.stated or pair.total is not None or len(basis.pairs) == 1 or not _fitting(read)
        sure = CERTAIN if alone and not read.other else LIKELY
        if read.other and not _fitting(read):
            sure = LIKELY
        yield _finding(sheet, read, NOT_POSSIBLE, _row(read, pair.member.label), str(pair), says, possible, sure,
                       pair.member.line.place)  # fmt: skip
    if not failing:
        yield from _lone(sheet, read, rule)


def _at(pair: Pair, read: Read) -> bool:
    if pair.total is not None:
        return bool(pair.span(read.rule))
    return read.guess is not None and read.guess in pair.span(read.rule)


def _reason(read: Read, pair: Pair) -> tuple[str, str]:
    basis, rule = read.basis, read.rule
    n = pair.total if pair.total is not None else basis.stated[0] if basis.stated else read.guess
    if pair.total is None and not basis.stated and not _fitting(read):
        n = None
    if n is None:
        says = f"{pair} is not possible under {rule} with any N {_range(basis.within)}"
    else:
        why = _why(read, pair)
        value = f"{pair.n:,} of {n:,} is {exact(pair.n, n, pair.percent.decimals)}%"
        prints = f", which prints as {printed(pair.n, n, pair.percent.decimals, rule)}%" if n >= pair.n else ""
        says = f"{pair} is not possible under {rule} with N = {n:,}{why}: {value}{prints}"
    return says, _consistent(read, pair, n)


def _why(read: Read, pair: Pair) -> str:
    if read.basis.kind == ROW:
        return ", the number over all columns"
    if read.basis.kind != COLUMN:
        return ", the number of the whole table"
    if pair.total is not None:
        return ""
    return f", as {read.basis.stated[1]} says" if read.basis.stated else ", which the rest of the group implies"


def _range(span: Span) -> str:
    return f"from {span.low:,} to {span.high:,}" if span.high is not None else f"from {span.low:,} on"


def _consistent(read: Read, pair: Pair, n: int | None) -> str:
    """What would be possible: another N, another rounding, another count."""
    told: list[str] = []
    cap = Span(max(1, pair.n), None if read.basis.stated else read.basis.within.high)
    alone = denominators(pair.n, pair.percent, read.rule) & cap
    if alone and (alone.high is None or alone.high - alone.low < 40):
        told.append(f"alone it is consistent with N = {alone}")
    if not alone:
        for rule in (r for r in RULES if r != read.rule):
            if span := denominators(pair.n, pair.percent, rule) & cap:
                told.append(f"consistent with N = {span} under {rule}")
                if span.low == span.high and tie(pair.n, span.low, pair.percent.decimals):
                    told.append(
                        f"{exact(pair.n, span.low, pair.percent.decimals)} is a tie, which some programs round down"
                    )
    elif n is not None and n >= pair.n:
        told += _other_rules(read, pair, n)
    if n is not None and (counts := numerators(n, pair.percent, read.rule)):
        told.append(f"{pair.percent}% of {n:,} would be {counts}")
    return "; ".join(told)


def _other_rules(read: Read, pair: Pair, n: int) -> Iterator[str]:
    """That another rounding gives this percentage, but not the group's others."""
    for rule in RULES:
        if rule != read.rule and n in denominators(pair.n, pair.percent, rule):
            others = [p for p in read.basis.pairs if p.total is None and n not in denominators(p.n, p.percent, rule)]
            if others:
                first = others[0]
                would = printed(first.n, n, first.percent.decimals, rule)
                yield f"{rule} gives {pair.percent}% here, but would print {first} as {would}%"
            else:
                yield f"{rule} gives it"


def _lone(sheet: Sheet, read: Read, rule: str) -> Iterator[Finding]:
    """Percentages without counts that are those of no number of people."""
    basis = read.basis
    n = basis.stated[0] if basis.stated else basis.within.high
    if n is None:
        return
    for member, percent in basis.lone:
        if numerators(n, percent, rule):
            continue
        near = percent.units * n // percent.scale
        steps = " and ".join(
            f"{k:,} of {n:,} print as {printed(k, n, percent.decimals, rule)}%" for k in (near, near + 1) if k <= n
        )
        any_n = "" if basis.stated else ", nor with one N up to it for the whole group"
        yield _finding(sheet, read, NOT_POSSIBLE, _row(read, member.label), f"{percent}%",
                       f"{percent}% is not possible under {rule} with N = {n:,}{any_n}", steps,
                       CERTAIN if basis.stated else LIKELY, member.line.place)  # fmt: skip


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
    yield _finding(sheet, read, FORCED, basis.group.name, listed(changed),
                   f"consistent with percentages forced to 100{with_rest}: {listed(changed)}",
                   f"rounded one by one with N = {n:,} they add up to {Percent(sum(right), decimals)}", LIKELY,
                   _place(read))  # fmt: skip


def _place(read: Read) -> str:
    return (read.basis.group.heading or read.basis.group.members[0].line).place


def _denominator(sheet: Sheet, read: Read) -> Iterator[Finding]:
    """The N that percentages are of, where it is not the one that the table states."""
    basis, of = read.basis, sheet.of[read.basis.measure]
    if of is None or basis.stated or basis.kind != COLUMN or any(p.total is not None for p in basis.pairs):
        return
    span, condition = implied(sheet, read)
    if not span or of[0] in span or not basis.pairs:
        return
    gone = [m.figures[basis.measure] for m in basis.group.members if m.missing]
    if gone and (any(f.n is None for f in gone) or of[0] - sum(f.n or 0 for f in gone) in span):
        return
    total = sum(p.n for p in basis.pairs)
    adds = f" and the levels add up to {total:,}" if len(basis.pairs) > 1 else ""
    lost = people(of[0] - span.low) if span.low == span.high else "people"
    noted = _says_missing(sheet, read)
    told = "a note speaks of missing data" if noted else f"consistent with {lost} missing without a word"
    yield _finding(
        sheet, read, DENOMINATOR, basis.group.name, ", ".join(map(str, basis.pairs[:8])),
        f"percentages are of N = {span}{f' ({condition})' if condition else ''}{adds}; {of[1]} says {of[0]:,}",
        told,
        LOOK if condition else LIKELY if read.other else CERTAIN, _place(read),
    )  # fmt: skip


def _says_missing(sheet: Sheet, read: Read) -> bool:
    heading = read.basis.group.heading or read.basis.group.members[0].line
    return bool(set(heading.label.marks) & sheet.missing_marks)
