"""Other ways to allow for clusters, ordered outcomes, separation and few clusters: from a declaration to numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes
from pipeline.models.coefficients import NotEstimable
from pipeline.models.estimates import Modelled
from pipeline.models.firth import firth
from pipeline.models.fit import fit
from pipeline.models.gee import gee, gee_errors
from pipeline.models.joint import wald_f
from pipeline.models.kenward_roger import kenward_roger
from pipeline.models.linear import INTERCEPT, hc3, ols
from pipeline.models.methods import methods
from pipeline.models.mixed import mixed
from pipeline.models.ordered import cumulative_logit, model_errors
from pipeline.models.wild import wild_cluster
from pipeline.results import Key
from pipeline.study import Study
from pipeline.tables.estimates import estimates_table
from pipeline.tables.words import inside_sentence

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
COHORT = "{kind: cohort, cluster: programme}"
HEALTH = ("  note: {type: text}", "  note: {type: text}\n  health: {type: ordered, codes: {1: Poor, 2: Fair, 3: Good}}")


def made_up(n: int = 120, clusters: int = 8) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    home = np.arange(n) % clusters
    arm = np.where(rng.uniform(size=n) < 0.5, "Peer", "Usual")
    latent = (arm == "Peer") * 0.8 + rng.normal(size=clusters)[home] * 0.5 + rng.logistic(size=n)
    return pd.DataFrame(
        {
            "arm": arm,
            "age": rng.integers(20, 70, n).astype(float),
            "score": 10 + latent + rng.normal(size=n),
            "well": np.where(latent > 0.3, "Well", "Unwell"),
            "health": np.array(["Poor", "Fair", "Good"])[np.digitize(latent, (-0.5, 1.2))],
            "home": [f"H{i}" for i in home],
        },
        index=[f"f:{i}" for i in range(n)],
    )


def one(people: MakePeople, study: Study, table: pd.DataFrame, cluster: bool = True) -> Modelled:
    held = people(study, table, cluster=table["home"].tolist()) if cluster else people(study, table)
    (found,) = fit(held, study).models
    return found


def value(found: Modelled, statistic: str, group: str = "unadjusted") -> float:
    return found.results.get(Key("model", found.name, "arm", "Peer", f"adjustment={group}", statistic))


def said(found: Modelled) -> str:
    return " | ".join(sentence.template for sentence in found.remarks)


def design(table: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({INTERCEPT: 1.0, "arm=Peer": (table["arm"] == "Peer").astype(float)}, index=table.index)


def test_a_mixed_model_takes_a_random_intercept_and_kenward_and_rogers_errors(
    study: MakeStudy, people: MakePeople
) -> None:
    table, held = made_up(), study(COHORT, m="{outcome: score, exposure: arm, adjust: [age], clustering: mixed}")
    found = one(people, held, table)
    codes = pd.factorize(table["home"], sort=True)[0]
    other = kenward_roger(mixed(design(table), table["score"].to_numpy(), codes))
    at = other.position("arm=Peer")
    assert value(found, "estimate") == pytest.approx(other.estimate[at], rel=1e-8)
    assert value(found, "df") == pytest.approx(other.df[at], rel=1e-6)
    assert found.fitted[1].coefficients is not None and found.fitted[1].coefficients.errors == "Kenward-Roger"
    assert any("random intercept" in n.template for n in estimates_table(found).notes)
    assert any("Kenward & Roger (1997)" in s.template for s in methods(held, "m"))


def test_clusters_that_do_not_differ_are_told(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    table["score"] -= table.groupby("home")["score"].transform("mean")  # all clusters have one mean
    found = one(people, study(COHORT, m="{outcome: score, exposure: arm, clustering: mixed}"), table)
    assert "the variance between them is estimated as zero" in said(found)


@pytest.mark.parametrize(
    ("outcome", "link"), [("well, event: Well, effect: odds ratio", "logit"), ("score", "identity")]
)
def test_gee_is_of_answers_that_correlate_alike(
    study: MakeStudy, people: MakePeople, outcome: str, link: str
) -> None:  # fmt: skip
    table = made_up()
    held = study(COHORT, m=f"{{outcome: {outcome}, exposure: arm, clustering: gee}}")
    found = one(people, held, table)
    y = (table["well"] == "Well").to_numpy(float) if link == "logit" else table["score"].to_numpy()
    other = gee(design(table), y, pd.factorize(table["home"], sort=True)[0], link)  # type: ignore[arg-type]
    errors = gee_errors(other, "Kauermann-Carroll", "clusters less coefficients")
    middle = np.exp(errors.estimate[1]) if link == "logit" else errors.estimate[1]
    assert value(found, "estimate") == pytest.approx(middle, rel=1e-8)
    assert value(found, "std_error") == pytest.approx(errors.std_error[1], rel=1e-8)
    assert value(found, "df") == 6


def test_of_rows_that_stand_for_themselves_there_are_no_clusters_to_allow_for(
    study: MakeStudy, people: MakePeople
) -> None:
    held = study("{kind: cohort}", m="{outcome: score, exposure: arm, clustering: mixed}")
    assert "there are no clusters to allow for" in said(one(people, held, made_up(), cluster=False))


def test_an_ordered_outcome_has_an_odds_ratio_of_a_higher_answer(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    held = study(
        "{kind: cohort}",
        swap=HEALTH,
        m="{outcome: health, exposure: arm, effect: cumulative odds ratio, adjust: [age]}",
    )
    found = one(people, held, table, cluster=False)
    codes = table["health"].map({"Poor": 0, "Fair": 1, "Good": 2}).to_numpy()
    other = model_errors(cumulative_logit(design(table).drop(columns=INTERCEPT), codes, ("a", "b")))
    assert (
        value(found, "estimate") == pytest.approx(np.exp(other.estimate[2]), rel=1e-8) and value(found, "estimate") > 1
    )
    assert value(found, "std_error") == pytest.approx(other.std_error[2], rel=1e-8)
    assert 0 < value(found, "p_proportional", "adjusted") < 1
    assert "Brant's test: P {p_proportional0}" in said(found)
    assert any("odds ratios of a higher answer" in s.template for s in methods(held, "m"))


def test_an_ordered_outcome_in_clusters_and_in_samples(study: MakeStudy, people: MakePeople) -> None:
    table, spec = made_up(), "{outcome: health, exposure: arm, effect: cumulative odds ratio}"
    alone = one(people, study("{kind: cohort}", swap=HEALTH, m=spec), table, cluster=False)
    grouped = one(people, study(COHORT, swap=HEALTH, m=spec), table)
    assert value(grouped, "estimate") == pytest.approx(value(alone, "estimate"), rel=1e-10)
    assert value(grouped, "df") == 6 and value(grouped, "std_error") != value(alone, "std_error")
    sample = study("{kind: cross-sectional survey, weight: w}", swap=HEALTH, m=spec)
    (weighted,) = fit(people(sample, table, weight=[2.0] * len(table)), sample).models
    assert value(weighted, "estimate") == pytest.approx(value(alone, "estimate"), rel=1e-8)


def test_a_level_that_nobody_has_is_no_cut(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    table.loc[table["health"] == "Fair", "health"] = "Good"
    held = study(
        swap=HEALTH, design="{kind: cohort}", m="{outcome: health, exposure: arm, effect: cumulative odds ratio}"
    )
    found = one(people, held, table, cluster=False)
    share = (table["health"] == "Good").groupby(table["arm"]).mean()
    odds = share / (1 - share)
    assert value(found, "estimate") == pytest.approx(odds["Peer"] / odds["Usual"], rel=1e-6)


def test_separated_answers_have_firths_odds_ratio_and_it_is_told(study: MakeStudy, people: MakePeople) -> None:
    """No event in one arm: Firth's is that of a table with a half added to each cell."""
    table = made_up()
    table.loc[table["arm"] == "Usual", "well"] = "Unwell"
    held = study("{kind: cohort}", m="{outcome: well, event: Well, exposure: arm, effect: odds ratio}")
    found = one(people, held, table, cluster=False)
    cells = pd.crosstab(table["arm"], table["well"]) + 0.5
    odds = cells["Well"] / cells["Unwell"]
    assert value(found, "estimate") == pytest.approx(odds["Peer"] / odds["Usual"], rel=1e-6)
    other = firth(design(table), (table["well"] == "Well").to_numpy(float))
    assert value(found, "p") == pytest.approx(other.p[1], rel=1e-8)
    assert value(found, "ci_low") == pytest.approx(np.exp(other.interval()[0][1]), rel=1e-6)
    assert "Firth's penalised likelihood, which shrinks them" in said(found)


