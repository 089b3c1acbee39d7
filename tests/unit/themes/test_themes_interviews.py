"""What a study file says of its interviews, and that every number of it is one of results."""

from __future__ import annotations

import math

import pytest

from pipeline.disclosure import draft, release
from pipeline.results import Key
from pipeline.study import Study, parse_study
from pipeline.themes import interviews

HEAD = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: interviews}
release: {rule: journal}
"""


def study(declared: str = "") -> Study:
    return parse_study(HEAD + (f"interviews: {declared}\n" if declared else ""), "studies/made_up.yaml")


def facts(declared: str) -> dict[str, str]:
    found = interviews(study(declared))
    return {heading: draft(found.results).say(sentence) for heading, sentence in found.facts}


def test_none_are_none() -> None:
    found = interviews(study())
    assert (found.there_are, found.facts, len(found.results.frame)) == (False, (), 0)


def test_people_by_role_add_up_and_coders_are_a_number_of_results() -> None:
    declared = "{people: {Recipient: 12, Leader: 6}, coders: 2, saturation: not applicable}"
    found = interviews(study(declared))
    assert facts(declared) == {
        "People interviewed": "18 people: 12 recipient, 6 leader",
        "Coders": "2",
        "Saturation": "not applicable",
        "Not said in the study file": "how they were held, where, when, analysis, software, consent to be quoted, "
        "themes",
    }
    assert found.results.get(Key("themes", "interviews", "people")) == 12 + 6
    assert found.results.get(Key("themes", "interviews", statistic="coders")) == 2
    coders = dict(found.facts)["Coders"]
    assert coders.template == "{n}"
    assert math.isnan(found.results.frame.query("statistic == 'coders'")["people"].item())  # they are not the studied
    assert release(found.results, study().release).say(coders) == "2"


@pytest.mark.parametrize(("word", "before"), [("not reported", ""), ("not applicable", "12 people: ")])
def test_what_is_no_number_stays_a_word(word: str, before: str) -> None:
    """Those to whom it does not apply are nobody; of those who are not reported nobody knows how many they are."""
    found = facts(f"{{people: {{Recipient: 12, Leader: {word}}}, coders: {word}}}")
    assert found["People interviewed"] == f"{before}12 recipient, leader {word}"
    assert found["Coders"] == word


@pytest.mark.parametrize(("declared", "said"), [
    ("{total: 45}", "45 people"),
    ("{total: 45, people: {Recipient: not reported, Leader: not applicable}}",
     "45 people: recipient not reported, leader not applicable"),
    ("{total: not reported, themes: [trust, time]}", "not reported"),
])  # fmt: skip
def test_a_total_without_its_roles(declared: str, said: str) -> None:
    assert facts(declared)["People interviewed"] == said
    assert facts(declared).get("Themes", "trust; time") == "trust; time"


def test_what_is_not_said_is_named_and_not_taken_for_not_reported() -> None:
    assert facts("{when: not reported}") == {
        "When": "not reported",
        "Not said in the study file": "people interviewed, how they were held, where, analysis, software, coders, "
        "saturation, consent to be quoted, themes",
    }


def test_braces_of_a_study_file_stay() -> None:
    assert facts("{method: 'by {telephone}'}")["How they were held"] == "by {telephone}"
