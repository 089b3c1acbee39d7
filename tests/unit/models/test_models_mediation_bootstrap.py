"""The bootstrap of a mediation beside slow refits of the same draws, and what it tells of its own weakness."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import process_time

import numpy as np
import pandas as pd
import pytest

from pipeline.models.batched import logits, orthonormal
from pipeline.models.coefficients import NotEstimable
from pipeline.models.mediation import bootstrap, closed_form, proportion, proportion_mediated
from pipeline.models.mediation_rows import Laid, Question, lay_out
from pipeline.models.refit import NO_MAXIMUM, NOT_TOLD_APART, Refit
from pipeline.models.resample import bca, unit_counts
from pipeline.models.survey import SurveyDesign
from pipeline.models.two_models import Both
from tests.mediated import made_up, slow_effects, slow_means

ASKED = Question("a", "m", "y", ("c", "d"), held=1.0)
FORMS = [
    ASKED,
    replace(ASKED, interaction=False, at={"c": 0.5, "d": 1.0}),
    replace(ASKED, adjust=()),
    replace(ASKED, mediator="mb", binary_mediator=True),
    replace(ASKED, outcome="yb", binary_outcome=True, scale="risk ratio"),
    replace(ASKED, outcome="yb", binary_outcome=True, scale="odds ratio", at={"c": 0.5, "d": 1.0}),
    replace(ASKED, mediator="mb", outcome="ym", binary_mediator=True, binary_outcome=True),
]


def named(asked: Question) -> str:
    return f"{asked.mediator} {asked.outcome} {asked.scale}" + (" at" if asked.at else "")


def slow(table: pd.DataFrame, laid: Laid, asked: Question, seed: int, draws: int) -> Iterator[np.ndarray]:
    """The same draws, each of them fitted anew by statsmodels."""
    for counts in unit_counts(laid.units.strata, draws, np.random.default_rng(seed), len(laid.outcome)):
        for draw in counts:
            times = draw[laid.units.of_row]
            taken = times > 0
            weight = times[taken] * laid.weight[taken]
            weight *= times.sum() / weight.sum()  # the residual variance counts rows
            yield slow_effects(slow_means(table[taken], asked, 1.0, weight), asked.scale)


@pytest.mark.parametrize("asked", FORMS, ids=named)
@pytest.mark.parametrize("way", ["rows", "clusters", "sample"])
def test_draws_are_those_of_slow_refits(asked: Question, way: str) -> None:
    table = made_up(240)
    rng = np.random.default_rng(3)
    if way == "sample":
        weight = rng.uniform(0.3, 3, 240)
        laid = lay_out(table, asked, design=SurveyDesign.of(weight, np.repeat([1, 2, 3], 80), np.repeat(range(24), 10)))
    else:
        laid = lay_out(table, asked, None if way == "rows" else rng.integers(0, 20, 240))
    fast = bootstrap(laid, 50, np.random.default_rng(7))
    assert (fast.asked, fast.failed, fast.many_lost) == (50, {}, False)
    assert fast.draws == pytest.approx(np.array(list(slow(table, laid, asked, 7, 50))), rel=1e-8, abs=1e-9)


def test_a_draw_does_not_depend_on_how_many_are_made_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    laid = lay_out(made_up(100), replace(ASKED, outcome="yb", binary_outcome=True))
    at_once = bootstrap(laid, 60, np.random.default_rng(2))
    monkeypatch.setattr("pipeline.models.resample.CELLS", 700)
    in_parts = bootstrap(laid, 60, np.random.default_rng(2))
    assert in_parts.draws == pytest.approx(at_once.draws, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("asked", FORMS[:4], ids=named)
def test_errors_agree_with_linearised_ones(asked: Question) -> None:
    laid = lay_out(made_up(1500), asked, np.repeat(np.arange(150), 10))
    drawn, exact = bootstrap(laid, 2000, np.random.default_rng(1)), closed_form(laid, "linearised")
    assert drawn.std_error == pytest.approx(exact.std_error, rel=0.1)


def test_two_units_a_stratum_keep_their_whole_variance() -> None:
    """The plain bootstrap would halve it."""
    table = made_up(1200)
    laid = lay_out(
        table, ASKED, design=SurveyDesign.of(np.ones(1200), np.repeat(np.arange(60), 20), np.repeat(range(120), 10))
    )
    drawn, exact = bootstrap(laid, 1500, np.random.default_rng(1)), closed_form(laid, "linearised")
    assert drawn.std_error == pytest.approx(exact.std_error, rel=0.1)


def test_limits_are_those_of_the_draws() -> None:
    laid = lay_out(made_up(200), ASKED, np.repeat(np.arange(40), 5))
    plain, better = (bootstrap(laid, 400, np.random.default_rng(1), way) for way in ("percentile", "BCa"))
    assert (plain.draws == better.draws).all()
    assert plain.low == pytest.approx(np.quantile(plain.draws, 0.025, axis=0))
    influence = np.array([Both.of(laid).effect_influence()[i * 5 : i * 5 + 5].sum(axis=0) for i in range(40)])
    known = bca(better.draws, better.estimate, influence)
    assert (better.low, better.high) == (pytest.approx(known.low), pytest.approx(known.high))
    assert (plain.method, better.method, plain.errors) == ("percentile", "BCa", "")
    assert plain.estimate == pytest.approx(closed_form(laid, "linearised").estimate)


def test_a_proportion_has_the_limits_of_its_draws() -> None:
    found = bootstrap(lay_out(made_up(2000), ASKED), 400, np.random.default_rng(1))
    told = proportion_mediated(found)
    assert (told.low, told.high) == pytest.approx(tuple(np.quantile(proportion(found.draws, False), [0.025, 0.975])))


def test_draws_without_an_answer_are_counted_by_reason() -> None:
    table = made_up(80)
    table["d"] = (np.arange(80) < 2).astype(float)  # two people: a draw often goes without them
    found = bootstrap(lay_out(table, ASKED), 200, np.random.default_rng(1))
    lost = found.failed[NOT_TOLD_APART]
    without = sum(
        int((counts[:, :2].sum(axis=1) == 0).sum())
        for counts in unit_counts(np.zeros(80, dtype=int), 200, np.random.default_rng(1))
    )
    assert lost == without > 10
    assert (len(found.draws), found.asked, found.many_lost) == (200 - lost, 200, True)


def test_separated_draws_are_counted() -> None:
    table = made_up(60)
    table["yb"] = (table["m"] > 1.2).astype(float)
    table.loc[table["m"].sub(1.2).abs().nsmallest(8).index[::2], "yb"] = 0.0
    table.loc[table["m"].sub(1.2).abs().nsmallest(8).index[1::2], "yb"] = 1.0
    asked = replace(ASKED, outcome="yb", binary_outcome=True, adjust=(), interaction=False)
    found = bootstrap(lay_out(table, asked), 200, np.random.default_rng(1))
    assert 0 < found.failed[NO_MAXIMUM] < 200
    assert len(found.draws) == 200 - sum(found.failed.values())
    assert np.isfinite(found.draws).all()


def test_separation_is_found_draw_by_draw_as_the_linear_programme_finds_it() -> None:
    from pipeline.models.linear import INTERCEPT, refuse_separation

    table = made_up(22, seed=5)
    asked = replace(ASKED, outcome="yb", binary_outcome=True, adjust=("c",), interaction=False)
    laid = lay_out(table, asked)
    refit, separated = Refit(Both.of(laid)), []
    counts = next(unit_counts(laid.units.strata, 300, np.random.default_rng(6)))
    for draw in counts:
        taken = table[draw > 0]
        x = taken[["c", "a", "m"]].copy()
        x.insert(0, INTERCEPT, 1.0)
        try:
            refuse_separation(x, taken["yb"].to_numpy())
            separated.append(False)
        except NotEstimable:
            separated.append(True)
    mine = [NO_MAXIMUM in refit.of(draw[None, :])[1] for draw in counts]
    assert mine == separated
    assert 0 < sum(mine) < 150


def test_a_start_far_away_is_given_up_for_zero() -> None:
    table = made_up(100)
    b, _ = orthonormal(np.column_stack([np.ones(100), table["m"]]), np.ones(100))
    weight = np.vstack([np.ones(100), np.linspace(0.5, 2, 100)])
    near = logits(b, table["yb"].to_numpy(), weight, np.zeros(2))
    far = logits(b, table["yb"].to_numpy(), weight, np.array([0.0, 400.0]))
    assert np.isfinite(near).all()
    assert far == pytest.approx(near, rel=1e-9)


def test_where_hardly_any_draw_has_an_answer_it_says_so() -> None:
    table = made_up(60)
    table["d"] = 0.0
    table.loc[0, "d"] = 1.0
    laid = lay_out(table, ASKED, np.where(np.arange(60) == 0, 0, 1))
    with pytest.raises(NotEstimable) as refused:
        bootstrap(laid, 60, np.random.default_rng(1))
    kept = sum(
        int((counts.min(axis=1) > 0).sum()) for counts in unit_counts(np.zeros(2, int), 60, np.random.default_rng(1))
    )
    assert kept < 40
    assert str(refused.value) == (
        f"too few draws have an answer ({60 - kept} of 60 draws: the rows of a draw can't tell the coefficients apart)"
    )


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(NotEstimable, match="^39 draws are too few for limits of 95 percent$"):
        bootstrap(lay_out(made_up(), ASKED), 39, np.random.default_rng(1))


def test_few_clusters_and_lone_strata_are_told() -> None:
    table = made_up(380)
    few = bootstrap(lay_out(table, ASKED, np.arange(380) % 19), 40, np.random.default_rng(1))
    more = bootstrap(lay_out(table, ASKED, np.arange(380) % 20), 40, np.random.default_rng(1))
    rows = bootstrap(lay_out(table, ASKED), 40, np.random.default_rng(1))
    assert (few.few_units, more.few_units, rows.few_units) == (True, False, False)
    table = made_up(90)
    design = SurveyDesign.of(np.ones(90), np.minimum(np.arange(90) // 10, 4), np.arange(90) // 10)
    assert bootstrap(lay_out(table, ASKED, design=design), 40, np.random.default_rng(1)).lone_strata == 4


def test_five_thousand_draws_of_ten_thousand_people_take_seconds() -> None:
    """About 1 s of processor time where it was measured; the limit leaves room for slower machines."""
    laid = lay_out(made_up(10_000), ASKED)
    started = process_time()
    found = bootstrap(laid, 5000, np.random.default_rng(1), "BCa")
    assert process_time() - started < 15
    assert len(found.draws) == 5000
