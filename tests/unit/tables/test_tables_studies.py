"""Studies side by side: not reported, not applicable and not said are three things; numbers of people are results."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.results import Key
from pipeline.study import Study, parse_study
from pipeline.tables.studies import comparisons

HEAD = "title: Made up\nrelease: {rule: none, because: made up}\n"
INTERVIEWS = "design: {kind: interviews}\ninterviews: "


def study(text: str, name: str = "x") -> Study:
    return parse_study(HEAD + text, f"studies/{name}.yaml")


OTHERS = {
    "one": study(INTERVIEWS + "{people: {Recipients: 7, Leaders: 2}, when: not reported, themes: [a, b]}\nshort: One"),
    "two": study(INTERVIEWS + "{people: {Recipients: not reported, Leaders: not applicable}, total: 5, when: '2020'}"),
    "three": study(INTERVIEWS + "{total: not reported, themes: not applicable}"),
    "four": study("data: {file: a.csv, id: id}\ndesign: {kind: cohort}"),
}
COMPARED = "design: {kind: interviews}\ntables:\n  all: {kind: studies, studies: [one, two, three, four], rows: [%s]}"


@pytest.fixture(scope="module")
def shown(printed, cells):  # type: ignore[no-untyped-def]
    exhibit = comparisons(study(COMPARED % "design, people, when, themes"), OTHERS)["all"]
    filled = printed(exhibit.table, exhibit.results)
    return exhibit, filled, cells(filled)


def test_a_column_a_study_a_line_a_fact(shown) -> None:  # type: ignore[no-untyped-def]
    _, filled, rows = shown
    assert [c.head for c in filled.columns] == ["One", "Two", "Three", "Four"]
    assert rows["Design"] == ("Interviews", "Interviews", "Interviews", "Cohort")
    assert rows["Themes"] == ("A; b", "", "NA", "NA")


def test_people_by_role_keep_what_is_not_reported_apart(shown) -> None:  # type: ignore[no-untyped-def]
    exhibit, _, rows = shown
    assert rows["People interviewed"] == (str(7 + 2), "5", "NR", "NA")
    assert rows["People interviewed / Recipients"] == ("7", "NR", "NR", "NA")
    assert rows["People interviewed / Leaders"] == ("2", "NA", "NR", "NA")
    assert exhibit.results.get(Key("themes", "all", "people", "Leaders", "study=one", "n")) == 2
    assert len(exhibit.results.frame) == 2 + 1 + 1, "two roles and two totals are numbers"


def test_words_that_are_missing_are_explained_once(shown) -> None:  # type: ignore[no-untyped-def]
    _, filled, rows = shown
    assert rows["When"] == ("NR", "2020", "", "NA")
    assert filled.notes == (
        "NR: not reported by the study.", "NA: not applicable to the study.",
        "An empty cell: its study file does not say.",
    )  # fmt: skip


def test_nothing_is_explained_that_does_not_stand_there(printed) -> None:  # type: ignore[no-untyped-def]
    exhibit = comparisons(study(COMPARED.replace("[one, two, three, four]", "[one]") % "people, design"), OTHERS)["all"]
    assert printed(exhibit.table, exhibit.results).notes == ()


@pytest.mark.parametrize(("text", "told"), [
    (COMPARED % "design, wen", "tables.all.rows: there is no fact 'wen'. Did you mean 'when'?"),
    ("design: {kind: interviews}\ntables: {all: {kind: studies, rows: [when]}}",
     "tables.all: does not say which studies are compared."),
    (INTERVIEWS + "{people: {A: 3, B: 4}, total: 8}",
     "interviews: the roles add up to 7, 'total' says 8; correct one of them."),
    ("design: {kind: interviews}",
     "data: 'data' is missing. Add data: {file: answers.csv, id: the column that names a person}."),
    (INTERVIEWS + "{total: 3}\nvariables: {a: {type: number}}",
     "data: 'data' is missing, and 'variables' speaks of them."),
    (INTERVIEWS + "{total: 3}\ntables: {t: {rows: [a]}}", "tables.t: is a table of people, and 'data' is missing."),
])  # fmt: skip
def test_what_the_study_file_says_amiss(text: str, told: str) -> None:
    with pytest.raises(Mistakes) as caught:
        study(text)
    assert told in str(caught.value)
