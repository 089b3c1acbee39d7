"""The texts of a REFI-QDA project: inline, or a member of its archive. Nothing outside of the archive is opened."""

from __future__ import annotations

import codecs
import posixpath
import re
from xml.etree.ElementTree import Element

from pipeline.errors import Mistake, raise_all
from pipeline.intake.encoding import decode
from pipeline.intake.guarded import Members, attribute, child, local
from pipeline.themes.offsets import Text, text_of

MOST_TEXT = 50_000_000
"""Bytes of the text of one document: a day's talk has half a million."""
HOLDERS = ("TextSource", "Representation", "TextDescription", "Transcript")
_SCHEME = re.compile(r"(internal|relative|absolute):/{1,3}(.*)", re.IGNORECASE | re.DOTALL)
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def holder_of(source: Element) -> Element | None:
    """The element that holds a source's text: itself, its first representation, description or transcript."""
    if local(source.tag) in HOLDERS:
        return source
    return next((part for part in source if local(part.tag) in HOLDERS), None)


def texts_of(file: str, members: Members, holders: dict[str, Element | None]) -> dict[str, Text]:
    """document -> its text, for those that have one. ``Mistakes`` where texts lie elsewhere or can't be decoded."""
    wrong, found = list[Mistake](), dict[str, Text]()
    outside = 0
    for number, (document, holder) in enumerate(holders.items(), 1):
        if holder is None:
            continue
        inline, path = child(holder, "PlainTextContent"), attribute(holder, "plainTextPath")
        if inline is not None:
            found[document] = text_of(inline.text or "")
        elif path:
            name = _inside(members, path)
            outside += name is None
            if name:
                found[document] = text_of(_decoded(f"{file}, source {number}", members.read(name, MOST_TEXT)))
    if outside:
        wrong.append(Mistake(file, f"the texts of {outside:,} sources lie outside of it (absolute:// or '..').",
                             "Export the project with its sources inside."))  # fmt: skip
    raise_all(wrong)
    return found


def _inside(members: Members, path: str) -> str | None:
    """The member that a path means; ``""`` where the archive has none; None for a path that leads out of it."""
    scheme = _SCHEME.fullmatch(path.strip())
    rest = (scheme[2] if scheme else path.strip()).replace("\\", "/")
    name = posixpath.normpath(rest).lstrip("/") if rest else ""
    if (scheme and scheme[1].lower() == "absolute") or ".." in rest.split("/") or "\0" in rest or ":" in rest:
        return None
    for place in (f"Sources/{name}", name):
        if members.has(place):
            return place
    return ""


def _decoded(where: str, data: bytes) -> str:
    """With its byte order mark, which some programs count."""
    text, _ = decode(where, data, None, lambda *_: where)
    return ("\ufeff" if data.startswith(_MARKS) else "") + text
