"""Which rows stay, and what stops."""

from __future__ import annotations

import pytest

from pipeline.cleaning import Cleaned
from tests.drawn import cleaned, refused

AGE = "variables: {age: {type: number}}\n"


def kept(found: Cleaned, table: str = "people") -> list[str]:
    return found.responses[table].index.tolist()


def steps(found: Cleaned, table: str = "people") -> list[tuple]:
    flow = found.flow.steps
    return list(flow[flow["table"] == table][["step", "reason", "rows", "people"]].itertuples(index=False, name=None))


def test_exclusions_work_in_declared_order_on_raw_columns() -> None:
    found = cleaned(
        AGE
        + """
exclude:
  - {where: {status: [test, preview]}, because: test rows}
  - {unless: {consent: 1}, because: no consent}
  - {where: {age: blank, finished: 0}, because: nothing answered}
  - {where: {status: nonesuch}, because: never seen}
""",
        people="""
        id | status  | consent | finished | age
        a  | ok      | 1       | 1        | 30
        b  | preview | 0       | 1        | 31
        c  | ok      | 0       | 1        | 32
        d  | ok      |         | 0        |
        e  | ok      | 1       | 0        |
        f  | ok      | 1       | 0        | 33
        """,
    )
    assert kept(found) == ["2", "7"]
    assert steps(found) == [
        ("read", "", 6, 6),
        ("left out", "test rows", 1, 1),
        ("left out", "no consent", 2, 2),
        ("left out", "nothing answered", 1, 1),
        ("left out", "never seen", 0, 0),
        ("kept", "", 2, 2),
    ]


def test_what_is_left_out_is_not_checked() -> None:
    study = AGE + "exclude: [{where: {status: test}, because: test rows}]"
    assert kept(cleaned(study, people="id | status | age\na | ok | 3\n | test | lorem")) == ["2"]


def test_an_exclusion_that_leaves_no_one_stops() -> None:
    study = AGE + "exclude: [{unless: {consent: yes}, because: no consent}]"
    assert refused(study, people="id | consent | age\na | Yes | 3\nb | Yes | 4") == (
        "studies/made_up.yaml:2  exclude.0.unless: leaves out every row that was left. "
        "Write the codes as the file has them."
    )


def test_ids_must_be_there() -> None:
    assert refused(AGE, people="id | age\na | 3\n | 4\n | 5") == (
        "studies/made_up.yaml:3  data.id: 2 rows of people have no id. "
        "Complete the file, or leave such rows out under 'exclude' with a reason."
    )


def test_every_digit_of_an_id_counts() -> None:
    found = cleaned(AGE, people="id | age\n0012 | 1\n12 | 2\n12345678901234567 | 3\n12345678901234568 | 4")
    assert found.keys["people"]["id"].tolist() == ["0012", "12", "12345678901234567", "12345678901234568"]


def test_undeclared_duplicates_stop_with_counts() -> None:
    assert refused(AGE, people="id | age\na | 3\na | 4\nb | 5\nb | 6\nb | 7\nc | 8") == (
        "studies/made_up.yaml:3  data.id: 5 rows of people share their id with another row (2 different ones). "
        "Say which to keep: duplicates: {keep: first, last or most complete, because: …}; or correct 'id'."
    )


@pytest.mark.parametrize(("keep", "rows"), [("first", ["2", "5"]), ("last", ["4", "6"]), ("most complete", ["3", "5"])])
def test_declared_duplicates(keep: str, rows: list[str]) -> None:
    study = f"""
    data: {{file: a.csv, id: id, duplicates: {{keep: {keep}, because: answered twice}}}}
    variables:
      age: {{type: number, missing: {{blank: none}}}}
      town: {{type: text, missing: {{blank: none}}}}
    """
    found = cleaned(
        study, people="id | age | town | other\na | 1 | | x\na | 2 | b |\na | | c | x\nd | 3 | e |\nd | 4 | f | x"
    )
    assert kept(found) == rows
    assert ("left out", "duplicate: answered twice", 3, 0) in steps(found)


def test_a_person_may_have_one_row_a_wave() -> None:
    study = """
    data: {file: a.csv, id: id, wave: w, waves: {1: Baseline, 2: 3 months}}
    variables: {age: {type: number}}
    """
    found = cleaned(study, people="id | w | age\na | 1 | 30\na | 2 | 30\nb | 1 | 40")
    assert found.keys["people"]["wave"].tolist() == ["Baseline", "3 months", "Baseline"]
    assert found.flow.waves.to_numpy().tolist() == [["people", "Baseline", 2, 2, 0], ["people", "3 months", 1, 1, 0]]
    assert "2 rows of people share their id and wave" in refused(study, people="id | w | age\na | 1 | 30\na | 1 | 31")


