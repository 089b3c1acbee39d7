"""What a study file asks for and its rule never prints is said before anything runs."""

from __future__ import annotations

import pytest

from pipeline.disclosure.extremes import never_printed
from pipeline.study import parse_study

STUDY = """\
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cohort}
variables:
  age: {type: number}
  began: {type: date, format: "%Y-%m-%d"}
tables:
  who: {rows: [age, began], numbers: [mean_sd, range]}
  when: {rows: [began], numbers: [range]}
  usual: {rows: [age]}
release: {rule: RULE}
"""


@pytest.mark.parametrize("rule", ["journal", "nhs", "acro", "opensafely", "midpoint6", "cms"])
def test_least_and_greatest_values_are_named_with_their_line(rule: str):
    assert never_printed(parse_study(STUDY.replace("RULE", rule), "studies/tiny.yaml")) == [
        "studies/tiny.yaml:8  tables.who.numbers: 'range' of age would never be printed: least and greatest values are "
        f"single people's, which '{rule}' withholds. Leave it out, or look at it in a draft: alongside run --draft."
    ]


def test_without_a_rule_they_are_printed():
    assert never_printed(parse_study(STUDY.replace("RULE", "none, because: made up"), "studies/tiny.yaml")) == []
