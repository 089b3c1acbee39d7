"""No name in a study file leads out of the workspace, whichever file would be named after it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.errors import Mistakes
from pipeline.files import Workspace, matching
from pipeline.intake.cells import Cells
from pipeline.results import Results
from pipeline.run.quarter import remember
from pipeline.run.stages import open_stage
from pipeline.study import parse_study

REST = "title: X\ndesign: {kind: cohort}\nrelease: {rule: journal}\n"
AWAY = ["../x", "../../../x", "/tmp/x", "a/b", "a\\\\b", "..", "C:x", "~/x"]


@pytest.mark.parametrize("name", AWAY)
def test_a_tables_name_is_a_name_and_no_path(name: str):
    with pytest.raises(Mistakes) as refused:
        parse_study(f'{REST}data: {{"{name}": {{file: a.csv, id: id}}}}\n', "studies/x.yaml")
    assert "can't be a name. Use letters, digits and _, and begin with a letter." in str(refused.value)


@pytest.mark.parametrize("file", ["../x.csv", "a/../../x.csv", "/etc/passwd", "..\\\\x.csv", "C:/x.csv", "~/x.csv"])
def test_a_raw_file_lies_in_its_studys_folder(file: str):
    with pytest.raises(Mistakes) as refused:
        parse_study(f'{REST}data: {{file: "{file}", id: id}}\n', "studies/x.yaml")
    assert "a path stays inside the study's own folder" in str(refused.value)


def test_a_link_in_the_raw_folder_that_leads_out_is_not_read(tmp_path: Path):
    workspace = Workspace.at(tmp_path / "w")
    workspace.raw("x").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("id\n1\n")
    (workspace.raw("x") / "a.csv").symlink_to(tmp_path / "secret.csv")
    workspace.study_file("x").parent.mkdir()
    workspace.study_file("x").write_text(f"{REST}data: {{file: a.csv, id: id}}\n")
    for pattern in ("a.csv", "*.csv"):
        with pytest.raises(Mistakes, match="leads out of its folder"):
            matching(workspace.raw("x"), pattern)
    with pytest.raises(Mistakes, match="leads out of its folder"):
        open_stage("x", str(workspace.root), "01_clean").cells()


def test_a_raw_folder_that_is_a_link_out_of_the_workspace_is_not_read(tmp_path: Path):
    workspace = Workspace.at(tmp_path / "w")
    workspace.raw("x").parent.mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/a.csv").write_text("id\n1\n")
    workspace.raw("x").symlink_to(tmp_path / "elsewhere")
    for pattern in ("a.csv", "*.csv"):
        with pytest.raises(Mistakes, match="leads out of its folder"):
            matching(workspace.raw("x"), pattern)


def test_what_a_run_remembers_lies_in_the_studys_own_folder(tmp_path: Path):
    workspace = Workspace.at(tmp_path)
    study = parse_study(f"{REST}data: {{a_table: {{file: a.csv, id: id}}}}\n", "studies/x.yaml")
    workspace.study_file("x").parent.mkdir()
    workspace.study_file("x").write_text("x")
    cells = {"a_table": Cells("a_table", pd.DataFrame({"id": ["1"]}, dtype="str"))}
    remember(workspace, study, cells, Results.of([]))
    made = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()} - {"studies/x.yaml"}
    last = "data/processed/x/last_run"
    names = ("a_table.json", "a_table.parquet", "results_full.csv", "study.yaml")
    assert made == {f"{last}/{name}" for name in names}
