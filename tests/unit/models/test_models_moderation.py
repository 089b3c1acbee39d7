"""Effects by level of a moderator; their slow twins are formulas of statsmodels, R's clubSandwich, and strata alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import draft, release
from pipeline.models import moderation_numbers
from pipeline.models.check import check_models
from pipeline.models.cluster import clustered
from pipeline.models.counts import poisson
from pipeline.models.declared import Declared, declared
from pipeline.models.domain import Standing
from pipeline.models.estimates import Modelled
from pipeline.models.fit import fit
from pipeline.models.frame import Frame, frame
from pipeline.models.joint import joint_test
from pipeline.models.jointly import jointly
from pipeline.models.linear import hc3, logistic, ols
from pipeline.models.methods import methods
from pipeline.models.moderation import CHOSEN, moderate
from pipeline.models.moderation_numbers import INTERACTION
from pipeline.models.regress import design_matrix, regress
from pipeline.results import KEY, Key
from pipeline.study import Study, parse_study
from pipeline.tables.estimates import estimates_table
from pipeline.tables.fill import fill

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
COHORT = "{kind: cohort, cluster: programme}"
GOLDEN = Path(__file__).parents[2] / "golden"


def made_up(n: int = 240, clusters: int = 20, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    home = np.arange(n) % clusters
    arm = np.where(rng.uniform(size=n) < 0.5, "Peer", "Usual")
    site = np.array(["North", "South", "West"])[rng.integers(0, 3, n)]
    latent = (arm == "Peer") * (0.3 + 0.9 * (site == "South")) + rng.normal(size=clusters)[home] * 0.5
    latent += rng.logistic(size=n)
    return pd.DataFrame(
        {
            "arm": arm,
            "site": site,
            "age": rng.integers(20, 70, n).astype(float),
            "born": rng.integers(1, 9, n).astype(float),
            "score": 10 + latent + rng.normal(size=n),
            "well": np.where(latent > 0.3, "Well", "Unwell"),
            "home": [f"H{i:02}" for i in home],
        },
        index=[f"f:{i}" for i in range(n)],
    )


def one(people: MakePeople, study: Study, table: pd.DataFrame, cluster: bool = True, **keys: object) -> Modelled:
    keys |= {"cluster": table["home"].tolist()} if cluster else {}
    (found,) = fit(people(study, table, **keys), study).models
    return found


def said(found: Modelled) -> str:
    return " | ".join(sentence.template for sentence in found.remarks)


def at(found: Modelled, term: str, level: str, statistic: str = "estimate", group: str = "unadjusted") -> float:
    return found.results.get(Key("model", found.name, term, level, f"adjustment={group}", statistic))


def reference(formula: str, table: pd.DataFrame, term: str) -> tuple[float, float, float]:
    """Estimate, standard error and P of one coefficient by statsmodels' formulas with HC3 and a t on rows less
    coefficients."""
    made = smf.ols(formula, table).fit(cov_type="HC3", use_t=True)
    return float(made.params[term]), float(made.bse[term]), float(made.pvalues[term])


def test_simple_effects_are_those_of_a_formula_in_which_each_level_in_turn_is_the_reference(
    study: MakeStudy, people: MakePeople
) -> None:
    table = made_up()
    held = study("{kind: cohort}", m="{outcome: score, exposure: arm, moderator: site, adjust: [age]}")
    found = one(people, held, table, cluster=False)
    peer = "C(arm, Treatment('Usual'))[T.Peer]"
    for group, rest in (("unadjusted", ""), ("adjusted", " + age")):
        for site in ("North", "South", "West"):
            formula = f"score ~ C(arm, Treatment('Usual')) * C(site, Treatment('{site}')){rest}"
            told = [at(found, "site", site, s, group) for s in ("estimate", "std_error", "p")]
            assert told == pytest.approx(reference(formula, table, peer), rel=1e-8)
        made = smf.ols(formula, table).fit(cov_type="HC3", use_t=True)
        products = [i for i, name in enumerate(made.params.index) if ":" in name]
        test = made.f_test(np.eye(len(made.params))[products])
        said = [at(found, INTERACTION, "", s, group) for s in ("p_joint", "df", "df2")]
        assert said == pytest.approx([float(test.pvalue), 2, test.df_denom], rel=1e-7)


def test_an_exposure_that_is_a_number_and_a_moderator_that_is_one(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    held = study("{kind: cohort}", m="{outcome: score, exposure: born, moderator: age, moderator_at: [30, 52.5]}")
    found = one(people, held, table, cluster=False)
    for value in (30, 52.5):
        told = [at(found, "age", f"{value:g}", s) for s in ("estimate", "std_error", "p")]
        assert told == pytest.approx(reference(f"score ~ born * I(age - {value})", table, "born"), rel=1e-8)
    told = [at(found, INTERACTION, "", s) for s in ("estimate", "std_error", "p")]
    assert told == pytest.approx(reference("score ~ born * age", table, "born:age"), rel=1e-8)


def test_values_that_nobody_declared_are_results_with_two_digits_of_the_sd(
    study: MakeStudy, people: MakePeople
) -> None:
    table = made_up()
    held = study("{kind: cohort}", m="{outcome: score, exposure: arm, moderator: age}")
    found = one(people, held, table, cluster=False)
    mean, sd = round(table["age"].mean()), round(table["age"].std())  # an SD of some ten years: whole years
    for label, value in zip(CHOSEN, (mean - sd, mean, mean + sd), strict=True):
        key = Key("model", "m", "age", label, "All", "at")
        assert found.results.get(key) == value
        formula = f"score ~ C(arm, Treatment('Usual')) * I(age - {value})"
        told = at(found, "age", label)
        assert told == pytest.approx(reference(formula, table, "C(arm, Treatment('Usual'))[T.Peer]")[0], rel=1e-8)
    assert any("{at0}, {at1} and {at2}" in note.template for note in estimates_table(found).notes)


def test_people_in_clusters_have_what_clubsandwich_has(study: MakeStudy, people: MakePeople) -> None:
    """R clubSandwich 0.5.8 of ``clusters.csv``, roles PR, PS, PL: ``coef_test(lm(iso~role+role:support,d), "CR2",
    d$prog)`` and ``Wald_test(lm(iso~role*support,d), constrain_zero(5:6), "CR2", d$prog)``."""
    d = pd.read_csv(GOLDEN / "clusters.csv")
    table = pd.DataFrame({"score": d["iso"], "born": d["support"], "age": d["age"].astype(float)})
    table["site"] = d["role"].map({"PR": "North", "PS": "South", "PL": "West"})
    table["home"] = d["prog"]
    table.index = [f"f:{i}" for i in range(len(d))]
    held = study(COHORT, m="{outcome: score, exposure: born, moderator: site}",
                 j="{outcome: score, exposure: site, adjust: [age]}")  # fmt: skip
    found, together = fit(people(held, table, cluster=table["home"].tolist()), held).models
    theirs = {
        "North": (-0.242272925333, 0.124140952792, 2.38750684759, 0.169164456974),
        "South": (-0.600304582351, 0.234883908173, 1.97542652274, 0.126552443983),
        "West": (-0.512320489681, 0.246128236773, 3.68053792654, 0.111866930337),
    }
    for site, values in theirs.items():
        told = [at(found, "site", site, s) for s in ("estimate", "std_error", "df", "p")]
        assert told == pytest.approx(values, rel=1e-9)
    told = [at(found, INTERACTION, "", s) for s in ("p_joint", "df", "df2")]
    assert told == pytest.approx([0.34956570805, 2, 2.32068542141], rel=1e-9)
    # Wald_test(lm(iso~role+age,d), constrain_zero(2:3), …)
    told = [at(together, "site", "", s, "adjusted") for s in ("p_joint", "df", "df2")]
    assert told == pytest.approx([0.656702884693, 2, 3.63137505951], rel=1e-9)


def test_joint_tests_of_other_regressions_in_clusters_are_clubsandwichs() -> None:
    """``Wald_test(glm(bin~iso+support, …), constrain_zero(2:3), "CR2", d$prog)``, binomial and Poisson; R's residuals
    of its own working model leave a relative 1e-8."""
    d = pd.read_csv(GOLDEN / "clusters.csv")
    x = pd.DataFrame({"(Intercept)": 1.0, "iso": d["iso"], "support": d["support"]})
    y, codes = d["bin"].to_numpy(float), pd.factorize(d["prog"])[0]
    for start, theirs in (
        (logistic(x, y), (9.45573884479, 2, 2.88783782101, 0.0540041112646)),
        (poisson(x, y), (0.984585916511, 2, 2.78668185037, 0.474841109239)),
    ):
        assert tuple(joint_test(start, codes, ["iso", "support"])) == pytest.approx(theirs, rel=1e-7)
        alone, single = joint_test(start, codes, ["iso"]), clustered(start, codes)
        assert (alone.df2, alone.p) == pytest.approx((single.df[1], single.p[1]), rel=1e-10)


@pytest.mark.parametrize(
    ("design", "spec", "keys"),
    [
        ("{kind: cohort}", "outcome: score, exposure: site", {}),
        (COHORT, "outcome: score, exposure: site, clustering: mixed", {}),
        (COHORT, "outcome: score, exposure: site, clustering: gee", {}),
        (COHORT, "outcome: well, event: Well, exposure: site, effect: odds ratio", {}),
        (COHORT, "outcome: well, event: Well, exposure: site, effect: risk ratio", {}),
        ("{kind: cross-sectional survey, weight: w, psu: home}", "outcome: score, exposure: site", {"weight": "w"}),
    ],
)
def test_the_joint_test_of_one_level_is_its_own(
    study: MakeStudy, people: MakePeople, design: str, spec: str, keys: dict[str, str]
) -> None:
    """``jointly`` with one of the terms is t squared on the same degrees of freedom, and of both not less certain than
    chance would have it: P is the same whichever level is the reference."""
    table = made_up()
    held = study(design, m=f"{{{spec}}}")
    more = {"weight": np.linspace(0.5, 2, len(table)), "psu": table["home"].tolist()} if keys else {}
    made = people(held, table, cluster=table["home"].tolist(), **more)
    model = declared(held, "m")
    here = frame(made, held, model)
    x, _ = design_matrix(model, here, here.exposure, None)
    found = regress(x, here.y, here, model.effect, model.clustering)
    single = jointly(model, here, x, found, ["site=South"])
    i = found.position("site=South")
    assert single.p == pytest.approx(found.p[i], rel=1e-7) and single.df2 == pytest.approx(found.df[i], rel=1e-7)
    both = jointly(model, here, x, found, ["site=South", "site=West"])
    turned = x.assign(**{"site=South": 1 - x["site=South"] - x["site=West"]})
    other = regress(turned, here.y, here, model.effect, model.clustering)
    again = jointly(model, here, turned, other, ["site=South", "site=West"])
    assert both.p == pytest.approx(again.p, rel=1e-6) and both.df2 == pytest.approx(again.df2, rel=1e-6)


def test_samples_have_walds_f_on_the_designs_degrees_of_freedom(study: MakeStudy, people: MakePeople) -> None:
    """By hand from the estimates and their covariance, as R survey's ``regTermTest`` of a ``svyglm``."""
    table = made_up()
    held = study("{kind: cross-sectional survey, weight: w, psu: home}",
                 m="{outcome: score, exposure: site, moderator: arm}")  # fmt: skip
    made = people(held, table, weight=np.linspace(0.5, 2, len(table)), psu=table["home"].tolist())
    (found,) = fit(made, held).models
    coefficients = found.fitted[0].coefficients
    assert coefficients is not None
    b, v = coefficients.estimate[1:], coefficients.vcov[1:, 1:]
    wald = float(b @ np.linalg.inv(v) @ b) / 2
    assert at(found, "site", "", "p_joint") == pytest.approx(scipy.stats.f.sf(wald, 2, 20 - 1 + 1 - 3), rel=1e-9)
    assert at(found, "site", "", "df2") == 17
    # site by arm: a mean a cell, and so the simple effects of each arm are differences of weighted means
    weight = np.linspace(0.5, 2, len(table))
    mean = {k: np.average(table["score"].to_numpy()[ix], weights=weight[ix])
            for k, ix in table.groupby(["arm", "site"]).indices.items()}  # fmt: skip
    for arm in ("Peer", "Usual"):
        told = found.results.get(Key("model", "m", "arm", arm, "adjustment=unadjusted;site=West", "estimate"))
        assert told == pytest.approx(mean[arm, "West"] - mean[arm, "North"], rel=1e-9)
    assert at(found, INTERACTION, "", "df2") == 20 - 1 + 1 - 6


