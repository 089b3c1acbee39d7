"""What changed from one run to the next: how many numbers, and a page that marks them in the tables.

Everything here is exact, of small groups of people, too: it goes to the terminal and to ``data/``, never to
``reports/``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline import __version__
from pipeline.disclosure import Released, draft
from pipeline.report.blocks import Block, Heading, Listing, Paragraph, TableBlock
from pipeline.report.fragments import block_html
from pipeline.report.html import frame, written_page
from pipeline.report.sanitise import safe
from pipeline.results import KEY, Key, Results
from pipeline.study import Study
from pipeline.tables.fill import fill
from pipeline.tables.rounding import significant
from pipeline.tables.table import Filled, FilledColumn, FilledRow, Table

NONE = "–"
DIGITS = 10
MOST_LISTED = 300
_OLD, _NEW, _END = "\ue000", "\ue001", "\ue002"
_MARKS = str.maketrans({_OLD: "", _NEW: "", _END: ""})


@dataclass(frozen=True)
class Changes:
    """changed: (key, text before, text after) of numbers that both runs have; new, gone: keys that one of them has.

    total: how many numbers there are now.
    """

    total: int
    changed: tuple[tuple[Key, str, str], ...]
    new: tuple[Key, ...] = ()
    gone: tuple[Key, ...] = ()

    def sentence(self, recoded: int = 0, rows_new: int = 0, rows_gone: int = 0) -> str:
        """``1 answer recoded: 4 of 212 numbers changed``. What changed in the export is counted by the caller."""
        found = ((recoded, "answer", "recoded"), (rows_new, "row", "new"), (rows_gone, "row", "gone"))
        causes = [f"{n:,} {word}{'' if n == 1 else 's'} {what}" for n, word, what in found if n]
        said = f"{len(self.changed):,} of {self.total:,} numbers changed"
        said += "".join(f", {len(some):,} {word}" for some, word in ((self.new, "new"), (self.gone, "gone")) if some)
        return f"{', '.join(causes) or 'No answer recoded'}: {said}"


def changed_numbers(old: Results, new: Results) -> Changes:
    """Numbers whose printed text, or whose value to ten significant digits, is not what it was."""
    before, after = _numbers(old), _numbers(new)
    both = [key for key in after if key in before]
    changed = tuple((Key(*key), before[key][0], after[key][0]) for key in both if before[key] != after[key])
    return Changes(
        len(after),
        changed,
        tuple(Key(*k) for k in after if k not in before),
        tuple(Key(*k) for k in before if k not in after),
    )


def _numbers(results: Results) -> dict[tuple[str, ...], tuple[str, float | None]]:
    """Key -> text as printed, and value (None for NaN, which equals itself here)."""
    frame = draft(results).frame
    keys = frame[KEY].itertuples(index=False, name=None)
    values = [None if v != v else significant(float(v), DIGITS) for v in frame["value"]]
    return dict(zip(map(tuple, keys), zip(frame["text"], values, strict=True), strict=True))


def changes_page(
    study: Study, old: Results, new: Results, tables: Sequence[Table], headline: str, told: Sequence[str] = ()
) -> bytes:
    """The page of ``data/processed/<study>/changes.html``: every table with a change, old → new; then the numbers that
    no table shows. told: what changed in the export, a sentence each.
    """
    changes, after = changed_numbers(old, new), draft(new)
    before = Before(draft(old), after)
    blocks: list[Block] = [Paragraph((f"{headline}.",))]
    if told:
        blocks += [Heading("In the export", "in-the-export", 2), Listing(tuple((line,) for line in told))]
    shown: set[Key] = set()
    marked: list[Block] = []
    same: list[str] = []
    for table in tables:
        filled, touched = marked_table(fill(table, before), fill(table, after))
        shown |= keys_in(filled)
        if touched:
            marked.append(TableBlock(filled, f"Table {len(marked) + 1}"))
        else:
            same.append(table.title)
    blocks.append(Heading("In the tables", "in-the-tables", 2))
    blocks += marked or [Paragraph(("No cell of a table changed.",))]
    blocks += [Paragraph((f"Unchanged: {'; '.join(same)}.",))] if same and marked else []
    blocks += _elsewhere(changes, shown)
    said = frame(f"What changed: {study.title}", "changes", f"Made with Alongside {__version__}.", study.made_up, True)
    return written_page("body.html.j2", {**said, "body": drawn("".join(map(block_html, blocks)))})


def drawn(markup: str) -> str:
    """Marks become elements, which ``safe`` closes where a mark was lost."""
    arrow = " → "
    return safe(markup.replace(_OLD, "<del>").replace(_NEW, f"</del>{arrow}<ins>").replace(_END, "</ins>"))


class Before:
    """An earlier version under a later one's layouts: a number that only the later one has prints a dash."""

    def __init__(self, released: Released, now: Released):
        self._released, self._now = released, now

    def has(self, key: Key) -> bool:
        return self._now.has(key)

    def text(self, key: Key) -> str:
        return self._released.text(key) if self._released.has(key) else NONE

    def value(self, key: Key) -> float:
        return self._released.value(key) if self._released.has(key) else math.nan

    def decimals(self, key: Key) -> int | None:
        return None

    def withheld(self, key: Key) -> bool:
        return self._released.has(key) and self._released.withheld(key)


