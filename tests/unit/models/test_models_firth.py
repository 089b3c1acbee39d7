"""Firth's logistic regression: closed forms, what it tells and what it refuses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.models import firth as module
from pipeline.models.coefficients import NotEstimable
from pipeline.models.firth import firth
from pipeline.models.linear import INTERCEPT

ARMS = pd.DataFrame({INTERCEPT: 1.0, "arm": np.repeat([0.0, 1.0], 10)})
SEPARATED = np.array([1.0] * 3 + [0.0] * 17)
"""3 of 10 in one arm, none of 10 in the other."""


def test_a_cell_with_nobody_has_an_odds_ratio_and_is_told() -> None:
    found = firth(ARMS, SEPARATED)
    assert found.estimate[1] == pytest.approx(np.log((0.5 / 10.5) / (3.5 / 7.5)))
    assert found.separated == "the outcome is predicted perfectly (separation) by arm"
    assert (found.rows, found.errors, found.df.tolist()) == (20, "penalised profile likelihood", [np.inf] * 2)
    low, high = found.interval()
    assert low[1] < found.estimate[1] < high[1]
    # not symmetric, as the Wald interval would be: data say less of how low than of how high the odds are
    assert found.estimate[1] - low[1] > 1.5 * (high[1] - found.estimate[1])


def test_the_p_value_and_the_interval_agree_on_zero() -> None:
    found = firth(ARMS, SEPARATED)
    low, high = found.interval(1 - found.p[1])
    assert high[1] == pytest.approx(0, abs=1e-8)
    low, high = found.interval(1 - found.p[0])
    assert high[0] == pytest.approx(0, abs=1e-8)


def test_a_variance_that_was_taken_away_takes_p_and_interval_along() -> None:
    found = firth(ARMS, SEPARATED)
    vcov = found.vcov.copy()
    vcov[1, :] = vcov[:, 1] = np.nan
    without = replace(found, vcov=vcov)
    assert np.isnan(without.p).tolist() == [False, True]
    assert np.isnan(without.interval()).tolist() == [[False, True]] * 2
    assert without.position("arm") == 1


def test_a_likelihood_without_separation_says_nothing_of_it() -> None:
    assert firth(ARMS, np.tile([0.0, 1.0, 1.0, 0.0, 0.0], 4)).separated == ""


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (ARMS, SEPARATED + 1, "the outcome has answers other than 0 and 1"),
        (ARMS, np.full(20, np.nan), "the outcome has answers other than 0 and 1"),
        (ARMS, np.zeros(20), "the outcome is the same for everyone who is left"),
        (ARMS.iloc[9:11], np.array([0.0, 1.0]), "the rows are no more than the coefficients"),
    ],
)
def test_what_has_no_answer_says_why(x: pd.DataFrame, y: np.ndarray, message: str) -> None:
    with pytest.raises(NotEstimable) as refused:
        firth(x, y)
    assert str(refused.value) == message
    assert "everyone" not in refused.value.discreet


def test_a_maximum_or_an_end_that_is_not_reached_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    found = firth(ARMS, SEPARATED)
    monkeypatch.setattr(module, "REACHES", 0)
    with pytest.raises(NotEstimable, match="^the end of a profile likelihood interval was not found$"):
        found.interval()
    monkeypatch.setattr(module, "STEPS", 2)
    with pytest.raises(NotEstimable, match="^the penalised fit did not converge$"):
        firth(ARMS, SEPARATED)


def test_a_check_for_separation_that_breaks_off_is_not_taken_for_separation(monkeypatch: pytest.MonkeyPatch) -> None:
    def unfinished(x: pd.DataFrame, y: np.ndarray) -> None:
        raise NotEstimable("a check for separation did not finish")

    monkeypatch.setattr(module, "refuse_separation", unfinished)
    with pytest.raises(NotEstimable, match="^a check for separation did not finish$"):
        firth(ARMS, SEPARATED)


def test_collinear_columns_are_refused() -> None:
    with pytest.raises(NotEstimable, match="^the covariates are collinear, or one of them is constant$"):
        firth(ARMS.assign(other=1 - ARMS["arm"]), np.tile([0.0, 1.0, 1.0, 0.0, 0.0], 4))
