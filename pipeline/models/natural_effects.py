"""Natural direct and indirect effects out of a mediator's and an outcome's model, with exposure-mediator interaction.

VanderWeele 2015, Explanation in Causal Inference, ch. 2; Valeri & VanderWeele 2013 (Psychol Methods 18(2), 137-150).
Everything follows from six means of the outcome: where the exposure is ``a`` and the mediator what it would be under
``b``, for both values of each, and where the mediator is held at one value. Decompositions therefore hold exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.special import expit

from pipeline.models.coefficients import Floats
from pipeline.models.quadrature import nodes

EFFECTS = ("cde", "pnde", "tnie", "tnde", "pnie", "te")
"""Controlled direct; pure natural direct and total natural indirect; total natural direct and pure natural indirect;
total."""

CDE, PNDE, TNIE, TNDE, PNIE, TE = range(6)

Scale: TypeAlias = Literal["difference", "risk ratio", "odds ratio"]

FROM_MEANS = np.array(
    [
        [0, 0, 0, 0, -1, 1],
        [-1, 1, 0, 0, 0, 0],
        [0, -1, 0, 1, 0, 0],
        [0, 0, -1, 1, 0, 0],
        [-1, 0, 1, 0, 0, 0],
        [-1, 0, 0, 1, 0, 0],
    ],
    dtype=float,
)
"""``EFFECTS`` out of the six means: exposure and mediator low, low; high, low; low, high; high, high; then the mediator
held, exposure low and high."""


@dataclass(frozen=True, eq=False)
class Shape:
    """Which models there are and what is compared.

    low, high: values of the exposure. held: the mediator's value for the controlled direct effect. rare: odds ratios in
    closed form, for an outcome that is rare at every value of exposure and mediator.
    """

    low: float
    high: float
    held: float
    binary_mediator: bool
    binary_outcome: bool
    rare: bool
    scale: Scale

    @property
    def of_one_row(self) -> bool:
        """Whether the covariates enter by their means alone."""
        return self.rare or not (self.binary_mediator or self.binary_outcome)

    def crossed(self) -> tuple[tuple[float, float], ...]:
        return (self.low, self.low), (self.high, self.low), (self.low, self.high), (self.high, self.high)


@dataclass(frozen=True, eq=False)
class Parameters:
    """Both models' coefficients, of one fit or (with a first axis of draws) of many.

    beta: shape (..., p + 2), mediator on intercept, p covariates, exposure. theta: shape (..., p + 4), outcome on
    intercept, covariates, exposure, mediator, exposure times mediator (zero without interaction). log_variance: shape
    (..., 2), logs of the residual variances of mediator and outcome; zero where a model has none.
    """

    beta: Floats
    theta: Floats
    log_variance: Floats

    def draw(self, i: int) -> Parameters:
        return Parameters(self.beta[i], self.theta[i], self.log_variance[i])

    def joined(self) -> Floats:
        return np.concatenate([self.beta, self.theta, self.log_variance], axis=-1)

    @classmethod
    def parted(cls, values: Floats, covariates: int) -> Parameters:
        """The way back from ``joined``."""
        first, second = covariates + 2, 2 * covariates + 6
        return cls(values[..., :first], values[..., first:second], values[..., second:])


@dataclass(frozen=True, eq=False)
class Means:
    """The six means of one fit. by_row: shape (n, 6), before averaging; gradient: shape (6, parameters)."""

    value: Floats
    by_row: Floats
    gradient: Floats


def means(found: Parameters, shape: Shape, rows: Floats, share: Floats) -> Means:
    """The six means of one fit, with their derivatives. rows: shape (n, p + 1), ones and covariates; share: shape (n,),
    adds up to one. For a rare outcome they are log odds of the mean row."""
    parts = [_crossed(found, shape, rows, a, b) for a, b in shape.crossed()]
    parts += [_held(found, shape, rows, a) for a in (shape.low, shape.high)]
    by_row = np.column_stack([part.value for part in parts])
    return Means(share @ by_row, by_row, np.array([part.gradient(share) for part in parts]))


def six_means(found: Parameters, shape: Shape, rows: Floats, share: Floats) -> Floats:
    """``means`` without derivatives."""
    parts = [_crossed_value(found, shape, rows, a, b) for a, b in shape.crossed()]
    parts += [_held(found, shape, rows, a).value for a in (shape.low, shape.high)]
    return np.asarray(share @ np.column_stack(parts))


@dataclass(frozen=True, eq=False)
class _Part:
    """One mean by row, (n,), and what its derivatives are made of: by the outcome's linear predictor, by the mediator's
    slope in it, by the mediator's linear predictor and by the log of its variance."""

    rows: Floats
    a: float
    b: float
    value: Floats
    by_base: Floats
    by_slope: Floats
    by_through: Floats
    by_variance: Floats

    def gradient(self, share: Floats) -> Floats:
        base, through, slope = self.by_base * share, self.by_through * share, float(self.by_slope @ share)
        beta = [*(through @ self.rows), through.sum() * self.b]
        theta = [*(base @ self.rows), base.sum() * self.a, slope, slope * self.a]
        return np.array([*beta, *theta, self.by_variance @ share, 0.0])