def test_few_clusters_have_p_of_every_sign_vector_and_the_least_that_there_is(
    study: MakeStudy, people: MakePeople
) -> None:
    table = made_up(clusters=7)
    found = one(people, study(COHORT, m="{outcome: score, exposure: arm}"), table)
    codes = pd.factorize(table["home"], sort=True)[0]
    other = wild_cluster(ols(design(table), table["score"].to_numpy()), codes, "arm=Peer", np.random.default_rng(1))
    assert value(found, "p_wild") == other.p and value(found, "p_smallest") == 2 / 2**7
    assert "P is Peer {p_wild0}; the smallest that so few clusters can give is {p_smallest0}" in said(found)
    many = one(people, study(COHORT, m="{outcome: score, exposure: arm}"), made_up(clusters=13))
    assert "wild cluster bootstrap" not in said(many)


@pytest.mark.parametrize(
    ("design_", "spec", "told"),
    [
        (COHORT, "{outcome: well, exposure: arm, clustering: mixed}", "a mixed model gives no risk difference."),
        (COHORT, "{outcome: well, exposure: arm, effect: risk ratio, clustering: gee}", "GEE gives no risk ratio."),
        (COHORT, "{outcome: score, exposure: arm, mediator: age, clustering: gee}",
         "GEE tells no part that goes by way of a mediator."),
        ("{kind: cross-sectional survey, weight: w}", "{outcome: score, exposure: arm, clustering: mixed}",
         "a mixed model takes no weights, and the design has some."),
        (COHORT, "{outcome: score, exposure: arm, effect: cumulative odds ratio}", "needs an outcome with two levels"),
        (COHORT, "{outcome: site, exposure: arm, effect: cumulative odds ratio}", "has 3, which have no order."),
    ],
)  # fmt: skip
def test_what_a_way_does_not_give_is_a_mistake(
    study: MakeStudy, people: MakePeople, design_: str, spec: str, told: str
) -> None:
    held = study(design_, m=spec)
    with pytest.raises(Mistakes) as caught:
        fit(people(held, made_up()), held)
    assert any(told in str(mistake) for mistake in caught.value.mistakes)


