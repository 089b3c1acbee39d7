"""Numbers beyond what they can be: risks above one, spreads that are none, values in the wrong order or unweighted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import scipy

from pipeline.cleaning.cleaned import People
from pipeline.models.estimates import Modelled
from pipeline.models.fit import fit
from pipeline.models.marginal import Average, Averages
from pipeline.models.standardised import within_risks
from pipeline.results import Key
from pipeline.study import Study

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
BEYOND = "go beyond what risks can be"


def drawn(n: int = 120, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    made = pd.DataFrame({"arm": np.where(np.arange(n) % 2, "Peer", "Usual"), "age": rng.uniform(20, 70, n)})
    made["born"] = rng.exponential(1, n).round(2)
    made["well"] = np.where(rng.random(n) < np.minimum(0.98, 0.35 + 0.4 * made["born"]), "Well", "Unwell")
    made["score"] = rng.normal(size=n)
    return made


def one(study: MakeStudy, people: MakePeople, table: pd.DataFrame, model: str, design: str = "{kind: cohort}",
        **keys: object) -> Modelled:  # fmt: skip
    made = study(design, m=model)
    (found,) = fit(people(made, table, **keys), made).models
    return found


def at(found: Modelled, level: str, kind: str, statistic: str, term: str = "born") -> float:
    return found.results.get(Key("model", "m", term, level, f"adjustment=unadjusted;standardised={kind}", statistic))


def said(found: Modelled) -> str:
    return " | ".join(sentence.template for sentence in found.remarks)


def test_risks_above_one_are_not_told_and_a_sentence_says_so(study: MakeStudy, people: MakePeople) -> None:
    spec = "{outcome: well, event: Well, exposure: born, effect: risk ratio, compare: [0, 6]}"
    found = one(study, people, drawn(), spec)
    for kind in ("mean", "difference"):
        assert all(np.isnan(at(found, "higher value", kind, word)) for word in ("estimate", "ci_low", "ci_high"))
    assert 0 < at(found, "lower value", "mean", "ci_low") < at(found, "lower value", "mean", "ci_high") < 100
    assert BEYOND in said(found)


def test_risks_within_what_they_can_be_keep_their_intervals(study: MakeStudy, people: MakePeople) -> None:
    found = one(study, people, drawn(), "{outcome: well, event: Well, exposure: born, effect: risk ratio}")
    assert at(found, "higher value", "mean", "ci_high") < 100 and BEYOND not in said(found)


@pytest.mark.parametrize(("each", "told"), [(6, False), (18, True)])
def test_a_difference_of_risks_beyond_one_is_not_told_of_odds_ratios_either(
    study: MakeStudy, people: MakePeople, each: int, told: bool
) -> None:
    """One in six against five in six. By hand: HC3's variance of a share is its squared residuals over (n - 1)^2."""
    well = np.arange(each) % 6 < 1
    table = pd.DataFrame(
        {"arm": np.repeat(["Usual", "Peer"], each), "well": np.where([*well, *~well], "Well", "Unwell")},
        index=[f"f:{i}" for i in range(2 * each)],
    )
    found = one(study, people, table, "{outcome: well, event: Well, exposure: arm, effect: odds ratio}")
    variance = 2 * ((well - 1 / 6) ** 2).sum() / (each - 1) ** 2
    half = scipy.stats.t.ppf(0.975, 2 * each - 2) * np.sqrt(variance)
    assert (4 / 6 + half <= 1) == told
    assert at(found, "Peer", "difference", "estimate", "arm") == pytest.approx(400 / 6, rel=1e-6)
    ends = [at(found, "Peer", "difference", word, "arm") for word in ("ci_low", "ci_high")]
    expected = [100 * (4 / 6 - half), 100 * (4 / 6 + half)] if told else [np.nan, np.nan]
    assert ends == pytest.approx(expected, rel=1e-6, nan_ok=True)
    assert 0 < at(found, "Peer", "mean", "ci_low", "arm") < at(found, "Peer", "mean", "ci_high", "arm") < 100
    assert ("they are not told" in said(found)) != told


def test_a_mean_may_be_above_one(study: MakeStudy, people: MakePeople) -> None:
    table = drawn().assign(score=lambda t: np.round(t["born"] * 5))
    found = one(study, people, table, "{outcome: score, exposure: arm, effect: rate ratio}")
    assert at(found, "Peer", "mean", "ci_high", "arm") > 1 and BEYOND not in said(found)


