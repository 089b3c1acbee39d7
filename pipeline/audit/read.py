"""One door for printed tables: the format is found from the bytes and the name's ending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pipeline.audit import from_csv, from_docx, from_html, from_jats, from_latex, from_markdown, from_text, from_xlsx
from pipeline.audit.layout import laid_out
from pipeline.audit.opened import MOST_BYTES, too_large
from pipeline.audit.passages import Passage, of_text
from pipeline.audit.printed import Grid, Printed
from pipeline.errors import Mistakes

READERS: dict[str, Callable[[str, bytes], list[Grid]]] = {
    "csv": from_csv.read, "tsv": from_csv.read, "xlsx": from_xlsx.read, "xlsm": from_xlsx.read,
    "docx": from_docx.read, "html": from_html.read, "htm": from_html.read, "xhtml": from_html.read,
    "txt": from_text.read, "text": from_text.read, "md": from_markdown.read, "markdown": from_markdown.read,
    "qmd": from_markdown.read, "tex": from_latex.read, "xml": from_jats.read, "nxml": from_jats.read,
}  # fmt: skip
_PROSE: dict[Callable[[str, bytes], list[Grid]], Callable[[str, bytes], list[tuple[str, str]]]] = {
    from_docx.read: from_docx.prose, from_html.read: from_html.prose, from_text.read: from_text.prose,
    from_markdown.read: from_markdown.prose, from_latex.read: from_latex.prose, from_jats.read: from_jats.prose,
}  # fmt: skip
_OTHERS = "CSV, XLSX, HTML or DOCX"
NAMED = f"{_OTHERS}, or the article as JATS (XML), LaTeX, Markdown or plain text"
"""Every format that is read, for who comes with another."""
_NOT_READ = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Office file (.doc, .xls) or has a password",
    b"{\\rtf": "RTF",
}


@dataclass(frozen=True)
class Content:
    """What one file holds: tables as printed, and the paragraphs beside them."""

    tables: tuple[Printed, ...]
    passages: tuple[Passage, ...] = ()


def read_tables(file: str, data: bytes) -> tuple[Printed, ...]:
    """The tables of one file, as printed. ``Mistakes`` where it can't be read or holds nothing to check."""
    return read_file(file, data).tables


def read_file(file: str, data: bytes) -> Content:
    """Tables and paragraphs. ``Mistakes`` where it can't be read, and where it holds no table and no figure."""
    ending = file.lower().rsplit(".", 1)[-1]
    if len(data) > MOST_BYTES:
        raise too_large(file)
    for start, what in _NOT_READ.items():
        if data.startswith(start):
            raise Mistakes.one(file, f"is {what}, which is not read here.", f"Save the table as {NAMED}.")
    if ending not in READERS:
        raise Mistakes.one(file, "has an ending that is not known here.", f"Save the table as {NAMED}.")
    reader = READERS[ending]
    tables = _told_apart(file, reader(file, data))
    passages = of_text(file, _PROSE[reader](file, data)) if reader in _PROSE else []
    if not tables and not any(c.isdigit() for passage in passages for c in passage.words):
        raise Mistakes.one(
            file, "holds no table with two columns or more.",
            f"A picture of a table can't be read: save the table itself as {_OTHERS}.",
        )  # fmt: skip
    return Content(tables, tuple(passages))


def _told_apart(file: str, grids: Sequence[Grid]) -> tuple[Printed, ...]:
    found = [printed for printed in (laid_out(file, grid) for grid in grids) if printed is not None]
    names = [table.name for table in found]
    return tuple(replace(table, name=_name(names, place)) for place, table in enumerate(found))


def _name(names: Sequence[str], place: int) -> str:
    """A table's name, with its place where it has none or shares it: "Table 1 (continued)" is a table of its own."""
    name = names[place]
    if not name:
        return f"table {place + 1} of {len(names)}" if len(names) > 1 else ""
    return f"{name} (table {place + 1})" if names.count(name) > 1 else name
