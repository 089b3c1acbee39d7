"""Made-up people for the models' tests, drawn as tables."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.results import Results
from pipeline.study import Study, parse_study

HEAD = """
title: Made up
data: {file: made-up.csv, id: person}
release: {rule: journal}
variables:
  arm: {codes: {a: Usual, b: Peer}}
  well: {codes: {y: Well, n: Unwell}}
  site: {codes: {p: North, q: South, r: West}}
  kinds: {type: choices, codes: {1: Talk, 2: Visits}}
  score: {type: number}
  age: {type: number, unit: years}
  born: {type: number}
  programme: {type: text}
  note: {type: text}
"""


@pytest.fixture
def study() -> Callable[..., Study]:
    """A study of the variables above: ``study("{kind: …}", model="{…}")``; ``swap`` edits the head."""

    def make(design: str = "{kind: cross-sectional survey}", swap: tuple[str, str] = ("", ""), **models: str) -> Study:
        head = HEAD.replace(*swap) if swap[0] else HEAD
        text = f"{head}design: {design}\nmodels:\n" + "".join(f"  {name}: {spec}\n" for name, spec in models.items())
        return parse_study(text, "studies/made_up.yaml")

    return make


def _frame(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    typed = {}
    for name, held in table.items():
        variable = study.variables.get(str(name))
        if variable is not None and variable.kind in ("category", "ordered"):
            typed[name] = pd.Categorical(held, categories=list(variable.levels), ordered=variable.kind == "ordered")
        else:
            typed[name] = held
    return pd.DataFrame(typed, index=table.index)


@pytest.fixture
def people() -> Callable[..., People]:
    """``people(study, table, cluster=…, weight=…)``: keyword lists become key columns; ``domain`` the population.

    ``also`` holds further tables, ``also_keys`` their key columns.
    """

    def make(
        study: Study,
        table: pd.DataFrame,
        domain: list[bool] | None = None,
        also: dict[str, pd.DataFrame] | None = None,
        also_keys: dict[str, dict[str, list[str]]] | None = None,
        main: str | None = None,
        **keys: object,
    ) -> People:
        main = main or study.main
        frames, reasons, held, domains = {}, {}, {}, {}
        for name, one in {main: table, **(also or {})}.items():
            frames[name] = _frame(one, study)
            bare = {n.split("=")[0]: frames[name][n] for n in frames[name]}
            reasons[name] = pd.DataFrame(
                {n: np.where(c.isna(), "no answer", "") for n, c in bare.items()}, index=one.index
            )
            columns = keys if name == main else (also_keys or {}).get(name, {})
            held[name] = pd.DataFrame(
                {"id": [f"p{i}" for i in range(len(one))], "wave": "", **columns}, index=one.index
            )
            domains[name] = pd.Series(True if name != main or domain is None else domain, index=one.index)
        return People(frames, reasons, held, domains, Results.of([]))

    return make
