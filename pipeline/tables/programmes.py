"""The table of programmes: what each of them is, in ticks, and how many people and sessions it has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes
from pipeline.results import NOBODY, Key, Number, Results, Sentence, literal
from pipeline.study import Study
from pipeline.study.check_described import programme_of
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.groups import STATES, Base, Members, base, by_variable
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.words import inside_sentence, label_of, spoken, wave_labels

KIND = "programmes"
STUB = "Characteristic"
INFERRED = "Inferred"
TICKS = "A tick: the programme has it."
SEVERAL = "{} for several programmes: a tick says that at least one of them has it"
BRACKETS = ", in brackets where it was inferred for each that has it"
STATED = "As its source states it; a tick in brackets was inferred."


@dataclass(frozen=True)
class Described:
    """name: the table's. of: the raw table of programmes, at: its rows for each column of ``columns``: several
    where programmes share a label."""

    name: str
    study: Study
    people: People
    of: str
    columns: Sequence[Members]
    at: Sequence[Sequence[int]]

    def key(self, term: str, level: str, group: Members, statistic: str) -> Key:
        return Key(KIND, self.name, term, level, group.path, statistic)

    @property
    def rows(self) -> list[int]:
        """The rows of all columns, one column's after the other's."""
        return [row for rows in self.at for row in rows]

    @property
    def frame(self) -> pd.DataFrame:
        return self.people.frames[self.of].iloc[self.rows]

    @property
    def reasons(self) -> pd.DataFrame:
        return self.people.reasons[self.of].iloc[self.rows]

    @property
    def shared(self) -> list[Members]:
        """The columns that stand for several programmes."""
        ids = self.people.keys[self.of]["id"]
        return [g for g, rows in zip(self.columns, self.at, strict=True) if ids.iloc[list(rows)].nunique() > 1]

    def any_of(self, has: np.ndarray) -> np.ndarray:
        """(levels, rows) -> (levels, columns): whether any row of the column has the level."""
        column = np.repeat(np.arange(len(self.at)), [len(rows) for rows in self.at])
        return np.stack([has[:, column == i].any(axis=1) for i in range(len(self.at))], axis=1)


def programmes(people: People, study: Study, name: str) -> Exhibit:
    """The table ``name`` of the study file: a column a programme, a line a level with a tick where it has that.

    Numbers (kind ``programmes``, group ``<variable>=<programme>``): ``n`` people in the head; ``tick`` of term and
    level, 1 or 0, and ``inferred`` beside it where the study file names what says so; ``rows`` of each raw table that
    is a row of this one. Raises ``Mistakes`` where a programme of people has no row in the table of programmes.
    """
    spec = study.tables[name]
    by, of = programme_of(study, spec) or "", spec.of or ""
    held = _people(people, study, by, spec.wave)
    groups = by_variable(held, study, by)
    known = [g for g in groups if g.label not in STATES]
    sheet = Described(name, study, people, of, known, _places(people, study, name, by, known))
    numbers = [Number(sheet.key("", "", g, "n"), g.n, g.n) for g in groups]
    rows: list[Row] = []
    for row in spec.shown:
        found, lines = (_counted if row in study.sources else _ticked)(sheet, row)
        numbers += found
        rows += lines
    columns = tuple(Column(g.path, g.label, sheet.key("", "", g, "n"), spanner=label_of(study, by)) for g in known)
    notes = (*_notes(sheet, rows), *_without(sheet, groups, by), *_at(study, held, spec.wave))
    title = spec.title or spoken(name)
    return Exhibit(Results.of(numbers), Table(KIND, name, title, columns, tuple(rows), notes, STUB))


def _people(people: People, study: Study, by: str, wave: str | None) -> Base:
    """Everyone of the table that holds the programme's variable, at one wave where there are waves."""
    table = study.source_of(by)
    waves = wave_labels(study.sources[table])
    return base(people, table, waves[wave] if wave is not None else next(iter(waves.values()), ""))


def _places(people: People, study: Study, name: str, by: str, known: Sequence[Members]) -> list[list[int]]:
    """Where the rows of each column stand: a row's id is the code, or the label, of the people's variable."""
    spec = study.tables[name]
    found: dict[str, list[int]] = {}
    for at, row in enumerate(people.keys[spec.of or ""]["id"]):
        found.setdefault(_label(study, by, row), []).append(at)
    lost = [g.label for g in known if g.label not in found]
    if lost:
        what = f"{', '.join(lost)}: no row of '{spec.of}' has this id."
        raise Mistakes.one(study.where("tables", name, "of"), what, "Add the row, or leave the level out.")
    return [found[g.label] for g in known]


def _label(study: Study, by: str, row: str) -> str:
    """The level to which the programme with this id belongs, also where ``regroup`` puts several into one."""
    variable = study.variables[by]
    if variable.derive is None or variable.derive.regroup is None:
        return variable.codes.get(row, row)
    old = _label(study, variable.derive.regroup, row)
    return next((new for new, olds in variable.derive.into.items() if old in olds), old)


