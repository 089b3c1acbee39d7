"""A printed table as plain semantic HTML: it reads well aloud, and without any style or script."""

from __future__ import annotations

import json
import re
from html import escape

from pipeline.results import Key
from pipeline.tables.table import Filled, FilledColumn, FilledRow


def to_html(filled: Filled, label: str = "") -> str:
    """A caption, headings with scopes, lines that name their headings, and the notes in a list after the table.

    Ids derive from the table's kind and name. ``data-key`` holds the keys of a cell's numbers as JSON lists of six
    words. ``label``: ``Table 3``, with which the caption begins.
    """
    name = identity(filled)
    title = f"{label}. {filled.title}" if label else filled.title
    said = f' aria-describedby="{name}-notes"' if filled.notes else ""
    parts = [
        f'<div class="table" role="region" tabindex="0" aria-labelledby="{name}-caption">',
        f'<table id="{name}"{said}>',
        f'<caption id="{name}-caption">{escape(title)}</caption>',
        *_column_groups(filled),
        "<thead>",
        *_head(filled, name),
        "</thead>",
        *_body(filled, name),
        "</table>",
        "</div>",
        *_notes(filled, name),
    ]
    return "\n".join(parts) + "\n"


def identity(filled: Filled) -> str:
    """The id of the table in a page; ids of its parts have one word more."""
    return ident("table", filled.kind, filled.name)


def ident(*words: str) -> str:
    """An id that no other words give: what could be mistaken for the hyphen between two words becomes ``.2d.``."""
    return "-".join(re.sub(r"[^A-Za-z0-9_]", lambda sign: f".{ord(sign[0]):x}.", word) for word in words)


def _column_groups(filled: Filled) -> list[str]:
    return ["<colgroup><col></colgroup>", *(f'<colgroup span="{wide}"></colgroup>' for _, wide in filled.spanners())]


def _head(filled: Filled, name: str) -> list[str]:
    spanned = any(c.spanner for c in filled.columns)
    down = ' rowspan="2"' if spanned else ""
    first = [f'<th id="{name}-stub" class="stub" scope="col"{down}>{escape(filled.stub)}</th>']
    if not filled.stub:
        first = [f'<td class="stub"{down}></td>']
    second: list[str] = []
    at = 0
    for spanner, wide in filled.spanners():
        if spanner:
            first.append(
                f'<th id="{name}-s{at}" class="spanner" scope="colgroup" colspan="{wide}">{escape(spanner)}</th>'
            )
        for place in range(at, at + wide):
            above = f"{name}-s{at}" if spanner else ""
            (second if spanner else first).append(
                _column(filled.columns[place], f"{name}-c{place}", above, "" if spanner else down)
            )
        at += wide
    return [f"<tr>{''.join(cells)}</tr>" for cells in (first, second) if cells]


def _column(column: FilledColumn, ident: str, above: str, down: str) -> str:
    named = f' headers="{above}"' if above else ""
    count = (
        f' <span class="n"{_keys((column.key,)) if column.key else ""}>(n = {escape(column.n)})</span>'
        if column.n
        else ""
    )
    return f'<th id="{ident}" scope="col"{named}{down}>{escape(column.label)}{count}</th>'


def _body(filled: Filled, name: str) -> list[str]:
    """A ``tbody`` a block: a line without indent and those under it."""
    above = _columns_above(filled, name)
    lines: list[str] = []
    heading = ""
    for place, row in enumerate(filled.rows):
        if row.indent == 0:
            lines += ["</tbody>"] if lines else []
            lines.append("<tbody>")
            heading = ""
        elif not lines:
            lines.append("<tbody>")
        lines.append(_line(row, f"{name}-r{place}", heading, above))
        heading = f"{name}-r{place}" if row.indent == 0 else heading
    return [*lines, "</tbody>"] if lines else []


def _columns_above(filled: Filled, name: str) -> list[str]:
    """For each column the ids of its headings."""
    found, at = [], 0
    for spanner, wide in filled.spanners():
        found += [f"{name}-s{at} {name}-c{p}" if spanner else f"{name}-c{p}" for p in range(at, at + wide)]
        at += wide
    return found


def _line(row: FilledRow, ident: str, heading: str, above: list[str]) -> str:
    belongs = f' headers="{heading}"' if heading else ""
    head = f'<th id="{ident}" scope="row"{belongs}>{escape(row.head)}</th>'
    before = f"{heading} {ident}" if heading else ident
    keys = row.keys or ((),) * len(row.cells)
    cells = [
        f'<td headers="{before} {columns}"{_keys(held)}>{escape(cell)}</td>'
        for cell, columns, held in zip(row.cells, above, keys, strict=True)
    ]
    return f'<tr class="{escape(row.kind, quote=True)} indent-{row.indent}">{head}{"".join(cells)}</tr>'


def _keys(keys: tuple[Key, ...]) -> str:
    if not keys:
        return ""
    words = json.dumps([list(key) for key in keys], ensure_ascii=False, separators=(",", ":"))
    return f' data-key="{escape(words, quote=True)}"'


def _notes(filled: Filled, name: str) -> list[str]:
    if not filled.notes:
        return []
    return [f'<ul class="notes" id="{name}-notes">', *(f"<li>{escape(note)}</li>" for note in filled.notes), "</ul>"]
