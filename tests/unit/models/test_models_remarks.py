"""What a reader is told before relying on a model."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.models.fit import fit
from pipeline.results import Key
from pipeline.study import Study

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]


def table(n: int = 60, **columns: object) -> pd.DataFrame:
    rng = np.random.default_rng(11)
    base = {
        "arm": np.where(np.arange(n) % 2, "Peer", "Usual"),
        "age": rng.integers(20, 70, n).astype(float),
        "score": rng.normal(size=n),
        "well": np.where(np.arange(n) % 3, "Well", "Unwell"),
        "site": np.array(["North", "South", "West"])[np.arange(n) % 3],
    }
    return pd.DataFrame({**base, **columns}, index=[f"f:{i}" for i in range(n)])


def remarks(study: Study, people: People) -> list[str]:
    (found,) = fit(people, study).models
    known = set(found.results.lookup())
    assert all(set(map(tuple, s.keys.values())) <= known for s in found.remarks)
    return [s.template for s in found.remarks]


ASSOCIATION = "Nobody was assigned by chance to what is compared here: the estimates are associations."


def test_a_sound_trial_has_nothing_to_say(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: trial, arm: arm}", m="{outcome: score, exposure: arm}")
    assert remarks(made, people(made, table())) == []


def test_seven_programmes_are_described_only(study: MakeStudy, people: MakePeople) -> None:
    """Sizes 8 6 5 9 5 7 1, and an exposure that is the same for everyone of a programme."""
    programme = np.repeat(list("ABCDEFG"), [8, 6, 5, 9, 5, 7, 1])
    made = study("{kind: programme evaluation, cluster: programme}", m="{outcome: score, exposure: arm}")
    arm = np.where(np.isin(programme, ["A", "C", "E"]), "Peer", "Usual")
    said = remarks(made, people(made, table(41, arm=arm), cluster=programme))
    assert said == [
        (
            "Unreliable: the unadjusted interval and P value for Peer rest on {df} degrees of freedom, fewer than 4; "
            "read the estimate as a description."
        ),
        (
            "How often intervals of the unadjusted model (Peer) hold the truth is not known: so few clusters or people "
            "were not simulated."
        ),
        (
            "There are only {clusters} clusters (programme): standard errors are corrected for so few, "
            "and still lean on every one of them."
        ),
        (
            "Arm does not vary within a programme, and {clusters} of them, which nobody drew at random, can't tell its "
            "part from their other differences: this describes these and infers nothing about others."
        ),
        ASSOCIATION,
    ]


def test_few_clusters_of_a_trial_are_told_and_are_no_description(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: cluster trial, arm: arm, cluster: programme}", m="{outcome: score, exposure: arm}")
    cluster = [f"{i % 2}{i % 5}" for i in range(60)]  # ten, each in one arm
    few, wild = remarks(made, people(made, table(), cluster=cluster))
    assert few.startswith("There are only {clusters} clusters (programme)")
    assert wild.startswith("By the wild cluster bootstrap over all sign vectors")


def test_few_events_are_called_fragile_from_the_rarer_answer(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: cohort}", m="{outcome: well, exposure: arm, adjust: [site]}")
    rare = np.where(np.arange(60) < 39, "Well", "Unwell")
    fragile = (
        "Fragile: fewer than 10 people with the rarer answer stand behind each of the model's {most} coefficients."
    )
    assert fragile in remarks(made, people(made, table(well=rare)))  # 21 < 3 * 10 <= 39
    (found,) = fit(people(made, table(well=rare)), made).models
    shown = next(s for s in found.remarks if "most" in s.keys)
    assert found.results.get(shown.keys["most"]) == 3  # arm, and two of three sites
    alone = study("{kind: cohort}", m="{outcome: well, exposure: arm}")
    assert remarks(alone, people(alone, table(well=rare))) == [ASSOCIATION]  # 21 >= 1 * 10


def test_few_events_are_of_people_however_many_rows_they_have(study: MakeStudy, people: MakePeople) -> None:
    """Seven people in two arms, thrice asked: 21 rows with the rarer answer are more than ten, and its people less."""
    waves = ("id: person}", "id: person, wave: w, waves: {1: Start, 2: Half, 3: Year}}")
    made = study("{kind: cohort}", waves, m="{outcome: well, exposure: arm}")
    person = np.arange(60) % 20
    held = table(well=np.where(person < 7, "Unwell", "Well"), arm=np.where(person % 2, "Peer", "Usual"))
    keys = {"id": [f"p{i}" for i in person], "wave": [("Start", "Half", "Year")[i // 20] for i in range(60)]}
    fragile = "Fragile: fewer than 10 people with the rarer answer stand behind the model's only coefficient."
    assert fragile in remarks(made, people(made, held, **keys))
    enough = held.assign(well=np.where(person < 10, "Unwell", "Well"))
    assert fragile not in remarks(made, people(made, enough, **keys))


def test_rows_that_are_no_people_are_called_what_they_are(study: MakeStudy, people: MakePeople) -> None:
    """As the study file calls them, braces and all."""
    swap = ("id: person}", 'id: person, unit: "ses{s}ions"}')
    made = study("{kind: cohort}", swap, m="{outcome: well, exposure: arm, adjust: [site], effect: odds ratio}")
    held = table(well=np.where(np.arange(60) < 9, "Unwell", "Well"), site="North")
    (found,) = fit(people(made, held), made).models
    said = [s.template for s in (*found.remarks, *found.fits)]
    few = "Fragile: fewer than 10 ses{{s}}ions with the rarer answer stand behind the model's only coefficient."
    assert few in said
    assert any(s.startswith("Of two ses{{s}}ions, one with the outcome and one without") for s in said)
    assert not any("people" in s for s in said)


def test_a_covariate_that_others_explain_goes_and_is_named(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: cohort}", m="{outcome: score, exposure: arm, adjust: [age, born]}")
    both = table()
    both["born"] = 2026 - both["age"]
    said = remarks(made, people(made, both))
    assert said[0] == (
        "Born is explained wholly by the other terms; the adjusted model goes without it. Keep one of what says the "
        "same in 'adjust'."
    )
    alike = both.assign(born=both["age"], age=44.0)
    assert remarks(made, people(made, alike))[0] == (
        "Age is the same for everyone who is left; the adjusted model goes without it. Leave it out of 'adjust'."
    )


def test_a_level_of_a_covariate_that_another_explains_is_named_alone(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: cohort}", m="{outcome: score, exposure: age, adjust: [arm, site]}")
    both = table()
    both["site"] = np.where(both["arm"] == "Peer", "South", np.where(np.arange(60) // 2 % 2, "North", "West"))
    assert remarks(made, people(made, both))[0] == (
        "Site (South) is explained wholly by the other terms; the adjusted model goes without it."
    )


def test_an_exposure_that_covariates_explain_is_not_estimated(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: cohort}", m="{outcome: score, exposure: born, adjust: [site, age]}")
    both = table()
    both["born"] = 2026 - both["age"] + (both["site"] == "West")
    (found,) = fit(people(made, both), made).models
    assert found.fitted[0].coefficients is not None
    assert found.remarks[0].template == (
        "The adjusted model was not estimated: other terms of the model explain Born wholly: leave out of 'adjust' "
        "what says the same."
    )
    key = Key("model", "m", "born", "", "adjustment=adjusted", "estimate")
    assert np.isnan(found.results.get(key))
    assert found.results.get(key._replace(statistic="n")) == 60


def test_levels_without_people(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: cohort}", m="{outcome: score, exposure: site}")
    no_west = np.where(np.arange(60) % 2, "North", "South")
    said = remarks(made, people(made, table(site=no_west)))
    assert said[0] == "Too few people are left at West (Site) for an estimate."
    no_north = np.where(np.arange(60) % 2, "West", "South")
    said = remarks(made, people(made, table(site=no_north)))
    assert "The unadjusted model was not estimated: too few people are left at North, the reference." in said
    only_west = np.full(60, "West")
    said = remarks(made, people(made, table(site=only_west)))
    assert said[0] == "The unadjusted model was not estimated: the exposure is the same for everyone who is left."


def test_separation_is_named_unless_it_would_tell_a_sensitive_answer(study: MakeStudy, people: MakePeople) -> None:
    spec = "{outcome: well, exposure: arm, effect: odds ratio}"
    split = table()
    split["well"] = np.where((split["arm"] == "Peer") | (split["age"] > 40), "Well", "Unwell")
    made = study("{kind: cohort}", m=spec)
    said = remarks(made, people(made, split))
    shrunk = "; its estimates are of Firth's penalised likelihood, which shrinks them."
    assert said[0] == f"In the unadjusted model the outcome is predicted perfectly (separation) by arm=Peer{shrunk}"
    hidden = study("{kind: cohort}", ("n: Unwell}}", "n: Unwell}, sensitive: true}"), m=spec)
    (found,) = fit(people(hidden, split), hidden).models
    assert found.remarks[0].template == f"In the unadjusted model too few have one of the two answers{shrunk}"
    behind = found.results.frame.query("statistic == 'events'")["people"]
    assert set(behind) == {1}  # nobody unwell among the peers: counts as small


def test_nobody_complete(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: programme evaluation, cluster: programme}", m="{outcome: score, exposure: arm, adjust: [age]}")
    said = remarks(made, people(made, table(score=np.nan), cluster=["A", "B"] * 30))
    assert said[0] == "The unadjusted model was not estimated: no row has every value."


def test_everyone_in_one_cluster(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: programme evaluation, cluster: programme}", m="{outcome: score, exposure: arm}")
    said = remarks(made, people(made, table(), cluster="A"))
    assert said == [
        "The unadjusted model was not estimated: all rows belong to one cluster.",
        "Too few clusters (programme) have Peer ({u0}) and Usual ({u1}): how they differ can't be known, so no "
        "interval.",
        "Everybody belongs to one cluster (programme), and how clusters differ can't be known from one: name another "
        "cluster, or leave 'cluster' out.",
        ASSOCIATION,
    ]


def test_a_lone_sampling_unit_is_told(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: cross-sectional survey, weight: w, strata: s, psu: p}", m="{outcome: score, exposure: age}")
    strata, psu = np.repeat(["a", "b", "c"], 20), np.array([str(i // 5) for i in range(60)])
    psu[strata == "c"] = "9"
    said = remarks(made, people(made, table(), weight=1.0, strata=strata, psu=psu))
    assert any(s.startswith("Strata with a single sampling unit were centred") for s in said)
    few = study(
        "{kind: cross-sectional survey, weight: w, strata: s, psu: p}",
        m="{outcome: score, exposure: site, adjust: [age, arm]}",
    )
    said = remarks(few, people(few, table(), weight=1.0, strata=strata, psu=np.where(np.arange(60) % 2, "1", "2")))
    assert (
        said[0]
        == "The adjusted model was not estimated: the design has too few sampling units for so many coefficients."
    )


def test_braces_in_a_study_file_open_no_hole(study: MakeStudy, people: MakePeople) -> None:
    made = study(
        "{kind: cohort}",
        ("age: {type: number", 'age: {label: "Age {years}", type: number'),
        m="{outcome: score, exposure: age}",
    )
    held = table()
    held.loc["f:1", "age"] = np.nan
    (found,) = fit(people(made, held), made).models
    said = [s.template.format(**dict.fromkeys(s.keys, "7")) for s in (*found.remarks, *found.methods)]
    assert any("Age {years} (no answer) 7" in s for s in said)
    assert any("Age {years} (per unit, years)" in s for s in said)


@pytest.mark.parametrize("adjust", ["", ", adjust: [age, site]"])
def test_made_up_answers_never_stand_in_a_sentence(study: MakeStudy, people: MakePeople, adjust: str) -> None:
    made = study("{kind: cohort}", m=f"{{outcome: score, exposure: arm{adjust}}}")
    held = table()
    held.loc["f:1", "age"] = np.nan
    digits = [s for s in remarks(made, people(made, held)) if any(c.isdigit() for c in s.replace("{m0}", ""))]
    assert digits == []


@pytest.mark.parametrize("design", ["{kind: cohort}", "{kind: programme evaluation, cluster: programme}"])
def test_an_outcome_that_does_not_vary_on_one_side_is_told(study: MakeStudy, people: MakePeople, design: str) -> None:
    """None of 30 against two of three: the first add no error, whatever the sandwich is made of."""
    made = study(design, m="{outcome: well, exposure: arm}")
    held = table()
    held["well"] = np.where((held["arm"] == "Peer") & (np.arange(60) % 3 > 0), "Well", "Unwell")
    said = remarks(made, people(made, held, cluster=[f"c{i % 15}" for i in range(60)]))
    assert "Unreliable: Well does not vary among people with Usual: intervals take their part for known." in said
    hidden = study(design, ("n: Unwell}}", "n: Unwell}, sensitive: true}"), m="{outcome: well, exposure: arm}")
    said = remarks(hidden, people(hidden, held, cluster=[f"c{i % 15}" for i in range(60)]))
    assert any(s.startswith("Unreliable: in a group that is compared too few people differ") for s in said)
    assert not any("Usual" in s for s in said)


@pytest.mark.parametrize(("few", "named"), [(4, False), (5, True)])
def test_a_side_of_few_on_which_all_have_the_same_answer_is_not_named(
    study: MakeStudy, people: MakePeople, few: int, named: bool
) -> None:
    """Its count is withheld, and each of the few would know what the others said."""
    made = study("{kind: cohort}", m="{outcome: well, exposure: arm}")
    held = table()
    held["arm"] = np.where(np.arange(60) < few, "Peer", "Usual")
    held["well"] = np.where((held["arm"] == "Usual") & (np.arange(60) % 3 > 0), "Well", "Unwell")
    said = remarks(made, people(made, held))
    assert any(s.startswith("Unreliable: Well does not vary among people with Peer") for s in said) == named
    assert any(s.startswith("Unreliable: in a group that is compared too few people differ") for s in said) != named


def test_no_sentence_holds_a_count_of_its_own(study: MakeStudy, people: MakePeople) -> None:
    """Thresholds of a method and versions are words; whatever is counted is a hole with a row of results behind it."""
    few = table(5)
    spec = "adjust: [age, site, born]"
    models = [
        f"{{outcome: score, exposure: arm, {spec}}}",
        f"{{outcome: well, exposure: arm, effect: odds ratio, {spec}}}",
    ]
    few["born"] = [1.0, 5, 2, 9, 3]
    for design in ("{kind: cohort}", "{kind: cross-sectional survey, weight: w, strata: s, psu: p}"):
        for spec in models:
            made = study(design, m=spec)
            keys = {"weight": 1.0, "strata": "a", "psu": ["1", "2", "3", "4", "4"]} if "weight" in design else {}
            for said in remarks(made, people(made, few, **keys)):
                words = re.sub(r"\{\w+\}|fewer than (4|10)|−1 or 1", "", said)
                assert not re.search(r"\d|\b(two|three|four|five)\b", words), said


def test_an_outcome_that_leaves_no_error_is_not_estimated(study: MakeStudy, people: MakePeople) -> None:
    made = study("{kind: cohort}", m="{outcome: well, exposure: arm}")
    sure = table()
    sure["well"] = np.where(sure["arm"] == "Peer", "Well", "Unwell")
    assert remarks(made, people(made, sure))[0] == (
        "The unadjusted model was not estimated: "
        "the model fits everyone exactly, which leaves no error to be estimated."
    )
    all_well = np.full(60, "Well")
    assert remarks(made, people(made, table(well=all_well)))[0] == (
        "The unadjusted model was not estimated: the outcome is the same for everyone who is left."
    )
