"""Small files under ``.alongside/`` for what DVC cannot see: the code, the packages, what stands in a notebook.

They are made anew before every run and written only where they differ, so that a stage is stale when one of its own
has changed, and for no other reason.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.files import Workspace, read_bytes, read_json, sha256, write_bytes
from pipeline.run.names import notebook_of
from pipeline.run.source import written

PACKAGE = Path(__file__).resolve().parent.parent
TOP = "house"
"""The record of the modules that lie in no room (``errors``, ``files``, ``results``)."""
_NOT_CODE = ("__pycache__", ".ipynb_checkpoints")
_NO_PART_OF_A_STAGE = ("cli.py", "__main__.py")


def environment_file(workspace: Workspace) -> Path:
    return workspace.state() / "environment.json"


def room_file(workspace: Workspace, room: str) -> Path:
    return workspace.state() / "rooms" / f"{room}.json"


def source_file(workspace: Workspace, study: str, stage: str) -> Path:
    """A notebook that ships is the same for every study."""
    notebook = notebook_of(workspace, study, stage)
    return workspace.state() / "sources" / notebook.relative_to(workspace.root).with_suffix(".json")


def environment(workspace: Workspace) -> dict[str, Any]:
    """The Python, the kind of machine, the lock file and every installed package."""
    lock = workspace.root / "requirements.lock"
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "machine": f"{sys.platform} {platform.machine()}",
        "lock": sha256(read_bytes(lock)) if lock.is_file() else "",
        "packages": installed(map(Path, sys.path)),
    }


def installed(folders: Iterable[Path]) -> list[str]:
    """Name and version of every package, from the names of the folders that installers leave."""
    found = {
        p.name.removesuffix(".dist-info") for folder in folders if folder.is_dir() for p in folder.glob("*.dist-info")
    }
    return sorted(name for name in found if not name.lower().startswith("alongside-"))


def room(name: str, package: Path = PACKAGE) -> dict[str, str]:
    """The files of a room and their hashes, by path within the package."""
    if name == TOP:
        files = [p for p in package.glob("*.py") if p.name not in _NO_PART_OF_A_STAGE]
    else:
        files = [p for p in (package / name).rglob("*") if p.is_file() and not set(_NOT_CODE) & set(p.parts)]
    return {p.relative_to(package).as_posix(): sha256(read_bytes(p)) for p in sorted(files)}


def code_hash(rooms: Iterable[str]) -> str:
    """One hash of all files of these rooms."""
    return sha256(_text({name: room(name) for name in sorted(rooms)}))


def write_records(workspace: Workspace, rooms: Iterable[str], stages: Iterable[tuple[str, str]]) -> None:
    """Bring the records of rooms and of (study, stage) notebooks up to date."""
    _write(environment_file(workspace), environment(workspace))
    for name in rooms:
        _write(room_file(workspace, name), room(name))
    for study, stage in stages:
        _write(source_file(workspace, study, stage), written(read_json(notebook_of(workspace, study, stage))))


def _write(path: Path, value: Any) -> None:
    data = _text(value)
    if not path.is_file() or read_bytes(path) != data:
        write_bytes(path, data)


def _text(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode("utf-8")
