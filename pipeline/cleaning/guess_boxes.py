"""Which columns of an export are the boxes of one question: all that apply were ticked, a column each."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from pipeline.cleaning.guess_words import SENTINELS, no_answer
from pipeline.cleaning.scalars import as_label, cut, printable, quoted
from pipeline.intake.cells import Cells

_CHOICE = re.compile(r"(.*\S)\s*\(choice=(.+)\)\s*", re.DOTALL)
_REDCAP = re.compile(r"(.+?)___(.+)")
_BRACKET = re.compile(r"(.+?)\s*\[(.+)\]")
_NUMBERED = re.compile(r"(.*[A-Za-z].*?)[_.](\d{1,3})")
_NAMES = ((_CHOICE, True), (_REDCAP, True), (_BRACKET, False), (_NUMBERED, False))
"""How tools call a box: REDCap (in words, raw), LimeSurvey, Qualtrics and others. True: its name says that it is one,
so that an empty one may hold a word of its own; of the others 0 and 1 may be two answers."""
_PAIRS = {"1": "0", "checked": "unchecked", "yes": "no", "y": "n", "true": "false"}
_TICKS = {*_PAIRS, "x", "✓", "✔", "ja", "oui", "selected"}
_NONE = re.compile(
    r"(none|no one|nobody|nothing|no help|not any|aucune?|rien|personne|keine[ersn]?|nichts|niemand|ingen|ingenting)\b",
    re.I,
)
_SELECTED = " - Selected Choice"
"""Qualtrics' words behind a question with several answers; they say nothing of it."""


@dataclass(frozen=True)
class Boxes:
    """One question. columns: column -> its answer in words; parts: its declaration in YAML's flow style; why: of it."""

    stem: str
    columns: dict[str, str]
    parts: list[str]
    why: str


def boxes(cells: Cells, used: Collection[str]) -> dict[str, Boxes]:
    """Column -> the question whose box it is, for two or more columns of one stem that hold ticks alone.

    used: columns that are none. A column of the stem in which nothing stands is a box that nobody ticked.
    """
    found: dict[str, Boxes] = {}
    for name, sure in _NAMES:
        stems: dict[str, list[str]] = {}
        for column in cells.text.columns:
            fits = name.fullmatch(column)
            if fits and column not in used and column not in found and printable(column) == column:
                stems.setdefault(fits[1], []).append(column)
        for stem, columns in stems.items():
            if len(columns) > 1 and (question := _question(stem, columns, cells, name, sure)):
                found |= dict.fromkeys(columns, question)
    return found


def _question(stem: str, columns: list[str], cells: Cells, name: re.Pattern[str], sure: bool) -> Boxes | None:
    text = cells.text[columns]
    marked = {code for column in columns for code in cells.user_missing.get(column, ())}
    held = {v for column in columns for v in text[column].unique() if v}
    missing = {v: no_answer(v) or "no answer" for v in held if v in marked or v in SENTINELS or no_answer(v)}
    answers = held - set(missing)
    ticked = next((v for v in sorted(answers) if v.casefold() in _TICKS), "")
    pair = _PAIRS.get(ticked.casefold(), "")
    empty = next((v for v in answers if sure and pair and v.casefold() == pair), "")
    full = [c for c in columns if (text[c] == ticked).any()]
    if not ticked or answers - {ticked, empty} or len(full) < 2 or _partly(text, missing):
        return None
    blank = bool((text == "").any(axis=None))
    if not (blank or empty):
        return None
    question, options = _words(stem, columns, cells, name, ticked)
    none = next((c for c, option in options.items() if _NONE.match(option)), "")
    beside = int(((text[none] == ticked) & (text.drop(columns=none) == ticked).any(axis=1)).sum()) if none else 0
    why = "boxes of one question"
    if blank and (empty or none):
        missing["blank"] = "not answered"
        why += "; a person who left all of them blank did not answer"
    elif blank:
        why += "; a blank one is not ticked, so that a person who ticked none counts as one who answered"
    if beside:
        why += f"; {quoted(none)} is ticked beside others in {beside:,} rows: say exclusive and contradicted"
    listed = [*([quoted(empty)] if empty else []), *(["blank"] if blank else [])]
    parts = [
        *([f"label: {quoted(question)}"] if question else []),
        "type: choices",
        f"columns: {{{', '.join(f'{quoted(c)}: {quoted(option)}' for c, option in options.items())}}}",
        f"ticked: {quoted(ticked)}",
        f"unticked: [{', '.join(listed)}]",
        *([f"exclusive: {quoted(none)}"] if none and not beside else []),
        *([f"missing: {{{', '.join(f'{quoted(c)}: {quoted(w)}' for c, w in missing.items())}}}"] if missing else []),
    ]
    return Boxes(stem, options, parts, why)


def _partly(text: pd.DataFrame, missing: Collection[str]) -> bool:
    """Whether a missing code stands beside other answers of its row: then these are no boxes of one question."""
    gone = text.isin(list(missing))
    return bool((gone.any(axis=1) & ~gone.all(axis=1)).any())


def _words(
    stem: str, columns: list[str], cells: Cells, name: re.Pattern[str], ticked: str
) -> tuple[str, dict[str, str]]:
    """The question and the answer of each box, from the file's labels or the columns' names."""
    labels = [plain_label(cells.labels.get(c, "")).split(" - ") for c in columns]
    shared = 0
    while all(len(parts) > shared for parts in labels) and len({parts[shared] for parts in labels}) == 1:
        shared += 1
    question = " - ".join(labels[0][:shared]).strip(" -")
    ways = (
        [cells.value_labels.get(c, {}).get(ticked, "") for c in columns],
        [" - ".join(parts[shared:]) for parts in labels],
        [fits[2] if (fits := name.fullmatch(c)) else c for c in columns],
    )
    named = ([as_label(option) if option.strip() else "" for option in way] for way in ways)
    fitting = (way for way in named if all(way) and len(set(way)) == len(way))
    options = next(fitting, [as_label(c) for c in columns])
    in_name = stem if name in (_CHOICE, _BRACKET) and " " in stem else ""
    said = question or in_name
    return (cut(as_label(said), 120) if said else ""), dict(zip(columns, options, strict=True))


def plain_label(label: str) -> str:
    """A label without the words that a survey tool puts into it."""
    return label.replace(_SELECTED, "").strip()
