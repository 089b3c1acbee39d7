"""Estimating equations: closed forms, and what they refuse."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.models.coefficients import NotEstimable
from pipeline.models.gee import gee, gee_errors, population_averaged
from pipeline.models.linear import INTERCEPT

ARM = pd.DataFrame({INTERCEPT: 1.0, "arm": [0.0] * 6 + [1.0] * 6})
TRIAL = np.repeat(np.arange(6), 2)
"""Six clusters of two, three an arm."""
Y = np.array([1.0, 3, 2, 6, 4, 4, 5, 5, 9, 9, 7, 9])
"""Means of clusters 2, 4, 4 | 5, 9, 8."""

BEYOND = "answers of a cluster would correlate as clusters of these sizes cannot"


def test_a_trial_of_equal_clusters_by_hand() -> None:
    fit = gee(ARM, Y, TRIAL, "identity")
    low, high = 10 / 3, 22 / 3
    assert fit.estimate == pytest.approx([low, high - low])
    error = Y - np.repeat([low, high], 6)
    assert fit.dispersion == pytest.approx((error**2).mean())
    assert fit.correlation == pytest.approx((error[::2] * error[1::2]).mean() / (error**2).mean())
    apart = ((np.array([2, 4, 4]) - low) ** 2).sum() / 9 + ((np.array([5, 9, 8]) - high) ** 2).sum() / 9
    # a cluster has a third of its arm's information: residuals by 1, 3/2 and the root of 3/2
    for kind, by in (("robust", 1.0), ("Mancl-DeRouen", 1.5), ("Kauermann-Carroll", np.sqrt(1.5))):
        assert gee_errors(fit, kind, "normal").std_error[1] == pytest.approx(np.sqrt(apart) * by)


def test_the_reference_is_told() -> None:
    fit = gee(ARM, Y, TRIAL, "identity")
    said = {
        "normal": ("robust, normal reference", np.inf),
        "clusters less one": ("robust, t on clusters less one", 5),
        "clusters less coefficients": ("robust, t on clusters less coefficients", 4),
    }
    for reference, (errors, df) in said.items():
        found = gee_errors(fit, "robust", reference)
        assert (found.errors, found.df.tolist(), found.rows) == (errors, [df, df], 12)


def test_clusters_of_one_have_no_correlation() -> None:
    fit = gee(ARM, Y, np.arange(12), "identity")
    assert np.isnan(fit.correlation)
    assert fit.estimate == pytest.approx(gee(ARM, Y, np.arange(12), "identity", "independence").estimate)


def test_a_cluster_that_determines_a_coefficient_by_itself_leaves_it_without_an_error() -> None:
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(5), 6)
    x = pd.DataFrame({INTERCEPT: 1.0, "age": rng.normal(size=30), "own": (cluster == 4).astype(float)})
    y = rng.normal(size=30)
    fit = gee(x, y, cluster, "identity", "independence")
    for kind in ("Mancl-DeRouen", "Kauermann-Carroll"):
        found = gee_errors(fit, kind, "clusters less one")
        assert np.isnan(found.std_error).tolist() == [False, False, True]
        assert np.isnan(found.df).tolist() == [False, False, True]
    assert np.isfinite(gee_errors(fit, "robust", "clusters less one").std_error).all()


UNEQUAL = np.array([0, 0, 1, 1, *[2] * 4, *[3] * 4])


@pytest.mark.parametrize(
    ("y", "cluster"),
    [
        (np.repeat([1.0, 3, 2, 7, 4, 9], 2), TRIAL),
        (np.array([3.0, -3, 4, -4, 0.1, 0, 0.2, 0, -0.1, 0.3, 0, 0]), UNEQUAL),
    ],
)
def test_beyond_the_bounds_they_are_taken_for_independent_and_it_is_told(y: np.ndarray, cluster: np.ndarray) -> None:
    """People of a cluster are alike; people of two clusters of two are more unlike than those of a cluster of four can
    be."""
    found, alone = population_averaged(ARM, y, cluster, "identity"), gee(ARM, y, cluster, "identity", "independence")
    told = "the equations take them for independent, and the errors allow for whatever correlation there is"
    assert found.told == f"{BEYOND}; {told}"
    expected = gee_errors(alone, "Kauermann-Carroll", "clusters less coefficients")
    assert found.estimate == pytest.approx(alone.estimate) and found.std_error == pytest.approx(expected.std_error)


def test_within_the_bounds_they_are_the_exchangeable_ones() -> None:
    within = population_averaged(ARM, Y, TRIAL, "identity")
    plain = gee_errors(gee(ARM, Y, TRIAL, "identity"), "Kauermann-Carroll", "clusters less coefficients")
    assert within.told == "" and within.std_error == pytest.approx(plain.std_error) and within.errors == plain.errors


def test_one_cluster_an_arm_has_no_error() -> None:
    fit = gee(ARM, Y, (TRIAL >= 3).astype(int), "identity", "independence")
    for kind in ("robust", "Mancl-DeRouen", "Kauermann-Carroll"):
        assert np.isnan(gee_errors(fit, kind, "normal").std_error).all()


@pytest.mark.parametrize(
    ("y", "cluster", "link", "message"),
    [
        (Y, np.zeros(12, int), "identity", "all rows belong to one cluster"),
        (Y, TRIAL, "logit", "the outcome has answers other than 0 and 1"),
        (np.ones(12), TRIAL, "logit", "the outcome is the same for everyone who is left"),
        (
            ARM["arm"].to_numpy(),
            TRIAL,
            "logit",
            "the outcome is predicted perfectly (separation) by arm",
        ),
        (
            3 * ARM["arm"].to_numpy() + 1,
            TRIAL,
            "identity",
            "the model fits everyone exactly, which leaves no error to be estimated",
        ),
        (
            np.repeat([1.0, 3, 2, 7, 4, 9], 2),
            TRIAL,
            "identity",
            BEYOND,
        ),
        (
            np.array([1.0, -1, 2, -2, 1, -1, 2, -2, 1, -1, 0, 0]),
            TRIAL,
            "identity",
            BEYOND,
        ),
        (
            Y,
            TRIAL // 3,
            "identity",
            BEYOND,
        ),
        (np.full(12, np.nan), TRIAL, "identity", "the estimating equations did not converge"),
    ],
)
def test_equations_without_an_answer_say_why(y: np.ndarray, cluster: np.ndarray, link: str, message: str) -> None:
    with pytest.raises(NotEstimable) as refused:
        gee(ARM, y, cluster, link)
    assert str(refused.value) == message
    assert "everyone" not in refused.value.discreet and "perfectly" not in refused.value.discreet


def test_too_few_rows_and_too_few_clusters_are_refused() -> None:
    with pytest.raises(NotEstimable, match="^the rows are no more than the coefficients$"):
        gee(ARM.iloc[5:7], Y[5:7], TRIAL[5:7], "identity")
    with pytest.raises(NotEstimable, match="^the clusters are too few for so many coefficients$"):
        gee_errors(gee(ARM, Y, np.arange(12) % 2, "identity"), "robust", "clusters less coefficients")


def test_steps_that_do_not_settle_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.models import gee as module

    monkeypatch.setattr(module, "STEPS", 2)
    uneven = np.array([0, 0, 0, 1, 1, 2, 3, 3, 3, 3, 4, 5])
    with pytest.raises(NotEstimable, match="^the estimating equations did not converge$"):
        gee(ARM, Y, uneven, "identity")
