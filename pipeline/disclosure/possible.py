"""What else could be true: other numbers than the true ones that fit everything that stays printed.

A withheld small count is safe when there is a table of whole numbers, none below zero, that agrees with every printed
number and in which the count is ``below`` or more: then nobody can conclude even that it is small. In the words of
Hundepool et al. (Statistical Disclosure Control, 2012, ch. 4) that is an upper protection level of ``below - x``
against an attacker who solves linear (integer) programmes. Such a table is looked for so that it differs from the true
one in the cheapest places (the linear relaxation of their minimum-cost suppression problem, ibid. 4.4); where it
differs, the printed numbers must go. So each table is at the same time the choice of the complements and the proof.
"""

from __future__ import annotations

import numpy as np
import scipy

from pipeline.disclosure.facts import NOT, Fact, Percent, System
from pipeline.errors import StageFailed

Change = dict[Fact, int]
"""How an other table differs from the true one: fact -> by how much, where not by nothing."""

FREE = 0.02
"""Price of a difference where nothing is printed, so that no more than needed changes there."""

LIMITS = {"node_limit": 20, "mip_rel_gap": 0.3}
"""When the search for a cheaper table ends: by its steps, for time differs from one machine to the next."""


class Others:
    """The tables that are possible beside the true one, within one system."""

    def __init__(self, system: System):
        self.system = system
        told = {f: None for whole, parts in system.sums for f in (whole, *parts)} | dict.fromkeys(system.rows)
        told |= dict.fromkeys(system.needed) | {f: None for ruled in system.ruled for f in ruled.weights}
        self.facts = list(told)
        self.at = {f: i for i, f in enumerate(self.facts)}
        self.n = np.array([f.n for f in self.facts], float)
        self.least = np.array([system.floor.get(f, 0) for f in self.facts], float)
        self.fixed = np.array([f in system.given and not _rest(f) for f in self.facts], bool)
        self.known = [f for f in self.facts if f in system.given and not f.n]
        """Seen by all to be nobody, in one table or another."""
        entries = [(i, self.at[f], sign) for i, (whole, parts) in enumerate(system.sums)
                   for f, sign in ((whole, 1.0), *((p, -1.0) for p in parts))]  # fmt: skip
        rows, columns, signs = zip(*entries, strict=True) if entries else ((), (), ())
        sums = scipy.sparse.csr_array((signs, (rows, columns)), shape=(len(system.sums), len(self.facts)))
        self.sums = scipy.sparse.hstack([sums, -sums], format="csr")
        self.ruled, self.most = self._moments()
        self.order = 1 + 1e-3 * np.arange(len(self.facts)) / max(len(self.facts), 1)
        """A little more for later facts: of two ways that cost the same one machine must not take another."""
        self.price = self._prices()

    def _moments(self) -> tuple[scipy.sparse.csr_array, np.ndarray]:
        """Over differences: what the printed moments leave of room."""
        ruled = self.system.ruled
        entries = [(i, self.at[f], w) for i, rule in enumerate(ruled) for f, w in rule.weights.items()]
        rows, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
        made = scipy.sparse.csr_array((weights, (rows, columns)), shape=(len(ruled), len(self.facts)))
        room = np.array([rule.most for rule in ruled]) - made @ self.n if ruled else np.zeros(0)
        return scipy.sparse.hstack([made, -made], format="csr"), np.maximum(room, 0.0)

    def _prices(self) -> np.ndarray:
        """What it costs to change a fact by one: the rows that print it, dearer the more people and twice as dear for
        the sum of groups, and the percentages that would no longer fit (a change by one moves one of n / N by 100 / N
        points, and one of its denominator by the percentage / N)."""
        top = max(self.n.max(initial=1.0), 1.0)
        sums = {whole for whole, parts in self.system.sums if all(len(p.who) > len(whole.who) for p in parts)}
        price = np.array([len(self.system.rows.get(f, ())) * (1 + f.n / top) * (2 if f in sums else 1)
                          for f in self.facts], float)  # fmt: skip
        for percent in self.system.percents:
            if percent.whole.n:
                share = 100 * percent.part.n / percent.whole.n
                price[self.at[percent.part]] += 0.5 * min(1.0, 100 / percent.whole.n)
                price[self.at[percent.whole]] += 0.5 * min(1.0, share / percent.whole.n)
        return np.maximum(price, FREE) * self.order

    def find(
        self, least: Change, hidden: set[Fact], moved: Change | None = None, still: set[Fact] | None = None,
        moments: bool = True,
    ) -> Change | None:  # fmt: skip
        """The cheapest other table; None where there is none.

        least: fact -> value that it shall have at the least. moved: differences that are asked for.
        still: facts that must not differ otherwise. Facts about whole groups differ only where moved. moments: whether
        it has the printed means, SDs and quartiles, too.
        """
        moved, size = moved or {}, len(self.facts)
        price = np.where([f in hidden for f in self.facts], FREE * self.order, self.price)
        up_low, up_high = np.zeros(size), np.where(self.fixed, 0.0, np.inf)
        down_low, down_high = np.zeros(size), np.where(self.fixed, 0.0, self.n - self.least)
        for f in still or ():
            if f in self.at:
                up_high[self.at[f]] = down_high[self.at[f]] = 0.0
        for f, by in moved.items():
            if f in self.at:
                up_low[self.at[f]] = up_high[self.at[f]] = max(by, 0)
                down_low[self.at[f]] = down_high[self.at[f]] = max(-by, 0)
        for f, value in least.items():
            up_low[self.at[f]] = max(value - f.n, 0)
            down_high[self.at[f]] = 0.0
            if up_low[self.at[f]] > up_high[self.at[f]]:
                return None
        return self._solve(np.r_[price, price], np.r_[up_low, down_low], np.r_[up_high, down_high], moments)

    def _solve(self, price: np.ndarray, low: np.ndarray, high: np.ndarray, moments: bool) -> Change | None:
        """Over what each fact has more, then what each has less; what can't differ is left out."""
        size, able = len(self.facts), np.flatnonzero(high > 0)
        rules = [scipy.optimize.LinearConstraint(self.sums[:, able], 0, 0)] if self.sums.shape[0] else []
        if moments and self.ruled.shape[0]:
            rules.append(scipy.optimize.LinearConstraint(self.ruled[:, able], -np.inf, self.most))
        bounds = scipy.optimize.Bounds(low[able], high[able])
        for whole in (0,) if len(rules) == 2 else (0, 1):
            found = scipy.optimize.milp(
                price[able], constraints=rules, bounds=bounds, integrality=np.full(len(able), whole), options=LIMITS
            )
            if found.x is None:
                return None
            x = np.zeros(2 * size)
            x[able] = found.x
            by = x[:size] - x[size:]
            if np.allclose(by, np.round(by), atol=1e-6):
                return self._checked(np.round(by).astype(int))
        return None

    def _checked(self, by: np.ndarray) -> Change:
        """The differences, after a look in whole numbers at what the solver says."""
        if (self.sums[:, : len(by)] @ by).any():
            raise StageFailed(f"disclosure: the solver's table for '{self.system.term}' does not add up")
        if (self.n + by < 0).any():
            raise StageFailed(f"disclosure: the solver's table for '{self.system.term}' has a count below zero")
        return {self.facts[i]: int(by[i]) for i in np.flatnonzero(by)}


def _rest(fact: Fact) -> bool:
    """Whether it is what is left of a group beside one of its parts: it differs as these do."""
    return any(level.startswith(NOT) for _, level in fact.who)


def printed_percent(part: int, whole: int, decimals: int) -> int | None:
    """A percentage as printed, in units of its last digit, half up; None of nobody."""
    return (200 * 10**decimals * part + whole) // (2 * whole) if whole > 0 else None


def fits(percent: Percent, change: Change, decimals: int) -> bool:
    """Whether the percentage is printed alike in the other table."""
    part, whole = percent.part, percent.whole
    other = printed_percent(part.n + change.get(part, 0), whole.n + change.get(whole, 0), decimals)
    return other == printed_percent(part.n, whole.n, decimals)
