"""A study file names quotations by words of theirs, and goes into the bundle: what is not printed must not be in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pipeline.disclosure.quotations import LEFT_OUT, PRINTED
from pipeline.errors import Mistake
from pipeline.files import Workspace, read_text
from pipeline.report.published import RESULTS
from pipeline.run.studies import with_compared
from pipeline.study import Study
from pipeline.tables.quotations import KIND, NAME


def unprinted(workspace: Workspace, study: Study) -> Iterator[Mistake]:
    """Quotations that a study file chooses and its report does not print; of made-up people they may go out."""
    for each in with_compared(workspace, study):
        said = each.interviews.quotations if each.interviews is not None else None
        if said is None or each.made_up is True:
            continue
        report = workspace.reports(each.name) / RESULTS
        left = _left_out(read_text(report)) if report.is_file() else None
        n = sum(map(len, said.chosen.values())) if left is None else left
        if n:
            yield Mistake(
                each.where("interviews", "quotations", "chosen"),
                f"{n} of these are not printed, and this file, which goes into the bundle, holds words of them.",
                "Take them out of it, or see to consent and clearance, and run the study again.",
            )


def _left_out(results: str) -> int | None:
    """How many the report says that it left out; None where it speaks of no quotation."""
    rows = [row for row in csv.DictReader(io.StringIO(results)) if (row["kind"], row["name"]) == (KIND, NAME)]
    if not any(row["term"] == PRINTED for row in rows):
        return None
    return sum(int(float(row["value"] or 0)) for row in rows if row["term"] == LEFT_OUT)
