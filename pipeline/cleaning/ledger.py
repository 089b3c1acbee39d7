"""Every cell that changed and every rule with how many cells it touched, also when that is none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

from pipeline.cleaning.answers import Answers
from pipeline.cleaning.cleaned import CHANGES, RULES, Ledger
from pipeline.cleaning.distinct import PADDED, text_array
from pipeline.cleaning.types import Said
from pipeline.intake.cells import Cells

StrArray: TypeAlias = "pd.api.extensions.ExtensionArray"


@dataclass(frozen=True)
class Changed:
    """Cells of one variable that changed; rows are positions among the kept rows of the table."""

    table: str
    variable: str
    rows: np.ndarray
    before: StrArray
    after: StrArray
    rule: StrArray


@dataclass(frozen=True)
class RuleLine:
    """One line of ``Ledger.rules``."""

    table: str
    variable: str
    rule: str
    cells: int
    because: str = ""


@dataclass(frozen=True)
class Entry:
    """What one variable adds to the ledger."""

    changes: tuple[Changed, ...]
    rules: tuple[RuleLine, ...]


def entry(table: str, name: str, answers: Answers, expected: Sequence[str] = (), because: str = "") -> Entry:
    """The ledger's lines of one variable. expected: further rules that are listed even where they touched nothing."""
    changes: list[Changed] = []
    counts: Counter[str] = Counter()
    for part in answers.parts:
        told = {place: (PADDED, part.cells.texts[place]) for place in part.cells.padded}
        told |= {at: (said.rule, _after(said, part.cells.texts[at])) for at, said in part.told.items() if said.rule}
        nth = np.full(len(part.cells.texts), -1, dtype=np.intp)
        nth[list(told)] = np.arange(len(told))
        at = nth[part.cells.at]
        rows = np.flatnonzero((at >= 0) & answers.ruled)
        at = at[rows]
        rules = [rule for rule, _ in told.values()]
        if len(rows):
            before = text_array([part.cells.raw[place] for place in told]).take(at)
            after = text_array([after for _, after in told.values()]).take(at)
            changes.append(Changed(table, name, rows, before, after, text_array(rules).take(at)))
        for rule, n in zip(rules, np.bincount(at, minlength=len(rules)), strict=True):
            counts[rule] += int(n)
    for row_rule in answers.rules:
        counts[row_rule.rule] += int(row_rule.rows.sum())
        if row_rule.after and row_rule.rows.any():
            changes.append(
                _rows_changed(table, name, answers, np.flatnonzero(row_rule.rows), row_rule.after, row_rule.rule)
            )
    order = [
        *(r for part in answers.parts for r in part.expected),
        *expected,
        *(r.rule for r in answers.rules),
        *(rule for rule in counts if rule),
    ]
    lines = tuple(RuleLine(table, name, rule, counts[rule], because) for rule in dict.fromkeys(order))
    return Entry(tuple(changes), lines)


def _after(said: Said, text: str) -> str:
    return said.after or (f"missing: {said.reason}" if said.reason else text)


def _rows_changed(table: str, name: str, answers: Answers, rows: np.ndarray, after: str, rule: str) -> Changed:
    raw = [np.array(part.cells.raw, dtype=object)[part.cells.at[rows]] for part in answers.parts]
    before = (
        raw[0] if len(raw) == 1 else np.array([" | ".join(texts) for texts in zip(*raw, strict=True)], dtype=object)
    )
    same = np.zeros(len(rows), dtype=np.intp)
    return Changed(table, name, rows, text_array(before), text_array([after]).take(same), text_array([rule]).take(same))


def found_while_read(table: str, cells: Cells) -> list[RuleLine]:
    """Intake's findings, as rules of a whole file or column."""
    return [RuleLine(table, f.column, f"{f.what}: {f.value}" if f.value else f.what, f.cells) for f in cells.findings]


def ledger(entries: Iterable[Entry], lines: Iterable[RuleLine], rows: Mapping[str, pd.Index]) -> Ledger:
    """All entries together; rows: table -> addresses of its kept rows."""
    entries = list(entries)
    changed = [change for e in entries for change in e.changes]
    all_lines = [*lines, *(line for e in entries for line in e.rules)]
    rules = pd.DataFrame([(r.table, r.variable, r.rule, r.cells, r.because) for r in all_lines], columns=RULES)
    types = {"table": "str", "variable": "str", "rule": "str", "cells": "int64", "because": "str"}
    return Ledger(_changes(changed, rows), rules.astype(types))


def _changes(changed: Sequence[Changed], rows: Mapping[str, pd.Index]) -> pd.DataFrame:
    if not changed:
        return pd.DataFrame({name: pd.Series([], dtype="str") for name in CHANGES})
    lengths = [len(change.rows) for change in changed]
    columns = {
        "table": text_array([c.table for c in changed]).take(np.repeat(np.arange(len(changed)), lengths)),
        "row": _joined([rows[c.table].array.take(c.rows) for c in changed]),
        "variable": text_array([c.variable for c in changed]).take(np.repeat(np.arange(len(changed)), lengths)),
        "before": _joined([c.before for c in changed]),
        "after": _joined([c.after for c in changed]),
        "rule": _joined([c.rule for c in changed]),
    }
    return pd.DataFrame(columns)[CHANGES]


def _joined(arrays: Sequence[StrArray]) -> StrArray:
    return pd.concat([pd.Series(array) for array in arrays], ignore_index=True).astype("str").array
