"""What the design's columns (cluster, arm, weight, strata, …) say of every row, here or in a parent's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cleaning.columns import DESIGN, Texts
from pipeline.cleaning.declared import declare
from pipeline.cleaning.distinct import as_declared
from pipeline.cleaning.rows import Rows
from pipeline.cleaning.types import number
from pipeline.cleaning.variables import columns_of, decimal_mark
from pipeline.errors import Mistake, closest
from pipeline.intake.cells import Cells
from pipeline.study import Study

MUST_HOLD = ("cluster", "second_cluster", "strata", "psu")


@dataclass(frozen=True)
class Source:
    """Where a design column stands: its table and raw column, and the variable that declares it, if one does."""

    table: str
    column: str
    variable: str = ""


class Labels:
    """Texts of design columns for every row that was read."""

    def __init__(self, study: Study, cells: Mapping[str, Cells], texts: Texts, rows: Mapping[str, Rows]):
        self.study, self.cells, self.texts, self.rows = study, cells, texts, rows

    def source(self, role: str, table: str) -> Source | None:
        """Where ``design.<role>`` stands for the rows of a table: a variable, or a raw column here or in a parent."""
        name = getattr(self.study.design, role)
        near = (table, *self.study.ancestors(table))
        variable = self.study.variables.get(name) if name else None
        if variable is not None and self.study.source_of(name) in near:
            used = columns_of(name, variable)
            return Source(self.study.source_of(name), used[0], name) if len(used) == 1 else None
        return next((Source(t, name, "") for t in near if name and self.texts.has(t, name)), None)

    def of(self, role: str, table: str) -> np.ndarray | None:
        """One text for every row that was read, ``""`` where there is none; None where no such column is declared."""
        source = self.source(role, table)
        return None if source is None else self._brought(source, table)

    def _brought(self, source: Source, table: str) -> np.ndarray:
        if source.table == table:
            return self._here(source)
        parent = next(p for p in self.study.sources[table].parent if source.table in (p, *self.study.ancestors(p)))
        above = self._brought(source, parent)
        named = (self.rows[parent].ids != "") & (above != "")
        first = pd.Series(above[named], index=pd.Index(self.rows[parent].ids[named], dtype=object))
        first = first[~first.index.duplicated()]
        return first.reindex(pd.Index(self.rows[table].parents[parent], dtype=object)).fillna("").to_numpy(dtype=object)

    def _here(self, source: Source) -> np.ndarray:
        cells = self.texts.of(source.table, source.column)
        if not source.variable:
            return cells.rows
        variable = self.study.variables[source.variable]
        declared = declare(variable.codes, variable.missing, self.study, self.cells[source.table], source.column)
        said = ["" if declared.reason(t) else declared.codes.get(as_declared(t), t) for t in cells.texts]
        return np.array(said, dtype=object)[cells.at] if said else cells.rows

    def unknown(self) -> list[Mistake]:
        """Names of the design that stand in no table."""
        found = []
        for role in DESIGN:
            name = getattr(self.study.design, role)
            if name and name not in self.study.variables and not any(self.texts.has(t, name) for t in self.cells):
                known = [*self.study.variables, *(str(c) for t in self.cells.values() for c in t.text.columns)]
                mend = closest(name, known) or "Look at the names in the file's first row."
                found.append(
                    Mistake(self.study.where("design", role), f"there is no variable or column '{name}'.", mend)
                )
        return found

    def columns(self, table: str) -> tuple[dict[str, np.ndarray], list[Mistake]]:
        """The design's columns for the kept rows of a table (``weight`` as float64), and what is wrong with them."""
        kept, found, mistakes = self.rows[table].kept, {}, list[Mistake]()
        for role in (*MUST_HOLD, "weight"):
            source = self.source(role, table)
            if source is None:
                continue
            texts = self._brought(source, table)[kept]
            where = self.study.where("design", role)
            if role == "weight":
                found[role], wrong = self._weights(source, texts)
                n, what = int(wrong.sum()), "no weight above zero"
            else:
                found[role] = texts
                n, what = (0 if source.variable else int((texts == "").sum())), f"no {role.replace('_', ' ')}"
            if n:
                mend = "Complete the file, or leave such rows out under 'exclude' with a reason."
                mistakes.append(
                    Mistake(where, f"{n} row{'s' * (n != 1)} of {table} {'has' if n == 1 else 'have'} {what}.", mend)
                )
        return found, mistakes

    def _weights(self, source: Source, texts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        variable = self.study.variables.get(source.variable)
        of_table = decimal_mark(self.cells[source.table], self.study.sources[source.table])
        decimal = variable.decimal or of_table if variable else of_table
        at, distinct = pd.factorize(texts)
        values = np.array([np.nan if (v := number(str(t), decimal)) is None else v for t in distinct], dtype=float)[at]
        return values, ~(values > 0)
