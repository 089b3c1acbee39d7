"""A study's own function, applied to typed responses: what it may write, and what it wrote, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from pipeline.cleaning.distinct import text_array
from pipeline.cleaning.ledger import Changed, Entry, RuleLine
from pipeline.errors import Mistake, Mistakes, StageFailed, raise_all
from pipeline.study import Function, Study, Variable

OwnFunction: TypeAlias = Callable[[pd.DataFrame], pd.DataFrame]
LEFT_MISSING = "left missing by the study's own function"
_KINDS = {"number": "numbers", "count": "numbers", "date": "dates", "text": "text"}


@dataclass(frozen=True, repr=False)
class Written:
    """The table's responses and reasons after its function, and what it adds to the ledger."""

    frame: pd.DataFrame
    reasons: pd.DataFrame
    entries: tuple[Entry, ...]


def not_run(frame: pd.DataFrame) -> pd.DataFrame:
    """Stands in for the function where no code may run (``alongside check``): everything stays, nothing is made."""
    return frame


def written(study: Study, frame: pd.DataFrame, reasons: pd.DataFrame, own: OwnFunction | None) -> Written:
    """Run a study's own function on the responses of its table; nothing it was given is changed.

    Raises ``Mistakes`` with counts where it returns other rows, writes what it may not, or gives values that the
    study file does not know; ``StageFailed`` where none was handed in.
    """
    function = study.function
    if function is None or own is None:
        raise StageFailed("The study file names a function of its own, and none was handed in.")
    table, place = function.in_ or study.main, f"studies/{study.name}.py"
    before = _with_room(study, function, frame)
    returned = own(before.copy(deep=True))
    raise_all(_shape(place, function, before, returned))
    columns, wrong = {}, list[Mistake]()
    for name in (*function.makes, *function.changes):
        try:
            columns[name] = _typed(place, name, study.variables[name], returned[name])
        except Mistakes as error:
            wrong += error.mistakes
    raise_all(wrong)
    why = reasons.reindex(columns=_in_order(study, frame, function, reasons), fill_value=LEFT_MISSING).astype("str")
    entries = []
    for name, after in columns.items():
        given = before[name]
        why[name] = why[name].mask(after.notna(), "").mask(after.isna() & given.notna(), LEFT_MISSING)
        entries.append(_entry(table, place, name, function.because, given, after, why[name]))
    whole = before.assign(**columns)
    return Written(whole, why, tuple(entries))


def _with_room(study: Study, function: Function, frame: pd.DataFrame) -> pd.DataFrame:
    """The responses with an empty column for each variable that the function makes, in the order of the study file."""
    empty = {name: _column(study.variables[name], np.full(len(frame), None), frame.index) for name in function.makes}
    return frame.assign(**empty)[_in_order(study, frame, function, frame)]


def _in_order(study: Study, frame: pd.DataFrame, function: Function, like: pd.DataFrame) -> list[str]:
    """The columns of a frame and those that are made: each stands before the next declared variable's first column."""
    order = [str(c) for c in like.columns]
    names = list(study.variables)
    for name in function.makes:
        earlier = set(names[: names.index(name)])
        before = [at for at, column in enumerate(order, 1) if column.split("=", 1)[0] in earlier]
        order.insert(max(before, default=0), name)
    return order


def _shape(place: str, function: Function, before: pd.DataFrame, returned: Any) -> list[Mistake]:
    where = f"{place}, {function.name}"
    if not isinstance(returned, pd.DataFrame):
        return [Mistake(where, f"returned {type(returned).__name__}.", "Return the frame that it was given, changed.")]
    wrong = []
    if len(returned) != len(before):
        what = f"returned {len(returned):,} rows of {len(before):,}."
        wrong.append(Mistake(where, what, "Keep every row; rows are left out by 'exclude' in the study file."))
    elif not returned.index.equals(before.index):
        wrong.append(Mistake(where, "returned rows in another order.", "Keep the frame's index as it was given."))
    columns = list(returned.columns)
    absent = [c for c in before if columns.count(c) != 1]
    more = [c for c in columns if c not in before]
    if absent or more:
        named = ", ".join(f"'{c}'" for c in absent)
        what = f"returned {len(more)} columns that nobody declared" if more else f"did not return {named} once"
        wrong.append(
            Mistake(where, f"{what}.", "Return the given columns; declare a new variable and name it in 'makes'.")
        )
    may = {*function.makes, *function.changes}
    for column in [] if wrong else [c for c in before if c not in may]:
        if not (same := _same(before[column], returned[column])).all():
            what = f"changed '{column}' in {int((~same).sum()):,} rows."
            wrong.append(Mistake(where, what, f"Name {column} in 'changes' of the study file, if it may."))
    return wrong


