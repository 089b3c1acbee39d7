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
TABLE = "t: {rows: [health], columns: [COLUMNS], percent: PERCENT}"


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


def counted(table: str, term: str, cells: dict[tuple[str, str], int]) -> list[Number]:
    """cells: (column's path, level) -> people, all of whom answered; with heads, denominators and everyone."""
    paths, levels = (list(dict.fromkeys(cell[i] for cell in cells)) for i in (0, 1))
    whole = {**cells, **{(ALL, level): sum(cells[path, level] for path in paths) for level in levels}}
    numbers = []
    for path in (*paths, ALL):
        n = sum(whole[path, level] for level in levels)
        numbers.append(Number(Key("participants", table, "", "", path, "n"), n, n))
        numbers.append(Number(Key("participants", table, term, "", path, "denominator"), n, n))
        numbers += [Number(Key("participants", table, term, level, path, "n"), whole[path, level], whole[path, level])
                    for level in levels]  # fmt: skip
    return numbers


def test_programmes_that_lie_in_a_setting_add_up_to_it_in_every_variable() -> None:
    """A and C are Town. 3 Poor in A are the 13 of Town less the 10 of C, though no table has programme, setting and
    health at once."""
    programmes = "  prog: {codes: {1: A, 2: B, 3: C}}\n  place"
    tables = ["t: {rows: [prog], columns: place}", "u: {rows: [health], columns: prog}",
              "v: {rows: [health], columns: place}"]  # fmt: skip
    text = STUDY.replace("  place", programmes, 1).replace(TABLE, "\n  ".join(tables))
    study = parse_study(text, "studies/x.yaml")
    poor, good = {"A": 3, "B": 6, "C": 10}, {"A": 40, "B": 41, "C": 42}
    place = {"A": "Town", "B": "Country", "C": "Town"}
    all_of = {prog: poor[prog] + good[prog] for prog in place}
    of_place = {(f"place={p}", prog): all_of[prog] * (place[prog] == p) for p in ("Town", "Country") for prog in place}
    by_prog = {(f"prog={prog}", level): n[prog] for prog in place for level, n in (("Good", good), ("Poor", poor))}
    by_place = {(f"place={p}", level): sum(n[prog] for prog in place if place[prog] == p)
                for p in ("Town", "Country") for level, n in (("Good", good), ("Poor", poor))}  # fmt: skip
    numbers = [*counted("t", "prog", of_place), *counted("u", "health", by_prog), *counted("v", "health", by_place)]
    made = release(Results.of(numbers), study.release, study)

    def told(table: str, path: str, level: str) -> bool:
        return not made.withheld(Key("participants", table, "health", level, path, "n"))

    assert not told("u", "prog=A", "Poor")
    assert not (told("v", "place=Town", "Poor") and told("u", "prog=C", "Poor"))
    assert not (told("v", ALL, "Poor") and told("v", "place=Country", "Poor") and told("u", "prog=C", "Poor"))


def test_a_regrouped_variable_is_one_fact_as_a_column_and_as_a_row() -> None:
    """2 of R without an answer are withheld as a line; as the column of those without, they are the same people."""
    other = "  fit: {derive: {regroup: health, into: {Well: [Good], Less: [Fair, Poor]}}}\ntables"
    tables = "t: {rows: [role], columns: fit}\n  u: {rows: [fit], columns: role}"
    text = STUDY.replace("tables", other, 1).replace(TABLE, tables)
    study = parse_study(text, "studies/x.yaml")
    people = {"R": (30, 25, 2), "S": (20, 31, 9), "T": (14, 22, 11)}
    columns = ("Well", "Less", "Missing")
    by_fit = {(f"fit={c}", role): n[i] for i, c in enumerate(columns) for role, n in people.items()}
    numbers = counted("t", "role", by_fit)
    for path, n in {**{f"role={r}": n for r, n in people.items()}, ALL: (64, 78, 22)}.items():
        numbers.append(Number(Key("participants", "u", "", "", path, "n"), sum(n), sum(n)))
        numbers.append(Number(Key("participants", "u", "fit", "", path, "denominator"), n[0] + n[1], n[0] + n[1]))
        numbers += [Number(Key("participants", "u", "fit", c, path, "n"), n[i], n[i]) for i, c in enumerate(columns)]
    made = release(Results.of(numbers), study.release, study)
    for role in people:
        for c in columns:
            as_row = made.withheld(Key("participants", "u", "fit", c, f"role={role}", "n"))
            assert made.withheld(Key("participants", "t", "role", role, f"fit={c}", "n")) == as_row, (role, c)
    assert made.withheld(Key("participants", "t", "role", "R", "fit=Missing", "n"))
