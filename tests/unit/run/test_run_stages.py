from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import Mistakes, StageFailed
from pipeline.files import Workspace
from pipeline.results import Key, Number, Results, Sentence
from pipeline.run.locks import HELD, one_writer
from pipeline.run.names import STAGES, needs, own_stages, stages_of, study_names, wrong_names
from pipeline.run.places import BESIDE, DRAFT
from pipeline.run.seeds import seeds, stream, with_seeds
from pipeline.run.stages import Stage, open_stage
from pipeline.tables.table import Column, Row, Table


@pytest.fixture
def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Stage]:
    """A stage of the tiny study, as JupyterLab would open it."""
    for name in (BESIDE, DRAFT, HELD):
        monkeypatch.delenv(name, raising=False)
    return lambda stage: open_stage("tiny", str(folder), stage)


def number(name: str, value: float) -> Number:
    return Number(Key("participants", name, "age", "", "All", "n"), value, value)


def test_numbers_layouts_and_sentences_reach_the_report_in_the_order_of_the_stages(opened: Callable[[str], Stage]):
    key = Key("participants", "b", "age")
    table = Table(
        "participants",
        "b",
        "Who",
        (Column("All", "Overall", key),),
        (Row("Age", "age", form="n"),),
        (Sentence("{n}", {"n": key}),),
    )
    for stage in STAGES[:-1]:
        opened(stage).folder.mkdir(parents=True)
    opened(STAGES[1]).save(results=Results.of([number("a", 0.1 + 0.2)]), remarks=[Sentence("all")])
    opened(STAGES[2]).save(
        results=Results.of([number("b", float("nan"))]), tables=[table], remarks={"b": [Sentence("{n}", {"n": key})]}
    )
    report = opened(STAGES[-1])
    assert report.results().frame["value"].tolist()[0] == 0.1 + 0.2
    assert report.results().frame["name"].tolist() == ["a", "b"]
    assert report.tables() == [table]
    assert report.remarks() == {"": (Sentence("all"),), "b": (Sentence("{n}", {"n": key}),)}


def test_a_number_that_two_stages_make_stops_the_report(opened: Callable[[str], Stage]):
    for stage in STAGES[:-1]:
        opened(stage).folder.mkdir(parents=True)
    for stage in STAGES[1:3]:
        opened(stage).save(results=Results.of([number("a", 1)]))
    with pytest.raises(StageFailed, match="1 keys stand twice"):
        opened(STAGES[-1]).results()


def test_a_stage_that_was_not_run_is_named(opened: Callable[[str], Stage]):
    with pytest.raises(StageFailed) as told:
        opened("02_score").cleaned()
    assert str(told.value) == (
        "02_score reads what 01_clean makes, and data/processed/tiny/01_clean is not there. "
        "Run notebooks/01_clean.ipynb first."
    )


def test_a_study_that_is_not_there_is_told_with_the_nearest_name(folder: Path):
    with pytest.raises(Mistakes) as told:
        open_stage("tinny", str(folder), "01_clean")
    assert str(told.value) == "studies/tinny.yaml: is not there. Did you mean 'tiny'?"


def test_mistakes_of_all_tables_are_told_at_once(folder: Path, opened: Callable[[str], Stage]):
    (folder / "studies" / "tiny.yaml").write_text(
        "title: T\ndata:\n  a: {file: a.csv, id: id}\n  b: {file: b.csv, id: id}\n"
        "design: {kind: cohort}\nrelease: {rule: journal}\n"
    )
    with pytest.raises(Mistakes) as told:
        opened("01_clean").cells()
    assert [m.where for m in told.value.mistakes] == [
        "studies/tiny.yaml:3  data.a.file",
        "studies/tiny.yaml:4  data.b.file",
    ]


