"""Each format of a printed table read back into one shape, by readers that share nothing with the writers.

A footnote's mark follows its text after a caret, on every reader's side.
"""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser
from typing import NamedTuple

from pipeline.tables.table import Filled


class Read(NamedTuple):
    caption: str
    spanners: list[str]
    """Of each column, what stands above its heading."""
    head: list[str]
    rows: list[list[str]]
    notes: list[str]


def flat(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


def with_marks(text: str, marks: tuple[str, ...]) -> str:
    return flat(text) + "".join(f"^{mark}" for mark in marks)


def expected(filled: Filled, label: str = "") -> Read:
    """What a reader must find."""
    before, title = filled.titled(label)
    above = [s for s, wide in filled.spanners() for _ in range(wide)]
    return Read(
        flat(f"{before} {title}" if before.endswith("\n") else f"{before}{title}"),
        above,
        [flat(filled.stub), *(with_marks(c.head, c.marks) for c in filled.columns)],
        [
            [with_marks(r.head, r.marks), *(with_marks(c, r.marks_at(i)) for i, c in enumerate(r.cells))]
            for r in filled.rows
        ],
        [f"^{mark} {flat(text)}" if mark else flat(text) for mark, text in filled.under()],
    )


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.caption, self.lines, self.notes = "", list[list[tuple[str, int, int]]](), list[str]()
        self._text: list[str] | None = None
        self._span, self._in_list = (1, 1), False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag == "tr":
            self.lines.append([])
        elif tag in ("th", "td", "caption", "li"):
            self._text = []
            self._span = int(held.get("colspan") or 1), int(held.get("rowspan") or 1)
        elif tag == "br" and self._text is not None:
            self._text.append(" ")
        elif tag == "sup" and self._text is not None:
            self._text.append("\ue000")

    def handle_endtag(self, tag: str) -> None:
        if tag == "sup" and self._text is not None:
            start = len(self._text) - 1 - self._text[::-1].index("\ue000")
            marks = "".join(self._text[start + 1 :]).split(", ")
            self._text[start:] = ["".join(f"^{m}" for m in marks)]
        if tag in ("th", "td", "caption", "li") and self._text is not None:
            text = flat("".join(self._text))
            if tag == "caption":
                self.caption = text
            elif tag == "li":
                self.notes.append(text)
            else:
                self.lines[-1].append((text, *self._span))
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)


def read_html(data: bytes) -> Read:
    page = _Html()
    page.feed(data.decode("utf-8"))
    width = max(sum(wide for _, wide, _ in line) for line in page.lines)
    spanned = any(down > 1 or wide > 1 for line in page.lines[:1] for _, wide, down in line)
    heads = 2 if spanned and any(wide > 1 or down == 1 for _, wide, down in page.lines[0]) and _two(page) else 1
    if heads == 1:
        head = [text for text, _, _ in page.lines[0]]
        above = [""] * (width - 1)
    else:
        below = iter(page.lines[1])
        head, above = [], []
        for text, wide, down in page.lines[0]:
            if down == 2:
                head.append(text)
                above.append("")
            else:
                for _ in range(wide):
                    head.append(next(below)[0])
                    above.append(text)
        above = above[1:]
    rows = [[text for text, _, _ in line] for line in page.lines[heads:]]
    return Read(page.caption, above, head, rows, page.notes)


def _two(page: _Html) -> bool:
    return any(down == 2 for _, _, down in page.lines[0])


def read_docx(data: bytes) -> Read:
    import docx
    from docx.oxml.ns import qn

    document = docx.Document(io.BytesIO(data))
    table = document.tables[0]
    heads = sum(
        1 for row in table.rows if row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None
    )
    lines = [[_runs(cell.paragraphs[0]) for cell in row.cells] for row in table.rows]
    captions = [flat(p.text) for p in document.paragraphs if p.style.name == "Caption"]
    above = [""] * (len(lines[0]) - 1)
    if heads == 2:
        above = [a if a != b else "" for a, b in zip(lines[0][1:], lines[1][1:], strict=True)]
        same = [table.rows[0].cells[i]._tc is table.rows[1].cells[i]._tc for i in range(len(lines[0]))]
        above = ["" if same[i + 1] else text for i, text in enumerate(lines[0][1:])]
    notes = [_runs(p) for p in document.paragraphs if p.style.name == "Table note" and p.text]
    return Read(" ".join(captions), above, lines[heads - 1], lines[heads:], notes)


def _runs(paragraph: object) -> str:
    found = ""
    for run in paragraph.runs:  # type: ignore[attr-defined]
        found += f"^{run.text}" if run.font.superscript else run.text
    return flat(found)


