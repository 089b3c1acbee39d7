"""Weighted means and shares: what stands at the edges."""

from __future__ import annotations

import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pipeline.models.coefficients import NotEstimable
from pipeline.models.linear import INTERCEPT
from pipeline.models.survey import SurveyDesign, survey_linear, survey_logistic, survey_mean, survey_proportion

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


def test_a_share_lies_between_nothing_and_all() -> None:
    here = np.array([True, False, True, True, True, True, True, True])
    share = survey_proportion(here, drawn(), EVERYONE)
    mean = survey_mean(here.astype(float), drawn(), EVERYONE)
    assert mean.ci_high > 1  # the plain interval leaves the scale
    assert 0 < share.ci_low < share.estimate < share.ci_high < 1
    move = stats.t.ppf(0.975, 2) * share.std_error / (share.estimate * (1 - share.estimate))
    assert share.ci_low == pytest.approx(1 / (1 + np.exp(-(np.log(share.estimate / (1 - share.estimate)) - move))))


def test_shares_agree_with_those_of_svy() -> None:
    import polars
    import svy

    rng = np.random.default_rng(3)
    here, weight = rng.uniform(size=60) < 0.2, rng.uniform(1, 4, 60)
    strata, psu = np.repeat(np.arange(5), 12), np.tile(np.repeat(np.arange(3), 4), 5)
    mine = survey_proportion(here, SurveyDesign.of(weight, strata, psu), np.ones(60, dtype=bool))
    frame = polars.DataFrame({"y": here.astype(int), "w": weight, "s": strata, "p": psu})
    sample = svy.Sample(frame, svy.Design(stratum="s", psu="p", wgt="w"))
    theirs = next(e for e in sample.estimation.prop("y").estimates if str(e.y_level) == "1")
    assert [mine.estimate, mine.std_error, mine.ci_low, mine.ci_high] == pytest.approx(
        [theirs.est, theirs.se, theirs.lci, theirs.uci], rel=1e-9
    )


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_nobody_and_everybody_have_no_interval(share: float) -> None:
    found = survey_proportion(np.full(8, share, dtype=bool), drawn(), EVERYONE)
    assert found.estimate == share
    assert np.isnan([found.std_error, found.ci_low, found.ci_high]).all()


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
    assert str(few.value) == "2 degrees of freedom of the design cannot carry 3 coefficients"
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
