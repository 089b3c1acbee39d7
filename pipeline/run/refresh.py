"""``python -m pipeline.run.refresh``: the shipped notebooks executed on ``bridges``, and their text for wheels.

A notebook in ``notebooks/`` is what people read and edit; its text under ``pipeline/run/workspace/notebooks/``
(jupytext's py:percent) is what reviews and private workspaces have of it. ``--from-text`` takes the text instead, for
those who work in an editor.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import AlongsideError, Mistake, raise_all
from pipeline.files import (
    Workspace,
    read_bytes,
    read_json,
    snapshot,
    temporary_folder,
    write_bytes,
    write_text,
)
from pipeline.run.execute import execute
from pipeline.run.names import STAGES
from pipeline.run.normalise import Notebook, to_bytes, without_outputs
from pipeline.run.records import PACKAGE
from pipeline.run.workspace import NOTEBOOKS, lay_down, shipped_notebooks

STUDY = "bridges"
"""The only study whose people are made up, and so the only one whose outputs are committed."""
TEXTS = PACKAGE / "run" / NOTEBOOKS


def text_of(notebook: Notebook) -> str:
    """A notebook without its outputs as py:percent, with tags and no other metadata."""
    import jupytext
    import nbformat

    node = nbformat.from_dict(without_outputs(notebook))
    node.metadata = nbformat.from_dict(
        {"jupytext": {"notebook_metadata_filter": "-all", "cell_metadata_filter": "tags,-all"}}
    )
    return str(jupytext.writes(node, fmt="py:percent"))


def laid_out(workspace: Workspace, folder: Path) -> Workspace:
    """A private workspace in ``folder`` with ``bridges`` in it: what runs there leaves the work tree as it was."""
    copy = Workspace.at(folder)
    lay_down(copy.root)
    write_bytes(copy.study_file(STUDY), read_bytes(workspace.study_file(STUDY)))
    for name, data in snapshot(workspace.raw(STUDY)).items():
        write_bytes(copy.raw(STUDY) / name, data)
    return copy


def executed(workspace: Workspace, notebooks: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The notebooks as they stand after running in their order on ``bridges``, each by its name; in a copy, by hand."""
    with temporary_folder() as folder:
        copy = laid_out(workspace, folder / "workspace")
        for name, data in notebooks.items():
            here = copy.root / "notebooks" / f"{name}.ipynb"
            write_bytes(here, data)
            made = execute(here, folder / "made.ipynb", {}, failed=folder / "failed.ipynb", state=copy.state())
            raise_all(said_aside(name, read_json(made)))
            yield name, read_bytes(made)


def refresh(workspace: Workspace, from_text: bool = False) -> None:
    """Bring notebooks, their outputs and their texts in line."""
    folder = workspace.root / "notebooks"
    if from_text:
        sources = shipped_notebooks()
    else:
        sources = {stage: to_bytes(without_outputs(read_json(folder / f"{stage}.ipynb"))) for stage in STAGES}
        for stage in STAGES:
            write_text(TEXTS / f"{stage}.py", text_of(read_json(folder / f"{stage}.ipynb")))
    for name, data in executed(workspace, sources):
        write_bytes(folder / f"{name}.ipynb", data)
        print(f"notebooks/{name}.ipynb")


def said_aside(name: str, notebook: Notebook) -> Iterable[Mistake]:
    """Warnings have no place in a notebook that is shown to others."""
    for number, cell in enumerate(notebook["cells"], 1):
        outputs: list[dict[str, Any]] = cell.get("outputs", [])
        if any(output.get("name") == "stderr" for output in outputs):
            yield Mistake(f"{name}.ipynb, cell {number}", "wrote to stderr.", "Mend what it warns of.")


if __name__ == "__main__":
    try:
        refresh(Workspace.at("."), from_text="--from-text" in sys.argv[1:])
    except AlongsideError as error:
        sys.exit(str(error))
