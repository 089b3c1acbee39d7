"""Few clusters: the wild cluster bootstrap of a least squares coefficient, with its P value and interval.

Cameron, Gelbach & Miller 2008 (Rev Econ Stat 90(3), 414-427), with residuals of the model in which the coefficient is
what is tested (WCR); Webb's six-point weights: 2023 (Can J Econ 56(3), 839-858); everything from sums by cluster, as
in Roodman, MacKinnon, Nielsen & Webb 2019 (Stata J 19(1), 4-60). Draws that tie with the data count as being as
extreme, so that P is never zero; fwildclusterboot leaves them out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.models.coefficients import LEVEL, Floats, Ints, NotEstimable
from pipeline.models.linear import NO_VARIANCE, TOO_FEW, Fit

ENUMERATED = 12
"""Up to so many clusters all sign vectors are gone through."""

WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])

TIE = 1e-9
"""Squared statistics that differ by less than this share are the same but for rounding."""

ROUNDING = 1e-12
"""Sums up to this, in units in which clusters' scores have length one, are zero."""


@dataclass(frozen=True)
class WildTest:
    """A coefficient against ``null``: CR1S ``statistic``, two-sided ``p``, and the interval of what is not rejected.

    smallest: the least P that so many clusters, or draws, can give. ci_low, ci_high: infinite where no null is rejected
    however far away, as with up to five clusters at 95%. draws: sign vectors gone through, or random draws.
    """

    estimate: float
    null: float
    statistic: float
    p: float
    smallest: float
    ci_low: float
    ci_high: float
    clusters: int
    draws: int
    weights: Literal["Rademacher, all sign vectors", "Webb"]


@dataclass(frozen=True, eq=False)
class _Draws:
    """One entry a draw; the null ``z`` is told in CR0 errors (``unit``) from the estimate, so the data have ``z**2``.

    A draw's coefficient lies ``gap - z * slope`` from its null; the squared length of its clusters' scores is
    ``square - 2 * z * cross + z**2 * tilt``. Its squared statistic is the square of the first over the second.
    """

    gap: Floats
    slope: Floats
    square: Floats
    cross: Floats
    tilt: Floats

    def counted(self, z: Floats) -> NDArray[np.bool_]:
        """Which are at least as far from their null as the data. z: one entry a draw, or columns of such."""
        gap, slope, square, cross, tilt = (
            part.reshape(-1, *[1] * (z.ndim - 1)) for part in (self.gap, self.slope, self.square, self.cross, self.tilt)
        )
        length = np.maximum(square - 2 * z * cross + z**2 * tilt, 0.0)
        return np.asarray((gap - z * slope) ** 2 >= (1 - TIE) * z**2 * length - ROUNDING**2 * (1 + z**2), dtype=bool)

    def mirrored(self) -> _Draws:
        """The same for nulls below the estimate."""
        return _Draws(self.gap, -self.slope, self.square, -self.cross, self.tilt)


def wild_cluster(
    fit: Fit,
    cluster: Ints,
    term: str,
    rng: np.random.Generator,
    null: float = 0.0,
    draws: int = 9999,
    level: float = LEVEL,
) -> WildTest:
    """Test ``term`` of a least squares fit. ``cluster``: shape (n,), integer codes.

    Up to 12 clusters nothing is drawn; beyond, ``draws`` vectors of Webb's weights come from ``rng``, in an order of
    clusters that follows from the data and not from their names. The interval is exact for the draws: P jumps where a
    draw's statistic crosses the data's, at a root of a polynomial of fourth degree, and the ends are the outermost
    nulls that are not rejected. Raises ``NotEstimable`` for fewer than two clusters and where each is fitted exactly.
    """
    if not (fit.weight == 1).all():
        raise ValueError("the wild cluster bootstrap is of least squares without weights")
    codes = np.unique(cluster, return_inverse=True)[1]
    count = int(codes.max()) + 1
    if count < 2:
        raise NotEstimable("all rows belong to one cluster")
    every = count <= ENUMERATED
    if every:  # a vector and its opposite have the same squared statistic: half of them stand for all
        signs = np.arange(2 ** (count - 1))[:, None] >> np.arange(count) & 1
        w = np.asarray(1.0 - 2.0 * signs, dtype=float)
    else:
        w = np.asarray(rng.choice(WEBB, size=(draws, count)), dtype=float)

    def share(counted: Ints) -> Floats:
        """P values; the data themselves are one of the sign vectors, and join random draws."""
        return np.asarray(counted / len(w) if every else (counted + 1) / (len(w) + 1))

    estimate = float(fit.estimate[fit.terms.index(term)])
    unit, made = _draws(fit, codes, count, fit.terms.index(term), w)
    z = (null - estimate) / unit
    n, k = fit.x.shape
    return WildTest(
        estimate=estimate,
        null=null,
        statistic=-z / float(np.sqrt(count * (n - 1) / ((count - 1) * (n - k)))),
        p=float(share(made.counted(np.full(len(w), z)).sum())),
        smallest=float(share(np.array(1 if every else 0))),
        ci_low=estimate - unit * _end(made.mirrored(), share, 1 - level),
        ci_high=estimate + unit * _end(made, share, 1 - level),
        clusters=count,
        draws=2**count if every else draws,
        weights="Rademacher, all sign vectors" if every else "Webb",
    )


