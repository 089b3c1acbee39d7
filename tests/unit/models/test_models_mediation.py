"""Natural effects: checked values, the published formulas, slow standardisation, and what has no answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models.coefficients import NotEstimable
from pipeline.models.linear import INTERCEPT
from pipeline.models.mediation import (
    NaturalEffects,
    closed_form,
    monte_carlo,
    proportion,
    proportion_mediated,
)  # fmt: skip
from pipeline.models.mediation_rows import Question, lay_out, lay_out_sets
from pipeline.models.natural_effects import EFFECTS
from pipeline.models.quadrature import nodes
from pipeline.models.survey import SurveyDesign, survey_linear, survey_logistic
from pipeline.models.two_models import Both
from pipeline.models.units import linearised
from tests.mediated import expit, made_up, slow_effects, slow_fit, slow_means

ASKED = Question("a", "m", "y", ("c", "d"))
FORMS = {
    "linear, linear": ASKED,
    "binary mediator": replace(ASKED, mediator="mb", binary_mediator=True),
    "binary outcome": replace(ASKED, outcome="yb", binary_outcome=True),
    "both binary": replace(ASKED, mediator="mb", outcome="ym", binary_mediator=True, binary_outcome=True),
}
SCALES = {
    name: ("difference", *(("risk ratio", "odds ratio") if q.binary_outcome else ())) for name, q in FORMS.items()
}
EVERY = [replace(FORMS[name], scale=scale) for name in FORMS for scale in SCALES[name]]
RARE = [replace(q, rare=True) for q in EVERY if q.scale == "odds ratio"]


def named(asked: Question) -> str:
    return f"{asked.mediator} {asked.outcome} {asked.scale}" + (" rare" if asked.rare else "")


def test_checked_values(golden_folder: Path) -> None:
    """As R's regmedint gives them; a trial of liver disease, given away by R's package survival."""
    table = pd.read_csv(golden_folder / "pbc.csv")
    at = {"age": 50.0, "male": 1.0, "stage": 2.0}
    found = closed_form(lay_out(table, Question("trt", "bili", "alk.phos", tuple(at), 1.1, 2.3, 1.4, at=at)))
    values = [-215.777231, -224.521196, 68.995649, -184.857310, 29.331763, -155.525547]
    assert found.estimate == pytest.approx(values, rel=0, abs=6e-7)
    assert found.std_error == pytest.approx([337.368, 345.361, 70.586, 327.844, 43.183, 338.805], rel=0, abs=6e-4)
    assert float(proportion(found.estimate, ratios=False)) == pytest.approx(-0.443629, rel=0, abs=6e-7)
    told = proportion_mediated(found)
    assert (told.estimate, told.reason) == (None, "the interval of the total effect holds no effect")


def test_coefficients_behind_the_checked_values(golden_folder: Path, golden: Callable[..., float]) -> None:
    table = pd.read_csv(golden_folder / "pbc.csv")
    asked = Question("trt", "bili", "alk.phos", ("age", "male", "stage"), held=0.0)
    laid = lay_out(table, asked)
    both, direct = Both.of(laid), closed_form(laid).of("cde")
    error = np.sqrt(np.diag(both.vcov))
    mediator, outcome = "mediator model bili~trt+age+male+stage", "outcome model alk.phos~trt*bili+age+male+stage"
    values = both.parameters.joined()
    for case, term, found in (
        *((mediator, term, (values[i], error[i])) for i, term in enumerate(("age", "male", "stage", "trt"), start=1)),
        *((outcome, term, (values[i], error[i])) for i, term in enumerate(("age", "male", "stage"), start=6)),
        (outcome, "trt:bili", (values[11], error[11])),
        (outcome, "trt", direct[:2]),
    ):
        known = tuple(golden("pbc", case, term, statistic) for statistic in ("estimate", "std_error"))
        assert found == pytest.approx(known, rel=1e-8)


def test_without_interaction_it_is_the_product_of_coefficients(golden: Callable[..., float]) -> None:
    table = pd.read_csv(Path(__file__).parents[2] / "golden" / "clusters.csv")
    found = closed_form(lay_out(table, Question("support", "iso", "out", ("age",), interaction=False)))
    for effect, path in (("tnie", "indirect"), ("pnie", "indirect"), ("pnde", "direct"), ("te", "total")):
        value = golden("clusters", "mediation support->iso->out | age", path, "estimate")
        assert found.of(effect)[0] == pytest.approx(value, rel=1e-8)


def test_a_weighted_sample_gives_the_survey_packages_product(
    real_data: Callable[..., Path], golden: Callable[..., float]
) -> None:
    import pyreadstat

    table, _ = pyreadstat.read_dta(str(real_data("gss2018", "GSS2018.dta")))
    help_kinds = table[["hlpsick", "hlpdown", "hlpadvce", "hlphome", "hlpsococ"]]
    table["lon"] = table[["lonely1", "lonely2", "lonely3"]].mean(axis=1, skipna=False)
    table["sup_n"] = (help_kinds != 7).sum(axis=1).where(help_kinds.notna().all(axis=1))
    table["female"] = (table["sex"] == 2).astype(float)
    design = SurveyDesign.of(table["wtssall"].to_numpy(), table["vstrat"].to_numpy(), table["vpsu"].to_numpy())
    asked = Question("sup_n", "lon", "unhappy", ("age", "female", "educ"), interaction=False)
    domain = table[["sup_n", "lon", "unhappy", *asked.adjust]].notna().all(axis=1).to_numpy()
    found = closed_form(lay_out(table, asked, design=design, domain=domain), "linearised")
    case = "survey-weighted mediation sup_n->lon->unhappy | age female educ"
    for effect, path in (("tnie", "indirect"), ("pnde", "direct")):
        assert found.of(effect)[0] == pytest.approx(golden("gss2018", case, path, "estimate"), rel=1e-8)
    whole = "survey-weighted linear unhappy~lon+sup_n+age+female+educ"
    assert found.of("pnde")[1] == pytest.approx(golden("gss2018", whole, "sup_n", "std_error"), rel=1e-8)


def test_the_standard_error_of_a_product_is_sobels() -> None:
    table = made_up()
    laid = lay_out(table, replace(ASKED, interaction=False))
    both, found = Both.of(laid), closed_form(laid)
    a, b = both.parameters.beta[-1], both.parameters.theta[-2]
    var_a, var_b = both.mediator.vcov[-2, -2], both.outcome.vcov[-2, -2]
    assert found.of("tnie")[:2] == pytest.approx((a * b, np.sqrt(b**2 * var_a + a**2 * var_b)), rel=1e-10)


@pytest.mark.parametrize("mediator", ["m", "mb"])
def test_a_rare_outcome_has_the_published_odds_ratios(mediator: str) -> None:
    """Valeri & VanderWeele 2013, as they print them."""
    table, at, binary = made_up(800), {"c": 0.4, "d": 1.0}, mediator == "mb"
    asked = Question("dose", mediator, "yb", ("c", "d"), -0.5, 1.2, 1.0, binary, True, True, "odds ratio", True, at)
    full = table.assign(am=table["dose"] * table[mediator])
    beta, s2 = slow_fit(full, mediator, ["dose", "c", "d"], binary, np.ones(800))
    theta, _ = slow_fit(full, "yb", ["dose", mediator, "am", "c", "d"], True, np.ones(800))
    a0, a1, t1, t2, t3 = -0.5, 1.2, theta["dose"], theta[mediator], theta["am"]
    base = beta["one"] + beta["c"] * 0.4 + beta["d"]
    b1 = beta["dose"]

    def direct(a: float) -> float:
        if not binary:
            return (t1 + t3 * (base + b1 * a + t2 * s2)) * (a1 - a0) + t3**2 * s2 * (a1**2 - a0**2) / 2
        under = base + b1 * a
        return t1 * (a1 - a0) + np.log((1 + np.exp(t2 + t3 * a1 + under)) / (1 + np.exp(t2 + t3 * a0 + under)))

    def indirect(a: float) -> float:
        if not binary:
            return (t2 + t3 * a) * b1 * (a1 - a0)
        low, high, step = base + b1 * a0, base + b1 * a1, t2 + t3 * a
        return np.log((1 + np.exp(low)) * (1 + np.exp(step + high)) / ((1 + np.exp(high)) * (1 + np.exp(step + low))))

    found = closed_form(lay_out(table, asked))
    slow = [(t1 + t3) * (a1 - a0), direct(a0), indirect(a1), direct(a1), indirect(a0), direct(a0) + indirect(a1)]
    assert found.estimate == pytest.approx(slow, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("asked", EVERY, ids=named)
@pytest.mark.parametrize("at", [None, {"c": 0.3, "d": 1.0}])
def test_effects_are_those_of_slow_standardisation(asked: Question, at: dict[str, float] | None) -> None:
    table, asked = made_up(), replace(asked, at=at, held=1.0)
    found = closed_form(lay_out(table, asked))
    slow = slow_effects(slow_means(table, asked, 1.0, np.ones(len(table))), asked.scale)
    assert found.estimate == pytest.approx(slow, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("asked", EVERY, ids=named)
def test_effects_under_weights_are_those_of_slow_standardisation(asked: Question) -> None:
    table, asked = made_up(), replace(asked, held=1.0)
    weight = np.random.default_rng(2).uniform(0.2, 3, len(table))
    found = closed_form(lay_out(table, asked, design=SurveyDesign.of(weight)), "linearised")
    # weights of mean one: the residual variance counts rows
    slow = slow_effects(slow_means(table, asked, 1.0, weight / weight.mean()), asked.scale)
    assert found.estimate == pytest.approx(slow, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize("asked", EVERY + RARE, ids=named)
def test_derivatives_are_those_of_small_steps(asked: Question) -> None:
    """Influence of a row on the effects: what a little more weight for it changes."""
    table, step = made_up(60, seed=3), 1e-4
    asked = replace(asked, held=1.0)
    flat = Both.of(lay_out(table, asked, design=SurveyDesign.of(np.ones(60))))
    influence = flat.effect_influence()
    for row in (0, 17, 41):
        moved = []
        for sign in (1, -1):
            weight = np.ones(60)
            weight[row] += sign * step
            laid = lay_out(table, asked, design=SurveyDesign.of(weight))
            moved.append(closed_form(laid, "linearised").estimate)
        assert influence[row] == pytest.approx((moved[0] - moved[1]) / (2 * step), rel=1e-5, abs=1e-7)


@pytest.mark.parametrize("asked", EVERY + RARE, ids=named)
def test_monte_carlo_agrees_with_the_closed_form_within_its_own_error(asked: Question) -> None:
    laid = lay_out(made_up(2500), asked)
    exact, drawn = closed_form(laid), monte_carlo(laid, 1000, np.random.default_rng(5))
    assert drawn.estimate == pytest.approx(exact.estimate)
    # a standard deviation of 1000 draws has a relative error of 1 / sqrt(2000); the delta method a small one of its own
    assert drawn.std_error == pytest.approx(exact.std_error, rel=4 / np.sqrt(2000))
    error_of_a_limit = 2.8 * exact.std_error / np.sqrt(1000)
    assert (np.abs(drawn.low - exact.low) < 4 * error_of_a_limit).all()
    assert (np.abs(drawn.high - exact.high) < 4 * error_of_a_limit).all()
    assert (drawn.method, drawn.errors, len(drawn.draws), drawn.failed) == ("Monte Carlo", "model", 1000, {})


def test_a_residual_variance_has_the_error_of_a_chi_square() -> None:
    """Var(s^2) = 2 sigma^4 / (n - k), so that the log's is 2 / (n - k), as in regmedint."""
    both = Both.of(lay_out(made_up(90), ASKED))
    assert np.diag(both.vcov)[-2:] == pytest.approx([2 / (90 - 4), 2 / (90 - 6)])


