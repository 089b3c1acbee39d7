"""Models of several waves, and with a baseline: what they tell of few people, alone and beside other models."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.disclosure import Released
from pipeline.disclosure.waves import wave_of
from pipeline.results import ALL, Key
from tests.unit.disclosure.whole import released, seen, written

VARIABLES = """  arm: {codes: {A: A, B: B}}
  mood: {type: number, range: 0-9, missing: {blank: not answered}}
  age: {type: number, missing: {blank: not answered}}"""
WAVES = ", wave: w, waves: {1: Start, 2: Half, 3: Year}"
ESTIMATES = ("estimate", "std_error", "ci_low", "ci_high", "p", "df")
Rows = list[tuple[object, ...]]


def rows(people: int = 100) -> Rows:
    """id, wave, arm, mood, age: everybody at every wave, made up."""
    rng = np.random.default_rng(8)
    return [(i, w, "AB"[i % 2], int(rng.integers(0, 10)), 20 + i % 40) for i in range(people) for w in (1, 2, 3)]


def run(held: Rows, models: str, tables: str = "  t: {rows: [arm], wave: 1}") -> Released:
    lines = "models:\n" + "".join(f"  {line}\n" for line in models.splitlines())
    return released(written(VARIABLES, tables, lines, WAVES), "id w arm mood age", held)


def key(name: str, term: str = "", level: str = "", group: str = ALL, statistic: str = "n") -> Key:
    return Key("model", name, term, level, group, statistic)


def estimates(name: str, wave: str, adjustment: str = "unadjusted") -> dict[str, Key]:
    return {s: key(name, "arm", "B", f"adjustment={adjustment};wave={wave}", s) for s in ESTIMATES}


def counts(name: str) -> dict[str, Key]:
    waves, words = ("Half", "Year"), ("n", "denominator")
    by_wave = {f"{w} {s}": key(name, group=f"wave={w}", statistic=s) for w in waves for s in words}
    levels = {f"{w} {a}": key(name, "arm", a, f"wave={w}") for w in waves for a in "AB"}
    return {**by_wave, **levels, "all": key(name, "arm", group="adjustment=unadjusted")}


def test_all_is_printed_where_nobody_is_few() -> None:
    found = run(rows(), "m: {outcome: mood, exposure: arm, waves: [2, 3], baseline: 1, adjust: [age]}")
    assert len(seen(found, counts("m"))) == 9
    assert len(seen(found, estimates("m", "Half"))) == len(seen(found, estimates("m", "Year", "adjusted"))) == 6
    assert not found.withheld(key("m", "arm by wave", "", "adjustment=adjusted", "statistic"))
    assert wave_of("adjustment=adjusted;wave=Half") == "Half"


@pytest.mark.parametrize("other", ["one", "a"])
def test_a_wave_that_differs_by_few_from_another_model_does_not_say_how_many(other: str) -> None:
    """At Half 12 lack their mood and 14 others their age: of two models the later by name does not say so."""
    held = [
        (i, w, a, "" if w == 2 and i < 12 else m, "" if w == 2 and 20 <= i < 34 else age) for i, w, a, m, age in rows()
    ]
    found = run(
        held,
        f"m: {{outcome: mood, exposure: arm, waves: [2, 3]}}\n{other}: {{outcome: age, exposure: arm, wave: 2}}",
    )
    of_other = {"n": key(other), "left": key(other, statistic="missing"), **{a: key(other, "arm", a) for a in "AB"}}
    if other == "one":
        assert len(seen(found, counts("m"))) == 9
        assert not seen(found, of_other)
        return
    assert len(seen(found, of_other)) == 4
    assert not seen(found, counts("m")), "a number of all rows, or of one level, would give it back"
    assert "df" not in seen(found, estimates("m", "Half"))
    assert found.withheld(key("m", "arm by wave", "", "adjustment=unadjusted", "df2"))


def test_two_waves_of_as_many_people_that_differ_by_few_are_two_such_models() -> None:
    """Twelve lack their mood at Half, fourteen at Year, out of a hundred each time."""
    held = [(i, w, a, "" if w > 1 and i < 8 + 2 * w else m, age) for i, w, a, m, age in rows()]
    found = run(held, "m: {outcome: mood, exposure: arm, waves: [2, 3]}")
    assert not seen(found, counts("m"))
    other = [(i, w, a, "" if w > 1 and i < 6 * w else m, age) for i, w, a, m, age in rows()]
    assert len(seen(run(other, "m: {outcome: mood, exposure: arm, waves: [2, 3]}"), counts("m"))) == 9


def test_few_left_out_at_one_wave_take_all_numbers_of_rows_along() -> None:
    """Three lack their mood at Year; the sum of both waves less Half's would tell."""
    held = [(i, w, a, "" if w == 3 and i < 3 else m, age) for i, w, a, m, age in rows()]
    found = run(held, "m: {outcome: mood, exposure: arm, waves: [2, 3]}")
    assert not seen(found, counts("m"))
    assert not seen(found, {s: key("m", group=f"wave={s}", statistic="missing") for s in ("Half", "Year")})
    assert "df" not in seen(found, estimates("m", "Half"))
    assert found.withheld(key("m", "arm", "", "adjustment=unadjusted", "clusters"))


