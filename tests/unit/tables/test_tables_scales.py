"""Scores by wave, programme and overall; bins that the data can't move; the layouts over them."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.instruments.registry import rules
from pipeline.results import Key, Number, Results
from pipeline.study import parse_study
from pipeline.tables.scales import bin_edges, bin_levels, binned, reliability_tables, scales_tables, scores_results

HEAD = """
title: Made up
data: {file: made-up.csv, id: id, wave: w, waves: {1: Start, 2: A year}}
design: {kind: cohort, cluster: programme}
release: {rule: journal}
"""
STUDY = """
variables:
  programme: {codes: {a: A, b: B}}
scales:
  lonely: {items: [a, b, c], range: 1-3, score: sum, max_missing: 0, label: Loneliness}
  hope: {items: [d, e, f], range: 1-5, score: mean, max_missing: 0}
"""
PEOPLE = """
id wave   programme lonely hope
1  Start  A         3      1
2  Start  A         5      2
3  Start  B         --     5
4  Start  B         ns     --
1  A_year A         9      4
"""


def test_scores_stand_by_wave_and_programme(made) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY, head=HEAD, people=PEOPLE)
    found = scores_results(people, study)
    start = Key("scale", "lonely", "", "", "wave=Start", "n")
    assert [found.get(start._replace(statistic=s)) for s in ("n", "missing", "mean", "median", "q1", "q3")] == [
        2,
        1,
        4,
        4,
        3.5,
        4.5,
    ]
    assert found.get(start._replace(statistic="sd")) == pytest.approx(2**0.5)
    assert found.get(start._replace(level="Not asked")) == 1
    assert found.get(start._replace(group="wave=Start;programme=B")) == 0
    assert np.isnan(found.get(start._replace(group="wave=Start;programme=B", statistic="mean")))
    assert found.get(start._replace(group="wave=A year")) == 1
    assert set(found.frame["group"]) == {
        f"wave={w}{p}" for w in ("Start", "A year") for p in ("", ";programme=A", ";programme=B")
    }  # fmt: skip
    people_behind = found.frame.set_index(["name", "term", "level", "group", "statistic"])["people"]
    assert people_behind["lonely", "", "", "wave=Start", "mean"] == 2
    assert people_behind["lonely", "", "", "wave=Start", "missing"] == 1


def test_bins_count_everyone_with_a_score(made) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY, head=HEAD, people=PEOPLE)
    frame = scores_results(people, study).frame
    here = frame[(frame["name"] == "lonely") & (frame["term"] == "distribution") & (frame["group"] == "wave=Start")]
    assert here["level"].tolist() == ["3–3.5", "3.5–4.5", "4.5–5.5", "5.5–6.5", "6.5–7.5", "7.5–8.5", "8.5–9"]
    assert here["value"].tolist() == [1, 0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("scale", "bins", "scores_a_bin"),
    [
        ("{items: [a, b, c], range: 1-3, score: sum, max_missing: 0}", 7, 1),
        ("{items: [a, b, c, d, e, f, g, h, i], range: 0-3, score: sum, max_missing: 0}", 7, 4),
        ("{items: [a, b, c], range: 1-5, score: mean, max_missing: 0}", 7, 2),
        ("{items: [a], range: 1-2, score: mean, max_missing: 0}", 2, 1),
        ("{items: [a, b], range: -2-2, score: sum, max_missing: 0}", 9, 1),
    ],
)
def test_bins_follow_from_the_possible_scores_alone(scale, bins, scores_a_bin) -> None:  # type: ignore[no-untyped-def]
    head = "title: t\ndata: {file: a.csv, id: i}\ndesign: {kind: cohort}\nrelease: {rule: journal}\n"
    rule = rules(parse_study(f"{head}scales: {{s: {scale}}}", "t.yaml"))["s"]
    edges = bin_edges(rule)
    low, high = rule.limits
    assert (edges[0], edges[-1], len(edges) - 1) == (low, high, bins)
    step = 1 if rule.score == "sum" else 1 / len(rule.items)
    possible = np.arange(round((high - low) / step) + 1) * step + low
    counts = np.bincount(binned(possible, edges))
    assert len(counts) == bins
    assert set(counts[:-1]) == {scores_a_bin}, "every bin holds equally many possible scores"
    assert not any(np.isclose(edge, possible).any() for edge in edges[1:-1]), "no possible score lies on an edge"
    assert len(set(bin_levels(edges))) == bins


def test_the_layout_has_a_block_a_scale_and_a_column_a_wave(made, printed, cells) -> None:  # type: ignore[no-untyped-def]
    study, people = made(STUDY, head=HEAD, people=PEOPLE)
    found = scores_results(people, study)
    (table,) = scales_tables(found, study)
    filled = printed(table, found)
    rows = cells(filled)
    assert [c.head for c in filled.columns] == ["Start", "A year"]
    assert rows["Loneliness"] == ("2", "1")
    assert rows["Loneliness / Mean (SD)"] == ("4.0 (1.4)", "9.0 (NA)")
    assert rows["Loneliness / Missing"] == ("1", "0")
    assert rows["Loneliness / Not asked"] == ("1", ""), "nobody was not asked after a year: that number does not exist"
    assert rows["Hope / Median [IQR]"] == ("2.00 [1.50, 3.50]", "4.00 [4.00, 4.00]")
    assert "Hope: mean of 3 items, 1 to 5." in filled.notes


def test_reliability_is_laid_out_by_wave(printed) -> None:  # type: ignore[no-untyped-def]
    study = parse_study(HEAD + STUDY, "studies/made_up.yaml")
    numbers = [
        Number(Key("reliability", name, "", "", f"wave={w}", s), v, 40)
        for name in ("lonely", "hope")
        for w in ("Start", "A year")
        for s, v in (("alpha", 0.8125), ("alpha_standardised", 0.79), ("items", 3), ("n", 40))
    ]
    results = Results.of(numbers)
    (table,) = reliability_tables(results, study)
    filled = printed(table, results)
    assert filled.spanners() == [("", 1), ("Start", 3), ("A year", 3)]
    assert [row.label for row in filled.rows] == ["Loneliness", "Hope"]
    assert filled.rows[0].cells[:4] == ("3", "40", "0.81", "0.79")
