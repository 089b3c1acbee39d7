"""Sums over pairs of clusters in linear time beside the pairs themselves."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.models.pairs import BLOCK, earlier, spread, squares


def pairwise(vectors: np.ndarray) -> float:
    return sum(
        float(one @ other) ** 2 for i, one in enumerate(vectors) for j, other in enumerate(vectors) if i != j
    )


@pytest.mark.parametrize("count", [1, 2, BLOCK, BLOCK + 1, 3 * BLOCK + 5])
@pytest.mark.parametrize("k", [1, 3, 100])
def test_squares_are_those_of_the_pairs(count: int, k: int) -> None:
    vectors = np.random.default_rng(count * k).normal(size=(2, count, k))
    assert squares(vectors) == pytest.approx([pairwise(one) for one in vectors], rel=1e-12, abs=0)


@pytest.mark.parametrize("at", [0, 40, 199])
def test_a_cluster_that_outweighs_all_others_costs_no_digits(at: int) -> None:
    """Its own square, 1e24, is 1e20 times the pairs: nothing would be left of a difference of whole sums."""
    rng = np.random.default_rng(at)
    vectors = rng.normal(size=(200, 4))
    vectors[:, 0] *= 1e-6
    vectors[at] = [1e6, 0, 0, 0]
    whole = vectors.T @ vectors
    lost = float((whole**2).sum() - ((vectors**2).sum(axis=1) ** 2).sum())
    assert squares(vectors) == pytest.approx(pairwise(vectors), rel=1e-12)
    assert lost != pytest.approx(pairwise(vectors), rel=1e-3)


@pytest.mark.parametrize("count", [1, 2, BLOCK + 1, 2 * BLOCK + 5])
@pytest.mark.parametrize("q", [1, 2, 4])
def test_spread_is_that_of_the_pairs(count: int, q: int) -> None:
    parts = np.random.default_rng(count).normal(size=(count, 5, q))
    known = 0.0
    for i in range(count):
        for j in range(count):
            if i != j:
                p = parts[i].T @ parts[j]
                known += np.trace(p) ** 2 + np.trace(p @ p)
    assert spread(parts) == pytest.approx(known, rel=1e-12)


def test_what_stands_before_a_block_never_grows_beyond_the_columns() -> None:
    """So that time is linear in the clusters."""
    sizes = [len(before) for before, _, _ in earlier(np.random.default_rng(1).normal(size=(20 * BLOCK, 7)))]
    assert sizes == [0] + [7] * 19
