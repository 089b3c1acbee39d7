"""``Coding`` as REFI-QDA: a codebook (``.qdc``) and a project (``.qdpx``) that other programs open.

QDA-XML version 1.0. The same coding gives the same bytes: GUIDs are made from names (UUID version 5), nothing is dated.
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import pandas as pd

from pipeline.themes.codebook import CODEBOOK, PROJECT
from pipeline.themes.coding import Coding
from pipeline.themes.opened import NOTHING_SAID

ORIGIN = "Alongside"
_SPACE = uuid.UUID("2d8f3d0e-5f0b-5c86-9a58-0a4c7f1d9b31")
_FIRST = (1980, 1, 1, 0, 0, 0)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def codebook_file(coding: Coding) -> bytes:
    """The codes as a ``.qdc``, with their tree and definitions; how often they occur does not stand in it."""
    root = Element("CodeBook", {"xmlns": CODEBOOK, "origin": ORIGIN})
    _codes(root, coding)
    return _bytes(root)


def project_file(coding: Coding, texts: Mapping[str, str] = NOTHING_SAID, name: str = "Coded interviews") -> bytes:
    """The whole as a ``.qdpx``: coders, codes, people with their variables and documents, passages.

    Places count Unicode code points, line ends as one, as the standard says. A document that ``texts`` does not hold
    has its coded passages in their places, and blanks for all that nobody coded. What a project can't say: the words of
    a passage without a place, and whose it is in a document of several people (``untold``).
    """
    root = Element("Project", {"xmlns": PROJECT, "name": name, "origin": ORIGIN})
    coders = sorted(set(coding.segments["coder"]) - {""})
    if coders:
        users = SubElement(root, "Users")
        for coder in coders:
            SubElement(users, "User", {"guid": guid("user", coder), "name": _clean(coder)})
    if len(coding.codes):
        _codes(SubElement(root, "CodeBook"), coding)
    _variables(root, coding)
    _cases(root, coding)
    members = _sources(root, coding, texts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for member, data in {"project.qde": _bytes(root), **members}.items():
            info = zipfile.ZipInfo(member, _FIRST)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(info, data)
    return out.getvalue()


def guid(kind: str, *names: object) -> str:
    """The same for the same names, another for another kind."""
    return str(uuid.uuid5(_SPACE, "\x1f".join([kind, *map(str, names)]))).upper()


def _clean(text: str) -> str:
    """Without what no XML can hold."""
    return _NO_XML.sub(" ", text)


def _bytes(root: Element) -> bytes:
    indent(root, " ")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def _codes(above: Element, coding: Coding) -> None:
    """The tree: a code stands inside of its parent, behind the parent's definition."""
    made = {"": SubElement(above, "Codes")}
    for path, name, parent, definition in coding.codes[["name", "parent", "definition"]].itertuples(name=None):
        made[path] = SubElement(
            made[parent], "Code", {"guid": guid("code", path), "name": _clean(name), "isCodable": "true"}
        )
        if definition:
            SubElement(made[path], "Description").text = _clean(definition)


def _said(coding: Coding) -> list[str]:
    """Variables of people that say something of anyone."""
    return [column for column in coding.people.columns if (coding.people[column] != "").any()]


def _variables(root: Element, coding: Coding) -> None:
    names = _said(coding)
    variables = SubElement(root, "Variables") if names else root
    for name in names:
        about = {"guid": guid("variable", name), "name": _clean(name), "typeOfVariable": "Text"}
        SubElement(variables, "Variable", about)


