"""Why answers are missing is told by a table and by the missing answers' own output: one fact under two names."""

from __future__ import annotations

from pipeline.disclosure.facts import BECAUSE, MISSING, Split
from pipeline.disclosure.sheet import Sheet
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


def test_reasons_add_up_in_each_group_whatever_another_group_says():
    """What was filled in for one group, with people who were not asked among the missing, must not undo the others."""
    sheet = Sheet("school")
    here, there = (frozenset({("site", site)}) for site in "AB")
    for group, missing, because in ((here, 9, 9), (there, 5, 4)):
        sheet.put(MISSING, group, missing)
        sheet.put(f"{BECAUSE}refused", group, because)
    sheet.splits[Split(MISSING, (f"{BECAUSE}refused",))] = None
    sums = sheet.system(5).sums
    assert (sheet.fact(MISSING, here), (sheet.fact(f"{BECAUSE}refused", here),)) in sums
    assert (sheet.fact(MISSING, there), (sheet.fact(f"{BECAUSE}refused", there),)) not in sums
