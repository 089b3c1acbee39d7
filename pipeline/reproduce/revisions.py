"""Files of a git revision, read from its objects alone: nothing that a stranger's repository configures is run."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence

from pipeline.errors import Mistakes
from pipeline.files import Workspace
from pipeline.reproduce.committed import blobs, git

MOST_BYTES = 64_000_000
"""Of one file. The largest ``results.csv`` that ships has half a million."""
_ENTRY = re.compile(rb"(\d{6}) (\w+) ([0-9a-f]{40,64}) +(\w+|-)\t(.*)", re.DOTALL)
_PLAIN = (b"100644", b"100755")
_ABSENT = "BAD"
"""What ``ls-tree`` gives as the size of an object that a partial clone lacks."""


def commit_of(workspace: Workspace, revision: str) -> str | None:
    """The hash of the commit that a revision names; None where it names none, or there is no repository or no git."""
    if revision.startswith("-") or "\0" in revision:
        return None
    try:
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        return git(workspace, *words).decode("ascii", "replace").strip()
    except (OSError, subprocess.SubprocessError):
        return None


def files_at(workspace: Workspace, commit: str, below: str, endings: Sequence[str]) -> dict[str, bytes]:
    """The files under a folder of the workspace at a commit whose path ends so, by path from the workspace's root.

    Links and other repositories in it are passed over. ``Mistakes`` for an object that is not there or is too large.
    """
    wanted = {}
    try:
        for line in filter(None, git(workspace, "ls-tree", "-r", "-z", "-l", commit, "--", below).split(b"\0")):
            entry = _ENTRY.fullmatch(line)
            name = entry[5].decode("utf-8", "surrogateescape") if entry else ""
            if entry and entry[1] in _PLAIN and entry[2] == b"blob" and name.endswith(tuple(endings)):
                wanted[name] = (entry[3].decode(), entry[4].decode())
        for name, (_, size) in wanted.items():
            _check_size(f"{commit[:12]}:{name}", size)
        found = blobs(workspace, [blob for blob, _ in wanted.values()]) if wanted else []
    except (OSError, subprocess.SubprocessError):
        what = "can't be read: the repository lacks a part of it."
        raise Mistakes.one(commit[:12], what, "Fetch it whole.") from None
    return dict(zip(wanted, found, strict=True))


def _check_size(place: str, size: str) -> None:
    if size == _ABSENT:
        raise Mistakes.one(place, "is not in this repository.", "It is a partial clone: fetch the file first.")
    if size.isdigit() and int(size) > MOST_BYTES:
        raise Mistakes.one(place, f"has {int(size) / 1e6:,.0f} MB, which no report has.", "Check what it is.")
