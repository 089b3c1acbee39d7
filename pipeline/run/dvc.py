"""``dvc.yaml``, made from the studies that are there: what each stage depends on and what it makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.files import Workspace
from pipeline.run.function import code_file as own_code
from pipeline.run.names import CLEAN, MODELS, PARTICIPANTS, REPORT, SCORE, STAGES, THEMES, declared_in, needs, stages_of
from pipeline.run.places import FULL
from pipeline.run.records import TOP, code_file, environment_file, source_file
from pipeline.study import Study

_ALWAYS = (TOP, "run", "study", "intake", "cleaning", "instruments", "models")
"""A study file is held against the registry and against what models can do wherever it is read."""
_BEFORE: Mapping[str, Sequence[str]] = {
    CLEAN: _ALWAYS,
    SCORE: (*_ALWAYS, "disclosure", "tables", "themes"),
    PARTICIPANTS: (*_ALWAYS, "disclosure", "tables", "themes"),
    MODELS: (*_ALWAYS, "audit", "disclosure", "report", "tables", "themes"),
    THEMES: (*_ALWAYS, "disclosure", "tables", "themes"),
}
EVERY_ROOM = sorted({*(room for rooms in _BEFORE.values() for room in rooms), "audit", "report"})
"""What the report depends on: its manifest names the hash of all of them, and the audit lets it pass or does not."""
ROOMS: Mapping[str, Sequence[str]] = {**_BEFORE, REPORT: EVERY_ROOM}
"""The rooms whose modules a stage imports, by itself or by way of others; a test holds this against the imports. An
analyst's own stage may import any."""
_DRAWS = (MODELS, REPORT)
"""Stages that draw random numbers, or name the seed."""
_HEAD = """\
# Made by 'alongside run' from studies/ and notebooks/: change those.
# Stages run in a kernel of their own; .alongside/ holds records of the code, the packages and the notebooks' source.
"""


def target(study: str, stage: str) -> str:
    """The name of a stage in ``dvc.yaml``."""
    return f"{study}-{stage}"


def dvc_yaml(workspace: Workspace, studies: Sequence[str]) -> str:
    """The text of ``dvc.yaml``. All names in it are letters, digits, - and _."""
    blocks = [_block(workspace, study, stage) for study in studies for stage in stages_of(workspace, study)]
    return _HEAD + ("stages:\n" + "".join(blocks) if blocks else "stages: {}\n")


def depends_on(workspace: Workspace, study: str, stage: str) -> list[str]:
    """Everything that makes the stage stale when it changes, as paths from the root."""
    stages = stages_of(workspace, study)
    declared = declared_in(workspace, study)
    paths = [workspace.study_file(study), environment_file(workspace)]
    if declared is not None and stage in (THEMES, REPORT):
        paths += [workspace.study_file(other) for other in declared.compared]
    # The report's manifest names every notebook.
    paths += [source_file(workspace, study, s) for s in (stages if stage == REPORT else [stage])]
    paths += [code_file(workspace, stage if stage in STAGES else REPORT)]
    coded = declared is not None and declared.interviews is not None and declared.interviews.coded is not None
    reads_raw = (CLEAN in stages and stage in (CLEAN, REPORT)) or (coded and stage in (THEMES, REPORT))
    paths += [workspace.raw(study)] if reads_raw else []
    paths += [workspace.root / "styles" / f"{name}.yaml" for name in _own_styles(workspace, declared, stage)]
    own = own_code(workspace, study)
    paths += [own] if stage in (CLEAN, REPORT) and own.is_file() else []
    paths += _earlier_release(workspace, declared) if stage == REPORT else []
    paths += [workspace.stage(study, earlier) for earlier in needs(stage, stages)]
    return sorted(_from_root(workspace, p) for p in paths)


def _earlier_release(workspace: Workspace, declared: Study | None) -> list[Path]:
    """The earlier release that a study file names, where it is there: if not, the report's stage tells so."""
    named = declared.release.previous if declared is not None else None
    path = workspace.root / named if named else None
    return [path] if path is not None and path.is_file() else []


def _own_styles(workspace: Workspace, declared: Study | None, stage: str) -> list[str]:
    """The workspace's own house styles, which may be like each other, where the report is in one of them."""
    own = sorted(workspace.styles()) if stage == REPORT else []
    return own if declared is not None and declared.style in own else []


def makes(workspace: Workspace, study: str, stage: str) -> list[str]:
    """What the stage leaves behind, as paths from the root."""
    paths = [workspace.stage(study, stage), workspace.processed(study) / "notebooks" / f"{stage}.ipynb"]
    paths += [workspace.reports(study), workspace.processed(study) / FULL] if stage == REPORT else []
    return sorted(_from_root(workspace, p) for p in paths)


def _orders(declared: Study | None) -> bool:
    """Whether the interviews of a study are put into random orders."""
    asked = declared.interviews.saturation_asked if declared is not None and declared.interviews is not None else None
    return asked is not None and asked.orders > 0


def _block(workspace: Workspace, study: str, stage: str) -> str:
    lines = [f"  {target(study, stage)}:", f"    cmd: python -m pipeline.run.stage {study} {stage}", "    deps:"]
    lines += [f"    - {path}" for path in depends_on(workspace, study, stage)]
    if stage in _DRAWS or stage not in STAGES or (stage == THEMES and _orders(declared_in(workspace, study))):
        lines += ["    params:", f"    - seed.{study}"]
    lines += ["    outs:"]
    # Not in DVC's cache, and never removed by it: a stage that fails leaves what it made the last time.
    lines += [f"    - {path}:\n        cache: false\n        persist: true" for path in makes(workspace, study, stage)]
    return "\n".join(lines) + "\n"


def _from_root(workspace: Workspace, path: Any) -> str:
    return str(path.relative_to(workspace.root).as_posix())
