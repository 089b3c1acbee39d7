"""One answer in two variables: what the coarser one prints gives no small count of the finer one back."""

from __future__ import annotations

import pytest

from pipeline.disclosure import Released
from pipeline.disclosure.kin import finer
from pipeline.results import Key
from pipeline.study import parse_study
from tests.unit.disclosure.whole import cell, many, released, seen, written

SITE = "  site: {codes: {A: A, B: B}}"
BY_SITE = "  t: {columns: site, rows: [%s]}"
AGES = many(
    ("A", 20, 2), ("A", 30, 30), ("A", 50, 32), ("A", 70, 6), ("B", 20, 3), ("B", 30, 31), ("B", 50, 29), ("B", 70, 7)
)  # fmt: skip
CODES = [(site, {20: 1, 30: 2, 50: 3, 70: 4}[age]) for site, age in AGES]
FINE = "bands: [18-24, 25-44, 45-64, 65+]"
CUT = "{derive: {cut: age}, bands: [18-44, 45+]}"


def adds_up(found: Released, whole: Key, *parts: Key) -> bool:
    """Whether all but one of them are printed."""
    printed = seen(found, {str(i): key for i, key in enumerate((whole, *parts))})
    return len(printed) == len(parts)


@pytest.mark.parametrize(
    "variables, finer_one, coarser",
    [
        (f"  age: {{type: number}}\n  fine: {{derive: {{cut: age}}, {FINE}}}\n  two: {CUT}", "fine", "two"),
        (f"  age: {{type: number, {FINE}}}\n  two: {CUT}", "age", "two"),
    ],
    ids=["two cuts", "bands and a cut"],
)  # fmt: skip
def test_a_number_cut_in_two_ways(variables: str, finer_one: str, coarser: str):
    """32 of A are under 45 and 30 of them 25 or older: 2 are younger."""
    found = released(written(f"{SITE}\n{variables}", BY_SITE % f"{finer_one}, {coarser}"), "site age", AGES)
    for site in ("site=A", "site=B"):
        young = [cell("t", finer_one, band, site) for band in ("18-24", "25-44")]
        old = [cell("t", finer_one, band, site) for band in ("45-64", "65+")]
        assert found.withheld(young[0])
        assert not adds_up(found, cell("t", coarser, "18-44", site), *young)
        assert not adds_up(found, cell("t", "", "", site), *young, *old)


def test_a_column_with_two_lists_of_codes():
    four = "  four: {from: code, codes: {1: Neither, 2: Women, 3: Men, 4: Other}}"
    two = "  two: {from: code, codes: {1: Women or neither, 2: Women or neither, 3: Rest, 4: Rest}}"
    found = released(written(f"{SITE}\n{four}\n{two}", BY_SITE % "four, two"), "site code", CODES)
    for site in ("site=A", "site=B"):
        parts = [cell("t", "four", level, site) for level in ("Neither", "Women")]
        assert found.withheld(parts[0])
        assert not adds_up(found, cell("t", "two", "Women or neither", site), *parts)


@pytest.mark.parametrize(
    "bands", ["", ", bands: {Least: 0-0, Low: 1-1, Middle: 2-2, High: 3-6}", ", bands: {Low: 0-1, High: 2-6}"]
)
def test_a_scale_that_is_cut_beside_its_histogram(bands: str):
    """14 of A have at most 1, as the cut says; the histogram's 12 with 1 would leave 2."""
    text = written(
        f"{SITE}\n  high: {{derive: {{cut: mood}}, bands: [0-1, 2-2, 3-6]}}", BY_SITE % "high",
        f"scales:\n  mood: {{items: [q1, q2], range: 0-3, score: sum, max_missing: 0, high_means: worse{bands}}}",
    ).replace("kind: cohort", "kind: cohort, cluster: site")  # fmt: skip
    rows = [(site, {20: 0, 30: 1, 50: 2, 70: 3}[age], 0) for site, age in AGES]
    found = released(text, "site q1 q2", rows)
    for site in ("site=A", "site=B"):
        bins = [Key("scale", "mood", "distribution", level, site, "n") for level in ("0–0.5", "0.5–1.5")]
        assert found.withheld(bins[0])
        assert not adds_up(found, cell("t", "high", "0-1", site), *bins)


def test_lists_of_codes_are_one_answer_only_if_their_cells_and_gaps_are():
    text = """
  a: {codes: {1: One, 2: Two, 3: Three}, missing: {blank: none}}
  same: {from: a, codes: {1: One, 2: More, 3: More}, missing: {blank: none}}
  other: {codes: {1: One, 2: More, 3: More}, missing: {blank: none}}
  gap: {from: a, codes: {1: One, 2: More}, missing: {blank: none, 3: refused}}
  across: {from: a, codes: {1: Ends, 2: Middle, 3: Ends}, missing: {blank: none}}"""
    study = parse_study(written(text, "  t: {rows: [a]}"), "studies/x.yaml")
    assert finer(study, "same") == ("a", {"One": ("One",), "More": ("Two", "Three")})
    assert finer(study, "across") == ("a", {"Ends": ("One", "Three"), "Middle": ("Two",)})
    assert [finer(study, name) for name in ("a", "other", "gap")] == [None, None, None]


