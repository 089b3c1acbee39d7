"""Why answers are missing is told by a table and by the missing answers' own output: one fact under two names."""

from __future__ import annotations

from pipeline.results import ALL, Key
from tests.unit.disclosure.whole import cell, many, released, seen, written

VARIABLES = """
  sex: {codes: {W: W, M: M}}
  school: {codes: {1: Low, 2: High}, missing: {-1: refused, blank: not answered, -2: not known}}
"""
WHY = ("refused", "not answered", "not known")


def test_a_rare_reason_does_not_follow_from_two_outputs_that_withhold_another_one_beside_it():
    """38 are missing; where the table keeps 17 and the other output 18, three refused."""
    answered = [(sex, code, n) for sex in "WM" for code, n in ((1, 30), (2, 20))]
    why = [("W", -1, 2), ("W", "", 9), ("W", -2, 16), ("M", -1, 1), ("M", "", 8), ("M", -2, 2)]
    text = written(VARIABLES, "  t: {columns: sex, rows: [school], missing: reasons}")
    found = released(text, "sex school", many(*answered, *why))
    table = seen(found, {word: cell("t", "school", f"Missing: {word}") for word in WHY})
    output = seen(found, {word: Key("quality", "missingness", "school", word, ALL, "n") for word in WHY})
    assert "refused" not in {**table, **output}
    assert len({**table, **output}) < 2, "38 less these would be those who refused"
