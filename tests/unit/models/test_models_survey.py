"""Weighted means and models: what stands at the edges."""

from __future__ import annotations

import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.models.coefficients import NotEstimable
from pipeline.models.linear import INTERCEPT
from pipeline.models.survey import SurveyDesign, survey_linear, survey_logistic, survey_mean

EVERYONE = np.ones(8, dtype=bool)


def drawn() -> SurveyDesign:
    return SurveyDesign.of(np.array([1.0, 2, 1, 2, 3, 1, 3, 1]), np.repeat(["a", "b"], 4), np.tile([1, 1, 2, 2], 2))


def test_units_that_bear_the_same_number_in_another_stratum_are_others() -> None:
    assert len(np.unique(drawn().psu)) == 4
    assert drawn().degf() == 4 - 2
    assert drawn().degf(np.array([True] * 4 + [False] * 4)) == 2 - 1
    assert drawn().single() == 0


def test_a_weighted_mean_by_hand() -> None:
    y = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])
    found = survey_mean(y, drawn(), EVERYONE)
    mean = (1 + 4 + 3 + 8 + 15 + 6 + 21 + 8) / 14
    assert found.estimate == pytest.approx(mean)
    shares = np.array([1.0, 2, 1, 2, 3, 1, 3, 1]) * (y - mean)
    totals = shares.reshape(4, 2).sum(axis=1)
    variance = 2 * ((totals[:2] - totals[:2].mean()) ** 2).sum() + 2 * ((totals[2:] - totals[2:].mean()) ** 2).sum()
    assert found.std_error == pytest.approx(np.sqrt(variance) / 14)
    assert (found.df, found.rows) == (2, 8)


def test_one_unit_alone_has_a_mean_and_no_interval() -> None:
    domain = np.array([True, True] + [False] * 6)
    found = survey_mean(np.arange(8.0), drawn(), domain)
    assert found.estimate == pytest.approx(2 / 3)
    assert found.df == 0
    assert np.isnan([found.ci_low, found.ci_high]).all()


def test_a_weight_of_zero_takes_no_part() -> None:
    design = SurveyDesign.of(np.array([0.0, 2, 1, 2, 3, 1, 3, 1]), np.repeat([0, 1], 4), np.tile([1, 1, 2, 2], 2))
    y = np.array([1e6, 2, 3, 4, 5, 6, 7, 8])
    assert survey_mean(y, design, EVERYONE).estimate == pytest.approx((4 + 3 + 8 + 15 + 6 + 21 + 8) / 13)
    with pytest.raises(NotEstimable, match="nobody with a weight has a value"):
        survey_mean(np.full(8, np.nan), design, EVERYONE)


def test_only_the_weights_proportions_matter() -> None:
    x = pd.DataFrame({INTERCEPT: np.ones(60), "age": np.random.default_rng(1).normal(size=60)})
    y = (np.random.default_rng(2).uniform(size=60) < 0.5).astype(float)
    weight, strata, psu = np.linspace(1, 5, 60), np.repeat(np.arange(5), 12), np.tile(np.repeat(np.arange(3), 4), 5)
    for fit in (survey_linear, survey_logistic):
        one = fit(x, y, SurveyDesign.of(weight, strata, psu), np.ones(60, dtype=bool))
        other = fit(x, y, SurveyDesign.of(weight * 1e6, strata, psu), np.ones(60, dtype=bool))
        assert one.estimate == pytest.approx(other.estimate, rel=1e-9)
        assert one.std_error == pytest.approx(other.std_error, rel=1e-9)


def test_a_survey_model_without_an_answer_says_why() -> None:
    x = pd.DataFrame({INTERCEPT: np.ones(8), "age": np.arange(8.0), "late": (np.arange(8) > 3).astype(float)})
    with pytest.raises(NotEstimable) as few:
        survey_linear(x, np.arange(8.0) ** 2, drawn(), EVERYONE)
    assert str(few.value) == "the design has too few sampling units for so many coefficients"
    with pytest.raises(NotEstimable) as separated:
        survey_logistic(x[[INTERCEPT, "age"]], (np.arange(8) > 4).astype(float), drawn(), EVERYONE)
    assert str(separated.value) == "the outcome is predicted perfectly (separation) by age"


def test_what_svy_warns_of_never_passes_unseen() -> None:
    from svy.core.warnings import Severity, SvyUserWarning

    from pipeline.models.survey import _refuse_findings, _said_aloud

    noted = SimpleNamespace(code="DOMAIN_SINGLETON_PSU", level=Severity.INFO)
    _refuse_findings(SimpleNamespace(warnings=[noted]))
    with pytest.raises(NotEstimable) as found:
        _refuse_findings(
            SimpleNamespace(warnings=[noted, SimpleNamespace(code="MAX_ITER_REACHED", level=Severity.WARNING)])
        )
    assert str(found.value) == "the survey package warned (MAX_ITER_REACHED)"
    with pytest.raises(NotEstimable, match="the survey package refused"), _said_aloud():
        warnings.warn("made up", SvyUserWarning, stacklevel=1)
