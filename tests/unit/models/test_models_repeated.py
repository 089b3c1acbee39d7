"""Several waves in one model, against dense matrices, statsmodels and the same model written another way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
import scipy
from statsmodels.api import GLM, OLS, families
from statsmodels.regression.mixed_linear_model import MixedLM

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import release
from pipeline.errors import Mistakes
from pipeline.models.cluster import clustered
from pipeline.models.estimates import Modelled
from pipeline.models.fit import fit
from pipeline.models.gee import gee, gee_errors
from pipeline.models.joint import joint_test
from pipeline.models.kenward_roger import joint_kenward_roger, kenward_roger
from pipeline.models.linear import ols
from pipeline.models.mixed import mixed
from pipeline.models.numbers import ESTIMATE
from pipeline.models.survey import SurveyDesign, survey_linear
from pipeline.results import ALL, Key
from pipeline.study import Study
from pipeline.tables.estimates import estimates_table
from pipeline.tables.forms import JOINT

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
WAVES = ("Start", "Half", "Year")
HEAD = ("id: person}", "id: person, wave: w, waves: {1: Start, 2: Half, 3: Year}}")


def rows(people: int = 30, seed: int = 4, waves: int = 3) -> pd.DataFrame:
    """Made-up people, of whom some miss a wave; index, id and wave say who and when."""
    rng = np.random.default_rng(seed)
    found = []
    for person in range(people):
        own = rng.normal()
        for at in range(waves):
            if rng.uniform() < 0.2:
                continue
            arm = ("Usual", "Peer")[person % 2]
            score = 10 + own + 0.8 * at * (arm == "Peer") + 0.05 * person + rng.normal()
            well = "Well" if rng.uniform() < 0.35 + 0.3 * (arm == "Peer") else "Unwell"
            site = ("North", "South", "West")[(person * 7 + at) % 3]
            found.append((f"p{person}", WAVES[at], arm, score, 20.0 + 3 * person % 50, well, site))
    names = ["id", "wave", "arm", "score", "age", "well", "site"]
    return pd.DataFrame(found, columns=names, index=[f"f:{i}" for i in range(len(found))])


def fitted(study: MakeStudy, people: MakePeople, table: pd.DataFrame, model: str, design: str = "{kind: cohort}",
           **keys: object) -> Modelled:  # fmt: skip
    made = study(design, HEAD, m=model)
    held = people(made, table.drop(columns=["id", "wave"]), id=table["id"], wave=table["wave"], **keys)
    (found,) = fit(held, made).models
    known = set(found.results.lookup())
    for sentence in (*found.remarks, *estimates_table(found).notes):
        assert set(map(tuple, sentence.keys.values())) <= known, sentence.template
    return found


def value(found: Modelled, statistic: str, group: str, level: str = "", term: str | None = None) -> float:
    name = found.model.exposure.name if term is None else term
    return found.results.get(Key("model", "m", name, level, group, statistic))


def at(wave: str, adjustment: str = "unadjusted") -> str:
    return f"adjustment={adjustment};wave={wave}"


def design(table: pd.DataFrame, *covariates: str, waves: tuple[str, ...] = WAVES) -> pd.DataFrame:
    """Written by hand: an intercept a wave and a coefficient of the arm a wave, last."""
    here = {w: (table["wave"] == w).astype(float) for w in waves}
    peer = (table["arm"] == "Peer").astype(float)
    return pd.DataFrame(
        {**{f"i{w}": h for w, h in here.items()}, **{c: table[c] for c in covariates},
         **{f"b{w}": h * peer for w, h in here.items()}}
    )  # fmt: skip


def dense(x: np.ndarray, y: np.ndarray, cluster: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Least squares with CR2 errors and Satterthwaite's degrees of freedom, out of n-by-n matrices."""
    n = len(y)
    bread = np.linalg.inv(x.T @ x)
    hat = x @ bread @ x.T
    rest = np.eye(n) - hat
    k = x.shape[1]
    vcov, parts = np.zeros((k, k)), []
    for one in np.unique(cluster):
        own = cluster == one
        values, vectors = np.linalg.eigh(rest[np.ix_(own, own)])
        root = (vectors * np.where(values > 1e-12, 1 / np.sqrt(np.maximum(values, 1e-300)), 0)) @ vectors.T
        half = np.zeros((n, k))  # column c: how the residuals make coefficient c's part of this cluster
        half[own] = root @ x[own] @ bread
        made = rest @ half
        parts.append(made)
        influence = half.T @ (rest @ y)
        vcov += np.outer(influence, influence)
    df = []
    for c in range(k):
        g = np.column_stack([part[:, c] for part in parts])
        spread = g.T @ g
        df.append(np.trace(spread) ** 2 / (spread**2).sum())
    return bread @ x.T @ y, vcov, np.array(df)


