"""A study is run, bundled, unpacked elsewhere and run again by the code that the bundle brought: the same reports."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.files import snapshot

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def alongside(folder: Path, *words: str) -> str:
    """The command with the package that ``folder`` holds, if any, or else this one's."""
    package = folder if (folder / "pipeline").is_dir() else ROOT
    around = {k: v for k, v in os.environ.items() if k != "ALONGSIDE_DATA"} | {"PYTHONPATH": str(package)}
    command = [sys.executable, "-m", "pipeline", *words]
    done = subprocess.run(command, cwd=folder, env=around, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_an_unpacked_bundle_gives_the_same_reports(ran: Callable[..., Path], tmp_path: Path):
    home, there = shutil.copytree(ran("joo2022"), tmp_path / "home"), tmp_path / "ein Ort für alles"
    alongside(home, "bundle", "joo2022")
    with zipfile.ZipFile(home / "bundles/joo2022.zip") as archive:
        archive.extractall(there)
    before = snapshot(there / "reports/joo2022")
    assert before == snapshot(home / "reports/joo2022")
    shutil.rmtree(there / "reports/joo2022")
    alongside(there, "run", "joo2022")
    assert snapshot(there / "reports/joo2022") == before
    check = [sys.executable, "-I", "-S", "check.py"]
    checked = subprocess.run(check, cwd=there, env={}, capture_output=True, text=True, timeout=60)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    told = alongside(there, "diff", str(home / "bundles/joo2022.zip"), "reports/joo2022")
    assert told.startswith("joo2022: the same")
