"""``alongside new``: a study file proposed from an export, and a private workspace where there is none."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

from pipeline.cleaning.guess_scales import Form
from pipeline.cleaning.propose import propose
from pipeline.errors import Mistake, Mistakes, raise_all
from pipeline.files import Workspace, read_bytes, write_bytes, write_text
from pipeline.instruments.card import Instrument
from pipeline.instruments.registry import registry
from pipeline.intake.cells import Cells
from pipeline.intake.read import layout_of, read_cells, sheet_of
from pipeline.intake.shape import odd_shape
from pipeline.run.records import PACKAGE
from pipeline.run.workspace import lay_down
from pipeline.study import Source, guesses, parse_study
from pipeline.themes.coding import Coding
from pipeline.themes.propose import ENDING as PROJECT
from pipeline.themes.propose import is_coded, propose_project, propose_table

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_NO_MATTER = (".git", ".venv", "venv", ".DS_Store", "Thumbs.db")
"""What may lie in a folder that counts as empty."""


def new_study(
    workspace: Workspace, name: str, data: Path, title: str = "", named: tuple[str, str] = ("", "")
) -> list[str]:
    """Copy the export to ``data/raw/<name>/``, propose ``studies/<name>.yaml``, and say what to do next.

    named: the id and the wave column, where the user says which they are.

    Nothing that is there is replaced. It is read back before it is written, so that it is known to be in order.
    """
    if not _NAME.fullmatch(name):
        raise Mistakes.one(
            name, "can't be a study's name.", "Use small letters, digits, - and _, and begin with a letter."
        )
    if not data.is_file():
        raise Mistakes.one(str(data), "is not there.", "Name the export with --data.")
    raise_all(_no_place(workspace, name, data))
    if workspace.study_file(name).exists():
        raise Mistakes.one(f"studies/{name}.yaml", "is there already.", "Take another name, or edit that file.")
    target = workspace.raw(name) / data.name
    content = read_bytes(data)
    if target.exists() and read_bytes(target) != content:
        raise Mistakes.one(f"data/raw/{name}/{data.name}", "is there already and differs.", "Take another name.")
    title = title or name.replace("_", " ").replace("-", " ").capitalize()
    text, holds = _proposed(title, data.name, content, named)
    parse_study(text, f"studies/{name}.yaml")
    laid = lay_down(workspace.root, name) if not (workspace.root / ".dvc").exists() else []
    if not target.exists():
        write_bytes(target, content)
    write_text(workspace.study_file(name), text)
    n = guesses(text)
    return [
        "A private workspace was laid down here (README.md says what is what)."
        if laid
        else "Added to the workspace that is here.",
        f"data/raw/{name}/{data.name}: {holds}",
        f"studies/{name}.yaml: proposed, with {n} guess{'es' * (n != 1)}; each is marked '# guess'",
        f"Next: look at the guesses, then type 'alongside check {name}' and 'alongside run {name}'.",
    ]


def _proposed(title: str, file: str, content: bytes, named: tuple[str, str]) -> tuple[str, str]:
    """The text of a study file, and what the export holds: coded interviews, or a table of people."""
    if file.lower().endswith(PROJECT):
        text, coding = propose_project(title, file, content)
        return text, _coded(coding)
    cells, options, why = _read(file, content)
    if is_coded(cells):
        text, coding = propose_table(title, file, cells, {key: options[key] for key in options if key == "sheet"})
        return text, _coded(coding)
    raise_all(odd_shape(cells, file))
    forms = {key: Form(card.items, card.range_of(1)) for key, card in registry().items() if _guessable(card)}
    rows, columns = cells.text.shape
    return propose(title, file, cells, options, why, named=named, forms=forms), f"{rows:,} rows, {columns:,} columns"


def _coded(coding: Coding) -> str:
    counts = [len(part) for part in (coding.people, coding.documents, coding.segments)]
    return "coded interviews: {:,} people, {:,} documents and {:,} codings".format(*counts)


def _guessable(card: Instrument) -> bool:
    """Whether columns can look like its items: several, and with one range."""
    return card.score != "finished" and not card.ranges


def _no_place(workspace: Workspace, name: str, data: Path) -> list[Mistake]:
    """Why no study can be put here: a clone is public, and a workspace is laid down in an empty folder alone."""
    root = workspace.root
    if (root / PACKAGE.name / "cli").is_dir():
        what = "is Alongside's own source, which is public: data that are not public never lie in a clone of it."
    elif (root / ".dvc" / "config").is_file() and (root / "notebooks").is_dir():
        return []
    elif others := [p.name for p in root.iterdir() if p.name not in _NO_MATTER]:
        what = f"holds other files ({len(others)}), and a private workspace is laid down in an empty folder alone."
    else:
        return []
    there = f"../{name}" if root.resolve() == Path.cwd() else (root.resolve().parent / name).as_posix()
    there, export = shlex.quote(there), shlex.quote(os.path.abspath(data))
    command = f"mkdir {there} && cd {there} && alongside new {name} --data {export}"
    return [Mistake("this folder", f"{what} Nothing was written.", f"Type: {command}")]


def _read(file: str, content: bytes) -> tuple[Cells, dict[str, str], dict[str, str]]:
    """The export on the sheet and in the layout that it looks like, the words of ``data`` that say so, and why."""

    def here(*key: str) -> str:
        return file

    source = Source.model_validate({"file": file, "id": []})
    options, why = dict[str, str](), dict[str, str]()
    sheet, others = sheet_of(source, (file, content), here)
    if sheet:
        options["sheet"] = sheet
        why["sheet"] = f"it has most rows; the others are {', '.join(others)}"
        source = source.model_copy(update=options)
    if (layout := layout_of(source, (file, content), here)) != "plain":
        options["layout"] = layout
    source = source.model_copy(update=options)
    return read_cells("people", source, [(file, content)], here), options, why
