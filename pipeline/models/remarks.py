"""What a reader must be told before relying on a model: sentences with numbers from its results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from pipeline.cleaning.counted_as import BLANKS, others
from pipeline.models.baseline import baseline_remarks
from pipeline.models.beside_told import beside_remarks
from pipeline.models.declared import Declared, way_to_arm
from pipeline.models.dropped import dropped_remarks
from pipeline.models.estimates import Fitted, Mediated
from pipeline.models.firth import FirthCoefficients
from pipeline.models.frame import Frame
from pipeline.models.joint_told import joint_remarks
from pipeline.models.lone import lone_sides
from pipeline.models.mediation_told import FEW_CLUSTERS, mediation_remarks
from pipeline.models.moderation_told import moderation_remarks
from pipeline.models.numbers import WITHOUT_ROWS, coefficients_of, units_of
from pipeline.models.standings import indirect_remarks, standing_remarks
from pipeline.models.views import said_by_wave
from pipeline.results import ALL, Key, Sentence, literal
from pipeline.study import Study

FEW_EVENTS = 10
"""Events a parameter below which a model of a binary outcome is called fragile (Peduzzi et al. 1996)."""


def remarks(
    study: Study,
    model: Declared,
    held: Frame,
    fitted: Sequence[Fitted],
    mediated: Mediated | None,
    units: dict[str, tuple[int, int]],
) -> list[Sentence]:
    """In the order of weight: what was not estimated, what is unreliable, what was left out, what it can't mean."""

    def at_each(made: Callable[[Frame, Sequence[Fitted]], Iterable[Sentence]]) -> Iterator[Sentence]:
        return said_by_wave(made, model, held, fitted)

    return [
        *_not_estimated(model, fitted, mediated),
        *at_each(lambda view, parts: _levels_without_answer(model, view, parts)),
        *at_each(lambda view, _: _lone_clusters(model, view)),
        *at_each(lambda view, parts: _constant_sides(model, view, parts, study.release.small)),
        *at_each(lambda _, parts: _few_degrees(model, parts)),
        *at_each(lambda _, parts: standing_remarks(model, parts)),
        *indirect_remarks(model, mediated),
        *at_each(lambda _, parts: _beyond_risk(model, parts)),
        *_few_clusters(model, held),
        *at_each(lambda _, parts: beside_remarks(model, parts)),
        *at_each(lambda _, parts: joint_remarks(model, parts)),
        *moderation_remarks(model, held, fitted),
        *_few_events(model, held, fitted),
        *_formed_afterwards(study, model, units),
        *at_each(lambda view, _: _left_out(model, view)),
        *baseline_remarks(model),
        *_counted_as(study, model),
        *dropped_remarks(model, held, fitted),
        *_single_units(held),
        *_meaning(study, model),
        *mediation_remarks(study, model, held, mediated),
    ]


def _not_estimated(model: Declared, fitted: Sequence[Fitted], mediated: Mediated | None) -> Iterator[Sentence]:
    for adjustment, reason in dict.fromkeys((p.adjustment, p.reason) for p in fitted if p.coefficients is None):
        yield Sentence(literal(f"The {adjustment} model was not estimated: {reason}."))
    if mediated is not None and mediated.to_outcome is None:
        yield Sentence(literal(f"The mediation was not estimated: {mediated.reason}."))


