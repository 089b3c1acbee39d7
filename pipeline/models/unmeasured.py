"""E-values of plain estimates: how strong something unmeasured would have to be to explain an association away.

VanderWeele & Ding 2017 (Ann Intern Med 167(4), 268-274), table 2: risk and rate ratios as they are, odds ratios as they
are where the event is rare and else by their square root, differences of means by way of standard deviations of the
outcome (all of its spread, which errs towards smaller E-values than what is left beside the covariates; as R EValue
4.1.3 advises). Limits are those that are printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.models.coefficients import NotEstimable
from pipeline.models.declared import Declared
from pipeline.models.estimates import Fitted
from pipeline.models.evalue import OF_DEVIATIONS, EValue, RiskRatio, e_value, of_odds
from pipeline.models.frame import Frame
from pipeline.models.numbers import fewest_in_cell, smaller_side
from pipeline.models.standardised import HIGHER, LOWER
from pipeline.models.told_values import two_values
from pipeline.results import ALL, Key, Number, Sentence, literal

RARE = 0.15
"""Share of events up to which an odds ratio stands for a risk ratio (VanderWeele & Ding 2017)."""
TOLD = ("mean difference", "odds ratio", "risk ratio", "rate ratio")


@dataclass(frozen=True)
class Explained:
    """The E-value of one level of the exposure (``""``: a number, from its lower to its higher value)."""

    level: str
    of: EValue


def e_values(model: Declared, held: Frame, part: Fitted) -> list[Explained]:
    """None of a trial's arms; of an answer of two values told as a mean; and of an estimate without limits, or of too
    few degrees of freedom, or whose like was seen to hold the truth too rarely, to be more than a description. That of
    few people (``Standing.few``) has one as it has an interval: its absence would tell how few."""
    found = part.coefficients
    if model.randomised or found is None or model.effect not in TOLD:
        return []
    if model.effect == "mean difference" and len(np.unique(held.y[held.used])) <= 2:
        return []
    times = 1.0
    if model.exposure.kind == "number":
        values = two_values(model, held)
        if values is None:
            return []
        times = values.high - values.low
    spread = _spread(held) if model.effect == "mean difference" else 1.0
    if not 0 < spread < np.inf:  # too small or too large for its square to be a number
        return []
    low, high = found.interval()
    made = []
    for column, level in zip(model.exposure.columns, model.exposure.shown, strict=True):
        if column not in found.terms or found.few[at := found.position(column)]:
            continue
        if (stood := part.standings.get(level)) is not None and not stood.reliable:
            continue
        ends = sorted(times * float(value) for value in (low[at], high[at]))
        triple = (times * float(found.estimate[at]), *ends)
        if model.effect == "mean difference":
            triple = tuple(OF_DEVIATIONS * value / spread for value in triple)
        try:
            with np.errstate(over="ignore"):
                ratio = RiskRatio(*(float(np.exp(value)) for value in triple))
            made.append(Explained(level, e_value(_of_risks(model, held, ratio))))
        except NotEstimable:  # an estimate without limits, of which the other remarks speak
            continue
    return made


def _spread(held: Frame) -> float:
    """The outcome's standard deviation, in a sample that of its people."""
    y = held.y[held.used]
    weight = held.design.weight[held.used] if held.design is not None else np.ones(len(y))
    return float(np.sqrt(np.average((y - np.average(y, weights=weight)) ** 2, weights=weight)))


def _of_risks(model: Declared, held: Frame, ratio: RiskRatio) -> RiskRatio:
    return of_odds(ratio, rare(held)) if model.effect == "odds ratio" else ratio


def rare(held: Frame) -> bool:
    weight = held.design.weight[held.used] if held.design is not None else None
    return bool(np.average(held.y[held.used], weights=weight) < RARE)


def e_value_numbers(model: Declared, held: Frame, part: Fitted, found: list[Explained]) -> Iterator[Number]:
    """A standard deviation of an outcome stands on twice as many people as a count must."""
    counted = fewest_in_cell if part.adjustment == "unadjusted" else smaller_side
    for one in found:
        behind = counted(model, held, one.level)
        if model.effect == "mean difference" or not one.level:
            behind = min(behind, held.people(held.used) // 2)
        key = Key("model", model.name, model.exposure.name, one.level, part.group)
        for statistic, value in (("e_value", one.of.estimate), ("e_value_limit", one.of.limit)):
            yield Number(key._replace(statistic=statistic), value, behind, 2, model.sensitive)


def e_value_told(model: Declared, held: Frame, part: Fitted, found: list[Explained]) -> Iterator[Sentence]:
    """One sentence for all levels. Its words do not depend on what its numbers say, which may be withheld."""
    if not found:
        return
    whole, keys, parts = Key("model", model.name, model.exposure.name, "", part.group), {}, []
    for i, one in enumerate(found):
        place = str(i) if len(found) > 1 else ""
        key = whole._replace(level=one.level)
        keys[f"value{place}"], keys[f"limit{place}"] = (
            key._replace(statistic="e_value"), key._replace(statistic="e_value_limit")
        )  # fmt: skip
        parts.append((literal(f"{one.level}: ") if place else "") + f"{{value{place}}} (limit {{limit{place}}})")
    what = ""
    if model.exposure.kind == "number":
        what = f", comparing {literal(model.exposure.label)} of {{high}} with {{low}}"
        base = Key("model", model.name, model.exposure.name, "", ALL, "value")
        keys |= {"low": base._replace(level=LOWER), "high": base._replace(level=HIGHER)}
    beyond = " beyond the covariates" if part.adjustment == "adjusted" or model.always else ""
    yield Sentence(
        f"E-value of the {model.words_of(part.adjustment)} estimate{what}: " + "; ".join(parts)
        + f". Something unmeasured would have to go with both the exposure and the outcome{beyond} by a risk ratio at "
        "least so large to explain it away, and by the limit to bring its interval to no effect (a limit of one: it is "
        f"there already){_how(model, held)}.",
        keys,
    )  # fmt: skip


def _how(model: Declared, held: Frame) -> str:
    if model.effect == "mean difference":
        return "; an approximation by way of standard deviations of the outcome"
    if model.effect == "odds ratio":
        return "" if rare(held) else "; the odds ratio's square root stands for the risk ratio"
    return ""
