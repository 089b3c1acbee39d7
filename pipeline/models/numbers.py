"""A fitted model as results: one row a number, with how many people it stands on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from pipeline.models.cluster import icc
from pipeline.models.coefficients import FEW_DF, Coefficients
from pipeline.models.declared import Declared
from pipeline.models.estimates import Fitted, group_of
from pipeline.models.frame import Frame
from pipeline.models.lone import ends, lone_sides
from pipeline.models.standings import without_p
from pipeline.models.views import at_wave, numbers_by_wave, people_by_wave
from pipeline.results import ALL, NOBODY, Key, Number

ESTIMATE = ("estimate", "std_error", "df", "ci_low", "ci_high", "p")
CLUSTER_SIZE = "cluster size"
SOLID = 1e-10
"""A standard error below this share of its estimate is rounding and says nothing of digits."""
WITHOUT_ROWS = "without rows"


def numbers(model: Declared, held: Frame, fitted: Sequence[Fitted], units: dict[str, tuple[int, int]]) -> list[Number]:
    """Everything that the model's table, plot and sentences may show, without its mediation.

    units: arm -> (randomised units, those of them without a row here), for a table that came about afterwards.
    """
    found = [*numbers_by_wave(_rows, model, held), *numbers_by_wave(_levels, model, held), *_units(model, units)]
    alike = _icc(model, held)
    found += _sizes(model, held)
    places = _decimals(model, [f.coefficients for f in fitted])
    for part in fitted:
        view = at_wave(held, part.wave) if part.wave else held
        found += _adjustment(model, view, part, None if part.wave else alike, places)
    for adjustment in dict.fromkeys(part.adjustment for part in fitted if part.wave):
        whole = Key("model", model.name, model.exposure.name, "", group_of(adjustment))
        found += _of_all(whole, held, alike, min(people_by_wave(held), default=held.people(held.used)))
    return found


def _rows(model: Declared, held: Frame) -> Iterator[Number]:
    """How many rows there were, how many had every value, and what the others lacked."""
    total, left = int(held.population.sum()), held.left_out
    small = held.people(held.population & ~held.used if left else held.population)
    yield Number(Key("model", model.name), held.rows, held.people(held.used))
    # with n, a denominator gives away how few were left out
    yield Number(Key("model", model.name, statistic="denominator"), total, small)
    yield Number(Key("model", model.name, statistic="missing"), left, small)
    for gone in held.missing:
        yield Number(Key("model", model.name, gone.term, gone.reason, ALL, "missing"), gone.rows, gone.people)


def _levels(model: Declared, held: Frame) -> Iterator[Number]:
    """Raw counts by level of the exposure; if one of them is small, none may be had by subtraction."""
    term = model.exposure
    if term.kind == "number":
        if model.event:
            yield Number(
                Key("model", model.name, term.name, statistic="events"),
                float(held.y[held.used].sum()),
                fewest_in_cell(model, held),
            )
        return
    levels = ([term.reference] if term.kind == "category" else []) + list(term.levels)
    sizes = {level: held.at(term, level) for level in levels}
    fewest = min((held.people(here) for here in sizes.values() if here.any()), default=0)
    events = min((fewest_in_cell(model, held, level) for level in term.levels), default=0)
    for level, here in sizes.items():
        n = int(here.sum())
        yield Number(Key("model", model.name, term.name, level), n, fewest if n else 0, sensitive=model.sensitive)
        if model.event:
            key = Key("model", model.name, term.name, level, ALL, "events")
            yield Number(key, float(held.y[here].sum()), events, sensitive=model.sensitive)
        if held.cluster is not None:
            key = Key("model", model.name, term.name, level, ALL, "clusters")
            yield Number(key, len(np.unique(held.cluster[here])), fewest if n else 0)
    yield from _lone(model, held, fewest)


def _lone(model: Declared, held: Frame, fewest: int) -> Iterator[Number]:
    """Sides that stand in a single sampling unit, or in the single cluster of those who ticked nothing."""
    told = set(model.exposure.levels) | {model.exposure.reference} if held.cluster is not None else set()
    lone = {side.level: side for found in lone_sides(model, held).values() for side in found}
    for level, side in lone.items():
        if level not in told:
            key = Key("model", model.name, model.exposure.name, level, ALL, units_of(held))
            yield Number(key, side.units, fewest, 0)


def units_of(held: Frame) -> str:
    """The statistic that counts what differs by chance as a whole."""
    return "clusters" if held.design is None else "units"


def fewest_in_cell(model: Declared, held: Frame, level: str = "") -> int:
    """People in the smallest cell that an unadjusted comparison could be solved for.

    For an outcome or exposure that is sensitive a cell with nobody tells everyone's answer and counts as one.
    """
    groups = [held.at(model.exposure, level)]
    if model.exposure.kind != "number":
        groups.append(held.against(model.exposure, level))
    elif both := ends(model, held).get(model.exposure.name):
        groups = [rows for _, rows in both]
    cells = [held.people(here) for here in groups]
    if model.event:
        cells = [held.people(here & (held.y == value)) for here in groups for value in (0, 1)]
    return fewest_of_all(cells, model.sensitive)


def _units(model: Declared, units: dict[str, tuple[int, int]]) -> Iterator[Number]:
    for arm, (randomised, without) in units.items():
        key = Key("model", model.name, WITHOUT_ROWS, arm, ALL, "denominator")
        yield Number(key, randomised, min(n for n in (without, randomised, math.inf) if n))
        yield Number(key._replace(statistic="n"), without, without)


def _icc(model: Declared, held: Frame) -> float | None:
    if held.cluster is None or held.rows == 0:
        return None  # not even an empty row in results
    arm = None
    if model.randomised:
        arm = held.exposure.loc[held.used].to_numpy() @ np.arange(1, held.exposure.shape[1] + 1)
    return icc(held.y[held.used], held.cluster[held.used], arm)


def _sizes(model: Declared, held: Frame) -> Iterator[Number]:
    if held.cluster is None or held.rows == 0:
        return
    sizes = np.unique(held.cluster[held.used], return_counts=True)[1]
    for statistic, size in (("min", sizes.min()), ("max", sizes.max())):
        yield Number(Key("model", model.name, CLUSTER_SIZE, "", ALL, statistic), size, sizes.min(), 0)


def _decimals(model: Declared, all_of: Sequence[Coefficients | None]) -> int:
    """Decimals for all estimates of a model."""
    lines = []
    for found in (f for f in all_of if f is not None):
        low, high = found.interval()
        lines += [
            (float(found.estimate[i]), float(found.std_error[i]), float(low[i]), float(high[i]))
            for i in (found.position(c) for c in model.exposure.columns if c in found.terms)
        ]
    return decimals_of(lines, model.ratio)


def decimals_of(lines: Iterable[tuple[float, float, float, float]], ratio: bool) -> int:
    """Of (estimate, standard error, low, high), ratios as logs: two digits of the smallest standard error (ratios: two
    decimals); and two digits of the smallest distance from no effect where an interval leaves it out, so that it isn't
    printed as none."""
    errors, distances = [], []
    for middle, error, low, high in lines:
        if not error > SOLID * abs(middle):
            continue
        errors.append(error)
        if low > 0 or high < 0:
            distances += [abs(math.expm1(min(v, 700.0))) if ratio else abs(v) for v in (low, middle, high)]
        elif ratio:
            distances.append(max(abs(math.expm1(min(v, 700.0))) for v in (low, high)))
    return max(2 if ratio else places_of(errors), places_of(distances, 0))


def places_of(sizes: Sequence[float], otherwise: int = 2) -> int:
    """Decimals that leave the smallest of ``sizes`` two digits, 10 at most."""
    solid = [size for size in sizes if math.isfinite(size) and size > 0]
    return min(max(1 - math.floor(math.log10(min(solid))), 0), 10) if solid else otherwise


def _adjustment(model: Declared, held: Frame, part: Fitted, alike: float | None, places: int) -> Iterator[Number]:
    """One adjustment: its n, clusters and ICC at the exposure as a whole, and an estimate a level."""
    term = model.exposure
    whole = Key("model", model.name, term.name, "", part.group)
    yield from _of_all(whole, held, alike, held.people(held.used))
    if model.event and part.coefficients is not None:
        yield Number(whole._replace(statistic="coefficients"), coefficients_of(part), NOBODY, 0)
    for column, level in zip(term.columns, term.shown, strict=True):
        counted = fewest_in_cell if part.adjustment == "unadjusted" else smaller_side
        people = counted(model, held, level)
        found = part.coefficients
        key = whole._replace(level=level)
        if found is None or column not in found.terms:
            yield from (Number(key._replace(statistic=s), math.nan, people) for s in ESTIMATE)
        else:
            made = estimate_of(key, found, column, people, places, model.ratio, model.sensitive)
            yield from without_p(made, part.standings.get(level))
            yield from (Number(key._replace(statistic=s), value, people, None, model.sensitive)
                        for (at, s), value in part.beside.items() if at == level)  # fmt: skip


def _of_all(whole: Key, held: Frame, alike: float | None, told: int) -> Iterator[Number]:
    """told: the fewest people whom the number of clusters tells of."""
    people = held.people(held.used)
    yield Number(whole, held.rows, people)
    if held.cluster is not None and alike is not None:
        yield Number(whole._replace(statistic="clusters"), len(np.unique(held.cluster[held.used])), told)
        yield Number(whole._replace(statistic="icc"), alike, people)


def coefficients_of(part: Fitted) -> int:
    """Coefficients of a fitted model besides its intercept; of models fitted one by one, of one of them."""
    return 1 if part.separate or part.coefficients is None else len(part.coefficients.terms) - 1


def smaller_side(model: Declared, held: Frame, level: str) -> int:
    """People on the smaller side of an adjusted comparison."""
    if model.exposure.kind == "number" and (both := ends(model, held).get(model.exposure.name)):
        return min(held.people(rows) for _, rows in both)
    return min(held.people(held.at(model.exposure, level)), held.people(held.against(model.exposure, level)))


def fewest_of_all(cells: Iterable[int], sensitive: bool) -> int:
    """The smallest of several cells; nobody counts for nothing, or where it tells of everybody for one."""
    told = [max(cell, 1) for cell in cells] if sensitive else [cell for cell in cells if cell]
    return min(told, default=0)


def estimate_of(
    key: Key, found: Coefficients, column: str, people: float, places: int, ratio: bool, sensitive: bool = False
) -> Iterator[Number]:
    """An estimate with its interval; a ratio is shown itself, and its standard error stays that of its log."""
    i = found.position(column)
    low, high = (float(side[i]) for side in found.interval())
    middle = float(found.estimate[i])
    if ratio:
        with np.errstate(over="ignore"):  # a limit beyond every number is infinite, and printed so
            middle, low, high = (float(np.exp(v)) for v in (middle, low, high))
    values = {
        "estimate": (middle, people, places),
        "std_error": (float(found.std_error[i]), people, places),
        "df": (float(found.df[i]), math.nan, df_places(float(found.df[i])) if found.few[i] else None),
        "ci_low": (low, people, places),
        "ci_high": (high, people, places),
        "p": (float(found.p[i]), people, None),
    }
    for statistic, (value, behind, decimals) in values.items():
        yield Number(key._replace(statistic=statistic), value, behind, decimals, sensitive)


def df_places(df: float) -> int | None:
    """Decimals with which fewer than 4 is not printed as 4."""
    return next((places for places in range(2, 7) if round(df, places) < FEW_DF), 6) if round(df, 1) >= FEW_DF else None
