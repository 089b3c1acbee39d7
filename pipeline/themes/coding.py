"""``Coding``: which passages of which interviews carry which code, by whom. What all counts of themes are made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.errors import StageFailed

DOCUMENTS = {"participant": "str", "order": "int64", "length": "Int64"}
PEOPLE = {"role": "str", "programme": "str", "consent": "str"}
CODES = {"name": "str", "parent": "str", "definition": "str"}
SEGMENTS = {
    "document": "str", "participant": "str", "code": "str", "coder": "str", "start": "Int64", "end": "Int64",
    "quotation": "str",
}  # fmt: skip
ATTENDANCE = {"document": "str", "participant": "str"}
"""Columns of the five frames and their dtypes, in order."""
UNDER = "::"
"""What stands between the names of a code's path: ``Support::someone who has been there``."""
CONSENT = ("", "yes", "no")


@dataclass(frozen=True, repr=False)
class Coding:
    """Coded interviews. Text is never missing: what is not known is ``""``; nothing shows its content by accident.

    documents: index ``document`` (str, unique). participant: whose interview it is, the only one who attended it;
        ``""`` where several people did (a group) or none. order (int64: 0, 1, …): of collection where that is known,
        else of the file. length: characters (code points) of its text, line ends as one; <NA> where the source has no
        text.
    people: index ``participant`` (str, unique, no ``""``); role, programme (as coded; labels once cleaned), consent to
        be quoted (``""`` not known, ``yes``, ``no``), then the declared variables of the case (str).
    codes: index ``code`` (str, unique): the full path, names joined by ``::``. name: its last part. parent: the path
        above it, which is a code, too; ``""`` at the top. definition. Codes that no passage carries
        are there; the order is the tree's.
    segments: one row a coding, that is one passage with one code by one coder; index 0, 1, … (``segment``); ordered by
        document (in its order), then start (those without a place last), end, code, coder. document, participant (of
        the passage: in a group's interview who spoke, ``""`` where that is not known), code, coder (``""`` where the
        source names none), start and end (Int64: characters of the document's text from 0, end not included; both <NA>
        where the source has none), quotation (``""`` where the source has none).
    attendance: one row a document and participant (unique pairs, no ``""``) who was there as far as that is known, also
        one of a group without a passage; index 0, 1, …; ordered by document (in its order), then participant.

    Segments, documents and people are three different counts.
    """

    documents: pd.DataFrame
    people: pd.DataFrame
    codes: pd.DataFrame
    segments: pd.DataFrame
    attendance: pd.DataFrame


def coding_of(
    documents: pd.DataFrame, people: pd.DataFrame, codes: pd.DataFrame, segments: pd.DataFrame,
    attendance: pd.DataFrame | None = None,
) -> Coding:  # fmt: skip
    """The five frames with their dtypes, their order and their missing columns; parents of codes are added.

    documents, people, codes: indexed by ``document``, ``participant``, ``code``; columns that are left out are empty
    (order: as the rows stand). attendance: who was there beside those who speak; where it is left out, those whose the
    documents are. ``StageFailed`` where the frames do not hold together.
    """
    order = documents["order"] if "order" in documents else pd.Series(range(len(documents)), index=documents.index)
    documents = _typed(documents.assign(order=order), DOCUMENTS, "document").sort_values("order", kind="stable")
    documents["order"] = range(len(documents))
    extra = {column: "str" for column in people.columns if column not in PEOPLE}
    people = _typed(people, {**PEOPLE, **extra}, "participant")
    codes = _typed(_with_parents(codes), CODES, "code")
    segments = in_order(_typed(segments, SEGMENTS, "segment"), documents)
    there = documents.reset_index() if attendance is None else attendance
    attendance = _attendance(pd.concat([there[[*ATTENDANCE]], segments[[*ATTENDANCE]]]), documents)
    documents["participant"] = whose(documents.index, attendance)
    found = Coding(documents, people, codes, segments, attendance)
    check(found)
    return found


def nothing() -> Coding:
    """No document, no one, no code."""
    return coding_of(*(pd.DataFrame(index=pd.Index([], dtype="str")) for _ in range(4)))


