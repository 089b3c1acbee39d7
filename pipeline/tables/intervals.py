"""Confidence intervals of proportions and means, and of their differences, for people who answered on their own."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats: TypeAlias = NDArray[np.float64]

LEVEL = 0.95
"""Confidence level of every interval in a table."""


class Interval(NamedTuple):
    """Lower and upper limit; arrays of one shape, or two numbers."""

    low: Floats
    high: Floats


class Difference(NamedTuple):
    """One group less another, with its limits; NaN where it can't be known."""

    estimate: float
    low: float
    high: float


NOT_KNOWN = Difference(float("nan"), float("nan"), float("nan"))


def wilson(count: ArrayLike, of: ArrayLike, level: float = LEVEL) -> Interval:
    """Score interval of ``count`` in ``of`` as proportions; NaN of nobody.

    Wilson 1927, J Am Stat Assoc 22, 209-212 (no continuity correction); agrees with R ``prop.test(correct=FALSE)``.
    """
    x, n = np.asarray(count, dtype=float), np.asarray(of, dtype=float)
    z = scipy.stats.norm.ppf((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = x / n
        centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
        half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = np.where(x == 0, 0.0, centre - half), np.where(x == n, 1.0, centre + half)
    none = n == 0
    return Interval(np.where(none, np.nan, low), np.where(none, np.nan, high))


def exact(count: ArrayLike, of: ArrayLike, level: float = LEVEL) -> Interval:
    """Exact interval of a proportion; NaN of nobody.

    Clopper & Pearson 1934, Biometrika 26, 404-413; agrees with R ``binom.test``.
    """
    x, n = np.asarray(count, dtype=float), np.asarray(of, dtype=float)
    tail = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(x == 0, 0.0, scipy.stats.beta.ppf(tail, x, n - x + 1))
        high = np.where(x == n, 1.0, scipy.stats.beta.ppf(1 - tail, x + 1, n - x))
    none = n == 0
    return Interval(np.where(none, np.nan, low), np.where(none, np.nan, high))


def logit_interval(p: ArrayLike, std_error: ArrayLike, df: ArrayLike, level: float = LEVEL) -> Interval:
    """Interval of a proportion with a standard error from a design: symmetric on the logit scale, t on ``df``.

    NaN for 0 and 1, which have no standard error, and without degrees of freedom. Agrees with R survey's
    ``svyciprop(method = "logit")``.
    """
    share, error, free = (np.asarray(a, dtype=float) for a in (p, std_error, df))
    with np.errstate(divide="ignore", invalid="ignore"):
        half = scipy.stats.t.ppf((1 + level) / 2, np.where(free > 0, free, np.nan)) * error / (share * (1 - share))
        low, high = special.expit(special.logit(share) - half), special.expit(special.logit(share) + half)
    known = (share > 0) & (share < 1)
    return Interval(np.where(known, low, np.nan), np.where(known, high, np.nan))


def of_mean(mean: float, sd: float, n: float, level: float = LEVEL) -> Interval:
    """Student's interval of a mean; NaN below two people."""
    if n < 2:
        return Interval(np.float64("nan"), np.float64("nan"))  # type: ignore[arg-type]
    half = scipy.stats.t.ppf((1 + level) / 2, n - 1) * sd / np.sqrt(n)
    return Interval(mean - half, mean + half)


def newcombe(count: float, of: float, other: float, of_other: float, level: float = LEVEL) -> Difference:
    """Difference of two independent proportions by the hybrid score method.

    Newcombe 1998, Stat Med 17, 873-890, method 10; agrees with statsmodels' ``confint_proportions_2indep``
    (``method="newcomb"``).
    """
    if not of or not of_other:
        return NOT_KNOWN
    p, q = count / of, other / of_other
    (low, high), (low_q, high_q) = wilson(count, of, level), wilson(other, of_other, level)
    estimate = p - q
    return Difference(
        estimate,
        float(estimate - np.sqrt((p - low) ** 2 + (high_q - q) ** 2)),
        float(estimate + np.sqrt((high - p) ** 2 + (q - low_q) ** 2)),
    )


def welch(mean: float, sd: float, n: float, other: float, sd_other: float, n_other: float,
          level: float = LEVEL) -> Difference:  # fmt: skip
    """Difference of two independent means, variances not taken as equal; limits NaN where a group has one person.

    Welch 1947, Biometrika 34, 28-35; agrees with R ``t.test``.
    """
    estimate = mean - other
    if n < 2 or n_other < 2:
        return Difference(estimate, float("nan"), float("nan"))
    a, b = sd**2 / n, sd_other**2 / n_other
    if a + b == 0:
        return Difference(estimate, float("nan"), float("nan"))
    df = (a + b) ** 2 / (a**2 / (n - 1) + b**2 / (n_other - 1))
    half = float(scipy.stats.t.ppf((1 + level) / 2, df) * np.sqrt(a + b))
    return Difference(estimate, estimate - half, estimate + half)
