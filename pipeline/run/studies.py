"""A study of a workspace, by name."""

from __future__ import annotations

from pipeline.errors import Mistakes, closest, raise_all
from pipeline.files import Workspace, read_text
from pipeline.instruments.registry import check_scales
from pipeline.models.declared import check_models
from pipeline.run.function import absent_code
from pipeline.study import Study, parse_study


def read_study(workspace: Workspace, study: str) -> Study:
    """The parsed study file, held against the registry, what models can do, and the file of its own function.

    ``Mistakes`` where there is none of that name, or where it is not in order.
    """
    path = workspace.study_file(study)
    if not path.is_file():
        known = workspace.studies()
        mend = closest(study, known) or (
            f"There are: {', '.join(known)}." if known else "Type 'alongside new NAME --data FILE'."
        )
        raise Mistakes.one(f"studies/{study}.yaml", "is not there.", mend)
    found = parse_study(read_text(path), f"studies/{study}.yaml")
    raise_all([*check_scales(found), *check_models(found), *absent_code(workspace, found)])
    return found
