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
PREAMBLE = "% Needs \\usepackage{booktabs} and \\usepackage{amssymb}; \\usepackage[T1]{fontenc} for quotation marks.\n"
_ANY = re.compile("|".join(map(re.escape, SIGNS)))
_JOINED = re.compile(r"([-,'])(?=\1)")
"""Signs that LaTeX makes one of two of, a dash of hyphens."""


def to_latex(filled: Filled, label: str = "") -> bytes:
    """A ``table`` environment with caption, ``tabular``, and the notes in a ``minipage`` under it; UTF-8.

    LaTeX counts tables itself: ``label`` says nothing here. A script beyond the Latin one needs XeLaTeX or LuaLaTeX.
    """
    wide = len(filled.columns)
    lines = [PREAMBLE.rstrip("\n"), r"\begin{table}[htbp]", r"\centering"]
    lines += [rf"\caption{{{escaped(filled.title)}}}", rf"\label{{{_anchor(filled)}}}"]
    words = any(row.kind == "words" for row in filled.rows)  # sentences take several lines
    kinds = rf"p{{{0.8 / wide:.2f}\linewidth}}" * wide if words else "r" * wide
    lines += [rf"\begin{{tabular}}{{@{{}}l{kinds}@{{}}}}", r"\toprule", *_head(filled), r"\midrule"]
    for row in filled.rows:
        cells = [f"{escaped(cell)}{_marks(row.marks_at(at))}" for at, cell in enumerate(row.cells)]
        lines.append(_line([f"{STEP * row.indent}{escaped(row.head)}{_marks(row.marks)}", *cells]))
    lines += [r"\bottomrule", r"\end{tabular}"]
    if filled.under():
        lines += [r"\par\medskip", r"\begin{minipage}{\linewidth}\footnotesize\raggedright"]
        lines += [f"{_marks((mark,)) + ' ' if mark else ''}{escaped(note)}\\par" for mark, note in filled.under()]
        lines += [r"\end{minipage}"]
    return ("\n".join([*lines, r"\end{table}"]) + "\n").encode("utf-8")


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
