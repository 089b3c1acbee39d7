"""What makes a sheet no table of answers: a title above the names, headings over several columns, totals below."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.errors import Mistake
from pipeline.intake.cells import Cells

_NAMED = 0.5
"""Where fewer columns than this share have a name, the first row is hardly the one with the names."""
_SHOWN = 5
_MOST_BELOW = 3
"""More rows than these below an empty one are people's."""
_TOTAL = re.compile(
    r"((grand|sub)[ -]?)?total(t|e|en|i)?|sum|summe|somme|average|mean|moyenne|mittel(wert)?|gesamt|snitt|i alt",
    re.I,
)


def odd_shape(cells: Cells, file: str) -> Iterator[Mistake]:
    """What to mend before a file can be read: names that are not in the first row, and empty rows among the others."""
    nameless = {f.column for f in cells.findings if f.what == "column without a name"}
    named = [str(c) for c in cells.text.columns if c not in nameless]
    total = len(cells.text.columns)
    if total > 2 and len(named) < _NAMED * total:
        read = ", ".join(f"'{' '.join(name.split())[:40]}'" for name in named[:3])
        what = f"{len(named)} of {total} columns have a name in the first row ({read}{', …' * (len(named) > 3)})."
        mend = "Names must stand in the first row that is not empty, one a column, in no merged cell."
        if whole := next(_whole_rows(cells), ""):
            mend += f" Row {whole} is the first in which most cells are filled: if it has them, delete what is above."
        yield Mistake(file, f"{what} Is it a title, or a heading over several columns?", mend)
        return
    gaps = np.flatnonzero(empty_rows(cells.text))
    if len(gaps):
        lines = [line_of(str(cells.text.index[at])) for at in gaps]
        below = len(cells.text) - 1 - int(gaps[-1])
        rows = f"row{'s' * (len(lines) > 1)} {', '.join(lines[:_SHOWN])}{', …' * (len(lines) > _SHOWN)}"
        what = (
            f"{rows} {'is' if len(lines) == 1 else 'are'} empty, and {below:,} row{'s' * (below != 1)} "
            f"stand{'s' * (below == 1)} below {'it' if len(lines) == 1 else 'the last'}."
        )
        mend = "A total or a remark is no person's row: delete it and what is empty, and save under another name."
        yield Mistake(file, what, mend)
    elif totals(cells.text).any():
        what = f"row {line_of(str(cells.text.index[-1]))}, the last one, looks like a total."
        yield Mistake(file, what, "It is no person's row: delete it, and save under another name.")


def totals(text: pd.DataFrame) -> np.ndarray:
    """A mask of rows at the end that look like no person's: the few below an empty one, or one that says Total."""
    mask = np.zeros(len(text), dtype=bool)
    empty = np.flatnonzero(empty_rows(text))
    if len(empty) and len(text) - 1 - empty[-1] <= _MOST_BELOW:
        mask[empty[-1] + 1 :] = True
    if len(text):
        last = [str(cell).strip() for cell in text.iloc[-1]]
        named = next((cell for cell in last if cell), "")
        mask[-1] |= bool(_TOTAL.fullmatch(named.rstrip(" :")))
    return mask


def empty_rows(text: pd.DataFrame) -> np.ndarray:
    """A mask: rows in which nothing stands at all. (Those at the end were left out when the file was read.)"""
    mask = np.ones(len(text), dtype=bool)
    for column in text.columns:
        if not mask.any():
            break
        mask[mask] = (text[column].array[mask] == "").astype(bool)
    return mask


def line_of(address: str) -> str:
    """The line of a row's address (``export.xlsx:12``, ``export.xlsx:12@wave``)."""
    return address.rpartition(":")[2].partition("@")[0]


def _whole_rows(cells: Cells) -> Iterator[str]:
    """Lines in which most columns are filled."""
    for at in range(min(len(cells.text), 20)):
        if (cells.text.iloc[at] != "").mean() > 1 - _NAMED / 5:
            yield line_of(str(cells.text.index[at]))
