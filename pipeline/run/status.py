"""``alongside status`` and ``alongside check``: what is stale and why, what the exports bring, what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from pipeline.errors import StageFailed
from pipeline.files import Workspace
from pipeline.run.dvc import target
from pipeline.run.fetch import fetch, missing_files
from pipeline.run.names import stages_of, study_names
from pipeline.run.pipeline import prepare
from pipeline.run.quarter import export_changes, last_run, told
from pipeline.run.stages import open_stage
from pipeline.run.studies import read_study
from pipeline.run.surroundings import surroundings


def status_lines(workspace: Workspace, name: str) -> list[str]:
    """Before a run: is the study's data here, which stages are stale and why, what is new in the exports."""
    study = read_study(workspace, name)
    if absent := missing_files(workspace, study):
        files = ", ".join(f"data/raw/{name}/{s.file}" for s in absent.values())
        return [f"{name}: not here: {files}. Type 'alongside fetch {name}'."]
    prepare(workspace, study_names(workspace))
    stale = _stale(workspace, name)
    lines = [
        f"{name}: {len(stale)} of {len(stages_of(workspace, name))} stages are stale"
        if stale
        else f"{name}: up to date"
    ]
    lines += [f"  {stage}: {'; '.join(why)}" for stage, why in stale.items()]
    before = last_run(workspace, study)
    if before is not None:
        lines += [f"  {line}" for line in told(export_changes(study, before.cells, _cells(name, workspace)))]
    return lines


def check_lines(workspace: Workspace, name: str) -> list[str]:
    """Read a study and its data to the end of cleaning, in memory; ``Mistakes`` with all that is wrong."""
    from pipeline.cleaning import clean
    from pipeline.instruments import item_ranges

    study = read_study(workspace, name)
    counts = [(len(getattr(study, part)), part) for part in ("variables", "scales", "tables", "models")]
    said = ", ".join(f"{n} {part if n != 1 else part[:-1]}" for n, part in counts)
    head = f"studies/{name}.yaml is in order: {said}."
    absent = missing_files(workspace, study)
    if any(source.fetch is None for source in absent.values()):
        fetch(workspace, study)  # says which files are not there, and which is nearest
    if absent:
        files = ", ".join(f"data/raw/{name}/{s.file}" for s in absent.values())
        return [head, f"Not held against its data: {files} not here. Type 'alongside fetch {name}'."]
    cleaned = clean(_cells(name, workspace), study, item_ranges(study))
    steps = cleaned.flow.steps
    lines = [head]
    for table in study.sources:
        mine = steps[steps["table"] == table].groupby("step", sort=False)["rows"].sum()
        lines.append(
            f"{table}: {mine.get('read', 0):,} rows read, {mine.get('left out', 0):,} left out, "
            f"{mine.get('kept', 0):,} kept"
        )
    return [*lines, f"Next: alongside run {name}"]


def _cells(name: str, workspace: Workspace) -> dict[str, Any]:
    return open_stage(name, str(workspace.root), "01_clean").cells()


def _stale(workspace: Workspace, name: str) -> dict[str, list[str]]:
    """Stages that DVC would run again, each with its reasons in words."""
    stages = stages_of(workspace, name)
    command = [sys.executable, "-m", "dvc", "status", "--json", *(target(name, stage) for stage in stages)]
    done = subprocess.run(
        command, cwd=workspace.root, env=surroundings(workspace.state()), capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        said = [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        raise StageFailed(f"DVC stopped: {said[0] if said else f'exit code {done.returncode}'}.")
    found = json.loads(done.stdout or "{}")
    return {stage: _reasons(found[key], name) for stage in stages if (key := target(name, stage)) in found}


def _reasons(told_by_dvc: Iterable[Any], study: str) -> list[str]:
    reasons = list[str]()
    for part in told_by_dvc:
        if not isinstance(part, dict):
            reasons.append("it was never run" if str(part) == "changed command" else str(part))
            continue
        for path, how in part.get("changed deps", {}).items():
            reasons.append(_because(path, how, study))
        for path in part.get("changed outs", {}):
            reasons.append(f"{path} is not as it was made")
    return list(dict.fromkeys(r for r in reasons if r)) or ["an earlier stage is stale"]


def _because(path: str, how: Any, study: str) -> str:
    if path == f"studies/{study}.yaml":
        return "the study file changed"
    if path == f"data/raw/{study}":
        return "the raw data changed"
    if path.endswith("environment.json"):
        return "the installed packages changed"
    if "/rooms/" in path:
        return f"the code in {path.rsplit('/', 1)[-1].removesuffix('.json')} changed"
    if "/sources/" in path:
        return "the notebook changed"
    if path.startswith("data/processed/"):
        return "" if how == "deleted" else "an earlier stage was made anew"
    return f"{path}: {how}" if isinstance(how, str) else f"{path} changed"