def test_in_a_run_everything_goes_beside_and_nothing_into_the_stages_own_folder(
    folder: Path, opened: Callable[[str], Stage], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(BESIDE, str(folder / "beside"))
    stage = opened("06_report")
    stage.save(results=Results.of([]))
    stage.save_release({"results.csv": b"kind\n", "tables/a.csv": b"a\n"})
    assert sorted(p.relative_to(folder / "beside").as_posix() for p in (folder / "beside").rglob("*.csv")) == [
        "release/results.csv", "release/tables/a.csv", "results.csv",
    ]  # fmt: skip
    assert not (folder / "data/processed").exists() and not (folder / "reports").exists()


def test_by_hand_nothing_reaches_reports(folder: Path, opened: Callable[[str], Stage]):
    opened("06_report").save_release({"results.csv": b"kind\n"})
    assert (folder / "data/processed/tiny/06_report/release/results.csv").is_file()
    assert not (folder / "reports").exists()


def test_what_is_released_can_not_leave_its_folder(folder: Path, opened: Callable[[str], Stage]):
    with pytest.raises(Mistakes, match="leads out of its folder"):
        opened("06_report").save_release({"../../../../reports/tiny/results.csv": b"kind\n"})


def test_release_keeps_the_unrounded_twin_and_a_draft_keeps_none(
    folder: Path, opened: Callable[[str], Stage], monkeypatch: pytest.MonkeyPatch
):
    for stage in STAGES[:-1]:
        opened(stage).folder.mkdir(parents=True)
    opened(STAGES[1]).save(results=Results.of([number("a", 3)]))
    full = folder / "data/processed/tiny/results_full.csv"
    monkeypatch.setenv(DRAFT, "1")
    assert opened(STAGES[-1]).release().frame["value"].tolist() == [3]
    assert not full.exists()
    monkeypatch.delenv(DRAFT)
    opened(STAGES[-1]).release()
    assert full.read_bytes().splitlines()[1] == b"participants,a,age,,All,n,3.0,3.0,,False,,"


def test_a_second_writer_is_kept_out_and_the_runs_own_kernel_is_not(
    folder: Path, opened: Callable[[str], Stage], monkeypatch: pytest.MonkeyPatch
):
    stage = opened("05_themes")
    with one_writer(Workspace.at(folder), "tiny"):
        monkeypatch.setattr("pipeline.run.locks.PATIENCE", 0.1)
        with pytest.raises(StageFailed) as told:
            stage.save(results=Results.of([]))
        monkeypatch.setenv(HELD, "tiny")
        stage.save(results=Results.of([]))
    assert str(told.value) == (
        "tiny: a stage of another run is still writing its outputs. Let it finish, or end it, and run again."
    )


# Names


def test_an_analysts_own_notebooks_stand_before_the_report(folder: Path):
    own = folder / "studies/tiny/notebooks"
    own.mkdir(parents=True)
    for name in ("weights", "Added-2"):
        (own / f"{name}.ipynb").write_text("{}")
    stages = stages_of(Workspace.at(folder), "tiny")
    assert stages == [*STAGES[:-1], "Added-2", "weights", "06_report"]
    assert needs("weights", stages) == list(STAGES[:-1])
    assert needs("06_report", stages) == stages[:-1]


@pytest.mark.parametrize("name", ["a b", "a;rm -rf x", "$(x)", "-x", "é", "a'b"])
def test_a_name_that_a_shell_would_read_is_refused(folder: Path, name: str):
    (folder / "studies" / f"{name}.yaml").write_text("title: x\n")
    workspace = Workspace.at(folder)
    assert study_names(workspace) == ["tiny"], "no other study is stopped"
    assert [str(m) for m in wrong_names(workspace, name)] == [
        f"studies/{name}.yaml: has a name that is more than letters, digits, - and _. Rename the file."
    ]


def test_files_that_other_programs_hide_are_no_studies(folder: Path):
    (folder / "studies" / "._tiny.yaml").write_text("x")
    own = folder / "studies/tiny/notebooks"
    own.mkdir(parents=True)
    (own / "._weights.ipynb").write_text("x")
    assert Workspace.at(folder).studies() == ["tiny"]
    assert wrong_names(Workspace.at(folder), "tiny") == []


def test_an_own_notebook_can_not_take_a_stages_name(folder: Path):
    own = folder / "studies/tiny/notebooks"
    own.mkdir(parents=True)
    (own / "04_models.ipynb").write_text("{}")
    assert own_stages(Workspace.at(folder), "tiny") == []
    (told,) = wrong_names(Workspace.at(folder), "tiny")
    assert str(told) == (
        "studies/tiny/notebooks/04_models.ipynb: has the name of a stage that ships. Give it another name."
    )


# Random streams


def test_every_analysis_has_a_stream_of_its_own():
    draws = {name: stream(1, name).integers(2**32, size=3).tolist() for name in ("a", "b")}
    assert draws["a"] == stream(1, "a").integers(2**32, size=3).tolist()
    assert draws["a"] != draws["b"] and draws["a"] != stream(2, "a").integers(2**32, size=3).tolist()


def test_a_stage_draws_by_the_studys_seed_and_its_own_name(folder: Path, opened: Callable[[str], Stage]):
    (folder / "params.yaml").write_text("seed: {tiny: 7}\n")
    assert opened("04_models").rng("fit").random() == stream(7, "tiny/04_models/fit").random()


def test_seeds_that_were_given_stay_and_a_new_study_changes_no_other():
    text = with_seeds(["a", "b"], {"a": 7})
    assert seeds(text) == {"a": 7, "b": 1}
    assert seeds(with_seeds(["0", "a", "b"], seeds(text))) == {"0": 1, "a": 7, "b": 1}
    assert seeds(with_seeds([], {})) == {}


@pytest.mark.parametrize("seed", ["-1", "1.5", "yes", "true", "'1'"])
def test_a_seed_is_a_whole_number(seed: str):
    with pytest.raises(Mistakes) as told:
        seeds(f"seed:\n  a: {seed}\n")
    assert str(told.value) == "params.yaml:2  seed.a: is not a whole number from 0. Write one, like 1."
