"""Whether further interviews still bring new themes: the method of Guest, Namey & Chen.

Guest, Namey & Chen 2020 (PLoS ONE 15(5), e0232076): new themes in a run of interviews, as a share of those in the first
few (the base).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Saturation:
    """Interviews in one order.

    new: shape (interviews,), themes first seen in each. base: interviews of the base; base_themes: themes seen there.
    run: interviews of a run. shares: shape (runs,), each run's new themes over the base's; the first run begins right
    after the base, the next one interview later. limit: the share at which nothing more is expected. at: interviews
    before the first run whose share is no more than that; None where there is none.
    """

    new: Ints
    base: int
    base_themes: int
    run: int
    shares: Floats
    limit: float
    at: int | None

    @property
    def curve(self) -> Ints:
        """Themes seen up to each interview."""
        return np.asarray(np.cumsum(self.new), dtype=np.int64)

    @property
    def told(self) -> str:
        """``6+2``: reached after six interviews, as a run of two showed; empty where it was not reached."""
        return f"{self.at}+{self.run}" if self.at is not None else ""


def saturation(present: Flags, base: int = 4, run: int = 2, limit: float = 0.05) -> Saturation:
    """present: shape (interviews, themes), in the order of collection; whether an interview has a theme.

    Raises ``ValueError`` where there are fewer interviews than a base and a run, or the base has no theme.
    """
    interviews = len(present)
    if interviews < base + run:
        raise ValueError(f"{interviews} interviews are fewer than a base of {base} and a run of {run}")
    new = first_seen(present)
    in_base = int(new[:base].sum())
    if in_base == 0:
        raise ValueError(f"the first {base} interviews, the base, have no theme")
    ends = np.concatenate([[0], np.cumsum(new)])
    starts = np.arange(base, interviews - run + 1)
    shares = (ends[starts + run] - ends[starts]) / in_base
    reached = np.flatnonzero(shares <= limit)
    return Saturation(new, base, in_base, run, shares, limit, int(starts[reached[0]]) if len(reached) else None)


def first_seen(present: Flags) -> Ints:
    """How many themes each interview has that none before it had: shape (interviews,). A theme nobody has is none."""
    there = present.any(axis=0)
    return np.bincount(present.argmax(axis=0)[there], minlength=len(present))


@dataclass(frozen=True, eq=False)
class Orders:
    """The same over random orders of the interviews.

    curve: shape (3, interviews), 2.5 %, median and 97.5 % of the themes seen. reached: shape (orders,), interviews
    before the run that showed it; NaN where an order did not reach it.
    """

    curve: Floats
    reached: Floats

    @property
    def share(self) -> float:
        """Share of the orders that reached it."""
        return float(np.isfinite(self.reached).mean())

    def within(self, quantiles: Sequence[float]) -> list[float]:
        """Interviews by which so many of all orders had reached it; infinite where they did not."""
        ascending = np.sort(np.where(np.isfinite(self.reached), self.reached, np.inf))
        return [float(ascending[max(int(np.ceil(q * len(ascending))) - 1, 0)]) for q in quantiles]


def over_orders(
    present: Flags, rng: np.random.Generator, orders: int = 1000, base: int = 4, run: int = 2, limit: float = 0.05
) -> Orders:
    """``saturation`` over ``orders`` random orders of the interviews, each of all of them once.

    An order whose base has no theme does not reach it.
    """
    curves, reached = np.empty((orders, len(present))), np.full(orders, np.nan)
    for i in range(orders):
        shuffled = present[rng.permutation(len(present))]
        curves[i] = np.cumsum(first_seen(shuffled))
        if shuffled[:base].any():
            found = saturation(shuffled, base, run, limit)
            reached[i] = np.nan if found.at is None else found.at
    return Orders(np.quantile(curves, [0.025, 0.5, 0.975], axis=0), reached)
