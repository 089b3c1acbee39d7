"""LaTeX: tabulars with their captions and notes, and the paragraphs. It is read as text: nothing is run, no file is
fetched, no macro is expanded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.audit import from_text
from pipeline.audit.latex_rows import CAPTION, rows_of, without_caption
from pipeline.audit.latex_words import braced, skip_space, words_of
from pipeline.audit.opened import MOST_CELLS, too_large
from pipeline.audit.printed import Grid

_ENVIRONMENTS = r"tabular\*?|tabularx|tabulary|longtable\*?|longtblr|tblr|array|supertabular|xtabular"
_BEGIN = re.compile(rf"\\begin\s*\{{({_ENVIRONMENTS})\}}")
_FLOAT = re.compile(r"\\(begin|end)\s*\{(?:(?:side|threepart|wrap)?table\*?|sidewaystable\*?)\}")
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*")
_MOST_TABULARS = 300
_LABEL = re.compile(r"\\label\s*\{[^{}]{0,200}\}")
_PART = re.compile(r"\s*\(part (\d{1,3}) of (\d{1,3})\)\s*$", re.I)
_AGAIN = re.compile(r"\\endfirsthead(?![A-Za-z])(.*?)(?=\\endhead(?![A-Za-z]))", re.S)
"""The heading that a table over several pages repeats."""
_UNDER = re.compile(
    r"\\end\{longtable\*?\}(?:\s|\\(?:par|medskip|smallskip|bigskip|noindent|nopagebreak|footnotesize|small)(?![A-Za-z]))*"
    r"\\begin\{minipage\}.*?\\end\{minipage\}",
    re.S,
)
"""Notes of a table that is no float: in a box of their own just below it."""
_ITEM = re.compile(r"\\item\s*(?:\[([^\]]{0,20})\])?")
_INDENT = re.compile(
    r"\s*(?:\\(?:quad|qquad|enspace|,|;|:|\s)|~|\\hspace\*?\s*\{[^{}]*\}|\\indent|\\hphantom\s*\{[^{}]*\})"
)


def read(file: str, data: bytes) -> list[Grid]:
    """Every tabular of at least two columns; one that goes over several pages side by side is one table."""
    text = source(file, data)
    found = (_grid(file, text, m) for m in _tabulars(file, text))
    return _joined([grid for grid in found if grid is not None])


def _joined(grids: Sequence[Grid]) -> list[Grid]:
    """Tables of which captions say "(part 2 of 3)", and that have the same lines, side by side again."""
    made, part = list[Grid](), 0
    for grid in grids:
        said = _PART.search(grid.caption)
        number = int(said[1]) if said else 0
        if part and number == part + 1 and _same(made[-1], grid):
            made[-1], part = _beside(made[-1], grid), number
        else:
            made.append(grid)
            part = int(number == 1)
    return made


def _same(one: Grid, other: Grid) -> bool:
    if one.heads is None or other.heads is None:
        return False
    return [row[0] for row in one.rows[one.heads :]] == [row[0] for row in other.rows[other.heads :]]


def _beside(one: Grid, other: Grid) -> Grid:
    """Both with equally many rows of headings, the last of which stand just above the lines."""
    assert one.heads is not None and other.heads is not None
    heads = max(one.heads, other.heads)
    left, right = ([*([("",) * len(g.rows[0])] * (heads - (g.heads or 0))), *g.rows] for g in (one, other))
    rows = tuple((*a, *b[1:]) for a, b in zip(left, right, strict=True))
    more = heads - one.heads
    return replace(one, rows=rows, places=(*one.places[:1] * more, *one.places), heads=heads,
                   indents=(*[0.0] * more, *one.indents), caption=_PART.sub("", one.caption))  # fmt: skip


def _tabulars(file: str, text: str) -> list[re.Match[str]]:
    """Where tabulars begin, without those inside another; ``Mistakes`` for more than an article has."""
    found, end = list[re.Match[str]](), 0
    for m in _BEGIN.finditer(text):
        if m.start() >= end:
            found.append(m)
            end = _close(text, m)
        if len(found) > _MOST_TABULARS:
            raise too_large(file)
    return found


def prose(file: str, data: bytes) -> list[tuple[str, str]]:
    """The paragraphs outside tables and preamble, each with its first line."""
    text = source(file, data)
    for m in _tabulars(file, text):
        start, end = _around(text, m.start())
        end = max(end, _close(text, m), _noted(text, m))
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    body = re.search(r"\\begin\s*\{document\}", text)
    skipped = text[: body.end()].count("\n") if body else 0
    body_text = "\n" * skipped + text[body.end() :] if body else text
    return [(place, words_of(words)) for place, words in from_text.paragraphs(body_text)]


def source(file: str, data: bytes) -> str:
    """Without comments."""
    return _COMMENT.sub(r"\1", from_text.text_of(file, data))


def _close(text: str, begin: re.Match[str]) -> int:
    end = text.find(f"\\end{{{begin[1]}}}", begin.end())
    return len(text) if end < 0 else end


def _noted(text: str, begin: re.Match[str]) -> int:
    """Where the notes of a table end that is no float; 0 where it has none."""
    found = _UNDER.match(text, _close(text, begin))
    return found.end() if found else 0


def _around(text: str, place: int) -> tuple[int, int]:
    """The float that a tabular stands in, else a few lines about it."""
    start = end = -1
    for m in _FLOAT.finditer(text):
        if m.start() < place and m[1] == "begin":
            start = m.start() if start < 0 else start
        elif m.start() < place:
            start = -1
        elif m[1] == "end" and start >= 0:
            end = m.end()
            break
    return (start, end) if start >= 0 and end >= 0 else (place, place)


def _grid(file: str, text: str, begin: re.Match[str]) -> Grid | None:
    start = _spec(text, begin)
    end = _close(text, begin)
    body = _AGAIN.sub(lambda m: "\n" * m[0].count("\n"), text[start:end])
    body = _LABEL.sub("", body)
    rows = list(rows_of(file, body, text.count("\n", 0, start) + 1))
    width = max((len(r.cells) for r in rows), default=0)
    if width < 2 or not rows:
        return None
    if width * len(rows) > MOST_CELLS:
        raise too_large(file)
    float_start, float_end = _around(text, begin.start())
    heads = next((i for i, row in enumerate(rows) if i and row.ruled), None)
    return Grid(
        rows=tuple((*(words_of(c) for c in r.cells), *[""] * (width - len(r.cells))) for r in rows),
        places=tuple(f"line {r.place}" for r in rows), indents=tuple(_indent(r.cells[0]) for r in rows),
        caption=_caption(text[float_start:float_end] or text[start:end]),
        notes=_notes(text[end : max(float_end, _noted(text, begin))]),
        heads=heads if heads is not None and heads <= 4 else None, loose=False,
    )  # fmt: skip


def _spec(text: str, begin: re.Match[str]) -> int:
    """Behind the widths and the columns' specification."""
    place = skip_space(text, begin.end())
    if text[place : place + 1] == "[":
        place = skip_space(text, text.find("]", place) + 1 or place + 1)
    for _ in range(2 if begin[1] in ("tabular*", "tabularx", "tabulary") else 1):
        if text[place : place + 1] == "{":
            place = skip_space(text, braced(text, place)[1])
        if text[place : place + 1] == "[":
            place = skip_space(text, text.find("]", place) + 1 or place + 1)
    return place


def _indent(cell: str) -> float:
    count = 0.0
    while (m := _INDENT.match(cell)) and m.end():
        count += 2 if "quad" in m[0] or "hspace" in m[0] else 1
        cell = cell[m.end() :]
    return count


def _caption(text: str) -> str:
    m = CAPTION.search(text)
    return words_of(braced(text, m.end())[0]) if m else ""


def _notes(text: str) -> tuple[str, ...]:
    """What stands between a tabular and the end of its float, item by item."""
    text = _ITEM.sub(lambda m: f"\n\n{m[1] + ' ' if m[1] else ''}", text)
    return tuple(
        words for part in re.split(r"\n\s*\n|\\\\|\\par\b", without_caption(text)) if (words := words_of(part))
    )[:40]
