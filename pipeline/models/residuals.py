"""How a model fits: what is left of the outcome, in a number or two for the report and by person for the analyst.

R squared, SD and skewness of what is left of a number (Gelman & Hill 2007, sect. 3.4 to 3.6); the c-statistic of an
event (Hanley & McNeil 1982, Radiology 143(1), 29-36); Pearson's dispersion of counts (McCullagh & Nelder 1989,
sect. 6.2.4). Of a survey all are weighted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import scipy

from pipeline.models.coefficients import Floats, NotEstimable
from pipeline.models.declared import Declared, Effect
from pipeline.models.estimates import Fitted, OfWhat, Residuals
from pipeline.models.frame import Frame
from pipeline.models.kenward_roger import MixedCoefficients
from pipeline.models.numbers import smaller_side
from pipeline.models.regress import design_matrix, offset_of
from pipeline.results import Key, Number, Sentence, literal

KINDS: dict[Effect, OfWhat] = {"mean difference": "number", "rate ratio": "count", "odds ratio": "event",
                            "risk ratio": "event", "risk difference": "event"}  # fmt: skip
EVENT_SCALES = {"odds ratio": scipy.special.expit, "risk ratio": np.exp, "risk difference": lambda linear: linear}
"""Effect on an event -> from the linear predictor to the chance of it."""


def residuals(model: Declared, held: Frame, part: Fitted) -> Residuals | None:
    """Of one regression; None where there is none with one fitted value a row (boxes fitted one by one, ordered
    outcomes, several waves)."""
    found = part.coefficients
    kind = KINDS.get(model.effect)
    if found is None or part.separate or model.waves or kind is None:
        return None
    try:
        x, _ = design_matrix(model, held, held.exposure, held.covariates(part.adjustment))
    except NotEstimable:  # said where the model is told
        return None
    used, offset = held.used, offset_of(held, model.effect)
    linear = x.loc[used, list(found.terms)].to_numpy(dtype=float) @ found.estimate
    linear = linear if offset is None else linear + offset[used]
    fitted = EVENT_SCALES[model.effect](linear) if kind == "event" else np.exp(linear) if kind == "count" else linear
    weight = held.design.weight[used] if held.design is not None else np.ones(len(linear))
    return Residuals(kind, held.y[used].astype(float), fitted, weight)


def fit_numbers(model: Declared, held: Frame, part: Fitted, of: Residuals) -> Iterator[Number]:
    """What may be told of it, withheld wherever an estimate of the model is."""
    key = Key("model", model.name, model.exposure.name, "", part.group)
    people = min(smaller_side(model, held, level) for level in model.exposure.shown)
    assert part.coefficients is not None
    n = len(of.fitted)
    told = _told(of, n / (n - len(part.coefficients.terms)))
    if isinstance(part.coefficients, MixedCoefficients):
        told["slope_sd"] = (part.coefficients.slope_sd, _digits(part.coefficients.slope_sd))
    for statistic, (value, places) in told.items():
        if math.isfinite(value):
            yield Number(key._replace(statistic=statistic), value, people, places, model.sensitive)


def _told(of: Residuals, free: float) -> dict[str, tuple[float, int]]:
    """Statistic -> value and decimals; two digits or so, for more would be another equation on who was asked. free: how
    many times the degrees of freedom the rows are."""
    if of.kind == "event":
        return {"c_statistic": (c_statistic(of.outcome, of.fitted, of.weight), 2)}
    if of.kind == "count":
        return {"dispersion": (float(np.average(of.left**2 / of.fitted, weights=of.weight)) * free, 1)}
    size = float(np.abs(of.left).max())
    if not 0 < size < math.inf:
        return {}
    left, weight = of.left / size, of.weight  # squares of very large or small units are no numbers
    variance = float(np.average(left**2, weights=weight))
    about = of.outcome / size - np.average(of.outcome / size, weights=weight)
    sd = math.sqrt(variance * free) * size
    return {
        "r_squared": (1 - variance / float(np.average(about**2, weights=weight)), 2),
        "residual_sd": (sd, _digits(sd)),
        "skewness": (float(np.average(left**3, weights=weight)) / variance**1.5, 1),
        "spread": (uneven(of), 1),
    }


def _digits(value: float) -> int:
    """Decimals that leave two digits, six at most."""
    return min(6, max(0, 1 - math.floor(math.log10(value)))) if 0 < value < math.inf else 0


def uneven(of: Residuals) -> float:
    """SD of what is left where more is fitted than the median, over that where less is; NaN where one side is alone."""
    middle, size = np.median(of.fitted), float(np.abs(of.left).max())
    above = of.fitted > middle if (of.fitted > middle).any() else of.fitted >= middle
    sides = [
        float(np.average((of.left[here] / size) ** 2, weights=of.weight[here])) if here.sum() > 1 else math.nan
        for here in (above, ~above)
    ]
    return math.sqrt(sides[0] / sides[1]) if sides[1] > 0 else math.nan


def c_statistic(y: Floats, fitted: Floats, weight: Floats) -> float:
    """The chance that of two people, one with the event and one without, the one with it has the higher fitted value;
    ties count half. The area under the ROC curve; NaN where everyone has the event, or nobody."""
    levels, at = np.unique(np.round(fitted, 12), return_inverse=True)
    with_it, without = (np.bincount(at, weights=weight * here, minlength=len(levels)) for here in (y, 1 - y))
    pairs = float(with_it.sum() * without.sum())
    below = np.cumsum(without) - without
    return float(with_it @ (below + without / 2)) / pairs if pairs > 0 else math.nan


def fit_told(model: Declared, part: Fitted, made: Sequence[Number]) -> Iterator[Sentence]:
    """One sentence a model."""
    found = {number.key.statistic: number for number in made}
    keys, words = {name: number.key for name, number in found.items()}, model.words_of(part.adjustment)
    whose = f"the {words} model" if words == part.adjustment else f"the model {words}"
    if "c_statistic" in found:
        yield Sentence(
            literal(f"Of two {model.analysed}, one with the outcome and one without, {whose} gives the first the ")
            + "higher chance in {c_statistic} of pairs (c-statistic; 0.50 is a coin's).",
            {"c_statistic": keys["c_statistic"]},
        )
    if "dispersion" in found:
        yield Sentence(
            f"Counts vary {{dispersion}} times as much about what {whose} expects as those of a Poisson distribution "
            "would (Pearson's dispersion); the errors allow for it.",
            {"dispersion": keys["dispersion"]},
        )
    if "slope_sd" in found:
        told = f"In {whose} the effect differs between clusters with an SD of {{slope_sd}}."
        yield Sentence(told, {"slope_sd": keys["slope_sd"]})
    if "r_squared" in found:
        words = f"R squared of {whose} is {{r_squared}}; what it leaves has an SD of {{residual_sd}}"
        words += " and a skewness of {skewness}" if "skewness" in found else ""
        words += ", and {spread} times the spread where more is fitted than where less is" if "spread" in found else ""
        yield Sentence(f"{words}.", {name: key for name, key in keys.items() if f"{{{name}}}" in words})