def test_what_a_function_changes_is_another_answer():
    text = "\n  a: {codes: {1: One, 2: Two, 3: Three}}\n  b: {from: a, codes: {1: One, 2: More, 3: More}}"
    more = "function: {name: mend, changes: [a], because: typing errors}"
    assert finer(parse_study(written(text, "  t: {rows: [a]}", more), "studies/x.yaml"), "b") is None


def test_those_who_were_asked_are_people_with_levels_of_two_variables():
    """Six of S at A were asked: of the 38 at A 30 are T, so 2 would be R."""
    variables = f"""{SITE}
  role: {{codes: {{S: S, R: R, T: T}}}}
  strain: {{type: number, range: 1-5, asked_of: {{site: A, role: S}}, missing: {{-9: none}}}}"""
    rows = many(
        ("A", "S", 3, 6), ("A", "R", "", 2), ("A", "T", "", 30),
        ("B", "S", "", 25), ("B", "R", "", 9), ("B", "T", "", 30),
    )  # fmt: skip
    found = released(
        written(variables, "  t: {columns: site, rows: [role]}\n  u: {rows: [strain]}"), "site role strain", rows
    )
    assert found.withheld(cell("t", "role", "R", "site=A"))
    asked = seen(found, {"u": cell("u", "strain", statistic="denominator"), "t": cell("t", "role", "S", "site=A")})
    assert not (asked and seen(found, {"t": cell("t", "role", "T", "site=A")}))


@pytest.mark.parametrize("levels", ["[S, L]", "Helpers"])
def test_one_of_two_variables_may_have_several_levels_or_be_a_coarser_one(levels: str):
    """Eight of S or L at A were asked: with T's 30 of 40 they leave 2."""
    name = "kind" if levels == "Helpers" else "role"
    variables = f"""{SITE}
  role: {{codes: {{S: S, R: R, T: T, L: L}}}}
  kind: {{from: role, codes: {{S: Helpers, R: Others, T: Others, L: Helpers}}}}
  strain: {{type: number, range: 1-5, asked_of: {{site: A, {name}: {levels}}}, missing: {{-9: none}}}}"""
    rows = many(
        ("A", "S", 3, 4), ("A", "L", 4, 4), ("A", "R", "", 2), ("A", "T", "", 30),
        ("B", "S", "", 25), ("B", "L", "", 25), ("B", "R", "", 9), ("B", "T", "", 30),
    )  # fmt: skip
    tables = "  t: {columns: site, rows: [role]}\n  u: {rows: [strain]}"
    found = released(written(variables, tables), "site role strain", rows)
    told = seen(found, {"u": cell("u", "strain", statistic="denominator"), "t": cell("t", "role", "T", "site=A")})
    assert found.withheld(cell("t", "role", "R", "site=A"))
    assert len(told) < 2


CODED = "{from: code, codes: {1: First, 2: First, 3: Rest, 4: Rest}}"
REGROUPED = "{derive: {regroup: four, into: {First: [Neither, Women], Rest: [Men, Other]}}}"


@pytest.mark.parametrize("two", [CODED, REGROUPED], ids=["codes", "regroup"])
def test_a_coarser_variable_in_columns_is_the_sum_of_lines_of_the_finer_one(two: str):
    """32 stand in the column First, and a line says that 30 are Women: 2 are neither."""
    four = "  four: {from: code, codes: {1: Neither, 2: Women, 3: Men, 4: Other}}"
    tables = "  t: {columns: two, rows: [site]}\n  u: {rows: [four]}"
    rows = [row for row in CODES if row[0] == "A"]
    found = released(written(f"{SITE}\n{four}\n  two: {two}", tables), "site code", rows)
    parts = [cell("u", "four", level) for level in ("Neither", "Women")]
    assert found.withheld(parts[0])
    assert not adds_up(found, cell("t", "", "", "two=First"), *parts)


def test_the_mean_of_a_number_is_held_against_its_cut():
    """Seven of R have a mean of 1.9 on a score from 0 to 3, a sum of 13: at most four of them are at 0 or 1."""
    variables = (
        "  role: {codes: {R: R, S: S}}\n  q: {type: number, range: 0-3}\n  high: {derive: {cut: q}, bands: [0-1, 2-3]}"
    )
    rows = many(("R", 1, 3), ("R", 2, 2), ("R", 3, 2), ("S", 0, 20), ("S", 2, 15), ("S", 3, 12), ("S", 1, 9))
    found = released(written(variables, "  t: {columns: role, rows: [q, high]}"), "role q", rows)
    assert found.withheld(cell("t", "high", "0-1", "role=R"))
    said = {"mean": cell("t", "q", "", "role=R", "mean"), "n": cell("t", "q", "", "role=R", "denominator")}
    assert len(seen(found, said)) < 2
