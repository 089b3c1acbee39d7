"""The wild cluster bootstrap beside refits of every sign vector, and its interval beside its own P values."""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import wild
from pipeline.models.cluster import clustered
from pipeline.models.linear import INTERCEPT, Fit, ols
from pipeline.models.wild import WEBB, WildTest, wild_cluster

RNG = np.random.default_rng(0)
TERMS = st.sampled_from(["own", "shared", "lone"])
Data = tuple[pd.DataFrame, np.ndarray, np.ndarray]


def people(seed: int, clusters: int) -> Data:
    """Clusters of 2 to 6 people; a covariate of people, one of clusters, and a cluster apart from all others."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), rng.integers(2, 7, clusters))
    n = len(cluster)
    x = pd.DataFrame({INTERCEPT: 1.0, "own": rng.normal(size=n), "shared": rng.normal(size=clusters)[cluster]})
    x["lone"] = (cluster == 0).astype(float)
    y = x["own"].to_numpy() * rng.normal() + rng.normal(size=clusters)[cluster] + rng.normal(size=n)
    return x, y, cluster


def squared(fit: Fit, cluster: np.ndarray, term: str, null: float) -> float:
    at = fit.terms.index(term)
    return float((fit.estimate[at] - null) ** 2 / clustered(fit, cluster, "CR1S").vcov[at, at])


def refitted(data: Data, term: str, null: float, vectors: list[np.ndarray]) -> list[float]:
    """Squared statistics of the outcomes that vectors, an entry a cluster, make of the residuals under the null."""
    x, y, cluster = data
    rest = x.drop(columns=term)
    without = ols(rest, y - null * x[term].to_numpy())
    fitted = rest.to_numpy() @ without.estimate + null * x[term].to_numpy()
    return [squared(ols(x, fitted + w[cluster] * without.residual), cluster, term, null) for w in vectors]


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.integers(5, 6), TERMS, st.floats(-1.5, 1.5))
def test_p_is_that_of_refits_of_all_sign_vectors(seed: int, clusters: int, term: str, null: float) -> None:
    x, y, cluster = data = people(seed, clusters)
    fit = ols(x, y)
    found = wild_cluster(fit, cluster, term, RNG, null)
    vectors = [np.array(signs) for signs in product([-1.0, 1.0], repeat=clusters)]
    known = squared(fit, cluster, term, null)
    expected = np.mean([t >= known * (1 - 1e-7) for t in refitted(data, term, null, vectors)])
    assert (found.p, found.draws) == (pytest.approx(expected, abs=1e-12), 2**clusters)
    assert found.statistic**2 == pytest.approx(known, rel=1e-8)
    assert found.smallest == 2 / 2**clusters <= found.p


@settings(max_examples=8)
@given(st.integers(0, 2**32 - 1), TERMS, st.floats(-1.5, 1.5))
def test_p_of_random_draws_is_that_of_their_refits(seed: int, term: str, null: float) -> None:
    x, y, cluster = data = people(seed, 13)
    fit = ols(x, y)
    found = wild_cluster(fit, cluster, term, np.random.default_rng(seed), null, draws=99)
    own = x[term].to_numpy() - x.drop(columns=term).to_numpy() @ ols(x.drop(columns=term), x[term].to_numpy()).estimate
    score = np.bincount(cluster, weights=own * fit.residual)
    place = np.argsort(np.argsort(np.abs(score)))  # a cluster's place in the order of scores, least first
    w = np.random.default_rng(seed).choice(WEBB, size=(99, 13))
    tested = refitted(data, term, null, [row[place] for row in w])
    at_least = sum(t >= squared(fit, cluster, term, null) for t in tested)
    assert found.p == pytest.approx((at_least + 1) / 100)
    assert (found.weights, found.draws, found.smallest) == ("Webb", 99, 0.01)


@settings(max_examples=20)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(5, 9),
    st.sampled_from(["own", "shared", "lone"]),
    st.sampled_from([0.95, 0.8]),
)
def test_the_interval_holds_what_is_not_rejected(seed: int, clusters: int, term: str, level: float) -> None:
    x, y, cluster = people(seed, clusters)
    fit = ols(x, y)

    def p(null: float) -> float:
        return wild_cluster(fit, cluster, term, RNG, null, level=level).p

    found = wild_cluster(fit, cluster, term, RNG, level=level)
    unit = clustered(fit, cluster, "CR0").std_error[fit.terms.index(term)]
    assert found.ci_low <= found.estimate <= found.ci_high
    for end, outwards in ((found.ci_low, -1), (found.ci_high, 1)):
        if not np.isfinite(end):
            assert p(found.estimate + outwards * 1e7 * unit) > 1 - level
            continue
        assert p(end - outwards * 1e-6 * unit) > 1 - level
        away = np.concatenate([[1e-6], np.geomspace(1e-3, 1e4, 40)])
        assert max(p(end + outwards * unit * far) for far in away) <= 1 - level + 1e-12


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_the_interval_of_random_draws_is_theirs(seed: int) -> None:
    x, y, cluster = people(seed, 14)
    fit = ols(x, y)

    def test(null: float) -> WildTest:
        return wild_cluster(fit, cluster, "own", np.random.default_rng(3), null, draws=199)

    found = test(0.0)
    unit = clustered(fit, cluster, "CR0").std_error[1]
    for end, outwards in ((found.ci_low, -1), (found.ci_high, 1)):
        assert test(end - outwards * 1e-6 * unit).p > 0.05
        assert max(test(end + outwards * unit * far).p for far in (1e-6, 1e-2, 1, 10, 100)) <= 0.05 + 1e-12


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.sampled_from([6, 8, 13]))
def test_order_names_and_scale_change_nothing(seed: int, clusters: int) -> None:
    x, y, cluster = people(seed, clusters)
    order = np.random.default_rng(seed).permutation(len(y))
    names = np.random.default_rng(seed).permutation(clusters) * 7 - 3
    one, other, turned = (
        wild_cluster(ols(frame, outcome), codes, "own", np.random.default_rng(5), null, draws=399)
        for frame, outcome, codes, null in (
            (x, y, cluster, 0.3),
            (x.iloc[order], y[order], names[cluster[order]], 0.3),
            (x.assign(own=x["own"] * 1e6), -1e3 * y, cluster, -0.3e-3),
        )
    )
    assert (other.p, turned.p) == (one.p, one.p)
    assert [other.ci_low, other.ci_high] == pytest.approx([one.ci_low, one.ci_high], rel=1e-6, abs=1e-9)
    assert [turned.ci_high * -1e3, turned.ci_low * -1e3] == pytest.approx([one.ci_low, one.ci_high], rel=1e-6, abs=1e-9)
    assert turned.statistic == pytest.approx(-one.statistic, rel=1e-9)


def test_many_draws_of_webbs_weights_come_near_all_sign_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y, cluster = people(8, 12)
    fit = ols(x, y)
    every = wild_cluster(fit, cluster, "own", RNG, 0.2)
    monkeypatch.setattr(wild, "ENUMERATED", 11)
    drawn = wild_cluster(fit, cluster, "own", np.random.default_rng(1), 0.2, draws=19_999)
    assert drawn.weights == "Webb"
    assert drawn.p == pytest.approx(every.p, abs=0.03)
    assert [drawn.ci_low, drawn.ci_high] == pytest.approx([every.ci_low, every.ci_high], abs=0.05)
