"""``alongside verify``: are the committed reports what these inputs give? One study after the other, each by itself."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.errors import AlongsideError, Mistake, NotHad, closest, raise_all
from pipeline.files import Workspace, inside, remove, write_bytes
from pipeline.report.published import RESULTS
from pipeline.reproduce.against_lock import against_lock
from pipeline.reproduce.cause import Change, changes
from pipeline.reproduce.certificate import as_json, as_page
from pipeline.reproduce.clean_place import clean_place
from pipeline.reproduce.committed import Committed, committed
from pipeline.reproduce.elsewhere import plain
from pipeline.reproduce.judge import judge
from pipeline.reproduce.numbers import unrounded
from pipeline.reproduce.proof import Proof, proof
from pipeline.reproduce.quick import quick
from pipeline.reproduce.replay import Replay, replay
from pipeline.reproduce.stand_in import not_drawn
from pipeline.reproduce.stand_in_place import lay_stand_in
from pipeline.reproduce.verdict import Verification, Whole, line
from pipeline.run.fetch import fetch, missing_files
from pipeline.run.function import allowing
from pipeline.run.pipeline import own_mistakes
from pipeline.run.records import environment
from pipeline.run.stage import made_from
from pipeline.run.studies import read_study
from pipeline.study import Study

CERTIFICATES = "certificates"
_NOTHING = "Nothing is released under reports/{0}. Type 'alongside run {0}', and commit what it makes."


def verify_studies(
    workspace: Workspace, studies: Sequence[str], *, hashes_only: bool = False, allow: Sequence[str] = ()
) -> list[tuple[Verification, str]]:
    """Verify each study and write its certificate; with each, the last line on it.

    Nothing else in the workspace is changed. ``Mistakes`` for a name that no study has.
    """
    os.environ.update(allowing(allow))  # for the replay and for the self-check
    there = workspace.studies()
    raise_all(_unknown(name, there) for name in studies if name not in there)
    inside(workspace.root, CERTIFICATES)  # a stranger's workspace may hold links
    found = []
    for name in studies:
        one = quick(workspace, name) if hashes_only else verify(workspace, name)
        folder = workspace.root / CERTIFICATES
        write_bytes(folder / f"{name}.json", as_json(one))
        write_bytes(folder / f"{name}.html", as_page(one))
        found.append((one, line(one, Path(folder / f"{name}.html").as_posix())))
    return found


def _unknown(name: str, known: Sequence[str]) -> Mistake:
    return Mistake(f"studies/{name}.yaml", "is not there.", closest(name, known) or f"There are: {', '.join(known)}.")


def verify(workspace: Workspace, name: str) -> Verification:
    """Replay one study in a clean place and judge what is committed of it."""
    state, began = committed(workspace, name), time.monotonic()
    try:
        study = read_study(workspace, name)
        raise_all(own_mistakes(workspace, name))
        place = clean_place(workspace, name)
        if missing_files(place, study):
            fetch(place, study)
        here = made_from(place, name)
    except NotHad as error:
        return _on_stand_in(workspace, study, state, str(error))
    except AlongsideError as error:
        return _stopped(workspace, name, state, str(error))
    said = _told(study, state, here, workspace)
    if not state.files:
        return Verification(name, Whole.NOT_REPRODUCED, trouble=_NOTHING.format(name), **said)
    replayed, proved = replay(place, name, lambda: _proved(place, name))
    said |= {"seconds": replayed.seconds, "total": time.monotonic() - began, "memory": replayed.memory}
    kept = f"data/processed/{name}/{place.root.name}"
    if replayed.trouble:
        return Verification(name, Whole.NOT_REPRODUCED, trouble=_broke(replayed), kept=kept, **said)
    return _judged(study, state, replayed, proved, place, said)


def _judged(
    study: Study, state: Committed, replayed: Replay, proved: Proof | str, place: Workspace, said: dict[str, Any]
) -> Verification:
    # Held against the manifest of the replay: its stages saw the packages that truly ran.
    found = changes(state.manifest, replayed.manifest)
    judged = judge(state, replayed, found, study.release.rule != "none")
    trouble = proved if isinstance(proved, str) else proved.trouble(unrounded(replayed.full), replayed.results)
    result = Verification(
        study.name, Whole.NOT_REPRODUCED, judged=judged, proof="" if isinstance(proved, str) else proved.words,
        trouble=f"This check can't be trusted here: {trouble}" if trouble else "",
        kept=f"data/processed/{study.name}/{place.root.name}", **{**said, "changes": found},
    )  # fmt: skip
    if trouble or judged.parted_numbers or judged.parted_files or result.own_changes():
        return result
    remove(place.root)
    return Verification(**{**vars(result), "whole": Whole.REPRODUCED, "kept": ""})


def _proved(place: Workspace, name: str) -> Proof | str:
    """The proof, or why there is none. What an error says may quote data, so that only its kind is told."""
    try:
        return proof(place, name)
    except Exception as error:  # noqa: BLE001 - whatever it is, the check has not proved itself
        return f"its self-check broke ({type(error).__name__})"


def _told(study: Study, state: Committed, here: dict[str, Any], workspace: Workspace) -> dict[str, Any]:
    """What a certificate says whatever comes of the replay."""
    around = here["environment"]
    return {
        "title": study.title, "made_up": study.made_up, "source": state.source,
        "changes": changes(state.manifest, here) if state.manifest else [],
        "lock": against_lock(workspace, around["packages"]), "python": around["python"], "machine": around["machine"],
    }  # fmt: skip


def _broke(replayed: Replay) -> str:
    return f"The replay stopped: {replayed.trouble}"


def _stopped(workspace: Workspace, name: str, state: Committed, why: str) -> Verification:
    """The study file, its notebooks or its raw data are not in order, so that nothing of it could be run."""
    around = environment(workspace)
    here, found = {"environment": around}, list[Change]()
    try:
        here = made_from(workspace, name)
    except AlongsideError:  # the study file can't be read, which it could when the reports were made
        found = [Change("declarations", "the study file", "study_file")]
    return Verification(
        name, Whole.NOT_REPRODUCED, title=plain(str(state.manifest.get("title", name))), source=state.source,
        made_up=state.manifest.get("made_up", False), changes=found or changes(state.manifest, here),
        lock=against_lock(workspace, around["packages"]), python=around["python"], machine=around["machine"],
        trouble=f"The replay could not begin: {why}",
    )  # fmt: skip


def _on_stand_in(workspace: Workspace, study: Study, state: Committed, why: str) -> Verification:
    """The raw data are not to be had: nothing of the numbers can be checked, and the stages run on made-up data."""
    name, began = study.name, time.monotonic()
    place = clean_place(workspace, name)
    said = _told(study, state, made_from(place, name), workspace)
    said["changes"] = [change for change in said["changes"] if change.entry != "raw"]
    try:
        remove(place.raw(name))
        lay_stand_in(place, name, state.files.get(RESULTS, b""))
        replayed, _ = replay(place, name, lambda: None)
    except AlongsideError as error:
        replayed = Replay(trouble=str(error))
    ran = f"{len(replayed.seconds)} stages ran on made-up data of the same shape, which shows nothing about the numbers"
    broke = f"On made-up data of the same shape the stages stopped: {replayed.trouble.rstrip('.')}"
    said |= {"seconds": replayed.seconds, "total": time.monotonic() - began, "memory": replayed.memory}
    remove(place.root)
    return Verification(
        name, Whole.NOT_RUN, wanted=_wanted(study, why), stand_in=f"{broke if replayed.trouble else ran}.",
        not_drawn=not_drawn(study), **said,
    )  # fmt: skip


def _wanted(study: Study, why: str) -> list[str]:
    """Which files are needed and whom to ask, a line a file."""
    contacts = dict.fromkeys(s.fetch.contact for s in study.sources.values() if s.fetch and s.fetch.contact)
    asked = [f"Whom to ask: {'; '.join(contacts)}."] if contacts and not all(c in why for c in contacts) else []
    return [*why.splitlines(), *asked]
