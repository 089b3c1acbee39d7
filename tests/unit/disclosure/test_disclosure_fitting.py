"""Means, SDs and quartiles beside withheld counts: which may stay, and what tables tell together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from benchmarks.random_reports import drawn
from pipeline.disclosure import release
from pipeline.disclosure.crossed import cross
from pipeline.disclosure.facts import BECAUSE, MISSING, PEOPLE, Fact, Span, Split
from pipeline.disclosure.fitting import MEAN, TINY, Fitting
from pipeline.disclosure.groups import EVERYONE, Conditions, together, waiting
from pipeline.disclosure.means import quartiles_reachable, reachable
from pipeline.disclosure.scores import printed, squares
from pipeline.disclosure.sheet import Sheet
from pipeline.results import Key, Number, Results
from pipeline.study import Study, parse_study

STUDY = """
title: T
data: {file: a.csv, id: id, wave: wave, waves: {1: Start, 2: 3 months, 3: 6 months},
       due: {date: day, days: {2: 91, 3: 182}}}
design: {kind: cohort}
variables:
  day: {type: date, format: "%Y-%m-%d"}
  sex: {codes: {1: Women, 2: Men}}
tables:
  followed: {kind: followed, rows: [sex]}
release: {rule: journal, below: 5}
"""
EARLIER, LATER = "wave=3 months;due=Not yet due", "wave=6 months;due=Not yet due"


def study() -> Study:
    return parse_study(STUDY, "studies/x.yaml")


def test_a_mean_of_whole_numbers_rules_out_numbers_of_people() -> None:
    assert [n for n in range(8) if reachable(n, {"mean": (2.5, 1)})] == [2, 4, 6]
    assert reachable(3, {}) and not reachable(0, {"mean": (2.5, 1)})


def test_a_median_between_two_scores_is_one_of_an_even_number() -> None:
    assert [n for n in range(1, 7) if quartiles_reachable(n, {"median": (1.5, 1)})] == [2, 4, 6]


def test_a_printed_number_and_its_square_lie_between_two() -> None:
    assert printed(2.0, 0) == Span(1.5, 2.5) and printed(0.0, 1).low == 0.0
    assert squares(Span(-1.0, 3.0)) == Span(0.0, 9.0) and squares(Span(-3.0, -2.0)) == Span(4.0, 9.0)


def test_who_is_not_yet_due_at_a_wave_is_not_at_a_later_one() -> None:
    early, late = together(EARLIER), together(LATER)
    held = {EVERYONE: 60, early: 10, late: 12}
    rest = late | {("wave=3 months;due", "Due")}
    assert list(waiting(held, held)) == [(late, early, rest)]


def _followed(early: dict[str, int], late: dict[str, int]) -> Results:
    everyone = {"Women": 60, "Men": 40}
    numbers = []
    for group, held in (("All", everyone), (EARLIER, early), (LATER, late),
                        ("wave=3 months;due=Due", {k: n - early[k] for k, n in everyone.items()}),
                        ("wave=6 months;due=Due", {k: n - late[k] for k, n in everyone.items()})):  # fmt: skip
        total = sum(held.values())
        numbers.append(Number(Key("participants", "followed", "", "", group, "n"), total, total))
        numbers.append(Number(Key("participants", "followed", "sex", "", group, "denominator"), total, total))
        for level, n in held.items():
            numbers.append(Number(Key("participants", "followed", "sex", level, group, "n"), n, n))
    return Results.of(numbers)


def test_few_who_came_between_two_waves_are_no_difference_of_printed_counts() -> None:
    """By level: 12 less 10 women; among all: 30 less 18."""
    told = release(_followed({"Women": 10, "Men": 8}, {"Women": 12, "Men": 18}), study().release, study())
    keys = [Key("participants", "followed", "sex", "Women", group, "n") for group in (EARLIER, LATER)]
    assert any(told.withheld(key) for key in keys)
    head = [Key("participants", "followed", "", "", group, "n") for group in (EARLIER, LATER)]
    assert not any(told.withheld(key) for key in head)


def test_few_of_all_who_came_between_two_waves_are_withheld() -> None:
    told = release(_followed({"Women": 10, "Men": 10}, {"Women": 11, "Men": 12}), study().release, study())
    head = [Key("participants", "followed", "", "", group, "n") for group in (EARLIER, LATER)]
    assert any(told.withheld(key) for key in head)


def test_a_reason_that_a_programme_never_has_it_has_at_no_wave() -> None:
    sheet = Sheet("age")
    wave: list[Conditions] = [frozenset([("wave", w)]) for w in "12"]
    site: list[Conditions] = [frozenset([("site", s)]) for s in "AB"]
    refused, silent = f"{BECAUSE}refused", f"{BECAUSE}no answer"
    missing = {EVERYONE: 20, wave[0]: 11, wave[1]: 9, site[0]: 8, site[1]: 12}
    missing |= {wave[0] | site[0]: 5, wave[0] | site[1]: 6, wave[1] | site[0]: 3, wave[1] | site[1]: 6}
    for group, n in missing.items():
        sheet.put(MISSING, group, n)
        sheet.put(PEOPLE, group, 10 * n)
    for group, n in {EVERYONE: 7, wave[0]: 4, wave[1]: 3, site[0]: 0, site[1]: 7}.items():
        sheet.put(refused, group, n)
        sheet.put(silent, group, missing[group] - n)
    sheet.splits[Split(MISSING, (refused, silent))] = None
    cross(sheet)
    assert sheet.get(refused, wave[0] | site[0]) == sheet.get(refused, wave[1] | site[0]) == 0
    assert sheet.get(refused, wave[0] | site[1]) == 4 and sheet.get(silent, wave[1] | site[1]) == 3
    assert all(fact.who - {("age", refused), ("age", silent)} not in {w | s for w in wave for s in site}
               for fact in sheet.system(5).needed if fact.who & {("age", refused), ("age", silent)})  # fmt: skip


def test_moments_that_a_table_misses_go_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row by row, sum by sum, what is looked at in arrays."""
    solve, give_up, looked = Fitting._solve, Fitting._give_up, list[int]()

    def by_hand(self: Fitting, kept: np.ndarray, found: np.ndarray) -> None:
        lost: dict[bool, set[Fact]] = {True: set(self.means), False: set(self.spread)}
        for row, counts in zip(self.rows, kept, strict=True):
            parts = [weight * found[self.at[place]] for place, weight in row.weights.items()]
            room = TINY * max(1.0, *map(abs, parts))
            if counts and row.of is not None and not row.low - room <= sum(parts) <= row.high + room:
                lost[row.what == MEAN].add(row.of)
        give_up(self, kept, found)
        assert (self.means, self.spread) == (lost[True], lost[False])
        looked.append(len(lost[True]) + len(lost[False]))

    def moved(self: Fitting, kept: np.ndarray, ends: Mapping[Fact, tuple[float, float]]) -> np.ndarray | None:
        found = solve(self, kept, ends)
        scores = np.array([not isinstance(place, Fact) for place in self.places])
        return found if found is None or len(looked) % 2 else found + np.where(scores, 0.4, 0)

    monkeypatch.setattr(Fitting, "_give_up", by_hand)
    monkeypatch.setattr(Fitting, "_solve", moved)
    report = drawn(np.random.default_rng(5))
    assert release(report.results, report.study.release, report.study).proposals
    assert len(looked) > 3 and any(looked)
