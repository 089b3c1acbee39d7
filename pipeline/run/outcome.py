"""What came of a study in a run, and the last lines that say so."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field

from pipeline.errors import DONE, MISTAKE, STAGE_FAILED, AlongsideError
from pipeline.files import Workspace, read_frame, read_text
from pipeline.run.names import CLEAN
from pipeline.run.places import DRAFT_FOLDER, MERGES, PAGE, RESULTS
from pipeline.run.stood import Stood, stood
from pipeline.run.studies import read_study

_FREED = re.compile(r"^# .*; withheld numbers: (\d+) fewer$")
"""A merge that ``merges.txt`` proposes."""
_FEW = re.compile(r"^# (.*): few people have no value; if they are left out, about (\d+) fewer numbers are withheld\.$")
"""People whom it proposes to leave out."""


@dataclass
class Outcome:
    """What came of a study. kind: ``made``, ``unchanged``, ``not run`` (its data are not here), ``failed``.

    made: stages that ran. error: with ``failed`` and ``not run``, why, in sentences. ``exit_code``: 0, 3 or 4.
    """

    study: str
    kind: str = "unchanged"
    made: list[str] = field(default_factory=list)
    error: AlongsideError | None = None

    @property
    def done(self) -> bool:
        return self.kind != "failed"

    @property
    def exit_code(self) -> int:
        return DONE if self.done else (self.error.exit_code if self.error else STAGE_FAILED)

    @property
    def asked_for(self) -> int:
        """The exit code where the user named this study: one whose data are not here is then a mistake."""
        return MISTAKE if self.kind == "not run" else self.exit_code


def closing(workspace: Workspace, outcome: Outcome, before: Stood, draft: bool = False) -> list[str]:
    """The last lines of a run for one study: what was made, and where it lies; or why not.

    before: what lay in the reports' folder when the run began.
    """
    name = outcome.study
    if outcome.kind in ("not run", "failed"):
        why = str(outcome.error).splitlines()
        warned = [f"{name}: what lies in reports/{name} is {odd}"] if (odd := before.warning()) else []
        if outcome.kind == "not run" and len(why) == 1:
            return [f"{name}: NOT RUN. {why[0]}", *warned]
        return [f"{name}: {outcome.kind.upper()}", *(f"  {line}" for line in why), *warned]
    folder = workspace.stage(name, DRAFT_FOLDER) if draft else workspace.reports(name)
    ran = len(outcome.made)
    did = f"{ran} stage{'s' * (ran != 1)} ran" if ran else "up to date"
    warning = " Exact numbers, NOT FOR RELEASE." if draft else ""
    lines = [f"{name}: {did}.{warning} {(folder / PAGE).as_posix()}"]
    if draft or not ran:
        return lines
    told = [*_doubts(workspace, name), *_withheld(workspace, name), *_merges(workspace, name)]
    return [*lines, *told, *_again(workspace, name, before)]


def _again(workspace: Workspace, name: str, before: Stood) -> list[str]:
    """Whether the reports that lay there, a colleague's or git's, were made anew: what a reviewer asks first."""
    same, odd = before.against(stood(workspace, name)), before.warning()
    warned = [f"{name}: what lay in reports/{name} was {odd}; it was made anew"] if odd else []
    return [*([f"{name}: {same}"] if same else []), *warned]


def _doubts(workspace: Workspace, name: str) -> list[str]:
    """What looks wrong with ids, counted: the terminal is local."""
    from pipeline.cleaning.alike import doubts  # pandas with it, which a run that made nothing has no need of

    path = workspace.stage(name, CLEAN) / "ledger" / "rules.parquet"
    return [f"{name}: {line}" for line in doubts(read_frame(path))] if path.is_file() else []


def _withheld(workspace: Workspace, name: str) -> list[str]:
    """One line on what the report had to leave out, where it had to."""
    from pipeline.results import WITHHELD  # pandas with it, which a run that made nothing has no need of

    published = workspace.reports(name) / RESULTS
    rows = list(csv.DictReader(io.StringIO(read_text(published)))) if published.is_file() else []
    hidden = sum(row["text"] == WITHHELD for row in rows)
    rule = read_study(workspace, name).release.rule
    line = f"{name}: {hidden:,} of {len(rows):,} numbers withheld under '{rule}'; see 'What was withheld' in the report"
    return [line] if hidden else []


def _merges(workspace: Workspace, name: str) -> list[str]:
    """One line where merging levels would show more. Which levels stands in the file: they are told under ``data/``."""
    path = workspace.processed(name) / MERGES
    lines = read_text(path).splitlines() if path.is_file() else []
    found = [freed for line in lines if (freed := _FREED.search(line))]
    has = f"data/processed/{name}/{MERGES} has the line to write"
    told = [one.groups() for line in lines if (one := _FEW.search(line))]
    few = [f"{name}: few people have no value for '{of}'; without them about {int(fewer):,} fewer numbers would be "
           f"withheld; {has}" for of, fewer in told]  # fmt: skip
    if not found:
        return few
    many = f"{len(found)} merges of levels would each" if len(found) > 1 else "1 merge of levels would"
    fewer = sorted(int(each[1]) for each in found)
    span = f"{fewer[0]:,} to {fewer[-1]:,}" if fewer[0] < fewer[-1] else f"{fewer[0]:,}"
    return [*few, f"{name}: {many} withhold {span} fewer; data/processed/{name}/{MERGES} has the lines to write"]
