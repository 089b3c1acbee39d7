"""The rebuilt rows: the same bytes every time, and the counts that the paper prints."""

from __future__ import annotations

import csv
import io
import runpy
from collections import Counter
from pathlib import Path

import pytest

from pipeline.study import Study, parse_study

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "data/raw/joo2022"
MISSING = {"age": 1, "gender": 3, "ethnicity": 4, "education": 1, "programme": 2, "role": 0}


@pytest.fixture(scope="module")
def study() -> Study:
    return parse_study((ROOT / "studies/joo2022.yaml").read_text(encoding="utf-8"), "studies/joo2022.yaml")


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((FOLDER / name).read_text(encoding="utf-8"))))


def test_the_generator_writes_these_bytes() -> None:
    made = runpy.run_path(str(FOLDER / "generate.py"))["make"]()
    assert made == {path.name: path.read_bytes() for path in FOLDER.glob("*.csv")}
    assert len(made) == 2


def test_the_margins_are_those_that_the_study_file_has_from_print(study: Study) -> None:
    people = rows("informants.csv")
    assert len(people) == len({row["rebuilt_row"] for row in people}) == 43
    for name, levels in study.tables["informants"].printed.items():
        told = Counter(study.variables[name].codes.get(row[name], "") for row in people)
        assert {level: told[level] for level in levels} == {level: cell[0] for level, cell in levels.items()}
        assert told[""] == MISSING[name]


def test_no_row_is_an_echo_of_its_place() -> None:
    """Variables are taken in strides of their own, so that their printed orders do not run side by side."""
    people = rows("informants.csv")
    names = list(MISSING)
    for one in names:
        for other in names:
            pairs = {(row[one], row[other]) for row in people}
            assert one == other or len(pairs) > max(len({p[0] for p in pairs}), len({p[1] for p in pairs}))


def test_it_says_that_its_rows_are_rebuilt_and_crosses_nothing(study: Study) -> None:
    assert study.made_up == "rows"
    assert not study.models and study.design.cluster is None
    assert all(not table.columns for table in study.tables.values() if table.kind != "programmes")
