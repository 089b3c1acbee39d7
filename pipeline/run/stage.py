"""One stage of one study, as a process of its own: ``python -m pipeline.run.stage STUDY STAGE``, at the root.

DVC calls this. The notebook writes into a folder beside the stage's own; only when all of it has run does that take the
old one's place, and for the report's stage ``reports/<study>`` after it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from functools import partial
from types import FrameType
from typing import Any

from pipeline.errors import DONE, INTERRUPTED, STAGE_FAILED, USAGE, AlongsideError, StageFailed, raise_all
from pipeline.files import (
    Workspace,
    inside,
    matching,
    publish,
    read_bytes,
    remove,
    settle,
    sha256,
    snapshot,
    write_bytes,
)
from pipeline.instruments.registry import cards_of
from pipeline.run.dvc import EVERY_ROOM
from pipeline.run.events import LOG, tell
from pipeline.run.function import code_file
from pipeline.run.locks import HELD, one_writer
from pipeline.run.names import REPORT, notebook_of, stages_of, wrong_names
from pipeline.run.orphans import end_with_ancestors
from pipeline.run.places import BESIDE, DRAFT, DRAFT_FOLDER, FULL, MERGES, PAGE, RELEASE
from pipeline.run.records import code_hash, environment, source_record
from pipeline.run.seeds import seed_of
from pipeline.run.studies import read_study
from pipeline.study import Study


def main(words: list[str]) -> int:
    """Run a stage; the exit code says how it went, and events on stdout say it in detail."""
    workspace, drafting = Workspace.at("."), words[-1:] == ["--draft"]
    study, stage = words[:2] if len(words) == 2 + drafting else ("", "")
    if study not in workspace.studies() or stage not in stages_of(workspace, study):
        print("python -m pipeline.run.stage STUDY STAGE, from the workspace's root.", file=sys.stderr)
        return USAGE
    signal.signal(signal.SIGTERM, _as_interrupt)
    began = time.monotonic()
    tell("started", study, stage)
    try:
        end_with_ancestors()
        with one_writer(workspace, study):
            run_stage(workspace, study, stage, drafting)
    except KeyboardInterrupt:
        tell("interrupted", study, stage)
        return INTERRUPTED
    except AlongsideError as error:
        tell("failed", study, stage, error=error)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - told in a sentence; its own words may quote data and stay out of the log
        print("".join(traceback.format_tb(error.__traceback__)), file=sys.stderr)
        sentence = (
            f"{study}: {stage} went wrong inside Alongside ({type(error).__name__}). Where stands in .alongside/{LOG}."
        )
        tell("failed", study, stage, error=StageFailed(sentence))
        return STAGE_FAILED
    tell("done", study, stage, seconds=time.monotonic() - began)
    return DONE


def run_stage(workspace: Workspace, study: str, stage: str, drafting: bool = False) -> None:
    """Execute the stage's notebook and put what it made in place. The caller holds the study's lock."""
    from pipeline.run.execute import execute  # half a second; a stage that may not start need not wait for it

    raise_all(wrong_names(workspace, study))  # none of an analyst's own notebooks is left out unseen
    notebook = notebook_of(workspace, study, stage)
    kept = workspace.processed(study) / "notebooks"
    beside = workspace.processed(study) / f".{stage}.new"
    for folder in (workspace.stage(study, stage), workspace.reports(study)):
        settle(folder)
    remove(beside)
    beside.mkdir(parents=True)
    root = os.path.relpath(workspace.root, notebook.parent).replace(os.sep, "/")
    extra = {HELD: study, BESIDE: str(beside.resolve()), **({DRAFT: "1"} if drafting else {})}
    try:
        execute(
            notebook,
            beside / "executed.ipynb",
            {"study": study, "root": root},
            failed=kept / f"{stage}.failed.ipynb",
            state=workspace.state(),
            extra=extra,
        )
        made = snapshot(beside)
    finally:
        remove(beside)
    executed = made.pop("executed.ipynb")
    if drafting:
        publish(workspace.stage(study, DRAFT_FOLDER), _drafted(executed, made))
        return
    full, merges = made.pop(FULL, None), made.pop(MERGES, None)
    if stage == REPORT and full is None:
        raise StageFailed(f"{REPORT} asked for no number: its notebook must call stage.release().")
    released = _released(workspace, study, executed, made) if stage == REPORT else {}
    publish(workspace.stage(study, stage), made)
    if full is not None:
        write_bytes(workspace.processed(study) / FULL, full)
    if merges is not None:
        write_bytes(workspace.processed(study) / MERGES, merges)
    write_bytes(kept / f"{stage}.ipynb", executed)
    if released:
        publish(workspace.reports(study), released)
    for ending in (".failed.ipynb", ".failed.txt"):
        remove(kept / f"{stage}{ending}")


def _released(workspace: Workspace, study: str, executed: bytes, made: dict[str, bytes]) -> dict[str, bytes]:
    """What goes under ``reports/``: what the notebook saved for it (taken out of ``made``), the page, the manifest."""
    from pipeline.report import audited, finished
    from pipeline.report.words_beside import without_words
    from pipeline.run.quotations import words_said
    from pipeline.run.ways import ways

    declared = read_study(workspace, study)
    files = finished(
        _saved(made),
        executed,
        study=study,
        title=declared.title,
        made_up=declared.made_up,
        made_from=made_from(workspace, study),
        ways=ways(workspace, declared),
        audited=partial(audited, declared),
    )
    if (said := words_said(workspace, declared)) is not None:
        without_words(files, *said)
    return files


def made_from(workspace: Workspace, study: str) -> dict[str, Any]:
    """What the numbers follow from, for the manifest: of the workspace as it stands now."""
    declared = read_study(workspace, study)
    raw = sorted(
        {name for source in declared.raw_sources.values() for name in matching(workspace.raw(study), source.file)}
    )
    others = {name: sha256(read_bytes(workspace.study_file(name))) for name in declared.compared}
    earlier = declared.release.previous  # what it holds decides what is withheld
    notebooks = {stage: sha256(source_record(workspace, study, stage)) for stage in stages_of(workspace, study)}
    return {
        "study_file": sha256(read_bytes(workspace.study_file(study))),
        **({"compared": others} if others else {}),
        **({"previous": {earlier: sha256(read_bytes(inside(workspace.root, earlier)))}} if earlier else {}),
        **({"function": sha256(read_bytes(own))} if (own := code_file(workspace, study)).is_file() else {}),
        "raw": {name: sha256(read_bytes(workspace.raw(study) / name)) for name in raw},
        "notebooks": notebooks,
        **({"styles": styles} if (styles := _own_styles(workspace, declared)) else {}),
        **({"instruments": scored} if (scored := cards_of(declared)) else {}),
        "code": code_hash(EVERY_ROOM),
        "environment": environment(workspace),
        "parameters": {"study": study, "seed": seed_of(workspace, study)},
    }


def _own_styles(workspace: Workspace, declared: Study) -> dict[str, str]:
    """All of the workspace's own house styles, which may be like each other, where the report is in one of them."""
    own = workspace.styles()
    return {name: sha256(text.encode()) for name, text in own.items()} if declared.style in own else {}


def _drafted(executed: bytes, made: dict[str, bytes]) -> dict[str, bytes]:
    """Exact numbers, which stay under ``data/``."""
    from pipeline.report import page

    return {**_saved(made), PAGE: page(executed)}


def _saved(made: dict[str, bytes]) -> dict[str, bytes]:
    saved = {name.removeprefix(RELEASE): made.pop(name) for name in list(made) if name.startswith(RELEASE)}
    if not saved:
        raise StageFailed(f"{REPORT} saved nothing to release: its notebook must end with stage.save_release(...).")
    return saved


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    """End as after Ctrl-C, so that the kernel is ended, too."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