def _draws(fit: Fit, codes: Ints, count: int, j: int, w: Floats) -> tuple[float, _Draws]:
    """The coefficient's CR0 error, and what weights ``w``, shape (draws, count), make of the residuals.

    With ``b`` what the other columns leave of column j, the residuals under a null ``z`` units away are ``u - z unit
    b``; a draw's residuals are what the columns ``Q`` leave of them times the weights.
    """
    order = [*(i for i in range(fit.x.shape[1]) if i != j), j]
    q, r = np.linalg.qr(fit.x[:, order])
    b, size = q[:, -1] * r[-1, -1], float(r[-1, -1] ** 2)
    score, own = (np.bincount(codes, weights=b * part, minlength=count) for part in (fit.residual, b))
    length = float(np.sqrt(score @ score))
    if length**2 / size <= NO_VARIANCE * float(fit.residual @ fit.residual) / fit.rows:
        raise NotEstimable("every cluster is fitted exactly, which leaves no error to be estimated", TOO_FEW)
    to_q, b_q = np.zeros((count, q.shape[1])), np.zeros((count, q.shape[1]))
    np.add.at(to_q, codes, q * fit.residual[:, None])
    np.add.at(b_q, codes, q * b[:, None])
    level, steep = score / length, own / size
    by = np.lexsort((steep, np.abs(level)))  # which cluster gets which random weight
    level, steep, to_q, b_q = level[by], steep[by], to_q[by], b_q[by]
    flat, lean = w * level - (w @ to_q) @ b_q.T / length, w * steep - (w @ b_q) @ b_q.T / size
    gap, slope, flat, lean = (np.where(np.abs(v) < ROUNDING, 0.0, v) for v in (w @ level, w @ steep, flat, lean))
    return length / size, _Draws(gap, slope, (flat**2).sum(axis=1), (flat * lean).sum(axis=1), (lean**2).sum(axis=1))


def _end(made: _Draws, share: Callable[[Ints], Floats], alpha: float) -> float:
    """The largest null, in units from the estimate upwards, whose P value is above ``alpha``."""
    roots = _crossings(made)
    left = np.column_stack([np.zeros(len(roots)), roots])
    right = np.column_stack([roots, np.full(len(roots), np.inf)])
    first = np.where(np.isinf(left), 0.0, left)
    middle = np.where(np.isinf(right), 2 * first + 1, (first + np.where(np.isinf(right), 0.0, right)) / 2)
    counted = made.counted(middle).astype(int)
    counted[np.isinf(left)] = 0  # there is no such stretch
    for i in range(1, counted.shape[1]):
        counted[:, i] = np.where(np.isinf(left[:, i]), counted[:, i - 1], counted[:, i])
    change, where = np.diff(counted, axis=1).ravel(), roots.ravel()
    order = np.argsort(where, kind="stable")
    number = counted[:, 0].sum() + np.append(0, np.cumsum(change[order]))
    kept = np.flatnonzero(share(number) > alpha + ROUNDING)
    # a stretch of nulls ends where the next one begins; the last has no end
    return float(np.append(where[order], np.inf)[kept[-1]]) if len(kept) else 0.0


def _crossings(made: _Draws) -> Floats:
    """Positive nulls at which a draw ties with the data: shape (draws, 4), ascending, filled up with infinity."""
    even = made.slope**2 - made.square
    even = np.where(np.abs(even) <= ROUNDING * (made.slope**2 + made.square), 0.0, even)
    terms = np.column_stack([-made.tilt, 2 * made.cross, even, -2 * made.gap * made.slope, made.gap**2])
    found = np.full((len(terms), 4), np.inf)
    whole = made.tilt > 0
    companion = np.zeros((int(whole.sum()), 4, 4))
    companion[:, 0, :] = -terms[whole, 1:] / terms[whole, :1]
    companion[:, [1, 2, 3], [0, 1, 2]] = 1.0
    if whole.any():
        found[whole] = _positive(np.linalg.eigvals(companion))
    for i in np.flatnonzero(~whole):
        roots = _positive(np.roots(terms[i]))
        found[i, : len(roots)] = roots
    return np.sort(found, axis=1)


def _positive(roots: NDArray[Any]) -> Floats:
    """Real positive roots, infinity for the others. A root taken for real by mistake changes no count."""
    real = (np.abs(roots.imag) <= 1e-7 * np.abs(roots)) & (roots.real > 0)
    return np.where(real, roots.real, np.inf)
