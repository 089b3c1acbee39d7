"""A printed table as LaTeX with booktabs: no vertical rule, spanners over their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.tables.as_html import identity
from pipeline.tables.latex_page import Page, kinds, page_of, parted, tall
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
    r"% Needs \usepackage{array,booktabs,longtable,amssymb,pdflscape}, and \usepackage[T1]{fontenc} for quotes.",
]
_ANY = re.compile("|".join(map(re.escape, SIGNS)))
_JOINED = re.compile(r"([-,'])(?=\1)")
"""Signs that LaTeX makes one of two of, a dash of hyphens."""


def to_latex(filled: Filled, label: str = "") -> bytes:
    """Caption, ``tabular`` in a ``table``, and the notes in a ``minipage`` under it; UTF-8.

    Letters are as small as its width asks for; what is too wide for a page stands on pages in landscape, and what is
    too wide for these, in parts of some columns each, with the names of its lines in every part. A table that is too
    tall is a ``longtable``, which goes over pages and repeats its heading.
    LaTeX counts tables itself: ``label`` says nothing here. A script beyond the Latin one needs XeLaTeX or LuaLaTeX.
    """
    page = page_of(filled)
    parts = parted(filled, page)
    lines = []
    for number, part in enumerate(parts, 1):
        title = filled.title if len(parts) == 1 else f"{filled.title} (part {number} of {len(parts)})"
        lines += [r"\addtocounter{table}{-1}"] if number > 1 else []
        lines += _one(part, page, title, [rf"\label{{{_anchor(filled)}}}"] if number == 1 else [])
    if page.across:
        lines = [r"\begin{landscape}", *lines, r"\end{landscape}"]
    return ("\n".join([*PREAMBLE, *lines]) + "\n").encode("utf-8")


def _one(filled: Filled, page: Page, title: str, named: list[str]) -> list[str]:
    said, head = rf"\caption{{{escaped(title)}}}", [r"\toprule", *_head(filled), r"\midrule"]
    start = rf"{{@{{}}{''.join(kinds(filled, page))}@{{}}}}"
    body = [*_rows(filled), r"\bottomrule"]
    if tall(filled, page):
        lines = [r"\begingroup", page.size, rf"\begin{{longtable}}{start}", *([said] if named else [said + r"\\"])]
        lines += [rf"{name}\\" for name in named]
        return [
            *lines,
            *head,
            r"\endfirsthead",
            *head,
            r"\endhead",
            *body,
            r"\end{longtable}",
            *_notes(filled),
            r"\endgroup",
        ]
    lines = [r"\begin{table}[htbp]", r"\centering", page.size, said, *named]
    return [*lines, rf"\begin{{tabular}}{start}", *head, *body, r"\end{tabular}", *_notes(filled), r"\end{table}"]


def _rows(filled: Filled) -> list[str]:
    lines = []
    for row in filled.rows:
        cells = [f"{escaped(cell)}{_marks(row.marks_at(at))}" for at, cell in enumerate(row.cells)]
        lines.append(_line([f"{STEP * row.indent}{escaped(row.head)}{_marks(row.marks)}", *cells]))
    return lines


def _notes(filled: Filled, over_pages: bool = False) -> list[str]:
    """over_pages: a page may end between them, so that they begin where the table ends."""
    if not filled.under():
        return []
    notes = [f"{_marks((mark,)) + ' ' if mark else ''}{escaped(note)}\\par" for mark, note in filled.under()]
    if over_pages:
        return [r"\par\nopagebreak\noindent\footnotesize\raggedright\parindent0pt", *notes]
    return [
        r"\par\medskip",
        r"\noindent\begin{minipage}{\linewidth}\footnotesize\raggedright",
        *notes,
        r"\end{minipage}",
    ]


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
