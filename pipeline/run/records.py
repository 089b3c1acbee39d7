"""Small files under ``.alongside/`` for what DVC cannot see: the code, the packages, what stands in a notebook.

They are made anew before every run and written only where they differ, so that a stage is stale when one of its own
has changed, and for no other reason.
"""

from __future__ import annotations

import contextlib
import json
import platform
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import Mistakes
from pipeline.files import Workspace, read_bytes, sha256, write_bytes
from pipeline.run.machine import machine
from pipeline.run.names import STAGES, notebook_of
from pipeline.run.source import read_notebook, written

PACKAGE = Path(__file__).resolve().parent.parent
TOP = "house"
"""The record of the modules that lie in no room (``errors``, ``files``, ``results``)."""
_NOT_CODE = ("__pycache__", ".ipynb_checkpoints")
_NO_PART_OF_A_STAGE = ("__main__.py",)
_NO_PART_OF_A_RESULT = ("alongside-", "pip-")
"""Itself, told by its source; and what a set-up with uv leaves out."""
LOCK = "requirements.lock"


def environment_file(workspace: Workspace) -> Path:
    return workspace.state() / "environment.json"


def code_file(workspace: Workspace, stage: str) -> Path:
    """The record of the modules that a stage imports: one file a stage, for DVC takes long over long lists."""
    return workspace.state() / "code" / f"{stage}.json"


def source_file(workspace: Workspace, study: str, stage: str) -> Path:
    """A notebook that ships is the same for every study."""
    notebook = notebook_of(workspace, study, stage)
    return workspace.state() / "sources" / notebook.relative_to(workspace.root).with_suffix(".json")


def environment(workspace: Workspace) -> dict[str, Any]:
    """The Python, the kind of machine and every installed package; the hash of the lock file where there is one."""
    lock = workspace.root / LOCK
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "machine": machine(),
        "packages": installed(map(Path, sys.path)),
        **({"lock": sha256(read_bytes(lock))} if lock.is_file() else {}),
    }


def installed(folders: Iterable[Path]) -> list[str]:
    """Name and version of every package, from the names of the folders that installers leave."""
    found = {
        p.name.removesuffix(".dist-info") for folder in folders if folder.is_dir() for p in folder.glob("*.dist-info")
    }
    return sorted(name for name in found if not name.lower().startswith(_NO_PART_OF_A_RESULT))


def room(name: str, package: Path = PACKAGE) -> dict[str, str]:
    """The files of a room and their hashes, by path within the package."""
    if name == TOP:
        files = [p for p in package.glob("*.py") if p.name not in _NO_PART_OF_A_STAGE]
    else:
        files = [p for p in (package / name).rglob("*") if p.is_file() and not set(_NOT_CODE) & set(p.parts)]
    return {p.relative_to(package).as_posix(): sha256(read_bytes(p)) for p in sorted(files)}


def source_record(workspace: Workspace, study: str, stage: str) -> bytes:
    """What stands in a stage's notebook as a person wrote it, in one form; ``Mistakes`` where it is no notebook."""
    notebook = notebook_of(workspace, study, stage)
    place = notebook.relative_to(workspace.root).as_posix()
    return _text(written(read_notebook(place, read_bytes(notebook))))


def code_hash(rooms: Iterable[str]) -> str:
    """One hash of all files of these rooms."""
    return sha256(_text({name: room(name) for name in sorted(rooms)}))


def write_records(workspace: Workspace, rooms: Mapping[str, Iterable[str]], stages: Iterable[tuple[str, str]]) -> None:
    """Bring the records up to date. rooms: those that each stage's code lies in; stages: (study, stage), its notebook.

    An analyst's own notebook that is none leaves its record as it was: its study is told so, and no other is stopped.
    """
    _write(environment_file(workspace), _text(environment(workspace)))
    files = {name: room(name) for name in sorted({name for some in rooms.values() for name in some})}
    for stage, some in rooms.items():
        _write(code_file(workspace, stage), _text({name: files[name] for name in some}))
    for study, stage in stages:
        with contextlib.suppress(*(() if stage in STAGES else (Mistakes,))):
            _write(source_file(workspace, study, stage), source_record(workspace, study, stage))


def _write(path: Path, data: bytes) -> None:
    if not path.is_file() or read_bytes(path) != data:
        write_bytes(path, data)


def _text(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")
