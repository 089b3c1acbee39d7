"""Trivial notebooks and a trivial workspace around them: what is tested here is how stages are run, not what they compute."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.run.names import STAGES

PARAMETERS = 'study = "tiny"\nroot = ".."'
STUDY = "title: Tiny\ndata: {file: people.csv, id: id}\ndesign: {kind: cohort}\nrelease: {rule: none, because: made up}\n"
PART = (
    "from IPython.display import display\n"
    "display({'text/html': '<section><h2 id=\"a\">A</h2></section>', 'application/vnd.alongside.part+json': "
    "{'anchor': 'a', 'title': 'A', 'headings': [], 'report': {'study': 'tiny', 'title': 'Tiny', 'made_up': True, 'draft': False}}}, raw=True)"
)


def notebook_of(*sources: str, parameters: str = PARAMETERS) -> dict[str, Any]:
    def cell(source: str, *tags: str) -> dict[str, Any]:
        return {"cell_type": "code", "execution_count": None, "metadata": {"tags": list(tags)}, "outputs": [], "source": source}

    cells = [cell(parameters, "parameters"), *map(cell, sources)]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(name="notebook_of", scope="session")
def _notebook_of() -> Callable[..., dict[str, Any]]:
    """A notebook with a cell tagged ``parameters`` and one cell a source."""
    return notebook_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace's root, in a path with blanks, accents and braces, with one study file and no notebook."""
    root = tmp_path / "Ein {Pfad} für alle"
    for name in ("notebooks", "studies", "data/raw/tiny", ".dvc"):
        (root / name).mkdir(parents=True)
    (root / "studies" / "tiny.yaml").write_text(STUDY)
    (root / "data/raw/tiny/people.csv").write_text("id,age\n1,30\n")
    (root / ".dvc" / "config").write_text("[core]\n    no_scm = true\n    analytics = false\n    check_update = false\n")
    return root


@pytest.fixture
def write(folder: Path) -> Callable[..., Path]:
    """Write ``notebooks/<name>.ipynb`` with a parameters cell and these cells; its path."""

    def write_notebook(name: str, *sources: str) -> Path:
        path = folder / "notebooks" / f"{name}.ipynb"
        path.write_text(json.dumps(notebook_of(*sources)), "utf-8")
        return path

    return write_notebook


@pytest.fixture
def tiny(folder: Path, write: Callable[..., Path]) -> Path:
    """A workspace whose six stages each write one line; the last one also a file to release."""
    opened = "from pipeline.run.stages import open_stage\nstage = open_stage(study, root, {!r})"
    wrote = "from pipeline.files import write_text\nwrite_text(stage.folder / 'said.txt', 'as it is')"
    for name in STAGES[:-1]:
        write(name, opened.format(name), wrote)
    write(STAGES[-1], opened.format(STAGES[-1]), wrote, "stage.save_release({'results.csv': b'kind\\n'})", PART)
    return folder
