"""The stages of a study, by name: those that ship, and an analyst's own between them and the report."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from pipeline.errors import AlongsideError, Mistake
from pipeline.files import Workspace, read_text
from pipeline.study import Study, parse_study

CLEAN, SCORE, PARTICIPANTS, MODELS, THEMES, REPORT = STAGES = (
    "01_clean", "02_score", "03_participants", "04_models", "05_themes", "06_report",
)  # fmt: skip
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


def study_names(workspace: Workspace) -> list[str]:
    """The studies whose names can stand in a command and in a folder's name; ``wrong_names`` tells of the others."""
    return [name for name in workspace.studies() if _PLAIN.fullmatch(name)]


def own_stages(workspace: Workspace, study: str) -> list[str]:
    """An analyst's own notebooks, ``studies/<study>/notebooks/*.ipynb``: stages after ``05_themes``.

    Those whose names can be a stage's; ``wrong_names`` tells of the others.
    """
    return [name for name in _own(workspace, study) if _PLAIN.fullmatch(name) and name not in STAGES]


def wrong_names(workspace: Workspace, study: str) -> list[Mistake]:
    """Files of a study whose names can't stand in a command and a folder's name, or are those of stages that ship.

    They stop this study and no other.
    """
    own = own_folder(workspace, study).relative_to(workspace.root).as_posix()
    wrong = [] if _PLAIN.fullmatch(study) else [_odd(f"studies/{study}.yaml")]
    for name in _own(workspace, study):
        if name in STAGES:
            wrong.append(Mistake(f"{own}/{name}.ipynb", "has the name of a stage that ships.", "Give it another name."))
        elif not _PLAIN.fullmatch(name):
            wrong.append(_odd(f"{own}/{name}.ipynb"))
    return wrong


def _own(workspace: Workspace, study: str) -> list[str]:
    return sorted(p.stem for p in own_folder(workspace, study).glob("*.ipynb") if not p.name.startswith("."))


def stages_of(workspace: Workspace, study: str) -> list[str]:
    """A study without data begins where facts are declared."""
    declared = declared_in(workspace, study)
    shipped = STAGES[:-1] if declared is None or declared.data is not None else (THEMES,)
    return [*shipped, *own_stages(workspace, study), REPORT]


def declared_in(workspace: Workspace, study: str) -> Study | None:
    """The study file as a value; None where it is not in order, which stops its own stages alone."""
    file = workspace.study_file(study)
    with contextlib.suppress(AlongsideError):
        return _parsed(read_text(file), file.name) if file.is_file() else None
    return None


@lru_cache(maxsize=64)
def _parsed(text: str, file: str) -> Study:
    """Every stage of a study asks, and parsing takes a while."""
    return parse_study(text, file)


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
    return [s for s in STAGES[:-1] if s in stages]


def _odd(place: str) -> Mistake:
    return Mistake(place, "has a name that is more than letters, digits, - and _.", "Rename the file.")
