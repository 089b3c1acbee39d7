"""The rule ``acro``: means of which one or two people make up nearly all, by worked examples. All is made up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import Released, release
from pipeline.disclosure.dominance import Shares, together
from pipeline.results import Key, Number, Results
from pipeline.study import Release, Study, parse_study
from pipeline.tables.participants import participants

ACRO = Release(rule="acro")
STUDY = """
title: Made up
data: {{file: made-up.csv, id: id}}
design: {{kind: cohort}}
variables:
  role: {{codes: {{1: A, 2: B, 3: C}}, reference: A}}
  place: {{codes: {{1: Town, 2: Country}}}}
  days: {{type: number}}
  more: {{type: number}}
  both: {{derive: {{sum: [days, more], max_missing: 0}}}}
tables:
{tables}
models:
  change: {{outcome: days, exposure: role}}
  other: {{outcome: more, exposure: role}}
release: {{rule: acro}}
"""
ONE_STAYED_LONG = [100.0] + [1.0] * 11
"""Sum 111; the two largest are 101 of it (91 %)."""
OTHERS = {"B": [10.0] * 12, "C": [10.0] * 20}


def _study(*tables: str) -> Study:
    return parse_study(STUDY.format(tables="\n".join(f"  {t}" for t in tables)), "studies/made_up.yaml")


def _people(days: Mapping[str, Sequence[float]], place: Sequence[str] = ()) -> People:
    roles = [role for role, held in days.items() for _ in held]
    values = np.array([x for held in days.values() for x in held])
    more = np.arange(len(values)) % 5 + 10.0
    frame = pd.DataFrame({"role": pd.Categorical(roles, ["A", "B", "C"]), "days": values, "more": more,
                          "place": pd.Categorical(place or ["Town"] * len(values), ["Town", "Country"]),
                          "both": values + more})  # fmt: skip
    frame.index = pd.Index([f"made-up.csv:{i}" for i in range(len(frame))], name="row")
    reasons = pd.DataFrame("", index=frame.index, columns=frame.columns, dtype="str")
    keys = pd.DataFrame({"id": [str(i) for i in range(len(frame))], "wave": ""}, index=frame.index)
    inside = pd.Series(True, index=frame.index)
    return People({"people": frame}, {"people": reasons}, {"people": keys}, {"people": inside}, Results.of([]))


def _released(study: Study, people: People, *more: Number) -> Released:
    parts = [participants(people, study, name).results for name in study.tables]
    return release(Results.join([*parts, Results.of(more)]), study.release, study)


def _shown(made: Released, statistic: str = "mean", name: str = "t", term: str = "days") -> list[str]:
    frame = made.frame
    here = frame[(frame["name"] == name) & (frame["term"] == term) & (frame["statistic"] == statistic)]
    return here.loc[~here["withheld"], "group"].tolist()


T = "t: {rows: [days], columns: role}"


@pytest.mark.parametrize(("values", "passes"), [
    ([44, 45] + [1] * 11, True),     # 89 of 100
    ([45, 45] + [1] * 10, False),    # 90 of 100
    ([100] + [1] * 11, False),       # 101 of 111
    ([5] * 10, True),
    ([5] * 9, False),                # too few people
    ([0] * 12, False),
])  # fmt: skip
def test_a_mean_passes_where_the_two_largest_are_less_than_nine_tenths(values: list[float], passes: bool) -> None:
    largest, second = sorted(values, reverse=True)[:2]
    assert Shares(len(values), sum(values), largest, second).may_pass(10) is passes


def test_what_is_left_must_be_a_tenth_of_the_largest() -> None:
    """Of a sum of 1,111 with 1,000 and 11 the rest is 100; with 1,001 it is 99, less than a tenth of 1,001."""
    assert not Shares(20, 1111, 1001, 11).may_pass(10)
    assert 111 - 101 < 0.10 * 111


def test_groups_together_have_the_two_largest_of_all() -> None:
    both = together([Shares(12, 111, 100, 1), Shares(12, 120, 10, 10)])
    assert both == Shares(24, 231, 100, 10)
    assert math.isnan(together([both, Shares(5, 10, math.nan, math.nan)]).largest)


def test_a_dominated_mean_goes_with_that_of_fewest_people() -> None:
    """Of 431 days in all, less 120 and 200, 111 are left: A's. B goes along; of the 231 of both, 110 are the largest
    two's."""
    made = _released(_study(T), _people({"A": ONE_STAYED_LONG, **OTHERS}))
    assert _shown(made) == ["All", "role=C"]
    assert made.text(Key("participants", "t", "days", "", "All", "mean")) == "9.8"
    assert 9.75 < 431 / 44 < 9.85