def test_monte_carlo_is_the_same_for_the_same_stream() -> None:
    laid = lay_out(made_up(), ASKED)
    first, again, other = (monte_carlo(laid, 200, np.random.default_rng(s)) for s in (1, 1, 2))
    assert (first.draws == again.draws).all()
    assert (first.draws != other.draws).any()


def test_linearised_errors_of_each_model_are_those_of_the_survey_package() -> None:
    table = made_up(240)
    rng = np.random.default_rng(8)
    design = SurveyDesign.of(rng.uniform(0.5, 2, 240), np.repeat(np.arange(6), 40), np.repeat(np.arange(24), 10))
    domain = np.arange(240) % 5 > 0
    x = table[["c", "d", "a", "m"]]
    x = x - np.average(x, weights=np.where(domain, design.weight, 0.0), axis=0)
    x = x.assign(am=x["a"] * x["m"])
    x.insert(0, INTERCEPT, 1.0)
    for asked, fitter in ((ASKED, survey_linear), (FORMS["binary outcome"], survey_logistic)):
        both = Both.of(lay_out(table, asked, design=design, domain=domain))
        vcov = linearised(both.influence, both.laid.units)
        known = fitter(x, table[asked.outcome].to_numpy(), design, domain)
        assert both.parameters.theta == pytest.approx(known.estimate, rel=1e-8)
        assert vcov[4:10, 4:10] == pytest.approx(known.vcov, rel=1e-7)
        assert both.laid.units.df == design.degf(domain)


