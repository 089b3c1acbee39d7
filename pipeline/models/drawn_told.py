"""What is said of intervals that are drawn: what a study file may ask, how they were made, and what they can't bear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.errors import Mistake
from pipeline.models.declared import Declared
from pipeline.models.drawn import BCA, BOOTSTRAP, MONTE_CARLO, USUAL
from pipeline.models.mediation import NaturalEffects
from pipeline.results import Sentence
from pipeline.study import Study

NOTES = {
    MONTE_CARLO: "percentiles of {draws:,} Monte Carlo draws of the coefficients",
    BOOTSTRAP: "percentiles of {draws:,} bootstrap draws of {units}",
    BCA: "{draws:,} bootstrap draws of {units}, bias-corrected and accelerated (BCa)",
}


def check_intervals(study: Study, name: str) -> Iterator[Mistake]:
    """Of a model with a mediator, from the study file alone."""
    spec, at = study.models[name], ("models", name)
    if spec.draws is not None and (spec.intervals or USUAL) == USUAL:
        yield Mistake(
            study.where(*at, "draws"),
            "nothing is drawn for the usual intervals.",
            "Write intervals: monte carlo, intervals: bootstrap or intervals: bca, or leave 'draws' out.",
        )
    if spec.intervals == BCA and study.design.weight:
        yield Mistake(
            study.where(*at, "intervals"),
            "BCa limits correct for draws of units that are all alike, and the design has weights.",
            "Write intervals: bootstrap, or leave 'intervals' out.",
        )


def drawn_methods(model: Declared) -> str:
    """A sentence of how intervals and P values came about, from the declaration alone."""
    inverted = "P values are the levels at which they just hold no effect, and the seed stands in params.yaml."
    if model.intervals == MONTE_CARLO:
        errors = (
            "errors linearised over the sample's units"
            if model.survey
            else "errors as in HC3, or, where rows stand in clusters, linearised over these"
        )
        return (
            f"Their intervals are percentiles of {model.draws:,} draws of both models' coefficients from normal "
            f"distributions around the estimates, with {errors} (Monte Carlo; Imai, Keele & Tingley 2010). {inverted}"
        )
    drawn = (
        "the sample's units (within strata one less than there are, weights scaled up: Rao & Wu 1988)"
        if model.survey
        else "rows, or, where these stand in clusters, of whole clusters"
    )
    limits = "bias-corrected and accelerated limits (BCa; Efron 1987)" if model.intervals == BCA else "percentiles"
    return (
        f"Their intervals are {limits} of both models fitted anew to each of {model.draws:,} draws, with replacement, "
        f"of {drawn}. {inverted}"
    )


def drawn_note(model: Declared, found: NaturalEffects) -> str:
    """Of a table of effects."""
    units = "the sample's units" if model.survey else "clusters" if found.laid.units.given else "rows"
    kind = NOTES[model.intervals].format(draws=model.draws, units=units)
    return f"Intervals of the effects: {kind}; P values follow from the same draws."


def drawn_remarks(model: Declared, found: Sequence[NaturalEffects]) -> Iterator[Sentence]:
    """How many draws have no answer is not said: it would tell how few people a coefficient leans on."""
    if any(one.many_lost for one in found):
        yield Sentence(
            "Unreliable: in more than one of twenty draws the effects by way of the mediator have no answer, and their "
            "intervals speak of the other draws alone.",
            caveat=True,
        )
    elif any(one.failed for one in found):
        yield Sentence(
            "Some draws (up to one of twenty) have no answer for the effects by way of the mediator and are left out."
        )
    if any(one.few_units for one in found):
        many = "sampling units" if model.survey else "clusters"
        yield Sentence(
            f"Unreliable: there are few {many} to draw from (fewer than 20); intervals of the effects by way of the "
            "mediator are too narrow, and the usual ones allow for it.",
            caveat=True,
        )
    if any(one.lone_strata for one in found) and model.intervals != MONTE_CARLO:
        yield Sentence(
            "Unreliable: strata with a single sampling unit stay as they are in every draw, as if nothing in them were "
            "by chance.",
            caveat=True,
        )
