"""A workbook's archive, looked through before a parser is: bombs, breakage, and what the parser keeps to itself."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from xml.etree import ElementTree

from pipeline.errors import Mistakes

MOST_UNPACKED = 1 << 30
MOST_RATIO = 200
FREE_RATIO_BELOW = 20_000_000
"""Bytes. A small sheet of one repeated answer packs a hundredfold and is harmless."""
MOST_PARTS = 2_000
MOST_AREA = 30_000_000
"""Cells of the rectangle that the parser lays out, empty ones included."""
_BEGINNING = 1 << 16
"""Bytes of a part in which a document type would stand; the parser expands none that hides behind more of them."""
_AGAIN = "Open it in a spreadsheet program and save it again as XLSX."
_P = rb"(?:\w+:)?"  # a namespace prefix
_CELL = re.compile(rb"<" + _P + rb"c\s[^>]*?\br=[\"']([A-Za-z]{1,3})(\d{1,7})[\"'][^>]*(?<!/)>")
_ERROR = re.compile(
    rb"<" + _P + rb"c\s(?=[^>]*\bt=[\"']e[\"'])[^>]*?\br=[\"']([A-Za-z]{1,3})(\d{1,7})[\"'][^>]*>"
    rb"(?:(?!</" + _P + rb"c>).)*?<" + _P + rb"v>([^<]{1,40})</",
    re.DOTALL,
)
_ANY_ERROR, _ANY_FORMULA = re.compile(rb"\bt=[\"']e[\"']"), re.compile(rb"<" + _P + rb"f\b")
_UNVALUED = re.compile(
    rb"<" + _P + rb"c\s(?![^>]*\bt=[\"']str[\"'])[^>]*>\s*<" + _P + rb"f\b[^>]*(?:/>|>[^<]*</" + _P + rb"f>)\s*"
    rb"(?:<" + _P + rb"v\s*/>|<" + _P + rb"v>\s*</" + _P + rb"v>)?\s*</" + _P + rb"c>"
)


@dataclass(frozen=True)
class Sheet:
    """A worksheet seen from outside. rows, columns: of the rectangle from A1 to the last cell with content.

    errors: (row, column), both from 0 -> the error that stands there, like ``#N/A``.
    unvalued: formulas whose result was not stored.
    """

    name: str
    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unvalued: int = 0


def sheets_of(file: str, data: bytes) -> list[Sheet]:
    """The worksheets in order. ``Mistakes`` for bombs and for archives that can't be unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            refuse_bombs(file, archive, len(data))
            _refuse_document_types(archive)
            return [_looked_through(name, archive.read(part)) for name, part in _worksheets(archive)]
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, NotImplementedError, RuntimeError, OSError,
            ElementTree.ParseError):  # fmt: skip
        # What zipfile, zlib and expat raise over a damaged file; which part is damaged helps nobody.
        raise Mistakes.one(
            file, "is damaged: the workbook can't be unpacked.", f"Get the file again. {_AGAIN}"
        ) from None


def refuse_bombs(file: str, archive: zipfile.ZipFile, packed: int) -> None:
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if any(part.flag_bits & 1 for part in parts):
        raise Mistakes.one(file, "has a password.", "Save it without one.")
    if len(parts) > MOST_PARTS:
        raise Mistakes.one(
            file, f"has {len(parts):,} parts, which no survey export has.", "Check where the file comes from."
        )
    if unpacked > MOST_UNPACKED or (unpacked > FREE_RATIO_BELOW and unpacked > MOST_RATIO * packed):
        raise Mistakes.one(
            file, f"would unpack to {unpacked / 1e6:,.0f} MB, {unpacked / packed:,.0f} times its size.",
            "Check where the file comes from; export the data as CSV.",
        )  # fmt: skip


def _refuse_document_types(archive: zipfile.ZipFile) -> None:
    """ValueError where a part declares entities, which could name files of this computer or grow without end."""
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as held:
                if b"<!DOCTYPE" in held.read(_BEGINNING):
                    raise ValueError("a workbook has no document type")


def _worksheets(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(name, part) of each worksheet; a sheet whose part is not a worksheet (a chart) is left out."""
    book = _tree(archive, "xl/workbook.xml")
    relations = _tree(archive, "xl/_rels/workbook.xml.rels")
    parts = {
        r.get("Id", ""): posixpath.normpath(posixpath.join("/xl", r.get("Target", ""))).lstrip("/")
        for r in relations.iter() if r.get("Type", "").endswith("/worksheet")
    }  # fmt: skip
    found = []
    for element in book.iter():
        if element.tag.rsplit("}", 1)[-1] == "sheet":
            part = next((v for k, v in element.attrib.items() if k.rsplit("}", 1)[-1] == "id"), "")
            if part in parts:
                found.append((element.get("name", ""), parts[part]))
    return found


def _tree(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    raw = archive.read(part)
    if b"<!DOCTYPE" in raw:
        raise ValueError("a workbook has no document type")
    return ElementTree.fromstring(raw)  # noqa: S314 — without a document type there is nothing to expand


def _looked_through(name: str, xml: bytes) -> Sheet:
    cells = _CELL.findall(xml)
    rows = max((int(number) for _, number in cells), default=0)
    columns = max((_column(letters) + 1 for letters in {letters for letters, _ in cells}), default=0)
    errors = {}
    if _ANY_ERROR.search(xml):
        errors = {(int(n) - 1, _column(col)): text.decode("utf-8", "replace") for col, n, text in _ERROR.findall(xml)}
    return Sheet(name, rows, columns, errors, len(_UNVALUED.findall(xml)) if _ANY_FORMULA.search(xml) else 0)


def _column(letters: bytes) -> int:
    """``A`` -> 0, ``AA`` -> 26."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number - 1
