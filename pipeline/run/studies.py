"""A study of a workspace, by name."""

from __future__ import annotations

from pipeline.errors import Mistakes, closest
from pipeline.files import Workspace, read_text
from pipeline.study import Study, parse_study


def read_study(workspace: Workspace, study: str) -> Study:
    """The parsed study file; ``Mistakes`` where there is none of that name, or where it is not in order."""
    path = workspace.study_file(study)
    if not path.is_file():
        known = workspace.studies()
        mend = closest(study, known) or (f"There are: {', '.join(known)}." if known else "Type 'alongside new NAME --data FILE'.")
        raise Mistakes.one(f"studies/{study}.yaml", "is not there.", mend)
    return parse_study(read_text(path), f"studies/{study}.yaml")