@pytest.mark.parametrize("covariates", [(), ("age",)])
def test_each_wave_has_its_effect_with_errors_by_person(
    study: MakeStudy, people: MakePeople, covariates: tuple[str, ...]
) -> None:
    table = rows()
    adjust = ", adjust: [age]" if covariates else ""
    found = fitted(study, people, table, f"{{outcome: score, exposure: arm, waves: [1, 2, 3]{adjust}}}")
    x = design(table, *covariates)
    estimate, vcov, df = dense(x.to_numpy(), table["score"].to_numpy(), table["id"].to_numpy())
    for wave in WAVES:
        group, place = at(wave, "adjusted" if covariates else "unadjusted"), list(x).index(f"b{wave}")
        assert value(found, "estimate", group, "Peer") == pytest.approx(estimate[place], rel=1e-9)
        assert value(found, "std_error", group, "Peer") == pytest.approx(np.sqrt(vcov[place, place]), rel=1e-9)
        assert value(found, "df", group, "Peer") == pytest.approx(df[place], rel=1e-9)
        half = scipy.stats.t.ppf(0.975, df[place]) * np.sqrt(vcov[place, place])
        assert value(found, "ci_high", group, "Peer") == pytest.approx(estimate[place] + half, rel=1e-9)
    assert found.fitted[0].coefficients is not None
    assert found.fitted[0].coefficients.errors == "CR2"


def test_without_covariates_it_is_each_waves_difference_of_means(study: MakeStudy, people: MakePeople) -> None:
    table = rows()
    found = fitted(study, people, table, "{outcome: score, exposure: arm, waves: [1, 2, 3]}")
    means = table.groupby(["wave", "arm"])["score"].mean()
    for wave in WAVES:
        assert value(found, "estimate", at(wave), "Peer") == pytest.approx(means[wave, "Peer"] - means[wave, "Usual"])


def test_between_two_waves_the_test_is_the_square_of_the_differences_t(study: MakeStudy, people: MakePeople) -> None:
    table = rows()
    found = fitted(study, people, table, "{outcome: score, exposure: arm, waves: [Half, 3]}")
    kept = table[table["wave"] != "Start"]
    x = design(kept, waves=("Half", "Year"))
    x["bHalf"] += x["bYear"]
    estimate, vcov, df = dense(x.to_numpy(), kept["score"].to_numpy(), kept["id"].to_numpy())
    group, term = "adjustment=unadjusted", "arm by wave"
    assert value(found, "statistic", group, term=term) == pytest.approx(estimate[-1] ** 2 / vcov[-1, -1], rel=1e-9)
    assert value(found, "df", group, term=term) == 1
    assert value(found, "df2", group, term=term) == pytest.approx(df[-1], rel=1e-9)
    t = abs(estimate[-1]) / np.sqrt(vcov[-1, -1])
    assert value(found, "p", group, term=term) == pytest.approx(2 * scipy.stats.t.sf(t, df[-1]), rel=1e-9)


@pytest.mark.parametrize(
    "more",
    ["", ", clustering: mixed", ", clustering: gee", ", outcome: well, effect: odds ratio",
     ", outcome: well, effect: risk ratio", ", outcome: well"],
)  # fmt: skip
def test_the_test_between_waves_does_not_depend_on_which_comes_first(
    study: MakeStudy, people: MakePeople, more: str
) -> None:
    """The waves in another order are another way to write the same model, with other differences."""
    table = rows(60)
    outcome = "" if "outcome" in more else ", outcome: score"
    model = f"{{exposure: arm, adjust: [age], waves: [1, 2, 3]{outcome}{more}}}"
    turned = (HEAD[0], "id: person, wave: w, waves: {3: Year, 1: Start, 2: Half}}")
    held = {"id": table["id"], "wave": table["wave"]}
    found = []
    for head in (HEAD, turned):
        made = study("{kind: cohort}", head, m=model)
        found.append(fit(people(made, table.drop(columns=["id", "wave"]), **held), made).models[0])
    for adjustment in ("unadjusted", "adjusted"):
        for statistic in ("statistic", "df", "df2", "p"):
            one, other = (value(f, statistic, f"adjustment={adjustment}", term="arm by wave") for f in found)
            assert np.isfinite(one)
            assert one == pytest.approx(other, rel=1e-6)
        assert value(found[0], "df", f"adjustment={adjustment}", term="arm by wave") == 2


