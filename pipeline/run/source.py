"""What a notebook says before anything of it is run: its parameters, and what has no place in a stage."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.errors import Mistake, closest, raise_all
from pipeline.run.normalise import Notebook, tags, text, without_outputs

_MAGIC = re.compile(r"^%(matplotlib|config)\b.*$", re.MULTILINE)
_PLAIN = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_ENDS = {("sys", "exit"), ("os", "_exit"), ("os", "abort"), ("os", "kill")}
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


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
    found: dict[str, Any] = {}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "parameters" in tags(cell):
            for line in ast.parse(text(cell["source"])).body:
                if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
                    found[line.targets[0].id] = ast.literal_eval(line.value)
    return found


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