def test_a_random_intercept_is_refused_where_people_have_several_rows_or_clusters_are_few(
    study: MakeStudy, people: MakePeople
) -> None:
    held = study(COHORT, m="{outcome: score, exposure: arm, clustering: mixed}")
    table = made_up(clusters=4)
    assert "fewer than 5 clusters do not tell how clusters differ" in said(one(people, held, table))
    table = made_up()
    again = people(held, table, cluster=table["home"].tolist())
    again.keys["people"]["id"] = [f"p{i // 2}" for i in range(len(table))]
    (found,) = fit(again, held).models
    assert "people have several rows, which a random intercept for each cluster takes" in said(found)


def test_the_adjusted_models_wild_p_is_that_of_every_sign_vector_refitted(study: MakeStudy, people: MakePeople) -> None:
    """By hand: residuals of the model without the exposure, each cluster's turned or not, and CR1S statistics."""
    table = made_up(n=60, clusters=6)
    found = one(people, study(COHORT, m="{outcome: score, exposure: arm, adjust: [age]}"), table)
    codes, y = pd.factorize(table["home"], sort=True)[0], table["score"].to_numpy()
    x = np.column_stack([np.ones(len(y)), table["age"], table["arm"] == "Peer"]).astype(float)
    bread = np.linalg.inv(x.T @ x)

    def statistic(outcome: np.ndarray) -> float:
        b = bread @ x.T @ outcome
        scores = np.array([x[codes == c].T @ (outcome - x @ b)[codes == c] for c in range(6)]) @ bread
        return float(b[2] / np.sqrt((scores[:, 2] ** 2).sum()))

    null = x[:, :2] @ np.linalg.lstsq(x[:, :2], y, rcond=None)[0]
    signs = np.array([[1.0 if i >> c & 1 else -1.0 for c in range(6)] for i in range(2**6)])
    drawn = np.array([abs(statistic(null + (y - null) * s[codes])) for s in signs])
    expected = np.mean(drawn >= abs(statistic(y)) * (1 - 1e-9))
    assert value(found, "p_wild", "adjusted") == pytest.approx(expected, abs=1e-12)


