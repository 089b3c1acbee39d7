"""How far coders agree: percent, Cohen, Fleiss, Krippendorff, Gwet's AC1, PABAK, prevalence and bias.

Every coefficient is a function of sums over units, so that its standard error follows from what each unit (or each
document of units) adds to it: the infinitesimal jackknife (Efron 1982, The jackknife, the bootstrap and other
resampling plans, ch. 6), which for Cohen's kappa is the formula of Fleiss, Cohen & Everitt 1969.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
Weights = Literal["none", "linear", "quadratic"]
NAN = float("nan")
CONFIDENCE = 0.95
CHUNK = 500
"""Values of a scale up to which their distances are held as one square matrix: 2 MB."""


@dataclass(frozen=True, eq=False)
class Agreement:
    """A coefficient, NaN where it is not defined (nobody to compare; everyone gave one answer).

    influence: shape (units,), what a little more weight on a unit adds to the coefficient, times that weight; zero for
    a unit that says nothing. None where none is known.
    """

    value: float
    influence: Floats | None = None

    def std_error(self, document: Ints | None = None) -> float:
        """Units drawn alone, or by ``document`` (shape (units,), codes): those of one are drawn together. NaN where
        nothing is known, or there is one document."""
        if self.influence is None or not np.isfinite(self.value):
            return NAN
        if document is None:
            return float(np.sqrt((self.influence**2).sum()))
        codes = np.unique(document, return_inverse=True)[1]
        count = int(codes.max()) + 1
        if count < 2:
            return NAN
        sums = np.bincount(codes, weights=self.influence)
        return float(np.sqrt(count / (count - 1) * (sums**2).sum()))

    def interval(self, document: Ints | None = None) -> tuple[float, float]:
        """95% limits, not beyond -1 and 1: a normal for units, a t on documents less one."""
        df = np.inf if document is None else len(np.unique(document)) - 1
        half = float(scipy.stats.t.ppf((1 + CONFIDENCE) / 2, df)) * self.std_error(document) if df else NAN
        return max(self.value - half, -1.0), min(self.value + half, 1.0)


NOT_DEFINED = Agreement(NAN)


@dataclass(frozen=True, eq=False)
class Ratings:
    """counts: shape (units, values), how many coders gave each value. values: ascending, shape (values,), numbers for
    every level above nominal."""

    counts: csr_array
    values: NDArray[np.generic]

    @property
    def coders(self) -> Floats:
        """How many coders rated each unit, shape (units,)."""
        return np.asarray(self.counts.sum(axis=1), dtype=float).ravel()

    @classmethod
    def of(cls, ratings: NDArray[np.generic]) -> Ratings:
        """ratings: shape (units, coders), numbers with NaN for gaps, or words with "" for gaps."""
        gaps = np.isnan(ratings) if np.issubdtype(ratings.dtype, np.number) else ratings == ""
        there = ~np.asarray(gaps, dtype=bool)
        values, codes = np.unique(ratings[there], return_inverse=True)
        rows = np.nonzero(there)[0]
        ones = np.ones(len(rows))
        return cls(csr_array((ones, (rows, codes.ravel())), shape=(len(ratings), max(len(values), 1))), values)


def percent_agreement(ratings: Ratings) -> Agreement:
    """Share of pairs of coders who gave the same value, averaged over the units that two or more rated."""
    alike, rated = _alike(ratings)
    if not rated.any():
        return NOT_DEFINED
    value = float(alike[rated].mean())
    return Agreement(value, np.where(rated, alike - value, 0.0) / rated.sum())


def _alike(ratings: Ratings) -> tuple[Floats, NDArray[np.bool_]]:
    """Share of agreeing pairs in each unit, and which units two or more coders rated."""
    coders = ratings.coders
    rated = coders >= 2
    same = np.asarray(ratings.counts.multiply(ratings.counts).sum(axis=1), dtype=float).ravel() - coders
    return np.where(rated, same / np.where(rated, coders * (coders - 1), 1.0), 0.0), rated


def cohen(first: NDArray[np.generic], second: NDArray[np.generic], weights: Weights = "none") -> Agreement:
    """Cohen's kappa of two coders, over the units that both rated; weighted by the distance of the values' places.

    Cohen 1960 (Educ Psychol Meas 20, 37-46), 1968 (Psychol Bull 70, 213-220); agrees with R psych 2.2.9,
    ``cohen.kappa``, standard error included. first, second: shape (units,), as in ``Ratings.of``.
    """
    both = Ratings.of(np.column_stack([first, second])).coders == 2
    values, codes = np.unique(np.concatenate([first[both], second[both]]), return_inverse=True)
    n, k = int(both.sum()), len(values)
    if n == 0 or k < 2:
        return NOT_DEFINED
    a, b = codes.ravel()[:n], codes.ravel()[n:]
    agreed = _agreeing(k, weights)
    share_a, share_b = np.bincount(a, minlength=k) / n, np.bincount(b, minlength=k) / n
    observed, expected = float(agreed[a, b].mean()), float(share_a @ agreed @ share_b)
    if not expected < 1:
        return NOT_DEFINED
    value = (observed - expected) / (1 - expected)
    own = agreed[a, b] - observed
    shifted = (agreed @ share_b)[a] + (share_a @ agreed)[b] - 2 * expected
    influence = np.zeros(len(first))
    influence[both] = (own - (1 - value) * shifted) / (1 - expected) / n
    return Agreement(value, influence)


def _agreeing(k: int, weights: Weights) -> Floats:
    """How much each pair of values counts as agreement, 1 on the diagonal: shape (k, k)."""
    if weights == "none":
        return np.eye(k)
    apart = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / (k - 1)
    return 1 - (apart if weights == "linear" else apart**2)


def fleiss(ratings: Ratings) -> Agreement:
    """Fleiss' kappa, with gaps as Gwet 2014 (Handbook of inter-rater reliability, 4th ed., ch. 2) takes them.

    Fleiss 1971 (Psychol Bull 76, 378-382) where every unit has as many coders; error: Gwet 2008 (Br J Math Stat
    Psychol 61, 29-48), as R irrCAC 1.0, ``fleiss.kappa.raw``.
    """
    if ratings.counts.shape[1] < 2:
        return NOT_DEFINED
    return _chance_corrected(ratings, lambda share: float(share @ share), lambda share: share)


def gwet_ac1(ratings: Ratings, possible: int = 0) -> Agreement:
    """Gwet's AC1: chance is that of coders who guess where they do not know.

    possible: how many values there could have been, where more of them than were given are known: of what is given or
    not two, so that it is 1 where everyone always gave it. Gwet 2008 (Br J Math Stat Psychol 61, 29-48), error
    included; as R irrCAC 1.0, ``gwet.ac1.raw``, with ``possible`` as the length of its ``categ.labels``.
    """
    k = max(ratings.counts.shape[1], possible)
    if k < 2:
        return NOT_DEFINED
    return _chance_corrected(
        ratings, lambda share: float(share @ (1 - share)) / (k - 1), lambda share: (1 - share) / (k - 1)
    )


def _chance_corrected(
    ratings: Ratings, chance: Callable[[Floats], float], slope: Callable[[Floats], Floats]
) -> Agreement:
    """``(pa - pe) / (1 - pe)``; ``slope``: half of what a unit's share of a value adds to the chance."""
    alike, rated = _alike(ratings)
    coders = ratings.coders
    any_coder = coders > 0
    n = int(any_coder.sum())
    if not rated.any():
        return NOT_DEFINED
    inverse = np.where(any_coder, 1 / np.where(any_coder, coders, 1.0), 0.0)
    share = np.asarray(ratings.counts.T @ inverse, dtype=float) / n
    agreed, expected = float(alike[rated].mean()), chance(share)
    if not expected < 1:
        return NOT_DEFINED
    value = (agreed - expected) / (1 - expected)
    own = np.where(rated, (alike - expected) * n / rated.sum(), 0.0)  # Gwet's: units that one coder rated add nothing
    by_chance = np.asarray(ratings.counts @ slope(share), dtype=float) * inverse
    unit = (own - 2 * (1 - value) * (by_chance - expected)) / (1 - expected)
    influence = np.where(any_coder, unit - value, 0.0) / np.sqrt(n * (n - 1)) if n > 1 else None
    return Agreement(value, influence)


