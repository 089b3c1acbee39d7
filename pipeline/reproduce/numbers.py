"""Every value of two ``results.csv``, row by row."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.reproduce.tolerance import Shown, within
from pipeline.results import KEY

HEADER = [*KEY, "value", "text"]
Rows = dict[tuple[str, ...], Shown]


class Verdict(StrEnum):
    """What is to be said of a number or a file of the committed reports."""

    IDENTICAL = "IDENTICAL"
    WITHIN = "WITHIN TOLERANCE"
    DIFFERENT = "DIFFERENT"
    MISSING = "MISSING"
    """The replay makes it, and the committed reports do not have it."""
    UNEXPECTED = "UNEXPECTED"
    """The committed reports have it, and the replay does not make it."""
    NOT_RUN = "NOT RUN"


GOOD = (Verdict.IDENTICAL, Verdict.WITHIN)


@dataclass(frozen=True)
class Number:
    """One number of both sides. old, new: as committed and as replayed; None on the side that does not have it."""

    key: tuple[str, ...]
    verdict: Verdict
    old: Shown | None
    new: Shown | None


def compare_numbers(committed: bytes, replayed: bytes, full: bytes, rounded: bool) -> list[Number]:
    """Every number of either side with its verdict, sorted by key.

    full: the replay's ``results_full.csv``. rounded: whether the study's release rule rounds (all but ``none`` do).
    """
    old, odd = rows(committed)
    new, _ = rows(replayed)
    return [*compare_rows(old, new, unrounded(full), rounded), *odd]


def compare_rows(old: Rows, new: Rows, full: Mapping[tuple[str, ...], float], rounded: bool) -> list[Number]:
    """The same for rows that were read."""
    keys = sorted(old.keys() | new.keys())
    return [Number(k, _verdict(k, old.get(k), new.get(k), full, rounded), old.get(k), new.get(k)) for k in keys]


def _verdict(
    key: tuple[str, ...], old: Shown | None, new: Shown | None, full: Mapping[tuple[str, ...], float], rounded: bool
) -> Verdict:
    if old is None:
        return Verdict.MISSING
    if new is None:
        return Verdict.UNEXPECTED
    if old == new:
        return Verdict.IDENTICAL
    return Verdict.WITHIN if within(key[-1], old, new, full.get(key, math.nan), rounded) else Verdict.DIFFERENT


def rows(data: bytes) -> tuple[Rows, list[Number]]:
    """The rows of a ``results.csv`` by key; and lines that no such file has: a key twice, too few or many cells.

    A file that is no CSV has no rows: what the replay makes is then missing, and the file differs.
    """
    found, odd = Rows(), list[Number]()
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8", "replace"))))
    except csv.Error:  # a line end inside of a cell without quotes, a cell larger than any
        return found, []
    if not lines or lines[0] != HEADER:
        return found, []
    for line in lines[1:]:
        key, shown = tuple(line[:6]), Shown(*(line[6:8] if len(line) == len(HEADER) else ("", "")))
        if len(line) != len(HEADER) or key in found:
            odd.append(Number(key + ("",) * (6 - len(key)), Verdict.UNEXPECTED, shown, None))
        else:
            found[key] = shown
    return found, odd


def unrounded(full: bytes) -> dict[tuple[str, ...], float]:
    """The values of a ``results_full.csv`` by key."""
    lines = csv.DictReader(io.StringIO(full.decode("utf-8")))
    return {tuple(line[word] for word in KEY): float(line["value"] or math.nan) for line in lines}


def counted(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many of each verdict, those that there are none of too."""
    found = {str(verdict): 0 for verdict in Verdict if verdict is not Verdict.NOT_RUN}
    for verdict in verdicts:
        found[str(verdict)] += 1
    return found
