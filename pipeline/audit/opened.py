"""Archives and XML from strangers, opened with limits: no document type, no entity, no depth, no bomb."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

from pipeline.errors import Mistakes
from pipeline.intake.archive import refuse_bombs

MOST_BYTES = 50_000_000
"""Of a file, and of a part of an archive once unpacked. A printed table is a thousandth of that."""
MOST_DEPTH = 200
MOST_CELLS = 200_000
MOST_TEXT = 5_000_000
"""Signs of an article's text: some thirty books of a hundred pages."""
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, RuntimeError, OSError,
            ElementTree.ParseError)  # fmt: skip


class Parts:
    """The parts of a DOCX or XLSX by name. ``Mistakes`` for bombs and for what can't be unpacked."""

    def __init__(self, file: str, data: bytes):
        self.file = file
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            refuse_bombs(file, self._archive, len(data))
        except _DAMAGED:
            raise damaged(file) from None

    def tree(self, part: str) -> ElementTree.Element:
        """A part's XML. ``Mistakes`` where it is not there, too large, too deep or has a document type."""
        try:
            with self._archive.open(part) as held:
                xml = held.read(MOST_BYTES + 1)  # what the archive says of its size may be a lie
            if len(xml) > MOST_BYTES:
                raise too_large(self.file)
            return tree(xml)
        except _DAMAGED:
            raise damaged(self.file) from None

    def has(self, part: str) -> bool:
        return part in self._archive.namelist()


def damaged(file: str) -> Mistakes:
    return Mistakes.one(
        file, "is damaged, or not what its ending says: it can't be unpacked.",
        "Open it in the program that made it and save it again.",
    )  # fmt: skip


def too_large(file: str) -> Mistakes:
    return Mistakes.one(
        file, f"holds more than a printed table does (at most {MOST_BYTES // 1_000_000} MB, {MOST_CELLS:,} cells).",
        "Keep the tables alone and save them again.",
    )  # fmt: skip


def too_long(file: str) -> Mistakes:
    return Mistakes.one(
        file, f"holds more text than an article does (at most {MOST_TEXT:,} signs).", "Keep the article alone."
    )  # fmt: skip


def tree(xml: bytes) -> ElementTree.Element:
    """``ValueError`` for a document type (where entities are declared) and for elements too deep in each other."""
    parser = ElementTree.XMLParser(target=_Guarded())  # noqa: S314 — the target refuses what could expand
    parser.feed(xml)
    root: ElementTree.Element = parser.close()
    return root


class _Guarded(ElementTree.TreeBuilder):
    depth = 0

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise ValueError("a document type")

    def start(self, tag: str, attrs: dict[str, str]) -> ElementTree.Element:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise ValueError("too deep")
        return super().start(tag, attrs)

    def end(self, tag: str) -> ElementTree.Element:
        self.depth -= 1
        return super().end(tag)


def local(tag: str) -> str:
    """An element's name without its namespace."""
    return tag.rsplit("}", 1)[-1]


def attribute(element: ElementTree.Element | None, name: str, default: str = "") -> str:
    """An attribute by its name without namespace."""
    if element is not None:
        for key, value in element.attrib.items():
            if local(key) == name:
                return value
    return default


def whole(text: str, default: int = 0) -> int:
    """An attribute that should be a whole number: any other, and one larger than a file needs, is the default."""
    return int(text) if re.fullmatch(r"[0-9]{1,7}", text) else default


def child(element: ElementTree.Element | None, *path: str) -> ElementTree.Element | None:
    """The first child of that name, its first child of the next, …"""
    for name in path:
        element = next((e for e in element if local(e.tag) == name), None) if element is not None else None
    return element
