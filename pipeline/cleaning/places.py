"""Where the cells stand that stop the cleaning: rows of people, for a file under ``data/`` and for nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cleaning.answers import Answers
from pipeline.cleaning.columns import wave_column
from pipeline.cleaning.distinct import as_declared
from pipeline.cleaning.faults import in_words
from pipeline.cleaning.rows import Rows
from pipeline.errors import Mistake
from pipeline.intake.cells import Cells
from pipeline.study import Study

HEAD = ("file", "line", "column", "value", "what is wrong")
FORMULA = ("=", "+", "@", "\t", "\r")
MOST = 1_000
"""A column with more wrong cells is declared wrongly, and nobody looks at them one by one."""
_HALF = 0.5
"""From this share of the columns that were read on, a first row that alone can't be read is a second header."""


@dataclass(frozen=True, repr=False)
class Wrong:
    """One cell. row: its address (``export.csv:12``); column: of the file; value: as it came."""

    table: str
    row: str
    column: str
    value: str
    fault: str


def wrong_in(table: str, answers: Answers, counts: np.ndarray, index: pd.Index) -> Iterator[Wrong]:
    """The cells of a variable or item that are at fault, the first ``MOST`` of a column. counts: rows whose faults
    count; index: their addresses."""
    for part in answers.parts:
        for row in np.flatnonzero(part.faulty & counts)[:MOST]:
            place = part.cells.at[row]
            yield Wrong(table, str(index[row]), part.column, part.cells.raw[place], part.told[int(place)].fault)
    columns = ", ".join(part.column for part in answers.parts)
    for fault, rows in answers.faults.items():
        for row in np.flatnonzero(rows & counts)[:MOST]:
            held = " | ".join(part.cells.raw[part.cells.at[row]] for part in answers.parts)
            yield Wrong(table, str(index[row]), columns, held, fault)


def wrong_rows(study: Study, table: str, rows: Rows, index: pd.Index) -> Iterator[Wrong]:
    """Cells by which rows can't be told apart, put to a wave or to a parent, where the study file does not say what to
    do. index: the addresses of all rows."""
    source, kept = study.sources[table], rows.kept
    ids, wave = ", ".join(source.id), wave_column(study, table) or ""
    key = pd.DataFrame({"id": rows.ids, "wave": rows.waves})[kept & (rows.ids != "")]
    twice = np.zeros(len(kept), dtype=bool)
    twice[key.index[key.duplicated(keep=False)]] = source.duplicates is None
    unknown = np.array([bool(wave) and as_declared(str(w)) not in source.wave_labels for w in rows.waves], dtype=bool)
    found = [(kept & (rows.ids == ""), ids, rows.ids, "names no one"), (kept & unknown, wave, rows.waves, "is no wave"),
             (twice, ids, rows.ids, f"stands in another row{' of the same wave' * bool(wave)}, too")]  # fmt: skip
    for wrong, column, values, fault in found:
        for row in np.flatnonzero(wrong)[:MOST]:
            yield Wrong(table, str(index[row]), column, str(values[row]), fault)


def second_headers(
    study: Study, cells: Mapping[str, Cells], wrong: Sequence[Wrong], needed: Mapping[str, int]
) -> Iterator[Mistake]:
    """A mistake for each table whose first row, and no other, can't be read in most of its columns.

    needed: table -> how many columns are read.
    """
    for table, of_table in cells.items():
        first = str(of_table.text.index[0]) if len(of_table.text) else ""
        by_column: dict[str, set[str]] = {}
        for one in wrong:
            if one.table == table:
                by_column.setdefault(one.column, set()).add(one.row)
        alone = sum(rows == {first} for rows in by_column.values())
        if alone > 1 and alone > _HALF * needed[table]:
            file, _, line = first.rpartition(":")
            what = (
                f"line {line} looks like a second header: only there {alone} of {needed[table]} columns can't be read."
            )
            mend = "Export with one line of names, or leave that row out under 'exclude' by its id."
            yield Mistake(study.at(table, "file"), f"{file}{': ' * bool(file)}{what}", mend)


def listed_wrong(wrong: Sequence[Wrong]) -> bytes:
    """The cells as CSV for a spreadsheet, in the order of the files; a value that looks like a formula is guarded."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(HEAD)
    for one in dict.fromkeys(wrong):
        file, _, place = one.row.rpartition(":")
        line, _, wave = place.partition("@")
        column = f"{one.column} (wave {wave})" if wave else one.column
        value = f"'{one.value}" if one.value.startswith(FORMULA) else one.value
        lines.writerow([file, line, column, value, in_words(one.fault)])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")
