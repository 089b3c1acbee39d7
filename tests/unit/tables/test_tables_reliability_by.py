"""Reliability in the levels of a variable: who is counted, what the table prints, and what the door must know."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from pipeline.instruments.reliability import reliability
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import parse_study
from pipeline.tables.reliability import reliability_tables
from tests.unit.disclosure import whole

STUDY = """
title: Made up
data: {file: a.csv, id: id WAVES}
design: {kind: cohort}
variables:
  arm: {codes: {1: Peer, 2: Usual}, missing: {9: refused}}
scales:
  mood: {items: [a, b, c], range: 0-4, score: sum, max_missing: 1, label: Mood, missing: {x: refused},
    reliability: {by: arm}}
release: {rule: RULE}
"""


def text(rule: str = "none, because: made up", waves: str = "") -> str:
    return STUDY.replace("RULE", rule).replace(" WAVES", waves)


def answers(seed: int, gaps: dict[int, int], without: int = 0, people: int = 80) -> list[tuple[object, ...]]:
    """People of two arms in turn, each with an answer near their own level; gaps: arm -> how many lack the last."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    left = dict(gaps)
    for i in range(people):
        arm, level = 1 + i % 2, int(rng.integers(0, 4))
        a, b, c = (int(np.clip(level + rng.integers(-1, 2), 0, 4)) for _ in "abc")
        lost = left.get(arm, 0) > 0
        left[arm] = left.get(arm, 0) - lost
        rows.append((9 if i < without else arm, a, b, "x" if lost else c))
    return rows


def at(group: str, statistic: str = "n") -> Key:
    return Key("reliability", "mood", "", "", group, statistic)


def test_each_level_is_told_as_everyone_is() -> None:
    rows = answers(1, {1: 3})
    found = whole.released(text(), "arm a b c", rows)
    frame = pd.DataFrame(rows, columns=["arm", "a", "b", "c"]).replace("x", np.nan).astype(float)
    for group, part in ((ALL, frame), ("arm=Peer", frame[frame["arm"] == 1]), ("arm=Usual", frame[frame["arm"] == 2])):
        by_hand = reliability(part[["a", "b", "c"]])
        assert found.value(at(group)) == by_hand.n
        for statistic, value in (("alpha", by_hand.alpha), ("ci_low", by_hand.low), ("omega", by_hand.omega)):
            assert found.value(at(group, statistic)) == pytest.approx(value)


def test_waves_stand_apart_and_the_table_has_a_line_a_level() -> None:
    waves = ", wave: w, waves: {1: Start, 2: Later}"
    rows = [(i, w, *row) for w in (1, 2) for i, row in enumerate(answers(w, {}))]
    found = whole.released(text(waves=waves), "id w arm a b c", rows)
    assert found.value(at("wave=Later;arm=Peer")) == 40
    study = parse_study(text(waves=waves), "studies/made_up.yaml")
    lines = [(row.label, row.indent) for row in reliability_tables(results(found), study)[0].rows]
    one = [("Start", 1), ("Arm: Peer", 2), ("Arm: Usual", 2)]
    assert lines == [("Mood", 0), *one, ("Later", 1), *one[1:]]


def results(found):  # type: ignore[no-untyped-def]
    """What the layouts ask of results: which keys there are."""
    keys = [Key(*row) for row in found.frame.iloc[:, :6].itertuples(index=False, name=None)]
    return Results.of([Number(key, 1.0, 1.0) for key in keys])


def test_without_a_declaration_there_is_none() -> None:
    plain = text().replace(",\n    reliability: {by: arm}", "")
    assert not whole.released(plain, "arm a b c", answers(1, {})).has(at("arm=Peer"))


@pytest.mark.parametrize(("gaps", "without"), [*itertools.product(({}, {1: 2}, {1: 2, 2: 9}, {1: 20}), (0, 3, 12))])
def test_no_few_people_follow_from_the_numbers_of_groups(gaps: dict[int, int], without: int) -> None:
    """Those of a group who lack an item, and those of no group, are differences of what is printed."""
    found = whole.released(text("journal"), "arm a b c", answers(1, gaps, without))

    def shown(kind: str, group: str, statistic: str) -> float | None:
        of = ("reliability", "mood", "") if kind == "n" else ("quality", "prorated", "mood")
        key = Key(*of, "", group, statistic)
        return None if not found.has(key) or found.withheld(key) else found.value(key)

    groups = ("arm=Peer", "arm=Usual", "arm=Missing")
    for group in (*groups, ALL):
        complete, scores = shown("n", group, "n"), shown("q", group, "denominator")
        fewer = shown("q", group, "n")
        assert fewer is None or not 0 < fewer < 5
        if complete is not None and scores is not None:
            assert not 0 < scores - complete < 5, group
    for statistic, kind in (("n", "n"), ("denominator", "q")):
        told = [shown(kind, group, statistic) for group in (ALL, "arm=Peer", "arm=Usual")]
        if None not in told:
            assert not 0 < told[0] - told[1] - told[2] < 5  # type: ignore[operator]


def test_of_few_people_of_a_group_nothing_is_told() -> None:
    rows = [(1 if i < 4 else 2, *row[1:]) for i, row in enumerate(answers(1, {}))]
    found = whole.released(text("journal"), "arm a b c", rows)
    assert all(found.withheld(at("arm=Peer", s)) for s in ("n", "alpha", "ci_low", "omega", "between"))
    assert not found.withheld(at(ALL, "alpha"))
