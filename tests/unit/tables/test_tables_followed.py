"""Followed against lost: by what was known at the first wave, and by programme."""

from __future__ import annotations

import pytest

from pipeline.disclosure import draft
from pipeline.errors import Mistakes
from pipeline.results import Key
from pipeline.tables.followed import followed
from pipeline.tables.participants import participants

HEAD = """
title: Made up
data: {file: made-up.csv, id: id, wave: w, waves: {1: Start, 2: Half a year, 3: A year}}
design: {kind: cohort, cluster: programme}
release: {rule: journal}
"""
STUDY = """
variables:
  programme: {codes: {a: A, b: B, c: C}}
  age: {type: number, unit: years}
tables:
  kept: {kind: followed, title: Followed and lost, rows: [age]}
  wrong: {kind: followed, rows: [age], columns: programme}
  early: {kind: followed, rows: [age], wave: 2}
"""
PEOPLE = """
id wave        programme age
1  Start       A         20
2  Start       A         30
3  Start       B         40
4  Start       --        --
1  Half_a_year A         21
3  Half_a_year B         99
9  Half_a_year B         50
3  A_year      B         41
"""


@pytest.fixture(scope="module")
def shown(made, printed, cells):  # type: ignore[no-untyped-def]
    study, people = made(STUDY, head=HEAD, people=PEOPLE)
    exhibit = followed(people, study, "kept")
    filled = printed(exhibit.table, exhibit.results)
    return exhibit, filled, cells(filled)


def test_each_later_wave_has_its_followed_and_lost(shown) -> None:  # type: ignore[no-untyped-def]
    filled = shown[1]
    assert [c.head for c in filled.columns] == [
        "All at Start (n = 4)", "Followed (n = 2)", "Lost (n = 2)", "Followed (n = 1)", "Lost (n = 3)",
    ]  # fmt: skip
    assert filled.spanners() == [("", 1), ("Half a year", 2), ("A year", 2)]


def test_people_are_described_as_they_were_at_the_first_wave(shown) -> None:  # type: ignore[no-untyped-def]
    rows = shown[2]
    assert rows["Age"] == ("3", "2", "1", "1", "2")
    assert rows["Age / Mean (SD)"] == (
        "30.0 (10.0)",
        f"{(20 + 40) / 2:.1f} (14.1)",
        "30.0 (NA)",
        "40.0 (NA)",
        "25.0 (7.1)",
    )
    assert rows["Age / Missing"] == ("1", "0", "1", "0", "1")


def test_a_programmes_share_is_of_its_own_people_at_the_first_wave(shown) -> None:  # type: ignore[no-untyped-def]
    exhibit, _, rows = shown
    above = "Programme (% of its people at Start)"
    assert rows[above] == ("",) * 5
    assert rows[f"{above} / A"] == ("2 (100%)", "1 (50%)", "1 (50%)", "0 (0%)", "2 (100%)")
    assert rows[f"{above} / B"] == ("1 (100%)", "1 (100%)", "0 (0%)", "1 (100%)", "0 (0%)")
    assert rows[f"{above} / C"] == ("0 (NA)",) * 5
    assert rows[f"{above} / Missing"] == ("1 (100%)", "0 (0%)", "1 (100%)", "0 (0%)", "1 (100%)")
    key = Key("participants", "kept", "programme", "A", "wave=Half a year;followed=Lost", "denominator")
    assert exhibit.results.get(key) == 2


def test_those_who_joined_later_are_counted_and_named_as_outside(shown) -> None:  # type: ignore[no-untyped-def]
    exhibit, filled, _ = shown
    assert "People who were not there at Start are not in this table (Half a year 1)." in filled.notes
    assert exhibit.results.get(Key("participants", "kept", "joined later", "", "wave=A year", "n")) == 0


def test_the_remarks_say_how_many_stayed(shown) -> None:  # type: ignore[no-untyped-def]
    exhibit = shown[0]
    said = [draft(exhibit.results).say(remark) for remark in exhibit.remarks]
    assert said == [
        "Half a year: 2 of 4 people of Start were followed (50%).",
        "A year: 1 of 4 people of Start were followed (25%).",
    ]


def test_followed_and_lost_are_everyone_in_every_line(shown) -> None:  # type: ignore[no-untyped-def]
    frame = shown[0].results.frame
    counts = frame[frame["statistic"].isin(["n"]) & (frame["term"] != "joined later")]
    wide = counts.pivot(index=["term", "level"], columns="group", values="value")
    for wave in ("Half a year", "A year"):
        both = wide[f"wave={wave};followed=Followed"] + wide[f"wave={wave};followed=Lost"]
        assert both.tolist() == wide["All"].tolist()


@pytest.mark.parametrize(("name", "line", "key"), [("wrong", 12, "columns"), ("early", 13, "wave")])
def test_what_it_makes_itself_can_not_be_declared(made, name, line, key) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY, head=HEAD, people=PEOPLE)
    with pytest.raises(Mistakes) as error:
        followed(people, study, name)
    where = f"studies/made_up.yaml:{line}  tables.{name}.{key}"
    assert str(error.value) == f"{where}: a table of those followed makes its own {key}. Leave '{key}' out."


