"""This quarter's export beside the last one: what is new, what is gone, and which earlier answers changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.errors import may_be_named
from pipeline.intake.cells import Cells

FEW = 30
"""A column with at most so many distinct answers holds codes; others (dates, free text) have no list of codes."""


@dataclass(frozen=True)
class ExportChanges:
    """Counts and column names only; answers themselves are never quoted, codes are (``may_be_named``).

    rows_new, rows_gone: rows by id (and wave). answers: column -> earlier answers that changed, for rows in both.
    columns_new, columns_gone, wordings: names of columns. codes_new, codes_gone: column -> codes.
    uncompared: rows that share an id (and wave) or have none, and do not stand in both exports to the letter.
    """

    table: str
    rows_new: int = 0
    rows_gone: int = 0
    answers: dict[str, int] | None = None
    columns_new: tuple[str, ...] = ()
    columns_gone: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()
    codes_new: dict[str, tuple[str, ...]] | None = None
    codes_gone: dict[str, tuple[str, ...]] | None = None
    uncompared: int = 0

    @property
    def answers_changed(self) -> int:
        return sum((self.answers or {}).values())

    @property
    def nothing(self) -> bool:
        """Whether the two exports say the same."""
        told = (
            self.rows_new,
            self.rows_gone,
            self.answers,
            self.columns_new,
            self.columns_gone,
            self.wordings,
            self.codes_new,
            self.codes_gone,
        )
        return not any(told)


def compare_cells(old: Cells, new: Cells, key: Sequence[str]) -> ExportChanges:
    """Two exports of one table, by the columns ``key`` (the id and, in long form, the wave).

    Rows whose key is blank or stands more than once can't be matched; those that are not the same to the letter in
    both exports are counted as ``uncompared``.
    """
    before, after = _keyed(old.text, key), _keyed(new.text, key)
    left = _unmatched(old.text[~_usable(old.text, key)], new.text[~_usable(new.text, key)])
    both = before.index.intersection(after.index, sort=False)
    shared = [c for c in old.text.columns if c in new.text.columns and c not in key]
    differ = (before.loc[both, shared].to_numpy() != after.loc[both, shared].to_numpy()).sum(axis=0)
    return ExportChanges(
        table=new.source,
        rows_new=len(after.index.difference(before.index)),
        rows_gone=len(before.index.difference(after.index)),
        answers={c: int(n) for c, n in zip(shared, differ, strict=True) if n},
        columns_new=tuple(c for c in new.text.columns if c not in old.text.columns),
        columns_gone=tuple(c for c in old.text.columns if c not in new.text.columns),
        wordings=tuple(c for c in shared if old.labels.get(c, "") != new.labels.get(c, "")),
        codes_new=_codes(old.text, new.text, shared),
        codes_gone=_codes(new.text, old.text, shared),
        uncompared=left,
    )


def _usable(text: pd.DataFrame, key: Sequence[str]) -> pd.Series:
    return (text[list(key)] != "").all(axis=1) & ~text.duplicated(list(key), keep=False)


def _keyed(text: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    return text[_usable(text, key)].set_index(list(key))


def _unmatched(old: pd.DataFrame, new: pd.DataFrame) -> int:
    """Rows of either that the other does not hold to the letter, in the columns that both have."""
    shared = [c for c in old.columns if c in new.columns]
    before, after = (Counter(part[shared].itertuples(index=False, name=None)) for part in (old, new))
    return (before - after).total() + (after - before).total()


def _codes(old: pd.DataFrame, new: pd.DataFrame, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Codes that stand in ``new`` and not in ``old``, for columns that hold codes; what may not be named is counted."""
    found = {}
    for column in columns:
        after = new[column].unique()
        if len(after) > FEW or max(map(len, after), default=0) > FEW:
            continue
        if fresh := sorted(set(after) - set(old[column].unique())):
            rows = new[column].value_counts()
            named = [code or "blank" for code in fresh if code == "" or may_be_named(code, int(rows[code]))]
            others = len(fresh) - len(named)
            found[column] = (*named, *([f"{others} other text{'s' * (others != 1)}"] if others else []))
    return found


def sentences(changes: ExportChanges) -> list[str]:
    """The comparison in words, a line each; for the terminal and ``data/``, never for ``reports/``."""
    at = f"{changes.table}: "
    lines = []
    for n, word in ((changes.rows_new, "new"), (changes.rows_gone, "gone")):
        if n:
            lines.append(f"{at}{n:,} {'row' if n == 1 else 'rows'} {word}")
    if changes.answers:
        columns = ", ".join(f"{c} ({n})" for c, n in changes.answers.items())
        n = changes.answers_changed
        lines.append(f"{at}{n:,} earlier {'answer' if n == 1 else 'answers'} changed: {columns}")
    for names, what in (
        (changes.columns_new, "new column"),
        (changes.columns_gone, "column gone"),
        (changes.wordings, "wording changed"),
    ):
        if names:
            lines.append(f"{at}{what}: {', '.join(names)}")
    for codes, what in ((changes.codes_new, "new code"), (changes.codes_gone, "code gone")):
        lines += [f"{at}{what} in {c}: {', '.join(found)}" for c, found in (codes or {}).items()]
    if changes.uncompared:
        lines.append(f"{at}{changes.uncompared:,} rows without an id of their own were not compared")
    return lines
