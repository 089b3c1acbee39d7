"""Somebody who knows the study file and everything that is printed of a cascade, its steps' tables and missing answers.

A world says how many people of each site gave each set of answers to all steps: that is all that can be known, so every
number is a sum of its cells. It shares no code with the door: what a step counts is said here anew, person by person.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.disclosure import Released
from pipeline.results import KEY, Key, parts_of

YES, NO, NONE, APART = "Yes", "No", "Missing", "Not applicable"
Who = tuple[str, ...]
"""Site, and the answer to each step."""
Test = Callable[[Who], bool]


@dataclass(frozen=True)
class Study:
    """steps: variables in order. reached: strict or any. sites: levels of ``site``. asked: step -> the earlier step
    whose yes it is asked of. crossed: table -> the step of its columns, where that is not ``site``."""

    steps: tuple[str, ...]
    reached: str
    sites: tuple[str, ...]
    asked: Mapping[str, str] = field(default_factory=dict)
    crossed: Mapping[str, str] = field(default_factory=dict)

    def worlds(self) -> list[Who]:
        """Every kind of person that the study file allows."""
        found = []
        for site in self.sites:
            for answers in itertools.product((YES, NO, NONE, APART), repeat=len(self.steps)):
                said = dict(zip(self.steps, answers, strict=True))
                # of whom the earlier answer is missing nobody knows whether they were asked: any answer counts
                asked = {s: s not in self.asked or said[self.asked[s]] in (YES, NONE) for s in self.steps}
                if all((said[s] == APART) != asked[s] for s in self.steps):
                    found.append((site, *answers))
        return found

    def furthest(self, who: Who) -> int:
        """How many steps somebody reached."""
        yes = [answer == YES for answer in who[1:]]
        if self.reached == "strict":
            return next((i for i, y in enumerate(yes) if not y), len(yes))
        return max((i + 1 for i, y in enumerate(yes) if y), default=0)

    def line(self, term: str, level: str) -> tuple[Test, Test]:
        """Whom a line of the cascade counts, and of whom its percentage is."""
        k = self.steps.index(term)
        own, far = k + 1, self.furthest
        tests: dict[str, Test] = {
            "of the step before": lambda w: far(w) > k,
            "of the start": lambda w: far(w) > k,
            "no": lambda w: far(w) == k and w[own] == NO,
            "not known": lambda w: far(w) == k and w[own] in (NONE, APART),
            "without an earlier step": lambda w: w[own] == YES and far(w) <= k,
            "by a later step": lambda w: w[own] != YES and far(w) > k,
        }
        return tests[level], (lambda w: far(w) >= k) if level == "of the step before" else (lambda w: far(w) >= 1)

    def inside(self, group: str, table: str = "") -> Test:
        pairs = dict(parts_of(group))
        pairs.pop("wave", None)

        def test(who: Who) -> bool:
            return all(
                (who[0] if name == "site" else who[1 + self.steps.index(name)]) == level
                for name, level in pairs.items()
            )

        return test


class Attack:
    """Rows of results, as equations."""

    def __init__(self, study: Study, found: Released):
        self.study, self.cells = study, study.worlds()
        self.rows: list[np.ndarray] = []
        self.low: list[float] = []
        self.high: list[float] = []
        lines: dict[tuple[str, str], set[str]] = {}
        columns: dict[str, set[str]] = {}
        for row in found.frame[KEY].itertuples(index=False, name=None):
            key = Key(*row)
            if key.kind in ("cascade", "participants") and key.term in study.steps:
                lines.setdefault((key.kind, key.name), set()).add(f"{key.term}|{key.level}")
                columns.setdefault(key.name, set()).add(key.group)
            told = self._told(key)
            if told is not None and not found.withheld(key):
                self._add(key.statistic, found.text(key), *told)
        self._left_out(lines)
        rows, at = np.unique(np.column_stack([np.array(self.rows), self.low, self.high]), axis=0, return_index=True)
        del at
        self.rules = LinearConstraint(rows[:, :-2], rows[:, -2], rows[:, -1])

    def _told(self, key: Key) -> tuple[Test, Test] | None:
        here = self.study.inside(key.group)
        if key.kind == "flow":
            return (here, here) if key[2:4] == ("kept", "") and key.statistic == "people" else None
        if key.term and key.term not in self.study.steps:
            return None
        part: Test
        whole: Test
        if key.kind == "cascade" and key.term:
            part, whole = self.study.line(key.term, key.level)
        elif key.kind in ("cascade", "participants") and not key.term:
            part = whole = lambda w: True
        elif key.kind == "participants":
            own = 1 + self.study.steps.index(key.term)
            whole = lambda w: w[own] in (YES, NO)  # noqa: E731
            part = (lambda w: w[own] == key.level) if key.level else whole
        elif key.kind == "quality" and key.name == "missingness":
            own = 1 + self.study.steps.index(key.term)
            apart = key.level == "not applicable"
            part = lambda w: w[own] == (APART if apart else NONE)  # noqa: E731
            whole = (lambda w: True) if apart else (lambda w: w[own] != APART)
        else:
            return None
        return (lambda w: here(w) and part(w)), (lambda w: here(w) and whole(w))

    def _add(self, statistic: str, text: str, part: Test, whole: Test) -> None:
        one, of = self.vector(part), self.vector(whole)
        if statistic in ("n", "denominator", "missing", "people"):
            count = int(text.replace(",", ""))
            self._rule(of if statistic == "denominator" else one, count, count)
        elif statistic == "percent" and text == "NA":
            self._rule(of, 0, 0)
        elif statistic == "percent":
            unit = 10 ** len(text.partition(".")[2])
            p = round(float(text) * unit)
            self._rule(200 * unit * one - (2 * p + 1) * of, -math.inf, -1)
            self._rule(200 * unit * one - (2 * p - 1) * of, 0, math.inf)
            self._rule(of, 1, math.inf)

    def _rule(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def _left_out(self, lines: Mapping[tuple[str, str], set[str]]) -> None:
        """What has no line in a table is nobody."""
        for (kind, _), held in lines.items():
            for term in dict.fromkeys(line.partition("|")[0] for line in held):
                own = 1 + self.study.steps.index(term)
                if kind == "participants":
                    for word in (NONE, APART):
                        if f"{term}|{word}" not in held:
                            self._rule(self.vector(lambda w, own=own, word=word: w[own] == word), 0, 0)
                    continue
                odd = "without an earlier step" if self.study.reached == "strict" else "by a later step"
                for level in ("no", "not known", odd):
                    if f"{term}|{level}" not in held:
                        self._rule(self.vector(self.study.line(term, level)[0]), 0, 0)

    def vector(self, test: Test) -> np.ndarray:
        return np.array([float(test(w)) for w in self.cells])

    def most(self, test: Test) -> float:
        """The highest number that such people can be; infinite where nothing holds it."""
        return -self._end(-self.vector(test))

    def least(self, test: Test) -> float:
        return self._end(self.vector(test))

    def _end(self, goal: np.ndarray) -> float:
        found = milp(goal, constraints=self.rules, bounds=Bounds(0, np.inf), integrality=np.ones(len(goal)))
        assert found.status in (0, 3), f"the true table must be possible: {found.message}"
        return float(found.fun) if found.status == 0 else -math.inf

    def follows(self, test: Test, told: bool, below: int) -> bool:
        """Whether a small count follows. Of one that some output tells nobody may even know that it is small; of one
        that none tells, as that of two answers together, nobody may know that there are few and that there are any."""
        return self.most(test) < below and (told or self.least(test) >= 1)


def small_counts(
    study: Study, people: Sequence[Who], below: int, by: bool, columns: bool
) -> Iterator[tuple[str, Test, bool]]:
    """Every count of people that a reader may think of, where it is small: who reached a step, who left there and why,
    who answered what, who is out of order and what the others said; of each site and of all. Last: whether an output
    tells it, or what is told leaves no choice. by: the cascade is told by site. columns: a table of its steps is."""
    sites: list[str] = [*study.sites, ""]
    for site, (k, term) in itertools.product(sites, enumerate(study.steps)):
        own, far = k + 1, study.furthest
        tests: dict[str, Test] = {
            "reached": lambda w, k=k, far=far: far(w) > k,
            "left": lambda w, k=k, far=far: far(w) == k,
            "left, no": lambda w, k=k, own=own, far=far: far(w) == k and w[own] == NO,
            "left, not known": lambda w, k=k, own=own, far=far: far(w) == k and w[own] in (NONE, APART),
            "odd": lambda w, k=k, own=own, far=far: (w[own] == YES) != (far(w) > k),
            "not before": lambda w, k=k, far=far: far(w) < k,
            "yes": lambda w, own=own: w[own] == YES,
            "no": lambda w, own=own: w[own] == NO,
            "missing": lambda w, own=own: w[own] == NONE,
            "others, no": lambda w, k=k, own=own, far=far: far(w) != k and w[own] == NO,
            "others, not known": lambda w, k=k, own=own, far=far: far(w) != k and w[own] in (NONE, APART),
        }
        for word, test in tests.items():
            alone, others = word in ("yes", "no", "missing"), word.startswith("others")
            told = not site or (columns if alone else by and columns if others else by)

            def both(w: Who, test: Test = test, site: str = site) -> bool:
                return (not site or w[0] == site) and test(w)

            if 0 < sum(map(both, people)) < below:
                yield f"{term} {word} {site or 'all'}", both, told


def small_sets(study: Study, people: Sequence[Who], below: int) -> Iterator[tuple[str, Test, bool]]:
    """Answers to two steps at once, and to all, of each site and of all people, that few gave. No output tells them:
    of a cascade that is not printed they are no matter."""
    places = range(1, len(study.steps) + 1)
    for picked in dict.fromkeys((*itertools.combinations(places, 2), tuple(places))):
        for at in ((0, *picked), picked):
            for answers, n in sorted(Counter(tuple(who[i] for i in at) for who in people).items()):
                if n < below:
                    yield f"{at}: {answers}", lambda w, at=at, a=answers: tuple(w[i] for i in at) == a, False
