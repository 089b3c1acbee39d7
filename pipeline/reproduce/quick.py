"""``verify --quick``: hashes alone. Nothing is run, so that of the numbers only this is known: were they touched?"""

from __future__ import annotations

from pipeline.errors import AlongsideError
from pipeline.files import Workspace
from pipeline.report.published import MANIFEST
from pipeline.reproduce.against_lock import against_lock
from pipeline.reproduce.cause import DECLARATIONS, EDITED, ENVIRONMENT, UNKNOWN, Change, changes
from pipeline.reproduce.committed import Committed, committed
from pipeline.reproduce.elsewhere import plain
from pipeline.reproduce.judge import File, Judged
from pipeline.reproduce.numbers import Verdict
from pipeline.reproduce.verdict import Verification, Whole
from pipeline.run.fetch import missing_files
from pipeline.run.records import environment
from pipeline.run.stage import made_from
from pipeline.run.studies import read_study


def quick(workspace: Workspace, name: str) -> Verification:
    """The committed files against their manifest, and what they were made from against what is here."""
    state, around = committed(workspace, name), environment(workspace)
    wanted, found, title = list[str](), list[Change](), plain(str(state.manifest.get("title", name)))
    try:
        study = read_study(workspace, name)
        title = study.title
        wanted = [f"data/raw/{name}/{s.file} is not here." for s in missing_files(workspace, study).values()]
        found = changes(state.manifest, made_from(workspace, name))
    except AlongsideError:
        found = [Change(DECLARATIONS, "the study file, which is not in order", "study_file")]
    found = [change for change in found if not (wanted and change.entry == "raw")]
    judged = Judged((), tuple(_files(state)), (), "")
    touched = bool(judged.parted_files) or any(change.cause != ENVIRONMENT for change in found)
    nothing = "" if state.files else f"Nothing is released under reports/{name}"
    return Verification(
        name, Whole.CHANGED if touched or nothing else Whole.UNCHANGED, title=title,
        made_up=state.manifest.get("made_up", False), source=state.source, judged=judged if state.files else None,
        changes=found if state.files else [], lock=against_lock(workspace, around["packages"]),
        python=around["python"], machine=around["machine"], wanted=wanted, trouble=nothing,
    )  # fmt: skip


def _files(state: Committed) -> list[File]:
    """Each file that is there or that the manifest names: is it as it was made?"""
    if not state.manifest:
        return [File(MANIFEST, Verdict.DIFFERENT, (UNKNOWN,))]
    outputs = state.manifest["outputs"]
    found = list[File]()
    for name in sorted((state.files.keys() | outputs.keys()) - {MANIFEST}):
        verdict = Verdict.MISSING if name not in state.files else Verdict.UNEXPECTED
        verdict = Verdict.DIFFERENT if name in state.files and name in outputs else verdict
        as_made = state.as_made(name)
        found.append(File(name, Verdict.IDENTICAL if as_made else verdict, () if as_made else (EDITED,)))
    return [*found, *_on_disk(state)]


def _on_disk(state: Committed) -> list[File]:
    """Files here that are neither as git HEAD has them nor as the manifest beside them says (a new run made those)."""
    if state.on_disk is None:
        return []
    here = Committed(state.on_disk, "")
    names = sorted((state.files.keys() | here.files.keys()) - {MANIFEST})
    odd = [n for n in names if here.files.get(n) != state.files.get(n) and not here.as_made(n)]
    return [File(name, Verdict.DIFFERENT, (EDITED,), "on this disk") for name in odd]
