"""What the percentages of a group are of: the group's own number, its column's, its row's or the whole table's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.audit.across import COLUMN, ROW, TABLE, Places, said, totals
from pipeline.audit.rounding import RULES, Percent, Span, denominators, numerators, together
from pipeline.audit.sheet import Group, Member, Sheet
from pipeline.audit.words import ROW_PERCENT


@dataclass(frozen=True)
class Pair:
    """A count and its percentage. total: what it must be of, where its cell, its row or its table says so."""

    member: Member
    n: int
    percent: Percent
    total: int | None = None

    def __str__(self) -> str:
        of = f"/{self.total:,}" if self.member.figures and self.total and self._own else ""
        return f"{self.n:,}{of} ({self.percent}%)"

    @property
    def _own(self) -> bool:
        return any(f.total == self.total for f in self.member.figures)

    def span(self, rule: str) -> Span:
        """Every N that gives it; with a total, that or nothing."""
        span = denominators(self.n, self.percent, rule)
        return span if self.total is None else span & Span(self.total, self.total)


@dataclass(frozen=True)
class Basis:
    """The percentages of one group in one measure. within: which N come into question. stated: what the group itself
    says they are of. lone: percentages without a count.
    """

    group: Group
    measure: int
    pairs: tuple[Pair, ...]
    lone: tuple[tuple[Member, Percent], ...]
    within: Span
    stated: tuple[int, str] | None
    kind: str = COLUMN

    def fits(self, rule: str) -> Span:
        """Every N that gives all percentages under the rule; for pairs with totals of their own, the last total."""
        if any(p.total is not None for p in self.pairs):
            spans = [p.span(rule) for p in self.pairs]
            return spans[-1] if all(spans) else Span(1, 0)
        span = together([(p.n, p.percent) for p in self.pairs], rule, self.within)
        return _reaching(self.lone, rule, span) if span and self.lone else span


def _reaching(lone: Sequence[tuple[Member, Percent]], rule: str, span: Span) -> Span:
    """From the first N at which every lone percentage is that of some number of people to the last one."""
    always = max(p.scale for _, p in lone)  # from there on people are finer than the percentages
    if span.high is None or span.high >= always:
        return span
    good = [n for n in range(span.low, span.high + 1) if all(numerators(n, p, rule) for _, p in lone)]
    return Span(good[0], good[-1]) if good else Span(1, 0)


def bases(sheet: Sheet, rules: Sequence[str]) -> list[Basis]:
    """A basis for each group and measure that holds percentages, of the kind that explains most of them."""
    texts = [sheet.printed.caption.words, *(n.words for n in sheet.printed.notes), sheet.printed.stub.words]
    by_row = any(ROW_PERCENT.search(t) for t in texts)
    groups = [each for group in sheet.groups for each in (group, group.shares_of_answers) if each is not None]
    if kind := said(sheet):
        return [basis for group in groups for basis in _as_said(sheet, group, kind)]
    found = []
    for group in groups:
        own_words = by_row or bool(group.heading and ROW_PERCENT.search(group.heading.label.words))
        found.append(_of_group(sheet, group, rules, own_words))
    if by_row or any(b.kind == ROW for some in found for b in some):
        # Lines whose row total is withheld can't be told from errors where the others are percentages of rows.
        found = [some for some in found if any(b.kind == ROW for b in some) or _explains(some, rules) == _size(some)]
    return [basis for some in found for basis in some]


def _as_said(sheet: Sheet, group: Group, kind: str) -> list[Basis]:
    """Percentages of answers are of their own column's; else a cell may say of how many it is, or it must be known."""
    columns = _columns(sheet, group)
    if group.of_answers:
        return columns
    known = [b for b in columns if b.pairs and all(p.total is not None for p in b.pairs)]
    return [*known, *_totalled([b for b in columns if b not in known], totals(sheet, group), kind)]


def _of_group(sheet: Sheet, group: Group, rules: Sequence[str], by_row: bool) -> list[Basis]:
    columns = _columns(sheet, group)
    rows, whole = _totalled(columns, _row_totals(sheet, group), ROW), _totalled(columns, _whole(sheet), TABLE)
    others = [made for made in (rows, whole) if made]
    if by_row and others and others[0][0].kind == ROW:
        return others[0]
    if not columns or _explains(columns, rules) == _size(columns) and _as_stated(sheet, columns, rules):
        return columns
    for other in others:
        if _size(other) > 1 and _explains(other, rules) == _size(other):
            return other
    best = max([columns, *others], key=lambda b: _explains(b, rules) / max(1, _size(b)))
    return best if _explains(columns, rules) < _size(columns) else columns


def _columns(sheet: Sheet, group: Group) -> list[Basis]:
    made = []
    for j in range(len(sheet.measures)):
        if group.of_answers and not group.totals[j]:
            continue  # of more answers than there are people, and how many is not said
        whole = _one(sheet, group, j, group.members)
        gone = [m for m in group.members if m.missing]
        # Those missing may stand with a % of another number: of all who were asked, of all.
        if gone and (not group.levels or not any(whole.fits(r) for r in RULES)):
            made += [_one(sheet, group, j, group.levels), *(_one(sheet, group, j, (m,)) for m in gone)]
        else:
            made.append(whole)
    return [b for b in made if b.pairs or b.lone]


