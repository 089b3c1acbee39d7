"""Every format in which a table can be had, from the one ``Filled``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from pipeline.errors import Mistakes, closest
from pipeline.tables.as_csv import to_csv
from pipeline.tables.as_docx import to_docx
from pipeline.tables.as_html import WHY, to_html
from pipeline.tables.as_latex import to_latex
from pipeline.tables.as_markdown import to_markdown
from pipeline.tables.as_xlsx import to_xlsx
from pipeline.tables.table import Filled

Tables = Sequence[tuple[Filled, str]]
"""(table, label) in the order in which they stand in a file."""


def _page(tables: Tables) -> bytes:
    """A page of nothing but the tables: each can be pasted into another page as it stands."""
    body = "\n".join(to_html(filled, label) for filled, label in tables)
    title = escape("; ".join(filled.title for filled, _ in tables))
    head = f'<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>{title}</title>'
    page = f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n<style>{STYLE}{WHY.lstrip()}</style>\n</head>\n'
    return f"{page}<body>\n<main>\n<h1>{escape(_heading(tables))}</h1>\n{body}</main>\n</body>\n</html>\n".encode()



def _heading(tables: Tables) -> str:
    """``Tables 1 to 19``: what the page is, for those who go from heading to heading."""
    labels = [label for _, label in tables if label]
    if len(labels) < 2:
        return labels[0] if labels else "Tables"
    return f"Tables {labels[0].removeprefix('Table ')} to {labels[-1].removeprefix('Table ')}"


STYLE = """
body { margin: 2rem auto; padding: 0 1rem; max-width: 80rem; font: 1rem/1.4 Calibri, Arial, sans-serif;
  color: #111; background: #fff; }
h1 { margin: 0; font-size: 1rem; font-weight: 400; }
.table { overflow-x: auto; margin-top: 2rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums lining-nums; font-size: 0.9rem; }
caption { position: sticky; left: 0; max-width: calc(100vw - 2rem); text-align: left; font-weight: 600;
  padding-bottom: 0.5rem; }
caption .title { font-weight: 400; }
th, td { padding: 0.1rem 0.7rem; text-align: right; vertical-align: bottom; }
tbody th, .stub { text-align: left; padding-left: 0; }
tbody th { font-weight: 400; }
tbody th, td { vertical-align: top; }
tbody tr.variable th { font-weight: 600; }
tbody th { min-width: 9rem; overflow-wrap: anywhere; }
table:has(tbody th[colspan]) tbody th { min-width: 3rem; }
thead { border-top: 1.5px solid; border-bottom: 1px solid; }
tbody:last-of-type { border-bottom: 1.5px solid; }
.spanner { border-bottom: 1px solid; text-align: center; }
.n { display: block; font-weight: 400; white-space: nowrap; }
td, .whole { white-space: nowrap; }
tr.words td, td.words { white-space: normal; min-width: 7rem; }
tr.words td[data-key] { white-space: nowrap; }
table:has(tr.words) :is(td, thead th), :is(td, thead th).words { text-align: left; }
.indent-1 th { padding-left: 1.2rem; } .indent-2 th { padding-left: 2.4rem; } .indent-3 th { padding-left: 3.6rem; }
.notes { list-style: none; padding: 0; font-size: 0.82rem; max-width: 45rem; }
tbody th, thead .stub { position: sticky; left: 0; z-index: 1; background: #fff; }
tbody th[colspan] { position: static; }
.over { display: inline-block; position: sticky; left: 0; max-width: calc(100vw - 3rem); }
@media (max-width: 40rem) {
  table { font-size: 0.82rem; }
  th, td { padding: 0.1rem 0.4rem; }
  tbody th { min-width: 7rem; max-width: 9.5rem; }
}
@media print {
  body { margin: 0; max-width: none; }
  .table { overflow: visible; }
  table { font-size: 7.5pt; }
  td { white-space: normal; }
  caption { position: static; max-width: none; break-after: avoid; }
  tr { break-inside: avoid; }
}
"""
FORMATS: dict[str, Callable[[Tables], bytes]] = {
    "html": _page,
    "docx": to_docx,
    "tex": lambda tables: b"\n".join(to_latex(filled, label) for filled, label in tables),
    "md": lambda tables: b"\n".join(to_markdown(filled, label) for filled, label in tables),
    "xlsx": to_xlsx,
    "csv": lambda tables: _one_mark(b"\n".join(to_csv(filled, label) for filled, label in tables)),
}
"""Ending of a file -> its bytes. The same tables give the same bytes."""
ALSO = {"latex": "tex", "markdown": "md", "word": "docx", "excel": "xlsx", "htm": "html"}
"""Other words for them."""


def format_named(word: str) -> str:
    """The ending of a format; ``Mistakes`` with the nearest for one that there is not."""
    name = ALSO.get(word.lower(), word.lower())
    if name not in FORMATS:
        near = f"{closest(word, [*FORMATS, *ALSO])} There are: {', '.join(FORMATS)}.".strip()
        raise Mistakes.one("format", f"there is no format '{word}'.", near)
    return name


def _one_mark(data: bytes) -> bytes:
    """A byte order mark at the beginning alone."""
    mark = b"\xef\xbb\xbf"
    return mark + data.replace(mark, b"")
