"""Ids that may be one person's, and people who were never at the first wave: counted in terminal and report."""

from __future__ import annotations

import pytest

from pipeline.cleaning.alike import doubts
from pipeline.disclosure import draft
from tests.drawn import cleaned, joined

WAVES = """
data: {file: people.csv, id: id, wave: w, waves: {1: Start, 2: Later}}
variables: {age: {type: number}}
"""
PEOPLE = """
id   | w | age
0013 | 1 | 30
13   | 2 | 31
b 7  | 1 | 40
B7   | 1 | 41
b8   | 1 | 42
b8   | 2 | 43
100  | 1 | 50
1000 | 1 | 50
"""


def test_they_are_counted_for_the_terminal() -> None:
    assert doubts(cleaned(WAVES, people=PEOPLE).ledger.rules) == [
        "people: 4 ids that differ from another one only in leading zeros, capitals or blanks. Are they the same? Then "
        "correct the file.",
        "people: 1 id with a row at a later wave and none at the first. Is the id written alike at every wave?",
    ]


def test_the_report_says_so_and_does_not_tell_how_few_were_lost() -> None:
    people = joined(WAVES, people=PEOPLE)
    said = [draft(people.results).say(sentence) for sentence in people.remarks]
    assert (
        "people: 4 ids that differ from another one only in leading zeros, capitals or blanks; they were taken for "
        "different ones."
    ) in said
    assert "people: some people have a row at a later wave and none at the first." in said


@pytest.mark.parametrize("ids", ["P1 P2 P10 P20", "1 10 100 101", "a b ab ba", "0-1 0-2"])
def test_ids_that_differ_otherwise_are_no_doubt(ids: str) -> None:
    drawn = "id | age\n" + "\n".join(f"{one} | 30" for one in ids.split())
    assert doubts(cleaned("variables: {age: {type: number}}", people=drawn).ledger.rules) == []