@pytest.mark.parametrize("effect", ["risk difference", "risk ratio", "odds ratio"])
def test_effects_on_chances_are_those_of_the_strata_alone(study: MakeStudy, people: MakePeople, effect: str) -> None:
    table = made_up()
    spec = f"{{outcome: well, event: Well, exposure: arm, moderator: site, effect: {effect}}}"
    found = one(people, study("{kind: cohort}", m=spec), table, cluster=False)
    ratios = []
    for site in ("North", "South", "West"):
        share = (table["well"] == "Well")[table["site"] == site].groupby(table["arm"]).mean()
        a, b = share["Peer"], share["Usual"]
        expected = {"risk difference": a - b, "risk ratio": a / b, "odds ratio": a / (1 - a) / (b / (1 - b))}[effect]
        assert at(found, "site", site) == pytest.approx(expected, rel=1e-6)
        ratios.append(expected)
        assert found.results.get(Key("model", "m", "site", site, "All", "events")) == round(
            share["Peer"] * ((table["site"] == site) & (table["arm"] == "Peer")).sum()
            + share["Usual"] * ((table["site"] == site) & (table["arm"] == "Usual")).sum()
        )
    notes = " ".join(note.template for note in estimates_table(found).notes)
    assert ("multiplicative" in notes) == (effect != "risk difference") and ("additive" in notes) != (
        "multiplicative" in notes
    )
    two = table[table["site"] != "West"]
    found = one(people, study("{kind: cohort}", m=spec), two, cluster=False)
    told = at(found, INTERACTION, "")
    expected = ratios[1] - ratios[0] if effect == "risk difference" else ratios[1] / ratios[0]
    assert told == pytest.approx(expected, rel=1e-6)


