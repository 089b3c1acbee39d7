"""The participants table: every type of variable, own denominators, and nobody dropped in silence."""

from __future__ import annotations

import math

import pytest

from pipeline.errors import Mistakes, StageFailed
from pipeline.results import Key
from pipeline.tables.participants import participants

STUDY = """
variables:
  role: {codes: {r: Recipient, s: Supporter, l: Leader}}
  age: {type: number, unit: years, bands: [18-29, 30-44, 45+], top_code: 89}
  visits: {count: [v1, v2], except: 0, max_missing: 0}
  health: {type: ordered, codes: {1: Good, 2: Fair, 3: Poor}}
  help: {type: choices, label: Kinds of help, codes: {1: Talk, 2: Visits, 3: Rides}}
  began: {type: date, format: "%Y-%m-%d"}
  strain: {codes: {1: Low, 2: High}, asked_of: {role: [Supporter, Leader]}, sensitive: true}
scales:
  loneliness: {items: [a, b, c], range: 1-3, score: sum, max_missing: 0, label: Loneliness, high_means: lonelier,
               bands: {Not lonely: 3-5, Lonely: 6-9}}
  hope: {items: [d, e], range: 1-5, score: mean, max_missing: 0}
tables:
  t: {rows: [age, visits, health, help, began, strain, loneliness, hope], columns: role}
"""
PEOPLE = """
id role      age visits health help        began      strain loneliness hope
1  Recipient 20  0      Good   Talk        2024-01-05 na     3          1.5
2  Recipient 25  1      Fair   Talk,Visits 2024-02-05 na     6          2
3  Recipient --  2      Good   none        2024-03-05 na     --         --
4  Supporter 40  2      --     Visits      2024-03-09 Low    9          5
5  Supporter 50  --     Fair   --          --         Low    4          ns
6  --        60  1      Fair   Talk        2024-05-05 --     5          3.5
"""


@pytest.fixture(scope="module")
def shown(made, printed, cells):  # type: ignore[no-untyped-def]
    study, people = made(STUDY, people=PEOPLE)
    exhibit = participants(people, study, "t")
    return exhibit, printed(exhibit.table, exhibit.results), cells(printed(exhibit.table, exhibit.results))


def test_columns_are_the_levels_the_missing_and_everyone(shown) -> None:  # type: ignore[no-untyped-def]
    filled = shown[1]
    assert [c.head for c in filled.columns] == [
        "Recipient (n = 3)", "Supporter (n = 2)", "Leader (n = 0)", "Missing (n = 1)", "Overall (n = 6)",
    ]  # fmt: skip
    assert filled.spanners() == [("Role", 4), ("", 1)]
    assert "Overall includes the people without a value for role (missing 1)." in filled.notes


def test_a_number_has_mean_quartiles_and_bands(shown) -> None:  # type: ignore[no-untyped-def]
    _, filled, rows = shown
    assert rows["Age"] == ("2", "2", "0", "1", "5")
    sd = math.sqrt(sum((a - 39) ** 2 for a in (20, 25, 40, 50, 60)) / 4)
    assert rows["Age / Mean (SD)"] == ("22.5 (3.5)", "45.0 (7.1)", "NA", "60.0 (NA)", f"39.0 ({sd:.1f})")
    assert (20 + 0.25 * 5, 20 + 0.75 * 5) == (21.25, 23.75)
    assert rows["Age / Median [IQR]"][0] == "22.5 [21.3, 23.8]"
    assert rows["Age / Median [IQR]"][4] == "40.0 [25.0, 50.0]"
    assert rows["Age / 18–29"] == ("2 (100%)", "0 (0%)", "0 (NA)", "0 (0%)", "2 (40%)")
    assert rows["Age / 45+"] == ("0 (0%)", "1 (50%)", "0 (NA)", "1 (100%)", "2 (40%)")
    assert rows["Age / Missing"] == ("1", "0", "0", "0", "1")
    assert next(r.head for r in filled.rows if r.label == "Age") == "Age (years)"
    assert "Age: a value of 89 stands for itself and above." in filled.notes


def test_a_count_is_a_number(shown) -> None:  # type: ignore[no-untyped-def]
    rows = shown[2]
    assert rows["Visits"][4] == "5"
    assert rows["Visits / Mean (SD)"][0] == "1.0 (1.0)"
    assert rows["Visits / Missing"] == ("0", "1", "0", "0", "1")


