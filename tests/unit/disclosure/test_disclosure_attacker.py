"""What is printed leaves every small count a possible value that is not small."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.disclosure import Released, release
from pipeline.results import Key, Number, Results
from pipeline.study import Release
from tests.unit.disclosure.attackers import APART, MISSING, Attacker, World

BELOW = 5
count = st.one_of(st.integers(0, 6), st.integers(0, 9), st.integers(0, 150))
slow = settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])


def released(*told, below: int = BELOW) -> Released:  # type: ignore[no-untyped-def]
    numbers = {n.key: n for part in told for n, *_ in part}
    return release(Results.of(numbers.values()), Release(rule="journal", below=below))


def role_world(columns: list[tuple[int, ...]], levels: tuple[str, ...]) -> World:
    cells = {(lv, f"{i}"): n for i, column in enumerate(columns) for lv, n in zip(levels, column, strict=True)}
    leaves = tuple(f"{i}" for i in range(len(columns)))
    return World(cells, {"All": leaves, **{f"role={i}": (i,) for i in leaves}})


def attacked(told, printed: Released, below: int = BELOW) -> None:  # type: ignore[no-untyped-def]
    """No small count that a table could have printed is known to be small."""
    told = list(told)
    attacker = Attacker(told, printed)
    for number, part, _ in told:
        if number.key.statistic != "percent" and 0 < number.value < below:
            assert printed.withheld(number.key)
            assert attacker.bounds(part)[1] >= below, number.key


@slow
@given(st.lists(st.tuples(count, count, count, count, count), min_size=1, max_size=4))
def test_a_table_of_levels_and_groups(columns) -> None:  # type: ignore[no-untyped-def]
    world = role_world(columns, ("x", "y", "z", MISSING, APART))
    told = list(world.told("t"))
    attacked(told, released(told))


@slow
@given(st.lists(st.tuples(count, count, count, count), min_size=2, max_size=3))
def test_a_sensitive_answer_is_known_of_nobody(columns) -> None:  # type: ignore[no-untyped-def]
    """Nobody (and everybody) with an answer counts as few: someone may always have it, and not everyone."""
    world = role_world(columns, ("x", "y", "z", MISSING))
    told = list(world.told("t", sensitive=True))
    printed = released(told)
    attacked(told, printed)
    attacker = Attacker(told, printed)
    for group in world.groups:
        answered = world.cells(world.levels, group)
        if sum(world.n[c] for c in answered) < BELOW:
            continue
        for level in world.levels:
            others = world.cells([lv for lv in world.levels if lv != level], group)
            if world.count([level], group) == 0:
                assert attacker.bounds(world.cells([level], group))[1] > 0
            if sum(world.n[c] for c in others) == 0:
                assert attacker.bounds(others)[1] > 0


@slow
@given(st.lists(st.tuples(count, count, count, count), min_size=2, max_size=4))
def test_two_tables_of_the_same_people(cells) -> None:  # type: ignore[no-untyped-def]
    """By role and by programme: role i of programme j is leaf ij; Overall and its levels stand in both."""
    levels = ("x", "y", MISSING, APART)
    leaves = tuple(f"{i % 2}{i // 2}" for i in range(len(cells)))
    world_cells = {
        (lv, leaf): n for leaf, part in zip(leaves, cells, strict=True) for lv, n in zip(levels, part, strict=True)
    }
    by_role = World(world_cells, {"All": leaves, **{f"role={r}": tuple(x for x in leaves if x[0] == r) for r in "01"}})
    parts = {p: tuple(x for x in leaves if x[1] == p) for p in sorted({x[1] for x in leaves})}
    by_part = World(world_cells, {"All": leaves, **{f"programme={p}": x for p, x in parts.items()}})
    told = [*by_role.told("a"), *by_part.told("b")]
    printed = released(told)
    attacked(told, printed)
    for number, *_ in by_role.told("a"):
        if number.key.group == "All" and number.key.statistic != "percent":
            assert printed.withheld(number.key) == printed.withheld(number.key._replace(name="b"))


@slow
@given(st.lists(st.tuples(count, count, count), min_size=2, max_size=4))
def test_several_answers_possible(columns) -> None:  # type: ignore[no-untyped-def]
    """A level against the rest, one level at a time: (chose it, did not, missing)."""
    told, parts = [], []
    for level, add in (("x", 0), ("y", 3)):
        cells = {}
        for i, (chose, rest, lost) in enumerate(columns):
            more = min(add, rest)
            cells |= {(level, f"{i}"): chose + more, ("|rest", f"{i}"): rest - more, (MISSING, f"{i}"): lost}
        leaves = tuple(f"{i}" for i in range(len(columns)))
        world = World(cells, {"All": leaves, **{f"role={i}": (i,) for i in leaves}})
        part = [t for t in world.told("t") if t[0].key.level != "|rest"]
        parts.append((world, part))
        told += part
    printed = released(told)
    for world, part in parts:
        attacked(part, printed)
        attacker = Attacker(part, printed)
        for group in world.groups:
            if 0 < world.count(["|rest"], group) < BELOW:
                assert attacker.bounds(world.cells(["|rest"], group))[1] >= BELOW


Places = dict[tuple[str, str], int]


def missingness(lost: Places, asked: Places, design: Places):  # type: ignore[no-untyped-def]
    """Kind quality: waves, and programmes within them, as they are told of one variable."""
    n = {("M", f"{w}{p}"): v for (w, p), v in lost.items()} | {("A", f"{w}{p}"): v for (w, p), v in asked.items()}
    n |= {("D", f"{w}{p}"): v for (w, p), v in design.items()}
    leaves = [f"{w}{p}" for w, p in lost]
    groups = {"All": leaves}
    for w in dict.fromkeys(w for w, _ in lost):
        groups[f"wave={w}"] = [x for x in leaves if x[0] == w]
    for p in dict.fromkeys(p for _, p in lost):
        groups[f"programme={p}"] = [x for x in leaves if x[1] == p]
    groups |= {f"wave={x[0]};programme={x[1]}": [x] for x in leaves}
    levels = {"": ("M", "MA"), "not answered": ("M", "MA"), "not applicable": ("D", "MAD")}
    if not any(design.values()):  # then there is no line for it
        del levels["not applicable"]
    for group, here in groups.items():
        for level, (of, base) in levels.items():
            if level and ";" in group:
                continue
            part, whole = [(of, x) for x in here], [(c, x) for c in base for x in here]
            v, b = sum(n[c] for c in part), sum(n[c] for c in whole)
            key = Key("quality", "missingness", "v", level, group, "n")
            yield Number(key, v, v), part, []
            yield Number(key._replace(statistic="denominator"), b, b), whole, []
            yield Number(key._replace(statistic="percent"), 100 * v / b if b else math.nan, v), part, whole


@slow
@given(st.lists(st.tuples(count, st.integers(0, 90), st.sampled_from([0, 0, 2, 30])), min_size=4, max_size=6))
def test_missing_answers_by_wave_and_programme_within_it(drawn) -> None:  # type: ignore[no-untyped-def]
    places = [(f"{i % 2}", f"{i // 2}") for i in range(len(drawn))]
    told = list(missingness(*(dict(zip(places, part, strict=True)) for part in zip(*drawn, strict=True))))
    attacked(told, released(told))


small = st.integers(0, 4)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(small, small, small), min_size=2, max_size=2))
def test_the_integer_programme_finds_what_trying_every_table_finds(columns) -> None:  # type: ignore[no-untyped-def]
    """On tables that can be counted out by hand, with k = 3; groups that are not small themselves."""
    world = role_world([(a + 1, b + 1, m + 1) for a, b, m in columns], ("x", "y", MISSING))
    told = list(world.told("t"))
    printed = released(told, below=3)
    attacker = Attacker(told, printed)
    most = {leaf: world.count(("x", "y", MISSING), f"role={leaf}") for leaf in ("0", "1")}
    assert not any(printed.withheld(n.key) for n, *_ in told if n.key.term == "")
    for cell in world.n:
        low, high = attacker.by_hand([cell], most)
        assert attacker.bounds([cell]) == pytest.approx((low, high))
        if 0 < world.n[cell] < 3:
            assert high >= 3


def test_the_attacker_himself_finds_a_single_withheld_cell() -> None:
    """One cell withheld alone is given back by subtraction: an attacker who did not find it would prove nothing."""
    world = role_world([(40, 30, 2), (30, 20, 9)], ("x", "y", MISSING))
    told = list(world.told("t"))

    class Open:
        def withheld(self, key: Key) -> bool:
            return (key.level, key.group) == (MISSING, "role=0")

        def text(self, key: Key) -> str:
            return {n.key: f"{n.value:.0f}" for n, *_ in told}[key]

    assert Attacker(told, Open()).bounds([(MISSING, "0")]) == (2, 2)  # type: ignore[arg-type]
