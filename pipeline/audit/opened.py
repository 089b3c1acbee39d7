"""Archives and XML from strangers, opened with limits: no document type, no entity, no depth, no bomb."""

from __future__ import annotations

import io
import re
import zipfile
from xml.etree import ElementTree

from pipeline.errors import Mistakes
from pipeline.intake.archive import refuse_bombs
from pipeline.intake.guarded import DAMAGED, damaged, tree

MOST_BYTES = 50_000_000
"""Of a file, and of a part of an archive once unpacked. A printed table is a thousandth of that."""
MOST_CELLS = 200_000
MOST_TEXT = 5_000_000
"""Signs of an article's text: some thirty books of a hundred pages."""


class Parts:
    """The parts of a DOCX or XLSX by name. ``Mistakes`` for bombs and for what can't be unpacked."""

    def __init__(self, file: str, data: bytes):
        self.file = file
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            refuse_bombs(file, self._archive, len(data))
        except DAMAGED:
            raise damaged(file) from None

    def tree(self, part: str) -> ElementTree.Element:
        """A part's XML. ``Mistakes`` where it is not there, too large, too deep or has a document type."""
        try:
            with self._archive.open(part) as held:
                xml = held.read(MOST_BYTES + 1)  # what the archive says of its size may be a lie
            if len(xml) > MOST_BYTES:
                raise too_large(self.file)
            return tree(xml)
        except DAMAGED:
            raise damaged(self.file) from None

    def has(self, part: str) -> bool:
        return part in self._archive.namelist()


def too_large(file: str) -> Mistakes:
    return Mistakes.one(
        file, f"holds more than a printed table does (at most {MOST_BYTES // 1_000_000} MB, {MOST_CELLS:,} cells).",
        "Keep the tables alone and save them again.",
    )  # fmt: skip


def too_long(file: str) -> Mistakes:
    return Mistakes.one(
        file, f"holds more text than an article does (at most {MOST_TEXT:,} signs).", "Keep the article alone."
    )  # fmt: skip


def whole(text: str, default: int = 0) -> int:
    """An attribute that should be a whole number: any other, and one larger than a file needs, is the default."""
    return int(text) if re.fullmatch(r"[0-9]{1,7}", text) else default
