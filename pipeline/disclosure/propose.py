"""Which merges of levels are proposed before anything is withheld, and how many numbers each would show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure.fewest import fewest
from pipeline.disclosure.leaving import Leaving
from pipeline.disclosure.leaving import lines as told
from pipeline.disclosure.merges import (
    Merge,
    about,
    counted,
    fixed_levels,
    in_a_row,
    in_columns,
    labels_of,
    mergeable,
    merged,
    scalar,
    written,
)
from pipeline.study import Study
from pipeline.study.table import Grid

ORDER = "These levels are no neighbours: if the answers have an order, declare type: ordered first."
Hidden = Callable[[pd.DataFrame], np.ndarray]
"""A results frame -> which of its rows are withheld."""


def proposed(frame: pd.DataFrame, study: Study, below: int, hidden: Hidden) -> tuple[Merge, ...]:
    """For each variable with small cells the fewest merges after which it has none, where that shows more numbers than
    it costs; those that make columns first. Each is counted alone, with everything that is told of its variable."""
    found = []
    for name in sorted(mergeable(study), key=lambda n: not _makes_columns(study, n)):
        merge = _of(frame, study, name, below, hidden)
        if merge is not None:
            found.append(merge)
    return tuple(found)


def _makes_columns(study: Study, name: str) -> bool:
    return any(name in table.columns for table in study.tables.values() if table.columns)


def _of(frame: pd.DataFrame, study: Study, name: str, below: int, hidden: Hidden) -> Merge | None:
    variable, labels = study.variables[name], labels_of(study, name)
    counts = counted(frame, study, name)
    counts = counts[:, counts.sum(axis=0) >= below]  # of fewer people no merge makes more
    if not ((counts > 0) & (counts < below)).any() and not (variable.sensitive and (counts == 0).any()):
        return None
    fixed = [labels.index(level) for level in fixed_levels(study, name) if level in labels]
    ordered = variable.kind == "ordered" or bool(variable.bands)
    rising = ordered or in_a_row(variable)
    blocks = fewest(counts, below, rising, fixed, variable.sensitive)
    doubt = ""
    if blocks is None and rising and not ordered:
        blocks, doubt = fewest(counts, below, False, fixed, variable.sensitive), ORDER
    said = written(study, name, blocks) if blocks is not None and len(blocks) < len(labels) else None
    if said is None:
        return None
    new, where, line = said
    frees = _freed(frame, study, name, {old: label for label, held in new.items() for old in held}, hidden)
    also = tuple(_in_tables(study, name, line.split(":")[0])) if where == "variables" else ()
    joined = {label: held for label, held in new.items() if len(held) > 1}
    return Merge(name, joined, where, line, frees, also, doubt) if frees > 0 else None


def _in_tables(study: Study, old: str, new: str) -> Iterator[tuple[str, str]]:
    """Every table that shows a variable, with the line in which it names the new one instead."""
    for name, spec in study.tables.items():
        if old in spec.columns:
            columns = [new if c == old else c for c in spec.columns]
            listed = columns[0] if len(columns) == 1 else f"[{', '.join(columns)}]"
            yield f"tables.{name}", f"columns: {listed}"
        if old in spec.shown:
            yield f"tables.{name}", f"rows: [{', '.join(_row(row, old, new) for row in spec.rows)}]"


def _row(row: str | Grid, old: str, new: str) -> str:
    if isinstance(row, Grid):
        names = ", ".join(new if name == old else name for name in row.grid)
        return f"{{grid: [{names}], label: {scalar(row.label)}}}"
    return new if row == old else row


def _freed(frame: pd.DataFrame, study: Study, name: str, new: dict[str, str], hidden: Hidden) -> int:
    """Withheld numbers of a variable's lines and columns as they are, less those that would be after the merge."""
    column = in_columns(frame, name)
    declared = frame["kind"].isin(("participants", "programmes"))
    tables = set(frame.loc[column & declared, "name"])
    part = frame[declared & (frame["term"].isin(("", name)) | frame["name"].isin(tables))]
    if not tables:
        part = pd.concat([part, frame[(frame["kind"] == "quality") & (frame["term"] == name)]])
    part = part.reset_index(drop=True)
    after = merged(part, name, new, {table: spec.percent for table, spec in study.tables.items()})
    return int((hidden(part) & about(part, name)).sum() - (hidden(after) & about(after, name)).sum())


def lines(merges: Sequence[Merge], few: Sequence[Leaving] = ()) -> str:
    """For the analyst, to paste: ``merges.txt``."""
    if not merges and not few:
        return "No merge of levels would show more.\n"
    said = ["# Fewer numbers would be withheld. Write the lines at their places in the study file.\n", *told(few)]
    for merge in merges:
        parts = "; ".join(f"{' and '.join(old)} become {label}" for label, old in merge.levels.items())
        said.append(
            f"# {merge.variable}: {parts}; withheld numbers: {merge.frees} fewer\n{merge.where}:\n  {merge.line}\n"
        )
        said += [f"# {merge.doubt}\n"] if merge.doubt else []
        said += [f"{where}:   # name the new variable here, instead of {merge.variable}\n  {line}\n"
                 for where, line in merge.also]  # fmt: skip
    return "\n".join(said)
