"""What was wrong with a variable's cells, as mistakes that a researcher can mend. People are counted, never quoted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from pipeline.cleaning.answers import BESIDE, PARTLY_MISSING, Answers
from pipeline.cleaning.choices import EMPTY_PART
from pipeline.cleaning.types import (
    ABOVE_TOP,
    BETWEEN_BANDS,
    DECIMAL_MARK,
    MARKED,
    NO_DATE,
    NO_NUMBER,
    NO_SUCH_DAY,
    OUTSIDE,
    SCIENTIFIC,
    UNDECLARED,
)  # fmt: skip
from pipeline.errors import Mistake, may_be_named

ANYWAY = "anyway"
SHOWN = 10
"""So many codes are named at most; a column with more undeclared ones is hardly one of codes."""
Faults = Counter[tuple[str, str]]
"""(fault, text) -> cells. Which of the texts may be named, ``mistakes_of`` decides."""


def faults_of(answers: Answers, rows: np.ndarray) -> Faults:
    """Every fault among some rows (a mask), counted."""
    found: Faults = Counter()
    for part in answers.parts:
        counts = part.cells.counts(rows)
        for place, said in part.told.items():
            if said.fault and counts[place]:
                for code in said.about or (part.cells.texts[place],):
                    found[said.fault, code] += int(counts[place])
    for fault, wrong in answers.faults.items():
        if n := int((wrong & rows).sum()):
            found[fault, ""] += n
    return found


def mistakes_of(
    at: Callable[..., str],
    faults: Mapping[tuple[str, str], int],
    known: Iterable[str] = (),
    unit: str = "row",
    mend: str = "",
    more: str = "",
    columns: int = 1,
    declared: Mapping[str, str] | None = None,
) -> list[Mistake]:
    """One mistake a kind of fault. at: the place in the study file of the declaration, or of a key of it.

    known: the declared codes, to say which of them an unknown one resembles. mend: what to do with undeclared codes,
    where that is something else than declaring them. more: behind the count of cells (`` of 3 items``). columns: over
    how many columns the cells were counted. declared: key -> what it says (``range``: ``1-5``).
    """
    by_fault: dict[str, dict[str, int]] = {}
    for (fault, code), n in faults.items():
        codes = by_fault.setdefault(fault, {})
        codes[code] = codes.get(code, 0) + n
    found = []
    for fault, codes in by_fault.items():
        n = sum(codes.values())
        cells = f"{n} {unit}{'s' * (n != 1)}{more}"
        if fault == UNDECLARED:
            found.append(_undeclared(at(), codes, tuple(known), unit, cells, mend, columns))
        elif fault == MARKED:
            what = f"{cells} hold{'s' * (n == 1)} codes that the file marks as missing: {listed(codes, unit, columns)}."
            to_do = "Give the reason: under 'missing' here, or for the whole file (.a-.z, user-missing)."
            found.append(Mistake(at(), what, to_do))
        elif fault not in NOT_NUMBERS:
            key, singular_plural, to_do = _SENTENCES[fault]
            said = f" {declared[key]}" if declared and declared.get(key) else ""
            to_do = _of_dates(codes, to_do) if fault == NO_DATE else to_do
            found.append(Mistake(at(*[key] * bool(said)), f"{cells} {singular_plural[n != 1]}{said}.", to_do))
    if kinds := {fault: sum(by_fault[fault].values()) for fault in NOT_NUMBERS if fault in by_fault}:
        found.append(_not_numbers(at(), kinds, unit, more))
    return found


NOT_NUMBERS = {
    SCIENTIFIC: "in scientific notation, which may have lost digits",
    DECIMAL_MARK: "with another decimal mark or grouped thousands",
    NO_NUMBER: "with words or signs",
}
TWO_FORMS = (
    "A column that holds two forms is read as type: text, and a function makes the dates: see 'function' in "
    "docs/study-files.md."
)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SENTENCES = {
    OUTSIDE: (
        "range",
        ("lies outside the range", "lie outside the range"),
        "Write codes among them like missing: {999: not known}, or a wider range, like range: 0-120.",
    ),
    ABOVE_TOP: (
        "top_code",
        ("lies above the top code", "lie above the top code"),
        "Write codes among them like missing: {999: not known}, or the file's own top code, like top_code: 89.",
    ),
    BETWEEN_BANDS: (
        "bands",
        ("falls into none of the bands", "fall into none of the bands"),
        "Write bands that leave no gap, like bands: [18-29, 30-44, 45+] for whole numbers; where two touch "
        "(18-30, 30-45), the edge belongs to the upper one.",
    ),
    NO_DATE: (
        "format",
        ("is not a date of the form", "are not dates of the form"),
        f'Write the form that the file has, like format: "%d.%m.%Y", or correct the file. {TWO_FORMS}',
    ),
    NO_SUCH_DAY: (
        "",
        ("holds a moment that no calendar or clock has", "hold moments that no calendar or clock has"),
        "Correct the file; is day and month the right way round?",
    ),
    EMPTY_PART: (
        "",
        ("has nothing between two separators", "have nothing between two separators"),
        "Correct 'separator', or the file.",
    ),
    BESIDE: (
        "",
        ("has an exclusive or missing code beside others", "have an exclusive or missing code beside others"),
        "Say what counts: contradicted: others, exclusive or missing.",
    ),
    PARTLY_MISSING: (
        "",
        ("has some boxes missing and others answered", "have some boxes missing and others answered"),
        "Declare the code of an empty box under 'unticked'.",
    ),
    ANYWAY: (
        "",
        ("is an answer of someone who was not to be asked", "are answers of people who were not to be asked"),
        "Say what to do: answered_anyway: keep or drop; or correct 'asked_of' or 'asked_at'.",
    ),
}
"""Fault -> the key of the declaration that it contradicts, what is wrong with one cell and with several, what to do."""


def _of_dates(texts: Mapping[str, int], to_do: str) -> str:
    """What to do with texts that are no dates of the declared form: a spreadsheet's own dates have one form alone."""
    iso = sum(n for text, n in texts.items() if _ISO.fullmatch(text))
    if not iso:
        return to_do
    all_of_them = iso == sum(texts.values())
    which = "They are" if all_of_them and iso > 1 else "It is" if all_of_them else f"{iso} of them {_are(iso)}"
    return f'{which} written like 2025-06-10, as real dates of a spreadsheet are read: format: "%Y-%m-%d". {TWO_FORMS}'


