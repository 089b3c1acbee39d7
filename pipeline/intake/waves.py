"""Wide waves (one row a person, a set of columns a wave) to long text (one row a person and wave)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.errors import Mistake, raise_all
from pipeline.intake.cells import Cells
from pipeline.intake.findings import Finding, Where
from pipeline.intake.frame import TEXT
from pipeline.intake.stack import stacked

WAVE = "wave"
Stems = dict[str, str]
"""Column -> its name without what marks the wave."""


def lengthened(cells: Cells, wide: Mapping[str, str], ids: tuple[str, ...], where: Where) -> Cells:
    """One row a (row, wave), the waves of a row together and in declared order; ``wave`` holds the wave's code.

    A column that fits a wave's pattern goes under its stem; any other is constant and stands in every wave of its row.
    A stem that a wave did not ask is blank there. Rows in which nothing was answered in a wave are left out and
    counted. ``@<wave>`` is put behind a row's address. ``Mistakes`` for patterns that fit nothing and names that clash.
    """
    fits, mistakes = _fits(cells, wide, where)
    specific = {column for columns in fits.values() for column in columns}
    constant = [column for column in cells.text.columns if column not in specific]
    stems = {stem for columns in fits.values() for stem in columns.values()}
    raise_all([*mistakes, *_clashes(cells, constant, stems, specific, ids, where)])
    parts, places, dropped = {}, [], []
    for wave, columns in fits.items():
        answered = _answered(cells, list(columns))
        parts[f"wave {wave}"] = _renamed(cells, wave, columns, constant, answered)
        places.append(np.flatnonzero(answered))
        if left := int((~answered).sum()):
            dropped.append(Finding(cells.source, "rows without any answer in a wave left out", wave, cells=left))
    long = stacked(cells.source, parts)
    order = np.argsort(np.concatenate(places), kind="stable")
    return replace(long, text=long.text.iloc[order], findings=(*cells.findings, *long.findings, *dropped))


def _fits(cells: Cells, wide: Mapping[str, str], where: Where) -> tuple[dict[str, Stems], list[Mistake]]:
    """The columns of each wave: the pattern with the most letters of its own takes a column.

    A bare ``{}`` (a first wave without a mark) takes the columns that another wave has under their own name.
    """
    fits: dict[str, Stems] = {wave: {} for wave in wide}
    mistakes = []
    for column in cells.text.columns:
        found = [(len(pattern) - 2, wave, stem) for wave, pattern in wide.items() if (stem := _stem(column, pattern))]
        best = [f for f in found if f[0] == max(found)[0]]
        if len(best) > 1:
            waves = " and ".join(wave for _, wave, _ in best)
            mistakes.append(
                Mistake(
                    where("wide"), f"column '{column}' fits waves {waves} alike.", "Make the patterns tell them apart."
                )
            )
        elif best:
            fits[best[0][1]][column] = best[0][2]
    stems = {stem for columns in fits.values() for stem in columns.values()}
    for wave, pattern in wide.items():
        if pattern == "{}":
            fits[wave] = {column: column for column in cells.text.columns if column in stems}
        if not fits[wave]:
            mistakes.append(
                Mistake(
                    where("wide", wave), f"no column fits {pattern}.", "Write what stands around the name, like {}_t1."
                )
            )
    return fits, mistakes


def _stem(column: str, pattern: str) -> str:
    """What ``{}`` stands for, or nothing; a bare ``{}`` fits nothing by itself."""
    before, _, behind = pattern.partition("{}")
    fits = (
        pattern != "{}"
        and column.startswith(before)
        and column.endswith(behind)
        and len(column) > len(before) + len(behind)
    )
    return column[len(before) : len(column) - len(behind)] if fits else ""


def _clashes(
    cells: Cells, constant: list[str], stems: set[str], specific: set[str], ids: tuple[str, ...], where: Where
) -> Iterator[Mistake]:
    for column in constant:
        if column in stems:
            what = f"'{column}' stands beside columns that are called so without their wave."
            yield Mistake(
                where("wide"),
                what,
                f"If it belongs to a wave, give that the pattern '{{}}'; otherwise add ignore: [{column}].",
            )
    if WAVE in constant or WAVE in stems:
        yield Mistake(
            where("wide"),
            f"{cells.source} has a column '{WAVE}' already.",
            f"Add ignore: [{WAVE}], or declare the waves as long.",
        )
    for column in ids:
        if column in specific:
            yield Mistake(
                where("id"),
                f"'{column}' fits the pattern of a wave.",
                "An id is the same in every wave; narrow the pattern.",
            )


def _answered(cells: Cells, columns: list[str]) -> np.ndarray:
    answered = np.zeros(len(cells.text), dtype=bool)
    for column in columns:
        nothing = ["", "."] if "." in cells.user_missing.get(column, ()) else [""]
        answered |= ~cells.text[column].isin(nothing).to_numpy()
    return answered


def _renamed(cells: Cells, wave: str, columns: Stems, constant: list[str], answered: np.ndarray) -> Cells:
    names = {column: column for column in constant} | columns
    text = cells.text.loc[answered, [*constant, *columns]].rename(columns=columns)
    text.insert(len(constant), WAVE, pd.Series(wave, index=text.index, dtype=TEXT))
    text.index = pd.Index([f"{row}@{wave}" for row in text.index], dtype=TEXT, name="row")
    return Cells(
        cells.source,
        text,
        {names[c]: label for c, label in cells.labels.items() if c in names},
        {names[c]: labels for c, labels in cells.value_labels.items() if c in names},
        {names[c]: codes for c, codes in cells.user_missing.items() if c in names},
    )
