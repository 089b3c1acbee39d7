"""The analyst's picture of what a model leaves."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.models.estimates import Residuals
from pipeline.report.draw_residuals import against_normal, binned


def left(kind: str, fitted: np.ndarray, outcome: np.ndarray) -> Residuals:
    return Residuals(kind, outcome, fitted, np.ones(len(fitted)))  # type: ignore[arg-type]


def test_tenths_are_of_ten_rows_each_and_tell_what_is_left() -> None:
    rng = np.random.default_rng(0)
    fitted = rng.permutation(np.arange(100.0))
    found = binned(left("number", fitted, fitted + (fitted >= 90)))
    assert [x for x, _, _ in found] == pytest.approx([4.5 + 10 * k for k in range(10)])
    assert [y for _, y, _ in found] == pytest.approx([0.0] * 9 + [1.0])
    assert [error for _, _, error in found] == pytest.approx([0.0] * 10)


def test_of_an_event_it_is_the_share_and_the_like_stay_together() -> None:
    """Two fitted chances make two bins, however many rows have them."""
    fitted, y = np.repeat([0.2, 0.6], [10, 50]), np.concatenate([np.arange(10) < 3, np.arange(50) < 30]) * 1.0
    (low, high) = binned(left("event", fitted, y))
    assert low == pytest.approx((0.2, 0.3, np.sqrt(0.3 * 0.7 / 10)))
    assert high == pytest.approx((0.6, 0.6, np.sqrt(0.6 * 0.4 / 50)))


def test_what_is_left_of_a_normal_number_lies_on_the_line() -> None:
    rng = np.random.default_rng(1)
    fitted = np.zeros(4000)
    normal, seen = against_normal(left("number", fitted, 3 * rng.normal(size=4000)))
    assert len(normal) == 60 and np.abs(normal - seen)[3:-3].max() < 0.12
    bent = against_normal(left("number", fitted, rng.exponential(size=4000) - 1))[1]
    assert bent[0] > -1.1 and bent[-1] > 3


def test_every_row_is_in_one_bin() -> None:
    """Whatever ties there are: the weighted mean of the bins is the whole."""
    rng = np.random.default_rng(2)
    for values in (1, 2, 3, 7, 400):
        fitted = rng.integers(0, values, 173) / 10
        found = binned(left("number", fitted, fitted + 1))
        assert 1 <= len(found) <= 10
        assert {round(y, 9) for _, y, _ in found} == {1.0}
        assert fitted.min() - 1e-9 < found[0][0] and found[-1][0] < fitted.max() + 1e-9
