"""What a model estimates, as a table: unadjusted beside adjusted, and how it was made in the notes."""

from __future__ import annotations

from pipeline.models.declared import Declared
from pipeline.models.estimates import Modelled
from pipeline.results import ALL, Key, Sentence, literal
from pipeline.tables.mediation import mediation_table
from pipeline.tables.table import Column, Row, Table

__all__ = ["estimates_table", "mediation_table"]

ERRORS = {
    "CR2": "cluster-robust (CR2), degrees of freedom by Satterthwaite",
    "Kenward-Roger": "of a mixed model with a random intercept for each cluster (REML), with the adjustment and the "
    "degrees of freedom of Kenward and Roger",
    "Kauermann-Carroll, t on clusters less coefficients": "of generalised estimating equations, corrected for few "
    "clusters (Kauermann and Carroll), with a t on clusters less coefficients",
    "clustered score": "by clusters, with a t on clusters less one",
    "model-based": "of the model",
    "penalised profile likelihood": "of Firth's penalised likelihood, with intervals and P values of its profile",
    "HC3": "robust to unequal variances (HC3)",
    "Taylor linearisation": "by linearisation over the sample's weights, strata and units",
}


def estimates_table(modelled: Modelled) -> Table:
    """Lines: the exposure, or its levels below the reference. Columns: estimate (95% CI), P, df, an adjustment."""
    model = modelled.model
    columns = _counts(model)
    for fitted in modelled.fitted:
        spanner = fitted.adjustment.capitalize()
        words = model.effect.capitalize()
        better = _adjusted_p(modelled, fitted.group)
        for label, form in ((words, "estimate_ci"), ("", "p"), *better, ("", "df")):
            columns.append(Column(fitted.group, label, form=form, spanner=spanner))
    notes = (*_who(modelled), *_how(modelled), *_family(modelled))
    return Table("model", model.name, model.title, tuple(columns), _rows(model), notes, "Exposure")


def _adjusted_p(modelled: Modelled, group: str) -> tuple[tuple[str, str], ...]:
    """The column of P values adjusted in a family, beside those that it holds."""
    family = modelled.family
    held = family is not None and any(key.name == modelled.name and key.group == group for key in family.tests)
    return (("", family.statistic),) if family is not None and held else ()


def _family(modelled: Modelled) -> list[Sentence]:
    return [Sentence(literal(modelled.family.note))] if modelled.family is not None else []


def _rows(model: Declared) -> tuple[Row, ...]:
    term = model.exposure
    if term.kind == "number":
        unit = f"per unit{f', {term.unit}' if term.unit else ''}"
        return (Row(term.label, term.name, form="estimate_ci", unit=unit),)
    heading = Row(term.label, term.name, kind="variable")
    levels = [Row(level, term.name, level, "estimate_ci", "level", 1) for level in term.levels]
    if term.kind == "category":
        levels.insert(0, Row(f"{term.reference} (reference)", term.name, term.reference, "estimate_ci", "level", 1))
    return (heading, *levels)


def _counts(model: Declared) -> list[Column]:
    """Raw counts by level: absolute figures stand beside every comparison."""
    if model.exposure.kind == "number":
        return []
    return [Column(ALL, "", form="events_n" if model.event else "n")]


def _who(modelled: Modelled) -> list[Sentence]:
    """How many the estimates stand on; in clusters, how many of these and how alike their people are."""
    model = modelled.model
    notes = []
    if model.event:
        notes.append(Sentence(literal(f"Outcome: {model.outcome.label}; event: {model.event}.")))
    else:
        notes.append(
            Sentence(
                literal(f"Outcome: {model.outcome.label}{f' ({model.outcome.unit})' if model.outcome.unit else ''}.")
            )
        )
    if model.time:
        unit = f" ({model.time.unit})" if model.time.unit else ""
        notes.append(Sentence(literal(f"Rates are per unit of {model.time.label}{unit}.")))
    whole = Key("model", model.name, model.exposure.name, "", modelled.groups[0])
    there = set(modelled.results.lookup())
    if tuple(whole._replace(statistic="clusters")) in there:
        keys = {s: whole._replace(statistic=s) for s in ("n", "clusters", "icc")}
        many = "cluster" if modelled.results.get(keys["clusters"]) == 1 else "clusters"
        told = f"{{n}} rows with every value, in {{clusters}} {many}; intraclass correlation {{icc}}."
        notes.append(Sentence(told, keys))
    else:
        notes.append(Sentence("{n} rows with every value.", {"n": whole}))
    return notes


def _how(modelled: Modelled) -> list[Sentence]:
    model = modelled.model
    notes = []
    if model.adjust:
        one = len(model.adjust) == 1 and len(model.adjust[0].columns) == 1
        own = (
            "its own coefficient answers another question and is"
            if one
            else ("their own coefficients answer another question and are")
        )
        adjusted = ", ".join(term.label for term in model.adjust)
        notes.append(f"Adjusted for {adjusted}; {own} not shown.")
    errors = dict.fromkeys(f.coefficients.errors for f in modelled.fitted if f.coefficients is not None)
    notes += [f"Standard errors: {ERRORS.get(name, name)}." for name in errors]
    notes += [
        f"The {f.adjustment} model was not estimated: {f.reason}." for f in modelled.fitted if f.coefficients is None
    ]
    return [Sentence(literal(note)) for note in notes]
