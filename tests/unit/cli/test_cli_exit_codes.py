"""What each ending of a command says, and its exit code: 0, 2, 3, 4, 130."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.cli import main
from pipeline.errors import Mistake, Mistakes, StageFailed
from pipeline.run import pipeline as running
from pipeline.run import quarter, status
from pipeline.run.outcome import Outcome

STUDY = "title: X\ndata: {file: a.csv, id: id}\ndesign: {kind: cohort}\nrelease: {rule: journal}\n"
INTERRUPTED = "Interrupted. Reports and finished stages stand as they are; type the same again to go on.\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies/x.yaml").write_text(STUDY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLCONFIGDIR", "as it was")
    monkeypatch.delenv("ALONGSIDE_DATA", raising=False)
    return tmp_path


def ends(*outcomes: Outcome) -> Callable[..., list[Outcome]]:
    return lambda *_, **__: list(outcomes)


def raises(error: BaseException) -> Callable[..., list[Outcome]]:
    def ended(*_: object, **__: object) -> list[Outcome]:
        raise error

    return ended


@pytest.mark.parametrize("words", [["--version"], ["schema"], ["--help"], ["run", "--help"]])
def test_what_was_asked_for_is_0(root: Path, capsys: pytest.CaptureFixture[str], words: list[str]):
    assert main(words) == 0
    assert capsys.readouterr().out
    assert main(["--version"]) == 0 and capsys.readouterr().out == f"alongside {__version__}\n"


@pytest.mark.parametrize("words", [["rnu"], ["run", "--no-such"], ["check"], ["new", "x"], ["--root"]])
def test_a_slip_of_the_fingers_is_2_with_the_way_to_help(
    root: Path, capsys: pytest.CaptureFixture[str], words: list[str]
):
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == "" and "Traceback" not in said.err and said.err


@pytest.mark.parametrize(
    "words, told",
    [
        (["--root", "nowhere", "run"], "nowhere: is not a folder. Name an existing one with --root.\n"),
        (["run", "y"], "studies/y.yaml: is not there. There are: x.\n"),
        (["check", "y"], "studies/y.yaml: is not there. There are: x.\n"),
        (["run", "x", "--allow", "abc"], "--allow abc: is no sha256: it has 64 digits from 0 to f. Copy it from"),
    ],
)
def test_a_mistake_is_3_in_sentences(root: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str):
    (root / "data/raw/x").mkdir(parents=True)
    (root / "data/raw/x/a.csv").write_text("id\n1\n")
    assert main(words) == 3
    said = capsys.readouterr()
    assert said.err.startswith(told) and said.out == ""


def test_all_mistakes_of_a_status_are_told_and_end_with_3(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    wrong = [Mistakes([Mistake("a", "is wrong."), Mistake("b", "is wrong.")])]
    monkeypatch.setattr(status, "status_lines", lambda *_: (["x: up to date"], wrong))
    assert main(["status"]) == 3
    said = capsys.readouterr()
    assert (said.out, said.err) == ("x: up to date\n", "a: is wrong.\nb: is wrong.\n")


def test_the_worst_study_decides(root: Path, monkeypatch: pytest.MonkeyPatch):
    good, broken = Outcome("x"), Outcome("x", "failed", error=StageFailed("broke"))
    mistaken = Outcome("x", "failed", error=Mistakes.one("x", "is wrong."))
    away = Outcome("x", "not run", error=Mistakes.one("x", "is away."))
    for outcomes, code in (
        ((good,), 0),
        ((away, good), 0),
        ((mistaken, good), 3),
        ((mistaken, broken), 4),
        ((broken, good), 4),
    ):
        monkeypatch.setattr(running, "run_studies", ends(*outcomes))
        assert main(["run"]) == code


def test_a_study_that_is_named_and_whose_data_are_away_is_3(root: Path, monkeypatch: pytest.MonkeyPatch):
    away = Outcome("x", "not run", error=Mistakes.one("x", "is away."))
    monkeypatch.setattr(running, "run_studies", ends(away))
    assert (main(["run"]), main(["run", "x"])) == (0, 3)


def test_an_export_without_a_name_is_of_the_only_study(root: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["export"]) == 3
    assert capsys.readouterr().err == "reports/x: is not there. Type 'alongside run x'.\n"
    (root / "studies/y.yaml").write_text(STUDY)
    assert main(["export"]) == 3
    assert capsys.readouterr().err == "studies/: holds 2 studies. Name one of them: x, y.\n"


def test_what_changed_is_the_last_word_and_a_draft_has_none(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(running, "run_studies", ends(Outcome("x", "made", ["01_clean"])))
    monkeypatch.setattr(quarter, "after_run", lambda *_: "1 answer recoded: 4 of 212 numbers changed")
    assert main(["run"]) == 0
    assert capsys.readouterr().out == "x: 1 answer recoded: 4 of 212 numbers changed\n"
    assert main(["run", "--draft"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "error, code, told",
    [
        (StageFailed("It broke."), 4, "It broke.\n"),
        (Mistakes.one("a", "is wrong."), 3, "a: is wrong.\n"),
        (KeyboardInterrupt(), 130, INTERRUPTED),
        (PermissionError(13, "no", "/home/me/reports/x"), 3, "x: can't be read or written. Is it open in another"),
        (
            ValueError("Ann Example, 34"),
            4,
            "Something went wrong inside Alongside (ValueError). Run again with --debug",
        ),
    ],
)
def test_an_error_is_told_in_a_sentence_and_never_with_a_traceback(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    error: BaseException, code: int, told: str,
):  # fmt: skip
    monkeypatch.setattr(running, "run_studies", raises(error))
    assert main(["run"]) == code
    said = capsys.readouterr().err
    assert said.startswith(told) and "Ann" not in said and "Traceback" not in said


def test_debug_shows_the_traceback(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(running, "run_studies", raises(ValueError("x")))
    with pytest.raises(ValueError):
        main(["run", "--debug"])


def test_options_for_all_commands_may_stand_anywhere(root: Path, tmp_path_factory: pytest.TempPathFactory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert main(["run", "--root", str(elsewhere)]) == 3, "it holds no study file"


def test_matplotlib_keeps_its_fonts_in_the_workspace(root: Path, monkeypatch: pytest.MonkeyPatch):
    seen = []
    monkeypatch.setattr(running, "run_studies", lambda *_, **__: seen.append(os.environ["MPLCONFIGDIR"]) or [])
    assert main(["run"]) == 0
    assert seen == [str((root / ".alongside/matplotlib").resolve())]


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX's")
def test_ctrl_c_ends_with_one_sentence_and_130(root: Path):
    code = (
        "import signal, sys, time\nfrom pipeline.run import pipeline\nfrom pipeline.cli import main\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a shell that tests in the background ignores it
        "pipeline.run_studies = lambda *a, **k: (print('begun', flush=True), time.sleep(60))\n"
        "sys.exit(main(['run']))"
    )
    began = time.monotonic()
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"begun\n"
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said.decode()) == (130, INTERRUPTED)
    assert time.monotonic() - began < 60
