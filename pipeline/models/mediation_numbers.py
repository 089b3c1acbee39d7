"""A mediation as results: its paths, what goes by way of the mediator and what does not, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from pipeline.models.coefficients import Coefficients
from pipeline.models.declared import RATIOS, Declared
from pipeline.models.drawn import USUAL, as_coefficients
from pipeline.models.estimates import Mediated, Through
from pipeline.models.frame import Frame
from pipeline.models.numbers import decimals_of, estimate_of, fewest_in_cell, smaller_side
from pipeline.models.standings import INDIRECT_EFFECTS, p_gone, standing_of, without_p
from pipeline.results import Key, Number

TO_MEDIATOR, TO_OUTCOME, PROPORTION, RHO = (
    "exposure to mediator", "mediator to outcome", "proportion mediated", "rho",
)  # fmt: skip
TOTAL, DIRECT, INDIRECT = "total", "direct", "indirect"
TERMS = {
    "te": TOTAL,
    "pnde": DIRECT,
    "tnie": INDIRECT,
    "tnde": "total direct",
    "pnie": "pure indirect",
    "cde": "controlled direct",
}
"""Effect -> its term in results."""
ALWAYS = ("te", "pnde", "tnie")


def shown(model: Declared) -> tuple[str, ...]:
    """Effects that are told: where a difference has no interaction all direct ones are one number, and all indirect."""
    return tuple(TERMS) if model.interaction or model.effect in RATIOS else ALWAYS


def mediation_numbers(model: Declared, held: Frame, mediated: Mediated) -> Iterator[Number]:
    """Ratios themselves, with the standard error of their log, and two-sided P values against no effect."""
    a, b = mediated.to_mediator, mediated.to_outcome
    base = Key("mediation", model.name, "", "", mediated.group)
    yield Number(base, held.rows, held.people(held.used))
    if a is None or b is None or model.mediator is None:
        return
    few = min(_behind(model, held, level) for level in model.exposure.shown) if model.mediator_event else None
    yield from _path(
        model, base._replace(term=TO_OUTCOME), b, model.mediator.name, held.people(held.used) if few is None else few
    )
    places = _places(model, mediated)
    for column, level in zip(model.exposure.columns, model.exposure.shown, strict=True):
        if column in a.terms:
            behind = _behind(model, held, level) if few is None else few
            key = base._replace(term=TO_MEDIATOR, level=level)
            linear = replace(model, effect="risk difference" if model.mediator_event else "mean difference")
            at = standing_of(linear, held, column, a.errors)
            yield from p_gone(_path(model, key, a, column, behind, ratio=False), at is not None and not at.has_p)
    for part in mediated.told:
        people = _behind(model, held, part.level) if few is None else few
        everyone = held.people(held.used)
        yield from _effects(model, base._replace(level=part.level), part, people, everyone, places)


def _behind(model: Declared, held: Frame, level: str) -> int:
    """People in the smallest group that a comparison could be solved for: of a mediator that is a category those with
    each answer on each side count, too. Unadjusted its event is a count; where few have another level, or none, a table
    that withholds them counts on it."""
    alone = not model.adjust
    people = fewest_in_cell(model, held, level) if alone else smaller_side(model, held, level)
    if held.mediator is None or held.mediator_levels is None:
        return people
    sides = [held.at(model.exposure, level)]
    if model.exposure.kind != "number":
        sides.append(held.against(model.exposure, level))
    groups = [side & (held.mediator == value) for side, value in product(sides, (0, 1))]
    if model.event and alone:
        groups = [group & (held.y == value) for group, value in product(groups, (0, 1))]
    found = [held.people(group) for group in groups]
    found = [max(n, 1) for n in found] if model.sensitive else [n for n in found if n]
    return min([people, *found, *(_by_level(model, held, level) if alone else ())])


def _by_level(model: Declared, held: Frame, level: str) -> Iterator[int]:
    """People of the population on either side with each level of the mediator, and with none."""
    term, codes = model.exposure, held.mediator_levels
    sides = [held.population]
    if term.kind != "number":
        column = held.exposure[f"{term.name}={level}"].to_numpy()
        reference = (held.exposure == 0).all(axis=1).to_numpy() if term.kind == "category" else column == 0
        sides = [held.population & (column == 1), held.population & reference]
    for side in sides:
        for code in np.unique(codes) if codes is not None else ():
            if n := held.people(side & (codes == code)):
                yield n


def _path(
    model: Declared, key: Key, found: Coefficients, column: str, people: float, ratio: bool | None = None
) -> Iterator[Number]:
    i = found.position(column)
    ratio = model.ratio if ratio is None else ratio
    low, high = (float(side[i]) for side in found.interval())
    places = decimals_of([(float(found.estimate[i]), float(found.std_error[i]), low, high)], ratio)
    yield from estimate_of(key, found, column, people, places, ratio, model.sensitive)


def _places(model: Declared, mediated: Mediated) -> int:
    lines = [part.found.of(effect) for part in mediated.told if part.found for effect in ALWAYS]
    return decimals_of(lines, model.ratio)


def _few(part: Through) -> bool:
    """Whether one side of the comparison is so few clusters, or people, that no effect has a P value."""
    return part.standing is not None and (part.standing.lone or part.standing.few or part.standing.drawn)


def _effects(
    model: Declared, base: Key, part: Through, people: float, everyone: float, places: int
) -> Iterator[Number]:
    if part.found is None:
        return
    for effect in shown(model):
        key = base._replace(term=TERMS[effect])
        told = estimate_of(key, as_coefficients(part.found), effect, people, places, model.ratio, model.sensitive)
        told = without_p(told, part.standing if effect in INDIRECT_EFFECTS or _few(part) else None)
        told = p_gone(told, part.untested and effect not in INDIRECT_EFFECTS)
        yield from (one for one in told if one.key.statistic != "df" or model.intervals == USUAL)  # draws have none
        if effect in part.e_values:
            of = part.e_values[effect]
            behind = people if model.ratio else min(people, everyone / 2)  # with the estimate it tells the outcome's SD
            yield Number(key._replace(statistic="e_value"), of.estimate, behind, 2, model.sensitive)
            yield Number(key._replace(statistic="e_value_limit"), of.limit, behind, 2, model.sensitive)
    key = base._replace(term=PROPORTION)
    share = part.proportion
    if share is not None and share.estimate is not None:
        for statistic, value in (("estimate", share.estimate), ("ci_low", share.low), ("ci_high", share.high)):
            yield Number(key._replace(statistic=statistic), 100 * value, people, 0, model.sensitive)
    if part.rho is not None:
        yield Number(base._replace(term=RHO, statistic="estimate"), part.rho, people, 2, model.sensitive)

