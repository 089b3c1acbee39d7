"""Regressions before and with their errors: what they refuse, and arithmetic that can be done by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.models.cluster import clustered, icc
from pipeline.models.coefficients import NotEstimable
from pipeline.models.linear import INTERCEPT, classical, hc3, independent, logistic, ols


def design(**columns: list[float]) -> pd.DataFrame:
    n = len(next(iter(columns.values())))
    return pd.DataFrame({INTERCEPT: np.ones(n), **{name: np.array(values, float) for name, values in columns.items()}})


def test_two_groups_by_hand() -> None:
    fit = ols(design(peer=[0, 0, 0, 1, 1, 1]), np.array([1.0, 2.0, 3.0, 4.0, 6.0, 8.0]))
    assert fit.estimate == pytest.approx([2, 4])
    pooled = (1 + 0 + 1 + 4 + 0 + 4) / (6 - 2)
    assert classical(fit).std_error[1] == pytest.approx(np.sqrt(pooled * (1 / 3 + 1 / 3)))
    # leverage is 1/3, so each squared residual is divided by (2/3)^2; then summed over n^2
    assert hc3(fit).std_error[1] == pytest.approx(np.sqrt((1 + 1 + 4 + 4) / (2 / 3) ** 2 / 9))
    assert hc3(fit).df.tolist() == [4, 4]


def test_clusters_of_one_are_hc2() -> None:
    fit = ols(design(peer=[0, 0, 0, 1, 1, 1]), np.array([1.0, 2.0, 3.0, 4.0, 6.0, 8.0]))
    found = clustered(fit, np.arange(6))
    assert found.std_error[1] == pytest.approx(np.sqrt((1 + 1 + 4 + 4) / (2 / 3) / 9))
    assert found.df[1] == pytest.approx(4)  # Welch's, for two groups of three


def test_cluster_means_are_all_that_counts_for_a_trial_of_equal_clusters() -> None:
    y = np.array([1, 3, 2, 6, 5, 5, 9, 9], dtype=float)  # cluster means 2, 4 | 5, 9
    found = clustered(ols(design(arm=[0, 0, 0, 0, 1, 1, 1, 1]), y), np.repeat(np.arange(4), 2))
    assert found.estimate[1] == pytest.approx(7 - 3)
    welch = np.sqrt(((2 - 3) ** 2 + (4 - 3) ** 2) / 1 / 2 + ((5 - 7) ** 2 + (9 - 7) ** 2) / 1 / 2)
    assert found.std_error[1] == pytest.approx(welch)
    assert found.df[1] == pytest.approx(2)


def test_a_cluster_with_a_column_of_its_own_leaves_the_others_as_they_were() -> None:
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(5), 6)
    x = design(age=rng.normal(size=30).tolist(), own=(cluster == 4).astype(float).tolist())
    y = rng.normal(size=30)
    with_it = clustered(ols(x, y), cluster)
    assert np.isfinite(with_it.std_error[1]) and np.isfinite(with_it.df[1])
    alone = x.assign(own=[0.0] * 29 + [1.0])
    people_of_29 = clustered(ols(alone.iloc[:29, :2], y[:29]), np.arange(29))
    people_of_30 = clustered(ols(alone, y), np.arange(30))  # the last person is fitted exactly
    assert people_of_30.std_error[1] == pytest.approx(people_of_29.std_error[1])


def test_an_estimate_that_rests_on_one_person_has_no_interval_and_the_others_keep_theirs() -> None:
    rng = np.random.default_rng(5)
    x = design(age=rng.normal(size=12).tolist(), rare=[0.0] * 11 + [1.0])
    y = rng.normal(size=12)
    found = hc3(ols(x, y))
    assert np.isnan(found.std_error).tolist() == [False, False, True]
    assert np.isnan(found.vcov).sum() == 3 + 2
    assert found.std_error[:2] == pytest.approx(hc3(ols(x.iloc[:11, :2], y[:11])).std_error)


def test_of_collinear_columns_the_later_one_goes() -> None:
    x = design(first=[0, 1, 0, 1], second=[1, 0, 1, 0], empty=[0, 0, 0, 0], third=[1, 2, 3, 5])
    assert independent(x) == ([INTERCEPT, "first", "third"], ["second", "empty"])


def test_columns_of_very_different_size_are_not_taken_for_collinear() -> None:
    x = design(income=[1e9, 2e9, 4e9, 8e9], share=[1e-9, 3e-9, 2e-9, 5e-9])
    assert independent(x) == ([INTERCEPT, "income", "share"], [])


@pytest.mark.parametrize(
    ("x", "y", "said"),
    [
        ([0, 0, 1, 1], [0, 0, 1, 1], "the outcome is predicted perfectly (separation) by peer"),
        ([0, 0, 1, 1, 1], [0, 1, 1, 1, 1], "the outcome is predicted perfectly (separation) by peer"),
        ([0, 0, 1, 1], [1, 1, 1, 1], "the outcome is the same for everyone who is left"),
        ([0, 1], [0, 1], "the rows are no more than the coefficients"),
    ],
)
def test_a_logistic_model_without_a_finite_answer_says_why(x: list[float], y: list[float], said: str) -> None:
    with pytest.raises(NotEstimable) as found:
        logistic(design(peer=x), np.array(y, float))
    assert str(found.value) == said
    assert "perfectly" not in found.value.discreet and "everyone" not in found.value.discreet


def test_a_logistic_model_of_two_groups_is_the_odds_ratio_of_the_table() -> None:
    y = np.array([1] * 3 + [0] * 7 + [1] * 6 + [0] * 4, dtype=float)
    fit = logistic(design(peer=[0] * 10 + [1] * 10), y)
    assert np.exp(fit.estimate[1]) == pytest.approx((6 / 4) / (3 / 7))
    assert np.sqrt(fit.bread[1, 1]) == pytest.approx(np.sqrt(1 / 3 + 1 / 7 + 1 / 6 + 1 / 4))


def test_one_cluster_has_no_errors() -> None:
    with pytest.raises(NotEstimable, match="^all rows belong to one cluster$"):
        clustered(ols(design(a=[0, 1, 2, 4]), np.array([1.0, 2, 3, 3])), np.zeros(4, int))


def test_icc_is_one_where_clusters_are_alike_within_and_without_meaning_where_each_is_alone() -> None:
    assert icc(np.array([1.0, 1, 4, 4]), np.array([0, 0, 1, 1])) == pytest.approx(1)
    assert icc(np.array([0.0, 2, 0, 2]), np.array([0, 0, 1, 1])) == pytest.approx(-1)
    assert np.isnan(icc(np.array([0.0, 2]), np.array([0, 1])))
    assert np.isnan(icc(np.array([3.0, 3, 3, 3]), np.array([0, 0, 1, 1])))


def test_a_thousand_people_in_many_clusters_take_well_under_a_second() -> None:
    from time import process_time

    rng = np.random.default_rng(1)
    x = pd.DataFrame(rng.normal(size=(1200, 12))).assign(**{INTERCEPT: 1.0})
    for clusters in (7, 240):
        started = process_time()
        clustered(ols(x, rng.normal(size=1200)), rng.integers(0, clusters, 1200))
        assert process_time() - started < 1


def test_nearly_separated_is_not_separated() -> None:
    """One person in two thousand is enough for a finite answer, however the columns are scaled."""
    y = np.repeat([0.0, 1.0], 1000)
    x = design(age=(np.arange(2000) * 1e5).tolist())
    with pytest.raises(NotEstimable):
        logistic(x, y)
    y[[0, 1999]] = [1, 0]
    assert np.isfinite(logistic(x, y).estimate).all()
