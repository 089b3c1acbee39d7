"""Which raw columns a study needs of each table. A column that nobody declared is never read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.cleaning.declared import SYSTEM_MISSING, is_system_missing
from pipeline.cleaning.distinct import Distinct, distinct
from pipeline.cleaning.variables import columns_of
from pipeline.errors import Mistake, closest
from pipeline.intake.cells import Cells
from pipeline.study import Study

WIDE_WAVE = "wave"
"""The column that intake makes of a wide form; it holds the wave's code."""
DESIGN = ("cluster", "second_cluster", "weight", "strata", "psu", "arm")
Path = tuple[str, ...]


def wave_column(study: Study, table: str) -> str | None:
    source = study.sources[table]
    return WIDE_WAVE if source.wide else source.wave


def data_path(study: Study, table: str, *keys: str) -> Path:
    """Where a table stands in the study file: under ``data``, or under ``data`` and its name."""
    return ("data", *keys) if study.data is study.sources[table] else ("data", table, *keys)


def needed(study: Study) -> dict[str, dict[str, list[Path]]]:
    """table -> raw column -> the places of the study file that need it (design columns apart: see ``labels``)."""
    found: dict[str, dict[str, list[Path]]] = {table: {} for table in study.sources}
    for table, column, path in _wanted(study):
        found[table].setdefault(column, []).append(path)
    return found


def _wanted(study: Study) -> Iterator[tuple[str, str, Path]]:
    for table, source in study.sources.items():
        for column in source.id:
            yield table, column, data_path(study, table, "id")
        if wave := wave_column(study, table):
            yield table, wave, data_path(study, table, "wide" if source.wide else "wave")
        for parent, columns in source.parent.items():
            for column in columns:
                yield table, column, data_path(study, table, "parent", parent)
    for number, exclusion in enumerate(study.exclude):
        for key, codes in (("where", exclusion.where), ("unless", exclusion.unless)):
            for column in codes:
                yield exclusion.in_ or study.main, column, ("exclude", str(number), key, column)
    for name, variable in study.variables.items():
        key = "count" if variable.count is not None else "columns" if variable.columns else "from"
        for column in columns_of(name, variable):
            yield study.source_of(name), column, ("variables", name, key)
        derive = variable.derive
        if derive and derive.from_ and derive.by and derive.by not in study.variables:
            yield derive.from_, derive.by, ("variables", name, "derive", "by")
    for name, scale in study.scales.items():
        for item in scale.items:
            yield study.source_of(name), item, ("scales", name, "items")


def unknown_columns(study: Study, cells: Mapping[str, Cells]) -> list[Mistake]:
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
                Mistake(study.where(*path), f"there is no column '{column}' in {table}.", mend)
                for path in dict.fromkeys(paths)
            ]
    return found


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
