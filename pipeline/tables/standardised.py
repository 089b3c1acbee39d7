"""Risks, rates or means at each level of the exposure, as a model of ratios predicts them for the people analysed."""

from __future__ import annotations

from pipeline.models.declared import Declared
from pipeline.models.estimates import Modelled
from pipeline.models.standardised import DIFFERENCE, HIGHER, LOWER, MEAN
from pipeline.results import ALL, Key, Sentence, literal
from pipeline.tables.table import Column, Row, Table

SUFFIX = "-standardised"
"""After the model's name, whose numbers the table holds."""


def standardised_table(modelled: Modelled) -> Table | None:
    """None where no risks or means were made."""
    model, group = modelled.model, modelled.groups[-1]
    there = {key[3:5] for key in modelled.results.lookup() if key[0] == "model" and key[2] == model.exposure.name}
    if not any(at == f"{group};{MEAN}" for _, at in there):
        return None
    what = "Risk, %" if model.event else "Rate" if model.effect == "rate ratio" else "Mean"
    less = "Difference, percentage points" if model.event else "Difference"
    columns = (
        Column(f"{group};{MEAN}", what, form="estimate_ci"),
        Column(f"{group};{DIFFERENCE}", less, form="estimate_ci"),
    )
    rows = tuple(
        Row(label, model.exposure.name, level, "estimate_ci", "level", 1, name=model.name)
        for label, level in _levels(model)
        if (level, f"{group};{MEAN}") in there
    )
    unit = f" ({model.exposure.unit})" if model.exposure.unit else ""
    heading = Row(f"{model.exposure.label}{unit}" if model.exposure.kind == "number" else model.exposure.label, "")
    title = f"{model.title}: what the {model.effect}s mean in {'people' if model.event else 'numbers'}"
    return Table("model", model.name + SUFFIX, title, columns, (heading, *rows), _notes(modelled), "Exposure")


def _levels(model: Declared) -> list[tuple[str, str]]:
    if model.exposure.kind == "number":
        return [("At the lower value", LOWER), ("At the higher value", HIGHER)]
    reference = (f"{model.exposure.reference} (reference)", model.exposure.reference)
    return [reference, *((level, level) for level in model.exposure.levels)]


def _notes(modelled: Modelled) -> tuple[Sentence, ...]:
    model = modelled.model
    outcome = f"{model.outcome.label}{f' ({model.event})' if model.event else ''}"
    covariates = ", with covariates as they are," if model.adjust or model.always else ""
    which = model.words_of(modelled.fitted[-1].adjustment)
    notes = [
        Sentence(
            literal(
                f"{outcome} as the {which} model predicts it where everybody analysed had the exposure so{covariates} "
                "averaged; 95% intervals by the delta method from the model's own errors, for people like these."
            )
        )
    ]  # fmt: skip
    if model.exposure.kind == "number":
        key = Key("model", model.name, model.exposure.name, LOWER, ALL, "value")
        notes.append(
            Sentence(literal(f"{model.exposure.label}: lower value ") + "{low}, higher value {high}.",
                     {"low": key, "high": key._replace(level=HIGHER)})
        )  # fmt: skip
    if model.effect == "rate ratio" and model.time:
        notes.append(Sentence(literal(f"Rates are per unit of {model.time.label}.")))
    if not model.randomised:
        notes.append(Sentence("They describe associations, and not what would happen if the exposure were changed."))
    return tuple(notes)
