"""What git would take in: of people's rows only those of the made-up study."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def taken(root: Path, tmp_path: Path, require: Callable[[str], str]) -> Callable[..., set[str]]:
    """Which of some paths ``git add .`` takes in, in a fresh repository with this project's rules."""
    git = require("git")

    def added(*paths: str) -> set[str]:
        for path in paths:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(b"a\r\n")
        for rules in (".gitignore", ".gitattributes"):
            shutil.copy(root / rules, tmp_path / rules)
        for words in (["init", "-q"], ["add", "."]):
            subprocess.run([git, *words], cwd=tmp_path, check=True, capture_output=True)
        listed = subprocess.run([git, "ls-files"], cwd=tmp_path, check=True, capture_output=True, text=True)
        return set(listed.stdout.splitlines()) & set(paths)

    return added


def test_rows_of_real_people_are_not_taken_in(taken: Callable[..., set[str]]) -> None:
    files = ("bridges/exports/first.csv", "bridges/README.md", "joo2022/informants.csv")
    made_up = {f"data/raw/{file}" for file in files}
    private = {
        "data/raw/gss2018/GSS2018.dta",
        "data/raw/mine/export.csv",
        "data/raw/loose.csv",
        "data/processed/bridges/01_clean/responses.parquet",
        "data/other/x.csv",
        "dvc.lock",
        ".alongside/durations.json",
        ".venv/set-up.json",
    }
    kept = {"studies/bridges.yaml", "reports/bridges/results.csv", ".dvc/config"}
    assert taken(*made_up, *private, *kept) == made_up | kept


def test_raw_data_and_reports_keep_their_bytes(taken: Callable[..., set[str]], tmp_path: Path) -> None:
    paths = {"data/raw/bridges/a.csv": b"a\r\n", "reports/bridges/a.csv": b"a\r\n", "studies/a.yaml": b"a\n"}
    assert taken(*paths) == set(paths)
    show = {path: ["git", "show", f":{path}"] for path in paths}
    assert {path: subprocess.check_output(words, cwd=tmp_path) for path, words in show.items()} == paths
