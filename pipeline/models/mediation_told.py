"""What is said of a mediation: how it was done, and what a reader must know before relying on it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.models.declared import RATIOS, Declared, Term
from pipeline.models.drawn import USUAL
from pipeline.models.drawn_told import drawn_methods, drawn_remarks
from pipeline.models.estimates import Mediated, Through
from pipeline.models.frame import Frame
from pipeline.models.jackknife import MOST
from pipeline.models.mediation_numbers import INDIRECT, RHO, TERMS
from pipeline.models.numbers import smaller_side
from pipeline.results import Key, Sentence, literal
from pipeline.study import Study

FEW_DF = 4.0
"""Fewer degrees of freedom than these make an interval unreliable."""

FEW_CLUSTERS = 12
"""Up to here a reader is warned of few clusters, whatever a model estimates."""


def mediator_of(model: Declared) -> str:
    """The mediator's label, with its event."""
    label = model.mediator.label if model.mediator else ""
    return f"{label} ({model.mediator_event})" if model.mediator_event else label


def mediation_methods(model: Declared) -> str:
    """From the declaration alone."""
    if model.mediator is None:
        return ""
    through, outcome = mediator_of(model), model.outcome.label
    first = "logistic regression" if model.mediator_event else "linear regression"
    second = "logistic regression" if model.effect in RATIOS else "linear regression"
    product = (
        "with a product of exposure and mediator, so that the mediator may matter differently at different exposures"
        if model.interaction
        else "without a product of exposure and mediator, as the study file declares"
    )
    if model.effect in RATIOS and not model.mediator_event:
        product += f"; {through} is taken as normal around its mean, with one variance"
    if model.exposure.kind == "choices" and len(model.exposure.levels) > 1:
        product += "; beside each answer the other answers stand as covariates"
    averaged = f" Effects are averaged over the {model.analysed} analysed."
    if first == second and model.effect not in RATIOS:
        averaged = ""
    return (
        f" What goes by way of {through} was told by natural effects (Valeri & VanderWeele 2013), out of a {first} of "
        f"{through} and a {second} of {outcome}, {product}; they compare {compared_words(model)}.{averaged} "
        f"{_errors(model)}{_shares(model)}"
    )


def _errors(model: Declared) -> str:
    if model.intervals != USUAL:
        return drawn_methods(model)
    kind = "Their intervals follow from both models together"
    if model.survey:
        return f"{kind}, by linearisation over the sample's units, with a t reference of units less strata."
    return (
        f"{kind}: of rows that stand for themselves by the delta method with errors as in HC3; in clusters, with a t "
        f"reference of clusters less one, by leaving out one cluster at a time (jackknife), of more than {MOST} by "
        "linearisation."
    )


def _shares(model: Declared) -> str:
    said = (
        " The proportion mediated is told only where the interval of the total effect leaves out no effect and both "
        "parts point the same way"
    )
    if model.effect in RATIOS:
        scale = "odds" if model.effect == "odds ratio" else "risk"
        return f"{said}, on the scale of excess {scale}. E-values are those of VanderWeele & Ding (2017)."
    if model.event:
        return f"{said}."
    rho = "" if model.mediator_event else ", and rho as in Imai, Keele & Yamamoto (2010)"
    return f"{said}. E-values are those of VanderWeele & Ding (2017) for differences in standard deviations{rho}."


def compared_words(model: Declared, chosen: str = "") -> str:
    """Which values of the exposure are compared, in a clause. chosen: as in ``Through.compared``; empty: as it would be
    chosen."""
    term = model.exposure
    if term.kind == "choices":
        return f"each answer of {term.label}, ticked, with not ticked"
    if term.kind == "category":
        return f"{_either(term)} of {term.label} with {term.reference}"
    unit = f" {term.unit}" if term.unit else ""
    if model.compare is not None:
        low, high = (f"{value:g}" for value in model.compare)
        return f"{term.label} at {high}{unit} with {low}{unit}"
    one, among = f"one unit{f' ({term.unit})' if term.unit else ''}", "its mean among those analysed"
    if chosen == "both":
        return f"the higher of the two values of {term.label} with the lower"
    if chosen == "below":
        return f"{term.label} at {among} with {one} below (nobody lies {one} above)"
    if chosen == "above":
        return f"{term.label} at {one} above {among} with the mean itself"
    return (
        f"{term.label} at {one} above {among} with the mean itself (the mean with {one} below it where nobody lies so "
        "high, and of just two values the higher with the lower)"
    )


def _either(term: Term) -> str:
    return " and ".join([", ".join(term.levels[:-1]), term.levels[-1]]) if len(term.levels) > 1 else term.levels[0]


def mediation_remarks(study: Study, model: Declared, held: Frame, mediated: Mediated | None) -> Iterator[Sentence]:
    """In the order of weight: without an answer, unreliable, and what is assumed."""
    if mediated is None or model.mediator is None:
        return
    for part in mediated.through:
        people = smaller_side(model, held, part.level)
        yield from _of_level(model, part, people >= study.release.small)
    if not mediated.told:
        return
    yield from _few_units(model, held, mediated)
    yield from _assumed(model)
    yield from _as_linear(model, mediated)
    for part in mediated.told:
        yield from _unmeasured(model, mediated.group, part)


