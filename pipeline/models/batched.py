"""Least squares and logistic regression of many weightings of the same rows at once (bootstrap draws).

Columns are turned orthonormal under the rows' own weights first, so that every draw's cross-products stay near the
identity and keep their digits; estimates are on the turned columns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from pipeline.models.coefficients import Floats

SINGULAR = 1e-9
"""Of a draw's cross-products, on columns orthonormal for all rows: a smallest eigenvalue below this share of the
largest means that its rows can't tell the coefficients apart."""

STEPS = 40
SETTLED = 1e-7
"""A Newton step, as the root mean square of what it adds to the rows' log odds, below which a fit has converged: the
error left is about its square. Where there is no finite maximum every step adds about 1 to some row."""


def orthonormal(x: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Columns ``b`` with ``b' diag(weight) b = I``, and the upper triangle ``r`` with ``x = b r``."""
    r = np.asarray(np.linalg.qr(x * np.sqrt(weight)[:, None], mode="r"), dtype=float)
    return np.asarray(np.linalg.solve(r.T, x.T).T, dtype=float), r


def products(b: Floats) -> Floats:
    """Products of pairs of columns, (n, k (k + 1) / 2), which ``squared`` makes matrices of."""
    first, second = np.triu_indices(b.shape[1])
    return np.asarray(b[:, first] * b[:, second])


def squared(sums: Floats, k: int) -> Floats:
    """Sums of ``products``, (draws, k (k + 1) / 2), as symmetric matrices (draws, k, k)."""
    first, second = np.triu_indices(k)
    grams = np.empty((len(sums), k, k))
    grams[:, first, second] = sums
    grams[:, second, first] = sums
    return grams


def singular(grams: Floats) -> NDArray[np.bool_]:
    values = np.linalg.eigvalsh(grams)
    return np.asarray(~(values[:, 0] > SINGULAR * values[:, -1]))


def solved(grams: Floats, right: Floats) -> Floats:
    """``grams^-1 right`` by draw, NaN where there is none."""
    try:
        return np.asarray(np.linalg.solve(grams, right[:, :, None])[:, :, 0])
    except np.linalg.LinAlgError:
        found = np.full(right.shape, np.nan)
        for i, (gram, side) in enumerate(zip(grams, right, strict=True)):
            if np.isfinite(gram).all() and np.linalg.matrix_rank(gram) == len(gram):
                found[i] = np.linalg.solve(gram, side)
        return found


def logits(b: Floats, y: Floats, weight: Floats, start: Floats) -> Floats:
    """Logistic regressions of a 0/1 ``y`` on ``b`` (n, k), a weighting a row of ``weight`` (draws, n); (draws, k).

    Newton's method from ``start``, and again from zero where that did not settle. NaN where neither did: the draw has
    no finite maximum (separation).
    """
    pairs = products(b)
    with np.errstate(over="ignore", invalid="ignore"):  # a draw that runs away is given up
        found = _newton(b, y, weight, pairs, np.tile(start, (len(weight), 1)))
        again = np.flatnonzero(~np.isfinite(found).all(axis=1))
        if len(again) and start.any():
            zero = np.zeros((len(again), b.shape[1]))
            found[again] = _newton(b, y, weight[again], pairs, zero)
    return found


def _newton(b: Floats, y: Floats, weight: Floats, pairs: Floats, at: Floats) -> Floats:
    k = b.shape[1]
    active = np.arange(len(at))
    done = np.full(at.shape, np.nan)
    for _ in range(STEPS):
        part = weight if len(active) == len(weight) else weight[active]
        chance = expit(at[active] @ b.T)
        score = (part * (y - chance)) @ b
        information = squared((part * (chance * (1 - chance))) @ pairs, k)
        step = solved(information, score)
        at[active] += step
        settled = np.linalg.norm(step, axis=1) < SETTLED * np.sqrt(len(y))
        done[active[settled]] = at[active[settled]]
        active = active[~settled & np.isfinite(at[active]).all(axis=1)]
        if not len(active):
            break
    return done
