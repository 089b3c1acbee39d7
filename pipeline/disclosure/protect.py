"""The fewest numbers to withhold, so that for every small count something else could be true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from pipeline.disclosure.facts import Fact, Percent, System
from pipeline.disclosure.fitting import Around, Kept, kept, kept_rounded
from pipeline.disclosure.groups import Conditions
from pipeline.disclosure.possible import Change, Others, fits

ROUNDS = 6
"""How often systems that share facts may answer each other before they are withheld as a whole."""


@dataclass(eq=False)
class Safe:
    """hidden: facts that no table may print. lost, coarse: rows of percentages to withhold, or to print as whole
    numbers. means: those who answered whose means no one may print. spread: whose SDs and
    quartiles. changes: the other tables found, by system. withheld: systems for which none was."""

    hidden: set[Fact] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)
    coarse: set[int] = field(default_factory=set)
    means: dict[Conditions, None] = field(default_factory=dict)
    spread: dict[Conditions, None] = field(default_factory=dict)
    changes: Sequence[Sequence[Change]] = ()
    withheld: Sequence[int] = ()

    def give_up(self, moments: Iterable[Kept]) -> None:
        """Those of every system, in order."""
        for of_one in moments:
            self.means |= _in_order(of_one.means)
            self.spread |= _in_order(of_one.spread)


def protect(systems: Sequence[System], around: Around | None = None) -> Safe:
    """What must be withheld of all systems together. around: where small counts are printed rounded."""
    made = _Protection(systems)
    for number in range(len(systems)):
        made.one(number)
    safe = made.safe()
    if around is not None:
        safe.give_up(kept_rounded(system, around) for system in systems)
    return safe


def _in_order(facts: Iterable[Fact]) -> dict[Conditions, None]:
    return {f.who: None for f in sorted(facts, key=lambda f: sorted(f.who))}


class _Protection:
    """changes: for each system the other tables that are possible, each part of one that agrees over all systems.
    answers: those of them that were found for a small count of another system. moves: how facts that several systems
    share differ in such a table.
    """

    def __init__(self, systems: Sequence[System]):
        self.systems = systems
        self.homes: dict[Fact, list[int]] = {}
        _share_rows(systems)
        self.others = [Others(system) for system in systems]
        fixed = {f for other in self.others for f in other.known}
        for other in self.others:
            other.fixed |= np.array([f in fixed for f in other.facts], bool)
        for number, other in enumerate(self.others):
            for fact in other.facts:
                self.homes.setdefault(fact, []).append(number)
        self.shared = {f for f, homes in self.homes.items() if len(homes) > 1}
        self.changes: list[list[Change]] = [[] for _ in systems]
        self.answers: list[list[Change]] = [[] for _ in systems]
        gone = [f.who for s in systems if not s.term for f in s.needed if f not in s.of_few]
        self.hidden = {f for f in self.homes if any(who <= f.who for who in gone)}
        self.hidden |= {f for system in systems for f in system.needed}
        self.withheld: set[int] = set()
        self.moves: list[Change] = []

    def one(self, number: int) -> None:
        """Look for another table for each small count of a system that none so far makes large."""
        needed = self.systems[number].needed if number not in self.withheld else {}
        for fact in sorted(needed, key=lambda f: (f.n - needed[f], sorted(f.who))):
            least = needed[fact]
            if any(fact.n + change.get(fact, 0) >= least for change in self.changes[number]):
                continue
            found = next(self._attempts(number, {fact: least}), None)
            if found is None:
                self._withhold(number)
                return
            for home, change in found.items():
                self.changes[home].append(change)
                if home != number:
                    self.answers[home].append(change)
                self.hidden |= set(change)

    def _attempts(self, number: int, least: Change) -> Iterator[dict[int, Change]]:
        """Another table in which everything that is printed of other variables is kept, before one for which some of
        them must be given up; each time alone first, then as an answer to what the groups' other tables differ in."""
        for give_up in (False, True):
            yield from _there(self._agreed(number, least, {}, give_up))
            yield from _there(None if give_up else self._as_groups_move(number, least))
            for move in list(self.moves):
                yield from _there(self._agreed(number, least, move, give_up))

    def _as_groups_move(self, number: int, least: Change) -> dict[int, Change] | None:
        """Inside a group of few people a count is large only where the group is: an answer to one of the other tables
        of groups, to which all systems have answered already."""
        other = self.others[number]
        for move in self.moves:
            here = {f: by for f, by in move.items() if f in other.at}
            still = {f for f in other.facts if f in self.shared and f not in here}
            for moments in (True, False) if here else ():
                change = other.find(least, self.hidden, here, still, moments)
                if change is not None:
                    return {number: change}
        return None

    def _agreed(self, first: int, least: Change, start: Change, give_up: bool) -> dict[int, Change] | None:
        """Another table that has this count, over all systems that its differences reach.

        start: differences to which the systems have an answer already. give_up: a system that has no answer is
        withheld, for of what is not printed at all anything may be true; so one variable in which little can differ
        does not take all others with it.
        """
        moved = dict(start)
        found: dict[int, Change] = {}
        queue = [first]
        for _ in range(ROUNDS * len(self.systems)):
            if not queue:
                if moved != start:
                    self.moves.append(moved)
                return found
            number = queue.pop(0)
            change = self._answer(number, least if number == first else {}, moved)
            if change is None and give_up and number != first:
                self._withhold(number)
                found.pop(number, None)
                continue
            if change is None:
                return None
            found[number] = change
            new = {f: by for f, by in change.items() if f in self.shared and f not in moved}
            moved |= new
            again = {home for f in new for home in self.homes[f] if home != number and home not in self.withheld}
            queue += sorted(again - set(queue))
        return None

    def _answer(self, number: int, least: Change, moved: Change) -> Change | None:
        """With the moments that are printed if there is one, else without: then these go."""
        other = self.others[number]
        here = {f: by for f, by in moved.items() if f in other.at}
        still = {f for f in other.facts if f in self.shared and f not in here}
        for moments in (True, False) if other.system.ruled else (False,):
            change = other.find(least, self.hidden, here, still, moments) if here else None
            change = change or other.find(least, self.hidden, here, None, moments)
            if change is not None:
                return change
        return None

    def _withhold(self, number: int) -> None:
        """Nothing of a system for which no other table was found, nor of those that share its facts, but for groups."""
        self.withheld.add(number)
        system = self.systems[number]
        self.hidden |= {f for f in self.others[number].facts if f not in system.given}

    def safe(self) -> Safe:
        made = Safe(self.hidden, changes=self.changes, withheld=sorted(self.withheld))
        stay = []
        for number, system in enumerate(self.systems):
            for percent in system.percents:
                self._percent(made, number, percent)
            shown = [p for p in system.percents if p.row not in made.lost]
            stay.append([(p, 0 if p.row in made.coarse else p.decimals) for p in shown])
        made.give_up(self._moments(number, stay[number]) for number in range(len(self.systems)))
        return made

    def _moments(self, number: int, stay: Sequence[tuple[Percent, int]]) -> Kept:
        system = self.systems[number]
        if number in self.withheld:  # its moments are all that is left, and nothing was found that fits them
            return Kept(means=set(system.means))
        return kept(system, self.changes[number], self.hidden, stay, self.answers[number])

    def _percent(self, made: Safe, number: int, percent: Percent) -> None:
        needed, changes = self.systems[number].needed, self.changes[number]
        small = percent.part in needed or percent.whole in needed or number in self.withheld
        if small or not all(fits(percent, change, 0) for change in changes):
            made.lost.add(percent.row)
        elif not all(fits(percent, change, percent.decimals) for change in changes):
            made.coarse.add(percent.row)


def _there(found: dict[int, Change] | None) -> Iterator[dict[int, Change]]:
    if found is not None:
        yield found


def _share_rows(systems: Iterable[System]) -> None:
    """A fact's rows in all systems, so that each of them knows what it costs to withhold it."""
    rows: dict[Fact, list[int]] = {}
    for system in systems:
        for fact, here in system.rows.items():
            rows.setdefault(fact, []).extend(r for r in here if r not in rows.get(fact, ()))
    for system in systems:
        for fact in {f for whole, parts in system.sums for f in (whole, *parts)} | set(system.rows):
            if fact in rows:
                system.rows[fact] = rows[fact]