def test_a_mixed_model_gives_each_person_an_intercept(study: MakeStudy, people: MakePeople) -> None:
    table = rows(40)
    found = fitted(study, people, table, "{outcome: score, exposure: arm, waves: [1, 2, 3], clustering: mixed}")
    x, person = design(table), pd.factorize(table["id"])[0]
    peer = MixedLM(table["score"].to_numpy(), x.to_numpy(), groups=person).fit(reml=True, gtol=1e-10)
    own = mixed(x, table["score"].to_numpy(), person)
    expected, k = kenward_roger(own), list(x)
    for wave in WAVES:
        place = k.index(f"b{wave}")
        assert value(found, "estimate", at(wave), "Peer") == pytest.approx(peer.fe_params[place], rel=1e-4)
        assert value(found, "estimate", at(wave), "Peer") == pytest.approx(expected.estimate[place], rel=1e-7)
        assert value(found, "std_error", at(wave), "Peer") == pytest.approx(expected.std_error[place], rel=1e-6)
        assert value(found, "df", at(wave), "Peer") == pytest.approx(expected.df[place], rel=1e-5)
    lines = np.zeros((2, 6))
    lines[:, k.index("bStart")], lines[0, k.index("bHalf")], lines[1, k.index("bYear")] = -1, 1, 1
    test = joint_kenward_roger(own, lines)
    told = [value(found, s, "adjustment=unadjusted", term="arm by wave") for s in ("statistic", "df", "df2", "p")]
    assert told == pytest.approx([test.statistic, 2, test.df2, test.p], rel=1e-5)


def test_odds_ratios_of_each_wave_are_those_of_separate_models(study: MakeStudy, people: MakePeople) -> None:
    """Without covariates the waves have nothing in common but the people."""
    table = rows(80)
    found = fitted(study, people, table, "{outcome: well, exposure: arm, waves: [1, 2, 3], effect: odds ratio}")
    for wave in WAVES:
        kept = table[table["wave"] == wave]
        x = np.column_stack([np.ones(len(kept)), kept["arm"] == "Peer"]).astype(float)
        alone = GLM((kept["well"] == "Well").astype(float).to_numpy(), x, family=families.Binomial()).fit()
        assert np.log(value(found, "estimate", at(wave), "Peer")) == pytest.approx(alone.params[1], rel=1e-7)
        events = kept[kept["arm"] == "Peer"]["well"].eq("Well").sum()
        assert value(found, "events", f"wave={wave}", "Peer") == events


def test_estimating_equations_of_people_over_time(study: MakeStudy, people: MakePeople) -> None:
    table = rows(40)
    found = fitted(study, people, table, "{outcome: score, exposure: arm, waves: [1, 3], clustering: gee}")
    kept = table[table["wave"] != "Half"]
    x = design(kept, waves=("Start", "Year"))
    expected = gee_errors(
        gee(x, kept["score"].to_numpy(), pd.factorize(kept["id"])[0], "identity"),
        "Kauermann-Carroll", "clusters less coefficients",
    )  # fmt: skip
    assert value(found, "std_error", at("Year"), "Peer") == pytest.approx(expected.std_error[-1], rel=1e-6)
    gap = np.array([0, 0, -1, 1.0])
    f = (gap @ expected.estimate) ** 2 / (gap @ expected.vcov @ gap)
    assert value(found, "statistic", "adjustment=unadjusted", term="arm by wave") == pytest.approx(f, rel=1e-6)
    assert value(found, "df2", "adjustment=unadjusted", term="arm by wave") == expected.df[-1]


def test_in_a_sample_rows_of_a_person_are_one_unit_of_the_whole_design(study: MakeStudy, people: MakePeople) -> None:
    table = rows(40)
    weight = 1.0 + pd.factorize(table["id"])[0] % 4
    model = "{outcome: score, exposure: arm, waves: [2, 3]}"
    found = fitted(study, people, table, model, "{kind: cohort, weight: w}", weight=weight)
    used = (table["wave"] != "Start").to_numpy()
    x = design(table, waves=("Half", "Year"))
    sample = SurveyDesign.of(weight, None, pd.factorize(table["id"])[0])
    expected = survey_linear(x, table["score"].to_numpy(), sample, used)
    assert value(found, "estimate", at("Year"), "Peer") == pytest.approx(expected.estimate[-1], rel=1e-9)
    assert value(found, "std_error", at("Year"), "Peer") == pytest.approx(expected.std_error[-1], rel=1e-9)
    assert value(found, "df", at("Year"), "Peer") == expected.df[-1]


