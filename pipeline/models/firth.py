"""Few events, or separation: logistic regression with Firth's penalty, which always has a finite answer.

The log likelihood plus half the log determinant of the information (Firth 1993, Biometrika 80(1), 27-38); intervals and
P values from its profile, in which the penalty keeps every column (Heinze & Schemper 2002, Stat Med 21(16), 2409-2419),
as in R logistf. For people who stand for themselves: clusters have no part in a likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import scipy
from scipy.special import expit

from pipeline.models.coefficients import LEVEL, Coefficients, Floats, Ints, NotEstimable
from pipeline.models.joint import JointTest
from pipeline.models.linear import TOO_FEW, refuse_separation

STEPS = 500
SETTLED = 1e-10
"""A modified score, in standard errors, below which a maximum is reached."""

FLAT = 1e-6
"""The least bend of the likelihood that a step reckons with, as a share of what scoring takes for it."""

LONGEST = 5.0
"""How far a step may take anybody's log odds."""

REACHES = 100
"""How often the search for the end of an interval goes half as far again."""


@dataclass(frozen=True, eq=False)
class FirthCoefficients(Coefficients):
    """Coefficients whose P values and intervals come from the profile of the penalised likelihood.

    ``vcov`` is the inverse information at the estimate, as in logistf; it makes neither. A coefficient whose variance
    was made NaN has neither. tested: shape (k,), P values; likelihood: the penalised one, in logs. separated: what
    predicts the outcome perfectly, so that without the penalty there is no maximum; empty where there is one.
    """

    x: Floats
    y: Floats
    likelihood: float
    tested: Floats
    separated: str

    @property
    def told(self) -> str:
        return self.separated

    @property
    def p(self) -> Floats:
        """Of the penalised likelihood ratio test on one degree of freedom."""
        return np.where(np.isnan(self.std_error), np.nan, self.tested)

    def interval(self, level: float = LEVEL) -> tuple[Floats, Floats]:
        """Where twice the profile has fallen by the chi-square quantile: limits, each of shape (k,)."""
        return self._usual if level == LEVEL else self._limits(level)

    @cached_property
    def _usual(self) -> tuple[Floats, Floats]:
        return self._limits(LEVEL)

    def _limits(self, level: float) -> tuple[Floats, Floats]:
        drop = float(scipy.stats.chi2.ppf(level, 1)) / 2
        low, high = (np.array([_end(self, j, way, drop) for j in range(len(self.terms))]) for way in (-1, 1))
        return low, high


@dataclass(frozen=True, eq=False)
class _Point:
    """The penalised log likelihood (minus infinity where the information is singular) and its slopes at a point.

    scoring: information with the penalty's share; curve: minus the second derivatives.
    """

    value: float
    score: Floats
    information: Floats
    scoring: Floats
    curve: Floats


def firth(x: pd.DataFrame, y: Floats) -> FirthCoefficients:
    """Fit a 0/1 ``y`` on the full-rank columns of ``x``; estimates are log odds ratios.

    Separation is no obstacle, and is told in ``separated``. Raises ``NotEstimable`` where the outcome does not vary,
    where the rows are no more than the coefficients, and where a maximum is not reached.
    """
    if not np.isin(y, (0.0, 1.0)).all():
        raise NotEstimable("the outcome has answers other than 0 and 1")
    if len(x) <= x.shape[1]:
        raise NotEstimable("the rows are no more than the coefficients")
    design, every = x.to_numpy(dtype=float), np.arange(x.shape[1])
    scale = np.linalg.norm(design, axis=0)
    if not scale.all() or np.linalg.matrix_rank(design / scale) < len(every):
        raise NotEstimable("the covariates are collinear, or one of them is constant")
    separated = _separated(x, y)
    at, top = _climb(design / scale, y, np.zeros(len(every)), every)
    information = _penalised(design / scale, y, at).information
    below = [_climb(design / scale, y, np.zeros(len(every)), every[every != j])[1] for j in every]
    return FirthCoefficients(
        terms=tuple(map(str, x.columns)),
        estimate=at / scale,
        vcov=np.linalg.inv(information) / np.outer(scale, scale),
        df=np.full(len(every), np.inf),
        rows=len(y),
        errors="penalised profile likelihood",
        x=design,
        y=y,
        likelihood=top - float(np.log(1 / scale).sum()),
        tested=np.asarray(scipy.stats.chi2.sf(2 * np.maximum(top - np.array(below), 0.0), 1), dtype=float),
        separated=separated,
    )


def joint_firth(fit: FirthCoefficients, terms: Sequence[str]) -> JointTest:
    """The penalised likelihood ratio test that the coefficients ``terms`` are all zero, with the penalty of every
    column (Heinze & Schemper 2002, sect. 2), as an F on ``len(terms)`` and infinitely many degrees of freedom."""
    at, q = [fit.position(term) for term in terms], len(terms)
    scale = np.linalg.norm(fit.x, axis=0)
    free = np.delete(np.arange(len(scale)), at)
    below = _climb(fit.x / scale, fit.y, np.zeros(len(scale)), free)[1]
    ratio = 2 * max(fit.likelihood + float(np.log(1 / scale).sum()) - below, 0.0)
    return JointTest(ratio / q, float(q), float("inf"), float(scipy.stats.chi2.sf(ratio, q)))


