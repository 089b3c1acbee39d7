"""Tests of ranks: values that R's manual prints, published tables, and every arrangement written out."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.tables.ranks import MOST_PEOPLE, rank_sum, several, signed_rank

# R's datasets::airquality, Ozone in May and in August
MAY = "41 36 12 18 28 23 19 8 7 16 11 14 18 14 34 6 30 11 1 11 4 32 23 45 115 37"
AUGUST = "39 9 16 78 35 66 122 89 110 44 28 65 22 59 23 31 44 21 9 45 168 73 76 118 84 85"

FEW = st.lists(st.integers(0, 5), min_size=1, max_size=5)


def floats(values: object) -> np.ndarray:
    return np.array(values, dtype=float)


def test_two_groups_as_in_the_example_of_r_s_manual() -> None:
    """?wilcox.test: placental permeability, W = 35, one-sided p-value = 0.1272 (exact, no ties)."""
    term = floats([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46])
    early = floats([1.15, 0.88, 0.90, 0.74, 1.21])
    found = rank_sum(term, early)
    assert found.how == "exact Wilcoxon rank-sum test (given the ranks)"
    assert found.statistic == 35 and found.p == pytest.approx(2 * 0.1272, abs=1e-4)


def test_many_people_are_tested_by_the_normal_distribution_with_r_s_corrections() -> None:
    """?wilcox.test: W = 127.5, p-value = 0.0001208, normal since there are ties. Here ties alone don't make it so; each
    group written out twice does, and R's formula is written out beside it."""
    may, august = (floats(month.split()) for month in (MAY, AUGUST))
    assert rank_sum(may, august).statistic == 127.5
    assert rank_sum(may, august).how.startswith("exact")
    theirs = stats.mannwhitneyu(may, august, use_continuity=True, method="asymptotic")
    assert float(theirs.pvalue) == pytest.approx(0.0001208, abs=5e-8)
    one, other = np.repeat(may, 2), np.repeat(august, 2)
    n, m = len(one), len(other)
    ties = np.unique(np.concatenate([one, other]), return_counts=True)[1]
    w = sum((a > b) + (a == b) / 2 for a in one for b in other)
    sigma = (n * m / 12 * (n + m + 1 - (ties**3 - ties).sum() / ((n + m) * (n + m - 1)))) ** 0.5
    found = rank_sum(one, other)
    assert found.how == "Wilcoxon rank-sum test (normal approximation, corrected for ties and continuity)"
    assert (found.statistic, found.p) == pytest.approx((w, 2 * stats.norm.sf((abs(w - n * m / 2) - 0.5) / sigma)))


def test_pairs_as_in_the_example_of_r_s_manual() -> None:
    """?wilcox.test: Hamilton depression scale, V = 40, one-sided p-value = 0.01953 (exact)."""
    first = floats([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30])
    second = floats([0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
    found = signed_rank(first - second)
    assert found.how == "exact Wilcoxon signed-rank test (given the ranks; people without a change dropped)"
    assert found.statistic == 40 and found.p == pytest.approx(2 * 0.01953, abs=1e-5)
    assert signed_rank(np.append(first - second, [0.0, 0.0])) == found


def test_many_pairs_are_tested_by_the_normal_distribution() -> None:
    change = np.tile(floats([1, 2, 3, -1, -2, 0]), 12)
    moved = change[change != 0]
    ranks = stats.rankdata(np.abs(moved))
    n, ties = len(moved), np.unique(np.abs(moved), return_counts=True)[1]
    v = ranks[moved > 0].sum()
    sigma = (n * (n + 1) * (2 * n + 1) / 24 - (ties**3 - ties).sum() / 48) ** 0.5
    found = signed_rank(change)
    assert found.how == (
        "Wilcoxon signed-rank test (normal approximation, corrected for ties and continuity; people without a change "
        "dropped)"
    )
    assert (found.statistic, found.p) == pytest.approx((v, 2 * stats.norm.sf((abs(v - n * (n + 1) / 4) - 0.5) / sigma)))


def test_several_groups_as_in_the_published_tables() -> None:
    """Kruskal & Wallis 1952, Table 6.1: three groups of three, H = 7.2, probability .004; here 6 of 1,680."""
    found = several([floats([1, 2, 3]), floats([4, 5, 6]), floats([7, 8, 9])])
    assert found.how == "exact Kruskal–Wallis test (given the ranks)"
    assert (found.statistic, found.df, found.p) == pytest.approx((7.2, 2, 6 / 1680))


def test_several_large_groups_are_said_to_be_approximate() -> None:
    groups = [np.arange(i, i + 9) % 7.0 for i in range(3)]
    found, theirs = several(groups), stats.kruskal(*groups)
    assert sum(map(len, groups)) > MOST_PEOPLE
    assert found.how == "Kruskal–Wallis test (chi-square approximation)"
    assert (found.statistic, found.p) == pytest.approx((theirs.statistic, theirs.pvalue))


@settings(max_examples=60, deadline=None)
@given(FEW, FEW)
def test_two_groups_are_every_choice_of_people(one: list[int], other: list[int]) -> None:
    ranks = stats.rankdata(one + other)
    middle = len(one) * (len(ranks) + 1) / 2
    seen = abs(ranks[: len(one)].sum() - middle)
    far = [abs(sum(chosen) - middle) >= seen for chosen in combinations(ranks.tolist(), len(one))]
    assert rank_sum(floats(one), floats(other)).p == pytest.approx(sum(far) / len(far))


@given(st.lists(st.integers(-4, 4).filter(bool), min_size=1, max_size=8))
def test_pairs_are_every_choice_of_signs(change: list[int]) -> None:
    ranks = stats.rankdata(np.abs(change)).tolist()
    seen = abs(sum(r * np.sign(c) for r, c in zip(ranks, change, strict=True)))
    every = list(product((-1, 1), repeat=len(ranks)))
    far = [abs(sum(s * r for s, r in zip(signs, ranks, strict=True))) >= seen for signs in every]
    assert signed_rank(floats(change)).p == pytest.approx(sum(far) / len(far))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=3), min_size=3, max_size=3))
def test_several_groups_are_every_deal(groups: list[list[int]]) -> None:
    values = [v for g in groups for v in g]
    if len(set(values)) < 2:
        return
    ranks, everyone = stats.rankdata(values).tolist(), set(range(len(values)))
    sizes = [len(g) for g in groups]

    def height(*held: tuple[int, ...]) -> float:
        return sum(sum(ranks[i] for i in h) ** 2 / len(h) for h in held)

    starts = np.cumsum([0, *sizes])
    seen = height(*(tuple(range(a, b)) for a, b in zip(starts[:-1], starts[1:], strict=True)))
    deals = [
        height(a, b, tuple(everyone - set(a) - set(b)))
        for a in combinations(sorted(everyone), sizes[0])
        for b in combinations(sorted(everyone - set(a)), sizes[1])
    ]
    assert several([floats(g) for g in groups]).p == pytest.approx(sum(d >= seen - 1e-9 for d in deals) / len(deals))


@pytest.mark.parametrize("sizes", [(7, 7, 6), (4, 4, 4, 4, 4), (2,) * 10])
def test_no_exact_test_takes_long(sizes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    found = several([rng.normal(size=n) for n in sizes])
    assert 0 < found.p <= 1
