"""Which columns of an export seem to be the items of one scale, in which range, and of which instrument."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.cleaning.guess import Guess, missing_words
from pipeline.cleaning.scalars import as_name, quoted
from pipeline.study.words import Interval

_ITEM = re.compile(r"(.*?[A-Za-z](?:\d+(?=[_.]))?)[_.]?(\d{1,2})")
_STRAY = 0.01
"""At most this share of the answers of a scale is taken for a slip where it stands apart from all others."""
STRAY = "not a possible answer"


@dataclass(frozen=True)
class Form:
    """What the proposal knows of an instrument: how many items, and their range."""

    items: int
    range: Interval


@dataclass(frozen=True)
class Items:
    """Columns of one stem. low, high: their likely range; stray: answer outside it -> cells. form: of an instrument.

    base: the range in which the file counts, where that is not the instrument's own.
    """

    members: tuple[Guess, ...]
    low: int
    high: int
    stray: Mapping[int, int]
    form: str = ""
    base: str = ""


def scales(guesses: list[Guess], forms: Mapping[str, Form]) -> dict[str, Items]:
    """Three or more numbered columns of one stem whose answers are small whole numbers of the same kind."""
    stems: dict[str, list[Guess]] = {}
    for guess in guesses:
        item = _ITEM.fullmatch(guess.column)
        if (
            item
            and guess.codes
            and all(re.fullmatch(r"\d{1,2}", c) for c in guess.codes)
            and not any(part.startswith("type: choices") for part in guess.parts)
        ):
            stems.setdefault(item[1].rstrip("_.") or guess.column, []).append(guess)
    taken = {g.name for g in guesses}
    found = {}
    for stem, members in stems.items():
        if len(members) >= 3 and (items := _items(stem, members, forms)):
            found[as_name(f"{stem}_scale" if stem in taken else stem, set())] = items
    return found


def _items(stem: str, members: list[Guess], forms: Mapping[str, Form]) -> Items | None:
    cells = Counter[int]()
    for member in members:
        cells.update({int(code): n for code, n in member.counts.items()})
    for key, form in forms.items():
        if form.items == len(members) and _called(stem, key) and (based := _based(cells, form)):
            low, high, stray, shifted = based
            return Items(tuple(members), low, high, stray, key, f"{low}-{high}" if shifted else "")
    low, high = _likely(cells)
    slips = _outside(cells, low, high) or {}
    return Items(tuple(members), low, high, slips) if high - low in range(1, 11) else None


def _based(cells: Mapping[int, int], form: Form) -> tuple[int, int, dict[int, int], bool] | None:
    """The instrument's range as the file counts it (0-3 for 1-4), with what lies outside it; None where much does."""
    fits = []
    for shift in (0, -1, 1):
        low, high = int(form.range.low) + shift, int(form.range.high) + shift
        stray = _outside(cells, low, high)
        if stray is not None and (not shift or (low if shift < 0 else high) in cells):
            fits.append((sum(stray.values()), abs(shift), low, high, stray))
    if not fits:
        return None
    _, shifted, low, high, stray = min(fits, key=lambda fit: fit[:2])
    return low, high, stray, bool(shifted)


def _called(stem: str, key: str) -> bool:
    """Whether a stem is an instrument's name: ucla, UCLA3, t1_ucla for ucla-3; cesd for ces-d-10."""
    whole, first = key.replace("-", ""), re.match("[a-z]{2,}", key)
    names = {whole, re.sub(r"\d+$", "", whole), *([first[0]] if first else [])} - {"k"}
    parts = [stem, *re.split(r"[_. ]", stem)]
    return any(re.sub("[^a-z0-9]", "", part.casefold()) in names for part in parts)


def _outside(cells: Mapping[int, int], low: int, high: int) -> dict[int, int] | None:
    """Answers outside a range with their cells; None where they are more than slips."""
    stray = {value: n for value, n in sorted(cells.items()) if not low <= value <= high}
    return stray if sum(stray.values()) <= max(1.0, _STRAY * sum(cells.values())) and len(stray) < len(cells) else None


def _likely(cells: Mapping[int, int]) -> tuple[int, int]:
    """The range of all answers but those that few gave and that stand apart from the others."""
    values = sorted(cells)
    most = max(1.0, _STRAY * sum(cells.values()))
    while len(values) > 2 and values[-1] - values[-2] > 1 and cells[values[-1]] <= most:
        most -= cells[values.pop()]
    while len(values) > 2 and values[1] - values[0] > 1 and cells[values[0]] <= most:
        most -= cells[values.pop(0)]
    return values[0], values[-1]


def scale_lines(scales: Mapping[str, Items]) -> list[str]:
    """The lines of ``scales`` in a proposal. An answer that can't be one is missing, so that the file runs."""
    lines = ["scales:"] if scales else []
    for name, found in scales.items():
        missing = {code: why for m in found.members for code, why in m.reasons.items()}
        missing |= {str(value): STRAY for value in found.stray}
        items = f"items: [{', '.join(quoted(m.column) for m in found.members)}]"
        if found.form:
            words = [f"instrument: {found.form}", items, *([f"coded: {found.base}"] if found.base else [])]
            why = f"the items are called and answered like those of {found.form}: is it that one?"
        else:
            words = [items, f"range: {found.low}-{found.high}", "score: mean", "max_missing: 0"]
            why = "a scale? say range, score, items to reverse, or the instrument"
        for value, n in found.stray.items():
            cells = f"{n} cell{'s' * (n != 1)}"
            why += f"; {value} stands in {cells}, outside {found.low}-{found.high}: correct the file, or say why"
        words += [missing_words(missing)] if missing else []
        lines.append(f"  {name}: {{{', '.join(words)}}}   # guess: {why}")
    return lines