def test_how_many_people_there_are_would_tell_of_few_who_came_once() -> None:
    """Of a hundred 88 are there at Half and 90 at Year; two came at Half alone: ninety-two less ninety."""
    held = [r for r in rows() if not (r[1] == 2 and r[0] >= 88) and not (r[1] == 3 and (r[0] < 2 or r[0] >= 92))]
    found = run(held, "m: {outcome: mood, exposure: arm, waves: [2, 3]}")
    assert {"Half n": 88.0, "Year n": 90.0}.items() <= seen(found, counts("m")).items()
    assert found.withheld(key("m", "arm", "", "adjustment=unadjusted", "clusters"))
    assert "df" not in seen(found, {**estimates("m", "Half"), **estimates("m", "Year")})
    test = {s: key("m", "arm by wave", "", "adjustment=unadjusted", s) for s in ("statistic", "df", "df2", "p")}
    assert seen(found, test).keys() == {"p"}
    often = [r for r in rows() if not (r[1] == 2 and r[0] >= 80) and not (r[1] == 3 and r[0] < 10)]
    many = run(often, "m: {outcome: mood, exposure: arm, waves: [2, 3]}")
    assert many.value(key("m", "arm", "", "adjustment=unadjusted", "clusters")) == 100


def test_a_baseline_that_few_lack_is_not_counted_out() -> None:
    """At Year 3 have no row at the start and 9 no mood there: twelve left out, less nine, would tell of three."""
    held = [(i, w, a, "" if w == 1 and 10 <= i < 19 else m, age) for i, w, a, m, age in rows()]
    held = [r for r in held if not (r[1] == 1 and r[0] < 3)]
    found = run(held, "m: {outcome: mood, exposure: arm, wave: 3, baseline: 1}")
    why = {r: key("m", "mood at Start", r, statistic="missing") for r in ("no row at Start", "not answered")}
    assert "no row at Start" not in seen(found, why)
    told = seen(found, {**why, "left": key("m", statistic="missing"), "n": key("m")})
    assert not ({"not answered", "left"} <= told.keys() or {"not answered", "n"} <= told.keys())


def test_it_is_beside_who_was_followed_too() -> None:
    """Of a hundred at Year 93 were there at the start, as a table of those followed says: seven have no baseline, and
    of these two refused there. With 5 without a row both are told or neither."""
    held = [r for r in rows() if not (r[1] == 1 and r[0] < 5)]
    held = [(i, w, a, "" if w == 1 and i in (30, 31) else m, age) for i, w, a, m, age in held]
    found = run(
        held, "m: {outcome: mood, exposure: arm, wave: 3, baseline: 1}", "  f: {kind: followed, rows: [arm, mood]}"
    )
    refused = {"why": key("m", "mood at Start", "not answered", statistic="missing"),
               "left": key("m", statistic="missing"),
               "no row": key("m", "mood at Start", "no row at Start", statistic="missing")}  # fmt: skip
    told = seen(found, refused)
    assert "why" not in told
    assert not {"left", "no row"} <= told.keys()
