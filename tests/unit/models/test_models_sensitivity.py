"""Sensitivity of natural effects: rho beside its published formula, and E-values of effects."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest

from pipeline.models.coefficients import NotEstimable
from pipeline.models.mediation import bootstrap, closed_form
from pipeline.models.mediation_rows import Question, lay_out
from pipeline.models.natural_effects import CDE, PNDE, PNIE, TE, TNDE, TNIE
from pipeline.models.sensitivity import e_value_of, rho_curve
from pipeline.models.survey import SurveyDesign
from pipeline.models.two_models import Both
from tests.mediated import made_up, slow_fit

ASKED = Question("a", "m", "y", ("c", "d"), held=0.5)
GRID = np.round(np.arange(-0.9, 0.91, 0.1), 1)


def test_without_interaction_it_is_the_published_formula() -> None:
    """Imai, Keele & Yamamoto 2010, theorem 4, in their own parts: the outcome's model without the mediator."""
    table = made_up(400)
    one = np.ones(400)
    through, _ = slow_fit(table, "m", ["a", "c", "d"], False, one)
    x = np.column_stack([one, table[["a", "c", "d"]]])
    first, second = (table[v].to_numpy() - x @ np.linalg.lstsq(x, table[v].to_numpy())[0] for v in ("y", "m"))
    sigma, both = np.sqrt((first @ first) / (second @ second)), np.corrcoef(first, second)[0, 1]
    found = rho_curve(lay_out(table, replace(ASKED, interaction=False)), GRID)
    slow = through["a"] * sigma * (both - GRID * np.sqrt((1 - both**2) / (1 - GRID**2)))
    spare = np.sqrt((400 - 4) / (400 - 5))  # the outcome's model has a coefficient more
    kappa = through["a"] * sigma * np.sqrt((1 - both**2) / (1 - GRID**2)) * GRID
    assert found.estimate[:, TNIE] == pytest.approx(slow - kappa * (spare - 1), rel=1e-9)
    assert found.zero == pytest.approx([both, both], abs=2e-3)


def test_at_nought_it_is_the_closed_form() -> None:
    for laid in (
        lay_out(made_up(), ASKED),
        lay_out(made_up(), replace(ASKED, at={"c": 0.2, "d": 1.0})),
        lay_out(made_up(), ASKED, np.repeat(np.arange(30), 10)),
        lay_out(made_up(), ASKED, design=SurveyDesign.of(np.linspace(0.5, 2, 300), psu=np.repeat(np.arange(30), 10))),
    ):
        own = not (laid.weighted or laid.units.given)
        known, found = closed_form(laid, "model" if own else "linearised"), rho_curve(laid, np.zeros(1))
        assert found.estimate[0] == pytest.approx(known.estimate)
        assert (found.low[0], found.high[0]) == (pytest.approx(known.low), pytest.approx(known.high))


def test_the_total_stays_and_parts_add_up_to_it() -> None:
    found = rho_curve(lay_out(made_up(), ASKED), GRID)
    assert found.estimate[:, TE] == pytest.approx(found.estimate[0, TE])
    assert found.high[:, TE] - found.low[:, TE] == pytest.approx(found.high[0, TE] - found.low[0, TE])
    assert found.estimate[:, PNDE] + found.estimate[:, TNIE] == pytest.approx(found.estimate[:, TE])
    assert found.estimate[:, TNDE] + found.estimate[:, PNIE] == pytest.approx(found.estimate[:, TE])


@pytest.mark.parametrize("rho", [-0.6, 0.3, 0.7])
def test_a_confounder_that_was_made_is_taken_out_again(rho: float) -> None:
    rng = np.random.default_rng(9)
    n = 200_000
    a, c = rng.integers(0, 2, n).astype(float), rng.normal(size=n)
    shared = rng.normal(size=n)
    e2, e3 = shared, rho * shared + np.sqrt(1 - rho**2) * rng.normal(size=n)
    m = 0.5 + 0.8 * a + 0.3 * c + 1.5 * e2
    y = 1 + 0.4 * a + 0.6 * m + 0.25 * a * m + 0.2 * c + 2 * e3
    laid = lay_out(pd.DataFrame({"a": a, "m": m, "y": y, "c": c}), Question("a", "m", "y", ("c",), held=1.0))
    found = rho_curve(laid, np.array([rho]))
    mean = c.mean()
    true = {CDE: 0.4 + 0.25, PNDE: 0.4 + 0.25 * (0.5 + 0.3 * mean), TNIE: 0.85 * 0.8, PNIE: 0.6 * 0.8}
    for effect, value in true.items():
        assert found.low[0, effect] - 0.02 < value < found.high[0, effect] + 0.02
        assert found.estimate[0, effect] == pytest.approx(value, abs=0.04)


