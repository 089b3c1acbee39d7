"""What the columns of an export seem to be: a guess each, with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from pipeline.cleaning.guess_boxes import boxes, plain_label
from pipeline.cleaning.guess_dates import DATE, about_dates
from pipeline.cleaning.guess_key import ID_COLUMN, SYSTEM
from pipeline.cleaning.guess_words import SENTINELS, free_text, no_answer, no_answer_label
from pipeline.cleaning.scalars import as_label, as_name, cut, printable, quoted
from pipeline.errors import may_be_named
from pipeline.intake.cells import Cells

LEVELS = 12
_FAR = 10
TWO_MARKS = "numbers with two decimal marks; type: text and a function make numbers of them (docs/study-files.md)"
ODD = "characters that a study file can't hold"
_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")
_CODES = re.compile(r"-?\d+(?:[,; ]+-?\d+)+")


@dataclass
class Guess:
    """One variable of the proposal: its declaration in YAML's flow style, and why.

    codes: its answers, in order; counts: answer -> rows. reasons: what is no answer -> why.
    """

    name: str
    column: str
    parts: list[str]
    why: str
    levels: int = 0
    codes: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def variables(cells: Cells, key: str, used: set[str]) -> tuple[list[Guess], dict[str, str]]:
    """A guess a column, and why the others are left out. key: the id column; used: those that are no variable."""
    guesses: list[Guess] = []
    left: dict[str, str] = {}
    names: set[str] = set()
    ticked = boxes(cells, {*used, *SYSTEM})
    for column in cells.text.columns:
        if column in used:
            continue
        if question := ticked.get(column):
            if column == next(iter(question.columns)):
                name = as_name(question.stem, {*names, *question.columns})
                guesses.append(Guess(name, column, question.parts, question.why))
                names.add(name)
            continue
        values = cells.text[column]
        if column in SYSTEM:
            left[column] = "kept by the survey tool"
            continue
        if ID_COLUMN.search(column):
            left[printable(column)] = "an id"
            continue
        guess = _one(column, values, cells, cells.text[key])
        if printable(column) != column:
            guess = ODD
        if isinstance(guess, str):
            left[printable(column)] = guess
            continue
        guess.name = as_name(column, names)
        if guess.name != column:
            guess.parts.insert(0, f"from: {quoted(column)}")
        heading = column if guess.name != column else ""
        if label := cells.labels.get(column, "").strip() or heading:
            guess.parts.insert(0, f"label: {quoted(cut(as_label(plain_label(label)), 120))}")
        names.add(guess.name)
        guesses.append(guess)
    return guesses, left


def _one(column: str, values: pd.Series, cells: Cells, people: pd.Series) -> Guess | str:
    """The guess for one column, or why it is left out."""
    filled = values[values != ""]
    marked = cells.user_missing.get(column, frozenset())
    told = [v for v in filled.unique() if v not in marked]
    if not told:
        return "empty"
    if any(printable(v) != v for v in told):
        return f"{ODD}, or free text"
    labels = {c: lab for c, lab in cells.value_labels.get(column, {}).items() if c not in marked}
    missing = {c: lab for c, lab in labels.items() if c in told and no_answer_label(lab)}
    missing |= {c: why for c in told if c not in labels and (why := no_answer(c))}
    missing |= {c: "no answer" for c in [*_sentinels(told, labels), *_words_among_numbers(filled)] if c not in missing}
    answers = sorted((v for v in told if v not in missing), key=in_order)
    if (values == "").any():
        missing["blank"] = "not answered"
    words = [missing_words(missing)] if missing else []
    note = "; missing codes: " + ", ".join(missing) if missing else ""
    rows = filled.value_counts()
    counts = {a: int(rows[a]) for a in answers}
    guess = Guess("", column, [], "", codes=answers, reasons=missing, counts=counts)
    if not answers:
        return "no answers but missing codes"
    if labels and all(a in labels for a in answers) and len(answers) <= 2 * LEVELS:
        codes = {a: lab for a, lab in labels.items() if a not in missing}
        return _coded(guess, codes, words, f"codes from the file's labels{note}")
    comma = any(f.what == "decimal" and f.value == "," for f in cells.findings)
    marks = {sign for sign in ",." if any(sign in a for a in answers)}
    numbers = all(_NUMBER.fullmatch(a) for a in answers)
    if numbers and (not marks or marks == {"," if comma else "."} or _own_mark(answers, marks)):
        if len(answers) <= 6 and all(re.fullmatch(r"-?\d{1,2}", a) and abs(int(a)) <= LEVELS for a in answers):
            return _coded(guess, {a: a for a in answers}, words, f"few whole numbers, so codes; name them{note}")
        own = marks.pop() if marks and marks != {"," if comma else "."} else ""
        guess.parts = ["type: number", *([f'decimal: "{own}"'] if own else []), *words]
        guess.why = f"numbers{f', with the decimal mark {own} in this column alone' if own else ''}{note}"
        if n := _far(counts):
            guess.why += f"; {n} cell{'s' * (n != 1)} far from all others: look, and say range or missing"
        return guess
    if numbers and len(marks) > 1:
        return TWO_MARKS
    return _words(guess, answers, filled, people, words, note)


def _far(counts: Mapping[str, int]) -> int:
    """In how many cells numbers lie more than ten interquartile ranges off the quartiles; 0 where they are not few."""
    numbers = pd.Series([float(a.replace(",", ".").replace("−", "-")) for a, n in counts.items() for _ in range(n)])
    low, high = numbers.quantile([0.25, 0.75])
    far = int(((numbers < low - _FAR * (high - low)) | (numbers > high + _FAR * (high - low))).sum())
    return far if high > low and far <= 0.01 * len(numbers) else 0


def _own_mark(answers: list[str], marks: set[str]) -> bool:
    """Whether one sign that is not the file's parts decimals here. ``1,3`` may be two codes, in the order in which they
    were asked: 3,1 and 2,2 and 7,0 are none, and 7.5 is a number."""
    if len(marks) > 1:
        return False
    pairs = [a.split(",") for a in answers if "," in a]
    return sum(not float(b) > float(a) or b != str(int(b)) for a, b in pairs) >= max(1, 0.1 * len(pairs)) or not pairs


def _words(
    guess: Guess, answers: list[str], filled: pd.Series, people: pd.Series, words: list[str], note: str
) -> Guess | str:
    if all(DATE.fullmatch(a) for a in answers):
        return about_dates(answers)
    if all(_CODES.fullmatch(a) or re.fullmatch(r"-?\d+", a) for a in answers):
        separator = next(s for s in (",", ";", " ") if any(s in a for a in answers))
        cells = filled[filled.isin(answers)].str.split(separator).explode().str.strip()
        rows = cells[cells != ""].value_counts()
        codes = sorted(rows.index, key=in_order)
        if not all(may_be_named(code, int(rows[code])) for code in codes):
            return "long numbers that few people share"
        guess.parts = ["type: choices", *([f"separator: {quoted(separator)}"] if separator != "," else []),
                       f"codes: {{{', '.join(f'{quoted(c)}: {quoted(c)}' for c in codes)}}}", *words]  # fmt: skip
        guess.why = f"several codes in a cell; name them{note}"
        return guess
    if several := _several(guess, filled[filled.isin(answers)], people, words, note):
        return several
    # five people an answer: names of people in every wave are no codes
    enough = len(answers) <= LEVELS and people[filled.index].nunique() >= 5 * len(answers)
    if enough and not free_text(guess.column, answers):
        own = sum(not may_be_named(a, guess.counts[a]) for a in answers)
        if not own:
            return _coded(guess, {a: a for a in answers}, words, f"few different answers{note}")
        return f"few different answers, but {own} of them of few people; declare codes"
    odd = filled[~filled.str.fullmatch(_NUMBER.pattern)]
    if len(odd) <= 0.05 * len(filled):
        few = f"{len(odd)} cell{'s' * (len(odd) != 1)} of few people"
        return f"numbers but for {few}; declare type: number and what these mean"
    return "free text or too many different answers"


def _several(guess: Guess, filled: pd.Series, people: pd.Series, words: list[str], note: str) -> Guess | None:
    """Answers in words, several in a cell: few different ones, which come back in other company."""
    for sign in (";", "|"):
        if not filled.str.contains(sign, regex=False).any():
            continue
        each = filled.str.split(sign).explode().str.strip()
        rows = each[each != ""].value_counts()
        codes = sorted(rows.index, key=in_order)
        alone = filled[~filled.str.contains(sign, regex=False)].unique()
        if len(codes) > LEVELS or not set(alone) <= set(codes) or (each == "").any():
            continue
        enough = people[filled.index].nunique() >= 5 * len(codes)
        if enough and not free_text(guess.column, codes) and all(may_be_named(c, int(rows[c])) for c in codes):
            labels = ", ".join(f"{quoted(c)}: {quoted(as_label(c))}" for c in codes)
            guess.parts = ["type: choices", f"separator: {quoted(sign)}", f"codes: {{{labels}}}", *words]
            guess.why = f"several answers in a cell{note}"
            return guess
    return None


def missing_words(reasons: Mapping[str, str]) -> str:
    """``missing: {…}`` of codes and their reasons."""
    return f"missing: {{{', '.join(f'{quoted(c)}: {quoted(as_label(why))}' for c, why in reasons.items())}}}"


def _coded(guess: Guess, codes: dict[str, str], words: list[str], why: str) -> Guess:
    guess.parts = [
        f"codes: {{{', '.join(f'{quoted(c)}: {quoted(as_label(lab))}' for c, lab in codes.items())}}}",
        *words,
    ]
    guess.levels, guess.why = len(set(codes.values())), why
    return guess


def _sentinels(told: Iterable[str], labels: dict[str, str]) -> list[str]:
    """Codes such as -99 or 999 that stand far outside the other numbers, or among words, and carry no label of their
    own: that a file calls -99 -99 says nothing."""
    told = list(told)
    numbers = {t: float(t.replace(",", ".").replace("−", "-")) for t in told if _NUMBER.fullmatch(t)}
    candidates = [t for t in numbers if t in SENTINELS and labels.get(t, t) == t]
    usual = [n for t, n in numbers.items() if t not in candidates]
    if not usual:
        return candidates if len(told) > len(candidates) else []
    low, high = min(usual), max(usual)
    below = 0 if low >= 0 else min(3 * low, low - 10)
    return [t for t in candidates if numbers[t] < below or numbers[t] > max(3 * high, high + 10)]


def _words_among_numbers(filled: pd.Series) -> list[str]:
    """A few words in a column of numbers: ways of not answering. One person's own words are none."""
    words = filled[~filled.str.fullmatch(_NUMBER.pattern)].value_counts()
    few = 0 < len(words) <= 3 and words.sum() <= 0.05 * len(filled)
    told = [w for w, n in words.items() if len(w) <= 30 and (no_answer(w) or may_be_named(w, int(n)))]
    return told if few and len(told) == len(words) else []


def in_order(text: str) -> tuple[int, float, str]:
    return (0, float(text.replace(",", ".").replace("−", "-")), text) if _NUMBER.fullmatch(text) else (1, 0.0, text)
