"""Trivial notebooks in a trivial workspace: tested is how stages are run, not what they compute."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.run.names import STAGES

PARAMETERS = 'study = "tiny"\nroot = ".."'
STUDY = (
    "title: Tiny\ndata: {file: people.csv, id: id}\ndesign: {kind: cohort}\nrelease: {rule: none, because: made up}\n"
)
SAID = (
    "import os, pathlib\nbeside = pathlib.Path(os.environ['ALONGSIDE_BESIDE'])\n"
    "(beside / 'said.txt').write_text('as it is')"
)
RELEASED = "(beside / 'release').mkdir()\n(beside / 'release' / 'results.csv').write_text('kind')"
HEAD = {"study": "tiny", "title": "Tiny", "made_up": True, "draft": False}
PART = (
    "from IPython.display import display\n"
    "display({'text/html': '<section><h2 id=\"a\">A</h2></section>', 'application/vnd.alongside.part+json': "
    f"{{'anchor': 'a', 'title': 'A', 'headings': [], 'report': {HEAD}}}}}, raw=True)"
)


def notebook_of(*sources: str, parameters: str = PARAMETERS) -> dict[str, Any]:
    def cell(source: str, *tags: str) -> dict[str, Any]:
        empty: dict[str, Any] = {"execution_count": None, "outputs": []}
        return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, **empty}

    cells = [cell(parameters, "parameters"), *map(cell, sources)]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def write_in(root: Path) -> Callable[..., Path]:
    def write_notebook(name: str, *sources: str, parameters: str = PARAMETERS) -> Path:
        path = root / f"{name}.ipynb" if "/" in name else root / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(notebook_of(*sources, parameters=parameters)), "utf-8")
        return path

    return write_notebook


def make_folder(root: Path) -> Path:
    for name in ("notebooks", "studies", "data/raw/tiny", ".dvc"):
        (root / name).mkdir(parents=True)
    (root / "studies" / "tiny.yaml").write_text(STUDY)
    (root / "data/raw/tiny/people.csv").write_text("id,age\n1,30\n")
    config = "[core]\n    no_scm = true\n    analytics = false\n    check_update = false\n"
    (root / ".dvc" / "config").write_text(config)
    return root


def make_tiny(root: Path) -> Path:
    make_folder(root)
    write = write_in(root)
    for name in STAGES[:-1]:
        write(name, SAID)
    write(STAGES[-1], SAID, RELEASED, PART)
    return root


@pytest.fixture(name="notebook_of", scope="session")
def _notebook_of() -> Callable[..., dict[str, Any]]:
    """A notebook with a cell tagged ``parameters`` and one cell a source."""
    return notebook_of


@pytest.fixture(name="make_tiny", scope="session")
def _make_tiny() -> Callable[[Path], Path]:
    """Make a workspace whose six stages each write one line, and the last one also a file to release and a page."""
    return make_tiny


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace's root, in a path with blanks, accents and braces, with one study file and no notebook."""
    return make_folder(tmp_path / "Ein {Pfad} für alle")


@pytest.fixture(name="write_in", scope="session")
def _write_in() -> Callable[[Path], Callable[..., Path]]:
    """Write ``notebooks/<name>.ipynb`` of a root (or a path from the root) with a parameters cell and these cells."""
    return write_in


@pytest.fixture
def write(folder: Path) -> Callable[..., Path]:
    """``write_in`` the folder."""
    return write_in(folder)
