"""Derived variables: what they are made of, and why they are missing."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.cleaning import banded
from pipeline.errors import Mistakes, StageFailed
from pipeline.results import Key
from pipeline.study import Variable
from tests.drawn import declared, joined

PARTS = """
  a: {type: number, missing: {9: refused, 8: not asked}}
  b: {type: number, missing: {9: don't know, 8: not asked}}
  c: {type: number, missing: {9: don't know, 8: not asked}}
"""
TABLE = """
id | a | b | c
1  | 1 | 2 | 4
2  | 1 | 2 | 9
3  | 9 | 9 | 9
4  | 8 | 8 | 8
5  | 8 | 9 | 1
"""


def derived(more: str, table: str = TABLE, parts: str = PARTS) -> tuple[list, list]:
    people = joined("variables:" + parts + "  x: " + more, people=table)
    frame = people.frames["people"]["x"]
    return [None if pd.isna(v) else v for v in frame], people.reasons["people"]["x"].tolist()


def test_a_sum_with_missing_parts_is_as_declared() -> None:
    values, why = derived("{derive: {sum: [a, b, c], max_missing: 0}}")
    assert values == [1 + 2 + 4, None, None, None, None]
    assert why == ["", "don't know", "don't know", "not asked", "don't know"]
    values, why = derived("{derive: {sum: [a, b, c], max_missing: 1}}")
    assert values == [1 + 2 + 4, (1 + 2) / 2 * 3, None, None, None]


def test_a_mean_is_of_the_parts_that_are_there() -> None:
    values, _ = derived("{derive: {mean: [a, b, c], max_missing: 2}}")
    assert values == [(1 + 2 + 4) / 3, (1 + 2) / 2, None, None, 1]


def test_filled_in_parts_are_told() -> None:
    people = joined("variables:" + PARTS + "  x: {label: Sum, derive: {sum: [a, b, c], max_missing: 1}}", people=TABLE)
    assert people.results.get(Key("quality", "cleaning", "x", "missing parts filled in")) == 1
    assert people.remarks[-1].template == "Sum: in {n} rows missing parts were replaced by the mean of the others."


def test_ticked_choices_can_be_summed_and_none_of_these_is_no_kind() -> None:
    values, why = derived(
        "{derive: {sum: [kinds], max_missing: 0}}",
        "id | kinds\n1 | 1,2\n2 | 8\n3 | 2\n4 | 99",
        "\n  kinds: {type: choices, codes: {1: Talk, 2: Rides, 8: None of these}, exclusive: 8, "
        "missing: {99: refused}}\n",
    )
    assert values == [2, 0, 1, None] and why == ["", "", "", "refused"]


def test_a_difference_and_days() -> None:
    assert derived("{derive: {difference: [c, a]}}")[0] == [4 - 1, None, None, None, None]
    dates = (
        "\n  s: {type: date, format: '%Y-%m-%d %H:%M'}\n  e: {type: date, format: '%d.%m.%Y', missing: {blank: lost}}\n"
    )
    table = "id | s | e\n1 | 2020-02-27 23:50 | 1.3.2020\n2 | 2020-03-02 00:10 | 1.3.2020\n3 | 2020-03-02 00:10 |"
    assert derived("{derive: {days: [s, e]}}", table, dates) == ([3, -1, None], ["", "", "lost"])


def test_regrouped_levels() -> None:
    codes = "\n  g: {codes: {1: Never, 2: Rarely, 3: Often}, missing: {9: refused}}\n"
    table = "id | g\n1 | 3\n2 | 1\n3 | 9\n4 | 2"
    more = "{type: ordered, derive: {regroup: g, into: {Seldom: [Never, Rarely], Often: Often}}}"
    assert derived(more, table, codes) == (["Often", "Seldom", None, "Seldom"], ["", "", "refused", ""])
    people = joined("variables:" + codes + "  x: " + more, people=table).frames["people"]["x"]
    assert people.cat.ordered and people.cat.categories.tolist() == ["Seldom", "Often"]


BANDS = "bands: [<18, 18-29, 30-44, 45+], derive: {cut: age}"
AGE = "\n  age: {type: number, missing: {blank: no answer}}\n"


def test_a_cut_into_bands() -> None:
    values, why = derived(f"{{{BANDS}}}", "id | age\n1 | 17\n2 | 18\n3 | 29\n4 | 30\n5 | 90\n6 |", AGE)
    assert values == ["<18", "18-29", "18-29", "30-44", "45+", None] and why[-1] == "no answer"


def test_what_falls_between_bands_stops_with_counts() -> None:
    study = declared("variables:" + AGE + f"  x: {{{BANDS}}}")
    with pytest.raises(Mistakes) as caught:
        joined(study, people="id | age\n1 | 29.5\n2 | 44.2\n3 | 20")
    assert str(caught.value) == (
        "studies/made_up.yaml:3  variables.x.bands: 2 values of age fall into none of the bands. "
        "Add bands; bands that touch (18-30, 30-45) leave no gap, and the edge belongs to the upper one."
    )


def test_bands_that_touch_leave_no_gap_and_the_edge_goes_up() -> None:
    values, _ = derived("{bands: [0-10, 10-20], derive: {cut: age}}", "id | age\n1 | 9.99\n2 | 10\n3 | 20", AGE)
    assert values == ["0-10", "10-20", "10-20"]


def test_bands_for_tables() -> None:
    variable = Variable(type="number", bands=("18-29", "30+"))
    made = banded(pd.Series([18, 30, float("nan")]), variable.intervals)
    assert made.tolist()[:2] == ["18-29", "30+"] and pd.isna(made[2]) and made.cat.ordered
    with pytest.raises(StageFailed, match=r"1 values lie in none of the bands 18-29, 30\+"):
        banded(pd.Series([17.0]), variable.intervals)


WAVES = """
data: {file: a.csv, id: id, wave: w, waves: {1: Baseline, 2: 3 months}}
variables:
  age: {type: number, missing: {blank: no answer}}
  g: {codes: {1: One, 2: Two}}
"""
LONG = "id | w | age | g\na | 1 | 30 | 1\na | 2 | 31 | 2\nb | 2 | 50 | 2\nc | 1 | | 1\nc | 2 | 41 | 1"


@pytest.mark.parametrize("wave", ["1", "Baseline"])
def test_a_value_at_one_wave_is_carried_to_all(wave: str) -> None:
    study = (
        WAVES
        + f"""  first: {{derive: {{at_wave: {wave}, of: age}}}}
  group: {{type: category, derive: {{at_wave: {wave}, of: g}}}}
  change: {{derive: {{difference: [age, first]}}}}
"""
    )
    people = joined(study, people=LONG)
    frame, why = people.frames["people"], people.reasons["people"]
    assert frame["first"].fillna(-1).tolist() == [30, 30, -1, -1, -1]
    assert why["first"].tolist() == ["", "", "no row at Baseline", "no answer", "no answer"]
    assert frame["group"].astype("str").fillna("gone").tolist() == ["One", "One", "gone", "One", "One"]
    assert frame["change"].fillna(-9).tolist() == [0, 1, -9, -9, -9]
    assert why["change"].tolist() == ["", "", "no row at Baseline", "no answer", "no answer"]


def test_derived_values_out_of_range_stop() -> None:
    study = declared("variables:" + PARTS + "  x: {range: 0-6, derive: {sum: [a, b, c], max_missing: 0}}")
    with pytest.raises(Mistakes) as caught:
        joined(study, people=TABLE)
    assert str(caught.value) == (
        "studies/made_up.yaml:5  variables.x.range: 1 derived value lies outside. Widen 'range', or look at the parts."
    )


def test_derived_variables_may_need_each_other_in_any_order() -> None:
    study = """
    variables:
      z: {derive: {sum: [y, a], max_missing: 0}}
      y: {derive: {mean: [x, a], max_missing: 0}}
      x: {derive: {difference: [a, b]}}
      a: {type: number}
      b: {type: number}
    """
    frame = joined(study, people="id | a | b\n1 | 5 | 2").frames["people"]
    assert frame.iloc[0].to_dict() == {"z": (3 + 5) / 2 + 5, "y": (3 + 5) / 2, "x": 3, "a": 5, "b": 2}
    assert list(frame) == ["z", "y", "x", "a", "b"]
