"""Restricted cubic splines: the basis a second, slow way; its space; knots; and covariates that are bent in a model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline
from statsmodels.api import OLS

from pipeline.cleaning.cleaned import People
from pipeline.errors import Mistakes
from pipeline.models.fit import fit
from pipeline.models.methods import methods
from pipeline.models.splines import basis, knots_of
from pipeline.results import Key
from pipeline.study import Study
from pipeline.tables.estimates import estimates_table

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
TABLE = {
    3: (0.10, 0.50, 0.90),
    4: (0.05, 0.35, 0.65, 0.95),
    5: (0.05, 0.275, 0.50, 0.725, 0.95),
    6: (0.05, 0.23, 0.41, 0.59, 0.77, 0.95),
    7: (0.025, 0.1833, 0.3417, 0.50, 0.6583, 0.8167, 0.975),
}
"""Harrell 2015, table 2.3."""


def slowly(value: float, knots: list[float]) -> list[float]:
    """Harrell 2015, eq. 2.24 and 2.25, a value at a time, over the square of the outer knots' distance."""

    def cube(from_: float) -> float:
        return (value - from_) ** 3 if value > from_ else 0.0

    *_, before, last = knots
    found = [value]
    for knot in knots[:-2]:
        bent = (
            cube(knot)
            - cube(before) * (last - knot) / (last - before)
            + cube(last) * (before - knot) / (last - before)
        )
        found.append(bent / (last - knots[0]) ** 2)
    return found


def natural(values: np.ndarray, knots: np.ndarray) -> np.ndarray:
    """Natural cubic splines that are one at a knot and nought at the others, on in straight lines: (n, k)."""
    columns = []
    for own in np.eye(len(knots)):
        curve = CubicSpline(knots, own, bc_type="natural")
        inside = np.clip(values, knots[0], knots[-1])
        columns.append(curve(inside) + curve(inside, 1) * (values - inside))
    return np.column_stack(columns)


@pytest.mark.parametrize("count", TABLE)
def test_the_basis_is_the_books(count: int) -> None:
    values = np.random.default_rng(count).gamma(3, 10, 200)
    knots = np.quantile(values, TABLE[count])
    made = basis(values, knots)
    assert made.shape == (200, count - 1)
    assert made == pytest.approx(np.array([slowly(v, knots.tolist()) for v in values]), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("count", TABLE)
def test_it_spans_the_natural_cubic_splines(count: int) -> None:
    rng = np.random.default_rng(7)
    values = rng.normal(2020, 4, 150)
    y = np.sin(values) + rng.normal(size=150)
    knots = knots_of(values, count)
    one, other = np.column_stack([np.ones(150), basis(values, knots)]), natural(values, knots)
    for x in (one, other):
        assert np.linalg.matrix_rank(x / np.linalg.norm(x, axis=0)) == count
    fitted = [OLS(y, x).fit().fittedvalues for x in (one, other)]
    assert fitted[0] == pytest.approx(fitted[1], abs=1e-9)


@pytest.mark.parametrize("count", TABLE)
def test_knots_are_at_the_books_quantiles(count: int) -> None:
    values = np.random.default_rng(3).normal(size=501)
    assert knots_of(values, count) == pytest.approx(np.quantile(values, TABLE[count]), abs=2e-3)
    assert knots_of(values, count)[[0, -1]] == pytest.approx(np.quantile(values, [TABLE[count][0], TABLE[count][-1]]))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-100, 100), min_size=8, max_size=60), st.sampled_from(sorted(TABLE)), st.floats(0.01, 50))
def test_alike_weights_change_no_knot(values: list[float], count: int, weight: float) -> None:
    held = np.array(values)
    assert knots_of(held, count, np.full(len(held), weight)) == pytest.approx(knots_of(held, count), abs=1e-6)


def test_weights_move_knots_as_people_would() -> None:
    """Of 1 to 4 with weights 1, 1, 1, 5 (n = 4, shares of 8): place 1 + 3 * .5 = 2.5 lies beyond the 1.5 of the first
    three, so the median is 4; that at .10 is place 1.3, between the second (up to 1.0) and the fourth."""
    knots = knots_of(np.array([4.0, 1.0, 3.0, 2.0]), 3, np.array([5.0, 1.0, 1.0, 1.0]))
    assert knots == pytest.approx([2 + 0.3 * (4 - 2), 4, 4])


def people_of(n: int = 160) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    age = rng.uniform(18, 90, n)
    born = np.arange(n) % 2 * 1.0
    score = np.sin(age / 9) + 0.4 * born + rng.normal(0, 0.3, n)
    return pd.DataFrame({"age": age, "born": born, "score": score}, index=[f"f:{i}" for i in range(n)])


