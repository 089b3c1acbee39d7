"""Intervals against their estimate, their standard error and their P value.

A Wald interval lies evenly about its estimate: on the log scale for ratios, on the plain one for differences, on
Fisher's for correlations (Altman et al. 2000, Statistics with Confidence). Exact, profile and bootstrap intervals need
not, so that what is uneven is told as to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import atanh, exp, log, tanh

from pipeline.audit.estimates import CORRELATION, DIFFERENCE, NNT, OTHER, RATIO, RISK, RRR, Estimate
from pipeline.audit.findings import INTERVAL, INTERVAL_NOT_POSSIBLE, LIKELY, LOOK, SIGNIFICANCE, Finding
from pipeline.audit.numbers import Number

_Z = {90.0: 1.6449, 95.0: 1.95996, 99.0: 2.57583}
_T2 = {90.0: 2.92, 95.0: 4.303, 99.0: 9.925}
"""Of t with 2 degrees of freedom: no interval of a study is wider."""
_NULL = {RATIO: 1.0, DIFFERENCE: 0.0, RISK: 0.0, RRR: 0.0, CORRELATION: 0.0}
_SCALES: dict[str, tuple[Callable[[float], float], Callable[[float], float], str]] = {
    RATIO: (log, exp, "on the log scale"),
    RRR: (lambda v: -log(1 - v), lambda v: 1 - exp(-v), "on the log scale of the relative risk"),
    DIFFERENCE: (lambda v: v, lambda v: v, "evenly"),
    RISK: (lambda v: v, lambda v: v, "evenly"),
    NNT: (lambda v: 1 / v, lambda v: 1 / v, "evenly about the risk difference"),
    CORRELATION: (atanh, tanh, "on Fisher's scale"),
}


def check(e: Estimate) -> Iterator[Finding]:
    """An estimate outside its interval; an uneven interval; one that its standard error or P value contradicts."""
    if e.low is None or e.high is None:
        return
    low, high = e.low, e.high
    if e.kind == NNT and (low.value > high.value or low.units < 0 < high.units):
        return  # through "no difference" an NNT's interval runs over infinity (Altman 1998)
    if low.value > high.value:
        yield e.passage.finds(INTERVAL, str(e), f"{e}: the lower limit is above the upper one", "", LIKELY)
        return
    if e.kind == RATIO and low.units < 0:
        says = f"{e}: a limit below 0 is not possible of a ratio"
        yield e.passage.finds(INTERVAL_NOT_POSSIBLE, str(e), says, "consistent with limits of its logarithm", LIKELY)
        return
    if e.value.high < low.low or e.value.low > high.high:
        says = f"{e}: an estimate outside its own interval is not possible"
        yield e.passage.finds(INTERVAL_NOT_POSSIBLE, str(e), says, "consistent with one of the three in error", LIKELY)
        return
    yield from _uneven(e, low, high)
    yield from _by_se(e, low, high)
    yield from _by_p(e, low, high)


def _uneven(e: Estimate, low: Number, high: Number) -> Iterator[Finding]:
    """Whether the middle of the interval can be the estimate, for all values that print as these."""
    if e.kind not in _SCALES or e.uneven:
        return
    there, back, how = _SCALES[e.kind]
    per = 100 if e.percent and e.kind == RRR else 1
    try:
        middles = [back((there(lo / per) + there(hi / per)) / 2) * per
                   for lo, hi in ((low.low, high.low), (low.high, high.high))]  # fmt: skip
    except (ValueError, ZeroDivisionError):
        return  # a limit at the end of its scale, such as 0.0 for a ratio
    if max(middles) >= e.value.low - 1e-9 and min(middles) <= e.value.high + 1e-9:
        return
    middle = sum(middles) / 2
    yield e.passage.finds(
        INTERVAL, str(e), f"{e}: the interval does not lie {how} about the estimate" if how == "evenly" else
        f"{e}: the interval does not lie evenly {how.removeprefix('evenly ')}",
        f"not reproduced by a Wald interval, whose middle would be {middle:.{e.value.decimals + 1}f}; consistent with "
        "an exact, profile or bootstrap interval, or with an error", LOOK,
    )  # fmt: skip


def _by_se(e: Estimate, low: Number, high: Number) -> Iterator[Finding]:
    """Half the interval over the standard error is the normal quantile, or that of some t."""
    if e.se is None or e.se.units <= 0 or e.level not in _Z or e.kind not in (RATIO, DIFFERENCE, RISK, OTHER):
        return
    spans = [(low.high, high.low), (low.low, high.high)]
    if e.kind == RATIO:
        if low.low <= 0:
            return
        spans = [(log(lo), log(hi)) for lo, hi in spans]
    narrow, wide = ((hi - lo) / 2 for lo, hi in spans)
    least, most = narrow / e.se.high, wide / max(e.se.low, 1e-12)
    if most < _Z[e.level] - 1e-3 or least > _T2[e.level]:
        if e.kind == RATIO and _on_plain_scale(e):
            return
        yield e.passage.finds(
            INTERVAL, str(e), f"{e}: with a standard error of {e.se} half the interval is "
            f"{(least + most) / 2:.2f} standard errors; for {e.level:g}% it is {_Z[e.level]:.2f} or more",
            "consistent with another level, a standard error on another scale, or an error", LOOK,
        )  # fmt: skip


def _on_plain_scale(e: Estimate) -> bool:
    """A ratio's standard error may be that of the ratio itself (the delta method): value times that of its log."""
    assert e.low is not None and e.high is not None and e.se is not None
    value = float(e.value.value)
    half = value * log(e.high.high / max(e.low.low, 1e-12)) / 2
    return half / max(e.se.low, 1e-12) >= _Z[e.level]


def _by_p(e: Estimate, low: Number, high: Number) -> Iterator[Finding]:
    """An interval without the null value goes with a small P value, one with it does not."""
    if e.p is None or e.kind not in _NULL or (e.kind == DIFFERENCE and e.level not in _Z):
        return
    null, alpha = _NULL[e.kind], 1 - e.level / 100
    without = low.low > null or high.high < null
    with_it = low.high < null < high.low
    p = e.p
    large = p.relation == "ns" or (p.relation == "=" and p.low > alpha) or (p.relation in ">≥" and p.value >= alpha)
    small = p.relation in "=<≤" and (p.high < alpha if p.relation == "=" else p.value <= alpha)
    if (without and large) or (with_it and small):
        lies = "leaves out" if without else "holds"
        yield e.passage.finds(
            SIGNIFICANCE, f"{e}; {p}", f"{e}: the {e.level:g}% interval {lies} {null:g}, yet {p}",
            "consistent with a P value of another test than the interval is of, or with an error", LIKELY,
        )  # fmt: skip
