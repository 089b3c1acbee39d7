"""Reads the made-up study's files without the pipeline, and makes its generator importable."""

from __future__ import annotations

import csv
import importlib
import io
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

STUDY = Path(__file__).parents[3] / "data" / "raw" / "bridges"
FIRST, SECOND = "exports/bridges_2025q3.csv", "next_quarter/bridges_2025q4.csv"
SCALES = {  # column stem, items, what is added to an exported answer, how many may be missing
    "support": ("mspss", 12, 0, 0),
    "loneliness": ("ucla", 3, 0, 0),
    "depression": ("phq", 9, 0, 2),
    "self_efficacy": ("gse", 10, 1, 3),
}


def items(scale: str) -> list[str]:
    stem, number, _, _ = SCALES[scale]
    return [f"{stem}_{n}" for n in range(1, number + 1)]


def read_export(path: str) -> tuple[list[list[str]], pd.DataFrame]:
    """The three header rows, and the responses as text."""
    text = (STUDY / path).read_bytes().decode("utf-8-sig")
    head_and_rows = list(csv.reader(io.StringIO(text, newline="")))
    return head_and_rows[:3], pd.DataFrame(head_and_rows[3:], columns=head_and_rows[0], dtype=str)


def exclude(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The exclusions of the README, in its order."""
    left: dict[str, int] = {}
    for reason, out in (
        ("test_rows", lambda d: d["Status"] == "Survey Preview"),
        ("no_consent", lambda d: d["consent"] != "1"),
        ("incomplete", lambda d: d["Finished"] == "False"),
        ("duplicates", lambda d: d.duplicated(["participant", "wave"], keep="last")),
    ):
        gone = out(rows)
        left[reason] = int(gone.sum())
        rows = rows[~gone]
    return rows.reset_index(drop=True), left


def score(rows: pd.DataFrame, scale: str) -> pd.Series:
    """Sum (support: mean) with the person's mean for as many missing items as are allowed."""
    _, number, shift, allowed = SCALES[scale]
    answers = rows[items(scale)].replace("-99", np.nan).astype(float) + shift
    total = answers.mean(axis=1).where(answers.isna().sum(axis=1) <= allowed) * number
    return total / number if scale == "support" else total


def frame(rows: pd.DataFrame) -> pd.DataFrame:
    """What the models need, one row a response; a missing answer is NaN."""
    out = pd.DataFrame({scale: score(rows, scale) for scale in SCALES})
    out["age"] = pd.to_numeric(rows["age"].replace({"-99": None, "rather not say": None, "999": None}))
    for level in ("1", "3"):
        out[f"gender_{level}"] = (rows["gender"] == level).astype(float).where(rows["gender"] != "-99")
    for level in ("2", "3"):
        out[f"role_{level}"] = (rows["role"] == level).astype(float)
    return pd.concat([out, rows[["participant", "wave", "programme"]]], axis=1)


def read_encounters() -> pd.DataFrame:
    text = (STUDY / "encounters.csv").read_bytes().decode("cp1252")
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    return pd.DataFrame(rows, columns=head, dtype=str)


@pytest.fixture(scope="session")
def bridges() -> SimpleNamespace:
    """Where the study lies, and how its files are read here."""
    return SimpleNamespace(
        folder=STUDY,
        first=FIRST,
        second=SECOND,
        scales=SCALES,
        items=items,
        read_export=read_export,
        exclude=exclude,
        score=score,
        frame=frame,
    )


@pytest.fixture(scope="session")
def told() -> dict[str, Any]:
    return YAML(typ="safe").load((STUDY / "truth.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def first() -> pd.DataFrame:
    return read_export(FIRST)[1]


@pytest.fixture(scope="session")
def kept(first: pd.DataFrame) -> pd.DataFrame:
    return exclude(first)[0]


@pytest.fixture(scope="session")
def second() -> pd.DataFrame:
    return read_export(SECOND)[1]


@pytest.fixture(scope="session")
def encounters() -> pd.DataFrame:
    return read_encounters()


@pytest.fixture(scope="module")
def made() -> Any:
    """The generator's own module; it leaves no trace in ``sys``."""
    before, no_bytecode = list(sys.path), sys.dont_write_bytecode
    sys.path.insert(0, str(STUDY))
    sys.dont_write_bytecode = True
    yield importlib.import_module("made_up.study")
    sys.path[:], sys.dont_write_bytecode = before, no_bytecode
    for name in [name for name in sys.modules if name.split(".")[0] == "made_up"]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def clean(made: Any) -> pd.DataFrame:
    """Everybody's true scores at every wave: nothing missing, nobody lost."""
    cast = made.cast()
    core = cast.people.core()
    parts = []
    for w in range(3):
        part = pd.DataFrame({scale: cast.scores.total[scale][w, core] for scale in SCALES})
        part["support"] = part["support"] / 12
        part["age"], part["hours"] = cast.people.age_at(w + 1)[core], cast.hours[w, core]
        for name, values, levels in (("gender", cast.people.gender, (1, 3)), ("role", cast.people.role, (2, 3))):
            for level in levels:
                part[f"{name}_{level}"] = (values[core] == level).astype(float)
        parts.append(part.assign(wave=str(w + 1), programme=cast.people.programme[core]))
    return pd.concat(parts, ignore_index=True)
