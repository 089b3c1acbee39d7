"""Variables made from others of the same row, or of the same person at another wave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from pipeline.cleaning.reasons import Reasons, commonest

Made = tuple[pd.Series, Reasons]
"""A derived variable: its values, and why those that are missing are."""


def together(
    parts: Sequence[pd.Series], reasons: Sequence[Reasons], max_missing: int, mean: bool
) -> tuple[Made, np.ndarray]:
    """Sum or mean of numbers, and the rows in which a missing part was filled in.

    Up to ``max_missing`` missing parts are replaced by the row's mean of the others, as the items of a scale are;
    with more the value is missing.
    """
    values = np.column_stack([part.to_numpy(dtype=float) for part in parts])
    gaps = np.isnan(values).sum(axis=1)
    there = values.shape[1] - gaps
    whole = (gaps <= max_missing) & (there > 0)
    means = np.divide(np.nansum(values, axis=1), there, out=np.full(len(values), np.nan), where=whole)
    totals = np.where(gaps == 0, np.nansum(values, axis=1), means * values.shape[1])
    result = pd.Series(means if mean else totals, index=parts[0].index)
    return (result, _where_missing(result, commonest(reasons))), whole & (gaps > 0)


def difference(one: pd.Series, other: pd.Series, reasons: Sequence[Reasons]) -> Made:
    """One number less the other; missing where either is."""
    result = one.astype(float) - other.astype(float)
    return result, _where_missing(result, commonest(reasons))


def reliable_difference(sd: float, reliability: float) -> float:
    """What a change must exceed to be told from the error of measurement, in units of the score: 1.96 times the
    standard error of a difference, sd * sqrt(2 * (1 - reliability)).

    Jacobson & Truax 1991, J Consult Clin Psychol 59:12-19.
    """
    return 1.96 * sd * float(np.sqrt(2 * (1 - reliability)))


def changed(
    later: pd.Series, earlier: pd.Series, reasons: Sequence[Reasons], levels: Sequence[str], least: float, beyond: bool
) -> Made:
    """Levels: down, neither, up. Missing where either score is. beyond: whether a change must exceed ``least``."""
    apart, why = difference(later, earlier, reasons)
    far = apart.abs() > least if beyond else apart.abs() >= least - 1e-9
    codes = np.where(apart.isna(), -1, np.where(far, np.where(apart > 0, 2, 0), 1))
    labels = pd.Index(levels, dtype="str")
    return pd.Series(pd.Categorical.from_codes(codes, categories=labels, ordered=True), index=later.index), why


def days(start: pd.Series, end: pd.Series, reasons: Sequence[Reasons]) -> Made:
    """Calendar days from one date to another, whatever the time of day; negative where the second is the earlier."""
    between = end.dt.normalize() - start.dt.normalize()
    result = pd.Series(between.to_numpy() / np.timedelta64(1, "D"), index=start.index)
    return result, _where_missing(result, commonest(reasons))


def regrouped(values: pd.Series, reasons: Reasons, into: Mapping[str, Sequence[str]], ordered: bool) -> Made:
    """Levels put together: new level -> old levels, each old one in exactly one."""
    new = list(into)
    place = {old: new.index(level) for level, olds in into.items() for old in olds}
    codes = np.array([place[level] for level in values.cat.categories] + [-1], dtype=np.intp)[
        values.cat.codes.to_numpy()
    ]
    labels = pd.Index(new, dtype="str")
    return pd.Series(pd.Categorical.from_codes(codes, categories=labels, ordered=ordered), index=values.index), reasons


def at_wave(values: pd.Series, reasons: Reasons, keys: pd.DataFrame, wave: str) -> Made:
    """A person's value at one wave, in all of their rows; those without a row there are missing for that reason."""
    then = np.flatnonzero((keys["wave"] == wave).to_numpy())
    found = pd.Index(keys["id"].iloc[then]).get_indexer(pd.Index(keys["id"]))
    rows = np.where(found >= 0, then[found] if len(then) else -1, -1)
    taken = pd.Series(pd.api.extensions.take(values.array, rows, allow_fill=True), index=values.index)
    absent = Reasons((*reasons.words, f"no row at {wave}"), np.append(reasons.at, len(reasons.words)))
    return taken, Reasons(absent.words, absent.at[rows])


def ticked(choices: pd.DataFrame, alone: Sequence[str]) -> pd.Series:
    """How many choices are ticked, those apart that mean none (``alone``: their columns)."""
    counted = choices[[c for c in choices if c not in alone]]
    return counted.sum(axis=1, skipna=False).astype(float)


def _where_missing(values: pd.Series, reasons: Reasons) -> Reasons:
    return Reasons(reasons.words, np.where(values.isna().to_numpy(), reasons.at, 0))
