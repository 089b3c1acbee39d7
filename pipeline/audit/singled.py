"""What may tell who a person is: cells of one, lines of people alone in what they have, quotations' tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
_ROLE = re.compile(
    r"\b(?P<code>[A-Z]{2,3})\s*(?:[,=:]|\s[–-]\s)\s*(?P<words>[a-z]+(?:[ -][a-z]+){0,2})"
    r"|(?P<words2>[A-Za-z]+(?:[ -][a-z]+){0,2})\s*\((?P<code2>[A-Z]{2,3})s?\)"
)
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
    """Quotations' tags (``G-PL``) that point to fewer people than may be printed: by both parts where a table crosses
    them, else by the first part alone."""
    few = {code: (n, where) for code, n, where in _codes(sheets) if 0 < n < below}
    crossed = list(_crossed(sheets))
    roles = _roles([*(p.words for p in passages), *_legends(sheets)]) if crossed else {}
    seen: set[tuple[str, str, str]] = set()
    for passage in passages if few or crossed else ():
        for m in _TAG.finditer(passage.words):
            key = (passage.file, passage.table, m[0])
            if key in seen:
                continue
            seen.add(key)
            both = [(n, where) for code, column, n, where in crossed if code == m[1] and _called(column, m[2], roles)]
            n, where = min(both) if both else few.get(m[1], (0, ""))
            if 0 < n < below:
                mend = "leave one of its parts out, or merge it with another" if both else (
                    "leave the tag's first part out, or merge it with another")  # fmt: skip
                yield passage.finds(ONE_PERSON, m[0], f"tag {m[0]} points to one of {people(n)}: {where} counts {n}",
                                    mend)  # fmt: skip


def _crossed(sheets: Sequence[Sheet]) -> Iterator[tuple[str, str, int, str]]:
    """(code, column, people, which cell of which table) of lines called by a letter, for each group of people."""
    for sheet in sheets:
        parts = [j for j, m in enumerate(sheet.measures) if not m.overall]
        for group in sheet.groups if len(parts) > 1 else ():
            coded = [(m, found[1]) for m in group.members if (found := _CODE.search(m.label.strip()))]
            for member, code in coded if len(coded) > 1 else ():
                for j in parts:
                    n, column = member.figures[j].n, sheet.measures[j].called
                    if n is not None:
                        yield code, column, n, f"{_name(sheet)}, {group.row(member)} × {column}"


def _legends(sheets: Sequence[Sheet]) -> Iterator[str]:
    for sheet in sheets:
        yield sheet.printed.caption.words
        yield from (note.words for note in sheet.printed.notes)


def _roles(texts: Iterable[str]) -> dict[str, str]:
    """What a legend says that a tag's second part stands for: ``PL, programme leader``, ``programme leader (PL)``."""
    found: dict[str, str] = {}
    for text in texts:
        for m in _ROLE.finditer(text):
            found.setdefault(m["code"] or m["code2"], (m["words"] or m["words2"]).split()[-1].lower())
    return found


def _called(column: str, code: str, roles: dict[str, str]) -> bool:
    """Whether a column's heading is the role's code, or holds the last word of what it stands for."""
    word = roles.get(code, "").rstrip("s")
    return bool(re.search(rf"\b{code}\b", column) or (len(word) > 3 and word in column.lower()))


def _name(sheet: Sheet) -> str:
    return ", ".join(w for w in (sheet.printed.file, sheet.printed.name) if w)


def _codes(sheets: Sequence[Sheet]) -> Iterator[tuple[str, int, str]]:
    """(code, people, which line of which table) of levels that are called by a letter: ``G``, ``Programme G``."""
    for sheet in sheets:
        whole = [j for j, m in enumerate(sheet.measures) if m.overall or len(sheet.measures) == 1]
        for group in sheet.groups:
            coded = [(m, found[1]) for m in group.members if (found := _CODE.search(m.label.strip()))]
            for member, code in coded if len(coded) > 1 and whole else ():
                n = member.figures[whole[0]].n
                if n is not None:
                    yield code, n, f"{_name(sheet)}, {group.row(member)}"
