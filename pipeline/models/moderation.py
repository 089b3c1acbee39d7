"""Whether an exposure does more at some values of a moderator: simple effects, and the test of their difference.

One regression with exposure, moderator, their products and the covariates, written down in several ways that span the
same columns: with a column of the exposure for each level of the moderator, or with the moderator less a value, a
coefficient is the simple effect there (Aiken & West 1991, Multiple Regression, ch. 2; Cohen, Cohen, West & Aiken 2003,
sect. 9.2), with whatever errors the model's other estimates have. The products are nought where effects do not differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.models.coefficients import Coefficients, Floats, NotEstimable
from pipeline.models.declared import Declared, Term
from pipeline.models.estimates import Interaction, Moderated, Place
from pipeline.models.frame import Flags, Frame
from pipeline.models.jointly import jointly
from pipeline.models.linear import INTERCEPT, independent
from pipeline.models.lone import lone_sides, without_interval
from pipeline.models.mediation_told import FEW_CLUSTERS
from pipeline.models.regress import FEWEST, clause, regress

BELOW, MEAN, ABOVE = "one SD below the mean", "the mean", "one SD above the mean"
CHOSEN = (BELOW, MEAN, ABOVE)
"""Where simple effects are told of a moderator that is a number, in the words of results."""
FEW_LEFT = "too few {unit} are left at more than one value of the moderator"
UNTOLD = "values of the moderator are too small, too large or too alike to be told apart"
NO_INTERVAL = "at some value of the moderator there is no interval"


@dataclass(frozen=True, eq=False)
class _Laid:
    """Columns of one way to write the regression down. shown: (place, exposure's level) -> the column that is the
    simple effect. products: columns that are nought where these do not differ, empty where another way has them."""

    x: pd.DataFrame
    shown: Mapping[tuple[str, str], str]
    products: tuple[str, ...]


def labels_of(model: Declared) -> tuple[str, ...]:
    """The levels in results at which simple effects are told, from the declaration alone."""
    term = model.moderator
    if term is None:
        return ()
    if term.kind == "category":
        return (term.reference, *term.levels)
    return tuple(f"{value:g}" for value in model.moderator_at) or CHOSEN


def moderate(model: Declared, held: Frame, adjust: pd.DataFrame | None) -> Moderated | None:
    """Simple effects and their interaction, None without a moderator. adjust: covariates, None for none of them."""
    if model.moderator is None or held.moderator is None:
        return None
    try:
        places = places_of(model, held)
        lay_out = _of_levels if model.moderator.kind == "category" else _of_values
        laid = list(lay_out(model, held, adjust, places))
        fits = [regress(one.x, held.y, held, model.effect, model.clustering, penalised=True) for one in laid]
    except NotEstimable as reason:
        return Moderated(reason=clause(model, reason))
    effects: dict[tuple[str, str], tuple[Coefficients, str]] = {}
    for one, found in zip(laid, fits, strict=True):
        told = _with_intervals(model, held, places, one.shown, found)
        effects |= {at: (told, column) for at, column in one.shown.items()}
    everywhere = [(place.level, level) for place in places for level in model.exposure.shown]
    absent = tuple(at for at in everywhere if at not in effects)
    return Moderated(places, effects, absent, _interaction(model, held, laid, fits, effects))


def _interaction(
    model: Declared,
    held: Frame,
    laid: Sequence[_Laid],
    fits: Sequence[Coefficients],
    effects: Mapping[tuple[str, str], tuple[Coefficients, str]],
) -> Interaction:
    if described(model, held):
        return None
    at = next((i for i, one in enumerate(laid) if one.products), None)
    if at is None:
        return FEW_LEFT.format(unit=model.unit)
    if any(np.isnan(found.std_error[found.position(term)]) for found, term in effects.values()):
        return NO_INTERVAL
    if len(laid[at].products) == 1:
        return fits[at], laid[at].products[0]
    try:
        return jointly(model, held, laid[at].x, fits[at], laid[at].products)
    except NotEstimable as reason:
        return clause(model, reason)


def places_of(model: Declared, held: Frame) -> tuple[Place, ...]:
    """The levels of a category, or values of a number: as declared, or its mean and one standard deviation to either
    side, each rounded to two digits of this (of a sample by its weights).

    Raises ``NotEstimable`` where the moderator does not vary.
    """
    term, used = model.moderator, held.used
    assert term is not None and held.moderator is not None
    columns = held.moderator.loc[used]
    if not used.any() or (columns.nunique() <= 1).all():
        raise NotEstimable("the moderator is the same for everyone who is left")
    if term.kind == "category":
        return tuple(Place(level, _at(term, held.moderator, used, level)) for level in labels_of(model))
    if model.moderator_at:
        return tuple(
            Place(label, used, value) for label, value in zip(labels_of(model), model.moderator_at, strict=True)
        )
    value = columns.iloc[:, 0].to_numpy(dtype=float)
    weight = held.design.weight[used] if held.design is not None else np.ones(len(value))
    mean = float(np.average(value, weights=weight))
    spread = float(np.sqrt(np.average((value - mean) ** 2, weights=weight) * len(value) / max(len(value) - 1, 1)))
    if not 0 < spread < np.inf:  # its square is no number
        raise NotEstimable(UNTOLD)
    step = round(spread, digits_of(spread))
    digits = digits_of(step)
    middle = round(mean, digits)
    at = (middle - step, middle, middle + step)
    if not at[0] < at[1] < at[2]:
        raise NotEstimable(UNTOLD)
    return tuple(Place(label, used, round(a, digits), True) for label, a in zip(CHOSEN, at, strict=True))


def digits_of(spread: float) -> int:
    """Decimals that leave two digits of it; below zero for tens and hundreds."""
    return 1 - math.floor(math.log10(spread) + 1e-9)


def _at(term: Term, columns: pd.DataFrame, used: Flags, level: str) -> Flags:
    if level == term.reference:
        return np.asarray(used & (columns == 0).all(axis=1).to_numpy(), dtype=bool)
    return np.asarray(used & (columns[f"{term.name}={level}"] == 1).to_numpy(), dtype=bool)


def strata(model: Declared, held: Frame) -> tuple[Flags, ...]:
    """Groups of used rows that simple effects could be solved for: levels of the moderator, or both values of a number
    that has two; else all rows as one."""
    term = model.moderator
    if term is None or held.moderator is None:
        return (held.used,)
    if term.kind == "category":
        return tuple(_at(term, held.moderator, held.used, level) for level in labels_of(model))
    value = held.moderator.iloc[:, 0].to_numpy(dtype=float)
    both = np.unique(value[held.used])
    return tuple(held.used & (value == one) for one in both) if len(both) == 2 else (held.used,)


def inside(held: Frame, rows: Flags) -> Frame:
    """The same frame with no other rows used than these."""
    return replace(held, used=rows)


def described(model: Declared, held: Frame) -> bool:
    """Whether the moderator belongs to whole clusters (of a sample, to sampling units), and these are too few to tell
    its part from what else they differ in: ``FEW_CLUSTERS`` or fewer of them, or fewer than ``FEWEST`` at one of its
    levels."""
    units = held.units
    if units is None or held.moderator is None or not held.used.any():
        return False
    if held.design is not None and len(np.unique(units)) == len(units):  # each row was drawn for itself
        return False
    codes, columns = units[held.used], held.moderator.loc[held.used]
    if (columns.groupby(codes).nunique() > 1).any(axis=None):
        return False
    if len(np.unique(codes)) <= FEW_CLUSTERS:
        return True
    many = [len(np.unique(units[rows])) for rows in strata(model, held) if rows.any()]
    return min(many) < FEWEST


def _of_levels(model: Declared, held: Frame, adjust: pd.DataFrame | None, places: Sequence[Place]) -> Iterator[_Laid]:
    """A column of the exposure for each level of the moderator; then one for all and one for each level but the
    first. Where a level of either has nobody there is no effect, and the columns only keep the model full."""
    nested: dict[str, Floats] = {}
    shown: dict[tuple[str, str], str] = {}
    by_column: dict[str, list[str]] = {}
    fill: dict[str, Floats] = {}
    for column, level in zip(model.exposure.columns, model.exposure.shown, strict=True):
        values = held.exposure[column].to_numpy(dtype=float)
        for place in places:
            name, here = f"{column} at {place.level}", np.where(place.rows, values, 0.0)
            if _compared(model, held, place, level):
                nested[name], shown[place.level, level] = here, name
                by_column.setdefault(column, []).append(name)
            else:
                fill[name] = here
    if not shown:
        raise NotEstimable(f"too few {model.unit} are left at every level of the moderator")
    index = held.exposure.index
    others = [*([adjust] if adjust is not None else []), held.moderator, pd.DataFrame(fill, index=index)]
    yield _Laid(_full(held, others, pd.DataFrame(nested, index=index)), shown, ())
    apart: dict[str, Floats] = {}
    products = []
    for column, names in by_column.items():
        apart[column] = np.sum([nested[name] for name in names], axis=0)
        apart |= {name: nested[name] for name in names[1:]}
        products += names[1:]
    if products:
        yield _Laid(_full(held, others, pd.DataFrame(apart, index=index)), {}, tuple(products))


def _compared(model: Declared, held: Frame, place: Place, level: str) -> bool:
    """Whether anybody there can be compared with anybody."""
    there = inside(held, place.rows)
    if model.exposure.kind == "number":
        return held.exposure.loc[place.rows].nunique().iloc[0] > 1
    return bool(there.at(model.exposure, level).any() and there.against(model.exposure, level).any())


def _of_values(model: Declared, held: Frame, adjust: pd.DataFrame | None, places: Sequence[Place]) -> Iterator[_Laid]:
    """The moderator less a value, the exposure, and their products: once for each value."""
    assert held.moderator is not None
    term = model.exposure
    exposure = held.exposure.loc[:, (held.exposure.loc[held.used] != 0).any(axis=0)]
    if exposure.shape[1] == 0 or (exposure.loc[held.used].nunique() == 1).all():
        raise NotEstimable("the exposure is the same for everyone who is left")
    if term.kind == "category" and not held.at(term, term.reference).any():
        raise NotEstimable(f"too few {model.unit} are left at {term.reference}, the reference")
    for place in places:
        moved = held.moderator.iloc[:, 0] - place.value
        products = exposure.mul(moved, axis=0).add_suffix(f" by {moved.name}")
        others = [*([adjust] if adjust is not None else []), moved.to_frame()]
        x = _full(held, others, pd.concat([exposure, products], axis=1))
        levels = {c: level for c, level in zip(term.columns, term.shown, strict=True) if c in exposure}
        yield _Laid(x, {(place.level, level): c for c, level in levels.items()}, tuple(map(str, products.columns)))


def _full(held: Frame, others: Sequence[pd.DataFrame | None], last: pd.DataFrame) -> pd.DataFrame:
    """Intercept, ``others`` as far as they say something new, and ``last``, of which all must."""
    one = pd.DataFrame({INTERCEPT: np.ones(len(last))}, index=last.index)
    x = pd.concat([one, *(part for part in others if part is not None), last], axis=1)
    kept, dropped = independent(x.loc[held.used], held.design.weight[held.used] if held.design is not None else None)
    if lost := [name for name in dropped if name in last.columns]:
        raise NotEstimable(f"other terms of the model explain {', '.join(lost)} wholly")
    return x[kept]


def _with_intervals(
    model: Declared, held: Frame, places: Sequence[Place], shown: Mapping[tuple[str, str], str], found: Coefficients
) -> Coefficients:
    """Without errors where a place has one unit (cluster, or of a sample), or compares one unit with one."""
    assert model.moderator is not None
    if model.moderator.kind != "category":
        return without_interval(found, model, held)
    none = np.zeros(len(found.terms), dtype=bool)
    for place in places:
        for column in lone_in(model, held, place):
            level = dict(zip(model.exposure.columns, model.exposure.shown, strict=True))[column]
            if (place.level, level) in shown:
                none[found.position(shown[place.level, level])] = True
    return found.without_errors(none)


def lone_in(model: Declared, held: Frame, place: Place) -> tuple[str, ...]:
    """Columns of the exposure of which too few units are there for an interval."""
    if held.units is None or not place.rows.any():
        return ()
    if len(np.unique(held.units[place.rows])) == 1:
        return model.exposure.columns
    both = lone_sides(model, inside(held, place.rows))
    return tuple(column for column, sides in both.items() if len(sides) == 2)
