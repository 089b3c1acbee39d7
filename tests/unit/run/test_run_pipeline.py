"""Whole runs through DVC, in a workspace whose stages compute nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.disclosure import Merge, merge_lines
from pipeline.errors import Mistakes, NotHad, StageFailed
from pipeline.files import Workspace, sha256, snapshot
from pipeline.run.locks import one_run
from pipeline.run.names import REPORT, STAGES
from pipeline.run.outcome import Outcome, closing
from pipeline.run.pipeline import run_studies
from pipeline.run.records import environment, source_file
from pipeline.run.stood import Stood, stood

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("run")]
posix = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
Write = Callable[..., Path]

OWN = "studies/tiny/notebooks/weights"
OWN_PARAMETERS = 'study = "tiny"\nroot = "../../.."'
OWN_NUMBER = (
    "from pipeline.run.stages import open_stage\nfrom pipeline.results import Key, Number, Results\n"
    "stage = open_stage(study, root, 'weights')\n"
    "stage.save(results=Results.of([Number(Key('quality', 'own', 'age'), 41, 41)]))"
)
RELEASES = (
    "from pipeline.run.stages import open_stage\nstage = open_stage(study, root, '06_report')\n"
    "stage.save_release({'results.csv': stage.release().to_csv(), 'drafting.txt': str(stage.drafting).encode()})"
)
WAITS = "import pathlib, time\npathlib.Path('../waiting').write_text('x')\ntime.sleep(120)"

NOTHING = Stood({})


def run(root: Path, *studies: str, draft: bool = False) -> list[Outcome]:
    return run_studies(Workspace.at(root), studies or ["tiny"], draft=draft)


def wait_for(happened: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.1)
    return happened()


def sources(path: Path) -> list[str]:
    return [cell["source"] for cell in json.loads(path.read_text("utf-8"))["cells"][1:]]


@pytest.fixture(scope="module")
def ran(
    tmp_path_factory: pytest.TempPathFactory, make_tiny: Callable[[Path], Path], write_in: Callable[[Path], Write]
) -> Path:
    """A workspace with an analyst's own notebook, after its first run. Not to be changed: take a copy."""
    root = make_tiny(tmp_path_factory.mktemp("ran") / "Ein {Pfad} für alle")
    write = write_in(root)
    write(OWN, OWN_NUMBER, parameters=OWN_PARAMETERS)
    write(REPORT, *sources(root / f"notebooks/{REPORT}.ipynb"), RELEASES)
    assert run(root) == [Outcome("tiny", "made", [*STAGES[:-1], "weights", REPORT])]
    return root


@pytest.fixture
def tiny(ran: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ran, tmp_path / "copy {of} it"))


@pytest.fixture
def write(tiny: Path, write_in: Callable[[Path], Write]) -> Write:
    return write_in(tiny)


def test_what_a_run_leaves(ran: Path):
    published = snapshot(ran / "reports")
    names = {"report.html", "results.csv", "manifest.json", "drafting.txt"}
    assert set(published) == {"index.html", *(f"tiny/{name}" for name in names)}
    head = "kind,name,term,level,group,statistic,value,text\n"
    assert published["tiny/results.csv"].decode() == head + "quality,own,age,,All,n,41,41\n", "an analyst's own number"
    left = {p.relative_to(ran / "data/processed/tiny").parts[0] for p in (ran / "data/processed/tiny").rglob("*")}
    assert left == {*STAGES, "weights", "notebooks", "results_full.csv", "merges.txt"}
    manifest = json.loads(published["tiny/manifest.json"])
    assert list(manifest["raw"]) == ["people.csv"] and manifest["parameters"] == {"study": "tiny", "seed": 1}


def test_the_manifest_names_what_the_numbers_follow_from(ran: Path, tiny: Path, write: Write):
    manifest = json.loads((tiny / "reports/tiny/manifest.json").read_text())
    assert manifest["study_file"] == sha256((tiny / "studies/tiny.yaml").read_bytes())
    records = {stage: source_file(Workspace.at(tiny), "tiny", stage) for stage in [*STAGES, "weights"]}
    assert manifest["notebooks"] == {stage: sha256(record.read_bytes()) for stage, record in records.items()}
    assert manifest["environment"] == environment(Workspace.at(tiny))
    assert "lock" not in manifest["environment"], "there is none in this workspace"
    assert str(ran) not in json.dumps(manifest)
    (tiny / "requirements.lock").write_text("numpy==1\n")
    assert environment(Workspace.at(tiny))["lock"] == sha256(b"numpy==1\n")


