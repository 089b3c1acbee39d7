"""What weighted numbers tell of withheld counts where weights follow from an answer, as in a stratified sample.

If everyone in the south weighs three times as much as everyone else, the weighted share of a column's people in all
answers, or Kish's effective number of a column's people, is an equation for how many of them live in the south. What
everyone in the south weighs follows from any column in which both numbers are printed. So beside a withheld number of
people who meet some conditions go weighted shares of those who meet a part of these, and effective numbers of those who
meet all but one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.disclosure.groups import Conditions, together
from pipeline.disclosure.rows import alike_in

COUNTED = ("n", "denominator", "missing")
SHARES = ("weighted_percent", "weighted_n", "ci_low", "ci_high")


def weighted_shares(frame: pd.DataFrame, hidden: np.ndarray, small: int = 0) -> np.ndarray:
    """For every row of a results frame: is it withheld beside counts that are?

    hidden: rows that are withheld. small: counts below it are printed rounded, and their weighted share would tell
    which they are; so would the others of their column, which make 100 % together.
    """
    gone = np.zeros(len(frame), bool)
    here = frame[frame["kind"] == "participants"]
    effective = here[here["statistic"] == "effective_n"]
    if effective.empty:
        return gone
    counts = here[here["statistic"].isin(COUNTED)]
    rounded = counts[(counts["value"] > 0) & (counts["value"] < small)]
    lost = {_who(*row) for row in _words(pd.concat([counts[hidden[counts.index]], rounded]))}
    parts, alike = {who - {pair} for who in lost for pair in who}, alike_in(frame)
    for at, kind, name, group in effective[["kind", "name", "group"]].itertuples(name=None):
        gone[at] = _who("", "", group) in parts and (kind, name, group) not in alike  # then it is their number
    shares = here[here["statistic"].isin(SHARES) & (here["level"] != "")]
    columns = {(term, group) for term, _, group in _words(rounded)}
    for at, (term, level, group) in zip(shares.index, _words(shares), strict=True):
        who = _who(term, level, group)
        gone[at] = (term, group) in columns or any(who < other for other in lost)
    return gone


def _words(rows: pd.DataFrame) -> list[tuple[str, str, str]]:
    return list(rows[["term", "level", "group"]].itertuples(index=False, name=None))


def _who(term: str, level: str, group: str) -> Conditions:
    """Without the wave, which one table says and another does not."""
    met = frozenset(pair for pair in together(group) if pair[0] != "wave")
    return met | {(term, level)} if term and level else met
