"""Analysis of covariance: the outcome at an earlier wave in every model, and who has none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import GLM, OLS, families

from pipeline.cleaning.cleaned import People
from pipeline.models.declared import declared
from pipeline.models.fit import fit
from pipeline.models.mediation_numbers import TOTAL
from pipeline.results import ALL, Key
from pipeline.study import Study
from pipeline.tables.estimates import estimates_table

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
HEAD = ("id: person}", "id: person, wave: w, waves: {1: Start, 2: Half, 3: Year}}")
TRIAL = "{kind: trial, arm: arm}"


def wide(people: int = 80, seed: int = 6) -> pd.DataFrame:
    """A line a person: made-up answers at the start and a year later."""
    rng = np.random.default_rng(seed)
    start = rng.normal(10, 2, people)
    arm = np.where(np.arange(people) % 2, "Peer", "Usual")
    year = 2 + 0.7 * start + 1.5 * (arm == "Peer") + rng.normal(size=people)
    well = np.where(rng.uniform(size=people) < 0.5, "Well", "Unwell")
    later = np.where(rng.uniform(size=people) < 0.3 + 0.3 * (well == "Well") + 0.2 * (arm == "Peer"), "Well", "Unwell")
    age = rng.integers(20, 70, people).astype(float)
    return pd.DataFrame({"id": [f"p{i}" for i in range(people)], "arm": arm, "age": age, "start": start, "year": year,
                         "well": well, "later": later})  # fmt: skip


def long(table: pd.DataFrame, order: int = 0) -> pd.DataFrame:
    """A row a person and wave, in any order."""
    start = table.assign(wave="Start", score=table["start"])
    year = table.assign(wave="Year", score=table["year"], well=table["later"])
    rows = pd.concat([start, year], ignore_index=True)[["id", "wave", "arm", "age", "score", "well"]]
    rows = rows.iloc[np.random.default_rng(order).permutation(len(rows))] if order else rows
    return rows.set_axis([f"f:{i}" for i in range(len(rows))])


def made(study: MakeStudy, people: MakePeople, rows: pd.DataFrame, model: str, design: str = TRIAL):
    of = study(design, HEAD, m=model)
    held = people(of, rows.drop(columns=["id", "wave"]), id=rows["id"], wave=rows["wave"])
    return fit(held, of).models[0], of


def value(found, statistic: str, group: str, level: str = "", term: str = "arm") -> float:
    return found.results.get(Key("model", "m", term, level, group, statistic))


@pytest.mark.parametrize("order", [0, 3])
def test_both_models_are_adjusted_for_the_outcome_then(study: MakeStudy, people: MakePeople, order: int) -> None:
    table = wide()
    model = "{outcome: score, exposure: arm, adjust: [age], wave: Year, baseline: 1}"
    found, _ = made(study, people, long(table, order), model)
    peer = (table["arm"] == "Peer").astype(float)
    for adjustment, columns in (("unadjusted", [table["start"]]), ("adjusted", [table["start"], table["age"]])):
        x = np.column_stack([np.ones(len(table)), *columns, peer])
        expected = OLS(table["year"].to_numpy(), x).fit(cov_type="HC3", use_t=True)
        group = f"adjustment={adjustment}"
        assert value(found, "estimate", group, "Peer") == pytest.approx(expected.params[-1], rel=1e-9)
        assert value(found, "std_error", group, "Peer") == pytest.approx(expected.bse[-1], rel=1e-9)
        assert value(found, "df", group, "Peer") == len(table) - x.shape[1]


def test_who_has_no_baseline_is_left_out_and_counted_with_the_reason(study: MakeStudy, people: MakePeople) -> None:
    rows = long(wide())
    start = rows["wave"] == "Start"
    rows.loc[rows.index[start & rows["id"].isin(["p1", "p2", "p3"])], "score"] = np.nan
    rows = rows[~(start & rows["id"].isin(["p4", "p5"]))]
    found, _ = made(study, people, rows, "{outcome: score, exposure: arm, wave: 3, baseline: 1}")
    assert value(found, "n", ALL, term="") == 80 - 5
    assert value(found, "missing", ALL, "no answer", "score at Start") == 3
    assert value(found, "missing", ALL, "no row at Start", "score at Start") == 2
    said = " ".join(s.template for s in found.remarks)
    assert "by Score at Start (no answer) {m0}; Score at Start (no row at Start) {m1}" in said
    assert "The model is adjusted for the outcome at baseline (Score at Start)." in said


def test_it_is_said_wherever_the_model_is_told(study: MakeStudy, people: MakePeople) -> None:
    model = "{outcome: score, exposure: arm, adjust: [age], wave: 3, baseline: 1}"
    found, of = made(study, people, long(wide()), model)
    table = estimates_table(found)
    words = "Both models are adjusted for the outcome at baseline (Score at Start)."
    assert words in [n.template for n in table.notes]
    assert words in [s.template for s in found.remarks]
    assert (
        "by linear regression, adjusted for the outcome at baseline (Score at Start; analysis of covariance), once "
        "without more and once adjusted for Age." in found.methods[0].template
    )
    assert {c.spanner for c in table.columns if c.spanner} == {"Adjusted for baseline alone", "Adjusted"}
    assert declared(of, "m").words_of("unadjusted") == "adjusted for baseline alone"


def test_a_yes_or_no_outcome_enters_by_its_levels(study: MakeStudy, people: MakePeople) -> None:
    table = wide()
    model = "{outcome: well, exposure: arm, effect: odds ratio, wave: 3, baseline: 1}"
    found, _ = made(study, people, long(table), model)
    x = np.column_stack([np.ones(len(table)), table["well"] == "Unwell", table["arm"] == "Peer"]).astype(float)
    expected = GLM((table["later"] == "Well").astype(float).to_numpy(), x, family=families.Binomial()).fit()
    estimate = value(found, "estimate", "adjustment=unadjusted", "Peer")
    assert np.log(estimate) == pytest.approx(expected.params[-1], rel=1e-7)


def test_a_box_that_is_the_event_enters_as_ticked_then(study: MakeStudy, people: MakePeople) -> None:
    table = wide()
    rows = long(table)
    rows["kinds=Talk"] = (rows["well"] == "Well").astype(float)
    rows["kinds=Visits"] = 0.0
    found, _ = made(study, people, rows, "{outcome: kinds, event: Talk, exposure: arm, wave: 3, baseline: 1}")
    x = np.column_stack([np.ones(len(table)), table["well"] == "Well", table["arm"] == "Peer"]).astype(float)
    expected = OLS((table["later"] == "Well").astype(float).to_numpy(), x).fit()
    assert value(found, "estimate", "adjustment=unadjusted", "Peer") == pytest.approx(expected.params[-1], rel=1e-9)


def test_what_was_asked_at_the_start_alone_is_taken_from_there(study: MakeStudy, people: MakePeople) -> None:
    """Without a baseline nobody would be left: the answer is missing at the later wave by design."""
    table = wide()
    rows = long(table)
    rows.loc[rows["wave"] == "Year", "age"] = np.nan
    model = "{outcome: score, exposure: arm, adjust: [age], wave: 3%s}"

    def one(more: str):
        text = study(TRIAL, HEAD, m=model % more)
        changed = text.variables["age"].model_copy(update={"asked_at": ("1",)})
        of = text.model_copy(update={"variables": {**text.variables, "age": changed}})
        held = people(of, rows.drop(columns=["id", "wave"]), id=rows["id"], wave=rows["wave"])
        return fit(held, of).models[0]

    assert one("").fitted[1].coefficients is None
    found = one(", baseline: 1")
    x = np.column_stack([np.ones(len(table)), table["start"], table["age"], table["arm"] == "Peer"]).astype(float)
    expected = OLS(table["year"].to_numpy(), x).fit()
    assert value(found, "estimate", "adjustment=adjusted", "Peer") == pytest.approx(expected.params[-1], rel=1e-9)
    assert "Asked at Start alone, and taken from there: Age." in [s.template for s in found.remarks]
    assert "What was asked at Start alone (Age) is taken from there." in found.methods[0].template


@pytest.mark.parametrize("part", ["moderator: age", "time: age, effect: rate ratio"])
def test_a_moderator_or_a_time_asked_at_the_start_alone_is_taken_from_there(
    study: MakeStudy, people: MakePeople, part: str
) -> None:
    rows = long(wide())
    rows["score"] = rows["score"].clip(lower=0).round()
    early = rows.copy()
    early.loc[early["wave"] == "Year", "age"] = np.nan
    found = []
    for asked_at, table in ((("1",), early), ((), rows)):
        text = study(TRIAL, HEAD, m=f"{{outcome: score, exposure: arm, {part}, wave: 3, baseline: 1}}")
        age = text.variables["age"].model_copy(update={"asked_at": asked_at})
        of = text.model_copy(update={"variables": {**text.variables, "age": age}})
        held = people(of, table.drop(columns=["id", "wave"]), id=table["id"], wave=table["wave"])
        found.append(fit(held, of).models[0])
    carried, always = found
    assert carried.fitted[0].coefficients is not None
    pd.testing.assert_frame_equal(
        carried.results.frame.query("statistic == 'estimate'"), always.results.frame.query("statistic == 'estimate'")
    )
    assert "Asked at Start alone, and taken from there: Age." in [s.template for s in carried.remarks]


def test_a_baseline_that_is_the_same_for_everyone_is_said_to_be(study: MakeStudy, people: MakePeople) -> None:
    rows = long(wide())
    rows.loc[rows["wave"] == "Start", "score"] = 7.0
    found, _ = made(study, people, rows, "{outcome: score, exposure: arm, wave: 3, baseline: 1}")
    assert "Score at Start is the same for everyone who is left; every model goes without it." in [
        s.template for s in found.remarks
    ]


def test_several_waves_have_one_baseline(study: MakeStudy, people: MakePeople) -> None:
    table = wide()
    rows = long(table)
    half = rows[rows["wave"] == "Start"].assign(wave="Half", score=lambda t: t["score"] * 0.9 + (t["arm"] == "Peer"))
    rows = pd.concat([rows, half.set_axis([f"g:{i}" for i in range(len(half))])])
    model = "{outcome: score, exposure: arm, waves: [2, 3], baseline: 1}"
    found, _ = made(study, people, rows, model)
    y = np.r_[table["start"] * 0.9 + (table["arm"] == "Peer"), table["year"]]
    year, peer = np.repeat([0.0, 1.0], len(table)), np.tile((table["arm"] == "Peer").astype(float), 2)
    x = np.column_stack([np.ones(len(y)), year, np.tile(table["start"], 2), peer * (1 - year), peer * year])
    expected = OLS(y, x).fit()
    for place, wave in ((-2, "Half"), (-1, "Year")):
        group = f"adjustment=unadjusted;wave={wave}"
        assert value(found, "estimate", group, "Peer") == pytest.approx(expected.params[place], rel=1e-9)


def test_a_mediation_has_the_baseline_among_its_covariates(study: MakeStudy, people: MakePeople) -> None:
    """Total effects of linear models without an interaction are those of the model without the mediator."""
    rows = long(wide())
    model = "{outcome: score, exposure: arm, mediator: age, interaction: false, wave: 3, baseline: 1}"
    found, _ = made(study, people, rows, model)
    total = found.results.get(Key("mediation", "m", TOTAL, "Peer", "adjustment=unadjusted", "estimate"))
    assert total == pytest.approx(value(found, "estimate", "adjustment=unadjusted", "Peer"), rel=1e-9)


def test_a_mediation_beside_a_baseline_is_not_said_to_be_adjusted_for_nothing(
    study: MakeStudy, people: MakePeople
) -> None:
    rows = long(wide())
    found, _ = made(study, people, rows, "{outcome: score, exposure: arm, mediator: age, wave: Year, baseline: 1}")
    text = " ".join(sentence.template for sentence in found.remarks)
    assert "two of them beyond what the models are adjusted for" in text and "nothing is adjusted" not in text
