"""A layout and what was released become a table as printed, in a house style."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.errors import StageFailed
from pipeline.results import WITHHELD, Key, Sentence
from pipeline.tables.forms import statistics_of
from pipeline.tables.in_style import PERCENT, Pen, Printed
from pipeline.tables.ledger import explained
from pipeline.tables.marks import marks
from pipeline.tables.style import HOLE, TO, Style
from pipeline.tables.style_file import plain
from pipeline.tables.table import Column, Filled, FilledColumn, FilledRow, Row, Table

__all__ = ["NOTE", "Printed", "fill", "printable"]

NOTE = f"{WITHHELD} withheld: small numbers"
"""What a table of a figure says, whatever the style."""
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no page and no Word file can hold."""
ALONE = ("count", "weighted", "of_answers")
"""Forms of which a part may stand alone."""
TICKS = ("tick", "tick_inferred")


def fill(table: Table, released: Printed, style: Style | None = None) -> Filled:
    """Every cell from released numbers alone, in ``style`` (plain, if none is given).

    A cell of which nothing may be shown prints ``[c]``. A count without its percentage, or the other way round, stands
    alone; of other numbers the withheld one is ``[c]``. The table then says what that means. A cell whose numbers no
    result has holds the layout's own words, if any; ``StageFailed`` where a result has some of them.
    """
    look = style or plain()
    desk = _Desk(table, Pen(released, look, _largest(table, released)), look)
    columns = tuple(desk.column(c) for c in table.columns)
    rows = tuple(desk.row(place, row) for place, row in enumerate(table.rows))
    footnotes = tuple(zip(marks(look.notes.marks, len(desk.marked)), desk.marked, strict=True))
    notes = [note for note in desk.notes(columns, rows) if note]
    if notes and look.notes.joined:
        notes = [" ".join(note if note.endswith((".", "?", "!")) else f"{note}." for note in notes)]
    if notes and look.notes.lead:
        notes[0] = look.notes.lead + notes[0]
    return Filled(table.name, printable(table.title), printable(table.stub), columns, rows, tuple(notes), table.kind,
                  footnotes, look.notes.first == "marked", look.heads.caption)  # fmt: skip


def printable(text: str) -> str:
    """The text on one line, with a replacement mark for what can't be printed."""
    return UNPRINTABLE.sub("\ufffd", " ".join(re.split("[ \t\n\r\v\f\x1c-\x1f\x85\u2028\u2029]+", text)).strip())


def _known(released: Printed, key: Key) -> float | None:
    value = released.value(key)
    return None if released.withheld(key) or not math.isfinite(value) else value


def _largest(table: Table, released: Printed) -> float:
    """The largest denominator that was released of the table's percentages; without any, the largest n of a column."""
    cells = (key for row in table.rows for column in table.columns for key in table.keys(row, column).values())
    bases = dict.fromkeys(k._replace(statistic="denominator") for k in cells if k.statistic in PERCENT)
    for some in (bases, [c.n for c in table.columns if c.n]):
        found = [released.value(k) for k in some if released.has(k) and not released.withheld(k)]
        if found := [n for n in found if math.isfinite(n)]:
            return max(found)
    return 0.0