def _one(sheet: Sheet, group: Group, j: int, members: Sequence[Member]) -> Basis:
    stated, of = group.totals[j], sheet.of[j]
    figures = [(m, m.figures[j]) for m in members]
    pairs = tuple(Pair(m, f.n, f.percent, f.total) for m, f in figures if f.n is not None and f.percent is not None)
    lone = tuple((m, f.percent) for m, f in figures if f.n is None and f.percent is not None)
    most = max((f.n for _, f in figures if f.n is not None), default=1)
    alone = stated if group.heading is None else None
    own = stated and not alone and not all(m.missing for m in members) and not _of_column(pairs, stated, of)
    if own and stated and not (sheet.printed.flat and not _gives(pairs, stated[0])):
        # In a flat table the line above may be no heading at all: it is believed where the percentages fit it.
        within = Span(stated[0], stated[0])
    else:
        within, stated = Span(max(1, most), max(of[0], alone[0] if alone else 0) if of else None), None
    return Basis(group, j, pairs, lone, within, stated)


def _of_column(pairs: Sequence[Pair], stated: tuple[int, str], of: tuple[int, str] | None) -> bool:
    """Whether the percentages are of the whole column although the group says how many answered: both are usual."""
    return bool(of and pairs and of[0] != stated[0] and not _gives(pairs, stated[0]) and _gives(pairs, of[0]))


def _gives(pairs: Sequence[Pair], n: int) -> bool:
    return any(together([(p.n, p.percent) for p in pairs], rule, Span(n, n)) for rule in RULES)


def _totalled(columns: Sequence[Basis], known: Places, kind: str) -> list[Basis]:
    """The same percentages, each of a total of its own; empty where a total is not to be had."""
    made = []
    for basis in columns:
        pairs = [p for p in basis.pairs if (basis.measure, p.member.line.place) in known]
        if any(p.total is not None for p in pairs):
            return []
        if pairs:
            held = tuple(replace(p, total=known[basis.measure, p.member.line.place]) for p in pairs)
            made.append(replace(basis, pairs=held, lone=(), kind=kind, stated=None))
    return made


def _row_totals(sheet: Sheet, group: Group) -> Places:
    """For each line the number over all columns: what the overall column says, else the sum."""
    overall = [j for j, m in enumerate(sheet.measures) if m.overall]
    parts = [j for j in range(len(sheet.measures)) if j not in overall]
    if len(sheet.measures) == 1 and _all_whole(group):
        return {(0, m.line.place): m.figures[0].n or 0 for m in group.members}
    found: Places = {}
    if len(parts) < 2:
        return found
    for member in group.members:
        counts = [member.figures[j].n for j in parts]
        whole = member.figures[overall[0]].n if len(overall) == 1 else None
        if whole is None and all(n is not None for n in counts):
            whole = sum(n or 0 for n in counts)
        if whole:
            found |= {(j, member.line.place): whole for j in parts}
    return found


def _all_whole(group: Group) -> bool:
    """Whether each of several counts is 100%: in a table of one column a line is all of its row."""
    figures = [m.figures[0] for m in group.members]
    return len(figures) > 1 and all(f.n and f.percent and f.percent.units == f.percent.scale for f in figures)


def _whole(sheet: Sheet) -> Places:
    """The number of the whole table for every cell of its parts."""
    overall = [j for j, m in enumerate(sheet.measures) if m.overall and sheet.of[j]]
    parts = [j for j, m in enumerate(sheet.measures) if not m.overall]
    known = [of[0] for j in parts if (of := sheet.of[j])]
    if len(parts) < 2 or not (overall or len(known) == len(parts)):
        return {}
    whole = sheet.of[overall[0]][0] if overall else sum(known)  # type: ignore[index]
    return {(j, m.line.place): whole for j in parts for g in sheet.groups for m in g.members}


def _size(some: Sequence[Basis]) -> int:
    return sum(len(b.pairs) + len(b.lone) for b in some)


def _explains(some: Sequence[Basis], rules: Sequence[str]) -> int:
    """How many percentages one rule explains, at most."""
    return max(
        (sum(len(b.pairs) + len(b.lone) if b.fits(rule) else best(b, rule)[1] for b in some) for rule in rules),
        default=0,
    )


def _as_stated(sheet: Sheet, columns: Sequence[Basis], rules: Sequence[str]) -> bool:
    """Whether the numbers that the table states are among those that explain the percentages."""
    return all(b.stated or not (of := sheet.of[b.measure]) or any(of[0] in b.fits(r) for r in rules) for b in columns)


def best(basis: Basis, rule: str) -> tuple[int | None, int]:
    """(N, how many pairs it gives): the N that explains most; of several the one nearest to the sum of the counts.

    Where a run of N explains equally many, its ends are looked at, which is enough: they change nowhere else.
    """
    if not basis.pairs:
        return None, 0
    if any(p.total is not None for p in basis.pairs):
        return None, sum(bool(p.span(rule)) for p in basis.pairs)
    spans = [p.span(rule) & basis.within for p in basis.pairs]
    total = sum(p.n for p in basis.pairs if not p.member.missing)
    ends = {n for s in spans if s for n in (s.low, s.high) if n is not None}
    ends |= {n for n in (total, basis.within.high) if n and n in basis.within}
    ranked = sorted(ends, key=lambda n: (sum(n in s for s in spans), -abs(n - total), n))
    if not ranked:
        return None, 0
    return ranked[-1], sum(ranked[-1] in s for s in spans)
