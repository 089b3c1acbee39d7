"""Cells become typed responses; every row is accounted for and every changed cell is in the ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from pipeline.cleaning.cleaned import Cleaned
from pipeline.cleaning.columns import Texts, unknown_columns
from pipeline.cleaning.domain import domains
from pipeline.cleaning.flow import flow
from pipeline.cleaning.keys import keys_of, parents_first
from pipeline.cleaning.labels import Labels
from pipeline.cleaning.ledger import found_while_read, ledger
from pipeline.cleaning.responses import Responses
from pipeline.cleaning.rows import Rows, sieve
from pipeline.cleaning.suspicions import suspicions
from pipeline.errors import Mistake, raise_all
from pipeline.intake.cells import Cells
from pipeline.study import Study
from pipeline.study.words import Interval


def clean(cells: Mapping[str, Cells], study: Study, item_ranges: Mapping[str, Interval] | None = None) -> Cleaned:
    """The typed responses of every table, with ledger and flow.

    item_ranges: scale -> range of its items, for scales whose range an instrument and not the study file gives.
    Raises ``Mistakes`` with everything that the data say against the study file, of all variables of all tables at
    once; ``StageFailed`` when the flow does not add up.
    """
    raise_all(_in_file_order(unknown_columns(study, cells)))
    texts = Texts(cells)
    rows, mistakes = _rows(study, texts)
    labels = Labels(study, cells, texts, rows)
    mistakes += labels.unknown()
    keys: dict[str, pd.DataFrame] = {}
    for table, of_table in rows.items():
        keys[table], wrong = keys_of(study, table, of_table, cells[table].text.index[of_table.kept], texts, labels)
        mistakes += wrong
    responses = Responses(study, cells, texts, rows, keys)
    responses.read(item_ranges or {})
    raise_all(_in_file_order([*mistakes, *responses.mistakes]))
    frames, reasons = responses.frames(), responses.reason_frames()
    inside = domains(study, frames, reasons, keys)
    lines = [line for t in study.sources for line in found_while_read(t, cells[t])]
    lines += suspicions(study, cells, frames, keys)
    return Cleaned(
        responses=frames,
        reasons=reasons,
        keys={t: keys[t] for t in study.sources},
        domain={t: inside[t] for t in study.sources},
        ledger=ledger(responses.ledger_entries(), lines, {t: key.index for t, key in keys.items()}),
        flow=flow(study, {t: rows[t] for t in study.sources}, labels),
    )


def _rows(study: Study, texts: Texts) -> tuple[dict[str, Rows], list[Mistake]]:
    """What became of the rows of every table, parents before children."""
    rows: dict[str, Rows] = {}
    mistakes: list[Mistake] = []
    for table in parents_first(study):
        rows[table], wrong = sieve(study, table, texts, rows)
        mistakes += wrong
    return rows, mistakes


def _in_file_order(mistakes: list[Mistake]) -> list[Mistake]:
    """Each once, by the line at which it stands."""
    return sorted(dict.fromkeys(mistakes), key=lambda m: int((re.findall(r":(\d+)", m.where) or ["0"])[0]))
