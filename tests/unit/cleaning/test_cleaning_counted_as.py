"""Answers that count as another one, by arm, in people and clusters."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.cleaning.counted_as import counted_as, others
from pipeline.results import Key
from tests.drawn import cleaned, declared, joined

TRIAL = """
data: {file: people.csv, id: id}
design: {kind: cluster trial, cluster: site, arm: arm}
variables:
  arm: {codes: {1: Control, 2: Peer}}
  site: {type: text}
  began: {codes: {Y: Started, N: Not started, D: Not started, blank: Not started}, because: unknown is no start}
  told: {codes: {1: Told, blank: Not told}}
  age: {codes: {1: Young, 2: Young, 3: Old}}
"""
ROWS = """
id | arm | site | began | told | age
a  | 1 | n | Y | 1 | 1
b  | 1 | n |   | 1 | 2
c  | 1 | s |   |   | 3
d  | 1 | s | D | 1 | 3
e  | 2 | w | N | 1 | 3
f  | 2 | w | D |   | 3
g  | 2 | e | Y | 1 | 1
"""


def test_a_levels_first_code_is_the_answer_itself() -> None:
    found = declared(TRIAL).variables
    assert others(found["began"]) == {"Not started": {"D", "blank"}, "Not started: blank": {"blank"}}
    assert others(found["told"]) == {"Not told: blank": {"blank"}}
    assert others(found["age"]) == others(found["arm"]) == others(found["site"]) == {}


@pytest.mark.parametrize(
    ("level", "group", "n", "of", "clusters"),
    [
        ("Not started", "All", 4, 7, 3),
        ("Not started", "arm=Control", 3, 4, 2),
        ("Not started", "arm=Peer", 1, 3, 1),
        ("Not started: blank", "All", 2, 7, 2),
        ("Not started: blank", "arm=Control", 2, 4, 2),
        ("Not started: blank", "arm=Peer", 0, 3, 0),
    ],
)
def test_blanks_and_other_codes_are_counted_by_arm(level: str, group: str, n: int, of: int, clusters: int) -> None:
    found = joined(TRIAL, people=ROWS).results
    key = Key("quality", "counted_as", "began", level, group)
    assert [found.get(key._replace(statistic=s)) for s in ("n", "denominator", "clusters")] == [n, of, clusters]
    assert found.get(key._replace(statistic="percent")) == pytest.approx(100 * n / of)


def test_rows_outside_the_population_are_not_counted() -> None:
    study = declared(TRIAL + "population: {where: {arm: [Control]}, because: made up}\n")
    found = joined(study, people=ROWS).results
    assert found.get(Key("quality", "counted_as", "began", "Not started", "All", "denominator")) == 4
    assert found.get(Key("quality", "counted_as", "began", "Not started", "All")) == 3


def test_without_such_codes_there_is_nothing_to_tell() -> None:
    study = declared("variables:\n  arm: {codes: {1: Control, 2: Peer}}")
    people = joined(study, people="id | arm\na | 1\nb | 2")
    assert counted_as(cleaned(study, people="id | arm\na | 1\nb | 2"), people, study).frame.empty
    assert not (people.results.frame["name"] == "counted_as").any()


def test_a_small_count_takes_the_clusters_of_all_arms_along() -> None:
    frame = joined(TRIAL, people=ROWS).results.frame.query("name == 'counted_as' and statistic == 'clusters'")
    assert set(frame.loc[frame["level"] == "Not started", "people"]) == {1.0}
    assert np.isfinite(frame["people"]).all()