def test_linearised_errors_of_rows_are_about_the_models_own_where_these_are_true() -> None:
    laid = lay_out(made_up(20000), ASKED)
    assert closed_form(laid, "linearised").std_error == pytest.approx(closed_form(laid).std_error, rel=0.05)


def test_rows_outside_the_domain_change_nothing_but_units() -> None:
    table = made_up(120)
    domain = np.arange(120) >= 20
    inside, spoilt = table.loc[domain], table.copy()
    spoilt.loc[~domain, :] = np.nan
    unit = np.repeat(np.arange(12), 10)
    some = closed_form(lay_out(spoilt, ASKED, unit, domain=domain), "linearised")
    alone = closed_form(lay_out(inside, ASKED, unit[domain]), "linearised")
    assert some.estimate == pytest.approx(alone.estimate)
    assert some.std_error == pytest.approx(alone.std_error)
    design = SurveyDesign.of(np.where(domain, 1.0, 5.0), psu=unit)
    sample = closed_form(lay_out(spoilt, ASKED, design=design, domain=domain), "linearised")
    assert sample.estimate == pytest.approx(alone.estimate)
    # two more units, which add nothing but the factor: 12 / 11 instead of 10 / 9
    assert sample.std_error == pytest.approx(alone.std_error * np.sqrt(12 / 11 / (10 / 9)))


