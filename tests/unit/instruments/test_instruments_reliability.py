"""How well items hold together: psych's documented values, formulas by hand, and what must always hold."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.instruments.reliability import (
    ends,
    item_statistics,
    lambda6,
    omega_total,
    reliability,
    stability,
)

JUDGES = pd.DataFrame([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
"""Shrout and Fleiss 1979, table 2: six targets, four judges."""


@pytest.fixture(scope="module")
def attitude(golden_folder):
    return pd.read_csv(golden_folder / "attitude.csv")


def rows(*answers):
    return pd.DataFrame(list(answers), columns=[f"i{j}" for j in range(1, len(answers[0]) + 1)])


def random_items(seed, people=40, items=5, levels=4):
    return pd.DataFrame(np.random.default_rng(seed).integers(0, levels, (people, items)).astype(float))


def test_alpha_agrees_with_psych_on_the_published_attitude_data(golden, attitude):
    found = reliability(attitude)
    assert found.alpha == pytest.approx(golden("scales", "attitude (R datasets), 7 items", "raw", "alpha"), rel=1e-9)
    assert (found.n, found.items) == (30, 7)


def test_the_rest_is_what_psych_documents_of_the_attitude_data(attitude):
    found, items = reliability(attitude), item_statistics(attitude)
    assert [round(v, 2) for v in (found.standardised, found.lambda6, found.between)] == [0.84, 0.88, 0.43]
    assert [round(v, 2) for v in (found.low, found.high)] == [0.74, 0.92]
    assert items["item_rest"].round(2).tolist() == [0.67, 0.74, 0.56, 0.71, 0.79, 0.27, 0.46]
    assert items["alpha_dropped"].round(2).tolist() == [0.81, 0.80, 0.83, 0.80, 0.80, 0.86, 0.84]


def test_alpha_of_items_that_were_not_reversed_is_below_zero():
    answers = np.random.default_rng(3).normal(size=(200, 1)) + np.random.default_rng(4).normal(size=(200, 4)) / 2
    right = pd.DataFrame(answers)
    wrong = right.copy()
    wrong[[1, 3]] *= -1
    assert reliability(right).alpha > 0.8
    assert reliability(wrong).alpha < 0
    assert (item_statistics(wrong)["item_rest"] < 0).all()


def test_nothing_is_told_without_variation_or_people():
    for items in (rows([1, 1], [1, 2], [1, 3]), rows([1, 2], [2, 1]), rows([1], [2], [3]), rows([1, 2, 3])[:0]):
        found = reliability(items)
        assert all(math.isnan(v) for v in (found.alpha, found.low, found.omega, found.lambda6, found.between))
        assert item_statistics(items)[["item_rest", "alpha_dropped"]].isna().all(axis=None)


def test_alpha_of_items_that_cancel_out_does_not_exist():
    up = np.arange(6.0)
    found = reliability(pd.DataFrame({"a": up, "b": 5 - up}))
    assert math.isnan(found.alpha) and math.isnan(found.standardised)


def test_two_items_have_no_omega_and_no_alpha_without_one_of_them():
    items = random_items(1, items=2)
    assert math.isnan(reliability(items).omega)
    assert item_statistics(items)["alpha_dropped"].isna().all()


def test_an_item_that_follows_from_the_others_has_no_lambda6():
    items = random_items(2, items=3)
    items["sum"] = items.sum(axis=1)
    assert math.isnan(lambda6(items.corr().to_numpy()))


def test_omega_of_one_factor_is_that_of_its_loadings():
    loading = np.array([0.9, 0.7, 0.5, 0.3])
    correlation = np.outer(loading, loading) + np.diag(1 - loading**2)
    assert omega_total(correlation) == pytest.approx(loading.sum() ** 2 / correlation.sum(), rel=1e-9)


@settings(max_examples=20)
@given(st.integers(0, 500))
def test_everything_by_its_formula(seed):
    items = random_items(seed)
    found, each = reliability(items), item_statistics(items)
    k, total = items.shape[1], items.sum(axis=1)
    assert found.alpha == pytest.approx(k / (k - 1) * (1 - items.var().sum() / total.var()))
    assert found.between == pytest.approx((items.corr().to_numpy().sum() - k) / (k * (k - 1)))
    assert found.standardised == pytest.approx(k * found.between / (1 + (k - 1) * found.between))
    f = (1 - found.alpha) * stats.f.ppf([0.975, 0.025], 39, 39 * 4)
    assert (found.low, found.high) == pytest.approx(tuple(1 - f))
    for item in items:
        others = items.drop(columns=item)
        rest = others.sum(axis=1)
        assert each.loc[item, "item_rest"] == pytest.approx(items[item].corr(rest))
        assert each.loc[item, "alpha_dropped"] == pytest.approx(reliability(others).alpha)
    residuals = [
        np.linalg.lstsq(np.c_[np.ones(40), items.drop(columns=i)], items[i], rcond=None)[1][0] / (items[i].var() * 39)
        for i in items
    ]
    assert found.lambda6 == pytest.approx(1 - sum(residuals) / items.corr().to_numpy().sum())


@settings(max_examples=20)
@given(st.integers(0, 200), st.permutations(range(5)), st.permutations(range(40)))
def test_neither_the_order_of_items_nor_of_people_matters(seed, columns, people):
    items = random_items(seed)
    found, turned = reliability(items), reliability(items.iloc[list(people), list(columns)])
    assert found.n == turned.n
    for name in ("alpha", "low", "high", "standardised", "lambda6", "between"):
        assert getattr(turned, name) == pytest.approx(getattr(found, name), rel=1e-9)


@settings(max_examples=20)
@given(st.integers(0, 200))
def test_reversing_every_item_changes_nothing(seed):
    items = random_items(seed)
    found, turned = reliability(items), reliability(3 - items)
    assert turned.alpha == pytest.approx(found.alpha)
    assert item_statistics(3 - items)["item_rest"].tolist() == pytest.approx(
        item_statistics(items)["item_rest"].tolist()
    )


def test_people_with_a_gap_are_left_out():
    items = random_items(5)
    gaps = items.copy()
    gaps.iloc[[3, 8], 1] = np.nan
    assert reliability(gaps) == reliability(items.drop(index=[3, 8]))


def test_floor_and_ceiling_count_people_at_the_ends():
    assert ends(pd.Series([3, 3, 9, 5, np.nan, 3.5]), 3, 9) == (2, 1, 5)
    assert ends(pd.Series([1 / 3 * 3, 2.9999999999]), 1, 3) == (1, 1, 2)


def test_icc_of_the_six_targets_of_shrout_and_fleiss():
    found = stability(JUDGES)
    assert (found.n, found.moved) == (6, 6)
    assert round(found.icc, 2) == 0.29  # their table 4, ICC(2, 1)
    assert (round(found.low, 3), round(found.high, 2)) == (0.019, 0.76)  # psych's ICC() on the same


def test_icc_is_one_less_what_waves_and_errors_do():
    steady = pd.DataFrame({1: [1.0, 2, 3, 4, 5], 2: [1.1, 1.9, 3.05, 4, 5]})
    shifted = steady.assign(**{"2": steady[2] + 3})[[1, "2"]]
    assert stability(steady).icc > 0.99
    assert stability(shifted).icc < 0.5, "absolute agreement: a shift of all is a difference"
    assert math.isnan(stability(steady[:2]).icc) and math.isnan(stability(steady[[1]]).icc)
    assert stability(pd.concat([steady, pd.DataFrame({1: [2.0], 2: [np.nan]})])) == stability(steady)


def mcgraw_and_wong(x, level=0.95):
    """Their table 7, case 2A, word for word: sums of squares by loops, degrees of freedom by a and b."""
    n, k = x.shape
    whole = x.mean()
    msr = k * sum((row.mean() - whole) ** 2 for row in x) / (n - 1)
    msc = n * sum((column.mean() - whole) ** 2 for column in x.T) / (k - 1)
    mse = sum((x[i, j] - x[i].mean() - x[:, j].mean() + whole) ** 2 for i in range(n) for j in range(k))
    mse /= (n - 1) * (k - 1)
    icc = (msr - mse) / (msr + (k - 1) * mse + k / n * (msc - mse))
    a, b = k * icc / (n * (1 - icc)), 1 + k * icc * (n - 1) / (n * (1 - icc))
    v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    up, down = stats.f.ppf((1 + level) / 2, n - 1, v), stats.f.ppf((1 + level) / 2, v, n - 1)
    low = n * (msr - up * mse) / (up * (k * msc + (k * n - k - n) * mse) + n * msr)
    high = n * (down * msr - mse) / (k * msc + (k * n - k - n) * mse + n * down * msr)
    return icc, low, high


@settings(max_examples=30)
@given(st.integers(0, 500), st.integers(2, 4))
def test_icc_is_that_of_mcgraw_and_wong(seed, waves):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(30, 1)) + rng.normal(size=(30, waves)) * rng.uniform(0.2, 2) + rng.normal(size=waves)
    found = stability(pd.DataFrame(x))
    assert (found.icc, found.low, found.high) == pytest.approx(mcgraw_and_wong(x), rel=1e-9)


@settings(max_examples=30)
@given(st.integers(0, 500))
def test_sem_of_two_waves_is_the_root_of_half_the_mean_squared_change(seed):
    x = pd.DataFrame(np.random.default_rng(seed).integers(0, 10, (25, 2)).astype(float))
    found = stability(x)
    change = x[1] - x[0]
    assert found.sem == pytest.approx(math.sqrt((change**2).mean() / 2))
    assert found.sdc == pytest.approx(1.96 * math.sqrt((change**2).mean()))
    assert found.moved == (change != 0).sum()


def test_of_people_who_all_say_the_same_again_nothing_is_told():
    found = stability(pd.DataFrame({1: [1.0, 2, 3, 4], 2: [1.0, 2, 3, 4]}))
    assert (found.n, found.moved) == (4, 0)
    assert math.isnan(found.icc) and math.isnan(found.sem)
