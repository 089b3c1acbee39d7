"""Scores by wave, programme and overall; bins that the data can't move; the layouts over them."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import Mistakes
from pipeline.instruments.registry import rules
from pipeline.results import Key, Number, Results
from pipeline.study import parse_study
from pipeline.tables.participants import participants
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


def test_reliability_is_laid_out_by_scale_and_wave_and_by_item(printed) -> None:  # type: ignore[no-untyped-def]
    study = parse_study(HEAD + STUDY, "studies/made_up.yaml")
    values = {"alpha": 0.8125, "ci_low": 0.701, "ci_high": 0.9, "alpha_standardised": 0.79, "omega": 0.83,
              "lambda6": 0.76, "between": 0.55, "items": 3, "n": 40}  # fmt: skip
    each = {"item_rest": -0.2, "alpha_dropped": 0.9}
    numbers = [
        Number(Key("reliability", name, term, "", f"wave={w}", s), v, 40)
        for name in ("lonely", "hope")
        for w in ("Start", "A year")
        for term, told in (("", values), *((item, each) for item in study.scales[name].items))
        for s, v in told.items()
    ]
    results = Results.of(numbers)
    table, items = reliability_tables(results, study)
    filled = printed(table, results)
    assert [row.label for row in filled.rows] == ["Loneliness", "Start", "A year", "Hope", "Start", "A year"]
    assert filled.rows[1].cells == ("3", "40", "0.81", "0.70 to 0.90", "0.79", "0.83", "0.76", "0.55")
    filled = printed(items, results)
    assert filled.spanners() == [("", 0), ("Start", 2), ("A year", 2)][1:]
    assert [row.label for row in filled.rows] == ["Loneliness", "a", "b", "c", "Hope", "d", "e", "f"]
    assert filled.rows[1].cells == ("−0.20", "0.90", "−0.20", "0.90")


def test_a_scale_of_two_items_has_no_table_of_items(printed) -> None:  # type: ignore[no-untyped-def]
    two = STUDY.replace("[d, e, f]", "[d, e]").replace("[a, b, c]", "[a, b]")
    study = parse_study(HEAD + two, "studies/made_up.yaml")
    numbers = [Number(Key("reliability", name, "", "", "wave=Start", "alpha"), 0.8, 40) for name in ("lonely", "hope")]
    assert [table.name for table in reliability_tables(Results.of(numbers), study)] == ["reliability_people"]


SURVEY = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cross-sectional survey, cluster: programme, weight: w}
population: {asked: lonely, because: half were}
release: {rule: journal}
"""
WEIGHED = """
id weight programme lonely inside
1  2      A         8      yes
2  5      A         6      yes
3  3      B         4      yes
4  3      A         9      no
5  5      A         7      yes
6  2      B         5      yes
7  1      A         --     yes
8  2      A         ns     yes
9  5      B         6      yes
10 3      A         4      yes
11 3      A         9      yes
12 5      B         7      yes
"""
SCORES = STUDY.replace("  hope: {items: [d, e, f], range: 1-5, score: mean, max_missing: 0}\n", "")
TABLE = "tables: {who: {rows: [lonely], columns: programme}}\n"


def test_in_a_weighted_sample_scores_are_those_of_the_participants_table(made, printed, cells) -> None:  # type: ignore[no-untyped-def]
    """R survey 4.1.1: ``svymean``, the root of ``svyvar`` and ``svyquantile(qrule = "math")`` in the domain of those
    with a score."""
    study, people = made(SCORES + TABLE, head=SURVEY, people=WEIGHED)
    found, who = scores_results(people, study), participants(people, study, "who").results
    names = [f"weighted_{s}" for s in ("mean", "sd", "q1", "median", "q3")]
    expected = {
        "All": [6.27272727273, 1.52865197462, 6, 6, 7],
        "programme=A": [6.66666666667, 1.74801474695, 6, 7, 8],
        "programme=B": [5.8, 1.27888840622, 5, 6, 7],
    }
    for group, values in expected.items():
        key = Key("scale", "lonely", "", "", group, "n")
        assert [found.get(key._replace(statistic=s)) for s in names] == pytest.approx(values, rel=1e-9)
        there = Key("participants", "who", "lonely", "", group, "denominator")
        assert [who.get(there._replace(statistic=s)) for s in names] == pytest.approx(values, rel=1e-9)
        assert found.get(key) == who.get(there)
    assert found.get(Key("scale", "lonely", "", "", "All", "effective_n")) == pytest.approx(33**2 / 135), "of 9 weights"
    assert not {"mean", "sd", "median", "q1", "q3"} & set(found.frame["statistic"])
    assert found.frame.loc[found.frame["statistic"] == "weighted_mean", "people"].tolist() == [9, 5, 4]
    bins = found.frame[(found.frame["term"] == "distribution") & (found.frame["group"] == "All")]
    assert bins["value"].sum() == 9, "a histogram counts people"
    (table,) = scales_tables(found, study)
    filled = printed(table, found)
    assert cells(filled)["Loneliness / Weighted mean (SD)"] == ("6.3 (1.5)",)
    assert cells(filled)["Loneliness / Weighted median [IQR]"] == ("6.0 [6.0, 7.0]",)
    assert (
        "Counts of people are unweighted; means, SDs, medians and quartiles are weighted. Effective n: people of equal "
        "weight that would tell as much (Kish)." in filled.notes
    )


def test_what_has_no_weights_in_a_weighted_study_says_so(made) -> None:  # type: ignore[no-untyped-def]
    head = SURVEY.replace("data: {file: made-up.csv, id: id}", "data:\n  people: {file: made-up.csv, id: id}\n"
                          "  calls: {file: calls.csv, id: call}").replace("population", "#")  # fmt: skip
    text = SCORES.replace("lonely: {", "lonely: {in: calls, ")
    drawn = {"people": "id weight programme\n1 2 A\n2 3 B", "calls": "id lonely\n1 3\n2 5"}
    study, people = made(text, head=head, **drawn)
    found = scores_results(people, study)
    assert found.get(Key("scale", "lonely", "", "", "All", "mean")) == (3 + 5) / 2
    alpha = Results.of([Number(Key("reliability", "lonely", "", "", "All", s), 1, 2) for s in ("alpha", "n", "items")])
    note = "Unweighted: the sampling weights have no part in this table."
    for table in (*scales_tables(found, study), *reliability_tables(alpha, study)):
        assert note in [n.template for n in table.notes]


def test_a_row_without_a_weight_stops_the_scores(made) -> None:  # type: ignore[no-untyped-def]
    study, people = made(SCORES, head=SURVEY, people=WEIGHED.replace("7  1 ", "7  nan "))
    with pytest.raises(Mistakes) as error:
        scores_results(people, study)
    assert str(error.value) == (
        "studies/made_up.yaml:4  design.weight: 1 rows have no weight, or a negative one. A design must be known for "
        "every row: mend the data, or exclude these and say why."
    )
