"""Printed tables from strangers' files in, findings out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.audit import footnotes, missing, percentages, places, small, sums
from pipeline.audit.findings import KINDS, LOOK, NOT_CHECKED, Finding
from pipeline.audit.read import read_tables
from pipeline.audit.reading import read_percentages
from pipeline.audit.recognise import sheet_of
from pipeline.audit.sheet import Sheet
from pipeline.audit.words import FORCED, ROUNDED, WEIGHTED
from pipeline.errors import Mistake, Mistakes, closest, raise_all


@dataclass(frozen=True)
class Asked:
    """What the user says of the tables. n: the study's stated total. rule: the release rule under which they were
    printed, "" where nothing is said. below: counts under this are small. weighted: percentages are weighted."""

    n: int | None = None
    rule: str = ""
    below: int = 5
    weighted: bool = False


@dataclass(frozen=True)
class Checked:
    """One table, and how much of it could be checked."""

    file: str
    table: str
    groups: int
    percentages: int
    unread: int


@dataclass(frozen=True)
class Audit:
    """Findings by file, table and weight."""

    findings: tuple[Finding, ...]
    tables: tuple[Checked, ...]


def audit(files: Mapping[str, bytes], asked: Asked = Asked()) -> Audit:
    """Check every table of every file. ``Mistakes`` lists all files that can't be read and options that say nothing."""
    _refuse(asked)
    mistakes: list[Mistake] = []
    sheets: list[Sheet] = []
    for file, data in files.items():
        try:
            sheets += [_stated(sheet_of(table), asked) for table in read_tables(file, data)]
        except Mistakes as unread:
            mistakes += unread.mistakes
    raise_all(mistakes)
    found = [f for sheet in sheets for f in sorted(_table(sheet, asked), key=lambda f: KINDS.index(f.kind))]
    return Audit((*found, *places.between(sheets)), tuple(_checked(s) for s in sheets))


def _refuse(asked: Asked) -> None:
    if asked.rule and asked.rule not in small.RULES:
        mend = closest(asked.rule, small.RULES) or f"There are: {', '.join(small.RULES)}."
        raise Mistakes.one("--rule", f"there is no release rule '{asked.rule}'.", mend)
    if asked.n is not None and asked.n < 1:
        raise Mistakes.one("--n", "a study has one person at least.", "Write the number of people, e.g. --n 43.")
    if asked.below < 1:
        raise Mistakes.one("--below", "is 1 or more.", "Write the smallest count that may be printed, e.g. --below 5.")


def _stated(sheet: Sheet, asked: Asked) -> Sheet:
    """With the study's total where the table says none for all its people."""
    if asked.n is None or not sheet.people:
        return sheet
    given = (asked.n, "--n")
    alone = len(sheet.measures) == 1
    of = tuple(o or (given if alone or m.overall else None) for o, m in zip(sheet.of, sheet.measures, strict=True))
    return replace(sheet, of=of, said=(*sheet.said, given))


def _table(sheet: Sheet, asked: Asked) -> Iterator[Finding]:
    yield from footnotes.check(sheet.printed)
    if not sheet.people:
        return
    if asked.rule != "none":
        yield from small.check(sheet, asked.rule, asked.below)
    why = _unfit(sheet, asked)
    if why:
        yield _skipped(sheet, why)
        return
    texts = [sheet.printed.caption.words, *(n.words for n in sheet.printed.notes)]
    reads = read_percentages(sheet, any(FORCED.search(t) for t in texts))
    found = [*percentages.check(sheet, reads), *places.check(sheet), *sums.check(sheet, reads)]
    found += missing.check(sheet, reads)
    looks = small.looks_rounded(sheet) if asked.rule == "" and any(f.kind in KINDS[:2] for f in found) else ""
    if looks:
        yield _skipped(sheet, f"all counts are {looks}, as if rounded; if they are exact, say so with --rule none")
        return
    yield from found


def _unfit(sheet: Sheet, asked: Asked) -> str:
    """Why percentages and sums of a table can't be checked; an empty text where they can."""
    texts = [sheet.printed.caption.words, sheet.printed.stub.words, *(c.called for c in sheet.printed.columns),
             *(n.words for n in sheet.printed.notes)]  # fmt: skip
    if asked.rule and small.RULES[asked.rule].step:
        return f"counts are rounded under '{asked.rule}'"
    if asked.weighted:
        return "percentages are weighted, as --weighted says"
    if any(WEIGHTED.search(t) for t in texts):
        return "the table says that it is weighted, and weighted percentages are never n of N"
    if asked.rule == "" and any(ROUNDED.search(t) for t in texts):
        return "the table says that its counts are rounded"
    return ""


def _skipped(sheet: Sheet, why: str) -> Finding:
    return Finding(NOT_CHECKED, sheet.printed.file, sheet.printed.name, "", "", "",
                   f"percentages and sums are not checked: {why}", "", LOOK)  # fmt: skip


def _checked(sheet: Sheet) -> Checked:
    figures = [f for g in sheet.groups for m in g.members for f in m.figures]
    percents = sum(f.percent is not None for f in figures)
    return Checked(sheet.printed.file, sheet.printed.name, len(sheet.groups), percents, sheet.unread)
