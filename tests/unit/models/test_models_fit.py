"""From people to estimates: which rows, which errors, which numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes
from pipeline.models.cluster import clustered
from pipeline.models.estimates import Estimates, Modelled
from pipeline.models.fit import fit
from pipeline.models.linear import INTERCEPT, hc3, ols
from pipeline.models.survey import SurveyDesign, survey_linear
from pipeline.results import ALL, Key
from pipeline.study import Study

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
ALONE, WITH = "adjustment=unadjusted", "adjustment=adjusted"


def one(estimates: Estimates) -> Modelled:
    """The only model; every sentence's numbers must be among its results."""
    (found,) = estimates.models
    known = found.results.lookup()
    for sentence in found.remarks:
        assert set(map(tuple, sentence.keys.values())) <= set(known)
    return found


def value(
    found: Modelled, statistic: str, group: str = ALONE, level: str = "", term: str | None = None, kind: str = "model"
) -> float:
    key = Key(kind, found.name, found.model.exposure.name if term is None else term, level, group, statistic)
    return found.results.get(key)


def said(found: Modelled) -> str:
    return " | ".join(sentence.template for sentence in found.remarks)


def made_up(n: int = 60, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    arm = np.where(np.arange(n) % 2, "Peer", "Usual")
    age = rng.integers(20, 70, n).astype(float)
    score = 10 + 2 * (arm == "Peer") + 0.1 * age + rng.normal(size=n)
    well = np.where(rng.uniform(size=n) < 0.4 + 0.2 * (arm == "Peer"), "Well", "Unwell")
    site = np.array(["North", "South", "West"])[np.arange(n) % 3]
    return pd.DataFrame(
        {"arm": arm, "age": age, "score": score, "well": well, "site": site}, index=[f"f:{i}" for i in range(n)]
    )


def test_unadjusted_and_adjusted_stand_on_the_same_complete_rows(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    table.loc["f:3", "score"] = np.nan
    table.loc[["f:4", "f:5"], "age"] = np.nan
    made = study(m="{outcome: score, exposure: arm, adjust: [age]}")
    found = one(fit(people(made, table), made))
    kept = table.dropna()
    x = pd.DataFrame({INTERCEPT: 1.0, "age": kept["age"], "peer": (kept["arm"] == "Peer").astype(float)})
    for group, columns in ((ALONE, [INTERCEPT, "peer"]), (WITH, [INTERCEPT, "age", "peer"])):
        expected = hc3(ols(x[columns], kept["score"].to_numpy()))
        assert value(found, "n", group) == 57
        assert value(found, "estimate", group, "Peer") == pytest.approx(expected.estimate[-1], rel=1e-12)
        assert value(found, "std_error", group, "Peer") == pytest.approx(expected.std_error[-1], rel=1e-12)
        assert value(found, "df", group, "Peer") == 57 - len(columns)
        assert value(found, "ci_high", group, "Peer") == pytest.approx(expected.interval()[1][-1], rel=1e-12)
        assert value(found, "p", group, "Peer") == pytest.approx(expected.p[-1], rel=1e-9)
    assert value(found, "denominator", ALL, term="") == 60
    assert value(found, "missing", ALL, term="") == 1 + 2
    assert value(found, "missing", ALL, "no answer", "score") == 1
    assert value(found, "missing", ALL, "no answer", "age") == 2
    behind = found.results.frame.set_index(["term", "level", "group", "statistic"])["people"]
    assert behind["", "", ALL, "denominator"] == behind["", "", ALL, "missing"] == 3  # n and one give the other
    assert (
        "Rows left out because a value is missing: {left} of {all}, by Score (no answer) {m0}; Age (no answer) {m1}"
        in said(found)
    )


def test_only_the_exposure_has_estimates(study: MakeStudy, people: MakePeople) -> None:
    made = study(m="{outcome: score, exposure: arm, adjust: [age, site]}")
    found = one(fit(people(made, made_up()), made))
    estimated = found.results.frame.query("statistic == 'estimate'")
    assert set(estimated["term"]) == {"arm"}
    assert set(estimated["level"]) == {"Peer"}


def test_a_declared_cluster_makes_the_errors(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    programme = [f"P{i % 7}" for i in range(60)]
    made = study("{kind: programme evaluation, cluster: programme}", m="{outcome: score, exposure: age}")
    found = one(fit(people(made, table, cluster=programme), made))
    x = pd.DataFrame({INTERCEPT: 1.0, "age": table["age"]})
    expected = clustered(ols(x, table["score"].to_numpy()), np.arange(60) % 7)
    assert value(found, "std_error") == pytest.approx(expected.std_error[1], rel=1e-12)
    assert value(found, "df") == pytest.approx(expected.df[1], rel=1e-12)
    assert value(found, "clusters") == 7
    assert -1 < value(found, "icc") < 1
    assert "There are only {clusters} clusters (programme)" in said(found)
    assert "does not vary within" not in said(found)


def test_people_without_a_cluster_are_left_out_and_counted(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: programme evaluation, cluster: programme}", m="{outcome: score, exposure: age}")
    programme = ["" if i < 6 else f"P{i % 20}" for i in range(60)]
    found = one(fit(people(made, made_up(), cluster=programme), made))
    assert value(found, "n") == 54
    assert value(found, "missing", ALL, "no reason given", "programme") == 6


def test_several_rows_of_a_person_belong_together_without_being_told(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    ids = [f"p{i // 2}" for i in range(60)]
    made = study("{kind: cohort}", m="{outcome: score, exposure: age}")
    found = one(fit(people(made, table, id=ids), made))
    x = pd.DataFrame({INTERCEPT: 1.0, "age": table["age"]})
    expected = clustered(ols(x, table["score"].to_numpy()), np.arange(60) // 2)
    assert value(found, "std_error") == pytest.approx(expected.std_error[1], rel=1e-12)
    assert value(found, "clusters") == 30


def test_a_trial_gives_the_risk_difference_and_its_counts(study: MakeStudy, people: MakePeople) -> None:
    rows = [("Usual", "Well")] * 12 + [("Usual", "Unwell")] * 18 + [("Peer", "Well")] * 20 + [("Peer", "Unwell")] * 10
    table = pd.DataFrame(rows, columns=["arm", "well"], index=[f"f:{i}" for i in range(60)])
    clusters = [f"c{i // 3}" for i in range(60)]
    made = study("{kind: cluster trial, cluster: programme, arm: arm}", m="{outcome: well, exposure: arm}")
    found = one(fit(people(made, table, cluster=clusters), made))
    assert value(found, "estimate", level="Peer") == pytest.approx(20 / 30 - 12 / 30)
    assert value(found, "events", ALL, "Usual") == 12
    assert value(found, "events", ALL, "Peer") == 20
    assert value(found, "n", ALL, "Peer") == 30
    assert value(found, "clusters", ALL, "Usual") == 10
    assert value(found, "max", ALL, term="cluster size") == 3
    assert "associations" not in said(found)
    behind = found.results.frame.set_index(["term", "level", "group", "statistic"])["people"]
    assert behind["arm", "Peer", ALONE, "estimate"] == 10  # the smallest of 12, 18, 20, 10
    assert behind["arm", "Usual", ALL, "events"] == 10


def test_a_small_cell_stands_behind_all_that_would_give_it_away(study: MakeStudy, people: MakePeople) -> None:
    rows = [("Usual", "Well")] * 2 + [("Usual", "Unwell")] * 28 + [("Peer", "Well")] * 20 + [("Peer", "Unwell")] * 10
    table = pd.DataFrame(rows, columns=["arm", "well"], index=[f"f:{i}" for i in range(60)])
    made = study("{kind: trial, arm: arm}", m="{outcome: well, exposure: arm}")
    frame = one(fit(people(made, table), made)).results.frame
    solvable = frame[frame["statistic"].isin(["events", "estimate", "std_error", "ci_low", "ci_high", "p"])]
    assert set(solvable["people"]) == {2}


def test_rows_that_came_about_after_randomisation_are_said_to(people: MakePeople) -> None:
    from pipeline.study import parse_study

    made = parse_study(
        """
title: Made up
data: {index: {file: a.csv, id: pid}, referred: {file: b.csv, id: rid, parent: {index: pid}}}
design: {kind: cluster trial, cluster: pid, arm: arm}
variables:
  arm: {in: index, codes: {a: Usual, b: Peer}}
  well: {in: referred, codes: {y: Well, n: Unwell}}
models: {m: {of: referred, outcome: well, exposure: arm}}
release: {rule: journal}
""",
        "studies/made_up.yaml",
    )
    arms = ["Usual"] * 8 + ["Peer"] * 8
    index = pd.DataFrame({"arm": arms}, index=[f"i:{i}" for i in range(16)])
    with_rows = [0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 14, 15]
    rows = [(arms[i], ["Well", "Unwell", "Well"][(i + j) % 3], f"p{i}") for i in with_rows for j in range(3)]
    referred = pd.DataFrame(rows, columns=["arm", "well", "parent"], index=[f"r:{i}" for i in range(39)])
    parent = referred.pop("parent").tolist()
    held = people(made, referred, main="referred", also={"index": index}, cluster=parent, **{"parent.index": parent})
    found = one(fit(held, made))
    assert value(found, "n", ALL, "Usual", "without rows") == 3
    assert value(found, "denominator", ALL, "Usual", "without rows") == 8
    assert value(found, "n", ALL, "Peer", "without rows") == 0
    assert "{without0} of {all0} in Usual and {without1} of {all1} in Peer" in said(found)


def test_odds_ratios_are_ratios_and_their_standard_errors_logs(study: MakeStudy, people: MakePeople) -> None:
    rows = [("Usual", "Well")] * 12 + [("Usual", "Unwell")] * 18 + [("Peer", "Well")] * 20 + [("Peer", "Unwell")] * 10
    table = pd.DataFrame(rows, columns=["arm", "well"], index=[f"f:{i}" for i in range(60)])
    made = study(m="{outcome: well, exposure: arm, effect: odds ratio}")
    found = one(fit(people(made, table), made))
    ratio, se = (20 / 10) / (12 / 18), value(found, "std_error", level="Peer")
    assert value(found, "estimate", level="Peer") == pytest.approx(ratio)
    assert np.log(value(found, "ci_high", level="Peer") / ratio) == pytest.approx(
        np.log(ratio / value(found, "ci_low", level="Peer"))
    )
    # each arm's 1 / (n p q) = 1 / a + 1 / b, its residuals divided by one less the leverage of 1 / 30
    assert se == pytest.approx(np.sqrt(1 / 20 + 1 / 10 + 1 / 12 + 1 / 18) / (1 - 1 / 30))


def test_a_survey_design_is_never_filtered(study: MakeStudy, people: MakePeople) -> None:
    table = made_up(120)
    rng = np.random.default_rng(7)
    weight, strata, psu = rng.uniform(1, 3, 120), np.arange(120) // 24, np.arange(120) // 6 % 4
    asked = (np.arange(120) % 3 > 0).tolist()
    made = study(
        "{kind: cross-sectional survey, weight: w, strata: s, psu: p}",
        m="{outcome: score, exposure: age, adjust: [arm]}",
    )
    keys = {"weight": weight, "strata": [str(s) for s in strata], "psu": [str(p) for p in psu]}
    found = one(fit(people(made, table, domain=asked, **keys), made))
    x = pd.DataFrame({INTERCEPT: 1.0, "peer": (table["arm"] == "Peer").astype(float), "age": table["age"]})
    expected = survey_linear(x, table["score"].to_numpy(), SurveyDesign.of(weight, strata, psu), np.array(asked))
    assert value(found, "estimate", WITH) == pytest.approx(expected.estimate[2], rel=1e-12)
    assert value(found, "std_error", WITH) == pytest.approx(expected.std_error[2], rel=1e-12)
    assert value(found, "df", WITH) == 5 * 4 - 5 + 1 - 3
    assert value(found, "n", WITH) == 80
    assert value(found, "denominator", ALL, term="") == 80
    assert "which came first is assumed" in said(found)


@pytest.mark.parametrize(
    ("wave", "estimate", "std_error", "df"),
    [(", wave: 1", -0.527105139822, 0.108808645278, 6), ("", -0.0460535718189, 0.0646336112532, 18)],
)
def test_the_rows_of_a_person_are_one_sampling_unit(
    study: MakeStudy, people: MakePeople, wave: str, estimate: float, std_error: float, df: int
) -> None:
    """R survey 4.1.1: ``d <- svydesign(~id, weights = ~w)``, ``svyglm(x ~ age, subset(d, wave == 1))`` and of all rows;
    with each row as its own unit the first error would be 0.1072."""
    person, at = np.r_[1:9, 1:21, 3:21], np.repeat([1, 2, 3], [8, 20, 18])
    table = pd.DataFrame(
        {"score": ((person * 7 + at * 3) % 20).astype(float), "age": (20 + person**2 * 11 % 37).astype(float)},
        index=[f"f:{i}" for i in range(len(person))],
    )
    waves = ("id: person}", "id: person, wave: w, waves: {1: Start, 2: Half a year, 3: A year}}")
    made = study("{kind: cohort, weight: w}", waves, m=f"{{outcome: score, exposure: age{wave}}}")
    labels = np.array(["Start", "Half a year", "A year"])[at - 1]
    keys = {"id": [f"p{i}" for i in person], "wave": labels, "weight": 1.0 + person * at % 4}
    found = one(fit(people(made, table, **keys), made))
    assert value(found, "estimate") == pytest.approx(estimate, rel=1e-9)
    assert value(found, "std_error") == pytest.approx(std_error, rel=1e-9)
    assert value(found, "df") == df


@pytest.mark.parametrize(("weight", "lost"), [([np.nan, -1.0] + [1.0] * 58, 2), ([np.inf] + [1.0] * 59, 1)])
def test_a_row_without_a_weight_stops_the_stage(
    study: MakeStudy, people: MakePeople, weight: list[float], lost: int
) -> None:
    made = study("{kind: cross-sectional survey, weight: w}", m="{outcome: score, exposure: age}")
    with pytest.raises(Mistakes) as found:
        fit(people(made, made_up(), weight=weight), made)
    assert str(found.value).split("  ", 1)[1] == (
        f"design.weight: {lost} rows of table 'people' have no weight, or a negative one. "
        "A design must be known for every row: mend the data, or exclude these rows and say why."
    )


def test_a_table_without_the_design_says_so(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: cross-sectional survey, weight: w}", m="{outcome: score, exposure: age}")
    with pytest.raises(Mistakes, match="table 'people' has no weight, and model 'm' reads it"):
        fit(people(made, made_up()), made)
    nested = study("{kind: programme evaluation, cluster: programme}", m="{outcome: score, exposure: age}")
    with pytest.raises(Mistakes, match="table 'people' does not hold the cluster 'programme'"):
        fit(people(nested, made_up()), nested)


def test_a_wave_is_chosen_by_its_label(study: MakeStudy, people: MakePeople) -> None:
    made = study(
        "{kind: cohort}",
        ("{file: made-up.csv, id: person}", "{file: made-up.csv, id: person, wave: w, waves: {1: Baseline, 2: Later}}"),
        m="{outcome: score, exposure: arm, wave: 2}",
    )
    waves = ["Baseline"] * 30 + ["Later"] * 30
    found = one(fit(people(made, made_up(), wave=waves, id=[f"p{i % 30}" for i in range(60)]), made))
    assert value(found, "denominator", ALL, term="") == 30
    assert value(found, "df", level="Peer") == 30 - 2  # HC3: one row a person at one wave


def test_the_order_of_rows_changes_nothing(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    made = study("{kind: programme evaluation, cluster: programme}", m="{outcome: well, exposure: site, adjust: [age]}")
    cluster = np.array([f"P{i % 8}" for i in range(60)])
    order = np.random.default_rng(3).permutation(60)
    first = fit(people(made, table, cluster=cluster), made).results.frame
    again = fit(people(made, table.iloc[order], cluster=cluster[order]), made).results.frame
    assert first.drop(columns="value").equals(again.drop(columns="value"))
    assert np.allclose(first["value"], again["value"], rtol=1e-8, equal_nan=True)


def test_boxes_that_can_be_ticked_enter_one_by_one(study: MakeStudy, people: MakePeople) -> None:
    table = made_up().assign(**{"kinds=Talk": np.arange(60) % 2 * 1.0, "kinds=Visits": (np.arange(60) % 5 == 0) * 1.0})
    made = study(m="{outcome: score, exposure: kinds, adjust: [age]}")
    found = one(fit(people(made, table), made))
    x = pd.DataFrame({INTERCEPT: 1.0, "t": table["kinds=Talk"], "v": table["kinds=Visits"]})
    assert value(found, "estimate", level="Visits") == pytest.approx(ols(x, table["score"].to_numpy()).estimate[2])
    assert value(found, "n", ALL, "Visits") == 12
    events = study(m="{outcome: kinds, event: Visits, exposure: age}")
    assert value(one(fit(people(events, table), events)), "events", ALL) == 12
