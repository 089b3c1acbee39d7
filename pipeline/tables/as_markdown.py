"""A printed table as a pipe table of Markdown, which JupyterLab, GitHub and pandoc read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.tables.table import Filled

BLANK = "\u2003"
"""An indent: an em space, because a pipe table drops ordinary ones."""
_INSIDE = re.compile(r"[\\`*_{}\[\]<>&|~^$@]|(?<=-)-|(?<=:)/(?=/)|!(?=\[)")
"""What a reader of Markdown (CommonMark, GitHub's, pandoc's) could take for more than itself anywhere in a line."""
_FIRST = re.compile(r"^(?:[#+\-=:]|[0-9]+(?=[.)]))")
"""And at its beginning: headings, lists."""


def to_markdown(filled: Filled, label: str = "") -> bytes:
    """The caption in bold, the table, the notes as paragraphs; UTF-8.

    A pipe table has one line of headings: a spanner stands before its column's own, ``Baseline: Leaders (n = 14)``.
    Footnote marks are ``<sup>`` elements.
    """
    before, title = filled.titled(label)
    parts = [f"**{escaped(part.strip())}**" for part in f"{before}{title}".split("\n") if part.strip()]
    heads = [escaped(filled.stub)]
    for column in filled.columns:
        above = f"{escaped(column.spanner)}: " if column.spanner else ""
        heads.append(f"{above}{escaped(column.head)}{_marks(column.marks)}")
    lines = [_line(heads), _line([":--", *("--:" for _ in filled.columns)])]
    for row in filled.rows:
        cells = [f"{escaped(cell)}{_marks(row.marks_at(at))}" for at, cell in enumerate(row.cells)]
        lines.append(_line([f"{BLANK * row.indent}{escaped(row.head)}{_marks(row.marks)}", *cells]))
    notes = [f"{_marks((mark,))} {escaped(note)}" if mark else escaped(note) for mark, note in filled.under()]
    return ("\n\n".join([*parts, "\n".join(lines), *notes]) + "\n").encode("utf-8")


def escaped(text: str) -> str:
    """The text as Markdown says it: a backslash before a sign of ASCII is always right."""
    inside = _INSIDE.sub(lambda sign: f"\\{sign[0]}", text)
    return _FIRST.sub(lambda sign: f"{sign[0]}\\" if sign[0].isdigit() else f"\\{sign[0]}", inside)


def _marks(marks: Iterable[str]) -> str:
    return "".join(f"<sup>{escaped(mark)}</sup>" for mark in marks)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
