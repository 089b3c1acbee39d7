"""This quarter against the last: what is remembered, what counts, and that nothing of it leaves data/."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.files import Workspace
from pipeline.intake.cells import Cells
from pipeline.results import Key, Number, Results
from pipeline.run.quarter import coded_columns, export_changes, last_run, recoded, remember, told, used_columns
from pipeline.study import parse_study

STUDY = """\
title: Made up
data:
  people: {file: a.csv, id: id, wave: wave, waves: {1: Start, 2: End}}
  visits: {file: b.csv, id: visit, parent: {people: who}}
design: {kind: cohort, cluster: site}
exclude: [{where: {status: [test]}, because: test rows}]
variables:
  sex: {codes: {1: Women, 2: Men}}
  kinds: {type: choices, columns: {k1: One, k2: Two}}
  minutes: {in: visits, from: mins, type: number}
  dose: {derive: {from: visits, take: sum, of: minutes, by: who, none: 0}}
scales:
  mood: {items: [m1, m2], range: 0-3, score: sum, max_missing: 0}
release: {rule: journal}
"""


@pytest.fixture
def study():
    return parse_study(STUDY, "studies/x.yaml")


def cells(**columns: list[str]) -> dict[str, Cells]:
    frame = pd.DataFrame({"id": ["1", "1", "2"], "wave": ["1", "2", "1"], **columns}, dtype="str")
    return {"people": Cells("people", frame, labels={"sex": "Sex?"})}


def test_columns_that_the_study_file_reads(study):
    assert used_columns(study, "people") == {"sex", "k1", "k2", "m1", "m2", "site", "status"}
    assert coded_columns(study, "people") == {"sex", "k1", "k2", "m1", "m2"}
    assert coded_columns(study, "visits") == set(), "minutes are numbers: a new one is no code"
    assert used_columns(study, "visits") == {"mins", "site", "who", "minutes"}


def test_what_a_run_read_comes_back_as_it_was(tmp_path, study):
    workspace = Workspace.at(tmp_path)
    assert last_run(workspace, study) is None
    (tmp_path / "studies").mkdir()
    workspace.study_file("x").write_text(STUDY)
    results = Results.of([Number(Key("flow", "people", "read", statistic="rows"), 1 / 3, 3)])
    read = cells(sex=["1", "", "None"])
    remember(workspace, study, read, results)
    found = last_run(workspace, study)
    assert found is not None
    pd.testing.assert_frame_equal(found.cells["people"].text, read["people"].text)
    assert found.cells["people"].labels == {"sex": "Sex?"}
    assert found.results.get(Key("flow", "people", "read", statistic="rows")) == 1 / 3
    written = {p.relative_to(tmp_path).parts[:3] for p in tmp_path.rglob("*") if p.is_file()}
    assert written == {("data", "processed", "x"), ("studies", "x.yaml")}


def test_a_name_in_a_column_that_nobody_declared_is_not_printed(study):
    changes = export_changes(
        study,
        cells(sex=["1", "1", "2"], name=["Ada", "Ada", "Bo"]),
        cells(sex=["1", "1", "9"], name=["Ada", "Ada", "Cy"]),
    )
    assert told(changes) == [
        "people: 2 earlier answers changed: sex (1), name (1)",
        "people: new code in sex: 9",
        "people: code gone in sex: 2",
    ]


def test_only_answers_that_the_study_reads_count_as_recoded(study):
    before = cells(sex=["1", "1", "2"], note=["a", "b", "c"])
    now = cells(sex=["1", "2", "2"], note=["a", "x", "y"])
    changes = export_changes(study, before, now)
    assert recoded(study, changes) == 1
    assert told(changes) == ["people: 3 earlier answers changed: sex (1), note (2)"]
