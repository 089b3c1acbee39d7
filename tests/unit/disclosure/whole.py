"""A study of made-up people from the cells of its file to what is released, all stages at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from pipeline.cleaning import clean, join
from pipeline.disclosure import Released, earlier_release, release
from pipeline.instruments import item_ranges
from pipeline.instruments.scores import score
from pipeline.intake.read import read_cells
from pipeline.models.fit import fit
from pipeline.results import ALL, Key, Results
from pipeline.study import parse_study
from pipeline.tables.exhibits import exhibits
from pipeline.tables.scales import scores_results

HEAD = """
title: Made up
data: {{file: a.csv, id: id{data}}}
design: {{kind: cohort}}
variables:
{variables}
tables:
{tables}
{more}
release: {{rule: journal, below: 5{release}}}
"""
Rows = Sequence[Sequence[object]]


def many(*groups: Sequence[object]) -> list[tuple[object, ...]]:
    """Each row as often as its last value says."""
    return [tuple(group[:-1]) for group in groups for _ in range(int(str(group[-1])))]


def written(variables: str, tables: str, more: str = "", data: str = "", release: str = "") -> str:
    return HEAD.format(variables=variables, tables=tables, more=more, data=data, release=release)


def released(
    text: str, columns: str, rows: Rows, earlier: bytes | None = None, linked: Mapping[str, bytes] | None = None
) -> Released:
    """columns: of the file, beside an ``id`` of a person a row where there is none. linked: other tables' files."""
    names = columns.split()
    if "id" not in names:
        names, rows = ["id", *names], [(i, *row) for i, row in enumerate(rows)]
    lines = [",".join(map(str, row)) for row in (names, *rows)]
    study = parse_study(text, "studies/made_up.yaml")
    files = {study.main: "\n".join(lines).encode(), **(linked or {})}
    cells = {table: read_cells(table, source, [(str(source.file), files[table])], partial(study.at, table))
             for table, source in study.sources.items()}  # fmt: skip
    cleaned = clean(cells, study, item_ranges(study), None)
    scores = score(cleaned, study)
    people = join(cleaned, scores.frames, scores.reasons, study)
    parts = [scores.results, people.results, *(e.results for e in exhibits(people, study).values())]
    parts += [scores_results(people, study), fit(people, study, np.random.default_rng(1)).results]
    sent = earlier_release(earlier, "earlier.csv") if earlier is not None else None
    return release(Results.join(parts), study.release, study, sent)


def seen(found: Released, numbers: Mapping[str, Key]) -> dict[str, float]:
    """Those that are printed."""
    return {name: found.value(key) for name, key in numbers.items() if not found.withheld(key)}


def cell(table: str, term: str, level: str = "", group: str = ALL, statistic: str = "n") -> Key:
    return Key("participants", table, term, level, group, statistic)
