"""A study file with every mistake that a model can make: all of them come at once, each with its place."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes
from pipeline.instruments import check_scales
from pipeline.models.check import check_models
from pipeline.models.fit import fit
from pipeline.study import Study, parse_study

HEAD = """title: Everything wrong at once
data: {file: a.csv, id: id, wave: wave, waves: {1: Start, 2: Later}}
design: {kind: cohort, cluster: programme}
variables:
  programme: {codes: {A: A, B: B}}
  place: {codes: {1: Here}}
  age: {type: number, bands: [18-49, 50+]}
  age_band: {derive: {cut: age}, bands: [18-49, 50+]}
  gender: {codes: {1: Women, 2: Men, 3: Another gender}}
  women: {derive: {regroup: gender, into: {Women: [Women], Others: [Men, Another gender]}}}
  sex: {from: gender, codes: {1: Women, 2: Others, 3: Others}}
  years: {from: age, type: number}
  visits: {type: number, asked_at: [2]}
  mood: {type: number}
  first_mood: {derive: {at_wave: 1, of: mood}}
  first_low: {derive: {cut: first_mood}, bands: [0-4, 5-9]}
  support: {type: number}
  note: {type: text}
release: {rule: journal}
"""
OF_ITSELF = "Leave it out of 'adjust'. If it is meant as it was at the start, write baseline: 1 in the model."
SAME = "are the same answers (of the column"
CASES = {
    "unknown": (
        "outcome: mood, exposure: suport, adjust: [aeg], wave: 3",
        [
            "exposure: there is no variable or scale 'suport'. Did you mean 'support'?",
            "adjust: there is no variable or scale 'aeg'. Did you mean 'age'?",
            "wave: there is no wave '3'. Known: 1, 2, Start, Later.",
        ],
    ),
    "constant": (
        "outcome: mood, exposure: place, adjust: [place, age]",
        [
            "adjust: the exposure 'place' is adjusted for, too. Leave it out of 'adjust'.",
            "exposure: 'place' has one level only, so that everybody has the same. Name an exposure that varies.",
            "adjust: 'place' has one level only, so that everybody has the same. Leave it out of 'adjust'.",
        ],
    ),
    "itself": (
        "outcome: mood, exposure: mood, adjust: [mood, age, age], wave: 2",
        [
            "exposure: 'mood' is both the outcome and the exposure. Name another exposure.",
            f"adjust: the outcome 'mood' is adjusted for, too: it would explain itself. {OF_ITSELF}",
            "adjust: 'age' is named twice. Name it once.",
        ],
    ),
    "between": (
        "outcome: mood, exposure: support, mediator: support, adjust: [support]",
        [
            "mediator: 'support' is both the exposure and the mediator. Name another mediator.",
            "adjust: the exposure 'support' is adjusted for, too. Leave it out of 'adjust'.",
        ],
    ),
    "mediator_adjusted": (
        "outcome: mood, exposure: support, mediator: age, adjust: [age]",
        ["adjust: the mediator 'age' is adjusted for, too, which takes away what goes by way of it. Leave it out of "
         "'adjust'."],
    ),
    "timed": (
        "outcome: visits, exposure: support, effect: rate ratio, time: support",
        ["time: 'support' is both the exposure and the time at risk. Name another time at risk."],
    ),
    "clusters": (
        "outcome: programme, exposure: support, event: A",
        ["outcome: the outcome 'programme' is what makes the clusters, so that it is the same for everybody of one. "
         "Name another outcome, or another cluster."],
    ),
    "own_cluster": (
        "outcome: mood, exposure: gender, cluster: gender",
        ["exposure: the exposure 'gender' is what makes the clusters, so that it is the same for everybody of one. "
         "Name another exposure, or another cluster."],
    ),
    "one_cluster": (
        "outcome: mood, exposure: age, cluster: place, wave: 1",
        ["cluster: the cluster 'place' has one level only, and how clusters differ can't be known from one. Name "
         "another cluster, or leave 'cluster' out."],
    ),
    "bands": (
        "outcome: mood, exposure: support, adjust: [age, age_band, years]",
        [
            f"adjust: 'age_band' and 'age' {SAME} 'age'), and one explains the other. Keep one of the two in 'adjust', "
            "'age' or 'age_band'.",
            f"adjust: 'years' and 'age' {SAME} 'age'), and one explains the other. Keep one of the two in 'adjust', "
            "'age' or 'years'.",
            f"adjust: 'years' and 'age_band' {SAME} 'age'), and one explains the other. Keep one of the two in "
            "'adjust', 'age_band' or 'years'.",
        ],
    ),
    "regrouped": (
        "outcome: mood, exposure: gender, mediator: women, adjust: [sex]",
        [
            f"mediator: 'women' and the exposure 'gender' {SAME} 'gender'), and one explains the other. Name another "
            "mediator.",
            f"adjust: 'sex' and the exposure 'gender' {SAME} 'gender'), and one explains the other. Leave 'sex' out "
            "of 'adjust'.",
            f"adjust: 'sex' and the mediator 'women' {SAME} 'gender'), and one explains the other. Leave 'sex' out "
            "of 'adjust'.",
        ],
    ),
    "baseline_twice": (
        "outcome: mood, exposure: support, adjust: [first_mood, first_low], wave: 2",
        ["adjust: 'first_low' and 'first_mood' are the same answers (of the column 'mood' at wave 1), and one explains "
         "the other. Keep one of the two in 'adjust', 'first_mood' or 'first_low'."],
    ),
    "baseline_at_its_own_wave": (
        "outcome: mood, exposure: support, adjust: [first_mood], wave: 1",
        [f"adjust: 'first_mood' and the outcome 'mood' {SAME} 'mood'), and one explains the other. Leave 'first_mood' "
         "out of 'adjust'."],
    ),
    "order": (
        "outcome: first_low, event: 0-4, exposure: support, mediator: first_mood, wave: 2",
        [
            "mediator: 'first_mood' and the outcome 'first_low' are the same answers (of the column 'mood' at wave 1), "
            "and one explains the other. Name another mediator.",
            "mediator: the mediator 'first_mood' is of wave 1, and the exposure 'support' of wave 2: what comes before "
            "it can't be changed by it. Name a later mediator, or the exposure as it was then: exposure_then: {derive: "
            "{at_wave: 1, of: support}}.",
        ],
    ),
    "outcome_first": (
        "outcome: first_mood, exposure: gender, mediator: support, wave: 2",
        ["outcome: the outcome 'first_mood' is of wave 1, and the mediator 'support' of wave 2: what comes before it "
         "can't be changed by it. Name a later outcome, or the mediator as it was then: mediator_then: {derive: "
         "{at_wave: 1, of: support}}."],
    ),
    "not_asked": (
        "outcome: mood, exposure: support, adjust: [visits], wave: 1",
        ["adjust: 'visits' is asked at wave 2 alone, and the model is of wave 1: everybody lacks it. Write "
         "visits_at_2: {derive: {at_wave: 2, of: visits}} under 'variables' and name that."],
    ),
    "moderated": (
        "outcome: mood, exposure: gender, moderator: women, wave: Later",
        [f"moderator: 'women' and the exposure 'gender' {SAME} 'gender'), and one explains the other. Name another "
         "moderator."],
    ),
    "baseline": (
        "outcome: mood, exposure: support, adjust: [first_mood], baseline: Start, wave: Later",
        ["adjust: 'first_mood' is the outcome as it was at 'Start', which 'baseline' adjusts for. Leave one of the two "
         "out."],
    ),
    "not_asked_by_label": (
        "outcome: mood, exposure: visits, wave: Start",
        ["exposure: 'visits' is asked at wave 2 alone, and the model is of wave Start: everybody lacks it. Write "
         "visits_at_2: {derive: {at_wave: 2, of: visits}} under 'variables' and name that."],
    ),
    "types": (
        "outcome: mood, exposure: note, effect: odds ratio, wave: 2",
        [
            "exposure: 'note' is of type text, which no model can take. Derive a number or a category from it.",
            "effect: the effect 'odds ratio' needs an outcome with two levels, and 'mood' is a number. Write effect: "
            "mean difference, or derive a category with 'cut' and 'regroup'.",
        ],
    ),
}  # fmt: skip


def said(models: str, head: str = HEAD) -> list[str]:
    with pytest.raises(Mistakes) as caught:
        parse_study(f"{head}models:\n{models}", "studies/x.yaml", (check_scales, check_models))
    return [str(m) for m in caught.value.mistakes]


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_is_told_with_its_place(name: str) -> None:
    spec, told = CASES[name]
    line = len(HEAD.splitlines()) + 2
    parts = "".join(f"    {part}\n" for part in _parts(spec))
    found = said(f"  {name}:\n{parts}")
    lines = {part.partition(":")[0]: line + at for at, part in enumerate(_parts(spec), 1)}
    expected = [f"studies/x.yaml:{lines[one.partition(':')[0]]}  models.{name}.{one}" for one in told]
    assert sorted(found) == sorted(expected)


def _parts(spec: str) -> list[str]:
    """``a: b, c: [d, e]`` as lines."""
    parts: list[str] = []
    for piece in spec.split(", "):
        if ": " in piece:
            parts.append(piece)
        else:
            parts[-1] += f", {piece}"
    return parts


def test_all_of_them_come_at_once_beside_misspelt_names_and_broken_parts() -> None:
    """Before, mistakes of models came only when every name elsewhere was right."""
    head = HEAD.replace("type: text}", "typ: text}").replace("{cut: age}", "{cut: ahe}")
    models = "".join(f"  {name}: {{{spec}}}\n" for name, (spec, _) in CASES.items())
    found = said(models + "  fine: {outcome: mood, exposure: support, adjust: [age], wave: 2}\n", head)
    assert found[:2] == [
        "studies/x.yaml:8  variables.age_band.derive: there is no variable or scale 'ahe'. Did you mean 'age'?",
        "studies/x.yaml:18  variables.note.typ: unknown key 'typ'. Did you mean 'type'?",
    ]
    # what hangs on the broken 'note' is not told, nor is age_band the same as age any more
    without = {"types": 2, "bands": 2}
    assert len(found) - 2 == sum(len(told) for _, told in CASES.values()) - sum(without.values())
    assert not any("models.fine" in one for one in found)


@pytest.mark.parametrize(
    "spec",
    [
        "outcome: mood, exposure: support, adjust: [first_mood, age, gender], wave: 2",
        "outcome: mood, exposure: first_mood, mediator: support, wave: 2",
        "outcome: mood, exposure: age, mediator: support, adjust: [women], wave: 1",
        "outcome: mood, exposure: support, adjust: [first_mood, visits]",
        "outcome: mood, exposure: gender, cluster: programme",
    ],
)
def test_what_is_in_order_is_not_told(spec: str) -> None:
    parse_study(f"{HEAD}models:\n  m: {{{spec}}}\n", "studies/x.yaml", (check_scales, check_models))


MEETS: dict[str, tuple[str, list[str]]] = {
    "constant": (
        "{outcome: score, exposure: born}",
        ["The unadjusted model was not estimated: the exposure is the same for everyone who is left."],
    ),
    "constant_outcome": (
        "{outcome: born, exposure: age}",
        ["The unadjusted model was not estimated: the outcome is the same for everyone who is left."],
    ),
    "constant_covariate": (
        "{title: a, outcome: score, exposure: age, adjust: [born]}",
        ["Born is the same for everyone who is left; the adjusted model goes without it. Leave it out of 'adjust'."],
    ),
    "one_cluster": (
        "{outcome: score, exposure: arm, cluster: programme}",
        [
            "The unadjusted model was not estimated: all rows belong to one cluster.",
            "Too few clusters (programme) have Peer ({u0}) and Usual ({u1}): how they differ can't be known, so no "
            "interval.",
            "Everybody belongs to one cluster (programme), and how clusters differ can't be known from one: name "
            "another cluster, or leave 'cluster' out.",
        ],
    ),
    "twice": (
        "{title: b, outcome: score, exposure: arm, adjust: [age, twin]}",
        ["Twin is explained wholly by the other terms; the adjusted model goes without it. Keep one of what says the "
         "same in 'adjust'."],
    ),
    "twice_exposed": (
        "{title: c, outcome: score, exposure: twin, adjust: [age]}",
        ["The adjusted model was not estimated: other terms of the model explain Twin wholly: leave out of 'adjust' "
         "what says the same."],
    ),
    "three_events": (
        "{outcome: well, exposure: age, effect: odds ratio}",
        ["Fragile: fewer than 10 people with the rarer answer stand behind the model's only coefficient."],
    ),
    "fine": ("{title: d, outcome: score, exposure: age, adjust: [arm]}", []),
}  # fmt: skip


def test_what_only_the_data_tell_is_said_and_the_other_models_run(
    study: Callable[..., Study], people: Callable[..., People]
) -> None:
    swap = ("  born: {type: number}\n", "  born: {type: number}\n  twin: {type: number}\n")
    made = study("{kind: cohort}", swap=swap, **{name: spec for name, (spec, _) in MEETS.items()})
    rng = np.random.default_rng(2)
    age = rng.normal(50, 10, 60)
    table = pd.DataFrame({
        "arm": np.repeat(["Peer", "Usual"], 30), "well": ["Well"] * 3 + ["Unwell"] * 57, "age": age, "twin": age,
        "born": 1950.0, "score": rng.normal(size=60), "programme": "A",
    })  # fmt: skip
    estimates = fit(people(made, table), made)
    meant = "Nobody was assigned by chance to what is compared here: the estimates are associations."
    said = {
        found.name: [s.template for s in found.remarks if s.template != meant and not s.template.startswith("E-value")]
        for found in estimates.models
    }
    assert said == {name: told for name, (_, told) in MEETS.items()}
    (fine,) = (found for found in estimates.models if found.name == "fine")
    assert all(part.coefficients is not None for part in fine.fitted)
