"""The draft of a study file: guesses marked as guesses, and a file that parses unedited."""

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


def drafted(found: Cells):
    text = propose("A made-up survey", "a.csv", found, {})
    return text, parse_study(text, "studies/draft.yaml")


def test_each_column_is_declared_or_named_as_left_out():
    text, study = drafted(cells(many(MADE_UP)))
    assert study.sources["people"].id == ("participant",)
    assert study.variables["Age"].kind == "number"
    assert study.variables["Age"].missing == {"-99": "no answer"}
    assert study.variables["Sex"].codes == {"1": "1", "2": "2"}
    assert study.variables["Arm_group"].from_ == "Arm (group)"
    assert study.variables["kinds"].kind == "choices"
    assert study.scales["q"].items == ("q_1", "q_2", "q_3")
    assert study.scales["q"].missing == {"blank": "not answered"}
    assert all(f"#   {left}: " in text for left in ("visit date", "empty"))
    assert "#   comment: " in drafted(cells(MADE_UP))[0]


def test_every_guess_says_so_and_release_withholds():
    text, study = drafted(cells(MADE_UP))
    lines = [line for line in text.splitlines() if line.startswith("  ") and "file:" not in line]
    assert all("# guess" in line for line in lines)
    assert study.release.rule == "journal"


def test_labels_of_the_file_become_codes_and_reasons():
    found = cells(
        "id,help\n1,1\n2,2\n3,9\n4,1\n",
        value_labels={"help": {"1": "Yes", "2": "No", "9": "Don't know"}},
        labels={"help": 'Any "help"?'},
    )
    _, study = drafted(found)
    assert study.variables["help"].codes == {"1": "Yes", "2": "No"}
    assert study.variables["help"].missing == {"9": "Don't know"}
    assert study.variables["help"].label == 'Any "help"?'


def test_rows_of_a_person_in_several_waves():
    _, study = drafted(cells("pid,wave,score\na,1,3\na,2,4\nb,1,33\nb,2,50\n"))
    assert study.sources["people"].wave == "wave"
    assert list(study.sources["people"].waves) == ["1", "2"]
    assert study.design.kind == "cohort"


def test_names_that_come_back_in_every_wave_are_no_codes():
    rows = [f"{n},{w},{name}" for n, name in enumerate(["Ada", "Bo", "Cy", "Di"]) for w in (1, 2, 3)]
    text, study = drafted(cells("pid,wave,first\n" + "\n".join(rows) + "\n"))
    assert "first" not in study.variables
    assert not any(name in text for name in ("Ada", "Bo", "Cy", "Di"))


def test_a_timestamp_is_no_id_and_a_repeated_person_is_told():
    rows = [f"2025-03-{n:02d} 10:00,{n:04d},{n % 3}" for n in range(1, 28)]
    text, study = drafted(cells("Tidspunkt,Løbenr,svar\n" + "\n".join([*rows, "2025-03-29 10:00,0007,1"]) + "\n"))
    assert study.sources["people"].id == ("Løbenr",)
    assert study.sources["people"].duplicates is not None
    assert "# guess: look why they do" in text


def test_without_an_id_nothing_can_be_counted():
    with pytest.raises(Mistakes) as caught:
        drafted(cells("sex,arm\n1,A\n1,A\n2,A\n"))
    assert str(caught.value) == (
        "people: no column tells the 3 rows apart. Add a column with one id a row (any code that is not a "
        "name), export again."
    )


word = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(word.filter(bool), min_size=1, max_size=4, unique=True),
    st.lists(st.lists(word, min_size=4, max_size=4), min_size=2, max_size=8),
)
def test_whatever_stands_in_an_export_the_draft_parses(names, rows):
    frame = pd.DataFrame(
        [[f"{n:03d}", *r[: len(names)]] for n, r in enumerate(rows)],
        columns=["case_id", *(f"c{n}" for n in names)],
        dtype="str",
    )
    text = propose("A made-up survey", "a.csv", Cells("people", frame), {})
    assert parse_study(text, "studies/draft.yaml").sources["people"].file == "a.csv"
