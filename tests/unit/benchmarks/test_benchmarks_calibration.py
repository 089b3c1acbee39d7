"""A small share of the simulations behind docs/calibration.md, and that the committed table is what they give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from benchmarks.calibration import COLUMNS, ESTIMATORS, FILE, Condition, line, measured, read
from benchmarks.calibration_told import markdown
from benchmarks.simulated import EVENTS, MEAN, draw, latent_correlation
from pipeline.models.coefficients import NotEstimable
from pipeline.models.domain import HIGH, LOW
from pipeline.models.gee import gee, gee_errors
from pipeline.run.seeds import stream

ROOT = Path(__file__).parents[3]
FEW = 300
CELLS = (
    ("linear CR2", "linear naive", Condition("within", 7, 210, 0.2)),
    ("linear CR2", "linear naive", Condition("between", 7, 60, 0.2)),
    ("risk difference CR2", "linear naive", Condition("between", 7, 210, 0.2)),
)


@pytest.mark.parametrize(("ours", "naive", "condition"), CELLS)
def test_ours_lie_in_the_band_and_naive_errors_do_not(ours: str, naive: str, condition: Condition) -> None:
    """As far as 300 replications can tell: one in a thousand estimators at an end of the band would be refused here."""
    low, high = (
        100 * scipy.stats.binom.ppf(chance, FEW, share / 100) / FEW for chance, share in ((0.001, LOW), (0.999, HIGH))
    )
    found, other = (measured(ESTIMATORS[name], condition, FEW) for name in (ours, naive))
    assert low <= found["coverage"] <= high and found["answered"] == FEW
    assert found["type_i"] <= 100 - low
    assert other["coverage"] < low


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("linear naive", Condition("between", 7, 60, 0.2)),
        ("wild bootstrap", Condition("within", 4, 60, 0.2)),
    ],
)
def test_the_committed_table_is_what_the_code_gives(name: str, condition: Condition) -> None:
    table = read(FILE)
    here = table[(table[list(COLUMNS[:5])] == [name, *_key(condition)]).all(axis=1)]
    assert here.to_dict("records") == [line(name, condition)]


def _key(condition: Condition) -> tuple[str, int, int, float]:
    return condition.exposure, condition.clusters, condition.rows, condition.icc


def test_every_line_had_answers_and_the_page_shows_the_table() -> None:
    table = read(FILE)
    assert list(table.columns) == list(COLUMNS)
    assert (table["answered"] > 0.9 * table["replications"]).all() and table["coverage"].notna().all()
    assert markdown(table) in (ROOT / "docs/calibration.md").read_text("utf-8")


def test_people_are_drawn_as_the_page_says() -> None:
    """Means, the ICC of numbers, of events and of the exposure, over many draws; each within four standard errors."""
    condition = Condition("within", 20, 400, 0.2)
    drawn = [draw(condition, np.random.default_rng(seed)) for seed in range(200)]
    assert {len(one.x) for one in drawn} == {400} and {one.of.max() + 1 for one in drawn} == {20}
    assert min(np.bincount(one.of).min() for one in drawn) >= 2
    assert _within_four(np.array([_alike(one.alike, one.of, 0.0) for one in drawn]), 0.2)
    assert _within_four(np.array([_alike(one.exposed, one.of, 0.5) for one in drawn]), 0.2)
    events = [(scipy.special.ndtr(one.even) < MEAN).astype(float) for one in drawn]
    assert _within_four(np.array([_alike(y, one.of, MEAN) for y, one in zip(events, drawn, strict=True)]), 0.2)
    start, slope, other = EVENTS["odds ratio"]
    for x, z in ((0, 0), (1, 1)):
        means = []
        for one in drawn:
            here = (one.exposed == x) & (one.columns[:, 1] == z)
            means.append(one.event("odds ratio", True)[0][here].mean())
        assert _within_four(np.array(means), 1 / (1 + np.exp(-(start + slope * x + other * z))))
    assert latent_correlation(0.0) == 0.0 and 0.2 < latent_correlation(0.2) < 0.4
    whole = draw(Condition("between", 7, 60, 0.2), np.random.default_rng(1))
    assert (pd.Series(whole.exposed).groupby(whole.of).nunique() == 1).all()


def _alike(values: np.ndarray, cluster: np.ndarray, mean: float) -> float:
    """The mean product of two people's distances from the known mean, over the known variance."""
    apart = values - mean
    sums, size = np.bincount(cluster, weights=apart), np.bincount(cluster)
    variance = mean * (1 - mean) if mean else 1.0
    return float((sums @ sums - apart @ apart) / (size * (size - 1)).sum() / variance)


def _within_four(found: np.ndarray, truth: float) -> bool:
    return bool(abs(found.mean() - truth) < 4 * found.std() / np.sqrt(len(found)))


@pytest.mark.parametrize(("exposure", "at", "there"), [("within", 140, False), ("between", 117, True)])
def test_estimating_equations_that_run_away_say_so(exposure: str, at: int, there: bool) -> None:
    """Two replications of the table: the chances of nearly all become 0 or 1, on the way or where it stops."""
    condition = Condition(exposure, 7, 60, 0.2)
    rng = stream(1, f"calibration/{condition.name}")
    own = [np.random.default_rng(rng.integers(2**63)) for _ in range(at + 1)][-1]
    drawn = draw(condition, own)
    with pytest.raises(NotEstimable, match="did not converge"):
        fit = gee(drawn.x, drawn.event("odds ratio", there)[0], drawn.of, "logit")
        gee_errors(fit, "Kauermann-Carroll", "clusters less coefficients")
