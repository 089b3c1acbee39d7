"""``alongside verify`` on the smallest study with data: it reproduces, faults are caught, missing data are told.

What changes no number is tried on the smallest study with a table and no data, which has two stages instead of six.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.files import snapshot

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
NAME = "joo2022"
FACTS = ("peer-support", "joo2022", "ogard2022", "hcv2023", "hepcare")
"""A study without data, and those that it compares."""


def released(ran: Path, copy: Path) -> Path:
    """A copy of a workspace with nothing that was made in it but its reports."""
    shutil.copytree(ran, copy)
    for left in ("data/processed", ".alongside"):
        shutil.rmtree(copy / left)
    return copy


@pytest.fixture
def root(ran: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ALONGSIDE_DATA", raising=False)
    return released(ran(NAME), tmp_path / "copy")


@pytest.fixture
def facts(ran: Callable[..., Path], tmp_path: Path) -> Path:
    return released(ran(*FACTS), tmp_path / "copy")


def verified(root: Path, *words: str, name: str = NAME) -> tuple[int, dict[str, Any]]:
    code = main(["verify", name, *words, "--root", str(root)])
    return code, json.loads((root / f"certificates/{name}.json").read_text("utf-8"))


def edit(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text("utf-8")
    assert old in text
    (root / path).write_text(text.replace(old, new, 1), "utf-8")


def test_it_reproduces_and_leaves_the_workspace_as_it_was(root: Path, capsys: pytest.CaptureFixture[str]):
    before = snapshot(root)
    code, told = verified(root)
    last = capsys.readouterr().out.splitlines()[-1]
    numbers, files = told["numbers"]["IDENTICAL"], told["files"]["IDENTICAL"]
    assert (code, told["verdict"]) == (0, "REPRODUCED") and numbers > 300 and files > 15
    assert last.startswith(f"{NAME}: REPRODUCED. {numbers} of {numbers} numbers identical, {files} of {files} files")
    assert last.endswith(f"certificates/{NAME}.html")
    assert told["committed"].startswith("the files on this disk") and told["changed_inputs"] == []
    assert list(told["seconds"])[0] == "01_clean" and len(told["seconds"]) == 6 and told["memory_mib"] > 50
    assert "one answer of one row" in told["self_check"]
    left = {path for path in snapshot(root).keys() - before.keys() if not path.startswith(".alongside/")}
    assert left == {f"certificates/{NAME}.html", f"certificates/{NAME}.json"}, "no row of people stays behind"
    page = (root / f"certificates/{NAME}.html").read_text("utf-8")
    assert "<h1>Certificate: " in page and "REPRODUCED." in page and str(root) not in page


def cell(root: Path) -> None:
    edit(root, f"data/raw/{NAME}/informants.csv", "R02,25-44", "R02,45-64")


def declaration(root: Path) -> None:
    edit(root, "studies/hcv2023.yaml", "total: 45", "total: 54")


def digit(root: Path) -> None:
    edit(root, f"reports/{FACTS[0]}/tables/themes-studies.html", ">45<", ">48<")


def seed(root: Path) -> None:
    edit(root, "params.yaml", f"{FACTS[0]}: 1", f"{FACTS[0]}: 2")


def package(root: Path) -> None:
    """Another version of python-docx in front of the installed one: a point is a hair longer."""
    import docx

    (root / "other/python_docx-99.0.dist-info").mkdir(parents=True)
    shutil.copytree(Path(docx.__file__).parent, root / "other/docx")
    edit(root, "other/docx/shared.py", "12700", "12827")


def test_a_changed_answer_is_caught_and_put_down_to_the_data(root: Path):
    cell(root)
    code, told = verified(root)
    assert (code, told["verdict"], told["causes"]) == (5, "NOT REPRODUCED", ["data"])
    assert len(told["numbers_that_differ"]) >= 5 and told["first_stage"] == "03_participants"


def test_a_changed_study_file_is_caught_and_put_down_to_the_declarations(facts: Path):
    declaration(facts)
    code, told = verified(facts, name=FACTS[0])
    assert (code, told["verdict"], told["causes"]) == (5, "NOT REPRODUCED", ["declarations"])
    (number,) = told["numbers_that_differ"]
    assert [number["old"]["text"], number["new"]["text"], told["first_stage"]] == ["45", "54", "05_themes"]


@pytest.mark.parametrize(
    ("tamper", "cause", "files"),
    [
        (digit, "edited after it was made", ["tables/themes-studies.html"]),
        (seed, "parameters", []),
        (package, "environment", ["report.docx"]),
    ],
)
def test_what_changed_no_number_is_caught_and_put_down_to_its_cause(
    facts: Path, monkeypatch: pytest.MonkeyPatch, tamper: Callable[[Path], None], cause: str, files: list[str]
):
    tamper(facts)
    if (facts / "other").exists():
        monkeypatch.setenv("PYTHONPATH", str(facts / "other"))
    code, told = verified(facts, name=FACTS[0])
    assert (code, told["verdict"], told["causes"]) == (5, "NOT REPRODUCED", [cause])
    assert told["numbers_that_differ"] == [] and [f["file"] for f in told["files_that_differ"]] == files


def test_another_function_is_put_down_to_the_code(facts: Path):
    shutil.copytree(ROOT / "pipeline", facts / "other/pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    edit(facts, "other/pipeline/tables/studies.py", '= "NR", "NA"', '= "N/R", "NA"')
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "verify", FACTS[0], "--root", str(facts)], cwd=facts, check=False,
        env={**os.environ, "PYTHONPATH": str(facts / "other")}, capture_output=True, text=True,
    )  # fmt: skip
    told = json.loads((facts / f"certificates/{FACTS[0]}.json").read_text("utf-8"))
    assert (done.returncode, told["causes"]) == (5, ["code"]), done.stderr
    assert "tables/themes-studies.html" in {f["file"] for f in told["files_that_differ"]}


def test_without_its_data_a_study_is_not_run_and_its_stages_are(root: Path, capsys: pytest.CaptureFixture[str]):
    shutil.rmtree(root / f"data/raw/{NAME}")
    code, told = verified(root)
    assert (code, told["verdict"], told["numbers"]) == (0, "NOT RUN", {})
    assert told["needed"][0].startswith(f"data/raw/{NAME}/informants.csv is not there")
    assert told["stand_in"].startswith("6 stages ran on made-up data of the same shape, which shows nothing")
    assert "No number was checked." in capsys.readouterr().out
    assert not (root / f"data/raw/{NAME}").exists() and not (root / f"data/processed/{NAME}/.verify").exists()


def test_hashes_alone_take_seconds_and_run_nothing(root: Path):
    assert verified(root, "--quick")[1]["verdict"] == "UNCHANGED"
    cell(root)
    edit(root, f"reports/{NAME}/tables/informants.html", ">43<", ">48<")
    code, told = verified(root, "--quick")
    assert (code, told["verdict"], told["causes"]) == (5, "CHANGED", ["edited after it was made"])
    assert [c["cause"] for c in told["changed_inputs"]] == ["data"]
    assert not (root / "data/processed").exists()
