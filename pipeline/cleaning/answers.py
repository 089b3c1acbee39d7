"""Distinct texts, read, become one value and one reason a row: of a single column, of several, or counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.cleaning.declared import Declared
from pipeline.cleaning.distinct import Distinct
from pipeline.cleaning.reasons import Reasons, commonest
from pipeline.cleaning.types import Bulk, Read, Said
from pipeline.study.words import BLANK

CONTRADICTORY = "contradictory answer"
BESIDE, PARTLY_MISSING = "beside", "partly missing"


@dataclass(frozen=True)
class Part:
    """One raw column of a variable: its texts and what each of them means.

    values: one a text; None (or NaN) where there is none. told: place of a text -> what was said of it, for texts that
    are more than read (missing, at fault, or with a rule). expected: the ledger's rules for the codes that are
    declared missing here, whether they occur or not.
    """

    column: str
    cells: Distinct
    values: Sequence[object] | np.ndarray
    told: Mapping[int, Said]
    expected: tuple[str, ...] = ()

    @property
    def reasons(self) -> Reasons:
        of_text = np.full(len(self.cells.texts), "", dtype=object)
        for place, said in self.told.items():
            of_text[place] = said.reason
        return Reasons.by_text(of_text, self.cells.at)

    @property
    def faulty(self) -> np.ndarray:
        """Rows whose text could not be read."""
        of_text = np.zeros(len(self.cells.texts), dtype=bool)
        of_text[[place for place, said in self.told.items() if said.fault]] = True
        return of_text[self.cells.at]

    def floats(self) -> np.ndarray:
        """Values as float64, NaN where there is none."""
        return np.array(self.values, dtype=float)[self.cells.at]


def read_part(column: str, cells: Distinct, declared: Declared, read: Read, bulk: Bulk | None = None) -> Part:
    """Every text read; ``bulk`` reads those that need no second look at once, and ``read`` has the others."""
    values: Sequence[object] | np.ndarray
    if bulk is None:
        said = dict(enumerate(map(read, cells.texts)))
        values = [s.value for s in said.values()]
    else:
        values = bulk(cells.texts)
        said = {int(place): read(cells.texts[place]) for place in np.flatnonzero(np.isnan(values))}
        for place, s in said.items():
            values[place] = np.nan if s.value is None else s.value
    told = {place: s for place, s in said.items() if s.reason or s.fault or s.rule}
    return Part(column, cells, values, told, declared.rules)


@dataclass(frozen=True)
class RowRule:
    """A ledger rule that works on rows; after: what then stands in all of them, ``""`` where the answer was kept."""

    rule: str
    rows: np.ndarray
    after: str


@dataclass(frozen=True)
class Answers:
    """values: one a row: float64 (NaN), levels' places (-1), datetime64 (NaT), objects (None), or floats a choice.

    blank: rows in which nothing was said (of boxes: nothing ticked). ruled: rows in which the rules of single texts
    hold; the others are in ``rules`` or unchanged. faults: what is wrong with whole rows, by this module's words.
    """

    parts: tuple[Part, ...]
    values: np.ndarray
    reasons: Reasons
    blank: np.ndarray
    ruled: np.ndarray
    faults: Mapping[str, np.ndarray] = field(default_factory=dict)
    rules: tuple[RowRule, ...] = ()


def single(part: Part, kind: str, levels: int = 0) -> Answers:
    """A variable of one column; ``levels`` is the number of choices where a cell holds several."""
    values: np.ndarray
    if kind in ("category", "ordered"):
        values = np.array([-1 if value is None else value for value in part.values], dtype=np.intp)[part.cells.at]
    elif kind == "date":
        seconds = [np.iinfo(np.int64).min if value is None else value for value in part.values]  # the least one is NaT
        values = np.array(seconds, dtype=np.int64).view("datetime64[s]")[part.cells.at]
    elif kind == "text":
        values = np.array(part.values, dtype=object)[part.cells.at]
    elif kind == "choices":
        ticks = [_ticks(value, levels) for value in part.values]
        values = np.array(ticks, dtype=float).reshape(-1, levels)[part.cells.at]
    else:
        values = part.floats()
    return Answers((part,), values, part.reasons, part.cells.blank, np.ones(len(part.cells.at), dtype=bool))


def _ticks(value: object, levels: int) -> list[float]:
    if not isinstance(value, frozenset):
        return [np.nan] * levels
    return [float(level in value) for level in range(levels)]


def counted(parts: Sequence[Part], max_missing: int) -> Answers:
    """How many columns hold something; NaN where more than ``max_missing`` are missing (the others are counted)."""
    values = np.column_stack([part.floats() for part in parts])
    gaps = np.isnan(values).sum(axis=1)
    short = gaps > max_missing
    why = commonest([part.reasons for part in parts])
    reasons = Reasons(why.words, np.where(short, why.at, 0))
    blank = np.all([part.cells.blank for part in parts], axis=0)
    total = np.where(short, np.nan, np.nansum(values, axis=1))
    return Answers(tuple(parts), total, reasons, blank, np.ones(len(short), dtype=bool))


def boxes(
    parts: Sequence[Part],
    labels: Sequence[int],
    levels: int,
    unticked: Sequence[str],
    exclusive: Sequence[str],
    contradicted: str | None,
) -> Answers:
    """Choices kept one column each; ``labels`` gives the level of every column.

    A row is missing when all of its boxes are. A code that is declared both empty and missing is an empty box beside
    answered ones, and missing where the whole row holds it and its like.
    """
    ticks = np.column_stack([part.floats() for part in parts])
    gone = np.column_stack([part.reasons.missing for part in parts])
    empty = np.column_stack([part.cells.holds(tuple(unticked)) for part in parts])
    missing = np.asarray(gone.all(axis=1))
    ticks[gone & empty & ~missing[:, None]] = 0.0
    reasons = commonest([part.reasons for part in parts])
    reasons = Reasons(reasons.words, np.where(missing, reasons.at, 0))
    alone = np.array([part.column in exclusive for part in parts], dtype=bool)
    values, reasons, faults, rules = _contradictions(ticks, reasons, alone, contradicted)
    faults[PARTLY_MISSING] = (gone & ~empty).any(axis=1) & ~missing
    merged = np.full((len(ticks), levels), np.nan)
    for column, level in enumerate(labels):
        merged[:, level] = np.fmax(merged[:, level], values[:, column])
    merged[reasons.missing] = np.nan
    blank = np.all([part.cells.holds((BLANK, *unticked)) for part in parts], axis=0)
    return Answers(tuple(parts), merged, reasons, blank, missing, faults, rules)


def _contradictions(
    ticks: np.ndarray, reasons: Reasons, alone: np.ndarray, contradicted: str | None
) -> tuple[np.ndarray, Reasons, dict[str, np.ndarray], tuple[RowRule, ...]]:
    """Rows in which an exclusive box is ticked beside another one."""
    on = ticks == 1
    several, others = on[:, alone].sum(axis=1) > 1, on[:, ~alone].any(axis=1)
    wrong = (on[:, alone].any(axis=1) & others) | several
    if contradicted is None:
        return ticks, reasons, {BESIDE: wrong}, ()
    values = ticks.copy()
    solved = wrong & (others if contradicted == "others" else ~several if contradicted == "exclusive" else False)
    drop = alone if contradicted == "others" else ~alone
    values[np.ix_(solved, drop)] = np.where(np.isnan(values[np.ix_(solved, drop)]), np.nan, 0.0)
    lost = wrong & ~solved
    rules = (
        RowRule(f"contradictory choices: {contradicted} count", solved, f"{contradicted} only"),
        RowRule(f"contradictory choices: {CONTRADICTORY}", lost, f"missing: {CONTRADICTORY}"),
    )
    return values, reasons.put(lost, CONTRADICTORY), {}, rules


def column(kind: str, values: np.ndarray, levels: tuple[str, ...], index: pd.Index) -> pd.Series:
    """Values of one column as the frame holds them."""
    if kind in ("category", "ordered"):
        return pd.Series(
            pd.Categorical.from_codes(values, categories=pd.Index(levels, dtype="str"), ordered=kind == "ordered"),
            index=index,
        )
    if kind == "text":
        return pd.Series(pd.array(values, dtype="str"), index=index)
    return pd.Series(values, index=index)
