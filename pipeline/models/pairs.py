"""Sums over all pairs of clusters in time linear in their number, with the digits that a difference would lose."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.models.coefficients import Floats

BLOCK = 64
"""Clusters that are paired with one another one by one."""


def earlier(vectors: Floats) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Blocks of the rows of ``vectors`` (..., m, k), in order: those before the block, the block, and which of its
    pairs are to be counted.

    Yields (..., r, k), (..., b, k) and (b, b), ones below the diagonal. A sum over the rows before of any quadratic
    form in a row is the same sum over the triangle of their QR decomposition, so that ``r`` is never more than ``k``.
    What a difference of whole sums would lose where one row outweighs all others, an orthogonal turn keeps.
    """
    count, k = vectors.shape[-2:]
    before = np.zeros((*vectors.shape[:-2], 0, k))
    for at in range(0, count, BLOCK):
        block = vectors[..., at : at + BLOCK, :]
        size = block.shape[-2]
        yield before, block, np.tril(np.ones((size, size)), -1)
        before = np.concatenate([before, block], axis=-2)
        if before.shape[-2] > k:
            before = np.asarray(np.linalg.qr(before, mode="r"), dtype=float)


def squares(vectors: Floats) -> Floats:
    """``sum over i != j of (v_i' v_j)^2`` for rows of ``vectors`` (..., m, k); shape (...)."""
    total = np.zeros(vectors.shape[:-2])
    for before, block, pairs in earlier(vectors):
        turned = np.swapaxes(block, -1, -2)
        total += ((before @ turned) ** 2).sum(axis=(-1, -2))
        total += ((block @ turned) ** 2 * pairs).sum(axis=(-1, -2))
    return 2 * total


def spread(parts: Floats) -> float:
    """``sum over i != j of tr(P)^2 + tr(P P)``, ``P = S_i' S_j``, for ``parts`` (m, k, q)."""
    count, k, q = parts.shape
    total = 0.0
    for before, block, pairs in earlier(parts.reshape(count, k * q)):
        for rows, counted in ((before, np.ones((len(before), len(block)))), (block, pairs)):
            p = np.einsum("mkq,nkp->mnqp", rows.reshape(-1, k, q), block.reshape(-1, k, q), optimize=True)
            trace = np.einsum("mnqq->mn", p)
            total += float(((trace**2 + (p * np.swapaxes(p, 2, 3)).sum(axis=(2, 3))) * counted).sum())
    return 2 * total
