"""The deviance of a linear mixed model with one grouping, profiled over coefficients and residual variance.

``y = x b + z_g u_g + e`` for the rows of cluster g, ``var u_g = s^2 T T'`` (q by q, T lower triangular) and
``var e = s^2``. As in Bates, Maechler, Bolker & Walker 2015 (J Stat Softw 67(1)), sect. 3.4, all is a function of T
alone. Clusters do not cross, so no sparse matrix is needed: with ``z_g = o_g h_g`` (o_g orthonormal) the variance is
``s^2 W``,
``W^-1 = (I - o o') + o N^-1 o'``, ``N = I + h T T' h'``, q by q a cluster. Time and memory grow with the rows; every
quantity is a sum of squares, so that nothing cancels however alike the people of a cluster are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.models.coefficients import Floats, Ints

RANK = 1e-9
"""Of a random effect's column less than this share left in a cluster, beside the columns before it, is rounding."""


@dataclass(frozen=True, eq=False)
class Sums:
    """What the deviance needs of the rows; k columns of x, q of z, G clusters.

    halves: shape (G, q, q), ``h_g``. turned: shape (G, q, k + 1), ``o_g' [x, y]``. within: shape (k + 1, k + 1), upper
    triangle R of what is left of [x, y] within clusters, ``R'R = [x, y]' (I - o o') [x, y]``. rows: n.
    """

    halves: Floats
    turned: Floats
    within: Floats
    rows: int
    reml: bool

    @property
    def random(self) -> int:
        return int(self.halves.shape[1])

    @property
    def columns(self) -> int:
        return int(self.turned.shape[2] - 1)

    @property
    def left(self) -> int:
        """What the residual variance is divided by."""
        return self.rows - self.columns if self.reml else self.rows


def sums(x: Floats, y: Floats, z: Floats, codes: Ints, reml: bool) -> Sums:
    """x: (n, k), y: (n,), z: (n, q), codes: (n,) from 0 to G - 1, each of them used."""
    count, q = int(codes.max()) + 1, z.shape[1]
    basis = np.zeros_like(z)
    for j, column in enumerate(z.T):
        rest = column.copy()
        for _ in range(2):  # once more takes away what rounding has left
            for one in basis.T[:j]:
                rest -= one * _totals(one * rest, codes, count)[codes]
        length, whole = (np.sqrt(_totals(v**2, codes, count)) for v in (rest, column))
        share = np.divide(1.0, length, out=np.zeros(count), where=length > RANK * whole)
        basis[:, j] = rest * share[codes]
    both = np.column_stack([x, y])
    halves, turned = np.zeros((count, q, q)), np.zeros((count, q, both.shape[1]))
    for j, one in enumerate(basis.T):
        for i in range(j, q):
            halves[:, j, i] = _totals(one * z[:, i], codes, count)
        for i, column in enumerate(both.T):
            turned[:, j, i] = _totals(one * column, codes, count)
        both = both - one[:, None] * turned[codes, j]
    within = np.zeros((both.shape[1], both.shape[1]))
    factor = np.linalg.qr(both, mode="r")
    within[: len(factor)] = factor
    return Sums(halves, turned, within, len(y), reml)


def _totals(values: Floats, codes: Ints, count: int) -> Floats:
    return np.bincount(codes, weights=values, minlength=count).astype(float)


@dataclass(frozen=True, eq=False)
class Point:
    """All that is known at one T, in units of the residual variance: W stands for the rows' variance matrix.

    z_z: (G, q, q), ``z' W^-1 z``; z_x: (G, q, k); z_rest: (G, q), of what is left of y. phi: (k, k), inverse of
    ``x' W^-1 x``. variance: the residual variance ``s^2`` that fits best.
    """

    factor: Floats
    estimate: Floats
    phi: Floats
    variance: float
    deviance: float
    z_z: Floats
    z_x: Floats
    z_rest: Floats


def point(given: Sums, factor: Floats) -> Point:
    """Coefficients, residual variance and deviance (``-2 log L``, restricted where ``given.reml``) at ``T = factor``.

    lme4's REML criterion: it holds ``log det x' V^-1 x``, and no ``log det x'x``.
    """
    k, q = given.columns, given.random
    scaled = given.halves @ factor
    root = np.linalg.cholesky(np.eye(q) + scaled @ np.swapaxes(scaled, 1, 2))
    solved = np.linalg.solve(root, np.concatenate([given.turned, given.halves], axis=2))
    x, y, z = solved[:, :, :k], solved[:, :, k], solved[:, :, k + 1 :]
    stacked = np.vstack([given.within, solved[:, :, : k + 1].reshape(-1, k + 1)])
    upper: Floats = np.asarray(np.linalg.qr(stacked, mode="r"), dtype=float)
    own, length = upper[:k, :k], abs(float(upper[k, k]))
    estimate: Floats = np.linalg.solve(own, upper[:k, k]).astype(float)
    inverse = np.linalg.solve(own, np.eye(k))
    variance = length**2 / given.left
    deviance = 2 * float(np.log(np.einsum("gii->gi", root)).sum()) + given.left * (1 + np.log(2 * np.pi * variance))
    if given.reml:
        deviance += 2 * float(np.log(np.abs(np.diag(own))).sum())
    rest = y - x @ estimate
    return Point(
        factor=factor,
        estimate=estimate,
        phi=inverse @ inverse.T,
        variance=variance,
        deviance=float(deviance),
        z_z=np.swapaxes(z, 1, 2) @ z,
        z_x=np.swapaxes(z, 1, 2) @ x,
        z_rest=np.einsum("gri,gr->gi", z, rest),
    )


