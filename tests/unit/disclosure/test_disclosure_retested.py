"""Scores of the same people at two waves, at the door: who has one at only one of them, and who changed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from benchmarks.attack import published
from benchmarks.known import known_of
from benchmarks.printed import read
from benchmarks.rows import rows_of
from pipeline.disclosure import Released, release
from pipeline.results import Key, Number, Results
from pipeline.study import Release, parse_study
from tests.unit.disclosure import whole
from tests.unit.disclosure.test_disclosure_small import counts

START, LATER = "wave=Start", "wave=Later"
CHANGE = ("icc", "ci_low", "ci_high", "sem", "sdc")


def again(n: int, moved: int) -> list[Number]:
    key = Key("reliability", "mood", "since Start", "", LATER)
    values = dict(zip(CHANGE, (0.7, 0.5, 0.8, 1.2, 3.3), strict=True))
    return [Number(key, n, n, 0), *(Number(key._replace(statistic=s), v, moved, 2) for s, v in values.items())]


def scale(start: int, later: int) -> list[Number]:
    lines = [f"- {wave} {s} {n}" for wave, n in ((START, start), (LATER, later)) for s, n in (("n", n), ("missing", 0))]
    return counts("scale", "mood", "\n".join(lines))


def gone(*numbers: Number, rule: str = "journal") -> dict[str, bool]:
    made = release(Results.of(numbers), Release(rule=rule))
    at = [Key(*row) for row in made.frame.iloc[:, :6].itertuples(index=False, name=None)]
    told = {key.statistic: made.withheld(key) for key in at if key.kind == "reliability"}
    return told | {f"{key.group.removeprefix('wave=')}": made.withheld(key) for key in at
                   if key.kind == "scale" and key.statistic == "n"}  # fmt: skip


def test_everything_is_told_where_nobody_and_nothing_is_few() -> None:
    assert not any(gone(*scale(60, 50), *again(50, 30)).values())
    assert not any(gone(*scale(60, 50), *again(45, 30)).values()), "fifteen and five have a score at one wave alone"


@pytest.mark.parametrize(("start", "later", "both"), [(52, 50, 50), (60, 50, 47), (52, 51, 49)])
def test_who_has_a_score_at_one_wave_alone_does_not_follow(start: int, later: int, both: int) -> None:
    """Of each small difference one of its two numbers is withheld; without how many it is of, an interval goes."""
    found = gone(*scale(start, later), *again(both, 30))
    assert not 0 < start - both < 5 or found["n"] or found["Start"]
    assert not 0 < later - both < 5 or found["n"] or found["Later"]
    assert not found["icc"]
    assert (found["ci_low"], found["ci_high"]) == (found["n"], found["n"])


@pytest.mark.parametrize(("moved", "hidden"), [(1, True), (4, True), (9, True), (10, False)])
def test_few_who_changed_are_not_told_of(moved: int, hidden: bool) -> None:
    """A squared difference of one point in all is one person's: as an SD is, it is of twice as many."""
    found = gone(*scale(60, 50), *again(50, moved))
    assert {found[s] for s in CHANGE} == {hidden}
    assert not found["n"]


def test_under_rules_that_round_the_interval_goes() -> None:
    found = gone(*scale(60, 50), *again(50, 30), rule="opensafely")
    assert (found["ci_low"], found["ci_high"], found["icc"], found["n"]) == (True, True, False, False)


def test_the_people_followed_of_a_table_are_held_against_it() -> None:
    """46 of 60 were followed, and 44 of them have a score at both waves: who came without one are 2."""
    followed = f"{LATER};followed=Followed"
    heads = counts("participants", "lost", f"""
        - All n 60
        - {followed.replace(' ', '_')} n 46
        - {LATER};followed=Lost n 14
    """)  # fmt: skip
    study = parse_study(FOLLOWED, "studies/made_up.yaml")
    made = release(Results.of([*heads, *scale(60, 55), *again(44, 30)]), study.release, study)
    told = {"both": Key("reliability", "mood", "since Start", "", LATER),
            "followed": Key("participants", "lost", "", "", followed)}  # fmt: skip
    assert any(made.withheld(key) for key in told.values())
    fine = release(Results.of([*heads, *scale(60, 55), *again(40, 30)]), study.release, study)
    assert not any(fine.withheld(key) for key in told.values())


FOLLOWED = """
title: Made up
data: {file: a.csv, id: id, wave: w, waves: {1: Start, 2: Later}}
design: {kind: cohort}
scales:
  mood: {items: [a, b], range: 0-9, score: sum, max_missing: 0}
tables:
  lost: {kind: followed, rows: [mood]}
release: {rule: journal, below: 5}
"""
CHANGED = """
title: Made up
data: {file: a.csv, id: id, wave: w, waves: {1: Start, 2: Later}}
design: {kind: cohort}
variables:
  before: {type: number, derive: {at_wave: 1, of: mood}}
  changed: {derive: {change: [mood, before], least: 5}}
scales:
  mood: {items: [a, b], range: 0-9, score: sum, max_missing: 0}
tables:
  change: {wave: 2, rows: [changed]}
release: {rule: journal, below: 5}
"""


def walked(fell: int, rose: int) -> Released:
    """So many of eighty fell and rose by five points or more, the others by one."""
    rows: list[tuple[object, ...]] = []
    for i in range(80):
        a, b = 3 + i % 4, 3 + i // 4 % 3
        by = -5 if i < fell else 5 if i < fell + rose else 1 - 2 * (i % 2)
        rows += [(i, 1, a, b), (i, 2, a + by // 2, b + by - by // 2)]
    return whole.released(CHANGED, "id w a b", rows)


def test_a_mean_squared_change_does_not_bound_how_few_changed_by_much() -> None:
    """With few of them withheld, the sum of squares would say that they are few."""
    key = Key("reliability", "mood", "since Start", "", LATER, "sem")
    assert not walked(10, 12).withheld(key)
    few = walked(2, 12)
    assert few.withheld(key._replace(statistic="icc"))
    assert all(few.withheld(key._replace(statistic=s)) for s in CHANGE)
    assert not few.withheld(key._replace(statistic="n"))


def test_the_attacks_reader_knows_every_row() -> None:
    found, study = walked(10, 12), parse_study(CHANGED, "studies/made_up.yaml")
    out = published(found.to_csv())
    assert any(key[2] == "since Start" for key in out)
    assert rows_of(out, read(out, known_of(study))).unread == []


def test_each_count_of_people_leaves_another_one_possible() -> None:
    """Every way to have few at one wave alone, tried out: of what is printed at least one answer is not small."""
    for start, later, both in itertools.product((50, 52, 55), (50, 53), (46, 48, 50)):
        found = gone(*scale(start, later), *again(both, 30))
        for wave, n in (("Start", start), ("Later", later)):
            assert found["n"] or found[wave] or not 0 < n - both < 5, (start, later, both)
    assert np.isfinite(both)