def krippendorff(ratings: Ratings, level: Level = "nominal") -> Agreement:
    """Krippendorff's alpha, any number of coders, gaps allowed; units with one rating say nothing.

    Krippendorff 2011, Computing Krippendorff's alpha-reliability (University of Pennsylvania). Values of levels above
    nominal are numbers (of ``ratio`` none below zero). No error for ``ordinal``, whose distances are estimated, too.
    """
    coders = ratings.coders
    kept = coders >= 2
    counts, coders = ratings.counts[kept], coders[kept]
    totals = np.asarray(counts.sum(axis=0), dtype=float).ravel()
    n = float(totals.sum())
    if n == 0 or (totals > 0).sum() < 2:
        return NOT_DEFINED
    apart = _distances(ratings, totals, level)
    within = _within(counts, apart) / (coders - 1)
    towards = _towards(totals, apart)
    expected = float(totals @ towards) / (n - 1)
    value = 1 - float(within.sum()) / expected
    influence = None
    if level != "ordinal":
        more = 2 * np.asarray(counts @ towards, dtype=float) / (n - 1) - expected * coders / (n - 1)
        influence = np.zeros(len(kept))
        influence[kept] = -within / expected + (1 - value) * more / expected
    return Agreement(value, influence)


_Distances = Callable[[Ints, Ints], Floats]