def read_md(data: bytes) -> Read:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(data.decode("utf-8"))
    parts, lines = list[str](), list[list[str]]()
    in_cell = False
    for token in tokens:
        if token.type == "tr_open":
            lines.append([])
        elif token.type in ("th_open", "td_open"):
            in_cell = True
        elif token.type in ("th_close", "td_close"):
            in_cell = False
        elif token.type == "inline":
            text = _inline(token)
            lines[-1].append(text) if in_cell else parts.append(text)
    captions = [p[2:-2] for p in parts if p.startswith("\ue001\ue001")]
    notes = [p for p in parts if not p.startswith("\ue001\ue001")]
    return Read(" ".join(captions), [], lines[0], lines[1:], notes)


def _inline(token: object) -> str:
    found, marked = "", False
    for child in token.children:  # type: ignore[attr-defined]
        if child.type in ("text", "text_special"):
            found += f"^{child.content}" if marked else child.content
        elif child.type in ("strong_open", "strong_close"):
            found += "\ue001\ue001"
        elif child.type == "html_inline":
            marked = child.content == "<sup>"
        else:
            found += f"<{child.type}:{child.content}>"
    return flat(found)


def read_csv(data: bytes) -> Read:
    assert data.startswith(b"\xef\xbb\xbf")
    lines = [[_unguarded(c) for c in line] for line in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))]
    return _sheet(lines)


def _unguarded(cell: str) -> str:
    return cell[1:] if re.match(r"' *[=+\-@\t\r|]", cell) else re.sub(r"^( *)'(?= *[=+\-@|])", r"\1", cell)


def read_xlsx(data: bytes) -> Read:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    lines = []
    for row in sheet.iter_rows():
        assert all(cell.data_type != "f" for cell in row), "no cell is a formula"
        lines.append([_shown(cell) for cell in row])
    merged = {r.min_col: r.max_col for r in sheet.merged_cells.ranges}
    for first, last in merged.items():
        for place in range(first, last):
            lines[1][place] = lines[1][first - 1]
    end = next(
        (i for i, line in enumerate(lines[2:], 2) if i > 2 and not any(line[1:]) and _is_note(sheet, i)), len(lines)
    )
    return _sheet([*lines[:end], [], *lines[end:]] if end < len(lines) else lines, sheet.freeze_panes)


def _is_note(sheet: object, place: int) -> bool:
    return sheet.cell(place + 1, 1).alignment.indent == 0 and not sheet.cell(place + 1, 2).alignment.horizontal  # type: ignore[attr-defined]


def _shown(cell: object) -> str:
    value, shape = cell.value, cell.number_format  # type: ignore[attr-defined]
    if value is None or isinstance(value, str):
        return re.sub(r"_x005F_", "_", value or "")
    places = len(shape.partition(".")[2].rstrip('"%')) if "." in shape else 0
    text = f"{abs(value):{',' if ',' in shape else ''}.{places}f}"
    text = text[1:] if shape.startswith("#.") and text.startswith("0.") else text
    return f"{'-' if value < 0 else ''}{text}{'%' if shape.endswith('%' + chr(34)) else ''}"


def _sheet(lines: list[list[str]], frozen: str = "") -> Read:
    if frozen:
        two = frozen.endswith("4")
    else:
        two = (
            len(lines) > 1
            and lines[1][0] == ""
            and len(lines[1]) > 1
            and any(lines[1][1:])
            and len(lines) > 2
            and (len(lines[2]) == len(lines[1]))
        )
    width = len(lines[2 if two else 1])
    head = lines[2 if two else 1]
    above = [flat(t) for t in (lines[1][1:] if two else [""] * (width - 1))]
    body = lines[3 if two else 2 :]
    gap = next((i for i, line in enumerate(body) if not any(line)), len(body))
    cells = [[_one(t) for t in line] for line in body[:gap]]
    notes = [flat(line[0]) for line in body[gap + 1 :]]
    return Read(flat(lines[0][0]), above, [_one(t) for t in head], cells, notes)


def _one(text: str) -> str:
    return re.sub(r" \^", "^", flat(text)) if not text.startswith("^") else flat(text)


_LATEX = {
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^", "textless": "<", "textgreater": ">",
    "textbar": "|", "textquotedbl": '"', "textasciigrave": "`", "textendash": "–", "textdagger": "†",
    "textdaggerdbl": "‡", "textsection": "§", "textparagraph": "¶", "textperiodcentered": "·",
}  # fmt: skip
_MATH = {"-": "−", r"\checkmark": "✓", r"\leq": "≤", r"\geq": "≥", r"\infty": "∞"}


def latex_text(source: str) -> str:
    """What LaTeX would print of a cell; anything that is not known is an error."""
    out, at = "", 0
    while at < len(source):
        rest = source[at:]
        if found := re.match(r"\\textsuperscript\{((?:[^{}]|\{[^{}]*\})*)\}", rest):
            out += f"^{latex_text(found[1])}"
        elif found := re.match(r"\\ensuremath\{([^}]*)\}", rest):
            out += _MATH[found[1]]
        elif found := re.match(r"\\hspace\*\{1em\}", rest):
            pass
        elif found := re.match(r"\\([a-z]+)\{\}", rest):
            out += _LATEX[found[1]]
        elif found := re.match(r"\\([{}#$%&_])", rest):
            out += found[1]
        elif found := re.match(r"\\,", rest):
            out += "\u202f"
        elif found := re.match(r"\{([\[*]?)\}", rest):
            out += found[1]
        elif found := re.match(r"~", rest):
            out += " "
        else:
            found = re.match(r"(?s).", rest)
            assert found is not None and found[0] not in '\\{}#$%&_^<>|"`', f"LaTeX would run {rest[:20]!r}"
            out += found[0]
        at += found.end()
    return flat(out)


