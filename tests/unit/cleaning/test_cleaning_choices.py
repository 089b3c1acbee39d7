"""Several choices: in one cell, or a column each."""

from __future__ import annotations

import pytest

from pipeline.cleaning import Cleaned
from tests.drawn import cleaned, refused

KINDS = "codes: {1: Talk, 2: Rides, 3: Money, 8: None of these}, exclusive: 8, missing: {99: refused, blank: no answer}"


def ticks(found: Cleaned, name: str = "kinds") -> list[list[float]]:
    frame = found.responses["people"]
    return frame[[c for c in frame if c.startswith(f"{name}=")]].fillna(-1).to_numpy().tolist()


def test_a_cell_with_separators_becomes_a_column_a_choice() -> None:
    found = cleaned(
        f"variables: {{kinds: {{type: choices, {KINDS}}}}}",
        people="""
        id | kinds
        a  | 1,3
        b  | 2
        c  | 8
        d  | 99
        e  |
        f  | 3 , 1
        """,
    )
    assert list(found.responses["people"]) == ["kinds=Talk", "kinds=Rides", "kinds=Money", "kinds=None of these"]
    assert ticks(found) == [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 1], [-1] * 4, [-1] * 4, [1, 0, 1, 0]]
    assert found.reasons["people"]["kinds"].tolist() == ["", "", "", "refused", "no answer", ""]


def test_blanks_part_choices_as_real_exports_have_them() -> None:
    study = "variables: {kinds: {type: choices, separator: ' ', codes: {1: Kit, 2: Card, 3: Talk, 99: Other}}}"
    found = cleaned(study, people="id | kinds\na | 1 2 3 99\nb | 1\nc | 1␣␣3")
    assert ticks(found) == [[1, 1, 1, 1], [1, 0, 0, 0], [1, 0, 1, 0]]


def test_a_blank_may_be_declared_a_choice_of_its_own() -> None:
    study = "variables: {kinds: {type: choices, codes: {1: Talk, blank: Nothing}}}"
    assert ticks(cleaned(study, people="id | kinds\na | 1\nb |")) == [[1, 0], [0, 1]]


def test_codes_that_several_choices_share_are_one_choice() -> None:
    study = "variables: {kinds: {type: choices, codes: {1: Talk, 2: Talk, 3: Rides}}}"
    assert ticks(cleaned(study, people="id | kinds\na | 1,2\nb | 3")) == [[1, 0], [0, 1]]


def test_unknown_choices_empty_parts_and_contradictions_stop_with_counts() -> None:
    message = refused(
        f"variables: {{kinds: {{type: choices, {KINDS}}}}}",
        people="id | kinds\na | 1,4\nb | 4,5\nc | 1,,2\nd | 1,8\ne | 1,99\nf | 2",
    )
    where = "studies/made_up.yaml:1  variables.kinds: "
    assert message.splitlines() == [
        f"{where}3 answers hold codes that nobody declared: '4' (2 answers), '5' (1). Add them to codes or missing.",
        f"{where}1 answer has nothing between two separators. Correct 'separator', or the file.",
        f"{where}2 answers have an exclusive or missing code beside others. "
        "Say what counts: contradicted: others, exclusive or missing.",
    ]


@pytest.mark.parametrize(
    ("counts", "first", "second", "reasons"),
    [
        ("others", [1, 0, 0, 0], [0, 1, 0, 0], ["", ""]),
        ("exclusive", [0, 0, 0, 1], [-1] * 4, ["", "refused"]),
        ("missing", [-1] * 4, [-1] * 4, ["contradictory answer"] * 2),
    ],
)
def test_what_counts_is_declared(counts: str, first: list, second: list, reasons: list) -> None:
    study = f"variables: {{kinds: {{type: choices, {KINDS}, contradicted: {counts}}}}}"
    found = cleaned(study, people="id | kinds\na | 1,8\nb | 2,99")
    assert ticks(found) == [first, second]
    assert found.reasons["people"]["kinds"].tolist() == reasons
    assert len(found.ledger.changes) == 2


REDCAP = """
id | kinds___1 | kinds___2 | kinds___8
a  | 1         | 0         | 0
b  | 1         | 1         | 0
c  | 0         | 0         | 1
d  | 0         | 0         | 0
"""
COLUMNS = "columns: {kinds___1: Talk, kinds___2: Rides, kinds___8: None of these}, exclusive: kinds___8"


def test_columns_of_boxes() -> None:
    found = cleaned(f"variables: {{kinds: {{{COLUMNS}}}}}", people=REDCAP)
    assert ticks(found) == [[1, 0, 0], [1, 1, 0], [0, 0, 1], [0, 0, 0]]
    assert found.reasons["people"]["kinds"].tolist() == [""] * 4


def test_labelled_boxes_and_the_words_of_ticks() -> None:
    found = cleaned(
        "variables: {kinds: {columns: {t: Talk, r: Rides}, ticked: Checked, unticked: [Unchecked, blank]}}",
        people="id | t | r\na | Checked | Unchecked\nb | Unchecked |",
    )
    assert ticks(found) == [[1, 0], [0, 0]]


def test_a_blank_that_is_both_an_empty_box_and_missing_depends_on_the_row() -> None:
    found = cleaned(
        "variables: {kinds: {columns: {t: Talk, r: Rides}, unticked: blank, missing: {blank: no answer}}}",
        people="id | t | r\na | 1 |\nb | |\nc | 1 | 1",
    )
    assert ticks(found) == [[1, 0], [-1, -1], [1, 1]]
    assert found.reasons["people"]["kinds"].tolist() == ["", "no answer", ""]


def test_boxes_partly_missing_contradicting_or_of_unknown_codes_stop() -> None:
    message = refused(
        f"variables: {{kinds: {{{COLUMNS}, missing: {{9: refused}}}}}}",
        people="id | kinds___1 | kinds___2 | kinds___8\na | 9 | 1 | 0\nb | 1 | 0 | 1\nc | 2 | 0 | 0\nd | 9 | 9 | 9",
    )
    where = "studies/made_up.yaml:1  variables.kinds: "
    assert message.splitlines() == [
        f"{where}1 answer holds codes that nobody declared: '2' (1 answer). Add them to codes or missing.",
        f"{where}1 answer has an exclusive or missing code beside others. "
        "Say what counts: contradicted: others, exclusive or missing.",
        f"{where}1 answer has some boxes missing and others answered. "
        "Declare the code of an empty box under 'unticked'.",
    ]


@pytest.mark.parametrize(
    ("counts", "expected"), [("others", [1, 0, 0]), ("exclusive", [0, 0, 1]), ("missing", [-1, -1, -1])]
)
def test_contradicting_boxes_as_declared(counts: str, expected: list) -> None:
    study = f"variables: {{kinds: {{{COLUMNS}, contradicted: {counts}}}}}"
    found = cleaned(study, people="id | kinds___1 | kinds___2 | kinds___8\na | 1 | 0 | 1\nb | 0 | 1 | 0")
    assert ticks(found) == [expected, [0, 1, 0]]
    assert found.ledger.changes["before"].tolist() == ["1 | 0 | 1"]
