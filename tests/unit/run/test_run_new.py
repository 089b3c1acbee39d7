"""``alongside new``: where it puts a study, where it does not, and what it says of files that are no tables."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.errors import Mistakes
from pipeline.files import Workspace, snapshot
from pipeline.run.new import new_study
from pipeline.run.records import PACKAGE

PEOPLE = "pid,age\n" + "".join(f"p{n},{20 + n}\n" for n in range(30))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "my export.csv"
    path.write_text(PEOPLE)
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    (tmp_path / "home").mkdir()
    monkeypatch.chdir(tmp_path / "home")
    return Workspace.at(".")


def test_an_empty_folder_becomes_a_workspace_and_the_next_study_is_added(home: Workspace, export: Path):
    (home.root / ".venv").mkdir()
    told = new_study(home, "spring", export)
    assert told[:2] == [
        "A private workspace was laid down here (README.md says what is what).",
        "data/raw/spring/my export.csv: 30 rows, 2 columns",
    ]
    assert new_study(home, "autumn", export)[0] == "Added to the workspace that is here."
    assert home.studies() == ["autumn", "spring"]


def test_the_user_says_who_is_who_and_instruments_of_the_registry_are_guessed(home: Workspace, tmp_path: Path):
    path = tmp_path / "a.csv"
    rows = "".join(f"k{n % 20},{n // 20},{n % 3 + 1},{(n + 1) % 3 + 1},{n % 3 + 1}\n" for n in range(40))
    path.write_text(f"kode,gang,ucla_1,ucla_2,ucla_3\n{rows}")
    assert main(["new", "spring", "--data", str(path), "--id", "kode", "--wave", "gang"]) == 0
    text = home.study_file("spring").read_text("utf-8")
    assert "  id: kode" in text and "  wave: gang\n" in text
    assert "ucla: {instrument: ucla-3, items: [ucla_1, ucla_2, ucla_3]}   # guess" in text
    assert main(["new", "autumn", "--data", str(path), "--id", "kod"]) == 3


@pytest.mark.parametrize("there", ["thesis.docx", "studies/other.yaml"])
def test_a_folder_with_other_files_is_left_as_it_is_and_the_command_is_given(home: Workspace, export: Path, there: str):
    (home.root / there).parent.mkdir(exist_ok=True)
    (home.root / there).write_text("mine")
    with pytest.raises(Mistakes) as refused:
        new_study(home, "spring", export)
    assert str(refused.value) == (
        "this folder: holds other files (1), and a private workspace is laid down in an empty folder alone. Nothing "
        f"was written. Type: mkdir ../spring && cd ../spring && alongside new spring --data '{export.as_posix()}'"
    )
    assert snapshot(home.root) == {there: b"mine"}


def test_a_clone_takes_no_data(export: Path, tmp_path: Path):
    clone = tmp_path / "clone"
    (clone / "pipeline/cli").mkdir(parents=True)
    (clone / "pipeline/cli/__init__.py").write_text("")
    for name in (".dvc", "notebooks", "studies"):
        (clone / name).mkdir()
    (clone / ".dvc/config").write_text("")
    before = snapshot(clone)
    with pytest.raises(Mistakes) as refused:
        new_study(Workspace.at(clone), "spring", export)
    there = (tmp_path / "spring").as_posix()
    assert str(refused.value) == (
        "this folder: is Alongside's own source, which is public: data that are not public never lie in a clone of it. "
        f"Nothing was written. Type: mkdir {there} && cd {there} && alongside new spring --data '{export.as_posix()}'"
    )
    assert snapshot(clone) == before and (PACKAGE / "cli").is_dir()


@pytest.mark.parametrize(
    "name, begins, told",
    [
        ("a.png", b"\x89PNG\r\n\x1a\n\x00", "a.png: is an image (PNG), not a table. Export the data as CSV,"),
        ("a.jpg", b"\xff\xd8\xff\xe0\x00", "a.jpg: is an image (JPEG), not a table. Export the data as CSV,"),
        ("a.pdf", b"%PDF-1.7\n", "a.pdf: is a PDF, not a table. Export the data as CSV,"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00", "a.csv: is an image (PNG), not delimited text. Export the data as CSV,"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(home: Workspace, tmp_path: Path, name: str, begins: bytes, told: str):
    (tmp_path / name).write_bytes(begins)
    with pytest.raises(Mistakes) as refused:
        new_study(home, "spring", tmp_path / name)
    assert str(refused.value).startswith(told) and refused.value.exit_code == 3
    assert snapshot(home.root) == {}


def test_exports_that_accumulate_are_never_offered_to_git(home: Workspace, export: Path, require: Callable[[str], str]):
    new_study(home, "spring", export)
    quarter = home.raw("spring") / "exports" / "2026-q1.csv"
    quarter.parent.mkdir()
    quarter.write_text(PEOPLE)
    git = require("git")
    subprocess.run([git, "init", "-q"], check=True)
    ignored = subprocess.run([git, "check-ignore", quarter.as_posix()], capture_output=True, text=True, check=False)
    assert ignored.stdout.strip() == quarter.as_posix()
