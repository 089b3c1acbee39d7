"""At which later waves a person could be there by now: who joined too late for a wave is not lost to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes
from pipeline.study import Study
from pipeline.study.source import Due
from pipeline.tables.groups import Base


def due(people: People, study: Study, held: Base, wave: str) -> NDArray[np.bool_]:
    """Of the people of the first wave (``held``), who is due at a later one (its code): as many days as declared have
    passed from their own date to the day of the export. Who has no date is due; ``undated`` counts them.

    Raises ``Mistakes`` where the declared day of the export lies before answers in it.
    """
    rule = _rule(study, held.table)
    end = _day_of_export(people, study, held.table, rule)
    passed = (end - held.frame[rule.date].dt.normalize()).dt.days
    return (passed.isna() | (passed >= rule.days[wave])).to_numpy(dtype=bool)


def undated(study: Study, held: Base) -> int:
    """People of the first wave who have no date there."""
    return int(held.frame[_rule(study, held.table).date].isna().sum())


def _rule(study: Study, table: str) -> Due:
    rule = study.sources[table].due
    assert rule is not None, "asked only of tables that declare it"
    return rule


def _day_of_export(people: People, study: Study, table: str, rule: Due) -> pd.Timestamp:
    dates = people.frames[table][rule.date]
    latest = dates.max().normalize()
    if rule.as_of is None:
        return latest
    end = pd.Timestamp(rule.as_of)
    if latest > end:
        later = int((dates.dt.normalize() > end).sum())
        raise Mistakes.one(
            study.at(table, "due", "as_of"),
            f"{later} {'row was' if later == 1 else 'rows were'} answered after {rule.as_of}.",
            "Write the day of this export, or leave it out: then it is the latest date in it.",
        )
    return end
