"""A made-up data set of a study's shape, drawn from its study file alone: where the real one is not to be had.

Only that the stages run can be seen on it. Codes, ranges, formats, waves, parents and skip logic are those that the
study file declares; which answers stand together is chance.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd

from pipeline.cleaning.columns import needed, wave_column
from pipeline.cleaning.variables import columns_of
from pipeline.instruments import item_ranges
from pipeline.study import Scale, Study, Variable
from pipeline.study.words import BLANK, NOT_ASKED, STRUCTURAL, Interval

USUAL, MOST = 200, 1000
"""People of a table whose number no released flow tells, and at most."""
_MISSING = 0.03
_START = date(2024, 1, 1)
Columns = dict[str, np.ndarray]


def draw(study: Study, people: Mapping[str, int], rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Every table of raw data as text, by name, in the long form.

    people: how many ids each table has, as far as that is known.
    """
    made = dict[str, pd.DataFrame]()
    for table in _parents_first(study):
        made[table] = _Table(study, table, made, rng).drawn(min(people.get(table) or USUAL, MOST))
    return made


def not_drawn(study: Study) -> list[str]:
    """What of a study the stand-in can't stand for, in words."""
    found = []
    if study.function is not None:
        found.append(f"the study's own function {study.function.name}, which may ask more of the data than is declared")
    if study.interviews is not None and study.interviews.coded is not None:
        found.append("the coded interviews, which nothing can make up")
    found += [
        f"answers of several files of the table {name}: one file stands for all"
        for name, source in study.sources.items()
        if "*" in source.file
    ]
    return found


def _parents_first(study: Study) -> list[str]:
    return sorted(study.sources, key=lambda table: (len(study.ancestors(table)), list(study.sources).index(table)))


