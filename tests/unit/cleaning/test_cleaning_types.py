"""One converter a type."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.types import number
from pipeline.errors import Mistakes
from tests.drawn import cleaned, declared, drawn, refused

AT = "studies/made_up.yaml:1  variables."


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("7", ".", 7),
        ("0012", ".", 12),
        ("-3.5", ".", -3.5),
        ("−3.5", ".", -3.5),
        ("+2", ".", 2),
        (".5", ".", 0.5),
        ("1,5", ",", 1.5),
        ("1\u00a0234,5", ",", 1234.5),
        ("1\u202f234\u202f567", ".", 1234567),
        ("1\u2009234.25", ".", 1234.25),
        ("1,5", ".", None),
        ("1.5", ",", None),
        ("1,234", ".", None),
        ("1e5", ".", None),
        ("1 234", ".", None),
        ("12\u00a034", ".", None),
        ("1\u00a02345", ".", None),
        ("٣", ".", None),
        ("5-8", ".", None),
        ("inf", ".", None),
        ("nan", ".", None),
        ("0x10", ".", None),
        ("1_000", ".", None),
        ("--1", ".", None),
        ("", ".", None),
        (".", ".", None),
    ],
)
def test_a_number_is_a_plain_decimal(text: str, decimal: str, value: float | None) -> None:
    assert number(text, decimal) == value


def test_numbers_codes_and_missing() -> None:
    found = cleaned(
        "variables: {days: {type: number, range: 0-30, codes: {88: 0}, missing: {77: refused, blank: no answer}}}",
        people="""
        id | days
        a  | 3
        b  | 88
        c  | 77
        d  |
        e  | 88.0
        f  | 077
        """,
    )
    days, why = found.responses["people"]["days"], found.reasons["people"]["days"]
    assert days.dtype == np.float64
    assert days[["2", "3", "6"]].tolist() == [3, 0, 0] and days.isna().sum() == 3
    assert why.tolist() == ["", "", "refused", "no answer", "", "refused"]
    assert why.dtype == "str"


def test_what_is_no_number_is_counted_by_kind_and_never_quoted() -> None:
    message = refused(
        "variables: {days: {type: number}}",
        people="""
        id | days
        a  | 1e5
        b  | 1,5
        c  | Anna's birthday
        d  | 4 days
        e  |
        f  | 4
        """,
    )
    assert message == (
        f"{AT}days: 1 row is blank, and nobody declared what that means. Add blank to 'missing' with its reason.\n"
        f"{AT}days: 4 rows are not numbers (1 in scientific notation, which may have lost digits, "
        "1 with another decimal mark or grouped thousands, 2 with words or signs). "
        "Say the column's mark here, like decimal: \",\", or the file's under 'data'. Declare codes under 'missing' or "
        "'codes'; or type: text."
    )


def test_numbers_outside_range_top_code_and_bands_stop_with_counts() -> None:
    message = refused(
        """
        variables:
          days: {type: number, range: 0-30}
          age: {type: number, top_code: 89}
          years: {type: number, bands: [18-29, 30-44]}
        """,
        people="""
        id | days | age | years
        a  | 31   | 89  | 29.5
        b  | 99   | 90  | 45
        c  | 30   | 18  | 30
        """,
    )
    assert message.splitlines() == [
        "studies/made_up.yaml:2  variables.days.range: 2 rows lie outside the range 0-30. "
        "Write codes among them like missing: {999: not known}, or a wider range, like range: 0-120.",
        "studies/made_up.yaml:3  variables.age.top_code: 1 row lies above the top code 89. "
        "Write codes among them like missing: {999: not known}, or the file's own top code, like top_code: 89.",
        "studies/made_up.yaml:4  variables.years.bands: 2 rows fall into none of the bands 18-29, 30-44. "
        "Write bands that leave no gap, like bands: [18-29, 30-44, 45+] for whole numbers; where two touch "
        "(18-30, 30-45), the edge belongs to the upper one.",
    ]


def test_bands_leave_the_number_and_a_top_code_stays_and_is_told() -> None:
    found = cleaned(
        "variables: {age: {type: number, top_code: 89, bands: [18-64, 65+]}}", people="id | age\na | 89\nb | 20"
    )
    assert found.responses["people"]["age"].tolist() == [89, 20]
    rules = found.ledger.rules.set_index("rule")["cells"]
    assert rules["top code: 89 stands for itself and above"] == 1


@pytest.mark.parametrize(("decimal", "value"), [(",", 1.5), (None, 1.5), (".", None)])
def test_the_decimal_mark_is_the_declared_one_or_that_of_the_file(decimal: str | None, value: float | None) -> None:
    from pipeline.intake.findings import Finding

    data = f"data: {{file: x.csv, id: id{f', decimal: {decimal!r}' if decimal else ''}}}"
    table = drawn("id | hours\na | 1,5", findings=(Finding("x.csv", "decimal", ",", cells=1),))
    study = data + "\nvariables: {hours: {type: number}}"
    if value is None:
        assert "1 with another decimal mark" in refused(study, people=table)
    else:
        assert cleaned(study, people=table).responses["people"]["hours"].tolist() == [value]


def test_categories_have_the_declared_levels_in_order_whatever_occurs() -> None:
    found = cleaned(
        """
        variables:
          role: {codes: {1: Recipient, 2: Supporter, 3: Leader}}
          health: {type: ordered, codes: {1: Good, 2: Good, 3: Fair, 4: Poor}, missing: {9: refused}}
        """,
        people="""
        id | role | health
        a  | 2    | 2
        b  | 1    | 4
        c  | 2    | 9
        """,
    )
    people = found.responses["people"]
    assert people["role"].cat.categories.tolist() == ["Recipient", "Supporter", "Leader"]
    assert not people["role"].cat.ordered and people["health"].cat.ordered
    assert people["health"].cat.categories.tolist() == ["Good", "Fair", "Poor"]
    assert people["role"].tolist() == ["Supporter", "Recipient", "Supporter"]
    assert people["health"].tolist()[:2] == ["Good", "Poor"] and pd.isna(people["health"].iloc[2])
    assert found.reasons["people"]["health"].tolist() == ["", "", "refused"]


def test_codes_that_nobody_declared_are_named_when_they_are_codes() -> None:
    message = refused(
        """
        variables:
          gender: {codes: {1: Women, 2: Men}}
        """,
        people="id | gender\na | 1\nb | 4\nc | 4\nd | 9\ne |",
    )
    assert message == (
        "studies/made_up.yaml:2  variables.gender: 4 rows hold codes that nobody declared: "
        "'4' (2 rows), '9' (1), blank (1). Add them to codes or missing."
    )


def test_a_persons_own_words_are_counted_and_a_level_that_many_hold_is_named() -> None:
    rows = [f"{n} | Prefer not to say" for n in range(5)] + ["x | I am Anna from Oslo", "y | call me maybe"]
    message = refused("variables: {gender: {codes: {1: Women}}}", people="id | gender\n" + "\n".join(rows))
    assert "7 rows hold codes that nobody declared: 'Prefer not to say' (5 rows) and 2 other texts." in message
    assert "Anna" not in message and "maybe" not in message


def test_a_number_of_three_digits_is_named_when_five_rows_hold_it_and_never_for_one() -> None:
    rows = [f"a{n} | 999" for n in range(5)] + ["b | 1947", "c | 123", "d | 77", "e | -9", "f | AB", "g | x"]
    message = refused("variables: {gender: {codes: {1: Women}}}", people="id | gender\n" + "\n".join(rows))
    told = "'999' (5 rows), '-9' (1), '77' (1), 'x' (1) and 3 other texts."
    assert f"11 rows hold codes that nobody declared: {told}" in message


def test_one_persons_number_in_several_columns_is_not_held_by_several_rows() -> None:
    text = "scales: {s: {items: [a, b, c, d, e], range: 1-5, score: sum, max_missing: 0}}"
    one = refused(text, people="id | a | b | c | d | e\np | 1947 | 1947 | 1947 | 1947 | 1947\nq | 1 | 2 | 3 | 4 | 5")
    assert "5 cells of 5 items lie outside 1-5: 1 different text." in one
    five = "\n".join(f"p{n} | 99 | 1 | 1 | 1 | 1947" for n in range(5))
    both = refused(text, people="id | a | b | c | d | e\n" + five)
    assert "10 cells of 2 items lie outside 1-5: '99' (5 cells) and 1 other text." in both


def test_a_column_of_ids_taken_for_codes_is_not_listed() -> None:
    rows = "\n".join(f"{n} | {1000 + n}" for n in range(40))
    message = refused("variables: {gender: {codes: {1: Women}}}", people="id | gender\n" + rows)
    assert "40 rows hold codes that nobody declared: 40 different texts." in message


def test_dates_are_read_by_their_format_alone() -> None:
    found = cleaned(
        """
        variables:
          start: {type: date, format: "%d.%m.%Y", missing: {blank: not begun}}
          end: {type: date, format: "%Y-%m-%d %H:%M:%S"}
          born: {type: date, format: "%b %d, %Y"}
          seen: {type: date, format: "%m/%d/%Y %I:%M %p"}
        """,
        people="""
        id | start     | end                 | born        | seen
        a  | 8.5.2018  | 2018-05-08 23:59:01 | may 8, 1980 | 05/08/2018 12:05 AM
        b  |           | 2020-02-29 00:00:00 | DEC 31, 1999 | 5/8/2018 12:05 pm
        """,
    )
    people = found.responses["people"]
    assert {str(people[c].dtype) for c in people} == {"datetime64[s]"}
    assert people["start"].iloc[0] == pd.Timestamp(2018, 5, 8) and pd.isna(people["start"].iloc[1])
    assert people["end"].iloc[0] == pd.Timestamp(2018, 5, 8, 23, 59, 1)
    assert people["born"].tolist() == [pd.Timestamp(1980, 5, 8), pd.Timestamp(1999, 12, 31)]
    assert people["seen"].tolist() == [pd.Timestamp(2018, 5, 8, 0, 5), pd.Timestamp(2018, 5, 8, 12, 5)]
    assert found.reasons["people"]["start"].tolist() == ["", "not begun"]


def test_dates_that_are_none_are_counted() -> None:
    message = refused(
        'variables: {start: {type: date, format: "%d.%m.%Y"}}',
        people="id | start\na | 31.02.2024\nb | 2024-02-01\nc | 1.2.24\nd | 29.02.2023\ne | 29.02.2024",
    )
    assert message.splitlines() == [
        f"{AT}start: 2 rows hold moments that no calendar or clock has. "
        "Correct the file; is day and month the right way round?",
        f"{AT}start.format: 2 rows are not dates of the form %d.%m.%Y. "
        '1 of them is written like 2025-06-10, as real dates of a spreadsheet are read: format: "%Y-%m-%d". A column '
        "that holds two forms is read as type: text, and a function makes the dates: see 'function' in "
        "docs/study-files.md.",
    ]


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        (
            "b | 2024-02-01\nc | 2025-06-10",
            "2 rows are not dates of the form %d/%m/%Y. They are written like 2025-06-10, as real dates of a "
            'spreadsheet are read: format: "%Y-%m-%d".',
        ),
        (
            "b | 01.02.2024",
            '1 row is not a date of the form %d/%m/%Y. Write the form that the file has, like format: "%d.%m.%Y", or '
            "correct the file.",
        ),
    ],
    ids=["a spreadsheet's own", "others"],
)
def test_what_to_write_for_dates_of_another_form(dates: str, told: str) -> None:
    message = refused(
        'variables: {start: {type: date, format: "%d/%m/%Y"}}', people=f"id | start\na | 31/01/2024\n{dates}"
    )
    assert message == (
        f"{AT}start.format: {told} A column that holds two forms is read as type: text, and a function makes the "
        "dates: see 'function' in docs/study-files.md."
    )


def test_a_column_may_have_a_decimal_mark_of_its_own() -> None:
    study = """
    design: {kind: cohort, weight: w}
    variables:
      far: {type: number, decimal: ",", range: 0-20}
      w: {type: number, decimal: ","}
      age: {type: number}
    """
    found = cleaned(study, people="id | far | w | age\na | 7,0 | 1,5 | 30.5\nb | 12,25 | 0,5 | 41")
    assert found.responses["people"]["far"].tolist() == [7, 12.25]
    assert found.responses["people"]["age"].tolist() == [30.5, 41]
    assert found.keys["people"]["weight"].tolist() == [1.5, 0.5]
    assert "1 with another decimal mark" in refused(study, people="id | far | w | age\na | 7.5 | 1 | 30")
    with pytest.raises(Mistakes, match="'decimal' belongs to a number that is read: add 'type: number'"):
        declared('variables: {far: {type: text, decimal: ","}}')


@pytest.mark.parametrize("clock", ["24:00 am", "0:30 am", "13:00 pm", "11:60 am"])
def test_a_moment_that_no_clock_has_is_none(clock: str) -> None:
    study = 'variables: {at: {type: date, format: "%Y-%m-%d %I:%M %p"}}'
    assert "1 row holds a moment that no calendar or clock has" in refused(
        study, people=f"id | at\na | 2020-01-31 {clock}"
    )


def test_an_hour_of_the_day_is_below_24() -> None:
    study = 'variables: {at: {type: date, format: "%Y-%m-%d %H:%M:%S"}}'
    for clock in ("24:00:00", "23:60:00", "23:59:60"):
        assert "1 row holds a moment that no calendar or clock has" in refused(
            study, people=f"id | at\na | 2020-01-31 {clock}"
        )


def test_text_stays_text_and_every_blank_is_declared() -> None:
    found = cleaned(
        "variables: {word: {type: text, missing: {blank: nothing written}}}",
        people="id | word\na | 5-8\nb | ␣None␣\nc |\nd | =1+1",
    )
    word = found.responses["people"]["word"]
    assert word.dtype == "str" and word.tolist()[:2] == ["5-8", "None"] and word.iloc[3] == "=1+1"
    assert isinstance(word.iloc[2], float) and math.isnan(word.iloc[2])
    assert "1 row is blank" in refused("variables: {word: {type: text}}", people="id | word\na | x\nb |")


def test_a_cell_that_says_blank_is_not_an_empty_one() -> None:
    study = "variables: {word: {codes: {blank: Nothing}}}"
    assert cleaned(study, people="id | word\na |").responses["people"]["word"].tolist() == ["Nothing"]
    assert "1 row holds codes that nobody declared" in refused(study, people="id | word\na | blank")
