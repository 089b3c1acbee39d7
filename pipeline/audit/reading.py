"""What the percentages of each group are of, under the rounding that explains most groups of the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.audit.basis import Basis, bases, best
from pipeline.audit.findings import Finding, listed
from pipeline.audit.rounding import FORCED, RULES, TRUNCATED, Span
from pipeline.audit.sheet import Sheet


@dataclass(frozen=True)
class Read:
    """A basis, and what was read from it under ``rule``. span: every N that its percentages can be of; guess: the one N
    that explains most of them where none explains all; other: another rounding that explains all.
    """

    basis: Basis
    rule: str
    span: Span
    guess: int | None = None
    other: str = ""

    @property
    def whole(self) -> bool:
        return bool(self.span)

    @property
    def separate(self) -> bool:
        """Whether the lines may be of different people: no N explains all, none is stated, and nothing shows that they
        are levels of one variable: counts that add up to the N of all lines but one; percentages that add up to 100 and
        are of the sum of the counts, but for a unit each; or both nearly, with one line in error.
        """
        pairs = self.basis.pairs
        if self.whole or self.basis.stated or len(pairs) < 2 or any(p.total is not None for p in pairs):
            return False
        if any(m.missing for m in self.basis.group.members):
            return False  # one question, which some did not answer
        levels = [p for p in pairs if not p.member.missing]
        finest = max(p.percent.decimals for p in pairs)
        total = sum(p.percent.units * 10 ** (finest - p.percent.decimals) for p in levels)
        slack = sum(10 ** (finest - p.percent.decimals) for p in levels)
        over = total - 100 * 10**finest
        rounded = -slack < over <= 0 if self.rule == TRUNCATED else 2 * abs(over) < slack
        n = sum(p.n for p in levels)
        if over == 0 and n and all(abs(p.percent.units * n - p.n * p.percent.scale) < n for p in levels):
            return False
        near = 1 if len(levels) > 2 and rounded else 0
        return fitting(self) < len(pairs) - 1 or abs(n - (self.guess or 0)) > near


def read_percentages(sheet: Sheet, forced: bool) -> list[Read]:
    """Every group's percentages, under the rounding that explains most groups of the table; a group that it explains
    with the number of people that the table states counts twice, for many N give one percentage of a lone line."""
    rules = (*RULES, FORCED) if forced else RULES
    found = bases(sheet, rules)
    spans = {rule: [b.fits(rule) for b in found] for rule in rules}
    explained = {r: sum(bool(s) + _stated(sheet, b, s) for b, s in zip(found, spans[r], strict=True)) for r in rules}
    rule = max(rules, key=lambda r: (explained[r], _alone(found, r), -rules.index(r)))
    made = []
    for place, basis in enumerate(found):
        span = spans[rule][place]
        other = next((r for r in rules if spans[r][place]), "")
        guess = None if span else best(basis, rule)[0]
        made.append(Read(basis, rule, span, guess, "" if span else other))
    return made


def _stated(sheet: Sheet, basis: Basis, span: Span) -> bool:
    known = (basis.stated or sheet.of[basis.measure], sheet.says_of(basis.group, basis.measure))
    return any(of is not None and of[0] in span for of in known)


def _alone(found: Sequence[Basis], rule: str) -> tuple[int, int]:
    """How many percentages are possible one by one, and how many with one N a group."""
    alone = sum(bool(p.span(rule) & Span(1, b.within.high)) for b in found for p in b.pairs)
    return alone, sum(best(b, rule)[1] for b in found)


def implied(sheet: Sheet, read: Read) -> tuple[Span, str]:
    """(the N that a group's percentages are of, on what condition)."""
    if read.whole:
        return read.span, ""
    if read.separate:
        return Span(1, 0), ""
    if read.other and not fitting(read):
        return read.basis.fits(read.other), f"if they were made by {read.other}"
    guess = read.guess
    if guess is None or fitting(read) < 2:
        return Span(1, 0), ""
    failing = [str(p) for p in read.basis.pairs if guess not in p.span(read.rule)]
    return Span(guess, guess), f"but for {listed(failing)}"


def fitting(read: Read) -> int:
    return best(read.basis, read.rule)[1]


def finding(sheet: Sheet, read: Read, kind: str, row: str, said: str, says: str, possible: str, sure: str,
             place: str) -> Finding:  # fmt: skip
    measure = sheet.measures[read.basis.measure]
    column = measure.called if len(sheet.measures) > 1 else ""
    return Finding(kind, sheet.printed.file, sheet.printed.name, row, column, said, says, possible, sure, place)


def row(read: Read, label: str) -> str:
    heading = read.basis.group.heading
    return f"{read.basis.group.name}: {label}" if heading is not None else label