class _Table:
    """One table while it is drawn, column by column. Categories, texts and parents are one value an id."""

    def __init__(self, study: Study, table: str, made: Mapping[str, pd.DataFrame], rng: np.random.Generator):
        self.study, self.name, self.made, self.rng = study, table, made, rng
        self.source = study.sources[table]
        self.parts: list[tuple[str, Variable]] = [
            (n, v) for n, v in study.variables.items() if study.source_of(n) == table and n not in study.made
        ]
        self.scales: list[tuple[str, Scale]] = [(n, s) for n, s in study.scales.items() if study.source_of(n) == table]
        self.columns = Columns()
        self.labels = dict[str, np.ndarray]()
        self.person = np.zeros(0, int)
        self.waves = np.zeros(0, object)

    def drawn(self, ids: int) -> pd.DataFrame:
        """Rows: an id, or an id at a wave."""
        waves = list(self.source.wave_labels) or [""]
        coded = self._coded_ids()
        ids = len(coded) or ids
        self.person = np.repeat(np.arange(ids), len(waves))
        self.waves = np.tile(np.array(waves, object), ids)
        self._keys(ids, coded)
        for name, variable in sorted(self.parts, key=lambda part: len(self._asked_before(part[0]))):
            self._variable(name, variable)
        for name, scale in self.scales:
            self._scale(name, scale)
        self._exclusions()
        self._design_and_rest()
        return pd.DataFrame({c: pd.Series(v, dtype="str") for c, v in self.columns.items()})

    def _coded_ids(self) -> list[str]:
        """Ids that the study file names: of programmes, which a variable here or in a linked table has as codes."""
        for table in self.study.tables.values():
            if table.kind == "programmes" and table.of == self.name and table.columns:
                return [code for code in self.study.variables[table.columns[0]].codes if code != BLANK]
        columns = {(self.name, self.source.id[0])} if len(self.source.id) == 1 else set()
        for other, source in self.study.sources.items():
            columns |= {(other, c) for c in source.parent.get(self.name, ()) if len(self.source.id) == 1}
        for name, variable in self.study.variables.items():
            used = columns_of(name, variable)
            if len(used) == 1 and (self.study.source_of(name), used[0]) in columns and variable.levels:
                return [code for code in variable.codes if code != BLANK]
        return []

    def _keys(self, ids: int, coded: Sequence[str]) -> None:
        if wave := wave_column(self.study, self.name):
            self.columns[wave] = self.waves
        for parent, columns in self.source.parent.items():
            there = self.made[parent]
            which = self.rng.integers(0, len(there), ids)[self.person]
            for column, theirs in zip(columns, self.study.sources[parent].id, strict=False):
                self.columns.setdefault(column, there[theirs].to_numpy(object)[which])
        for column in self.source.id:
            names = np.array(coded or [str(10_000 + i) for i in range(ids)], object)
            self.columns.setdefault(column, names[self.person])

    def _asked_before(self, name: str, seen: tuple[str, ...] = ()) -> set[str]:
        """The variables whose answers decide whether this one was asked, and theirs."""
        asked = set(self.study.variables[name].asked_of) if name in self.study.variables else set()
        return asked.union(*(self._asked_before(n, (*seen, name)) for n in asked - set(seen)))

    def _variable(self, name: str, variable: Variable) -> None:
        for column in columns_of(name, variable):
            if column in self.columns:
                self.labels[name] = np.array([variable.codes.get(c, "") for c in self.columns[column]], object)
                continue
            values = self._answers(name, variable, column)
            values[self._shut(variable)] = self._none_given(variable)
            self.columns[column] = values
            self.labels[name] = np.array([variable.codes.get(c, "") for c in values], object)

    def _answers(self, name: str, variable: Variable, column: str) -> np.ndarray:
        rows, rng = len(self.person), self.rng
        missing = self._missing(variable.missing)
        if variable.count is not None:
            values = rng.choice(np.array([*variable.except_, "1"], object), rows)
        elif variable.columns:
            chance = 0.0 if column in variable.exclusive else 0.4
            empty = ["" if code == BLANK else code for code in variable.unticked][0]
            values = np.where(rng.random(rows) < chance, variable.ticked, empty).astype(object)
        elif variable.kind == "choices":
            values = self._choices(variable)
        elif variable.kind in ("category", "ordered"):
            values = rng.choice(np.array(self._codes_of(column), object), self.person.max() + 1)[self.person]
        elif variable.kind == "number":
            values = self._whole(variable.limits, variable.intervals)
        elif variable.kind == "date":
            values = self._dates(str(variable.format))
        else:
            few = 12 if self.study.design.second_cluster or self.study.design.cluster else 40
            values = np.array([f"text {i}" for i in rng.integers(0, few, self.person.max() + 1)], object)[self.person]
        if missing and variable.kind != "date":
            gone = rng.random(rows) < _MISSING
            values[gone] = rng.choice(np.array(missing, object), int(gone.sum()))
        return values

    def _codes_of(self, column: str) -> list[str]:
        """Codes that every variable read from this column knows."""
        knows = [set(v.codes) for n, v in self.parts if columns_of(n, v) == (column,) and v.codes]
        first = next(v.codes for n, v in self.parts if columns_of(n, v) == (column,) and v.codes)
        return ["" if code == BLANK else code for code in first if all(code in codes for codes in knows)]

    def _missing(self, missing: Mapping[str, str]) -> list[str]:
        return ["" if code == BLANK else code for code, why in missing.items() if why not in STRUCTURAL]

    def _choices(self, variable: Variable) -> np.ndarray:
        codes = [code for code in variable.codes if code not in (*variable.exclusive, BLANK)] or list(variable.codes)
        lone = np.array(codes, object)[self.rng.integers(0, len(codes), len(self.person))]
        two = np.array(codes, object)[self.rng.integers(0, len(codes), len(self.person))]
        joined = variable.separator if variable.separator.strip() else " "
        both = (self.rng.random(len(lone)) < 0.4) & (lone != two)
        return np.where(both, lone + joined + two, lone).astype(object)

    def _whole(self, limits: Interval | None, bands: Sequence[Interval] = ()) -> np.ndarray:
        low = limits.low if limits else min((b.low for b in bands if math.isfinite(b.low)), default=0)
        high = limits.high if limits else max((b.high for b in bands if math.isfinite(b.high)), default=60)
        low, high = (low if math.isfinite(low) else 0, high if math.isfinite(high) else low + 60)
        first, last = math.ceil(low), max(math.floor(high), math.ceil(low))
        return self.rng.integers(first, last + 1, len(self.person)).astype(str).astype(object)

    def _dates(self, written: str) -> np.ndarray:
        place = {wave: i for i, wave in enumerate(dict.fromkeys(self.waves))}
        days = self.rng.integers(0, 60, self.person.max() + 1)[self.person]
        moments = [_START + timedelta(int(d) + 91 * place[w]) for d, w in zip(days, self.waves, strict=True)]
        return np.array([moment.strftime(written) for moment in moments], object)

    def _scale(self, name: str, scale: Scale) -> None:
        ranges = item_ranges(self.study)[name]
        shut = self._shut(scale)
        for item in scale.items:
            if item in self.columns:
                continue
            if scale.codes:
                values = self.rng.choice(np.array([c for c in scale.codes if c != BLANK], object), len(self.person))
            else:
                values = self._whole(scale.in_file(ranges[item]))
            if missing := self._missing(scale.missing):
                gone = self.rng.random(len(values)) < _MISSING
                values[gone] = self.rng.choice(np.array(missing, object), int(gone.sum()))
            values[shut] = self._none_given(scale)
            self.columns[item] = values

    def _shut(self, part: Variable | Scale) -> np.ndarray:
        """Rows that were not to be asked."""
        shut = np.zeros(len(self.person), bool)
        if part.asked_at:
            labels = self.source.wave_labels
            shut |= ~np.isin(self.waves, [c for c in labels if c in part.asked_at or labels[c] in part.asked_at])
        for name, levels in part.asked_of.items():
            if name in self.labels:
                shut |= ~np.isin(self.labels[name].astype(str), list(levels))
        return shut

    def _none_given(self, part: Variable | Scale) -> str:
        named = [code for code, why in part.missing.items() if why in STRUCTURAL and code != BLANK]
        return named[0] if named else ""

    def _exclusions(self) -> None:
        """Nearly all rows stay in."""
        for exclusion in self.study.exclude:
            if (exclusion.in_ or self.study.main) != self.name:
                continue
            for column, codes in exclusion.unless.items():
                self.columns.setdefault(
                    column, np.full(len(self.person), "" if codes[0] == BLANK else codes[0], object)
                )
            for column in exclusion.where:
                self.columns.setdefault(column, np.full(len(self.person), "stand-in", object))

    def _design_and_rest(self) -> None:
        rows, design, rng = len(self.person), self.study.design, self.rng
        if self.name == self.study.main:
            for column, values in (
                (design.weight, np.round(rng.uniform(0.5, 2, rows), 3)),
                (design.strata, rng.integers(1, 11, rows)),
                (design.psu, rng.integers(1, 3, rows)),
                (design.second_cluster, rng.integers(1, 30, rows)),
                (design.cluster, rng.integers(1, 13, rows)),
            ):
                if column and column not in self.study.variables and column not in self.columns:
                    self.columns[column] = values.astype(str).astype(object)
        for column in needed(self.study)[self.name]:
            self.columns.setdefault(column, rng.integers(1, 5, rows).astype(str).astype(object))
        self._domain()

    def _domain(self) -> None:
        """A part of the sample outside the population, where the study file says who was not asked by a code."""
        population = self.study.population
        code = next((c for c, why in self.study.missing.items() if why == NOT_ASKED), None)
        if population is None or population.asked not in self.columns or code is None:
            return
        outside = self.rng.random(len(self.person)) < 0.3
        self.columns[population.asked][outside] = code
