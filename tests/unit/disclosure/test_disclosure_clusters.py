"""Clusters that are people are counted as people under rules that round; programmes are not."""

from __future__ import annotations

import pytest

from pipeline.disclosure import release
from pipeline.results import ALL, Key, Number, Results
from pipeline.study import Study, parse_study

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
    model = Key("model", "tested", "arm", "", "adjustment=unadjusted", "n")
    found += [Number(model, 120, 120), Number(model._replace(statistic="clusters"), 62, 62)]
    return Results.of(found)


def clusters(cluster: str, rule: str) -> list[float]:
    released = release(numbers(), study(cluster, rule).release, study(cluster, rule))
    keys = [Key("flow", "index", "kept", "", group, "clusters") for group in (ALL, "arm=Peer", "arm=Usual")]
    keys.append(Key("model", "tested", "arm", "", "adjustment=unadjusted", "clusters"))
    return [released.value(key) for key in keys]


@pytest.mark.parametrize(
    ("rule", "said"),
    [("nhs", [85, 40, 40, 60]), ("opensafely", [85, 40, 40, 60]), ("midpoint6", [81, 39, 39, 63])],
)
def test_clusters_of_people_are_rounded_as_people_are(rule: str, said: list[float]) -> None:
    found = clusters("pid", rule)
    assert found != [83, 41, 42, 62] and all(n % 5 == 0 or rule == "midpoint6" for n in found)
    assert found == said


@pytest.mark.parametrize("rule", ["nhs", "midpoint6", "journal"])
def test_clusters_that_hold_people_are_counted_exactly(rule: str) -> None:
    assert clusters("programme", rule) == [83, 41, 42, 62]
