"""The interval of a percentage, of a mean and of a difference, by the design: weights, clusters, or neither."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.models.cluster import clustered
from pipeline.models.coefficients import Coefficients, NotEstimable
from pipeline.models.linear import INTERCEPT, ols
from pipeline.models.survey import survey_linear, survey_mean
from pipeline.tables.groups import Floats, Members
from pipeline.tables.intervals import (
    NOT_KNOWN,
    Difference,
    Interval,
    exact,
    logit_interval,
    newcombe,
    of_mean,
    welch,
    wilson,
)
from pipeline.tables.sample import Sample

UNKNOWN = Interval(np.float64("nan"), np.float64("nan"))  # type: ignore[arg-type]
HOW = {
    "weighted": "95% confidence intervals by linearisation over the design; of percentages on the logit scale.",
    "clustered": (
        "95% confidence intervals allow for clusters (CR2 errors, Satterthwaite's degrees of freedom); of percentages "
        "on the logit scale."
    ),
    "usual": "95% confidence intervals: of percentages by Wilson, of means by t.",
    "exact": "95% confidence intervals: of percentages exact (Clopper and Pearson), of means by t.",
    "one cluster": " In a column of one cluster they speak of its own people, by Wilson and by t.",
}
WITHOUT = {
    "weighted": (
        "Where answers do not vary, as at 0% and 100%, or come from too few people or sampling units, there is no "
        "interval, nor one of a difference from them."
    ),
    "clustered": (
        "Where answers do not vary, as at 0% and 100%, or come from too few people or clusters, there is no interval, "
        "nor one of a difference from them."
    ),
    "usual": "Where numbers do not vary, or a single person gave one, there is no interval, nor one of a difference.",
}
"""Why an interval is not available, in every table with intervals: said of none alone, it would tell of a cell."""
NO_WIDTH = 1e-12
"""An interval narrower than this share of the largest answer has no width but for the last bits."""
HOW_DIFFERENT = {
    "weighted": "Differences: linear regression over the design.",
    "clustered": "Differences: linear regression with errors that allow for clusters (CR2).",
    "usual": "Differences: of means by Welch, of percentages by Newcombe's hybrid score.",
}


def basis(sample: Sample, group: Members | None = None) -> str:
    """``weighted``, ``clustered`` or ``usual``. Where the columns are clusters, a column of one of them speaks of its
    own people, and the others, such as Overall, still of clusters."""
    if sample.design is not None:
        return "weighted"
    if sample.cluster is None:
        return "usual"
    alone = sample.by_cluster and group is not None and len(np.unique(group.take(sample.cluster))) == 1
    return "usual" if alone else "clustered"


def of_share(sample: Sample, group: Members, ticked: Floats, kind: str) -> Interval:
    """Of the proportion of ones among 0, 1 and NaN (no answer), one entry a person of the base."""
    held = group.take(ticked)
    there = ~np.isnan(held)
    of, count = int(there.sum()), float(np.nansum(held))
    if of == 0:
        return UNKNOWN
    try:
        if sample.design is not None:
            found = survey_mean(sample.spread(ticked), sample.design, sample.domain(group))
            return _with_width(logit_interval(found.estimate, found.std_error, found.df), ticked)
        if basis(sample, group) == "clustered":
            fit = _level(sample, group, ticked)
            return logit_interval(fit.estimate[0], fit.std_error[0], fit.df[0])
    except NotEstimable:
        return UNKNOWN
    return exact(count, of) if kind == "exact" else wilson(count, of)


def of_average(sample: Sample, group: Members, values: Floats) -> Interval:
    """Of a mean."""
    try:
        if sample.design is not None:
            found = survey_mean(sample.spread(values), sample.design, sample.domain(group))
            return _with_width(Interval(found.ci_low, found.ci_high), values)  # type: ignore[arg-type]
        if basis(sample, group) == "clustered":
            low, high = _level(sample, group, values).interval()
            return _with_width(Interval(low[0], high[0]), values)
    except NotEstimable:
        return UNKNOWN
    held = group.take(values)
    held = held[~np.isnan(held)]
    sd = float(held.std(ddof=1)) if len(held) > 1 else float("nan")
    return _with_width(of_mean(float(held.mean()) if len(held) else float("nan"), sd, len(held)), values)


def _with_width(limits: Interval, values: Floats) -> Interval:
    """NaN where the limits meet: answers that don't vary don't say how exactly a number is known."""
    return UNKNOWN if _meet(limits.low, limits.high, values) else limits


def _meet(low: float | Floats, high: float | Floats, values: Floats) -> bool:
    return bool(high - low <= NO_WIDTH * np.nanmax(np.abs(values), initial=0.0))


def _level(sample: Sample, group: Members, values: Floats) -> Coefficients:
    """A mean with CR2 errors."""
    assert sample.cluster is not None
    y = group.take(values)
    there = ~np.isnan(y)
    if there.sum() < 2:
        raise NotEstimable("fewer than two people have an answer")
    return clustered(
        ols(pd.DataFrame({INTERCEPT: np.ones(int(there.sum()))}), y[there]), group.take(sample.cluster)[there]
    )


def of_difference(sample: Sample, group: Members, other: Members, values: Floats, share: bool) -> Difference:
    """One group's mean less another's; share: of 0 and 1, a proportion. A person is in one of them at most."""
    kind = basis(sample)
    try:
        if kind != "usual":
            found = (_surveyed if kind == "weighted" else _clustered)(sample, group, other, values)
            return _with_limits(found, values, [_known(sample, side, values) for side in (group, other)])
    except NotEstimable:
        return NOT_KNOWN
    a, b = (side.take(values) for side in (group, other))
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    if not (len(a) and len(b)):
        return NOT_KNOWN
    if share:
        return newcombe(float(a.sum()), len(a), float(b.sum()), len(b))
    sd = [float(side.std(ddof=1)) if len(side) > 1 else float("nan") for side in (a, b)]
    found = welch(float(a.mean()), sd[0], len(a), float(b.mean()), sd[1], len(b))
    return _with_limits(found, values, [np.ptp(side) > 0 for side in (a, b)])


def _with_limits(found: Difference, values: Floats, known: Sequence[bool]) -> Difference:
    """The difference alone where its limits meet, or where of a side is not known how it varies: that side would add
    nothing to the variance, and the interval speak of the other alone (it covered 53 of 100 times, not 95)."""
    if all(known) and not _meet(found.low, found.high, values):
        return found
    return Difference(found.estimate, float("nan"), float("nan"))


def _known(sample: Sample, group: Members, values: Floats) -> bool:
    """Whether a side's answers vary and come from two sampling units or clusters at least."""
    held = group.take(values)
    rows = group.rows[~np.isnan(held)]
    return sample.units(rows) > 1 and bool(np.ptp(values[rows]) > 0)


