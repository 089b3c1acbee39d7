"""What a study file may ask of waves, a baseline and splines, and what it is told otherwise."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.models.asked import asked, asked_only_at
from pipeline.models.check import check_models
from pipeline.models.declared import declared
from pipeline.models.methods import methods
from pipeline.study import Study, parse_study

HEAD = """
title: Made up
data:
  people: {file: a.csv, id: person, wave: w, waves: {1: Start, 2: Half, 3: Year}, parent: {places: place}}
  places: {file: b.csv, id: place}
release: {rule: journal}
variables:
  arm: {codes: {a: Usual, b: Peer}}
  site: {codes: {p: North, q: South, r: West}}
  kinds: {type: choices, codes: {1: Talk, 2: Visits}}
  score: {type: number}
  calm: {type: number, asked_at: [2, 3]}
  faith: {type: number, asked_at: [1]}
  trust: {type: number, asked_at: [1]}
  faith_group: {derive: {cut: faith}, bands: [0-4, 5-9]}
  age: {type: number}
  programme: {type: text}
  size: {in: places, type: number}
  score_then: {type: number, derive: {at_wave: 1, of: score}}
"""


def parsed(model: str, design: str = "{kind: cohort}", head: str = HEAD) -> Study:
    return parse_study(f"{head}design: {design}\nmodels:\n  m: {model}\n", "studies/made_up.yaml")


def told(mistakes) -> list[str]:
    return [str(mistake).split("  ", 1)[1] for mistake in mistakes]


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (
            "{outcome: score, exposure: arm, wave: 2, baseline: Strat}",
            "models.m.baseline: there is no wave 'Strat'. Did you mean 'Start'?",
        ),
        (
            "{outcome: score, exposure: arm, waves: [2, 4]}",
            "models.m.waves: there is no wave '4'. Known: 1, 2, 3, Start, Half, Year.",
        ),
        (
            "{of: places, outcome: size, exposure: size, baseline: 1}",
            "models.m.baseline: table 'places' has no waves. Leave 'baseline' out, or say which column tells the wave "
            "of a row (wave, waves).",
        ),
        (
            "{of: places, outcome: size, exposure: size, waves: [1, 2]}",
            "models.m.waves: table 'places' has no waves. Leave 'waves' out, or say which column tells the wave "
            "of a row (wave, waves).",
        ),
    ],
)
def test_waves_that_are_not_there(model: str, said: str) -> None:
    with pytest.raises(Mistakes) as found:
        parsed(model)
    assert said in told(found.value.mistakes)


@pytest.mark.parametrize("count", [2, 8])
def test_splines_have_three_to_seven_knots(count: int) -> None:
    with pytest.raises(Mistakes) as found:
        parsed(f"{{outcome: score, exposure: arm, adjust: [age], splines: {{age: {count}}}}}")
    (said,) = told(found.value.mistakes)
    assert said.startswith("models.m.splines.age: ")
    assert "3" in said if count < 3 else "7" in said


MIXED = (
    "models.m.clustering: people in several waves and in 'programme' would need two random intercepts, one inside the "
    "other, and this mixed model has one. Write cluster: person (and adjust for 'programme') for one of each person, "
    "or leave 'clustering' out: errors are then by 'programme'."
)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (
            "{outcome: score, exposure: arm, baseline: 1}",
            "models.m.baseline: the model does not say at which later wave its outcome is. Add wave: … (or waves: "
            "[…]), or leave 'baseline' out.",
        ),
        (
            "{outcome: score, exposure: arm, wave: 2, baseline: 2}",
            "models.m.baseline: 'Half' is not before 'Half', where the outcome is. Name an earlier wave than 'Half', "
            "or a later one for the outcome.",
        ),
        (
            "{outcome: score, exposure: arm, waves: [Year, 2], baseline: Year}",
            "models.m.baseline: 'Year' is not before 'Half', where the outcome is. Name an earlier wave than 'Half', "
            "or a later one for the outcome.",
        ),
        (
            "{outcome: calm, exposure: arm, wave: 2, baseline: 1}",
            "models.m.baseline: 'calm' was not asked at 'Start'. Name a wave of its 'asked_at'.",
        ),
        (
            "{outcome: calm, exposure: arm, waves: [1, 2]}",
            "models.m.waves: 'calm' was not asked at 'Start'. Name a wave of its 'asked_at'.",
        ),
        (
            "{outcome: size, exposure: arm, wave: 2, baseline: 1}",
            "models.m.baseline: 'size' is the same at every wave of a person. Name an outcome that is asked at each "
            "wave, or leave this out.",
        ),
        (
            "{outcome: score_then, exposure: arm, waves: [2, 3]}",
            "models.m.waves: 'score_then' is the same at every wave of a person. Name an outcome that is asked at each "
            "wave, or leave this out.",
        ),
        (
            "{outcome: score, exposure: arm, wave: 1, waves: [2, 3]}",
            "models.m.waves: a model has one wave or several. Leave out 'wave' or 'waves'.",
        ),
        (
            "{outcome: score, exposure: arm, waves: [2]}",
            "models.m.waves: these are not two or more waves. Name each once; a single one as 'wave'.",
        ),
        (
            "{outcome: score, exposure: arm, waves: [2, Half]}",
            "models.m.waves: these are not two or more waves. Name each once; a single one as 'wave'.",
        ),
        (
            "{outcome: score, exposure: arm, mediator: age, waves: [2, 3]}",
            "models.m.waves: what goes by way of a mediator is told at one wave. Write wave: …, or leave one out.",
        ),
        (
            "{outcome: score, exposure: kinds, waves: [2, 3]}",
            "models.m.waves: boxes of 'kinds' enter models of their own, which are of one wave. Write wave: …, or "
            "derive a category from the boxes.",
        ),
        (
            "{outcome: score, exposure: age, adjust: [site], splines: {age: 4}}",
            "models.m.splines.age: 'age' is not among the covariates of 'm'. Add it to 'adjust': outcome and exposure "
            "enter as they are.",
        ),
        (
            "{outcome: score, exposure: arm, adjust: [age], splines: {aeg: 4}}",
            "models.m.splines.aeg: 'aeg' is not among the covariates of 'm'. Did you mean 'age'?",
        ),
        (
            "{outcome: score, exposure: arm, adjust: [site], splines: {site: 4}}",
            "models.m.splines.site: 'site' is no number, and only a number can be bent. Leave it out of 'splines': its "
            "levels enter one by one.",
        ),
        (
            "{outcome: score, exposure: arm, cluster: persn, waves: [2, 3]}",
            "models.m.cluster: there is no cluster 'persn'. Name the design's cluster, its second_cluster, a variable, "
            "or the id column.",
        ),
    ],
)
def test_what_no_model_can_follow_is_a_mistake_with_its_line(model: str, said: str) -> None:
    assert told(check_models(parsed(model))) == [said]


def test_one_random_intercept_is_not_two() -> None:
    nested = "{kind: cohort, cluster: programme}"
    model = "{outcome: score, exposure: arm, waves: [2, 3], clustering: mixed%s}"
    assert told(check_models(parsed(model % "", nested))) == [MIXED]
    assert told(check_models(parsed(model % ", cluster: person", nested))) == []
    assert told(check_models(parsed(model % ""))) == []


def test_waves_stand_in_their_order_by_code_or_label() -> None:
    model = declared(parsed("{outcome: score, exposure: arm, waves: [Year, 2], baseline: Start}"), "m")
    assert (model.waves, model.baseline_wave, model.at) == (("Half", "Year"), "Start", " at Half and Year")
    assert model.baseline is not None
    assert (model.baseline.name, model.baseline.label) == ("score at Start", "Score at Start")
    assert model.by_person
    assert declared(parsed("{outcome: score, exposure: arm, wave: Year}"), "m").wave == "Year"


def test_when_a_variable_was_asked_follows_through_what_is_made_of_it() -> None:
    with pytest.raises(Mistakes, match="'trust' is asked at wave 1 alone, and the model is of wave 3"):
        parsed("{outcome: score, exposure: faith_group, adjust: [calm, age, trust], wave: 3}")
    study = parsed("{outcome: score, exposure: faith_group, adjust: [calm, age, trust], wave: 3, baseline: 1}")
    assert asked(study, "faith_group") == {"Start"}
    assert asked(study, "score_then") is None
    assert asked_only_at(study, study.models["m"], "Start") == ("faith_group", "trust")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("", "the approximate Hotelling test (AHT; Pustejovsky & Tipton 2018)"),
        (", clustering: mixed", "the F test of Kenward & Roger (1997)"),
        (", clustering: gee", "Hotelling's T-squared test on the same degrees of freedom"),
    ],
)
def test_methods_say_how_waves_were_compared(more: str, said: str) -> None:
    told = methods(parsed(f"{{outcome: score, exposure: arm, adjust: [age], waves: [2, 3]{more}}}"), "m")
    assert told[0].template.startswith("Score at Half and Year was related to Arm")
    assert f"Whether it differs between them is tested by {said}" in told[0].template
    assert "rows of one person" in told[1].template
