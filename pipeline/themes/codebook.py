"""The codes of a REFI-QDA codebook (``.qdc``) or project: a tree, as paths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import pandas as pd

from pipeline.errors import Mistakes
from pipeline.intake.findings import Finding
from pipeline.intake.guarded import DAMAGED, attribute, child, local, tree
from pipeline.themes.coding import UNDER, coding_of, nothing
from pipeline.themes.opened import Opened, named, refuse

CODEBOOK, PROJECT = "urn:QDA-XML:codebook:1.0", "urn:QDA-XML:project:1.0"
MOST_XML = 100_000_000
"""Bytes of a codebook or of a project's XML, which holds places and no texts."""
NO_QDA = "Export it as REFI-QDA from the program that made it."


@dataclass(frozen=True)
class Codes:
    """frame: as ``Coding.codes``. by_guid: GUID -> path."""

    frame: pd.DataFrame
    by_guid: dict[str, str]


def read_codebook(file: str, data: bytes) -> Opened:
    """A ``.qdc``: codes alone. ``Mistakes`` for what is no codebook, is damaged or would do harm."""
    root = xml(file, data)
    if local(root.tag) not in ("CodeBook", "Codes") or namespace(root) not in (CODEBOOK, PROJECT, ""):
        raise Mistakes.one(file, "is no REFI-QDA codebook.", NO_QDA)
    codes = codes_of(file, root if local(root.tag) == "Codes" else child(root, "Codes"))
    empty = nothing()
    coding = coding_of(empty.documents, empty.people, codes.frame, empty.segments)
    return Opened(coding, {}, (Finding(file, "codes of a codebook", "", "", len(codes.frame)),))


def xml(file: str, data: bytes) -> Element:
    """``Mistakes`` for XML that is too large, damaged, too deep or has a document type."""
    if len(data) > MOST_XML:
        raise Mistakes.one(file, f"has more than {MOST_XML // 1_000_000} MB of XML.", "Check where it comes from.")
    try:
        return tree(data)
    except DAMAGED:
        what = "is no XML that can be read: it is damaged, nested too deep, or has a document type, which could name "
        raise Mistakes.one(file, f"{what}files of this computer or grow without end.", NO_QDA) from None


def namespace(element: Element) -> str:
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def guid_of(text: str) -> str:
    """GUIDs may stand in braces and in letters of either case."""
    return text.strip().strip("{}").casefold()


def codes_of(file: str, codes: Element | None) -> Codes:
    """The tree below ``Codes``; of a name that holds ``::`` itself (ATLAS.ti writes its tree so), the parts."""
    found = list(_walked(codes, "")) if codes is not None else []
    paths = [path for path, *_ in found]
    twice = sorted(path for path, n in Counter(paths).items() if n > 1)
    if twice:
        more = ", …" if len(twice) > 3 else ""
        raise Mistakes.one(file, f"{len(twice)} codes have the name of another: {', '.join(twice[:3])}{more}.",
                           "Rename one of each two, or merge them, in the program that made it.")  # fmt: skip
    refuse(file, [(sum(not all(path.split(UNDER)) for path in paths), "codes have no name.", "Name them.")])
    frame = pd.DataFrame({"definition": [d for _, d, _ in found]}, index=pd.Index(paths, dtype="str"))
    made = coding_of(nothing().documents, nothing().people, frame, nothing().segments)
    return Codes(made.codes, {guid: path for path, _, guid in found})


def _walked(element: Element, above: str) -> Iterator[tuple[str, str, str]]:
    for code in element:
        if local(code.tag) == "Code":
            parts = [named(part) for part in attribute(code, "name").split(UNDER)]
            path = UNDER.join([above, *parts] if above else parts)
            said = child(code, "Description")
            yield path, (said.text or "").strip() if said is not None else "", guid_of(attribute(code, "guid"))
            yield from _walked(code, path)
