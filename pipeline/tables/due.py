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

FEW, FAR = 0.01, 92
"""A quarter in days: so far behind all others stand no dates of a study at work, unless they are mistyped."""


def due(people: People, study: Study, held: Base, wave: str) -> NDArray[np.bool_]:
    """Of the people of the first wave (``held``), who is due at a later one (its code): as many days as declared have
    passed from their own date to the day of the export. Who has no date is due; ``undated`` counts them.

    Raises ``Mistakes`` as ``day_of_export`` does.
    """
    rule = _rule(study, held.table)
    end = day_of_export(people.frames[held.table], study, held.table)
    passed = (end - held.frame[rule.date].dt.normalize()).dt.days
    return (passed.isna() | (passed >= rule.days[wave])).to_numpy(dtype=bool)


def undated(study: Study, held: Base) -> int:
    """People of the first wave who have no date there."""
    return int(held.frame[_rule(study, held.table).date].isna().sum())


def _rule(study: Study, table: str) -> Due:
    rule = study.sources[table].due
    assert rule is not None, "asked only of tables that declare it"
    return rule


def day_of_export(frame: pd.DataFrame, study: Study, table: str) -> pd.Timestamp | None:
    """The day up to which the waves of a table count as due; frame: its responses, at every wave. None without dates.

    It is the declared one, or else the latest date. Raises ``Mistakes`` where the declared one lies before answers, and
    where the latest would be that of few rows far behind all others, as a mistyped year makes it.
    """
    rule = _rule(study, table)
    dates = frame[rule.date].dropna().dt.normalize().sort_values()
    if rule.as_of is None:
        if late := _far_behind(dates):
            raise _far(study, table, rule, late, dates.iloc[-late - 1])
        return dates.iloc[-1] if len(dates) else None
    end = pd.Timestamp(rule.as_of)
    if later := int((dates > end).sum()):
        raise Mistakes.one(
            study.at(table, "due", "as_of"),
            f"{later} {'row was' if later == 1 else 'rows were'} answered after {rule.as_of}.",
            "Write the day of this export, or leave it out: then it is the latest date in it.",
        )
    return end


def _far_behind(dates: pd.Series) -> int:
    """How many of the latest dates, in order, are few and far behind the others; 0 where none are."""
    few = max(1, int(FEW * len(dates)))
    gaps = dates.diff().dt.days.to_numpy()[1:]
    return max((n for n in range(1, min(few, len(gaps)) + 1) if gaps[-n] > FAR), default=0)


def _far(study: Study, table: str, rule: Due, late: int, before: pd.Timestamp) -> Mistakes:
    rows = f"{late} row{' is' if late == 1 else 's are'}"
    what = f"{rows} dated more than {FAR} days after all the others (the latest of these: {before.date()})."
    mend = (
        "By the latest date in the export it is counted who was due at a later wave, and a mistyped year makes that "
        f"wrong. Correct the file; or declare what stands there as missing under variables.{rule.date}; or, if the "
        "dates are right, give the day of the export: due: {as_of: …}."
    )
    return Mistakes.one(study.at(table, "due"), what, mend)