def test_a_cluster_that_holds_people_makes_the_errors(study: MakeStudy, people: MakePeople) -> None:
    table = rows(60)
    programme = [f"P{int(i[1:]) % 9}" for i in table["id"]]
    found = fitted(
        study, people, table, "{outcome: score, exposure: arm, waves: [1, 2, 3]}",
        "{kind: cohort, cluster: programme}", cluster=programme,
    )  # fmt: skip
    expected = clustered(ols(design(table), table["score"].to_numpy()), pd.factorize(pd.Series(programme))[0])
    assert value(found, "std_error", at("Year"), "Peer") == pytest.approx(expected.std_error[-1], rel=1e-9)
    assert value(found, "clusters", "adjustment=unadjusted") == 9
    assert value(found, "p_wild", at("Year"), "Peer") <= 1
    assert "At Year: By the wild cluster bootstrap" in " ".join(s.template for s in found.remarks)
    assert "{n} rows with every value, in {clusters} clusters" in " ".join(
        n.template for n in estimates_table(found).notes
    )


def test_a_cluster_can_be_the_person_inside_a_design_with_clusters(study: MakeStudy, people: MakePeople) -> None:
    table = rows(60)
    programme = [f"P{int(i[1:]) % 9}" for i in table["id"]]
    found = fitted(
        study, people, table,
        "{outcome: score, exposure: arm, waves: [1, 2, 3], clustering: mixed, cluster: person}",
        "{kind: cohort, cluster: programme}", cluster=programme,
    )  # fmt: skip
    alone = fitted(study, people, table, "{outcome: score, exposure: arm, waves: [1, 2, 3], clustering: mixed}")
    for statistic in ("estimate", "std_error", "df"):
        assert value(found, statistic, at("Half"), "Peer") == value(alone, statistic, at("Half"), "Peer")
    assert value(found, "clusters", "adjustment=unadjusted") == table["id"].nunique()
    words = " ".join(s.template for s in (*found.methods, *estimates_table(found).notes))
    assert "rows of one person" in words
    assert "random intercept for each person" in words
    assert "of {clusters} people" in words


def test_people_who_change_clusters_stop_the_stage(study: MakeStudy, people: MakePeople) -> None:
    table = rows(20)
    who = table[["id", "wave"]].to_numpy()
    programme = [f"P{int(i[1:]) % 4 if w != 'Year' or i != 'p2' else 9}" for i, w in who]
    assert (table[table["wave"] == "Year"]["id"] == "p2").any()
    with pytest.raises(Mistakes) as found:
        fitted(
            study, people, table, "{outcome: score, exposure: arm, waves: [1, 2, 3]}",
            "{kind: cohort, cluster: programme}", cluster=programme,
        )  # fmt: skip
    assert str(found.value).split("  ", 1)[1] == (
        "models.m.waves: people of model 'm' stand in another programme at another wave (1 moves): clusters do not "
        "hold people as a whole. Name as the model's cluster what they had at one wave (derive: at_wave), or the "
        "people themselves (cluster: person)."
    )


def test_rows_are_accounted_for_at_each_wave(study: MakeStudy, people: MakePeople) -> None:
    table = rows(60)
    lost = table.index[(table["wave"] == "Half") & (np.arange(len(table)) % 5 == 0)]
    table.loc[lost, "score"] = np.nan
    found = fitted(study, people, table, "{outcome: score, exposure: arm, waves: [2, 3], adjust: [age]}")
    half, year = ((table["wave"] == w).sum() for w in ("Half", "Year"))
    assert value(found, "denominator", "wave=Half", term="") == half
    assert value(found, "n", "wave=Half", term="") == half - len(lost)
    assert value(found, "missing", "wave=Half", "no answer", "score") == len(lost)
    assert value(found, "missing", "wave=Year", term="") == 0
    assert value(found, "n", at("Year", "adjusted")) == year
    assert value(found, "n", "adjustment=adjusted") == half - len(lost) + year
    kept = table.dropna()
    peers = kept[(kept["wave"] == "Half") & (kept["arm"] == "Peer")]
    assert value(found, "n", "wave=Half", "Peer") == len(peers)
    assert not [key for key in found.results.lookup() if key[4] == ALL and key[5] != "max" and key[5] != "min"]
    assert [s.template for s in found.remarks if "Rows left out" in s.template] == [
        "At Half: Rows left out because a value is missing: {left} of {all}, by Score (no answer) {m0}. A row may lack "
        "several; both models stand on the same rows."
    ]


