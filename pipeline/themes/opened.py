"""What a reader makes of a file of coded interviews, and how several files become one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from pipeline.errors import Mistake, Mistakes, raise_all
from pipeline.intake.findings import Finding
from pipeline.themes.coding import Coding, coding_of, nothing


@dataclass(frozen=True, repr=False)
class Opened:
    """coding: as the file has it, nothing renamed. texts: document -> its text, where there is one, line ends as one.

    findings: what the reader found and did, for the ledger; they count documents and never name them. order: document
    -> the number or date that puts it into the order of collection, as the file has it.
    """

    coding: Coding
    texts: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    order: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What a study file says of the columns of a table, or of the variables of cases, and which of them are carried.

    columns: field of the neutral table -> what the file calls it. variables: carried into ``Coding.people``. consent:
    what stands in the file for consent to be quoted -> ``yes`` or ``no``, beside these two words themselves.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    variables: tuple[str, ...] = ()
    consent: Mapping[str, str] = field(default_factory=dict)


NOTHING_ASKED = Asked()
NOTHING_SAID: Mapping[str, str] = {}
_DAY = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2}([T ][0-9:.]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?")
"""A date whose letters stand in the order of time: any other, such as 03.04.2025, would not."""
SYNONYMS: dict[str, tuple[str, ...]] = {
    "document": ("document", "document name", "file", "filename", "file name", "source"),
    "participant": ("participant", "person", "case", "case name", "casename"),
    "role": ("role",),
    "programme": ("programme", "program"),
    "code": ("code", "tag", "code name", "codename"),
    "start": ("start", "startposition", "pos0"),
    "end": ("end", "endposition", "pos1"),
    "coder": ("coder", "owner", "user", "coded by"),
    "quotation": ("quotation", "content", "coded text", "codedtext", "seltext", "segment"),
    "consent": ("consent",),
    "order": ("order",),
    "length": ("length",),
}
"""Field of the neutral table -> what programs call it: Taguette (document, tag, content), QualCoder (its database's
filename, codename, pos0, pos1, owner, seltext), and plain words. Case and blanks at the edges do not matter."""


def column_of(name: str, asked: Asked, there: Sequence[str]) -> str | None:
    """What the file calls a field, as declared or by its usual names; None where it has none or several alike."""
    best = columns_of(name, asked, there)
    return best[0] if len(best) == 1 else None


def columns_of(name: str, asked: Asked, there: Sequence[str]) -> list[str]:
    """What may be a field in a file: one column as declared, or those that have the first of its usual names there."""
    if name in asked.columns or name in asked.variables:
        return [c for c in there if c == asked.columns.get(name, name)]
    known = {word: at for at, word in enumerate(SYNONYMS.get(name, (name,)))}
    found = [(known[c.strip().casefold()], c) for c in there if c.strip().casefold() in known]
    return [c for at, c in found if at == min(found)[0]]


def named(text: str) -> str:
    """A name on one line, without blanks at its edges or control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def plain(name: str) -> str:
    """A name without what differs where one hand wrote it twice: capitals, blanks, the way accents are written."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def consented(file: str, said: pd.Series, asked: Asked) -> pd.Series:
    """``yes``, ``no`` or ``""``. ``Mistakes`` with a count where a file says it in other words than were declared."""
    known = {"": "", "yes": "yes", "no": "no", **{word.casefold(): meant for word, meant in asked.consent.items()}}
    found = said.str.casefold().map(known)
    refuse(file, [(int(found.isna().sum()), "people have a consent that is neither yes nor no.",
                   "Say under 'consent' which words mean given, and which refused.")])  # fmt: skip
    return found.astype("str")


def in_their_order(file: str, given: Mapping[str, str], documents: Sequence[str]) -> tuple[list[str], int]:
    """Documents by a number or an ISO date, as they stand where none has one; those without one come last; how many
    these are. ``Mistakes`` with a count for anything else, which has no order that is sure to be that of time."""
    said = {d: given.get(d, "").strip() for d in documents}
    numbers = pd.to_numeric(pd.Series([s for s in said.values() if s], dtype="object"), errors="coerce")
    if not len(numbers):
        return list(documents), len(documents) if given else 0
    by_number = bool(numbers.notna().all())
    odd = 0 if by_number else sum(bool(s) and not _DAY.fullmatch(s) for s in said.values())
    refuse(file, [(odd, "documents have an order that is no date like 2025-03-02, nor has every one a number.",
                   "Write all as numbers, or all as such dates.")])  # fmt: skip

    def key(document: str) -> tuple[bool, float, str]:
        text = said[document]
        return (not text, float(text) if text and by_number else 0.0, "" if by_number else text)

    return sorted(documents, key=key), sum(not s for s in said.values())


def joined(files: Sequence[tuple[str, Opened]]) -> Opened:
    """Several files as one: documents, people and codes of one name are the same; segments stand below each other.

    Where files say in which order documents were collected, they are put into it together. ``Mistakes`` with counts
    where two files say different things of a document or a person.
    """
    if len(files) == 1:
        return files[0][1]
    wrong = list[Mistake]()
    held = [(f, pd.DataFrame({"order": pd.Series(dict(o.order), dtype="object")})) for f, o in files if o.order]
    said = _merged(held, "documents", wrong)["order"].dropna().to_dict() if held else {}
    documents = _merged([(f, o.coding.documents.drop(columns="order")) for f, o in files], "documents", wrong)
    people = _merged([(f, o.coding.people) for f, o in files], "people", wrong)
    codes = _merged([(f, o.coding.codes) for f, o in files], "codes", [])
    raise_all(wrong)
    segments = [o.coding.segments for _, o in files]
    texts = {document: text for _, o in files for document, text in o.texts.items()}
    order, _ = in_their_order(", ".join(file for file, _ in files), said, list(documents.index))
    together = pd.concat(segments, ignore_index=True)
    attendance = pd.concat([o.coding.attendance for _, o in files])
    found = coding_of(documents.loc[order], people, codes, together, attendance) if files else nothing()
    return Opened(found, texts, tuple(finding for _, o in files for finding in o.findings), said)


def _merged(frames: Sequence[tuple[str, pd.DataFrame]], what: str, wrong: list[Mistake]) -> pd.DataFrame:
    """One line a name; a cell is what the first file says that says something."""
    both = pd.concat([frame.astype("object").replace("", pd.NA) for _, frame in frames])
    for column in both.columns:
        said = both[column].dropna()
        differ = int((said.groupby(level=0, sort=False).nunique() > 1).sum())
        if differ:
            files = ", ".join(file for file, _ in frames)
            wrong.append(Mistake(files, f"{differ:,} {what} have another {column} in another file.",
                                 "Correct one of the files, or read one alone."))  # fmt: skip
    return both.groupby(level=0, sort=False).first()


def refuse(file: str, told: Iterable[tuple[int, str, str]]) -> None:
    """``Mistakes`` of all that is there to be counted: (how many, what, mend)."""
    found = [Mistake(file, f"{n:,} {what}", mend) for n, what, mend in told if n]
    if found:
        raise Mistakes(found)
