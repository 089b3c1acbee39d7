"""Made-up samples in which everyone in the south weighs three times as much as everyone in the north."""

from __future__ import annotations

import pytest

from pipeline.results import Key
from tests.unit.disclosure.whole import cell, many, released, seen

SAMPLE = """
title: Made up
data: {{file: a.csv, id: id}}
design: {{kind: cross-sectional survey, weight: w}}
variables:
  arm: {{codes: {{A: A, B: B}}}}
  region: {{codes: {{N: North, S: South}}}}
  sex: {{codes: {{1: Women, 2: Men}}}}
tables:
  t: {{{table}, columns: {columns}}}
release: {{rule: {rule}}}
"""
COLUMNS = "arm region w sex"
PEOPLE = many(("A", "N", 1, 1, 10), ("A", "N", 1, 2, 10), ("A", "S", 3, 1, 13), ("A", "S", 3, 2, 12),
              ("B", "N", 1, 1, 21), ("B", "N", 1, 2, 19), ("B", "S", 3, 1, 1), ("B", "S", 3, 2, 1))  # fmt: skip


def those(weigh: int, others: float, n: int) -> float:
    """Kish's effective number of people, where some of n weigh three times as much."""
    return (n - others + weigh * others) ** 2 / (n - others + weigh**2 * others)


def test_an_effective_number_tells_how_many_of_a_column_weigh_more() -> None:
    found = released(SAMPLE.format(table="rows: [region, sex]", columns="arm", rule="journal"), COLUMNS, PEOPLE)
    fits = [k for k in range(28) if round(those(3, k, 42), 1) == 36.5]
    assert fits == [2], "with 36.5 printed, two of the 42 in B lived in the south"
    effective = {arm: cell("t", "", group=f"arm={arm}", statistic="effective_n") for arm in "AB"}
    assert not seen(found, effective)
    assert not found.withheld(cell("t", "", statistic="effective_n")), "everyone's says nothing of a column"
    assert not found.withheld(cell("t", "sex", "Men", "arm=B", "weighted_percent"))


def test_a_weighted_share_of_everyone_tells_how_many_of_a_line_weigh_more() -> None:
    found = released(SAMPLE.format(table="rows: [arm]", columns="region", rule="journal"), COLUMNS, PEOPLE)
    share = cell("t", "arm", "A", statistic="weighted_percent")
    fits = [k for k in range(28) if 66.5 <= 100 * (45 - k + 3 * k) / (60 + 3 * 27) < 67.5]
    assert fits == [25], "with 67 % printed, 25 of the 27 in the south are in A"
    assert found.withheld(share)
    alike = cell("t", "", group="region=South", statistic="effective_n")
    assert found.value(alike) == 27, "it is their number where all weigh the same"


def test_where_nothing_is_withheld_everything_weighted_stays() -> None:
    enough = [*PEOPLE, *many(("B", "S", 3, 1, 9), ("B", "S", 3, 2, 9))]
    found = released(SAMPLE.format(table="rows: [region, sex]", columns="arm", rule="journal"), COLUMNS, enough)
    assert not found.frame["withheld"].any()


@pytest.mark.parametrize("level", ["North", "South"])
def test_a_weighted_share_does_not_tell_which_small_count_was_rounded(level: str) -> None:
    found = released(SAMPLE.format(table="rows: [region, sex]", columns="arm", rule="midpoint6"), COLUMNS, PEOPLE)
    assert found.value(cell("t", "region", "South", "arm=B")) == 3
    assert found.withheld(Key("participants", "t", "region", level, "arm=B", "weighted_percent"))
    assert found.withheld(cell("t", "", group="arm=B", statistic="effective_n"))
