"""One rule of decimals for what is released and for what is printed, also where one result fills several tables."""

from __future__ import annotations

import pytest

from pipeline.disclosure import release
from pipeline.results import Key, Number, Results
from pipeline.study import Release, parse_study
from pipeline.tables.fill import fill
from pipeline.tables.missingness import missingness_tables
from pipeline.tables.participants import participants

WAVES = """
title: Made up
data: {file: made-up.csv, id: id, wave: w, waves: {1: Start, 2: A year}}
design: {kind: cohort, cluster: site}
variables:
  site: {codes: {a: A, b: B}}
  health: {codes: {1: Good, 2: Poor}, missing: {blank: not answered}}
tables:
  participants: {rows: [health], columns: site, wave: 1}
release: {rule: journal, below: 5}
"""


def gaps(waves: dict[str, tuple[tuple[int, int], tuple[int, int]]]) -> Results:
    """Wave -> (missing, asked) at each of two sites; with all rows together, as cleaning counts them."""
    sums = {f"wave={wave}": [sum(part) for part in zip(*sites, strict=True)] for wave, sites in waves.items()}
    counts = {"All": [sum(part) for part in zip(*sums.values(), strict=True)], **sums}
    for wave, sites in waves.items():
        counts |= {f"wave={wave};site={site}": list(at) for site, at in zip("AB", sites, strict=True)}
    found = []
    for group, (gone, of) in counts.items():
        for level in ("", "not answered"):
            key = Key("quality", "missingness", "health", level, group, "n")
            values = (("n", gone), ("denominator", of), ("percent", 100 * gone / of))
            found += [Number(key._replace(statistic=s), v, gone if s != "denominator" else of) for s, v in values]
    return Results.of(found)


@pytest.mark.parametrize(("waves", "share"), [
    ({"Start": ((7, 30), (0, 30)), "A year": ((0, 30), (8, 30))}, "12"),
    ({"Start": ((7, 60), (0, 60)), "A year": ((0, 40), (8, 40))}, "5.8"),
], ids=["60 people a wave, 120 rows", "120 people, then 80"])  # fmt: skip
def test_missing_answers_have_the_decimals_of_the_waves_that_are_printed(waves, share: str) -> None:  # type: ignore[no-untyped-def]
    released = release(gaps(waves), Release(rule="journal", below=5))
    tables = missingness_tables(gaps(waves), parse_study(WAVES, "studies/made_up.yaml"))
    assert [t.name for t in tables] == ["missingness", "missingness_by_site_1", "missingness_by_site_2"]
    assert released.text(Key("quality", "missingness", "health", "", "wave=Start", "percent")) == share
    for table in tables:
        filled = fill(table, released)
        for row in filled.rows:
            for cell, keys in zip(row.cells, row.keys, strict=True):
                shown = [released.text(key) for key in keys]
                assert "[c]" in shown or not keys or cell == f"{shown[0]} ({shown[1]}%)", (table.name, row.label)


SHARES = """
variables:
  help: {type: choices, codes: {1: Talk, 2: Visits}}
tables:
  t: {rows: [help], choices: both}
"""
SIX = "id help\n" + "\n".join(
    f"{i} {ticked}" for i, ticked in enumerate(("Talk",) * 4 + ("Visits",) * 2 + ("Talk,Visits",))
)


@pytest.mark.parametrize("rule", [{"rule": "none", "because": "made up"}, {"rule": "journal", "below": 2}])
def test_shares_of_people_and_of_answers_have_the_same_decimals_in_print_and_in_results(made, rule) -> None:  # type: ignore[no-untyped-def]
    study, people = made(SHARES, people=SIX)
    exhibit = participants(people, study, "t")
    released = release(exhibit.results, Release(**rule))
    key = Key("participants", "t", "help", "Talk", "All", "n")
    texts = [released.text(key._replace(statistic=s)) for s in ("n", "percent", "answers_percent")]
    assert texts == ["5", f"{100 * 5 / 7:.0f}", "63"], "62.5 is rounded half up"
    (cell,) = (row.cells[0] for row in fill(exhibit.table, released).rows if row.label == "Talk")
    assert cell.startswith("5 (71%; 63%")
