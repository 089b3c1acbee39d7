"""The rows of a LaTeX tabular: parted by two backslashes, cells by ampersands, both outside braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.audit.latex_words import braced, skip_space
from pipeline.audit.opened import MOST_CELLS, too_large

CAPTION = re.compile(r"\\caption(?:of\s*\{table\})?\*?\s*(?:\[[^\]]{0,400}\])?\s*(?=\{)")
_RULE = re.compile(
    r"\\(?:(?P<whole>hline|toprule|midrule|bottomrule|specialrule|endhead|endfirsthead)|endfoot|endlastfoot|addlinespace"
    r"|cline\s*\{[^{}]*\}|cmidrule\s*(?:\([^()]*\)\s*)?\{[^{}]*\}|noalign\s*\{[^{}]*\})(?![A-Za-z])"
    r"(?:\s*\[[^\]\n]{0,30}\])?"
)
_BREAK = re.compile(r"\\\\\*?(?:[ \t]{0,20}\[[^\]\n]{0,30}\])?|\\tabularnewline(?![A-Za-z])")
_TOKEN = re.compile(rf"(?P<end>{_BREAK.pattern})|(?P<rule>{_RULE.pattern})|(?P<cell>&)|(?P<escaped>\\.)"
                    r"|(?P<brace>[{}])|(?P<line>\n)|(?P<words>[^\\&{}\n]+)|(?P<rest>\\)", re.DOTALL)  # fmt: skip
_MULTI = re.compile(r"\s*\\multicolumn\s*\{\s*(\d{1,3})\s*\}\s*(?=\{)")


@dataclass
class Row:
    """place: its line in the file. ruled: whether a rule across the table stands above it."""

    cells: list[str] = field(default_factory=list)
    place: int = 0
    ruled: bool = False


def without_caption(text: str) -> str:
    """A caption's place is left blank, line for line."""
    while m := CAPTION.search(text):
        end = braced(text, m.end())[1]
        text = text[: m.start()] + "\n" * text.count("\n", m.start(), end) + text[end:]
    return text


def rows_of(file: str, body: str, line: int) -> Iterator[Row]:
    """Rows that hold anything; ``line`` is the line of the file where the body begins."""
    row, cell, depth, cells = Row(), list[str](), 0, 0
    for m in _TOKEN.finditer(without_caption(body) + "\\\\"):
        kind, words = m.lastgroup, m[0]
        if m["end"] and depth <= 0:
            row.cells += _spread("".join(cell))
            cells += len(row.cells)
            if cells > MOST_CELLS:
                raise too_large(file)
            if any(c.strip() for c in row.cells):
                row.place = row.place or line
                yield row
                row = Row()
            row.cells, cell, depth = [], [], 0
        elif m["rule"]:
            row.ruled = row.ruled or bool(m["whole"])
        elif kind == "cell" and depth <= 0:
            row.cells += _spread("".join(cell))
            cell = []
        else:
            depth += (words == "{") - (words == "}")
            row.place = row.place or (line if words.strip() else 0)
            cell.append(" " if m["end"] else words)
        line += words.count("\n")


def _spread(cell: str) -> list[str]:
    """A cell over several columns: its words in each."""
    m = _MULTI.match(cell)
    if not m:
        return [cell]
    after = skip_space(cell, braced(cell, m.end())[1])
    words = braced(cell, after)[0] if cell[after : after + 1] == "{" else cell[after:]
    return [words] * max(1, min(int(m[1]), 200))
