"""Refits without a cluster and risks at each level, beside what else is printed: what a reader could subtract."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import Released, release
from pipeline.models.fit import fit
from pipeline.results import Results
from pipeline.study import Study, parse_study
from pipeline.tables.participants import participants

STUDY = """
title: Made up
data: {{file: made-up.csv, id: person}}
release: {{rule: {rule}}}
design: {{kind: cohort, cluster: site}}
variables:
  arm: {{codes: {{a: Usual, b: Peer}}}}
  well: {{codes: {{y: Well, n: Unwell}}}}
  site: {{codes: {{p: North, q: South, r: West}}}}
  age: {{type: number, unit: years}}
  score: {{type: number}}
  house: {{codes: {{h: Own, i: Rented}}}}
tables:
  t: {{rows: [{rows}], columns: site}}
models:
  m: {{outcome: {outcome}, exposure: {exposure}{more}}}
"""
EVENTS = "well, event: Well, effect: odds ratio"


def made(
    rule: str = "journal", rows: str = "arm", outcome: str = EVENTS, exposure: str = "arm", more: str = ""
) -> Study:
    return parse_study(
        STUDY.format(rule=rule, rows=rows, outcome=outcome, exposure=exposure, more=more), "studies/m.yaml"
    )


def people(study: Study, table: pd.DataFrame) -> People:
    typed = {}
    for name, held in table.items():
        levels = study.variables[str(name)].levels
        typed[name] = pd.Categorical(held, categories=list(levels)) if levels else held
    frame = pd.DataFrame(typed)
    keys = pd.DataFrame({"id": [f"p{i}" for i in range(len(table))], "wave": "", "cluster": list(table["site"])})
    reasons = pd.DataFrame({name: np.where(frame[name].isna(), "no answer", "") for name in frame})
    main = study.main
    domain = pd.Series(True, index=frame.index)
    return People({main: frame}, {main: reasons}, {main: keys}, {main: domain}, Results.of([]))


def drawn(cells: dict[str, tuple[int, int, int, int]]) -> pd.DataFrame:
    """By site: peers well and unwell, others well and unwell."""
    arms, wells = ("Peer", "Peer", "Usual", "Usual"), ("Well", "Unwell", "Well", "Unwell")
    found = pd.concat(
        [
            pd.DataFrame({"site": site, "arm": np.repeat(arms, own), "well": np.repeat(wells, own)})
            for site, own in cells.items()
        ],
        ignore_index=True,
    )
    rng = np.random.default_rng(0)
    found["age"], found["score"] = rng.normal(50, 10, len(found)), rng.normal(size=len(found))
    found["house"] = np.where(rng.random(len(found)) < 0.5, "Own", "Rented")
    return found


LARGE = {"North": (20, 9, 12, 14), "South": (15, 15, 8, 22), "West": (11, 17, 9, 13)}


def told(study: Study, table: pd.DataFrame) -> Released:
    held = people(study, table)
    (model,) = fit(held, study).models
    return release(Results.join([participants(held, study, "t").results, model.results]), study.release, study)


def shown(out: Released, part: str) -> list[bool]:
    of = out.frame[
        (out.frame["kind"] == "model") & out.frame["group"].str.contains(part) & (out.frame["statistic"] == "estimate")
    ]
    return (~of["withheld"]).tolist()


def test_where_every_cell_is_large_all_is_told() -> None:
    out = told(made(), drawn(LARGE))
    assert shown(out, "without") == [True] * 3 and shown(out, "standardised") == [True] * 3


def test_a_small_count_of_any_answer_by_cluster_takes_the_refits_of_cells() -> None:
    """Three own a house in the West. The table withholds another cell with them; a refit would tell the West's rows."""
    table = drawn(LARGE)
    west = table.index[table["site"] == "West"]
    table["house"] = "Rented"
    table.loc[table.index.difference(west)[::2], "house"] = "Own"
    table.loc[west[:3], "house"] = "Own"
    out = told(made(rows="house"), table)
    assert out.frame.query("term == 'house' and group == 'site=West'")["withheld"].any()
    assert shown(out, "without") == [False] * 3
    assert shown(out, "standardised") == [True] * 3


@pytest.mark.parametrize(
    ("outcome", "exposure", "more", "expected"),
    [
        (EVENTS, "arm", ", adjust: [age]", True),  # of another variable: not to be solved for beside a covariate
        (EVENTS, "house", ", adjust: [age]", False),  # of the exposure itself
        ("score", "age", "", True),  # a slope of numbers tells no count
    ],
)
def test_which_models_go_with_a_small_count_by_cluster(outcome: str, exposure: str, more: str, expected: bool) -> None:
    table = drawn({site: tuple(2 * n for n in own) for site, own in LARGE.items()})  # type: ignore[misc]
    table["house"] = np.where(np.arange(len(table)) % 2, "Own", "Rented")
    gone = table.index[(table["site"] == "West") & (table["house"] == "Own")][3:]
    table.loc[gone, "house"] = "Rented"
    out = told(made(rows="house", outcome=outcome, exposure=exposure, more=more), table)
    found = shown(out, "without")
    assert (bool(found) and all(found)) is expected


def test_small_clusters_are_pooled_so_that_no_subtraction_tells_them() -> None:
    """The West has two peers who are well. Its block has eleven, and no other row tells of the West alone."""
    out = told(made(rows="age"), drawn({**LARGE, "West": (2, 17, 9, 13)}))
    names = {g.partition("without=")[2] for g in out.frame["group"] if "without=" in g}
    assert names == set()  # two blocks would be left: one tells the other
    four = STUDY.replace("r: West", "r: West, s: East")
    study = parse_study(
        four.format(rule="journal", rows="age", outcome=EVENTS, exposure="arm", more=""), "studies/m.yaml"
    )
    out = told(study, drawn({**LARGE, "West": (2, 17, 9, 13), "East": (9, 8, 7, 9)}))
    names = {g.partition("without=")[2] for g in out.frame["group"] if "without=" in g}
    assert names == {"East + West", "North", "South"}
    assert shown(out, "without") == [True] * 3


@pytest.mark.parametrize("rule", ["opensafely", "midpoint6", "nhs"])
def test_where_counts_are_rounded_shares_of_the_counts_as_they_are_go(rule: str) -> None:
    out = told(made(rule), drawn(LARGE))
    assert shown(out, "without") == [] and shown(out, "standardised") == [False] * 3


def test_a_model_that_does_not_say_on_how_many_it_stands_tells_no_share_of_them() -> None:
    table = drawn(LARGE)
    table.loc[[4, 60], "age"] = np.nan
    out = told(made(rows="house", more=", adjust: [age]"), table)
    assert out.frame.query("kind == 'model' and term == '' and statistic == 'n'")["withheld"].all()
    assert not any(shown(out, "without")) and not any(shown(out, "standardised"))


def test_a_small_cell_takes_the_risks_along() -> None:
    out = told(made(rows="house"), drawn({"North": (20, 2, 12, 14), "South": (15, 1, 8, 22), "West": (11, 0, 9, 13)}))
    assert shown(out, "standardised") == [False] * 3


def test_one_refit_withheld_takes_the_others_along() -> None:
    """Whatever made it small: the whole less the others is what it contributed."""
    study = made()
    held = people(study, drawn(LARGE))
    (model,) = fit(held, study).models
    frame = model.results.frame.copy()
    west = frame["group"].str.contains("without=West")
    frame.loc[west, "people"] = 3.0
    assert shown(release(Results(frame), study.release, study), "without") == [False] * 3
