"""A printed table as LaTeX, with the package booktabs alone: no vertical rule, spanners over their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.tables.as_html import identity
from pipeline.tables.table import Filled

STEP = r"\hspace*{1em}"
SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "[": "{[}", "*": "{*}", "`": r"\textasciigrave{}",
    "\u00a0": "~", "\u202f": r"\,", "−": r"\ensuremath{-}", "–": r"\textendash{}", "✓": r"\ensuremath{\checkmark}",
    "≤": r"\ensuremath{\leq}", "≥": r"\ensuremath{\geq}", "†": r"\textdagger{}", "‡": r"\textdaggerdbl{}",
    "§": r"\textsection{}", "¶": r"\textparagraph{}", "·": r"\textperiodcentered{}", "∞": r"\ensuremath{\infty}",
}  # fmt: skip
"""Signs that LaTeX would run (also ``[`` and ``*`` after the end of a row) or that its usual fonts lack."""
PREAMBLE = [
    r"% Needs \usepackage{booktabs,longtable,amssymb,pdflscape}, and \usepackage[T1]{fontenc} for quotation marks.",
]
LONG = 40
"""A table of more lines than these goes over pages."""
_TIGHT = r"\setlength{\tabcolsep}{3pt}"
SIZES = (
    (r"\normalsize", 10.0),
    (rf"\small{_TIGHT}", 9.0),
    (rf"\footnotesize{_TIGHT}", 8.0),
    (rf"\scriptsize{_TIGHT}", 7.0),
)
LETTER, LINE_PT = 0.5, 345.0
"""A letter's width as a part of its size, and the line of the class article on A4, in points."""
ACROSS_PT = 550.0
"""The line of a page in landscape: the height of the text of the class article, on letter paper, in points."""
TOO_WIDE = r"% Wider than a page in landscape, too: leave out columns, or print it in parts."
STUB = 28
"""Longer names of lines, in letters, go on another line."""
_ANY = re.compile("|".join(map(re.escape, SIGNS)))
_JOINED = re.compile(r"([-,'])(?=\1)")
"""Signs that LaTeX makes one of two of, a dash of hyphens."""


def to_latex(filled: Filled, label: str = "") -> bytes:
    """Caption, ``tabular`` in a ``table``, and the notes in a ``minipage`` under it; UTF-8. A long table is a
    ``longtable``, which goes over pages and repeats its heading; letters are as small as its width asks for, and what
    is too wide even for the smallest stands on pages of its own in landscape.

    LaTeX counts tables itself: ``label`` says nothing here. A script beyond the Latin one needs XeLaTeX or LuaLaTeX.
    """
    long = len(filled.rows) > LONG
    said, named = rf"\caption{{{escaped(filled.title)}}}", rf"\label{{{_anchor(filled)}}}"
    head = [r"\toprule", *_head(filled), r"\midrule"]
    across, size, points = _size(filled)
    start = rf"{{@{{}}{_kinds(filled, points)}@{{}}}}"
    body = [*_rows(filled), r"\bottomrule"]
    if long:
        lines = [r"\begingroup", size, rf"\begin{{longtable}}{start}", said, rf"{named}\\"]
        lines += [*head, r"\endfirsthead", *head, r"\endhead", *body, r"\end{longtable}"]
    else:
        lines = [r"\begin{table}[htbp]", r"\centering", size, said, named]
        lines += [rf"\begin{{tabular}}{start}", *head, *body, r"\end{tabular}"]
    lines += [*_notes(filled), r"\endgroup" if long else r"\end{table}"]
    if across:
        lines = [r"\begin{landscape}", *lines, r"\end{landscape}"]
    return ("\n".join([*PREAMBLE, *lines]) + "\n").encode("utf-8")


def _size(filled: Filled) -> tuple[bool, str, float]:
    """Whether in landscape, and the largest letters, in points, with which its columns stand side by side: upright if
    any are small enough for that, else in landscape, else the smallest there are.

    Columns of sentences take the lines that they need.
    """
    sentences = any(row.kind == "words" for row in filled.rows)
    letters = 0 if sentences else min(_stub(filled), STUB) + sum(_letters(filled))
    for across, room in ((False, LINE_PT), (True, ACROSS_PT)):
        for size, points in SIZES:
            gap = 6.0 if size == SIZES[0][0] else 3.0
            if letters * points * LETTER + 2 * gap * len(filled.columns) <= room:
                return across, size, points
    return True, f"{TOO_WIDE}\n{SIZES[-1][0]}", SIZES[-1][1]


def _letters(filled: Filled) -> list[int]:
    """Of each column's longest text."""
    return [max(len(c.head), *(len(r.cells[at]) for r in filled.rows), 0) for at, c in enumerate(filled.columns)]


def _stub(filled: Filled) -> int:
    return max(len(filled.stub), *(2 * row.indent + len(row.head) for row in filled.rows), 0)


def _kinds(filled: Filled, points: float) -> str:
    """Long names of lines, and sentences, take several lines; numbers stand at the right."""
    wide = len(filled.columns)
    if any(row.kind == "words" for row in filled.rows):
        return "l" + rf"p{{{0.8 / wide:.2f}\linewidth}}" * wide
    stub = rf"p{{{STUB * points * LETTER:.0f}pt}}" if _stub(filled) > STUB else "l"
    return stub + "r" * wide


def _rows(filled: Filled) -> list[str]:
    lines = []
    for row in filled.rows:
        cells = [f"{escaped(cell)}{_marks(row.marks_at(at))}" for at, cell in enumerate(row.cells)]
        lines.append(_line([f"{STEP * row.indent}{escaped(row.head)}{_marks(row.marks)}", *cells]))
    return lines


def _notes(filled: Filled) -> list[str]:
    if not filled.under():
        return []
    notes = [f"{_marks((mark,)) + ' ' if mark else ''}{escaped(note)}\\par" for mark, note in filled.under()]
    start = [r"\par\medskip", r"\noindent\begin{minipage}{\linewidth}\footnotesize\raggedright"]
    return [*start, *notes, r"\end{minipage}"]


def _anchor(filled: Filled) -> str:
    return "tab:" + re.sub(r"[^A-Za-z0-9]+", "-", identity(filled).removeprefix("table-"))


def _head(filled: Filled) -> list[str]:
    lines = []
    if any(c.spanner for c in filled.columns):
        cells, rules, at = [""], [], 2
        for spanner, wide in filled.spanners():
            if spanner:
                cells.append(rf"\multicolumn{{{wide}}}{{c}}{{{escaped(spanner)}}}")
                rules.append(rf"\cmidrule(lr){{{at}-{at + wide - 1}}}")
            else:
                cells += [""] * wide
            at += wide
        lines += [_line(cells), "".join(rules)]
    heads = [rf"\multicolumn{{1}}{{c}}{{{escaped(c.head)}{_marks(c.marks)}}}" for c in filled.columns]
    return [*lines, _line([escaped(filled.stub), *heads])]


def escaped(text: str) -> str:
    """The text as LaTeX prints it."""
    return _JOINED.sub(r"\1{}", _ANY.sub(lambda sign: SIGNS[sign[0]], text))


def _marks(marks: Iterable[str]) -> str:
    return "".join(rf"\textsuperscript{{{escaped(mark)}}}" for mark in marks)


def _line(cells: Iterable[str]) -> str:
    return f"{' & '.join(cells)} \\\\"