def _separated(x: pd.DataFrame, y: Floats) -> str:
    """What predicts the outcome perfectly. An outcome that does not vary is refused."""
    try:
        refuse_separation(x, y)
    except NotEstimable as reason:
        if reason.discreet != TOO_FEW or len(np.unique(y)) < 2:
            raise
        return str(reason)
    return ""


def _climb(design: Floats, y: Floats, at: Floats, free: Ints) -> tuple[Floats, float]:
    """The maximum over the coefficients ``free`` from ``at`` on, and its value.

    The penalty is of all columns, whichever are free. Newton's steps, turned round along directions in which
    the likelihood bends upwards, and halved until they lead up.
    """
    here = _penalised(design, y, at)
    for _ in range(STEPS):
        if not np.isfinite(here.value):
            break
        if not len(free):
            return at, here.value
        step = np.zeros(len(at))
        try:
            step[free] = _step(here, free)
        except np.linalg.LinAlgError:
            break
        if np.sqrt(max(float(step @ here.score), 0.0)) < SETTLED:
            return at, here.value
        length = min(1.0, LONGEST / float(np.abs(design @ step).max()))
        there = _penalised(design, y, at + length * step)
        while not there.value >= here.value - 1e-13 * abs(here.value):
            length /= 2
            if length < 1e-12:
                raise NotEstimable("the penalised fit did not converge")
            there = _penalised(design, y, at + length * step)
        at, here = at + length * step, there
    raise NotEstimable("the penalised fit did not converge")


def _step(here: _Point, free: Ints) -> Floats:
    part, score = np.ix_(free, free), here.score[free]
    back = np.linalg.inv(np.linalg.cholesky(here.scoring[part]))
    values, vectors = np.linalg.eigh(back @ here.curve[part] @ back.T)  # 1 where the two kinds of step are the same
    along = (vectors.T @ (back @ score)) / np.maximum(np.abs(values), FLAT)
    return np.asarray(back.T @ vectors @ along, dtype=float)


def _penalised(design: Floats, y: Floats, at: Floats) -> _Point:
    linear = design @ at
    mean = expit(linear)
    half = np.sqrt(mean * expit(-linear))[:, None] * design
    q, r = np.linalg.qr(half)
    size = np.abs(np.diag(r))
    none = np.empty((0, 0))
    if not (size > 0).all():
        return _Point(-np.inf, np.empty(0), none, none, none)
    value = float(-np.logaddexp(0, np.where(y == 1, -linear, linear)).sum() + np.log(size).sum())
    leverage, tilt = (q**2).sum(axis=1), 1 - 2 * mean
    score = design.T @ (y - mean + leverage * tilt / 2)
    scoring = half.T @ ((1 + leverage)[:, None] * half)
    # derivatives of the leverages: of a row's own weight, less those of all rows' in the information
    squares = (q[:, :, None] * q[:, None, :]).reshape(len(q), -1)
    turned = tilt[:, None] * design
    bend = leverage[:, None] * turned - squares @ (squares.T @ turned)
    curve = scoring - turned.T @ bend / 2
    return _Point(value, score, half.T @ half, scoring, (curve + curve.T) / 2)


def _end(fit: FirthCoefficients, j: int, way: int, drop: float) -> float:
    """Where the profile of coefficient j has fallen by ``drop`` below its maximum, downwards or upwards."""
    error = float(fit.std_error[j])
    if np.isnan(error):
        return float("nan")
    scale = np.linalg.norm(fit.x, axis=0)
    others = np.delete(np.arange(len(scale)), j)
    top, held = fit.likelihood + float(np.log(1 / scale).sum()), fit.estimate * scale
    curve = _penalised(fit.x / scale, fit.y, held).curve
    ahead = np.zeros(len(scale))
    ahead[j] = way * error * scale[j]
    ahead[others] = -np.linalg.solve(curve[np.ix_(others, others)], curve[others, j] * ahead[j])
    reached, path = [0.0], [held]  # maxima with coefficient j held so many standard errors away, nearest first

    def left(reach: float) -> float:
        """How far the profile still is above its end."""
        if reach == 0:
            return drop
        i = int(np.searchsorted(reached, reach))
        slope = ahead if i == len(reached) else (path[i] - path[i - 1]) / (reached[i] - reached[i - 1])
        start = path[i - 1] + (reach - reached[i - 1]) * slope
        start[j] = held[j] + reach * ahead[j]
        found, value = _climb(fit.x / scale, fit.y, start, others)
        if reach not in reached:
            reached.insert(i, reach)
            path.insert(i, found)
        return value - top + drop

    near, far = 0.0, float(np.sqrt(2 * drop))
    for _ in range(REACHES):
        if left(far) < 0:
            end = scipy.optimize.brentq(left, near, far, xtol=1e-12, rtol=1e-13)
            return float(fit.estimate[j] + way * error * end)
        near, far = far, 1.5 * far
    raise NotEstimable("the end of a profile likelihood interval was not found")