def whose(documents: pd.Index, attendance: pd.DataFrame) -> pd.Series:
    """document -> the only one who attended it, ``""`` where several did or nobody who is known."""
    alone = attendance.drop_duplicates("document", keep=False).set_index("document")["participant"]
    return alone.reindex(documents, fill_value="")


def in_order(segments: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Segments in the order that ``Coding`` promises, numbered anew."""
    keys = segments.assign(at=segments["document"].map(documents["order"]))
    keys = keys.sort_values(["at", "start", "end", "code", "coder"], kind="stable", na_position="last")
    return segments.loc[keys.index].reset_index(drop=True).rename_axis("segment")


def check(coding: Coding) -> None:
    """``StageFailed`` where a frame names what another does not hold: a fault of the program, with counts alone."""
    documents, people, codes, segments = coding.documents, coding.people, coding.codes, coding.segments
    there = coding.attendance
    wrong = {
        "documents stand twice": documents.index.duplicated().sum(),
        "people stand twice": people.index.duplicated().sum(),
        "codes stand twice": codes.index.duplicated().sum(),
        "people have no name": (people.index == "").sum(),
        "documents have someone not known": there.loc[~there["participant"].isin(people.index), "document"].nunique(),
        "people attended no document": there.loc[~there["document"].isin(documents.index), "participant"].nunique(),
        "segments are of no one known": (~segments["participant"].isin([*people.index, ""])).sum(),
        "segments are of no document": (~segments["document"].isin(documents.index)).sum(),
        "segments have no code": (~segments["code"].isin(codes.index)).sum(),
        "codes have no parent": (~codes["parent"].isin([*codes.index, ""])).sum(),
        "segments have half a place": (segments["start"].isna() != segments["end"].isna()).sum(),
        "segments end before they begin": (segments["end"] < segments["start"]).sum(),
        "people's consent is unclear": (~people["consent"].isin(CONSENT)).sum(),
    }
    told = [f"{int(n)} {what}" for what, n in wrong.items() if n]
    if told:
        raise StageFailed(f"coded interviews do not hold together: {', '.join(told)}")


def path_parts(path: str) -> tuple[str, str]:
    """(parent, name) of a code's path; the parent of one at the top is ``""``."""
    parent, _, name = path.rpartition(UNDER)
    return parent, name


def ancestors(path: str) -> Sequence[str]:
    """The codes above a code, nearest first."""
    found = []
    while path := path_parts(path)[0]:
        found.append(path)
    return found


def under(codes: Iterable[str], top: str) -> list[str]:
    """A code and all that stand under it, in the order of ``codes``."""
    return [code for code in codes if code == top or code.startswith(top + UNDER)]


def _with_parents(codes: pd.DataFrame) -> pd.DataFrame:
    """Every code before those under it; parents that stood nowhere are added, and have no definition."""
    if codes.index.has_duplicates:
        raise StageFailed(f"coded interviews do not hold together: {codes.index.duplicated().sum()} codes stand twice")
    paths = dict.fromkeys(p for path in codes.index for p in (*reversed(ancestors(path)), path))
    below: dict[str, list[str]] = {}
    for path in paths:
        below.setdefault(path_parts(path)[0], []).append(path)
    order, todo = list[str](), below.get("", [])[::-1]
    while todo:
        order.append(todo.pop())
        todo += below.get(order[-1], [])[::-1]
    parts = [path_parts(path) for path in order]
    found = codes.reindex(pd.Index(order, dtype="str"))
    return found.assign(parent=[p for p, _ in parts], name=[n for _, n in parts])


def _attendance(pairs: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    pairs = pairs.fillna("").astype("str")
    pairs = pairs[pairs["participant"] != ""].drop_duplicates()
    at = pairs["document"].map(documents["order"])
    return pairs.assign(at=at).sort_values(["at", "participant"])[[*ATTENDANCE]].reset_index(drop=True)


def _typed(frame: pd.DataFrame, types: dict[str, str], index: str) -> pd.DataFrame:
    columns = {
        name: frame[name] if name in frame else pd.Series(pd.NA, index=frame.index, dtype="object") for name in types
    }
    made = pd.DataFrame(columns, index=frame.index)
    for name, dtype in types.items():
        made[name] = made[name].fillna("").astype("str") if dtype == "str" else made[name].astype(dtype)
    if index != "segment":
        made.index = made.index.astype("str")
    return made.rename_axis(index)
