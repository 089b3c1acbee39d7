"""The table of programmes: ticks, what was inferred, people and sessions; and whom such a table may not show."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.results import Key
from pipeline.study import parse_study
from pipeline.tables.programmes import programmes

HEAD = """
title: Made up
data:
  people: {file: people.csv, id: id, parent: {programmes: programme}}
  programmes: {file: programmes.csv, id: programme, unit: programmes}
  visits: {file: visits.csv, id: visit, unit: visits, parent: {people: person}}
design: {kind: programme evaluation, cluster: programme}
release: {rule: journal}
"""
STUDY = """
variables:
  programme: {codes: {a: North, b: South}}
  setting: {in: programmes, codes: {1: Clinic, 2: Street}}
  setting_from: {in: programmes, codes: {s: Stated, i: Inferred}}
  ways: {in: programmes, type: choices, codes: {1: Groups, 2: Calls, 3: Letters}}
tables:
  t: {kind: programmes, of: programmes, rows: [setting, ways, visits], basis: {setting: setting_from}}
"""
PEOPLE = """
id programme
1  North
2  North
3  South
4  --
"""
PROGRAMMES = """
id setting setting_from ways
b  --      Stated       Groups
a  Street  Inferred     Groups,Calls
"""
VISITS = """
id programme
1  North
2  North
3  North
4  South
"""


@pytest.fixture(scope="module")
def shown(made, printed, cells):  # type: ignore[no-untyped-def]
    study, people = made(STUDY, head=HEAD, people=PEOPLE, programmes=PROGRAMMES, visits=VISITS)
    people.keys["visits"]["parent.people"] = ["1", "1", "2", "3"]
    exhibit = programmes(people, study, "t")
    filled = printed(exhibit.table, exhibit.results)
    return exhibit, filled, cells(filled)


def test_a_column_a_programme_with_its_people_and_a_word_on_those_of_none(shown) -> None:  # type: ignore[no-untyped-def]
    _, filled, _ = shown
    assert [c.head for c in filled.columns] == ["North (n = 2)", "South (n = 1)"]
    assert "In no column: those without a value for programme (missing 1)." in filled.notes


def test_ticks_stand_under_their_programme_whatever_the_order_of_rows(shown) -> None:  # type: ignore[no-untyped-def]
    exhibit, filled, rows = shown
    assert rows["Ways / Groups"] == ("✓", "✓")
    assert rows["Ways / Calls"] == ("✓", "")
    assert "Ways / Letters" not in rows, "what no programme has is no line"
    assert rows["Setting / Street"] == ("(✓)", "")
    titles = {row.label: row.titles for row in filled.rows}
    assert titles["Street"] == ("yes, inferred", "no")
    assert titles["Calls"] == ("yes", "no")
    tick = Key("programmes", "t", "ways", "Calls", "programme=South", "tick")
    assert (exhibit.results.get(tick), exhibit.results.get(tick._replace(group="programme=North"))) == (0, 1)


def test_why_there_is_no_value_is_a_line_of_its_own(shown) -> None:  # type: ignore[no-untyped-def]
    assert shown[2]["Setting / No answer"] == ("", "✓")


def test_rows_of_a_raw_table_are_withheld_together(shown) -> None:  # type: ignore[no-untyped-def]
    exhibit, _, rows = shown
    assert rows["Visits"] == ("3", "1")
    counted = exhibit.results.frame.query("statistic == 'rows'")
    assert counted["people"].tolist() == [min(2, 1)] * 2, "as few as the least programme has"


def test_a_programme_of_people_that_is_not_described_stops(made) -> None:  # type: ignore[no-untyped-def]
    lonely = PROGRAMMES.replace("b  --      Stated       Groups\n", "")
    study, people = made(STUDY, head=HEAD, people=PEOPLE, programmes=lonely, visits=VISITS)
    with pytest.raises(Mistakes, match=r"South: no row of 'programmes' has this id\. Add the row, or leave the level"):
        programmes(people, study, "t")


ONE_LABEL = STUDY.replace("{a: North, b: South}", "{a: North, b: North, c: South}")
REGROUPED = STUDY.replace("{a: North, b: South}", "{a: Hill, b: Dale, c: South}").replace(
    "tables:", "  merged: {derive: {regroup: programme, into: {North: [Hill, Dale], South: [South]}}}\ntables:"
).replace("of: programmes, rows", "of: programmes, columns: merged, rows")  # fmt: skip
SEVERAL = """
id setting setting_from ways
a  Clinic  Stated       Groups
c  Street  Inferred     Letters
b  Street  Inferred     Calls
"""


@pytest.mark.parametrize(("text", "by"), [(ONE_LABEL, "programme"), (REGROUPED, "merged")])
def test_programmes_with_one_label_share_a_column_and_none_of_their_rows_is_lost(  # type: ignore[no-untyped-def]
    made, printed, cells, text: str, by: str
) -> None:
    people, visits = PEOPLE.replace("programme", by), VISITS.replace("programme", by)
    study, held = made(text, head=HEAD, people=people, programmes=SEVERAL, visits=visits)
    held.keys["visits"]["parent.people"] = ["1", "1", "2", "3"]
    exhibit = programmes(held, study, "t")
    filled = printed(exhibit.table, exhibit.results)
    assert [c.head for c in filled.columns] == ["North (n = 2)", "South (n = 1)"]
    rows = cells(filled)
    assert (rows["Setting / Clinic"], rows["Setting / Street"]) == (("✓", ""), ("(✓)", "(✓)"))
    assert (rows["Ways / Groups"], rows["Ways / Calls"], rows["Ways / Letters"]) == (("✓", ""), ("✓", ""), ("", "✓"))
    assert rows["Visits"] == ("3", "1")
    assert filled.notes[1] == (
        "North stands for several programmes: a tick says that at least one of them has it, in brackets where it was "
        "inferred for each that has it."
    )


def test_what_one_of_several_programmes_has_by_its_source_is_not_in_brackets(made, printed, cells) -> None:  # type: ignore[no-untyped-def]
    drawn = SEVERAL.replace("a  Clinic", "a  Street").replace("b  Street", "b  --    ")
    for rows, printed_as in ((drawn, "✓"), (drawn.replace("Stated  ", "Inferred"), "(✓)")):
        study, held = made(ONE_LABEL, head=HEAD, people=PEOPLE, programmes=rows, visits=VISITS)
        exhibit = programmes(held, study, "t")
        found = cells(printed(exhibit.table, exhibit.results))
        assert found["Setting / Street"] == (printed_as, "(✓)")
        assert found["Setting / No answer"] == ("(✓)", ""), "one of them has no value, and it is said"


def test_of_one_programme_a_column_nothing_is_said_of_several(shown) -> None:  # type: ignore[no-untyped-def]
    assert not any("several programmes" in note for note in shown[1].notes)


@pytest.mark.parametrize(("old", "new", "told"), [
    ("unit: programmes}", "unit: people}",
     "tables.t.of: 'programmes' holds people, and each row would be shown by itself."),
    ("of: programmes, rows", "rows", "tables.t: does not say which table holds the programmes."),
    ("rows: [setting, ways", "rows: [programme, ways", "tables.t.rows: 'programme' is not in table 'programmes'."),
    ("{s: Stated, i: Inferred}", "{s: Sure, i: Guess}",
     "variables.setting_from.codes: says of something else than stated or inferred."),
    ("{setting: setting_from}", "{way: setting_from}",
     "tables.t.basis.way: there is no row 'way'. Did you mean 'ways'?"),
    ("kind: programmes, of: programmes", "of: people", "tables.t.basis: belongs to tables of kind programmes."),
    (", cluster: programme", "", "tables.t: does not say which variable names a person's programme."),
    ("of: programmes, rows", "of: programmes, columns: ways, rows",
     "tables.t.columns: 'ways' is in the table of programmes itself."),
])  # fmt: skip
def test_what_the_study_file_says_amiss(old: str, new: str, told: str) -> None:
    text = (HEAD + STUDY).replace(old, new, 1)
    assert text != HEAD + STUDY
    with pytest.raises(Mistakes) as caught:
        parse_study(text, "studies/x.yaml")
    assert told in str(caught.value)