def test_levels_have_an_effect_at_each_wave(study: MakeStudy, people: MakePeople) -> None:
    table = rows(60)
    found = fitted(study, people, table, "{outcome: score, exposure: site, waves: [2, 3]}")
    means = table.groupby(["wave", "site"])["score"].mean()
    for wave in ("Half", "Year"):
        for site in ("South", "West"):
            gap = means[wave, site] - means[wave, "North"]
            assert value(found, "estimate", at(wave), site) == pytest.approx(gap)
    assert value(found, "df", "adjustment=unadjusted", term="site by wave") == 2
    labels = [row.label for row in estimates_table(found).rows]
    levels = ["North (reference)", "South", "West"]
    assert labels == ["Site", "Half", *levels, "Year", *levels]


def test_all_levels_at_one_wave_are_tested_together(study: MakeStudy, people: MakePeople) -> None:
    """By the joint test of the same fit, written by hand."""
    table = rows(60)
    found = fitted(study, people, table, "{outcome: score, exposure: site, waves: [2, 3]}")
    kept = table[table["wave"] != "Start"]
    x = pd.DataFrame({
        f"{site} {wave}": (kept["wave"] == wave) * (1.0 if site == "all" else kept["site"] == site)
        for wave in ("Half", "Year") for site in ("all", "South", "West")
    }).astype(float)  # fmt: skip
    fit_ = ols(x, kept["score"].to_numpy())
    test = joint_test(fit_, pd.factorize(kept["id"])[0], ["South Year", "West Year"])
    told = [value(found, statistic, at("Year")) for statistic in ("p_joint", "df", "df2")]
    assert told == pytest.approx([test.p, 2, test.df2], rel=1e-9)
    heading = next(row for row in estimates_table(found).rows if row.label == "Year")
    assert (heading.group, heading.form) == ("wave=Year", JOINT)


def test_a_level_that_nobody_has_at_a_wave_leaves_the_others(study: MakeStudy, people: MakePeople) -> None:
    table = rows(60)
    table = table[~((table["wave"] == "Year") & (table["site"] == "West"))]
    found = fitted(study, people, table, "{outcome: score, exposure: site, waves: [2, 3]}")
    assert np.isnan(value(found, "estimate", at("Year"), "West"))
    assert np.isfinite(value(found, "estimate", at("Year"), "South"))
    assert np.isnan(value(found, "p", "adjustment=unadjusted", term="site by wave"))
    assert "At Year: Too few people are left at West" in " ".join(s.template for s in found.remarks)
    notes = " ".join(n.template for n in estimates_table(found).notes)
    assert "could not be tested (unadjusted): at a wave nobody is left at a level." in notes


def test_a_wave_at_which_nobody_answered_is_named(study: MakeStudy, people: MakePeople) -> None:
    table = rows(60)
    table.loc[table["wave"] == "Half", "score"] = np.nan
    found = fitted(study, people, table, "{outcome: score, exposure: arm, waves: [2, 3], adjust: [age]}")
    assert [part.reason for part in found.fitted] == ["no row at Half has every value"] * 4
    said = [s.template for s in found.remarks]
    assert said.count("The adjusted model was not estimated: no row at Half has every value.") == 1
    assert np.isnan(value(found, "p", "adjustment=adjusted", term="arm by wave"))


def test_a_number_at_each_wave_adjusted_as_statsmodels_has_it(study: MakeStudy, people: MakePeople) -> None:
    table = rows(60)
    found = fitted(study, people, table, "{outcome: score, exposure: age, waves: [2, 3], adjust: [site]}")
    kept = table[table["wave"] != "Start"]
    year = (kept["wave"] == "Year").astype(float)
    x = np.column_stack([
        np.ones(len(kept)), year, kept["site"] == "South", kept["site"] == "West", kept["age"] * (1 - year),
        kept["age"] * year,
    ]).astype(float)  # fmt: skip
    expected = OLS(kept["score"].to_numpy(), x).fit()
    for place, wave in ((-2, "Half"), (-1, "Year")):
        assert value(found, "estimate", at(wave, "adjusted")) == pytest.approx(expected.params[place], rel=1e-9)


