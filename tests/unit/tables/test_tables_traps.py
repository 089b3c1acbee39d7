"""Traps that tables of other tools were measured to fall into: one test each, named by what goes wrong there."""

from __future__ import annotations

import math
import re

import pytest

from pipeline.disclosure import release
from pipeline.results import ALL, Key, Number, Results
from pipeline.tables.as_csv import to_csv
from pipeline.tables.as_html import to_html
from pipeline.tables.fill import fill
from pipeline.tables.participants import participants

STUDY = """
variables:
  role: {codes: {r: Recipient, s: Supporter}}
  sex: {codes: {m: Men, w: Women}}
  age: {type: number}
tables:
  t: {rows: [sex, age], columns: role}
  alone: {rows: [age], columns: role}
  sexes: {rows: [sex], columns: role}
"""
SAME_SEX = "id role sex age\n" + "\n".join(
    f"{i} {'Recipient' if i < 20 else 'Supporter'} {'--' if 10 <= i < 20 else 'Men' if i % 2 else 'Women'} {20 + i}"
    for i in range(40)
)


def test_missing_is_no_category(made) -> None:  # type: ignore[no-untyped-def]
    """Trap 1: among those who answered the two groups are alike, whatever is missing in one of them."""
    study, people = made(STUDY, people=SAME_SEX)
    found = participants(people, study, "t").results
    for level in ("Men", "Women"):
        shares = [
            found.get(Key("participants", "t", "sex", level, f"role={r}", "percent"))
            for r in ("Recipient", "Supporter")
        ]
        assert shares == [100 * 5 / 10, 100 * 10 / 20]
    assert found.get(Key("participants", "t", "sex", "Missing", "role=Recipient", "n")) == 10
    assert not (found.frame["level"].eq("Missing") & found.frame["statistic"].eq("percent")).any()


def test_people_without_a_group_are_no_difference_between_overall_and_the_columns(made) -> None:  # type: ignore[no-untyped-def]
    """Trap 2: every count of Overall is the sum of its columns."""
    study, people = made(
        STUDY, people="id role sex age\n1 Recipient Men 20\n2 -- Men 30\n3 Supporter Women 40\n4 -- -- 50"
    )
    exhibit = participants(people, study, "t")
    counts = exhibit.results.frame[exhibit.results.frame["statistic"].isin(["n", "denominator"])]
    wide = counts.pivot(index=["term", "level", "statistic"], columns="group", values="value")
    assert wide[ALL].tolist() == wide.drop(columns=ALL).sum(axis=1).tolist()
    assert "role=Missing" in wide


def test_a_type_is_declared_and_never_guessed(made) -> None:  # type: ignore[no-untyped-def]
    """Trap 3: a number of two distinct values stays a number, codes of many values stay a category."""
    text = (
        "variables:\n  n: {type: number}\n  c: {codes: {"
        + ", ".join(f"{i}: L{i}" for i in range(30))
        + "}}\ntables: {t: {rows: [n, c]}}"
    )
    for size in (2, 30):
        study, people = made(text, people="id n c\n" + "\n".join(f"{i} {i % 2} L{i}" for i in range(size)))
        rows = participants(people, study, "t").table.rows
        assert [r.label or r.form for r in rows] == ["N", "mean_sd", "median_iqr", "C", *(f"L{i}" for i in range(30))]


def test_a_withheld_count_takes_its_percentage_and_total_along(made) -> None:  # type: ignore[no-untyped-def]
    """Trap 10: nothing of a small cell, or of what gives it back, reaches any format."""
    drawn = "id role sex age\n" + "\n".join(
        f"{i} Recipient {'Men' if i < 37 else 'Women'} {30 + i % 7}" for i in range(40)
    )
    study, people = made(STUDY, people=drawn)
    exhibit = participants(people, study, "sexes")
    filled = fill(exhibit.table, release(exhibit.results, study.release))
    rows = {row.label: row.cells for row in filled.rows}
    assert rows["Women"] == rows["Men"] == ("[c]", "0 (NA)", "[c]")
    assert filled.notes[-1] == "[c] withheld: small numbers"
    for printed in (re.sub("<[^>]+>", " ", to_html(filled)), to_csv(filled).decode()):
        assert set(re.findall(r"\d+", printed)) <= {"0", "40", "100"}, "only people in all, and the 100 of a note"


def test_adding_a_row_changes_no_other(made) -> None:  # type: ignore[no-untyped-def]
    """Trap 12: each variable has everyone who answered it."""
    study, people = made(STUDY, people=SAME_SEX)
    columns = ["level", "group", "statistic", "value", "people"]
    held = [participants(people, study, name).results.frame for name in ("alone", "t")]
    one, other = (f[f["term"] == "age"][columns].reset_index(drop=True) for f in held)
    assert len(one) > 0
    assert one.equals(other)


def test_one_person_has_no_sd(made, printed) -> None:  # type: ignore[no-untyped-def]
    """Trap 13: the SD of one person does not exist, and is not 0.0."""
    study, people = made(STUDY, people="id role sex age\n1 Recipient Men 34\n2 Supporter Men 40\n3 Supporter Women 40")
    exhibit = participants(people, study, "alone")
    assert math.isnan(exhibit.results.get(Key("participants", "alone", "age", "", "role=Recipient", "sd")))
    filled = printed(exhibit.table, exhibit.results)
    assert filled.rows[1].cells[:2] == ("34.0 (NA)", "40.0 (0.0)")


@pytest.mark.parametrize("value", [87.5, 0.5])
def test_percentages_round_half_up(value) -> None:  # type: ignore[no-untyped-def]
    """Python's own rounding would print 88 and 0."""
    from pipeline.disclosure import draft

    key = Key("participants", "t", "x", "y", ALL, "percent")
    assert draft(Results.of([Number(key, value, 40, 0)])).text(key) == {87.5: "88", 0.5: "1"}[value]
