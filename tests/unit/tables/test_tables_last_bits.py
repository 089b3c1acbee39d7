"""What binary numbers do to decimal ones is no result: rounding at a half, answers that do not vary, Fisher's tails."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import fisher_exact

from pipeline.tables.balance import smd_means
from pipeline.tables.compare import NotEstimable, changed_in_clusters, difference, in_clusters, of_means, of_pairs
from pipeline.tables.count import summary
from pipeline.tables.fisher import fisher
from pipeline.tables.participants import participants
from pipeline.tables.rounding import half_up
from pipeline.tables.weighted import weighted_summary

HEAD = """
title: Made up
data: {file: made-up.csv, id: id}
design: {kind: cohort, cluster: site}
release: {rule: journal}
"""


@pytest.mark.parametrize(
    "counts",
    [[[3, 8], [67, 132]], [[1, 6], [103, 99]], [[7, 0], [66, 135]], [[1, 6], [104, 100]], [[10, 900], [22, 1500]]],
)
def test_fisher_of_some_hundred_people_agrees_with_scipy(counts):
    assert fisher(np.array(counts)) == pytest.approx(fisher_exact(counts)[1], rel=1e-7)


def test_a_computed_half_is_rounded_up():
    """(1 + 22) / 20 = 1.15 is below it in binary, where means of whole numbers were subtracted."""
    first, second = np.full(20, 51.0), np.full(20, 52.0)
    second[:3] += 1
    exact = Fraction(int(second.sum()), 20) - Fraction(int(first.sum()), 20)
    assert exact == Fraction(23, 20)
    for shift in (0.0, 0.1, 0.7, 100.3):
        computed = float((second + shift).mean() - (first + shift).mean())
        assert half_up(computed, 1) == 1.2
    assert half_up(4.5649999999999995, 2) == 4.57
    assert half_up(1e15 + 0.5, 0) == 1e15 + 0.5


@pytest.mark.parametrize("value", [0.7, 36.6, 0.1])
def test_equal_answers_have_no_spread(value):
    held = [np.full(10, value), np.full(23, value)]
    assert [summary(g).sd for g in held] == [0.0, 0.0]
    assert [summary(g).mean for g in held] == [value, value]
    assert weighted_summary(held[1], np.linspace(1, 2, 23)).sd == 0.0
    assert smd_means(summary(held[0]).mean, 0.0, summary(held[1]).mean, 0.0) == 0.0
    with pytest.raises(NotEstimable, match="do not vary"):
        of_means(held)
    with pytest.raises(NotEstimable, match="do not vary"):
        of_means([np.full(20, 0.1), np.full(20, 0.3)])


def test_everyone_who_changes_by_two_tenths_changes_by_the_same():
    before = np.array([1.1, 2.3, 0.7, 4.9, 10.6])
    with pytest.raises(NotEstimable, match="everyone changed by the same"):
        of_pairs(before, before + 0.2, "mean")
    assert difference(np.array([1.3, 2.3]), np.array([1.1, 2.1])).tolist() == [0.2, 0.2]


def test_ranks_of_changes_tie_where_the_changes_are_equal():
    """Of 0.1, -0.1, 0.2: the first two share the ranks 1 and 2, so those above and below have 4.5 (R's V) and 1.5."""
    found = of_pairs(np.array([1.1, 3.3, 0.7]), np.array([1.2, 3.2, 0.9]), "rank")
    assert (found.statistic, found.p) == (4.5, 0.75)


def test_clusters_whose_answers_differ_by_group_alone_have_no_test():
    values = np.repeat([0.1, 0.3], 40)
    with pytest.raises(NotEstimable, match="do not vary"):
        in_clusters(values, np.repeat([0, 1], 40), np.repeat(np.arange(8), 10))


TEXT = """
variables:
  site: {codes: {a: A, b: B, c: C, d: D, e: E, f: F}}
  side: {codes: {1: L, 2: R}}
  mood: {codes: {1: One, 2: Two, 3: Three}}
tables: {t: {rows: [mood], columns: side, tests: true}}
"""
MOODS = ("Two", "Three", "Three", "Two", "Two")


def _clustered(order: str) -> str:
    lines = ["id site side mood"]
    for place in range(60):
        site = "ABCDEF"[place // 10]
        mood = MOODS[(place * place * 3 + place // 7) % 5]
        lines.append(f"{place} {site} {'L' if place < 30 else 'R'} {mood}")
    return "\n".join(lines)


def test_a_level_that_nobody_has_does_not_stop_a_test_in_clusters(made):  # type: ignore[no-untyped-def]
    from pipeline.tables.participants import participants

    found = []
    for codes in ("{1: One, 2: Two, 3: Three}", "{2: Two, 3: Three, 1: One}"):
        study, people = made(TEXT.replace("{1: One, 2: Two, 3: Three}", codes), head=HEAD, people=_clustered(codes))
        people.keys["people"]["cluster"] = people.frames["people"]["site"].astype("str")
        frame = participants(people, study, "t").results.frame
        found.append(frame.loc[(frame["term"] == "mood") & (frame["statistic"] == "p"), "value"].tolist())
    assert len(found[0]) == 1 and 0 < found[0][0] < 1
    assert found[0] == pytest.approx(found[1])


def test_who_has_no_cluster_stands_alone(made):  # type: ignore[no-untyped-def]
    from pipeline.tables.groups import base
    from pipeline.tables.sample import sample_of

    drawn = _clustered("").replace(" F R", " -- R")
    study, people = made(TEXT, head=HEAD, people=drawn)
    people.keys["people"]["cluster"] = people.frames["people"]["site"].astype("str").replace("nan", "")
    held = base(people, "people")
    codes = sample_of(people, study, "t", held).cluster
    assert len(np.unique(codes)) == 5 + 10, "five sites, and ten people without one"


def test_with_weights_and_no_units_the_clusters_are_the_units(made):  # type: ignore[no-untyped-def]
    from pipeline.tables.groups import base
    from pipeline.tables.sample import sample_of

    head = HEAD.replace("cluster: site", "cluster: site, weight: w")
    study, people = made(TEXT, head=head, people=_clustered(""))
    keys = people.keys["people"]
    keys["weight"], keys["cluster"] = 1.0, people.frames["people"]["site"].astype("str")
    design = sample_of(people, study, "t", base(people, "people")).design
    assert len(np.unique(design.psu)) == 6


@pytest.mark.parametrize("by", [1.0, -0.3, 7.0])
def test_one_and_the_same_change_of_everyone_in_clusters_has_no_p_value(by):
    """As without clusters: P was below 0.001, of a variance of nothing but last bits."""
    clusters = np.arange(23) % 4
    for change in (np.full(23, by), np.column_stack([np.full(23, by), np.arange(23) % 2])):
        with pytest.raises(NotEstimable, match="everyone changed by the same"):
            changed_in_clusters(change, clusters)
    assert 0 < changed_in_clusters(np.r_[np.full(22, by), 0.0], clusters).p < 1


@pytest.mark.parametrize("weights", [(1, 1, 1), (0.7, 1.3, 2.1)])
def test_sampling_units_that_are_all_alike_say_nothing_of_how_units_differ(made, weights):
    """Each unit holds the same people: P of means was 0, P of levels 1, and intervals of percentages had no width."""
    study, people = made(
        "variables: {g: {codes: {a: A, b: B}}, y: {type: number}, c: {codes: {j: J, k: K}}}\n"
        "tables: {t: {rows: [y, c], columns: g, intervals: usual, tests: true}}",
        head="title: Made up\ndata: {file: a.csv, id: id}\n"
        "design: {kind: cross-sectional survey, weight: w, psu: u}\nrelease: {rule: none, because: made up}\n",
        people="id g y c weight psu\n" + "\n".join(
            f"{unit}{g}{i} {g} {y} {c} {weight * (unit + 1) / 3} u{unit}" for unit in range(8)
            for g, answers in (("A", ((1.1, "J"), (3.3, "K"), (2.2, "J"))), ("B", ((2.2, "J"), (4.4, "K"), (3.3, "K"))))
            for i, ((y, c), weight) in enumerate(zip(answers, weights, strict=True))),
    )  # fmt: skip
    exhibit = participants(people, study, "t")
    values = exhibit.results.frame.set_index("statistic")["value"]
    assert values[["p", "ci_low", "ci_high"]].isna().all()
    assert "statistic" not in values.index
