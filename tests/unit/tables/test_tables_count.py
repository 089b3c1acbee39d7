"""Counting by group and looking for repeated ids, beside slow and obvious twins."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.tables import groups
from pipeline.tables.count import decimals_of, level_counts, summary
from pipeline.tables.groups import Members, repeats

PEOPLE = st.lists(st.tuples(st.integers(-1, 3), st.lists(st.booleans(), min_size=3, max_size=3)), max_size=30)


@given(PEOPLE)
def test_groups_that_overlap_or_hold_everyone_are_counted_as_one_by_one(people: list[tuple[int, list[bool]]]) -> None:
    codes = np.array([code for code, _ in people], dtype=np.int8)
    members = [Members(str(i), "", np.flatnonzero([inside[i] for _, inside in people])) for i in range(3)]
    members.append(Members("All", "", np.arange(len(people))))
    found = level_counts(codes, 4, members)
    for at, group in enumerate(members):
        assert found[:, at].tolist() == [sum(codes[row] == level for row in group.rows) for level in range(4)]


@given(st.lists(st.one_of(st.integers(-50, 50), st.just(float("nan"))), min_size=1, max_size=40))
def test_a_summary_knows_how_many_hold_its_ends(values: list[float]) -> None:
    held = summary(np.array(values, dtype=float))
    there = [v for v in values if v == v]
    assert held.n == len(there)
    if there:
        assert (held.min, held.max) == (min(there), max(there))
        assert (held.at_min, held.at_max) == (there.count(min(there)), there.count(max(there)))


@given(st.lists(st.text(max_size=4), max_size=20))
def test_repeated_ids_are_counted_exactly(ids: list[str]) -> None:
    ids = [i.encode("utf-8", "replace").decode() for i in ids]
    assert repeats(pd.Series(ids, dtype="str")) == len(ids) - len(set(ids))


def test_ids_whose_numbers_collide_are_compared_as_texts(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(groups, "MIX", np.uint64(0))
    assert repeats(pd.Series(["a", "b", "c"], dtype="str")) == 0
    assert repeats(pd.Series(["a", "b", "a"], dtype="str")) == 1
    assert repeats(pd.Series(["x" * 100, "y", "x" * 100], dtype="str")) == 1, "long ones are texts from the start"


def test_decimals_with_which_numbers_are_written() -> None:
    assert [decimals_of(np.array(v)) for v in ([1.0, np.nan], [1.5, 2], [1.25, 3])] == [0, 1, 2]
    close = np.array([0.00012, 0.00019, np.nan, 0.00041])  # closer together than two decimals tell
    wider = [np.full(3, 0.123), np.array([0.12, 0.21]), np.array([0.12, 0.25])]
    assert [decimals_of(v) for v in (close, *wider)] == [5, 2, 3, 2]
