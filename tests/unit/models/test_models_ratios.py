"""Risk ratios and rate ratios: from a declaration to numbers, words and refusals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes
from pipeline.models.declared import declared
from pipeline.models.estimates import Modelled
from pipeline.models.fit import fit
from pipeline.models.methods import methods
from pipeline.results import Key
from pipeline.study import Study
from pipeline.tables.estimates import estimates_table

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
COUNTS = (
    "  note: {type: text}",
    "  note: {type: text}\n  calls: {type: number}\n  months: {type: number, unit: months}",
)


def made_up(n: int = 90) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    arm = np.where(np.arange(n) % 2, "Peer", "Usual")
    months = rng.integers(1, 13, n).astype(float)
    return pd.DataFrame(
        {
            "arm": arm,
            "well": np.where(rng.uniform(size=n) < 0.3 + 0.3 * (arm == "Peer"), "Well", "Unwell"),
            "age": rng.integers(20, 70, n).astype(float),
            "calls": rng.poisson(0.5 * months * np.where(arm == "Peer", 2.0, 1.0)).astype(float),
            "months": months,
            "home": np.array([f"S{i}" for i in range(9)])[np.arange(n) % 9],
        },
        index=[f"f:{i}" for i in range(n)],
    )


def one(people: People, study: Study) -> Modelled:
    (found,) = fit(people, study).models
    return found


def value(found: Modelled, statistic: str) -> float:
    return found.results.get(Key("model", found.name, "arm", "Peer", "adjustment=unadjusted", statistic))


def test_a_risk_ratio_is_the_ratio_of_two_shares_with_the_robust_interval_of_its_log(
    study: MakeStudy, people: MakePeople
) -> None:
    """With HC3: the variance of a log share p of n people is (1 - p) / (p (n - 1))."""
    held = study(m="{outcome: well, event: Well, exposure: arm, effect: risk ratio}")
    table = made_up()
    found = one(people(held, table), held)
    share = (table["well"] == "Well").groupby(table["arm"]).agg(["mean", "size"])
    (p1, n1), (p0, n0) = (share.loc[arm] for arm in ("Peer", "Usual"))
    assert value(found, "estimate") == pytest.approx(p1 / p0, rel=1e-9)
    # leverage 1 / n: HC3 has (n / (n - 1))^2 times the variance by rows, (1 - p) / (p n)
    variance = sum((1 - p) / (p * n) * (n / (n - 1)) ** 2 for p, n in ((p1, n1), (p0, n0)))
    assert value(found, "std_error") == pytest.approx(np.sqrt(variance), rel=1e-9)
    assert value(found, "df") == n1 + n0 - 2


def test_a_rate_ratio_is_the_ratio_of_two_rates_over_time_at_risk(study: MakeStudy, people: MakePeople) -> None:
    held = study(swap=COUNTS, m="{outcome: calls, exposure: arm, effect: rate ratio, time: months}")
    table = made_up()
    table.loc["f:0", "months"] = 0.0
    table.loc["f:1", "months"] = np.nan
    found = one(people(held, table), held)
    used = table[table["months"] > 0].groupby("arm")[["calls", "months"]].sum()
    rate = used["calls"] / used["months"]
    assert value(found, "estimate") == pytest.approx(rate["Peer"] / rate["Usual"], rel=1e-9)
    assert found.results.get(Key("model", "m", "months", "no time at risk", "All", "missing")) == 1
    assert "Rates are per unit of Months (months)." in [n.template for n in estimates_table(found).notes]
    assert any("with Months as the time at risk" in s.template for s in methods(held, "m"))


def test_without_time_everybody_counts_alike_and_clusters_widen_the_error(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    alone = study(swap=COUNTS, m="{outcome: calls, exposure: arm, effect: rate ratio}")
    mean = table.groupby("arm")["calls"].mean()
    assert value(one(people(alone, table), alone), "estimate") == pytest.approx(mean["Peer"] / mean["Usual"], rel=1e-9)
    grouped = study(
        "{kind: cohort, cluster: programme}", swap=COUNTS, m="{outcome: calls, exposure: arm, effect: rate ratio}"
    )
    held = people(grouped, table, cluster=table["home"].tolist())
    found = one(held, grouped)
    assert found.fitted[0].coefficients is not None and found.fitted[0].coefficients.errors == "CR2"


def test_of_a_sample_the_ratio_is_weighted(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    weight = np.where(table["age"] > 40, 3.0, 1.0)
    for effect, outcome in (("rate ratio", "calls"), ("risk ratio", "well, event: Well")):
        time = ", time: months" if outcome == "calls" else ""
        held = study(
            "{kind: cross-sectional survey, weight: w}",
            swap=COUNTS,
            m=f"{{outcome: {outcome}, exposure: arm, effect: {effect}{time}}}",
        )
        found = one(people(held, table, weight=weight.tolist()), held)
        y = table["calls"] if outcome == "calls" else (table["well"] == "Well").astype(float)
        base = table["months"] if time else pd.Series(1.0, index=table.index)
        rate = (y * weight).groupby(table["arm"]).sum() / (base * weight).groupby(table["arm"]).sum()
        assert value(found, "estimate") == pytest.approx(rate["Peer"] / rate["Usual"], rel=1e-8)


def test_a_group_without_an_event_has_no_ratio_and_the_reason_is_said(study: MakeStudy, people: MakePeople) -> None:
    held = study(m="{outcome: well, event: Well, exposure: arm, effect: risk ratio}")
    table = made_up()
    table.loc[table["arm"] == "Peer", "well"] = "Unwell"
    found = one(people(held, table), held)
    assert found.remarks[0].template == "The unadjusted model was not estimated: one group of arm=Peer has no event."


def test_what_is_no_count_has_no_rate(study: MakeStudy, people: MakePeople) -> None:
    held = study(swap=COUNTS, m="{outcome: calls, exposure: arm, effect: rate ratio}")
    table = made_up()
    table.loc["f:2", "calls"] = 1.5
    assert "the outcome is not a count" in one(people(held, table), held).remarks[0].template


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("{outcome: well, event: Well, exposure: arm, effect: rate ratio}",
         "'well' has levels, and levels have no mean."),
        ("{outcome: score, exposure: arm, effect: risk ratio}",
         "the effect 'risk ratio' needs an outcome with two levels, and 'score' is a number."),
        ("{outcome: score, exposure: arm, mediator: age, effect: rate ratio}",
         "what goes by way of a mediator is not told of rate ratios."),
        ("{outcome: score, exposure: arm, time: age}", "only a rate ratio is of a time at risk."),
        ("{outcome: score, exposure: arm, effect: rate ratio, time: site}",
         "'site' is not the number that a rate is of."),
    ],
)  # fmt: skip
def test_a_ratio_that_the_outcome_does_not_have_is_a_mistake(
    study: MakeStudy, people: MakePeople, spec: str, told: str
) -> None:
    held = study(m=spec)
    with pytest.raises(Mistakes) as caught:
        fit(people(held, made_up()), held)
    assert any(told in str(mistake) for mistake in caught.value.mistakes)


def test_ratios_are_logs_and_differences_are_not(study: MakeStudy) -> None:
    for effect, ratio in (("risk ratio", True), ("odds ratio", True), ("risk difference", False)):
        held = study(m=f"{{outcome: well, event: Well, exposure: arm, effect: {effect}}}")
        assert declared(held, "m").ratio is ratio
