"""What a model may print by how its estimator did in simulations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import release
from pipeline.models import domain
from pipeline.models.domain import Condition
from pipeline.models.estimates import Modelled
from pipeline.models.fit import fit
from pipeline.results import Key, Results
from pipeline.study import Study

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
NESTED = "{kind: programme evaluation, cluster: programme}"
DRAWN = "outcome: score, mediator: born, draws: 1000"
MODEL = "{outcome: score, exposure: arm, adjust: [age]}"


def table(coverage: float, name: str = "linear CR2", clusters: int = 7, rows: int = 60) -> tuple[Condition, ...]:
    return tuple(Condition(name, kind, clusters, rows, 0.2, coverage) for kind in ("within", "between", "people"))


@pytest.fixture
def fitted(study: MakeStudy, people: MakePeople, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Modelled]:
    """80 people in 8 clusters and their model, with the simulations ``lines``."""

    def make(
        lines: tuple[Condition, ...], of: str = MODEL, n: int = 80, cluster: bool = True, lost: int = 0
    ) -> Modelled:
        monkeypatch.setattr(domain, "measured", lambda: lines)
        rng = np.random.default_rng(2)
        made = study(NESTED if cluster else "{kind: cohort}", m=of)
        people_of = pd.DataFrame(
            {
                "score": rng.normal(size=n).round(2),
                "age": rng.integers(20, 70, n).astype(float),
                "born": rng.normal(size=n).round(2),
                "arm": np.where(np.arange(n) // 8 % 2 == 0, "Peer", "Usual"),
                "well": np.where(rng.random(n) < 0.5, "Well", "Unwell"),
            },
            index=[f"f:{i}" for i in range(n)],
        )
        people_of.loc[people_of.index[:lost], "score"] = np.nan
        keys = {"cluster": (np.arange(n) % 8).astype(str)} if cluster else {}
        (found,) = fit(people(made, people_of, **keys), made).models
        return found

    return make


def key(statistic: str, level: str = "Peer", group: str = "adjusted") -> Key:
    return Key("model", "m", "arm", level, f"adjustment={group}", statistic)


def told(found: Modelled) -> list[str]:
    return [s.template for s in found.remarks if "held the truth" in s.template or "hold the truth" in s.template]


def test_in_its_domain_nothing_is_said(fitted: Callable[..., Modelled]) -> None:
    found = fitted(table(94.0))
    assert told(found) == []
    assert np.isfinite(found.results.get(key("p")))
    assert tuple(key("coverage")) not in found.results.lookup()


def test_below_93_the_measured_coverage_is_told_and_p_stays(fitted: Callable[..., Modelled]) -> None:
    found = fitted(table(91.25))
    assert found.results.get(key("coverage")) == found.results.get(key("coverage", group="unadjusted")) == 91.25
    assert np.isfinite(found.results.get(key("p")))
    said = [s for s in found.remarks if s.template in told(found)]
    assert [s.template for s in said] == [
        "In simulations like both models (Peer), 95% intervals held the truth in {coverage}% "
        "(the least of conditions no easier)."
    ]
    assert said[0].keys == {"coverage": key("coverage")} and said[0].caveat
    (alone,) = told(fitted(table(91.25), "{outcome: score, exposure: arm}"))
    assert alone.startswith("In simulations like the unadjusted model (Peer), ")


def test_below_90_there_is_no_p_value_and_the_reason_is_told(fitted: Callable[..., Modelled]) -> None:
    found, other = fitted(table(89.9)), fitted(table(95.0))
    assert np.isnan(found.results.get(key("p"))) and np.isnan(found.results.get(key("p", group="unadjusted")))
    for statistic in ("estimate", "std_error", "df", "ci_low", "ci_high"):
        assert found.results.get(key(statistic)) == other.results.get(key(statistic))
    assert all(s.endswith(" No P value is told where fewer than nine in ten did.") for s in told(found))
    assert len(told(found)) == 1


def test_wider_than_need_be_is_told_and_no_caveat(fitted: Callable[..., Modelled]) -> None:
    found = fitted(table(98.5))
    said = [s for s in found.remarks if s.template in told(found)]
    assert all("wider than they need be" in s.template and not s.caveat for s in said) and len(said) == 1


@pytest.mark.parametrize(("clusters", "rows"), [(9, 60), (7, 100)])
def test_nothing_so_small_was_simulated(fitted: Callable[..., Modelled], clusters: int, rows: int) -> None:
    found = fitted(table(95.0, clusters=clusters, rows=rows))
    assert told(found)[0].startswith("How often intervals of both models (Peer) hold the truth is not known")
    assert np.isfinite(found.results.get(key("p")))
    none = fitted(table(80.0, clusters=clusters, rows=rows))
    assert np.isnan(none.results.get(key("p")))


@pytest.mark.parametrize(
    ("name", "of", "cluster"),
    [
        ("linear mixed", "{outcome: score, exposure: arm, clustering: mixed}", True),
        ("linear GEE", "{outcome: score, exposure: arm, clustering: gee}", True),
        ("logistic GEE", "{outcome: well, exposure: arm, clustering: gee, effect: odds ratio}", True),
        ("logistic CR2", "{outcome: well, exposure: arm, effect: odds ratio}", True),
        ("risk ratio CR2", "{outcome: well, exposure: arm, effect: risk ratio}", True),
        ("risk difference CR2", "{outcome: well, exposure: arm}", True),
        ("linear HC3", "{outcome: score, exposure: arm}", False),
        ("logistic HC3", "{outcome: well, exposure: arm, effect: odds ratio}", False),
        ("risk ratio HC3", "{outcome: well, exposure: arm, effect: risk ratio}", False),
        ("risk difference HC3", "{outcome: well, exposure: arm}", False),
    ],
)
def test_every_estimator_is_held_against_its_own_simulations(
    fitted: Callable[..., Modelled], name: str, of: str, cluster: bool
) -> None:
    lines = tuple(line._replace(clusters=0) if line.exposure == "people" else line for line in table(91.0, name))
    found = fitted(lines, of, cluster=cluster)
    assert found.results.get(key("coverage", group="unadjusted")) == 91.0
    assert told(fitted(table(91.0, "another"), of, cluster=cluster)) == []


@pytest.mark.parametrize(("cluster", "name"), [(True, "indirect jackknife"), (False, "indirect HC3")])
def test_the_indirect_effect_has_a_standing_of_its_own(
    fitted: Callable[..., Modelled], cluster: bool, name: str
) -> None:
    lines = tuple(line._replace(clusters=0) if line.exposure == "people" else line for line in table(88.0, name))
    found = fitted(lines, "{outcome: score, exposure: arm, mediator: born}", cluster=cluster)
    at = Key("mediation", "m", "indirect", "Peer", "adjustment=unadjusted", "coverage")
    assert found.results.get(at) == 88.0
    assert np.isnan(found.results.get(at._replace(statistic="p")))
    assert np.isfinite(found.results.get(at._replace(term="direct", statistic="p")))
    assert np.isfinite(found.results.get(key("p", group="unadjusted")))
    assert len(told(found)) == 1 and told(found)[0].startswith("In simulations like what goes by way of the mediator")


@pytest.mark.parametrize("drawn", ["", ", intervals: bootstrap, draws: 1000"])
@pytest.mark.parametrize("coverage", [89.0, 94.0])
def test_of_a_sample_the_total_effect_has_no_p_value_where_the_estimate_itself_has_none(
    study: MakeStudy, people: MakePeople, monkeypatch: pytest.MonkeyPatch, coverage: float, drawn: str
) -> None:
    """It is the same difference, with errors that are linearised over the same units."""
    lines = [*table(coverage, "risk difference survey", 10), *table(94.0, "linear survey", 10)]
    monkeypatch.setattr(domain, "measured", lambda: tuple(lines))
    rng, n = np.random.default_rng(6), 480
    psu = np.arange(n) % 48
    frame = pd.DataFrame(
        {
            "well": np.where(rng.random(n) < 0.4, "Well", "Unwell"),
            "born": rng.normal(size=n),
            "arm": np.where(psu < 24, "Peer", "Usual"),
        },
        index=[f"f:{i}" for i in range(n)],
    )
    design = "{kind: cross-sectional survey, weight: w, psu: p}"
    made = study(design, m=f"{{outcome: well, event: Well, exposure: arm, mediator: born{drawn}}}")
    held = people(made, frame, weight=1.0 + psu % 3, psu=psu.astype(str))
    (found,) = fit(held, made, np.random.default_rng(1)).models
    at = Key("mediation", "m", "", "Peer", "adjustment=unadjusted", "p")
    assert np.isnan(found.results.get(key("p", group="unadjusted"))) == (coverage < 90)
    for term in ("total", "direct", "total direct", "controlled direct"):
        assert np.isnan(found.results.get(at._replace(term=term))) == (coverage < 90)
    for term in ("indirect", "exposure to mediator"):
        assert np.isfinite(found.results.get(at._replace(term=term)))
    nor = [s for s in found.remarks if s.template.startswith("Nor is a P value of the total and the direct effects")]
    assert len(nor) == (coverage < 90)


@pytest.mark.parametrize(
    ("few", "coverage"),
    [((0,), None), ((0, 1), None), ((0, 1, 2), 94.0), ((0, 1, 2, 3), 94.0), ((0, 1, 2, 3, 4), 94.0), ((1, 2), None)],
)
def test_the_smaller_side_counts(
    study: MakeStudy, people: MakePeople, monkeypatch: pytest.MonkeyPatch, few: tuple[int, ...], coverage: float | None
) -> None:
    """Simulated: seven clusters, three of them on one side; so two against six are fewer than that."""
    monkeypatch.setattr(domain, "measured", lambda: table(94.0, rows=10))
    cluster = np.arange(80) % 8
    frame = pd.DataFrame(
        {"score": np.random.default_rng(1).normal(size=80), "arm": np.where(np.isin(cluster, few), "Peer", "Usual")},
        index=[f"f:{i}" for i in range(80)],
    )
    made = study(NESTED, m="{outcome: score, exposure: arm}")
    (found,) = fit(people(made, frame, cluster=cluster.astype(str)), made).models
    assert found.fitted[0].standings["Peer"].coverage == coverage


@pytest.mark.parametrize(("few", "coverage"), [("North", None), ("South", None), ("West", 94.0), ("", 94.0)])
@pytest.mark.parametrize("others", [30, 100])
def test_of_three_levels_those_who_are_compared_count(
    study: MakeStudy, people: MakePeople, monkeypatch: pytest.MonkeyPatch, few: str, coverage: float | None, others: int
) -> None:
    """South is held against North, the reference: five of them are few, however many there are at West; 30 are as
    many as the smaller half of 61."""
    monkeypatch.setattr(domain, "measured", lambda: table(94.0, "linear HC3", 0, 61))
    levels = ("North", "South", "West")
    site = np.repeat(levels, [5 if level == few else others for level in levels])
    frame = pd.DataFrame(
        {"score": np.random.default_rng(1).normal(size=len(site)), "site": site},
        index=[f"f:{i}" for i in range(len(site))],
    )
    made = study("{kind: cohort}", m="{outcome: score, exposure: site}")
    (found,) = fit(people(made, frame), made).models
    assert found.fitted[0].standings["South"].coverage == coverage


def test_an_exposure_that_lies_mostly_between_clusters_has_the_worse_of_both(
    study: MakeStudy, people: MakePeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    within, between, _ = table(95.0)
    monkeypatch.setattr(domain, "measured", lambda: (within, between._replace(coverage=91.0)))
    cluster, rng = np.arange(80) % 8, np.random.default_rng(1)
    for share, expected in ((0.0, 95.0), (0.9, 91.0), (1.0, 91.0)):
        own = np.sqrt(share) * rng.normal(size=8)[cluster] + np.sqrt(1 - share) * rng.normal(size=80)
        frame = pd.DataFrame({"score": rng.normal(size=80), "age": own}, index=[f"f:{i}" for i in range(80)])
        made = study(NESTED, m="{outcome: score, exposure: age}")
        (found,) = fit(people(made, frame, cluster=cluster.astype(str)), made).models
        assert found.fitted[0].standings[""].coverage == expected


def test_units_of_a_sample_count_less_their_strata(
    study: MakeStudy, people: MakePeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixteen units in eight strata leave 8 degrees of freedom, as ten units in two do."""
    frame = pd.DataFrame(
        {"score": np.random.default_rng(1).normal(size=160), "arm": np.where(np.arange(160) % 2, "Peer", "Usual")},
        index=[f"f:{i}" for i in range(160)],
    )
    psu = np.arange(160) // 2 % 16
    made = study("{kind: cross-sectional survey, weight: w, strata: s, psu: p}", m="{outcome: score, exposure: arm}")
    held = people(made, frame, weight=1.0 + psu % 3, strata=(psu // 2).astype(str), psu=psu.astype(str))
    for clusters, coverage in ((10, 94.0), (11, None)):
        monkeypatch.setattr(domain, "measured", lambda n=clusters: table(94.0, "linear survey", n))
        (found,) = fit(held, made).models
        assert found.fitted[0].standings["Peer"].coverage == coverage


def test_the_coverage_goes_with_a_withheld_estimate(
    study: MakeStudy, people: MakePeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked up by counts, and so is no more told than they are."""
    monkeypatch.setattr(domain, "measured", lambda: table(91.0, "linear HC3", 0, 5))
    arm = np.where(np.arange(40) < 3, "Peer", "Usual")
    frame = pd.DataFrame(
        {"score": np.random.default_rng(1).normal(size=40), "arm": arm}, index=[f"f:{i}" for i in range(40)]
    )
    made = study("{kind: cohort}", m="{outcome: score, exposure: arm}")
    (found,) = fit(people(made, frame), made).models
    out = release(found.results, made.release, made)
    assert out.withheld(key("estimate", group="unadjusted"))
    assert out.withheld(key("coverage", group="unadjusted"))


def test_no_p_value_is_told_and_withheld_as_if_there_were_none(
    fitted: Callable[..., Modelled], study: MakeStudy
) -> None:
    """What degrees of freedom may tell of few people left out is reckoned without a P that does not exist."""
    lines = tuple(line._replace(clusters=0) for line in table(80.0, "linear HC3"))
    found = fitted(lines, "{outcome: score, exposure: arm}", n=83, cluster=False, lost=2)
    made = study("{kind: cohort}", m="{outcome: score, exposure: arm}")
    frame = found.results.frame
    out = release(found.results, made.release, made)
    bare = release(Results(frame[frame["statistic"] != "p"].reset_index(drop=True)), made.release, made)
    p = key("p", group="unadjusted")
    assert out.has(p) and np.isnan(out.value(p))
    assert out.withheld(key("df", group="unadjusted"))
    for statistic in ("estimate", "std_error", "df", "ci_low", "ci_high", "coverage"):
        at = key(statistic, group="unadjusted")
        assert out.withheld(at) == bare.withheld(at)


@pytest.mark.parametrize("effect", ["", ", effect: odds ratio", ", effect: risk ratio"])
def test_a_side_of_one_cluster_has_no_p_value_and_no_e_value(study: MakeStudy, people: MakePeople, effect: str) -> None:
    """Its own part of the error is taken for none: simulated, such intervals held the truth in 46 to 70 of 100."""
    rng = np.random.default_rng(4)
    n = 240
    outcome = "well, event: Well" if effect else "score"
    made = study(NESTED, m=f"{{outcome: {outcome}, exposure: arm, adjust: [age]{effect}}}")
    cluster = np.arange(n) % 12
    frame = pd.DataFrame(
        {
            "score": rng.normal(size=n).round(2),
            "age": rng.integers(20, 70, n).astype(float),
            "born": rng.normal(size=n).round(2),
            "arm": np.where(cluster == 0, "Peer", "Usual"),
            "well": np.where(rng.random(n) < 0.5, "Well", "Unwell"),
        },
        index=[f"f:{i}" for i in range(n)],
    )
    (found,) = fit(people(made, frame, cluster=cluster.astype(str)), made).models
    results = found.results
    for group in ("unadjusted", "adjusted"):
        assert np.isfinite(results.get(key("ci_low", group=group)))
        assert np.isnan(results.get(key("p", group=group)))
    assert not {"e_value", "p_wild"} & set(results.frame["statistic"])
    said = [remark.template for remark in found.remarks]
    assert (
        "No P value of both models (Peer) is told: with so few clusters or sampling units on one side intervals are "
        "far too narrow."
    ) in said


def test_a_stratum_with_a_side_of_one_cluster_has_no_p_value_and_no_interaction(
    study: MakeStudy, people: MakePeople
) -> None:
    rng = np.random.default_rng(5)
    n = 600
    made = study(NESTED, m="{outcome: score, exposure: arm, moderator: well}")
    cluster, well = np.arange(n) % 14, np.where(rng.random(n) < 0.5, "Well", "Unwell")
    arm = np.where(rng.random(n) < 0.5, "Peer", "Usual")
    arm[(well == "Well") & (cluster != 0)] = "Usual"  # all of Peer who are well stand in one cluster
    frame = pd.DataFrame(
        {
            "score": rng.normal(size=n).round(2),
            "age": rng.integers(20, 70, n).astype(float),
            "born": rng.normal(size=n).round(2),
            "arm": arm,
            "well": well,
        },
        index=[f"f:{i}" for i in range(n)],
    )
    (found,) = fit(people(made, frame, cluster=cluster.astype(str)), made).models
    told = found.results.frame.set_index(["term", "level", "statistic"])["value"]
    assert np.isnan(told["well", "Well", "p"]) and np.isfinite(told["well", "Unwell", "p"])
    assert np.isnan(told["exposure by moderator", "", "p"])


def test_waves_without_p_values_have_no_test_between_them(
    study: MakeStudy, people: MakePeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(6)
    n = 120
    made = study(NESTED, ("id: person}", "id: person, wave: w, waves: {1: Start, 2: Year}}"),
                 m="{outcome: score, exposure: arm, waves: [1, 2]}")  # fmt: skip
    person = np.repeat(np.arange(n // 2), 2)
    frame = pd.DataFrame(
        {
            "score": rng.normal(size=n).round(2),
            "age": rng.integers(20, 70, n).astype(float),
            "born": rng.normal(size=n).round(2),
            "arm": np.where(person % 2 == 0, "Peer", "Usual"),
            "well": np.where(rng.random(n) < 0.5, "Well", "Unwell"),
        },
        index=[f"f:{i}" for i in range(n)],
    )
    keys = {
        "id": [f"p{p}" for p in person],
        "wave": np.tile(["Start", "Year"], n // 2),
        "cluster": (person // 2 % 8).astype(str),
    }

    def between(coverage: float) -> float:
        monkeypatch.setattr(domain, "measured", lambda: table(coverage))
        (found,) = fit(people(made, frame, **keys), made).models
        told = found.results.frame
        test = told[(told["statistic"] == "p") & (told["term"].str.contains("wave"))]["value"]
        return float(test.iloc[0])

    assert np.isfinite(between(95.0))
    assert np.isnan(between(89.0))


def test_a_mediation_with_a_side_of_one_cluster_has_no_p_value_of_the_exposure(
    study: MakeStudy, people: MakePeople
) -> None:
    """Neither of an effect nor of the path to the mediator, whose errors are as much too small; and no E-value."""
    rng = np.random.default_rng(7)
    n = 240
    made = study(NESTED, m="{outcome: score, exposure: arm, mediator: born, adjust: [age]}")
    cluster = np.arange(n) % 12
    born = rng.normal(size=n)
    frame = pd.DataFrame(
        {
            "score": (born + rng.normal(size=n)).round(2),
            "age": rng.integers(20, 70, n).astype(float),
            "born": born.round(2),
            "arm": np.where(cluster == 0, "Peer", "Usual"),
            "well": "Well",
        },
        index=[f"f:{i}" for i in range(n)],
    )
    (found,) = fit(people(made, frame, cluster=cluster.astype(str)), made).models
    told = found.results.frame.query("kind == 'mediation'")
    p = told[told["statistic"] == "p"].set_index("term")["value"]
    assert np.isfinite(p["mediator to outcome"])
    assert p.drop("mediator to outcome").isna().all() and len(p) > 4
    assert "e_value" not in set(told["statistic"])
    assert any(remark.template.startswith("No P value of any effect of the mediation") for remark in found.remarks)


@pytest.mark.parametrize(
    ("design", "spec", "exposed", "has_p"),
    [
        ("{kind: cohort, cluster: programme}", "outcome: score, clustering: gee", 6, False),
        ("{kind: cohort, cluster: programme}", "outcome: score, clustering: gee", 7, True),
        ("{kind: cohort, cluster: programme}", "outcome: score", 3, True),  # CR2 counts what is there
        ("{kind: cohort, cluster: programme}", "outcome: score, clustering: mixed", 3, True),
        ("{kind: cohort, weight: w}", "outcome: score", 3, False),
        ("{kind: cohort, weight: w}", "outcome: score, mediator: born", 3, False),
        ("{kind: cohort, cluster: programme}", "outcome: score, mediator: born", 4, False),
        ("{kind: cohort, cluster: programme}", "outcome: score, mediator: born", 5, True),
        ("{kind: cohort, cluster: programme}", f"{DRAWN}, intervals: bootstrap", 10, False),
        ("{kind: cohort, cluster: programme}", f"{DRAWN}, intervals: bca", 10, False),
        ("{kind: cohort, cluster: programme}", f"{DRAWN}, intervals: monte carlo", 10, False),
        ("{kind: cohort, cluster: programme}", f"{DRAWN}, intervals: bootstrap", 11, True),
        ("{kind: cohort, weight: w}", "outcome: score", 11, True),  # more than a quarter,
        ("{kind: cohort, cluster: programme}", "outcome: site, effect: cumulative odds ratio", 9, False),
        ("{kind: cohort, cluster: programme}", "outcome: site, effect: cumulative odds ratio", 10, True),
    ],
)
def test_few_exposed_clusters_of_many_have_no_p_value_where_the_reference_counts_all(
    study: MakeStudy, people: MakePeople, design: str, spec: str, exposed: int, has_p: bool
) -> None:
    """40 clusters: with 3 exposed, 95% intervals by linearisation held the truth in 78 of 100, and those of an indirect
    effect by a bootstrap in 76. The model's own estimate, with CR2 errors, keeps its P."""
    rng, home = np.random.default_rng(4), np.repeat(np.arange(40), 8)
    made = study(
        design.replace("weight: w", "weight: w, psu: programme"),
        swap=("site: {codes", "site: {type: ordered, codes"),
        m=f"{{{spec}, exposure: arm}}",
    )
    own = rng.normal(size=40)[home]
    held = pd.DataFrame(
        {
            "arm": np.where(home < exposed, "Peer", "Usual"),
            "score": own + rng.normal(size=320),
            "born": own + rng.normal(size=320),
            "site": np.array(["North", "South", "West"])[np.digitize(own + rng.logistic(size=320), [-0.5, 0.7])],
        },
        index=[f"f:{i}" for i in range(320)],
    )
    named = home.astype(str)
    keys = {"weight": rng.uniform(1, 2, 320), "psu": named} if "weight" in design else {"cluster": named}
    (found,) = fit(people(made, held, **keys), made, np.random.default_rng(6)).models
    assert np.isfinite(found.results.get(key("estimate", group="unadjusted")))
    p = [key("p", group="unadjusted")] if "mediator" not in spec or "weight" in design else []
    if "mediator" in spec:
        p += [Key("mediation", "m", term, "Peer", "adjustment=unadjusted", "p") for term in ("indirect", "direct")]
    assert {bool(np.isfinite(found.results.get(one))) for one in p} == {has_p}
    said = [s.template for s in found.remarks if "with so few clusters or sampling units on one side" in s.template]
    assert bool(said) != has_p
