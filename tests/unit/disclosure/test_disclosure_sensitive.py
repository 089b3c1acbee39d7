"""Of a sensitive answer nobody is as few people as one, whichever way the table is turned."""

from __future__ import annotations

import pytest

from pipeline.results import ALL, Key
from tests.unit.disclosure.whole import cell, many, released, seen, written

VARIABLES = """
  site: {codes: {A: A, B: B, C: C}}
  hiv: {codes: {0: Negative, 1: Positive}%s, missing: {blank: none}}"""
ROWS = many(
    ("A", 0, 21), ("B", 0, 30), ("B", 1, 14), ("B", "", 6), ("C", 0, 18), ("C", 1, 20), ("C", "", 7)
)  # fmt: skip


@pytest.mark.parametrize("overall", ["", ", overall: false"])
def test_nobody_in_a_column_of_a_sensitive_answer_is_withheld_as_in_its_line(overall: str):
    """All 21 at A are negative."""
    found = released(
        written(VARIABLES % ", sensitive: true", f"  t: {{columns: hiv, rows: [site]{overall}}}"), "site hiv", ROWS
    )
    nobody = cell("t", "site", "A", "hiv=Positive")
    assert found.withheld(nobody) and found.withheld(nobody._replace(statistic="percent"))
    column = {site: cell("t", "site", site, "hiv=Positive") for site in "BC"}
    assert len(seen(found, {**column, "all": cell("t", "", "", "hiv=Positive")})) < 3
    line = {"Negative": cell("t", "site", "A", "hiv=Negative"), "all": cell("t", "site", "A")}
    assert overall or len(seen(found, line)) < 2


def test_nobody_in_a_column_of_another_answer_stays():
    found = released(written(VARIABLES % "", "  t: {columns: hiv, rows: [site]}"), "site hiv", ROWS)
    assert found.value(cell("t", "site", "A", "hiv=Positive")) == 0


DAYS = """
  site: {codes: {A: A, B: B, C: C}}
  days: {type: number, range: 0-30%s%s}"""
OTHERS = [(site, day, 4) for site in "BC" for day in range(1, 25, 3)]


@pytest.mark.parametrize("rule", ["journal, below: 5", "opensafely", "midpoint6", "acro", "cms"])
@pytest.mark.parametrize("bands", ["", ", bands: [0-6, 7-30]"])
@pytest.mark.parametrize("few", [0, 3])
def test_a_mean_and_an_sd_do_not_tell_the_value_of_all_or_of_all_but_a_few(rule: str, bands: str, few: int) -> None:
    """All 30 at A used on 7 days, or all but three."""
    rows = many(("A", 7, 30 - few), *([("A", 8, few)] if few else []), *OTHERS)
    tables = "  t: {columns: site, rows: [days]}"
    text = written(DAYS % (", sensitive: true", bands), tables).replace("journal, below: 5", rule)
    found = released(text, "site days", rows)
    moments = [(s, g) for s in ("mean", "sd", "median", "q1", "q3") for g in ("site=A", "site=B", "site=C", ALL)]
    keys = {f"{s} {g}": cell("t", "days", "", g, s) for s, g in moments}
    shown = seen(found, keys)
    assert not [name for name in shown if name.endswith("site=A")]
    for statistic in ("mean", "sd", "median"):
        assert len([name for name in shown if name.startswith(statistic)]) < 3, "the rest would give it back"
    plain = released(text.replace(", sensitive: true", ""), "site days", rows)
    assert few or rule in ("acro", "cms") or bands or not plain.withheld(keys["mean site=A"])


@pytest.mark.parametrize("people", [5, 6, 9, 10])
def test_a_mean_at_the_end_of_a_range_tells_of_everyone_though_no_sd_is_printed(people: int) -> None:
    """Of fewer than ten people no SD is printed; a mean of 30.0 of 30 says it all the same."""
    rows = many(("A", 30, people), *OTHERS)
    found = released(written(DAYS % (", sensitive: true", ""), "  t: {columns: site, rows: [days]}"), "site days", rows)
    means = {group: cell("t", "days", "", group, "mean") for group in ("site=A", "site=B", "site=C", ALL)}
    shown = seen(found, means)
    assert "site=A" not in shown and len(shown) < 3


def test_a_sensitive_number_of_which_many_differ_keeps_its_mean() -> None:
    rows = many(("A", 7, 25), ("A", 9, 9), *OTHERS)
    text = written(DAYS % (", sensitive: true", ""), "  t: {columns: site, rows: [days]}")
    assert not released(text, "site days", rows).withheld(cell("t", "days", "", "site=A", "mean"))


HARM = """
title: Made up
data: {file: a.csv, id: id}
design: {kind: cohort, cluster: site}
variables: {site: {codes: {A: A, B: B, C: C}}}
scales:
  harm:
    {items: [h1, h2], range: 0-4, score: sum, max_missing: 0, high_means: more harm, bands: {None: 0-3, Some: 4-8}%s}
tables: {t: {columns: site, rows: [harm]}}
release: {rule: journal, below: 5}
"""


def test_a_scale_can_be_sensitive_and_then_its_ends_are_few() -> None:
    """All 30 at A have the highest score: the band, the bin and the mean say so of each of them."""
    rows = many(
        ("A", 4, 4, 30), *(("B", i % 5, (i * 3) % 5, 8) for i in range(9)), *(("C", i % 5, i % 4, 8) for i in range(9))
    )
    found = released(HARM % ", sensitive: true", "site h1 h2", rows)
    at_a = {
        "band": cell("t", "harm", "Some", "site=A"), "none": cell("t", "harm", "None", "site=A"),
        "mean": cell("t", "harm", "", "site=A", "mean"), "scale": Key("scale", "harm", "", "", "site=A", "mean"),
        "bin": Key("scale", "harm", "distribution", "7.5–8", "site=A"),
    }  # fmt: skip
    assert not seen(found, at_a)
    assert len(seen(released(HARM % "", "site h1 h2", rows), at_a)) == 5