def test_a_name_keeps_its_capital_inside_a_sentence() -> None:
    assert inside_sentence("Patient Health Questionnaire") == "Patient Health Questionnaire"
    assert inside_sentence("Perceived support (MSPSS)") == "perceived support (MSPSS)"
    assert inside_sentence("Role") == "role" and inside_sentence("HIV status") == "HIV status"


def sloping(seed: int = 3, clusters: int = 30, each: int = 12, sd: float = 1.5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    home = np.repeat(np.arange(clusters), each)
    exposed = rng.random(len(home)) < 0.5
    effect = 2 + sd * rng.normal(size=clusters)[home]
    score = 10 + rng.normal(size=clusters)[home] + effect * exposed + rng.normal(size=len(home))
    arm = np.where(exposed, "Peer", "Usual")
    table = {"arm": arm, "score": score, "age": rng.normal(40, 5, len(home)), "home": [f"H{i:02}" for i in home]}
    return pd.DataFrame(table, index=[f"f:{i}" for i in range(len(home))])


def test_sleepstudy_is_what_lme4_documents(study: MakeStudy, people: MakePeople, golden_folder: Path) -> None:
    """Reaction ~ Days + (Days | Subject): slope 10.467, standard error 1.546, 17 df, SD of slopes 5.92 and of what is
    left 25.6 (Bates et al. 2015, sect. 4, and lmerTest's help)."""
    raw = pd.read_csv(golden_folder / "sleepstudy.csv")
    table = pd.DataFrame({"score": raw["Reaction"], "age": raw["Days"] * 1.0, "home": raw["Subject"].astype(str)})
    table.index = [f"f:{i}" for i in range(len(table))]
    made = study(COHORT, m="{outcome: score, exposure: age, clustering: random slope}")
    found = one(people, made, table)
    key = Key("model", "m", "age", "", "adjustment=unadjusted")
    told = {s: found.results.get(key._replace(statistic=s)) for s in ("estimate", "std_error", "df", "slope_sd")}
    assert told["estimate"] == pytest.approx(10.467, abs=5e-4)
    assert told["std_error"] == pytest.approx(1.546, abs=5e-4)
    assert told["df"] == pytest.approx(17.0, abs=5e-3)
    assert told["slope_sd"] == pytest.approx(5.92, abs=5e-3)
    assert any("a random slope of the exposure, which correlate, fitted" in s.template for s in found.methods)


def test_a_slope_that_differs_makes_the_error_larger_and_is_told(study: MakeStudy, people: MakePeople) -> None:
    table = sloping()
    alike, apart = (
        one(people, study(COHORT, m=f"{{outcome: score, exposure: arm, adjust: [age], clustering: {how}}}"), table)
        for how in ("mixed", "random slope")
    )
    assert value(apart, "std_error", "adjusted") > 1.5 * value(alike, "std_error", "adjusted")
    sd = apart.results.get(Key("model", "m", "arm", "", "adjustment=adjusted", "slope_sd"))
    assert 1.0 < sd < 2.2
    (said,) = [one for one in apart.fits if "slope_sd" in one.template]
    assert said.template == "In the adjusted model the effect differs between clusters with an SD of {slope_sd}."
    assert not any("slope_sd" in one.template for one in alike.fits)
    (note,) = [n.template for n in estimates_table(apart).notes if "random slope" in n.template]
    assert "a random intercept and a random slope of the exposure for each cluster (REML)" in note


def test_slopes_that_do_not_differ_are_told_as_singular(study: MakeStudy, people: MakePeople) -> None:
    made = study(COHORT, m="{outcome: score, exposure: arm, clustering: random slope}")
    found = [one(people, made, sloping(seed, 12, 8, 0.0)) for seed in range(6)]
    assert any("a variance between them is estimated as zero" in s.template for each in found for s in each.remarks)


def test_what_a_random_slope_does_not_go_with_is_told_at_once(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    made = study(COHORT, m="{outcome: score, exposure: site, clustering: random slope, moderator: arm}")
    with pytest.raises(Mistakes) as told:
        fit(people(made, table, cluster=table["home"].tolist()), made)
    assert [str(one).split(": ", 1)[1] for one in told.value.mistakes] == [
        "'site' has several columns, and a random slope is of one. Regroup it into two levels, or write clustering: "
        "mixed.",
        "a random slope and 'moderator' do not go together. Leave one of them out.",
    ]


@pytest.mark.parametrize(
    ("design", "spec", "named"),
    [
        (COHORT, "outcome: score, exposure: arm", "statsmodels"),
        (COHORT, "outcome: score, exposure: arm, clustering: mixed", ""),
        (COHORT, "outcome: score, exposure: arm, clustering: gee", ""),
        (COHORT, "outcome: health, exposure: arm, effect: cumulative odds ratio", ""),
        ("{kind: cohort}", "outcome: health, exposure: arm, effect: cumulative odds ratio", ""),
        ("{kind: cohort, weight: w}", "outcome: score, exposure: arm", "svy"),
        ("{kind: cohort, weight: w}", "outcome: health, exposure: arm, effect: cumulative odds ratio", ""),
    ],
)
def test_methods_name_a_package_where_it_fits_and_nowhere_else(
    study: MakeStudy, design: str, spec: str, named: str
) -> None:
    text = " ".join(s.template for s in methods(study(design, swap=HEALTH, m=f"{{{spec}}}"), "m"))
    assert [word for word in ("statsmodels", "svy") if word in text] == ([named] if named else [])
    assert "maximum likelihood" in text or "cumulative" not in text


@pytest.mark.parametrize("effect", ["", ", effect: risk ratio"])
@pytest.mark.parametrize("kind", ["people", "clusters", "sample"])
@pytest.mark.parametrize("few", ["West", "North"])
def test_levels_without_an_event_have_no_error_and_no_test_of_rounding(
    study: MakeStudy, people: MakePeople, few: str, kind: str, effect: str
) -> None:
    """Nobody had the event at two of three levels: that they differ by nothing is no finding, and what was left of
    their error was rounding (of two that are held against a third, what they differ by)."""
    sample = "{kind: cross-sectional survey, weight: w, psu: p}"
    keys = {"people": [], "clusters": ["cluster"], "sample": ["weight", "psu"]}[kind]
    design = {"people": "{kind: cohort}", "clusters": COHORT, "sample": sample}[kind]
    for seed in (37, 42, 69, 74, 79):
        rng = np.random.default_rng(seed)
        k, n = int(rng.integers(2, 5)), int(rng.integers(60, 900))
        site = rng.integers(0, k + 1, n) % 3
        chance = np.where(site == ("North", "South", "West").index(few), 0.4, 0.0)
        well = np.where(rng.random(n) < chance, "Unwell" if effect else "Well", "Well" if effect else "Unwell")
        table = pd.DataFrame(
            {"site": np.array(["North", "South", "West"])[site], "well": well}, index=[f"f:{i}" for i in range(n)]
        )
        made = study(design, m=f"{{outcome: well, event: Well, exposure: site{effect}}}")
        cluster = (np.arange(n) % 40).astype(str)
        columns = {"cluster": cluster, "psu": cluster, "weight": rng.uniform(0.5, 3, n)}
        (found,) = fit(people(made, table, **{key: columns[key] for key in keys}), made).models
        told = found.results.lookup()
        at = Key("model", "m", "site", "South", "adjustment=unadjusted", "std_error")
        assert np.isnan(told[tuple(at)]) == (few == "West")
        assert not [key for key in told if key[-1] == "p_joint"]
        said = " ".join(sentence.template for sentence in found.remarks)
        none = "one of them has" if few == "West" else "a combination of the coefficients has"
        assert f"of all levels of Site together: {none} no standard error." in said and "too few for so" not in said


def test_rounding_is_no_error_of_several_levels_together() -> None:
    """Levels that are held against a third, each without an event: in some of many such samples rounding left their
    differences an error, and a P value of 1e-28 with it."""
    for seed in range(30, 90):
        rng = np.random.default_rng(seed)
        k, n = int(rng.integers(2, 5)), int(rng.integers(60, 900))
        site = rng.integers(0, k + 1, n)
        y = np.where(site == 0, rng.random(n) < 0.4, 0).astype(float)
        x = pd.DataFrame({INTERCEPT: 1.0, **{f"level {j}": (site == j) * 1.0 for j in range(1, k + 1)}})
        with pytest.raises(NotEstimable, match="^a combination of the coefficients has no standard error$"):
            wald_f(hc3(ols(x, y)), list(x.columns[1:]))
