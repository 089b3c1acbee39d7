"""Rows, people and clusters: every one is accounted for."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.cleaning import flow_results
from pipeline.cleaning.cleaned import FLOW
from pipeline.cleaning.flow import check
from pipeline.errors import StageFailed
from pipeline.results import Key
from tests.drawn import cleaned, declared, joined

TRIAL = """
data:
  index: {file: a.csv, id: pid}
  referred: {file: b.csv, id: [peer, n], parent: {index: peer}}
design: {kind: cluster trial, cluster: pid, arm: arm}
exclude:
  - {in: index, where: {ok: 0}, because: withdrew}
  - {in: referred, where: {age: 99}, because: too old}
variables:
  arm: {in: index, codes: {C: Control, I: Intervention}}
  age: {in: referred, type: number}
"""
INDEX = "pid | arm | ok\n1 | C | 1\n2 | C | 1\n3 | I | 1\n4 | I | 0\n5 | I | 0\n6 | I | 1"
REFERRED = "peer | n | age\n1 | 1 | 20\n1 | 2 | 21\n3 | 1 | 99\n3 | 2 | 99\n4 | 1 | 30\n6 | 1 | 22"


def lines(frame: pd.DataFrame) -> list[tuple]:
    return list(frame[["step", "reason", "rows", "people", "clusters"]].itertuples(index=False, name=None))


def test_a_flow_that_starts_at_randomisation_shows_clusters_without_anyone() -> None:
    found = cleaned(TRIAL, index=INDEX, referred=REFERRED).flow
    referred = found.steps[found.steps["table"] == "referred"]
    assert lines(referred) == [
        ("read", "", 6, 6, 6),
        ("left out", "no one in referred", 0, 0, 1),
        ("left out", "too old", 2, 2, 1),
        ("left out", "parent left out: withdrew", 1, 1, 2),
        ("kept", "", 3, 3, 2),
    ]
    control = found.arms[(found.arms["arm"] == "Control") & (found.arms["table"] == "referred")]
    assert lines(control) == [
        ("read", "", 2, 2, 2),
        ("left out", "no one in referred", 0, 0, 1),
        ("left out", "too old", 0, 0, 0),
        ("left out", "parent left out: withdrew", 0, 0, 0),
        ("kept", "", 2, 2, 1),
    ]


def test_arms_add_up_to_all() -> None:
    found = cleaned(TRIAL, index=INDEX, referred=REFERRED).flow
    sums = found.arms.groupby(["table", "step", "reason"])[["rows", "people", "clusters"]].sum()
    whole = found.steps.set_index(["table", "step", "reason"])[["rows", "people", "clusters"]]
    assert sums.sort_index().equals(whole.sort_index())


def test_a_person_and_a_cluster_leave_with_the_last_of_their_rows() -> None:
    study = """
    data: {file: a.csv, id: id, wave: w, waves: {1: One, 2: Two}}
    design: {kind: cohort, cluster: town}
    exclude:
      - {where: {s: 1}, because: first}
      - {where: {s: 2}, because: second}
    variables: {age: {type: number}}
    """
    found = cleaned(
        study,
        people="""
        id | w | town | s | age
        a  | 1 | X    | 1 | 1
        a  | 2 | X    | 2 | 1
        b  | 1 | X    | 1 | 1
        c  | 1 | Y    | 1 | 1
        c  | 2 | Y    | 0 | 1
        d  | 1 | Z    | 1 | 1
        """,
    )
    assert lines(found.flow.steps) == [
        ("read", "", 6, 4, 3),
        ("left out", "first", 4, 2, 1),
        ("left out", "second", 1, 1, 1),
        ("kept", "", 1, 1, 1),
    ]


def test_the_stage_stops_where_the_numbers_do_not_add_up() -> None:
    steps = pd.DataFrame(
        [("t", "read", "", 5, 5, 1), ("t", "left out", "x", 2, 2, 0), ("t", "kept", "", 3, 2, 1)], columns=FLOW
    )
    with pytest.raises(StageFailed, match=r"the flow of t does not add up in people: 5 read, 2 left out, 2 kept"):
        check(steps)


def test_results_of_the_flow() -> None:
    study = declared(TRIAL)
    results = flow_results(cleaned(study, index=INDEX, referred=REFERRED), study)
    assert results.get(Key("flow", "referred", "left out", "no one in referred", "All", "clusters")) == 1
    assert results.get(Key("flow", "referred", "read", "", "arm=Control", "clusters")) == 2
    assert results.get(Key("flow", "index", "left out", "withdrew", "arm=Intervention", "people")) == 2
    assert results.frame["people"].tolist() == results.frame["value"].tolist()


def test_the_report_says_who_left_and_which_clusters_are_empty() -> None:
    people = joined(TRIAL, index=INDEX, referred=REFERRED)
    said = [s.template.format(**{k: f"{people.results.get(v):g}" for k, v in s.keys.items()}) for s in people.remarks]
    assert said == [
        "2 of 6 rows of index were left out: withdrew.",
        "2 of 6 rows of referred were left out: too old.",
        "1 of 6 rows of referred were left out: parent left out: withdrew.",
        "1 of 6 clusters have no one in referred (Control 1 of 2; Intervention 0 of 4).",
    ]


def test_waves_have_results() -> None:
    study = declared("data: {file: a.csv, id: id, wave: w, waves: {1: One, 2: Two}}\nvariables: {age: {type: number}}")
    results = flow_results(cleaned(study, people="id | w | age\na | 1 | 1\na | 2 | 1\nb | 1 | 1"), study)
    assert results.get(Key("flow", "people", "kept", "", "wave=One", "people")) == 2
    assert results.get(Key("flow", "people", "kept", "", "wave=Two", "rows")) == 1
    assert not (results.frame["statistic"] == "clusters").any()


def test_two_programmes_are_no_small_number_but_two_people_who_brought_others_are() -> None:
    programmes = "data: {file: a.csv, id: pid}\ndesign: {kind: cohort, cluster: site}\n"
    programmes += "variables:\n  site: {codes: {N: North, S: South}}\n"
    rows = "pid | site\n" + "\n".join(f"{n} | {'NS'[n % 2]}" for n in range(9))
    table = declared(programmes).main
    found = flow_results(cleaned(programmes, **{table: rows}), declared(programmes))
    kept = found.frame.query("statistic == 'clusters' and term == 'kept'")
    assert (kept["value"].tolist(), kept["people"].tolist()) == ([2], [9])
    trial = flow_results(cleaned(TRIAL, index=INDEX, referred=REFERRED), declared(TRIAL)).frame
    kept = trial.query("statistic == 'clusters' and term == 'kept' and name == 'referred' and group == 'All'")
    assert (kept["value"].tolist(), kept["people"].tolist()) == ([2], [2])
