"""How far an interval with HC errors rests on few rows: the degrees of freedom that its variance is worth.

Satterthwaite's approximation for a sum of squared residuals, in the working model that the fit itself assumes: Bell &
McCaffrey 2002 (Survey Methodology 28(2), 169-181) with every row its own cluster; Imbens & Kolesar 2016 (Rev Econ Stat
98(4), 701-712) for the same of HC2. Agrees with ``cluster.clustered`` (CR2, a row a cluster), and so with R
clubSandwich 0.5.8.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from pipeline.models.coefficients import Floats
from pipeline.models.linear import Fit


def worth(fit: Fit, kind: Literal["HC2", "HC3"] = "HC3") -> Floats:
    """Degrees of freedom of each coefficient's variance, shape (k,): ``tr(P)^2 / tr(P P)``,
    ``P_ij = a_i a_j (I - H)_ij`` with ``a_i`` the row's part of the coefficient over ``(1 - h_i)`` (HC2: its root).

    Rows fitted exactly (leverage 1) say nothing about variance and have no part. Time grows with the rows alone: the
    sum over pairs of rows is that over pairs of columns. NaN where no row has a part.
    """
    half = fit.x * np.sqrt(fit.weight)[:, None]
    q, r = np.linalg.qr(half)
    leverage = (q**2).sum(axis=1)
    left = np.where(leverage < 1 - 1e-10, 1 - leverage, np.inf)
    rest = np.where(np.isfinite(left), left, 0.0)
    part = q @ np.linalg.solve(r, np.eye(len(r))).T
    found = np.empty(len(fit.terms))
    for j, own in enumerate(part.T):
        square = own**2 / (left if kind == "HC2" else left**2)
        trace = float(square @ rest)
        pairs = q.T @ (square[:, None] * q)
        total = float(square**2 @ rest**2) + float((pairs**2).sum()) - float(square**2 @ leverage**2)
        found[j] = trace**2 / total if total > 0 else np.nan
    return found
