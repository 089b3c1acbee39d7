"""What the curve of new themes tells of single interviews.

It counts themes and not people, names no theme, and no table says who was interviewed when: that the seventh interview
brought three themes is nobody's answer. But its two ends are about few people. What is not seen after all but a few
interviews are themes that these few alone have; so the end would say how many of the themes that a table withholds one
person has, or two. How many themes the first interview has is one person's value, as a least or a greatest value is;
where it has all of them, each that is named is that person's. The least and the most that a few interviews of any order
bring are nearly single people's, too.

Where saturation was reached stays: it bounds how many themes some interviews brought, and gives no number of them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.themes.saturated import BASE, INTERVIEW, INTERVIEWS, KIND, NAME, ORDERS, RUN, STOP

OF_ORDERS = ("low", "middle", "high")
HEAD = 1
"""Interviews whose themes are one person's."""


def of_interviews(frame: pd.DataFrame, below: int, rounded: bool) -> np.ndarray:
    """For every row of a results frame: is it withheld for the single interviews that it tells of?

    rounded: counts of people are printed rounded; the places of the interviews would say how many there are.
    """
    gone = np.zeros(len(frame), bool)
    every = frame[(frame["kind"] == KIND) & (frame["name"] == NAME)]
    curve = every[every["term"] == INTERVIEW]
    if rounded:
        gone[curve.index] = True
        of_orders = (every["term"] == ORDERS) & (every["statistic"] != "orders")
        gone[every.index[of_orders | ((every["term"] == BASE) & (every["statistic"] == "themes"))]] = True
        return gone
    if curve.empty:
        return gone
    at = curve["level"].astype(int)
    points = curve["statistic"] == "themes"
    seen = pd.Series(curve.loc[points, "value"].to_numpy(), index=at[points]).sort_index()
    n, every_theme = len(seen), float(seen.iloc[-1])
    told = every[(every["term"] == INTERVIEWS) & (every["statistic"] == "n")]
    # Several interviews of one person: as if all of these were among the few, at both ends.
    again = int((told["value"] - told["people"]).clip(lower=0).sum())
    head, few = HEAD + again, below - 1 + again
    tail = max(n - few, 1) if seen.iloc[max(n - few, 1) - 1] < every_theme else n
    late = (at >= tail) & (tail < n)
    gone[curve.index[points & ((at <= head) | late & (at < n))]] = True
    gone[curve.index[(curve["statistic"] == "new") & ((at <= head + 1) | late)]] = True
    gone[curve.index[(curve["statistic"] == "share") & _runs_there(every, at, head, tail, n)]] = True
    gone[curve.index[curve["statistic"].isin(OF_ORDERS) & _orders_there(curve, at, few, every_theme)]] = True
    gone[every.index[_of_head(every, head)]] = True
    return gone


def _declared(every: pd.DataFrame, term: str) -> float:
    """How many interviews the base or a run has."""
    said = every.loc[(every["term"] == term) & (every["statistic"] == "interviews"), "value"]
    return float(said.iloc[0])


def _runs_there(every: pd.DataFrame, at: pd.Series, head: int, tail: int, n: int) -> pd.Series:
    """Runs from an interview on that reach into what is withheld: each is the difference of two points of the curve.
    All of them where the base, of which they are shares, is."""
    ends = at - 1 + _declared(every, RUN)
    return (at - 1 <= head) | (ends >= tail) & (tail < n) | (_declared(every, BASE) <= head)


def _of_head(every: pd.DataFrame, head: int) -> pd.Series:
    """The themes of a base that is the first interview, and a stop after it: that nothing was new says it had all."""
    base = (every["term"] == BASE) & (every["statistic"] == "themes") & (_declared(every, BASE) <= head)
    return base | (every["term"] == STOP) & (every["value"] <= head)


def _orders_there(curve: pd.DataFrame, at: pd.Series, few: int, every_theme: float) -> pd.Series:
    """The band over random orders: of the first few, and of all but a few unless nothing is missing there in any."""
    n = int(at.max())
    late = (at >= n - few) & (at < n)
    missing = curve.loc[late & (curve["statistic"] == "low"), "value"] < every_theme
    return (at <= few) | late & bool(missing.any())
