"""The rows of a linked table, brought together to one value a person."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.results import Key
from tests.drawn import joined

STUDY = """
data:
  people: {file: a.csv, id: id}
  visits: {file: b.csv, id: v, parent: {people: person}}
variables:
  minutes: {in: visits, type: number, missing: {99: not noted, 98: not asked}}
  who: {in: visits, type: text, missing: {blank: not noted}}
  mode: {in: visits, codes: {1: In person, 2: By telephone}, missing: {9: not noted}}
  x: DERIVED
"""
PEOPLE = "id\na\nb\nc\nd"
VISITS = """
v | person | minutes | who | mode
1 | a      | 10      | S2  | 2
2 | b      | 30      | S1  | 2
3 | a      | 20      | S1  | 1
4 | a      | 99      | S2  | 2
5 | b      | 40      | S2  | 2
6 | c      | 99      |     | 9
"""


def taken(more: str, visits: str = VISITS) -> tuple[list, list]:
    people = joined(STUDY.replace("DERIVED", more), people=PEOPLE, visits=visits)
    values = people.frames["people"]["x"]
    return [None if pd.isna(v) else v for v in values], people.reasons["people"]["x"].tolist()


FROM = "from: visits, by: person"


def test_a_sum() -> None:
    gone = "no row in visits"
    values, why = taken(f"{{derive: {{{FROM}, take: sum, of: minutes}}}}")
    assert values == [None, 30 + 40, None, None] and why == ["not noted", "", "not noted", gone]
    values, why = taken(f"{{derive: {{{FROM}, take: sum, of: minutes, max_missing: 1, none: 0}}}}")
    assert values == [(10 + 20) / 2 * 3, 70, None, 0] and why == ["", "", "not noted", ""]


def test_a_mean() -> None:
    values, _ = taken(f"{{derive: {{{FROM}, take: mean, of: minutes, max_missing: 5}}}}")
    assert values == [15, 35, None, None]


def test_a_count_of_rows_or_of_values() -> None:
    assert taken(f"{{derive: {{{FROM}, take: count}}}}") == ([3, 2, 1, 0], [""] * 4)
    assert taken(f"{{derive: {{{FROM}, take: count, of: minutes}}}}")[0] == [2, 2, 0, 0]
    assert taken(f"{{derive: {{{FROM}, take: count, none: -1}}}}")[0] == [3, 2, 1, -1]


def test_the_most_frequent_and_of_equals_the_first_in_the_file() -> None:
    values, why = taken(f"{{type: text, derive: {{{FROM}, take: most frequent, of: who}}}}")
    assert values == ["S2", "S1", None, None] and why == ["", "", "not noted", "no row in visits"]
    values, _ = taken(f"{{type: text, derive: {{{FROM}, take: most frequent, of: who, none: no one}}}}")
    assert values == ["S2", "S1", None, "no one"]
    values, _ = taken(f"{{derive: {{{FROM}, take: most frequent, of: mode, none: Never met}}}}")
    assert values == ["By telephone", "By telephone", None, "Never met"]


def test_any_is_the_first_level_where_a_row_holds_it() -> None:
    values, why = taken(f"{{derive: {{{FROM}, take: any, of: mode}}}}")
    assert values == ["In person", "By telephone", None, None]
    assert why == ["", "", "not noted", "no row in visits"]


def test_by_a_variable_of_the_linked_table_and_rows_of_no_one_are_counted() -> None:
    study = STUDY.replace("DERIVED", "{derive: {from: visits, by: who, take: count}}").replace(
        ", parent: {people: person}", ""
    )
    people = joined(study, people="id\nS1\nS9", visits=VISITS)
    assert people.frames["people"]["x"].tolist() == [2, 0]
    assert people.results.get(Key("quality", "cleaning", "x", "rows that belong to no one")) == 4
    assert people.remarks[-1].template == "X: {n} rows of visits belong to no one here."


def test_every_wave_of_a_person_has_the_value() -> None:
    study = STUDY.replace("file: a.csv, id: id", "file: a.csv, id: id, wave: w, waves: {1: One, 2: Two}")
    study = study.replace("DERIVED", f"{{derive: {{{FROM}, take: count}}}}")
    people = joined(study, people="id | w\na | 1\nb | 1\na | 2\nc | 2", visits=VISITS)
    assert people.frames["people"]["x"].tolist() == [3, 2, 3, 1]


def test_a_derived_column_may_be_the_second_cluster() -> None:
    study = "design: {kind: cohort, second_cluster: x}\n" + STUDY.replace(
        "DERIVED", f"{{type: text, derive: {{{FROM}, take: most frequent, of: who}}}}"
    )
    people = joined(study, people=PEOPLE, visits=VISITS)
    assert people.keys["people"]["second_cluster"].tolist() == ["S2", "S1", "", ""]
    assert people.keys["visits"]["second_cluster"].tolist() == ["S2", "S1", "S2", "S2", "S1", ""]


@pytest.mark.parametrize("ids", [["a", "b"], ["b", "a"]])
def test_the_order_of_people_does_not_matter(ids: list[str]) -> None:
    study = STUDY.replace("DERIVED", f"{{type: text, derive: {{{FROM}, take: most frequent, of: who}}}}").replace(
        ", parent: {people: person}", ""
    )
    people = joined(study, people="id\n" + "\n".join(ids), visits=VISITS)
    assert dict(zip(people.keys["people"]["id"], people.frames["people"]["x"], strict=True)) == {"a": "S2", "b": "S1"}
