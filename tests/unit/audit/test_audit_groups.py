"""What is said of groups that may be misread, of marks in capitals and small letters, and of many groups at once."""

from __future__ import annotations

import pytest

from pipeline.audit import audit
from pipeline.audit.findings import CERTAIN, DENOMINATOR, FOOTNOTE, LOOK, NOT_ADDING, NOT_POSSIBLE, SUM


def kinds(table: str) -> list[tuple[str, str, str]]:
    found = audit({"t.csv": table.encode()}).findings
    return [(f.kind, f.row, f.says) for f in found if f.kind in (SUM, NOT_ADDING)]


@pytest.mark.parametrize(
    ("indent", "last", "told"),
    [
        ("  ", 70, True),
        ("  ", 99, True),
        ("", 70, False),
        ("", 99, True),
    ],
    ids=["indented, far", "indented, near", "flat, far", "flat, near"],
)
def test_counts_that_do_not_add_up_are_told_where_it_is_sure_that_they_are_one_group(indent, last, told):
    """Without indents the lines may be of several variables: 70 and 100 of 200 may be two questions."""
    table = f"Characteristic,Number (N = 200)\nSmoking,\n{indent}Never,100\n{indent}Ever,{last}\n"
    said = f"the levels add up to {100 + last}; the column's heading says 200"
    assert kinds(table) == ([(SUM, "Smoking", said)] if told else [])


@pytest.mark.parametrize(("other", "told"), [(60, False), (82, True)])
def test_parts_of_a_line_with_a_count_of_its_own_need_not_be_all_of_it(other, told):
    table = f"Characteristic,Number (N = 200)\nIn treatment,184\n  Alone,100\n  In groups,{other}\n"
    assert bool(kinds(table)) == told


def test_columns_in_which_the_lines_do_add_up_show_that_they_are_a_group():
    table = (
        "Characteristic,A (n = 90),B (n = 80),C (n = 70)\nAge,90,80,70\n  Young,51,42,31\n  Old,39,38,19\n"
        "Sex,90,80,70\n  Women,44,41,36\n  Men,46,39,34\n"
    )
    assert kinds(table) == [(NOT_ADDING, "Age", "does not add up: the levels add up to 50; its own first line says 70")]


@pytest.mark.parametrize(("mark", "note", "told"), [
    ("c", "C", []), ("C", "c", []), ("c", "c", []),
    ("c", "d", ["mark c has no footnote", "footnote d has no mark in the table"]),
])  # fmt: skip
def test_a_raised_letter_and_its_note_may_differ_in_capitals(mark, note, told):
    page = (
        f"<table><tr><th>Sex</th><th>n (%)</th></tr><tr><td>Women<sup>{mark}</sup></td><td>30 (60%)</td></tr>"
        f"<tr><td>Men</td><td>20 (40%)</td></tr></table><p><sup>{note}</sup> As they said.</p>"
    )
    found = [f.says for f in audit({"t.html": page.encode()}).findings if f.kind == FOOTNOTE]
    assert [says for says in found if "exist" not in says] == told


def test_the_same_thing_said_of_many_groups_is_one_line_with_their_number():
    """Ten yes-or-no questions of 60 people, in a table that says 62; the eleventh was asked of 50."""
    asked = "".join(f"Question {i},{n} ({100 * n / 60:.1f}%)\n" for i, n in enumerate(range(17, 37, 2), 1))
    table = f"Table 1\nQuestion,All (N = 62)\n{asked}Question 11,13 ({100 * 13 / 50:.1f}%)\n"
    found = [f for f in audit({"t.csv": table.encode()}).findings if f.kind == DENOMINATOR]
    assert [f.says for f in found] == [
        "in 10 groups percentages are of N = 60; the column's heading says 62: Question 1, Question 2, Question 3, "
        "Question 4 and 6 more",
        "percentages are of N = 50; the column's heading says 62",
    ]
    assert [f.row for f in found] == ["", "Question 11"]


OWN = [
    ("Smokers (n = 58),12 (20)", "percentages are of N = 59 or 60; its line says 58", LOOK),
    ("Smokers (n = 58),12 (29)", "percentages are of N = 41 or 42; its line says 58", CERTAIN),
    ("Smokers (n = 58),12 (21)", "", ""),
    ("Drinkers (N = 50),12 (24)", "", ""),
    ("Smokers (n = 70),12 (17)", "", ""),
    ("Smokers (n = 12),12 (100)", "", ""),
    ("Smokers (n = 12),12 (20)", "", ""),
    ("Smokers (n = 2 missing),12 (20)", "", ""),
]


@pytest.mark.parametrize("others", ["", "Women,31 (52)\nMarried,20 (33)\n", "Sex,\n  Women,31 (52)\n  Men,29 (48)\n"])
@pytest.mark.parametrize(("line", "says", "sure"), OWN, ids=[line for line, _, _ in OWN])
def test_a_line_that_stands_alone_is_held_against_the_n_that_it_says(others: str, line: str, says: str, sure: str):
    """12 of 58 is 20.7 %; of the caption's 60 it would be 20 %. A number no larger than the count is not its N."""
    table = f'"Table 1. People (N = 60)"\nCharacteristic,n (%)\n{others}{line}\n'
    found = [f for f in audit({"t.csv": table.encode()}).findings if f.kind in (DENOMINATOR, NOT_POSSIBLE)]
    assert [(f.says, f.certainty) for f in found] == ([(says, sure)] if says else [])
