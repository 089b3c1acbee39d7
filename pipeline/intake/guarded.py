"""Archives and XML from strangers: no document type, no entity, no depth, no bomb, no name that leads elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.etree import ElementTree

from pipeline.errors import Mistakes
from pipeline.intake.archive import refuse_bombs

MOST_DEPTH = 200
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, RuntimeError, OSError,
           ElementTree.ParseError)  # fmt: skip
"""What zipfile, zlib and expat raise over a damaged or hostile file."""
_ELSEWHERE = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\~]|^[A-Za-z]:|[\x00-\x1f]")


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


def child(element: ElementTree.Element | None, *path: str) -> ElementTree.Element | None:
    """The first child of that name, its first child of the next, …"""
    for name in path:
        element = next((e for e in element if local(e.tag) == name), None) if element is not None else None
    return element


class Members:
    """The members of a ZIP archive by name, whatever the case of its letters; nothing is ever unpacked to the disk.

    ``Mistakes`` for bombs, for damage, and for names that lead out of the archive, hold control characters or stand
    twice (which of the two is meant is anyone's guess).
    """

    def __init__(self, file: str, data: bytes):
        self.file = file
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except DAMAGED:
            raise damaged(file) from None
        refuse_bombs(file, self._archive, len(data))
        held = self._archive.infolist()
        # zipfile cuts a name at a NUL: what stood in the archive is kept beside it.
        odd = sum(bool(_ELSEWHERE.search(name)) for one in held for name in {one.filename, one.orig_filename})
        if odd:
            raise Mistakes.one(
                file, f"{odd} of its members have names that lead out of it.", "Check where the file comes from."
            )
        self._by_name = {one.filename.casefold(): one for one in held if not one.is_dir()}
        if len(self._by_name) < sum(not one.is_dir() for one in held):
            raise Mistakes.one(file, "holds two members of one name.", "Export it again.")

    @property
    def names(self) -> list[str]:
        return [one.filename for one in self._by_name.values()]

    def has(self, name: str) -> bool:
        return name.casefold() in self._by_name

    def read(self, name: str, most: int) -> bytes:
        """A member's bytes. ``Mistakes`` where there are more than ``most``: what it says of its size may be a lie."""
        try:
            with self._archive.open(self._by_name[name.casefold()]) as held:
                data = held.read(most + 1)
        except DAMAGED:
            raise damaged(self.file) from None
        if len(data) > most:
            raise Mistakes.one(
                self.file, f"a member has more than {most // 1_000_000} MB.", "Check where the file comes from."
            )
        return data


def damaged(file: str) -> Mistakes:
    return Mistakes.one(
        file, "is damaged, or not what its ending says: it can't be unpacked.",
        "Open it in the program that made it and save it again.",
    )  # fmt: skip
