"""The mean of a chance whose log odds are normal, by Gauss and Hermite."""

from __future__ import annotations

from functools import cache

import numpy as np

from pipeline.models.coefficients import Floats


def nodes(spread: float) -> tuple[Floats, Floats]:
    """Points and weights for the mean of ``expit(m + spread * z)``, z standard normal. Measured
    against a fine trapezoid rule the error is below 1e-10 up to a spread of 2, and below 3e-9 up to 4."""
    return _hermite(12 if spread <= 0.5 else 24 if spread <= 1 else 64 if spread <= 2 else 180)


@cache
def _hermite(count: int) -> tuple[Floats, Floats]:
    z, v = np.polynomial.hermite_e.hermegauss(count)
    keep = v > 1e-18 * v.max()
    return z[keep], v[keep] / v[keep].sum()
