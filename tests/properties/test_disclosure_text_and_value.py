"""What results.csv says twice, as a value and as a text, is one number: of every statistic, under every rule."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.disclosure import draft, release
from pipeline.disclosure.text import DECIMALS, MINUS
from pipeline.results import WITHHELD, Key, Number, Results
from pipeline.study import Release
from pipeline.tables.in_style import MONTHS as OF_DATES
from pipeline.tables.in_style import P

NAMED = (*DECIMALS, *P, "estimate", "alpha", "ci_low", "std_error")
VALUES = st.floats(-1e6, 1e6) | st.integers(-20, 20).map(float) | st.sampled_from([math.nan, math.inf, -0.004, 0.005])
PROBABILITIES = st.floats(0, 1) | st.sampled_from([0.0, 0.0005, 0.0009999, 0.001, 0.045, 0.0449, 0.99, 0.9901, 1.0])
MONTHS = st.builds(lambda year, month: float(100 * year + month), st.integers(1900, 2100), st.integers(1, 12))
COUNTED = {s for s, places in DECIMALS.items() if places == 0}


def read(text: str, statistic: str) -> float:
    """The number that a text says; a bound for ``<0.001``."""
    if text in ("NA", WITHHELD):
        return math.nan
    if statistic in OF_DATES:
        year, month = text.split("-")
        return float(100 * int(year) + int(month))
    plain = text.replace(",", "").replace(MINUS, "-").replace("∞", "inf").lstrip("<>")
    return float(plain)


@st.composite
def numbers(draw):
    made = []
    for place, statistic in enumerate(draw(st.lists(st.sampled_from(NAMED), min_size=1, max_size=12))):
        if statistic in P:
            value = draw(PROBABILITIES)
        elif statistic in OF_DATES:
            value = draw(MONTHS)
        elif statistic in COUNTED:
            value = float(draw(st.integers(0, 5000)))
        else:
            value = draw(VALUES)
        decimals = draw(st.none() | st.integers(0, 4)) if statistic in ("mean", "estimate", "percent") else None
        people = draw(st.sampled_from([math.nan, 3.0, 40.0]))
        made.append(Number(Key("model", "m", f"t{place}", "", "All", statistic), value, people, decimals))
    return Results.of(made)


@given(numbers(), st.sampled_from(["journal", "cms", "acro"]))
def test_the_text_parses_back_to_the_released_value(results, rule):
    released = release(results, Release(rule=rule, because="a test"))
    for row in released.frame.itertuples():
        said = read(row.text, row.statistic)
        if row.text[0] in "<>":  # a bound is no number: the value has two digits of what lies beyond it
            assert row.value <= said if row.text[0] == "<" else row.value >= said
            assert row.value == float(f"{row.value:.1e}")
            continue
        assert said == row.value or (math.isnan(said) and math.isnan(row.value)), row
        assert row.withheld == (row.text == WITHHELD)
        assert str(row.value) != "-0.0"


@given(numbers())
def test_one_unit_of_the_last_released_digit_is_known(results):
    released = release(results, Release(rule="journal", because="a test"))
    for row in released.frame.itertuples():
        places = released.decimals(Key(*row[1:7]))
        if math.isfinite(row.value) and row.text[0] not in "<>":
            assert Decimal(repr(row.value)).quantize(Decimal(1).scaleb(-places)) == Decimal(repr(row.value))
            if row.statistic not in OF_DATES:
                assert len(row.text.partition(".")[2]) == places


@given(numbers())
def test_where_nothing_is_rounded_no_digit_is_the_last(results):
    for released in (draft(results), release(results, Release(rule="none", because="a test"))):
        keys = [Key(*k) for k in released.frame.iloc[:, :6].itertuples(index=False, name=None)]
        assert {released.decimals(key) for key in keys} == {None}


@pytest.mark.parametrize(
    ("p", "value", "text"),
    [(0.0004, 0.0004, "<0.001"), (0.00001847, 0.000018, "<0.001"),
     (0.001, 0.001, "0.001"), (0.0094, 0.009, "0.009"), (0.0123, 0.01, "0.01"),
     (0.0499, 0.0499, "0.0499"),
     (0.05, 0.05, "0.050"), (0.25, 0.25, "0.25"), (0.9934, 0.99, ">0.99"), (1.0, 1.0, ">0.99")],
)  # fmt: skip
def test_p_values_are_released_as_they_are_printed(p, value, text):
    released = release(Results.of([Number(Key("model", "m", statistic="p"), p, 40)]), Release(rule="journal"))
    (row,) = released.frame.itertuples()
    assert (row.value, row.text) == (value, text)
