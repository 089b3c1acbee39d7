"""Mediation: natural effects with their errors in closed form, by Monte Carlo or by a bootstrap of units.

Closed form: Valeri & VanderWeele 2013 (Psychol Methods 18(2), 137-150), as R's regmedint. Monte Carlo: coefficients
drawn from their joint distribution (Imai, Keele & Tingley 2010, Psychol Methods 15(4), 309-334); what these simulate
within a draw is integrated exactly here. Outcomes on a logit are standardised over the covariates' rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import scipy

from pipeline.models.coefficients import LEVEL, Floats, NotEstimable
from pipeline.models.mediation_rows import Laid
from pipeline.models.natural_effects import EFFECTS, PNDE, TE, TNIE, Parameters, effects, means, slopes
from pipeline.models.refit import Refit
from pipeline.models.resample import bca, enough, percentile, too_few, unit_counts
from pipeline.models.two_models import Both
from pipeline.models.units import by_unit, linearised

ROUNDING = 1e-9
"""Of the largest standard error of a comparison's effects: what is no larger is rounding."""
MANY_LOST = 0.05
"""A share of draws without an answer above which the limits of the others are not to be relied on."""


@dataclass(frozen=True, eq=False)
class NaturalEffects:
    """One entry an effect, in the order of ``EFFECTS``; ratios as logs.

    method: ``delta``, ``Monte Carlo``, ``percentile``, ``BCa`` or ``jackknife``. errors: ``model``, ``linearised``,
    ``HC3`` or ``jackknife``; empty for a bootstrap. draws: those with an answer, (draws, 6). asked: how many were to be
    drawn; failed: how many have no answer, by reason. few_units: fewer clusters or sampling units than a bootstrap (or
    linearised errors) can bear. lone_strata: strata of a single unit, which a bootstrap leaves as they are.
    """

    laid: Laid
    estimate: Floats
    vcov: Floats
    low: Floats
    high: Floats
    method: str
    errors: str
    level: float
    df: float = np.inf
    draws: Floats = field(default_factory=lambda: np.empty((0, len(EFFECTS))))
    asked: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    few_units: bool = False
    lone_strata: int = 0

    @property
    def std_error(self) -> Floats:
        return np.sqrt(np.diag(self.vcov))

    @property
    def many_lost(self) -> bool:
        return sum(self.failed.values()) > MANY_LOST * self.asked

    def without_rounding(self) -> NaturalEffects:
        """The same without errors and limits of effects whose standard error is rounding beside the largest: a model
        that fits one side exactly (all of them have the event) leaves an effect no room to vary."""
        size = self.std_error
        with np.errstate(invalid="ignore"):
            none = size <= ROUNDING * np.nanmax(size, initial=0.0)
        if not none.any():
            return self
        vcov = np.where(none[:, None] | none, np.nan, self.vcov)
        low, high = (np.where(none, np.nan, end) for end in (self.low, self.high))
        return replace(self, vcov=vcov, low=low, high=high)

    def of(self, effect: str) -> tuple[float, float, float, float]:
        """Estimate, standard error and limits of one of ``EFFECTS``."""
        i = EFFECTS.index(effect)
        return float(self.estimate[i]), float(self.std_error[i]), float(self.low[i]), float(self.high[i])


def closed_form(
    laid: Laid, errors: Literal["model", "linearised", "HC3"] = "model", level: float = LEVEL
) -> NaturalEffects:
    """Delta errors: from both models' own variances, with a normal reference; or linearised, by rows or units, with
    (units - strata) degrees of freedom; or, of rows, linearised with HC3's residuals and (rows - coefficients of the
    outcome's model) degrees of freedom. Under weights or in units only linearised errors hold."""
    both = Both.of(laid)
    rows, share = both.rows
    found = means(both.parameters, laid.shape, rows, share)
    if errors == "model":
        _refuse_model_errors(laid)
        turned = slopes(found.value, laid.shape) @ found.gradient
        vcov, df = turned @ both.vcov @ turned.T, np.inf
    elif errors == "HC3":
        _refuse_model_errors(laid)
        vcov, df = linearised(both.without_itself().effect_influence(), laid.units), float(np.subtract(*laid.x.shape))
    else:
        vcov, df = linearised(both.effect_influence(), laid.units), laid.units.df
        if not df > 0:
            raise NotEstimable("the design has no more sampling units than strata")
    estimate = effects(found.value, laid.shape)
    half = float(scipy.stats.t.ppf((1 + level) / 2, df)) * np.sqrt(np.diag(vcov))
    few, lone = (laid.few_units, laid.units.lone) if errors == "linearised" else (False, 0)
    return NaturalEffects(
        laid, estimate, vcov, estimate - half, estimate + half, "delta", errors, level, df, few_units=few,
        lone_strata=lone,
    )  # fmt: skip


def monte_carlo(
    laid: Laid,
    draws: int,
    rng: np.random.Generator,
    errors: Literal["model", "linearised", "HC3"] = "model",
    level: float = LEVEL,
) -> NaturalEffects:
    """Percentiles of effects at coefficients that are drawn from a normal around their estimates, with ``errors`` as in
    ``closed_form``; what effects are averaged over stays as it is."""
    both = Both.of(laid)
    if errors != "linearised":
        _refuse_model_errors(laid)
    if errors == "model":
        vcov = both.vcov
    elif errors == "HC3":
        vcov = linearised(both.without_itself().influence, laid.units)
        if not np.isfinite(vcov).all():
            raise NotEstimable("a row alone makes up a coefficient, and nothing is known of its error")
    else:
        vcov = linearised(both.influence, laid.units)
    values, vectors = np.linalg.eigh(vcov)
    root = (vectors * np.sqrt(np.clip(values, 0.0, None))) @ vectors.T  # the same whichever way vectors point
    enough(draws, level)
    drawn = both.parameters.joined() + rng.standard_normal((draws, len(root))) @ root
    refit = Refit(both)
    made = refit.effects(Parameters.parted(drawn, laid.covariates))
    fine = np.isfinite(made).all(axis=1)
    failed = {"an effect of the draw is not finite": int((~fine).sum())} if not fine.all() else {}
    return _of_draws(both, made[fine], draws, failed, "Monte Carlo", errors, level)


