"""A percentage that one slip explains, and one column of row percentages, which are all 100."""

from __future__ import annotations

from pipeline.audit import audit
from pipeline.audit.findings import CERTAIN, DENOMINATOR


def told(*lines: str) -> list[tuple[str, str, str, str]]:
    found = audit({"t.csv": "\n".join(lines).encode()}).findings
    return [(f.kind, f.says, f.possible, f.certainty) for f in found if f.kind == DENOMINATOR]


def test_where_one_cell_may_be_the_odd_one_the_finding_names_it() -> None:
    """2 and 48 of 50 are 4% and 96%. With 100% for the last, both are of 48: one slip looks like two people missing."""
    table = ("Characteristic,Everyone (n = 50)", "Lives alone,", "  Yes,2 (4%)")
    assert told(*table, "  No,48 (96%)") == []
    assert told(*table, "  No,48 (100%)") == [
        (DENOMINATOR, "percentages are of N = 48 and the levels add up to 50; the column's heading says 50",
         "consistent with an error in 48 (100%) alone: of 50 it would be 96%, and the others are of 50", CERTAIN)
    ]  # fmt: skip


def test_where_no_cell_is_of_the_stated_number_people_are_missing() -> None:
    table = ("Characteristic,Everyone (n = 100)", "Lives alone,", "  Yes,26 (27%)", "  No,71 (73%)")
    assert told(*table) == [
        (DENOMINATOR, "percentages are of N = 97 and the levels add up to 97; the column's heading says 100",
         "consistent with 3 people missing without a word", CERTAIN)
    ]  # fmt: skip


def test_a_column_of_row_percentages_is_all_100_and_no_finding() -> None:
    lines = ("Characteristic,Everyone (n = 40)", "Mood,", "  Good,12 (100%)", "  Fair,20 (100%)", "  Poor,8 (100%)")
    assert audit({"t.csv": "\n".join(lines).encode()}).findings == ()
    assert len(told(*lines[:-1], "  Poor,8 (90%)")) == 0
    assert audit({"t.csv": "\n".join([*lines[:-1], "  Poor,8 (90%)"]).encode()}).findings != ()


def test_a_percentage_with_its_interval_is_held_against_its_count() -> None:
    """As our own tables print them, too: none of their percentages was checked."""
    for name, form in {"n": "{} ({}%; {} to {})", "n (%; 95% CI)": "{} ({}; {}–{})"}.items():
        head = ("Characteristic,Everyone (n = 155)", f'"Mood, {name}",155')
        poor = form.format(67, 43.2, 35.7, 51.1)
        right, wrong = (f"  Good,{form.format(88, share, 48.9, 64.3)}" for share in (56.8, 58.6))
        assert audit({"t.csv": "\n".join([*head, right, f"  Poor,{poor}"]).encode()}).findings == ()
        found = audit({"t.csv": "\n".join([*head, wrong, f"  Poor,{poor}"]).encode()}).findings
        assert any(f.row.endswith("Good") for f in found)
