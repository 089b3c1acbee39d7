"""E-values: the published ones, and their definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models.coefficients import NotEstimable
from pipeline.models.evalue import RiskRatio, e_value, of_difference, of_odds


def test_the_example_of_its_authors() -> None:
    """VanderWeele & Ding 2017: infants' deaths from respiratory infections, formula against breast feeding."""
    found = e_value(RiskRatio(3.9, 1.8, 8.7))
    assert (found.estimate, found.limit) == (pytest.approx(7.263, abs=5e-4), pytest.approx(3.0))


def test_a_protective_ratio_is_turned_round() -> None:
    there, back = e_value(RiskRatio(3.9, 1.8, 8.7)), e_value(RiskRatio(1 / 3.9, 1 / 8.7, 1 / 1.8))
    assert (back.estimate, back.limit) == (pytest.approx(there.estimate), pytest.approx(there.limit))


@pytest.mark.parametrize("ratio", [RiskRatio(1.3, 0.9, 1.9), RiskRatio(0.8, 0.5, 1.0), RiskRatio(1.5, 1.0, 2.0)])
def test_an_interval_that_holds_one_needs_no_confounder(ratio: RiskRatio) -> None:
    assert e_value(ratio).limit == 1


@given(st.floats(1.0001, 1e4))
def test_a_confounder_so_strong_just_explains_the_ratio(ratio: float) -> None:
    """Ding & VanderWeele 2016: the greatest bias of two associations of that size, e e / (e + e - 1), is the ratio."""
    e = e_value(RiskRatio(ratio, ratio, ratio)).estimate
    assert e * e / (2 * e - 1) == pytest.approx(ratio, rel=1e-9)


def test_odds_ratios_and_differences_by_their_approximations() -> None:
    odds = RiskRatio(4.0, 2.25, 9.0)
    assert of_odds(odds, rare=True) == odds
    assert of_odds(odds, rare=False) == RiskRatio(2.0, 1.5, 3.0)
    ratio = of_difference(0.5, 0.1)
    assert (ratio.estimate, ratio.low, ratio.high) == pytest.approx(tuple(np.exp([0.455, 0.277, 0.633])))


@pytest.mark.parametrize(
    "ratio",
    [
        RiskRatio(-1, -2, 1),
        RiskRatio(0, 0, 1),
        RiskRatio(2, 3, 4),
        RiskRatio(2, np.nan, 4),
        RiskRatio(np.inf, 1, np.inf),
    ],
)
def test_what_is_no_ratio_is_refused(ratio: RiskRatio) -> None:
    with pytest.raises(NotEstimable, match="^an E-value needs a ratio above 0 that lies within its interval$"):
        e_value(ratio)