@dataclass
class _Desk:
    """One table on its way into print, and the footnotes that were met so far."""

    table: Table
    pen: Pen
    style: Style
    marked: list[str] = field(default_factory=list)

    def _marks(self, sentences: tuple[Sentence, ...]) -> tuple[str, ...]:
        """Marks of footnotes, in the order in which the table is read; the same words have one mark."""
        found = []
        for sentence in sentences:
            words = printable(self.pen.say(sentence))
            if words not in self.marked:
                self.marked.append(words)
            found.append(marks(self.style.notes.marks, self.marked.index(words) + 1)[-1])
        return tuple(found)

    def column(self, column: Column) -> FilledColumn:
        words = self.style.words(column.form) if column.form else None
        label = printable(column.label or (words.label if words else ""))
        if words and column.label and words.after:
            label = f"{label} {words.after}"
        if words and words.beside and words.beside != label:
            label = ", ".join(filter(None, (label, words.beside)))
        n = self.pen.text(column.n) if column.n else ""
        spanner = " ".join(filter(None, (printable(column.spanner), self._counted(column.spanner_n))))
        return FilledColumn(label, n, spanner, column.n, self._counted(column.n), self._marks(column.notes),
                            column.form == "text")  # fmt: skip

    def _counted(self, n: Key | None) -> str:
        """How the style says how many people a heading stands for."""
        return self.style.heads.n.replace("{n}", self.pen.text(n)) if n else ""

    def row(self, place: int, row: Row) -> FilledRow:
        head_marks, released = self._marks(row.notes), self.pen.released
        cells, keys, titles, numbers, cell_marks, why = [], [], [], [], [], []
        for at, column in enumerate(self.table.columns):
            text, held, title = self._cell(row, column, at)
            cells.append(text)
            keys.append(held)
            titles.append(title)
            numbers.append(tuple(_known(released, k) for k in held))
            why.append(printable(explained(self.table, row, column, released)))
            cell_marks.append(self._marks(row.cell_notes[at]) if row.cell_notes else ())
        label = printable(row.label or self.style.words(row.form).label)
        unit = printable(row.unit)
        words = self.style.heads.unit.replace("{unit}", unit).replace("{label}", label) if unit else label
        words = ", ".join(filter(None, (words, self._beside(place, row))))
        return FilledRow(label, row.kind, row.indent, tuple(cells), unit, tuple(keys), words if words != label else "",
                         head_marks, tuple(cell_marks), tuple(titles), tuple(numbers), tuple(why))  # fmt: skip

    def _beside(self, place: int, row: Row) -> str:
        """What the style writes after the heading of lines whose cells don't say what they are; after a line of its own
        where the heading has lines of another kind, too."""
        if all(c.form is not None for c in self.table.columns):
            return ""
        own = self.style.words(row.form).beside
        under = self._under(place)
        if under:
            shared = {self.style.words(r.form).beside for r in under if r.kind != "missing"}
            return own or (next(iter(shared)) if len(shared) == 1 else "")
        above = next((p for p in range(place - 1, -1, -1) if self.table.rows[p].indent < row.indent), None)
        if own and above is not None and self._beside(above, self.table.rows[above]) == own:
            return ""
        return own

    def _under(self, place: int) -> list[Row]:
        """The lines under a heading: those that follow it with a larger indent."""
        found: list[Row] = []
        for row in self.table.rows[place + 1 :]:
            if row.indent <= self.table.rows[place].indent:
                break
            found.append(row)
        return found

    def _cell(self, row: Row, column: Column, at: int) -> tuple[str, tuple[Key, ...], str]:
        """Text, the keys of its numbers, and what it says to those who listen where it is a symbol."""
        form, released = self.table.form(row, column), self.pen.released
        keys = self.table.keys(row, column)
        there = [released.has(key) for key in keys.values()]
        if not any(there):
            return (printable(row.texts[at]) if row.texts else ""), (), ""
        if not all(there):
            lost = sorted(s for s, key in keys.items() if not released.has(key))
            name = f"table '{self.table.name}', '{row.label or form}', '{column.label or form}'"
            raise StageFailed(f"{name}: no result for {', '.join(lost)}")
        held = tuple(keys.values())
        absent = self.style.absent
        if all(released.withheld(key) for key in held):
            return absent.withheld, held, ""
        if form in TICKS:
            return self._tick(keys, held)
        if alone := self._alone(row, column):
            text = self._alone_text(keys[alone])
            return (absent.withheld if absent.not_available in text else text), held, ""
        shown = {s: self.pen.text(key) for s, key in keys.items()}
        if set(shown.values()) == {absent.not_available}:
            return absent.not_available, held, ""
        negative = any(text.startswith(self.style.numbers.minus) for text in shown.values())
        shown[TO] = self.style.numbers.to_negative if negative else self.style.numbers.to
        text = HOLE.sub(lambda hole: shown[hole[1]], self.style.words(form).cell)
        gone = re.escape(absent.withheld)  # several in a row are marked once: 21 ([c]), not 21 ([c]%; [c] to [c])
        text = re.sub(rf"{gone}%?(?:[^0-9()\[\]]{{1,6}}{gone}%?)*", lambda _: absent.withheld, text)
        return text.replace(f"{absent.not_available}%", absent.not_available), held, ""

    def _tick(self, keys: dict[str, Key], held: tuple[Key, ...]) -> tuple[str, tuple[Key, ...], str]:
        has = {s: not self.pen.released.withheld(key) and self.pen.released.value(key) > 0 for s, key in keys.items()}
        if not has["tick"]:
            return "", held, "no"
        if has.get("inferred"):
            return self.style.absent.tick_inferred, held, "yes, inferred"
        return self.style.absent.tick, held, "yes"

    def _alone_text(self, key: Key) -> str:
        return self.pen.text(key) + ("%" if key.statistic in PERCENT else "")

    def _alone(self, row: Row, column: Column) -> str:
        """The statistic that is left of a count and its percentage where the other is withheld; empty elsewhere."""
        form, keys = self.table.form(row, column), self.table.keys(row, column)
        if form not in ALONE or not all(self.pen.released.has(key) for key in keys.values()):
            return ""
        count, share = statistics_of(form)
        first, second = (self.pen.released.withheld(keys[s]) for s in (count, share))
        return "" if first == second else share if first else count

    def notes(self, columns: tuple[FilledColumn, ...], rows: tuple[FilledRow, ...]) -> Iterator[str]:
        """What the style says of the forms, what the layout says, abbreviations, and what stands for absent numbers."""
        table, absent = self.table, self.style.absent
        used = dict.fromkeys(
            table.form(row, column)
            for row, line in zip(table.rows, rows, strict=True)
            for column, keys in zip(table.columns, line.keys, strict=True)
            if keys
        )
        words = [self.style.words(form) for form in used]
        yield from dict.fromkeys(w.note for w in words)
        yield from (printable(self.pen.say(note)) for note in table.notes)
        yield self._legend(sorted({short for w in words for short in w.short}, key=str.lower))
        numbers = (cell for row in rows for cell, keys in zip(row.cells, row.keys, strict=True) if keys)
        cells = [*(c.n for c in columns), *numbers]
        if any(re.search(rf"(?<!\w){re.escape(absent.not_available)}(?!\w)", c) for c in cells):
            yield absent.not_available_note
        if any(self._alone(row, column) for row in table.rows for column in table.columns):
            yield absent.alone_note
        if any(absent.withheld in c for c in cells):
            yield absent.withheld_note

    def _legend(self, found: list[str]) -> str:
        rules = self.style.abbreviations
        parts = [
            rules.one.replace("{short}", short).replace("{long}", rules.meanings.get(short, short)) for short in found
        ]
        return f"{rules.lead}{rules.between.join(parts)}{rules.end}" if parts else ""
