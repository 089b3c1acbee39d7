"""From a printed table to its counts and percentages of people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.audit.columns import measures
from pipeline.audit.figures import Figure, comma_decimals, figure, stated_n, without_n
from pipeline.audit.fitted import fit, is_open
from pipeline.audit.groups import Reading, groups, levelled
from pipeline.audit.printed import Line, Printed
from pipeline.audit.sheet import Group, Measure, Sheet, Stated
from pipeline.audit.words import OF_BOTH, PERCENT, SEVERAL, STATISTIC, TOTAL

_ANNOUNCED = re.compile(r"n \(%\)|\(percentages?\)|percentages? (?:are|of)", re.I)


def sheet_of(table: Printed, n: int | None = None) -> Sheet:
    """The groups of a table. What is not recognised as counts or percentages has no part in it. n: of how many people
    the study is, where its user says it."""
    texts = [cell.words for line in table.lines for cell in line.cells]
    about = " ".join([table.caption.words, table.stub.words, *(c.called for c in table.columns)])
    comma = comma_decimals([*texts, *(c.called for c in table.columns)])
    found = tuple(measures(table, comma))
    announced = bool(PERCENT.search(about)) or any(_ANNOUNCED.search(note.words) for note in table.notes)
    read = Reading(found, comma, announced, bool(STATISTIC.search(about)), bool(SEVERAL.search(about)),
                   both=any(OF_BOTH.search(note.words) for note in table.notes))  # fmt: skip
    held = list(_open(table, read))
    if held and not announced and not read.mixed:
        read = _by_fit(table, read, held, n)
    lines = levelled(table, read)
    grouped = tuple(groups(table, lines, read))
    said, of = _numbers(table, lines, read)
    percents = any(f.percent for f in _figures(grouped))
    people = bool(found) and (percents or any(of) or any(m.counts_alone for m in found))
    unread = sum("%" in t for t in texts) - sum(f.sign for f in _figures(grouped))
    brackets = len(held) - sum(map(is_open, _figures(grouped))) if not read.mixed else 0
    return Sheet(table, found, grouped, of, tuple(said), people, max(0, unread), max(0, brackets))


def _open(table: Printed, read: Reading) -> Iterator[tuple[str, int, Figure]]:
    """(label, column of counts, cell) of every ``11 (26)`` that no label says to be a mean or another statistic."""
    for line in table.lines:
        words = line.label.words
        for measure in read.measures if not STATISTIC.search(words) or PERCENT.search(words) else ():
            if measure.count is not None and measure.percent is None:
                cell = figure(line.cells[measure.count].words, read.comma, measure.swapped)
                if is_open(cell):
                    yield words, measure.count, cell


def _by_fit(table: Printed, read: Reading, held: Sequence[tuple[str, int, Figure]], n: int | None) -> Reading:
    """Open cells are n (%) where they fit the numbers of people that the table or its user says."""
    _, of = _numbers(table, levelled(table, read), read)
    alone = len(read.measures) == 1
    known = {m.count: o[0] if o else n for m, o in zip(read.measures, of, strict=True) if o or alone or m.overall}
    by = {column: of for column, of in known.items() if column is not None and of is not None}
    return replace(read, fitted=by) if fit([(w, cell, by[j]) for w, j, cell in held if j in by]) else read


def _numbers(table: Printed, lines: Sequence[Line], read: Reading) -> tuple[list[Stated], tuple[Stated | None, ...]]:
    """(what is said of all people, the number of each measure's people)."""
    found = read.measures
    rows = [(line.label.words, [read.cell(line, m).n for m in found]) for line in lines if _total(line)]
    said = list(_said(table, rows, found, read.comma))
    return said, tuple(_of(j, m, rows, said, len(found)) for j, m in enumerate(found))


def _figures(grouped: Sequence[Group]) -> Iterator[Figure]:
    return (f for g in grouped for m in g.members for f in m.figures)


def _total(line: Line) -> bool:
    return line.indent == 0 and bool(TOTAL.fullmatch(without_n(line.label.words).strip(" :,")))


def _said(
    table: Printed, rows: Sequence[tuple[str, list[int | None]]], found: Sequence[Measure], comma: bool
) -> Iterator[Stated]:
    """The number of all people, as the caption, a line such as "N" and a note to the whole table say it."""
    caption = stated_n(table.caption.words, comma)
    if caption is not None:
        yield caption, "the caption"
    for label, counts in rows:
        for n, measure in zip(counts, found, strict=True):
            if n is not None and (len(found) == 1 or measure.overall):
                yield n, f"line '{label}'"
    for note in table.notes:
        n = stated_n(note.words, comma)
        if n is not None and not note.mark and note.words.lstrip("( ").upper().startswith("N"):
            yield n, "a note"


def _of(
    j: int, measure: Measure, rows: Sequence[tuple[str, list[int | None]]], said: Sequence[Stated], measures: int
) -> Stated | None:
    """The number of a column's people: from its heading, a line such as "N", or what is said of all people."""
    if measure.n:
        return measure.n, "the column's heading"
    for label, counts in rows:
        n = counts[j]
        if n is not None:
            return n, f"line '{label}'"
    return said[0] if said and (measures == 1 or measure.overall) else None
