"""A study without data: two stages, no raw data to depend on; and one that compares others depends on their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import Mistakes, StageFailed
from pipeline.files import Workspace
from pipeline.run.dvc import depends_on
from pipeline.run.names import CLEAN, REPORT, THEMES, needs, stages_of
from pipeline.run.stages import open_stage
from pipeline.run.status import check_lines
from pipeline.run.studies import read_study, with_compared

FACTS = "title: Told\ndesign: {kind: interviews}\nrelease: {rule: none, because: made up}\ninterviews: {total: 4}\n"
SIDE_BY_SIDE = (
    "title: Both\ndesign: {kind: interviews}\nrelease: {rule: none, because: made up}\n"
    "tables: {both: {kind: studies, studies: [tiny, told], rows: [people]}}\n"
)


@pytest.fixture
def workspace(folder: Path) -> Workspace:
    (folder / "studies/told.yaml").write_text(FACTS)
    (folder / "studies/both.yaml").write_text(SIDE_BY_SIDE)
    return Workspace.at(folder)


def test_it_runs_what_is_declared_and_the_report(workspace: Workspace) -> None:
    stages = stages_of(workspace, "told")
    assert stages == [THEMES, REPORT]
    assert needs(REPORT, stages) == [THEMES]
    assert not any(path.startswith("data/raw") for path in depends_on(workspace, "told", REPORT))
    assert stages_of(workspace, "tiny")[0] == CLEAN


def test_a_broken_study_file_is_taken_for_one_with_data(workspace: Workspace) -> None:
    workspace.study_file("told").write_text("title: [")
    assert stages_of(workspace, "told")[0] == CLEAN


def test_an_analysts_own_stage_reads_what_there_is(workspace: Workspace) -> None:
    own = workspace.root / "studies/told/notebooks"
    own.mkdir(parents=True)
    (own / "more.ipynb").write_text("{}")
    stages = stages_of(workspace, "told")
    assert (stages, needs("more", stages)) == ([THEMES, "more", REPORT], [THEMES])


def test_whoever_compares_studies_is_stale_when_their_files_change(workspace: Workspace) -> None:
    for stage in (THEMES, REPORT):
        assert {"studies/tiny.yaml", "studies/told.yaml"} <= set(depends_on(workspace, "both", stage))
    found = open_stage("both", str(workspace.root), THEMES).compared()
    assert {name: study.title for name, study in found.items()} == {"tiny": "Tiny", "told": "Told"}


def test_studies_come_with_those_that_they_compare_and_theirs_each_once(workspace: Workspace) -> None:
    around = SIDE_BY_SIDE.replace("tiny, told", "both, around")
    workspace.study_file("around").write_text(around)
    found = with_compared(workspace, read_study(workspace, "around"))
    assert [study.name for study in found] == ["around", "both", "tiny", "told"]


def test_a_study_that_is_not_there_cannot_be_compared(workspace: Workspace) -> None:
    workspace.study_file("both").write_text(SIDE_BY_SIDE.replace("told", "tod"))
    with pytest.raises(Mistakes) as caught:
        read_study(workspace, "both")
    told = "studies/both.yaml:4  tables.both.studies: there is no studies/tod.yaml. Did you mean 'told'?"
    assert str(caught.value) == told


def test_its_first_notebook_says_where_to_begin(workspace: Workspace) -> None:
    with pytest.raises(StageFailed, match=r"^studies/told\.yaml has no data; its first stage is 05_themes\.$"):
        open_stage("told", str(workspace.root), CLEAN).cells()
    assert open_stage("told", str(workspace.root), REPORT).cells() == {}


def test_a_check_says_that_there_are_no_data(workspace: Workspace) -> None:
    assert check_lines(workspace, "told") == [
        "studies/told.yaml is in order: 0 variables, 0 scales, 0 tables, 0 models.",
        "It has no data: its report says what it declares.",
        "Next: alongside run told",
    ]