def test_an_ordered_variable_keeps_levels_without_people(shown) -> None:  # type: ignore[no-untyped-def]
    rows = shown[2]
    assert rows["Health"] == ("3", "1", "0", "1", "5")
    assert rows["Health / Good"] == (f"2 ({100 * 2 / 3:.0f}%)", "0 (0%)", "0 (NA)", "0 (0%)", "2 (40%)")
    assert rows["Health / Poor"] == ("0 (0%)", "0 (0%)", "0 (NA)", "0 (0%)", "0 (0%)")


def test_choices_are_counted_by_people(shown) -> None:  # type: ignore[no-untyped-def]
    _, filled, rows = shown
    assert rows["Kinds of help (several answers possible)"] == ("3", "1", "0", "1", "5")
    assert rows["Kinds of help (several answers possible) / Talk"] == (
        "2 (67%)",
        "0 (0%)",
        "0 (NA)",
        "1 (100%)",
        "3 (60%)",
    )
    assert rows["Kinds of help (several answers possible) / Visits"][4] == "2 (40%)"
    assert rows["Kinds of help (several answers possible) / Rides"][4] == "0 (0%)"
    assert "Several answers possible: percentages of people, who may count in several lines." in filled.notes


def test_a_date_shows_people_and_the_middle_month_alone(shown) -> None:  # type: ignore[no-untyped-def]
    exhibit, _, rows = shown
    assert rows["Began"] == ("3", "1", "0", "1", "5")
    key = Key("participants", "t", "began", "", "role=Recipient", "median_month")
    assert exhibit.results.get(key) == 2024 * 100 + 2
    assert rows["Began / Median month"] == ("2024-02", "2024-03", "NA", "2024-05", "2024-03")
    frame = exhibit.results.frame
    assert set(frame.loc[frame["term"] == "began", "statistic"]) == {"denominator", "median_month", "n"}


def test_not_applicable_and_missing_stand_apart(shown) -> None:  # type: ignore[no-untyped-def]
    _, filled, rows = shown
    assert rows["Strain"] == ("0", "2", "0", "0", "2")
    assert rows["Strain / Low"] == ("0 (NA)", "2 (100%)", "0 (NA)", "0 (NA)", "2 (100%)")
    assert rows["Strain / Missing"] == ("0", "0", "0", "1", "1")
    assert rows["Strain / Not applicable"] == ("3", "0", "0", "0", "3")
    assert "Strain / Not asked" not in rows
    assert "Not applicable: the question was for others." in filled.notes
    assert "NA: does not exist, such as a percentage of nobody or the SD of one person" in filled.notes


def test_scales_have_their_own_decimals_bands_and_note(shown) -> None:  # type: ignore[no-untyped-def]
    _, filled, rows = shown
    mean = (3 + 6 + 9 + 4 + 5) / 5
    assert rows["Loneliness / Mean (SD)"][4].startswith(f"{mean:.1f} (")
    assert rows["Loneliness / Lonely (6–9)"] == ("1 (50%)", "1 (50%)", "0 (NA)", "0 (0%)", "2 (40%)")
    assert rows["Hope / Mean (SD)"][0] == f"{(1.5 + 2) / 2:.2f} (0.35)"
    assert rows["Hope / Not asked"] == ("0", "1", "0", "0", "1")
    assert "Loneliness: sum of 3 items, 3 to 9; higher means lonelier." in filled.notes


def test_percentages_are_stored_unrounded_beside_their_denominator(shown) -> None:  # type: ignore[no-untyped-def]
    found = shown[0].results
    good = Key("participants", "t", "health", "Good", "role=Recipient", "percent")
    assert found.get(good) == 100 * 2 / 3
    assert found.get(good._replace(statistic="denominator")) == 3
    assert found.get(good._replace(level="", statistic="denominator")) == 3


def test_every_number_says_how_many_people_it_stands_on(shown) -> None:  # type: ignore[no-untyped-def]
    frame = shown[0].results.frame.set_index(["term", "level", "group", "statistic"])
    people = frame["people"]
    assert people["health", "Good", "role=Recipient", "n"] == 2
    assert people["health", "Good", "role=Recipient", "percent"] == 2
    assert people["health", "Good", "role=Recipient", "denominator"] == 3
    assert people["health", "Missing", "All", "n"] == 1
    for statistic in ("mean", "sd", "median", "q1", "q3"):
        assert people["age", "", "role=Supporter", statistic] == 2
    assert people["", "", "role=Supporter", "n"] == 2
    assert people.notna().all()
    assert frame["sensitive"].groupby("term").all().to_dict() == {
        "": False, "age": False, "began": False, "health": False, "help": False, "hope": False, "loneliness": False,
        "strain": True, "visits": False,
    }  # fmt: skip


