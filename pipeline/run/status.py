"""``alongside status`` and ``alongside check``: what is stale and why, what the exports bring, what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.cleaning.cleaned import Cleaned
from pipeline.errors import AlongsideError, Mistakes, NotHad, StageFailed, raise_all
from pipeline.files import Workspace, read_text
from pipeline.run.dvc import target
from pipeline.run.events import AT_WORK
from pipeline.run.fetch import fetch, missing_files, unread_line
from pipeline.run.locks import no_run
from pipeline.run.names import CLEAN, SCORE, stages_of, study_names
from pipeline.run.pipeline import own_mistakes, prepare
from pipeline.run.quarter import export_changes, last_run, told
from pipeline.run.stages import open_stage
from pipeline.run.studies import read_study
from pipeline.run.styles import style_mistakes
from pipeline.run.surroundings import surroundings
from pipeline.run.wrong import no_places, with_places
from pipeline.study import Study, guesses


def status_lines(
    workspace: Workspace, names: Sequence[str], named: bool = False
) -> tuple[list[str], list[AlongsideError]]:
    """Before a run, study by study: are its data here, which stages are stale and why, what is new in the exports.

    While a run is at work: where it is, and what is known without it. A study that is not in order stops no other; what
    is wrong with it comes second; named: the user asked for these studies, and data that are not here are wrong.
    Nothing of a study is run.
    """
    lines, wrong = list[str](), list[AlongsideError]()
    with no_run(workspace) as free:
        if not free:
            lines.append(_at_work(workspace))
        else:
            prepare(workspace, study_names(workspace))
        ready = []
        for name in names:
            try:
                study = read_study(workspace, name)
                raise_all([*own_mistakes(workspace, name), *style_mistakes(workspace, study)])
                ready.append(study)
            except AlongsideError as error:
                wrong.append(error)
        known = [s.name for s in ready if not missing_files(workspace, s) and _ever_run(workspace, s.name)]
        stale = _stale(workspace, known) if free and known else {}
    for study in ready:
        try:
            if named and (absent := _absent(workspace, study)):
                raise NotHad(absent)
            lines += _of_study(workspace, study, stale.get(study.name) if free else None)
        except AlongsideError as error:
            wrong.append(error)
    return lines, wrong


def _at_work(workspace: Workspace) -> str:
    noted = workspace.state() / AT_WORK
    where = f" ({read_text(noted).strip()})" if noted.is_file() else ""
    return f"A run is at work here{where}: what is stale will be known when it has ended."


def _ever_run(workspace: Workspace, name: str) -> bool:
    return any(workspace.stage(name, stage).is_dir() for stage in stages_of(workspace, name))


def _of_study(workspace: Workspace, study: Study, stale: dict[str, list[str]] | None) -> list[str]:
    """stale: stage -> reasons; None where that is not known."""
    name, stages = study.name, stages_of(workspace, study.name)
    if absent := _absent(workspace, study):
        return [absent]
    unread = [f"  {line}" for line in unread_line(workspace, study)]
    if not _ever_run(workspace, name):
        return [f"{name}: never run: {len(stages)} stages to run. Type 'alongside run {name}'.", *unread]
    lines = []
    if stale is not None:
        lines = [f"{name}: {len(stale)} of {len(stages)} stages are stale" if stale else f"{name}: up to date"]
        lines += [f"  {stage}: {'; '.join(why)}" for stage, why in stale.items()]
    before = last_run(workspace, study)
    new = told(export_changes(study, before.cells, _cells(name, workspace))) if before is not None else []
    if stale is None:
        said = "this is new since its last whole run" if new else "its exports are those of its last run"
        lines = [f"{name}: {said}"]
    days = _due_then(workspace, study) if stale is not None else []
    return [*lines, *(f"  {line}" for line in [*days, *new]), *unread]


def _due_then(workspace: Workspace, study: Study) -> list[str]:
    """Up to which day the last run counted waves as due."""
    if not any(s.due for s in study.sources.values()) or not workspace.stage(study.name, CLEAN).is_dir():
        return []
    cleaned = open_stage(study.name, str(workspace.root), SCORE).cleaned()
    try:
        return [f"{line} (in the last run)" for line in _due(cleaned, study)]
    except Mistakes as error:
        return str(error).splitlines()


def _due(cleaned: Cleaned, study: Study) -> list[str]:
    """Up to which day waves are counted as due, a line a table that says when they are; ``Mistakes`` of the days."""
    from pipeline.tables.due import day_of_export

    lines = []
    for table, source in study.sources.items():
        frame = cleaned.responses.get(table)
        if not source.due or frame is None or source.due.date not in frame:
            continue
        if (day := day_of_export(frame, study, table)) is not None:
            how = "as declared" if source.due.as_of else "the latest date in the export"
            lines.append(f"{table}: waves are counted as due up to {day.date()}, {how}")
    return lines


def _absent(workspace: Workspace, study: Study) -> str:
    """Which raw files are not here, and what to do; empty where all of them are."""
    name, absent = study.name, missing_files(workspace, study)
    files = ", ".join(f"data/raw/{name}/{s.file}" for s in absent.values())
    fetched = all(source.fetch for source in absent.values())
    mend = "The study file has no address for all of this: put it there."
    mend = f"Type 'alongside fetch {name}'." if fetched else mend
    return f"{name}: not here: {files}. {mend}" if absent else ""


def check_lines(workspace: Workspace, name: str) -> list[str]:
    """Read a study and its data to the end of cleaning, in memory; ``Mistakes`` with all that is wrong.

    Nothing is written but ``mistakes.csv``, where cells are wrong.
    """
    from pipeline.cleaning import clean, not_run
    from pipeline.cleaning.alike import doubts
    from pipeline.disclosure.extremes import never_printed
    from pipeline.instruments import item_ranges
    from pipeline.run.codings import coded_lines

    raise_all(own_mistakes(workspace, name))
    study = read_study(workspace, name)
    raise_all(style_mistakes(workspace, study))
    counts = [(len(getattr(study, part)), part) for part in ("variables", "scales", "tables", "models")]
    said = ", ".join(f"{n} {part if n != 1 else part[:-1]}" for n, part in counts)
    head = f"studies/{name}.yaml is in order: {said}."
    absent = missing_files(workspace, study)
    if study.data is None and not absent:
        told = coded_lines(workspace, study) or ["It has no data: its report says what it declares."]
        return [head, *told, *_marked(workspace, name), f"Next: alongside run {name}"]
    if any(source.fetch is None for source in absent.values()):
        fetch(workspace, study)  # says which files are not there, and which is nearest
    if absent:
        files = ", ".join(f"data/raw/{name}/{s.file}" for s in absent.values())
        return [head, f"Not held against its data: {files} not here. Type 'alongside fetch {name}'."]
    cells = _cells(name, workspace)
    try:
        cleaned = clean(cells, study, item_ranges(study), not_run)
    except Mistakes as error:
        raise with_places(workspace, name, error) from None
    no_places(workspace, name)
    steps = cleaned.flow.steps
    lines = [head]
    for table in study.sources:
        mine = steps[steps["table"] == table].groupby("step", sort=False)["rows"].sum()
        lines.append(
            f"{table}: {mine.get('read', 0):,} rows read, {mine.get('left out', 0):,} left out, "
            f"{mine.get('kept', 0):,} kept"
        )
    lines += [*doubts(cleaned.ledger.rules), *_against(cleaned, study), *_due(cleaned, study), *never_printed(study)]
    lines += [*coded_lines(workspace, study), *unread_line(workspace, study)]
    if study.function:
        lines.append(f"Not run: {study.function.name} in studies/{name}.py. A check runs no code.")
    return [*lines, *_marked(workspace, name), f"Next: alongside run {name}"]


def _marked(workspace: Workspace, name: str) -> list[str]:
    """How many guesses nobody has looked at yet, where there are any."""
    n = guesses(read_text(workspace.study_file(name)))
    return [f"{n} {'guess is' if n == 1 else 'guesses are'} still marked in studies/{name}.yaml."] if n else []


def _against(cleaned: Cleaned, study: Study) -> list[str]:
    """Scales with items that fall where the others rise."""
    from pipeline.instruments.alarms import against
    from pipeline.instruments.registry import rules
    from pipeline.instruments.scores import items_of, scored_items

    lines = []
    for name, found in rules(study).items():
        card = study.scales[name].instrument
        items = items_of(cleaned.responses, study, name, found)[cleaned.domain[study.source_of(name)]]
        if odd := against(scored_items(items, found)):
            go = "goes" if len(odd) == 1 else "go"
            mend = f"To be reversed, or reversed twice? See '{'reversed_at_source' if card else 'reverse'}'."
            lines.append(f"{name}: {', '.join(odd)} {go} against the other items. {mend}")
    return lines


def _cells(name: str, workspace: Workspace) -> dict[str, Any]:
    return open_stage(name, str(workspace.root), "01_clean").cells()


def _stale(workspace: Workspace, names: Sequence[str]) -> dict[str, dict[str, list[str]]]:
    """study -> stages that DVC would run again, each with its reasons in words."""
    stages = {name: stages_of(workspace, name) for name in names}
    targets = [target(name, stage) for name, some in stages.items() for stage in some]
    done = subprocess.run(
        [sys.executable, "-m", "dvc", "status", "--json", *targets], cwd=workspace.root, capture_output=True, text=True,
        env=surroundings(workspace.state()), check=False, stdin=subprocess.DEVNULL, encoding="utf-8",
    )  # fmt: skip
    if done.returncode:
        said = [line.removeprefix("ERROR: ") for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        raise StageFailed(f"DVC stopped: {said[0] if said else f'exit code {done.returncode}'}.")
    found = json.loads(done.stdout or "{}")
    return {
        name: {stage: _reasons(found[key], name) for stage in some if (key := target(name, stage)) in found}
        for name, some in stages.items()
    }


def _reasons(told_by_dvc: Iterable[Any], study: str) -> list[str]:
    reasons = list[str]()
    for part in told_by_dvc:
        if not isinstance(part, dict):
            reasons.append("it was never run" if str(part) == "changed command" else str(part))
            continue
        for path, how in part.get("changed deps", {}).items():
            reasons.append(_because(path, how, study))
        for path in part.get("changed outs", {}):
            reasons.append(f"{path} is not as it was made")
    return list(dict.fromkeys(r for r in reasons if r)) or ["an earlier stage is stale"]


def _because(path: str, how: Any, study: str) -> str:
    if path == f"studies/{study}.yaml":
        return "the study file changed"
    if path == f"data/raw/{study}":
        return "the raw data changed"
    if path.endswith("environment.json"):
        return "the installed packages changed"
    if "/code/" in path:
        return "the code of Alongside changed"
    if path == f"studies/{study}.py":
        return "the study's own function changed"
    if path.startswith("styles/"):
        return "a house style changed"
    if "/sources/" in path:
        return "the notebook changed"
    if path.startswith("data/processed/"):
        return "" if how == "deleted" else "an earlier stage was made anew"
    return f"{path}: {how}" if isinstance(how, str) else f"{path} changed"
