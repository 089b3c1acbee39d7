"""Every verdict on a number, on drawn results tables; and how far the tolerances go."""

from __future__ import annotations

import pytest

from pipeline.reproduce.numbers import Verdict, compare_numbers
from pipeline.reproduce.tolerance import RELATIVE

S, W, D = Verdict.IDENTICAL, Verdict.WITHIN, Verdict.DIFFERENT
AGE = "participants | t | age | | All |"


def verdict(results, full, old: str, new: str, value: str, statistic: str, rounded: bool) -> Verdict:
    found = compare_numbers(
        results(f"{AGE} {statistic} | {old}"), results(f"{AGE} {statistic} | {new}"),
        full(f"{AGE} {statistic} | {value}"), rounded,
    )  # fmt: skip
    assert len(found) == 1
    return found[0].verdict


def test_every_verdict(results, full):
    old = results("""
        flow  | people | read | | All | rows | 12 | 12
        model | m      | age  | | All | p    | 0.0312 | 0.031
        scale | s      | mood | | All | mean | 3.1 | 3.1
        """)
    new = results("""
        flow  | people | read | | All | rows | 12 | 12
        model | m      | age  | | All | p    | 0.0512 | 0.051
        scale | s      | mood | | All | sd   | 1.1 | 1.1
        """)
    found = compare_numbers(old, new, full(""), rounded=True)
    assert [(n.key[-1], n.verdict) for n in found] == [
        ("rows", S), ("p", D), ("mean", Verdict.UNEXPECTED), ("sd", Verdict.MISSING)
    ]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "value", "expected"), [
    ("12.3|12.3", "12.3|12.3", "12.31", S),
    ("12.3|12.3", "12.4|12.4", "12.35", W),  # where rounding turns over: another machine may say 12.3
    ("12.3|12.3", "12.4|12.4", f"{12.35 * (1 + RELATIVE / 2)!r}", W),
    ("12.3|12.3", "12.4|12.4", f"{12.35 * (1 + RELATIVE * 3)!r}", D),
    ("12.3|12.3", "12.4|12.4", "12.41", D),  # an edited last digit
    ("12.5|12.5", "12.4|12.4", "12.35", D),  # the other neighbour: no rounding of 12.35 gives it
    ("12.3|12.3", "12.5|12.5", "12.45", D),  # two units
    ("12.3|12.4", "12.4|12.4", "12.35", D),  # value and text of the committed row contradict each other
    ("|[c]", "12.4|12.4", "12.4", D),
    ("12.4|12.4", "|[c]", "12.4", D),
    ("|NA", "|NA", "", S),
    ("12.3|12.3", "12.4|12.4", "", D),  # the unrounded value is not known
])  # fmt: skip
def test_a_rounded_number_may_differ_where_rounding_turns_over(results, full, old, new, value, expected):
    assert verdict(results, full, old, new, value, "mean", rounded=True) is expected


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("1.234567891|1.23", "1.234567892|1.23", W),
    (f"{2 * (1 + RELATIVE / 2)!r}|2.00", "2|2.00", W),
    (f"{2 * (1 + RELATIVE * 2)!r}|2.00", "2|2.00", D),
    ("1e-17|0.00", "-3e-18|0.00", W),
    ("1.234567891|1.24", "1.234567892|1.23", D),  # an edited text
    ("1.235000001|1.24", "1.234999999|1.23", W),
])  # fmt: skip
def test_an_unrounded_number_may_differ_by_a_millionth(results, full, old, new, expected):
    assert verdict(results, full, old, new, "1", "estimate", rounded=False) is expected


def test_small_p_values_are_told_apart(results, full):
    assert verdict(results, full, "1e-15|<0.001", "2e-15|<0.001", "2e-15", "p", rounded=False) is D
    assert verdict(results, full, "0.00012|<0.001", "0.00013|<0.001", "0.000125", "p", rounded=True) is W
    assert verdict(results, full, "0.00012|<0.001", "0.00013|<0.001", "0.000129", "p", rounded=True) is D


@pytest.mark.parametrize("statistic", ["n", "denominator", "missing", "rows", "people", "clusters", "events", "items"])
def test_counts_are_exact(results, full, statistic):
    assert verdict(results, full, "9000000|9000000", "9000001|9000001", "9000000.5", statistic, rounded=False) is D


def test_what_no_results_file_has_is_unexpected(results, full):
    good = results(f"{AGE} n | 3 | 3")
    twice = good + b"participants,t,age,,All,n,4,4\nparticipants,t\n"
    assert [n.verdict for n in compare_numbers(twice, good, full(""), True)] == [S, *[Verdict.UNEXPECTED] * 2]


def test_a_file_with_other_columns_has_no_numbers(results, full):
    good = results(f"{AGE} n | 3 | 3")
    swapped = good.replace(b"value,text", b"text,value")
    assert [n.verdict for n in compare_numbers(swapped, good, full(""), True)] == [Verdict.MISSING]
    assert [n.verdict for n in compare_numbers(b"\xff\x00", good, full(""), True)] == [Verdict.MISSING]


@pytest.mark.parametrize("line", [b"participants,t\rt,age,,All,mean,3,3\n", b"participants," + b"t" * 140_000 + b"\n"])
def test_a_file_that_is_no_csv_has_no_numbers(results, full, line):
    good = results(f"{AGE} n | 3 | 3")
    assert [n.verdict for n in compare_numbers(good + line, good, full(""), True)] == [Verdict.MISSING]
