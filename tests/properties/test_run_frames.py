"""What a stage writes is what the next one reads: types, levels and their order, reasons, dates, NaN and blanks."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.cleaned import CHANGES, FLOW, RULES, Cleaned, Flow, Ledger, People
from pipeline.results import Key, Number, Results, Sentence
from pipeline.run.frames import load_cleaned, load_people, save_cleaned, save_people

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)
numbers = st.floats(allow_infinity=False) | st.just(float("nan"))
dates = st.none() | st.dates().map(lambda day: np.datetime64(day, "s"))


@st.composite
def columns(draw: st.DrawFn, rows: int) -> dict[str, pd.Series]:
    """One column of each kind that cleaning makes."""

    def some(values: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(values, min_size=rows, max_size=rows))

    levels = draw(st.lists(words, min_size=1, max_size=4, unique=True))
    codes = some(st.integers(-1, len(levels) - 1))
    return {
        "number": pd.Series(some(numbers), dtype="float64"),
        "category": pd.Series(pd.Categorical.from_codes(codes, levels, ordered=draw(st.booleans()))),
        "choice=a": pd.Series(some(st.sampled_from([0.0, 1.0, float("nan")])), dtype="float64"),
        "date": pd.Series(np.array(some(dates), dtype="datetime64[s]")),
        "text": pd.Series(some(st.none() | words), dtype="str"),
        "reason": pd.Series(some(words), dtype="str"),
        "inside": pd.Series(some(st.booleans()), dtype="bool"),
    }


@st.composite
def frames(draw: st.DrawFn) -> dict[str, pd.DataFrame]:
    """Tables by names that a study file may give them."""
    made = {}
    for name in draw(
        st.lists(st.sampled_from(["people", "../x", "Besuche é", "a/b", "CON", "."]), max_size=2, unique=True)
    ):
        rows = draw(st.integers(0, 4))
        index = pd.Index([f"people.csv:{n}" for n in range(rows)], name="row", dtype="str")
        made[name] = pd.DataFrame(draw(columns(rows))).set_axis(index)
    return made


def alike(one: Any, two: Any) -> None:
    """Equal to the last type; a field that is new and forgotten on the way fails here."""
    assert type(one) is type(two)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, two)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, two)
    elif isinstance(one, dict):
        assert list(one) == list(two)
        for key in one:
            alike(one[key], two[key])
    elif isinstance(one, Results):
        alike(one.frame, two.frame)
    elif isinstance(one, (Cleaned, People, Ledger, Flow)):
        for each in fields(one):
            alike(getattr(one, each.name), getattr(two, each.name))
    else:
        assert one == two


def domain(tables: dict[str, pd.DataFrame]) -> dict[str, pd.Series]:
    return {name: frame["inside"].rename(None) for name, frame in tables.items()}


@settings(max_examples=30)  # every file is flushed to the disk
@given(frames())
def test_cleaned_responses_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, pd.DataFrame]
):
    folder = tmp_path_factory.mktemp("tried") / "stage"
    changes = pd.DataFrame([["people", "1", "age", "-99", "", "code -99 is missing"]], columns=CHANGES, dtype="str")
    rules = pd.DataFrame({c: ["a"] for c in RULES} | {"cells": [3]})
    steps = pd.DataFrame({c: ["a"] for c in FLOW} | dict.fromkeys(["rows", "people", "clusters"], [3]))
    cleaned = Cleaned(tables, tables, tables, domain(tables), Ledger(changes, rules), Flow(steps))
    save_cleaned(folder, cleaned)
    alike(load_cleaned(folder), cleaned)
    assert all(p.is_relative_to(folder) for p in folder.parent.rglob("*.parquet"))


@settings(max_examples=30)
@given(frames(), st.lists(numbers, max_size=3))
def test_people_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, tables: dict[str, pd.DataFrame], values: list[float]
):
    keys = [Key("quality", "missingness", f"age {place}") for place, _ in enumerate(values)]
    results = Results.of(Number(key, value, 3, None, True) for key, value in zip(keys, values, strict=True))
    remarks = tuple(Sentence("{n} of {{all}}", {"n": key}) for key in keys)
    people = People(tables, tables, tables, domain(tables), results, remarks)
    folder = tmp_path_factory.mktemp("tried") / "stage"
    save_people(folder, people)
    alike(load_people(folder), people)


def test_the_same_values_give_the_same_bytes(tmp_path: Path):
    frame = pd.DataFrame(
        {"inside": [True], "text": pd.Series(["a"], dtype="str")}, index=pd.Index(["1"], name="row", dtype="str")
    )
    people = People({"p": frame}, {"p": frame}, {"p": frame}, {"p": frame["inside"].rename(None)}, Results.of([]))
    for name in ("one", "two"):
        save_people(tmp_path / name, people)
    written = [
        {p.relative_to(tmp_path / n).as_posix(): p.read_bytes() for p in (tmp_path / n).rglob("*") if p.is_file()}
        for n in ("one", "two")
    ]
    assert written[0] == written[1] and len(written[0]) == 7
