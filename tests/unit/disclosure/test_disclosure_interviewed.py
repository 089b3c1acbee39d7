"""Counts of coded interviews through the door: nobody who adds up, subtracts and knows the tree finds a small one.

The attack knows the study file and everything that is printed. A world says how many people of each role and programme
have told of each set of codes, and how many segments each line has in each role; it shares no code with the door.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from pipeline.disclosure import Released, release
from pipeline.results import Key, Results, parts_of
from pipeline.study import Study
from pipeline.tables.interview_exhibits import interview_exhibits
from pipeline.themes import interviews
from tests.coded_interviews import coded, drawn, told

BELOW = 5
CODES = ("Support::heard", "Support::seen", "Way", "Alone")
ROLES = {"PR": "Recipients", "PS": "Supporters", "PL": "Leaders"}
PROGRAMMES = {"A": "North", "B": "South"}
THEMES = {"Heard": ("Support",), "Seen": ("Support::seen", "Way"), "Alone": ("Alone",)}
DECLARED = """
people: {PEOPLE}
themes:
  Heard: {codes: [Support]}
  Seen: {codes: ["Support::seen", Way]}
  Alone: {codes: [Alone]}
tables:
  by_role: {columns: role, rows: tree, count: [people, documents, segments]}
  by_programme: {columns: programme, rows: codes}
  together: {cooccurrence: document}
  book: {codebook: true}
