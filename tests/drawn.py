"""Test data drawn as tables: ``drawn`` makes ``Cells``, ``declared`` a ``Study`` of a few lines."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from pipeline.cleaning import Cleaned, People, clean, join
from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.study import Study, parse_study
from pipeline.study.words import Interval

REST = {
    "title": "title: Made up",
    "data": "data: {file: people.csv, id: id}",
    "design": "design: {kind: cohort}",
    "release": "release: {rule: journal}",
}


def declared(text: str) -> Study:
    """A study file; what it does not say of title, data, design and release is added behind it."""
    lines = text.strip("\n").splitlines()
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    lines = [line[indent:] for line in lines]
    keys = {line.split(":")[0] for line in lines if line[:1].strip()}
    return parse_study(
        "\n".join([*lines, *(rest for key, rest in REST.items() if key not in keys)]), "studies/made_up.yaml"
    )


def drawn(table: str, **more: object) -> Cells:
    """Cells from a drawing: ``|`` parts columns, ``␣`` is a blank that stays, row addresses count from 2."""
    rows = [
        [cell.strip().replace("␣", " ") for cell in line.split("|")]
        for line in table.strip("\n").splitlines()
        if line.strip()
    ]
    head, body = rows[0], rows[1:]
    assert all(len(row) == len(head) for row in body), "a drawn row has more or fewer cells than the head"
    index = pd.Index([str(n) for n in range(2, len(body) + 2)], name="row", dtype="str")
    return Cells("people", pd.DataFrame(body, columns=head, index=index, dtype="str"), **more)  # type: ignore[arg-type]


def cleaned(study: Study | str, ranges: Mapping[str, Interval] | None = None, **tables: str | Cells) -> Cleaned:
    """``clean`` on drawn tables; ``people`` is the table of a study that has but one."""
    study = declared(study) if isinstance(study, str) else study
    cells = {name: drawn(table) if isinstance(table, str) else table for name, table in tables.items()}
    return clean(cells, study, ranges)


def refused(study: Study | str, **tables: str | Cells) -> str:
    """The whole message with which ``clean`` stops."""
    with pytest.raises(Mistakes) as caught:
        cleaned(study, **tables)
    return str(caught.value)


def joined(study: Study | str, scores: Mapping[str, pd.DataFrame] | None = None, **tables: str | Cells) -> People:
    """``clean`` and ``join``; scores: table -> scores of a study with scales."""
    study = declared(study) if isinstance(study, str) else study
    found = cleaned(study, **tables)
    blank = {table: pd.DataFrame(index=frame.index) for table, frame in found.responses.items()}
    scores = {**blank, **(scores or {})}
    reasons = {t: frame.isna().replace({True: "items missing", False: ""}).astype("str") for t, frame in scores.items()}
    return join(found, scores, reasons, study)