def test_means_of_two_groups_go_together_and_that_of_all_stays() -> None:
    made = _released(_study(T), _people({"A": ONE_STAYED_LONG, "B": OTHERS["B"]}))
    assert _shown(made) == ["All"]


def test_where_all_are_dominated_too_the_other_groups_stay() -> None:
    """Of 10,331 days in all 10,010 are two people's (97 %). B's and C's 120 and 200 give no difference."""
    made = _released(_study(T), _people({"A": [10_000.0] + [1.0] * 11, **OTHERS}))
    assert _shown(made) == ["role=B", "role=C"]


def test_a_union_that_is_dominated_takes_a_third_mean_along() -> None:
    """A, B and C: 1,011, 48 and 80 days; D's 20 people have 600. A with B: 1,059, of which 1,004 are two people's
    (95 %); with C's 80 it is 1,139 and 1,004 (88 %)."""
    held = {"A": [1_000.0] + [1.0] * 11, "B": [4.0] * 12, "C": [4.0] * 20}
    people = _people(held)
    frame = people.frames["people"]
    more = pd.DataFrame({"role": pd.Categorical([None] * 20, ["A", "B", "C"]), "days": 30.0, "more": 10.0, "both": 40.0,
                         "place": pd.Categorical(["Town"] * 20, ["Town", "Country"])},
                        index=[f"made-up.csv:{100 + i}" for i in range(20)])  # fmt: skip
    whole = pd.concat([frame, more])
    whole["role"] = pd.Categorical(whole["role"], ["A", "B", "C"])
    whole["place"] = pd.Categorical(whole["place"], ["Town", "Country"])
    reasons = pd.DataFrame("", index=whole.index, columns=whole.columns, dtype="str")
    reasons.loc[more.index, "role"] = "no answer"
    keys = pd.DataFrame({"id": [str(i) for i in range(len(whole))], "wave": ""}, index=whole.index)
    inside = pd.Series(True, index=whole.index)
    everyone = People({"people": whole}, {"people": reasons}, {"people": keys}, {"people": inside}, Results.of([]))
    made = _released(_study(T), everyone)
    assert _shown(made) == ["All", "role=Missing"]


def test_nobody_dominates_and_every_mean_is_printed_with_its_sd() -> None:
    made = _released(_study(T), _people({"A": [9.0, 10.0] * 10, "B": [10.0, 11.0] * 10, "C": [10.0, 12.0] * 10}))
    assert _shown(made) == _shown(made, "sd") == ["All", "role=A", "role=B", "role=C"]


def test_sds_and_quartiles_go_with_their_mean() -> None:
    long = [300.0] + [1.0] * 24
    made = _released(_study("t: {rows: [days], columns: role}"),
                     _people({"A": long, "B": [9.0, 11.0] * 14, "C": [8.0, 12.0] * 20}))  # fmt: skip
    assert _shown(made) == ["All", "role=C"]
    for statistic in ("sd", "median", "q1", "q3"):
        assert _shown(made, statistic) == ["All", "role=C"]


def test_where_a_value_is_below_zero_the_rule_is_not_defined() -> None:
    """A's mean and with it that of all; neither is a difference of B's and C's."""
    made = _released(_study(T), _people({"A": [-1.0] + [10.0] * 20, **OTHERS}))
    assert _shown(made) == ["role=B", "role=C"]


