"""What the ways back of a study's numbers are made from: each stage's own results, its notebook, the raw files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pipeline.files import Workspace, matching, read_bytes
from pipeline.report.ways import Cell, Ways, ways_of
from pipeline.results import KEY, Key
from pipeline.run.names import REPORT, STAGES, needs, notebook_of, stages_of
from pipeline.run.normalise import Notebook, tags, text
from pipeline.run.places import RESULTS
from pipeline.run.source import read_notebook
from pipeline.study import Study

NUMBERS = "numbers"
"""The tag of the cell in which a stage's numbers are computed."""
_SAVES = "stage.save("


def ways(workspace: Workspace, study: Study) -> Ways:
    """From what stands in the workspace now; the same files give the same ways."""
    stages = needs(REPORT, stages_of(workspace, study.name))
    made = {stage: list(_keys(workspace, study.name, stage)) for stage in stages}
    cells = {stage: _cell(workspace, study.name, stage) for stage in stages if made[stage]}
    folder = workspace.raw(study.name)
    raw = {table: tuple(sorted(matching(folder, source.file))) for table, source in study.sources.items()}
    return ways_of(study, made, cells, raw)


def _keys(workspace: Workspace, study: str, stage: str) -> Iterator[Key]:
    path = workspace.stage(study, stage) / RESULTS
    if path.is_file():
        lines = csv.DictReader(io.StringIO(read_bytes(path).decode("utf-8"), newline=""))
        yield from (Key(*(line[word] for word in KEY)) for line in lines)


def _cell(workspace: Workspace, study: str, stage: str) -> Cell:
    """An analyst's own code is told by its number alone: whether it may leave the machine is not ours to say."""
    path = notebook_of(workspace, study, stage)
    notebook = read_notebook(path.relative_to(workspace.root).as_posix(), read_bytes(path))
    number, code = numbers_cell(notebook)
    return Cell(number, code if stage in STAGES else "")


def numbers_cell(notebook: Notebook) -> tuple[int, str]:
    """Number (from 1, all cells counted) and source of the cell tagged ``numbers``, else of the one that saves them."""
    cells = [(n, c, text(c["source"])) for n, c in enumerate(notebook["cells"], 1) if c["cell_type"] == "code"]
    tagged = [(n, source) for n, cell, source in cells if NUMBERS in tags(cell)]
    return next(iter([*tagged, *((n, source) for n, _, source in cells if _SAVES in source)]), (0, ""))
