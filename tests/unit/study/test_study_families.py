"""Families of models that are declared wrongly: each mistake with its place."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.study import parse_study

TEXT = """title: T
data: {{file: a.csv, id: id}}
design: {{kind: cohort}}
variables:
  age: {{type: number}}
  mood: {{type: number}}
models:
  first: {{outcome: mood, exposure: age}}
  second: {{outcome: age, exposure: mood}}
families:
{}
release: {{rule: journal}}
"""


def wrong(families: str) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        parse_study(TEXT.format(families), "studies/x.yaml")
    return [str(m) for m in caught.value.mistakes]


def test_names_that_are_not_there_and_models_that_stand_twice() -> None:
    found = wrong(
        "  a: {models: [frist, second, second], adjust: holm}\n"
        "  b: {models: [second], adjust: bh}\n"
        "  c d: {models: [first], adjust: bh}"
    )
    assert found == [
        "studies/x.yaml:11  families.a.models: there is no model 'frist'. Did you mean 'first'?",
        "studies/x.yaml:11  families.a.models: the model 'second' is named twice. Name it once.",
        "studies/x.yaml:12  families.b.models: the model 'second' stands in the family 'a', too. Leave it out of one "
        "of them, or put 'a' and 'b' together.",
        "studies/x.yaml:13  families.c d: 'c d' can't be a name. Use letters, digits and _, and begin with a letter.",
    ]


def test_a_way_of_adjusting_that_is_not_known_and_another_family_at_once() -> None:
    assert wrong("  a: {models: [first], adjust: hollm}\n  b: {models: [secnd], adjust: bh}\n  c: {adjust: bh}") == [
        "studies/x.yaml:11  families.a.adjust: 'hollm' is not known. Did you mean 'holm'?",
        "studies/x.yaml:12  families.b.models: there is no model 'secnd'. Did you mean 'second'?",
        "studies/x.yaml:13  families.c.models: 'models' is missing. Add 'models:'.",
    ]
