"""Rules that round: a total is the sum of what is printed of it; where a part is withheld, it is rounded by itself."""

from __future__ import annotations

import pytest

from pipeline.disclosure import Released, release
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import Release

ROUNDING = pytest.mark.parametrize("rule", ["opensafely", "nhs"])
Counts = dict[str, dict[str, int]]
MISSING = "Missing"


def told(columns: Counts) -> list[Number]:
    """A participants table of one variable ``v``: column -> level -> n, and Overall."""
    levels = list(dict.fromkeys(level for held in columns.values() for level in held))
    overall = {level: sum(held[level] for held in columns.values()) for level in levels}
    made = []
    for group, held in {**{f"p={c}": held for c, held in columns.items()}, ALL: overall}.items():
        answered = sum(n for level, n in held.items() if level != MISSING)
        rows = {("", "", "n"): sum(held.values()), ("v", "", "denominator"): answered}
        for level, n in held.items():
            rows["v", level, "n"] = n
            if level != MISSING:
                rows["v", level, "denominator"] = answered
        for (term, level, statistic), n in rows.items():
            made.append(Number(Key("participants", "t", term, level, group, statistic), n, n))
        for level in [lv for lv in levels if lv != MISSING]:
            key = Key("participants", "t", "v", level, group, "percent")
            made.append(Number(key, 100 * held[level] / answered, held[level]))
    return made


def text(made: Released, level: str, group: str, statistic: str = "n", term: str = "v") -> str:
    return made.text(Key("participants", "t", term, level, group, statistic))


@ROUNDING
def test_a_total_is_the_sum_of_its_rounded_cells(rule: str) -> None:
    """12 and 12 print as 10 and 10: the column has 20, not the 25 that 24 would be."""
    made = release(Results.of(told({"A": {"x": 12, "y": 12}, "B": {"x": 12, "y": 13}})), Release(rule=rule))
    assert [text(made, "x", g) for g in ("p=A", "p=B", ALL)] == ["10", "10", "20"]
    assert [text(made, "y", g) for g in ("p=A", "p=B", ALL)] == ["10", "15", "25"]
    assert [text(made, "", g, "denominator") for g in ("p=A", "p=B", ALL)] == ["20", "25", "45"]
    assert text(made, "x", "p=B", "denominator") == "25"
    assert [text(made, "x", g, "percent") for g in ("p=A", "p=B", ALL)] == ["50", "40", "44"]


@ROUNDING
def test_the_people_of_all_columns_are_those_of_each(rule: str) -> None:
    made = release(Results.of(told({"A": {"x": 12, "y": 10}, "B": {"x": 12, "y": 10}})), Release(rule=rule))
    assert [text(made, "", g, "n", "") for g in ("p=A", "p=B", ALL)] == ["20", "20", str(20 + 20)]


@ROUNDING
def test_a_total_with_a_part_withheld_is_rounded_by_itself(rule: str) -> None:
    """8 6 5 9 5 7 1 are 41 people: 10 + 10 would say 20, which is the number of nobody."""
    counts = dict(zip("ABCDEFG", (8, 6, 5, 9, 5, 7, 1), strict=True))
    numbers = [Number(Key("programmes", "t", "", "", f"p={p}", "n"), n, n) for p, n in counts.items()]
    whole = Number(Key("programmes", "t", "", "", ALL, "n"), 41, 41)
    made = release(Results.of([*numbers, whole]), Release(rule=rule))
    assert [made.text(n.key) for n in numbers] == ["10", "[c]", "[c]", "10", "[c]", "[c]", "[c]"]
    assert made.text(whole.key) == "40"


@ROUNDING
def test_answers_of_which_several_are_possible_are_no_parts(rule: str) -> None:
    """Of 53 people 31 chose x and 33 chose y."""
    rows = {("", "denominator"): 53, ("x", "n"): 31, ("y", "n"): 33}
    numbers = [Number(Key("participants", "t", "v", level, ALL, s), n, n) for (level, s), n in rows.items()]
    made = release(Results.of(numbers), Release(rule=rule))
    assert text(made, "", ALL, "denominator") == "55"


def test_other_rules_round_every_count_by_itself() -> None:
    made = release(Results.of(told({"A": {"x": 12, "y": 12}, "B": {"x": 12, "y": 13}})), Release(rule="midpoint6"))
    assert text(made, "", ALL, "denominator") == "51", "49 lies in 49 to 54"
