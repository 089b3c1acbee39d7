"""``alongside new``: a study file drafted from an export, and a private workspace where there is none."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.cleaning.propose import propose
from pipeline.errors import Mistakes
from pipeline.files import Workspace, read_bytes, write_bytes, write_text
from pipeline.intake import layout_of, read_cells
from pipeline.intake.cells import Cells
from pipeline.run.workspace import lay_down
from pipeline.study import Source, parse_study

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def new_study(workspace: Workspace, name: str, data: Path, title: str = "") -> list[str]:
    """Copy the export to ``data/raw/<name>/``, draft ``studies/<name>.yaml``, and say what to do next.

    Nothing that is there is replaced. The draft is read back before it is written, so that it is known to be in order.
    """
    if not _NAME.fullmatch(name):
        raise Mistakes.one(
            name, "can't be a study's name.", "Use small letters, digits, - and _, and begin with a letter."
        )
    if not data.is_file():
        raise Mistakes.one(str(data), "is not there.", "Name the export with --data.")
    if workspace.study_file(name).exists():
        raise Mistakes.one(f"studies/{name}.yaml", "is there already.", "Take another name, or edit that file.")
    target = workspace.raw(name) / data.name
    content = read_bytes(data)
    if target.exists() and read_bytes(target) != content:
        raise Mistakes.one(f"data/raw/{name}/{data.name}", "is there already and differs.", "Take another name.")
    cells, options = _read(data.name, content)
    text = propose(title or name.replace("_", " ").replace("-", " ").capitalize(), data.name, cells, options)
    parse_study(text, f"studies/{name}.yaml")
    laid = lay_down(workspace.root, name) if not (workspace.root / "studies").exists() else []
    if not target.exists():
        write_bytes(target, content)
    write_text(workspace.study_file(name), text)
    guesses = text.count("# guess")
    rows, columns = cells.text.shape
    return [
        *(["A private workspace was laid down here (README.md says what is what)."] if laid else []),
        f"data/raw/{name}/{data.name}: {rows:,} rows, {columns:,} columns",
        f"studies/{name}.yaml: drafted, with {guesses} guesses; each is marked '# guess'",
        f"Next: look at the guesses, then type 'alongside check {name}' and 'alongside run {name}'.",
    ]


def _read(file: str, content: bytes) -> tuple[Cells, dict[str, str]]:
    """The export in the layout that it looks like, and the words of ``data`` that say so."""
    plain = Source.model_validate({"file": file, "id": []})
    found = layout_of(plain, (file, content), lambda *path: file)
    options = {} if found == "plain" else {"layout": found}
    source = plain.model_copy(update=options)
    return read_cells("people", source, [(file, content)], lambda *path: file), options
