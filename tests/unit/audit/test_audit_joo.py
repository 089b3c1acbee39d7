"""The published table of ``joo2022``: what must be found, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.audit import Asked, audit
from pipeline.audit.findings import (
    DENOMINATOR,
    FOOTNOTE,
    FORCED,
    MISSING,
    NOT_POSSIBLE,
    ONE_LEVEL,
    SMALL,
)
from pipeline.audit.rounding import HALF_EVEN, HALF_UP, RULES, TRUNCATED, Percent, Span, denominators, together
from tests.unit.audit.joo import FORMATS, GROUPS, as_csv

WITHIN = Span(39, 43)


def only(n: int, percent: str, rule: str = HALF_UP) -> list[int]:
    """The denominators from 39 to 43 that give a printed percentage."""
    return [of for of in range(39, 44) if of in denominators(n, Percent(int(percent), 0), rule)]


def test_only_these_denominators_give_the_printed_percentages():
    facts = {
        "Age (years)": [[42, 43], [42], [41, 42, 43]],
        "Gender": [[]],
        "Ethnicity (N = 39)": [[39, 40], [40], [39, 40], [39]],
        "Educational level": [[39, 40, 41, 42, 43], [41, 42, 43], [43], [42], [42]],
        "Programme": [[40, 41], [39, 40, 41], [41, 42, 43], [41], [41, 42, 43], [41, 42], [41, 42, 43]],
    }
    for name, _, levels in GROUPS:
        if name in facts:
            assert [only(n, p) for _, n, p in levels] == facts[name], name
    assert only(35, "87", HALF_EVEN) == [] and only(35, "87", TRUNCATED) == [40]
    assert only(12, "30", TRUNCATED) == [39, 40] and 39 not in only(3, "8", TRUNCATED)


def without(as_printed: str) -> str:
    """The published table as plain text without indents."""
    return "\n".join(line.lstrip() for line in as_printed.splitlines()) + "\n"


def test_without_indents_nothing_else_is_told_of_the_sums():
    """Programme G, the last line, is one of the seven, which add up to 41 and to 100 %."""
    whole = audit({"table.csv": as_csv()})
    flat = audit({"table.csv": without(as_csv().decode()).encode()})
    told = [[f.says for f in found.findings if "add up" in f.says] for found in (whole, flat)]
    ethnicity = "percentages are of N = 39 (but for 12 (30%)) and the levels add up to 39; the caption says 43"
    assert "percentages are of N = 41 and the levels add up to 41; the caption says 43" in told[0]
    assert [says for says in told[1] if says != ethnicity] == told[0], "which its heading says where it is one"
    assert not any("40" in f.says and f.kind == DENOMINATOR and "Programme" in f.row for f in flat.findings)
    assert [f.row for f in flat.findings if f.kind == ONE_LEVEL] == [
        f.row for f in whole.findings if f.kind == ONE_LEVEL
    ]


@pytest.mark.parametrize("mark", [" ^{}", "^{}"])
def test_a_mark_behind_a_caret_is_a_mark(mark: str):
    text = as_csv().decode()
    for letter, words in (("b", "Ethnicity (N = 39)"), ("c", "Role")):
        text = text.replace(f"{words}{letter},", f"{words}{mark.format(letter)},")
        text = text.replace(f"\n{letter} ", f"\n^{letter} ")
    found = audit({"table.csv": text.encode()})
    assert [(f.kind, f.row) for f in found.findings] == [
        (f.kind, f.row) for f in audit({"table.csv": as_csv()}).findings
    ]


@pytest.mark.parametrize(("last", "alone"), [("Green,1 (1%)", False), ("HIV,1 (1%)", True)])
def test_a_small_last_line_belongs_to_the_levels_where_they_then_add_up(last: str, alone: bool):
    levels = "Red,49 (49%)\nBlue,50 (50%)\n" if not alone else "Red,50 (50%)\nBlue,50 (50%)\n"
    table = f"Table 1 (N = 100),\nCharacteristic,n (%)\nColour,\n{levels}{last}\n"
    kinds = [f.kind for f in audit({"table.csv": table.encode()}).findings]
    assert kinds == ([ONE_LEVEL, SMALL] if alone else [SMALL])


def test_no_single_rounding_gives_12_as_30_and_3_as_8_of_39_although_each_fits_one():
    twelve, three = (12, Percent(30, 0)), (3, Percent(8, 0))
    assert together([twelve], TRUNCATED, Span(39, 39)) and together([three], HALF_UP, Span(39, 39))
    assert not any(together([twelve, three], rule, Span(39, 39)) for rule in RULES)


def test_a_group_that_fits_no_single_rounding_is_told_as_such_also_where_no_other_n_would_do():
    (found,) = (f for f in audit({"t.csv": THREE.encode()}).findings if f.kind == NOT_POSSIBLE)
    assert found.line == (
        "t.csv, Table 1, Ethnicity: A: 12 (30%) is not possible under half-up with N = 39, which the rest of the group "
        "implies: 12 of 39 is 30.77%, which prints as 31%; truncation gives 30% here, but would print 3 (8%) as 7%; no "
        "single rounding gives all lines, though each line fits one [percentage not possible, likely]"
    )
    alone = audit({"t.csv": THREE.replace("3 (8%)", "3 (9%)").encode()}).findings
    assert not any("no single rounding" in f.line for f in alone), "3 of 39 is 7.69 and prints as 9 under none"


THREE = "Table 1. (N = 39)\nCharacteristic,n (%)\nEthnicity,\n  A,12 (30%)\n  B,3 (8%)\n  C,24 (62%)\n"


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_gives_the_same_findings_and_each_is_one_of_the_facts(ending: str):
    found = audit({f"table.{ending}": FORMATS[ending]()})
    assert [(t.table, t.groups, t.percentages) for t in found.tables] == [("Table 1", 6, 20)]
    kinds = [f.kind for f in found.findings]
    assert kinds == [NOT_POSSIBLE] * 3 + [DENOMINATOR] * 4 + [FORCED] * 3 + [MISSING, ONE_LEVEL, SMALL, FOOTNOTE]

    def says(kind: str) -> list[tuple[str, str]]:
        return [(f.row, f.says) for f in found.findings if f.kind == kind]

    assert [(f.row, f.printed) for f in found.findings if f.kind == NOT_POSSIBLE] == [
        ("Gender: Women", "35 (87%)"),
        ("Ethnicity: Black or African American", "12 (30%)"),
        ("Educational level: Some college or Associate degree", "4 (9%)"),
    ]
    assert says(DENOMINATOR) == [
        ("Age (years)", "percentages are of N = 42 and the levels add up to 42; the caption says 43"),
        ("Gender", "percentages are of N = 40 (if they were made by truncation); the caption says 43"),
        (
            "Educational level",
            "percentages are of N = 42 (but for 4 (9%)) and the levels add up to 42; the caption says 43",
        ),
        ("Programme", "percentages are of N = 41 and the levels add up to 41; the caption says 43"),
    ]
    assert [row for row, _ in says(FORCED)] == ["Gender", "Ethnicity", "Educational level"]
    assert all("add up to 101" in f.possible for f in found.findings if f.kind == FORCED)
    assert says(MISSING) == [
        (
            "",
            "the note on missing data stands on Ethnicity alone; Age (years) (1 person), Gender (3 people), "
            "Educational level (1 person) and Programme (2 people) miss people too",
        )
    ]
    assert "Gender: Women (35 of 40" in says(ONE_LEVEL)[0][1] and "so 5 others" in says(ONE_LEVEL)[0][1]
    assert says(SMALL)[0][1].startswith("6 of 23 counts are below 5: Ethnicity: Asian = 3")
    small = next(f for f in found.findings if f.kind == SMALL).possible
    assert small == (
        "withheld would be 11 by opensafely (1 to 7), 11 by nhs (1 to 7), 13 by acro (1 to 9) and 13 by cms (1 to 10)"
    )
    assert says(FOOTNOTE) == [("", "footnote marks b and c exist, a does not")]


def test_the_words_not_possible_stand_in_no_other_line():
    for line in (f.line for f in audit({"t.csv": as_csv()}).findings if f.kind != NOT_POSSIBLE):
        assert "not possible" not in line
    assert all("is not possible under half-up" in f.line for f in audit({"t.csv": as_csv()}).findings[:3])


def test_whole_messages_of_what_is_not_possible():
    women, black, college = (f.line for f in audit({"t.csv": as_csv()}).findings if f.kind == NOT_POSSIBLE)
    assert women == (
        "t.csv, Table 1, Gender: Women: 35 (87%) is not possible under half-up with any N from 35 to 43; consistent "
        "with N = 40 under truncation; 87.5 is a tie, which some programs round down [percentage not possible, likely]"
    )
    assert black == (
        "t.csv, Table 1, Ethnicity: Black or African American: 12 (30%) is not possible under half-up with N = 39, as "
        "its heading says: 12 of 39 is 30.77%, which prints as 31%; alone it is consistent with N = 40; truncation "
        "gives 30% here, but would print 3 (8%) as 7%; no single rounding gives all lines, though each line fits one "
        "[percentage not possible, certain]"
    )
    assert college == (
        "t.csv, Table 1, Educational level: Some college or Associate degree: 4 (9%) is not possible under half-up "
        "with N = 42, which the rest of the group implies: 4 of 42 is 9.52%, which prints as 10%; alone it is "
        "consistent with N = 43; truncation gives 9% here, but would print 2 (5%) as 4%; no single rounding gives all "
        "lines, though each line fits one [percentage not possible, likely]"
    )


def test_the_studys_total_may_be_given_and_must_agree_with_the_table():
    silent = as_csv("Table 1. Characteristics of key informants")
    without = audit({"t.csv": silent}).findings
    assert not any(f.kind in (DENOMINATOR, MISSING) for f in without)
    given = audit({"t.csv": silent}, Asked(n=43)).findings
    assert [f.row for f in given if f.kind == DENOMINATOR] == [
        "Age (years)",
        "Gender",
        "Educational level",
        "Programme",
    ]
    other = audit({"t.csv": as_csv()}, Asked(n=44)).findings
    assert [f.says for f in other if f.kind == "n differs"] == ["N differs: the caption says 43 and --n says 44"]


ROOT = Path(__file__).parents[3]
OURS = sorted((ROOT / "reports" / "joo2022" / "tables").glob("*.html"))


def test_of_our_own_tables_nobody_is_counted_twice():
    """In print are 23 counts, 29 with those of people without an answer: both columns tell of the same 43 people."""
    found = audit({file.name: file.read_bytes() for file in OURS}).findings
    small = {(f.file, f.column): f.says.split(":")[0] for f in found if f.kind == SMALL}
    assert small == {
        ("informants.html", ""): "11 of 29 counts are below 5",
        ("informants_printed.html", "As printed"): "6 of 23 counts are below 5",
        ("informants_printed.html", "Recomputed"): "11 of 29 counts are below 5",
        ("quality-missingness.html", ""): "10 of 10 counts are below 5",
        ("themes-quotations.html", ""): "80 of 81 counts are below 5",  # of quotations in print
    }


def test_what_else_the_audit_finds_in_our_own_tables_is_in_what_the_paper_prints():
    found = [f for f in audit({file.name: file.read_bytes() for file in OURS}).findings if f.kind != SMALL]
    printed = [f for f in found if f.file != "themes-quotations.html"]
    assert printed and {(f.file, f.column) for f in printed} == {("informants_printed.html", "As printed")}
    (quoted,) = (f for f in found if f not in printed)
    assert (quoted.certainty, quoted.possible) == (
        "look", "who knows one of the two of a person learns the other",
    ), "how often a programme's role is quoted, as the paper's tables show"  # fmt: skip


def test_columns_of_different_people_are_counted_together():
    text = "Characteristic,Reported,Not reported\nAge,,\n  Young,3 (30%),4 (40%)\n  Old,7 (70%),6 (60%)\n"
    found = audit({"t.csv": text.encode()}).findings
    assert [f.says.split(":")[0] for f in found if f.kind == SMALL] == ["2 of 4 counts are below 5"]
