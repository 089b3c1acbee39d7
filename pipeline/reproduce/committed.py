"""The committed state of a study's reports: git HEAD, or the files on the disk where git has or tells nothing.

Blobs are read by ``ls-tree`` and ``cat-file``, which run no hooks and no filters. A stranger's ``.git/config`` can make
git run other things (a promised object that is fetched, a monitor of the file system): these are shut.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipeline.files import Workspace, inside, sha256, snapshot
from pipeline.report.published import MANIFEST
from pipeline.reproduce.elsewhere import manifest_from

_GIT = ["git", "--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]
_LINK = "120000"
_SHUT = {
    "GIT_ALLOW_PROTOCOL": "none",  # no transport at all, whatever a config allows
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",  # an object stands for itself
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C.UTF-8",
}


@dataclass(frozen=True)
class Committed:
    """files: by path within ``reports/<study>``. source: where they are from, in words. revision: of git, or "".

    on_disk: the files as they lie here, where these are others.
    """

    files: Mapping[str, bytes]
    source: str
    revision: str = ""
    on_disk: Mapping[str, bytes] | None = None

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest beside them; empty where there is none or it can't be read."""
        found = manifest_from(self.files.get(MANIFEST, b"")) or {}
        return found if isinstance(found.get("outputs"), dict) else {}

    def as_made(self, name: str) -> bool:
        """Whether a file is (or is not there) as the manifest says."""
        data = self.files.get(name)
        return (sha256(data) if data is not None else None) == self.manifest.get("outputs", {}).get(name)


def committed(workspace: Workspace, study: str) -> Committed:
    """What git HEAD holds under ``reports/<study>``; else the files that lie there, with the reason why.

    ``Mistakes`` where that folder is a link that leads out: it might be the whole disk.
    """
    disk = snapshot(inside(workspace.root, f"reports/{study}"))
    try:
        revision = git(workspace, "rev-parse", "--verify", "HEAD^{commit}").decode().strip()
        files = _tree(workspace, study)
    except FileNotFoundError:
        return Committed(disk, "the files on this disk (git is not installed here)")
    except subprocess.SubprocessError as error:
        said = (getattr(error, "stderr", b"") or b"").decode("utf-8", "replace")
        why = "git does not trust this folder's owner" if "dubious ownership" in said else "git has no commit here"
        return Committed(disk, f"the files on this disk ({why})")
    if not files:
        return Committed(disk, f"the files on this disk (git HEAD has none under reports/{study})")
    return Committed(files, f"git HEAD, {revision[:12]}", revision, disk if disk and disk != files else None)


def _tree(workspace: Workspace, study: str) -> dict[str, bytes]:
    folder = f"reports/{study}/"
    listed = git(workspace, "ls-tree", "-r", "-z", "HEAD", "--", folder).decode("utf-8", "surrogateescape")
    names, odd = dict[str, str](), dict[str, bytes]()
    for line in filter(None, listed.split("\0")):
        about, path = line.split("\t", 1)
        mode, kind, blob = about.split()
        if kind == "blob" and mode != _LINK:
            names[path.removeprefix(folder)] = blob
        else:  # no file of a report: never the same as one, and not followed
            odd[path.removeprefix(folder)] = f"{kind} {mode} {blob}".encode()
    return {**(dict(zip(names, blobs(workspace, list(names.values())), strict=True)) if names else {}), **odd}


def blobs(workspace: Workspace, ids: list[str]) -> list[bytes]:
    """The contents of blobs, by one process."""
    out, found = git(workspace, "cat-file", "--batch", given="".join(f"{i}\n" for i in ids).encode()), list[bytes]()
    at = 0
    for _ in ids:
        end = out.index(b"\n", at)
        head = out[at:end].split()
        if len(head) != 3 or head[1] != b"blob":
            raise subprocess.SubprocessError("git does not hold a file that its tree names")
        size = int(head[2])
        found.append(out[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found


def git(workspace: Workspace, *words: str, given: bytes = b"") -> bytes:
    """What git says at the workspace's root; ``FileNotFoundError`` without git, ``SubprocessError`` where it fails."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    done = subprocess.run(
        [*_GIT, "-C", str(workspace.root), *words], input=given, capture_output=True, check=True, timeout=120,
        env={**kept, **_SHUT},
    )  # fmt: skip
    return done.stdout