def test_levels_and_the_missing_add_up_to_everyone_in_each_column(shown) -> None:  # type: ignore[no-untyped-def]
    frame = shown[0].results.frame
    n = frame[(frame["statistic"] == "n") & (frame["level"] != "")].groupby(["term", "group"])["value"].sum()
    head = frame[(frame["term"] == "") & (frame["statistic"] == "n")].set_index("group")["value"]
    for term in ("health", "strain"):
        assert n[term].to_dict() == head.to_dict()


def test_no_p_value_and_no_test_stands_in_the_table(shown) -> None:  # type: ignore[no-untyped-def]
    assert set(shown[0].results.frame["statistic"]) == {
        "n", "denominator", "percent", "mean", "sd", "median", "q1", "q3", "median_month",
    }  # fmt: skip


AGE = "variables: {age: {type: number}}\ntables: {t: {rows: [age]}}"


def test_only_people_of_the_population_count(made, printed, cells) -> None:  # type: ignore[no-untyped-def]
    text = 'population: {asked: age, because: "half were asked {n}"}\n' + AGE
    study, people = made(text, people="id age inside\n1 20 yes\n2 30 yes\n3 99 no")
    exhibit = participants(people, study, "t")
    filled = printed(exhibit.table, exhibit.results)
    assert filled.columns[0].head == "Overall (n = 2)"
    assert cells(filled)["Age / Mean (SD)"] == ("25.0 (7.1)",)
    assert "Only people of the study's population: half were asked {n}." in filled.notes


WAVES = """
title: Made up
data: {file: a.csv, id: id, wave: w, waves: {1: First, 2: After a year}}
design: {kind: cohort}
release: {rule: journal}
"""
LONG = "id wave age\n1 First 20\n2 First 30\n1 After_a_year 21\n2 After_a_year 31\n3 After_a_year 41"


@pytest.mark.parametrize(
    ("wave", "n", "mean", "note"),
    [("", "2", "25.0 (7.1)", "People at First, the first wave; each counts once."),
     (", wave: 2", "3", "31.0 (10.0)", "People at After a year; each counts once.")],
)  # fmt: skip
def test_one_wave_is_described_and_said(made, printed, cells, wave, n, mean, note) -> None:  # type: ignore[no-untyped-def]
    study, people = made(
        f"variables: {{age: {{type: number}}}}\ntables: {{t: {{rows: [age]{wave}}}}}", head=WAVES, people=LONG
    )
    exhibit = participants(people, study, "t")
    filled = printed(exhibit.table, exhibit.results)
    assert filled.columns[0].n == n
    assert cells(filled)["Age / Mean (SD)"] == (mean,)
    assert note in filled.notes


def test_nobody_counts_twice(made) -> None:  # type: ignore[no-untyped-def]
    study, people = made(
        "variables: {age: {type: number}}\ntables: {t: {rows: [age]}}", people="id age\n1 20\n1 30\n2 40"
    )
    with pytest.raises(StageFailed) as error:
        participants(people, study, "t")
    assert str(error.value) == "table 'people': 1 rows repeat an id and would count twice"


def test_a_weighted_design_is_said_to_be_unweighted_here(made) -> None:  # type: ignore[no-untyped-def]
    head = WAVES.replace(", wave: w, waves: {1: First, 2: After a year}", "").replace("cohort", "cohort, weight: w")
    table = (
        AGE.replace("wave: 1", "weighted: false")
        if "wave: 1" in AGE
        else AGE.replace("rows: [age]", "rows: [age], weighted: false")
    )
    study, people = made(table, head=head, people="id age\n1 20\n2 30")
    notes = [n.template for n in participants(people, study, "t").table.notes]
    assert "Unweighted: the sampling weights have no part in this table." in notes


