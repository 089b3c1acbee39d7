"""What a model estimates, as a table: unadjusted beside adjusted, and how it was made in the notes."""

from __future__ import annotations

from pipeline.models.declared import Declared
from pipeline.models.estimates import Modelled
from pipeline.results import ALL, Key, Sentence, literal
from pipeline.tables.table import Column, Row, Table

ESTIMATE = "{estimate} ({ci_low}, {ci_high})"
ERRORS = {
    "CR2": "cluster-robust (CR2), degrees of freedom by Satterthwaite",
    "HC3": "robust to unequal variances (HC3)",
    "Taylor linearisation": "by linearisation over the sample's weights, strata and units",
}


def estimates_table(modelled: Modelled) -> Table:
    """Lines: the exposure, or its levels below the reference. Columns: estimate (95% CI), P, df, an adjustment."""
    model = modelled.model
    columns = _counts(model)
    for fitted in modelled.fitted:
        spanner = fitted.adjustment.capitalize()
        words = f"{model.effect.capitalize()} (95% CI)"
        for label, template in ((words, ESTIMATE), ("P", "{p}"), ("df", "{df}")):
            columns.append(Column(fitted.group, label, template=template, spanner=spanner))
    notes = (*_who(modelled), *_how(modelled))
    return Table("model", model.name, model.title, tuple(columns), _rows(model), notes, "Exposure")


def _rows(model: Declared) -> tuple[Row, ...]:
    term = model.exposure
    if term.kind == "number":
        return (Row(term.label, term.name, template=ESTIMATE, unit=f"per unit{f', {term.unit}' if term.unit else ''}"),)
    heading = Row(term.label, term.name, kind="variable")
    levels = [Row(level, term.name, level, ESTIMATE, "level", 1) for level in term.levels]
    if term.kind == "category":
        levels.insert(0, Row(f"{term.reference} (reference)", term.name, term.reference, ESTIMATE, "level", 1))
    return (heading, *levels)


def _counts(model: Declared) -> list[Column]:
    """Raw counts by level: absolute figures stand beside every comparison."""
    if model.exposure.kind == "number":
        return []
    return [Column(ALL, "Events / n", template="{events} / {n}") if model.event else Column(ALL, "n", template="{n}")]


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
    whole = Key("model", model.name, model.exposure.name, "", modelled.groups[0])
    there = set(modelled.results.lookup())
    if tuple(whole._replace(statistic="clusters")) in there:
        keys = {s: whole._replace(statistic=s) for s in ("n", "clusters", "icc")}
        notes.append(Sentence("{n} rows with every value, in {clusters} clusters; intraclass correlation {icc}.", keys))
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
    notes.append("CI: confidence interval; P: two-sided; df: degrees of freedom.")
    return [Sentence(literal(note)) for note in notes]


def mediation_table(modelled: Modelled) -> Table | None:
    """The paths by way of the mediator; None where the model has none or it was not estimated."""
    model, mediated = modelled.model, modelled.mediated
    if mediated is None or mediated.to_outcome is None or model.mediator is None:
        return None
    found = modelled.results.frame
    paths = found.loc[(found["kind"] == "mediation") & (found["statistic"] == "estimate"), ["term", "level"]]
    rows = [
        Row(f"{_path(term, model)}{f': {level}' if level else ''}", term, level, "{estimate}", "variable")
        for term, level in paths.itertuples(index=False, name=None)
    ]
    columns = tuple(
        Column(mediated.group, label, template=template)
        for label, template in (("Estimate", "{estimate}"), ("95% CI", "{ci_low} to {ci_high}"), ("P", "{p}"))
    )
    notes = (
        Sentence(literal(f"Mediator: {model.mediator.label}.")),
        Sentence("The indirect effect is a product of two coefficients and stands without an interval."),
        Sentence("CI: confidence interval; P: two-sided."),
    )
    title = f"{model.title}: by way of {model.mediator.label}"
    return Table("mediation", model.name, title, columns, tuple(rows), notes, "Path")


def _path(term: str, model: Declared) -> str:
    named = {
        "exposure to mediator": f"{model.exposure.label} to {model.mediator.label if model.mediator else ''}",
        "mediator to outcome": f"{model.mediator.label if model.mediator else ''} to {model.outcome.label}",
    }
    return named.get(term, f"{term.capitalize()} effect")
