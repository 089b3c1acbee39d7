"""This quarter beside the last one, in counts."""

from __future__ import annotations

import pandas as pd

from pipeline.intake.cells import Cells
from pipeline.intake.compare import compare_cells, sentences


def cells(rows: dict[str, list[str]], **labels: str) -> Cells:
    return Cells("people", pd.DataFrame(rows, dtype="str"), labels=labels)


OLD = {"id": ["1", "2", "3", "4"], "sex": ["1", "2", "1", "2"], "old": ["a", "b", "c", "d"]}


def test_nothing_changed():
    assert compare_cells(cells(OLD), cells(OLD), ["id"]).nothing


def test_what_changed_is_counted_and_nobody_is_quoted():
    new = {"id": ["1", "2", "4", "5", "6"], "sex": ["1", "1", "9", "2", "2"], "fresh": ["x"] * 5}
    changes = compare_cells(cells(OLD, sex="Sex?"), cells(new, sex="Gender?"), ["id"])
    assert sentences(changes) == [
        "people: 2 rows new",
        "people: 1 row gone",
        "people: 2 earlier answers changed: sex (2)",
        "people: new column: fresh",
        "people: column gone: old",
        "people: wording changed: sex",
        "people: new code in sex: 9",
    ]
    assert changes.answers_changed == 2


def test_rows_that_share_an_id_are_counted_and_not_compared():
    new = {**OLD, "id": ["1", "1", "3", ""]}
    changes = compare_cells(cells(OLD), cells(new), ["id"])
    assert changes.uncompared == 3
    assert changes.answers == {}
    assert compare_cells(cells(new), cells(new), ["id"]).uncompared == 0, "the same to the letter"


def test_free_text_has_no_list_of_codes():
    long = {**OLD, "sex": ["a sentence that is longer than any code would ever be", "2", "1", "2"]}
    assert compare_cells(cells(OLD), cells(long), ["id"]).codes_new == {}


def test_a_new_word_of_one_person_is_counted_and_one_of_five_rows_is_named():
    old = {"id": [str(n) for n in range(8)], "sex": ["1"] * 8}
    new = {"id": [str(n) for n in range(8)], "sex": ["rather not"] * 5 + ["call me Ann", "1947", "9"]}
    changes = compare_cells(cells(old), cells(new), ["id"])
    assert changes.codes_new == {"sex": ("9", "rather not", "2 other texts")}
