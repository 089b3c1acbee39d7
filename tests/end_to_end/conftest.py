"""Workspaces that were run once a session, whichever worker asks first; every test takes a copy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.cli import main
from pipeline.run.workspace import lay_down

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """``ran(name, *others)``: a private workspace without git that holds these studies and their data, ``name`` run
    in it once by the code as it stands. Not to be changed: take a copy."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared

    def workspace(name: str, *others: str) -> Path:
        root, done = shared / name / "Ein {Pfad} für alle", shared / f"{name}.done"
        with FileLock(shared / f"{name}.lock"):
            if not done.exists():
                shutil.rmtree(root, ignore_errors=True)  # left by a worker whose run broke
                root.mkdir(parents=True)
                lay_down(root, name)
                shutil.copy(ROOT / "requirements.lock", root)
                for study in (name, *others):
                    shutil.copy(ROOT / f"studies/{study}.yaml", root / "studies")
                    if (data := ROOT / "data/raw" / study).is_dir():
                        shutil.copytree(data, root / "data/raw" / study)
                assert main(["run", name, "--root", str(root)]) == 0
                done.touch()
        return root

    return workspace
