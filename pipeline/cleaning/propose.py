"""A first study file for an export: every guess is marked as one, and the file runs unedited."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.study.check import RESERVED

LEVELS = 12
ODD = "characters that a study file can't hold"
SENTINELS = ("-9", "-99", "-999", "-9999", "-8", "-88", "-7", "-77", "77", "88", "99", "777", "888", "999", "9999")
_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")
_CODES = re.compile(r"-?\d+(?:[,; ]+-?\d+)+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*")
_ITEM = re.compile(r"(.*?[A-Za-z])[_.]?(\d{1,2})")
_NO_ANSWER = re.compile(r"refus|don.?t know|no answer|not answer|prefer not|missing|unknown|iap|not asked|skip", re.I)
_ID_WORDS = "id|ptid|pid|participant|respondent|record|record_id|responseid|case|nr|no|lbnr|løbenr|number"
_ID = re.compile(rf"(^|[_ ])({_ID_WORDS})([_ ]|$)|.*(id|nr)$", re.I)
_WAVE = re.compile(r"wave|timepoint|time_point|visit|redcap_event_name|occasion", re.I)
_NO_ID = r"\d{4}-\d{2}-\d{2}.*|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*|\d{1,2}:\d{2}.*|[-−]?\d*[.,]\d+|.{41,}"
"""Dates, times, decimals and long texts name no row."""
_SYSTEM = {
    "StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished", "RecordedDate",
    "ResponseId", "RecipientLastName", "RecipientFirstName", "RecipientEmail", "ExternalReference", "LocationLatitude",
    "LocationLongitude", "DistributionChannel", "UserLanguage",
}  # fmt: skip


@dataclass
class _Guess:
    """One variable of the draft: its declaration in YAML's flow style, and why."""

    name: str
    column: str
    parts: list[str]
    why: str
    levels: int = 0
    numeric: bool = False
    codes: list[str] = field(default_factory=list)
    missing: str = ""


def propose(title: str, file: str, cells: Cells, options: dict[str, str]) -> str:
    """The text of a study file for one table. ``options`` are further words of ``data`` (``layout: qualtrics``).

    Raises ``Mistakes`` when no column (or column and wave) tells the rows apart, because nothing can be counted then.
    """
    key, wave, twice = _key(cells)
    left: dict[str, str] = {}
    guesses = _variables(cells, key, {key, *([wave] if wave else [])}, left)
    scales = _scales(guesses, cells)
    items = {g.column for members in scales.values() for g in members}
    rest = [g for g in guesses if g.column not in items]
    lines = [
        "# Drafted from the export; every line that was guessed says so. Look at each, correct it, delete the remark.",
        f"title: {_q(title)}",
        *_data(file, cells, key, wave, twice, options),
        f"design: {{kind: {'cohort' if wave else 'cross-sectional survey'}}}   # guess: say how the study was designed",
    ]
    if "Status" in cells.text and (cells.text["Status"] == "Survey Preview").any():
        lines += [
            "exclude:",
            "  - {where: {Status: [Survey Preview]}, because: test rows of the survey tool}   # guess",
        ]
    if file_wide := _file_wide(cells):
        lines += [f"missing: {{{', '.join(file_wide)}}}   # guess: reasons taken from the file's labels"]
    lines += ["variables:", *(f"  {g.name}: {{{', '.join(g.parts)}}}   # guess: {g.why}" for g in rest)]
    if left:
        lines += ["# left out of the draft (add what you need):", *(f"#   {_q(c)}: {why}" for c, why in left.items())]
    lines += _scale_lines(scales) + _table_lines(rest, list(scales))
    lines += [
        "# models:   # name what you want to explain, by what, adjusted for what",
        "#   first: {outcome: …, exposure: …, adjust: […]}",
        "release: {rule: journal, below: 5}   # counts below 5 are withheld",
    ]
    return "\n".join(lines) + "\n"


