"""Simple effects and interactions as results: one row a number, with how many people it stands on.

A stratum's effect and the effects of all others, with what is told of everybody, give back what is told of none of
them: each effect therefore stands on the smallest cell of any stratum.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.models.declared import Declared
from pipeline.models.estimates import Fitted, Moderated
from pipeline.models.frame import Frame
from pipeline.models.joint import JointTest
from pipeline.models.joint_told import joint_of
from pipeline.models.moderation import digits_of, inside, strata
from pipeline.models.numbers import ESTIMATE, decimals_of, estimate_of, fewest_in_cell, fewest_of_all, smaller_side
from pipeline.models.standings import p_gone, standing_of
from pipeline.results import ALL, Key, Number

INTERACTION, AT = "exposure by moderator", "at"


def moderation_numbers(model: Declared, held: Frame, fitted: Sequence[Fitted]) -> Iterator[Number]:
    """Term: the moderator; level: its level, or the value of a number; group: the adjustment, and the exposure's level
    where it has several below its reference. ``at``: values that were made of the data."""
    if model.moderator is None or not held.used.any():
        return
    yield from _counts(model, held)
    told = [(part, part.moderated) for part in fitted if part.moderated is not None and not part.moderated.reason]
    if told:
        yield from _values(model, held, told[0][1])
    places = decimals_of((line for _, made in told for line in _lines(made)), model.ratio)
    for part, made in told:
        people = {level: fewest_of(model, held, level, part.adjustment) for level in model.exposure.shown}
        without = dict(untested(model, held, part, made))
        for (place, level), (found, term) in made.effects.items():
            key = effect_key(model, place, level, part.group)
            lines = estimate_of(key, found, term, people[level], places, model.ratio, model.sensitive)
            lines = p_gone(lines, (place, level) in without)
            yield from (line for line in lines if line.key.statistic != "p" or made.interaction is not None)
        for place, level in made.absent:
            key = effect_key(model, place, level, part.group)
            yield from (Number(key._replace(statistic=s), math.nan, people[level]) for s in ESTIMATE
                        if s != "p" or made.interaction is not None)  # fmt: skip
        key, fewest = Key("model", model.name, INTERACTION, "", part.group), fewest_of_all(people.values(), False)
        if isinstance(made.interaction, JointTest):
            yield from joint_of(key, made.interaction, fewest, model.sensitive, not without)
        elif made.product:
            lines = estimate_of(key, *made.product, fewest, places, model.ratio, model.sensitive)
            yield from p_gone(lines, bool(without))


def untested(
    model: Declared, held: Frame, part: Fitted, made: Moderated
) -> Iterator[tuple[tuple[str, str], bool]]:
    """Effects (place, exposure's level) that have no P value, because intervals of their like were seen to hold the
    truth too rarely, among the people of a level or of all, and whether this may be said of them (``Standing.few``);
    then the interaction has none either."""
    rows = {place.level: place.rows for place in made.places}
    columns = dict(zip(model.exposure.shown, model.exposure.columns, strict=True))
    for (place, level), (effect, _) in made.effects.items():
        there = standing_of(model, inside(held, rows[place]), columns[level], effect.errors)
        all_of = part.standings.get(level)
        known = [at for at in (there, all_of) if at is not None]
        if not all(at.has_p for at in known):
            yield (place, level), not all(at.reliable for at in known)


def effect_key(model: Declared, place: str, level: str, group: str) -> Key:
    """The key of a simple effect, but for its statistic."""
    assert model.moderator is not None
    also = f";{model.exposure.name}={level}" if len(model.exposure.shown) > 1 else ""
    return Key("model", model.name, model.moderator.name, place, f"{group}{also}")


def fewest_of(model: Declared, held: Frame, level: str, adjustment: str) -> int:
    """People in the smallest cell of any stratum that a comparison could be solved for."""
    counted = fewest_in_cell if adjustment == "unadjusted" else smaller_side
    cells = (counted(model, inside(held, rows), level) for rows in strata(model, held))
    return fewest_of_all(cells, model.sensitive)


def _counts(model: Declared, held: Frame) -> Iterator[Number]:
    """Rows, events and clusters by level of a moderator that is a category; of them none may be had by subtraction."""
    term = model.moderator
    if term is None or term.kind != "category":
        return
    levels = dict(zip((term.reference, *term.levels), strata(model, held), strict=True))
    fewest = fewest_of_all((held.people(rows) for rows in levels.values()), False)
    both = (held.people(rows & (held.y == value)) for rows in levels.values() for value in (0, 1))
    events = fewest_of_all(both, model.sensitive)
    for level, rows in levels.items():
        key, n = Key("model", model.name, term.name, level), int(rows.sum())
        yield Number(key, n, fewest if n else 0, sensitive=model.sensitive)
        if model.event:
            yield Number(key._replace(statistic="events"), float(held.y[rows].sum()), events, sensitive=model.sensitive)
        if held.cluster is not None:
            many = len(np.unique(held.cluster[rows]))
            yield Number(key._replace(statistic="clusters"), many, fewest if n else 0)


def _values(model: Declared, held: Frame, made: Moderated) -> Iterator[Number]:
    """Values that were made of a mean and an SD, which stand on twice as many; beside the mean of everybody they tell
    of those who were left out."""
    assert model.moderator is not None
    everybody, left = held.people(held.used), held.people(held.population & ~held.used)
    people = min(everybody, left or everybody) / 2
    for place in (place for place in made.places if place.chosen):
        key = Key("model", model.name, model.moderator.name, place.level, ALL, AT)
        step = made.places[1].value - made.places[0].value
        yield Number(key, place.value, people, max(digits_of(step), 0), model.sensitive)


def _lines(made: Moderated) -> Iterator[tuple[float, float, float, float]]:
    for one, term in (*made.effects.values(), *([made.product] if made.product else [])):
        i = one.position(term)
        low, high = one.interval()
        yield float(one.estimate[i]), float(one.std_error[i]), float(low[i]), float(high[i])