def _same(before: pd.Series, after: pd.Series) -> np.ndarray:
    gone = before.isna().to_numpy() & after.isna().to_numpy()
    alike = before.astype(object).to_numpy() == after.astype(object).to_numpy()
    return np.asarray(gone | np.asarray(alike, dtype=bool))


def _typed(place: str, name: str, variable: Variable, returned: pd.Series) -> pd.Series:
    """A returned column as its variable is declared; ``Mistakes`` with the number of values that are not."""
    kind, given = variable.kind, returned.notna().to_numpy()
    words = returned.astype(object)
    if kind in ("category", "ordered"):
        odd = given & ~words.isin(variable.levels).to_numpy()
        mend = f"Its levels are: {', '.join(variable.levels)}."
    elif kind == "text":
        odd = given & ~np.array([isinstance(v, str) for v in words], dtype=bool)
        mend = "Return text."
    elif kind == "date":
        odd = given & ~np.array([isinstance(v, pd.Timestamp) for v in words], dtype=bool)
        mend = "Return dates (datetime64)."
    else:
        odd = given & ~np.array([_is_number(v) for v in words], dtype=bool)
        mend = "Return numbers, and NaN where there is none."
        if not odd.any() and (limits := variable.limits):
            values = words.where(returned.notna(), np.nan).astype(float).to_numpy()
            odd = given & ~((values >= limits.low) & (values <= limits.high))
            mend = f"Its range is {limits.label}."
    if odd.any():
        what = f"gave {int(odd.sum()):,} values that are no {_KINDS.get(kind, 'levels')} of '{name}'."
        raise Mistakes.one(place, what, mend)
    return _column(variable, words.where(returned.notna(), None).to_numpy(), returned.index)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.integer, np.floating)) and bool(np.isfinite(value))


def _column(variable: Variable, values: np.ndarray, index: pd.Index) -> pd.Series:
    """Values (None: missing) as the frames hold a variable of this type."""
    kind = variable.kind
    if kind in ("category", "ordered"):
        levels = pd.Index(variable.levels, dtype="str")
        return pd.Series(pd.Categorical(values, categories=levels, ordered=kind == "ordered"), index=index)
    if kind == "text":
        return pd.Series(pd.array(values, dtype="str"), index=index)
    if kind == "date":
        return pd.Series(pd.to_datetime(pd.Series(values, index=index, dtype=object)).astype("datetime64[s]"))
    return pd.Series(values, index=index, dtype=object).astype(float)


def _entry(
    table: str, place: str, name: str, because: str, before: pd.Series, after: pd.Series, why: pd.Series
) -> Entry:
    at = np.flatnonzero(~_same(before, after))
    told_before = [_as_text(v) for v in before.astype(object).iloc[at]]
    told_after = [
        _as_text(v) or f"missing: {r}" for v, r in zip(after.astype(object).iloc[at], why.iloc[at], strict=True)
    ]
    rules = text_array([place] * len(at))
    changes = (Changed(table, name, at, text_array(told_before), text_array(told_after), rules),) if len(at) else ()
    return Entry(changes, (RuleLine(table, name, place, len(at), because),))


def _as_text(value: Any) -> str:
    """A typed value as the ledger tells it; an empty string where it is missing."""
    if value is None or value != value or value is pd.NaT:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
