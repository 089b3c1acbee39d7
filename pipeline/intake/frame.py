"""Columns of text to ``Cells``: names made unique, blank edges trimmed, every row with its address."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.findings import Finding

MOST_BYTES = 1 << 30
MOST_COLUMNS = 5_000
TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
REPEATED = "repeated column name"


def text_column(values: list[str]) -> pa.ChunkedArray:
    """One column of text, no missing values."""
    return pa.chunked_array([pa.array(values, pa.large_string())])


def framed(
    file: str,
    header: Sequence[str],
    columns: Sequence[pa.ChunkedArray],
    lines: Sequence[int],
    findings: Iterable[Finding] = (),
) -> Cells:
    """Equally long columns under the names of a header, as ``Cells`` whose rows are called ``file:line``.

    A column without a name and without content, and blank rows at the end, are the frame of a spreadsheet and go;
    a nameless column with content is called by its place (``column_3``), and a repeated name is numbered at every
    one of its places, so that no declaration can mean one of them by accident. Findings tell all of it.
    """
    refuse_many_columns(file, len(header))
    told = list(findings)
    filled = [np.asarray(pc.not_equal(column, "").combine_chunks()) for column in columns]
    names = [tidy(name) for name in header]
    kept = [i for i, name in enumerate(names) if name or filled[i].any()]
    if not kept:
        raise Mistakes.one(file, "has no column with a name or with content.", "Export it again.")
    if len(kept) < len(names):
        told.append(Finding(file, "columns without name and content left out", str(len(names) - len(kept))))
    rows = _last_filled([filled[i] for i in kept]) if len(lines) else 0
    if rows < len(lines):
        told.append(Finding(file, "blank rows at the end left out", str(len(lines) - rows)))
    unique = _unique(file, [(i, names[i]) for i in kept], told)
    told += [
        Finding(file, "column name trimmed", header[i], name)
        for i, name in zip(kept, unique, strict=True) if names[i] and header[i] != names[i]
    ]  # fmt: skip
    index = pd.Index([f"{file}:{line}" for line in lines[:rows]], dtype=TEXT, name="row")
    table = pa.table({name: columns[i].slice(0, rows) for i, name in zip(kept, unique, strict=True)})
    text = table.to_pandas(types_mapper=lambda _: TEXT)
    return Cells(file, text.set_axis(index, axis=0), findings=tuple(told))


def tidy(name: str) -> str:
    """A column's name without the blanks around it."""
    # Composed, because a study file typed on one system must find the æ of a file saved on another.
    return unicodedata.normalize("NFC", name).replace("\ufeff", "").strip()


def _last_filled(filled: list[np.ndarray]) -> int:
    rows = np.flatnonzero(np.logical_or.reduce(filled)) if filled else np.array([], int)
    return int(rows[-1]) + 1 if len(rows) else 0


def _unique(file: str, named: list[tuple[int, str]], told: list[Finding]) -> list[str]:
    times = Counter(name for _, name in named)
    taken = {name for name, n in times.items() if n == 1}
    used: Counter[str] = Counter()
    unique = []
    for place, name in named:
        if name and times[name] == 1:
            unique.append(name)
            continue
        new = f"column_{place + 1}" if not name else ""
        while not new or new in taken:
            used[name] += 1
            new = f"{name or f'column_{place + 1}'}.{used[name]}"
        taken.add(new)
        unique.append(new)
        told.append(Finding(file, REPEATED if name else "column without a name", name or new, new))
    return unique


def as_it_stood(cells: Cells) -> dict[str, str]:
    """Column -> its name in the file, which differs where the name was repeated."""
    repeated = {f.column: f.value for f in cells.findings if f.what == REPEATED}
    return {column: repeated.get(column, column) for column in cells.text.columns}


def refuse_many_columns(file: str, columns: int) -> None:
    """``Mistakes`` where there are more columns than any survey has."""
    if columns > MOST_COLUMNS:
        raise Mistakes.one(
            file, f"has {columns:,} columns; {MOST_COLUMNS:,} are read at most.",
            "Export fewer, or say with 'delimiter' what parts the cells if they were parted wrongly.",
        )  # fmt: skip
