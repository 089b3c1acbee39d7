"""A clean place for a replay: a whole workspace of copies of one study's inputs, and nothing that was made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import Mistakes
from pipeline.files import Workspace, inside, matching, package_text, read_bytes, remove, write_bytes, write_text
from pipeline.run.names import STAGES, notebook_of, stages_of
from pipeline.run.records import LOCK
from pipeline.run.seeds import FILE as PARAMS
from pipeline.run.studies import read_study, with_compared
from pipeline.run.workspace import SHIPPED, TEMPLATES

FOLDER = ".verify"
"""Under ``data/processed/<study>/``: rows of people lie in it. The next verification empties it."""


def clean_place(workspace: Workspace, study: str) -> Workspace:
    """Lay the place out, emptied first; raw data as far as they are here. ``Mistakes`` of the study file."""
    place = Workspace.at(inside(workspace.root, f"data/processed/{study}") / FOLDER)
    remove(place.root)
    place.root.mkdir(mode=0o700, parents=True)
    for path in [*_declared(workspace, study), *_raw(workspace, study)]:
        write_bytes(place.root / path, read_bytes(inside(workspace.root, path)))
    # The project's own: a stranger's settings of DVC are not asked what they do.
    write_text(place.root / ".dvc/config", package_text(SHIPPED, f"{TEMPLATES}dvc-config"))
    return place


def _declared(workspace: Workspace, study: str) -> Iterator[str]:
    """Everything but raw data that a run of the study reads, as paths from the root."""
    names = [each.name for each in with_compared(workspace, read_study(workspace, study))]
    own = [notebook_of(workspace, study, stage) for stage in stages_of(workspace, study) if stage not in STAGES]
    paths = [
        *(workspace.root / "studies" / f"{name}{ending}" for name in names for ending in (".yaml", ".py")),
        *(workspace.root / "notebooks" / f"{stage}.ipynb" for stage in STAGES),
        *own,
        *(workspace.root / name for name in (PARAMS, LOCK)),
        *sorted((workspace.root / "styles").glob("*.yaml")),
        *_earlier(workspace, study),
    ]
    yield from (p.relative_to(workspace.root).as_posix() for p in paths if p.is_file())


def _earlier(workspace: Workspace, study: str) -> list[Path]:
    """The earlier release that the study file names; where it leads out of the workspace, the run says so."""
    named = read_study(workspace, study).release.previous
    try:
        return [inside(workspace.root, named)] if named else []
    except Mistakes:
        return []


def _raw(workspace: Workspace, study: str) -> Iterator[str]:
    folder, patterns = workspace.raw(study), [s.file for s in read_study(workspace, study).raw_sources.values()]
    names = sorted({name for pattern in patterns for name in matching(folder, pattern)})
    yield from (f"data/raw/{study}/{name}" for name in names)