def _ticked(sheet: Described, name: str) -> tuple[list[Number], list[Row]]:
    """A heading, a line a level that any programme has, and a line for each way of having no value.

    A tick of several programmes counts as inferred where it was for each that has it: one source says that it is so.
    """
    levels, ticks = _ticks(sheet, name)
    basis = sheet.study.tables[sheet.name].basis.get(name)
    inferred = (sheet.frame[basis] == INFERRED).to_numpy(dtype=bool) if basis else np.zeros(len(sheet.rows), bool)
    rows = [Row(label_of(sheet.study, name), name)]
    numbers: list[Number] = []
    for level, has, stated in zip(levels, sheet.any_of(ticks), sheet.any_of(ticks & ~inferred), strict=True):
        if not has.any():
            continue
        form = "tick_inferred" if basis else "tick"
        rows.append(Row(level, name, level, form, "missing" if level in STATES else "level", 1))
        for group, yes, guessed in zip(sheet.columns, has, has & ~stated, strict=True):
            numbers.append(Number(sheet.key(name, level, group, "tick"), float(yes), NOBODY, 0))
            if basis:
                numbers.append(Number(sheet.key(name, level, group, "inferred"), float(guessed), NOBODY, 0))
    return numbers, rows


def _ticks(sheet: Described, name: str) -> tuple[tuple[str, ...], np.ndarray]:
    """Levels in declared order, then the reasons why there is none; which row has which: (levels, rows)."""
    labels, frame = sheet.study.levels_of(name), sheet.frame
    if sheet.study.kind_of(name) == "choices":
        drawn = frame[[f"{name}={label}" for label in labels]].to_numpy(dtype=float)
        missing, ticks = np.isnan(drawn).all(axis=1), drawn.T == 1
    else:
        missing = frame[name].isna().to_numpy()
        ticks = np.stack([(frame[name] == label).to_numpy(dtype=bool) for label in labels])
    why = sheet.reasons[name].where(missing, "") if name in sheet.reasons else pd.Series([""] * len(missing))
    reasons = list(dict.fromkeys(r for r in why if r))
    words = tuple(r[:1].upper() + r[1:] for r in reasons)
    without = [(why == r).to_numpy(dtype=bool) for r in reasons]
    return (*labels, *words), np.vstack([ticks, *without])


def _counted(sheet: Described, table: str) -> tuple[list[Number], list[Row]]:
    """Rows of a raw table in each programme, by way of the people or rows that they belong to.

    All of them stand on as few people as the least: if one must be withheld, all are, for they add up in the flow.
    """
    by = programme_of(sheet.study, sheet.study.tables[sheet.name]) or ""
    keys = sheet.people.keys[table]
    inside = sheet.people.domain[table].to_numpy(dtype=bool)
    of = sheet.people.frames[table][by].astype("str").to_numpy()
    who = next((c for c in keys if c.startswith(("parent.", "by.")) and not c.endswith(f".{sheet.of}")), "id")
    held = [inside & (of == g.label) for g in sheet.columns]
    behind = [keys.loc[mask, who].nunique() for mask in held]
    least = min((n for n in behind if n), default=0)
    numbers = [
        Number(sheet.key(table, "", g, "rows"), int(mask.sum()), least)
        for g, mask in zip(sheet.columns, held, strict=True)
    ]
    return numbers, [Row(spoken(sheet.study.sources[table].unit), table, form="rows")]


def _notes(sheet: Described, rows: Sequence[Row]) -> Iterator[Sentence]:
    inferred = any(r.form == "tick_inferred" for r in rows)
    yield Sentence(f"{TICKS} {STATED}" if inferred else TICKS)
    if shared := [literal(g.label) for g in sheet.shared]:
        stand = f"{' and '.join(shared)} {'stands' if len(shared) == 1 else 'each stand'}"
        yield Sentence(f"{SEVERAL.format(stand)}{BRACKETS if inferred else ''}.")


def _without(sheet: Described, groups: Sequence[Members], by: str) -> Iterator[Sentence]:
    """Who stands in no column."""
    lost = [g for g in groups if g.label in STATES]
    if lost:
        keys = {f"n{i}": sheet.key("", "", g, "n") for i, g in enumerate(lost)}
        counts = ", ".join(f"{g.label.lower()} {{n{i}}}" for i, g in enumerate(lost))
        label = literal(inside_sentence(label_of(sheet.study, by)))
        yield Sentence(f"In no column: those without a value for {label} ({counts}).", keys)


def _at(study: Study, held: Base, wave: str | None) -> Iterator[Sentence]:
    waves = wave_labels(study.sources[held.table])
    if waves:
        at = waves[wave] if wave is not None else f"{next(iter(waves.values()))}, the first wave"
        yield Sentence(literal(f"n: {study.sources[held.table].unit} at {at}; all else: at any time."))
