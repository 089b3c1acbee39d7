"""A fitted model held against the simulations of its estimator (``domain``): what it may print, and what is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.models.coefficients import Coefficients, Floats, Ints
from pipeline.models.declared import ORDERED, Declared
from pipeline.models.domain import HIGH, Kind, Standing, standing
from pipeline.models.estimates import Fitted, Mediated
from pipeline.models.frame import Frame
from pipeline.models.lone import ends, lone_sides, sides
from pipeline.models.mediation import NaturalEffects
from pipeline.results import Key, Number, Sentence, literal

NAMES = {"mean difference": "linear", "risk difference": "risk difference", "odds ratio": "logistic",
         "risk ratio": "risk ratio", "rate ratio": "rate", ORDERED: "ordered"}  # fmt: skip
ERRORS = {
    "CR2": "CR2",
    "HC3": "HC3",
    "penalised profile likelihood": "HC3",  # simulated as it is used: where answers are predicted perfectly
    "Kenward-Roger": "mixed",
    "Kauermann-Carroll, t on clusters less coefficients": "GEE",
    "Taylor linearisation": "survey",
    "Kauermann-Carroll score": "clusters",
    "model-based": "model",
}
"""``Coefficients.errors`` -> how the simulations call them."""

COVERAGE = "coverage"
EVENLY = 0.75
"""Share of an exposure's variance that lay within clusters, or more, where it was simulated to differ within them."""

INDIRECT_EFFECTS = ("tnie", "pnie")
LONE = Standing(None, 0.0, lone=True)
UNSAID = Standing(None, 100.0, few=True)
DRAWN = Standing(None, 0.0, drawn=True)
ENOUGH_TO_DRAW = 40
"""Clusters or sampling units from which on drawn intervals of a mediation held the truth in nine of ten (decision 29,
docs/calibration.md)."""

LOPSIDED = 4
"""Times the clusters of the smaller side, from which on a comparison is lopsided."""
FEW_ON_A_SIDE = {
    "Kauermann-Carroll, t on clusters less coefficients": 7,
    "Kauermann-Carroll score": 10,
    "Taylor linearisation": 16,
    "jackknife": 5,
    "percentile": 11,
    "BCa": 11,
    "Monte Carlo": 11,
}
"""``Coefficients.errors``, and ``NaturalEffects.method``, that take all clusters for what a variance is worth, though
that of a lopsided comparison is worth those of its smaller side: clusters there, below which intervals are too narrow
(docs/calibration.md)."""
MEDIATION = "mediation"
FEW_PEOPLE = {"linear HC3": 5, "risk difference HC3": 5, "risk ratio HC3": 5, MEDIATION: 8}
"""The same where rows stand for themselves: people on the smaller side, a quarter of all or less. Of a mediation
whatever its intervals."""


def standings(model: Declared, held: Frame, found: Coefficients) -> Mapping[str, Standing]:
    """Level of the exposure -> how the estimator does in conditions no easier than this one's; empty where its like was
    not simulated. Levels without an interval have none."""
    made: dict[str, Standing] = {}
    for column, level in zip(model.exposure.columns, model.exposure.shown, strict=True):
        if column in found.terms and np.isfinite(found.std_error[found.position(column)]):
            at = standing_of(model, held, column, found.errors)
            made |= {level: at} if at is not None else {}
    return made


def standing_of(model: Declared, held: Frame, column: str, errors: str) -> Standing | None:
    """Of one column of the exposure among the rows that are used. errors: as in ``Coefficients``."""
    if column in lone_sides(model, held) or _lopsided(model, held, column, errors):
        return LONE
    name = f"{NAMES.get(model.effect, '')} {ERRORS.get(errors, '')}"
    return _if_few(_standing(name, model, held, column), model, held, column, name)


def _lopsided(model: Declared, held: Frame, column: str, errors: str) -> bool:
    """Whether so few of many clusters are on one side that these errors take its part for known too well."""
    both = sides(model, held).get(column)
    if both is None or held.units is None:
        return False
    smaller, clusters = min(side.units for side in both), len(np.unique(held.units[held.used]))
    return smaller < FEW_ON_A_SIDE.get(errors, 0) and clusters >= LOPSIDED * smaller


def _if_few(at: Standing | None, model: Declared, held: Frame, column: str, name: str) -> Standing | None:
    """The same without a P value where rows stand for themselves and so few of many people are on one side."""
    both = ends(model, held).get(column) if held.units is None else None
    if both is None:
        return at
    smaller = min(int(rows.sum()) for _, rows in both)
    few = smaller < FEW_PEOPLE.get(name, 0) and held.rows >= LOPSIDED * smaller
    return replace(at or UNSAID, few=True) if few else at


def indirect_standing(model: Declared, held: Frame, column: str, found: NaturalEffects) -> Standing | None:
    """Likewise of what goes by way of a mediator, by two linear models."""
    made = "Taylor linearisation" if (found.method, found.errors) == ("delta", "linearised") else found.method
    if not np.isfinite(found.std_error).any():
        return None
    if column in lone_sides(model, held) or _lopsided(model, held, column, made):
        return LONE
    if len(found.draws) and held.units is not None and len(np.unique(held.units[held.used])) < ENOUGH_TO_DRAW:
        return DRAWN
    simulated = model.effect == "mean difference" and not model.mediator_event and not len(found.draws)
    at = _standing(f"indirect {found.errors}", model, held, column) if simulated else None
    return _if_few(at, model, held, column, MEDIATION)