def _q(text: str) -> str:
    """A YAML scalar that means this very text."""
    if (
        re.fullmatch(r"[A-Za-z][A-Za-z0-9_ ]*", text)
        and text.lower() not in ("true", "false", "null")
        and text == text.strip()
    ):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_printable(escaped)}"'


def _label(text: str) -> str:
    """A text as a label: one short line that no spreadsheet takes for a formula."""
    return " ".join(_printable(text).split()).lstrip("=+@| ").replace(";", ",")[:200].strip() or "no label"


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _key(cells: Cells) -> tuple[str, str | None, bool]:
    """The id column, the wave column if there is one, and whether some rows share an id."""
    text = cells.text
    named = [c for c in text.columns if _ID.fullmatch(c) or _ID.search(c)]
    waves = [c for c in text.columns if _WAVE.search(c) and 1 < text[c].nunique() <= LEVELS]
    named, waves = ([c for c in found if _printable(c) == c] for found in (named, waves))
    waves = [w for w in waves if all(_printable(v) == v for v in text[w].unique())]
    text = text[[c for c in text.columns if _printable(c) == c]]
    own = [c for c in named if c not in _SYSTEM]
    padded = [c for c in text.columns if c not in named and text[c].str.fullmatch(r"0\d+|\d{6,}").mean() > 0.5]
    tool = [c for c in named if c in _SYSTEM]
    rest = [c for c in text.columns if c not in named and not text[c].str.fullmatch(_NO_ID).any()]
    for group, repeats in (([*own, *padded], 0.0), ([*own, *padded], 0.1), ([*tool, *rest], 0.0)):
        for column in group:
            if (text[column] == "").any():
                continue
            for wave in [None, *(w for w in waves if w != column)]:
                key = [column] if wave is None else [column, wave]
                again = text.duplicated(key).mean()
                if again <= repeats:
                    return column, wave, bool(again)
    raise Mistakes.one(cells.source, f"no column tells the {len(text):,} rows apart.",
                       "Add a column with one id a row (any code that is not a name), export again.")  # fmt: skip


def _data(file: str, cells: Cells, key: str, wave: str | None, twice: bool, options: dict[str, str]) -> list[str]:
    words = {"file": file, "id": key, **options}
    lines = ["data:", *(f"  {k}: {_q(v)}" for k, v in words.items())]
    lines[3 - 1] += "   # guess: one row a person" if not wave else "   # guess: one row a person and wave"
    if wave:
        found = sorted(w for w in cells.text[wave].unique() if w)
        labels = cells.value_labels.get(wave, {})
        pairs = [f"{_q(w)}: {_q(_label(labels.get(w, w)))}" for w in found]
        lines += [f"  wave: {_q(wave)}", f"  waves: {{{', '.join(pairs)}}}   # guess: in this order"]
    if twice:
        lines += ["  duplicates: {keep: last, because: some ids stand in several rows}   # guess: look why they do"]
    return lines


def _file_wide(cells: Cells) -> list[str]:
    codes = sorted({c for found in cells.user_missing.values() for c in found if re.fullmatch(r"\.[a-z]", c)})
    if not codes and any(cells.user_missing.values()):
        return ["user-missing: marked as missing in the file"]
    labels = {c: lab for found in cells.value_labels.values() for c, lab in found.items() if c in codes}
    return [f"{c}: {_q(_label(labels.get(c, 'missing')))}" for c in codes]


def _variables(cells: Cells, key: str, used: set[str], left: dict[str, str]) -> list[_Guess]:
    guesses: list[_Guess] = []
    names: set[str] = set()
    for column in cells.text.columns:
        if column in used:
            continue
        values = cells.text[column]
        if column in _SYSTEM:
            left[column] = "kept by the survey tool"
            continue
        if _ID.search(column):
            left[_printable(column)] = "an id"
            continue
        guess = _one(column, values, cells, cells.text[key])
        if _printable(column) != column:
            guess = ODD
        if isinstance(guess, str):
            left[_printable(column)] = guess
            continue
        guess.name = _name(column, names)
        if guess.name != column:
            guess.parts.insert(0, f"from: {_q(column)}")
        heading = column if guess.name != column else ""
        if label := cells.labels.get(column, "").strip() or heading:
            guess.parts.insert(0, f"label: {_q(_label(label)[:80].strip())}")
        names.add(guess.name)
        guesses.append(guess)
    return guesses


