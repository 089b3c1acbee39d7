"""The attack on a scale and its items together, against every table there can be of made-up people."""

from __future__ import annotations

import itertools
import math

import pytest

from benchmarks.attack import published
from benchmarks.known import known_of
from benchmarks.patterns import PatternAttack, alpha_beside_withheld, items_of, joined
from benchmarks.printed import Published, read
from pipeline.results import ALL
from pipeline.study import parse_study
from tests.unit.disclosure.test_disclosure_patterns import ALPHA, ITEMS, NEVER, ONCE, TWICE, people
from tests.unit.disclosure.whole import cell, released

STUDY = parse_study(ITEMS, "studies/made_up.yaml")
KNOWN, OF = known_of(STUDY), items_of(STUDY)


def told(counts: tuple[int, int, int, int], *withheld: tuple[str, ...]) -> Published:
    """All numbers of so many who said yes to both, the first, the second, neither; but these."""
    open_text = ITEMS.replace("{rule: journal, below: 5}", "{rule: none, because: made up}")
    out = published(released(open_text, "sex a b", people(*counts)).to_csv())
    gone = {tuple(key) for key in withheld}
    return {key: (math.nan, "[c]") if key in gone else each for key, each in out.items()}


def attack(out: Published) -> PatternAttack:
    read_out = read(out, KNOWN)
    together = joined(read_out, "mood", OF["mood"])
    assert together is not None
    return PatternAttack(together, read_out[""], KNOWN, OF["mood"])


def ends(found: PatternAttack, key: tuple[str, ...]) -> tuple[int, int]:
    """The least and the most that a count can be."""
    (line,) = [line for line in found.told.counts if line.key == tuple(key)]
    cells = found.at(line.where, line.states)
    can = [n for n in range(13) if found.most(cells, n) is not None]
    cannot = [n for n in range(13) if found.fewest(cells, n) is not None]
    return min(cannot), max(can)


@pytest.mark.parametrize("counts", [(3, 2, 4, 3), (1, 0, 5, 6), (2, 4, 4, 2)])
@pytest.mark.parametrize("printed", [(), ("yes",), ("never",), ("yes", "never")])
def test_the_least_and_the_most_are_those_of_all_tables(counts: tuple[int, int, int, int], printed: tuple[str]) -> None:
    """Twelve people; of the scores by bin, of who said yes to each, some or all are withheld, and all moments."""
    yes = [cell("t", q, level, statistic=s) for q in ("qa", "qb") for level in ("Yes", "Not") for s in ("n", "percent")]
    moments = [TWICE._replace(term="", level="", statistic=s) for s in ("mean", "sd", "median", "q1", "q3")]
    gone = [*([] if "never" in printed else [NEVER]), *([] if "yes" in printed else yes)]
    out = told(counts, TWICE, ONCE, *moments, *gone)
    twice, first, second, never = counts
    tables = [t for t in itertools.product(range(13), repeat=4) if sum(t) == 12
              and ("never" not in printed or t[3] == never)
              and ("yes" not in printed or (t[0] + t[1], t[0] + t[2]) == (twice + first, twice + second))]  # fmt: skip
    found = attack(out)
    assert found.possible()
    assert ends(found, TWICE) == (min(t[0] for t in tables), max(t[0] for t in tables))
    assert ends(found, ONCE) == (min(t[1] + t[2] for t in tables), max(t[1] + t[2] for t in tables))
    assert ends(found, cell("t", "qa", "Yes")) == (min(t[0] + t[1] for t in tables), max(t[0] + t[1] for t in tables))


def test_alpha_is_not_to_stand_beside_a_withheld_bar() -> None:
    out = told((3, 6, 9, 42), TWICE, ONCE)
    claimed = list(alpha_beside_withheld(out, read(out, KNOWN), OF))
    assert any(" / alpha is printed" in each for each in claimed)
    assert not list(alpha_beside_withheld(told((6, 6, 9, 42)), read(told((6, 6, 9, 42)), KNOWN), OF))
    assert (*ALPHA[:4], ALL, "alpha") in out
