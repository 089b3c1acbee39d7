"""The denominator ledger adds up or the stage stops, and says of each percentage what it is of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.disclosure import draft
from pipeline.errors import StageFailed
from pipeline.results import Key, Number, Results
from pipeline.tables.followed import followed
from pipeline.tables.ledger import check_ledger, explained
from pipeline.tables.participants import participants
from pipeline.tables.table import table_from_dict

STUDY = """
variables:
  arm: {codes: {a: A, b: B}}
  mood: {codes: {1: Good, 2: Poor}}
  help: {type: choices, codes: {1: Talk, 2: Visits}}
tables:
  t: {rows: [mood, help], columns: arm}
"""
PEOPLE = """
id arm mood help
1  A   Good Talk
2  A   Good Talk,Visits
3  A   --   none
4  A   ns   --
5  B   Poor Visits
"""


def flow(n: int, table: str = "people", group: str = "All") -> Results:
    return Results.of([Number(Key("flow", table, "kept", "", group, "people"), n, n)])


def said(exhibit, released, label: str, column: int) -> str:  # type: ignore[no-untyped-def]
    row = next(r for r in exhibit.table.rows if r.label == label)
    return explained(exhibit.table, row, exhibit.table.columns[column], released)


def test_a_percentage_says_its_n_its_denominator_and_where_the_others_are(made) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY, people=PEOPLE)
    exhibit = participants(people, study, "t")
    released = draft(exhibit.results)
    assert said(exhibit, released, "Good", 0) == (
        "2 of 2 people. In the column: 4 people, 2 with a value, 1 missing, 1 not asked."
    )
    assert said(exhibit, released, "Talk", 0) == "2 of 3 people. In the column: 4 people, 3 with a value, 1 missing."
    assert said(exhibit, released, "Mood", 0) == "", "a number of people is no percentage"


def test_what_is_withheld_stays_so_in_what_is_explained(made, hiding) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY, people=PEOPLE)
    exhibit = participants(people, study, "t")
    at = ("participants", "t", "mood")
    hidden = hiding(exhibit.results, (*at, "Good", "arm=A", "n"), (*at, "Missing", "arm=A", "n"))
    assert said(exhibit, hidden, "Good", 0) == (
        "withheld of 2 people. In the column: 4 people, 2 with a value, withheld missing, 1 not asked."
    )


def test_percentages_of_answers_tell_the_answers(made) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY.replace("columns: arm", "choices: both"), people=PEOPLE)
    exhibit = participants(people, study, "t")
    assert said(exhibit, draft(exhibit.results), "Talk", 0).startswith(
        "2 of 4 people. 4 answers were given. In the column:"
    )


def test_rows_that_are_no_people_are_called_what_they_are(made, printed) -> None:  # type: ignore[no-untyped-def]
    head = (
        "title: t\ndata: {people: {file: a.csv, id: id}, sessions: {file: b.csv, id: s, unit: sessions}}\n"
        "design: {kind: cohort, weight: w}\nrelease: {rule: journal}\npopulation: {where: {place: [Home, Centre]}, "
        "in: sessions, because: no others were planned}\n"
    )
    text = """
variables:
  place: {in: sessions, codes: {1: Home, 2: Centre}}
  about: {in: sessions, codes: {1: Talk, 2: Walk}}
tables:
  t: {of: sessions, rows: [about], columns: place}
