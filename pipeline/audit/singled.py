"""What may tell who a person is: cells of one, lines of people alone in what they have, quotations' tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

from pipeline.audit.findings import ONE_PERSON, Finding, listed, people
from pipeline.audit.passages import Passage
from pipeline.audit.printed import Printed
from pipeline.audit.sheet import Sheet
from pipeline.audit.words import MISSING

_PERSON = re.compile(
    r"^(?:participants?|ids?|patients?|informants?|interviewees?|respondents?|cases?|pseudonyms?|person)\b", re.I
)
_TELLS = re.compile(
    r"\b(?:age|sex|gender|roles?|programmes?|programs?|sites?|clinics?|ethnicity|race|diagnosis|condition|occupation"
    r"|profession|job|education|marital|religion|nationality|country|region|city|born|children"
    r"|years? (?:in|of|as|since))\b", re.I
)  # fmt: skip
_TAG = re.compile(r"(?<![\w-])([A-Z]\d?)[-–/]([A-Z]{2,3})(?![\w-])")
_CODE = re.compile(r"(?:^|\s)([A-Z]\d?)$")
_MOST_LINES = 500


def check(sheet: Sheet) -> Iterator[Finding]:
    """Cells in which two variables cross and one person stands."""
    parts = [j for j, m in enumerate(sheet.measures) if not m.overall]
    apart = any(m.overall for m in sheet.measures) or all(sheet.of[j] for j in parts)
    if len(parts) < 2 or not apart:  # columns that show the same people twice cross nothing
        return
    ones = [
        f"{group.row(member)} × {sheet.measures[j].called}"
        for group in sheet.groups for member in group.levels for j in parts
        if member.figures[j].n == 1 and not MISSING.search(sheet.measures[j].called)
    ]  # fmt: skip
    if ones:
        cells = "1 cell holds" if len(ones) == 1 else f"{len(ones)} cells hold"
        yield sheet.finds(ONE_PERSON, f"{cells} one person: {listed(ones)}",
                          "who knows one of the two of a person learns the other", printed=listed(ones))  # fmt: skip


def lines(table: Printed) -> Iterator[Finding]:
    """Lines that stand for people: how many are alone with one, two or all of what tells on people."""
    held = [line for line in table.lines if not line.heading]
    if not _PERSON.search(table.stub.words.strip()) or not 3 <= len(held) <= _MOST_LINES:
        return
    told = [j for j, c in enumerate(table.columns) if _TELLS.search(c.called)]
    if not told or len({line.label.words for line in held}) < len(held):
        return
    for size in dict.fromkeys((1, 2, len(told))):
        best: tuple[int, tuple[int, ...]] = (0, ())
        for some in combinations(told, size):
            keys = Counter(tuple(line.cells[j].words.lower() for j in some) for line in held)
            best = max(best, (sum(n == 1 for n in keys.values()), some))
        if best[0]:
            names = listed([table.columns[j].called for j in best[1]])
            yield Finding(ONE_PERSON, table.file, table.name, "", "", names,
                          f"{best[0]} of {len(held)} people are alone with their {names}",
                          "a colleague may name them, although the table does not", "look")  # fmt: skip
            return


def tags(sheets: Sequence[Sheet], passages: Sequence[Passage], below: int) -> Iterator[Finding]:
    """Quotations' tags (``G-PL``) whose first part is a level of fewer people than may be printed."""
    few = {code: (n, where) for code, n, where in _codes(sheets) if 0 < n < below}
    seen: set[tuple[str, str, str]] = set()
    for passage in passages if few else ():
        for m in _TAG.finditer(passage.words):
            key = (passage.file, passage.table, m[0])
            if m[1] in few and key not in seen:
                seen.add(key)
                n, where = few[m[1]]
                yield passage.finds(ONE_PERSON, m[0], f"tag {m[0]} points to one of {people(n)}: {where} counts {n}",
                                    "leave the tag's first part out, or merge it with another")  # fmt: skip


def _codes(sheets: Sequence[Sheet]) -> Iterator[tuple[str, int, str]]:
    """(code, people, which line of which table) of levels that are called by a letter: ``G``, ``Programme G``."""
    for sheet in sheets:
        whole = [j for j, m in enumerate(sheet.measures) if m.overall or len(sheet.measures) == 1]
        for group in sheet.groups:
            coded = [(m, found[1]) for m in group.members if (found := _CODE.search(m.label.strip()))]
            for member, code in coded if len(coded) > 1 and whole else ():
                n = member.figures[whole[0]].n
                if n is not None:
                    name = ", ".join(w for w in (sheet.printed.file, sheet.printed.name) if w)
                    yield code, n, f"{name}, {group.row(member)}"