_NORDIC = str.maketrans(
    {"ø": "oe", "Ø": "Oe", "æ": "ae", "Æ": "Ae", "å": "aa", "Å": "Aa", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}
)


def _name(column: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", column.translate(_NORDIC)).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9_]+", "_", plain).strip("_")[:50] or "column"
    name = name if name[0].isalpha() else f"v_{name}"
    number, unique = 2, name
    while unique in taken or unique.lower() in RESERVED:
        unique, number = f"{name}_{number}", number + 1
    return unique


def _one(column: str, values: pd.Series, cells: Cells, people: pd.Series) -> _Guess | str:
    """The guess for one column, or why it is left out."""
    filled = values[values != ""]
    marked = cells.user_missing.get(column, frozenset())
    told = [v for v in filled.unique() if v not in marked]
    if not told:
        return "empty"
    if any(_printable(v) != v for v in told):
        return f"{ODD}, or free text"
    labels = {c: lab for c, lab in cells.value_labels.get(column, {}).items() if c not in marked}
    missing = {c: lab for c, lab in labels.items() if c in told and _NO_ANSWER.search(lab)}
    missing |= {c: "no answer" for c in [*_sentinels(told, labels), *_words_among_numbers(filled)] if c not in missing}
    answers = sorted((v for v in told if v not in missing), key=_order)
    if (values == "").any():
        missing["blank"] = "not answered"
    words = [f"missing: {{{', '.join(f'{_q(c)}: {_q(_label(r))}' for c, r in missing.items())}}}"] if missing else []
    note = "; missing codes: " + ", ".join(missing) if missing else ""
    guess = _Guess("", column, [], "", codes=answers, missing=words[0] if words else "")
    if not answers:
        return "no answers but missing codes"
    if labels and all(a in labels for a in answers) and len(answers) <= 2 * LEVELS:
        codes = {a: lab for a, lab in labels.items() if a not in missing}
        return _coded(guess, codes, words, f"codes from the file's labels{note}")
    comma = any(f.what == "decimal" and f.value == "," for f in cells.findings)
    if all(_NUMBER.fullmatch(a) and (comma or "," not in a) for a in answers):
        guess.numeric = True
        if len(answers) <= 6 and all(re.fullmatch(r"-?\d{1,2}", a) and abs(int(a)) <= LEVELS for a in answers):
            return _coded(guess, {a: a for a in answers}, words, f"few whole numbers, so codes; name them{note}")
        guess.parts = ["type: number", *words]
        guess.why = f"numbers{note}"
        return guess
    return _words(guess, answers, filled, people, words, note)


def _words(
    guess: _Guess, answers: list[str], filled: pd.Series, people: pd.Series, words: list[str], note: str
) -> _Guess | str:
    if all(_DATE.fullmatch(a) for a in answers):
        return "dates (exact dates can identify people; declare type: date where you need one)"
    if all(_CODES.fullmatch(a) or re.fullmatch(r"-?\d+", a) for a in answers):
        separator = next(s for s in (",", ";", " ") if any(s in a for a in answers))
        codes = sorted({c.strip() for a in answers for c in a.split(separator) if c.strip()}, key=_order)
        guess.parts = ["type: choices", *([f"separator: {_q(separator)}"] if separator != "," else []),
                       f"codes: {{{', '.join(f'{_q(c)}: {_q(c)}' for c in codes)}}}", *words]  # fmt: skip
        guess.why = f"several codes in a cell; name them{note}"
        return guess
    # five people an answer: names of people in every wave are no codes
    if len(answers) <= LEVELS and people[filled.index].nunique() >= 5 * len(answers) and max(map(len, answers)) <= 60:
        return _coded(guess, {a: a for a in answers}, words, f"few different answers{note}")
    return "free text or too many different answers"


