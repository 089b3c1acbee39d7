"""``Coefficients``: what every fit hands back, whatever made its errors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, TypeAlias

import numpy as np
import scipy
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]

LEVEL = 0.95
"""Confidence level of every interval."""

FEW_DF = 4.0
"""Below this many Satterthwaite degrees of freedom a P value is not to be relied on
(Tipton 2015, Psychological Methods 20(3): the nominal level is not held below 4)."""


UNSAID = "the answers do not allow one"
"""Why there is no test, where the reason would be a count: nobody's answer changed, a group gave one answer."""


class NotEstimable(Exception):
    """A model that has no finite answer; the message is a clause that can follow ``because``.

    discreet: the same without what would tell the answers of a group: for sensitive variables, and in tables from which
    a rule withholds counts.
    """

    def __init__(self, reason: str, discreet: str = ""):
        super().__init__(reason)
        self.discreet = discreet or reason


class Separated(NotEstimable):
    """A combination of columns predicts the outcome perfectly."""


@dataclass(frozen=True, eq=False)
class Coefficients:
    """One entry a coefficient, in the order of ``terms``.

    estimate: shape (k,), on the scale of the linear predictor (log odds for a logistic model).
    vcov: shape (k, k); a coefficient without a variance has NaN in its row and column.
    df: shape (k,), degrees of freedom of the t reference; ``inf`` is the normal.
    rows: how many rows were fitted. Coefficients of models fitted one by one have NaN between them in ``vcov``.
    errors: the name of the variance estimator.
    """

    terms: tuple[str, ...]
    estimate: Floats
    vcov: Floats
    df: Floats
    rows: int
    errors: str

    @property
    def told(self) -> str:
        """What a reader must know of the fit, a clause; empty where nothing."""
        return ""

    @property
    def std_error(self) -> Floats:
        return np.sqrt(np.diag(self.vcov))

    @property
    def p(self) -> Floats:
        """Two-sided P values; NaN where there is no error to hold an estimate against."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(2 * scipy.stats.t.sf(np.abs(self.estimate / self.std_error), self.df), dtype=float)

    def interval(self, level: float = LEVEL) -> tuple[Floats, Floats]:
        """Lower and upper limits, each of shape (k,)."""
        half = np.asarray(scipy.stats.t.ppf((1 + level) / 2, self.df), dtype=float) * self.std_error
        return self.estimate - half, self.estimate + half

    @property
    def few(self) -> NDArray[np.bool_]:
        """Which have too few degrees of freedom to be relied on; the last digits are rounding."""
        return np.round(self.df, 6) < FEW_DF

    def without_errors(self, none: NDArray[np.bool_]) -> Self:
        """The same without errors of the coefficients marked in ``none``, shape (k,): no interval and no P value."""
        if not none.any():
            return self
        vcov, df = self.vcov.copy(), self.df.copy()
        vcov[none, :] = vcov[:, none] = df[none] = np.nan
        return replace(self, vcov=vcov, df=df)

    def position(self, term: str) -> int:
        return self.terms.index(term)
