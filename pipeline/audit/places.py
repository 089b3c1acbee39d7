"""N as different places say it: caption, headings, lines, columns, other tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pipeline.audit.findings import CERTAIN, N_DIFFERS, NOT_ADDING, Finding, listed
from pipeline.audit.printed import Line
from pipeline.audit.sheet import Group, Member, Sheet


def check(sheet: Sheet) -> Iterator[Finding]:
    """One N said differently; counts above their column's N; columns that do not add up to the overall one."""
    said = dict.fromkeys(sheet.said)
    said |= {of: None for of, m in zip(sheet.of, sheet.measures, strict=True)
             if of and (len(sheet.measures) == 1 or m.overall)}  # fmt: skip
    if len({n for n, _ in said}) > 1:
        told = listed([f"{where} says {n:,}" for n, where in said])
        yield sheet.finds(N_DIFFERS, f"N differs: {told}", "say of whom each is", printed=told)
    for j, of in enumerate(sheet.of):
        for group in sheet.groups if of else ():
            for m in group.members:
                n = m.figures[j].n
                if of and n is not None and n > of[0] and m.figures[j].total is None:
                    yield sheet.finds(N_DIFFERS, f"{n:,} people of the {of[0]:,} that {of[1]} says", row=group.row(m),
                                      measure=j, printed=f"{n:,}", place=m.line.place)  # fmt: skip
    yield from _columns(sheet)


def _columns(sheet: Sheet) -> Iterator[Finding]:
    """The overall column against the sum of the columns that part it."""
    overall = [j for j, m in enumerate(sheet.measures) if m.overall]
    if len(overall) != 1:
        return
    whole, of = overall[0], sheet.of[overall[0]]
    others = [j for j in range(len(sheet.measures)) if j != whole]
    spanners = [[j for j in others if sheet.measures[j].spanner == spanner]
                for spanner in dict.fromkeys(sheet.measures[j].spanner for j in others)]  # fmt: skip
    if of and len(spanners) > 1 and sum(n[0] for j in others if (n := sheet.of[j])) <= of[0]:
        spanners = [others]  # columns within columns: all of them together part the people
    for parts in spanners:
        known = _people(sheet, parts)
        if len(parts) > 1 and of and known and sum(known) != of[0]:
            called = sheet.measures[whole].called or "overall"
            says = f"the columns' N add up to {sum(known):,}; {called} says {of[0]:,}"
            yield sheet.finds(N_DIFFERS, says, "consistent with people in no column or in several, or with an error",
                              printed=f"{sum(known):,}")  # fmt: skip
        elif len(parts) > 1:
            yield from _across(sheet, parts, whole)


def _people(sheet: Sheet, parts: Sequence[int]) -> list[int]:
    """The N of each column; empty where one says none."""
    known = [n[0] for j in parts if (n := sheet.of[j])]
    return known if len(known) == len(parts) else []


def _across(sheet: Sheet, parts: Sequence[int], whole: int) -> Iterator[Finding]:
    """Lines of which the columns do not add up to the overall one, although most others do."""
    good, bad = 0, []
    for group in sheet.groups:
        for m in group.members:
            counts, n = [m.figures[j].n for j in parts], m.figures[whole].n
            if None in counts or n is None or any(m.figures[j].total for j in (*parts, whole)):
                continue
            total = sum(c or 0 for c in counts)
            good += total == n
            bad += [(group, m, total, n)] if total != n else []
    for group, m, total, n in bad if good > 2 * len(bad) and good >= 3 else ():
        yield sheet.finds(
            NOT_ADDING, f"does not add up: the columns add up to {total:,}, overall says {n:,}",
            f"in {good:,} other lines they add up", CERTAIN, row=group.row(m), printed=f"{total:,}", place=m.line.place,
        )  # fmt: skip


def between(sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """The same line of a column of the same name and the same N in two tables, with different counts."""
    seen: dict[tuple[str, ...], tuple[Sheet, int]] = {}
    for sheet in sheets:
        often = Counter(key for key, *_ in _places(sheet))
        for key, j, group, m, n in _places(sheet):
            if often[key] > 1:
                continue  # of two lines or columns that are called alike none is the other table's
            other, before = seen.setdefault(key, (sheet, n))
            if other is not sheet and before != n:
                where = ", ".join(w for w in (other.printed.file, other.printed.name) if w)
                says = f"{n:,} here and {before:,} in {where}, both of N = {key[-1]}"
                yield sheet.finds(
                    N_DIFFERS, says, "say of whom each is", row=group.row(m), measure=j, printed=f"{n:,}",
                    place=m.line.place,
                )  # fmt: skip


def _places(sheet: Sheet) -> Iterator[tuple[tuple[str, ...], int, Group, Member, int]]:
    """(what the place of a count is called, measure, group, member, count); its column's N, as printed, comes last."""
    above = _headings(sheet)
    for j, of in enumerate(sheet.of):
        for group, m in ((g, m) for g in sheet.groups for m in g.members) if of else ():
            n = m.figures[j].n
            if of is not None and n is not None and m.figures[j].total is None:
                measure = sheet.measures[j]
                path = above.get((group.heading or m.line).place, ())
                yield (measure.called, measure.spanner, *path, group.name, m.label, f"{of[0]:,}"), j, group, m, n


def _headings(sheet: Sheet) -> dict[str, tuple[str, ...]]:
    """A line's place -> the lines that it stands under."""
    found, path = dict[str, tuple[str, ...]](), list[Line]()
    for line in sheet.printed.lines:
        path = [x for x in path if x.indent < line.indent]
        found[line.place] = tuple(x.label.words for x in path)
        path.append(line)
    return found