def _coded(guess: _Guess, codes: dict[str, str], words: list[str], why: str) -> _Guess:
    guess.parts = [f"codes: {{{', '.join(f'{_q(c)}: {_q(_label(lab))}' for c, lab in codes.items())}}}", *words]
    guess.levels, guess.why = len(set(codes.values())), why
    return guess


def _sentinels(told: Iterable[str], labels: dict[str, str]) -> list[str]:
    """Codes such as -99 or 999 that stand far outside the other numbers and carry no label of their own."""
    numbers = {t: float(t.replace(",", ".").replace("−", "-")) for t in told if _NUMBER.fullmatch(t)}
    candidates = [t for t in numbers if t in SENTINELS and t not in labels]
    usual = [n for t, n in numbers.items() if t not in candidates]
    if not usual:
        return []
    low, high = min(usual), max(usual)
    return [t for t in candidates if (numbers[t] < 0 <= low) or numbers[t] > max(3 * high, high + 10)]


def _words_among_numbers(filled: pd.Series) -> list[str]:
    """A few words in a column of numbers: ways of not answering."""
    words = filled[~filled.str.fullmatch(_NUMBER.pattern)].value_counts()
    few = 0 < len(words) <= 3 and words.sum() <= 0.05 * len(filled)
    return [w for w in words.index if len(w) <= 30] if few else []


def _order(text: str) -> tuple[int, float, str]:
    return (0, float(text.replace(",", ".").replace("−", "-")), text) if _NUMBER.fullmatch(text) else (1, 0.0, text)


def _scales(guesses: list[_Guess], cells: Cells) -> dict[str, list[_Guess]]:
    """Three or more numbered columns of one stem whose answers are small whole numbers of the same kind."""
    stems: dict[str, list[_Guess]] = {}
    for guess in guesses:
        item = _ITEM.fullmatch(guess.column)
        if (
            item
            and all(re.fullmatch(r"\d{1,2}", c) for c in guess.codes)
            and not guess.parts[-1].startswith("type: choices")
        ):
            stems.setdefault(item[1].rstrip("_.") or guess.column, []).append(guess)
    taken = {g.name for g in guesses}
    found = {}
    for stem, members in stems.items():
        codes = [int(c) for m in members for c in m.codes]
        if len(members) >= 3 and max(codes) - min(codes) in range(1, 11):
            found[_name(f"{stem}_scale" if stem in taken else stem, set())] = members
    return found


def _scale_lines(scales: dict[str, list[_Guess]]) -> list[str]:
    if not scales:
        return []
    lines = ["scales:"]
    for name, members in scales.items():
        codes = [int(c) for m in members for c in m.codes]
        missing = dict(part for m in members for part in _pairs(m.missing))
        words = [
            f"items: [{', '.join(_q(m.column) for m in members)}]",
            f"range: {min(codes)}-{max(codes)}",
            "score: mean",
            "max_missing: 0",
        ]
        words += [f"missing: {{{', '.join(f'{c}: {r}' for c, r in missing.items())}}}"] if missing else []
        lines.append(
            f"  {name}: {{{', '.join(words)}}}   # guess: a scale? say range, score, items to reverse, or the "
            f"instrument"
        )
    return lines


def _pairs(missing: str) -> list[tuple[str, str]]:
    inner = missing.removeprefix("missing: {").removesuffix("}")
    return [(c, r) for c, _, r in (p.partition(": ") for p in inner.split(", ")) if c]


def _table_lines(rest: list[_Guess], scales: list[str]) -> list[str]:
    column = next((g.name for g in rest if 2 <= g.levels <= 4), None)
    rows = [g.name for g in rest if g.name != column and g.levels != 1][:15] + scales[:8]
    if not rows:
        rows, column = ([column] if column else [g.name for g in rest[:1]]), None
    if not rows:
        return []
    across = f", columns: {column}" if column else ""
    return ["tables:", f"  participants: {{rows: [{', '.join(rows)}]{across}}}   # guess: choose rows and columns"]
