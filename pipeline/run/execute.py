"""One notebook through papermill, in a kernel of our own: it ran to its end, or it failed and says where."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from papermill.execute import ERROR_ANCHOR_MSG, ERROR_MARKER_TAG, ERROR_MESSAGE_TEMPLATE

from pipeline.errors import Mistakes, StageFailed, raise_all
from pipeline.files import (
    Workspace,
    output_handle,
    read_bytes,
    read_json,
    temporary_folder,
    working_folder,
    write_bytes,
)
from pipeline.run.normalise import INJECTED, Notebook, normalise, tags, text, to_bytes
from pipeline.run.said import SAID, heard
from pipeline.run.source import check_parameters, odd_parameters, out_of_place, parameters, read_notebook
from pipeline.run.surroundings import surroundings

_LONGEST_SOCKET = 100  # characters; the operating systems allow 104 to 108


@dataclass(frozen=True)
class Limits:
    """Seconds: for one cell, for all of them together, and for the kernel to start."""

    cell: float = 3600
    stage: float = 3 * 3600
    start: float = 120


USUAL = Limits()


def execute(
    notebook: Path,
    output: Path,
    given: Mapping[str, Any],
    *,
    failed: Path,
    state: Path,
    limits: Limits = USUAL,
    extra: Mapping[str, str] | None = None,
) -> Path:
    """Run ``notebook`` in its own folder with the parameters ``given``, and write it, normalised, to ``output``.

    ``failed``: where a notebook that broke is kept, marked where it broke; ``output`` is then left as it was.
    ``state``: the workspace's folder for what is private to this machine. ``extra``: environment for the kernel.

    Raises ``Mistakes`` before a kernel starts (parameters, shell lines) or as a cell raised it, ``StageFailed`` else.
    """
    name = notebook.name
    source = read_notebook(name, read_bytes(notebook))
    raise_all([*out_of_place(name, source), *odd_parameters(name, source)])
    check_parameters(name, source, given)
    _check_places(name, notebook.parent, {**parameters(source), **given})
    # What may speak of people lies beside the output, so that a killed process leaves it there and not in /tmp. Only
    # the sockets are elsewhere: their path must be short, and not every disk can hold one.
    beside = output.parent.resolve() / f".{output.name}.running"
    with working_folder(beside) as private, temporary_folder() as sockets:
        written, log, said = private / "notebook.ipynb", private / "log", private / "said.json"
        environment = {**surroundings(state), **(extra or {}), SAID: str(said)}
        environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(private))
        with _kernel_manager(private, sockets, log, environment, str(notebook.parent)) as manager:
            ran, trouble = _run(source, dict(given), written, manager, limits)
        at, reason = _first_break(ran, trouble)
        folders = (notebook.parent.resolve(), state.parent.resolve(), Path(sys.prefix), private)
        places = {str(folder): "…" for folder in folders if len(folder.parts) > 1}
        if trouble is None and at is None:
            write_bytes(output, to_bytes(normalise(ran, places)))
            return output
        write_bytes(failed, to_bytes(normalise(_marked(ran, at), places)))
        if words := read_bytes(log).strip():
            write_bytes(failed.with_suffix(".txt"), words + b"\n")
        if (told := heard(said)) is not None:
            raise told
        where = f"at its cell {_number(ran, at)}" if at is not None else "before its first cell"
        raise StageFailed(
            f"{name} broke {where}: {_why(trouble) or reason}. It is kept, marked there, as {failed.as_posix()}."
        ) from trouble


def _check_places(name: str, folder: Path, values: Mapping[str, Any]) -> None:
    """The two parameters that every stage has: ``root`` leads to a workspace, ``study`` names a study file in it."""
    root, study = values.get("root"), values.get("study")
    if root is not None and (os.path.isabs(root) or not (folder / root).is_dir()):
        raise Mistakes.one(
            name, "parameter 'root' is not a folder seen from the notebook's own.", "Write it like '..'."
        )
    if root is not None and study is not None and not Workspace(folder / root).study_file(study).is_file():
        raise Mistakes.one(name, f"there is no studies/{study}.yaml.", "Name a study that is there.")


def _run(
    source: Notebook, given: dict[str, Any], written: Path, manager: type[AsyncKernelManager], limits: Limits
) -> tuple[Notebook, Exception | None]:
    """The notebook as far as it came, and what papermill or the kernel raised, if anything."""
    node = nbformat.from_dict(normalise(source))
    deadline = time.monotonic() + limits.stage
    trouble: Exception | None = None
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what it would say, StageFailed says in fewer words
    try:
        papermill.execute_notebook(
            node,
            str(written).replace("{", "{{").replace("}", "}}"),  # papermill formats paths
            given,
            kernel_name="python3",
            progress_bar=False,
            start_timeout=limits.start,
            kernel_manager_class=manager,
            timeout_func=lambda cell: max(0.1, min(limits.cell, deadline - time.monotonic())),
            iopub_timeout=60,
            record_timing=False,
            shutdown_kernel="immediate",
        )
    except Exception as error:  # noqa: BLE001 - whatever they raise ends in a StageFailed
        trouble = error
    return (read_json(written) if written.exists() else normalise(source)), trouble


@contextlib.contextmanager
def _kernel_manager(
    private: Path, sockets: Path, printed: Path, environment: dict[str, str], folder: str
) -> Iterator[type[AsyncKernelManager]]:
    """A manager of kernels that run this interpreter, whichever a person has installed, and talk by local sockets."""
    with output_handle(printed) as log:

        class Manager(AsyncKernelManager):
            def __init__(self, **options: Any):
                super().__init__(**options)
                self.connection_file = str(private / "kernel.json")
                if os.name != "nt" and len(str(sockets / "s-9")) <= _LONGEST_SOCKET:
                    self.transport, self.ip = "ipc", str(sockets / "s")
                self._kernel_spec = KernelSpec(
                    argv=[sys.executable, "-m", "pipeline.run.kernel", "-f", "{connection_file}"], language="python"
                )

            async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
                await super().start_kernel(
                    **{**options, "env": dict(environment), "cwd": folder, "stdout": log, "stderr": log}
                )

        yield Manager


def _first_break(ran: Notebook, trouble: Exception | None) -> tuple[int | None, str]:
    """Index of the first code cell that raised, never ran, or was begun last when the run broke; and what to say of it.

    (None, "") where all ran, or none was begun. papermill takes a notebook for complete whose kernel was killed, and
    one that a ``sys.exit(0)`` cut short; a cell that was stopped has a count as if it had run.
    """
    begun = None
    for index, cell in enumerate(ran["cells"]):
        if cell["cell_type"] != "code" or not text(cell["source"]).strip():
            continue
        for output in cell["outputs"]:
            if output["output_type"] == "error":
                return index, f"it raised {output['ename']}"
        if cell["execution_count"] is None and trouble is None:
            return index, "it was never run"
        if cell["metadata"].get("papermill", {}).get("start_time"):
            begun = index
    return (begun, "") if trouble is not None else (None, "")


def _number(ran: Notebook, at: int) -> int:
    """The cell's number (from 1) in the notebook as a person knows it: without cells that a run put in."""
    return 1 + sum(1 for cell in ran["cells"][:at] if not {INJECTED, ERROR_MARKER_TAG} & set(tags(cell)))


def _marked(ran: Notebook, at: int | None) -> Notebook:
    """With papermill's own marks at the top and before the cell, unless papermill has set them."""
    if at is None or any(ERROR_MARKER_TAG in tags(cell) for cell in ran["cells"]):
        return ran
    top, anchor = (
        {"cell_type": "markdown", "metadata": {"tags": [ERROR_MARKER_TAG]}, "source": words}
        for words in (ERROR_MESSAGE_TEMPLATE % " ", ERROR_ANCHOR_MSG)
    )
    cells = ran["cells"]
    return {**ran, "cells": [top, *cells[:at], anchor, *cells[at:]]}


def _why(trouble: Exception | None) -> str:
    """What to say of trouble that left no error in a cell. Nothing of its own words: they may quote a cell of data."""
    kind = type(trouble).__name__ if trouble is not None else ""
    known: dict[str, str] = {
        "CellTimeoutError": "it took longer than it may",
        "DeadKernelError": "its kernel died (killed, or out of memory)",
        "PapermillExecutionError": "",
    }
    return known.get(kind, f"{kind} while it was run" if kind else "")
