"""Intervals that rest on few rows: what their variance is worth, and that the reader is told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from pipeline.cleaning.cleaned import People
from pipeline.models.cluster import clustered
from pipeline.models.coefficients import Floats
from pipeline.models.diagnostics import explained
from pipeline.models.fit import fit
from pipeline.models.leverage import worth
from pipeline.models.linear import Fit, logistic, ols
from pipeline.results import Key
from pipeline.study import Study

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]


def drawn(n: int, exposed: int, seed: int = 0) -> tuple[pd.DataFrame, Floats, Floats]:
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({"(Intercept)": 1.0, "age": rng.normal(size=n), "arm": (np.arange(n) < exposed) * 1.0})
    return x, rng.normal(size=n), (rng.random(n) < 0.5) * 1.0


@pytest.mark.parametrize("exposed", [3, 9, 20])
def test_hc2_is_worth_what_cr2_is_with_a_row_a_cluster(exposed: int) -> None:
    """``clustered`` agrees with clubSandwich."""
    x, y, answer = drawn(41, exposed)
    for made in (ols(x, y), logistic(x, answer)):
        assert worth(made, "HC2") == pytest.approx(clustered(made, np.arange(41)).df, rel=1e-9)


def slowly(fit: Fit, power: float) -> Floats:
    """Every entry of the matrix whose traces are asked for."""
    half = fit.x * np.sqrt(fit.weight)[:, None]
    hat = half @ fit.bread @ half.T
    found = []
    for own in (half @ fit.bread).T:
        a = own / (1 - np.diag(hat)) ** power
        p = np.outer(a, a) * (np.eye(len(a)) - hat)
        found.append(np.trace(p) ** 2 / np.trace(p @ p))
    return np.array(found)


def test_hc3_is_worth_what_every_pair_of_rows_says() -> None:
    x, y, answer = drawn(33, 4, 2)
    for made in (ols(x, y), logistic(x, answer)):
        assert worth(made) == pytest.approx(slowly(made, 1.0), rel=1e-9)
        assert worth(made, "HC2") == pytest.approx(slowly(made, 0.5), rel=1e-9)


def test_two_groups_of_equal_variance_are_worth_what_welch_says() -> None:
    """HC2 of two means is Welch's t; where both variances are the same its degrees of freedom are those."""
    n, m = 12, 5
    x = pd.DataFrame({"(Intercept)": 1.0, "arm": np.repeat([1.0, 0.0], [m, n])})
    expected = (1 / m + 1 / n) ** 2 / (1 / (m**2 * (m - 1)) + 1 / (n**2 * (n - 1)))
    assert worth(ols(x, np.random.default_rng(0).normal(size=n + m)), "HC2")[1] == pytest.approx(expected)


@pytest.mark.parametrize(("exposed", "word"), [(3, "Unreliable"), (6, "Too narrow"), (20, "")])
def test_the_reader_is_told(study: MakeStudy, people: MakePeople, exposed: int, word: str) -> None:
    """Of an exposure that is a number and that few have much of; of two sides the calibration tells."""
    rng, n = np.random.default_rng(1), 40
    age = np.where(np.arange(n) < exposed, 60.0, 20.0) + rng.normal(size=n)
    table = pd.DataFrame({"age": age, "score": rng.poisson(4, n) * 1.0})
    made = study(m="{outcome: score, exposure: age, effect: rate ratio}")
    (found,) = fit(people(made, table), made).models
    said = [one for one in found.remarks if "few rows" in one.template]
    assert [one.template.split(":")[0] for one in said] == ([word] if word else [])
    assert all(one.caveat for one in said)
    key = Key("model", "m", "age", "", "adjustment=unadjusted", "df_effective")
    assert (tuple(key) in found.results.lookup()) == bool(word)


def test_nominal_intervals_are_too_narrow_where_it_is_said_and_less_so_on_the_degrees_told() -> None:
    """HC3 of four exposed among forty: 95% intervals on n - k hold the truth far less often."""
    import scipy

    from pipeline.models.linear import hc3

    rng, held = np.random.default_rng(3), np.zeros(2)
    x = pd.DataFrame({"(Intercept)": 1.0, "arm": (np.arange(40) < 4) * 1.0})
    free = [38.0, float(worth(ols(x, np.arange(40.0) ** 2))[1])]
    for _ in range(400):
        made = hc3(ols(x, rng.normal(size=40)))
        held += np.abs(made.estimate[1] / made.std_error[1]) < scipy.stats.t.ppf(0.975, free)
    assert held[0] / 400 < 0.93 < 0.945 < held[1] / 400


def test_what_covariates_explain_is_one_less_the_inverse_inflation_factor() -> None:
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    rng = np.random.default_rng(5)
    age = rng.normal(size=80)
    x = np.column_stack([np.ones(80), age, rng.normal(size=80), 2 * age + rng.normal(size=80)])
    factor = float(variance_inflation_factor(x, 3))
    assert explained(x[:, 3], x[:, :3], np.ones(80)) == pytest.approx(1 - 1 / factor)
    weight = rng.uniform(1, 4, 80)
    assert explained(x[:, 3], x[:, :3], weight) == pytest.approx(explained(x[:, 3], x[:, :3], 3 * weight))


def test_an_exposure_that_covariates_mostly_explain_is_told(study: MakeStudy, people: MakePeople) -> None:
    rng = np.random.default_rng(6)
    age = rng.normal(50, 10, 200)
    told = {}
    for noise in (2.0, 20.0):
        table = pd.DataFrame(
            {"age": age, "born": 2000 - age + rng.normal(0, noise, 200), "score": rng.normal(size=200)}
        )
        made = study(m="{outcome: score, exposure: born, adjust: [age]}")
        (found,) = fit(people(made, table), made).models
        told[noise] = [one.template for one in found.remarks if "covariates explain" in one.template]
    assert len(told[2.0]) == 1 and told[2.0][0].startswith("The covariates explain {share}% of how Born varies")
    assert told[20.0] == []
