"""Mistakes of one section do not hide those of another: as many as possible come at once."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.study import parse_study

GOOD = """\
title: A made-up survey
data: {file: made_up.csv, id: id}
design: {kind: cohort}
variables:
  age: {type: number}
  gender: {codes: {1: Men, 2: Women}}
scales:
  mood: {items: [m1, m2], range: 0-3, score: sum, max_missing: 0}
tables:
  participants: {rows: [age, mood], columns: gender}
models:
  m: {outcome: mood, exposure: age}
release: {rule: journal, below: 5}
"""


def told(text: str) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        parse_study(text, "studies/x.yaml")
    return [str(m).removeprefix("studies/x.yaml:") for m in caught.value.mistakes]


def test_a_wrong_word_and_a_wrong_name_come_together() -> None:
    text = GOOD.replace("kind: cohort", "kind: cohrt").replace("columns: gender", "columns: gendre")
    assert told(text) == [
        "3  design.kind: 'cohrt' is not known. Did you mean 'cohort'?",
        "10  tables.participants.columns: there is no variable 'gendre'. Did you mean 'gender'?",
    ]


def test_what_hangs_on_a_broken_part_is_not_told_again() -> None:
    text = GOOD.replace("age: {type: number}", "age: {typ: number}").replace("exposure: age", "exposure: agee")
    assert told(text) == [
        "5  variables.age.typ: unknown key 'typ'. Did you mean 'type'?",
        "12  models.m.exposure: there is no variable or scale 'agee'. Did you mean 'age'?",
    ]


def test_a_missing_release_is_told_with_what_to_write_beside_other_mistakes() -> None:
    text = GOOD.replace("release: {rule: journal, below: 5}\n", "").replace("[age, mood]", "[ages, mood]")
    assert told(text) == [
        "1  release: 'release' is missing. Add release: {rule: journal, below: 5}, which withholds counts below 5.",
        "10  tables.participants.rows: there is no variable or scale 'ages'. Did you mean 'age'?",
    ]


def test_broken_data_do_not_hide_the_rest() -> None:
    text = GOOD.replace("id: id}", "idd: id}").replace("exposure: age", "exposure: aeg")
    assert told(text) == [
        "2  data.id: 'id' is missing. Add 'id:'.",
        "2  data.idd: unknown key 'idd'. Did you mean 'id'?",
        "12  models.m.exposure: there is no variable or scale 'aeg'. Did you mean 'age'?",
    ]


def test_several_broken_tables_of_data() -> None:
    text = GOOD.replace("{file: made_up.csv, id: id}", "{a: {file: a.csv}, b: {file: b.csv, id: i, wave: w}}")
    assert told(text) == [
        "2  data.a.id: 'id' is missing. Add 'id:'.",
        "2  data.b.wave: does not say which waves there are. Add waves: {1: Baseline, 2: 3 months}.",
    ]
