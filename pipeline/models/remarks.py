"""What a reader must be told before relying on a model: sentences with numbers from its results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.models.declared import Declared, way_to_arm
from pipeline.models.estimates import Fitted, Mediated
from pipeline.models.frame import Frame
from pipeline.models.lone import lone_sides
from pipeline.models.numbers import WITHOUT_ROWS
from pipeline.results import ALL, Key, Sentence
from pipeline.study import Study

FEW_CLUSTERS = 12
"""Up to here a reader is warned of few clusters."""

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
    return [
        *_not_estimated(model, fitted, mediated),
        *_levels_without_answer(model, held, fitted),
        *_lone_clusters(model, held),
        *_few_degrees(model, fitted),
        *_beyond_risk(model, fitted),
        *_few_clusters(model, held),
        *_few_events(model, held, fitted),
        *_formed_afterwards(study, model, units),
        *_left_out(model, held),
        *_dropped(fitted),
        *_single_units(held),
        *_meaning(study, model, mediated),
    ]


def _not_estimated(model: Declared, fitted: Sequence[Fitted], mediated: Mediated | None) -> Iterator[Sentence]:
    for part in fitted:
        if part.coefficients is None:
            yield Sentence(_plain(f"The {part.adjustment} model was not estimated: {part.reason}."))
    if mediated is not None and mediated.to_outcome is None:
        yield Sentence(_plain(f"The mediation was not estimated: {mediated.reason}."))


def _levels_without_answer(model: Declared, held: Frame, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    term, told = model.exposure, {c for c, sides in lone_sides(model, held).items() if len(sides) == 2}
    empty = [level for level in term.levels if not held.at(term, level).any()]
    if empty:
        yield Sentence(_plain(f"Too few people are left at {', '.join(empty)} ({term.label}) for an estimate."))
    for part in fitted:
        for level, reason in part.unfit:
            if level not in empty:
                yield Sentence(_plain(f"The {part.adjustment} model of {level} was not estimated: {reason}."))
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
                yield Sentence(
                    _plain(f"The {part.adjustment} estimate for {named} rests on too few people and has no interval.")
                )


def _lone_clusters(model: Declared, held: Frame) -> Iterator[Sentence]:
    """Of people as clusters no number is given: one person is a small count."""
    word = held.grouped
    one = "too few people have" if word == "person" else f"only one {word} has"
    said: list[str] = []
    for sides in lone_sides(model, held).values():
        if len(sides) == 2 and not sides[0]:
            said.append(f"There are only two clusters ({word}), and {model.exposure.label} does not vary within them: "
                        "how clusters differ can't be known, so no interval.")  # fmt: skip
        elif len(sides) == 2:
            again = "too few" if word == "person" else "one"
            said.append(f"{one[:1].upper()}{one[1:]} {sides[0]} and {again} {sides[1]}: "
                        "how clusters differ can't be known, so no interval.")  # fmt: skip
        else:
            said.append(f"Unreliable: {one} {sides[0]}: how clusters differ there can't be known.")
    yield from (Sentence(_plain(text)) for text in dict.fromkeys(said))


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
                "which no risks can have: too few people stand behind it for this method."
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
                    _plain(f"Unreliable: the {part.adjustment} interval and P value{at} rest on ")
                    + "{df} degrees of freedom, fewer than 4; read the estimate as a description.",
                    {"df": key},
                )


def _few_clusters(model: Declared, held: Frame) -> Iterator[Sentence]:
    if held.cluster is None or held.rows == 0:
        return
    codes = held.cluster[held.used]
    if len(np.unique(codes)) > FEW_CLUSTERS:
        return
    whole = Key("model", model.name, model.exposure.name, "", "adjustment=unadjusted", "clusters")
    word = held.grouped
    yield Sentence(
        "There are only {clusters}" + _plain(f" clusters ({word}): ")
        + "standard errors are corrected for so few, and still lean on every one of them.",
        {"clusters": whole},
    )  # fmt: skip
    if not model.randomised and _constant_within(held, codes):
        yield Sentence(
            _plain(f"{model.exposure.label} does not vary within a {word}, and ") + "{clusters}"
            + " of them, which nobody drew at random, can't tell its part from their other differences: "
            "this describes these and infers nothing about others.",
            {"clusters": whole},
        )  # fmt: skip


def _constant_within(held: Frame, codes: np.ndarray) -> bool:
    return bool((held.exposure.loc[held.used].groupby(codes).nunique() <= 1).all(axis=None))


def _few_events(model: Declared, held: Frame, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    """The largest model is what counts; the smaller outcome of the two is what is short."""
    sizes = [
        1 if part.separate else len(part.coefficients.terms) - 1 for part in fitted if part.coefficients is not None
    ]
    if not model.event or not sizes:
        return
    ones = int(held.y[held.used].sum())
    most = max(sizes)
    if min(ones, held.rows - ones) < FEW_EVENTS * most:
        behind = "the model's one coefficient" if most == 1 else f"each of the model's {most} coefficients"
        yield Sentence(f"Fragile: fewer than {FEW_EVENTS} people with the rarer answer stand behind {behind}.")


def _formed_afterwards(study: Study, model: Declared, units: dict[str, tuple[int, int]]) -> Iterator[Sentence]:
    if not units:
        return
    parent = way_to_arm(study, model)[-1]
    if not any(without for _, without in units.values()):
        yield Sentence(_plain(f"The rows of '{model.table}' are counted per row of '{parent}'."))
        return
    base = Key("model", model.name, WITHOUT_ROWS)
    parts, keys = [], {}
    for i, arm in enumerate(units):
        parts.append(f"{{without{i}}} of {{all{i}}} in " + _plain(arm))
        keys[f"without{i}"] = base._replace(level=arm, statistic="n")
        keys[f"all{i}"] = base._replace(level=arm, statistic="denominator")
    yield Sentence(
        _plain(f"The rows of '{model.table}' came about after randomisation: ") + " and ".join(parts)
        + _plain(f" of the randomised ('{parent}') have none, so the groups compared were not formed by chance alone."),
        keys,
    )  # fmt: skip


def _left_out(model: Declared, held: Frame) -> Iterator[Sentence]:
    if held.left_out == 0:
        return
    keys = {s: Key("model", model.name, statistic=w) for s, w in (("left", "missing"), ("all", "denominator"))}
    labels = {term.name: term.label for term in model.terms}
    parts = []
    for i, (name, reason, _) in enumerate(held.missing):
        parts.append(_plain(f"{labels.get(name, name)} ({reason}) ") + f"{{m{i}}}")
        keys[f"m{i}"] = Key("model", model.name, name, reason, ALL, "missing")
    yield Sentence(
        # no verb: its number would give away a count that is withheld
        "Rows left out because a value is missing: {left} of {all}, by " + "; ".join(parts)
        + ". A row may lack several" + ("; both models stand on the same rows." if model.adjust else "."),
        keys,
    )  # fmt: skip


def _dropped(fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    dropped = sorted({column for part in fitted for column in part.dropped})
    if dropped:
        yield Sentence(
            _plain(
                f"Other covariates explain {', '.join(dropped)} wholly, or nobody is left there; "
                "the adjusted model goes without."
            )
        )


def _single_units(held: Frame) -> Iterator[Sentence]:
    if held.design is not None and held.design.single():
        yield Sentence(
            "Strata with a single sampling unit were centred on the mean of all units, "
            "which errs towards wider intervals."
        )


def _meaning(study: Study, model: Declared, mediated: Mediated | None) -> Iterator[Sentence]:
    if not model.randomised:
        yield Sentence("Nobody was assigned by chance to what is compared here: the estimates are associations.")
    if study.design.kind == "cross-sectional survey":
        yield Sentence("Everything was asked at one time, so which came first is assumed and not observed.")
    if mediated is not None:
        yield Sentence(
            "The indirect effect, a product of two coefficients, stands without an interval, which needs methods made "
            "for products; it assumes that the exposure comes before the mediator and the mediator before the "
            "outcome, and that nothing else drives two of them."
        )


def _plain(text: str) -> str:
    """Words of a study file inside a template, where a brace would open a hole."""
    return text.replace("{", "(").replace("}", ")")
