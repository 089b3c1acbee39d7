"""Printed tables from strangers' files in, findings out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.audit import (
    averages,
    estimates,
    follows,
    footnotes,
    intervals,
    means,
    missing,
    passages,
    percentages,
    places,
    pvalues,
    singled,
    small,
    sums,
)
from pipeline.audit.findings import (
    INTERVAL,
    INTERVAL_NOT_POSSIBLE,
    KINDS,
    LOOK,
    NOT_ADDING,
    NOT_CHECKED,
    NOT_POSSIBLE,
    Finding,
)
from pipeline.audit.passages import TEXT, Passage
from pipeline.audit.read import read_file
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
    """One table, or the text of an article, and how much of it could be checked. figures: means, test statistics,
    intervals and effects. brackets: cells such as ``11 (26)`` of which nothing says what they are."""

    file: str
    table: str
    groups: int
    percentages: int
    unread: int
    figures: int = 0
    brackets: int = 0


@dataclass(frozen=True)
class Audit:
    """Findings by file, table and weight."""

    findings: tuple[Finding, ...]
    tables: tuple[Checked, ...]


def audit(files: Mapping[str, bytes], asked: Asked = Asked()) -> Audit:
    """Check every table of every file. ``Mistakes`` lists all files that can't be read and options that say nothing."""
    _refuse(asked)
    mistakes: list[Mistake] = []
    sheets, texts = list[Sheet](), dict[str, Sequence[Passage]]()
    for file, data in files.items():
        try:
            content = read_file(file, data)
        except Mistakes as unread:
            mistakes += unread.mistakes
            continue
        sheets += [_stated(sheet_of(table, asked.n), asked) for table in content.tables]
        texts[file] = content.passages
    raise_all(mistakes)
    done = [_table(sheet, asked) for sheet in sheets]
    held = {sheet.printed.file for sheet in sheets}
    # Of a page with tables the text is only spoken of where it holds anything that can be checked.
    done += [
        d for file, some in texts.items() if (d := _text(file, some))[1].figures or d[0] or file not in held and some
    ]
    order = list(files)
    done.sort(key=lambda d: order.index(d[1].file))
    found = [f for some, _ in done for f in sorted(some, key=lambda f: KINDS.index(f.kind))]
    every = [p for some in texts.values() for p in some] + [p for s in sheets for p in passages.of_table(s.printed)]
    tagged = singled.tags(sheets, every, asked.below) if asked.rule != "none" else ()
    return Audit((*found, *places.between(sheets), *tagged), tuple(checked for _, checked in done))


def _table(sheet: Sheet, asked: Asked) -> tuple[list[Finding], Checked]:
    found, figures = _figures(sheet, asked)
    return [*_counts(sheet, asked), *found], replace(_checked(sheet), figures=figures)


def _text(file: str, some: Sequence[Passage]) -> tuple[list[Finding], Checked]:
    """The paragraphs of an article."""
    found, figures = list[Finding](), 0
    for passage in some:
        if not any(c.isdigit() for c in passage.words):
            continue
        tested, tests = pvalues.check(passage)
        compared, effects, given = follows.in_words(passage)
        means_of = list(averages.in_words(passage))
        known = list(estimates.in_words(passage))
        alone = [f for e in known for f in intervals.check(e)]
        found += [*tested, *_once(compared, alone, given), *means.check(means_of)]
        figures += tests + len(means_of) + max(effects, len(known))
    return found, Checked(file, TEXT, 0, 0, 0, figures)


def _once(compared: Sequence[Finding], alone: Sequence[Finding], given: Collection[str]) -> list[Finding]:
    """An interval that is told of as impossible, or as not following from counts, need not be told of for less; and one
    that the counts give by some method may lie as it does. given: estimates that do.
    """
    wrong = {f.printed for f in alone if f.kind == INTERVAL_NOT_POSSIBLE}
    told = {f.printed for f in compared if f.kind == INTERVAL} | set(given)
    kept = [f for f in compared if f.kind != INTERVAL or f.printed not in wrong]
    return [*kept, *(f for f in alone if f.kind != INTERVAL or f.printed not in told)]


def _figures(sheet: Sheet, asked: Asked) -> tuple[list[Finding], int]:
    """Means, test statistics, intervals and effects of a table, and who can be told from it."""
    table = sheet.printed
    unfit = bool(_unfit(sheet, asked) or (asked.rule == "" and small.looks_rounded(sheet)))
    found, tests = list[Finding](), 0
    for passage in passages.of_table(table):
        told, some = pvalues.check(passage)
        found, tests = [*found, *told], tests + some
    means_of = [] if unfit else averages.in_table(table)
    known = follows.of_shares(sheet, list(estimates.in_table(table)))
    compared, given = follows.in_table(sheet, known) if not unfit else ([], set[str]())
    found += [*_once(compared, [f for e in known for f in intervals.check(e)], given), *means.check(means_of)]
    if asked.rule != "none":
        found += [*singled.check(sheet), *singled.lines(table)]
    return found, tests + len(means_of) + sum(e.low is not None for e in known)


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


def _counts(sheet: Sheet, asked: Asked) -> Iterator[Finding]:
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
    looks = (
        small.looks_rounded(sheet)
        if asked.rule == "" and any(f.kind in (NOT_POSSIBLE, NOT_ADDING) for f in found)
        else ""
    )
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
    percents = sum((f.percent is not None) + (f.answers is not None) for f in figures)
    return Checked(sheet.printed.file, sheet.printed.name, len(sheet.groups), percents, sheet.unread,
                   brackets=sheet.brackets)  # fmt: skip
