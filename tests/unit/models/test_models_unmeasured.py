"""E-values of plain models: of which, by which approximation, and what is said."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.models.estimates import Modelled
from pipeline.models.fit import fit
from pipeline.results import Key
from pipeline.study import Study

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]


def table(n: int = 300, event: float = 0.4, effect: float = 1.5) -> pd.DataFrame:
    rng = np.random.default_rng(9)
    arm = rng.random(n) < 0.5
    made = pd.DataFrame({"arm": np.where(arm, "Peer", "Usual"), "age": rng.normal(50, 10, n)})
    made["well"] = np.where(rng.random(n) < event * np.where(arm, effect, 1), "Well", "Unwell")
    made["score"] = rng.normal(size=n) + 0.6 * arm
    made["born"] = (made["well"] == "Well") * 1.0
    return made


def of(found: Modelled, statistic: str, term: str = "arm", level: str = "Peer") -> float:
    return found.results.get(Key("model", "m", term, level, "adjustment=unadjusted", statistic))


def needed(ratio: float) -> float:
    away = max(ratio, 1 / ratio)
    return away + math.sqrt(away * (away - 1))


@pytest.mark.parametrize(
    ("effect", "event", "turn"),
    [
        ("odds ratio", 0.4, math.sqrt),  # R EValue: evalues.OR(…, rare = FALSE)
        ("odds ratio", 0.05, float),  # rare = TRUE
        ("risk ratio", 0.4, float),
    ],
)
def test_ratios_by_their_own_conversion(
    study: MakeStudy, people: MakePeople, effect: str, event: float, turn: Callable[[float], float]
) -> None:
    made = study(m=f"{{outcome: well, event: Well, exposure: arm, effect: {effect}}}")
    rows = table(900, event, 2.0)
    (found,) = fit(people(made, rows), made).models
    assert ((rows["well"] == "Well").mean() < 0.15) == (turn is float and effect == "odds ratio")
    assert of(found, "ci_low") > 1
    assert of(found, "e_value") == pytest.approx(needed(turn(of(found, "estimate"))))
    assert of(found, "e_value_limit") == pytest.approx(needed(turn(of(found, "ci_low"))))


def test_a_difference_of_means_by_standard_deviations_of_the_outcome(study: MakeStudy, people: MakePeople) -> None:
    """R EValue: evalues.OLS(est, se, sd = sd(outcome)), but for limits of the interval that is printed."""
    made = study(m="{outcome: score, exposure: arm}")
    rows = table()
    (found,) = fit(people(made, rows), made).models
    spread = rows["score"].std(ddof=0)
    assert of(found, "e_value") == pytest.approx(needed(math.exp(0.91 * of(found, "estimate") / spread)))
    assert of(found, "e_value_limit") == pytest.approx(needed(math.exp(0.91 * of(found, "ci_low") / spread)))
    said = next(one for one in found.remarks if one.template.startswith("E-value of the unadjusted estimate: {value}"))
    assert "{value} (limit {limit})" in said.template and "beyond the covariates" not in said.template


def test_a_slope_is_told_between_the_values_that_are_named(study: MakeStudy, people: MakePeople) -> None:
    made = study(m="{outcome: born, exposure: age, effect: rate ratio}")
    rows = table()
    rows["born"] = np.random.default_rng(1).poisson(np.exp(rows["age"] / 30 - 1)) * 1.0
    (found,) = fit(people(made, rows), made).models
    low, high = (
        found.results.get(Key("model", "m", "age", at, "All", "value")) for at in ("lower value", "higher value")
    )
    slope = math.log(of(found, "estimate", "age", ""))
    assert of(found, "e_value", "age", "") == pytest.approx(needed(math.exp(slope * (high - low))))
    assert any("comparing Age of {high} with {low}" in one.template for one in found.remarks)


@pytest.mark.parametrize(
    ("design", "spec"),
    [
        ("{kind: trial, arm: arm}", "outcome: score, exposure: arm"),
        ("{kind: cohort}", "outcome: well, event: Well, exposure: arm"),  # a difference of risks
        ("{kind: cohort}", "outcome: born, exposure: arm"),  # in disguise
    ],
)
def test_which_estimates_have_none(study: MakeStudy, people: MakePeople, design: str, spec: str) -> None:
    made = study(design, m=f"{{{spec}}}")
    (found,) = fit(people(made, table()), made).models
    assert "e_value" not in set(found.results.frame["statistic"])
    assert not any("E-value" in one.template for one in found.remarks)


def test_an_interval_that_holds_no_effect_needs_nothing(study: MakeStudy, people: MakePeople) -> None:
    rows = table()
    rows["score"] = np.random.default_rng(2).normal(size=len(rows))
    made = study(m="{outcome: score, exposure: arm, adjust: [age]}")
    (found,) = fit(people(made, rows), made).models
    key = Key("model", "m", "arm", "Peer", "adjustment=adjusted", "e_value_limit")
    assert found.results.get(key) == 1
    said = next(one.template for one in found.remarks if "E-value" in one.template)
    assert "(limit {limit})" in said and "beyond the covariates" in said
