"""Rubin's rules and adjusted P values: checked values, limits and refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.models.coefficients import NotEstimable
from pipeline.models.multiplicity import adjusted
from pipeline.models.pooling import pool


def test_adjusted_values_are_those_of_p_adjust() -> None:
    p = np.array([0.04, 0.01, 0.05, 0.02, 0.03])
    assert adjusted(p, "holm") == pytest.approx([0.09, 0.05, 0.09, 0.08, 0.09])
    assert adjusted(p, "bh") == pytest.approx([0.05] * 5)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_values_are_the_slow_definitions(values: list[float]) -> None:
    p, m = np.array(values), len(values)
    ordered = sorted(values)
    holm = [min(1.0, max((m - j) * ordered[j] for j in range(m) if ordered[j] <= own)) for own in values]
    bh = [min(1.0, *(m * ordered[j] / (j + 1) for j in range(m) if ordered[j] >= own)) for own in values]
    assert adjusted(p, "holm") == pytest.approx(holm)
    assert adjusted(p, "bh") == pytest.approx(bh)


def test_a_family_with_a_missing_p_value_is_refused() -> None:
    with pytest.raises(ValueError, match="^a P value of the family is missing or not within 0 to 1: name only tests"):
        adjusted(np.array([0.01, np.nan]), "holm")


def test_without_difference_between_data_sets_only_the_complete_data_count() -> None:
    pooled = pool(np.full((5, 1), 0.3), np.full((5, 1), 0.04), 39.0)
    assert (pooled.estimate[0], pooled.total[0]) == (pytest.approx(0.3), pytest.approx(0.04))
    assert pooled.df[0] == pytest.approx(40 / 42 * 39)


def test_large_complete_data_leave_the_degrees_of_freedom_of_rubin() -> None:
    pooled = pool(np.array([[1.0], [2.0], [3.0]]), np.full((3, 1), 1.0), np.inf)
    share = (4 / 3) / (1 + 4 / 3)
    assert pooled.df[0] == pytest.approx(2 / share**2)


def test_one_data_set_is_refused() -> None:
    with pytest.raises(NotEstimable, match="^Rubin's rules need at least two completed data sets$"):
        pool(np.ones((1, 2)), np.ones((1, 2)), 10.0)
