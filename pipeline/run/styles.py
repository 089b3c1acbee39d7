"""The house style that a study names, of the workspace or of those that ship."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake, Mistakes, closest
from pipeline.files import Workspace
from pipeline.study import Study
from pipeline.tables.style_file import style, style_names


def style_mistakes(workspace: Workspace, study: Study) -> Iterator[Mistake]:
    """A house style that there is not, and what is wrong with one of the workspace's own."""
    own = workspace.styles()
    known = style_names(own)
    if study.style not in known:
        mend = closest(study.style, known) or f"There are: {', '.join(known)}."
        yield Mistake(study.where("style"), f"there is no style '{study.style}'.", mend)
        return
    try:
        style(study.style, own)
    except Mistakes as error:
        yield from error.mistakes
