"""Marks and their notes, codes and their legend."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.audit.findings import CERTAIN, CODE, FOOTNOTE, LIKELY, Finding, listed
from pipeline.audit.marks import SIGNS
from pipeline.audit.printed import Printed

_DEFINED = re.compile(r"(?:^|[;,.(]\s*|\s{2,})\[?([A-Za-z][\w/-]{0,9})\]?\s*(?:[:=]|\s[–—-]\s)\s*\S")
_LISTED = re.compile(r"(?:^|[;.]\s*)([A-Z][A-Za-z0-9/-]{0,9}),\s+[a-z]")
_BRACKET = re.compile(r"\[([a-z])\]", re.I)
_ABSENT = re.compile(r"N[RADES]|N/A|NSD|TBC")
_PAIR = re.compile(r"([A-Z]\d?)[-–/]([“\"'‘]?[A-Za-z]{2,12}[”\"'’]?)")


def check(table: Printed) -> Iterator[Finding]:
    """Marks without notes, notes without marks, letters left out; codes that no legend explains."""
    yield from _marks(table)
    yield from _codes(table)


def _texts(table: Printed) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(row, words, marks) of everything but the notes."""
    yield "caption", table.caption.words, table.caption.marks
    yield "first heading", table.stub.words, table.stub.marks
    for column in table.columns:
        yield f"column {column.called}", column.called, column.head.marks
    for line in table.lines:
        yield line.label.words, line.label.words, line.label.marks
        for cell in line.cells:
            yield line.label.words, cell.words, cell.marks


def _marks(table: Printed) -> Iterator[Finding]:
    used: dict[str, str] = {}
    for row, _, marks in _texts(table):
        for mark in marks:
            used.setdefault(mark, row)
    noted = [n.mark for n in table.notes if n.mark]
    # A raised c and the note C are one mark, where the table has no other of that letter.
    other = {m.swapcase() for m in used if m.isalpha() and m not in noted and m.swapcase() in noted}
    used |= {m: used[m.swapcase()] for m in other - set(used)}
    numbers = any(m.isdigit() for m in noted)
    stands = {cell.words for line in table.lines for cell in line.cells}
    for mark, row in used.items():
        there = mark in noted or mark.swapcase() in other or _explained(table, mark)
        if not there and (numbers or not mark.isdigit()):
            yield _found(table, FOOTNOTE, row, mark, f"mark {mark} has no footnote", "", CERTAIN)
    for note in table.notes:
        if (
            note.mark
            and note.mark not in used
            and note.mark not in stands
            and (note.mark.isdigit() is False or numbers)
        ):
            yield _found(table, FOOTNOTE, "", note.mark, f"footnote {note.mark} has no mark in the table",
                         f"it begins '{note.words[:40]}'", CERTAIN)  # fmt: skip
    yield from _left_out(table, sorted({m for m in (*used, *noted) if len(m) == 1 and m.isalpha() and m.islower()}))


def _explained(table: Printed, mark: str) -> bool:
    """Stars of significance are explained in one note: *p<0.05, **p<0.01."""
    return mark[0] in SIGNS and any(mark in n.mark + n.words for n in table.notes)


def _left_out(table: Printed, letters: list[str]) -> Iterator[Finding]:
    if not letters or letters[-1] > "k":
        return
    gone = [chr(c) for c in range(ord("a"), ord(letters[-1])) if chr(c) not in letters]
    if gone:
        are, does = ("exist", "do not") if len(gone) > 1 else ("exist" if len(letters) > 1 else "exists", "does not")
        mark = "marks" if len(letters) > 1 else "mark"
        yield _found(table, FOOTNOTE, "", ", ".join(letters),
                     f"footnote {mark} {listed(letters)} {are}, {listed(gone)} {does}",
                     "consistent with a note that was left out", CERTAIN)  # fmt: skip


def _codes(table: Printed) -> Iterator[Finding]:
    legend = " ".join([*(n.words for n in table.notes), table.caption.words])
    defined = {m[1].lower() for pattern in (_DEFINED, _LISTED) for m in pattern.finditer(legend)}
    defined |= {m[1].lower() for m in _BRACKET.finditer(legend)} | {n.mark for n in table.notes if n.mark}
    unknown: dict[str, str] = {}
    firsts, seconds = dict[str, str](), dict[str, str]()
    for line in table.lines:
        for cell in line.cells:
            code = cell.words.strip()
            bracket = _BRACKET.fullmatch(code)
            if bracket or _ABSENT.fullmatch(code) or code in ("*", "**"):
                name = bracket[1].lower() if bracket else code.lower()
                if name not in defined and not re.search(rf"(?<!\w){re.escape(code)}(?!\w)", legend):
                    unknown.setdefault(code, line.label.words)
            for pair in _PAIR.finditer(code):
                firsts.setdefault(pair[1], line.label.words)
                seconds.setdefault(pair[2].strip("“”\"'‘’"), line.label.words)
    for codes in (firsts, seconds):  # a legend that explains some codes of a kind and leaves out others
        if any(code.lower() in defined for code in codes):
            unknown |= {code: row for code, row in codes.items() if code.lower() not in defined}
    for code, row in unknown.items():
        yield _found(table, CODE, row, code, f"code '{code}' is not in the legend", "", LIKELY)


def _found(table: Printed, kind: str, row: str, printed: str, says: str, possible: str, sure: str) -> Finding:
    return Finding(kind, table.file, table.name, row, "", printed, says, possible, sure)
