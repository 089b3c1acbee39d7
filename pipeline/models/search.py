"""The minimum of a mixed model's deviance.

The search draws nothing: the best of a fixed list of starts are followed by a trust region with exact derivatives
(scipy's ``trust-exact``), and from the lowest point Newton's steps go on until what they would gain is below
``SETTLED``. Theta has no bounds: a column of the factor and its negative have the same deviance, so that a variance of
zero is a minimum like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product
from typing import Literal

import numpy as np
import scipy

from pipeline.models.coefficients import Floats
from pipeline.models.deviance import Point, Sums, derivatives, places, point, triangle

SETTLED = 1e-12
"""Deviance that Newton's next step would gain, below which a fit has converged; the error left is about its square."""

STARTS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
"""Standard deviations of the random effects, in residual ones, that the search begins from."""

FOLLOWED = 3
"""How many of the starts are followed: with random slopes and few rows there may be several minima."""

STEPS, HALVINGS = 100, 30
"""Newton's steps, and halvings of one of them, at most."""

NOISE = 1e-12
"""By this share a deviance may seem higher than the one before because of rounding."""

FLAT = 1e-12
"""An eigenvalue of the Hessian up to this share of the largest is none: the point is no minimum."""

NO_VARIANCE = 1e-3
"""A random effect's standard deviation below this share of the residual's may be zero …"""

SAME = 1e-8
"""… and is, where the deviance is no more than this above."""

State = Literal["converged", "singular", "not converged"]


@dataclass(frozen=True, eq=False)
class Minimum:
    """axes: (q, q), orthonormal; the random effects of ``sums`` and ``at`` times ``axes`` are those that were given.

    They are the principal axes, the longest first, so that the factor is diagonal there: whichever effect has a
    variance near zero, theta's numbers then do not stand for one another.
    """

    sums: Sums
    at: Point
    axes: Floats
    state: State


def search(given: Sums) -> Minimum:
    """The best point that is found, and whether it is a minimum inside (``converged``) or with a variance of zero."""
    best = sorted(_starts(given), key=lambda one: one.deviance)[:FOLLOWED]
    here = min((_descend(given, start) for start in best), key=lambda one: one.deviance)
    found = _settle(Minimum(given, here, np.eye(given.random), "not converged"))
    smaller = _singular(found)
    return found if smaller is None else _settle(smaller)


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


def _settle(found: Minimum) -> Minimum:
    """Newton's steps along the principal axes; a step that leads up is halved. Axes of length zero stay so."""
    for _ in range(STEPS):
        found = _principal(found)
        given, here = found.sums, found.at
        rows, columns = places(given.random)
        free = np.diag(here.factor)[columns] > 0
        gradient, hessian = _profiled(given, here)
        values, vectors = np.linalg.eigh(hessian[np.ix_(free, free)])
        if (values <= FLAT * np.abs(values).max(initial=0.0)).any():
            return found
        step = np.zeros(len(rows))
        step[free] = vectors @ (vectors.T @ gradient[free] / values)
        gain = float(gradient @ step) / 2
        for _ in range(HALVINGS):
            there = point(given, triangle(here.factor[rows, columns] - step, given.random))
            if there.deviance <= here.deviance + NOISE * (1 + abs(here.deviance)):
                break
            step /= 2
        else:
            return found
        found = replace(found, at=there)
        if gain <= SETTLED:
            state: State = "converged" if free.all() else "singular"
            return replace(_principal(found), state=state)
    return found


def _principal(found: Minimum) -> Minimum:
    turn, lengths, _ = np.linalg.svd(found.at.factor)
    given = replace(found.sums, halves=found.sums.halves @ turn)
    return Minimum(given, point(given, np.diag(lengths)), found.axes @ turn, found.state)


def _singular(found: Minimum) -> Minimum | None:
    """The point with as many axes at zero as cost nothing; None if there is none."""
    lengths = np.diag(found.at.factor)
    for zeros in range(int((lengths < NO_VARIANCE).sum()), 0, -1):
        there = point(found.sums, np.diag(np.where(np.arange(len(lengths)) < len(lengths) - zeros, lengths, 0.0)))
        if there.deviance <= found.at.deviance + SAME:
            return replace(found, at=there, state="not converged")
    return None
