"""What a study file may ask of a model, and what it is told otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.models.check import check_models
from pipeline.models.declared import declared, term
from pipeline.models.methods import methods
from pipeline.study import Study

Make = Callable[..., Study]


def test_what_is_not_said_follows_from_the_variables(study: Make) -> None:
    made = study(m="{outcome: score, exposure: site, adjust: [age]}", w="{outcome: well, exposure: age}")
    numeric, binary = declared(made, "m"), declared(made, "w")
    assert (numeric.effect, numeric.event) == ("mean difference", "")
    assert (binary.effect, binary.event) == ("risk difference", "Well")
    assert numeric.exposure.reference == "North"
    assert numeric.exposure.columns == ("site=South", "site=West")
    assert numeric.title == "Site and score"


def test_a_declared_reference_is_kept(study: Make) -> None:
    made = study(swap=("r: West}}", "r: West}, reference: West}"), m="{outcome: score, exposure: site}")
    assert term(made, "site").reference == "West"
    assert term(made, "site").levels == ("North", "South")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (
            "{outcome: site, exposure: age}",
            (
                "models.m.outcome: 'site' has 3 levels, and none is named as the event. "
                "Add event: North (or another), or regroup it into two levels."
            ),
        ),
        (
            "{outcome: score, exposure: age, effect: odds ratio}",
            (
                "models.m.effect: the effect 'odds ratio' needs an outcome with two levels, and 'score' is a number. "
                "Write effect: mean difference, or derive a category with 'cut' and 'regroup'."
            ),
        ),
        (
            "{outcome: well, exposure: age, effect: mean difference}",
            (
                "models.m.effect: 'well' has levels, and levels have no mean. "
                "Write effect: risk difference, effect: risk ratio or effect: odds ratio."
            ),
        ),
        (
            "{outcome: score, exposure: note}",
            (
                "models.m.exposure: 'note' is of type text, which no model can take. "
                "Derive a number or a category from it."
            ),
        ),
        (
            "{outcome: note, exposure: arm}",
            (
                "models.m.outcome: 'note' is of type text, which no model can take. "
                "Derive a number or a category from it."
            ),
        ),
        (
            "{outcome: score, exposure: arm, mediator: site}",
            (
                "models.m.mediator: the mediator 'site' has 3 levels, and none is named as the event. "
                "Add mediator_event: North (or another), or regroup it into two levels."
            ),
        ),
        (
            "{outcome: score, exposure: arm, mediator: kinds}",
            (
                "models.m.mediator: the mediator 'kinds' is neither a number nor a category. "
                "Use a scale, a number or a category."
            ),
        ),
        (
            "{outcome: score, exposure: arm, mediator: site, mediator_event: Nroth}",
            "models.m.mediator_event: there is no level 'Nroth'. Did you mean 'North'?",
        ),
        (
            "{outcome: score, exposure: arm, mediator: well, mediator_at: 1}",
            (
                "models.m.mediator_at: 'well' is a category, which is held where its event did not happen. "
                "Leave 'mediator_at' out."
            ),
        ),
        (
            "{outcome: score, exposure: arm, mediator: age, mediator_event: old}",
            "models.m.mediator_event: 'age' is a number and has no events. Leave 'mediator_event' out.",
        ),
        (
            "{outcome: score, exposure: arm, compare: [0, 1]}",
            "models.m.compare: 'arm' has levels, which are compared with its reference. Leave 'compare' out.",
        ),
        (
            "{outcome: score, exposure: arm, interaction: false}",
            "models.m.interaction: 'interaction' is of a mediator, and the model has none. Leave 'interaction' out.",
        ),
        (
            "{outcome: score, exposure: arm, mediator: age, compare: [0, 1]}",
            (
                "models.m.compare: 'arm' has levels, which are compared with its reference. "
                "Leave 'compare' out."
            ),
        ),
        (
            "{outcome: score, exposure: born, mediator: age, compare: [2, 2]}",
            "models.m.compare: a value is compared with itself. Name two values, such as [10, 20].",
        ),
        (
            "{outcome: score, exposure: arm, cluster: progamme}",
            "models.m.cluster: there is no cluster 'progamme'. Did you mean 'programme'?",
        ),
        (
            "{outcome: kinds, exposure: arm}",
            (
                "models.m.outcome: 'kinds' has 2 levels, and none is named as the event. "
                "Add event: Talk (or another), or regroup it into two levels."
            ),
        ),
    ],
)
def test_what_no_model_can_follow_is_a_mistake_with_its_line(study: Make, spec: str, said: str) -> None:
    found = check_models(study(m=spec))
    assert [str(m).split("  ", 1)[1] for m in found] == [said]
    assert all(m.where.startswith("studies/made_up.yaml:") for m in found)


def test_all_mistakes_come_at_once(study: Make) -> None:
    made = study(m="{outcome: site, exposure: note}", n="{outcome: well, exposure: age, effect: mean difference}")
    assert len(check_models(made)) == 3


def said(made: Study) -> str:
    return " ".join(sentence.template for sentence in methods(made, "m"))


def test_methods_name_outcome_exposure_covariates_and_errors(study: Make) -> None:
    plain = said(study(m="{outcome: score, exposure: arm, adjust: [age, site]}"))
    assert plain.startswith(
        "Score was related to Arm (Peer against Usual) by linear regression, "
        "once alone and once adjusted for Age and Site. "
    )
    assert "(HC3)" in plain
    trial = said(study("{kind: cluster trial, arm: arm, cluster: programme}", m="{outcome: well, exposure: arm}"))
    assert "Well (Well against any other answer) was related to" in trial
    assert "risk differences, without adjustment." in trial
    assert "(programme), standard errors are cluster-robust with the CR2 correction and Satterthwaite" in trial
    weighted = said(
        study("{kind: cross-sectional survey, weight: w, strata: s, psu: p}", m="{outcome: score, exposure: age}")
    )
    assert "The sample's weights, strata and primary sampling units entered" in weighted
    assert "Age (per unit, years)" in weighted
