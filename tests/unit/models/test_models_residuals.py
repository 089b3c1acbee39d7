"""How models fit: each number beside one made another way, and that the door keeps it with the estimates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import statsmodels.api as sm

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import release
from pipeline.models.estimates import Modelled
from pipeline.models.fit import fit
from pipeline.models.residuals import c_statistic
from pipeline.results import Key
from pipeline.study import Study

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]


def drawn(n: int = 120, seed: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    arm, age = np.where(rng.random(n) < 0.5, "Peer", "Usual"), rng.normal(40, 8, n).round()
    score = 3.0 + (arm == "Peer") + age / 10 + rng.exponential(2, n)
    well = np.where(rng.random(n) < 0.3 + 0.3 * (arm == "Peer"), "Well", "Unwell")
    return pd.DataFrame({"arm": arm, "age": age, "score": score, "well": well})


def told(found: Modelled, group: str = "adjusted") -> dict[str, float]:
    rows = found.results.frame
    here = rows[(rows["term"] == "arm") & (rows["level"] == "") & (rows["group"] == f"adjustment={group}")]
    return dict(zip(here["statistic"], here["value"], strict=True))


def test_of_a_number_they_are_those_of_statsmodels(study: MakeStudy, people: MakePeople) -> None:
    table, made = drawn(), study(m="{outcome: score, exposure: arm, adjust: [age]}")
    (found,) = fit(people(made, table), made).models
    theirs = sm.OLS(
        table["score"], sm.add_constant(np.column_stack([table["arm"] == "Peer", table["age"]]) * 1.0)
    ).fit()
    said = told(found)
    assert said["r_squared"] == pytest.approx(theirs.rsquared)
    assert said["residual_sd"] == pytest.approx(np.sqrt(theirs.mse_resid))
    assert said["skewness"] == pytest.approx(scipy.stats.skew(theirs.resid))
    high = theirs.fittedvalues > theirs.fittedvalues.median()
    assert said["spread"] == pytest.approx(
        np.sqrt((theirs.resid[high] ** 2).mean() / (theirs.resid[~high] ** 2).mean())
    )
    (sentence,) = [one for one in found.fits if "R squared" in one.template]
    assert release(found.results, made.release, made).say(sentence) == (
        f"R squared of the adjusted model is {theirs.rsquared:.2f}; what it leaves has an SD of "
        f"{said['residual_sd']:.1f} and a skewness of {said['skewness']:.1f}, and {said['spread']:.1f} times the "
        "spread where more is fitted than where less is."
    )


@pytest.mark.parametrize("effect", ["odds ratio", "risk ratio", "risk difference"])
def test_of_an_event_it_is_the_share_of_pairs(study: MakeStudy, people: MakePeople, effect: str) -> None:
    table, made = drawn(), study(m=f"{{outcome: well, event: Well, exposure: arm, adjust: [age], effect: {effect}}}")
    (found,) = fit(people(made, table), made).models
    assert found.residuals is not None
    chance, well = found.residuals.fitted, found.residuals.outcome
    pairs = chance[well == 1][:, None] - chance[well == 0]
    assert told(found)["c_statistic"] == pytest.approx(((pairs > 1e-12) + (abs(pairs) <= 1e-12) / 2).mean())
    assert well.mean() == pytest.approx(chance.mean(), abs=1e-6)  # the fitted chances are chances


def test_of_two_groups_it_is_half_their_difference_and_a_half() -> None:
    """Sensitivity 0.8, specificity 0.6: the curve has one corner."""
    y, x = np.repeat([1.0, 0.0], 10), np.array([1.0] * 8 + [0.0] * 2 + [1.0] * 4 + [0.0] * 6)
    assert c_statistic(y, x, np.ones(20)) == pytest.approx((0.8 + 0.6) / 2)
    assert c_statistic(y, x, np.full(20, 3.0)) == pytest.approx((0.8 + 0.6) / 2)
    assert np.isnan(c_statistic(np.ones(20), x, np.ones(20)))


def test_of_counts_it_is_pearsons_dispersion(study: MakeStudy, people: MakePeople) -> None:
    rng, table = np.random.default_rng(7), drawn(400)
    table["score"] = rng.negative_binomial(2, 0.4, 400) * 1.0  # mean 3, variance 7.5
    made = study(m="{outcome: score, exposure: arm, effect: rate ratio}")
    (found,) = fit(people(made, table), made).models
    theirs = sm.GLM(table["score"], sm.add_constant((table["arm"] == "Peer") * 1.0), family=sm.families.Poisson()).fit()
    assert told(found, "unadjusted")["dispersion"] == pytest.approx(theirs.pearson_chi2 / 398)
    assert 2.0 < told(found, "unadjusted")["dispersion"] < 3.0


def test_the_door_keeps_it_with_the_estimates(study: MakeStudy, people: MakePeople) -> None:
    """Four of forty are exposed: nothing is said of how it fits."""
    table = drawn(40)
    table["arm"] = np.where(np.arange(40) < 4, "Peer", "Usual")
    made = study(m="{outcome: score, exposure: arm}")
    (found,) = fit(people(made, table), made).models
    released = release(found.results, made.release, made)
    key = Key("model", "m", "arm", "", "adjustment=unadjusted")
    for statistic in ("r_squared", "residual_sd", "skewness", "spread"):
        assert released.withheld(key._replace(statistic=statistic))


def test_nothing_is_said_where_a_row_has_no_one_fitted_value(study: MakeStudy, people: MakePeople) -> None:
    table = drawn(200)
    table["kinds=Talk"], table["kinds=Visits"] = [np.arange(200) % k == 0 for k in (2, 3)]
    made = study(m="{outcome: score, exposure: kinds}")
    frame = people(made, table)
    (found,) = fit(frame, made).models
    assert found.residuals is None and not {"r_squared", "c_statistic"} & set(found.results.frame["statistic"])