def _of_level(model: Declared, part: Through, told: bool) -> Iterator[Sentence]:
    """told: whether so many people are on either side that it may be said what an interval holds."""
    at = f" of {part.level}" if part.level else ""
    if part.found is None:
        yield Sentence(literal(f"The mediation{at} was not estimated: {part.reason}."))
        return
    if part.found.laid.beyond:
        yield Sentence(
            literal(
                f"Beyond the data: nobody analysed has a value of {model.exposure.label} near one of the two that the "
                "effects compare; declare others with compare."
            ),
            caveat=True,
        )
    if (known := np.isfinite(part.found.std_error)).any() and not known.all():
        exact = f"An effect by way of {mediator_of(model)}{at} has no interval: the model fits one side exactly"
        yield Sentence(literal(f"{exact}, so that there is nothing by which it could vary."))
    elif not known.all():
        few = f"Effects by way of {mediator_of(model)}{at} rest on too few {model.unit} for an interval."
        yield Sentence(literal(few))
    elif part.proportion is not None and part.proportion.estimate is None and told and not model.sensitive:
        yield Sentence(literal(f"No proportion mediated{at} is told: {part.proportion.reason}."))


def _few_units(model: Declared, held: Frame, mediated: Mediated) -> Iterator[Sentence]:
    found = [part.found for part in mediated.told if part.found is not None]
    if model.intervals != USUAL:
        yield from drawn_remarks(model, found)
        return
    told_before = FEW_CLUSTERS if held.design is None else 0
    if any(one.df < FEW_DF for one in found):
        yield Sentence(
            "Unreliable: intervals and P values of the effects by way of the mediator rest on fewer than 4 degrees of "
            "freedom; read them as a description.",
            caveat=True,
        )
    elif held.design is None and any(one.errors == "linearised" and one.laid.units.present <= MOST for one in found):
        yield Sentence(
            literal(
                f"Unreliable: without one of the clusters ({held.grouped}) the effects by way of a mediator have no "
                "answer; their intervals are too narrow."
            ),
            caveat=True,
        )
    elif any(one.few_units and one.laid.units.present > told_before for one in found):
        many = "sampling units" if held.design is not None else "clusters"
        yield Sentence(
            f"There are few {many} for effects by way of a mediator (fewer than 20): their intervals are t intervals "
            "that allow for it, and lean on every one of them."
        )


def _assumed(model: Declared) -> Iterator[Sentence]:
    through, outcome, exposure = mediator_of(model), model.outcome.label, model.exposure.label
    beyond = f" beyond what {_covariates(model)}" if _covariates(model) else ", for nothing is adjusted for"
    start = f"The arms were assigned by chance, {through} was not: the" if model.randomised else "The"
    yield Sentence(
        literal(
            f"{start} indirect and the direct effect take it that {exposure} comes before {through} and {through} "
            f"before {outcome}, that nothing unmeasured drives two of them{beyond}, and that {exposure} "
            f"changes nothing that drives both {through} and {outcome}.{_normal(model)}"
        ),
        caveat=True,
    )


def _normal(model: Declared) -> str:
    """What ratios assume of a mediator that is a number; a linear outcome needs its mean alone."""
    if model.mediator is None or model.mediator_event or model.effect not in RATIOS:
        return ""
    return (
        f" They also take {model.mediator.label} for normal around its mean, with one variance: of what is skewed, or "
        "has few values, they are off, and so is their total; a category has no such assumption (mediator_event)."
    )


def _covariates(model: Declared) -> str:
    """What stands beside the exposure in both models, a clause; empty where nothing does."""
    if model.adjust or model.always:
        return "the models are adjusted for"
    several = model.exposure.kind == "choices" and len(model.exposure.levels) > 1
    return "the other answers tell" if several else ""


def _as_linear(model: Declared, mediated: Mediated) -> Iterator[Sentence]:
    if any(part.found.laid.linear_chance for part in mediated.told if part.found is not None):
        what = (
            f"Chances of {model.event}"
            if model.event
            else f"{model.outcome.label}, which has just two values, has chances that"
        )
        yield Sentence(
            literal(
                f"{what} are taken as linear here, which near 0 and 1 they are not; how strong something unmeasured "
                "would have to be is told of a category with effect: odds ratio or effect: risk ratio."
            )
        )


def _unmeasured(model: Declared, group: str, part: Through) -> Iterator[Sentence]:
    """E-values and rho in plain words."""
    if part.found is None:
        return
    base = Key("mediation", model.name, "", part.level, group)
    through, outcome = mediator_of(model), model.outcome.label
    at = literal(f" ({part.level})") if part.level else ""
    for effect, both in (("tnie", f"{through} and {outcome}"), ("te", f"{model.exposure.label} and {outcome}")):
        if effect not in part.e_values or (effect == "te" and model.randomised):
            continue
        key = base._replace(term=TERMS[effect])
        keys = {"e": key._replace(statistic="e_value")}
        text = (
            f"To explain the {TERMS[effect]} effect{at} away, something unmeasured would have to go with both "
            + literal(both) + " by a risk ratio of at least {e} each (E-value)"
        )  # fmt: skip
        keys["limit"] = key._replace(statistic="e_value_limit")
        text += "; for its interval to hold no effect {limit} would do (1: it does as it is)."
        yield Sentence(text, keys)
    if part.rho is not None:
        yield Sentence(
            f"The {INDIRECT} effect{at} would be nought if by something unmeasured the errors of "
            + literal(f"{through} and {outcome}") + " went together with a correlation of {rho} (rho).",
            {"rho": base._replace(term=RHO, statistic="estimate")},
        )  # fmt: skip