def test_few_clusters_are_told() -> None:
    table = made_up(380)
    few = closed_form(lay_out(table, ASKED, np.arange(380) % 19), "linearised")
    enough = closed_form(lay_out(table, ASKED, np.arange(380) % 20), "linearised")
    assert (few.few_units, enough.few_units, few.df, enough.df) == (True, False, 18.0, 19.0)


def test_a_yes_or_no_outcome_in_a_linear_model_is_told() -> None:
    assert lay_out(made_up(), replace(ASKED, outcome="yb")).linear_chance
    assert lay_out(made_up().assign(yb=lambda held: held["yb"] + 1), replace(ASKED, outcome="yb")).linear_chance
    assert not lay_out(made_up(), FORMS["binary outcome"]).linear_chance
    assert not lay_out(made_up(), ASKED).linear_chance


def test_an_exposure_that_nobody_comes_near_to_is_told() -> None:
    assert not lay_out(made_up(), replace(ASKED, high=1.2)).beyond
    assert lay_out(made_up(), replace(ASKED, high=3.0)).beyond


def test_a_covariate_that_others_explain_is_dropped_and_named() -> None:
    table = made_up().assign(twice=lambda t: 2 * t["c"])
    laid = lay_out(table, replace(ASKED, adjust=("c", "twice", "d"), at={"c": 0.1, "twice": 0.2, "d": 0.0}))
    assert laid.dropped == ("twice",)
    known = lay_out(table, replace(ASKED, at={"c": 0.1, "d": 0.0}))
    assert closed_form(laid).estimate == pytest.approx(closed_form(known).estimate)


