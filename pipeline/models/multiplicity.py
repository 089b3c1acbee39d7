"""P values of a declared family of tests, adjusted for their number.

Holm 1979 (Scand J Stat 6(2), 65-70): family-wise error; Benjamini & Hochberg 1995 (J R Stat Soc B 57(1), 289-300):
false discovery rate. As R's ``p.adjust``, methods ``holm`` and ``BH``.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np

from pipeline.models.coefficients import Floats

Method: TypeAlias = Literal["holm", "bh"]
ADJUSTED: dict[str, str] = {"holm": "Holm", "bh": "Benjamini and Hochberg"}
"""What a reader is told of each method."""


def adjusted_together(tests: int, method: str) -> str:
    """The one way of saying it, in tables of people and of models."""
    return f"P values of {tests} tests are adjusted together ({ADJUSTED[method]})."


def counted_as_one(lost: int) -> str:
    """What ``adjusted_as_declared`` does with ``lost`` tests, one or more, after a clause that says which they are."""
    what = "it counts as a test that was" if lost == 1 else "they count as tests that were"
    return f"{what} made, with a P value of 1, so that the others are not adjusted for fewer."


def adjusted(p: Floats, method: Method) -> Floats:
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


def adjusted_as_declared(p: Floats, method: Method) -> Floats:
    """The same over every test that was declared, shape (m,): NaN is a test that was made and gave no P value.

    It counts as one whose P value is 1, and stays NaN. Either method's adjusted P values never fall where a P value
    rises (Holm's is the largest over all sets of tests that hold it of their number times their smallest P; Benjamini
    and Hochberg's the smallest over all bounds t from it on of m t over how many P values are up to t), so that those
    of the others are at least what they would be with whatever P value is not known: errors are held.
    """
    known = ~np.isnan(p)
    return np.where(known, adjusted(np.where(known, p, 1.0), method), np.nan)