def _crossed(found: Parameters, shape: Shape, rows: Floats, a: float, b: float) -> _Part:
    """The outcome where the exposure is ``a`` and the mediator what it would be under ``b``."""
    p = rows.shape[1]
    through = rows @ found.beta[:p] + found.beta[p] * b
    base = rows @ found.theta[:p] + found.theta[p] * a
    slope = float(found.theta[p + 1] + found.theta[p + 2] * a)
    make = _rare if shape.rare else _of_two if shape.binary_mediator else _of_normal
    return _Part(rows, a, b, *make(shape, through, base, slope, float(np.exp(found.log_variance[0]))))


def _crossed_value(found: Parameters, shape: Shape, rows: Floats, a: float, b: float) -> Floats:
    if shape.rare or shape.binary_mediator or not shape.binary_outcome:
        return _crossed(found, shape, rows, a, b).value
    p = rows.shape[1]
    slope = float(found.theta[p + 1] + found.theta[p + 2] * a)
    linear = rows @ (found.theta[:p] + slope * found.beta[:p]) + found.theta[p] * a + slope * found.beta[p] * b
    spread = slope * float(np.exp(found.log_variance[0] / 2))
    z, weight = nodes(abs(spread))
    return np.asarray(expit(linear[:, None] + spread * z) @ weight)


_Pieces: TypeAlias = tuple[Floats, Floats, Floats, Floats, Floats]


def _rare(shape: Shape, through: Floats, base: Floats, slope: float, variance: float) -> _Pieces:
    """Log odds, as good as logs of the risk."""
    one, none = np.ones(len(base)), np.zeros(len(base))
    if shape.binary_mediator:
        chance = expit(slope + through)
        value = base + np.logaddexp(0.0, slope + through) - np.logaddexp(0.0, through)
        return value, one, chance, chance - expit(through), none
    half = slope**2 * variance / 2
    return base + slope * through + half, one, through + slope * variance, one * slope, one * half


def _of_two(shape: Shape, through: Floats, base: Floats, slope: float, variance: float) -> _Pieces:
    """Over the two values of a binary mediator."""
    chance = expit(through)
    zero, one = (expit(base), expit(base + slope)) if shape.binary_outcome else (base, base + slope)
    rise = (zero * (1 - zero), one * (1 - one)) if shape.binary_outcome else (np.ones(len(base)), np.ones(len(base)))
    by_slope = chance * rise[1]
    by_through = chance * (1 - chance) * (one - zero)
    return (
        (1 - chance) * zero + chance * one, (1 - chance) * rise[0] + by_slope, by_slope, by_through,
        np.zeros(len(base)),
    )  # fmt: skip


def _of_normal(shape: Shape, through: Floats, base: Floats, slope: float, variance: float) -> _Pieces:
    """Over a normal mediator; a linear outcome needs its mean alone."""
    if not shape.binary_outcome:
        one = np.ones(len(base))
        return base + slope * through, one, through, one * slope, np.zeros(len(base))
    spread = float(np.sqrt(variance))
    z, weight = nodes(abs(slope) * spread)
    level = expit((base + slope * through)[:, None] + slope * spread * z)
    rise = level * (1 - level)
    by_base, by_z = rise @ weight, rise @ (weight * z) * spread
    return level @ weight, by_base, through * by_base + by_z, slope * by_base, slope * by_z / 2


def _held(found: Parameters, shape: Shape, rows: Floats, a: float) -> _Part:
    """The outcome where the exposure is ``a`` and the mediator held."""
    p, m = rows.shape[1], shape.held
    linear = rows @ found.theta[:p] + found.theta[p] * a + (found.theta[p + 1] + found.theta[p + 2] * a) * m
    value, rise, none = linear, np.ones(len(rows)), np.zeros(len(rows))
    if shape.binary_outcome and not shape.rare:
        value = expit(linear)
        rise = value * (1 - value)
    return _Part(rows, a, 0.0, value, rise, rise * m, none, none)


def many_means(found: Parameters, shape: Shape, row: Floats) -> Floats:
    """The six means of many fits, (draws, 6), where covariates enter by their means alone; row: (draws, p + 1)."""
    p = row.shape[1]
    beta, theta = found.beta, found.theta
    variance = np.exp(found.log_variance[:, 0])
    columns = []
    for a, b in shape.crossed():
        through = (row * beta[:, :p]).sum(axis=1) + beta[:, p] * b
        base = (row * theta[:, :p]).sum(axis=1) + theta[:, p] * a
        slope = theta[:, p + 1] + theta[:, p + 2] * a
        if not shape.binary_mediator:
            columns.append(base + slope * through + (slope**2 * variance / 2 if shape.rare else 0.0))
        else:
            columns.append(base + np.logaddexp(0.0, slope + through) - np.logaddexp(0.0, through))
    for a in (shape.low, shape.high):
        fixed = theta[:, p] * a + (theta[:, p + 1] + theta[:, p + 2] * a) * shape.held
        columns.append((row * theta[:, :p]).sum(axis=1) + fixed)
    return np.column_stack(columns)


def effects(value: Floats, shape: Shape) -> Floats:
    """``EFFECTS`` out of means, shape (..., 6); ratios as logs."""
    if shape.rare or shape.scale == "difference":
        turned = value
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            turned = np.log(value) if shape.scale == "risk ratio" else np.log(value) - np.log1p(-value)
    return np.asarray(turned @ FROM_MEANS.T, dtype=float)


def slopes(value: Floats, shape: Shape) -> Floats:
    """Derivatives of ``EFFECTS`` by the means: (6, 6)."""
    if shape.rare or shape.scale == "difference":
        return FROM_MEANS
    return FROM_MEANS / (value if shape.scale == "risk ratio" else value * (1 - value))