def test_nothing_to_do_is_told_as_such_in_a_folder_that_was_moved(tiny: Path, capsys: pytest.CaptureFixture[str]):
    assert run(tiny) == [Outcome("tiny", "unchanged")]
    assert capsys.readouterr().out == f"tiny: up to date. {tiny.as_posix()}/reports/tiny/report.html\n"


def test_an_edit_makes_its_stage_stale_saved_outputs_do_not_and_the_same_output_stales_nothing(
    tiny: Path, write: Write
):
    path = tiny / "notebooks" / "05_themes.ipynb"
    saved = json.loads(path.read_text())
    saved["cells"][1] |= {"execution_count": 3, "outputs": [{"output_type": "stream", "name": "stdout", "text": "2"}]}
    path.write_text(json.dumps(saved))
    assert run(tiny)[0].made == []
    write("05_themes", *sources(path), "another = 1")
    assert run(tiny)[0].made == ["05_themes", REPORT], "the manifest names the notebook's hash"


def test_a_report_that_someone_changed_is_made_again(ran: Path, tiny: Path):
    (tiny / "reports/tiny/results.csv").write_text("changed")
    assert run(tiny)[0].made == [REPORT]
    assert snapshot(tiny / "reports") == snapshot(ran / "reports")


def test_a_failing_stage_leaves_what_stood_and_keeps_its_notebook(ran: Path, tiny: Path, write: Write):
    write(REPORT, "1 / 0")
    (failed,) = run(tiny)
    assert (failed.kind, failed.exit_code, failed.made) == ("failed", 4, [])
    assert str(failed.error) == (
        "06_report.ipynb broke at its cell 2: it raised ZeroDivisionError. "
        "It is kept, marked there, as data/processed/tiny/notebooks/06_report.failed.ipynb."
    )
    stood, stands = snapshot(ran / "data/processed"), snapshot(tiny / "data/processed")
    assert "tiny/notebooks/06_report.failed.ipynb" in stands
    assert {name: stands.get(name) for name in stood} == stood
    assert snapshot(tiny / "reports") == snapshot(ran / "reports")


@pytest.mark.parametrize(
    ("dropped", "said"),
    [("display(", "shows no part of the report"), ("stage.release()", "must call stage.release()")],
)
def test_a_report_that_can_not_be_put_together_leaves_what_stood(
    ran: Path, tiny: Path, write: Write, dropped: str, said: str
):
    cells = sources(tiny / f"notebooks/{REPORT}.ipynb")
    write(REPORT, *(cell for cell in cells if dropped not in cell))
    (failed,) = run(tiny)
    assert said in str(failed.error)
    assert snapshot(tiny / "reports") == snapshot(ran / "reports")


def test_a_mistake_in_the_data_ends_with_sentences_and_exit_3(
    tiny: Path, write: Write, capsys: pytest.CaptureFixture[str]
):
    opens = f"{OWN_NUMBER.splitlines()[0]}\nstage = open_stage(study, root, '06_report')"
    raises = "from pipeline.errors import Mistakes\nraise Mistakes.one('tiny.csv, age', '3 rows are odd.', 'Look.')"
    write(REPORT, opens, raises)
    (mistaken,) = run(tiny)
    assert (mistaken.exit_code, str(mistaken.error)) == (3, "tiny.csv, age: 3 rows are odd. Look.")
    assert capsys.readouterr().err.endswith("tiny: FAILED\n  tiny.csv, age: 3 rows are odd. Look.\n")


