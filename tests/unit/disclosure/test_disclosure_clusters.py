"""Clusters that are people are counted as people under rules that round; programmes are not."""

from __future__ import annotations

from typing import get_args

import pytest

from pipeline.disclosure import release
from pipeline.disclosure.release import rule_for
from pipeline.disclosure.rounded import clusters_of_people
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import Release, Study, parse_study

TEXT = """\
title: Made up
data:
  index: {file: a.csv, id: pid}
  referred: {file: b.csv, id: rid, parent: {index: pid}}
design: {kind: KIND, cluster: CLUSTER, arm: arm}
variables:
  arm: {in: index, codes: {1: Peer, 2: Usual}, reference: Usual}
  programme: {in: index, codes: {1: North, 2: South}}
  tested: {in: referred, codes: {1: Tested, 0: Not}}
models:
  tested: {outcome: tested, event: Tested, exposure: arm, effect: risk difference}
release: {rule: RULE}
"""


def study(cluster: str, rule: str = "nhs") -> Study:
    text = TEXT.replace("CLUSTER", cluster).replace("RULE", rule).replace("KIND", "cluster trial")
    return parse_study(text, "studies/x.yaml")


def numbers() -> Results:
    found = []
    for group, people, clusters in ((ALL, 85, 83), ("arm=Peer", 42, 41), ("arm=Usual", 43, 42)):
        flow = Key("flow", "index", "kept", "", group, "rows")
        found += [Number(flow._replace(statistic=s), people, people) for s in ("rows", "people")]
        found.append(Number(flow._replace(statistic="clusters"), clusters, clusters))
    return Results.of(found)


def clusters(cluster: str, rule: str) -> list[float]:
    released = release(numbers(), study(cluster, rule).release, study(cluster, rule))
    groups = (ALL, "arm=Peer", "arm=Usual")
    return [released.value(Key("flow", "index", "kept", "", group, "clusters")) for group in groups]


@pytest.mark.parametrize(
    ("rule", "said"),
    [("nhs", [85, 40, 40]), ("opensafely", [85, 40, 40]), ("midpoint6", [81, 39, 39])],
)
def test_clusters_of_people_are_rounded_as_people_are(rule: str, said: list[float]) -> None:
    assert clusters("pid", rule) == said


@pytest.mark.parametrize("rule", ["nhs", "midpoint6", "journal"])
def test_clusters_that_hold_people_are_counted_exactly(rule: str) -> None:
    assert clusters("programme", rule) == [83, 41, 42]


@pytest.mark.parametrize(
    ("cluster", "own", "people"),
    [("pid", "", [True, True]), ("programme", "", [False, False]), ("programme", ", cluster: rid", [False, True])],
)
def test_a_model_may_have_clusters_of_its_own(cluster: str, own: str, people: list[bool]) -> None:
    declared = parse_study(
        TEXT.replace("CLUSTER", cluster).replace("RULE", "nhs").replace("KIND", "cluster trial")
        .replace("effect: risk difference", f"effect: risk difference{own}"), "studies/x.yaml",
    )  # fmt: skip
    keys = [Key("flow", "index", "kept", "", ALL, "clusters"), Key("model", "tested", "arm", "", "x", "clusters")]
    frame = Results.of(Number(key, 60, 60) for key in keys).frame
    assert clusters_of_people(frame, declared).tolist() == people


@pytest.mark.parametrize("rule", get_args(Release.model_fields["rule"].annotation))
def test_a_study_file_knows_of_each_rule_whether_it_rounds(rule: str) -> None:
    said = Release.model_validate({"rule": rule, "because": "made up"})
    found = rule_for(said)
    assert said.rounds == (found is not None and found.rounded is not None)
