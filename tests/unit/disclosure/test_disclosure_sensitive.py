"""Of a sensitive answer nobody is as few people as one, whichever way the table is turned."""

from __future__ import annotations

import pytest

from tests.unit.disclosure.whole import cell, many, released, seen, written

VARIABLES = """
  site: {codes: {A: A, B: B, C: C}}
  hiv: {codes: {0: Negative, 1: Positive}%s, missing: {blank: none}}"""
ROWS = many(
    ("A", 0, 21), ("B", 0, 30), ("B", 1, 14), ("B", "", 6), ("C", 0, 18), ("C", 1, 20), ("C", "", 7)
)  # fmt: skip


@pytest.mark.parametrize("overall", ["", ", overall: false"])
def test_nobody_in_a_column_of_a_sensitive_answer_is_withheld_as_in_its_line(overall: str):
    """All 21 at A are negative."""
    found = released(
        written(VARIABLES % ", sensitive: true", f"  t: {{columns: hiv, rows: [site]{overall}}}"), "site hiv", ROWS
    )
    nobody = cell("t", "site", "A", "hiv=Positive")
    assert found.withheld(nobody) and found.withheld(nobody._replace(statistic="percent"))
    column = {site: cell("t", "site", site, "hiv=Positive") for site in "BC"}
    assert len(seen(found, {**column, "all": cell("t", "", "", "hiv=Positive")})) < 3
    line = {"Negative": cell("t", "site", "A", "hiv=Negative"), "all": cell("t", "site", "A")}
    assert overall or len(seen(found, line)) < 2


def test_nobody_in_a_column_of_another_answer_stays():
    found = released(written(VARIABLES % "", "  t: {columns: hiv, rows: [site]}"), "site hiv", ROWS)
    assert found.value(cell("t", "site", "A", "hiv=Positive")) == 0
