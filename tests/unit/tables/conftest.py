"""Made-up people for the tables' tests, drawn as text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import Released, draft
from pipeline.results import Results
from pipeline.study import Study, parse_study
from pipeline.tables.fill import fill
from pipeline.tables.table import Filled, Table

WHY = {"--": "no answer", "ns": "not asked", "na": "not applicable"}
"""How a missing value is drawn."""

DESIGN = ("weight", "strata", "psu", "cluster")
"""Columns of the design; a cluster that is a variable is drawn under its own name."""

HEAD = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cross-sectional survey}
release: {rule: journal}
"""


def _column(study: Study, name: str, drawn: list[str]) -> dict[str, object]:
    """The typed column (or, for choices, columns) of one drawn variable."""
    kind = "number" if name in study.scales else study.variables[name].kind
    if kind in ("number", "count"):
        return {name: np.array([np.nan if w in WHY else float(w) for w in drawn])}
    if kind == "date":
        return {name: pd.to_datetime([None if w in WHY else w for w in drawn]).astype("datetime64[s]")}
    if kind == "choices":
        empty = {"none": ""}
        return {
            f"{name}={level}": np.array(
                [np.nan if w in WHY else float(level in empty.get(w, w).split(",")) for w in drawn]
            )
            for level in study.variables[name].levels
        }
    if kind == "text":
        return {name: drawn}
    values = [None if w in WHY else w for w in drawn]
    return {name: pd.Categorical(values, categories=list(study.variables[name].levels), ordered=kind == "ordered")}


def drawn_frames(study: Study, text: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.Series]:
    """Frame, reasons, keys and domain of one drawn table. Columns ``id``, ``wave`` and ``inside`` are no variables."""
    lines = [line.split() for line in text.strip().splitlines()]
    table = {name: [line[i] for line in lines[1:]] for i, name in enumerate(lines[0])}
    index = pd.Index([f"made-up.csv:{i}" for i in range(2, len(lines) + 1)], name="row")
    typed: dict[str, object] = {}
    reasons: dict[str, list[str]] = {}
    for name, values in table.items():
        if name not in ("id", "wave", "inside", *DESIGN):
            typed |= _column(study, name, values)
            reasons[name] = [WHY.get(v, "") for v in values]
    keys = pd.DataFrame(
        {"id": table["id"], "wave": [w.replace("_", " ") for w in table.get("wave", [""] * len(index))]}, index=index
    )
    for part in (p for p in DESIGN if p in table or getattr(study.design, p) in table):
        drawn = table.get(part) or table[str(getattr(study.design, part))]
        keys[part] = np.array(drawn, dtype=float) if part == "weight" else drawn
    inside = pd.Series([v == "yes" for v in table.get("inside", ["yes"] * len(index))], index=index)
    return pd.DataFrame(typed, index=index), pd.DataFrame(reasons, index=index, dtype="str"), keys, inside


def _made(text: str, head: str = HEAD, **tables: str) -> tuple[Study, People]:
    study = parse_study(head + text, "studies/made_up.yaml")
    found = {name: drawn_frames(study, drawn) for name, drawn in tables.items()}
    parts = [{name: held[i] for name, held in found.items()} for i in range(4)]
    return study, People(parts[0], parts[1], parts[2], parts[3], Results.of([]))


@pytest.fixture(scope="session")
def made() -> Callable[..., tuple[Study, People]]:
    """``made(study_text, people=drawn)``: a study and its people; ``head`` replaces the study's head."""
    return _made


@pytest.fixture(scope="session")
def printed() -> Callable[[Table, Results], Filled]:
    """A table with every number shown exactly."""
    return lambda table, results: fill(table, draft(results))


@pytest.fixture(scope="session")
def cells() -> Callable[[Filled], dict[str, tuple[str, ...]]]:
    """Row label (after its variable's) to cells: ``Age / Mean (SD)``."""

    def found(filled: Filled) -> dict[str, tuple[str, ...]]:
        rows: dict[str, tuple[str, ...]] = {}
        above = ""
        for row in filled.rows:
            above = above if row.indent else row.label
            rows[f"{above} / {row.label}" if row.indent else above] = row.cells
        return rows

    return found


@pytest.fixture(scope="session")
def hiding() -> Callable[..., Released]:
    """Exact numbers of which some keys are withheld."""

    def make(results: Results, *hidden: tuple[str, ...]) -> Released:
        frame = draft(results).frame.copy()
        out = [tuple(k) in {tuple(h) for h in hidden} for k in frame.iloc[:, :6].itertuples(index=False)]
        frame["withheld"] = out
        frame.loc[out, "text"] = "[c]"
        return Released(frame)

    return make