def total_untested(model: Declared, held: Frame, column: str, found: NaturalEffects) -> bool:
    """Whether the total and the direct effects have no P value. In a sample they are linearised over its units as the
    model's own estimate is: where that has none, they have none. In clusters the jackknife errs towards wide."""
    if held.design is None or not np.isfinite(found.std_error).any():
        return False
    at = standing_of(model, held, column, "Taylor linearisation")
    return at is not None and not at.has_p


def _standing(name: str, model: Declared, held: Frame, column: str) -> Standing | None:
    """The smaller side of a comparison counts, as half of what there is and one: conditions had two sides alike."""
    value = held.exposure[column].to_numpy(dtype=float)[held.used]
    rows = held.rows
    if (both := ends(model, held).get(column)) is not None:
        rows = min(rows, *(2 * int(side.sum()) + 1 for _, side in both))
    if held.units is None:
        return standing(name, "people", 0, rows)
    codes = np.unique(held.units[held.used], return_inverse=True)[1]
    clusters = len(np.unique(codes))
    if held.design is not None:  # conditions had three degrees of freedom to four units
        left = max(held.design.degf(held.used), 0)
        clusters = min(clusters, left + left // 3)
    if column in (units := sides(model, held)):
        clusters = min(clusters, 2 * min(side.units for side in units[column]) + 1)
    return _worse([standing(name, kind, clusters, rows) for kind in _kinds(value, codes)])


def _kinds(value: Floats, codes: Ints) -> tuple[Kind, ...]:
    """Both where more of an exposure lies between clusters than was simulated, and yet not all."""
    size = np.bincount(codes)
    mean = np.bincount(codes, weights=value) / size
    whole = float(((value - value.mean()) ** 2).sum())
    inside = float(((value - mean[codes]) ** 2).sum())
    if inside <= 1e-12 * whole:
        return ("between",)
    return ("within",) if inside >= EVENLY * whole else ("within", "between")


def _worse(found: Sequence[Standing | None]) -> Standing | None:
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    coverage = [one.coverage for one in known]
    least = min(one.least for one in known)
    return Standing(None if None in coverage else min(c for c in coverage if c is not None), least)


def without_p(numbers: Iterator[Number], at: Standing | None) -> Iterator[Number]:
    """The numbers of an estimate, without P where intervals hold the truth too rarely, and with the measured coverage
    where that is not as said."""
    for number in numbers:
        if number.key.statistic == "p" and at is not None and at.coverage is not None and not at.within:
            yield number._replace(key=number.key._replace(statistic=COVERAGE), value=at.coverage, decimals=1)
        yield from p_gone(iter((number,)), at is not None and not at.has_p)


def p_gone(numbers: Iterator[Number], gone: bool) -> Iterator[Number]:
    """The numbers of an estimate, P as if there were none where it is ``gone``."""
    for number in numbers:
        yield number._replace(value=float("nan")) if gone and number.key.statistic == "p" else number


def standing_remarks(model: Declared, fitted: Sequence[Fitted]) -> Iterator[Sentence]:
    """Intervals that hold the truth less often than they say, or more; once where both models do alike. fitted: the
    unadjusted and the adjusted model, of one wave."""
    for part in fitted:
        base = Key("model", model.name, model.exposure.name, "", part.group, COVERAGE)
        for level, at in part.standings.items():
            if part is fitted[-1] or fitted[-1].standings.get(level) != at:
                both = len(fitted) > 1 and all(one.standings.get(level) == at for one in fitted)
                which = "both models" if both else f"the {part.adjustment} model"
                yield from _said(at, base._replace(level=level), which, level)


def indirect_remarks(model: Declared, mediated: Mediated | None) -> Iterator[Sentence]:
    """Likewise of what goes by way of the mediator."""
    for through in mediated.through if mediated is not None else ():
        if through.standing is not None and mediated is not None:
            key = Key("mediation", model.name, "indirect", through.level, mediated.group, COVERAGE)
            every = through.standing.lone or through.standing.drawn
            what = "any effect of the mediation" if every else "what goes by way of the mediator"
            yield from _said(through.standing, key, what, through.level)
        if through.untested and not (through.standing is not None and through.standing.lone):
            of = f" ({literal(through.level)})" if through.level else ""
            yield Sentence(
                f"Nor is a P value of the total and the direct effects of the mediation{of} told: intervals of the "
                "model's own estimate, which are made alike, hold the truth too rarely, or it is not known how often.",
                caveat=True,
            )


def _said(at: Standing, key: Key, what: str, level: str) -> Iterator[Sentence]:
    if at.within or at == UNSAID:
        return
    of = f"{what}{f' ({literal(level)})' if level else ''}"
    if at.lone:
        yield Sentence(
            f"No P value of {of} is told: with so few clusters or sampling units on one side intervals are far too "
            "narrow.",
            caveat=True,
        )
        return
    if at.drawn:
        yield Sentence(
            f"No P value of {of} is told: intervals that are drawn from so few clusters or sampling units are too "
            "narrow.",
            caveat=True,
        )
        return
    if at.coverage is None:
        yield Sentence(
            f"How often intervals of {of} hold the truth is not known: so few clusters or people were not "
            f"simulated.{'' if at.reliable else ' Of more fewer than nine in ten did, so no P value is told.'}",
            caveat=True,
        )
        return
    no_p = "" if at.reliable else " No P value is told where fewer than nine in ten did."
    wide = " They are wider than they need be." if at.coverage > HIGH else ""
    yield Sentence(
        f"In simulations like {of}, 95% intervals held the truth in {{coverage}}% (the least of conditions no easier)."
        f"{wide}{no_p}",
        {"coverage": key},
        caveat=at.coverage <= HIGH,
    )  # fmt: skip
