"""A REFI-QDA project (``.qdpx``) as ``Coding``.

Rotterdam Exchange Format Initiative, QDA-XML version 1.0 (Project.xsd, 18 March 2019). What it says of pictures, sounds
and pages is read as far as a passage has a code: it has no place in a text then.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import pandas as pd

from pipeline.errors import Mistakes
from pipeline.intake.findings import Finding
from pipeline.intake.guarded import Members, attribute, child, local
from pipeline.themes.cases import Cases, cases_of
from pipeline.themes.codebook import MOST_XML, NO_QDA, PROJECT, codes_of, guid_of, namespace, xml
from pipeline.themes.coding import ATTENDANCE, SEGMENTS, coding_of
from pipeline.themes.offsets import Placed, Selection, Text, placed
from pipeline.themes.opened import NOTHING_ASKED, Asked, Opened, in_their_order, named, refuse
from pipeline.themes.sources import holder_of, texts_of

ENDING = ".qde"


@dataclass(repr=False)
class _Passage:
    """One selection with its codings; start, end as the file has them, None where it has no place in the text."""

    document: str
    guid: str = ""
    start: int | None = None
    end: int | None = None
    name: str = ""
    words: str = ""
    codings: list[tuple[str, str]] = field(default_factory=list)


def read_project(file: str, data: bytes, asked: Asked = NOTHING_ASKED) -> Opened:
    """The coding of a project, its texts, and how it counts the places of passages.

    A participant is a case with sources; where no source has a case, each document is one. ``Mistakes`` with counts for
    archives and XML that are damaged or would do harm, for texts outside of the archive, for codes that are not in its
    codebook, and where too few passages fit the texts in any unit.
    """
    members = Members(file, data)
    root = project_of(file, members)
    codes = codes_of(file, child(root, "CodeBook", "Codes"))
    held = child(root, "Users")
    users = {guid_of(attribute(u, "guid")): named(attribute(u, "name") or attribute(u, "id"))
             for u in (held if held is not None else ())}  # fmt: skip
    sources = _named_sources(child(root, "Sources"))
    holders = {document: holder_of(source) for document, source in sources.items()}
    texts = texts_of(file, members, holders)
    passages = [p for document, source in sources.items() for p in _passages(document, source, holders[document], file)]
    unknown = sum(code not in codes.by_guid for p in passages for code, _ in p.codings)
    refuse(file, [(unknown, "codings name codes that are not in its codebook.", "Export the project again, whole.")])
    cases = cases_of(file, root, {guid_of(attribute(s, "guid")): d for d, s in sources.items()}, sources, asked)
    found, told = _in_place(file, passages, texts)
    segments = _segments(passages, found, texts, codes.by_guid, users, cases)
    order, late = in_their_order(file, cases.order, list(sources))
    documents = pd.DataFrame(
        {"length": pd.array([len(texts[d].plain) if d in texts else None for d in order], dtype="Int64")},
        index=pd.Index(order, dtype="str"),
    )  # fmt: skip
    absent = sum(h is not None and bool(attribute(h, "plainTextPath")) and d not in texts for d, h in holders.items())
    told += [Finding(file, "documents whose text is not in the archive", "", "", absent)] if absent else []
    told += [Finding(file, "documents without an order of their own, which come last", "", "", late)] if late else []
    there = pd.DataFrame(list(cases.attendance), columns=list(ATTENDANCE))
    coding = coding_of(documents, cases.people, codes.frame, segments, there)
    return Opened(coding, {d: t.plain for d, t in texts.items()}, (*told, *cases.findings), cases.order)


def project_of(file: str, members: Members) -> Element:
    """The project's XML. ``Mistakes`` where the archive has none, or it is of something else."""
    named_so = [name for name in members.names if name.lower().endswith(ENDING) and "/" not in name]
    if len(named_so) != 1:
        raise Mistakes.one(file, f"holds {len(named_so) or 'no'} project.qde, so it is no REFI-QDA project.", NO_QDA)
    root = xml(f"{file}, project.qde", members.read(named_so[0], MOST_XML))
    if local(root.tag) != "Project" or namespace(root) != PROJECT:
        raise Mistakes.one(file, "is no REFI-QDA project: its XML is of something else.", NO_QDA)
    return root


def _named_sources(sources: Element | None) -> dict[str, Element]:
    """Every source by its name; one without is called by its place, a name's second is ``name (2)``."""
    found: dict[str, Element] = {}
    for number, source in enumerate(sources if sources is not None else (), 1):
        if not local(source.tag).endswith("Source"):
            continue
        name = named(attribute(source, "name")) or f"document {number}"
        times = next(n for n in range(1, number + 1) if (name if n == 1 else f"{name} ({n})") not in found)
        found[name if times == 1 else f"{name} ({times})"] = source
    return found


