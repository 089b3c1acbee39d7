"""A private workspace, laid down by the installed package; and the check that keeps rows of people out of its git."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import Mistakes
from pipeline.files import read_json, snapshot
from pipeline.run.names import STAGES
from pipeline.run.normalise import normalise, to_bytes
from pipeline.run.records import PACKAGE
from pipeline.run.workspace import FILES, HOOK, lay_down

LAID = {*FILES, *(f"notebooks/{stage}.ipynb" for stage in STAGES), "dvc.yaml", "params.yaml"}


def test_a_whole_workspace_is_laid_down(tmp_path: Path):
    assert set(lay_down(tmp_path)) == set(snapshot(tmp_path)) == LAID
    assert {p.name for p in tmp_path.iterdir() if p.is_dir()} == {
        ".dvc",
        ".githooks",
        "data",
        "notebooks",
        "reports",
        "studies",
    }
    assert os.access(tmp_path / HOOK, os.X_OK)
    for stage in STAGES:
        path = tmp_path / f"notebooks/{stage}.ipynb"
        notebook = read_json(path)
        assert path.read_bytes() == to_bytes(normalise(notebook))
        assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook["cells"])


def test_the_workspaces_dvc_is_set_up_as_the_repositorys_is():
    shipped = PACKAGE / "run" / "workspace"
    for name, template in ((".dvc/config", "dvc-config"), (".dvcignore", "dvcignore")):
        assert (PACKAGE.parent / name).read_text() == (shipped / template).read_text()


def test_nothing_that_is_there_is_overwritten(tmp_path: Path):
    (tmp_path / "Makefile").write_text("mine")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks/04_models.ipynb").write_text("mine")
    before = snapshot(tmp_path)
    with pytest.raises(Mistakes) as refused:
        lay_down(tmp_path)
    assert str(refused.value) == (
        "Makefile: is there already. A workspace is laid down in an empty folder alone.\n"
        "notebooks/04_models.ipynb: is there already. A workspace is laid down in an empty folder alone."
    )
    assert snapshot(tmp_path) == before


# The check before a commit


@pytest.fixture
def commit(tmp_path: Path, require: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Commit files in a workspace with the check turned on: what git said against it, "" where it did."""
    git = require("git")
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    for name in [n for n in os.environ if n.startswith("GIT_") and not n.startswith("GIT_CONFIG_")]:
        monkeypatch.delenv(name)
    lay_down(tmp_path)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "core.hooksPath=.githooks"]
        return subprocess.run(
            [git, *who, *words], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )

    def commit_files(**files: str) -> str:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        assert run("add", "--force", *files).returncode == 0
        done = run("commit", "-m", "x")
        run("reset")
        return done.stderr if done.returncode else ""

    assert run("init", "-q").returncode == 0
    assert run("add", ".").returncode == 0 and run("commit", "-m", "laid down").returncode == 0, (
        "a bare workspace is committed"
    )
    return commit_files


@pytest.mark.parametrize(
    "name",
    [
        "data/raw/mine/a.txt",
        "data/processed/mine/x.parquet",
        "export.csv",
        "studies/Old.XLSX",
        "a b/c.sav",
        "x.dta",
        ".alongside/x.json",
    ],
)
def test_rows_of_people_are_refused(commit: Callable[..., str], name: str):
    said = commit(**{name: "id,age\n1,30\n"})
    assert said.startswith("This commit may hold rows of people:\n  ") and name.rsplit("/", 1)[-1] in said
    assert "git rm --cached" in said


def test_a_notebook_with_outputs_is_refused_and_one_without_is_not(commit: Callable[..., str]):
    cell = {"cell_type": "code", "execution_count": 1, "id": "a", "metadata": {}, "source": "1", "outputs": []}
    shown = {**cell, "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}]}
    notebooks = [json.dumps({"cells": [c], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}) for c in (cell, shown)]
    assert commit(**{"notebooks/mine.ipynb": notebooks[0]}) == ""
    assert "notebooks/mine.ipynb (has outputs: clear them first)" in commit(**{"notebooks/mine.ipynb": notebooks[1]})


def test_studies_and_what_is_released_are_not_refused(commit: Callable[..., str]):
    assert commit(**{"studies/mine.yaml": "title: x\n", "reports/mine/results.csv": "kind\n", "notes.md": "x"}) == ""


def test_data_is_not_even_offered_to_git(tmp_path: Path, commit: Callable[..., str], require: Callable[[str], str]):
    (tmp_path / "data/raw/mine").mkdir()
    (tmp_path / "data/raw/mine/a.txt").write_text("x")
    said = subprocess.run(
        [require("git"), "status", "--short"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert said.stdout == ""


# The wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources without the network, and laid out as an installer would."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(PACKAGE.parent / name, source / name)
    shutil.copytree(PACKAGE, source / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    build = "from setuptools import build_meta\nbuild_meta.build_wheel('dist')"
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", build], cwd=source, capture_output=True, timeout=120, check=True
    )
    (wheel,) = (source / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def alongside(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line of the installed package, by a user who has the wheel and no repository."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1", "ALONGSIDE_DATA": ""}
    command = [sys.executable, "-m", "pipeline", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


def test_the_wheel_holds_everything_that_the_package_has(installed: Path):
    kept = {n: d for n, d in snapshot(PACKAGE).items() if "__pycache__" not in n and not n.startswith(".")}
    missing = {
        n
        for n, data in kept.items()
        if not (installed / "pipeline" / n).is_file() or (installed / "pipeline" / n).read_bytes() != data
    }
    assert not missing


PEOPLE = "id,group,age,mood_1,mood_2\n" + "".join(
    f"{n},{'Peer' if n % 2 else 'Usual'},{20 + n % 50},{1 + n % 5},{1 + (n * 3) % 5}\n" for n in range(1, 121)
)


@pytest.mark.slow
def test_the_installed_package_lays_a_workspace_down_and_runs_a_study_there(installed: Path, tmp_path: Path):
    export = tmp_path / "Umfrage é.csv"
    export.write_text(PEOPLE, "utf-8")
    home = tmp_path / "mein Ordner"
    home.mkdir()
    drafted = alongside(installed, home, "new", "mine", "--data", str(export))
    assert drafted.returncode == 0, drafted.stderr
    assert set(snapshot(home)) == {*LAID, "studies/mine.yaml", "data/raw/mine/Umfrage é.csv"}
    ran = alongside(installed, home, "run", "mine")
    assert ran.returncode == 0, ran.stdout + ran.stderr + (home / ".alongside/last_run.log").read_text()
    assert ran.stdout.splitlines()[-1] == "mine: 6 stages ran. reports/mine/report.html"
    assert {"report.html", "report.docx", "results.csv", "manifest.json"} <= set(snapshot(home / "reports/mine"))
    assert "data/raw/mine" in (home / "dvc.yaml").read_text() and str(tmp_path) not in (home / "dvc.yaml").read_text()
    again = alongside(installed, home, "run", "mine")
    assert (again.returncode, again.stdout) == (0, "mine: up to date. reports/mine/report.html\n")
