"""Every cell that changed, and every rule."""

from __future__ import annotations

from pipeline.intake.findings import Finding
from tests.drawn import cleaned, drawn

STUDY = """
variables:
  sex:  {codes: {1: Women, 2: Men, Men: Men}, because: the codes of 2019}
  days: {type: number, codes: {88: 0}, missing: {99: refused, 77: not asked}}
  word: {type: text}
"""
PEOPLE = """
id | sex | days | word
a  | 1   | 3    | one
b  | Men | 88   | ␣two␣
c  | 2   | 99   | three
"""


def test_a_line_for_every_cell_that_is_more_than_read() -> None:
    changes = cleaned(STUDY, people=PEOPLE).ledger.changes
    assert list(changes.itertuples(index=False, name=None)) == [
        ("people", "2", "sex", "1", "Women", "codes to labels"),
        ("people", "4", "sex", "2", "Men", "codes to labels"),
        ("people", "3", "days", "88", "0", "code 88 is 0"),
        ("people", "4", "days", "99", "missing: refused", "code 99 is missing: refused"),
        ("people", "3", "word", " two ", "two", "blanks around the answer taken off"),
    ]
    assert {str(dtype) for dtype in changes.dtypes} == {"str"}


def test_rules_stand_there_also_when_they_touched_nothing() -> None:
    rules = cleaned(STUDY, people=PEOPLE).ledger.rules
    assert list(rules.itertuples(index=False, name=None)) == [
        ("people", "sex", "codes to labels", 2, "the codes of 2019"),
        ("people", "days", "code 99 is missing: refused", 1, ""),
        ("people", "days", "code 77 is missing: not asked", 0, ""),
        ("people", "days", "code 88 is 0", 1, ""),
        ("people", "word", "blanks around the answer taken off", 1, ""),
    ]


def test_what_intake_found_is_there() -> None:
    table = drawn(
        PEOPLE, findings=(Finding("a.csv", "encoding", "cp1252"), Finding("a.csv", "column ignored", "name", "name", 3))
    )
    rules = cleaned(STUDY, people=table).ledger.rules.iloc[:2]
    assert list(rules.itertuples(index=False, name=None)) == [
        ("people", "", "encoding: cp1252", 0, ""),
        ("people", "name", "column ignored: name", 3, ""),
    ]


def test_nothing_changed_is_an_empty_ledger() -> None:
    changes = cleaned("variables: {word: {type: text}}", people="id | word\na | b").ledger.changes
    assert len(changes) == 0 and list(changes) == ["table", "row", "variable", "before", "after", "rule"]


def test_an_item_of_one_name_in_two_tables_has_two_entries() -> None:
    found = cleaned(
        """
        data:
          one: {file: a.csv, id: id}
          two: {file: b.csv, id: id}
        scales:
          low: {items: [q1, q2], range: 1-4, score: sum, max_missing: 1, missing: {9: skipped}}
          high: {in: two, items: [q1, q2], range: 1-4, score: sum, max_missing: 1, missing: {9: refused}}
        """,
        one="id | q1 | q2\na | 9 | 1",
        two="id | q1 | q2\na | 9 | 9",
    )
    assert (
        found.ledger.rules["rule"].tolist() == ["code 9 is missing: skipped"] * 2 + ["code 9 is missing: refused"] * 2
    )
    assert found.ledger.changes["table"].tolist() == ["one", "two", "two"]


def test_what_looks_wrong_is_counted_and_left() -> None:
    items = "q1 | q2 | q3 | q4 | q5"
    found = cleaned(
        """
        data: {file: a.csv, id: id, wave: w, waves: {1: One, 2: Two}}
        variables:
          sex: {codes: {1: Women, 2: Men}, missing: {9: refused}}
        scales:
          low: {items: [q1, q2, q3, q4, q5], range: 1-4, score: sum, max_missing: 1, missing: {9: skipped}}
        """,
        people=drawn(
            f"""
            id | w | sex | {items}
            a  | 1 | 1   | 4 | 4 | 4 | 4 | 4
            a  | 2 | 2   | 1 | 2 | 1 | 2 | 1
            b  | 1 | 2   | 3 | 3 | 3 | 3 | 9
            b  | 2 | 9   | 3 | 3 | 3 | 3 | 3
            """,
            value_labels={"sex": {"1": "men", "2": "Women"}},
        ),
    )
    rules = found.ledger.rules.set_index("rule")["cells"]
    assert rules["differs between waves (people)"] == 1
    assert rules["the same answer to all items (rows)"] == 2
    assert rules["the file gives code 1 the label of another level"] == 1
    assert rules["the file gives code 2 the label of another level"] == 2
    assert found.responses["people"]["sex"].tolist()[:3] == ["Women", "Men", "Men"]