def _passages(document: str, source: Element, holder: Element | None, file: str) -> list[_Passage]:
    """Selections with codes; a code of the whole source is a passage without a place.

    A selection of a page and one of its text under one GUID are one passage (ATLAS.ti writes both).
    """
    found = [_Passage(document, codings=list(_codings(source, "")))]
    points = {guid_of(attribute(p, "guid")): attribute(p, "position") for p in source.iter() if _is(p, "SyncPoint")}
    parents = {id(part): above for above in source.iter() for part in above}
    by_guid: dict[str, _Passage] = {}
    for part in source.iter():
        if not local(part.tag).endswith("Selection"):
            continue
        made = _Passage(document, guid_of(attribute(part, "guid")), name=attribute(part, "name"))
        made.codings = list(_codings(part, attribute(part, "creatingUser")))
        if parents.get(id(part)) is holder:
            made.start, made.end = (_whole(file, end) for end in _ends(part, points))
        seen = child(part, "Representation", "PlainTextContent")
        made.words = (seen.text or "") if seen is not None else ""
        twin = by_guid.setdefault(made.guid, made) if made.guid else made
        if twin is not made and made.start is not None:
            twin.start, twin.end = made.start, made.end
        if twin is made:
            found.append(made)
        else:
            twin.codings += [coding for coding in made.codings if coding not in twin.codings]
    return [passage for passage in found if passage.codings]


def _ends(part: Element, points: dict[str, str]) -> tuple[str, str]:
    """Where a selection begins and ends in the text, as the file says it; in a transcript by its points."""
    if _is(part, "TranscriptSelection"):
        begin, end = (points.get(guid_of(attribute(part, f"{e}SyncPoint")), "") for e in ("from", "to"))
        return begin, end
    return attribute(part, "startPosition"), attribute(part, "endPosition")


def _is(element: Element, name: str) -> bool:
    return local(element.tag) == name


def _whole(file: str, text: str) -> int | None:
    """``Mistakes`` for a place that is no number of a text."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise Mistakes.one(file, "holds a passage whose place is no number.", "Export the project again.")
    return int(text)


def _codings(element: Element, user: str) -> Iterator[tuple[str, str]]:
    """(code's GUID, coder's GUID) of the codings right under an element."""
    for coding in element:
        if _is(coding, "Coding"):
            code = child(coding, "CodeRef")
            yield guid_of(attribute(code, "targetGUID")), guid_of(attribute(coding, "creatingUser") or user)


def _in_place(
    file: str, passages: list[_Passage], texts: dict[str, Text]
) -> tuple[dict[int, tuple[int, int]], list[Finding]]:
    """id of a passage -> its place in code points, and what is to be told of how they were found."""
    with_place = [p for p in passages if p.start is not None and p.end is not None]
    here = [p for p in with_place if p.document in texts]
    found: Placed = placed(file, [Selection(p.document, p.start or 0, p.end or 0, p.name) for p in here], texts)
    places = {id(p): (int(a), int(b)) for p, a, b in zip(here, found.start, found.end, strict=True) if a >= 0}
    told = [Finding(file, "passages with a place in a text", f"{found.aligned:,} of {len(here):,} cut no word")]
    told += [Finding(file, "places are counted in", str(found.unit))] if here else []
    lost = len(here) - len(places)
    told += [Finding(file, "passages whose place is not in the text", "", "", lost)] if lost else []
    if here and found.alike > 1:
        told += [Finding(file, "other ways to count fit the passages as well; the usual one is taken",
                         str(found.alike - 1))]  # fmt: skip
    # Without a text no unit can be told; the standard's own is taken, and it is said.
    blind = [p for p in with_place if p.document not in texts and (p.start or 0) <= (p.end or 0)]
    told += [Finding(file, "places taken as they stand, for want of the text", "", "", len(blind))] if blind else []
    return places | {id(p): (p.start or 0, p.end or 0) for p in blind}, told


def _segments(
    passages: list[_Passage], places: dict[int, tuple[int, int]], texts: dict[str, Text], codes: dict[str, str],
    users: dict[str, str], cases: Cases,
) -> pd.DataFrame:  # fmt: skip
    lines = []
    for p in passages:
        start, end = places.get(id(p), (None, None))
        words = p.words
        if start is not None and p.document in texts:
            words = texts[p.document].plain[start:end]
        elif start is not None and end is not None and len(p.name) == end - start:
            words = p.name  # its own words, where they are exactly as long
        who = cases.of_selection.get(p.guid, cases.of_document.get(p.document, ""))
        lines += [(p.document, who, codes[c], users.get(user, ""), start, end, words) for c, user in p.codings]
    return pd.DataFrame(lines, columns=list(SEGMENTS))
