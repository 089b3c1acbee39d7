"""Tests of differences between groups, beside other implementations and slow, obvious ones."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.models.cluster import clustered
from pipeline.models.coefficients import NotEstimable
from pipeline.models.linear import ols
from pipeline.models.multiplicity import Method, adjusted
from pipeline.tables.compare import (
    changed_in_clusters,
    in_clusters,
    of_counts,
    of_means,
    of_paired_levels,
    of_pairs,
    of_ranks,
)
from pipeline.tables.fisher import TooLarge, fisher

TABLE = st.tuples(st.integers(2, 3), st.integers(2, 3)).flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 4), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


def companions(rows: list[int], columns: list[int]) -> Iterator[list[list[int]]]:
    """Every table with these margins."""
    if not rows:
        if not any(columns):
            yield []
        return
    for first in product(*(range(min(rows[0], c) + 1) for c in columns)):
        if sum(first) == rows[0]:
            for rest in companions(rows[1:], [c - x for c, x in zip(columns, first, strict=True)]):
                yield [list(first), *rest]


def weight(table: list[list[int]]) -> float:
    return 1 / math.prod(math.factorial(x) for row in table for x in row)


@settings(max_examples=60)
@given(TABLE)
def test_fisher_is_the_sum_over_every_table_with_the_same_margins(table: list[list[int]]) -> None:
    rows, columns = [sum(r) for r in table], [sum(c) for c in zip(*table, strict=True)]
    every = [weight(t) for t in companions(rows, columns)]
    expected = sum(w for w in every if w <= weight(table) * (1 + 1e-7)) / sum(every)
    assert fisher(np.array(table)) == pytest.approx(expected, rel=1e-6)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_fisher_of_four_cells_agrees_with_scipy(cells: list[int]) -> None:
    table = np.array(cells).reshape(2, 2)
    if (table.sum(axis=0) > 0).all() and (table.sum(axis=1) > 0).all():
        assert fisher(table) == pytest.approx(stats.fisher_exact(table)[1], rel=1e-6)


def test_a_table_that_is_too_large_for_fisher_says_so_and_is_tested_otherwise() -> None:
    table = np.array([[1, 90, 80, 70], [95, 20, 4, 88], [30, 60, 90, 2], [8, 70, 60, 50], [44, 2, 1, 77]])
    table[0, 0] = 0
    with pytest.raises(TooLarge):
        fisher(table)
    small = np.vstack([table, [1, 0, 2, 1]])
    found = of_counts(small)
    assert found.how == "chi-square test (fewer than 5 people expected in some cells)"
    assert found.p == pytest.approx(stats.chi2_contingency(small, correction=False)[1])


def test_counts_are_tested_by_what_is_expected() -> None:
    large = np.array([[20, 30], [25, 12], [0, 0]])
    found = of_counts(large)
    assert found.how == "chi-square test" and found.df == 1
    total = large.sum()
    expected = [[r * c / total for c in large.sum(axis=0)] for r in large.sum(axis=1)[:2]]
    assert found.statistic == pytest.approx(
        sum((large[i, j] - expected[i][j]) ** 2 / expected[i][j] for i in range(2) for j in range(2))
    )
    assert of_counts(np.array([[3, 1], [1, 3]]))[:1] == ("Fisher's exact test",)
    with pytest.raises(NotEstimable, match="everyone gave the same answer"):
        of_counts(np.array([[4, 5], [0, 0]]))
    with pytest.raises(NotEstimable, match="only one group"):
        of_counts(np.array([[4, 0], [3, 0]]))


def test_means_and_ranks_agree_with_scipy() -> None:
    rng = np.random.default_rng(3)
    groups = [rng.normal(i, 1 + i, 12 + i).round(1) for i in range(3)]
    assert of_means(groups[:2]).p == pytest.approx(stats.ttest_ind(*groups[:2], equal_var=False).pvalue)
    theirs = stats.f_oneway(*groups, equal_var=False)
    found = of_means([*groups, np.array([np.nan])])
    assert (found.statistic, found.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert of_ranks(groups).p == pytest.approx(stats.kruskal(*groups).pvalue)
    with pytest.raises(NotEstimable, match="one person only"):
        of_means([groups[0], np.array([1.0])])
    with pytest.raises(NotEstimable, match="do not vary"):
        of_means([groups[0], np.array([1.0, 1.0])])


def clustered_people(seed: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(12), 9)
    group = cluster % 3
    return rng.normal(size=12)[cluster] + rng.normal(size=108), group, cluster


def test_of_two_groups_in_clusters_it_is_the_model_s_own_t_test() -> None:
    y, group, cluster = clustered_people()
    two = group < 2
    y, group, cluster = y[two], group[two], cluster[two]
    found = in_clusters(y, group, cluster)
    x = pd.DataFrame({"(Intercept)": 1.0, "b": (group == 1).astype(float)})
    model = clustered(ols(x, y), cluster)
    assert (found.df, found.df2, found.p) == pytest.approx((1, model.df[1], model.p[1]))
    assert not found.few
    few = cluster < 5
    assert in_clusters(y[few], group[few], cluster[few]).few


def test_levels_in_clusters_are_tested_together() -> None:
    y, group, cluster = clustered_people()
    ticks = np.eye(3)[np.digitize(y, [-0.7, 0.7])][:, 1:]
    found = in_clusters(ticks, group, cluster)
    assert found.df == 2 * 2 and 0 < found.p < 1
    with pytest.raises(NotEstimable, match="too few"):
        in_clusters(ticks[cluster < 6], group[cluster < 6], cluster[cluster < 6])


def test_groups_in_clusters_are_not_tested_where_one_does_not_vary() -> None:
    y, group, cluster = clustered_people()
    ticked = np.where(group == group[0], 0.0, y > 0)
    with pytest.raises(NotEstimable, match="the answers of a group do not vary"):
        in_clusters(ticked, group, cluster)


def test_a_group_in_a_single_cluster_is_not_tested() -> None:
    y, group, cluster = clustered_people()
    with pytest.raises(NotEstimable, match="single cluster"):
        in_clusters(y, cluster, cluster)


def test_the_cluster_test_holds_its_level_where_the_naive_one_does_not() -> None:
    rng = np.random.default_rng(11)
    cluster = np.repeat(np.arange(20), 20)
    group = cluster % 2
    naive, robust, rounds = 0, 0, 300
    for _ in range(rounds):
        y = rng.normal(scale=math.sqrt(0.1), size=20)[cluster] + rng.normal(scale=math.sqrt(0.9), size=400)
        naive += of_means([y[group == 0], y[group == 1]]).p < 0.05
        robust += in_clusters(y, group, cluster).p < 0.05
    assert naive / rounds > 0.15, "about a quarter at an intraclass correlation of 0.1"
    assert robust / rounds < 0.09


def test_change_of_the_same_people() -> None:
    before, after = np.array([1.0, 2, 3, 4, np.nan, 6]), np.array([2.0, 2, 5, 3, 1, 9])
    change = np.array([1.0, 0, 2, -1, 3])
    assert of_pairs(before, after, "mean").p == pytest.approx(stats.ttest_1samp(change, 0).pvalue)
    # the changes 1, 2, -1, 3 rank 1.5, 3, 1.5, 4: of 16 signs those of no rise, of a
    # rise of one 1.5, and their complements lie as far out
    assert of_pairs(before, after, "rank")[1:] == pytest.approx((8.5, np.nan, np.nan, 6 / 16, False), nan_ok=True)
    counts = np.array([[10, 9], [2, 5]])
    assert of_paired_levels(counts).p == pytest.approx(2 * stats.binom.cdf(2, 11, 0.5))
    with pytest.raises(NotEstimable, match="nobody's answer changed"):
        of_paired_levels(np.diag([4, 5]))


def test_stuart_and_maxwell_s_test_agrees_with_statsmodels() -> None:
    from statsmodels.stats.contingency_tables import SquareTable

    table = np.array([[20, 10, 5, 0], [3, 30, 15, 0], [0, 5, 40, 0], [0, 0, 0, 0]])
    theirs = SquareTable(table[:3, :3], shift_zeros=False).homogeneity()
    found = of_paired_levels(table)
    assert (found.statistic, found.df, found.p) == pytest.approx((theirs.statistic, theirs.df, theirs.pvalue))


def test_change_in_clusters_is_the_model_of_an_intercept() -> None:
    y, _, cluster = clustered_people()
    found = changed_in_clusters(y, cluster)
    model = clustered(ols(pd.DataFrame({"(Intercept)": np.ones(len(y))}), y), cluster)
    assert (found.df2, found.p) == pytest.approx((model.df[0], model.p[0]))


def test_holm_and_benjamini_hochberg() -> None:
    p = [0.01, 0.02, 0.03, 0.04, 0.05]
    assert adjusted(np.array(p), "holm") == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])
    assert adjusted(np.array(p), "bh") == pytest.approx([0.05] * 5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.sampled_from(["holm", "bh"]))
def test_adjusted_p_values_agree_with_statsmodels(p: list[float], how: Method) -> None:
    from statsmodels.stats.multitest import multipletests

    with patch("gc.collect"):  # it is called on every one, and a tenth of a second goes by where much is loaded
        theirs = multipletests(p, method={"holm": "holm", "bh": "fdr_bh"}[how])[1]
    assert adjusted(np.array(p), how) == pytest.approx(theirs, abs=1e-12)
