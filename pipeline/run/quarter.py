"""What the last run read and found, kept in ``data/processed/<study>/last_run``, and what has changed since.

Everything here holds rows of people or exact counts: it never leaves ``data/`` and the terminal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.files import Workspace, read_bytes, read_frame, read_json, write_bytes, write_frame, write_json
from pipeline.intake.cells import Cells
from pipeline.intake.compare import ExportChanges, compare_cells, sentences
from pipeline.results import Results
from pipeline.run.names import REPORT
from pipeline.run.places import FULL, LAST_RUN
from pipeline.run.stages import open_stage
from pipeline.study import Study, Variable

DECLARED = "study.yaml"
PAGE = "changes.html"


@dataclass(frozen=True, repr=False)
class LastRun:
    """The exports as the last successful run read them, and its unrounded results."""

    cells: dict[str, Cells]
    results: Results


def remember(workspace: Workspace, study: Study, cells: Mapping[str, Cells], results: Results) -> None:
    """Keep what a successful run read and found, and the study file that told it what to do."""
    folder = workspace.stage(study.name, LAST_RUN)
    write_bytes(folder / DECLARED, read_bytes(workspace.study_file(study.name)))
    for name, found in cells.items():
        write_frame(folder / f"{name}.parquet", found.text)
        write_json(folder / f"{name}.json", {"labels": found.labels})
    write_bytes(folder / "results_full.csv", results.to_csv())


def last_run(workspace: Workspace, study: Study) -> LastRun | None:
    """What the last successful run read and found; None before the first."""
    folder = workspace.stage(study.name, LAST_RUN)
    if not (folder / "results_full.csv").is_file():
        return None
    names = [n for n in study.sources if (folder / f"{n}.json").is_file() and (folder / f"{n}.parquet").is_file()]
    cells = {
        n: Cells(n, read_frame(folder / f"{n}.parquet"), labels=read_json(folder / f"{n}.json")["labels"])
        for n in names
    }
    return LastRun(cells, Results.from_csv(read_bytes(folder / "results_full.csv")))


def export_changes(study: Study, before: Mapping[str, Cells], now: Mapping[str, Cells]) -> list[ExportChanges]:
    """Table by table, for tables that both runs have, and whose id columns both exports have.

    Codes are told for columns that the study file declares as coded; other columns may hold names.
    """
    changes = []
    for name, source in study.sources.items():
        wave = [source.wave] if source.wave else (["wave"] if source.wide else [])
        key = [*source.id, *wave]
        if name in before and name in now and all(k in before[name].text and k in now[name].text for k in key):
            found, coded = compare_cells(before[name], now[name], key), coded_columns(study, name)
            codes = {c: codes for c, codes in (found.codes_new or {}).items() if c in coded}
            gone = {c: codes for c, codes in (found.codes_gone or {}).items() if c in coded}
            changes.append(replace(found, codes_new=codes, codes_gone=gone))
    return changes


def read_variables(study: Study, table: str) -> dict[str, Variable]:
    """The variables of a table that are read from its columns."""
    mine = {name: v for name, v in study.variables.items() if (v.in_ or study.main) == table and v.derive is None}
    return {name: variable for name, variable in mine.items() if name not in study.made}


def coded_columns(study: Study, table: str) -> set[str]:
    """Raw columns of a table whose answers are codes by declaration. A number (an age, say) is a person's own."""
    coded = {item for scale in study.scales.values() if (scale.in_ or study.main) == table for item in scale.items}
    for name, variable in read_variables(study, table).items():
        if variable.kind not in ("text", "date", "number"):
            coded |= set(variable.count or ()) | set(variable.columns) or {variable.from_ or name}
    return coded


def used_columns(study: Study, table: str) -> set[str]:
    """Raw columns of a table that the study file reads: an answer in another column changes no number."""
    used = set()
    for name, variable in read_variables(study, table).items():
        used |= set(variable.count or ()) | set(variable.columns) or {variable.from_ or name}
    for scale in study.scales.values():
        if (scale.in_ or study.main) == table:
            used |= set(scale.items)
    design = study.design
    used |= {c for c in (design.cluster, design.weight, design.strata, design.psu) if c}
    for exclusion in study.exclude:
        if (exclusion.in_ or study.main) == table:
            used |= set(exclusion.where) | set(exclusion.unless)
    for variable in study.variables.values():
        if variable.derive and variable.derive.from_ == table:
            used |= {c for c in (variable.derive.by, variable.derive.of) if c}
    return used


def recoded(study: Study, changes: list[ExportChanges]) -> int:
    """Earlier answers that changed in columns that the study uses."""
    return sum(n for c in changes for column, n in (c.answers or {}).items() if column in used_columns(study, c.table))


def told(changes: list[ExportChanges]) -> list[str]:
    """Everything that changed in the exports, a line each."""
    return [line for c in changes for line in sentences(c)]


def _redeclared(workspace: Workspace, study: Study) -> bool:
    """Whether the study file is another one than at the last run. (One of a run before they were kept is the same.)"""
    kept = workspace.stage(study.name, LAST_RUN) / DECLARED
    return kept.is_file() and read_bytes(kept) != read_bytes(workspace.study_file(study.name))


def after_run(workspace: Workspace, study: Study) -> str:
    """Hold a successful run against the one before, write the comparison page under ``data/``, and remember this one.

    Returns the last line for the terminal (``Study file changed, 1 answer recoded: 4 of 212 numbers changed``), empty
    after a first run.
    """
    from pipeline.report.changes import changed_numbers, changes_page  # drawn in a browser's words; only runs need it

    stage = open_stage(study.name, str(workspace.root), REPORT)
    cells, results = stage.cells(), Results.from_csv(read_bytes(workspace.processed(study.name) / FULL))
    before, line = last_run(workspace, study), ""
    if before is not None:
        changes = export_changes(study, before.cells, cells)
        rows_new, rows_gone = (sum(getattr(c, word) for c in changes) for word in ("rows_new", "rows_gone"))
        line = changed_numbers(before.results, results).sentence(recoded(study, changes), rows_new, rows_gone)
        if _redeclared(workspace, study):
            line = f"Study file changed, {line[0].lower()}{line[1:]}"
        page = changes_page(study, before.results, results, stage.tables(), line, told(changes))
        write_bytes(workspace.processed(study.name) / PAGE, page)
        line = f"{line} (data/processed/{study.name}/{PAGE})"
    remember(workspace, study, cells, results)
    return line