"""
Person = tuple[str, str, frozenset[str]]


def lines_of(code: str) -> set[tuple[str, str]]:
    """Every line in which a passage with this code counts."""
    codes = {code, *([code.partition("::")[0]] if "::" in code else [])}
    found = {("code", c) for c in codes}
    return found | {("theme", name) for name, tops in THEMES.items() if codes & set(tops)}


def everyone(rows: str) -> list[Person]:
    found: dict[str, tuple[str, str, set[str]]] = {}
    for row in rows.splitlines():
        _, who, role, programme, code, *_ = row.split()
        found.setdefault(who, (ROLES[role], PROGRAMMES[programme], set()))[2].add(code)
    return [(role, programme, frozenset(codes)) for role, programme, codes in found.values()]


@dataclass
class World:
    """Unknowns: people by role, programme and set of codes, then segments by line and role. rules: what is printed."""

    cells: list[Person]
    segments: list[tuple[tuple[str, str], str]]
    rules: list[tuple[np.ndarray, float, float]]

    def row(self, holds: Callable[[Person], bool]) -> np.ndarray:
        return np.array([float(holds(cell)) for cell in self.cells] + [0.0] * len(self.segments))

    def segment(self, line: tuple[str, str], role: str = "") -> np.ndarray:
        return np.array([0.0] * len(self.cells) + [float(s[0] == line and role in ("", s[1])) for s in self.segments])

    def most(self, goal: np.ndarray) -> float:
        matrix = np.array([row for row, *_ in self.rules])
        limits = LinearConstraint(matrix, [low for _, low, _ in self.rules], [high for *_, high in self.rules])
        found = milp(-goal, constraints=limits, bounds=Bounds(0, 300), integrality=np.ones(len(goal)))
        assert found.x is not None, found.message
        return round(-found.fun)


def within(key: Key, person: Person) -> bool:
    groups = dict(parts_of(key.group))
    return groups.get("role", person[0]) == person[0] and groups.get("programme", person[1]) == person[1]


def has(line: tuple[str, str], person: Person) -> bool:
    return any(line in lines_of(code) for code in person[2])


def conditions(key: Key) -> Iterator[tuple[Callable[[Person], bool], Callable[[Person], bool]]]:
    """Who is counted by a row of results, and of whom a percentage is."""
    line = (key.term, key.level)
    if key.name == "interviews":
        yield lambda p: key.level in ("", p[0]), lambda p: True
    elif key.statistic in ("n1", "n2", "n12"):
        ends = [("theme", key.term)] * (key.statistic != "n2") + [("theme", key.level)] * (key.statistic != "n1")
        yield lambda p: all(has(end, p) for end in ends), lambda p: True
    elif key.statistic == "denominator" or not key.term:
        yield lambda p: within(key, p), lambda p: True
    else:
        yield lambda p: within(key, p) and has(line, p), lambda p: within(key, p)


def world_of(released: Released, everyone: list[Person]) -> World:
    sets = [frozenset(some) for n in range(1, len(CODES) + 1) for some in itertools.combinations(CODES, n)]
    cells = [(r, p, s) for r in ROLES.values() for p in PROGRAMMES.values() for s in sets]
    lines = sorted({line for code in CODES for line in lines_of(code)})
    world = World(cells, [(line, role) for line in lines for role in ROLES.values()], [])
    total = world.row(lambda p: True)
    world.rules.append((total, len(everyone), len(everyone)))
    for line, role in world.segments:  # nobody who has told of it has no segment
        people = world.row(lambda p, line=line, role=role: p[0] == role and has(line, p))
        world.rules.append((world.segment(line, role) - people, 0, math.inf))
    for *words, withheld, text in released.frame[[*Key._fields, "withheld", "text"]].itertuples(index=False, name=None):
        key = Key(*words)
        if withheld or key.kind != "themes" or key.statistic == "cooccurrence":
            continue
        if key.statistic == "segments":
            role = dict(parts_of(key.group)).get("role", "")
            world.rules.append((world.segment((key.term, key.level), role), int(text), int(text)))
            continue
        for part, whole in conditions(key):
            if key.statistic != "percent":
                world.rules.append((world.row(part), int(text), int(text)))
            elif text != "NA":
                p = int(text)
                world.rules.append((200 * world.row(part) - (2 * p + 1) * world.row(whole), -math.inf, -1))
                world.rules.append((200 * world.row(part) - (2 * p - 1) * world.row(whole), 0, math.inf))
    return world


def small(people: list[Person], lines: list[tuple[str, str]]) -> Iterator[tuple[str, Callable[[Person], bool]]]:
    """Everything of few people that a table prints or that is left over: columns, lines, theirs without a part."""
    groups = [("All", lambda p: True)]
    groups += [(r, lambda p, r=r: p[0] == r) for r in ROLES.values()]
    groups += [(g, lambda p, g=g: p[1] == g) for g in PROGRAMMES.values()]
    for name, inside in groups:
        yield name, inside
        for line in lines:
            if line[0] == "theme" and name in PROGRAMMES.values():
                continue
            yield f"{line} in {name}", lambda p, i=inside, a=line: i(p) and has(a, p)
            yield f"not {line} in {name}", lambda p, i=inside, a=line: i(p) and not has(a, p)
            for part in lines:
                if part != line and all(has(line, q) for q in people if has(part, q)) and part[0] == "code":
                    yield (f"{line} without {part} in {name}",
                           lambda p, i=inside, a=line, b=part: i(p) and has(a, p) and not has(b, p))  # fmt: skip
    for one, other in itertools.combinations([("theme", name) for name in THEMES], 2):
        for a, b in itertools.product((True, False), repeat=2):
            yield (
                f"{one} {a}, {other} {b}",
                lambda p, one=one, other=other, a=a, b=b: has(one, p) is a and has(other, p) is b,
            )


def through_the_door(study: Study, rows: str) -> tuple[Results, Released]:
    made = interview_exhibits(coded(study, rows), study)
    results = Results.join([interviews(study).results, *(e.results for e in made.values())])
    return results, release(results, study.release, study)


def declared(rows: str) -> Study:
    counts = Counter(role for role, *_ in everyone(rows))
    return told(DECLARED.replace("PEOPLE", ", ".join(f"{r}: {counts[r]}" for r in ROLES.values())), "journal")


@pytest.mark.parametrize("seed", range(2))
def test_no_small_count_is_known_to_be_small(seed: int) -> None:
    rng = np.random.default_rng([6, seed])
    rows = drawn(rng, int(rng.integers(16, 40)), CODES, float(rng.uniform(0.2, 0.7)))
    people, study = everyone(rows), declared(rows)
    results, released = through_the_door(study, rows)
    world = world_of(released, people)
    lines = sorted({line for code in CODES for line in lines_of(code)})
    known = [f"{name}: {n}" for name, holds in small(people, lines)
             if 0 < (n := sum(map(holds, people))) < BELOW and world.most(world.row(holds)) < BELOW]  # fmt: skip
    assert known == []
    frame = results.frame
    few = frame[(frame["people"] > 0) & (frame["people"] < BELOW) & (frame["kind"] == "themes")]
    assert all(released.withheld(Key(*row)) for row in few[list(Key._fields)].itertuples(index=False, name=None))
    assert 0 < released.frame["withheld"].sum() < len(released.frame)
