"""Standardised risks and means: raw shares, numerical derivatives, statsmodels, and CR2's degrees of freedom."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import draft
from pipeline.models.cluster import clustered
from pipeline.models.coefficients import Coefficients, Floats
from pipeline.models.counts import poisson
from pipeline.models.fit import fit
from pipeline.models.linear import hc3, logistic, ols
from pipeline.models.marginal import averages, contrast_df
from pipeline.results import Key
from pipeline.study import Study
from pipeline.tables.fill import fill
from pipeline.tables.standardised import standardised_table

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]


def drawn(n: int = 240, seed: int = 4) -> tuple[pd.DataFrame, Floats]:
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({"(Intercept)": 1.0, "age": rng.normal(size=n)})
    x["b"], x["c"] = (np.arange(n) % 3 == 1) * 1.0, (np.arange(n) % 3 == 2) * 1.0
    chance = expit(0.8 * x["age"] + 0.5 * x["b"] - 0.3).to_numpy()
    return x, (rng.random(n) < chance) * 1.0


LEVELS = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]


def by_hand(beta: Floats, x: pd.DataFrame, link: str, weight: Floats) -> Floats:
    """Three averages and their two differences, a person at a time."""
    found = []
    for b, c in LEVELS:
        total = 0.0
        for row, w in zip(x.to_numpy(), weight, strict=True):
            linear = row[0] * beta[0] + row[1] * beta[1] + b * beta[2] + c * beta[3]
            total += w * (1 / (1 + np.exp(-linear)) if link == "logit" else np.exp(linear))
        found.append(total / weight.sum())
    return np.array([*found, found[1] - found[0], found[2] - found[0]])


@pytest.mark.parametrize("link", ["logit", "log"])
def test_values_and_errors_are_those_of_numerical_derivatives(link: str) -> None:
    x, y = drawn()
    weight = np.random.default_rng(8).uniform(0.5, 3, len(x))
    found = hc3(logistic(x, y)) if link == "logit" else hc3(poisson(x, y))
    made = averages(x, ("b", "c"), LEVELS, found, "logit" if link == "logit" else "log", weight)
    turned = []
    for j in range(4):
        step = np.eye(4)[j] * 1e-5
        turned.append(
            (by_hand(found.estimate + step, x, link, weight) - by_hand(found.estimate - step, x, link, weight)) / 2e-5
        )
    slope = np.array(turned).T
    several = [*made.at, *made.less]
    assert [one.estimate for one in several] == pytest.approx(by_hand(found.estimate, x, link, weight), rel=1e-12)
    errors = np.sqrt(np.diag(slope @ found.vcov @ slope.T))
    assert [one.std_error for one in several] == pytest.approx(errors, rel=1e-7)
    assert {one.df for one in several} == {len(x) - 4.0}


def test_a_change_of_one_box_is_what_statsmodels_margins_say() -> None:
    from statsmodels.discrete.discrete_model import Logit

    x, y = drawn()
    x = x.drop(columns="c")
    result = Logit(y, x).fit(disp=0, method="newton", tol=1e-12)
    found = Coefficients(
        tuple(x), np.asarray(result.params), np.asarray(result.cov_params()), np.full(3, np.inf), len(x), "model-based"
    )
    theirs = result.get_margeff(at="overall", dummy=True)
    mine = averages(x, ("b",), [[0.0], [1.0]], found, "logit").less[0]
    assert mine.estimate == pytest.approx(theirs.margeff[-1], rel=1e-9)
    assert mine.std_error == pytest.approx(theirs.margeff_se[-1], rel=1e-7)
    assert (mine.low, mine.high) == pytest.approx(tuple(theirs.conf_int()[-1]), rel=1e-7)


def test_degrees_of_a_contrast_are_those_of_its_coefficient_in_other_columns() -> None:
    """With levels as columns and no intercept, a difference of levels is a coefficient of the usual ones."""
    x, y = drawn()
    cluster = np.arange(len(x)) % 11
    other = x.assign(a=1 - x["b"] - x["c"])[["a", "b", "c", "age"]]
    for make, answer in ((ols, y), (logistic, y), (poisson, y)):
        usual, levels = clustered(make(x, answer), cluster), make(other, answer)
        found = contrast_df(levels, cluster, np.array([[-1.0, 1, 0, 0], [-1, 0, 1, 0], [0, 0, 0, 1]]))
        at = [usual.position(name) for name in ("b", "c", "age")]
        assert found == pytest.approx(usual.df[at], rel=1e-7)


def table(cells: tuple[int, int, int, int]) -> pd.DataFrame:
    arms, wells = ("Peer", "Peer", "Usual", "Usual"), ("Well", "Unwell", "Well", "Unwell")
    return pd.DataFrame({"arm": np.repeat(arms, cells), "well": np.repeat(wells, cells)})


@pytest.mark.parametrize("effect", ["odds ratio", "risk ratio"])
@pytest.mark.parametrize("clusters", [False, True])
def test_of_a_saturated_model_they_are_the_raw_shares(
    study: MakeStudy, people: MakePeople, effect: str, clusters: bool
) -> None:
    made = study("{kind: cohort, cluster: programme}" if clusters else "{kind: cohort}",
                 m=f"{{outcome: well, event: Well, exposure: arm, effect: {effect}}}")  # fmt: skip
    rows = table((20, 30, 12, 48))
    (found,) = fit(
        people(made, rows, **({"cluster": [f"c{i % 9}" for i in range(110)]} if clusters else {})), made
    ).models

    def value(level: str, kind: str, statistic: str = "estimate") -> float:
        return found.results.get(
            Key("model", "m", "arm", level, f"adjustment=unadjusted;standardised={kind}", statistic)
        )

    assert value("Peer", "mean") == pytest.approx(40) and value("Usual", "mean") == pytest.approx(20)
    assert value("Peer", "difference") == pytest.approx(20)
    assert 0 < value("Usual", "mean", "ci_low") < 20 < value("Usual", "mean", "ci_high") < 100
    assert value("Peer", "difference", "ci_low") < 20 < value("Peer", "difference", "ci_high")


def test_of_a_saturated_model_of_rates_they_are_events_by_time(study: MakeStudy, people: MakePeople) -> None:
    made = study(m="{outcome: score, exposure: arm, effect: rate ratio, time: age}")
    rng = np.random.default_rng(2)
    rows = pd.DataFrame(
        {"arm": np.repeat(["Peer", "Usual"], 40), "score": rng.poisson(3, 80) * 1.0, "age": rng.uniform(1, 9, 80)}
    )
    (found,) = fit(people(made, rows), made).models
    for level, at in rows.groupby("arm"):
        key = Key("model", "m", "arm", str(level), "adjustment=unadjusted;standardised=mean", "estimate")
        assert found.results.get(key) == pytest.approx(at["score"].sum() / at["age"].sum())


def test_a_difference_has_no_risks_of_its_own_and_boxes_have_none(study: MakeStudy, people: MakePeople) -> None:
    made = study(m="{outcome: well, event: Well, exposure: arm}")
    (found,) = fit(people(made, table((20, 30, 12, 48))), made).models
    assert not found.results.frame["group"].str.contains("standardised").any()


def test_a_number_is_told_at_values_near_its_quartiles(study: MakeStudy, people: MakePeople) -> None:
    rng = np.random.default_rng(7)
    age = rng.uniform(20, 80, 300)
    rows = pd.DataFrame({"age": age, "well": np.where(rng.random(300) < expit((age - 50) / 15), "Well", "Unwell")})
    made = study(m="{outcome: well, event: Well, exposure: age, effect: odds ratio}")
    (found,) = fit(people(made, rows), made).models
    low, high = (
        found.results.get(Key("model", "m", "age", level, "All", "value")) for level in ("lower value", "higher value")
    )
    assert (low, high) == (round(np.quantile(age, 0.25)), round(np.quantile(age, 0.75)))
    slope = np.log(found.results.get(Key("model", "m", "age", "", "adjustment=unadjusted", "estimate")))
    risk = [
        found.results.get(Key("model", "m", "age", level, "adjustment=unadjusted;standardised=mean", "estimate")) / 100
        for level in ("lower value", "higher value")
    ]
    assert np.log(risk[1] / (1 - risk[1])) - np.log(risk[0] / (1 - risk[0])) == pytest.approx(slope * (high - low))


def test_declared_values_are_compared_as_they_are(study: MakeStudy, people: MakePeople) -> None:
    rng = np.random.default_rng(7)
    rows = pd.DataFrame({"age": rng.uniform(20, 80, 300), "well": np.where(rng.random(300) < 0.4, "Well", "Unwell")})
    made = study(m="{outcome: well, event: Well, exposure: age, effect: odds ratio, compare: [30, 62.5]}")
    (found,) = fit(people(made, rows), made).models
    at = found.results.frame.query("statistic == 'value'")
    assert dict(zip(at["level"], at["value"], strict=True)) == {"lower value": 30, "higher value": 62.5}
    assert at["people"].isna().all()  # nobody's


def test_the_table_has_a_line_a_level_and_says_what_it_is(study: MakeStudy, people: MakePeople) -> None:
    made = study(
        m="{outcome: well, event: Well, exposure: arm, effect: odds ratio}", d="{outcome: score, exposure: arm}"
    )
    rows = table((20, 30, 12, 48)).assign(score=np.arange(110.0) % 7)
    ratio, plain = fit(people(made, rows), made).models
    laid = standardised_table(ratio)
    assert laid is not None and standardised_table(plain) is None
    filled = fill(laid, draft(ratio.results))
    assert [row.label for row in filled.rows] == ["Arm", "Usual (reference)", "Peer"]
    assert [column.label for column in filled.columns] == ["Risk, % (95% CI)", "Difference, percentage points (95% CI)"]
    usual, peer = filled.rows[1:]
    assert usual.cells[0].startswith("20.0 (") and usual.cells[1] == ""
    assert peer.cells[0].startswith("40.0 (") and peer.cells[1].startswith("20.0 (")
    assert any("association" in note for note in filled.notes)
