"""Saturation: the worked example of facts/qualitative.md, and what must hold of any interviews."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.themes.saturation import first_seen, over_orders, saturation


def interviews(*new: int) -> np.ndarray:
    """Each interview brings so many themes that nobody had before, and the first of all again."""
    present = np.zeros((len(new), sum(new)), dtype=bool)
    ends = np.cumsum(new)
    for i, (count, end) in enumerate(zip(new, ends, strict=True)):
        present[i, end - count : end] = True
    present[:, 0] = True
    return present


def test_the_worked_example_is_six_and_two():
    found = saturation(interviews(15, 9, 8, 5, 4, 3, 1, 0, 0, 1))
    assert found.base_themes == 15 + 9 + 8 + 5 == 37
    assert [round(100 * share, 1) for share in found.shares[:3]] == [18.9, 10.8, 2.7]
    assert found.told == "6+2"
    assert found.curve.tolist() == [15, 24, 32, 37, 41, 44, 45, 45, 45, 46]
    assert saturation(interviews(15, 9, 8, 5, 4, 3, 1, 0, 0, 1), limit=0).told == "7+2"
    assert saturation(interviews(15, 9, 8, 5, 4, 3, 1, 0, 0, 1), base=5, run=3).told == "6+3"


def test_where_it_is_not_reached_nothing_is_told():
    found = saturation(interviews(3, 3, 3, 3, 3, 3))
    assert (found.at, found.told) == (None, "")


def test_too_few_interviews_and_an_empty_base_say_so():
    with pytest.raises(ValueError, match="5 interviews are fewer than a base of 4 and a run of 2"):
        saturation(np.ones((5, 2), dtype=bool))
    with pytest.raises(ValueError, match="the first 4 interviews, the base, have no theme"):
        saturation(np.vstack([np.zeros((4, 2), dtype=bool), np.ones((2, 2), dtype=bool)]))


@given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=6, max_size=12))
@settings(deadline=None)
def test_new_themes_are_those_that_no_earlier_interview_had(rows):
    present, seen, slow = np.array(rows), set(), []
    for row in rows:
        here = {theme for theme, there in enumerate(row) if there}
        slow.append(len(here - seen))
        seen |= here
    assert first_seen(present).tolist() == slow


def test_orders_are_drawn_from_their_seed_and_all_end_with_every_theme():
    present = interviews(15, 9, 8, 5, 4, 3, 1, 0, 0, 1)
    found = over_orders(present, np.random.default_rng(3), 200)
    again = over_orders(present, np.random.default_rng(3), 200)
    assert found.curve[:, -1].tolist() == [46, 46, 46]
    assert np.array_equal(found.reached, again.reached, equal_nan=True)
    assert 0 < found.share <= 1
    assert found.within([0.0])[0] == np.nanmin(found.reached) >= 4
    assert found.within([1.0])[0] == (np.inf if found.share < 1 else np.nanmax(found.reached))


def test_interviews_that_all_say_the_same_are_saturated_in_every_order():
    found = over_orders(np.ones((8, 5), dtype=bool), np.random.default_rng(1), 50)
    assert (found.reached == 4).all()
    assert (found.curve == 5).all()
