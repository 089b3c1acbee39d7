"""Who joined too late for a wave is not lost to it: only those who were due are followed or lost."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.disclosure import draft, release
from pipeline.errors import Mistakes
from pipeline.results import Key, Number, Results
from pipeline.tables.due import _far_behind
from pipeline.tables.followed import followed

HEAD = """
title: Made up
data:
  file: made-up.csv
  id: id
  wave: w
  waves: {1: Start, 2: Half a year, 3: A year}
  due: {date: day, days: {2: 180, 3: 365}}
design: {kind: cohort, cluster: programme}
release: {rule: journal}
"""
STUDY = """
variables:
  programme: {codes: {a: A, b: B}}
  age: {type: number}
  day: {type: date, format: "%Y-%m-%d"}
tables:
  kept: {kind: followed, rows: [age]}
"""
PEOPLE = """
id wave        programme age day
1  Start       A         20  2024-01-01
2  Start       A         30  2024-01-01
3  Start       A         40  2024-07-05
4  Start       B         50  2024-07-06
5  Start       B         60  2024-12-31
6  Start       B         70  2024-12-31
1  Half_a_year A         20  2024-07-01
6  Half_a_year B         71  2025-01-01
1  A_year      A         21  2024-12-31
"""
"""The latest date is 1 January 2025; 180 days before it is 5 July 2024, 365 days before it 2 January 2024. So at half
a year 1, 2 and 3 are due (4 a day too late), and 6, who came early; at a year 1 and 2."""


@pytest.fixture(scope="module")
def shown(made, printed, cells):  # type: ignore[no-untyped-def]
    study, people = made(STUDY, head=HEAD, people=PEOPLE)
    exhibit = followed(people, study, "kept")
    filled = printed(exhibit.table, exhibit.results)
    return exhibit, filled, cells(filled)


def test_only_those_due_are_followed_or_lost_and_who_came_early_was_followed(shown) -> None:  # type: ignore[no-untyped-def]
    filled = shown[1]
    assert [c.head for c in filled.columns] == [
        "All at Start (n = 6)",
        "Followed (n = 2)", "Lost (n = 2)", "Not yet due (n = 2)",
        "Followed (n = 1)", "Lost (n = 1)", "Not yet due (n = 4)",
    ]  # fmt: skip
    assert filled.spanners() == [("", 1), ("Half a year", 3), ("A year", 3)]


def test_shares_are_of_those_due(shown) -> None:  # type: ignore[no-untyped-def]
    exhibit, _, rows = shown
    above = "Programme (% of its people at Start; followed, lost: of those due)"
    assert rows[f"{above} / A"] == (
        "3 (100%)", "1 (33%)", "2 (67%)", "0 (0%)", "1 (50%)", "1 (50%)", "1 (33%)",
    )  # fmt: skip
    assert rows[f"{above} / B"] == (
        "3 (100%)", "1 (100%)", "0 (0%)", "2 (67%)", "0 (NA)", "0 (NA)", "3 (100%)",
    )  # fmt: skip
    said = [draft(exhibit.results).say(remark) for remark in exhibit.remarks]
    assert said == [
        "Half a year: 2 of 4 people of Start who were due were followed (50%); 2 more were not yet due.",
        "A year: 1 of 2 people of Start who were due were followed (50%); 4 more were not yet due.",
    ]


def test_the_table_says_when_a_wave_is_due(shown) -> None:  # type: ignore[no-untyped-def]
    assert (
        "A wave is due so long after Start: Half a year 180 days, A year 365 days; counted up to the latest answer in "
        "the export. Not yet due: joined too late for it." in shown[1].notes
    )


def test_the_table_says_what_early_comers_do_to_the_shares(shown) -> None:  # type: ignore[no-untyped-def]
    exhibit, filled, _ = shown
    assert (
        "Who came before a wave was due counts as due and followed (Half a year: 1), while nobody counts as lost who "
        "was not yet due: the share followed is a little too high." in filled.notes
    )
    key = Key("participants", "kept", "came", "before it was due", "wave=Half a year;due=Due;followed=Followed", "n")
    assert [exhibit.results.get(key._replace(statistic=s)) for s in ("n", "denominator")] == [1, 2]
    assert set(exhibit.results.frame.loc[exhibit.results.frame["term"] == "came", "group"]) == {key.group}


@pytest.mark.parametrize(("followed_", "early", "shown_"), [(70, 15, True), (70, 3, False), (16, 14, False)])
def test_neither_few_early_comers_nor_few_others_are_told(made, followed_, early, shown_) -> None:  # type: ignore[no-untyped-def]
    study, _ = made(STUDY, head=HEAD, people=PEOPLE)
    path = "wave=A year;due=Due"
    heads = {"All": 200, path: 124, f"{path};followed=Followed": followed_, f"{path};followed=Lost": 124 - followed_,
             "wave=A year;due=Not yet due": 76}  # fmt: skip
    numbers = [Number(Key("participants", "kept", "", "", group, "n"), n, n) for group, n in heads.items()]
    key = Key("participants", "kept", "came", "before it was due", f"{path};followed=Followed", "n")
    numbers += [Number(key, early, early), Number(key._replace(statistic="denominator"), followed_, followed_)]
    assert release(Results.of(numbers), study.release, study).withheld(key) != shown_


def test_on_the_day_of_a_later_export_more_are_due(made, printed) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY, head=HEAD.replace("days: {", "as_of: 2025-12-31, days: {"), people=PEOPLE)
    exhibit = followed(people, study, "kept")
    filled = printed(exhibit.table, exhibit.results)
    assert [c.head for c in filled.columns[1:]] == [
        "Followed (n = 2)", "Lost (n = 4)", "Followed (n = 1)", "Lost (n = 5)",
    ]  # fmt: skip
    assert any("counted up to 2025-12-31" in note for note in filled.notes)


def test_who_has_no_date_is_due_and_counted(made, printed) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY, head=HEAD, people=PEOPLE.replace("60  2024-12-31", "60  --"))
    exhibit = followed(people, study, "kept")
    filled = printed(exhibit.table, exhibit.results)
    assert [c.n for c in filled.columns[1:4]] == ["2", "3", "1"]
    assert "Without a date at Start, and taken as due: 1." in filled.notes


def test_a_day_of_export_before_answers_is_a_mistake(made) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY, head=HEAD.replace("days: {", "as_of: 2024-12-30, days: {"), people=PEOPLE)
    with pytest.raises(Mistakes) as error:
        followed(people, study, "kept")
    assert str(error.value) == (
        "studies/made_up.yaml:8  data.due.as_of: 4 rows were answered after 2024-12-30. Write the day of this export, "
        "or leave it out: then it is the latest date in it."
    )


def test_few_dates_far_behind_all_others_stop_the_run_unless_the_day_is_given(made) -> None:  # type: ignore[no-untyped-def]
    people = PEOPLE.replace("71  2025-01-01", "71  2052-01-01")
    study, found = made(STUDY, head=HEAD, people=people)
    with pytest.raises(Mistakes) as error:
        followed(found, study, "kept")
    assert str(error.value) == (
        "studies/made_up.yaml:8  data.due: 1 row is dated more than 92 days after all the others (the latest of these: "
        "2024-12-31). By the latest date in the export it is counted who was due at a later wave, and a mistyped year "
        "makes that wrong. Correct the file; or declare what stands there as missing under variables.day; or, if the "
        "dates are right, give the day of the export: due: {as_of: …}."
    )
    study, found = made(STUDY, head=HEAD.replace("days: {", "as_of: 2052-01-01, days: {"), people=people)
    followed(found, study, "kept")


@pytest.mark.parametrize(
    "last, days, few",
    [
        (["2024-05-01"], 0, True), (["2024-07-03"], 1, True), (["2024-07-02"], 0, True),
        (["2052-01-01", "2052-02-01"], 2, True), (["2052-01-01"] * 3, 0, False), ([], 0, True),
    ],
)  # fmt: skip
def test_far_behind_are_at_most_one_in_a_hundred_and_more_than_a_quarter(last: list[str], days: int, few: bool) -> None:
    dates = pd.Series(pd.to_datetime(["2024-01-01"] * 198 + ["2024-04-01"] + last))
    assert _far_behind(dates) == (days if few else 0)


@pytest.mark.parametrize("told_elsewhere", [0, 9])
def test_people_due_by_subtraction_are_no_way_to_a_withheld_number(made, told_elsewhere) -> None:  # type: ignore[no-untyped-def]
    """A: 3 of 40 were not yet due. With the 40, neither the 37 who were may stand, nor what gives them. The more often
    the 40 are told, the dearer they are to withhold."""
    more = "".join(f"\n  who{i}: {{wave: 1, columns: programme, rows: [age]}}" for i in range(told_elsewhere))
    study, _ = made(STUDY.rstrip() + more + "\n", head=HEAD, people=PEOPLE)
    people = {"A": (40, 30, 7, 3), "B": (60, 30, 20, 10)}
    due, not_due = "wave=A year;due=Due", "wave=A year;due=Not yet due"
    paths = ["All", f"{due};followed=Followed", f"{due};followed=Lost", not_due]

    def number(name: str, term: str, level: str, path: str, statistic: str, value: float) -> Number:
        return Number(Key("participants", name, term, level, path, statistic), value, value)

    numbers = [
        number(f"who{i}", "", "", f"programme={name}", "n", held[0])
        for i in range(told_elsewhere)
        for name, held in people.items()
    ]
    for term, level, held in (("", "", tuple(map(sum, zip(*people.values(), strict=True)))),
                              *(("programme", level, held) for level, held in people.items())):  # fmt: skip
        numbers.append(number("kept", term, level, due, "n", held[1] + held[2]))
        for path, n in zip(paths, held, strict=True):
            of = held[1] + held[2] if "followed" in path else held[0]
            numbers.append(number("kept", term, level, path, "n", n))
            if term or "followed" in path:
                numbers.append(number("kept", term, level, path, "denominator", of))
                numbers.append(number("kept", term, level, path, "percent", 100 * n / of))
    released = release(Results.of(numbers), study.release, study)

    def told(path: str, *statistics: str, name: str = "kept", term: str = "programme", level: str = "A") -> bool:
        keys = [Key("participants", name, term, level, path, statistic) for statistic in statistics]
        return any(released.has(key) and not released.withheld(key) for key in keys)

    assert not told(not_due, "n", "percent")
    total = told("All", "n", "denominator") or told("programme=A", "n", name="who0", term="", level="")
    parts = told(paths[1], "n") and told(paths[2], "n")
    assert not (total and (parts or told(due, "n") or told(paths[1], "denominator") or told(paths[2], "denominator")))
    assert total == bool(told_elsewhere), "what is told more often stays"