def test_another_table_does_not_give_it_back() -> None:
    """t has no overall column; u has: 431 less what t prints would be A's."""
    people = _people({"A": ONE_STAYED_LONG, **OTHERS}, ["Town", "Country"] * 22)
    made = _released(_study("t: {rows: [days], columns: role, overall: false}", "u: {rows: [days], columns: place}"),
                     people)  # fmt: skip
    assert _shown(made, name="u") == ["All", "place=Country", "place=Town"]
    assert _shown(made) == ["role=C"]


def test_alone_without_overall_a_dominated_mean_takes_no_other_along() -> None:
    made = _released(_study("t: {rows: [days], columns: role, overall: false}"),
                     _people({"A": ONE_STAYED_LONG, **OTHERS}))  # fmt: skip
    assert _shown(made) == ["role=B", "role=C"]


def test_a_sum_of_which_a_part_is_withheld_is_withheld() -> None:
    made = _released(_study("t: {rows: [days, more, both], columns: role}"), _people({"A": ONE_STAYED_LONG, **OTHERS}))
    assert _shown(made) == ["All", "role=C"]
    assert _shown(made, term="more") == ["All", "role=A", "role=B", "role=C"]
    assert _shown(made, term="both") == []


def test_an_estimate_of_the_outcome_would_give_it_back() -> None:
    of = [Number(Key("model", name, "role", "B", "All", "estimate"), -0.75, 44) for name in ("change", "other")]
    change, other = (n.key for n in of)
    made = _released(_study(T), _people({"A": ONE_STAYED_LONG, **OTHERS}), *of)
    assert made.withheld(change) and not made.withheld(other)
    made = _released(_study(T), _people({"A": [9.0, 10.0] * 10, **OTHERS}), *of)
    assert not made.withheld(change)


def test_differences_and_intervals_of_a_withheld_mean_are_withheld() -> None:
    table = "t: {rows: [days], columns: role, intervals: usual, differences: true}"
    lost = _released(_study(table), _people({"A": ONE_STAYED_LONG, **OTHERS}))
    kept = _released(_study(table), _people({"A": [9.0, 10.0] * 10, "B": [9.0, 12.0] * 10, "C": [8.0, 12.0] * 10}))
    assert len(_shown(kept, "difference")) > 0 and "role=A" in _shown(kept, "ci_low")
    assert _shown(lost, "difference") == []
    assert "role=A" not in _shown(lost, "ci_low") and "role=C" in _shown(lost, "ci_low")


@pytest.mark.parametrize("statistic", ["weighted_mean", "weighted_median", "weighted_sd", "weighted_q1"])
def test_of_weighted_numbers_nobody_knows_who_dominates(statistic: str) -> None:
    number = Number(Key("participants", "t", "age", "", "All", statistic), 40.0, 900)
    assert release(Results.of([number]), ACRO).withheld(number.key)


def test_where_an_earlier_release_is_declared_no_mean_passes() -> None:
    from pipeline.disclosure import earlier_release

    study, people = _study(T), _people({"A": [9.0, 10.0] * 10, **OTHERS})
    results = participants(people, study, "t").results
    first = release(results, study.release, study)
    again = release(results, study.release, study, earlier_release(first.to_csv(), "old.csv"))
    assert len(_shown(first)) == 4 and _shown(again) == []


def test_two_largest_values_are_handed_on_and_not_printed() -> None:
    results = participants(_people({"A": ONE_STAYED_LONG, **OTHERS}), _study(T), "t").results
    held = results.frame.set_index(["statistic", "group"])
    assert held.loc[("mean", "role=A"), ["largest", "second"]].tolist() == [100.0, 1.0]
    assert held.loc["sd", "largest"].isna().all()
    back = Results.from_csv(results.to_csv())
    pd.testing.assert_frame_equal(back.frame, results.frame)
    header = release(results, ACRO).to_csv().decode().splitlines()[0]
    assert header == "kind,name,term,level,group,statistic,value,text"
