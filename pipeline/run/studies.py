"""A study of a workspace, by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from pipeline.errors import Mistake, Mistakes, closest
from pipeline.files import Workspace, read_text
from pipeline.instruments.check import check_scales
from pipeline.models.check import check_models
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
    of_its_files = (partial(absent_code, workspace), partial(_not_there, workspace))
    return parse_study(read_text(path), f"studies/{study}.yaml", (check_scales, check_models, *of_its_files))


def with_compared(workspace: Workspace, study: Study) -> tuple[Study, ...]:
    """The study, those that its tables compare, and theirs: none of them can be read without the next."""
    found, todo = {study.name: study}, [*study.compared]
    while todo:
        if (name := todo.pop(0)) not in found:
            found[name] = read_study(workspace, name)
            todo += found[name].compared
    return tuple(found.values())


def _not_there(workspace: Workspace, study: Study) -> Iterator[Mistake]:
    known = workspace.studies()
    for name, table in study.tables.items():
        for other in table.studies:
            if other not in known:
                mend = closest(other, known) or f"There are: {', '.join(known)}."
                yield Mistake(study.where("tables", name, "studies"), f"there is no studies/{other}.yaml.", mend)


def chosen(workspace: Workspace, names: Sequence[str] | None) -> list[str]:
    """The named studies, each once, or else all of the workspace. ``Mistakes`` where it has none."""
    found = workspace.studies()
    if not found:
        raise Mistakes.one("studies/", "holds no study file.", "Type 'alongside new NAME --data FILE'.")
    return list(dict.fromkeys(names)) if names else found


def the_one(workspace: Workspace) -> str:
    """The only study of a workspace. ``Mistakes`` where there are several, or none."""
    found = chosen(workspace, None)
    if len(found) > 1:
        raise Mistakes.one("studies/", f"holds {len(found)} studies.", f"Name one of them: {', '.join(found)}.")
    return found[0]
