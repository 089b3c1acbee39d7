"""What a notebook says before anything of it is run: its parameters, and what has no place in a stage."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.errors import Mistake, Mistakes, closest, raise_all
from pipeline.run.normalise import Notebook, tags, text, without_outputs

_MAGIC = re.compile(r"^%(matplotlib|config)\b.*$", re.MULTILINE)
_PLAIN = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_ENDS = {("sys", "exit"), ("os", "_exit"), ("os", "abort"), ("os", "kill")}
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def read_notebook(place: str, data: bytes) -> Notebook:
    """The notebook in a file; ``Mistakes`` where it is none, or of a shape that was left behind years ago."""
    try:
        found = json.loads(data.decode("utf-8-sig"))
        if found["nbformat"] < 4:
            raise Mistakes.one(place, "is a notebook of an old kind.", "Open it in JupyterLab and save it.")
        for cell in found["cells"]:
            text(cell["source"]), cell["cell_type"], [*map(str, tags(cell))]
    except (ValueError, TypeError, KeyError, AttributeError):
        what = "is not a notebook: what stands in it can't be read as one."
        raise Mistakes.one(place, what, "Open it in JupyterLab, or take it away.") from None
    return found


def written(notebook: Notebook) -> list[dict[str, Any]]:
    """The cells as a person wrote them, whatever Jupyter saved with them: what a stage depends on."""
    kept = without_outputs(notebook)["cells"]
    return [{"kind": c["cell_type"], "tags": tags(c), "source": c["source"].rstrip()} for c in kept]


def code_cells(notebook: Notebook) -> list[tuple[int, str]]:
    """Number (from 1, all cells counted) and source of every code cell that is not empty."""
    cells = enumerate(notebook["cells"], 1)
    return [(n, text(c["source"])) for n, c in cells if c["cell_type"] == "code" and text(c["source"]).strip()]


def parameters(notebook: Notebook) -> dict[str, Any]:
    """Names and default values in the cell tagged ``parameters``: literals alone count."""
    return {name: ast.literal_eval(value) for name, value in _assigned(notebook) if _is_literal(value)}


def odd_parameters(name: str, notebook: Notebook) -> list[Mistake]:
    """Parameters whose default a run could know only by running the cell. (A cell that is no Python is told apart.)"""
    what, mend = "is no plain value.", "Write text, a number, True, False or a list; compute in another cell."
    assigned = _assigned(notebook)
    return [Mistake(name, f"parameter '{word}' {what}", mend) for word, value in assigned if not _is_literal(value)]


def _assigned(notebook: Notebook) -> Iterator[tuple[str, ast.expr]]:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "parameters" in tags(cell):
            for line in _parsed(text(cell["source"])):
                if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                    yield line.targets[0].id, line.value


def _parsed(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(_MAGIC.sub("pass", source)).body
    except SyntaxError:  # ``out_of_place`` says so
        return []


def _is_literal(value: ast.expr) -> bool:
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError):
        return False
    return True


def check_parameters(name: str, notebook: Notebook, given: Mapping[str, Any]) -> None:
    """``Mistakes`` for every parameter that the notebook does not declare or declares with another type.

    papermill itself only warns of the first and takes the second as it comes.
    """
    declared = parameters(notebook)
    wrong = []
    for word, value in given.items():
        if word not in declared:
            mend = closest(word, declared) or f"It knows: {', '.join(declared) or 'none'}."
            wrong.append(Mistake(name, f"has no parameter '{word}'.", mend))
        elif type(value) is not type(declared[word]):
            is_, was = type(declared[word]).__name__, type(value).__name__
            wrong.append(Mistake(name, f"parameter '{word}' is {is_}, and {was} was given.", "Give the declared type."))
    raise_all(wrong)


def out_of_place(name: str, notebook: Notebook, *, definitions: bool = False) -> list[Mistake]:
    """Cells that a stage can't be relied on with: shell lines, magics, ways out; with ``definitions``, those too.

    ``!false`` leaves no trace of its failure, ``sys.exit(0)`` skips what follows, ``exit()`` does nothing in a kernel.
    """
    found = []
    for number, source in code_cells(notebook):
        place = f"{name}, cell {number}"
        try:
            tree = compile(_MAGIC.sub("pass", source), "cell", "exec", _PLAIN)
        except SyntaxError:
            found.append(
                Mistake(place, "is not plain Python.", "Leave out lines with !, % or ?; import what they would call.")
            )
            continue
        found += [Mistake(place, what, mend) for what, mend in dict.fromkeys(_against(tree, definitions))]
    return found


def _against(tree: ast.AST, definitions: bool) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        named = isinstance(node, ast.Name) and node.id in ("exit", "quit")
        dotted = (
            isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in _ENDS
        )
        if named or dotted:
            yield "ends the run by itself.", "Raise an error, or leave it out."
        if definitions and isinstance(node, _DEFINES):
            yield "defines something.", "Put it into the package, where tests reach it."
