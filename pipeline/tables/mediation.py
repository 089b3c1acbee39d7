"""What goes by way of a mediator and what does not, as a table: effects with their intervals, then the paths."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.models.declared import Declared
from pipeline.models.drawn import USUAL
from pipeline.models.drawn_told import drawn_note
from pipeline.models.estimates import Mediated, Modelled
from pipeline.models.mediation_numbers import PROPORTION, TERMS, TO_MEDIATOR, TO_OUTCOME, shown
from pipeline.models.mediation_told import compared_words, mediator_of
from pipeline.results import Sentence, literal
from pipeline.tables.table import Column, Row, Table

ERRORS = {
    "HC3": "delta method, robust to unequal variances (HC3)",
    "jackknife": "leaving out one cluster at a time (jackknife), t intervals",
    "linearised": "linearised over {units}, t intervals",
}


def mediation_table(modelled: Modelled) -> Table | None:
    """None where the model has no mediator or none of its effects was estimated."""
    model, mediated = modelled.model, modelled.mediated
    if mediated is None or mediated.to_outcome is None or model.mediator is None:
        return None
    columns = tuple(Column(mediated.group, "", form=form) for form in ("estimate", "ci", "p"))
    title = f"{model.title}: by way of {model.mediator.label}"
    rows = (*_effects(model, mediated), *_paths(model, mediated))
    notes = tuple(Sentence(literal(note)) for note in _notes(modelled, model, mediated))
    return Table("mediation", model.name, title, columns, rows, notes, "Effect or path")


def _effects(model: Declared, mediated: Mediated) -> Iterator[Row]:
    """A heading a level of the exposure, and under it the effects."""
    for part in mediated.told:
        against = f", {part.level} against {model.exposure.reference}" if part.level else ""
        yield Row(f"Effect on {model.outcome.label}{against}", "", unit=model.effect)
        for effect in shown(model):
            term = TERMS[effect]
            yield Row(term.capitalize(), term, part.level, "estimate", "level", 1)
        if part.proportion is not None and part.proportion.estimate is not None:
            yield Row("Proportion mediated", PROPORTION, part.level, "estimate", "level", 1, unit="%")


def _paths(model: Declared, mediated: Mediated) -> Iterator[Row]:
    through, found = mediator_of(model), mediated.to_mediator
    measure = "risk difference" if model.mediator_event else "mean difference"
    alike = measure == model.effect
    yield Row("Paths", "", unit=measure if alike else "")
    for column, level in zip(model.exposure.columns, model.exposure.shown, strict=True):
        if found is not None and column in found.terms:
            label = f"{model.exposure.label} to {through}{f': {level}' if level else ''}"
            yield Row(label, TO_MEDIATOR, level, "estimate", "level", 1, unit="" if alike else measure)
    label = f"{through} to {model.outcome.label}"
    yield Row(label, TO_OUTCOME, "", "estimate", "level", 1, unit="" if alike else model.effect)


def _notes(modelled: Modelled, model: Declared, mediated: Mediated) -> Iterator[str]:
    through = mediator_of(model)
    if not mediated.told:
        yield f"Mediator: {through}. No effect by way of it was estimated."
        return
    yield f"Mediator: {through}. Effects compare {compared_words(model, mediated.told[0].compared)}."
    together = "multiply" if model.ratio else "add up"
    yield (
        f"Indirect: what comes of the change that the exposure makes to {through}. Direct: what the exposure does "
        f"with {through} as it would be without that change. They {together} to the total."
    )
    if len(shown(model)) > 3:
        yield (
            f"Total direct and pure indirect {together} to the same total, the other way round: the indirect taken "
            f"at the exposure's lower side, the direct with {through} as changed. Controlled direct: with {through} "
            f"held {_held(model)}."
        )
    yield (
        f"The outcome's model lets {through} matter differently at different exposures (interaction)."
        if model.interaction
        else f"No interaction: {through} is taken to matter alike at every exposure, as declared."
    )
    if model.interaction or model.ratio:
        averaged = f": it is averaged over the {model.analysed} analysed" if model.ratio else ""
        yield f"The total need not be the estimate of the model without a mediator{averaged}."
    yield "Paths are coefficients of regressions without interaction" + (
        ", per unit of what is a number." if "number" in (model.exposure.kind, model.mediator and model.mediator.kind)
        else "."
    )  # fmt: skip
    yield from _intervals(modelled, mediated)


def _held(model: Declared) -> str:
    if model.mediator_event:
        return f"where {model.mediator_event} did not happen"
    return "at its mean" if model.mediator_at is None else f"at {model.mediator_at:g}"


def _intervals(modelled: Modelled, mediated: Mediated) -> Iterator[str]:
    found = next(part.found for part in mediated.told if part.found is not None)
    if modelled.model.intervals != USUAL:
        yield drawn_note(modelled.model, found)
        return
    unit = "sampling units" if modelled.model.survey else "clusters"
    yield f"Intervals of the effects follow from both models together: {ERRORS[found.errors].format(units=unit)}."
