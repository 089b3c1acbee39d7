"""How effects change when something unmeasured drives both mediator and outcome: rho, the errors' correlation.

Imai, Keele & Yamamoto 2010 (Stat Sci 25(1), 51-71), theorem 4, with exposure-mediator interaction as in Imai, Keele &
Tingley 2010 (Psychol Methods 15(4), 309-334). Both models linear: with errors' correlation rho the outcome's
regression takes up kappa (mediator less its mean), kappa = rho s / (sigma sqrt(1 - rho^2)), s and sigma the residual
deviations of outcome and mediator, and that is taken out again. The total effect stays as it is.
E-values of natural effects stand here too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from pipeline.models.coefficients import LEVEL, Floats, NotEstimable
from pipeline.models.evalue import OF_DEVIATIONS, EValue, RiskRatio, e_value, of_odds
from pipeline.models.mediation import NaturalEffects
from pipeline.models.mediation_rows import Laid
from pipeline.models.natural_effects import TNIE, Parameters, effects, means, slopes
from pipeline.models.two_models import Both
from pipeline.models.units import linearised


@dataclass(frozen=True, eq=False)
class Rho:
    """rho: shape (m,). estimate, low, high: shape (m, 6), ``EFFECTS`` at each.

    zero: rho at which the indirect effects are nought, total natural and pure natural. product: of the shares of
    residual variance of mediator and outcome that a confounder would explain there (rho squared), and product_all: of
    their whole variance.
    """

    rho: Floats
    estimate: Floats
    low: Floats
    high: Floats
    zero: Floats
    product: Floats
    product_all: Floats

    def undecided(self, effect: int = TNIE) -> tuple[float, float] | None:
        """The least and the greatest rho of the grid at which an effect's interval holds nought; or None."""
        holds = (self.low[:, effect] <= 0) & (self.high[:, effect] >= 0)
        return (float(self.rho[holds].min()), float(self.rho[holds].max())) if holds.any() else None


def rho_curve(laid: Laid, rho: Floats, level: float = LEVEL) -> Rho:
    """Effects at every ``rho`` (between -1 and 1), errors as in ``closed_form``: the models' own, or linearised under
    weights or in units. Raises ``NotEstimable`` where a model is not linear."""
    if laid.question.binary_mediator or laid.question.binary_outcome:
        raise NotEstimable("rho is told for a linear mediator and a linear outcome: for others read the E-values")
    if not (np.abs(rho) < 1).all():
        raise NotEstimable("rho must lie between -1 and 1")
    both = Both.of(laid)
    (row, one), p = both.rows, laid.covariates
    own = not (laid.weighted or laid.units.given)
    influence = both.influence
    vcov = both.vcov if own else linearised(influence, laid.units)
    covariates = laid.x[:, : p + 1] - row if laid.told_at is None else np.zeros((len(influence), p + 1))
    half = float(scipy.stats.t.ppf((1 + level) / 2, np.inf if own else laid.units.df))
    estimates, errors = [], []
    for value in rho:
        moved, turn = _moved(both.parameters, float(value), p)
        found = means(moved, laid.shape, row, one)
        turned = slopes(found.value, laid.shape) @ found.gradient @ turn
        variance = turned @ vcov @ turned.T
        if not own:
            drawn = influence @ turned.T + _by_covariates(moved, laid, covariates)
            variance = linearised(drawn, laid.units)
        estimates.append(effects(found.value, laid.shape))
        errors.append(np.sqrt(np.diag(variance)))
    estimate, error = np.array(estimates), np.array(errors)
    zero = _zeros(both.parameters, laid, p)
    left = _left(both, laid)
    return Rho(rho, estimate, estimate - half * error, estimate + half * error, zero, zero**2, zero**2 * left)


def _moved(at: Parameters, rho: float, p: int) -> tuple[Parameters, Floats]:
    """Parameters with kappa taken out, and their derivatives by those with it."""
    kappa = rho / np.sqrt(1 - rho**2) * float(np.exp((at.log_variance[1] - at.log_variance[0]) / 2))
    theta = at.theta.copy()
    theta[: p + 2] += kappa * at.beta
    theta[p + 2] -= kappa
    k, size = p + 2, len(at.joined())
    turn = np.eye(size)
    turn[k : 2 * k, :k] += kappa * np.eye(k)
    by_kappa = np.zeros(size)
    by_kappa[k : 2 * k], by_kappa[2 * k] = at.beta, -1.0
    turn[:, -2] += by_kappa * -kappa / 2
    turn[:, -1] += by_kappa * kappa / 2
    return Parameters(at.beta, theta, at.log_variance), turn


def _by_covariates(at: Parameters, laid: Laid, apart: Floats) -> Floats:
    """Influence of the rows on the effects by way of the covariates' means: only the interaction makes one."""
    p, shape = laid.covariates, laid.shape
    share = (laid.weight / laid.weight.sum())[:, None]
    six = np.column_stack(
        [apart @ (at.theta[: p + 1] + (at.theta[p + 2] + at.theta[p + 3] * a) * at.beta[: p + 1])
         for a, _ in shape.crossed()]
        + [apart @ at.theta[: p + 1]] * 2
    )  # fmt: skip
    return np.asarray(share * effects(six, shape))


def _zeros(at: Parameters, laid: Laid, p: int) -> Floats:
    """rho at which the slope by way of the mediator is nought, for ``TNIE`` and ``PNIE``."""
    ratio = float(np.exp((at.log_variance[0] - at.log_variance[1]) / 2))
    slope = np.array([at.theta[p + 2] + at.theta[p + 3] * a for a in (laid.shape.high, laid.shape.low)])
    return np.asarray(slope * ratio / np.sqrt(1 + (slope * ratio) ** 2))


def _left(both: Both, laid: Laid) -> float:
    """Share of the mediator's variance that its model leaves, times that of the outcome's."""
    left = 1.0
    for one, values in ((both.mediator, laid.mediator), (both.outcome, laid.outcome)):
        middle = np.average(values, weights=laid.weight)
        left *= float((laid.weight @ one.residual**2) / (laid.weight @ (values - middle) ** 2))
    return left


def e_value_of(found: NaturalEffects, effect: str) -> EValue:
    """The E-value of one of ``EFFECTS``: of a ratio by its own limits, of a linear outcome by way of standard
    deviations. Raises ``NotEstimable`` for a risk difference, and where there are no limits."""
    laid = found.laid
    estimate, _, low, high = found.of(effect)
    if not np.isfinite([low, high]).all():
        raise NotEstimable("there are no limits to make an E-value of")
    if laid.shape.scale != "difference":
        ratio = RiskRatio(*(float(np.exp(value)) for value in (estimate, low, high)))
        return e_value(ratio if laid.shape.scale == "risk ratio" else of_odds(ratio, laid.shape.rare))
    if laid.shape.binary_outcome or laid.linear_chance:
        raise NotEstimable("an E-value of a yes-or-no outcome needs a risk ratio or an odds ratio")
    middle = np.average(laid.outcome, weights=laid.weight)
    deviation = float(np.sqrt(np.average((laid.outcome - middle) ** 2, weights=laid.weight)))
    # the limits as they are told: with few clusters they lie further out than the authors' 1.78 standard errors
    return e_value(RiskRatio(*(float(np.exp(OF_DEVIATIONS * v / deviation)) for v in (estimate, low, high))))
