"""A study's own function, ``studies/<study>.py``: held against the hashes that the user allows, and only then loaded.

Nothing of it is loaded but by the stage that cleans. What is allowed stands in no file of the workspace, so that a
stranger's folder can't bring its own permission along.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from pipeline.errors import Mistake, Mistakes, closest
from pipeline.files import Workspace, inside, read_bytes, sha256
from pipeline.study import Study

if TYPE_CHECKING:
    import pandas as pd

ALLOW = "ALONGSIDE_ALLOW"
"""Hashes of functions that may run, between blanks: given with ``--allow``, or set by whoever starts JupyterLab."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def allowing(hashes: Sequence[str]) -> dict[str, str]:
    """The environment in which functions with these hashes may run, beside those that are allowed already."""
    for given in hashes:
        if not _SHA256.fullmatch(given):
            what = "is no sha256: it has 64 digits from 0 to f."
            raise Mistakes.one(f"--allow {given}", what, "Copy it from the message that asks for it.")
    return {ALLOW: " ".join([*os.environ.get(ALLOW, "").split(), *hashes])} if hashes else {}


def code_file(workspace: Workspace, study: str) -> Path:
    return workspace.root / "studies" / f"{study}.py"


def absent_code(workspace: Workspace, study: Study) -> list[Mistake]:
    """A function that the study file names in a file that is not there."""
    if study.function is None or code_file(workspace, study.name).is_file():
        return []
    what = f"studies/{study.name}.py is not there."
    return [Mistake(study.where("function"), what, f"Write 'def {study.function.name}(frame)' into it.")]


def own_function(workspace: Workspace, study: Study) -> Callable[[pd.DataFrame], pd.DataFrame] | None:
    """The function that the study file names; None where it names none.

    ``Mistakes`` where the user has not allowed exactly these bytes, and where they hold no such function.
    """
    if study.function is None:
        return None
    place, name = f"studies/{study.name}.py", study.function.name
    source = read_bytes(inside(workspace.root, place))
    found = sha256(source)
    if found not in os.environ.get(ALLOW, "").split():
        what = f"is code, and nobody has allowed it to run here. Its sha256 is {found}."
        raise Mistakes.one(place, what, f"Read it; if you trust it, type 'alongside run {study.name} --allow {found}'.")
    module = ModuleType(study.name)
    try:
        compiled = compile(source, place, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise Mistakes.one(f"{place}{line}", "is not Python.", "Mend it; its hash will be another.") from None
    exec(compiled, module.__dict__)  # noqa: S102 - these very bytes were allowed by their hash
    function = getattr(module, name, None)
    if not callable(function):
        mend = closest(name, [n for n in vars(module) if not n.startswith("_")]) or f"Write 'def {name}(frame)' there."
        raise Mistakes.one(study.where("function", "name"), f"{place} has no function '{name}'.", mend)
    return function
