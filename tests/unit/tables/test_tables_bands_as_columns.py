"""A number's bands as columns: a column a band, from the study file to what is released."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.disclosure import release
from pipeline.errors import Mistakes
from pipeline.results import Key, Results
from pipeline.study import Release
from pipeline.tables.participants import participants
from tests.drawn import cleaned, declared, joined

STUDY = """
data: {file: a.csv, id: id, wave: w, waves: {1: Start, 2: End}}
variables:
  age: {type: number, unit: years, bands: [18-29, 30-44, 45+], missing: {blank: not answered}}
  first_age: {derive: {at_wave: 1, of: age}, unit: years}
  health: {type: ordered, codes: {1: Good, 2: Fair}}
tables:
  by_age: {rows: [health, age], columns: age, wave: 1}
  by_first_age: {rows: [health], columns: first_age, wave: 2, overall: false}
"""
PEOPLE = """
id | w | age | health
a  | 1 | 20  | 1
b  | 1 | 29  | 2
c  | 1 | 30  | 1
d  | 1 |     | 1
a  | 2 | 21  | 2
c  | 2 | 45  | 2
"""


def test_each_band_is_a_column_and_those_without_an_age_have_theirs(printed) -> None:  # type: ignore[no-untyped-def]
    study = declared(STUDY)
    exhibit = participants(joined(study, people=PEOPLE), study, "by_age")
    filled = printed(exhibit.table, exhibit.results)
    assert [c.head for c in filled.columns] == [
        "18–29 (n = 2)", "30–44 (n = 1)", "45+ (n = 0)", "Missing (n = 1)", "Overall (n = 4)",
    ]  # fmt: skip
    assert filled.spanners() == [("Age", 4), ("", 1)]
    assert exhibit.results.get(Key("participants", "by_age", "health", "Good", "age=18-29", "percent")) == 100 * 1 / 2
    rule = Release(rule="journal", below=2)
    assert release(exhibit.results, rule).text(Key("participants", "by_age", "", "", "age=30-44", "n")) == "[c]"


def test_a_derived_number_has_the_bands_of_the_one_that_it_takes_over(printed) -> None:  # type: ignore[no-untyped-def]
    study = declared(STUDY)
    exhibit = participants(joined(study, people=PEOPLE), study, "by_first_age")
    filled = printed(exhibit.table, exhibit.results)
    assert [c.head for c in filled.columns] == ["18–29 (n = 1)", "30–44 (n = 1)", "45+ (n = 0)"]


def test_the_edge_of_bands_that_touch_belongs_to_the_upper_one_in_rows_as_in_columns() -> None:
    study = declared(STUDY.replace("[18-29, 30-44, 45+]", "[18-30, 30-45, 45+]"))
    held = participants(joined(study, people=PEOPLE), study, "by_age").results
    for band, n in {"18-30": 2, "30-45": 1, "45+": 0}.items():
        assert held.get(Key("participants", "by_age", "", "", f"age={band}", "n")) == n
        assert held.get(Key("participants", "by_age", "age", band, "All", "n")) == n


def scored(bands: str) -> Results:
    """A table of three people's scores, 2, 3 and 4."""
    study = declared(f"""
data: {{file: a.csv, id: id}}
variables: {{}}
scales:
  low_mood: {{items: [q1, q2], range: 1-2, score: sum, max_missing: 0, high_means: lower, bands: {bands}}}
tables:
  t: {{rows: [low_mood]}}
""")
    people = "\nid | q1 | q2\na | 1 | 1\nb | 1 | 2\nc | 2 | 2\n"
    found = cleaned(study, people=people)
    blank = {table: pd.DataFrame(index=frame.index) for table, frame in found.responses.items()}
    scores = {table: frame.assign(low_mood=[2.0, 3.0, 4.0]) for table, frame in blank.items()}
    return participants(joined(study, scores, people=people), study, "t").results


@pytest.mark.parametrize("bands", ["{Low: 2-3, High: 3-4}", "{High: 3-4, Low: 2-3}"])
def test_bands_of_a_scale_may_touch_too(bands: str) -> None:
    held = scored(bands)
    assert [held.get(Key("participants", "t", "low_mood", b, "All", "n")) for b in ("Low", "High")] == [1, 2]


def test_bands_of_a_scale_that_overlap_are_refused_with_the_count() -> None:
    with pytest.raises(Mistakes, match=r"low_mood\.bands: 2 values lie in two bands\. Let each band begin after"):
        scored("{Low: 2-4, High: 3-4}")