def test_several_adjustment_sets_stand_on_the_same_rows() -> None:
    table = made_up()
    sets = {"none": (), "age": ("c",), "all": ("c", "d")}
    found = lay_out_sets(table, replace(ASKED, at={"c": 0.0, "d": 1.0}), sets)
    assert {name: laid.covariates for name, laid in found.items()} == {"none": 0, "age": 1, "all": 2}
    alone = closed_form(lay_out(table, replace(ASKED, adjust=("c",), at={"c": 0.0})))
    assert closed_form(found["age"]).estimate == pytest.approx(alone.estimate)
    table.loc[[3, 5], "d"] = np.nan
    with pytest.raises(NotEstimable) as refused:
        lay_out_sets(table, ASKED, sets)
    assert str(refused.value) == "2 rows lack a covariate of one of the sets: all sets are asked of the same rows"


drawn = st.fixed_dictionaries(
    {"seed": st.integers(0, 999), "form": st.sampled_from(EVERY), "low": st.floats(-1, 0.4), "high": st.floats(0.6, 2)}
)


@given(drawn)
@settings(max_examples=40)
def test_the_total_is_the_sum_of_either_pair(case: dict) -> None:
    asked = replace(case["form"], low=case["low"], high=case["high"])
    found = dict(zip(EFFECTS, closed_form(lay_out(made_up(200, case["seed"]), asked)).estimate, strict=True))
    assert found["te"] == pytest.approx(found["pnde"] + found["tnie"], abs=1e-12)
    assert found["te"] == pytest.approx(found["tnde"] + found["pnie"], abs=1e-12)


@given(drawn)
@settings(max_examples=40)
def test_without_interaction_a_linear_outcome_has_one_direct_and_one_indirect_effect(case: dict) -> None:
    asked = replace(case["form"], low=case["low"], high=case["high"], interaction=False)
    laid = lay_out(made_up(200, case["seed"]), asked)
    found, errors = (
        dict(zip(EFFECTS, v, strict=True)) for v in (closed_form(laid).estimate, closed_form(laid).std_error)
    )
    if asked.binary_outcome:
        return
    for one, other in (("tnie", "pnie"), ("pnde", "tnde"), ("pnde", "cde")):
        assert found[one] == pytest.approx(found[other], abs=1e-11)
        assert errors[one] == pytest.approx(errors[other], rel=1e-8)


@given(st.integers(0, 10_000), st.floats(0.01, 100), st.floats(0.01, 100), st.floats(-50, 50))
@settings(max_examples=40)
def test_units_of_measurement_only_change_the_unit(seed: int, scale_y: float, scale_m: float, shift: float) -> None:
    table = made_up(150, seed)
    before = closed_form(lay_out(table, ASKED))
    other = table.assign(y=shift + scale_y * table["y"], m=shift + scale_m * table["m"], a=shift + scale_m * table["a"])
    asked = replace(ASKED, low=shift, high=shift + scale_m)
    after = closed_form(lay_out(other, asked))
    assert after.estimate == pytest.approx(scale_y * before.estimate, rel=1e-6, abs=1e-7 * scale_y)
    assert after.std_error == pytest.approx(scale_y * before.std_error, rel=1e-6)