def test_rates_and_other_ways_to_allow_for_clusters(study: MakeStudy, people: MakePeople) -> None:
    """A stratum alone has the same rate ratio; mixed models and GEE the test of the product that they would have with
    the product written as a covariate."""
    table = made_up()
    table["born"] = np.random.default_rng(1).poisson(3, len(table)).astype(float)
    rates = study("{kind: cohort}", m="{outcome: born, exposure: arm, moderator: site, effect: rate ratio, time: age}")
    found = one(people, rates, table, cluster=False)
    here = table[table["site"] == "South"].groupby("arm")[["born", "age"]].sum()
    rate = here["born"] / here["age"]
    assert at(found, "site", "South") == pytest.approx(rate["Peer"] / rate["Usual"], rel=1e-8)
    table["well"] = np.where(table["site"] == "South", "Well", "Unwell")  # two levels: one product
    for clustering in ("mixed", "gee"):
        held = study(COHORT, m=f"{{outcome: score, exposure: age, moderator: well, clustering: {clustering}}}")
        found = one(people, held, table)
        other = table.assign(born=table["age"] * (table["well"] == "Unwell"), score_=table["score"])
        twin = study(COHORT, m=f"{{outcome: score, exposure: born, adjust: [age, well], clustering: {clustering}}}")
        told = one(people, twin, other)
        for s in ("estimate", "std_error", "df", "p"):
            assert at(found, INTERACTION, "", s) == pytest.approx(at(told, "born", "", s, "adjusted"), rel=1e-6)