@pytest.mark.parametrize(
    ("risks", "kept"),
    [
        (((0.5, 0.4, 0.6), (0.9, 0.8, 1.01), (0.4, 0.2, 0.6)), (True, False, True)),
        (((0.5, 0.4, 0.6), (0.9, 0.8, 1.0), (0.4, 0.2, 1.1)), (True, True, False)),
        (((0.9, 0.8, 1.0), (0.1, 0.0, 0.9), (-0.8, -1.2, -0.4)), (True, True, False)),
        (((1.1, 0.8, 1.5), (0.9, 0.8, 0.95), (-0.2, -0.3, -0.1)), (False, True, False)),
    ],
)
def test_which_intervals_are_kept(risks: tuple[tuple[float, ...], ...], kept: tuple[bool, ...]) -> None:
    first, second, less = (Average(value, 0.1, 50, low, high) for value, low, high in risks)
    made = within_risks(Averages((first, second), (less,)))
    assert tuple(np.isfinite([one.low, one.high]).all() for one in (*made.at, *made.less)) == kept
    told = [one.estimate for one in (*made.at, *made.less)]
    if first.estimate > 1:  # no risk, and no difference from one
        assert np.isnan(told[0]) and told[1] == second.estimate and np.isnan(told[2])
    else:
        assert told == [one[0] for one in risks]


def test_a_value_that_no_risk_reaches_is_no_number(study: MakeStudy, people: MakePeople) -> None:
    spec = "{outcome: well, event: Well, exposure: born, effect: risk ratio, compare: [0, 1000000]}"
    found = one(study, people, drawn(), spec)
    assert np.isnan(at(found, "higher value", "mean", "estimate")) and BEYOND in said(found)


@pytest.mark.parametrize("turned", [False, True])
def test_declared_values_in_any_order_are_the_lower_and_the_higher(
    study: MakeStudy, people: MakePeople, turned: bool
) -> None:
    values = "[2, 0.5]" if turned else "[0.5, 2]"
    spec = f"{{outcome: well, event: Well, exposure: born, effect: odds ratio, compare: {values}}}"
    found = one(study, people, drawn(), spec)
    value = found.results.frame.query("statistic == 'value'")
    assert dict(zip(value["level"], value["value"], strict=True)) == {"lower value": 0.5, "higher value": 2}
    assert at(found, "higher value", "difference", "estimate") > 0


def test_quartiles_of_a_sample_are_those_of_its_people(study: MakeStudy, people: MakePeople) -> None:
    """Whole weights: as many people as each stands for."""
    table = drawn(160).assign(born=lambda t: np.repeat(np.arange(8.0), 20))
    weight = np.repeat([1, 1, 1, 2, 3, 5, 8, 13], 20)
    spec = "{outcome: well, event: Well, exposure: born, effect: odds ratio}"
    design = "{kind: cross-sectional survey, weight: w}"
    found = one(study, people, table, spec, design, weight=weight.astype(float))
    value = found.results.frame.query("statistic == 'value'")["value"].tolist()
    assert value == np.quantile(np.repeat(table["born"], weight), [0.25, 0.75]).tolist() == [5, 7]


@pytest.mark.parametrize(
    "values",
    [
        lambda n: np.where(np.arange(n) == 0, 1e-300, 0.0),  # its variance is nought
        lambda n: np.arange(n) * 1e200,  # and infinite
        lambda n: 1e20 + (np.arange(n) == 0) * 20000.0,  # and less than its mean can be told to
    ],
)
@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_a_moderator_whose_spread_is_no_number_is_a_sentence(
    study: MakeStudy, people: MakePeople, values: Callable[[int], np.ndarray]
) -> None:
    table = drawn().assign(age=lambda t: values(len(t)))
    found = one(study, people, table, "{outcome: score, exposure: arm, moderator: age}")
    assert "Effects by Age were not estimated" in said(found)


@pytest.mark.parametrize("size", [1e-200, 1e200])
@pytest.mark.filterwarnings("ignore:overflow encountered")
@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_an_outcome_whose_spread_is_no_number_has_no_e_value(study: MakeStudy, people: MakePeople, size: float) -> None:
    table = drawn().assign(score=lambda t: ((t["arm"] == "Peer") * 1.0 + np.arange(len(t)) * 0.01) * size)
    found = one(study, people, table, "{outcome: score, exposure: arm}")
    assert "e_value" not in set(found.results.frame["statistic"])


@pytest.mark.parametrize(("values", "told"), [("[30, 60]", False), ("[10, 80]", False), ("[30, 900]", True)])
def test_values_that_nobody_is_near_are_told(study: MakeStudy, people: MakePeople, values: str, told: bool) -> None:
    """Ages run from 20 to 70: a quarter of that beyond is near enough."""
    spec = f"{{outcome: well, event: Well, exposure: age, effect: odds ratio, compare: {values}}}"
    found = one(study, people, drawn(), spec)
    caveats = [one.template for one in found.remarks if one.caveat and "Beyond the data" in one.template]
    words = "nobody analysed has a value of Age near one of the two that are compared; declare others with compare."
    assert caveats == ([f"Beyond the data: {words}"] if told else [])