def test_a_bent_covariate_is_that_of_statsmodels(study: MakeStudy, people: MakePeople) -> None:
    """Knots come from the rows used: three who lack the outcome have no part in them."""
    table = people_of()
    table.loc[["f:1", "f:2", "f:3"], "score"] = np.nan
    made = study(m="{outcome: score, exposure: born, adjust: [age], splines: {age: 5}}")
    found = fit(people(made, table), made)
    kept = table.dropna()
    knots = np.quantile(kept["age"], np.linspace(0.05, 0.95, 5)).tolist()
    x = np.column_stack([np.ones(len(kept)), [slowly(v, knots) for v in kept["age"]], kept["born"]])
    expected = OLS(kept["score"].to_numpy(), x).fit(cov_type="HC3", use_t=True)
    key = Key("model", "m", "born", "", "adjustment=adjusted", "estimate")
    assert found.results.get(key) == pytest.approx(expected.params[-1], rel=1e-9)
    assert found.results.get(key._replace(statistic="std_error")) == pytest.approx(expected.bse[-1], rel=1e-9)
    assert found.results.get(key._replace(statistic="df")) == len(kept) - 6
    straight = study(m="{outcome: score, exposure: born, adjust: [age]}")
    assert fit(people(straight, table), straight).results.get(key) != pytest.approx(expected.params[-1], rel=1e-3)
    words = "Age (restricted cubic spline, 5 knots)"
    assert words in methods(made, "m")[0].template
    assert "Harrell's quantiles of those analysed (2015, table 2.3)." in methods(made, "m")[0].template
    assert f"Adjusted for {words}; their own" in " ".join(n.template for n in estimates_table(found.models[0]).notes)


def test_no_number_and_no_sentence_holds_a_knot(study: MakeStudy, people: MakePeople) -> None:
    table = people_of()
    made = study(m="{outcome: score, exposure: born, adjust: [age], splines: {age: 4}}")
    found = fit(people(made, table), made)
    straight = study(m="{outcome: score, exposure: born, adjust: [age]}")
    keys = [set(f.results.lookup()) for f in (found, fit(people(straight, table), straight))]
    assert keys[0] == keys[1]
    knots = knots_of(table["age"].to_numpy(), 4)
    assert not any(np.isclose(v, k) for v in found.results.frame["value"] for k in knots)


@pytest.mark.parametrize(("every", "count"), [(2, 3), (3, 4)])
def test_too_few_values_for_the_knots_are_refused_where_they_stand(
    study: MakeStudy, people: MakePeople, every: int, count: int
) -> None:
    """Of two values: a third have one of them, and knots fall together; half have, and the middle knot lies between."""
    table = people_of().assign(age=lambda t: np.where(np.arange(len(t)) % every, 20.0, 40.0))
    assert (np.diff(knots_of(table["age"].to_numpy(), count)) > 0).all() == (every == 2)
    made = study(m=f"{{outcome: score, exposure: born, adjust: [age], splines: {{age: {count}}}}}")
    with pytest.raises(Mistakes) as found:
        fit(people(made, table), made)
    assert str(found.value).split("  ", 1)[1] == (
        f"models.m.splines: 'age' has too few different values among the rows of model 'm' for {count} knots. Write "
        "fewer knots (3 at least), or leave it out of 'splines', so that it enters as a straight line."
    )


def test_nobody_left_is_said_as_ever(study: MakeStudy, people: MakePeople) -> None:
    table = people_of().assign(score=np.nan)
    made = study(m="{outcome: score, exposure: born, adjust: [age], splines: {age: 4}}")
    assert "no row has every value" in fit(people(made, table), made).models[0].fitted[0].reason


def test_a_mediation_takes_bent_covariates(study: MakeStudy, people: MakePeople) -> None:
    table = people_of().assign(site=["North", "South"] * 80)
    made = study(m="{outcome: score, exposure: site, mediator: born, adjust: [age], splines: {age: 4}}")
    straight = study(m="{outcome: score, exposure: site, mediator: born, adjust: [age]}")
    table["born"] = np.cos(table["age"] / 9) + (table["site"] == "South")
    te = [
        found.results.frame.query("kind == 'mediation' and statistic == 'estimate'")["value"].to_numpy()
        for found in (fit(people(m, table), m) for m in (made, straight))
    ]
    assert np.isfinite(te[0]).all()
    assert not np.allclose(te[0], te[1], rtol=1e-3)
