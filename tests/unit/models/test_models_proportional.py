"""Brant's test beside the same in loops, and its size where odds are proportional."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy

from pipeline.models.coefficients import NotEstimable
from pipeline.models.linear import INTERCEPT, logistic
from pipeline.models.proportional import brant


def drawn(rng: np.random.Generator, n: int, slopes: tuple[float, float, float]) -> tuple[pd.DataFrame, np.ndarray]:
    """Four levels; at each cut a slope of its own."""
    x = rng.normal(size=n)
    group = (rng.uniform(size=n) < 0.5).astype(float)
    above = [scipy.special.expit(c + b * x + 0.4 * group) for c, b in zip((1.2, 0.0, -1.3), slopes, strict=True)]
    u = rng.uniform(size=n)
    y = sum((u < p).astype(int) for p in np.minimum.accumulate(above))
    return pd.DataFrame({INTERCEPT: 1.0, "x": x, "group": group}), y


def test_it_is_the_wald_test_written_out_person_by_person() -> None:
    x, y = drawn(np.random.default_rng(3), 150, (0.5, 0.8, 0.3))
    design = x.to_numpy()
    fits = [logistic(x, (y > cut).astype(float)) for cut in range(3)]
    chance = [1 / (1 + np.exp(-design @ fit.estimate)) for fit in fits]
    full = np.zeros((9, 9))
    for i in range(3):
        for j in range(3):
            meat = sum(
                (chance[max(i, j)][r] - chance[i][r] * chance[j][r]) * np.outer(design[r], design[r])
                for r in range(len(y))
            )
            full[3 * i : 3 * i + 3, 3 * j : 3 * j + 3] = fits[i].bread @ meat @ fits[j].bread
    rows = []
    for cut in (1, 2):
        for term in (1, 2):
            row = np.zeros(9)
            row[term], row[3 * cut + term] = -1.0, 1.0
            rows.append(row)
    apart = np.array(rows)
    gap = apart @ np.concatenate([fit.estimate for fit in fits])
    found = brant(x, y, 4)
    assert found.statistic == pytest.approx(float(gap @ np.linalg.inv(apart @ full @ apart.T) @ gap), rel=1e-9)
    assert (found.df, found.df2) == (4.0, np.inf)
    assert found.p == pytest.approx(float(scipy.stats.chi2.sf(found.statistic, 4)), rel=1e-12)


def test_where_odds_are_proportional_it_rejects_as_often_as_it_says_and_elsewhere_more() -> None:
    rng = np.random.default_rng(8)
    same = [brant(*drawn(rng, 400, (0.5, 0.5, 0.5)), 4).p for _ in range(120)]
    other = [brant(*drawn(rng, 400, (1.5, 0.5, -0.2)), 4).p for _ in range(12)]
    assert 0.005 < np.mean(np.array(same) < 0.05) < 0.12
    assert np.mean(np.array(other) < 0.05) > 0.9


def test_two_levels_have_nothing_to_be_proportional_and_a_cut_that_is_predicted_is_told() -> None:
    x, y = drawn(np.random.default_rng(3), 80, (0.5, 0.5, 0.5))
    with pytest.raises(NotEstimable, match="^an outcome with two levels has one cut$"):
        brant(x, np.minimum(y, 1), 2)
    x["group"] = (y > 2).astype(float)
    with pytest.raises(NotEstimable, match="separation"):
        brant(x, y, 4)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_it_does_not_depend_on_a_covariates_unit(unit: float) -> None:
    x, y = drawn(np.random.default_rng(3), 300, (0.5, 0.5, 0.5))
    usual, other = brant(x, y, 4), brant(x.assign(**{x.columns[-1]: x.iloc[:, -1] * unit}), y, 4)
    assert (other.statistic, other.df) == (pytest.approx(usual.statistic, rel=1e-6), usual.df)
