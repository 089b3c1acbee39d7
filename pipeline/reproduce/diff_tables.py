"""Where a reader sees a number, and the tables with their changed cells marked, from both versions' layouts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.disclosure import Released
from pipeline.errors import AlongsideError
from pipeline.report.changes import Before, marked_table
from pipeline.report.layouts import LAYOUTS, Layouts, layouts_from, released_from
from pipeline.reproduce.diff_versions import Version
from pipeline.reproduce.elsewhere import plain
from pipeline.results import ALL, Key
from pipeline.run.places import RESULTS
from pipeline.tables.fill import fill
from pipeline.tables.style_file import style, style_names
from pipeline.tables.table import Filled, Table

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Shown:
    """marked: tables of the new version with ``old → new`` in changed cells; same, added, gone: titles of the others.

    reworded: titles of tables, marked or not, whose words, lines or columns are others. places: number -> table, line
    and column in which it stands.
    """

    marked: tuple[Filled, ...]
    same: tuple[str, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]
    reworded: tuple[str, ...]
    places: Mapping[Key, tuple[str, str, str]]

    def place(self, key: Key) -> str:
        """``Participants, Age / Mean (SD), Peer: mean``; by its key where no table shows it."""
        if key in self.places:
            table, line, column = self.places[key]
            return f"{', '.join(filter(None, (table, line, column)))}: {key.statistic}"
        words = [w for w in key[:5] if w and w != ALL]
        return f"{' / '.join(words)}: {key.statistic} (in no table)"


def shown_tables(old: Version, new: Version) -> Shown:
    """Fill the new version's tables with both versions' numbers; ``Mistakes`` for layouts that can't be read."""
    before, now = _read(old), _read(new)
    earlier = {(t.kind, t.name): t for t in before[0].tables} if before else {}
    places = dict(_places(before)) if before else {}
    if now is None:
        return Shown((), (), (), (), (), places)
    layouts, released = now
    marked, same, added, reworded = [], [], [], []
    for table in layouts.tables:
        filled = _filled(table, layouts, released)
        if filled is None:
            continue
        if before is None or (table.kind, table.name) not in earlier:
            added.append(filled.title)
            continue
        as_it_was = fill(table, Before(before[1], released), style(_look(layouts)))
        both, touched = marked_table(as_it_was, filled)
        then = _filled(earlier[table.kind, table.name], *before)
        other = then is not None and _words(then) != _words(filled)
        if other:
            reworded.append(filled.title)
        if touched:
            marked.append(both)
        elif not other:
            same.append(filled.title)
    kept = {(t.kind, t.name) for t in layouts.tables}
    gone = [plain(t.title) for t in before[0].tables if (t.kind, t.name) not in kept] if before else []
    return Shown(
        tuple(marked), tuple(same), tuple(added), tuple(gone), tuple(reworded), {**places, **dict(_places(now))}
    )


def _read(version: Version) -> tuple[Layouts, Released] | None:
    if LAYOUTS not in version.files:
        return None
    layouts = layouts_from(version.files[LAYOUTS], f"{version.place} {LAYOUTS}")
    return layouts, released_from(version.files[RESULTS], layouts.exact, f"{version.place} {RESULTS}")


def _look(layouts: Layouts) -> str:
    """A workspace's own house style is not known elsewhere: plain stands in for it."""
    return layouts.style if layouts.style in style_names() else "plain"


def _filled(table: Table, layouts: Layouts, released: Released) -> Filled | None:
    """None for a layout that asks for numbers that its results don't have: a report that was tampered with."""
    try:
        return fill(table, released, style(_look(layouts)))
    except AlongsideError:
        return None


def _words(filled: Filled) -> tuple[object, ...]:
    """All that a table says beside its numbers."""
    notes = tuple(_DIGITS.sub("#", note) for note in (*filled.notes, *(text for _, text in filled.footnotes)))
    columns = tuple((_DIGITS.sub("#", c.spanner), c.label) for c in filled.columns)  # n stands in a spanner, too
    return filled.title, filled.stub, columns, tuple((r.head, r.indent) for r in filled.rows), notes


def _places(read: tuple[Layouts, Released]) -> Iterator[tuple[Key, tuple[str, str, str]]]:
    layouts, released = read
    for table in layouts.tables:
        filled = _filled(table, layouts, released)
        above: list[str] = []
        for row in filled.rows if filled else ():
            above = [*above[: row.indent], row.head]
            for column, keys in zip(filled.columns if filled else (), row.keys, strict=True):
                head = " ".join(filter(None, (column.spanner, column.label)))
                for key in keys:
                    yield key, (table.title, " / ".join(above), head)
        for column in filled.columns if filled else ():
            if column.key:
                yield column.key, (table.title, "heading", column.label)