def test_unknown_waves_stop() -> None:
    study = """
    data: {file: a.csv, id: id, wave: w, waves: {1: Baseline, 2: 3 months}}
    variables: {age: {type: number}}
    """
    assert refused(study, people="id | w | age\na | 1 | 30\nb | 3 | 30\nc | | 40") == (
        "studies/made_up.yaml:1  data.waves: 2 rows hold codes that nobody declared: '3' (1 row), blank (1). "
        "Add them to waves, or leave such rows out under 'exclude'."
    )


def test_the_wide_form_has_the_column_that_intake_makes() -> None:
    study = "data: {file: a.csv, id: id, wide: {1: '{}_t1', 2: '{}_t2'}, waves: {1: Baseline}}\n" + AGE
    found = cleaned(study, people="id | wave | age\na | 1 | 30\na | 2 | 30")
    assert found.keys["people"]["wave"].tolist() == ["Baseline", "2"]


LINKED = """
data:
  people: {file: a.csv, id: id}
  visits: {file: b.csv, id: [person, n], parent: {people: person}}
exclude:
  - {in: people, unless: {consent: 1}, because: no consent}
variables:
  age: {type: number}
  minutes: {in: visits, type: number}
"""
PEOPLE = "id | consent | age\n01 | 1 | 30\n02 | 0 | 40\n03 | 1 | 50"


def test_children_of_those_left_out_are_left_out_and_counted_apart() -> None:
    found = cleaned(LINKED, people=PEOPLE, visits="person | n | minutes\n01 | 1 | 5\n01 | 2 | 6\n02 | 1 | 7")
    assert steps(found, "visits") == [
        ("read", "", 3, 3),
        ("left out", "parent left out: no consent", 1, 1),
        ("kept", "", 2, 2),
    ]
    assert found.keys["visits"]["id"].tolist() == ["01 / 1", "01 / 2"]
    assert found.keys["visits"]["parent.people"].tolist() == ["01", "01"]


def test_orphans_stop_or_are_dropped_as_declared() -> None:
    visits = "person | n | minutes\n01 | 1 | 5\n1 | 2 | 6\n07 | 1 | 7"
    assert refused(LINKED, people=PEOPLE, visits=visits) == (
        "studies/made_up.yaml:3  data.visits.parent.people: 2 rows of visits have no row in people. "
        "1 would fit but for leading zeros, which one of the files has lost: export it with ids as text. "
        "Say what to do: orphans: {do: drop, because: …}; or complete people."
    )
    study = LINKED.replace("parent: {people: person}", "parent: {people: person}, orphans: {because: other study}")
    assert steps(cleaned(study, people=PEOPLE, visits=visits), "visits") == [
        ("read", "", 3, 3),
        ("left out", "no parent in people: other study", 2, 2),
        ("kept", "", 1, 1),
    ]


def test_a_row_may_name_no_parent() -> None:
    study = LINKED.replace("id: [person, n]", "id: n")
    assert "1 row of visits has no row in people (1 names none)." in refused(
        study, people=PEOPLE, visits="person | n | minutes\n01 | 1 | 5\n | 2 | 6"
    )


def test_grandchildren_follow_and_keep_the_first_reason() -> None:
    study = LINKED.replace("exclude:", "  topics: {file: c.csv, id: t, parent: {visits: [person, n]}}\nexclude:")
    found = cleaned(
        study,
        people=PEOPLE,
        visits="person | n | minutes\n01 | 1 | 5\n02 | 1 | 7",
        topics="t | person | n\nx | 01 | 1\ny | 02 | 1",
    )
    assert steps(found, "topics") == [
        ("read", "", 2, 2),
        ("left out", "parent left out: no consent", 1, 1),
        ("kept", "", 1, 1),
    ]


def test_all_mistakes_of_all_tables_come_at_once_in_the_order_of_the_file() -> None:
    message = refused(LINKED, people=PEOPLE + "\n03 | 1 | old", visits="person | n | minutes\n09 | 1 | long\n01 | 1 |")
    lines = [line.split("  ")[1].split(": ")[0] for line in message.splitlines()]
    assert lines == [
        "data.people.id",
        "data.visits.parent.people",
        "variables.age",
        "variables.minutes",
        "variables.minutes",
    ]