@dataclass(frozen=True, eq=False)
class Products:
    """Traces and forms of ``H_i = z D_i z'`` at a point, for m symmetric directions D (m, q, q).

    within: (m, k, k), ``x' W^-1 H_i W^-1 x``. pairs: (m, m, k, k), ``x' W^-1 H_i W^-1 H_j W^-1 x``. traces: (m, m),
    ``tr(W^-1 H_i W^-1 H_j)``; rests: (m, m), ``y' P H_i P H_j P y`` with P the projection that leaves x out.
    """

    within: Floats
    pairs: Floats
    traces: Floats
    rests: Floats

    def restricted(self, phi: Floats) -> Floats:
        """``tr(P H_i P H_j)``: (m, m)."""
        turned = np.einsum("kl,ilm->ikm", phi, self.within)
        both = np.einsum("ikl,jlk->ij", turned, turned)
        return self.traces - 2 * np.einsum("kl,ijlk->ij", phi, self.pairs) + both


def products(at: Point, along: Floats) -> Products:
    """``along``: the directions D."""
    turned = along[:, None] @ at.z_x
    middle = at.z_z @ turned
    swung = along[:, None] @ at.z_z
    rest = at.z_rest @ along  # (m, G, q)
    to_x = np.tensordot(rest, at.z_x, axes=([1, 2], [0, 1]))
    moved = (at.z_z @ rest[..., None])[..., 0]
    return Products(
        within=np.moveaxis(np.tensordot(at.z_x, turned, axes=([0, 1], [1, 2])), 1, 0),
        pairs=np.transpose(np.tensordot(turned, middle, axes=([1, 2], [1, 2])), (0, 2, 1, 3)),
        traces=np.tensordot(swung, np.swapaxes(swung, 2, 3), axes=([1, 2, 3], [1, 2, 3])),
        rests=np.tensordot(rest, moved, axes=([1, 2], [1, 2])) - to_x @ at.phi @ to_x.T,
    )


def places(q: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the numbers of a lower triangle, column by column: ``theta``."""
    columns, rows = np.triu_indices(q)
    return rows, columns


def triangle(theta: Floats, q: int) -> Floats:
    factor = np.zeros((q, q))
    factor[places(q)] = theta
    return factor


def directions(factor: Floats) -> Floats:
    """Derivatives of ``T T'`` by each number of the lower triangle: (m, q, q)."""
    rows, columns = places(len(factor))
    found = np.zeros((len(rows), *factor.shape))
    for one, a, b in zip(found, rows, columns, strict=True):
        one[a] += factor[:, b]
        one[:, a] += factor[:, b]
    return found


def derivatives(given: Sums, at: Point) -> tuple[Floats, Floats]:
    """Gradient (m + 1,) and Hessian (m + 1, m + 1) of the deviance by theta and ``log s^2``, at the best ``s^2``.

    The last number of the gradient is therefore zero. Derivatives of Gaussian likelihoods: Harville 1977 (J Am Stat
    Assoc 72(358), 320-338), sect. 4 and 5.
    """
    rows, columns = places(given.random)
    m, along = len(rows), directions(at.factor)
    found = products(at, along)
    slope = at.z_z.sum(axis=0) - at.z_rest.T @ at.z_rest / at.variance
    spread = found.traces
    if given.reml:
        slope = slope - np.tensordot(at.z_x @ at.phi, at.z_x, axes=([0, 2], [0, 2]))
        spread = found.restricted(at.phi)
    gradient, hessian = np.zeros(m + 1), np.zeros((m + 1, m + 1))
    gradient[:m] = np.tensordot(along, slope)
    bent = np.where(columns[:, None] == columns, 2 * slope[np.ix_(rows, rows)], 0.0)
    hessian[:m, :m] = 2 * found.rests / at.variance - spread + bent
    hessian[m, :m] = hessian[:m, m] = np.tensordot(along, at.z_rest.T @ at.z_rest) / at.variance
    hessian[m, m] = given.left
    return gradient, hessian


def information(given: Sums, at: Point, along: Floats, found: Products) -> Floats:
    """``tr(P H_i P H_j)``, twice the expected information of REML: (m + 1, m + 1).

    The last direction is W itself (all variances grow together), whose terms need no product. Where ``along`` spans the
    symmetric matrices, all together span what ``z E z'`` and the rows' own variance do.
    """
    m = len(along)
    whole = np.empty((m + 1, m + 1))
    whole[:m, :m] = found.restricted(at.phi)
    shared = np.tensordot(along, at.z_z.sum(axis=0)) - np.tensordot(found.within, at.phi)
    whole[m, :m] = whole[:m, m] = shared
    whole[m, m] = given.rows - given.columns
    return whole


def symmetric(q: int) -> Floats:
    """A basis of the symmetric matrices: (q (q + 1) / 2, q, q)."""
    rows, columns = places(q)
    basis = np.zeros((len(rows), q, q))
    at = np.arange(len(rows))
    basis[at, rows, columns] = basis[at, columns, rows] = 1.0
    return basis
