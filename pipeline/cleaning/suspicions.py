"""What looks wrong and may not be: counted, never changed. Contradicting waves, straight lines, other labels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.cleaning.alike import of_one_person
from pipeline.cleaning.ledger import RuleLine
from pipeline.cleaning.links import places
from pipeline.intake.cells import Cells
from pipeline.study import Study, Variable

BETWEEN_WAVES = "differs between waves (people)"
STRAIGHT_LINE = "the same answer to all items (rows)"
OTHER_LABEL = "the file gives code {} the label of another level"
LONG = 5
"""From so many items on, rows with one answer to all of them are counted."""


def suspicions(
    study: Study, cells: Mapping[str, Cells], responses: Mapping[str, pd.DataFrame], keys: Mapping[str, pd.DataFrame]
) -> list[RuleLine]:
    """One line a check, also where it found nothing; of ids only where they are in doubt."""
    lines = []
    for name, variable in study.variables.items():
        table = study.source_of(name)
        if variable.kind in ("category", "ordered") and not variable.derive:
            lines += _labels(table, name, variable, cells[table], responses[table][name])
            if study.sources[table].wave_labels:
                lines.append(
                    RuleLine(table, name, BETWEEN_WAVES, between_waves(responses[table][name], keys[table]["id"]))
                )
    for name, scale in study.scales.items():
        table = study.source_of(name)
        if len(scale.items) >= LONG:
            lines.append(RuleLine(table, name, STRAIGHT_LINE, int(straight(responses[table][list(scale.items)]).sum())))
    return [*lines, *of_one_person(study, dict(keys))]


def between_waves(values: pd.Series, ids: pd.Series) -> int:
    """How many people have more than one level over their waves."""
    at = places(values)
    seen = pd.DataFrame({"id": ids.to_numpy()[at >= 0], "at": at[at >= 0]}).groupby("id", sort=False)["at"]
    return int((seen.min() != seen.max()).sum())


def straight(items: pd.DataFrame) -> np.ndarray:
    """Rows with all items answered and all alike."""
    values = items.to_numpy(dtype=float)
    return (values == values[:, :1]).all(axis=1)


def _labels(table: str, name: str, variable: Variable, cells: Cells, values: pd.Series) -> list[RuleLine]:
    """Codes that the file's own labels call what the study file calls another code (1: Women against 1 = Men)."""
    own = cells.value_labels.get(variable.from_ or name, {})
    levels = {level.casefold(): level for level in variable.levels}
    lines = []
    for code, label in variable.codes.items():
        theirs = levels.get(own.get(code, "").strip().casefold())
        if theirs is not None and theirs != label:
            lines.append(RuleLine(table, name, OTHER_LABEL.format(code), int((values == label).sum())))
    return lines
