"""The rows of a linked table brought together to one value a person: a dose, a supporter, whether it ever happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cleaning.derive import Made
from pipeline.cleaning.links import places
from pipeline.cleaning.reasons import Reasons
from pipeline.study.words import STRUCTURAL


@dataclass(frozen=True)
class Linked:
    """Rows of the linked table. of: place of the person (in ``ids``) that each row belongs to, -1 for no one here.

    values, reasons: what is brought together, one a row; None where rows alone are counted.
    """

    table: str
    ids: pd.Index
    of: np.ndarray
    values: pd.Series | None
    reasons: Reasons | None

    @property
    def rows(self) -> np.ndarray:
        """How many rows each person has."""
        return np.bincount(self.of[self.of >= 0], minlength=len(self.ids))

    @property
    def gaps(self) -> np.ndarray:
        """How many of a person's rows have no value."""
        if self.values is None:
            return np.zeros(len(self.ids), dtype=np.intp)
        return np.bincount(self.of[(self.of >= 0) & self.values.isna().to_numpy()], minlength=len(self.ids))

    @property
    def strangers(self) -> int:
        """Rows that belong to no one here."""
        return int((self.of < 0).sum())


def link(table: str, here: pd.Series, there: pd.Series, values: pd.Series | None, reasons: Reasons | None) -> Linked:
    """here: ids of this table's rows. there: the id that each row of the linked table names (NaN and blank: no one)."""
    ids = pd.Index(pd.unique(here))
    return Linked(table, ids, ids.get_indexer(pd.Index(there)), values, reasons)


def gathered(linked: Linked, take: str, none: str | None, max_missing: int) -> Made:
    """One value a person, indexed by id.

    A person's rows may lack up to ``max_missing`` values; with more, the value is missing. ``sum``: a lacking value
    is replaced by the person's mean of the others. ``mean``: of those that are there. ``count``: rows, or rows with a
    value. ``most frequent``: the level of most rows; among equally frequent ones the one that comes first in the
    linked table. ``any`` (two levels): the first level if any row holds it, otherwise the second. Who has no row gets
    ``none``; without it a count is 0 and anything else is missing.
    """
    rows, gaps = linked.rows, linked.gaps
    if take == "count":
        counts = (rows - gaps).astype(float)
        counts[rows == 0] = float(none) if none is not None else 0.0
        return pd.Series(counts, index=linked.ids), Reasons.none(len(rows))
    enough = (rows > gaps) & (gaps <= max_missing)
    values = _numbers(linked, take, rows, gaps, enough) if take in ("sum", "mean") else _levels(linked, take, enough)
    reasons = _why(linked)
    reasons = Reasons(reasons.words, np.where(values.isna().to_numpy(), reasons.at, 0))
    if none is None:
        return values, reasons.put(rows == 0, f"no row in {linked.table}")
    return _filled(values, rows == 0, none), reasons


def _numbers(linked: Linked, take: str, rows: np.ndarray, gaps: np.ndarray, enough: np.ndarray) -> pd.Series:
    assert linked.values is not None
    numbers = linked.values.to_numpy(dtype=float)
    used = (linked.of >= 0) & ~np.isnan(numbers)
    totals = np.bincount(linked.of[used], weights=numbers[used], minlength=len(rows))
    means = np.divide(totals, rows - gaps, out=np.full(len(rows), np.nan), where=enough)
    whole = np.where(enough & (gaps == 0), totals, means * rows)
    return pd.Series(means if take == "mean" else whole, index=linked.ids)


def _levels(linked: Linked, take: str, enough: np.ndarray) -> pd.Series:
    assert linked.values is not None
    at = places(linked.values)
    used = np.flatnonzero((linked.of >= 0) & (at >= 0))
    pairs = pd.DataFrame({"of": linked.of[used], "at": at[used], "row": used})
    if take == "any":
        pairs["at"] = linked.values.cat.codes.to_numpy()[used]
        best = pairs.sort_values(["of", "at", "row"], kind="stable").drop_duplicates("of")
        yes = np.zeros(len(enough), dtype=bool)
        yes[best.loc[best["at"] == 0, "of"]] = True
        enough = enough | yes
    else:
        counts = pairs.groupby(["of", "at"], sort=False)["row"].agg(["size", "min"]).reset_index()
        best = counts.sort_values(["of", "size", "min"], ascending=[True, False, True], kind="stable")
        best = best.drop_duplicates("of").rename(columns={"min": "row"})
    row = np.full(len(enough), -1, dtype=np.intp)
    row[best["of"]] = best["row"]
    row[~enough] = -1
    return pd.Series(pd.api.extensions.take(linked.values.array, row, allow_fill=True), index=linked.ids)


def _why(linked: Linked) -> Reasons:
    """For every person the reason that most of their lacking values have; by design only where there is no other."""
    if linked.reasons is None:
        return Reasons.none(len(linked.ids))
    words = linked.reasons.words
    used = linked.of >= 0
    pairs = linked.of[used] * len(words) + linked.reasons.at[used]
    counts = np.bincount(pairs, minlength=len(linked.ids) * len(words)).reshape(-1, len(words)).astype(np.int64)
    counts[:, 0] = 0
    other = np.array([word not in STRUCTURAL for word in words])
    counts[:, other] += np.where(counts[:, other] > 0, len(used) + 1, 0)
    return Reasons(words, np.where(counts.max(axis=1) > 0, counts.argmax(axis=1), 0))


def _filled(values: pd.Series, rows: np.ndarray, none: str) -> pd.Series:
    """Values with the declared one for people without a row; a new level comes last."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        if none not in values.cat.categories:
            values = values.cat.add_categories([none])
        return values.mask(rows, none)
    return values.mask(rows, none if values.dtype == "str" else float(none))
