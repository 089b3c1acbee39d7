"""Tests of whether groups differ, one for each design. None of them takes a missing value for a level.

Which of them a table uses follows from the study's design (``tested.py``), never from a look at the data; only of two
forms of one test for counts, expected numbers decide which is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from pipeline.models.coefficients import FEW_DF, UNSAID, Floats, Ints, NotEstimable
from pipeline.models.joint import joint_test
from pipeline.models.linear import INTERCEPT, ols
from pipeline.tables.fisher import TooLarge, fisher
from pipeline.tables.ranks import rank_sum, several, signed_rank

LEAST_EXPECTED = 5
"""With fewer people expected in a cell, a chi-square distribution does not describe the statistic."""

NAN = float("nan")


class Tested(NamedTuple):
    """how: the test's name, as a note says it. df2: of an F. statistic, df: NaN where the test has none. few: too few
    clusters to rely on the P value."""

    how: str
    statistic: float
    df: float
    df2: float
    p: float
    few: bool = False


def of_counts(counts: NDArray[np.intp]) -> Tested:
    """Levels (rows) by groups (columns): Pearson's chi-square without a correction; Fisher's exact test where fewer
    than 5 people are expected in a cell and the table is not too large for it."""
    held = _occupied(counts)
    expected = scipy.stats.contingency.expected_freq(held)
    small = bool((expected < LEAST_EXPECTED).any())
    if small:
        try:
            return Tested("Fisher's exact test", NAN, NAN, NAN, fisher(held))
        except TooLarge:
            pass
    found = scipy.stats.chi2_contingency(held, correction=False)
    how = "chi-square test" + (" (fewer than 5 people expected in some cells)" if small else "")
    return Tested(how, float(found.statistic), float(found.dof), NAN, float(found.pvalue))


def _occupied(counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """Without levels that nobody has and groups without anybody."""
    held = np.asarray(counts)
    held = held[held.sum(axis=1) > 0][:, held.sum(axis=0) > 0]
    if held.ndim < 2 or held.shape[1] < 2:
        raise NotEstimable("only one group has people with an answer", UNSAID)
    if held.shape[0] < 2:
        raise NotEstimable("everyone gave the same answer", UNSAID)
    return held


def of_means(groups: Sequence[Floats]) -> Tested:
    """Welch's test of means, variances not taken as equal: of two groups the t test, of more the F test.

    Welch 1951, Biometrika 38, 330-336; agrees with R ``oneway.test``.
    """
    held = _answered(groups)
    n = np.array([len(g) for g in held], dtype=float)
    if (n < 2).any():
        raise NotEstimable("a group has one person only", UNSAID)
    if any(np.ptp(g) == 0 for g in held):
        raise NotEstimable("the answers of a group do not vary", UNSAID)
    mean, variance = np.array([g.mean() for g in held]), np.array([g.var(ddof=1) for g in held])
    if len(held) == 2:
        found = scipy.stats.ttest_ind(held[0], held[1], equal_var=False)
        return Tested("Welch's t test", float(found.statistic), float(found.df), NAN, float(found.pvalue))
    weight = n / variance
    share, k = weight / weight.sum(), len(held)
    spread = float(((1 - share) ** 2 / (n - 1)).sum()) / (k**2 - 1)
    above = float(weight @ (mean - share @ mean) ** 2) / (k - 1)
    statistic, df2 = above / (1 + 2 * (k - 2) * spread), 1 / (3 * spread)
    return Tested("Welch's F test", statistic, k - 1.0, df2, float(scipy.stats.f.sf(statistic, k - 1, df2)))


def of_ranks(groups: Sequence[Floats]) -> Tested:
    """Of two groups Wilcoxon's rank-sum test, of more Kruskal and Wallis's (``ranks.py``)."""
    held = _answered(groups)
    if len(np.unique(np.concatenate(held))) < 2:
        raise NotEstimable("everyone gave the same answer", UNSAID)
    found = rank_sum(*held) if len(held) == 2 else several(held)
    return Tested(found.how, found.statistic, found.df, NAN, found.p)


def _answered(groups: Sequence[Floats]) -> list[Floats]:
    held = [g[~np.isnan(g)] for g in groups]
    held = [g for g in held if len(g)]
    if len(held) < 2:
        raise NotEstimable("only one group has people with an answer", UNSAID)
    return held


def in_clusters(values: Floats, group: Ints, cluster: Ints) -> Tested:
    """A number or several 0/1 columns at once by group, people in clusters: shape (n,) or (n, q), nothing missing.

    Least squares of each column on the groups, CR2 errors, approximate Hotelling test of all differences together
    (``models.joint``); of two groups and one column it is CR2's t test. Raises ``NotEstimable`` for too few clusters.
    """
    columns = values.reshape(len(values), -1)
    columns = columns[:, np.ptp(columns, axis=0) > 0]
    codes = np.unique(group, return_inverse=True)[1]
    if columns.shape[1] == 0:
        raise NotEstimable("everyone gave the same answer", UNSAID)
    if codes.max() == 0:
        raise NotEstimable("only one group has people with an answer", UNSAID)
    _alone(codes, cluster)
    if any(np.ptp(columns[codes == side], axis=0).max() == 0 for side in range(codes.max() + 1)):
        raise NotEstimable("the answers of a group do not vary", UNSAID)
    sides = np.eye(codes.max() + 1)[codes][:, 1:]
    one = np.column_stack([np.ones(len(codes)), sides])
    q = columns.shape[1]
    x = np.einsum("nk,qr->nqrk", one, np.eye(q)).reshape(len(codes) * q, -1)
    names = [f"{part}{i}" for i in range(q) for part in (INTERCEPT, *map(str, range(sides.shape[1])))]
    fit = ols(pd.DataFrame(x, columns=names), columns.ravel())
    found = joint_test(fit, np.repeat(cluster, q), [n for n in names if not n.startswith(INTERCEPT)])
    return Tested("cluster-robust test (CR2, approximate Hotelling)", *found, few=_few(found.df2))


def changed_in_clusters(change: Floats, cluster: Ints) -> Tested:
    """Whether changes of the same people, (n,) or (n, q), are nil on average, people in clusters."""
    columns = change.reshape(len(change), -1)
    columns = columns[:, (columns != 0).any(axis=0)]
    if columns.shape[1] == 0:
        raise NotEstimable("nobody's answer changed", UNSAID)
    if (np.ptp(columns, axis=0) == 0).any():  # last bits of residuals would be taken for a variance
        raise NotEstimable("everyone changed by the same", UNSAID)
    q = columns.shape[1]
    x = pd.DataFrame(np.tile(np.eye(q), (len(columns), 1)), columns=[f"change{i}" for i in range(q)])
    found = joint_test(ols(x, columns.ravel()), np.repeat(cluster, q), list(x.columns))
    return Tested("cluster-robust test of change (CR2, approximate Hotelling)", *found, few=_few(found.df2))


def _few(df2: float) -> bool:
    return round(df2, 6) < FEW_DF


def _alone(group: Ints, cluster: Ints) -> None:
    pairs = np.unique(np.column_stack([group, cluster]), axis=0)
    if (np.bincount(pairs[:, 0]) < 2).any():
        raise NotEstimable("a group stands in a single cluster, so that how clusters differ can't be known there")


def difference(after: Floats, before: Floats) -> Floats:
    """Change to twelve digits of the numbers that it is of: 1.3 - 1.1 and 2.3 - 2.1 are one and the same change."""
    top = np.nanmax(np.abs(np.r_[after, before]), initial=0.0)
    if not top > 0:
        return after - before
    return np.round(after - before, int(11 - np.floor(np.log10(top))))


def of_pairs(before: Floats, after: Floats, line: Literal["mean", "rank"]) -> Tested:
    """The same people twice, numbers: the paired t test, or Wilcoxon's signed-rank test."""
    change = difference(after, before)
    change = change[~np.isnan(change)]
    if len(change) < 2:
        raise NotEstimable("fewer than two people answered both times", UNSAID)
    if (change == change[0]).all():
        raise NotEstimable("everyone changed by the same", UNSAID)
    if line == "rank":
        ranked = signed_rank(change)
        return Tested(ranked.how, ranked.statistic, ranked.df, NAN, ranked.p)
    found = scipy.stats.ttest_1samp(change, 0.0)
    return Tested("paired t test", float(found.statistic), float(found.df), NAN, float(found.pvalue))


