"""The cumulative logit of a weighted sample: what a domain is, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.models.coefficients import NotEstimable
from pipeline.models.survey import SurveyDesign
from pipeline.models.survey_ordered import survey_ordered

EVERYONE = np.ones(24, dtype=bool)
X = pd.DataFrame({"support": np.tile([0.0, 1.0], 12)})
Y = np.array([0, 1, 0, 2, 1, 2, 2, 0, 1, 2, 0, 1] * 2)
WEIGHT = np.tile([1.0, 2, 1, 3], 6)


def drawn(units: int = 3) -> SurveyDesign:
    """Two strata of 12 people, in so many units each."""
    return SurveyDesign.of(WEIGHT, np.repeat([0, 1], 12), np.tile(np.arange(12) % units, 2))


def test_a_domain_keeps_the_units_that_have_nobody_in_it() -> None:
    design = drawn()
    domain = ~((design.strata == 0) & (design.psu == design.psu[0]))
    whole = survey_ordered(X, Y, ("a", "b"), design, domain)
    filtered = SurveyDesign(*(part[domain] for part in (design.weight, design.strata, design.psu)))
    left = survey_ordered(X[domain].reset_index(drop=True), Y[domain], ("a", "b"), filtered, np.ones(20, dtype=bool))
    assert whole.estimate == pytest.approx(left.estimate)
    assert whole.df.tolist() == left.df.tolist()
    assert not np.isclose(whole.std_error, left.std_error, rtol=1e-3).any()


def test_rows_of_weight_zero_take_no_part_whatever_they_hold() -> None:
    design = drawn()
    weight = design.weight.copy()
    weight[[3, 17]] = 0.0
    x, y = X.copy(), Y.copy()
    x.loc[[3, 17]], y[[3, 17]] = 1e9, 0
    without = survey_ordered(X, Y, ("a", "b"), SurveyDesign(weight, design.strata, design.psu), EVERYONE)
    found = survey_ordered(x, y, ("a", "b"), SurveyDesign(weight, design.strata, design.psu), EVERYONE)
    assert found.estimate == pytest.approx(without.estimate) and found.rows == 22
    assert found.std_error == pytest.approx(without.std_error)


@pytest.mark.parametrize(
    ("x", "y", "units", "message"),
    [
        (X, Y, 1, "the design has too few sampling units for so many coefficients"),
        (X, np.where(Y == 1, 2, Y), 3, "a level of the ordered outcome has nobody: join levels in the declaration"),
        (X * 0 + 4, Y, 3, "the covariates are collinear, or one of them is constant"),
        (
            pd.DataFrame({"support": (Y > 0).astype(float)}),
            Y,
            3,
            "the ordered fit has no finite maximum: an answer is predicted perfectly (separation)",
        ),
    ],
)
def test_a_model_without_an_answer_says_why(x: pd.DataFrame, y: np.ndarray, units: int, message: str) -> None:
    with pytest.raises(NotEstimable) as refused:
        survey_ordered(x, y, ("a", "b"), drawn(units), EVERYONE)
    assert str(refused.value) == message


def test_a_domain_of_nobody_is_refused() -> None:
    with pytest.raises(NotEstimable, match="^the design has too few sampling units for so many coefficients$"):
        survey_ordered(X, Y, ("a", "b"), drawn(), ~EVERYONE)