def _cases(root: Element, coding: Coding) -> None:
    """People, with the documents that they attended; where others spoke, too, with the passages that are theirs."""
    if not len(coding.people):
        return
    attended, spoken = _parts(coding)
    of_documents = dict(list(attended.groupby("participant")["document"]))
    of_segments = spoken[spoken["start"].notna()].groupby("participant", sort=False).groups
    cases = SubElement(root, "Cases")
    for person, values in zip(coding.people.index, coding.people.to_dict("records"), strict=True):
        case = SubElement(cases, "Case", {"guid": guid("case", person), "name": _clean(person)})
        for name in _said(coding):
            if values[name]:
                value = SubElement(case, "VariableValue")
                SubElement(value, "VariableRef", {"targetGUID": guid("variable", name)})
                SubElement(value, "TextValue").text = _clean(values[name])
        for document in of_documents.get(person, ()):
            SubElement(case, "SourceRef", {"targetGUID": guid("source", document)})
        for segment in of_segments.get(person, ()):
            SubElement(case, "SelectionRef", {"targetGUID": guid("selection", segment)})


def _parts(coding: Coding) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Of ``attendance`` the rows that a project tells by documents, and the segments that it tells one by one.

    A document that one case alone has is theirs, with every passage; so one in which somebody else spoke, of whom it is
    not known who it was, stands at no case.
    """
    documents, segments = coding.documents, coding.segments
    alone = documents["participant"] != ""
    others = documents.index.isin(segments.loc[segments["participant"] == "", "document"])
    mixed, whole = documents.index[alone & others], documents.index[alone & ~others]
    spoken = segments[~segments["document"].isin(whole) & (segments["participant"] != "")]
    return coding.attendance[~coding.attendance["document"].isin(mixed)], spoken


def untold(coding: Coding) -> int:
    """Of how many people a project does not say that they were in a document, or that a passage of it is theirs: others
    spoke there, too, and they have a passage without a place, or none at all."""
    attended, spoken = _parts(coding)
    told = {*attended["document"], *spoken["document"]}
    silent = coding.attendance.loc[~coding.attendance["document"].isin(told), "participant"]
    return len({*silent, *spoken.loc[spoken["start"].isna(), "participant"]})


def _sources(root: Element, coding: Coding, texts: Mapping[str, str]) -> dict[str, bytes]:
    """The documents, and the members of the archive that hold their texts."""
    if not len(coding.documents):
        return {}
    members, sources = {}, SubElement(root, "Sources")
    segments = dict(list(coding.segments.groupby("document", sort=False)))
    for document, length in coding.documents["length"].items():
        own = segments.get(document, coding.segments.iloc[:0])
        about = {"guid": guid("source", document), "name": _clean(document)}
        if not pd.isna(length):
            about["plainTextPath"] = f"internal://{guid('text', document)}.txt"
            held = texts.get(document)
            text = held if held is not None and len(held) == length else _rebuilt(own, int(length))
            members[f"Sources/{guid('text', document)}.txt"] = text.encode("utf-8")
        source = SubElement(sources, "TextSource", about)
        for placed in (True, False):  # the schema wants all selections before the codes of the whole
            for segment, line in zip(own.index, own.to_dict("records"), strict=True):
                if placed != pd.isna(line["start"]):
                    _passage(source, segment, line)
    return members


def _passage(source: Element, segment: int, line: Mapping[str, object]) -> None:
    user = {"creatingUser": guid("user", line["coder"])} if line["coder"] else {}
    above = source
    if not pd.isna(line["start"]):
        place = {"startPosition": str(line["start"]), "endPosition": str(line["end"])}
        name = {"name": _clean(str(line["quotation"]))} if line["quotation"] else {}
        above = SubElement(source, "PlainTextSelection", {"guid": guid("selection", segment), **name, **place, **user})
    coding = SubElement(above, "Coding", {"guid": guid("coding", segment), **user})
    SubElement(coding, "CodeRef", {"targetGUID": guid("code", line["code"])})


def _rebuilt(segments: pd.DataFrame, length: int) -> str:
    """Coded passages in their places, blanks between them."""
    text = [" "] * length
    for start, end, words in segments[["start", "end", "quotation"]].itertuples(index=False, name=None):
        if not pd.isna(start) and len(words) == end - start and end <= length:
            text[start:end] = words
    return "".join(text)