def _clustered(sample: Sample, group: Members, other: Members, values: Floats) -> Difference:
    assert sample.cluster is not None
    rows = np.concatenate([group.rows, other.rows])
    side = np.repeat([1.0, 0.0], [group.n, other.n])
    there = ~np.isnan(values[rows])
    if len(np.unique(side[there])) < 2:
        return NOT_KNOWN
    rows, side = rows[there], side[there]
    fit = ols(pd.DataFrame({INTERCEPT: np.ones(len(rows)), "side": side}), values[rows])
    return _second(clustered(fit, sample.cluster[rows]))


def _surveyed(sample: Sample, group: Members, other: Members, values: Floats) -> Difference:
    assert sample.design is not None
    one = sample.domain(group)
    both = one | sample.domain(other)
    y = sample.spread(values)
    domain = both & ~np.isnan(y)
    if not ((domain & one).any() and (domain & ~one).any()):
        return NOT_KNOWN
    sides = [y[domain & one], y[domain & ~one]]
    if all(np.ptp(side) == 0 for side in sides):  # a fit would make last bits of a variance, negative ones among them
        return Difference(float(sides[0][0] - sides[1][0]), float("nan"), float("nan"))
    x = pd.DataFrame({INTERCEPT: np.ones(len(y)), "side": one.astype(float)})
    return _second(survey_linear(x, y, sample.design, domain))


def _second(found: Coefficients) -> Difference:
    low, high = found.interval()
    return Difference(float(found.estimate[1]), float(low[1]), float(high[1]))
