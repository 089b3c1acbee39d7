"""Who differs by chance as a whole: clusters, sampling units within strata, or rows; and variances between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.models.coefficients import Floats, Ints, NotEstimable
from pipeline.models.survey import SurveyDesign


@dataclass(frozen=True, eq=False)
class Units:
    """Who differs by chance as a whole. of_row: shape (n,), codes; strata: shape (units,), codes. Units of a sample
    that hold no row stand here too. given: whether rows came in units, and do not stand for themselves."""

    of_row: Ints
    strata: Ints
    given: bool

    @property
    def present(self) -> int:
        return len(np.unique(self.of_row))

    @property
    def lone(self) -> int:
        """Strata that hold a single unit, and tell nothing of chance."""
        return int((np.bincount(self.strata) == 1).sum())

    @property
    def df(self) -> float:
        """Units less strata, of those with rows; without units the normal."""
        held = np.unique(self.of_row)
        return float(len(held) - len(np.unique(self.strata[held]))) if self.given else np.inf


def units_of_rows(used: NDArray[np.bool_], unit: NDArray[Any] | None, design: SurveyDesign | None) -> Units:
    if design is not None:
        psu, of_row = np.unique(design.psu, return_inverse=True)
        strata = np.zeros(len(psu), dtype=int)
        strata[of_row] = np.unique(design.strata, return_inverse=True)[1]
        return Units(of_row[used], strata, True)
    if unit is not None:
        codes = np.unique(np.asarray(unit)[used], return_inverse=True)[1]
        if codes.max() == 0:
            raise NotEstimable("all rows belong to one cluster")
        return Units(codes, np.zeros(int(codes.max()) + 1, dtype=int), True)
    rows = int(used.sum())
    return Units(np.arange(rows), np.zeros(rows, dtype=int), False)


def by_unit(influence: Floats, units: Units) -> Floats:
    """Influences summed by unit, (units, k), as deviations from their stratum's mean; nought for an only unit."""
    count = len(units.strata)
    sums = np.column_stack([np.bincount(units.of_row, weights=one, minlength=count) for one in influence.T])
    codes = np.unique(units.strata, return_inverse=True)[1]
    sizes = np.bincount(codes)
    middle = np.column_stack([np.bincount(codes, weights=one) for one in sums.T]) / sizes[:, None]
    return np.asarray(sums - middle[codes])


def linearised(influence: Floats, units: Units) -> Floats:
    """Variance between units within strata, (k, k), with the factor m / (m - 1) in a stratum of m; a stratum's only
    unit is held against the mean of all units, which errs towards wider intervals (as R survey's ``adjust``)."""
    codes = np.unique(units.strata, return_inverse=True)[1]
    sizes = np.bincount(codes)[codes]
    apart = by_unit(influence, units)
    factor = np.where(sizes > 1, sizes / np.maximum(sizes - 1, 1), 1.0)
    if (lone := sizes == 1).any():
        count = len(units.strata)
        sums = np.column_stack([np.bincount(units.of_row, weights=one, minlength=count) for one in influence.T])
        apart[lone] = (sums - sums.mean(axis=0))[lone]
    return np.asarray(apart.T @ (apart * factor[:, None]))
