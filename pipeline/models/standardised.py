"""Standardised risks and means of a model of ratios, as numbers of results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.models.coefficients import NotEstimable
from pipeline.models.declared import Declared
from pipeline.models.estimates import Fitted
from pipeline.models.firth import FirthCoefficients
from pipeline.models.frame import Frame
from pipeline.models.marginal import Average, Averages, averages
from pipeline.models.numbers import fewest_in_cell, places_of
from pipeline.models.regress import design_matrix, of_rows, offset_of
from pipeline.models.told_values import TwoValues, beyond, two_values
from pipeline.results import ALL, Key, Number, Sentence, literal

LINKS = {"odds ratio": "logit", "risk ratio": "log", "rate ratio": "log"}
OF_RISKS = ("odds ratio", "risk ratio")
LOWER, HIGHER = "lower value", "higher value"
MEAN, DIFFERENCE = "standardised=mean", "standardised=difference"
SHOWN = ("estimate", "ci_low", "ci_high")


def compared(model: Declared, held: Frame) -> Iterator[Number]:
    """The two values of an exposure that is a number, as numbers that sentences and notes may name.

    They are near quartiles, which stand on twice as many people as a count must.
    """
    values = two_values(model, held)
    if values is not None:
        for level, value in ((LOWER, values.low), (HIGHER, values.high)):
            key = Key("model", model.name, model.exposure.name, level, ALL, "value")
            behind = np.nan if values.how == "declared" else held.people(held.used) // 2
            yield Number(key, value, behind, values.decimals, model.exposure.sensitive)


def standardised(model: Declared, held: Frame, part: Fitted) -> Iterator[Number]:
    """Of the last model, at each level: risks in per cent, rates and means as they are; and less the reference.

    None for differences (which need none), for ordered outcomes, for boxes, for Firth's likelihood (whose predictions
    are drawn towards one half) and where the model has no errors.
    """
    found = part.coefficients
    if model.effect not in LINKS or model.exposure.kind == "choices" or found is None:
        return
    made = None if isinstance(found, FirthCoefficients) else _averages(model, held, part)
    if made is None:
        return
    levels, several = made[0], within_risks(made[1]) if model.effect in OF_RISKS else made[1]
    times = 100.0 if model.event else 1.0
    everyone = [fewest_in_cell(model, held, level) for level in model.exposure.shown]
    rows: list[tuple[str, str, Average, int]] = []
    for i, level in enumerate(levels):
        behind = everyone[model.exposure.shown.index(level)] if level in model.exposure.shown else min(everyone)
        rows.append((MEAN, level, several.at[i], behind))
        if i:
            rows.append((DIFFERENCE, level, several.less[i - 1], behind))
    errors = [average.std_error * times for _, _, average, _ in rows]
    for kind, level, average, behind in rows:
        key = Key("model", model.name, model.exposure.name, level, f"{part.group};{kind}")
        for statistic, value in zip(SHOWN, (average.estimate, average.low, average.high), strict=True):
            places = max(places_of(errors), 1 if model.event else 0)
            yield Number(key._replace(statistic=statistic), value * times, behind, places, model.sensitive)


def within_risks(several: Averages) -> Averages:
    """The same without intervals that reach beyond what risks (0 to 1) and their differences (-1 to 1) can be, and
    without risks beyond it and differences from them: a log link knows no upper end, and the interval of a difference,
    made as it is, none at all."""
    beyond = [not average.estimate <= 1 for average in several.at]
    at = tuple(_kept(average, gone) for average, gone in zip(several.at, beyond, strict=True))
    less = (_kept(average, beyond[0] or gone) for average, gone in zip(several.less, beyond[1:], strict=True))
    return Averages(at, tuple(less))


def _kept(average: Average, gone: bool) -> Average:
    """gone: what is no risk, of which nothing is left."""
    if gone:
        return replace(average, estimate=np.nan, low=np.nan, high=np.nan)
    return replace(average, low=np.nan, high=np.nan) if average.low < -1 or average.high > 1 else average


def beyond_told(model: Declared, held: Frame, part: Fitted) -> Iterator[Sentence]:
    """Why standardised risks have no interval, where some have none, and where the values compared are nobody's."""
    compared = () if model.compare is None or model.mediator or part.coefficients is None else model.compare
    if compared and beyond(held.exposure[model.exposure.name].to_numpy(dtype=float)[held.used], compared):
        yield Sentence(  # a mediation says it itself
            literal(f"Beyond the data: nobody analysed has a value of {model.exposure.label} near one of the two that ")
            + "are compared; declare others with compare.",
            caveat=True,
        )
    found = part.coefficients
    if model.effect not in OF_RISKS or model.exposure.kind == "choices" or isinstance(found, FirthCoefficients | None):
        return
    made = _averages(model, held, part)
    if made is None or within_risks(made[1]) == made[1]:
        return
    if model.effect == "odds ratio":
        yield Sentence(
            f"Unreliable: intervals of differences between risks that the {part.adjustment} model predicts go beyond "
            "what these can be (−100 to 100%): they are not told."
        )
        return
    yield Sentence(
        literal(f"Unreliable: risks that the {part.adjustment} model predicts, or intervals of them or of their ")
        + "differences, go beyond what risks can be (0 to 100%), for a model of risk ratios knows no upper end: "
        "these are not told."
    )


def _averages(model: Declared, held: Frame, part: Fitted) -> tuple[list[str], Averages] | None:
    """The levels, and what is told of each. A level without a coefficient has none."""
    found = part.coefficients
    assert found is not None
    try:
        x, _ = design_matrix(model, held, held.exposure, held.covariates(part.adjustment))
    except NotEstimable:  # said where the model is told
        return None
    shown = [column for column in model.exposure.columns if column in found.terms]
    if not shown or not np.isfinite(found.vcov).all():
        return None
    levels, settings = _settings(model, shown, two_values(model, held))
    if not levels:
        return None
    used = held.used
    weight = held.design.weight[used] if held.design is not None else None
    clusters = None
    if found.errors == "CR2" and held.cluster is not None:
        offset = offset_of(held, model.effect)
        fit = of_rows(x.loc[used], held.y[used], model.effect, None if offset is None else offset[used])
        clusters = (fit, held.cluster[used])
    link = LINKS[model.effect]
    rows: pd.DataFrame = x.loc[used]
    with np.errstate(over="ignore", invalid="ignore"):  # values may be declared that are far from everybody's
        return levels, averages(rows, shown, settings, found, "logit" if link == "logit" else "log", weight, clusters)


def _settings(model: Declared, shown: list[str], values: TwoValues | None) -> tuple[list[str], list[list[float]]]:
    """What the exposure's columns are at each level, the reference or the lower value first."""
    if model.exposure.kind == "number":
        return ([LOWER, HIGHER], [[values.low], [values.high]]) if values is not None else ([], [])
    pairs = zip(model.exposure.columns, model.exposure.levels, strict=True)
    kept = [level for column, level in pairs if column in shown]
    return [model.exposure.reference, *kept], [[0.0] * len(kept), *np.eye(len(kept)).tolist()]
