"""What printed models tell of the cells that they were fitted to: an attacker tries every table of the same size."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import product

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import Released, release
from pipeline.models.fit import fit
from pipeline.results import Key, Results
from pipeline.study import Study

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
EFFECTS = ("risk difference", "odds ratio")
Cells = tuple[int, int, int, int]
"""Well and unwell with peers, well and unwell as usual."""


def table(cells: Cells) -> pd.DataFrame:
    arms, wells = ("Peer", "Peer", "Usual", "Usual"), ("Well", "Unwell", "Well", "Unwell")
    n, ages = sum(cells), np.random.default_rng(3).integers(20, 70, sum(cells)).astype(float)
    return pd.DataFrame(
        {"arm": np.repeat(arms, cells), "well": np.repeat(wells, cells), "age": ages},
        index=[f"f:{i}" for i in range(n)],
    )


def estimate(cells: Cells, effect: str) -> float:
    a, b, c, d = cells
    if effect == "odds ratio":
        return a * d / (b * c) if b * c else math.inf
    return a / (a + b) - c / (c + d) if (a + b) * (c + d) else math.nan


def fitting(made: Released, cells: Cells, effect: str) -> Iterator[Cells]:
    """All tables of as many people that print the same counts and the same unadjusted estimate."""
    total, key = sum(cells), Key("model", "m", "arm", "Peer", "adjustment=unadjusted", "estimate")
    printed = made.value(key), 0.5 * 10.0 ** -(made.decimals(key) or 0)
    for a, b, c in product(range(total + 1), repeat=3):
        d = total - a - b - c
        said = {("Peer", "n"): a + b, ("Usual", "n"): c + d, ("Peer", "events"): a, ("Usual", "events"): c}
        keys = {Key("model", "m", "arm", level, "All", s): n for (level, s), n in said.items()}
        alike = all(not made.has(k) or made.withheld(k) or made.value(k) == n for k, n in keys.items())
        if d < 0 or not alike:
            continue
        if made.withheld(key) or abs(estimate((a, b, c, d), effect) - printed[0]) <= printed[1] + 1e-9:
            yield a, b, c, d


@pytest.mark.parametrize("effect", EFFECTS)
def test_a_saturated_model_gives_no_small_cell_back(study: MakeStudy, people: MakePeople, effect: str) -> None:
    spec = f"{{outcome: well, event: Well, exposure: arm, adjust: [age], effect: {effect}}}"
    shown = 0
    for cells in [(9, 3, 6, 8), (7, 9, 4, 6), (1, 11, 7, 7), (6, 6, 8, 6), (12, 2, 9, 3)]:
        made = study(m=spec)
        found = fit(people(made, table(cells)), made, np.random.default_rng(1))
        told = release(Results.join([one.results for one in found.models]), made.release, made)
        shown += not told.withheld(Key("model", "m", "arm", "Peer", "adjustment=unadjusted", "estimate"))
        possible = list(fitting(told, cells, effect))
        assert cells in possible
        for at, n in enumerate(cells):
            assert not 0 < n < 5 or any(other[at] >= 5 for other in possible), (cells, at)
    assert shown == 1


def test_models_on_nearly_the_same_people_do_not_both_say_on_how_many(study: MakeStudy, people: MakePeople) -> None:
    """Thirteen without a score and two more without an age: each is left out among many, the two by subtraction."""
    made = study(
        one="{outcome: score, exposure: arm}",
        two="{outcome: score, exposure: arm, adjust: [age]}",
    )
    frame = table((30, 30, 30, 30))
    frame["score"] = np.random.default_rng(4).normal(size=len(frame))
    frame.loc[frame.index[:13], "score"] = np.nan
    frame.loc[frame.index[[50, 90]], "age"] = np.nan
    found = fit(people(made, frame), made, np.random.default_rng(1))
    told = release(Results.join([each.results for each in found.models]), made.release, made)
    counts = [Key("model", name, statistic=s) for name in ("one", "two") for s in ("n", "missing")]
    assert {k.name for k in counts if not told.withheld(k)} == {"one"}
    levels = {name: Key("model", name, "arm", "Peer", "All", "n") for name in ("one", "two")}  # with the other arm: all
    assert told.withheld(levels["two"]) and not told.withheld(levels["one"])
