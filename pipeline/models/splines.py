"""Covariates that are numbers, bent: restricted cubic splines with Harrell's knots.

Harrell 2015, Regression Modeling Strategies (2nd ed.), sect. 2.4.5 and table 2.3; the basis is that of R Hmisc 5.0,
``rcspline.eval`` with ``norm = 2``: truncated powers, straight beyond the outer knots, in units of the covariate. Knots
are the table's quantiles whatever the number of rows; ``rcspline.eval`` moves the outer ones to the fifth lowest and
fifth highest value where there are fewer than 100.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.errors import Mistakes
from pipeline.models.coefficients import Floats
from pipeline.models.declared import Declared
from pipeline.models.linear import independent
from pipeline.models.survey import SurveyDesign
from pipeline.study import Study

OUTER = {3: 0.10, 4: 0.05, 5: 0.05, 6: 0.05, 7: 0.025}
"""Number of knots -> the share of people below the first; the others divide what is left evenly (table 2.3)."""


def bent(adjust: pd.DataFrame, study: Study, model: Declared, used: np.ndarray, design: SurveyDesign | None
         ) -> pd.DataFrame:  # fmt: skip
    """The covariates with the columns of each spline in place of its number, knots from the rows ``used``.

    Raises ``Mistakes`` where too few different values are left for so many knots.
    """
    parts = []
    for name, column in adjust.items():
        wanted = model.splines.get(str(name))
        if wanted is None or not used.any():
            parts.append(column.to_frame())
            continue
        values = column.to_numpy(dtype=float)
        knots = knots_of(values[used], wanted, None if design is None else design.weight[used])
        if not _tells(values[used], knots):
            raise Mistakes.one(
                study.where("models", model.name, "splines"),
                f"'{name}' has too few different values among the rows of model '{model.name}' for {wanted} knots.",
                "Write fewer knots (3 at least), or leave it out of 'splines', so that it enters as a straight line.",
            )
        parts.append(pd.DataFrame(basis(values, knots), columns=_named(str(name), wanted), index=adjust.index))
    return pd.concat(parts, axis=1) if parts else adjust


def _tells(values: Floats, knots: Floats) -> bool:
    """Whether knots lie apart and there are values enough between them to tell each column from the others: a quantile
    can lie between two values, so that two of these have three knots."""
    if (np.diff(knots) <= 0).any():
        return False
    bent_ones = pd.DataFrame(basis(np.unique(values), knots))
    one = pd.DataFrame({"one": np.ones(len(bent_ones))})
    return not independent(pd.concat([one, bent_ones], axis=1))[1]


def knots_of(values: Floats, count: int, weight: Floats | None = None) -> Floats:
    """Quantiles of the values, ``count`` of them; those of people where there are weights."""
    return quantiles(values, np.linspace(OUTER[count], 1 - OUTER[count], count), weight)


def quantiles(values: Floats, shares: Floats, weight: Floats | None = None) -> Floats:
    """Quantiles at ``shares``, of that shape, of values, shape (n,), and of people where these have a ``weight`` each.

    Unweighted as R's type 7. With weights as Hmisc's ``wtd.quantile(normwt = TRUE)``, which is the same where all are
    alike: weights are brought to a sum of n and counted as people.
    """
    if weight is None:
        return np.asarray(np.quantile(values, shares))
    order = np.argsort(values, kind="stable")
    ordered, held = values[order], weight[order]
    n = len(values)
    below = np.cumsum(held) * (n / held.sum())
    place = 1 + (n - 1) * shares
    low = np.maximum(np.floor(place), 1)
    ends = [np.minimum(np.searchsorted(below * (1 + 1e-12), at), n - 1) for at in (low, np.minimum(low + 1, n))]
    first, second = (ordered[at] for at in ends)
    return np.asarray(first + (place - low) * (second - first))


def basis(values: Floats, knots: Floats) -> Floats:
    """The covariate itself and k - 2 bent columns: shape (n, k - 1). NaN stays NaN."""
    first, last, before = knots[0], knots[-1], knots[-2]
    size = (last - first) ** (2 / 3)

    def cubed(knot: float) -> Floats:
        return np.asarray(np.maximum((values - knot) / size, 0.0) ** 3)

    columns = [values]
    for knot in knots[:-2]:
        end = (before - knot) * cubed(last) - (last - knot) * cubed(before)
        columns.append(cubed(knot) + end / (last - before))
    return np.column_stack(columns)


def told(model: Declared, name: str) -> str:
    """``, as a restricted cubic spline with 4 knots`` behind a covariate's label; empty where it enters as it is."""
    wanted = model.splines.get(name)
    return f" (restricted cubic spline, {wanted} knots)" if wanted else ""


def _named(name: str, count: int) -> list[str]:
    return [name + "'" * place for place in range(count - 1)]
