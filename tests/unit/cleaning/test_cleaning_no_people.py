"""Rows of a survey tool that are nobody's answers: proposed to be left out, and counted where nothing does so."""

from __future__ import annotations

import pytest

from pipeline.cleaning.alike import doubts
from pipeline.cleaning.propose import propose
from pipeline.disclosure import draft
from pipeline.study import parse_study
from tests.drawn import cleaned, drawn, joined, refused

AGE = "variables: {age: {type: number}}\n"


def export(status: list[str], channel: list[str] | None = None, finished: str = "1") -> str:
    """Made-up rows in Qualtrics' columns: 40 of people, then one for each status."""
    rows = [*(["0"] * 40), *status]
    channels = [*(["anonymous"] * 40), *(channel or ["anonymous"] * len(status))]
    head = "ResponseId | Status | Finished | DistributionChannel | id | age"
    lines = [f"R_{n} | {s} | {finished} | {c} | {n:04d} | {20 + n}"
             for n, (s, c) in enumerate(zip(rows, channels, strict=True))]  # fmt: skip
    return "\n".join([head, *lines])


@pytest.mark.parametrize("mark", ["1", "2", "9", "17", "256", "Survey Preview", "Survey Test", "survey preview"])
def test_previews_are_proposed_to_be_left_out_and_do_not_stand_in_the_guesses(mark: str) -> None:
    found = drawn(export([mark]).replace("0040 | 60", "TEST | 999"))
    text = propose("T", "a.csv", found, {})
    study = parse_study(text, "studies/proposed.yaml")
    assert [(dict(e.where), e.because) for e in study.exclude] == [
        ({"Status": (mark,)}, "previews and tests of the survey"),
    ]
    assert "# guess: 1 row is so marked by the survey tool" in text
    assert study.sources["people"].id == ("id",) and study.variables["age"].missing == {}
    assert cleaned(study, people=found).flow.steps["rows"].tolist() == [41, 1, 40]


def test_a_channel_tells_what_the_status_does_not_and_needs_a_line_of_its_own() -> None:
    found = drawn(export(["1", "0", "1"], ["preview", "preview", "anonymous"]))
    text = propose("T", "a.csv", found, {})
    study = parse_study(text, "studies/proposed.yaml")
    assert [dict(e.where) for e in study.exclude] == [{"Status": ("1",)}, {"DistributionChannel": ("preview",)}]
    assert doubts(cleaned(study, people=found).ledger.rules) == []


def test_an_export_of_nothing_but_tests_is_proposed_as_it_is() -> None:
    text = propose("T", "a.csv", drawn(export([]).replace("| 0 |", "| 1 |")), {})
    assert "exclude:" not in text and parse_study(text, "studies/proposed.yaml").variables["age"].kind == "number"


def test_previews_that_nothing_leaves_out_are_counted_in_terminal_and_report() -> None:
    told = "people: 2 rows that the survey tool marks as previews or tests, and nothing leaves them out. "
    (line,) = doubts(cleaned(AGE, people=export(["1", "0"], ["anonymous", "preview"])).ledger.rules)
    assert line == f"{told}Such rows count as people: leave them out under 'exclude', as docs/study-files.md shows."
    (line,) = doubts(cleaned(AGE, people=export(["1"])).ledger.rules)
    assert line.startswith("people: 1 row that the survey tool marks as a preview or test, and nothing leaves it out.")
    people = joined(AGE, people=export(["1"] * 7))
    assert "people: 7 rows that the survey tool marks as previews or tests were taken for people's." in [
        draft(people.results).say(sentence) for sentence in people.remarks
    ]
    gone = f"{AGE}exclude: [{{where: {{Status: [1]}}, because: previews}}]"
    assert doubts(cleaned(gone, people=export(["1", "1"])).ledger.rules) == []


def test_a_status_that_is_a_question_of_the_study_is_no_preview() -> None:
    people = "id | Status | Finished | age\na | 1 | 0 | 30\nb | 2 | 1 | 31"
    assert doubts(cleaned(AGE, people=people).ledger.rules) == []


@pytest.mark.parametrize(
    "people, columns",
    [
        (export([], finished="0").replace("R_0 | 0 | 0", "R_0 | 0 | 1").replace("R_1 | 0 | 0", "R_1 | 0 | TRUE"),
         "Finished"),
        ("id | submitdate | lastpage | age\n" + "\n".join(f"{n:04d} | {'2025-01-01' * (n < 2)} | 3 | {20 + n}"
                                                          for n in range(40)), "submitdate"),
        ("id | Date submitted | Last page | age\n" + "\n".join(f"{n:04d} | {'2025-01-01' * (n < 2)} | 3 | {20 + n}"
                                                              for n in range(40)), "Date submitted"),
        ("record_id | id | mood_complete | end_complete | age\n" + "\n".join(
            f"{n} | {n:04d} | {2 if n % 2 or n < 2 else 0} | {2 if n < 2 else 'Incomplete'} | {20 + n}"
            for n in range(40)), "mood_complete, end_complete"),
    ],
    ids=["Qualtrics", "LimeSurvey", "LimeSurvey in words", "REDCap"],
)  # fmt: skip
def test_surveys_that_were_broken_off_are_told_and_stay(people: str, columns: str) -> None:
    found = cleaned(AGE, people=people)
    assert doubts(found.ledger.rules) == [
        "people: 38 rows of surveys that were not finished. Such rows count as people; 'exclude' can leave them out, "
        "with a reason."
    ]
    assert len(found.responses["people"]) == 40
    text = propose("T", "a.csv", drawn(people), {})
    assert f"# 38 rows are of surveys that were not finished ({columns}) and count as people; 'exclude' could" in text
    assert not parse_study(text, "studies/proposed.yaml").exclude


def test_a_total_below_an_empty_row_is_told_where_it_counts_as_a_person() -> None:
    people = "id | age\na | 30\nb | 41\n |\nTotal | 71"
    assert refused(AGE, people=people) == (
        "studies/made_up.yaml:1  variables.age: 1 row is blank, and nobody declared what that means. Add blank to "
        "'missing' with its reason.\n"
        "studies/made_up.yaml:3  data.id: 1 row of people has no id. 1 of them is empty altogether: line 4. Complete "
        "the file, or leave such rows out under 'exclude' with a reason."
    )
    gone = f"{AGE}exclude: [{{where: {{id: [blank]}}, because: an empty row}}]"
    assert doubts(cleaned(gone, people=people).ledger.rules) == [
        "people: 1 row at the end that looks like a total or a remark. Such rows count as people: are they? Else "
        "leave them out under 'exclude'."
    ]
    gone = gone.replace("[blank]", "[blank, Total]")
    assert doubts(cleaned(gone, people=people).ledger.rules) == []


@pytest.mark.parametrize("last, looks", [("Total", 1), ("Somme :", 1), ("TOTALT", 1), ("Totalis", 0), ("c", 0)])
def test_a_last_row_that_says_total_is_one_without_an_empty_row_above_it(last: str, looks: int) -> None:
    assert len(doubts(cleaned(AGE, people=f"id | age\na | 30\nb | 41\n{last} | 71").ledger.rules)) == looks