def test_separated_strata_have_firths_odds_ratio_and_likelihood_ratio(study: MakeStudy, people: MakePeople) -> None:
    """Nobody well among those as usual in the South: strata are saturated, so that each has a half added to each
    cell."""
    table = made_up()
    table.loc[(table["site"] == "South") & (table["arm"] == "Usual"), "well"] = "Unwell"
    spec = "{outcome: well, event: Well, exposure: arm, moderator: site, effect: odds ratio}"
    found = one(people, study("{kind: cohort}", m=spec), table, cluster=False)
    for site in ("North", "South", "West"):
        cells = pd.crosstab(table["arm"], table["well"].where(table["site"] == site)) + 0.5
        odds = cells["Well"] / cells["Unwell"]
        assert at(found, "site", site) == pytest.approx(odds["Peer"] / odds["Usual"], rel=1e-6)
    assert 0 < at(found, INTERACTION, "", "p_joint") < 1 and at(found, INTERACTION, "", "df2") == float("inf")
    assert "does not vary" not in said(found)  # Firth's likelihood takes nothing for known
    assert "In the unadjusted model of effects by Site the outcome is predicted perfectly" in said(found)
    assert "Firth's penalised likelihood, which shrinks them" in said(found)
    notes = " | ".join(fill(estimates_table(found), draft(found.results)).notes)
    assert "Effects by site, unadjusted: of Firth's penalised likelihood, with intervals and P values" in notes
    assert "Interaction: the penalised likelihood ratio test (chi-square), unadjusted on 2 degrees of freedom" in notes
    assert "Wald" not in notes
    assert "(where these are Firth's, by the penalised likelihood ratio test)" in found.methods[0].template


