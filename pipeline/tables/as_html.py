"""A printed table as plain semantic HTML: it reads well aloud, and without any style or script."""

from __future__ import annotations

import json
import re
from html import escape

from pipeline.results import Key
from pipeline.tables.table import Filled, FilledColumn, FilledRow

WHY = """
.why { cursor: help; scroll-margin: 3rem 0 9rem; }
.why:focus { background: #fff1cc; }
.why:focus::after { content: attr(title); position: fixed; inset: auto 1rem 1rem; z-index: 9; box-sizing: border-box;
  max-width: 45rem; padding: 0.7rem 0.9rem; border-radius: 4px; background: #1b262c; color: #fff;
  font: 400 0.94rem/1.4 system-ui, sans-serif; text-align: left; white-space: normal; }
@supports (position-area: bottom) {
  .why:focus { anchor-name: --why; }
  .why:focus::after { position-anchor: --why; position-area: bottom span-all; position-try-fallbacks: flip-block;
    justify-self: anchor-center; inset: auto; margin: 0.4rem 1rem;
    width: max-content; max-width: min(24rem, 100vw - 2rem); }
}
@media print { .why:focus { background: none; } .why:focus::after { content: none; } }
"""
"""Style of what a percentage is of, where it has the focus: beside its cell, or, in a browser that can't place it
there, at the foot of the window; the cell that it speaks of is never behind it."""


def to_html(filled: Filled, label: str = "") -> str:
    """A caption, headings with scopes, lines that name their headings, and the notes in a list after the table.

    Ids derive from the table's kind and name. ``data-key`` holds the keys of a cell's numbers as JSON lists of six
    words. ``label``: ``Table 3``, with which the caption begins.
    """
    name = identity(filled)
    said = f' aria-describedby="{name}-notes"' if filled.under() else ""
    parts = [
        f'<div class="table" role="region" tabindex="0" aria-labelledby="{name}-caption">',
        f'<table id="{name}"{said}>',
        f'<caption id="{name}-caption">{_caption(filled, label)}</caption>',
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


def _caption(filled: Filled, label: str) -> str:
    """Where the style puts the title on a line of its own, the label is a word in bold above it."""
    before, title = filled.titled(label)
    if not before.endswith("\n"):
        return escape(f"{before}{title}")
    return f'<strong class="label">{escape(before.strip())}</strong><br><em class="title">{escape(title)}</em>'


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
            cell = _column(filled.columns[place], name, place, above, "" if spanner else down)
            (second if spanner else first).append(cell)
        at += wide
    return [f"<tr>{''.join(cells)}</tr>" for cells in (first, second) if cells]


def _column(column: FilledColumn, name: str, place: int, above: str, down: str) -> str:
    named = f' headers="{above}"' if above else ""
    count = (
        f' <span class="n"{_keys((column.key,)) if column.key else ""}>{escape(column.people)}</span>'
        if column.n
        else ""
    )
    marks = _marks(column.marks, name)
    return f'<th id="{name}-c{place}"{_kind(column)} scope="col"{named}{down}>{_named(column.label)}{count}{marks}</th>'


def _kind(column: FilledColumn) -> str:
    return ' class="words"' if column.words else ""


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
        lines.append(_line(row, name, place, heading, above, filled.columns, filled.stretch(row)))
        heading = f"{name}-r{place}" if row.indent == 0 else heading
    return [*lines, "</tbody>"] if lines else []


def _columns_above(filled: Filled, name: str) -> list[str]:
    """For each column the ids of its headings."""
    found, at = [], 0
    for spanner, wide in filled.spanners():
        found += [f"{name}-s{at} {name}-c{p}" if spanner else f"{name}-c{p}" for p in range(at, at + wide)]
        at += wide
    return found


def _line(
    row: FilledRow, name: str, place: int, heading: str, above: list[str], over: tuple[FilledColumn, ...], stretch: int
) -> str:
    ident = f"{name}-r{place}"
    belongs = f' headers="{heading}"' if heading else ""
    wide = f' colspan="{stretch + 1}"' if stretch else ""
    said = f"{_named(row.head)}{_marks(row.marks, name)}"
    said = f'<span class="over">{said}</span>' if stretch else said  # which stays in sight where the rest is scrolled
    head = f'<th id="{ident}"{wide} scope="row"{belongs}>{said}</th>'
    before = f"{heading} {ident}" if heading else ident
    keys = row.keys or ((),) * len(row.cells)
    cells = [
        f'<td{_kind(over[at])} headers="{before} {columns}"{_keys(held)}>'
        f"{_said(cell, row.title_at(at), row.why_at(at))}{_marks(row.marks_at(at), name)}</td>"
        for at, (cell, columns, held) in enumerate(zip(row.cells, above, keys, strict=True))
        if at >= stretch
    ]
    named = escape(f"{row.kind} indent-{row.indent}", quote=True)
    return f'<tr class="{named}">{head}{"".join(cells)}</tr>'


_NAME = re.compile(r"[^\W\d_]+-[0-9]+[A-Z]?\b|\b[A-Z]{2,}-[A-Z]+\b")
"""UCLA-3, EQ-5D, AUDIT-C: a line that ended at the hyphen would tear the name of an instrument."""


def _named(words: str) -> str:
    """Words in which no line ends inside the name of an instrument."""
    return _NAME.sub(lambda name: f'<span class="whole">{name[0]}</span>', escape(words))


def _keys(keys: tuple[Key, ...]) -> str:
    if not keys:
        return ""
    words = json.dumps([list(key) for key in keys], ensure_ascii=False, separators=(",", ":"))
    return f' data-key="{escape(words, quote=True)}"'


def _said(cell: str, title: str, why: str) -> str:
    """A cell; of a symbol, what it says to those who listen; of a percentage, what it is of, when it is pointed at or
    has the focus."""
    if why:
        return f'<span class="why" tabindex="0" title="{escape(why, quote=True)}">{escape(cell)}</span>'
    if not title:
        return _named(cell)
    return f'<span role="img" aria-label="{escape(title, quote=True)}">{escape(cell)}</span>'


def _marks(marks: tuple[str, ...], name: str) -> str:
    """Footnote marks, each a link to its footnote."""
    if not marks:
        return ""
    links = ", ".join(f'<a href="#{_footnote(name, mark)}">{escape(mark)}</a>' for mark in marks)
    return f"<sup>{links}</sup>"


def _footnote(name: str, mark: str) -> str:
    return f"{name}-note-{ident(mark)}"


def _notes(filled: Filled, name: str) -> list[str]:
    if not filled.under():
        return []
    lines = [
        f'<li id="{_footnote(name, mark)}"><sup>{escape(mark)}</sup> {_named(note)}</li>'
        if mark
        else f"<li>{_named(note)}</li>"
        for mark, note in filled.under()
    ]
    return [f'<ul class="notes" id="{name}-notes">', *lines, "</ul>"]
