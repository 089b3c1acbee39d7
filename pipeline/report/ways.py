"""The way back of every number: the stage and notebook cell that made it, and the raw columns that it follows from.

One way for each kind, name and term of results. The stage is known from the stage's own ``results.csv``; the inputs
follow from the study file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.cleaning.missingness import TOGETHER as ANSWERS
from pipeline.report.inputs import Inputs, inputs_of, joined, rows_of
from pipeline.results import Key, parts_of
from pipeline.study import Study
from pipeline.study.format import CODED
from pipeline.tables.cascade import KIND as CASCADE

About = tuple[str, str, str]
"""The first three words of a key: kind, name, term."""


@dataclass(frozen=True)
class Cell:
    """A notebook's cell. number: from 1, all cells counted; 0 where none could be told. code: its source, "" where it
    is not shown."""

    number: int
    code: str = ""


@dataclass(frozen=True)
class Way:
    """of: variables and scales; rows: the raw table whose rows were counted; files: study files that state it."""

    stage: str
    of: tuple[str, ...] = ()
    rows: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ways:
    """numbers: in the order of results. cells: by stage. raw: table -> its files under ``data/raw/<study>/``."""

    study: str
    numbers: Mapping[About, Way] = field(default_factory=dict)
    cells: Mapping[str, Cell] = field(default_factory=dict)
    raw: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    declared: Mapping[str, Inputs] = field(default_factory=dict)
    rows: Mapping[str, Inputs] = field(default_factory=dict)

    def inputs(self, way: Way) -> Inputs:
        """Every raw column that a number follows from."""
        found = [self.declared[name] for name in way.of]
        return joined([*found, *([self.rows[way.rows]] if way.rows else [])])

    def to_dict(self) -> dict[str, Any]:
        """For the manifest: each declaration's columns once, and for each number the names that it is made of."""
        numbers: dict[str, Any] = {}
        for (kind, name, term), way in self.numbers.items():
            held = {"stage": way.stage, "of": list(way.of), "rows": way.rows, "files": list(way.files)}
            numbers.setdefault(kind, {}).setdefault(name, {})[term] = {k: v for k, v in held.items() if v}
        return {
            "cells": {stage: cell.number for stage, cell in self.cells.items()},
            "raw": {table: list(files) for table, files in self.raw.items()},
            "rows": {table: inputs.to_dict() for table, inputs in self.rows.items()},
            "declared": {name: inputs.to_dict() for name, inputs in self.declared.items()},
            "numbers": numbers,
        }


def ways_of(
    study: Study,
    made: Mapping[str, Iterable[Key]],
    cells: Mapping[str, Cell],
    raw: Mapping[str, tuple[str, ...]],
) -> Ways:
    """made: the keys of each stage's own results, in the order of the stages."""
    groups: dict[About, dict[str, None]] = {}
    stages: dict[About, str] = {}
    for stage, keys in made.items():
        for key in keys:
            about = (key.kind, key.name, key.term)
            stages.setdefault(about, stage)
            found = groups.setdefault(about, {})
            found.update(dict.fromkeys(name for name, level in parts_of(key.group) if level))
    numbers = {about: _way(study, about, stages[about], groups[about]) for about in sorted(groups)}
    named = sorted({name for way in numbers.values() for name in way.of})
    declared = {name: inputs_of(study, name, _home(study, numbers, name)) for name in named}
    used = {stage: cells[stage] for stage in made if stage in stages.values() and stage in cells}
    return Ways(study.name, numbers, used, raw, declared, {table: rows_of(study, table) for table in study.sources})


def _coded(study: Study, name: str) -> Iterator[str]:
    """The files of coded interviews that an output is made from; none of what a study file states by itself."""
    said = study.interviews
    if said is None or said.coded is None or name == "interviews" or name in study.tables:
        return
    if name not in said.tables or said.tables[name].form != "printed":
        yield from (f"data/raw/{study.name}/{file}" for file in said.coded.file)


def _home(study: Study, numbers: Mapping[About, Way], name: str) -> str:
    """The table of a raw column that only the design or a model names."""
    return next((way.rows for way in numbers.values() if name in way.of and way.rows), study.main)


def _way(study: Study, about: About, stage: str, groups: Iterable[str]) -> Way:
    kind, name, term = about
    table, files = study.tables.get(name), tuple[str, ...]()
    if kind in ("themes", "agreement", "saturation") or (kind, name) == ("flow", CODED):
        others = table.studies if table is not None and table.kind == "studies" else ()
        stated = [f"studies/{study}.yaml" for study in (others or (study.name,))]
        return Way(stage, files=(*_coded(study, name), *stated))
    found, rows = list(_named(study, kind, name)), study.main
    if kind == "flow":
        rows = name if name in study.sources else rows
    elif kind in ("model", "mediation") and name in study.models:
        rows = study.models[name].of or rows
    elif kind in ("scale", "reliability") and name in study.scales:
        rows = study.source_of(name)
        if kind == "scale" and not term and study.design.weight:  # a histogram counts people
            found.append(study.design.weight)
    elif kind == CASCADE and name in study.cascades:
        rows = study.cascades[name].of or rows
    elif table is not None:
        rows = table.of or rows
        files = (f"studies/{study.name}.yaml",) if table.printed else ()  # what a paper prints is declared there
    elif _declared(study, term) and term not in study.sources:
        rows = study.source_of(term)
    found += [word for word in (term, *groups) if _declared(study, word)]
    return Way(stage, tuple(dict.fromkeys(found)), rows, files)


def _declared(study: Study, word: str) -> bool:
    return word in study.variables or word in study.scales or (word in study.sources and word != study.main)


def _named(study: Study, kind: str, name: str) -> Iterator[str]:
    """The variables and scales that stand behind every number of an output, whatever its term."""
    design, table = study.design, study.tables.get(name)
    survey = [part for part in (design.weight, design.strata, design.psu) if part]
    if kind in ("model", "mediation") and name in study.models:
        yield from study.models[name].used
        yield from (part for part in (study.models[name].cluster or design.cluster, design.second_cluster) if part)
        yield from survey
    elif kind in ("scale", "reliability") and name in study.scales:
        yield name
    elif table is not None and kind in ("participants", "programmes"):
        yield from table.columns
        yield from survey if table.weighted is not False else ()
    elif kind == CASCADE and name in study.cascades:
        yield from (*study.cascades[name].variables, *filter(None, [study.cascades[name].by]))
    elif kind == "quality" and name == ANSWERS:
        yield from (each for each in (*study.variables, *study.scales) if study.source_of(each) == study.main)