def whole(table: pd.DataFrame) -> pd.DataFrame:
    """Sites as wholes of clusters: each home lies in one."""
    return table.assign(site=[["North", "South", "West"][int(home[1:]) % 3] for home in table["home"]])


def test_a_moderator_of_few_whole_clusters_is_described_and_not_tested(study: MakeStudy, people: MakePeople) -> None:
    held = study(COHORT, m="{outcome: score, exposure: arm, moderator: site, adjust: [age]}")
    found = one(people, held, whole(made_up(clusters=9)))
    assert np.isfinite(at(found, "site", "South", "ci_low"))
    told = {(k[2], k[5]) for k in found.results.lookup()}
    assert ("site", "p") not in told and not {k for k in told if k[0] == INTERACTION}
    assert "site does not vary within a programme" in said(found).replace("Site", "site") and "too few" in said(found)
    assert "interaction alone" not in said(found)
    filled = fill(estimates_table(found), draft(found.results))
    assert not any("Interaction" in row.label for row in filled.rows)
    many = one(people, held, whole(made_up(clusters=20)))
    assert 0 < at(many, INTERACTION, "", "p_joint") < 1
    few = whole(made_up(clusters=20))  # many clusters, and four of them in the West
    few["site"] = np.where(few["home"] < "H04", "West", "North")
    assert not any(k[2] == INTERACTION for k in one(people, held, few).results.lookup())