def _are(n: int) -> str:
    return "are" if n != 1 else "is"


def in_words(fault: str) -> str:
    """What is wrong with one cell; a fault of a whole row is in words already."""
    if fault in NOT_NUMBERS:
        return f"is not a number: {NOT_NUMBERS[fault].removeprefix('with ')}"
    told = {UNDECLARED: "holds a code (or a blank) that nobody declared", MARKED: "is marked as missing by the file"}
    return told.get(fault) or (_SENTENCES[fault][1][0] if fault in _SENTENCES else fault)


def _undeclared(
    where: str, codes: Mapping[str, int], known: tuple[str, ...], unit: str, cells: str, mend: str, columns: int
) -> Mistake:
    n = sum(codes.values())
    if set(codes) == {""}:
        what = f"{cells} {'is' if n == 1 else 'are'} blank, and nobody declared what that means."
        return Mistake(
            where, what, mend or "Add blank to 'missing' with its reason" + (", or to 'codes'." if known else ".")
        )
    alike = {code: twin for code in codes if (twin := _twin(code, known))}
    what = f"{cells} hold{'s' * (n == 1)} codes that nobody declared: {listed(codes, unit, columns, frozenset(alike))}."
    mend = mend or "Add them to codes or missing."
    if alike:
        pairs = ", ".join(f"{a!r} is not the declared {b!r}" for a, b in list(alike.items())[:SHOWN])
        mend += f" Mind dashes, capitals, blanks and decimals: {pairs}."
    return Mistake(where, what, mend)


def listed(codes: Mapping[str, int], unit: str, columns: int = 1, alike: frozenset[str] = frozenset()) -> str:
    """``'4' (2 rows), '9' (1), blank (1) and 3 others``: only what is a code is named, or differs from one in form.

    columns: over how many columns the cells were counted; a row has at most so many of them.
    """
    order = sorted(codes.items(), key=lambda pair: (-pair[1], pair[0] == "", pair[0]))
    few = len(codes) <= 2 * SHOWN
    named = [(c, n) for c, n in order if c == "" or c in alike or (few and may_be_named(c, n // columns))][:SHOWN]
    words = [
        f"{repr(c) if c else 'blank'} ({n}{f' {unit}' + 's' * (n != 1) if i == 0 else ''})"
        for i, (c, n) in enumerate(named)
    ]
    rest = len(codes) - len(named)
    if not words:
        return f"{rest} different text{'s' * (rest != 1)}"
    return ", ".join(words) + (f" and {rest} other text{'s' * (rest != 1)}" if rest else "")


def _twin(code: str, known: tuple[str, ...]) -> str:
    """The declared code from which a text differs in dashes, capitals, blanks, quotes or decimals alone."""
    for declared in known:
        if _plain(code) == _plain(declared) and code:
            return declared
    return ""


def _plain(text: str) -> str:
    text = re.sub("[‐‑‒–—―−]", "-", text.casefold()).translate(str.maketrans("‘’ʼ“”", "'''\"\""))
    text = re.sub(r"\s+", "", text)
    return re.sub(r"^(-?)0*([0-9]+)(\.0*)?$", r"\1\2", text)


def _not_numbers(where: str, kinds: Mapping[str, int], unit: str, more: str) -> Mistake:
    n = sum(kinds.values())
    what = f"{n} {unit}{'s' * (n != 1)}{more} {'is not a number' if n == 1 else 'are not numbers'}"
    parts = ", ".join(f"{k} {NOT_NUMBERS[f]}" for f, k in kinds.items())
    mend = "Declare codes under 'missing' or 'codes'; or type: text."
    if DECIMAL_MARK in kinds:
        mend = f"Say the column's mark here, like decimal: \",\", or the file's under 'data'. {mend}"
    return Mistake(where, f"{what} ({parts}).", mend)
