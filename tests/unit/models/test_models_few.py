"""Few on one side of a comparison, or to draw from: no P value, what is said of it, and what must not be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import release
from pipeline.disclosure.release import rule_for
from pipeline.models.fit import fit
from pipeline.models.methods import methods
from pipeline.models.standings import ENOUGH_TO_DRAW, FEW_ON_A_SIDE, FEW_PEOPLE, MEDIATION
from pipeline.results import Key, Results
from pipeline.study import Study
from pipeline.study.outputs import Release

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]


def key(statistic: str, level: str = "Peer", group: str = "adjusted") -> Key:
    return Key("model", "m", "arm", level, f"adjustment={group}", statistic)


@pytest.mark.parametrize(
    ("spec", "few", "of", "has_p"),
    [
        ("outcome: score", 4, 200, False),
        ("outcome: score", 5, 200, True),
        ("outcome: score", 4, 16, False),
        ("outcome: score", 4, 15, True),  # more than a quarter
        ("outcome: well, event: Well, effect: risk difference", 4, 200, False),
        ("outcome: well, event: Well, effect: odds ratio", 4, 200, True),
        ("outcome: score, mediator: born", 7, 200, False),
        ("outcome: score, mediator: born, intervals: bootstrap", 7, 200, False),
        ("outcome: score, mediator: born", 8, 200, True),
    ],
)
def test_few_people_who_stand_for_themselves_have_no_p_value_and_no_remark_tells_how_few(
    study: MakeStudy, people: MakePeople, spec: str, few: int, of: int, has_p: bool
) -> None:
    """Where intervals held the truth in fewer than nine in ten of simulated studies (docs/calibration.md)."""
    rng = np.random.default_rng(8)
    held = pd.DataFrame(
        {
            "arm": np.where(np.arange(of) < few, "Peer", "Usual"),
            "score": rng.normal(size=of),
            "born": rng.normal(size=of),
            "well": np.where(np.arange(of) % 2 == 0, "Well", "Unwell"),
        },
        index=[f"f:{i}" for i in range(of)],
    )
    made = study("{kind: cohort}", m=f"{{{spec}, exposure: arm}}")
    (found,) = fit(people(made, held), made, np.random.default_rng(6)).models
    terms = ("indirect", "direct", "total") if "mediator" in spec else ()
    p = [Key("mediation", "m", term, "Peer", "adjustment=unadjusted", "p") for term in terms]
    p += [] if terms else [key("p", group="unadjusted")]
    assert {bool(np.isfinite(found.results.get(one))) for one in p} == {has_p}
    words = " ".join(s.template for s in found.remarks)
    assert "bootstrap" not in spec or "intervals of what goes by way" not in words, "as of more people"
    assert "P value" not in words.replace("P value of all levels", ""), "it would tell how few there are"
    assert ("no P value" in " ".join(s.template for s in methods(made, "m"))) == ("odds" not in spec)


def test_where_rows_may_belong_together_and_none_do_it_is_said_what_few_people_have_not(
    study: MakeStudy, people: MakePeople
) -> None:
    """Everybody answered at one of two waves: people stand for themselves, and 4 on one side have no P value."""
    waves = ("id: person}", "id: person, wave: w, waves: {1: Start, 2: Year}}")
    made = study("{kind: cohort}", waves, m="{outcome: score, exposure: arm}")
    held = pd.DataFrame(
        {"arm": np.where(np.arange(200) < 4, "Peer", "Usual"), "score": np.random.default_rng(8).normal(size=200)},
        index=[f"f:{i}" for i in range(200)],
    )
    (found,) = fit(people(made, held, wave=np.tile(["Start", "Year"], 100)), made).models
    assert np.isnan(found.results.get(key("p", group="unadjusted")))
    said = " ".join(s.template for s in methods(made, "m"))
    assert "Where none do, they are heteroskedasticity-consistent (HC3). Where fewer than 5 rows are on one" in said


def test_where_an_estimate_is_withheld_no_p_value_for_few_looks_like_any_other(
    study: MakeStudy, people: MakePeople
) -> None:
    """4 people of one side: the released rows are those of the same model with its P value."""
    rng = np.random.default_rng(8)
    arm = np.where(np.arange(200) < 4, "Peer", "Usual")
    held = pd.DataFrame({"arm": arm, "score": rng.normal(size=200)}, index=[f"f:{i}" for i in range(200)])
    made = study("{kind: cohort}", m="{outcome: score, exposure: arm}")
    (found,) = fit(people(made, held), made).models
    frame = found.results.frame.copy()
    at = frame["statistic"] == "p"
    assert frame.loc[at, "value"].isna().all() and at.sum() == 1
    frame.loc[at, "value"] = 0.04
    quiet, loud = (release(r, made.release, made).to_csv() for r in (found.results, Results(frame)))
    assert quiet == loud and b",estimate,,[c]" in quiet and b",p,,[c]" in quiet


@pytest.mark.parametrize("clusters", [39, 40])
@pytest.mark.parametrize("intervals", ["bootstrap", "monte carlo"])
def test_intervals_drawn_from_few_clusters_have_no_p_value(
    study: MakeStudy, people: MakePeople, clusters: int, intervals: str
) -> None:
    """With two sides alike (decision 29, docs/calibration.md)."""
    rng, home = np.random.default_rng(4), np.arange(400) % clusters
    arm = np.where(home % 2 == 0, "Peer", "Usual")
    held = pd.DataFrame(
        {"arm": arm, "score": rng.normal(size=400), "born": rng.normal(size=400)}, index=[f"f:{i}" for i in range(400)]
    )
    spec = f"{{outcome: score, exposure: arm, mediator: born, intervals: {intervals}, draws: 1000}}"
    made = study("{kind: cohort, cluster: programme}", m=spec)
    (found,) = fit(people(made, held, cluster=home.astype(str)), made, np.random.default_rng(6)).models
    base = Key("mediation", "m", "", "Peer", "adjustment=unadjusted", "")
    for term in ("indirect", "direct", "total"):
        assert np.isfinite(found.results.get(base._replace(term=term, statistic="ci_low")))
        assert np.isfinite(found.results.get(base._replace(term=term, statistic="p"))) == (clusters == 40)
    said = [s.template for s in found.remarks if "that are drawn from so few clusters" in s.template]
    assert bool(said) == (clusters == 39)


@pytest.mark.parametrize(("few", "withheld"), [(4, True), (6, False)])
def test_a_number_of_two_values_stands_on_the_people_of_its_smaller_side(
    study: MakeStudy, people: MakePeople, few: int, withheld: bool
) -> None:
    rng = np.random.default_rng(8)
    held = pd.DataFrame(
        {"born": (np.arange(200) < few) * 1.0, "score": rng.normal(size=200)}, index=[f"f:{i}" for i in range(200)]
    )
    made = study("{kind: cohort}", m="{outcome: score, exposure: born}")
    (found,) = fit(people(made, held), made).models
    at = Key("model", "m", "born", "", "adjustment=unadjusted", "estimate")
    assert release(found.results, made.release, made).withheld(at) == withheld


@pytest.mark.parametrize(("exposed", "has_p"), [(15, False), (16, True)])
def test_sixteen_units_of_a_sample_on_one_side_are_enough(
    study: MakeStudy, people: MakePeople, exposed: int, has_p: bool
) -> None:
    rng, unit = np.random.default_rng(4), np.arange(640) % 80
    held = pd.DataFrame(
        {"arm": np.where(unit < exposed, "Peer", "Usual"), "score": rng.normal(size=640)},
        index=[f"f:{i}" for i in range(640)],
    )
    made = study("{kind: cross-sectional survey, weight: w, psu: p}", m="{outcome: score, exposure: arm}")
    sample = people(made, held, weight=rng.uniform(1, 2, 640), psu=unit.astype(str))
    (found,) = fit(sample, made).models
    assert np.isfinite(found.results.get(key("p", group="unadjusted"))) == has_p


def test_the_page_names_the_limits_that_the_code_has() -> None:
    page = (Path(__file__).parents[3] / "docs/calibration.md").read_text("utf-8")
    gee = FEW_ON_A_SIDE["Kauermann-Carroll, t on clusters less coefficients"]
    ordered, sample = FEW_ON_A_SIDE["Kauermann-Carroll score"], FEW_ON_A_SIDE["Taylor linearisation"]
    (drawn,) = {FEW_ON_A_SIDE[kind] for kind in ("percentile", "BCa", "Monte Carlo")}
    assert f"where fewer clusters than {gee} (GEE), {ordered} (ordered outcomes) or {sample} (samples)" in page
    assert f"where fewer than {FEW_ON_A_SIDE['jackknife']} clusters (of intervals that are drawn: {drawn})" in page
    (alone,) = {FEW_PEOPLE[name] for name in FEW_PEOPLE if name != MEDIATION}
    assert f"So differences and risk ratios have no P value where fewer than {alone}, and a quarter" in page
    assert f"So no effect of theirs has a P value where fewer than {FEW_PEOPLE[MEDIATION]}, and a quarter" in page
    assert f"of fewer than {ENOUGH_TO_DRAW} clusters or sampling units no effect has a P value" in page


def test_the_methods_say_what_else_has_no_p_value_for_few_people(study: MakeStudy) -> None:
    made = study(
        "{kind: cohort}",
        one="{outcome: score, exposure: arm}",
        two="{outcome: score, exposure: arm, moderator: well}",
        three="{outcome: score, exposure: site}",
    )
    said = {name: methods(made, name)[1].template for name in made.models}
    assert "no P value (nor one of the interaction) is told" in said["two"]
    assert "no P value (nor one of all levels together) is told" in said["three"]
    assert "no P value is told" in said["one"]


@pytest.mark.parametrize("rule", ["journal, below: 7", "opensafely", "midpoint6", "nhs", "acro", "cms"])
def test_words_hold_back_of_no_fewer_people_than_the_door_does(rule: str) -> None:
    kind, _, below = rule.partition(", below: ")
    said = Release.model_validate({"rule": kind} | ({"below": int(below)} if below else {}))
    door = rule_for(said)
    assert door is not None and said.small >= max(door.smallest, door.first)
    assert Release.model_validate({"rule": "none", "because": "made up"}).small == 0
