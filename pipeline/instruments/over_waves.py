"""A scale's scores of the same people at two waves, one after the other: how far they agree (test and retest)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pandas as pd

from pipeline.instruments.reliability import stability
from pipeline.instruments.rule import ScoringRule
from pipeline.results import Key, Number

SINCE = "since "
"""``since Baseline``: the term of numbers of those with a score at this wave and at that one."""


def over_waves(
    name: str, rule: ScoringRule, value: pd.Series, keys: pd.DataFrame, waves: Sequence[str]
) -> Iterator[Number]:
    """ICC (icc, ci_low, ci_high), sem, sdc and n of each wave and the one before it at which the scale has scores.

    value, keys: of the same rows, one a person and wave; waves: in their order. Nothing of an algorithm or of one
    question with two answers: 1 or 0 at two waves is a table of four cells, of which agreement would tell the inner
    ones.

    What these say beyond the scores of either wave they say of those whose score is another one, so it is these whom
    they stand on.
    """
    if rule.criterion is not None or len(rule.possible) < 3:
        return
    there = value.notna()
    scores = pd.DataFrame({"id": keys["id"], "wave": keys["wave"], "score": value})[there]
    wide = scores.pivot(index="id", columns="wave", values="score")
    for earlier, later in pairwise(w for w in waves if w in wide):
        found = stability(wide[[earlier, later]])
        key = Key("reliability", name, f"{SINCE}{earlier}", "", f"wave={later}")
        yield Number(key, found.n, found.n, 0)
        for statistic, told in (("icc", found.icc), ("ci_low", found.low), ("ci_high", found.high)):
            yield Number(key._replace(statistic=statistic), told, found.moved, 2)
        for statistic, told in (("sem", found.sem), ("sdc", found.sdc)):
            yield Number(key._replace(statistic=statistic), told, found.moved, rule.decimals)
