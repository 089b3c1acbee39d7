"""E-values: how strong an unmeasured confounder would have to be, as a risk ratio, to explain a result away.

VanderWeele & Ding 2017 (Ann Intern Med 167(4), 268-274): it would have to be associated with both sides of a comparison
by at least the E-value. For natural direct and indirect effects read it of the mediator and the outcome (Smith &
VanderWeele 2019, Epidemiology 30(6), 835-837).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.models.coefficients import NotEstimable

OF_DEVIATIONS = 0.91
"""The log of a risk ratio by a standard deviation of the outcome."""


@dataclass(frozen=True)
class RiskRatio:
    """A risk ratio, or what stands for one, with its interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True)
class EValue:
    """estimate: for the risk ratio itself. limit: for the interval's end nearer to 1; 1 where the interval holds 1."""

    estimate: float
    limit: float


def e_value(ratio: RiskRatio) -> EValue:
    """Raises ``NotEstimable`` where the three numbers are no ratio with its interval."""
    if not 0 < ratio.estimate < np.inf or not 0 <= ratio.low <= ratio.estimate <= ratio.high:
        raise NotEstimable("an E-value needs a ratio above 0 that lies within its interval")
    if ratio.low <= 1 <= ratio.high:
        return EValue(_needed(ratio.estimate), 1.0)
    return EValue(_needed(ratio.estimate), _needed(ratio.low if ratio.low > 1 else ratio.high))


def of_odds(odds: RiskRatio, rare: bool) -> RiskRatio:
    """What an odds ratio says of the risk ratio: itself where the outcome is rare (below 15 percent at the end of
    follow-up), else its square root."""
    if rare:
        return odds
    return RiskRatio(*(float(np.sqrt(value)) for value in (odds.estimate, odds.low, odds.high)))


def of_difference(difference: float, std_error: float) -> RiskRatio:
    """What a difference in standard deviations of the outcome says of the risk ratio: exp(0.91 d), with the limits that
    the authors give for it."""
    middle, half = OF_DEVIATIONS * difference, 1.78 * std_error
    return RiskRatio(*(float(np.exp(value)) for value in (middle, middle - half, middle + half)))


def _needed(ratio: float) -> float:
    away = ratio if ratio >= 1 else 1 / ratio
    return float(away + np.sqrt(away * (away - 1)))