@pytest.mark.parametrize("asked", EVERY, ids=named)
def test_a_path_that_is_not_there_has_no_indirect_effect(asked: Question) -> None:
    """Each person stands four times in the table, with both exposures and both mediators: nothing links them."""
    half = made_up(100)
    rows = []
    for a in (0.0, 1.0):
        for twist in (0.0, 1.0):
            mediator = half["m"] + twist if asked.mediator == "m" else np.full(len(half), twist)
            rows.append(half.assign(a=a, **{asked.mediator: mediator}))
    table = pd.concat(rows, ignore_index=True)
    rng = np.random.default_rng(4)
    linear = -0.5 + 0.5 * table["a"] + 0.3 * table[asked.mediator] + 0.2 * table["c"]
    noise = rng.normal(size=len(table))
    table[asked.outcome] = (
        (rng.random(len(table)) < expit(linear)).astype(float) if asked.binary_outcome else linear + noise
    )
    found = closed_form(lay_out(table, asked))
    assert [found.of("tnie")[0], found.of("pnie")[0]] == pytest.approx([0, 0], abs=1e-9)
    assert found.of("pnde")[0] == pytest.approx(found.of("te")[0])


def test_the_proportion_is_told_only_where_it_means_something() -> None:
    laid = lay_out(made_up(2000), ASKED)
    found = closed_form(laid)
    told = proportion_mediated(found)
    assert told.estimate == pytest.approx(found.of("tnie")[0] / found.of("te")[0])
    assert told.low < told.estimate < told.high and told.reason == ""  # type: ignore[operator]
    drawn = proportion_mediated(monte_carlo(laid, 4000, np.random.default_rng(1)))
    assert (drawn.low, drawn.high) == pytest.approx((told.low, told.high), abs=0.03)
    against = proportion_mediated(changed(found, pnde=2.0, tnie=-0.5, te=1.5))
    assert (against.estimate, against.reason) == (
        None,
        "the direct and the indirect effect point in different directions",
    )
    assert proportion_mediated(replace(found, low=found.low * np.nan)).reason == "the total effect has no interval"
    unsure = replace(found, low=found.low - 10)
    assert proportion_mediated(unsure).reason == "the interval of the total effect holds no effect"


def changed(found: NaturalEffects, **values: float) -> NaturalEffects:
    return replace(found, estimate=np.array([values.get(name, 0.0) for name in EFFECTS]))


def test_the_proportion_of_ratios_is_of_excess_risk() -> None:
    asked = replace(FORMS["binary outcome"], scale="risk ratio")
    found = closed_form(lay_out(made_up(4000), asked))
    ll, hl, hh = np.exp(np.array([0.0, found.of("pnde")[0], found.of("te")[0]]))
    told = proportion_mediated(found)
    assert told.estimate == pytest.approx((hh - hl) / (hh - ll))
    difference = closed_form(lay_out(made_up(4000), FORMS["binary outcome"]))
    assert told.estimate == pytest.approx(proportion_mediated(difference).estimate)
    assert (told.low, told.high) == pytest.approx(
        (proportion_mediated(difference).low, proportion_mediated(difference).high), rel=1e-6
    )


def test_the_mean_over_a_normal_keeps_ten_digits() -> None:
    fine = np.linspace(-12, 12, 40_001)
    density = np.exp(-(fine**2) / 2) / np.exp(-(fine**2) / 2).sum()
    for spread in (0.2, 0.5, 0.51, 1.0, 1.01, 2.0, 2.01, 4.0, 9.7, 40.0, 100.0):
        z, weight = nodes(spread)
        for middle in (-6.0, -1.3, 0.4, 3.0):
            assert weight @ expit(middle + spread * z) == pytest.approx(
                density @ expit(middle + spread * fine), abs=1e-10
            )


def broken(**columns: object) -> pd.DataFrame:
    return made_up(40).assign(**columns)


