"""Wide waves become rows: one a person and wave."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.read import read_cells
from pipeline.intake.waves import lengthened
from pipeline.study import Source

AT = "studies/made_up.yaml  data."


def where(*path: str) -> str:
    return AT + ".".join(path)


def read(text: str, **options: object) -> Cells:
    return read_cells(
        "people", Source(**{"file": "wide.csv", "id": "id", **options}), [("wide.csv", text.encode())], where
    )


def refused(text: str, **options: object) -> str:
    with pytest.raises(Mistakes) as caught:
        read(text, **options)
    return str(caught.value)


WIDE = {"1": "{}_t1", "2": "{}_t2", "11": "{}_t11"}


def test_one_row_a_person_and_wave() -> None:
    cells = read("id,sex,mood_t1,help_t1,mood_t2,mood_t11\n7,F,1,a,2,\n8,M,,,3,4\n9,M,,,,\n", wide=WIDE)
    assert list(cells.text) == ["id", "sex", "wave", "mood", "help"]
    assert cells.text.reset_index().to_numpy().tolist() == [
        ["wide.csv:2@1", "7", "F", "1", "1", "a"],
        ["wide.csv:2@2", "7", "F", "2", "2", ""],
        ["wide.csv:3@2", "8", "M", "2", "3", ""],
        ["wide.csv:3@11", "8", "M", "11", "4", ""],
    ]
    assert {str(t) for t in cells.text.dtypes} == {"str"} == {str(cells.text.index.dtype)}
    assert cells.text.index.name == "row" and cells.text.index.is_unique
    told = [(f.value, f.cells) for f in cells.findings if f.what == "rows without any answer in a wave left out"]
    assert told == [("1", 2), ("2", 1), ("11", 2)]
    absent = [(f.value, f.column, f.cells) for f in cells.findings if f.what == "column not there; left blank"]
    assert absent == [("wave 2", "help", 2), ("wave 11", "help", 1)]


def test_every_answer_is_somewhere() -> None:
    text = "id,a_t1,a_t2,b_t2\n" + "".join(
        f"{i},{'x' * (i % 2)},{'y' * (i % 3 > 0)},{'z' * (i % 5 > 0)}\n" for i in range(60)
    )
    cells = read(text, wide={"1": "{}_t1", "2": "{}_t2"})
    assert (cells.text["a"] == "x").sum() == 30
    assert (cells.text["a"] == "y").sum() == 60 * 2 / 3
    assert (cells.text["b"] == "z").sum() == 60 * 4 / 5
    assert (cells.text["wave"] == "2").sum() == 60 - 60 / 15


def test_a_first_wave_without_a_mark() -> None:
    cells = read("id,sex,mood,mood_fu\n1,F,2,3\n", wide={"base": "{}", "later": "{}_fu"})
    assert cells.text.to_numpy().tolist() == [["1", "F", "base", "2"], ["1", "F", "later", "3"]]


def test_patterns_in_front() -> None:
    cells = read("id,t1_mood,t2_mood\n1,2,3\n", wide={"1": "t1_{}", "2": "t2_{}"})
    assert cells.text["mood"].tolist() == ["2", "3"]


def test_what_does_not_fit_together() -> None:
    text = "id_t1,mood,mood_t1,mood_t2,wave\n1,2,3,4,5\n"
    assert refused(text, id="id_t1", wide={"1": "{}_t1", "2": "{}_t2", "3": "{}_t3"}).split("\n") == [
        f"{AT}wide.3: no column fits {{}}_t3. Write what stands around the name, like {{}}_t1.",
        f"{AT}wide: 'mood' stands beside columns that are called so without their wave. "
        "If it belongs to a wave, give that the pattern '{}'; otherwise add ignore: [mood].",
        f"{AT}wide: wide.csv has a column 'wave' already. Add ignore: [wave], or declare the waves as long.",
        f"{AT}id: 'id_t1' fits the pattern of a wave. An id is the same in every wave; narrow the pattern.",
    ]
    assert refused("id,t1_a_t2,t1_b,c_t2\n1,2,3,4\n", wide={"1": "t1_{}", "2": "{}_t2"}) == (
        f"{AT}wide: column 't1_a_t2' fits waves 1 and 2 alike. Make the patterns tell them apart."
    )


def test_ignored_columns_are_gone_before_waves_are_made() -> None:
    cells = read("id,mood,mood_t1,name_t1\n1,2,3,x\n", wide={"1": "{}_t1"}, ignore=["mood", "name_t1"])
    assert list(cells.text) == ["id", "wave", "mood"]


def test_labels_codes_and_missing_codes_come_together() -> None:
    text = read("id,a_t1,a_t2\n1,.,1\n2,.b,.\n").text
    wide = Cells(
        "f.dta", text, {"id": "Number", "a_t1": "Mood", "a_t2": "Mood again"},
        {"a_t1": {"1": "low", ".b": "refused"}, "a_t2": {"1": "Low", "2": "high"}},
        {"a_t1": frozenset({".b", "."}), "a_t2": frozenset({"."})},
    )  # fmt: skip
    long = lengthened(wide, {"1": "{}_t1", "2": "{}_t2"}, ("id",), where)
    assert long.text["a"].tolist() == ["1", ".b"]  # Stata's . is no answer; a code with a reason is one
    assert long.labels == {"id": "Number", "a": "Mood"}
    assert long.value_labels == {"a": {"1": "low", ".b": "refused", "2": "high"}}
    assert long.user_missing == {"a": frozenset({".b", "."})}
    assert ("label of code 1 differs; the first is kept", "wave 2", "a") in [
        (f.what, f.value, f.column) for f in long.findings
    ]
