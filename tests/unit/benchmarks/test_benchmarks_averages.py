"""The attack on withheld means: what a naive rule would leave to be had, and what the door leaves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.attack import published
from benchmarks.averages import recovered_means
from benchmarks.known import known_of
from benchmarks.printed import Known
from pipeline.cleaning.cleaned import People
from pipeline.disclosure import draft, release
from pipeline.results import Key, Number, Results
from pipeline.study import parse_study
from pipeline.tables.participants import participants

STUDY = parse_study(
    """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cohort}
variables:
  role: {codes: {1: A, 2: B, 3: C, 4: D}}
  place: {codes: {1: Town, 2: Country, 3: Coast}}
  days: {type: number}
tables:
  t: {rows: [days], columns: role, overall: false}
  u: {rows: [days], columns: place}
  v: {rows: [days], columns: role}
release: {rule: acro}
""",
    "studies/made_up.yaml",
)


def _made_up(number: int) -> Results:
    """120 people; in one role or two one of them has twelve times as many days as the others together."""
    rng = np.random.default_rng([7, number])
    n = 120
    roles, days = rng.choice(list("ABCD"), n, p=[0.15, 0.2, 0.25, 0.4]), np.round(rng.lognormal(1.5, 0.8, n))
    for role in rng.choice(list("ABCD"), rng.integers(1, 3), replace=False):
        here = np.flatnonzero(roles == role)
        days[here[0]] = 12 * days[here[1:]].sum()
    frame = pd.DataFrame({
        "role": pd.Categorical(roles, list("ABCD")),
        "place": pd.Categorical(rng.choice(["Town", "Country", "Coast"], n), ["Town", "Country", "Coast"]),
        "days": days,
    }, index=pd.Index([f"made-up.csv:{i}" for i in range(n)], name="row"))  # fmt: skip
    reasons = pd.DataFrame("", index=frame.index, columns=frame.columns, dtype="str")
    keys = pd.DataFrame({"id": [str(i) for i in range(n)], "wave": ""}, index=frame.index)
    inside = pd.Series(True, index=frame.index)
    people = People({"people": frame}, {"people": reasons}, {"people": keys}, {"people": inside}, Results.of([]))
    return Results.join(participants(people, STUDY, name).results for name in STUDY.tables)


@pytest.mark.parametrize("number", range(8))
def test_no_dominated_mean_follows_from_others(number: int) -> None:
    results = _made_up(number)
    out = published(release(results, STUDY.release, STUDY).to_csv())
    attacked, found = recovered_means(out, results.frame, known_of(STUDY), 10, True)
    assert attacked > 0
    assert found == []
    assert any(key[5] == "mean" and text != "[c]" for key, (_, text) in out.items())


def test_where_only_what_fails_is_withheld_it_follows() -> None:
    """One group's mean alone taken out of exact numbers, as by a rule that looks at one cell at a time."""
    results = _made_up(0)
    frame = results.frame
    total = frame["value"] * frame["people"]
    fails = (frame["statistic"] == "mean") & ~(frame["largest"] + frame["second"] < 0.9 * total)
    one = frame[fails & (frame["group"] != "All")]["group"].iloc[0]
    out = dict(published(draft(results).to_csv()))
    for key in [k for k in out if k[5] == "mean" and k[4] == one]:
        out[key] = (np.nan, "[c]")
    attacked, found = recovered_means(out, frame, known_of(STUDY), 10, True)
    assert attacked == 1
    assert [each.split(" / ")[4] for each in found] == [one]


@pytest.mark.parametrize(("hidden", "known"), [("A", True), ("All", True), ("A B", False), ("A All", False)])
def test_a_table_of_two_columns_and_overall(hidden: str, known: bool) -> None:
    """A has 12 people and 111 days, B 12 and 120, all 24 and 231."""
    paths = {"A": "g=A", "B": "g=B", "All": "All"}
    numbers = []
    for name, n, total, largest in (("A", 12, 111, (100, 1)), ("B", 12, 120, (10, 10)), ("All", 24, 231, (230, 1))):
        key = Key("participants", "t", "days", "", paths[name], "denominator")
        numbers += [Number(key, n, n), Number(key._replace(statistic="mean"), total / n, n, largest=largest)]
    results = Results.of(numbers)
    out = dict(published(draft(results).to_csv()))
    for name in hidden.split():
        out["participants", "t", "days", "", paths[name], "mean"] = (np.nan, "[c]")
    attacked, found = recovered_means(out, results.frame, Known({}), 10, True)
    assert attacked == sum(name != "B" for name in hidden.split())
    assert bool(found) is known
