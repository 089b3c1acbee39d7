"""Whole runs through DVC, in a workspace whose stages compute nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.errors import Mistakes, NotHad, StageFailed
from pipeline.files import Workspace, snapshot
from pipeline.run.locks import one_run
from pipeline.run.names import REPORT, STAGES
from pipeline.run.pipeline import Outcome, run_studies

pytestmark = pytest.mark.slow
Write = Callable[..., Path]

WAITS = "import pathlib, time\npathlib.Path('../waiting').write_text('x')\ntime.sleep(120)"


def run(root: Path, *studies: str, draft: bool = False) -> list[Outcome]:
    return run_studies(Workspace.at(root), studies or ["tiny"], draft=draft)


def wait_for(happened: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.1)
    return happened()


@pytest.fixture
def begun(tiny: Path, write: Write) -> Iterator[subprocess.Popen[bytes]]:
    """A run of its own process whose first stage has begun and waits; its DVC and its stage are its descendants."""
    write(STAGES[0], WAITS)
    program = f"from pipeline.files import Workspace\nfrom pipeline.run.pipeline import run_studies\nrun_studies(Workspace.at({str(tiny)!r}), ['tiny'])"
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert wait_for((tiny / "waiting").exists)
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)


def descendants(process: subprocess.Popen[bytes], word: str) -> list[psutil.Process]:
    return [p for p in psutil.Process(process.pid).children(recursive=True) if any(word in part for part in p.cmdline())]


def gone(processes: list[psutil.Process]) -> bool:
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)


def test_a_first_run_a_second_one_and_what_makes_which_stage_stale(
    tiny: Path, write: Write, capsys: pytest.CaptureFixture[str]
):
    (first,) = run(tiny)
    assert first == Outcome("tiny", "made", list(STAGES))
    assert capsys.readouterr().out == f"tiny: 6 stages ran. {tiny.as_posix()}/reports/tiny/report.html\n"
    published = snapshot(tiny / "reports")
    assert {"index.html", "tiny/report.html", "tiny/results.csv", "tiny/manifest.json"} == set(published)
    assert not list((tiny / "data").rglob("*.new")) and not list((tiny / "data").rglob("*failed*"))

    assert run(tiny) == [Outcome("tiny", "unchanged")]
    assert capsys.readouterr().out == f"tiny: up to date. {tiny.as_posix()}/reports/tiny/report.html\n"

    # a notebook that was saved with outputs is not stale; one that was edited is, and an output that is the same is not
    path = tiny / "notebooks" / "05_themes.ipynb"
    saved = json.loads(path.read_text())
    saved["cells"][1] |= {"execution_count": 3, "outputs": [{"output_type": "stream", "name": "stdout", "text": "2"}]}
    path.write_text(json.dumps(saved))
    assert run(tiny)[0].made == []
    write("05_themes", *(c["source"] for c in saved["cells"][1:]), "another = 1")
    assert run(tiny)[0].made == ["05_themes"]

    # an output that someone changed is made again
    (tiny / "reports/tiny/results.csv").write_text("changed")
    assert run(tiny)[0].made == [REPORT]
    assert snapshot(tiny / "reports") == published

    # a stage that fails leaves what it made the last time, keeps its notebook and says where
    write(REPORT, "1 / 0")
    (failed,) = run(tiny)
    assert (failed.kind, failed.exit_code, failed.made) == ("failed", 4, [])
    assert str(failed.error) == (
        "06_report.ipynb broke at its cell 2: it raised ZeroDivisionError. "
        "It is kept, marked there, as data/processed/tiny/notebooks/06_report.failed.ipynb."
    )
    assert snapshot(tiny / "reports") == published
    assert (tiny / "data/processed/tiny/notebooks/06_report.failed.ipynb").is_file()
    assert (tiny / "data/processed/tiny/notebooks/06_report.ipynb").is_file()

    # and so does one that is stopped by a mistake in the data or the study file
    write(REPORT, "from pipeline.errors import Mistakes\nraise Mistakes.one('tiny.csv, age', '3 rows are odd.', 'Look.')")
    (mistaken,) = run(tiny)
    assert (mistaken.exit_code, str(mistaken.error)) == (3, "tiny.csv, age: 3 rows are odd. Look.")
    assert capsys.readouterr().err.endswith("tiny: FAILED\n  tiny.csv, age: 3 rows are odd. Look.\n")


def test_another_user_zone_hash_seed_and_folder_give_the_same_reports(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run(tiny)
    other = tmp_path / "elsewhere"
    for name, data in snapshot(tiny).items():
        if name.split("/")[0] in ("notebooks", "studies", ".dvc") or name.startswith("data/raw"):
            (other / name).parent.mkdir(parents=True, exist_ok=True)
            (other / name).write_bytes(data)
    home = tmp_path / "home"
    (home / ".config" / "dvc").mkdir(parents=True)
    (home / ".config" / "dvc" / "config").write_text("[core]\n    no_such_key = 1\n")
    own = {"HOME": home, "XDG_CONFIG_HOME": home / ".config", "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "7", "SHELL": "/bin/false"}
    for name, value in own.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.chdir(other)
    assert run(Path(".")) == [Outcome("tiny", "made", list(STAGES))]
    assert snapshot(other / "reports") == snapshot(tiny / "reports")
    assert [p.name for p in home.rglob("*") if p.is_file()] == ["config"]


def test_a_draft_is_made_under_data_and_touches_no_report(tiny: Path, write: Write, capsys: pytest.CaptureFixture[str]):
    sources = [c["source"] for c in json.loads((tiny / f"notebooks/{REPORT}.ipynb").read_text())["cells"][1:]]
    write(REPORT, *sources, "stage.save_release({'draft.txt': str(stage.drafting).encode()})")
    run(tiny, draft=True)
    assert (tiny / "data/processed/tiny/draft/draft.txt").read_text() == "True"
    assert (tiny / "data/processed/tiny/draft/report.html").is_file()
    assert not (tiny / "reports").exists() and not (tiny / "data/processed/tiny/results_full.csv").exists()
    assert capsys.readouterr().out.startswith("tiny: 6 stages ran. Exact numbers, NOT FOR RELEASE. ")


def test_a_study_without_its_data_is_not_run_and_stops_no_other(
    tiny: Path, write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("ALONGSIDE_DATA", raising=False)
    study = (tiny / "studies/tiny.yaml").read_text()
    (tiny / "studies/away.yaml").write_text(study)
    (tiny / "studies/broken.yaml").write_text("title: Broken\n")
    (tiny / "reports/away").mkdir(parents=True)
    (tiny / "reports/away/report.html").write_text("as committed")
    write(STAGES[0], "1 / 0")
    away, broken, failed = run(tiny, "away", "broken", "tiny")
    assert (away.kind, away.exit_code, type(away.error)) == ("not run", 0, NotHad)
    assert (broken.kind, broken.exit_code) == ("failed", 3)
    assert (failed.kind, failed.exit_code) == ("failed", 4)
    assert (tiny / "reports/away/report.html").read_text() == "as committed"
    said = capsys.readouterr()
    assert said.out.startswith("away: NOT RUN. away: data/raw/away/people.csv is not there")
    assert "broken: FAILED\n  studies/broken.yaml:1  data: 'data' is missing. Add 'data:'." in said.err


def test_a_name_that_no_study_has_is_told_before_anything_runs(tiny: Path):
    with pytest.raises(Mistakes) as told:
        run(tiny, "tny")
    assert str(told.value) == "studies/tny.yaml: is not there. Did you mean 'tiny'?"
    assert not (tiny / ".alongside").exists()


def test_a_second_run_gets_a_sentence(tiny: Path):
    with one_run(Workspace.at(tiny)), pytest.raises(StageFailed) as told:
        run(tiny)
    assert str(told.value) == (
        "Another 'alongside run' is at work in this workspace. Let it finish, or end it, and run again."
    )


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_ctrl_c_ends_dvc_the_stage_and_the_kernel_and_leaves_nothing_half_made(tiny: Path, begun: subprocess.Popen[bytes]):
    below = psutil.Process(begun.pid).children(recursive=True)
    assert len(below) >= 3
    begun.send_signal(signal.SIGINT)
    _, said = begun.communicate(timeout=60)
    assert b"KeyboardInterrupt" in said and begun.returncode != 0
    assert wait_for(lambda: gone(below), 15)
    assert not (tiny / "reports").exists() and not list((tiny / "data/processed").rglob("*.txt"))


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
@pytest.mark.parametrize("killed", ["dvc", "the run"])
def test_a_stage_ends_with_the_dvc_and_with_the_run_that_it_belongs_to(tiny: Path, begun: subprocess.Popen[bytes], killed: str):
    below = psutil.Process(begun.pid).children(recursive=True)
    dvc = next(p for p in below if "dvc" in p.cmdline())
    (dvc if killed == "dvc" else psutil.Process(begun.pid)).kill()
    assert wait_for(lambda: gone(below), 30), "something outlived it"
    begun.communicate(timeout=30)


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_a_stage_that_outlived_its_dvc_keeps_a_second_writer_out(tiny: Path, write: Write, monkeypatch: pytest.MonkeyPatch):
    write(STAGES[0], WAITS)
    held = subprocess.Popen(
        [sys.executable, "-m", "pipeline.run.stage", "tiny", STAGES[0]], cwd=tiny, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert wait_for((tiny / "waiting").exists)
        second = subprocess.run(
            [sys.executable, "-m", "pipeline.run.stage", "tiny", STAGES[0]], cwd=tiny, capture_output=True, text=True, timeout=60, check=False
        )
    finally:
        held.terminate()
        held.wait(timeout=30)
    assert second.returncode == 4 and "a stage of another run is still writing its outputs" in second.stdout


def test_an_analysts_own_notebook_runs_before_the_report_and_its_numbers_reach_it(tiny: Path, write: Write):
    own = tiny / "studies/tiny/notebooks"
    own.mkdir(parents=True)
    made = (
        "from pipeline.run.stages import open_stage\nfrom pipeline.results import Key, Number, Results\n"
        "stage = open_stage(study, root, 'weights')\n"
        "stage.save(results=Results.of([Number(Key('quality', 'own', 'age'), 41, 41)]))"
    )
    path = write("weights", made)
    moved = json.loads(path.read_text())
    moved["cells"][0]["source"] = 'study = "tiny"\nroot = "../../.."'
    path.unlink()
    (own / "weights.ipynb").write_text(json.dumps(moved))
    sources = [c["source"] for c in json.loads((tiny / f"notebooks/{REPORT}.ipynb").read_text())["cells"][1:]]
    write(REPORT, *sources, "stage.save_release({'own.csv': stage.release().to_csv()})")
    assert run(tiny)[0].made == [*STAGES[:-1], "weights", REPORT]
    assert (tiny / "reports/tiny/own.csv").read_text() == "kind,name,term,level,group,statistic,value,text\nquality,own,age,,All,n,41,41\n"
