"""The shipped notebooks: thin, executed on made-up people, the same when run again, and the same in the wheel."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
import pytest

from pipeline.files import Workspace, read_json, read_text
from pipeline.run.names import REPORT, STAGES
from pipeline.run.normalise import normalise, to_bytes, without_outputs
from pipeline.run.refresh import STUDY, TEXTS, laid_out, said_aside, text_of
from pipeline.run.source import code_cells, out_of_place, parameters
from pipeline.run.surroundings import surroundings
from pipeline.run.workspace import shipped_notebooks

ROOT = TEXTS.parents[3]
NOTEBOOKS = {stage: ROOT / "notebooks" / f"{stage}.ipynb" for stage in STAGES}
REFRESH = "python -m pipeline.run.refresh"
PICTURE = re.compile(r"data:(image/[a-z+]+);base64,([A-Za-z0-9+/=]+)")


@pytest.fixture(params=STAGES)
def stage(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def notebook(stage: str) -> dict[str, Any]:
    return read_json(NOTEBOOKS[stage])


def outputs(notebook: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for cell in notebook["cells"]:
        yield from cell.get("outputs", [])


def test_there_are_no_others():
    assert sorted(p.name for p in (ROOT / "notebooks").glob("*.ipynb")) == [f"{s}.ipynb" for s in STAGES]


def test_it_is_executed_as_a_whole_with_its_outputs_stored(notebook: dict[str, Any]):
    counts = [c["execution_count"] for c in notebook["cells"] if c["cell_type"] == "code"]
    assert counts == list(range(1, len(code_cells(notebook)) + 1))
    kinds = {output["output_type"] for output in outputs(notebook)}
    assert kinds and kinds <= {"display_data", "execute_result", "stream"}
    assert all(output.get("name") != "stderr" for output in outputs(notebook))


def test_it_shows_something_in_its_looking_cells(stage: str, notebook: dict[str, Any]):
    looks = 0
    under = ""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            under = cell["source"]
        elif "## Look" in under or stage == REPORT and "report.show" in cell["source"]:
            looks += 1
            assert cell["outputs"], cell["source"]
    assert looks


def test_it_defines_nothing_and_calls_no_shell(stage: str, notebook: dict[str, Any]):
    assert out_of_place(stage, notebook, definitions=True) == []
    assert parameters(notebook) == {"study": STUDY, "root": ".."}


def test_it_is_as_the_project_writes_notebooks(stage: str, notebook: dict[str, Any]):
    nbformat.validate(nbformat.from_dict(notebook))
    assert NOTEBOOKS[stage].read_bytes() == to_bytes(normalise(notebook)), REFRESH


def test_its_text_says_the_same(stage: str, notebook: dict[str, Any]):
    assert read_text(TEXTS / f"{stage}.py") == text_of(notebook), REFRESH
    assert without_outputs(jupytext.reads(text_of(notebook), fmt="py:percent")) == without_outputs(notebook)
    assert shipped_notebooks()[stage] == to_bytes(without_outputs(notebook))


def test_it_explains_before_it_computes(notebook: dict[str, Any]):
    kinds = [c["cell_type"] for c in notebook["cells"]]
    assert kinds[0] == "markdown" and kinds.count("markdown") >= 3
    assert max(len(c["source"].splitlines()) for c in notebook["cells"] if c["cell_type"] == "code") <= 20


def test_it_shows_no_row_of_anyone(stage: str):
    said = PICTURE.sub("", read_text(NOTEBOOKS[stage]))
    raw = Workspace.at(ROOT).raw(STUDY)
    telling: set[str] = set()
    for file in (raw / "exports").glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for row in list(csv.DictReader(lines))[2:]:
                telling |= {row["ResponseId"], row["IPAddress"], row["comment"], f"{file.name}:"}
    with (raw / "encounters.csv").open(encoding="cp1252", newline="") as lines:
        telling |= {row["encounter_id"] for row in csv.DictReader(lines, delimiter=";")}
    telling = {word for word in telling if len(word) > 6}
    assert len(telling) > 5000
    begun = {said[at : at + 7] for at in range(len(said))}  # to look for each word in all of it takes seconds
    assert not [word for word in telling if word[:7] in begun and word in said]


KEEPS = """
import json, pathlib
def pytest_runtest_teardown(item):
    if item.parent.path.stem == "06_report":
        kept = pathlib.Path("seen", f"{item.cell_num:03}.json")
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps(item.test_outputs), "utf-8")
"""
"""A conftest.py for nbval: what it saw in each cell of the report."""


@pytest.mark.slow
@pytest.mark.xdist_group("notebooks")
def test_they_reproduce_cell_by_cell_and_picture_by_picture(tmp_path: Path):
    """nbval on a copy, by hand as in JupyterLab; what it saw is kept, because it passes a changed picture."""
    copy = laid_out(Workspace.at(ROOT), tmp_path / "Kopie mit é")
    for stage, path in NOTEBOOKS.items():
        (copy.root / "notebooks" / f"{stage}.ipynb").write_bytes(path.read_bytes())
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "-q",
        "-p",
        "no:cacheprovider",
        "-W",
        "ignore",
        "--rootdir=.",
        "-c",
        "none.ini",
    ]
    (copy.root / "none.ini").write_text("[pytest]\n")
    (copy.root / "notebooks/conftest.py").write_text(KEEPS)
    around = surroundings(copy.state())
    fonts = [sys.executable, "-c", "import matplotlib.font_manager"]  # where it takes long, a cell is told so
    subprocess.run(fonts, env=around, capture_output=True, timeout=300, check=True)
    ran = subprocess.run(
        [*command, *(f"notebooks/{s}.ipynb" for s in STAGES)], cwd=copy.root, env=around,
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    cells = sum(len(code_cells(read_json(path))) for path in NOTEBOOKS.values())
    assert ran.returncode == 0 and f"{cells} passed" in ran.stdout, ran.stdout[-5000:] + ran.stderr[-2000:]
    seen = {"cells": [{"outputs": read_json(path)} for path in sorted(copy.root.glob("seen/*.json"))]}
    assert pictures_in(seen) == pictures(NOTEBOOKS[REPORT])
    assert len(pictures_in(seen)) >= 10


def pictures(path: Path) -> list[str]:
    """The hash of every picture in a notebook's outputs, by kind, in order."""
    return pictures_in(read_json(path))


def pictures_in(notebook: dict[str, Any]) -> list[str]:
    found = PICTURE.findall(json.dumps(list(outputs(notebook))))
    return [f"{kind} {hashlib.sha256(base64.b64decode(data)).hexdigest()}" for kind, data in found]


def test_a_tampered_picture_would_be_seen(tmp_path: Path):
    text = read_text(NOTEBOOKS[REPORT])
    first = PICTURE.search(text)
    assert first is not None
    changed = first[2][:40] + ("A" if first[2][40] != "A" else "B") + first[2][41:]
    (tmp_path / "changed.ipynb").write_text(text.replace(first[2], changed, 1), "utf-8")
    assert pictures(tmp_path / "changed.ipynb") != pictures(NOTEBOOKS[REPORT])


def test_a_notebook_that_warns_is_not_committed():
    warned = {
        "cells": [{"cell_type": "code", "outputs": [{"output_type": "stream", "name": "stderr", "text": "Warning"}]}]
    }
    assert [str(m) for m in said_aside("01_clean", warned)] == [
        "01_clean.ipynb, cell 1: wrote to stderr. Mend what it warns of."
    ]
