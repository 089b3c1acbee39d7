"""Intervals of natural effects by draws, where a study file asks for them: Monte Carlo, bootstrap or BCa.

Monte Carlo (quasi-Bayesian): Imai, Keele & Tingley 2010 (Psychol Methods 15(4), 309-334), with the errors that the
closed form has. Bootstrap: Efron & Tibshirani 1993, ch. 13-14, of rows or whole clusters; of a sample Rao & Wu 1988.
P values invert the interval that is told (Davison & Hinkley 1997, Bootstrap Methods and their Application, ch. 4-5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from pipeline.models.coefficients import LEVEL, Coefficients, Floats
from pipeline.models.mediation import NaturalEffects, bootstrap, monte_carlo
from pipeline.models.mediation_rows import FEW_UNITS, Laid
from pipeline.models.natural_effects import EFFECTS
from pipeline.models.resample import skewness
from pipeline.models.two_models import Both
from pipeline.models.units import by_unit

USUAL, MONTE_CARLO, BOOTSTRAP, BCA = "usual", "monte carlo", "bootstrap", "bca"
FEWEST = {BCA: FEW_UNITS, MONTE_CARLO: FEW_UNITS, BOOTSTRAP: 10}
"""Clusters or sampling units below which intervals of a kind are refused (docs/adr/0029)."""


class TooFewUnits(Exception):
    """Fewer clusters or sampling units than the declared intervals can be made of; ``mend``: what to write instead."""

    def __init__(self, kind: str, units: int, what: str):
        super().__init__(f"fewer than {FEWEST[kind]} {what} are left, too few for intervals of this kind.")
        enough = kind != BOOTSTRAP and units >= FEWEST[BOOTSTRAP]
        self.mend = "Leave 'intervals' out" + (", or write intervals: bootstrap." if enough else ".")


def by_draws(laid: Laid, kind: str, draws: int, rng: np.random.Generator) -> NaturalEffects:
    """kind: ``monte carlo``, ``bootstrap`` or ``bca``. Raises ``TooFewUnits``, and ``NotEstimable`` where hardly a draw
    has an answer."""
    units = laid.units
    if units.given and units.present < FEWEST[kind]:
        raise TooFewUnits(kind, units.present, "sampling units" if laid.weighted else "clusters")
    if kind == MONTE_CARLO:
        return monte_carlo(laid, draws, rng, "linearised" if laid.weighted or units.given else "HC3")
    return bootstrap(laid, draws, rng, "BCa" if kind == BCA else "percentile")


@dataclass(frozen=True, eq=False)
class DrawnCoefficients(Coefficients):
    """Natural effects whose limits and P values come from draws. low, high, tested: shape (k,); ``df`` is NaN: there is
    no t or normal reference."""

    low: Floats
    high: Floats
    tested: Floats

    @property
    def p(self) -> Floats:
        return self.tested

    def interval(self, level: float = LEVEL) -> tuple[Floats, Floats]:
        """At the level at which they were drawn."""
        if level != LEVEL:
            raise ValueError("limits of draws are made once, at 95 percent")
        return self.low, self.high


def as_coefficients(found: NaturalEffects) -> Coefficients:
    """``EFFECTS`` with their limits as they were made: by a t or a normal reference, or by draws."""
    rows, k = len(found.laid.outcome), len(EFFECTS)
    if not len(found.draws):
        return Coefficients(EFFECTS, found.estimate, found.vcov, np.full(k, found.df), rows, found.errors)
    return DrawnCoefficients(
        EFFECTS, found.estimate, found.vcov, np.full(k, np.nan), rows, found.method, found.low, found.high, p_of(found)
    )


def p_of(found: NaturalEffects) -> Floats:
    """Two-sided P: the level at which the interval just holds no effect; never less than two in (draws + 1)."""
    draws, count = found.draws, len(found.draws)
    below, above = (draws <= 0).sum(axis=0), (draws >= 0).sum(axis=0)
    least = 2 / (count + 1)
    if found.method != "BCa":
        p = np.minimum(1.0, 2 * (np.minimum(below, above) + 1) / (count + 1))
        return np.where(np.isfinite(found.low), p, np.nan)
    both = Both.of(found.laid)
    acceleration = skewness(by_unit(both.effect_influence(), both.laid.units))
    ppf, share = scipy.stats.norm.ppf, ((draws < 0).sum(axis=0) + (draws == 0).sum(axis=0) / 2) / count
    low = ((draws < found.estimate).sum(axis=0) + (draws == found.estimate).sum(axis=0) / 2) / count
    bias, edge = ppf(low), ppf(np.clip(share, 1 / (count + 1), count / (count + 1)))
    room = 1 + acceleration * (edge - bias)  # none: no effect lies beyond every limit
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(room > 0, (edge - bias) / room - bias, np.inf)
    return np.where(np.isfinite(found.low), np.clip(2 * scipy.stats.norm.sf(np.abs(z)), least, 1.0), np.nan)
