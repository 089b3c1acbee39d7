"""Two releases of made-up people, of whom three came in between: what their difference tells."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import random_reports
from pipeline.cleaning.cleaned import People
from pipeline.disclosure import earlier_release, release
from pipeline.results import Key, Results
from pipeline.study import Study, parse_study

COUNTS = ("n", "denominator", "missing", "people", "rows")
MOMENTS = ("mean", "sd", "median", "q1", "q3")
CAME = 3


def two(number: int) -> tuple[Study, Results, Results]:
    """A study, its results without the three and with them."""
    rng = np.random.default_rng([2, number])
    waves = int(rng.choice([1, 1, 2, 3]))
    people = random_reports._people(rng, int(rng.choice([60, 150, 400])), waves)
    study = parse_study(random_reports._study(rng, waves, "journal", dated=False, weighted=False), "studies/m.yaml")
    keys = people.keys["people"]
    came = np.random.default_rng(number).choice(keys["id"].unique(), CAME, replace=False)
    there = (~keys["id"].isin(came)).to_numpy()
    before = People(
        {"people": people.frames["people"][there]},
        {"people": people.reasons["people"][there]},
        {"people": keys[there]},
        {"people": people.domain["people"][there]},
        people.results,
    )
    state = rng.bit_generator.state
    made = []
    for each in (before, people):
        rng.bit_generator.state = state
        made.append(Results.join(random_reports._parts(study, each, rng)))
    return study, made[0], made[1]


@pytest.mark.parametrize("number", [2, 8, 9, 10])
def test_nothing_of_few_who_came_since_is_a_difference(number: int) -> None:
    """2, 9: how many a wave has, told beside shares; 8, 10: a mean whose number of people was withheld before. Of 9 the
    door lets nothing stand a second time: what was printed before and what is now would tell complements of few."""
    study, old, new = two(number)
    first = release(old, study.release, study)
    second = release(new, study.release, study, earlier_release(first.to_csv(), "old.csv"))
    was, now = old.lookup(), new.lookup()
    both = [k for k in now if first.has(k) and not first.withheld(k) and not second.withheld(k)]
    assert bool(both) == (number != 9)
    for key in map(Key._make, both):
        if key.statistic in COUNTS:
            assert not 0 < abs(now[key] - was[key]) < 5, key
        elif key.statistic in MOMENTS and first.value(key) != second.value(key):
            for word in ("n", "denominator"):
                n = key._replace(statistic=word)
                assert n not in was or not 0 < abs(now[n] - was[n]) < 5, key