def bootstrap(
    laid: Laid,
    draws: int,
    rng: np.random.Generator,
    limits: Literal["percentile", "BCa"] = "percentile",
    level: float = LEVEL,
) -> NaturalEffects:
    """Both models refitted on drawn units (clusters, sampling units within strata, else rows).

    The values that are compared, and the mediator's for the controlled direct effect, stay as they are; what effects
    are averaged over is drawn along. Draws without an answer are counted by reason.
    """
    enough(draws, level)
    both = Both.of(laid)
    refit, made, failed = Refit(both), [], dict[str, int]()
    for counts in unit_counts(laid.units.strata, draws, rng, len(laid.outcome)):
        values, why = refit.of(counts)
        made.append(values)
        failed = {reason: failed.get(reason, 0) + why.get(reason, 0) for reason in (*failed, *why)}
    return _of_draws(both, np.concatenate(made), draws, failed, limits, "", level)


def _of_draws(
    both: Both, draws: Floats, asked: int, failed: Mapping[str, int], method: str, errors: str, level: float
) -> NaturalEffects:
    laid = both.laid
    if too_few(len(draws), level):
        said = "; ".join(f"{count} of {asked} draws: {reason}" for reason, count in failed.items())
        raise NotEstimable(f"too few draws have an answer ({said})")
    rows, share = both.rows
    estimate = effects(means(both.parameters, laid.shape, rows, share).value, laid.shape)
    if method == "BCa":
        found = bca(draws, estimate, by_unit(both.effect_influence(), laid.units), level)
    else:
        found = percentile(draws, level)
    clustered = method != "Monte Carlo" or errors == "linearised"
    return NaturalEffects(
        laid, estimate, np.cov(draws, rowvar=False), found.low, found.high, method, errors, level, np.inf, draws,
        asked, failed, clustered and laid.few_units, laid.units.lone if clustered else 0,
    )  # fmt: skip


def _refuse_model_errors(laid: Laid) -> None:
    if laid.weighted or laid.units.given:
        raise NotEstimable("errors of the models' own do not hold for weighted rows or rows in clusters")


@dataclass(frozen=True)
class Proportion:
    """How much of the total effect goes by way of the mediator; None with a clause that says why it means nothing.

    low, high: NaN where there are no limits.
    """

    estimate: float | None
    low: float = np.nan
    high: float = np.nan
    reason: str = ""


def proportion(values: Floats, ratios: bool) -> Floats:
    """Total natural indirect out of total effect, of ``EFFECTS`` (..., 6), whatever it may mean. Of ratios on the scale
    of excess risk, or of excess odds (VanderWeele & Vansteelandt 2010, Am J Epidemiol 172(12), 1339-1348)."""
    direct, indirect, total = values[..., PNDE], values[..., TNIE], values[..., TE]
    with np.errstate(divide="ignore", invalid="ignore"):
        if ratios:
            return np.asarray(np.exp(direct) * np.expm1(indirect) / np.expm1(total))
        return np.asarray(indirect / total)


def proportion_mediated(found: NaturalEffects) -> Proportion:
    """``proportion`` where the total effect's interval leaves out no effect and its parts point the same way."""
    low, high = float(found.low[TE]), float(found.high[TE])
    if not np.isfinite([low, high]).all():
        return Proportion(None, reason="the total effect has no interval")
    if not np.isfinite([found.low[TNIE], found.high[TNIE]]).all():
        return Proportion(None, reason="the indirect effect has no interval")
    if not (low > 0 or high < 0):
        return Proportion(None, reason="the interval of the total effect holds no effect")
    if found.estimate[PNDE] * found.estimate[TNIE] < 0:
        return Proportion(None, reason="the direct and the indirect effect point in different directions")
    ratios = found.laid.shape.scale != "difference"
    middle = float(proportion(found.estimate, ratios))
    slope = _proportion_slope(found.estimate, ratios)
    if len(found.draws):
        draws = proportion(found.draws, ratios)[:, None]
        limits = percentile(draws, found.level)
        if found.method == "BCa":
            influence = by_unit(Both.of(found.laid).effect_influence(), found.laid.units) @ slope
            limits = bca(draws, np.array([middle]), influence[:, None], found.level)
        return Proportion(middle, float(limits.low[0]), float(limits.high[0]))
    half = float(scipy.stats.t.ppf((1 + found.level) / 2, found.df)) * np.sqrt(slope @ found.vcov @ slope)
    return Proportion(middle, middle - float(half), middle + float(half))


def _proportion_slope(values: Floats, ratios: bool) -> Floats:
    direct, indirect, total = values[PNDE], values[TNIE], values[TE]
    slope = np.zeros(len(EFFECTS))
    if ratios:
        share = float(proportion(values, True))
        slope[PNDE], slope[TNIE] = share, np.exp(direct + indirect) / np.expm1(total)
        slope[TE] = -share * np.exp(total) / np.expm1(total)
    else:
        slope[TNIE], slope[TE] = 1 / total, -indirect / total**2
    return slope