@pytest.mark.parametrize(
    ("table", "asked", "said"),
    [
        (broken(a=1.0), ASKED, "the exposure is the same for everyone who is left"),
        (broken(m=2.0), ASKED, "the mediator is the same for everyone who is left"),
        (broken(y=2.0), ASKED, "the outcome is the same for everyone who is left"),
        (broken(m=lambda t: t["a"]), ASKED, "other terms of the model explain the mediator m wholly"),
        (broken(m=lambda t: 1 - 2 * t["a"]), ASKED, "other terms of the model explain the mediator m wholly"),
        (broken(a=lambda t: t["d"]), ASKED, "other terms of the model explain the exposure a wholly"),
        (broken(mb=lambda t: t["a"] * t["mb"]), FORMS["binary mediator"],
         "other terms of the model explain the interaction a x mb wholly"),
        (broken(), replace(ASKED, mediator="a"), "a is both the exposure and the mediator"),
        (broken(), replace(ASKED, outcome="m"), "m is both the mediator and the outcome"),
        (broken(), replace(ASKED, adjust=("c", "y")), "y, the outcome, is in its own adjustment set"),
        (broken(), replace(ASKED, adjust=("m",)), "m, the mediator, is in its own adjustment set"),
        (broken(), replace(ASKED, adjust=("c", "c")), "a covariate is named twice"),
        (broken(), replace(ASKED, low=1.0), "the exposure at 1 is compared with itself"),
        (broken(mb=lambda t: t["mb"] + 1), FORMS["binary mediator"],
         "mb, a binary mediator, holds other numbers than 0 and 1"),
        (broken(yb=lambda t: t["yb"] / 2), FORMS["binary outcome"],
         "yb, a binary outcome, holds other numbers than 0 and 1"),
        (broken(), replace(FORMS["binary mediator"], held=0.5), "mb, a binary mediator, can't be held at 0.5"),
        (broken(), replace(ASKED, scale="risk ratio"), "a risk ratio needs a binary outcome"),
        (broken(), replace(FORMS["binary outcome"], rare=True),
         "the closed form for a rare outcome gives odds ratios of a binary outcome and nothing else"),
        (broken(), replace(ASKED, at={"c": 1.0}),
         "effects at values of the covariates need a value of each covariate and of nothing else"),
        (broken(c=lambda t: t["c"].where(t.index > 2)), ASKED,
         "3 rows lack a value: a mediation is asked of complete rows"),
        (broken(mb=lambda t: t["c"] > 0), replace(FORMS["binary mediator"], adjust=("c",), interaction=False),
         "the mediator is predicted perfectly (separation) by c, a"),
        (broken(yb=lambda t: t["a"]), replace(FORMS["binary outcome"], adjust=(), interaction=False),
         "the outcome is predicted perfectly (separation) by a, m"),
        (broken(y=lambda t: 1 + t["m"]), ASKED,
         "the model fits everyone exactly, which leaves no error to be estimated"),
        (broken().iloc[[0, 1, 2, 3, 4, 6]], ASKED, "the rows are no more than the coefficients"),
        (broken().iloc[:0], ASKED, "no row has every value"),
    ],
)  # fmt: skip
def test_what_has_no_answer_says_why(table: pd.DataFrame, asked: Question, said: str) -> None:
    with pytest.raises(NotEstimable) as refused:
        closed_form(lay_out(table, asked))
    assert str(refused.value) == said


def test_errors_of_the_models_own_are_refused_where_they_do_not_hold() -> None:
    table = made_up(60)
    for laid in (
        lay_out(table, ASKED, np.repeat(np.arange(6), 10)),
        lay_out(table, ASKED, design=SurveyDesign.of(np.ones(60))),
    ):
        for way in (closed_form, lambda held: monte_carlo(held, 100, np.random.default_rng(1))):
            with pytest.raises(NotEstimable) as refused:
                way(laid)
            assert str(refused.value) == "errors of the models' own do not hold for weighted rows or rows in clusters"
    with pytest.raises(NotEstimable, match="^all rows belong to one cluster$"):
        lay_out(table, ASKED, np.zeros(60))
    alone = SurveyDesign.of(np.ones(60), np.repeat(np.arange(6), 10), np.repeat(np.arange(6), 10))
    with pytest.raises(NotEstimable, match="^the design has no more sampling units than strata$"):
        closed_form(lay_out(table, ASKED, design=alone), "linearised")
