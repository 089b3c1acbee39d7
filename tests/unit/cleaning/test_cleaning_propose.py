"""A proposed study file: guesses marked as guesses, and a file that parses unedited."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.propose import propose
from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.study import parse_study

MADE_UP = """\
participant,Age,Sex,Arm (group),q_1,q_2,q_3,kinds,visit date,comment,city,empty
0012,34,1,A,1,2,3,"1,3",2024-01-02,one thing,Oslo,
0013,-99,2,B,2,2,1,2,2024-01-02,,Oslo,
0014,55,2,A,3,,1,"2,3",2024-01-02,=cmd,Bergen,
0015,25,1,B,3,1,1,,2024-01-02,another,Bergen,
0016,41,1,B,3,1,1,1,2024-01-02,a third,Bergen,
"""


def cells(text: str, **words: object) -> Cells:
    rows = list(csv.reader(io.StringIO(text)))
    frame = pd.DataFrame(rows[1:], columns=rows[0], dtype="str")
    frame.index = pd.Index([f"a.csv:{n + 2}" for n in range(len(frame))], name="row")
    return Cells("people", frame, **words)


def many(text: str) -> str:
    """The same people over and over, under ids of their own: enough of them that answers can be codes."""
    head, *rows = text.splitlines()
    again = [row.replace("001", f"{n}1", 1) for n in range(100, 105) for row in rows]
    return "\n".join([head, *again]) + "\n"


def proposed(found: Cells):
    text = propose("A made-up survey", "a.csv", found, {})
    return text, parse_study(text, "studies/proposed.yaml")


def test_each_column_is_declared_or_named_as_left_out():
    text, study = proposed(cells(many(MADE_UP)))
    assert study.sources["people"].id == ("participant",)
    assert study.variables["Age"].kind == "number"
    assert study.variables["Age"].missing == {"-99": "no answer"}
    assert study.variables["Sex"].codes == {"1": "1", "2": "2"}
    assert study.variables["Arm_group"].from_ == "Arm (group)"
    assert study.variables["kinds"].kind == "choices"
    assert study.scales["q"].items == ("q_1", "q_2", "q_3")
    assert study.scales["q"].missing == {"blank": "not answered"}
    assert all(f"#   {left}: " in text for left in ("visit date", "empty"))
    assert "#   comment: " in proposed(cells(MADE_UP))[0]


def test_every_guess_says_so_and_release_withholds():
    text, study = proposed(cells(MADE_UP))
    lines = [line for line in text.splitlines() if line.startswith("  ") and "file:" not in line]
    assert all("# guess" in line for line in lines)
    assert study.release.rule == "journal"


def test_labels_of_the_file_become_codes_and_reasons():
    found = cells(
        "id,help\n1,1\n2,2\n3,9\n4,1\n",
        value_labels={"help": {"1": "Yes", "2": "No", "9": "Don't know"}},
        labels={"help": 'Any "help"?'},
    )
    _, study = proposed(found)
    assert study.variables["help"].codes == {"1": "Yes", "2": "No"}
    assert study.variables["help"].missing == {"9": "Don't know"}
    assert study.variables["help"].label == 'Any "help"?'


def test_rows_of_a_person_in_several_waves():
    _, study = proposed(cells("pid,wave,score\na,1,3\na,2,4\nb,1,33\nb,2,50\n"))
    assert study.sources["people"].wave == "wave"
    assert list(study.sources["people"].waves) == ["1", "2"]
    assert study.design.kind == "cohort"


def test_names_that_come_back_in_every_wave_are_no_codes():
    rows = [f"{n},{w},{name}" for n, name in enumerate(["Ada", "Bo", "Cy", "Di"]) for w in (1, 2, 3)]
    text, study = proposed(cells("pid,wave,first\n" + "\n".join(rows) + "\n"))
    assert "first" not in study.variables
    assert not any(name in text for name in ("Ada", "Bo", "Cy", "Di"))


def test_a_timestamp_is_no_id_and_a_repeated_person_is_told():
    rows = [f"2025-03-{n:02d} 10:00,{n:04d},{n % 3}" for n in range(1, 28)]
    text, study = proposed(cells("Tidspunkt,Løbenr,svar\n" + "\n".join([*rows, "2025-03-29 10:00,0007,1"]) + "\n"))
    assert study.sources["people"].id == ("Løbenr",)
    assert study.sources["people"].duplicates is not None
    assert "# guess: look why they do" in text


def test_without_an_id_nothing_can_be_counted():
    with pytest.raises(Mistakes) as caught:
        proposed(cells("sex,arm\n1,A\n1,A\n2,A\n"))
    assert str(caught.value) == (
        "people: no column tells the 3 rows apart. Add a column with one id a row (any code that is not a "
        "name), export again."
    )


def test_one_persons_words_among_numbers_are_not_written_down():
    rows = [f"p{n},{20 + n}" for n in range(60)]
    text, study = proposed(cells("pid,age\n" + "\n".join([*rows, "q1,I am Ann", "q2,about 40"]) + "\n"))
    assert "age" not in study.variables and "Ann" not in text and "about" not in text
    assert "#   age: numbers but for 2 cells of few people; declare type: number and what these mean" in text
    text, study = proposed(cells("pid,age\n" + "\n".join([*rows, "q1,refused"]) + "\n"))
    assert study.variables["age"].missing == {"refused": "no answer"}


def test_long_numbers_in_a_cell_are_no_codes():
    rows = [f"p{n},{n} {5550000 + n}" for n in range(10, 20)]
    text, study = proposed(cells("pid,reached\n" + "\n".join(rows) + "\n"))
    assert "reached" not in study.variables and "5550010" not in text


def test_waves_whose_labels_are_alike_keep_their_codes():
    found = cells(
        "pid,wave,score\na,1,3\na,2,4\na,3,5\nb,1,33\nb,2,50\n",
        value_labels={"wave": {"1": "Follow-up", "2": "Follow-up", "3": "1"}},
    )
    _, study = proposed(found)
    assert study.sources["people"].waves == {"1": "Follow-up (1)", "2": "Follow-up (2)", "3": "1 (3)"}


def test_a_column_with_a_reserved_name_gets_another():
    _, study = proposed(cells("pid,row,done\n" + "\n".join(f"p{n},{30 + n},{n % 2}" for n in range(20)) + "\n"))
    assert {name: v.from_ for name, v in study.variables.items()} == {"row_2": "row", "done_2": "done"}


def test_options_that_are_guesses_say_why():
    text = propose("T", "a.xlsx", cells("pid,age\na,30\nb,41\n"), {"sheet": "Answers: 2"}, {"sheet": "most rows"})
    assert '  sheet: "Answers: 2"   # guess: most rows' in text.splitlines()
    assert parse_study(text, "studies/proposed.yaml").sources["people"].sheet == "Answers: 2"


word = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(word.filter(bool), min_size=1, max_size=4, unique=True),
    st.lists(st.lists(word, min_size=4, max_size=4), min_size=2, max_size=8),
)
def test_whatever_stands_in_an_export_the_proposal_parses(names, rows):
    frame = pd.DataFrame(
        [[f"{n:03d}", *r[: len(names)]] for n, r in enumerate(rows)],
        columns=["case_id", *(f"c{n}" for n in names)],
        dtype="str",
    )
    text = propose("A made-up survey", "a.csv", Cells("people", frame), {})
    assert parse_study(text, "studies/proposed.yaml").sources["people"].file == "a.csv"
