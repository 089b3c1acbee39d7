"""P values of a declared family of tests, adjusted for their number.

Holm 1979 (Scand J Stat 6(2), 65-70): family-wise error; Benjamini & Hochberg 1995 (J R Stat Soc B 57(1), 289-300):
false discovery rate. As R's ``p.adjust``, methods ``holm`` and ``BH``.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from pipeline.models.coefficients import Floats


def adjusted(p: Floats, method: Literal["holm", "bh"]) -> Floats:
    """Adjusted P values in the order of ``p``, shape (m,).

    Raises ``ValueError`` where a P value is missing or not within 0 to 1: a family is adjusted whole, since a test that
    silently left it would make the others look surer than they are.
    """
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("a P value of the family is missing or not within 0 to 1: name only tests that have one")
    order = np.argsort(p, kind="stable")
    rank = np.arange(1, len(p) + 1)
    if method == "holm":
        stepped = np.maximum.accumulate(p[order] * (len(p) - rank + 1))
    else:
        stepped = np.minimum.accumulate((p[order] * len(p) / rank)[::-1])[::-1]
    result = np.empty(len(p))
    result[order] = np.minimum(stepped, 1.0)
    return result