def test_another_user_zone_hash_seed_and_folder_give_the_same_reports(
    ran: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    other, home = tmp_path / "elsewhere", tmp_path / "home"
    for part in ("notebooks", "studies", "data/raw", ".dvc"):
        shutil.copytree(ran / part, other / part)
    (home / ".config" / "dvc").mkdir(parents=True)
    (home / ".config" / "dvc" / "config").write_text("[core]\n    no_such_key = 1\n")
    own = {"HOME": home, "XDG_CONFIG_HOME": home / ".config", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    for name, value in {**own, "SHELL": "/bin/false", "OMP_NUM_THREADS": 2, "COLUMNS": 40}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.chdir(other)
    assert run(Path("."))[0].kind == "made"
    assert snapshot(other / "reports") == snapshot(ran / "reports")
    assert snapshot(other / "data/processed/tiny/notebooks") == snapshot(ran / "data/processed/tiny/notebooks")
    assert [p.name for p in home.rglob("*") if p.is_file()] == ["config"]


def test_a_draft_is_made_under_data_and_touches_no_report(ran: Path, tiny: Path, capsys: pytest.CaptureFixture[str]):
    (outcome,) = run(tiny, draft=True)
    assert outcome == Outcome("tiny", "made", [REPORT])
    drafted = snapshot(tiny / "data/processed/tiny/draft")
    assert set(drafted) == {"report.html", "results.csv", "drafting.txt"} and drafted["drafting.txt"] == b"True"
    assert capsys.readouterr().out.startswith("tiny: 1 stage ran. Exact numbers, NOT FOR RELEASE. ")
    assert snapshot(tiny / "reports") == snapshot(ran / "reports")
    assert run(tiny) == [Outcome("tiny", "unchanged")]


def test_a_study_without_its_data_is_not_run_and_stops_no_other(
    tiny: Path, write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("ALONGSIDE_DATA", raising=False)
    study = (tiny / "studies/tiny.yaml").read_text()
    (tiny / "studies/away.yaml").write_text(study)
    (tiny / "studies/broken.yaml").write_text("title: Broken\n")
    (tiny / "reports/away").mkdir()
    (tiny / "reports/away/report.html").write_text("as committed")
    write("05_themes", "1 / 0")
    away, broken, failed = run(tiny, "away", "broken", "tiny")
    assert (away.kind, away.exit_code, type(away.error)) == ("not run", 0, NotHad)
    assert (broken.kind, broken.exit_code) == ("failed", 3)
    assert (failed.kind, failed.exit_code) == ("failed", 4)
    assert (tiny / "reports/away/report.html").read_text() == "as committed"
    said = capsys.readouterr()
    assert said.out.startswith("away: NOT RUN. data/raw/away/people.csv is not there")
    assert "broken: FAILED\n  studies/broken.yaml:1  design: 'design' is missing." in said.err


BROKEN_NOTEBOOKS = {
    "no JSON": ("weights", "{", "is not a notebook: what stands in it can't be read as one."),
    "no cells": ("weights", '{"nbformat": 4}', "is not a notebook: what stands in it can't be read as one."),
    "old": ("weights", '{"nbformat": 3, "worksheets": []}', "is a notebook of an old kind."),
    "odd name": ("a b", "{}", "has a name that is more than letters, digits, - and _."),
    "a stage's name": ("04_models", "{}", "has the name of a stage that ships."),
}


ODD_PARAMETERS = {
    "no Python": ("study = (", ", cell 1: is not plain Python."),
    "no value": ("study = input()\nroot = '..'", ": parameter 'study' is no plain value. Write text, a number,"),
}


def test_what_is_wrong_with_a_study_stops_that_study_alone(tiny: Path, write: Write):
    """Broken notebooks of an analyst's own, parameters that can't be read and a study file's odd name: all in one run,
    beside a study that is up to date."""
    study, told = (tiny / "studies/tiny.yaml").read_text(), {}
    for n, (name, text, said) in enumerate(BROKEN_NOTEBOOKS.values()):
        own = tiny / f"studies/broken{n}/notebooks/{name}.ipynb"
        own.parent.mkdir(parents=True)
        own.write_text(text)
        told[f"broken{n}"] = f"{own.relative_to(tiny).as_posix()}: {said}"
    for n, (parameters, said) in enumerate(ODD_PARAMETERS.values()):
        write(f"studies/odd{n}/notebooks/weights", "1 + 1", parameters=parameters)
        told[f"odd{n}"] = f"studies/odd{n}/notebooks/weights.ipynb{said}"
    told["my study"] = "studies/my study.yaml: has a name that is more than letters"
    for name in told:
        (tiny / f"studies/{name}.yaml").write_text(study)
        shutil.copytree(tiny / "data/raw/tiny", tiny / "data/raw" / name)
    *stopped, good = run(tiny, *told, "tiny")
    assert good == Outcome("tiny", "unchanged")
    assert [(outcome.study, outcome.kind, outcome.exit_code) for outcome in stopped] == [(n, "failed", 3) for n in told]
    for outcome in stopped:
        assert str(outcome.error).startswith(told[outcome.study])


def test_what_was_withheld_is_told_in_one_line(tmp_path: Path):
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies/x.yaml").write_text(
        "title: X\ndata: {file: a.csv, id: id}\ndesign: {kind: cohort}\nrelease: {rule: journal}\n"
    )
    (tmp_path / "reports/x").mkdir(parents=True)
    rows = [f"flow,people,kept,,All,s{n},,{'[c]' if n < 3 else n}" for n in range(1200)]
    head = "kind,name,term,level,group,statistic,value,text"
    (tmp_path / "reports/x/results.csv").write_text("\n".join([head, *rows]))
    workspace, page = Workspace.at(tmp_path), f"{tmp_path.as_posix()}/reports/x/report.html"
    assert closing(workspace, Outcome("x", "made", ["a", "b"]), NOTHING) == [
        f"x: 2 stages ran. {page}",
        "x: 3 of 1,200 numbers withheld under 'journal'; see 'What was withheld' in the report",
    ]
    assert closing(workspace, Outcome("x"), NOTHING) == [f"x: up to date. {page}"]


def test_where_merges_are_proposed_is_told_in_one_line_without_a_level(tmp_path: Path):
    merges = [
        Merge("gender", {"Men or another": ("Men", "Another")}, "studies/x.yaml:7  variables.gender", "gender: {}", 14),
        Merge("role", {"Others": ("Leader", "Supporter")}, "studies/x.yaml:9  variables.role", "role: {}", 3),
    ]
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies/x.yaml").write_text(
        "title: X\ndata: {file: a.csv, id: id}\ndesign: {kind: cohort}\nrelease: {rule: journal}\n"
    )
    workspace, path = Workspace.at(tmp_path), tmp_path / "data/processed/x/merges.txt"
    path.parent.mkdir(parents=True)
    there = "data/processed/x/merges.txt has the lines to write"
    told = {
        0: [],
        1: [f"x: 1 merge of levels would withhold 14 fewer; {there}"],
        2: [f"x: 2 merges of levels would each withhold 3 to 14 fewer; {there}"],
    }
    for count, said in told.items():
        path.write_text(merge_lines(merges[:count]))
        assert closing(workspace, Outcome("x", "made", ["a"]), NOTHING)[1:] == said
    assert closing(workspace, Outcome("x"), NOTHING)[1:] == []


def test_the_earlier_release_is_named_by_its_hash_and_makes_the_report_stale(tiny: Path):
    """It decides what is withheld: a reviewer needs to know which one it was."""
    assert "previous" not in json.loads((tiny / "reports/tiny/manifest.json").read_text())
    study, earlier = tiny / "studies/tiny.yaml", tiny / "releases/first.csv"
    earlier.parent.mkdir()
    shutil.copy(tiny / "reports/tiny/results.csv", earlier)
    rule = "{rule: journal, previous: releases/first.csv}"
    study.write_text(f"title: Tiny\ndesign: {{kind: interviews}}\ninterviews: {{total: 4}}\nrelease: {rule}\n")
    assert run(tiny) == [Outcome("tiny", "made", ["05_themes", "weights", REPORT])]  # without data, so as to be quick
    manifest = json.loads((tiny / "reports/tiny/manifest.json").read_text())
    assert manifest["previous"] == {"releases/first.csv": sha256(earlier.read_bytes())}
    assert run(tiny) == [Outcome("tiny", "unchanged")]
    earlier.write_text(earlier.read_text().replace("41,41", "47,47"))
    assert run(tiny) == [Outcome("tiny", "made", [REPORT])]
    manifest = json.loads((tiny / "reports/tiny/manifest.json").read_text())
    assert manifest["previous"] == {"releases/first.csv": sha256(earlier.read_bytes())}


def test_why_a_study_was_not_run_names_it_once(tmp_path: Path):
    workspace = Workspace.at(tmp_path)
    one = NotHad("a is away.")
    assert closing(workspace, Outcome("x", "not run", error=one), NOTHING) == ["x: NOT RUN. a is away."]
    both = NotHad("a is away.\nb is away.")
    assert closing(workspace, Outcome("x", "not run", error=both), NOTHING) == [
        "x: NOT RUN",
        "  a is away.",
        "  b is away.",
    ]


def test_numbers_that_someone_changed_are_told_whether_a_study_is_run_or_not(
    ran: Path, tiny: Path, capsys: pytest.CaptureFixture[str]
):
    results = tiny / "reports/tiny/results.csv"
    true = results.read_text()
    results.write_text(true.replace("41", "43"))
    assert results.read_text() != true
    shutil.rmtree(tiny / f"data/processed/tiny/{REPORT}")
    run(tiny)
    said = capsys.readouterr().out
    assert "tiny: 1 of 1 numbers of results.csv are not as they lay here before\n" in said
    assert "tiny: what lay in reports/tiny was not as manifest.json says: results.csv; it was made anew\n" in said
    assert results.read_text() == true
    shutil.rmtree(tiny / f"data/processed/tiny/{REPORT}")
    run(tiny)
    said = capsys.readouterr().out
    assert "tiny: all 1 numbers of results.csv are as they lay here before\n" in said
    assert "manifest" not in said
    results.write_text(true.replace("41", "43"))
    not_run = Outcome("tiny", "not run", error=NotHad("a is away."))
    workspace = Workspace.at(tiny)
    assert closing(workspace, not_run, stood(workspace, "tiny")) == [
        "tiny: NOT RUN. a is away.",
        "tiny: what lies in reports/tiny is not as manifest.json says: results.csv",
    ]


def test_a_name_that_no_study_has_is_told_before_anything_runs(tiny: Path):
    with pytest.raises(Mistakes) as told:
        run(tiny, "tny")
    assert str(told.value) == "studies/tny.yaml: is not there. Did you mean 'tiny'?"


def test_a_second_run_gets_a_sentence(tiny: Path):
    with one_run(Workspace.at(tiny)), pytest.raises(StageFailed) as told:
        run(tiny)
    assert str(told.value) == (
        "Another 'alongside run' is at work in this workspace. Let it finish, or end it, and run again."
    )


# Who outlives whom


@pytest.fixture
def begun(tiny: Path, write: Write) -> Iterator[subprocess.Popen[bytes]]:
    """A run in a process of its own, whose first stage has begun and waits."""
    write(STAGES[0], WAITS)
    program = (
        "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"  # tests may run behind
        "from pipeline.files import Workspace\nfrom pipeline.run.pipeline import run_studies\n"
        f"run_studies(Workspace.at({str(tiny)!r}), ['tiny'])"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert wait_for((tiny / "waiting").exists)
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate(timeout=30)


def gone(processes: list[psutil.Process]) -> bool:
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)


@posix
def test_ctrl_c_ends_dvc_the_stage_and_the_kernel_and_leaves_what_stood(
    ran: Path, tiny: Path, begun: subprocess.Popen[bytes]
):
    below = psutil.Process(begun.pid).children(recursive=True)
    assert len(below) >= 3
    begun.send_signal(signal.SIGINT)
    _, said = begun.communicate(timeout=60)
    assert b"KeyboardInterrupt" in said and begun.returncode != 0
    assert wait_for(lambda: gone(below), 15)
    assert snapshot(tiny / "reports") == snapshot(ran / "reports")
    assert snapshot(tiny / "data/processed") == snapshot(ran / "data/processed")


@posix
@pytest.mark.parametrize("killed", ["dvc", "the run"])
def test_a_stage_ends_with_the_dvc_and_with_the_run_that_it_belongs_to(begun: subprocess.Popen[bytes], killed: str):
    below = psutil.Process(begun.pid).children(recursive=True)
    dvc = next(p for p in below if "dvc" in p.cmdline())
    (dvc if killed == "dvc" else psutil.Process(begun.pid)).kill()
    assert wait_for(lambda: gone(below), 30), "something outlived it"


@posix
def test_a_stage_that_outlived_its_dvc_keeps_a_second_writer_out(tiny: Path, write: Write):
    write(STAGES[0], WAITS)
    stage = [sys.executable, "-m", "pipeline.run.stage", "tiny", STAGES[0]]
    with subprocess.Popen(stage, cwd=tiny, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as held:
        assert wait_for((tiny / "waiting").exists)
        second = subprocess.run(stage, cwd=tiny, capture_output=True, text=True, timeout=60, check=False)
        held.terminate()
    assert second.returncode == 4 and "a stage of another run is still writing its outputs" in second.stdout


@pytest.mark.parametrize(("name", "data"), [
    ("manifest.json", b"[" * 100_000), ("results.csv", b"kind\na\rb\n"), ("results.csv", b"kind\n" + b"a" * 140_000),
])  # fmt: skip
def test_a_report_that_is_none_is_told_and_stops_no_run(tmp_path: Path, name: str, data: bytes):
    folder = tmp_path / "reports/tiny"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text('{"outputs": {"results.csv": ""}}')
    (folder / name).write_bytes(data)
    assert stood(Workspace.at(tmp_path), "tiny") == Stood({}, (name,))