def read_tex(data: bytes) -> Read:
    text = data.decode("utf-8")
    caption = re.search(r"\\caption\{(.*)\}(?:\\\\)?\n", text)
    assert caption is not None
    inside = text[text.index("\\toprule") : text.index("\\bottomrule")]
    if "\\endhead" in inside:  # a long table's heading, which it repeats on each page
        first, again, inside = re.split(r"\\endfirsthead|\\endhead", inside)
        assert first == again.lstrip("\n")
        inside = first + inside
    lines = [line for line in inside.split("\n") if line.endswith(r"\\")]
    notes = re.findall(r"(?m)^(.*)\\par$", text[text.index("\\bottomrule") :].split("\\raggedright", 1)[-1])
    cells = [_split(line.removesuffix(r" \\")) for line in lines]
    at = 1 if r"\cmidrule" in inside else 0  # a line of what stands above the headings
    above: list[str] = [""] * (len(cells[at]) - 1)
    if at == 1:
        above = []
        for cell in cells[0][1:]:
            found = re.fullmatch(r"\\multicolumn\{(\d+)\}\{c\}\{(.*)\}", cell)
            above += [latex_text(found[2])] * int(found[1]) if found else [""]
    head = [latex_text(_inside(c)) for c in cells[at]]
    rows = [[latex_text(c) for c in line] for line in cells[at + 1 :]]
    return Read(latex_text(caption[1]), above, head, rows, [latex_text(n) for n in notes])


def read_tex_parts(data: bytes) -> Read:
    """A table in LaTeX, put together again where it is too wide for one page: each part has some of its columns, and
    the names of all lines."""
    text = data.decode("utf-8")
    starts = [found.start() for found in re.finditer(r"\\begin\{(?:table|longtable)\}", text)]
    parts = [read_tex(text[a:b].encode()) for a, b in zip(starts, [*starts[1:], None], strict=True)]
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    for number, part in enumerate(parts, 1):
        said = f" (part {number} of {len(parts)})"
        assert part.caption.endswith(said) and part.caption.removesuffix(said) == first.caption.rpartition(" (part")[0]
        assert part.head[0] == first.head[0] and part.notes == first.notes
        assert [line[0] for line in part.rows] == [line[0] for line in first.rows]
    columns = zip(*(part.rows for part in parts), strict=True)
    rows = [[lines[0][0], *(cell for line in lines for cell in line[1:])] for lines in columns]
    head = [first.head[0], *(head for part in parts for head in part.head[1:])]
    above = [spanner for part in parts for spanner in part.spanners]
    return Read(first.caption.rpartition(" (part")[0], above, head, rows, first.notes)


def _inside(cell: str) -> str:
    found = re.fullmatch(r"\\multicolumn\{1\}\{c\}\{(.*)\}", cell)
    return found[1] if found else cell


def _split(line: str) -> list[str]:
    return [c.strip() for c in re.split(r"(?<!\\)&", line)]


READERS = {
    "html": read_html, "docx": read_docx, "tex": read_tex_parts, "md": read_md, "xlsx": read_xlsx, "csv": read_csv,
}  # fmt: skip


def agrees(filled: Filled, ending: str, data: bytes, label: str) -> None:
    """Assert that a file holds the table and nothing else."""
    found, want = READERS[ending](data), expected(filled, label)
    if ending == "tex":  # it counts its tables itself
        want = want._replace(caption=flat(filled.title))
    if ending == "md":  # one line of headings
        heads = [want.head[0], *(f"{a}: {h}" if a else h for a, h in zip(want.spanners, want.head[1:], strict=True))]
        want = want._replace(head=[flat(h) for h in heads], spanners=[])
    if ending == "xlsx":  # a minus and blanks between thousands are in the format of a number
        found = found._replace(rows=[[_number(c) for c in line] for line in found.rows])
        want = want._replace(rows=[[_number(c) for c in line] for line in want.rows])
    for part, one, other in zip(Read._fields, found, want, strict=True):
        if one != other:
            pairs = (
                [(a, b) for a, b in zip(one, other, strict=False) if a != b] if isinstance(one, list) else (one, other)
            )
            raise AssertionError(f"{ending}, {part}: found {len(one)}, wanted {len(other)}; (found, wanted): {pairs}")


def _number(text: str) -> str:
    plain = text.replace("\u202f", "").replace(",", "").replace("−", "-")
    return plain if re.fullmatch(r"-?[0-9]*(\.[0-9]+)?%?", plain) else text
