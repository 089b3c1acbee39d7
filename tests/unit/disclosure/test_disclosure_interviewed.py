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
    sets = [frozenset(some) for n in range(len(CODES) + 1) for some in itertools.combinations(CODES, n)]
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


@pytest.mark.parametrize("seed", [2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 7, 39))])
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


def rows_of(counts: str) -> str:
    """``PR 6 Way 3 1``: six people of a role with a code, three passages each in one of so many interviews."""
    rows = []
    for number, line in enumerate(counts.strip().splitlines()):
        role, people, code, passages, documents = line.split()
        for person in range(int(people)):
            who = f"P{number}x{person}"
            rows += [f"d{who}v{d} {who} {role} A {code} {20 * at} {20 * at + 9} X ."
                     for d in range(int(documents)) for at in range(int(passages))]  # fmt: skip
    return "\n".join(rows)


def printed(declared: str, counts: str, rule: str = "journal") -> tuple[Results, Released]:
    return through_the_door(told(declared, rule), rows_of(counts))


def test_passages_of_few_people_are_withheld_however_many_they_are() -> None:
    results, released = printed("tables: {t: {rows: codes, columns: role, count: segments}}",
                                "PR 2 Way 9 1\nPR 9 Bus 1 1\nPS 9 Way 2 1\nPL 8 Way 1 1")  # fmt: skip
    way = Key("themes", "t", "code", "Way", "role=Recipients", "segments")
    assert results.get(way) == 18 and released.withheld(way)
    others = [way._replace(group=g) for g in ("role=Supporters", "role=Leaders", "All")]
    assert any(released.withheld(key) for key in others)  # 44 - 18 - 8 would give it back


def test_documents_say_how_many_people_there_can_be() -> None:
    """Seven documents of a line are seven people or six, where all documents are one more than all people: beside ten
    in all, that tells of three or four."""
    counts = "PR 3 Way 1 1\nPR 9 Bus 1 1\nPS 6 Way 1 1\nPS 1 Way 1 2\nPS 5 Bus 1 1"
    tables = "tables:\n  t: {rows: codes, columns: role, count: [people, documents]}"
    results, released = printed(tables, counts)

    def line(role: str, statistic: str) -> Key:
        return Key("themes", "t", "code", "Way", f"role={role}", statistic)

    assert [results.get(line(r, s)) for r in ("Recipients", "Supporters") for s in ("n", "documents")] == [3, 3, 7, 8]
    assert released.text(line("Recipients", "n")) == "[c]" and not released.withheld(Key("themes", "t"))
    whole = [not released.withheld(Key("themes", "t", "code", "Way", "All", s)) for s in ("n", "documents")]
    apart = [not released.withheld(line("Supporters", s)) for s in ("n", "documents")]
    assert not any(a and b for a, b in zip(whole, apart, strict=True))  # nor either with the other's whole: 10 - 8


def test_interviewed_less_analysed_is_a_count_of_its_own() -> None:
    declared = """
people: {Recipients: 9, Supporters: 12, Leaders: 7}
exclude: [{participant: P0x0, because: withdrew consent}]
tables: {t: {rows: codes, columns: role}}
"""
    results, released = printed(declared, "PR 9 Way 1 1\nPS 12 Way 1 1\nPL 7 Way 1 1")
    interviewed = Key("themes", "interviews", "people", "Recipients")
    analysed = Key("themes", "t", "", "", "role=Recipients")
    assert results.get(interviewed) - results.get(analysed) == 1
    assert released.withheld(interviewed) or released.withheld(analysed)
    flow = [Key("flow", "coded interviews", *step, "All", "people") for step in (("excluded", "withdrew consent"),
            ("read", ""))]  # fmt: skip
    assert all(released.withheld(key) for key in flow)  # 28 less 27 would tell it
    assert released.text(Key("flow", "coded interviews", "analysed", "", "All", "people")) == "27"


def test_the_same_number_under_two_names_is_withheld_under_both() -> None:
    declared = "people: {Recipients: 9, Supporters: 3, Leaders: 12}\ntables: {t: {rows: codes, columns: role}}"
    _, released = printed(declared, "PR 9 Way 1 1\nPS 3 Way 1 1\nPL 12 Way 1 1")
    for role in ("Recipients", "Supporters", "Leaders"):
        said, head = Key("themes", "interviews", "people", role), Key("themes", "t", "", "", f"role={role}")
        assert released.withheld(said) == released.withheld(head), role
    assert released.withheld(Key("themes", "t", "", "", "role=Supporters"))


def test_a_coefficient_goes_where_what_it_is_made_of_does_and_under_rules_that_round() -> None:
    both = "PR 2 Way 1 1\nPR 9 Bus 1 1\nPS 9 Way 1 1"
    rows = rows_of(both) + "\n" + "\n".join(f"dP0x{n}v0 P0x{n} PR A Bus 90 99 X ." for n in range(2))
    for rule, shown in (("none", True), ("journal, below: 5", False), ("opensafely", False)):
        study = told("tables: {t: {rows: codes, cooccurrence: document}}", rule)
        _, released = through_the_door(study, rows)
        key = Key("themes", "t", "Way", "Bus", "All", "cooccurrence")
        assert released.withheld(key) is not shown
        assert released.withheld(key._replace(statistic="n12")) is not shown