def _levels_without_answer(model: Declared, held: Frame, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    term, told = model.exposure, {column for column, lone in lone_sides(model, held).items() if len(lone) == 2}
    empty = [level for level in term.levels if not held.at(term, level).any()]
    if empty:
        yield Sentence(literal(f"Too few {model.unit} are left at {', '.join(empty)} ({term.label}) for an estimate."))
    for part in fitted:
        for level, reason in part.unfit:
            if level not in empty:
                yield Sentence(literal(f"The {part.adjustment} model of {level} was not estimated: {reason}."))
        if part.coefficients is None:
            continue
        found = part.coefficients
        for column, level in zip(term.columns, term.shown, strict=True):
            if (
                column in found.terms
                and column not in told
                and not np.isfinite(found.std_error[found.position(column)])
            ):
                named = f"{term.label}, {level}" if level else term.label
                few = f"The {part.adjustment} estimate for {named} rests on too few {model.unit} and has no interval."
                yield Sentence(literal(few))


def _lone_clusters(model: Declared, held: Frame) -> Iterator[Sentence]:
    """How many units a side has is said by a hole: of people as clusters it would be a small count."""
    many = "sampling units" if held.design is not None else f"clusters ({held.grouped})"
    said: dict[str, Sentence] = {}
    for lone in lone_sides(model, held).values():
        base = Key("model", model.name, model.exposure.name, "", ALL, units_of(held))
        keys = {f"u{i}": base._replace(level=side.level) for i, side in enumerate(lone) if side.level}
        named = [literal(side.level) + f" ({{u{i}}})" for i, side in enumerate(lone) if side.level]
        what = " and ".join(named) or ("each" if len(lone) == 2 else "one") + (
            f" of the two values of {literal(model.exposure.label)}"
        )
        if len(lone) == 2:
            text = f"Too few {literal(many)} have {what}: how they differ can't be known, so no interval."
        else:
            text = f"Unreliable: too few {literal(many)} have {what}: how they differ there can't be known."
        said[text] = Sentence(text, keys, caveat=True)
    yield from said.values()


def _constant_sides(model: Declared, held: Frame, fitted: Sequence[Fitted], small: int) -> Iterator[Sentence]:
    """Sides on which everybody has the same outcome add nothing to an error, as if theirs were known for sure. small:
    people below whom a side is not named, for that all of a group have an answer tells each one's."""
    robust = [part.coefficients for part in fitted if not isinstance(part.coefficients, FirthCoefficients | None)]
    if model.exposure.kind == "number" or not robust:
        return
    names: dict[str, int] = {}
    for level in model.exposure.levels:
        ends = {level: held.at(model.exposure, level), model.exposure.reference: held.against(model.exposure, level)}
        same = {name: rows for name, rows in ends.items() if rows.sum() > 1 == len(np.unique(held.y[rows]))}
        names |= {name: held.people(rows) for name, rows in same.items()}
    if not names:
        return
    if model.sensitive or min(names.values()) < small:
        yield Sentence(
            literal(f"Unreliable: in a group that is compared too few {model.unit} differ to know of their error."),
            caveat=True,
        )
        return
    yield Sentence(
        literal(f"Unreliable: {model.outcome.label} does not vary among {model.analysed} with {', '.join(names)}: ")
        + "intervals take their part for known.",
        caveat=True,
    )


def _beyond_risk(model: Declared, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    if model.effect != "risk difference" or model.exposure.kind == "number":
        return
    for part in fitted:
        if part.coefficients is None:
            continue
        found = part.coefficients
        at = [found.position(column) for column in model.exposure.columns if column in found.terms]
        if any((np.abs(side[at]) > 1).any() for side in found.interval()):
            yield Sentence(
                f"An interval of the {part.adjustment} model reaches beyond a risk difference of −1 or 1, "
                + literal(f"which no risks can have: too few {model.unit} stand behind it for this method.")
            )


def _few_degrees(model: Declared, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    for part in fitted:
        if part.coefficients is None:
            continue
        found = part.coefficients
        for column, level in zip(model.exposure.columns, model.exposure.shown, strict=True):
            if column in found.terms and found.few[found.position(column)]:
                at = f" for {level}" if level else ""
                key = Key("model", model.name, model.exposure.name, level, part.group, "df")
                yield Sentence(
                    literal(f"Unreliable: the {part.adjustment} interval and P value{at} rest on ")
                    + "{df} degrees of freedom, fewer than 4; read the estimate as a description.",
                    {"df": key},
                    caveat=True,
                )


def _few_clusters(model: Declared, held: Frame) -> Iterator[Sentence]:
    if held.cluster is None or held.rows == 0:
        return
    codes = held.cluster[held.used]
    if len(np.unique(codes)) > FEW_CLUSTERS:
        return
    if len(np.unique(codes)) == 1:
        yield Sentence(
            literal(
                f"Everybody belongs to one cluster ({held.grouped}), and how clusters differ can't be known from one: "
            )
            + "name another cluster, or leave 'cluster' out."
        )
        return
    whole = Key("model", model.name, model.exposure.name, "", "adjustment=unadjusted", "clusters")
    word = held.grouped
    yield Sentence(
        "There are only {clusters}" + literal(f" clusters ({word}): ")
        + "standard errors are corrected for so few, and still lean on every one of them.",
        {"clusters": whole},
    )  # fmt: skip
    if not model.randomised and _constant_within(held, codes):
        yield Sentence(
            literal(f"{model.exposure.label} does not vary within a {word}, and ") + "{clusters}"
            + " of them, which nobody drew at random, can't tell its part from their other differences: "
            "this describes these and infers nothing about others.",
            {"clusters": whole},
        )  # fmt: skip


def _constant_within(held: Frame, codes: np.ndarray) -> bool:
    return bool((held.exposure.loc[held.used].groupby(codes).nunique() <= 1).all(axis=None))


def _few_events(model: Declared, held: Frame, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    """The largest model is what counts; the smaller outcome of the two is what is short, of people however many rows
    they have."""
    made = [part for part in fitted if part.coefficients is not None]
    if not model.event or not made:
        return
    largest = max(made, key=coefficients_of)
    most, rarer = coefficients_of(largest), min(held.people(held.used & (held.y == value)) for value in (0, 1))
    if rarer < FEW_EVENTS * most:
        start = literal(f"Fragile: fewer than {FEW_EVENTS} {model.unit} with the rarer answer stand behind ")
        if most == 1:
            yield Sentence(start + "the model's only coefficient.")
            return
        key = Key("model", model.name, model.exposure.name, "", largest.group, "coefficients")
        yield Sentence(start + "each of the model's {most} coefficients.", {"most": key})


def _formed_afterwards(study: Study, model: Declared, units: dict[str, tuple[int, int]]) -> Iterator[Sentence]:
    if not units:
        return
    parent = way_to_arm(study, model)[-1]
    if not any(without for _, without in units.values()):
        yield Sentence(literal(f"The rows of '{model.table}' are counted per row of '{parent}'."))
        return
    base = Key("model", model.name, WITHOUT_ROWS)
    parts, keys = [], {}
    for i, arm in enumerate(units):
        parts.append(f"{{without{i}}} of {{all{i}}} in " + literal(arm))
        keys[f"without{i}"] = base._replace(level=arm, statistic="n")
        keys[f"all{i}"] = base._replace(level=arm, statistic="denominator")
    yield Sentence(
        literal(f"The rows of '{model.table}' came about after randomisation: ") + " and ".join(parts)
        + literal(f" of the randomised ('{parent}') have none, ")
        + "so the groups compared were not formed by chance alone.",
        keys,
        caveat=True,
    )  # fmt: skip


def _left_out(model: Declared, held: Frame) -> Iterator[Sentence]:
    if held.left_out == 0:
        return
    keys = {s: Key("model", model.name, statistic=w) for s, w in (("left", "missing"), ("all", "denominator"))}
    labels = {term.name: term.label for term in model.terms}
    parts = []
    for i, gone in enumerate(held.missing):
        parts.append(literal(f"{labels.get(gone.term, gone.term)} ({gone.reason}) ") + f"{{m{i}}}")
        keys[f"m{i}"] = Key("model", model.name, gone.term, gone.reason, ALL, "missing")
    yield Sentence(
        # no verb: its number would give away a count that is withheld
        "Rows left out because a value is missing: {left} of {all}, by " + "; ".join(parts)
        + ". A row may lack several" + ("; both models stand on the same rows." if model.adjust else "."),
        keys,
    )  # fmt: skip


def _counted_as(study: Study, model: Declared) -> Iterator[Sentence]:
    variable = study.variables.get(model.outcome.name)
    if variable is not None and (joined := others(variable)):
        levels = dict.fromkeys(level.removesuffix(BLANKS) for level in joined)
        yield Sentence(
            literal(f"{model.outcome.label}: other answers or blanks count as {', '.join(levels)}; ")
            + "how many they are stands with the missing answers."
        )


def _single_units(held: Frame) -> Iterator[Sentence]:
    if held.design is not None and held.design.single():
        yield Sentence(
            "Strata with a single sampling unit were centred on the mean of all units, "
            "which errs towards wider intervals."
        )


def _meaning(study: Study, model: Declared) -> Iterator[Sentence]:
    if not model.randomised:
        yield Sentence("Nobody was assigned by chance to what is compared here: the estimates are associations.")
    if study.design.kind == "cross-sectional survey":
        yield Sentence("Everything was asked at one time, so which came first is assumed and not observed.")
    elif together := _asked_together(study, model):
        when = "at the same waves" if model.waves else "at one wave"
        yield Sentence(literal(f"{together} were asked {when}: which came first is assumed and not observed."))


def _asked_together(study: Study, model: Declared) -> str:
    """The scales of a model that are states of the same day, by their labels; empty where they are fewer than two."""
    parts = [part for part in (model.exposure, model.mediator, model.outcome) if part and part.name in study.scales]
    parts = [part for part in parts if part.name not in model.at_baseline]
    return " and ".join(part.label for part in parts) if model.at and len(parts) > 1 else ""
