"""Footnote marks: raised letters, signs such as † and, where a note begins with it, a letter at a word's end."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.audit.printed import LOWERED, RAISED, Note, Text

SIGNS = "*†‡§‖¶"
_LETTERS = dict(zip("ªᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻº¹²³⁴⁵⁶⁷⁸⁹⁰", "aabcdefghijklmnoprstuvwxyzo1234567890", strict=True))
_SUPERS = re.compile(f"[{''.join(_LETTERS)}]+")
_CARET = re.compile(rf"(?:(?<=[\w)%])\s?|^\s*)\^([a-z]|\d|[{re.escape(SIGNS)}#]+)(?=[\s,;.:)]|$)")
"""A mark as plain text writes it, our own CSV among them: ``Ethnicity ^b``, ``^b Missing data``."""
_RAISED = re.compile(f"{RAISED}([^{LOWERED}]*){LOWERED}?")
_ORDINALS = {"st", "nd", "rd", "th", "tm", "®", "™", "o", "−1", "-1", "–1", "−2", "-2", "–2"}
_POWER = re.compile(r"(?:\b[kcmd]?m|\bR|χ|η|10|\d[.\d]*e|×10)$")
_SIGNS_AT_END = re.compile(rf"(?<=[^\s{re.escape(SIGNS)}])\s*([{re.escape(SIGNS)}]+)$")
_SIGNS_INSIDE = re.compile(rf"(?<=[\w)%])([{re.escape(SIGNS)}]+)(?=[\s,;(]|$)")
_NOTE_SIGN = re.compile(rf"^([{re.escape(SIGNS)}])\1*[\s.:)]*(?=\S)")
_NOTE_LETTER = re.compile(r"^\(?([a-z])(?:[).:]\s*(?=\S)|\s+(?=\S))")
_NOTE_A = re.compile(r"^\(?a(?:[).:]\s*(?=\S)|\s+(?=[A-Z(\d]))")
_NOTE_DIGIT = re.compile(r"^\(?(\d)[).:]?\s+(?=[A-Z])")
_NEXT_NOTE = re.compile(
    rf"(?<=[.;])\s+(?=[b-z][).:]?\s+[A-Z]|[{re.escape(SIGNS[1:])}])|\s*(?={RAISED}(?!\s*[−–-]\s*\d))"
)

_SEVERAL = re.compile(rf"{RAISED}\s*([A-Za-z](?:\s*,\s*[A-Za-z])+)\s*,?\s*{LOWERED}")


def raise_superscripts(text: str) -> str:
    """Unicode's small raised letters, and what stands behind a caret, written as the letters that they are, raised."""
    text = _CARET.sub(lambda m: RAISED + m[1] + LOWERED, text)
    return _SUPERS.sub(lambda m: RAISED + "".join(_LETTERS[c] for c in m[0]) + LOWERED, text)


def text_of(raw: str, letters: frozenset[str] = frozenset()) -> Text:
    """Words and marks of a caption, heading, label or cell. ``letters``: marks that notes begin with unraised."""
    marks: list[str] = []

    def take(found: re.Match[str]) -> str:
        inside, before = found[1].strip(), raw_marked[: found.start()]
        if inside.lower() in _ORDINALS or (inside.isdigit() and _POWER.search(before)):
            return inside
        parts = [p for p in re.split(r"[,\s;]+", inside) if p]
        if not all(len(p) <= 3 and (p.isdigit() or p.isalpha() or all(c in SIGNS + "#" for c in p)) for p in parts):
            return inside
        for part in parts:
            marks.extend([part] if part.isdigit() or part[0] in SIGNS else part)
        return ""

    raw_marked = raise_superscripts(raw)
    words = _tidy(_RAISED.sub(take, raw_marked))
    for pattern in (_SIGNS_AT_END, _SIGNS_INSIDE):
        while found := pattern.search(words):
            marks.append(found[1])
            words = _tidy(words[: found.start()] + words[found.end() :])
    if letters and (
        found := re.search(rf"(?<=[\w)%])(?:\s?\^|\s?\(|\s|,\s?|)([{''.join(sorted(letters))}])\)?$", words)
    ):
        glued = words[found.start() : found.end()] == found[1]
        if not glued or _looks_glued(words[: found.start()]):
            marks.append(found[1])
            words = _tidy(words[: found.start()])
    return Text(words, tuple(marks))


def marks_in(words: str) -> set[str]:
    """What in plain words would be read as a mark: ``online^a``, ``Yes †``, ``*star*``, also where it stands in a note
    or beside other words in a heading."""
    raised = {c for found in _RAISED.finditer(raise_superscripts(words)) for c in (found[1], *found[1])}
    return {*text_of(words).marks, *raised, *re.findall(f"[{re.escape(SIGNS)}]+", words)}


def _looks_glued(before: str) -> bool:
    """``Ethnicityb`` and ``12 (30)b`` carry a mark; ``Data`` under a note ``a`` is a word: behind a figure, a bracket
    or a long word the letter counts as a mark. That errs towards a note that has its mark."""
    return bool(re.search(r"[\d)%]$|[a-z]{4,}$", before))


def one_blank(words: str) -> str:
    """One blank for several, of which patterns would try every part; of blanks that do not break two are kept, which
    may part what a legend explains."""
    return re.sub(r"(?<=\s\s)\s+", "", re.sub(r"[ \t\n\r\f\v]+", " ", words))


def _tidy(words: str) -> str:
    return one_blank(words.replace(RAISED, "").replace(LOWERED, "")).strip()


def notes_of(raw: Iterable[str]) -> tuple[Note, ...]:
    """The notes one by one, also where several stand in one paragraph."""
    parts = [part for text in raw for part in _NEXT_NOTE.split(raise_superscripts(text)) if part.strip()]
    plain = {m for m in (_letter(part) for part in parts) if m}
    found: list[Note] = []
    for part in parts:
        mark, rest = _begins(part, plain)
        if rest or mark:
            several = _SEVERAL.match(part.strip())  # one note of many marks: ``a,b,c Values without a common letter``
            found += [Note(m, rest) for m in re.findall(r"[A-Za-z]", several[1])] if several else [Note(mark, rest)]
    return tuple(found)


def _begins(part: str, plain: set[str]) -> tuple[str, str]:
    part = part.strip()
    if _SEVERAL.match(part):
        return "", _tidy(_RAISED.sub("", part, count=1)).lstrip(" .:)")
    if (raised := _RAISED.match(part)) and len(raised[1].strip()) <= 2:
        return raised[1].strip(" .,:;)("), _tidy(part[raised.end() :]).lstrip(" .:)")
    words = _tidy(part)
    if sign := _NOTE_SIGN.match(words):
        return sign[0].strip(" .:)"), words[sign.end() :]
    letter = _letter(words)
    if letter and letter in plain:
        return letter, re.sub(r"^\(?\w[).:]?\s*", "", words)
    if digit := _NOTE_DIGIT.match(words):
        return digit[1], words[digit.end() :]
    return "", words


def _letter(words: str) -> str:
    """The letter by which a note begins, unraised. ``A count …`` and ``a total of`` are sentences."""
    words = words.strip()
    if _NOTE_A.match(words):
        return "a"
    found = _NOTE_LETTER.match(words)
    return found[1] if found and found[1] != "a" else ""