def change(old: str, new: str) -> str:
    old, new = old.translate(_MARKS), new.translate(_MARKS)
    return new if old == new else f"{_OLD}{old}{_NEW}{new}{_END}"


def marked_table(old: Filled, new: Filled) -> tuple[Filled, bool]:
    """The new table with ``old → new`` where a cell, a column's n or a note differs; and whether any does."""
    columns = tuple(_column(a, b) for a, b in zip(old.columns, new.columns, strict=True))
    rows = tuple(_row(a, b) for a, b in zip(old.rows, new.rows, strict=True))
    notes = tuple(change(a, b) for a, b in zip(old.notes, new.notes, strict=False)) + new.notes[len(old.notes) :]
    touched = any(_OLD in text for text in (*(c.n for c in columns), *(cell for r in rows for cell in r.cells), *notes))
    return replace(new, columns=columns, rows=rows, notes=notes), touched


def _column(old: FilledColumn, new: FilledColumn) -> FilledColumn:
    return replace(new, n=change(old.n, new.n))


def _row(old: FilledRow, new: FilledRow) -> FilledRow:
    """A cell that no result fills now stays empty, whatever the layout would have had there before."""
    return replace(new, cells=tuple(b if not b else change(a, b) for a, b in zip(old.cells, new.cells, strict=True)))


def keys_in(filled: Filled) -> set[Key]:
    return {k for r in filled.rows for keys in r.keys for k in keys} | {c.key for c in filled.columns if c.key}


def _elsewhere(changes: Changes, shown: set[Key]) -> list[Block]:
    """Changed numbers that only figures or sentences show, and how many keys are new or gone."""
    others = [(key, a, b) for key, a, b in changes.changed if key not in shown and a != b]
    unseen = sum(1 for _, a, b in changes.changed if a == b)
    blocks: list[Block] = []
    if others:
        rows = [
            FilledRow(" / ".join(w or NONE for w in key), "statistic", 0, (change(a, b),))
            for key, a, b in others[:MOST_LISTED]
        ]
        left = len(others) - len(rows)
        notes = (f"And {left:,} more.",) if left else ()
        table = Filled(
            "elsewhere",
            "Changed numbers of figures and sentences",
            "Number",
            (FilledColumn("Before → now"),),
            tuple(rows),
            notes,
        )
        blocks += [Heading("Elsewhere", "elsewhere", 2), TableBlock(table, "")]
    said = [f"{unseen:,} changed in digits that are not printed"] if unseen else []
    said += [
        f"{len(some):,} numbers are {word}" for some, word in ((changes.new, "new"), (changes.gone, "gone")) if some
    ]
    if said:
        blocks.append(Paragraph((f"Of all numbers, {'; '.join(said)}.",)))
    return blocks
