"""A regrouped variable beside its original: one table less the other gives no small count back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.disclosure import release
from pipeline.disclosure.regrouped import merged_levels
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import parse_study

STUDY = """
title: T
data: {file: a.csv, id: id}
design: {kind: cohort, cluster: site}
variables:
  site: {codes: {A: A, B: B, C: C, D: D, E: E, F: F}}
  sites: {derive: {regroup: site, into: {A: [A], B: [B], C: [C], Small: [D, E, F]}}}
  two: {derive: {regroup: sites, into: {Large: [A, B], Others: [C, Small]}}}
  sex: {codes: {1: W, 2: M}}
tables:
  who: {columns: sites, rows: [sex]}
release: {rule: journal, below: 5}
"""
PEOPLE = {"A": 120, "B": 85, "C": 60, "D": 30, "E": 25, "F": 20}
MISSING = {"A": 19, "B": 12, "C": 4, "D": 6, "E": 8, "F": 7}


def counted(kind: str, name: str, level: str, group: str, n: int, of: int) -> Iterator[Number]:
    for statistic, value, people in (("n", n, n), ("denominator", of, of), ("percent", 100 * n / of, n)):
        yield Number(Key(kind, name, "sex", level, group, statistic), value, people)


def numbers() -> Iterator[Number]:
    groups = {ALL: tuple(PEOPLE), **{f"sites={s}": (s,) for s in "ABC"}, "sites=Small": ("D", "E", "F")}
    for group, sites in groups.items():
        people, missing = sum(PEOPLE[s] for s in sites), sum(MISSING[s] for s in sites)
        answered = people - missing
        yield Number(Key("participants", "who", "", "", group, "n"), people, people)
        yield Number(Key("participants", "who", "sex", "", group, "denominator"), answered, answered)
        yield Number(Key("participants", "who", "sex", "Missing", group, "n"), missing, missing)
        for level, n in (("W", answered // 2), ("M", answered - answered // 2)):
            yield from counted("participants", "who", level, group, n, answered)
    yield from counted("quality", "missingness", "", ALL, sum(MISSING.values()), sum(PEOPLE.values()))
    for site, people in PEOPLE.items():
        yield from counted("quality", "missingness", "", f"site={site}", MISSING[site], people)


def test_levels_are_those_of_the_first_original_however_often_regrouped():
    found = merged_levels(parse_study(STUDY, "studies/x.yaml"))
    assert found["sites", "A"].role == "A"
    assert (found["sites", "Small"].held, found["sites", "Small"].others) == (("D", "E", "F"), ("A", "B", "C"))
    assert found["two", "Others"].held == ("C", "D", "E", "F")
    assert not any(name in ("site", "sex") for name, _ in found)


@pytest.mark.parametrize("what", ["missing", "answered"])
def test_one_table_less_the_other_gives_no_small_count_back(what):
    """C has 4 missing. They are everyone's 56 less the 19 of A, the 12 of B and the 21 of the small sites, whichever
    table prints each of these."""
    study = parse_study(STUDY, "studies/x.yaml")
    released = release(Results.of(numbers()), study.release, study)

    def told(group: str) -> bool:
        """A group's number of missing answers: printed, or its people less those who answered."""
        keys = [Key("participants", "who", "sex", "Missing", group, "n"),
                Key("quality", "missingness", "sex", "", group, "n")]  # fmt: skip
        if what == "answered":
            keys = [Key("participants", "who", "sex", "", group, "denominator")]
        return any(released.has(key) and not released.withheld(key) for key in keys)

    site = {s: told(f"site={s}") or told(f"sites={s}") for s in "ABC"}
    small = told("sites=Small") or all(told(f"site={s}") for s in "DEF")
    assert not site["C"]
    assert not (told(ALL) and site["A"] and site["B"] and small)
    assert sum(row == "[c]" for row in released.frame["text"]) < len(released.frame) / 3