def test_a_moderator_of_few_whole_sampling_units_is_described_and_not_tested(
    study: MakeStudy, people: MakePeople
) -> None:
    spec = "{outcome: score, exposure: arm, moderator: site}"

    def of(table: pd.DataFrame, psu: list[str] | None) -> Modelled:
        units = ", psu: home" if psu else ""
        held = study(f"{{kind: cross-sectional survey, weight: w{units}}}", m=spec)
        keys = {"weight": np.linspace(0.5, 2, len(table))} | ({"psu": psu} if psu else {})
        (found,) = fit(people(held, table, **keys), held).models
        return found

    few = whole(made_up(clusters=20))
    few["site"] = np.where(few["home"] < "H04", "West", "North")  # four of the units
    found = of(few, few["home"].tolist())
    assert np.isfinite(at(found, "site", "West", "ci_low"))
    told = {(k[2], k[5]) for k in found.results.lookup()}
    assert ("site", "p") not in told and not {k for k in told if k[0] == INTERACTION}
    assert "Site does not vary within a sampling unit, and those there are too few" in said(found)
    assert "12 sampling units or fewer" in found.methods[0].template
    enough = few.assign(site=np.where(few["home"] < "H05", "West", "North"))
    assert 0 < at(of(enough, enough["home"].tolist()), INTERACTION, "", "p") < 1
    alone = few.iloc[::5]  # rows that were drawn for themselves are no wholes
    assert 0 < at(of(alone, None), INTERACTION, "", "p") < 1


def test_a_stratum_of_one_cluster_has_no_interval(study: MakeStudy, people: MakePeople) -> None:
    table = made_up(clusters=13)
    table["site"] = np.where(table["home"] == "H00", "South", "North")
    held = study(COHORT, m="{outcome: score, exposure: age, moderator: site, adjust: [born]}")
    found = one(people, held, table)
    assert np.isfinite(at(found, "site", "South", "estimate", "adjusted"))
    assert np.isnan(at(found, "site", "South", "ci_low", "adjusted")) and "are at South" in said(found)
    assert np.isfinite(at(found, "site", "North", "ci_low", "adjusted"))


