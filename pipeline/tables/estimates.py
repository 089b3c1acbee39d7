"""What a model estimates, as a table: unadjusted beside adjusted, and how it was made in the notes."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.models.declared import Declared, Term
from pipeline.models.estimates import Modelled, group_of
from pipeline.models.repeated_told import between_notes
from pipeline.models.splines import told as bent_words
from pipeline.models.views import listed
from pipeline.results import ALL, Key, Sentence, literal
from pipeline.tables.mediation import mediation_table
from pipeline.tables.moderation import moderation_notes, moderation_rows, together_form
from pipeline.tables.table import Column, Row, Table

__all__ = ["estimates_table", "mediation_table"]

ERRORS = {
    "CR2": "cluster-robust (CR2), degrees of freedom by Satterthwaite",
    "Kenward-Roger": "of a mixed model with a random intercept for each cluster (REML), with the adjustment and the "
    "degrees of freedom of Kenward and Roger",
    "Kenward-Roger, random slope": "of a mixed model with a random intercept and a random slope of the exposure for "
    "each cluster (REML), with the adjustment and the degrees of freedom of Kenward and Roger",
    "Kauermann-Carroll, t on clusters less coefficients": "of generalised estimating equations, corrected for few "
    "clusters (Kauermann and Carroll), with a t on clusters less coefficients",
    "Kauermann-Carroll score": "by clusters, corrected for few of them (Kauermann and Carroll), with a t on clusters "
    "less coefficients",
    "model-based": "of the model",
    "penalised profile likelihood": "of Firth's penalised likelihood, with intervals and P values of its profile",
    "HC3": "robust to unequal variances (HC3)",
    "Taylor linearisation": "by linearisation over the sample's weights, strata and units",
}


def estimates_table(modelled: Modelled) -> Table:
    """Lines: the exposure, or its levels below the reference. Columns: estimate (95% CI), P, df, an adjustment."""
    model = modelled.model
    columns = _counts(model)
    for fitted in {part.adjustment: part for part in modelled.fitted}.values():
        spanner = model.words_of(fitted.adjustment).capitalize()
        words = model.effect.capitalize()
        better = _adjusted_p(modelled, fitted.adjustment)
        for label, form in ((words, "estimate_ci"), ("", "p"), *better, ("", "df")):
            columns.append(Column(group_of(fitted.adjustment), label, form=form, spanner=spanner))
    moderated = moderation_notes(modelled, clusters_told(modelled))
    notes = (*_who(modelled), *_how(modelled), *moderated, *modelled.fits, *_family(modelled))
    rows = (*_rows(model, together_form(modelled)), *moderation_rows(modelled))
    return Table("model", model.name, model.title, tuple(columns), rows, notes, "Exposure")


def _adjusted_p(modelled: Modelled, adjustment: str) -> tuple[tuple[str, str], ...]:
    """The column of P values adjusted in a family, beside those that it holds."""
    family, groups = modelled.family, {part.group for part in modelled.fitted if part.adjustment == adjustment}
    held = family is not None and any(key.name == modelled.name and key.group in groups for key in family.tests)
    return (("", family.statistic),) if family is not None and held else ()


def _family(modelled: Modelled) -> list[Sentence]:
    return [Sentence(literal(modelled.family.note))] if modelled.family is not None else []


def _rows(model: Declared, form: str) -> tuple[Row, ...]:
    term = model.exposure
    if model.waves:
        unit = f"per unit{f', {term.unit}' if term.unit else ''}" if term.kind == "number" else ""
        return (Row(term.label, term.name, kind="variable", unit=unit),
                *(line for wave in model.waves for line in _at_wave(term, wave, form)))  # fmt: skip
    if term.kind == "number":
        unit = f"per unit{f', {term.unit}' if term.unit else ''}"
        return (Row(term.label, term.name, form="estimate_ci", unit=unit),)
    heading = Row(term.label, term.name, form=form, kind="variable")
    levels = [Row(level, term.name, level, "estimate_ci", "level", 1) for level in term.levels]
    if term.kind == "category":
        levels.insert(0, Row(f"{term.reference} (reference)", term.name, term.reference, "estimate_ci", "level", 1))
    return (heading, *levels)


def _at_wave(term: Term, wave: str, form: str) -> Iterator[Row]:
    """The lines of one of several waves. form: of the line of all levels together."""
    where = f"wave={wave}"
    if term.kind == "number":
        yield Row(wave, term.name, "", "estimate_ci", "level", 1, group=where)
        return
    yield Row(wave, term.name, form=form, kind="variable", indent=1, group=where)
    for level in (term.reference, *term.levels):
        words = f"{level}{' (reference)' if level == term.reference else ''}"
        yield Row(words, term.name, level, "estimate_ci", "level", 2, group=where)


def _counts(model: Declared) -> list[Column]:
    """Raw counts by level: absolute figures stand beside every comparison."""
    by_level = model.moderator is not None and model.moderator.kind == "category"
    if model.exposure.kind == "number" and not by_level:
        return [Column(group_of("unadjusted"), "", form="n")] if model.waves else []
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
    whole = Key("model", model.name, model.exposure.name, "", group_of(modelled.fitted[0].adjustment))
    if clusters_told(modelled):
        keys = {s: whole._replace(statistic=s) for s in ("n", "clusters", "icc")}
        many = "cluster" if modelled.results.get(keys["clusters"]) == 1 else "clusters"
        where = "of {clusters} people" if model.by_person else f"in {{clusters}} {many}"
        notes.append(Sentence("{n} rows with every value, " + where + "; intraclass correlation {icc}.", keys))
    else:
        notes.append(Sentence("{n} rows with every value.", {"n": whole}))
    return notes


def clusters_told(modelled: Modelled) -> bool:
    """Whether rows belong to clusters."""
    model = modelled.model
    key = Key("model", model.name, model.exposure.name, "", group_of(modelled.fitted[0].adjustment), "clusters")
    return tuple(key) in modelled.results.lookup()


def _how(modelled: Modelled) -> list[Sentence]:
    model = modelled.model
    notes = []
    if model.baseline is not None:
        every = "Both models are" if model.adjust else "The model is"
        notes.append(f"{every} adjusted for the outcome at baseline ({model.baseline.label}).")
    if model.waves:
        notes.append(
            f"One model of {listed(model.waves)}, with a coefficient of the exposure at each"
            + ("; covariates count alike at all of them." if model.adjust or model.always else ".")
        )
    if model.adjust:
        one = len(model.adjust) == 1 and len(model.adjust[0].columns) == 1 and not model.splines
        own = (
            "its own coefficient answers another question and is"
            if one
            else ("their own coefficients answer another question and are")
        )
        adjusted = ", ".join(term.label + bent_words(model, term.name) for term in model.adjust)
        notes.append(f"Adjusted for {adjusted}; {own} not shown.")
    errors = dict.fromkeys(f.coefficients.errors for f in modelled.fitted if f.coefficients is not None)
    each = "person" if model.by_person else "cluster"
    notes += [f"Standard errors: {ERRORS.get(name, name)}.".replace("each cluster", f"each {each}") for name in errors]
    unfit = dict.fromkeys((f.adjustment, f.reason) for f in modelled.fitted if f.coefficients is None)
    notes += [f"The {adjustment} model was not estimated: {reason}." for adjustment, reason in unfit]
    return [*(Sentence(literal(note)) for note in notes), *between_notes(model, modelled.between)]
