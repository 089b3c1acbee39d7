"""One door for printed tables: the format is found from the bytes and the name's ending."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.audit import from_csv, from_docx, from_html, from_xlsx
from pipeline.audit.layout import laid_out
from pipeline.audit.opened import MOST_BYTES, too_large
from pipeline.audit.printed import Grid, Printed
from pipeline.errors import Mistakes

READERS: dict[str, Callable[[str, bytes], list[Grid]]] = {
    "csv": from_csv.read, "tsv": from_csv.read, "txt": from_csv.read, "xlsx": from_xlsx.read, "xlsm": from_xlsx.read,
    "docx": from_docx.read, "html": from_html.read, "htm": from_html.read, "xhtml": from_html.read,
}  # fmt: skip
_OTHERS = "CSV, XLSX, HTML or DOCX"
_NOT_READ = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Office file (.doc, .xls) or has a password",
    b"{\\rtf": "RTF",
}


def read_tables(file: str, data: bytes) -> tuple[Printed, ...]:
    """The tables of one file, as printed. ``Mistakes`` where it can't be read or holds no table."""
    ending = file.lower().rsplit(".", 1)[-1]
    if len(data) > MOST_BYTES:
        raise too_large(file)
    for start, what in _NOT_READ.items():
        if data.startswith(start):
            raise Mistakes.one(file, f"is {what}, which is not read here.", f"Save the table as {_OTHERS}.")
    if ending not in READERS:
        raise Mistakes.one(file, "has an ending that is not known here.", f"Save the table as {_OTHERS}.")
    tables = _told_apart(file, READERS[ending](file, data))
    if not tables:
        raise Mistakes.one(
            file, "holds no table with two columns or more.",
            f"A picture of a table can't be read: save the table itself as {_OTHERS}.",
        )  # fmt: skip
    return tables


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
