"""Where the cells stand that stopped a study: in a file beside its rows, so that no message need quote a person."""

from __future__ import annotations

from pipeline.errors import AlongsideError, Mistake, Mistakes
from pipeline.files import Workspace, remove, write_bytes
from pipeline.run.names import CLEAN
from pipeline.run.places import WRONG
from pipeline.run.stages import open_stage


def with_places(workspace: Workspace, name: str, error: AlongsideError) -> AlongsideError:
    """The same error, and at its end where its cells are listed, which are written there now. Others are left alone."""
    from pipeline.cleaning.clean import wrong_cells
    from pipeline.cleaning.places import listed_wrong
    from pipeline.instruments import item_ranges

    if not isinstance(error, Mistakes):
        return error
    stage = open_stage(name, str(workspace.root), CLEAN)
    try:
        found = wrong_cells(stage.cells(), stage.study, item_ranges(stage.study))
    except AlongsideError:  # of the files themselves: there are no cells yet
        found = []
    if not found:
        no_places(workspace, name)
        return error
    (workspace.root / "data/processed").mkdir(mode=0o700, parents=True, exist_ok=True)  # rows of people: for one user
    write_bytes(workspace.processed(name) / WRONG, listed_wrong(found))
    n = len(dict.fromkeys(found))
    what = f"lists {n:,} wrong cell{'s' * (n != 1)}: file, line, column and what stands there."
    told = Mistake(f"data/processed/{name}/{WRONG}", what)
    return Mistakes([*error.mistakes, told])


def no_places(workspace: Workspace, name: str) -> None:
    """What an earlier run listed no longer holds."""
    remove(workspace.processed(name) / WRONG)