@pytest.mark.parametrize("rho", [-0.5, 0.0, 0.6])
def test_errors_along_the_curve_count_all_that_is_estimated(rho: float) -> None:
    """Both models' coefficients and residual variances, each moved a little."""
    laid = lay_out(made_up(60), ASKED)
    both, shape, p = Both.of(laid), laid.shape, laid.covariates

    def indirect(at: np.ndarray) -> float:
        beta, theta, logs = at[: p + 2], at[p + 2 : -2], at[-2:]
        kappa = rho / np.sqrt(1 - rho**2) * np.exp((logs[1] - logs[0]) / 2)
        return float((theta[p + 2] - kappa + theta[p + 3] * shape.high) * beta[p + 1] * (shape.high - shape.low))

    at = both.parameters.joined()
    steps = 1e-6 * np.eye(len(at))
    slope = np.array([(indirect(at + step) - indirect(at - step)) / 2e-6 for step in steps])
    found = rho_curve(laid, np.array([rho]))
    assert found.estimate[0, TNIE] == pytest.approx(indirect(at), rel=1e-9)
    error = (found.high[0, TNIE] - found.estimate[0, TNIE]) / NormalDist().inv_cdf(0.975)
    assert error == pytest.approx(np.sqrt(slope @ both.vcov @ slope), rel=1e-7)


def test_errors_along_the_curve_are_those_of_a_bootstrap_that_moves_along() -> None:
    laid = lay_out(made_up(600), ASKED)
    found = rho_curve(laid, np.array([0.4]))
    rng = np.random.default_rng(2)
    table, drawn = made_up(600), []
    for _ in range(300):
        some = table.iloc[rng.integers(0, 600, 600)]
        drawn.append(rho_curve(lay_out(some, ASKED), np.array([0.4])).estimate[0])
    assert (found.high - found.low)[0] / 3.92 == pytest.approx(np.std(drawn, axis=0), rel=0.15)


def test_rho_at_which_nothing_goes_by_way_of_the_mediator() -> None:
    laid = lay_out(made_up(), ASKED)
    zero = rho_curve(laid, np.zeros(1)).zero
    there = rho_curve(laid, zero)
    assert there.estimate[0, TNIE] == pytest.approx(0, abs=1e-12)
    assert there.estimate[1, PNIE] == pytest.approx(0, abs=1e-12)
    assert there.product == pytest.approx(zero**2)
    assert (there.product_all < there.product).all()


def test_the_range_of_rho_that_leaves_an_effect_undecided() -> None:
    found = rho_curve(lay_out(made_up(2000), ASKED), np.linspace(-0.95, 0.95, 191))
    low, high = found.undecided(TNIE)  # type: ignore[misc]
    assert low < found.zero[0] < high
    assert rho_curve(lay_out(made_up(2000), ASKED), np.array([-0.9, 0.0])).undecided(TNIE) is None


def test_what_rho_can_not_be_told_for() -> None:
    table = made_up()
    for asked in (
        replace(ASKED, outcome="yb", binary_outcome=True),
        replace(ASKED, mediator="mb", binary_mediator=True, held=1.0),
    ):
        with pytest.raises(NotEstimable) as refused:
            rho_curve(lay_out(table, asked), GRID)
        assert (
            str(refused.value) == "rho is told for a linear mediator and a linear outcome: for others read the E-values"
        )
    with pytest.raises(NotEstimable, match="^rho must lie between -1 and 1$"):
        rho_curve(lay_out(table, ASKED), np.array([0.5, 1.0]))


def test_e_values_of_effects() -> None:
    table = made_up(2000)
    binary = replace(ASKED, outcome="yb", binary_outcome=True)
    ratio = closed_form(lay_out(table, replace(binary, scale="risk ratio")))
    r = np.exp(ratio.of("te")[0])
    assert e_value_of(ratio, "te").estimate == pytest.approx(r + np.sqrt(r * (r - 1)))
    odds = np.sqrt(np.exp(closed_form(lay_out(table, replace(binary, scale="odds ratio"))).of("te")[0]))
    assert e_value_of(closed_form(lay_out(table, replace(binary, scale="odds ratio"))), "te").estimate == pytest.approx(
        odds + np.sqrt(odds * (odds - 1))
    )
    linear = closed_form(lay_out(table, ASKED))
    d = np.exp(0.91 * linear.of("tnie")[0] / table["y"].std(ddof=0))
    assert e_value_of(linear, "tnie").estimate == pytest.approx(d + np.sqrt(d * (d - 1)))
    for asked in (binary, replace(ASKED, outcome="yb")):
        with pytest.raises(
            NotEstimable, match="^an E-value of a yes-or-no outcome needs a risk ratio or an odds ratio$"
        ):
            e_value_of(closed_form(lay_out(table, asked)), "te")
    drawn = bootstrap(lay_out(table, ASKED), 40, np.random.default_rng(1))
    with pytest.raises(NotEstimable, match="^there are no limits to make an E-value of$"):
        e_value_of(replace(drawn, low=drawn.low * np.nan), "te")
