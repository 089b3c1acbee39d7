"""What lay under ``reports/<study>/`` before a run: is it as its manifest says, and did the run make the same again?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.files import Workspace, sha256, snapshot
from pipeline.run.places import LAST_RUN, MANIFEST, RESULTS

Rows = Mapping[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Stood:
    """rows: key -> value and text of each released number. odd: files that are not as the manifest beside them says."""

    rows: Rows
    odd: tuple[str, ...] = ()

    def against(self, after: Stood) -> str:
        """Whether a run made the same numbers again; empty where none lay there."""
        if not self.rows:
            return ""
        keys = self.rows.keys() | after.rows.keys()
        differ = sum(self.rows.get(key) != after.rows.get(key) for key in keys)
        if not differ:
            return f"all {len(after.rows):,} numbers of {RESULTS} are as they lay here before"
        return f"{differ:,} of {len(keys):,} numbers of {RESULTS} are not as they lay here before"

    def warning(self) -> str:
        """Which files someone changed, left out or put in since they were made."""
        if not self.odd:
            return ""
        more = f" and {len(self.odd) - 3} more" if len(self.odd) > 3 else ""
        return f"not as {MANIFEST} says: {', '.join(self.odd[:3])}{more}"


def stood(workspace: Workspace, study: str) -> Stood:
    """What lies there now; nothing where there is no report."""
    files = snapshot(workspace.reports(study))
    return Stood(_rows(files.get(RESULTS, b"")), tuple(sorted(_odd(files))))


def before_a_run(workspace: Workspace, study: str) -> Stood:
    """What lies there now; without its numbers where this machine has a run of its own to hold the next one against."""
    found = stood(workspace, study)
    return replace(found, rows={}) if (workspace.processed(study) / LAST_RUN).is_dir() else found


def _rows(data: bytes) -> Rows:
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8", "replace"))))
    except csv.Error:  # no CSV, as its hash says, too
        return {}
    return {tuple(line[:6]): tuple(line[6:]) for line in lines[1:]}


def _odd(files: Mapping[str, bytes]) -> set[str]:
    """A manifest that can't be read says nothing of the other files, and is itself what is odd."""
    if not files:
        return set()
    try:
        told = dict(json.loads(files.get(MANIFEST, b""))["outputs"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return {MANIFEST}
    there = {name: sha256(data) for name, data in files.items() if name != MANIFEST}
    return {name for name in there.keys() | told.keys() if there.get(name) != told.get(name)}