def test_a_theme_of_one_code_and_the_code_are_one_fact() -> None:
    declared = "themes: {Way out: {codes: [Way]}}\ntables: {t: {rows: tree, columns: role}}"
    _, released = printed(
        declared, "PR 3 Way 1 1\nPR 9 Bus 1 1\nPS 9 Way 1 1\nPS 6 Bus 1 1\nPL 7 Way 1 1\nPL 8 Bus 1 1"
    )
    for group in ("role=Recipients", "role=Supporters", "role=Leaders", "All"):
        theme, code = Key("themes", "t", "theme", "Way out", group), Key("themes", "t", "code", "Way", group)
        assert released.withheld(theme) == released.withheld(code), group
    assert released.withheld(Key("themes", "t", "theme", "Way out", "role=Recipients"))


def test_that_nobody_or_everybody_told_of_a_sensitive_theme_is_withheld() -> None:
    declared = """
themes: {Relapse: {codes: [Way], sensitive: true}, Bus: {codes: [Bus]}}
tables: {t: {rows: tree, columns: role, count: [people, segments]}, together: {cooccurrence: document}}
"""
    counts = "PR 9 Way 1 1\nPS 9 Bus 1 1\nPL 8 Way 1 1\nPL 7 Bus 1 1"
    _, released = printed(declared, counts)
    for term, level in (("theme", "Relapse"), ("code", "Way")):
        for role, statistic in (("Recipients", "n"), ("Supporters", "n"), ("Supporters", "segments")):
            assert released.withheld(Key("themes", "t", term, level, f"role={role}", statistic)), (level, role)
    assert released.withheld(Key("themes", "together", "Relapse", "Bus", "All", "n12"))  # nobody with both
    _, shown = printed(declared.replace(", sensitive: true", ""), counts)
    assert shown.text(Key("themes", "t", "theme", "Relapse", "role=Supporters")) == "0"
    assert shown.text(Key("themes", "t", "theme", "Relapse", "role=Recipients", "percent")) == "100"
    assert shown.text(Key("themes", "together", "Relapse", "Bus", "All", "n12")) == "0"


OF_EVERY_ROLE = "PR 9 Way 2 1\nPS 8 Way 1 1\nPL 7 Way 1 1\nPR 6 Bus 1 1\nPS 9 Bus 1 1\nPL 6 Bus 1 1"


def with_no_one(counts: str, **times: int) -> str:
    """So many documents, of a group say, with two passages each with a code, of which nobody knows who said them."""
    said = [f"g{code}{document} . . . {code} {at} {at + 9} X ."
            for code, n in times.items() for document in range(n) for at in (0, 20)]  # fmt: skip
    return "\n".join([rows_of(counts), *said])


@pytest.mark.parametrize("statistic", ["segments", "documents"])
@pytest.mark.parametrize("columns", ["role", "programme"])
def test_what_no_one_in_particular_said_is_not_all_less_the_columns(statistic: str, columns: str) -> None:
    study = told(f"tables: {{t: {{rows: codes, columns: {columns}, count: [people, documents, segments]}}}}", "journal")
    results, released = through_the_door(study, with_no_one(OF_EVERY_ROLE, Way=1, Bus=6, Tea=5))

    def follows(level: str) -> bool:
        """All of it and every column are printed, or what is left."""
        line = {key.group: key for key in map(Key._make, results.frame[list(Key._fields)].itertuples(index=False))
                if (key.term, key.level, key.statistic) == ("code", level, statistic)}  # fmt: skip
        told = {group for group, key in line.items() if not released.withheld(key)}
        parts = {group for group in line if group.startswith(f"{columns}=")}
        assert parts
        left = [key for key in line.values() if key.group == "of=no one in particular"]
        return told >= {"All", *parts} or any(not released.withheld(key) for key in left)

    assert not follows("Way") and follows("Bus")  # one document, and six
    assert not released.withheld(Key("themes", "t", "no one in particular", "", "All", "segments"))  # of twelve


def test_documents_of_no_one_in_particular_are_not_the_heads_less_one_another() -> None:
    study = told("tables: {t: {rows: codes, columns: role, count: [people, documents]}}", "journal")
    for few, withheld in ((2, True), (8, False)):
        results, released = through_the_door(study, with_no_one(OF_EVERY_ROLE, Way=few))
        heads = [key for key in map(Key._make, results.frame[list(Key._fields)].itertuples(index=False))
                 if key.name == "t" and not key.term and key.statistic == "documents"]  # fmt: skip
        known = [key for key in heads if key.group.startswith("role=") or key.group == "All"]
        assert any(released.withheld(key) for key in known) is withheld
        assert sum(results.get(key) * (-1 if key.group == "All" else 1) for key in known) == -few