def _distances(ratings: Ratings, totals: Floats, level: Level) -> _Distances:
    """Squared distances between places of values, which broadcast."""
    if level == "nominal":
        return lambda i, j: (i != j).astype(float)
    if level == "ordinal":
        middle = np.cumsum(totals) - totals / 2
        return lambda i, j: np.asarray((middle[i] - middle[j]) ** 2, dtype=float)
    values = np.asarray(ratings.values, dtype=float)
    if level == "interval":
        return lambda i, j: np.asarray((values[i] - values[j]) ** 2, dtype=float)
    if (values < 0).any():
        raise ValueError("a ratio scale has no values below zero: use interval")

    def of_ratio(i: Ints, j: Ints) -> Floats:
        total = values[i] + values[j]
        return np.asarray(((values[i] - values[j]) / np.where(total > 0, total, 1.0)) ** 2, dtype=float)

    return of_ratio


def _towards(totals: Floats, apart: _Distances) -> Floats:
    """Of each value, its distances to all ratings, summed: shape (values,). In slices, so that many values fit."""
    every = np.arange(len(totals))
    parts = [apart(every[at : at + CHUNK, None], every[None, :]) @ totals for at in range(0, len(totals), CHUNK)]
    return np.concatenate(parts)


def _within(counts: csr_array, apart: _Distances) -> Floats:
    """Of each unit, the distances between all ordered pairs of its ratings: shape (units,).

    Pairs of different values alone count, and a unit has few of these: those of place ``d`` later in its row, for each
    ``d``, at once.
    """
    counts = counts.sorted_indices()
    lengths, starts = np.diff(counts.indptr), counts.indptr[:-1]
    found = np.zeros(len(lengths))
    row = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(counts.nnz) - starts[row]
    for step in range(1, int(lengths.max(initial=0))):
        at = np.flatnonzero(place + step < lengths[row])
        one, other = counts.indices[at].astype(np.int64), counts.indices[at + step].astype(np.int64)
        weight = 2 * counts.data[at] * counts.data[at + step] * apart(one, other)
        found += np.bincount(row[at], weights=weight, minlength=len(lengths))
    return found


@dataclass(frozen=True)
class TwoByTwo:
    """Two coders and a code that is given or not: what stands behind a kappa that surprises.

    pabak: kappa if prevalence and bias were nought, ``2 * agreement - 1``. prevalence: how much more often both said
    no than both said yes, or the other way; bias: how much oftener one of them said yes. All as shares of the units.
    Byrt, Bishop & Carlin 1993 (J Clin Epidemiol 46, 423-429).
    """

    pabak: float
    prevalence: float
    bias: float


def two_by_two(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> TwoByTwo:
    """first, second: shape (units,), whether each gave the code. NaN of no units."""
    if len(first) == 0:
        return TwoByTwo(NAN, NAN, NAN)
    yes, no = float((first & second).mean()), float((~first & ~second).mean())
    return TwoByTwo(2 * (yes + no) - 1, abs(yes - no), abs(float(first.mean()) - float(second.mean())))
