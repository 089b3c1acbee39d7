"""Percentages that no N gives: which lines, why, and what would be possible."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.audit.across import COLUMN, ROW
from pipeline.audit.basis import Pair
from pipeline.audit.findings import CERTAIN, DENOMINATOR, LIKELY, LOOK, NOT_POSSIBLE, Finding, listed
from pipeline.audit.reading import Read, finding, fitting, row
from pipeline.audit.rounding import RULES, Span, denominators, exact, numerators, printed, tie
from pipeline.audit.sheet import Sheet


def not_possible(sheet: Sheet, read: Read) -> Iterator[Finding]:
    """A finding for each line that can't be; one alone where the lines may be of different people each."""
    basis, rule = read.basis, read.rule
    failing = [p for p in basis.pairs if not _at(p, read)]
    if read.separate and not failing:
        told = listed([str(p) for p in basis.pairs])
        says = f"no one N gives {told} under {rule}"
        possible = "consistent with lines that different numbers of people answered: then each should say its N"
        yield finding(sheet, read, DENOMINATOR, basis.group.name, told, says, possible, LOOK, basis.group.place)
    for pair in failing:
        says, possible = _reason(read, pair)
        alone = basis.stated or pair.total is not None or len(basis.pairs) == 1 or not fitting(read)
        alone = alone or pair.percent.units > pair.percent.scale
        sure = CERTAIN if alone and not read.other else LIKELY
        yield finding(sheet, read, NOT_POSSIBLE, row(read, pair.member.label), str(pair), says, possible, sure,
                       pair.member.line.place)  # fmt: skip
    if not failing and not read.separate:
        yield from _lone(sheet, read, rule)


def _at(pair: Pair, read: Read) -> bool:
    """Whether a line is possible where the others are; where each may be of other people, whether it is possible."""
    if pair.total is not None:
        return bool(pair.span(read.rule))
    if read.separate:
        return bool(pair.span(read.rule) & Span(1, read.basis.within.high))
    return read.guess is not None and read.guess in pair.span(read.rule)


def _reason(read: Read, pair: Pair) -> tuple[str, str]:
    basis, rule = read.basis, read.rule
    n = pair.total if pair.total is not None else basis.stated[0] if basis.stated else read.guess
    if pair.total is None and not basis.stated and (read.separate or not fitting(read)):
        n = None
    if pair.percent.units > pair.percent.scale:
        known = n is not None and n >= pair.n
        of = f" ({pair.n:,} of {n:,} is {exact(pair.n, n, pair.percent.decimals)}%)" if n and known else ""
        return f"{pair} is above 100%, which is not possible with any N{of}", "unless it is of something else"
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
    if not alone or (n is not None and n >= pair.n):
        told += _other_rules(read, pair, n, cap if not alone else None)
    if n is not None and (counts := numerators(n, pair.percent, read.rule)):
        told.append(f"{pair.percent}% of {n:,} would be {counts}")
    return "; ".join(told)


def _other_rules(read: Read, pair: Pair, n: int | None, cap: Span | None) -> Iterator[str]:
    """Other roundings that give this percentage: with which N up to the cap, or with the group's N but not with the
    group's other lines. Each of these may fit a rounding: that no one fits all is then said."""
    clash = False
    for rule in (r for r in RULES if r != read.rule):
        span = denominators(pair.n, pair.percent, rule)
        others = [p for p in read.basis.pairs if n and p.total is None and n not in denominators(p.n, p.percent, rule)]
        if n is not None and n in span and others:
            would = printed(others[0].n, n, others[0].percent.decimals, rule)
            yield f"{rule} gives {pair.percent}% here, but would print {others[0]} as {would}%"
            clash = True
        elif cap is not None and (some := span & cap):
            yield f"consistent with N = {some} under {rule}"
            if some.low == some.high and tie(pair.n, some.low, pair.percent.decimals):
                yield f"{exact(pair.n, some.low, pair.percent.decimals)} is a tie, which some programs round down"
        elif n is not None and n in span:
            yield f"{rule} gives it"
    pairs = [p for p in read.basis.pairs if p.total is None]
    if clash and n and all(any(n in denominators(p.n, p.percent, r) for r in RULES) for p in pairs):
        yield "no single rounding gives all lines, though each line fits one"


def _lone(sheet: Sheet, read: Read, rule: str) -> Iterator[Finding]:
    """Percentages without counts that are those of no number of people, with the N stated or any up to it."""
    basis = read.basis
    n = basis.stated[0] if basis.stated else basis.within.high
    if n is None:
        return
    for member, percent in basis.lone:
        if any(numerators(of, percent, rule) for of in ([n] if basis.stated else range(1, n + 1))):
            continue
        near = percent.units * n // percent.scale
        steps = " and ".join(
            f"{k:,} of {n:,} print as {printed(k, n, percent.decimals, rule)}%" for k in (near, near + 1) if k <= n
        )
        any_n = "" if basis.stated else ", nor with a smaller one"
        yield finding(sheet, read, NOT_POSSIBLE, row(read, member.label), f"{percent}%",
                       f"{percent}% is not possible under {rule} with N = {n:,}{any_n}", steps,
                       CERTAIN if basis.stated else LIKELY, member.line.place)  # fmt: skip