def test_what_can_not_be_shown_is_told_at_once(made) -> None:  # type: ignore[no-untyped-def]
    head = (
        "title: t\ndata:\n  peers: {file: a.csv, id: id}\n  sessions: {file: b.csv, id: s, parent: {peers: id}}\n"
        "design: {kind: cohort}\nrelease: {rule: journal}\n"
    )
    text = (
        "variables: {word: {type: text}, minutes: {in: sessions, type: number}}\ntables: {t: {rows: [word, minutes]}}"
    )
    study, people = made(text, head=head, peers="id word\n1 hello")
    with pytest.raises(Mistakes) as error:
        participants(people, study, "t")
    where = "studies/made_up.yaml:8  tables.t.rows: "
    assert str(error.value) == (
        f"{where}'word' is free text. Give it codes to count it, or leave it out.\n"
        f"{where}'minutes' is not in table 'peers'. It belongs to 'sessions': derive a variable of 'peers' from it."
    )


@pytest.mark.parametrize("table", ["{rows: [age], columns: role}", "{rows: [role]}"])
def test_a_level_may_not_be_called_missing(made, table) -> None:  # type: ignore[no-untyped-def]
    text = (
        f"variables:\n  role: {{codes: {{r: Recipient, x: Missing}}}}\n  age: {{type: number}}\ntables: {{t: {table}}}"
    )
    study, people = made(text, people="id role age\n1 Missing 20\n2 Recipient 30")
    with pytest.raises(Mistakes) as error:
        participants(people, study, "t")
    assert str(error.value) == (
        "studies/made_up.yaml:7  variables.role.codes: a level is called 'Missing', which tables keep for people "
        "without a value. Declare its code under 'missing' with a reason, or give the level another label."
    )


def test_a_value_in_no_band_is_shown_and_bands_that_overlap_are_refused(made, printed, cells) -> None:  # type: ignore[no-untyped-def]
    text = "variables:\n  age: {{type: number, bands: [{}]}}\ntables: {{t: {{rows: [age]}}}}"
    people = "id age\n1 20\n2 29.5\n3 30\n4 --"
    study, held = made(text.format("18-29, 30-44"), people=people)
    exhibit = participants(held, study, "t")
    rows = cells(printed(exhibit.table, exhibit.results))
    assert rows["Age / In no band"] == ("1 (33%)",)
    assert rows["Age / Missing"] == ("1",)
    study, held = made(text.format("18-30, 30-44"), people=people)
    exhibit = participants(held, study, "t")
    rows = cells(printed(exhibit.table, exhibit.results))
    assert [rows[f"Age / {band}"] for band in ("18–30", "30–44")] == [("2 (67%)",), ("1 (33%)",)], "30 is in the upper"
    with pytest.raises(Mistakes) as error:
        made(text.format("18-31, 30-44"), people=people)
    assert str(error.value) == (
        "studies/made_up.yaml:7  variables.age.bands: 18-31 and 30-44 overlap or run downwards. "
        "Write them upwards; where two touch, the edge belongs to the upper one."
    )


def test_without_overall_only_the_groups_stand_there(made) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY.replace("columns: role", "columns: role, overall: false"), people=PEOPLE)
    exhibit = participants(people, study, "t")
    assert [c.label for c in exhibit.table.columns] == ["Recipient", "Supporter", "Leader", "Missing"]
    terms = exhibit.results.frame.loc[exhibit.results.frame["group"] == "All", "term"]
    assert list(terms) == [""]
    assert not any("Overall includes" in n.template for n in exhibit.table.notes)


def test_choices_as_columns_let_people_stand_in_several(made, printed, cells) -> None:  # type: ignore[no-untyped-def]
    text = STUDY.replace(
        "rows: [age, visits, health, help, began, strain, loneliness, hope], columns: role",
        "rows: [health], columns: help",
    )
    study, people = made(text, people=PEOPLE)
    exhibit = participants(people, study, "t")
    filled = printed(exhibit.table, exhibit.results)
    assert [c.head for c in filled.columns] == [
        "Talk (n = 3)",
        "Visits (n = 2)",
        "Rides (n = 0)",
        "Missing (n = 1)",
        "Overall (n = 6)",
    ]
    assert "People may stand in several columns." in filled.notes


def test_the_remark_counts_everyone(shown) -> None:  # type: ignore[no-untyped-def]
    from pipeline.disclosure import draft

    exhibit = shown[0]
    (remark,) = exhibit.remarks
    assert draft(exhibit.results).say(remark) == "T, by role: 6 people (Recipient 3, Supporter 2, Leader 0, Missing 1)."
