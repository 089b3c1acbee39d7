"""How well the items of a scale hold together: alpha, lambda-6, omega, item statistics; and scores over waves: ICC.

All of complete rows, unweighted, with the items in the direction of the score. Where a statistic cannot be had (fewer
than two items or three rows, an item without variance) it is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy

Floats = np.ndarray[Any, np.dtype[np.float64]]
FEWEST_ROWS = 3
MOST_COMMUNALITY = 0.995
"""An item's variance that the common factor may explain at most, as psych 2.2.9 ``fa()`` bounds it."""
NAN = float("nan")


@dataclass(frozen=True)
class Reliability:
    """n: complete rows. alpha (Cronbach 1951) with the ends of its interval; standardised: of correlations.

    lambda6: Guttman 1945. omega: McDonald's omega total. Both are of the correlations, as psych has them. between: mean
    correlation of two items.
    """

    n: int
    items: int
    alpha: float
    low: float
    high: float
    standardised: float
    lambda6: float
    omega: float
    between: float


def reliability(items: pd.DataFrame, level: float = 0.95) -> Reliability:
    """Of a frame with one row a person and one column an item. Agrees with psych 2.2.9 ``alpha()`` and ``fa()``."""
    complete = items.dropna().to_numpy(dtype=float)
    n, k = complete.shape
    covariance = _covariance(complete)
    if covariance is None:
        return Reliability(n, k, *[NAN] * 7)
    alpha = _alpha(covariance)
    correlation = _correlation(covariance)
    low, high = feldt(alpha, n, k, level)
    between = (correlation.sum() - k) / (k * (k - 1))
    omega = omega_total(correlation)
    return Reliability(n, k, alpha, low, high, _alpha(correlation), lambda6(correlation), omega, float(between))


def feldt(alpha: float, n: int, items: int, level: float = 0.95) -> tuple[float, float]:
    """The ends of alpha's interval: (1 - alpha) F, F with n - 1 and (n - 1)(items - 1) degrees of freedom.

    Feldt, Woodruff and Salih 1987, as psych 2.2.9 ``alpha.ci()``.
    """
    tail, df = (1 - level) / 2, (n - 1, (n - 1) * (items - 1))
    low, high = (1 - (1 - alpha) * scipy.stats.f.ppf(end, *df) for end in (1 - tail, tail))
    return float(low), float(high)


def lambda6(correlation: Floats) -> float:
    """1 - sum(1 - smc) / sum(R), smc: each item's squared multiple correlation with the others. Guttman 1945.

    NaN where an item follows from the others.
    """
    if np.linalg.cond(correlation) > 1e12:
        return NAN
    return float(1 - (1 / np.diag(np.linalg.inv(correlation))).sum() / correlation.sum())


def omega_total(correlation: Floats) -> float:
    """1 - sum(uniqueness) / sum(R) of one factor by minimum residuals; McDonald 1999, eq. 6.20.

    NaN with fewer than three items, which do not determine a factor. One factor: not the hierarchical omega that
    psych's ``omega()`` gives beside it.
    """
    k = len(correlation)
    if k < 3:
        return NAN
    upper = np.triu_indices(k, 1)
    values, vectors = np.linalg.eigh(correlation)
    start = vectors[:, -1] * np.sqrt(values[-1] - np.mean(values[:-1]))
    most = np.sqrt(MOST_COMMUNALITY)

    def residuals(loading: Floats) -> Floats:
        return np.asarray((correlation - np.outer(loading, loading))[upper])

    def slopes(loading: Floats) -> Floats:
        found, pairs = np.zeros((len(upper[0]), k)), np.arange(len(upper[0]))
        found[pairs, upper[0]], found[pairs, upper[1]] = -loading[upper[1]], -loading[upper[0]]
        return found

    start = np.clip(start, -0.99 * most, 0.99 * most)
    found = scipy.optimize.least_squares(residuals, start, slopes, (-most, most), ftol=1e-12, xtol=1e-12, gtol=1e-12)
    return float(1 - (1 - found.x**2).sum() / correlation.sum())


def item_statistics(items: pd.DataFrame) -> pd.DataFrame:
    """One row an item, of complete rows: mean, sd, item_rest (correlation with the sum of the others; psych's r.drop),
    alpha_dropped (alpha of the others; NaN where one or none is left)."""
    complete = items.dropna().to_numpy(dtype=float)
    k = complete.shape[1]
    found = pd.DataFrame(NAN, index=items.columns, columns=["mean", "sd", "item_rest", "alpha_dropped"])
    if len(complete) < FEWEST_ROWS:
        return found
    covariance = np.atleast_2d(np.cov(complete, rowvar=False))
    variance, with_total, total = np.diag(covariance), covariance.sum(axis=1), covariance.sum()
    found["mean"], found["sd"] = complete.mean(axis=0), np.sqrt(variance)
    rest = total - 2 * with_total + variance
    scale = variance * rest
    # A rest whose variance is what rounding left of 0 is none.
    some = (variance > 0) & (rest > 1e-12 * total)
    found["item_rest"] = np.where(some, (with_total - variance) / np.sqrt(np.where(some, scale, 1)), NAN)
    if k > 2:
        others = (k - 1) / (k - 2) * (1 - (variance.sum() - variance) / np.where(some, rest, 1))
        found["alpha_dropped"] = np.where(rest > 1e-12 * total, others, NAN)
    return found