def test_a_person_who_left_the_population_was_still_followed(made, printed) -> None:  # type: ignore[no-untyped-def]
    """What makes the population may be asked once: a later row outside it is a row."""
    head = HEAD.replace("release:", "population: {asked: age, because: it says so}\nrelease:")
    drawn = "id wave programme age inside\n1 Start A 20 yes\n2 Start A 30 yes\n3 Start A 40 no\n"
    drawn += "1 Half_a_year A ns no\n3 Half_a_year A 41 yes\n4 Half_a_year A 50 yes\n"
    study, people = made(STUDY, head=head, people=drawn)
    exhibit = followed(people, study, "kept")
    filled = printed(exhibit.table, exhibit.results)
    assert [c.n for c in filled.columns[:3]] == ["2", "1", "1"]
    assert exhibit.results.get(Key("participants", "kept", "joined later", "", "wave=Half a year", "n")) == 1, (
        "4, not 3"
    )


def test_one_wave_has_nobody_to_follow(made) -> None:  # type: ignore[no-untyped-def]
    study, people = made(
        "variables: {age: {type: number}}\ntables: {kept: {kind: followed, rows: [age]}}", people="id age\n1 20"
    )
    with pytest.raises(Mistakes) as error:
        followed(people, study, "kept")
    assert str(error.value) == (
        "studies/made_up.yaml:7  tables.kept: table 'people' has fewer than two waves. "
        "Leave this table out, or declare the waves of the data."
    )


def test_a_cluster_that_is_an_id_is_never_named(made) -> None:  # type: ignore[no-untyped-def]
    """Clusters may be people (a trial of peers): their ids are no levels of a table."""
    head = HEAD.replace("cluster: programme", "cluster: id")
    study, people = made(STUDY, head=head, people=PEOPLE)
    terms = set(followed(people, study, "kept").results.frame["term"])
    assert terms == {"", "age", "joined later"}


WEIGHED = """
id wave        weight programme age
1  Start       1      A         20
2  Start       2      A         30
3  Start       3      B         40
4  Start       4      B         --
1  Half_a_year 9      A         21
3  Half_a_year 9      B         99
"""


def test_in_a_weighted_sample_people_are_described_by_weight_and_shares_are_of_people(made, printed, cells) -> None:  # type: ignore[no-untyped-def]
    head = HEAD.replace("cluster: programme", "cluster: programme, weight: w").replace(", 3: A year", "")
    text = STUDY.replace("kept: {kind: followed, ", "start: {rows: [age]}\n  kept: {kind: followed, ")
    study, people = made(text, head=head, people=WEIGHED)
    exhibit = followed(people, study, "kept")
    filled = printed(exhibit.table, exhibit.results)
    rows = cells(filled)
    every, both, lost = (1 * 20 + 2 * 30 + 3 * 40) / 6, (1 * 20 + 3 * 40) / 4, 30
    path = "wave=Half a year;followed="
    for group, mean in (("All", every), (f"{path}Followed", both), (f"{path}Lost", lost)):
        key = Key("participants", "kept", "age", "", group, "weighted_mean")
        assert exhibit.results.get(key) == pytest.approx(mean)
    at_start = participants(people, study, "start").results
    assert at_start.get(Key("participants", "start", "age", "", "All", "weighted_mean")) == pytest.approx(every)
    assert rows["Effective n"] == ("3.3", "1.6", "1.8"), "10^2 / 30, 4^2 / 10, 6^2 / 20"
    assert rows["Age / Weighted mean (SD)"] == ("33.3 (9.1)", "35.0 (12.2)", "30.0 (NA)")
    assert rows["Programme (unweighted % of its people at Start) / A"] == ("2 (100%)", "1 (50%)", "1 (50%)")
    assert [n for n in filled.notes if "weighted" in n] == [
        "Counts of people are unweighted; percentages, means and SDs are weighted. Effective n: people of equal weight "
        "that would tell as much (Kish).",
        "Shares of people followed and lost are unweighted.",
    ]
    said = [draft(exhibit.results).say(remark) for remark in exhibit.remarks]
    assert said == ["Half a year: 2 of 4 people of Start were followed (50%, unweighted)."]


def test_without_its_weights_a_table_of_those_followed_says_so(made) -> None:  # type: ignore[no-untyped-def]
    head = HEAD.replace("cluster: programme", "cluster: programme, weight: w").replace(", 3: A year", "")
    text = STUDY.replace("title: Followed and lost,", "weighted: false,")
    study, people = made(text, head=head, people=WEIGHED)
    exhibit = followed(people, study, "kept")
    assert exhibit.results.get(Key("participants", "kept", "age", "", "All", "mean")) == 30
    notes = [note.template for note in exhibit.table.notes]
    assert "Unweighted: the sampling weights have no part in this table." in notes
