"""Rows that are no people, such as sessions: a number of them stands on the people whose they are."""

from __future__ import annotations

from itertools import pairwise

from pipeline.disclosure import Released
from pipeline.results import ALL, Key
from tests.unit.disclosure.whole import cell, many, released, seen

STUDY = """
title: Made up
data:
  people: {file: a.csv, id: id}
  sessions: {file: s.csv, unit: UNIT, id: session, parent: {people: person}}
design: {kind: cohort, cluster: site}
variables:
  site: {in: people, codes: {A: A, B: B, C: C}}
  time: {in: sessions, codes: {day: Day, evening: Evening, night: Night}}
  about: {in: sessions, codes: {talk: Talk, crisis: Crisis}}
  minutes: {in: sessions, type: number}
  visits: {derive: {from: sessions, take: count, by: person, none: 0}}
tables:
  s: {of: sessions, columns: time, rows: [minutes, about]}
  t: {columns: site, rows: [visits]}
release: {rule: journal, below: 5}
"""
PEOPLE = many(("A", 3), ("B", 40), ("C", 25))
HOW_MANY = [4, 2, 6, *(1 + i % 3 for i in range(3, 68))]
"""Sessions of each by day or in the evening. The tenth has eight more, by night."""


def made(unit: str = "sessions") -> Released:
    rows = [(i, ("day", "evening")[(i + j) % 2], "talk", 20 + (7 * i + j) % 40)
            for i, n in enumerate(HOW_MANY) for j in range(n)]  # fmt: skip
    rows += [(9, "night", "crisis", 40 + j) for j in range(8)]
    lines = ["session,person,time,about,minutes", *(",".join(map(str, (k, *row))) for k, row in enumerate(rows))]
    return released(STUDY.replace("UNIT", unit), "site", PEOPLE, linked={"sessions": "\n".join(lines).encode()})


def test_eight_sessions_of_one_person_are_one_person():
    found = made()
    for key in (cell("s", "", "", "time=Night"), cell("s", "minutes", "", "time=Night", "mean"),
                cell("s", "about", "Crisis", "time=Night"), cell("s", "about", "Crisis", "time=Night", "percent"),
                cell("s", "about", "Crisis")):  # fmt: skip
        assert found.withheld(key), key
    for statistic, term in (("n", ""), ("denominator", "minutes"), ("denominator", "about")):
        groups = {g: cell("s", term, "", g, statistic) for g in (ALL, "time=Day", "time=Evening")}
        assert len(seen(found, groups)) < 3
    assert len(seen(found, {w: cell("s", "about", "Talk", w) for w in (ALL, "time=Day", "time=Evening")})) < 3


def test_few_people_s_sessions_do_not_follow_from_others():
    """Three people at A had 12 sessions: 149 of all, less those of the other sites, which they have on average, too."""
    found = made()
    groups = {
        g: Key("quality", "missingness", "minutes", "", g, "denominator") for g in (ALL, *map("site={}".format, "ABC"))
    }
    assert found.withheld(groups["site=A"])
    printed = seen(found, groups)
    assert len(printed) < 3
    for group in printed.keys() ^ groups.keys():
        assert found.withheld(cell("t", "visits", "", group, "mean"))


def test_rows_that_are_people_stand_for_themselves():
    """Peers whom the people of the first table brought along."""
    assert not made("people").withheld(cell("s", "minutes", "", "time=Night", "mean"))


CLOSE = """
title: Made up
data:
  people: {file: a.csv, id: id}
  sessions: {file: s.csv, unit: sessions, id: session, parent: {people: person}}
design: {kind: cohort}
variables: {site: {in: people, codes: {A: A, B: B, C: C}}}
scales:
  close:
    {in: sessions, items: [c1, c2], range: 0-4, score: sum, max_missing: 0, high_means: closer, label: Closeness,
     bands: {Low: 0-4, High: 5-8}}
tables: {s: {of: sessions, rows: [close]}}
release: {rule: journal, below: 5}
"""


def test_a_band_and_a_bin_of_sessions_of_one_person_are_one_person():
    """One of thirty has twelve sessions, all close; the others three each, none of them close."""
    rows = [(0, 4, 3) for _ in range(12)] + [(i, i % 3, j) for i in range(1, 30) for j in range(3)]
    lines = ["session,person,c1,c2", *(",".join(map(str, (k, *row))) for k, row in enumerate(rows))]
    people = many(("A", 10), ("B", 10), ("C", 10))
    found = released(CLOSE, "site", people, linked={"sessions": "\n".join(lines).encode()})
    high = {statistic: cell("s", "close", "High", ALL, statistic) for statistic in ("n", "percent")}
    edges = [0, *(n + 0.5 for n in range(8)), 8]
    bins = {f"{a:g}–{b:g}": Key("scale", "close", "distribution", f"{a:g}–{b:g}") for a, b in pairwise(edges)}
    assert not seen(found, high) and not seen(found, {"low": cell("s", "close", "Low")})
    assert found.withheld(bins["6.5–7.5"]) and len(seen(found, bins)) < 8  # another goes with it
