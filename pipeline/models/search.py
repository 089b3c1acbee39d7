"""The minimum of a mixed model's deviance.

The search draws nothing: the best of a fixed list of starts are followed by a trust region with exact derivatives
(scipy's ``trust-exact``), and from the lowest point Newton's steps go on until what they would gain is below
``SETTLED``. Theta has no bounds: a column of the factor and its negative have the same deviance, so that a variance of
zero is a minimum like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from pipeline.models.coefficients import Floats
from pipeline.models.deviance import Point, Sums, derivatives, places, point, triangle

SETTLED = 1e-12
"""Deviance that Newton's next step would gain, below which a fit has converged; the error left is about its square."""

STARTS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
"""Standard deviations of the random effects, in residual ones, that the search begins from."""

FOLLOWED = 3
"""How many of the starts are followed: with random slopes and few rows there may be several minima."""

STEPS = 50
"""Newton's steps at most."""

NO_VARIANCE = 1e-3
"""A random effect's standard deviation below this share of the residual's may be zero …"""

SAME = 1e-8
"""… and is, where the deviance is no more than this above."""

State = Literal["converged", "singular", "not converged"]


def search(given: Sums) -> tuple[Point, State]:
    """The best point that is found, and whether it is a minimum inside (``converged``) or with a variance of zero."""
    best = sorted(_starts(given), key=lambda one: one.deviance)[:FOLLOWED]
    here = min((_descend(given, start) for start in best), key=lambda one: one.deviance)
    columns = places(given.random)[1]
    here, converged = _settle(given, here, np.ones(len(columns), dtype=bool))
    if not converged:
        return here, "not converged"
    smaller = _singular(given, here)
    if smaller is None:
        return _upright(given, here), "converged"
    here, converged = _settle(given, smaller, np.diag(smaller.factor)[columns] > 0)
    return _upright(given, here), "singular" if converged else "not converged"


def _starts(given: Sums) -> Iterator[Point]:
    """For random effects that are not correlated, and for each pair that is, up or down, the best size of all."""
    q = given.random
    shapes = [np.eye(q)]
    for (i, j), correlation in product(combinations(range(q), 2), (0.9, -0.9)):
        shape = np.eye(q)
        shape[j, i], shape[j, j] = correlation, np.sqrt(1 - correlation**2)
        shapes.append(shape)
    for shape in shapes:
        yield min((point(given, shape * start) for start in STARTS), key=lambda one: one.deviance)


def _descend(given: Sums, start: Point) -> Point:
    """A minimum near ``start``, by a trust region, as far as a third digit of theta's error is settled."""
    q, far = given.random, float(np.abs(start.factor).max())

    def at(theta: Floats) -> Point:
        return point(given, triangle(theta, q))

    radius = {"initial_trust_radius": far / 2, "max_trust_radius": 1e3 * far}
    found = scipy.optimize.minimize(
        lambda theta: at(theta).deviance,
        start.factor[places(q)],
        jac=lambda theta: _profiled(given, at(theta))[0],
        hess=lambda theta: _profiled(given, at(theta))[1],
        method="trust-exact",
        options={"gtol": 1e-4 * np.sqrt(given.rows), "maxiter": 200, **radius},
    )
    return at(found.x)


def _profiled(given: Sums, at: Point) -> tuple[Floats, Floats]:
    """Gradient and Hessian by theta with the residual variance following."""
    gradient, hessian = derivatives(given, at)
    follows = np.outer(hessian[-1, :-1], hessian[-1, :-1]) / hessian[-1, -1]
    return gradient[:-1], hessian[:-1, :-1] - follows


def _settle(given: Sums, here: Point, free: NDArray[np.bool_]) -> tuple[Point, bool]:
    """Newton's steps in the free numbers of theta; whether they end, and in a minimum.

    The factor may turn without changing the covariance where a variance is zero; there the Hessian is flat and no step
    is taken.
    """
    q = given.random
    for _ in range(STEPS):
        gradient, hessian = _profiled(given, here)
        values, vectors = np.linalg.eigh(hessian[np.ix_(free, free)])
        flat = 1e-9 * max(np.abs(values).max(initial=0.0), 1e-300)
        if (values < -1e3 * flat).any():
            return here, False
        along = vectors.T @ gradient[free]
        step = np.divide(along, values, out=np.zeros_like(along), where=values > flat)
        gain = float(along @ step) / 2
        if gain > 0:
            theta = here.factor[places(q)]
            theta[free] -= vectors @ step
            there = point(given, triangle(theta, q))
            if there.deviance > here.deviance + 1e-9 * (1 + abs(here.deviance)):
                return here, False
            here = there
        if gain <= SETTLED:
            return here, True
    return here, False


def _singular(given: Sums, here: Point) -> Point | None:
    """The point with as many variances at zero as cost nothing, along the principal axes; None if there is none."""
    values, vectors = np.linalg.eigh(here.factor @ here.factor.T)
    for zeros in range(int((values < NO_VARIANCE**2).sum()), 0, -1):
        kept = (vectors[:, zeros:] * values[zeros:]) @ vectors[:, zeros:].T
        there = point(given, _cholesky(kept))
        if there.deviance <= here.deviance + SAME:
            return there
    return None


def _upright(given: Sums, here: Point) -> Point:
    """The same point with no negative number in the factor's diagonal."""
    return point(given, _cholesky(here.factor @ here.factor.T)) if (np.diag(here.factor) < 0).any() else here


def _cholesky(covariance: Floats) -> Floats:
    """Lower triangle, with a column of zeros for each dimension that does not vary."""
    factor = np.zeros_like(covariance)
    smallest = 1e-13 * float(np.diag(covariance).max(initial=0.0))
    for j in range(len(covariance)):
        left = covariance[j:, j] - factor[j:, :j] @ factor[j, :j]
        if left[0] > smallest:
            factor[j:, j] = left / np.sqrt(left[0])
    return factor