def inter_item(items: pd.DataFrame) -> pd.DataFrame:
    """Correlations of items by items, of complete rows; NaN with fewer than three, and of an item without variance."""
    complete = items.dropna().to_numpy(dtype=float)
    found = np.full((items.shape[1], items.shape[1]), NAN)
    if len(complete) >= FEWEST_ROWS:
        varies = np.flatnonzero(complete.max(axis=0) > complete.min(axis=0))
        covariance = np.atleast_2d(np.cov(complete[:, varies], rowvar=False))
        found[np.ix_(varies, varies)] = _correlation(covariance) if len(varies) else NAN
    return pd.DataFrame(found, index=items.columns, columns=items.columns)


def ends(score: pd.Series, low: float, high: float) -> tuple[int, int, int]:
    """People at the lowest and at the highest possible score, and all who have one: floor and ceiling."""
    told = score.dropna()
    near = 1e-9 * max(1.0, abs(high - low))
    return int((told <= low + near).sum()), int((told >= high - near).sum()), len(told)


@dataclass(frozen=True)
class Stability:
    """n: people with a score at every wave; moved: those of them whose scores differ. ICC with the ends of its
    interval; sem: standard error of measurement, in points of the score."""

    n: int
    moved: int
    icc: float
    low: float
    high: float
    sem: float

    @property
    def sdc(self) -> float:
        """Smallest detectable change of one person: 1.96 sqrt(2) SEM (de Vet, Terwee, Knol and Bouter 2006)."""
        return float(1.96 * np.sqrt(2) * self.sem)


def stability(scores: pd.DataFrame, level: float = 0.95) -> Stability:
    """ICC of single scores over waves, absolute agreement, people and waves random: ICC(A,1) of McGraw and Wong 1996,
    which is ICC(2,1) of Shrout and Fleiss 1979.

    scores: one row a person, one column a wave; rows with a gap are left out. The interval is theirs, too (with
    Satterthwaite's degrees of freedom), as psych 2.2.9 ``ICC()`` gives it. SEM: the root of what waves and errors add
    to the variance (SEM agreement, de Vet et al. 2006, J Clin Epidemiol 59:1033); of two waves it is the root of half
    the mean squared difference.
    """
    x = scores.dropna().to_numpy(dtype=float)
    n, k = x.shape
    moved = int((x.max(axis=1) > x.min(axis=1)).sum()) if n and k else 0
    if n < FEWEST_ROWS or k < 2:
        return Stability(n, moved, *[NAN] * 4)
    people, waves = x.mean(axis=1) - x.mean(), x.mean(axis=0) - x.mean()
    error = x - x.mean() - people[:, None] - waves
    bms, jms = k * (people**2).sum() / (n - 1), n * (waves**2).sum() / (k - 1)
    ems = (error**2).sum() / ((n - 1) * (k - 1))
    whole = bms + (k - 1) * ems + k * (jms - ems) / n
    if not (whole > 0 and ems > 0):
        return Stability(n, moved, *[NAN] * 4)
    icc = (bms - ems) / whole
    ratio, tail = jms / ems, 1 - (1 - level) / 2
    share = k * icc * ratio + n * (1 + (k - 1) * icc) - k * icc
    below = (n - 1) * k**2 * icc**2 * ratio**2 + (n * (1 + (k - 1) * icc) - k * icc) ** 2
    df = (n - 1) * (k - 1) * share**2 / below
    up, down = scipy.stats.f.ppf(tail, n - 1, df), scipy.stats.f.ppf(tail, df, n - 1)
    mixed = k * jms + (k * n - k - n) * ems
    low = n * (bms - up * ems) / (up * mixed + n * bms)
    high = n * (down * bms - ems) / (mixed + n * down * bms)
    sem = np.sqrt(ems + (jms - ems) / n)
    return Stability(n, moved, float(icc), float(low), float(high), float(sem))


def _covariance(complete: Floats) -> Floats | None:
    """Items by items; None where there are too few of them or of rows, or one does not vary."""
    n, k = complete.shape
    if k < 2 or n < FEWEST_ROWS or not (complete.max(axis=0) > complete.min(axis=0)).all():
        return None
    covariance: Floats = np.cov(complete, rowvar=False)
    return covariance if covariance.sum() > 1e-12 * np.trace(covariance) else None


def _alpha(covariance: Floats) -> float:
    k = len(covariance)
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def _correlation(covariance: Floats) -> Floats:
    spread = np.sqrt(np.diag(covariance))
    return np.asarray(covariance / np.outer(spread, spread))