"""
    drawn = "id place about inside weight\n1 Home Talk yes 1\n2 Home -- yes 2\n3 -- Walk yes 1\n4 -- -- no 1"
    study, people = made(text, head=head, people="id\n1", sessions=drawn)
    exhibit = participants(people, study, "t")
    filled = printed(table_from_dict(exhibit.table.to_dict()), exhibit.results)
    assert next(r for r in filled.rows if r.label == "Talk").why[0] == (
        "1 of 1 sessions, and each stands for others by weight. In the column: 2 sessions, 1 with a value, 1 missing."
    )
    assert draft(exhibit.results).say(exhibit.remarks[0]).startswith("T, by place: 3 sessions (Home 2,")
    assert "The first line of each variable counts the sessions with an answer to it; " in " ".join(filled.notes)
    assert "Overall includes the sessions without a value for place (missing 1)." in filled.notes
    assert "Only sessions of the study's population: no others were planned." in filled.notes
    assert any(note.startswith("Counts of sessions are unweighted; ") for note in filled.notes)
    assert not any("people" in note.lower() for note in filled.notes)


def test_of_a_wave_it_is_said_what_counts_once(made, printed) -> None:  # type: ignore[no-untyped-def]
    head = (
        "title: t\ndata: {file: a.csv, id: id, unit: informants, wave: w, waves: {1: First, 2: Last}}\n"
        "design: {kind: cohort}\nrelease: {rule: journal}\n"
    )
    text = "variables: {about: {type: choices, codes: {1: Talk, 2: Walk}}, age: {type: number}}\n"
    text += "tables: {t: {rows: [age], columns: about}, u: {rows: [age], waves: all}}"
    drawn = "id wave about age\n1 First Talk,Walk 20\n2 First Walk 30\n2 Last Walk 31"
    study, people = made(text, head=head, people=drawn)
    exhibit, both = participants(people, study, "t"), participants(people, study, "u")
    notes = printed(exhibit.table, exhibit.results).notes
    assert "Informants at First, the first wave; each counts once." in notes
    assert "Informants may stand in several columns." in notes
    assert draft(exhibit.results).say(exhibit.remarks[0]).startswith("T, by about: 2 informants at First (")
    assert draft(both.results).say(both.remarks[0]) == "U: First 2, Last 1 informants."


def test_numbers_that_do_not_add_up_stop_the_stage_with_the_counts() -> None:
    def number(term: str, level: str, statistic: str, value: float) -> Number:
        return Number(Key("participants", "t", term, level, "arm=A", statistic), value, value)

    held = [number("", "", "n", 43), number("age", "", "denominator", 39), number("age", "Missing", "n", 3)]
    with pytest.raises(StageFailed) as error:
        check_ledger(Results.of(held))
    assert str(error.value) == (
        "table 't', 'age', 'arm=A': 43 people at the head of the column, but 39 answered, 3 missing, 0 not asked, "
        "0 not applicable"
    )
    check_ledger(Results.of([*held, number("age", "Not asked", "n", 1)]))


def test_a_table_must_have_the_people_whom_the_flow_kept(made) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY, people=PEOPLE)
    participants(replace(people, results=flow(5)), study, "t")
    with pytest.raises(StageFailed) as error:
        participants(replace(people, results=flow(6)), study, "t")
    assert str(error.value) == "table 'people': 5 people and 0 outside the population, but the flow kept 6"


def test_people_outside_the_population_are_in_the_flow_and_in_no_table(made) -> None:  # type: ignore[no-untyped-def]
    text = "variables: {age: {type: number}}\ntables: {t: {rows: [age]}}\npopulation: {asked: age, because: half}"
    study, people = made(text, people="id age inside\n1 20 yes\n2 30 yes\n3 40 no")
    participants(replace(people, results=flow(3)), study, "t")
    with pytest.raises(StageFailed, match="2 people and 1 outside the population, but the flow kept 2"):
        participants(replace(people, results=flow(2)), study, "t")


def test_each_wave_is_held_against_its_own_flow(made) -> None:  # type: ignore[no-untyped-def]
    head = (
        "title: t\ndata: {file: a.csv, id: id, wave: w, waves: {1: First, 2: Last}}\ndesign: {kind: cohort}\n"
        "release: {rule: journal}\n"
    )
    text = "variables: {age: {type: number}}\ntables: {t: {rows: [age], waves: all}, f: {kind: followed, rows: [age]}}"
    study, people = made(text, head=head, people="id wave age\n1 First 20\n2 First 30\n1 Last 21")
    right = Results.join([flow(2, group="wave=First"), flow(1, group="wave=Last")])
    wrong = Results.join([flow(3, group="wave=First"), flow(1, group="wave=Last")])
    for make, name in ((participants, "t"), (followed, "f")):
        make(replace(people, results=right), study, name)
        with pytest.raises(StageFailed, match="table 'people' at First: 2 people and 0 outside the population"):
            make(replace(people, results=wrong), study, name)