def of_paired_levels(counts: NDArray[np.intp]) -> Tested:
    """The same people twice, levels before (rows) by after (columns): exact McNemar for two levels, Stuart and
    Maxwell's test of the margins for more (Maxwell 1970, Br J Psychiatry 116, 651-655)."""
    table = np.asarray(counts)
    held = table.sum(axis=0) + table.sum(axis=1) > 0
    table = table[held][:, held]
    moved = table - np.diag(np.diag(table))
    if moved.sum() == 0:
        raise NotEstimable("nobody's answer changed", UNSAID)
    if len(table) == 2:
        p = scipy.stats.binomtest(int(moved[0, 1]), int(moved.sum()), 0.5).pvalue
        return Tested("exact McNemar test", NAN, NAN, NAN, float(p))
    gap = (table.sum(axis=1) - table.sum(axis=0))[:-1].astype(float)
    spread = (np.diag(table.sum(axis=0) + table.sum(axis=1)) - table - table.T)[:-1, :-1].astype(float)
    if np.linalg.matrix_rank(spread) < len(spread):
        raise NotEstimable("too few people changed between some levels", UNSAID)
    statistic = float(gap @ np.linalg.solve(spread, gap))
    p = float(scipy.stats.chi2.sf(statistic, len(gap)))
    return Tested("Stuart–Maxwell test", statistic, float(len(gap)), NAN, p)
