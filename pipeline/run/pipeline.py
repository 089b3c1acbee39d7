"""``alongside run``: every stage of the wanted studies that is not up to date, by one DVC, told in plain lines."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

from pipeline.errors import AlongsideError, Mistake, Mistakes, NotHad, StageFailed, closest, raise_all
from pipeline.files import Workspace, read_bytes, read_text, snapshot, write_bytes, write_text
from pipeline.run.dvc import ROOMS, dvc_yaml, target
from pipeline.run.events import AT_WORK, LOG, Event, event
from pipeline.run.fetch import fetch, missing_files
from pipeline.run.function import allowing
from pipeline.run.locks import one_run
from pipeline.run.names import CLEAN, REPORT, notebook_of, own_stages, stages_of, study_names, wrong_names
from pipeline.run.orphans import RUN
from pipeline.run.outcome import Outcome, closing
from pipeline.run.places import INDEX
from pipeline.run.progress import Shown, shown
from pipeline.run.records import write_records
from pipeline.run.seeds import FILE as PARAMS
from pipeline.run.seeds import seeds, with_seeds
from pipeline.run.source import odd_parameters, out_of_place, read_notebook
from pipeline.run.stood import before_a_run
from pipeline.run.studies import read_study
from pipeline.run.styles import style_mistakes
from pipeline.run.surroundings import surroundings
from pipeline.run.wrong import no_places, with_places

_SAME = re.compile(r"Stage '([^']+)' didn't change, skipping")


def run_studies(
    workspace: Workspace, studies: Sequence[str], *, draft: bool = False, allow: Sequence[str] = ()
) -> list[Outcome]:
    """Run what is stale of each study. A study's own mistakes stop that study alone.

    allow: hashes of functions of studies' own that may run this time. Raises ``Mistakes`` for a name that no study has
    and for a folder that is no workspace, ``StageFailed`` where another run is at work.
    """
    known, there, allowed = study_names(workspace), workspace.studies(), allowing(allow)
    raise_all(_unknown(name, there) for name in studies if name not in there)
    before = {name: before_a_run(workspace, name) for name in studies}
    outcomes = {name: _ready(workspace, name) for name in studies}
    wanted = [name for name, outcome in outcomes.items() if outcome.kind == "unchanged"]
    if wanted:
        with one_run(workspace):
            prepare(workspace, known)
            with shown(sum(len(stages_of(workspace, name)) for name in wanted)) as show:
                _repro(workspace, {name: outcomes[name] for name in wanted}, draft, show, allowed)
            if any(outcomes[name].made for name in wanted) and not draft:
                _write_index(workspace, known)
    for outcome in outcomes.values():
        if outcome.error is not None and outcome.study in wanted:
            outcome.error = with_places(workspace, outcome.study, outcome.error)
        elif CLEAN in outcome.made:
            no_places(workspace, outcome.study)
        said = "\n".join(closing(workspace, outcome, before[outcome.study], draft))
        print(said, file=sys.stdout if outcome.done else sys.stderr, flush=True)
    return list(outcomes.values())


def _unknown(name: str, known: Sequence[str]) -> Mistake:
    return Mistake(f"studies/{name}.yaml", "is not there.", closest(name, known) or f"There are: {', '.join(known)}.")


def _ready(workspace: Workspace, name: str) -> Outcome:
    """A study is ready to run, or has mistakes, or has no data, which are then tried for."""
    try:
        raise_all(own_mistakes(workspace, name))
        study = read_study(workspace, name)
        raise_all(style_mistakes(workspace, study))
        if missing_files(workspace, study):
            fetch(workspace, study)
    except NotHad as error:
        return Outcome(name, "not run", error=error)
    except AlongsideError as error:
        return Outcome(name, "failed", error=error)
    return Outcome(name)


def own_mistakes(workspace: Workspace, name: str) -> list[Mistake]:
    """What is wrong with the names of a study's files and with its own notebooks, before anything of them is run."""
    wrong = wrong_names(workspace, name)
    for stage in own_stages(workspace, name):
        path = notebook_of(workspace, name, stage)
        place = path.relative_to(workspace.root).as_posix()
        try:
            notebook = read_notebook(place, read_bytes(path))
        except Mistakes as error:
            wrong += error.mistakes
            continue
        wrong += [*out_of_place(place, notebook), *odd_parameters(place, notebook)]
    return wrong


