"""All variables and items of a study, read one after the other: a question's condition before the question."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.cleaning.answers import Answers, column
from pipeline.cleaning.asked import by_answer, by_wave, skipped, together
from pipeline.cleaning.columns import Texts
from pipeline.cleaning.distinct import Distinct
from pipeline.cleaning.faults import faults_of, mistakes_of
from pipeline.cleaning.items import item_mistakes
from pipeline.cleaning.keys import path_up
from pipeline.cleaning.ledger import Entry, entry
from pipeline.cleaning.links import Values, bring, varies
from pipeline.cleaning.places import Wrong, wrong_in
from pipeline.cleaning.rows import Rows
from pipeline.cleaning.types import LABELLED
from pipeline.cleaning.variables import answers_of, columns_of, decimal_mark, item_answers
from pipeline.errors import Mistake, StageFailed
from pipeline.intake.cells import Cells
from pipeline.intake.numbers import number_text
from pipeline.study import Scale, Study, Variable
from pipeline.study.words import Interval, interval

ItemRanges = Mapping[str, Mapping[str, Interval]]
"""Scale -> item -> the range of its answers, on the base on which they are scored."""


class Responses:
    """values, reasons: table -> variable or item -> what the frames will hold; with ledger entries and mistakes.

    wrong: the cells of which the mistakes speak.
    """

    def __init__(
        self,
        study: Study,
        cells: Mapping[str, Cells],
        texts: Texts,
        rows: Mapping[str, Rows],
        keys: dict[str, pd.DataFrame],
    ):
        self.study, self.cells, self.texts, self.keys = study, cells, texts, keys
        self.kept = {table: of_table.kept for table, of_table in rows.items()}
        self.values: dict[str, dict[str, Values]] = {table: {} for table in rows}
        self.reasons: dict[str, dict[str, pd.Series]] = {table: {} for table in rows}
        self.entries: dict[tuple[str, str], Entry] = {}
        self.mistakes: list[Mistake] = []
        self.wrong: list[Wrong] = []

    def read(self, item_ranges: ItemRanges) -> None:
        """Everything that is declared and not derived."""
        for name in self.study.variables:
            self._variable(name)
        for name, scale in self.study.scales.items():
            if not scale.range and name not in item_ranges:
                raise StageFailed(f"scale {name}: no range of its items was given")
            own = interval(scale.range) if scale.range else None
            self._scale(name, scale, {item: own or item_ranges[name][item] for item in scale.items})

    def _decimal(self, table: str) -> str:
        return decimal_mark(self.cells[table], self.study.sources[table])

    def _columns(self, table: str, names: tuple[str, ...]) -> dict[str, Distinct]:
        return {name: self.texts.of(table, name).take(self.kept[table]) for name in names}

    def _variable(self, name: str) -> None:
        variable, table = self.study.variables[name], self.study.source_of(name)
        if variable.derive or name in self.study.made or name in self.values[table]:
            return
        used = self._columns(table, columns_of(name, variable))
        answers = answers_of(name, variable, used, self.cells[table], self.study, self._decimal(table))
        answers, counts = self._asked(table, answers, variable)
        self.wrong += wrong_in(table, answers, counts, self.keys[table].index)
        unit = "answer" if variable.kind == "choices" else "row" if len(used) == 1 else "cell"
        self.mistakes += mistakes_of(
            partial(self.study.where, "variables", name),
            faults_of(answers, counts),
            variable.codes,
            unit,
            columns=len(used),
            declared=_said(variable),
        )
        self._keep(table, name, answers, variable.kind, variable.levels)
        expected = [LABELLED] if variable.kind in ("category", "ordered") else []
        if variable.kind == "number":
            expected = [f"code {c} is {v}" for c, v in variable.codes.items()]
        self.entries[table, name] = entry(table, name, answers, expected, variable.because or "")

    def _asked(self, table: str, answers: Answers, part: Variable | Scale) -> tuple[Answers, np.ndarray]:
        """Answers after skip logic, and the rows whose faults count."""
        counts = opened = np.ones(len(answers.blank), dtype=bool)
        if part.asked_at:
            waves = self.keys[table]["wave"].to_numpy(dtype=object)
            gate = by_wave(waves, part.asked_at, self.study.sources[table].wave_labels)
            opened = ~gate.shut
            answers, counts = skipped(answers, gate, part.answered_anyway)
        if part.asked_of:
            gates = [by_answer(name, *self._condition(table, name), levels) for name, levels in part.asked_of.items()]
            answers, also = skipped(answers, together(gates, opened), part.answered_anyway)
            counts = counts & also
        return answers, counts

    def _condition(self, table: str, name: str) -> tuple[Values, pd.Series]:
        """A variable that decides who is asked, for the rows of a table: its own, or brought from a parent's."""
        self._variable(name)
        owner = self.study.source_of(name)
        values, reasons = self.values[owner][name], self.reasons[owner][name]
        path = path_up(self.study, table, owner)
        for parent, child in pairwise(path):
            brought = bring(self.keys, self.study, child, parent, values, reasons)
            values, reasons = brought.values, brought.reasons
            if brought.varying:
                self.mistakes.append(varies(self.study, ("variables", name), name, parent, child, brought.varying))
        return values, reasons

    def _scale(self, name: str, scale: Scale, scored: Mapping[str, Interval]) -> None:
        table = self.study.source_of(name)
        used = self._columns(table, scale.items)
        faults = {}
        for item in scale.items:
            answers = item_answers(scale, item, used, self.cells[table], self.study, self._decimal(table), scored[item])
            answers, counts = self._asked(table, answers, scale)
            faults[item] = faults_of(answers, counts)
            self.wrong += wrong_in(table, answers, counts, self.keys[table].index)
            if item not in self.values[table]:
                self._keep(table, item, answers, "number", ())
                self.entries[table, item] = entry(table, item, answers, because=scale.because or "")
        coded = {item: scale.in_file(scored[item]) for item in scale.items}
        for first in (item for item in scale.items if _width(coded[item]) != _width(scored[item])):
            what = f"{coded[first].label} and the items' {scored[first].label} are not equally wide."
            self.mistakes.append(Mistake(self.study.where("scales", name, "coded"), what, "Only the base may differ."))
            break
        self.mistakes += item_mistakes(
            partial(self.study.where, "scales", name), scale, faults, used, coded, self._decimal(table)
        )

    def _keep(self, table: str, name: str, answers: Answers, kind: str, levels: tuple[str, ...]) -> None:
        index = self.keys[table].index
        if kind == "choices":
            ticks = {f"{name}={level}": answers.values[:, place] for place, level in enumerate(levels)}
            self.values[table][name] = pd.DataFrame(ticks, index=index)
        else:
            self.values[table][name] = column(kind, answers.values, levels, index)
        self.reasons[table][name] = pd.Series(answers.reasons.array(), index=index)

    def ledger_entries(self) -> list[Entry]:
        """Entries table by table, variables in declared order and then items."""
        return [self.entries[table, name] for table in self.study.sources for name in self._names(table)]

    def frames(self) -> dict[str, pd.DataFrame]:
        """table -> every variable in declared order, then items."""
        return {table: self._frame(table) for table in self.study.sources}

    def _frame(self, table: str) -> pd.DataFrame:
        columns: dict[str, pd.Series] = {}
        for name in self._names(table):
            values = self.values[table][name]
            columns |= {str(c): values[c] for c in values} if isinstance(values, pd.DataFrame) else {name: values}
        return pd.DataFrame(columns, index=self.keys[table].index)

    def reason_frames(self) -> dict[str, pd.DataFrame]:
        return {
            table: pd.DataFrame(
                {name: self.reasons[table][name] for name in self._names(table)}, index=self.keys[table].index
            )
            for table in self.study.sources
        }

    def _names(self, table: str) -> list[str]:
        declared = [name for name in self.study.variables if name in self.values[table]]
        return [*declared, *(name for name in self.values[table] if name not in declared)]


def _width(range_: Interval) -> float:
    return range_.high - range_.low


def _said(variable: Variable) -> dict[str, str]:
    """What a variable's limits say, for a message."""
    top = "" if variable.top_code is None else number_text(variable.top_code)
    bands = ", ".join(variable.bands)
    return {"range": variable.range or "", "top_code": top, "bands": bands, "format": variable.format or ""}
