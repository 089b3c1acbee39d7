"""The stages of a study, by name: those that ship, and an analyst's own between them and the report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pipeline.errors import Mistake, raise_all
from pipeline.files import Workspace

CLEAN, SCORE, PARTICIPANTS, MODELS, THEMES, REPORT = STAGES = (
    "01_clean", "02_score", "03_participants", "04_models", "05_themes", "06_report",
)  # fmt: skip
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


def study_names(workspace: Workspace) -> list[str]:
    """The studies of the workspace; ``Mistakes`` where a name could not stand in a command or a folder."""
    names = workspace.studies()
    raise_all(_odd(f"studies/{name}.yaml", name) for name in names if not _PLAIN.fullmatch(name))
    return names


def own_stages(workspace: Workspace, study: str) -> list[str]:
    """An analyst's own notebooks, ``studies/<study>/notebooks/*.ipynb``: stages after ``05_themes``."""
    names = sorted(p.stem for p in own_folder(workspace, study).glob("*.ipynb"))
    place = f"studies/{study}/notebooks"
    wrong = [_odd(f"{place}/{name}.ipynb", name) for name in names if not _PLAIN.fullmatch(name)]
    wrong += [
        Mistake(f"{place}/{n}.ipynb", "has the name of a stage that ships.", "Give it another name.")
        for n in names
        if n in STAGES
    ]
    raise_all(wrong)
    return names


def stages_of(workspace: Workspace, study: str) -> list[str]:
    return [*STAGES[:-1], *own_stages(workspace, study), REPORT]


def notebook_of(workspace: Workspace, study: str, stage: str) -> Path:
    folder = workspace.root / "notebooks" if stage in STAGES else own_folder(workspace, study)
    return folder / f"{stage}.ipynb"


def own_folder(workspace: Workspace, study: str) -> Path:
    return workspace.root / "studies" / study / "notebooks"


def needs(stage: str, stages: Sequence[str]) -> list[str]:
    """The stages whose outputs a stage reads."""
    if stage == REPORT:
        return [s for s in stages if s != REPORT]
    if stage in STAGES:
        return {SCORE: [CLEAN], PARTICIPANTS: [CLEAN, SCORE], MODELS: [SCORE]}.get(stage, [])
    return list(STAGES[:-1])


def _odd(place: str, name: str) -> Mistake:
    return Mistake(place, "has a name that is more than letters, digits, - and _.", "Rename the file.")
