"""Which raw columns a study needs of each table. A column that nobody declared is never read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from pipeline.cleaning.declared import SYSTEM_MISSING, is_system_missing
from pipeline.cleaning.distinct import Distinct, distinct
from pipeline.cleaning.variables import columns_of
from pipeline.errors import Mistake, closest
from pipeline.intake.cells import Cells
from pipeline.intake.shape import empty_rows, line_of
from pipeline.study import Scale, Study, Variable

WIDE_WAVE = "wave"
"""The column that intake makes of a wide form; it holds the wave's code."""
DESIGN = ("cluster", "second_cluster", "weight", "strata", "psu", "arm")
Path = tuple[str, ...]


def wave_column(study: Study, table: str) -> str | None:
    source = study.sources[table]
    return WIDE_WAVE if source.wide else source.wave


def needed(study: Study) -> dict[str, dict[str, list[Path]]]:
    """table -> raw column -> the places of the study file that need it (design columns apart: see ``labels``)."""
    found: dict[str, dict[str, list[Path]]] = {table: {} for table in study.sources}
    for table, column, path in _wanted(study):
        found[table].setdefault(column, []).append(path)
    return found


def _wanted(study: Study) -> Iterator[tuple[str, str, Path]]:
    for table, source in study.sources.items():
        for column in source.id:
            yield table, column, study.path_of(table, "id")
        if wave := wave_column(study, table):
            yield table, wave, study.path_of(table, "wide" if source.wide else "wave")
        for parent, columns in source.parent.items():
            for column in columns:
                yield table, column, study.path_of(table, "parent", parent)
    for number, exclusion in enumerate(study.exclude):
        for key, codes in (("where", exclusion.where), ("unless", exclusion.unless)):
            for column in codes:
                yield exclusion.in_ or study.main, column, ("exclude", str(number), key, column)
    for name, variable in study.variables.items():
        key = "count" if variable.count is not None else "columns" if variable.columns else "from"
        for column in columns_of(name, variable) if name not in study.made else ():
            yield study.source_of(name), column, ("variables", name, key)
        derive = variable.derive
        if derive and derive.from_ and derive.by and derive.by not in study.variables:
            yield derive.from_, derive.by, ("variables", name, "derive", "by")
    for name, scale in study.scales.items():
        for item in scale.items:
            yield study.source_of(name), item, ("scales", name, "items")


def unknown_columns(study: Study, cells: Mapping[str, Cells]) -> list[tuple[Path, Mistake]]:
    """Columns that the study file names and the data do not have, each where it is named, with the nearest one."""
    found = []
    for table, columns in needed(study).items():
        there = [str(column) for column in cells[table].text.columns]
        for column, paths in columns.items():
            if column in there:
                continue
            ignored = column in study.sources[table].ignore
            mend = (
                "It is left out by 'ignore'."
                if ignored
                else closest(column, there) or "Look at the names in the file's first row."
            )
            found += [
                (path, Mistake(study.where(*path), f"there is no column '{column}' in {table}.", mend))
                for path in dict.fromkeys(paths)
            ]
    return found


def readable(study: Study, unknown: Iterable[Path]) -> Study | None:
    """The study without the variables and scales whose columns are not there, nor what hangs on them; None where the
    rows themselves can't be told apart or sorted without these columns. It serves to find further mistakes alone."""
    gone = {path[1] for path in unknown if path[0] in ("variables", "scales")}
    if any(path[0] not in ("variables", "scales") for path in unknown):
        return None
    parts: dict[str, Variable | Scale] = {**study.variables, **study.scales}
    while more := {n for n, part in parts.items() if n not in gone and gone & set(part.asked_of)}:
        gone |= more
    design = {role: None for role in DESIGN if getattr(study.design, role) in gone}
    return study.model_copy(
        update={
            "variables": {n: v for n, v in study.variables.items() if n not in gone},
            "scales": {n: s for n, s in study.scales.items() if n not in gone},
            "design": study.design.model_copy(update=design),
        }
    )


class Texts:
    """The raw columns of every table as distinct texts, each worked out when it is first needed."""

    def __init__(self, cells: Mapping[str, Cells]):
        self._cells = cells
        self._found: dict[tuple[str, str], Distinct] = {}

    def has(self, table: str, column: str) -> bool:
        return column in self._cells[table].text.columns

    def of(self, table: str, column: str) -> Distinct:
        if (table, column) not in self._found:
            of_table = self._cells[table]
            nothing = SYSTEM_MISSING if is_system_missing(of_table, column) else ""
            self._found[table, column] = distinct(of_table.text[column], nothing)
        return self._found[table, column]

    def empty_lines(self, table: str, rows: np.ndarray) -> list[str]:
        """The lines of some rows (a mask) in which nothing stands at all."""
        text = self._cells[table].text[rows]
        return [line_of(str(address)) for address in text.index[empty_rows(text)]]