def test_a_level_with_nobody_or_nobody_to_compare_with_is_a_sentence(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    table.loc[table["site"] == "West", "arm"] = "Peer"
    held = study("{kind: cohort}", m="{outcome: score, exposure: arm, moderator: site, adjust: [age]}")
    found = one(people, held, table, cluster=False)
    assert np.isnan(at(found, "site", "West")) and "left at West" in said(found)
    two = table[table["site"] != "West"]
    strata = {site: two[two["site"] == site].groupby("arm")["score"].mean() for site in ("North", "South")}
    for site, mean in strata.items():
        assert at(found, "site", site) == pytest.approx(mean["Peer"] - mean["Usual"], rel=1e-9)
    apart = [mean["Peer"] - mean["Usual"] for mean in strata.values()]
    assert at(found, INTERACTION, "") == pytest.approx(apart[1] - apart[0], rel=1e-9)
    nobody = one(people, held, two, cluster=False)
    assert np.isnan(at(nobody, "site", "West")) and "left at West" in said(nobody)
    alone = one(people, held, two[two["site"] == "North"], cluster=False)
    assert "the moderator is the same for everyone" in said(alone)
    assert at(alone, "arm", "Peer") == pytest.approx(apart[0], rel=1e-9)


def test_an_exposure_with_three_levels_of_which_a_stratum_has_two(study: MakeStudy, people: MakePeople) -> None:
    """Nobody at the reference with peers: no effect there, and those as usual are not touched by it."""
    table = made_up()
    table.loc[(table["site"] == "North") & (table["arm"] == "Peer"), "site"] = "South"
    held = study("{kind: cohort}", m="{outcome: score, exposure: site, moderator: arm}")
    found = one(people, held, table, cluster=False)
    usual = table[table["arm"] == "Usual"].groupby("site")["score"].mean()
    for level in ("South", "West"):
        key = Key("model", "m", "arm", "Usual", f"adjustment=unadjusted;site={level}", "estimate")
        assert found.results.get(key) == pytest.approx(usual[level] - usual["North"], rel=1e-9)
        assert np.isnan(found.results.get(key._replace(level="Peer")))
    assert "was not tested: too few people are left at more than one value of the moderator" in said(found)


def test_effects_stand_on_the_smallest_cell_of_any_stratum(study: MakeStudy, people: MakePeople) -> None:
    """What is told of all less what is told of others is a stratum: so none is told where one is small."""
    table = made_up()
    rows = table.index[(table["site"] == "South") & (table["arm"] == "Peer")]
    table = table.drop(rows[3:])
    made = study("{kind: cohort}", m="{outcome: score, exposure: arm, moderator: site, adjust: [age]}")
    found = one(people, made, table, cluster=False)
    held = found.results.frame
    of_effects = held[(held["term"].isin(["site", INTERACTION])) & held["statistic"].isin(["estimate", "p", "p_joint"])]
    assert len(of_effects) and (of_effects["people"] == 3).all()
    told = release(found.results, made.release, made)
    assert all(told.withheld(Key(*k)) for k in of_effects[KEY].itertuples(index=False, name=None))
    assert not told.withheld(Key("model", "m", "arm", "Peer", "adjustment=adjusted", "estimate"))
    assert not told.withheld(Key("model", "m", "site", "South"))
    filled = fill(estimates_table(found), told)
    assert "[c]" in next(row for row in filled.rows if row.label == "North").cells


def test_events_count_where_nothing_is_adjusted_for(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    here = table.index[(table["site"] == "South") & (table["arm"] == "Peer")]
    table.loc[here, "well"] = ["Unwell"] * 2 + ["Well"] * (len(here) - 2)
    spec = "{outcome: well, event: Well, exposure: arm, moderator: site, adjust: [age]}"
    made = study("{kind: cohort}", m=spec)
    held = one(people, made, table, cluster=False).results.frame
    both = held[(held["term"] == "site") & (held["statistic"] == "estimate")].groupby("group")["people"].first()
    assert both["adjustment=unadjusted"] == 2 and both["adjustment=adjusted"] > 2


def test_counts_by_level_of_a_moderator_go_together_and_take_its_effects_along(
    study: MakeStudy, people: MakePeople
) -> None:
    table = made_up()
    table = table.drop(table.index[table["site"] == "West"][4:])
    made = study("{kind: cohort}", m="{outcome: score, exposure: age, moderator: site}")
    found = one(people, made, table, cluster=False)
    told = release(found.results, made.release, made)
    assert all(told.withheld(Key("model", "m", "site", level)) for level in ("North", "South", "West"))
    assert told.withheld(Key("model", "m", "site", "North", "adjustment=unadjusted", "estimate"))
    assert not told.withheld(Key("model", "m", "age", "", "adjustment=unadjusted", "estimate"))


def test_a_model_that_hides_its_rows_hides_what_a_joint_test_says_of_them(study: MakeStudy, people: MakePeople) -> None:
    table = made_up()
    table.loc[table.index[:2], "score"] = np.nan
    made = study("{kind: cohort}", m="{outcome: score, exposure: site, moderator: age}")
    found = one(people, made, table, cluster=False)
    told = release(found.results, made.release, made)
    assert told.withheld(Key("model", "m"))
    for term in ("site", INTERACTION):
        for s in ("df", "df2", "p_joint"):
            assert told.withheld(Key("model", "m", term, "", "adjustment=unadjusted", s))
    assert all(told.withheld(Key("model", "m", "age", label, "All", "at")) for label in CHOSEN)


def test_the_table_tells_levels_interaction_and_what_they_mean(study: MakeStudy, people: MakePeople) -> None:
    made = study(COHORT, m="{outcome: score, exposure: site, moderator: arm, adjust: [age]}")
    found = one(people, made, made_up())
    filled = fill(estimates_table(found), draft(found.results))
    labels = [row.label for row in filled.rows]
    assert labels[4:] == [
        "Site, by arm",
        "Usual",
        "South",
        "West",
        "Peer",
        "South",
        "West",
        "Interaction, all together",
    ]
    head, last = filled.rows[0], filled.rows[-1]
    p = [column.label for column in filled.columns].index("P")
    assert head.cells[p] and last.cells[p] and not head.cells[p - 1] and not head.cells[p + 1]
    notes = " ".join(filled.notes)
    assert "AHT" in notes and "additive" in notes and "degrees of freedom" in notes
    words = " ".join(s.template for s in methods(made, "m"))
    assert "at each of its levels (Usual, Peer)" in words and "approximate Hotelling test" in words
    assert "is said by the interaction alone" in said(found)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ("outcome: score, exposure: arm, moderator: kinds", "is of type choices; a moderator is a number"),
        ("outcome: score, exposure: kinds, moderator: arm", "which no moderator parts"),
        (
            "outcome: score, exposure: arm, moderator: site, moderator_at: [1]",
            "simple effects are told at each of them",
        ),
        ("outcome: score, exposure: arm, moderator: age, moderator_at: [1, 1.0]", "a value stands there twice"),
        ("outcome: score, exposure: arm, moderator_at: [1]", "and the model has none"),
        ("outcome: score, exposure: arm, moderator: age, mediator: born", "not told by a moderator"),
        (
            "outcome: site, exposure: arm, moderator: age, effect: cumulative odds ratio",
            "one odds ratio serves at every",
        ),
    ],
)
def test_what_no_moderator_can_do_is_a_mistake_with_a_way_out(study: MakeStudy, spec: str, told: str) -> None:
    found = [mistake for mistake in check_models(study(m=f"{{{spec}}}")) if told in str(mistake)]
    assert found and all("studies/made_up.yaml" in str(mistake) for mistake in found)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_simple_effects_are_those_of_strata_fitted_alone(seed: int) -> None:
    """Without covariates a level's effect and its HC3 error need nobody of another level."""
    table = made_up(90, seed=seed)
    for site, here in table.groupby("site"):
        x = pd.DataFrame({"(Intercept)": 1.0, "age": here["age"]})
        alone = hc3(ols(x, here["score"].to_numpy()))
        told = _nested(table, str(site))
        assert told == pytest.approx((alone.estimate[1], alone.std_error[1]), rel=1e-7)


