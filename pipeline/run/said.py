"""What a cell raised for a person to read, carried out of the kernel: sentences, never a traceback."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pipeline.errors import AlongsideError, Mistake, Mistakes, NotHad, StageFailed
from pipeline.files import read_json, write_json

SAID = "ALONGSIDE_SAID"
"""Names the file in which the kernel of a run leaves what a cell raised. Not set in JupyterLab."""

_KINDS: dict[str, type[AlongsideError]] = {"StageFailed": StageFailed, "NotHad": NotHad}


def tell_when_raised() -> None:
    """In a kernel of ours: note a ``Mistakes`` (or another error made of sentences) that a cell raises."""
    path = os.environ.get(SAID)
    if path is None:
        return
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or getattr(shell, "alongside_tells", False):
        return

    def note(result: Any) -> None:
        error = result.error_in_exec
        if isinstance(error, AlongsideError):
            write_json(Path(path), to_json(error))

    shell.alongside_tells = True
    shell.events.register("post_run_cell", note)


def heard(path: Path) -> AlongsideError | None:
    """What a kernel noted, as the error it was; None where it noted nothing."""
    return from_json(read_json(path)) if path.exists() else None


def to_json(error: AlongsideError) -> dict[str, Any]:
    if isinstance(error, Mistakes):
        return {"kind": "Mistakes", "mistakes": [[m.where, m.what, m.mend] for m in error.mistakes]}
    return {"kind": type(error).__name__, "sentence": str(error)}


def from_json(noted: dict[str, Any]) -> AlongsideError:
    if noted["kind"] == "Mistakes":
        return Mistakes(Mistake(*m) for m in noted["mistakes"])
    return _KINDS.get(noted["kind"], StageFailed)(noted["sentence"])
