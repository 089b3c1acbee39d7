"""Columns within columns, row and cell percentages: what a reader adds up there is a fact, too."""

from __future__ import annotations

from itertools import product

import pytest

from pipeline.disclosure import release
from pipeline.disclosure.merges import merged
from pipeline.disclosure.release import Released
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import parse_study

STUDY = """
title: Made up
data: {file: a.csv, id: id}
design: {kind: cohort}
variables:
  place: {codes: {1: Town, 2: Country}}
  role: {codes: {1: R, 2: S, 3: T}}
  health: {codes: {1: Good, 2: Fair, 3: Poor}}
tables:
  t: {rows: [health], columns: [COLUMNS], percent: PERCENT}
release: {rule: journal, below: 5}
"""


def released(cells: dict[tuple[str, str], int], columns: str, percent: str = "column") -> Released:
    """cells: (column's path, level) -> people; everybody answered."""
    study = parse_study(STUDY.replace("COLUMNS", columns).replace("PERCENT", percent), "studies/x.yaml")
    paths = list(dict.fromkeys(path for path, _ in cells))
    levels = list(dict.fromkeys(level for _, level in cells))

    def n(path: str, *some: str) -> int:
        return sum(cells[p, lv] for p, lv in product(paths if path == ALL else [path], some or levels))

    numbers = []
    for path in (*paths, ALL):
        numbers.append(Number(Key("participants", "t", "", "", path, "n"), n(path), n(path)))
        numbers.append(Number(Key("participants", "t", "health", "", path, "denominator"), n(path), n(path)))
        for level in levels:
            of = {"column": n(path), "row": n(ALL, level), "cell": n(ALL)}[percent]
            count = n(path, level)
            for statistic, value, people in (("n", count, count), ("denominator", of, of),
                                             ("percent", 100 * count / of, count)):  # fmt: skip
                numbers.append(Number(Key("participants", "t", "health", level, path, statistic), value, people))
    return release(Results.of(numbers), study.release, study)


def heads(made: Released, paths: list[str]) -> dict[str, bool]:
    return {path: not made.withheld(Key("participants", "t", "", "", path, "n")) for path in paths}


def test_a_column_within_a_column_is_not_what_the_others_leave_of_everyone() -> None:
    """17, 20, 5, 11, 10 and 1 of 64: with one head withheld it would be 64 less 63."""
    people = dict(zip(product(("Town", "Country"), "RST"), (17, 20, 5, 11, 10, 1), strict=True))
    paths = {f"place={place};role={role}": n for (place, role), n in people.items()}
    cells = {(path, level): n if level == "Good" else 0 for path, n in paths.items() for level in ("Good", "Fair")}
    told = heads(released(cells, "place, role"), [*paths, ALL])
    assert not told["place=Country;role=T"]
    assert not told[ALL] or sum(not told[path] for path in paths) > 1


@pytest.mark.parametrize("percent", ["row", "cell"])
def test_what_a_row_s_percentages_are_of_is_its_count_of_everyone(percent: str) -> None:
    """29 Good, 28 Fair and 3 Poor of 60: where Fair of All is withheld with Poor, 28 may not stand as a denominator."""
    cells = {("place=Town", "Good"): 15, ("place=Town", "Fair"): 15, ("place=Town", "Poor"): 0,
             ("place=Country", "Good"): 14, ("place=Country", "Fair"): 13, ("place=Country", "Poor"): 3}  # fmt: skip
    made = released(cells, "place", percent)

    def told(level: str, path: str, statistic: str) -> bool:
        return not made.withheld(Key("participants", "t", "health", level, path, statistic))

    assert not told("Poor", ALL, "n")
    lost = [level for level in ("Good", "Fair") if not told(level, ALL, "n")]
    assert lost or not told("", ALL, "denominator")
    for level in ("Poor", *lost) if percent == "row" else ():
        for path in ("place=Town", "place=Country", ALL):
            assert not told(level, path, "denominator")
            assert not told(level, path, "percent") or not told(level, path, "n")


@pytest.mark.parametrize(("percent", "less", "good"), [
    ("column", {"place=Town": 20, "place=Country": 12}, 32), ("row", {"place=Town": 12, "place=Country": 12}, 20),
    ("cell", {"place=Town": 32, "place=Country": 32}, 32),
])  # fmt: skip
def test_merged_levels_and_columns_have_the_denominators_that_the_table_would_print(
    percent: str, less: dict[str, int], good: int
) -> None:
    """People: 10 Good, 6 Fair, 4 Poor in Town (20); 10, 0, 2 in Country (12)."""
    people = {"Town": (10, 6, 4), "Country": (10, 0, 2)}
    numbers = []
    for town, held in people.items():
        for i, level in enumerate(("Good", "Fair", "Poor")):
            of = {"column": sum(held), "row": sum(n[i] for n in people.values()), "cell": 32}[percent]
            for statistic, value in (("n", held[i]), ("denominator", of), ("percent", 100 * held[i] / of)):
                key = Key("participants", "t", "health", level, f"place={town}", statistic)
                numbers.append(Number(key, value, held[i]))
    frame = Results.of(numbers).frame
    after = merged(frame, "health", {"Fair": "Less", "Poor": "Less"}, {"t": percent})
    here = after[(after["level"] == "Less") & (after["statistic"] == "denominator")]
    assert dict(zip(here["group"], here["value"], strict=True)) == less
    after = merged(frame, "place", {"Town": "Anywhere", "Country": "Anywhere"}, {"t": percent})
    here = after[(after["level"] == "Good") & (after["statistic"] == "denominator")]
    assert here["value"].tolist() == [good]