def _nested(table: pd.DataFrame, site: str) -> tuple[float, float]:
    text = (
        "{title: Made up, data: {file: a.csv, id: id}, design: {kind: cohort}, release: {rule: journal}, variables: {"
        "score: {type: number}, age: {type: number}, site: {codes: {p: North, q: South, r: West}}}, "
        "models: {m: {outcome: score, exposure: age, moderator: site}}}"
    )
    held = parse_study(text, "studies/made_up.yaml")
    model = declared(held, "m")
    columns = pd.DataFrame({f"site={s}": (table["site"] == s).astype(float) for s in ("South", "West")})
    used, nobody = np.ones(len(table), dtype=bool), np.arange(len(table))
    here = Frame(table["score"].to_numpy(), table[["age"]], table.iloc[:, :0], None, used, used, None, "", None, nobody,
                 (), moderator=columns)  # fmt: skip
    made = moderate(model, here, None)
    assert made is not None
    found, term = made.effects[site, ""]
    i = found.position(term)
    return float(found.estimate[i]), float(found.std_error[i])


def test_levels_whose_intervals_hold_the_truth_too_rarely_have_no_p_and_no_interaction(
    study: MakeStudy, people: MakePeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By simulations of estimators alike: here, as if they had been bad for fewer than 80 people."""

    def of_few(model: Declared, held: Frame, column: str, errors: str) -> Standing | None:
        return Standing(95.0, 95.0) if held.rows >= 80 else Standing(80.0, 80.0)

    monkeypatch.setattr(moderation_numbers, "standing_of", of_few)
    table = made_up()
    sizes = table["site"].value_counts()
    assert sizes["South"] < 80 <= min(sizes["North"], sizes["West"])
    held = study("{kind: cohort}", m="{outcome: score, exposure: arm, moderator: site}")
    found = one(people, held, table, cluster=False)
    assert np.isnan(at(found, "site", "South", "p")) and np.isfinite(at(found, "site", "South", "ci_low"))
    assert np.isfinite(at(found, "site", "North", "p")) and np.isnan(at(found, INTERACTION, "", "p_joint"))
    assert "effects at South and the interaction have no P value" in said(found)
