"""Questions to which survey and interviews both speak: every mistake at once, with its line."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.study import Study, parse_study

HEAD = """\
title: Made up
data: {file: people.csv, id: code}
design: {kind: cross-sectional survey}
variables: {age: {type: number}, gender: {codes: {1: Women, 2: Men}}}
scales: {lonely: {label: Lonely, items: [u1, u2], range: 1-3, score: sum, max_missing: 0, high_means: lonelier}}
tables: {participants: {rows: [age, gender]}, joint: {rows: [age]}}
models: {by_age: {outcome: lonely, exposure: age}}
release: {rule: none, because: made up}
interviews:
  coded: {file: t.csv}
  themes: {Heard: {codes: [Heard]}}
"""
AT = "studies/made_up.yaml"


def study(declared: str, head: str = HEAD) -> Study:
    return parse_study(head + declared, AT)


def mistakes(declared: str, head: str = HEAD) -> list[str]:
    with pytest.raises(Mistakes) as error:
        study(declared, head)
    return [str(mistake) for mistake in error.value.mistakes]


def test_what_is_not_there_is_told_at_once_each_at_its_line() -> None:
    assert mistakes("""\
  tables: {joint: {rows: codes}}
  joint:
    - question: Are older people lonelier?
      models: [by_ages]
      numbers: [{table: participants, variable: gender}, {table: people, variable: age}, {table: participants,
        variable: lonely}]
      themes: [Herd]
      fit: converges
      because: both say so
    - question: Who are they?
      numbers: [{table: participants, variable: gender, level: Woman}]
      themes: [Heard]
      fit: expands
      because: b
""") == [
        f"{AT}:6  tables.joint: 'joint' names the table that sets survey and interviews side by side. Give "
        "this table another name.",
        f"{AT}:12  interviews.tables.joint: 'joint' names the table that sets survey and interviews side "
        "by side. Give the table another name.",
        f"{AT}:13  interviews.joint: names themes, and no table counts the people of themes. Add tables: "
        "{themes: {rows: themes, count: people}}.",
        f"{AT}:15  interviews.joint.0.models: there is no model 'by_ages'. Did you mean 'by_age'?",
        f"{AT}:16  interviews.joint.0.numbers.0: 'gender' has levels, and none is named. Add level: one of "
        "Women, Men.",
        f"{AT}:16  interviews.joint.0.numbers.1.table: there is no table of participants 'people'. Known: "
        "participants, joint.",
        f"{AT}:17  interviews.joint.0.numbers.2.variable: there is no line 'lonely'. Known: age, gender.",
        f"{AT}:18  interviews.joint.0.themes: there is no theme with codes 'Herd'. Did you mean 'Heard'?",
        f"{AT}:22  interviews.joint.1.numbers.0.level: there is no level 'Woman'. Did you mean 'Women'?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("fit: converges", "name what speaks to it: 'models' or 'numbers' of the survey, and 'themes'."),
        ("fit: silent", "name what speaks to it: 'models' or 'numbers' of the survey, and 'themes'."),
        ("models: [by_age], fit: expands", "'expands' needs both sides; add 'themes', or write fit: silent."),
        (
            "themes: [Heard], fit: contradicts",
            "'contradicts' needs both sides; add 'models' or 'numbers' of the survey, or write fit: silent.",
        ),
    ],
)
def test_a_judgement_of_both_needs_both(said: str, told: str) -> None:
    head = HEAD.replace(", joint: {rows: [age]}", "")
    found = mistakes(f"  joint: [{{question: Why?, because: b, {said}}}]\n", head)
    assert found == [f"studies/made_up.yaml:12  interviews.joint.0: {told}"]


def test_one_side_may_be_silent() -> None:
    head = HEAD.replace(", joint: {rows: [age]}", "")
    said = study("  joint: [{question: Why?, models: [by_age], fit: silent, because: nobody was asked}]\n", head)
    assert said.interviews is not None and said.interviews.joint[0].themes == ()
