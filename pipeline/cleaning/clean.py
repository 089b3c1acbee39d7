"""Cells become typed responses; every row is accounted for and every changed cell is in the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from pipeline.cleaning.cleaned import Cleaned
from pipeline.cleaning.columns import Path, Texts, needed, readable, unknown_columns
from pipeline.cleaning.domain import domains
from pipeline.cleaning.flow import flow
from pipeline.cleaning.keys import keys_of, parents_first
from pipeline.cleaning.labels import Labels
from pipeline.cleaning.ledger import found_while_read, ledger
from pipeline.cleaning.no_people import counted
from pipeline.cleaning.own import OwnFunction, written
from pipeline.cleaning.places import Wrong, second_headers, wrong_rows
from pipeline.cleaning.responses import ItemRanges, Responses
from pipeline.cleaning.rows import Rows, sieve
from pipeline.cleaning.suspicions import suspicions
from pipeline.errors import Mistake, Mistakes, in_file_order, raise_all
from pipeline.intake.cells import Cells
from pipeline.study import Study


def clean(
    cells: Mapping[str, Cells],
    study: Study,
    item_ranges: ItemRanges | None = None,
    own: OwnFunction | None = None,
) -> Cleaned:
    """The typed responses of every table, with ledger and flow.

    item_ranges: scale -> item -> its range, for scales whose ranges an instrument and not the study file gives.
    own: the study's own function, where the study file names one; it comes after everything else.
    Raises ``Mistakes`` with everything that the data say against the study file, of all variables of all tables at
    once; ``StageFailed`` when the flow does not add up.
    """
    if unknown := unknown_columns(study, cells):
        raise Mistakes(in_file_order([*(told for _, told in unknown), *_beside(cells, study, unknown, item_ranges)]))
    rows, labels, keys, responses = _read(cells, study, item_ranges or {})
    frames, reasons = responses.frames(), responses.reason_frames()
    entries = responses.ledger_entries()
    if study.function:
        table = study.function.in_ or study.main
        made = written(study, frames[table], reasons[table], own)
        frames[table], reasons[table] = made.frame, made.reasons
        entries += made.entries
    inside = domains(study, frames, reasons, keys)
    lines = [line for t in study.sources for line in found_while_read(t, cells[t])]
    lines += suspicions(study, cells, frames, keys)
    lines += counted({t: cells[t] for t in study.sources}, {t: rows[t].kept for t in study.sources})
    return Cleaned(
        responses=frames,
        reasons=reasons,
        keys={t: keys[t] for t in study.sources},
        domain={t: inside[t] for t in study.sources},
        ledger=ledger(entries, lines, {t: key.index for t, key in keys.items()}),
        flow=flow(study, {t: rows[t] for t in study.sources}, labels),
    )


def wrong_cells(cells: Mapping[str, Cells], study: Study, item_ranges: ItemRanges | None = None) -> list[Wrong]:
    """The single cells that stop ``clean``, as far as the columns are there; none where it does not stop for cells."""
    rest = readable(study, [path for path, _ in unknown_columns(study, cells)])
    return [] if rest is None else _tried(cells, rest, item_ranges or {})[-2]


def _read(
    cells: Mapping[str, Cells], study: Study, item_ranges: ItemRanges
) -> tuple[dict[str, Rows], Labels, dict[str, pd.DataFrame], Responses]:
    """What became of every row, and every answer of those that stay. ``Mistakes`` of all of them at once."""
    rows, labels, keys, responses, wrong, mistakes = _tried(cells, study, item_ranges)
    columns = {table: len(found) for table, found in needed(study).items()}
    raise_all(in_file_order([*second_headers(study, cells, wrong, columns), *mistakes]))
    return rows, labels, keys, responses


def _tried(
    cells: Mapping[str, Cells], study: Study, item_ranges: ItemRanges
) -> tuple[dict[str, Rows], Labels, dict[str, pd.DataFrame], Responses, list[Wrong], list[Mistake]]:
    """The same with the cells that are wrong, and all mistakes, untold."""
    texts = Texts(cells)
    rows: dict[str, Rows] = {}
    mistakes: list[Mistake] = []
    for table in parents_first(study):
        rows[table], wrong = sieve(study, table, texts, rows)
        mistakes += wrong
    labels = Labels(study, cells, texts, rows)
    mistakes += labels.unknown()
    keys: dict[str, pd.DataFrame] = {}
    for table, of_table in rows.items():
        keys[table], wrong = keys_of(study, table, of_table, cells[table].text.index[of_table.kept], texts, labels)
        mistakes += wrong
    responses = Responses(study, cells, texts, rows, keys)
    responses.read(item_ranges)
    of_rows = [one for t in rows for one in wrong_rows(study, t, rows[t], cells[t].text.index)] if mistakes else []
    return rows, labels, keys, responses, [*of_rows, *responses.wrong], [*mistakes, *responses.mistakes]


def _beside(
    cells: Mapping[str, Cells],
    study: Study,
    unknown: Iterable[tuple[Path, Mistake]],
    item_ranges: ItemRanges | None,
) -> tuple[Mistake, ...]:
    """What else is wrong, as far as it can be seen without the columns that are not there."""
    rest = readable(study, [path for path, _ in unknown])
    try:
        if rest is not None:
            _read(cells, rest, item_ranges or {})
    except Mistakes as error:
        return error.mistakes
    return ()