def test_estimates_stand_on_the_fewest_of_their_waves_cells(study: MakeStudy, people: MakePeople) -> None:
    table = rows(60)
    few = table[(table["wave"] == "Year") & (table["arm"] == "Peer")].index[3:]
    model = "{outcome: score, exposure: arm, waves: [2, 3], adjust: [age]}"
    found = fitted(study, people, table.drop(index=few), model)
    behind = found.results.frame.set_index(["term", "level", "group", "statistic"])["people"]
    for adjustment in ("unadjusted", "adjusted"):
        assert behind["arm", "Peer", at("Year", adjustment), "estimate"] == 3
        assert behind["arm", "Peer", at("Half", adjustment), "estimate"] > 10
        assert behind["arm by wave", "", f"adjustment={adjustment}", "p"] == 3
    assert behind["arm", "Peer", "wave=Year", "n"] == 3


def test_a_small_cell_at_one_wave_leaves_the_estimates_at_the_other(study: MakeStudy, people: MakePeople) -> None:
    table = rows(60)
    few = table[(table["wave"] == "Year") & (table["arm"] == "Peer")].index[3:]
    model = "{outcome: score, exposure: arm, waves: [2, 3], adjust: [age]}"
    found = fitted(study, people, table.drop(index=few), model)
    let = release(found.results, study(m=model.replace("waves: [2, 3], ", "")).release)
    for adjustment in ("unadjusted", "adjusted"):
        told = {
            wave: {s: not let.withheld(Key("model", "m", "arm", "Peer", at(wave, adjustment), s)) for s in ESTIMATE}
            for wave in ("Half", "Year")
        }
        assert told == {"Half": dict.fromkeys(ESTIMATE, True), "Year": dict.fromkeys(ESTIMATE, False)}
        between = Key("model", "m", "arm by wave", "", f"adjustment={adjustment}")
        assert all(let.withheld(between._replace(statistic=s)) for s in ("statistic", "df2", "p"))
    assert not let.withheld(Key("model", "m", "arm", "Peer", "wave=Half"))
    assert all(let.withheld(Key("model", "m", "arm", level, "wave=Year")) for level in ("Usual", "Peer"))


def test_the_order_of_rows_changes_nothing(study: MakeStudy, people: MakePeople) -> None:
    table = rows(40)
    order = np.random.default_rng(3).permutation(len(table))
    model = "{outcome: score, exposure: site, waves: [1, 2, 3], adjust: [age]}"
    first, again = (fitted(study, people, t, model).results.frame for t in (table, table.iloc[order]))
    assert first.drop(columns="value").equals(again.drop(columns="value"))
    assert np.allclose(first["value"], again["value"], rtol=1e-8, equal_nan=True)


@pytest.mark.parametrize(
    ("exposure", "everybody", "told"),
    [
        ("arm", "Peer", "at Year everybody who is left has the same exposure"),
        ("age", 30.0, "at Year everybody who is left has the same exposure"),
        ("site", ("South", "West"), "at Year too few people are left at North, the reference"),
    ],
)
def test_a_wave_with_nobody_to_compare_with_is_said_to_be_one(
    study: MakeStudy, people: MakePeople, exposure: str, everybody: object, told: str
) -> None:
    table, year = rows(), rows()["wave"] == "Year"
    table[exposure] = table[exposure].mask(year, np.resize(np.array(everybody), len(table)))
    found = fitted(study, people, table, f"{{outcome: score, exposure: {exposure}, waves: [2, 3]}}")
    said = " ".join(s.template for s in found.remarks)
    assert told in said and "'adjust'" not in said


def test_nobody_is_told_to_mend_what_the_model_does_not_have(study: MakeStudy, people: MakePeople) -> None:
    """The start as the exposure, and as the baseline."""
    table = rows(waves=2)
    table["age"] = table["id"].map(table[table["wave"] == "Start"].set_index("id")["score"])
    found = fitted(study, people, table, "{outcome: score, exposure: age, wave: 2, baseline: 1}")
    said = " ".join(s.template for s in found.remarks)
    assert "other terms of the model explain Age wholly." in said and "'adjust'" not in said
