"""Where wrong cells stand: listed with their places, for a file under data/; and a second header, told as such."""

from __future__ import annotations

import pytest

from pipeline.cleaning.clean import wrong_cells
from pipeline.cleaning.places import listed_wrong
from tests.drawn import cleaned, declared, drawn, refused

STUDY = """
variables:
  age: {type: number, range: 18-99, missing: {blank: not answered}}
  sex: {codes: {1: Women, 2: Men}}
  day: {type: date, format: "%d.%m.%Y"}
  kinds: {type: choices, codes: {1: Talk, 2: Help, 9: None}, exclusive: 9}
scales:
  mood: {items: [i1, i2], range: 1-5, score: mean, max_missing: 0}
"""
PEOPLE = """
id | age | sex | day        | kinds | i1 | i2
a  | 17  | 1   | 01.02.2024 | 1,2   | 1  | 2
b  | 1a  | 2   | 2024-02-01 | 1     | 7  | 2
c  | 30  |     | 31.02.2024 | 1,9   | 3  | =2
"""


def test_each_wrong_cell_is_listed_with_its_place_and_what_it_holds() -> None:
    found = listed_wrong(wrong_cells({"people": drawn(PEOPLE)}, declared(STUDY)))
    assert found.decode("utf-8-sig").splitlines() == [
        "file,line,column,value,what is wrong",
        ",2,age,17,lies outside the range",
        ",3,age,1a,is not a number: words or signs",
        ",4,sex,,holds a code (or a blank) that nobody declared",
        ",3,day,2024-02-01,is not a date of the form",
        ",4,day,31.02.2024,holds a moment that no calendar or clock has",
        ',4,kinds,"1,9",has an exclusive or missing code beside others',
        ",3,i1,7,lies outside the range",
        ",4,i2,'=2,is not a number: words or signs",
    ]


def test_rows_that_can_not_be_told_apart_or_put_to_a_wave_are_listed_too() -> None:
    study = "data: {file: a.csv, id: id, wave: w, waves: {1: A, 2: B}}\nvariables: {age: {type: number}}"
    people = "id | w | age\na | 1 | 3\na | 1 | 4\n | 2 | 5\nb | 3 | 6\nb | 2 | 6"
    found = listed_wrong(wrong_cells({"people": drawn(people)}, declared(study)))
    assert found.decode("utf-8-sig").splitlines()[1:] == [
        ",4,id,,names no one",
        ",5,w,3,is no wave",
        ',2,id,a,"stands in another row of the same wave, too"',
        ',3,id,a,"stands in another row of the same wave, too"',
    ]
    settled = study.replace("2: B}}", "2: B}, duplicates: {keep: last, because: the last counts}}")
    assert b"stands in another" not in listed_wrong(wrong_cells({"people": drawn(people)}, declared(settled)))


def test_a_study_whose_cells_are_in_order_lists_none() -> None:
    assert wrong_cells({"people": drawn("id | age\na | 20")}, declared("variables: {age: {type: number}}")) == []


SECOND = """
id   | age         | sex         | i1
Id   | How old?    | Which sex?  | Mood
a    | 20          | 1           | 3
b    | 30          | 2           | 4
"""
SHORT = """
variables:
  age: {type: number}
  sex: {codes: {1: Women, 2: Men}}
  i1: {type: number}
"""


def test_a_first_row_that_alone_can_not_be_read_is_called_a_second_header() -> None:
    assert (
        "data.file: line 2 looks like a second header: only there 3 of 4 columns can't be read. Export with one line "
        "of names, or leave that row out under 'exclude' by its id."
    ) in refused(SHORT, people=SECOND)


@pytest.mark.parametrize("change", [("30", "old"), ("Which sex?", "1")])
def test_a_column_with_other_faults_is_no_sign_of_a_header(change: tuple[str, str]) -> None:
    assert "second header" not in refused(SHORT, people=SECOND.replace(*change))


def test_a_header_left_out_by_its_id_is_none() -> None:
    study = SHORT + "exclude: [{where: {id: [Id]}, because: a second line of names}]\n"
    assert len(cleaned(study, people=SECOND).responses["people"]) == 2