def prepare(workspace: Workspace, known: list[str]) -> None:
    """Bring records, ``params.yaml`` and ``dvc.yaml`` in line with the workspace as it stands now."""
    stages = [(name, stage) for name in known for stage in stages_of(workspace, name)]
    absent = {
        notebook_of(workspace, *s).relative_to(workspace.root).as_posix()
        for s in stages
        if not notebook_of(workspace, *s).is_file()
    }
    if absent or not (workspace.root / ".dvc" / "config").is_file():
        what = f"has no {', '.join(sorted(absent) or ['.dvc/config'])}."
        raise Mistakes.one(str(workspace.root), what, "'alongside new' lays down a whole workspace in an empty folder.")
    (workspace.root / "data/processed").mkdir(mode=0o700, parents=True, exist_ok=True)  # rows of people: for one user
    (workspace.state() / "dvc").mkdir(mode=0o700, parents=True, exist_ok=True)  # what DVC makes in it, anyone may write
    write_records(workspace, ROOMS, stages)
    params = workspace.root / PARAMS
    given = seeds(read_text(params)) if params.is_file() else {}
    for path, text in ((params, with_seeds(known, given)), (workspace.root / "dvc.yaml", dvc_yaml(workspace, known))):
        if not path.is_file() or read_text(path) != text:
            write_text(path, text)


def _repro(
    workspace: Workspace, outcomes: dict[str, Outcome], draft: bool, show: Shown, allowed: Mapping[str, str]
) -> None:
    """One DVC for all; what its stages tell goes into the outcomes. A draft runs the report's stage by itself."""
    around = {**surroundings(workspace.state()), RUN: str(os.getpid()), **allowed}
    needed = {name: [s for s in stages_of(workspace, name) if not (draft and s == REPORT)] for name in outcomes}
    targets = [target(name, stage) for name, stages in needed.items() for stage in (stages if draft else stages[-1:])]
    by_target = {
        target(name, stage): Event("unchanged", name, stage) for name, stages in needed.items() for stage in stages
    }
    command = [sys.executable, "-m", "dvc", "repro", "--keep-going", "--no-run-cache", *targets]

    def heard(line: str) -> None:
        same = _SAME.match(line)
        if (told := by_target.get(same[1]) if same else event(line)) is not None:
            _note(outcomes[told.study], told)
            if told.kind == "started":
                write_text(workspace.state() / AT_WORK, f"{told.study} {told.stage}\n")
            show(told)

    log = list[str]()
    code = _watched(workspace, command, around, heard, log)
    write_text(workspace.state() / LOG, "".join(log))
    if code and all(outcome.done for outcome in outcomes.values()):
        said = [line.removeprefix("ERROR: ").strip() for line in log if line.startswith("ERROR: ")]
        raise StageFailed(
            f"DVC stopped: {said[0] if said else f'exit code {code}'}. All it said stands in .alongside/{LOG}."
        )
    stage = [sys.executable, "-m", "pipeline.run.stage"]
    for name in outcomes if draft else ():
        if outcomes[name].done:
            code = _watched(workspace, [*stage, name, REPORT, "--draft"], around, heard, log)
            if code and outcomes[name].done:
                raise StageFailed(f"{name}: the draft's stage ended with exit code {code}.")


def _write_index(workspace: Workspace, known: Sequence[str]) -> None:
    """``reports/index.html``, made from what stands under ``reports/`` now."""
    from pipeline.report import index_page  # some seconds; a run that made nothing has no need of it

    titles = {}
    for name in known:
        with contextlib.suppress(Mistakes):  # another study's file that is not in order is listed by its name
            titles[name] = read_study(workspace, name).title
    folder = workspace.root / "reports"
    write_bytes(folder / INDEX, index_page(snapshot(folder), titles))


def _note(outcome: Outcome, told: Event) -> None:
    if told.kind == "done":
        outcome.kind = "made" if outcome.done else outcome.kind
        outcome.made.append(told.stage)
    elif told.kind in ("failed", "interrupted"):
        outcome.kind = "failed"
        outcome.error = told.error or StageFailed(f"{outcome.study}: {told.stage} was interrupted.")


def _watched(
    workspace: Workspace, command: list[str], environment: dict[str, str], heard: Callable[[str], None], log: list[str]
) -> int:
    """Run a process at the workspace's root and hand on its lines. Ctrl-C ends it, with all that it started."""
    with subprocess.Popen(
        command, cwd=workspace.root, env=environment, text=True, encoding="utf-8", errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=os.name != "nt",
    ) as process:  # fmt: skip
        try:
            for line in process.stdout or ():
                log.append(line)
                heard(line)
            return process.wait()
        except BaseException:
            _end(process)
            raise


def _end(process: subprocess.Popen[str]) -> None:
    """Ask the process and its children to end, and wait until they have."""
    with contextlib.suppress(ProcessLookupError):
        if os.name != "nt":
            os.killpg(process.pid, signal.SIGTERM)
        else:
            process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
