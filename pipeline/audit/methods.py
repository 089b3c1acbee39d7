"""The less usual intervals and P values of two groups' counts, tried only where the usual ones do not fit.

Score intervals: Miettinen & Nurminen 1985 (doi 10.1002/sim.4780040211), without their N/(N - 1) those of Mee 1984,
Koopman 1984 (doi 10.2307/2531405) and Cornfield 1956. Odds ratios: exact by the noncentral hypergeometric distribution
(Cornfield 1956), with half of the printed table's own probability as mid-P (Lancaster 1961), and with a half added to
each cell (Haldane 1956, Gart 1966). Walter's log interval of a risk ratio (1975), Agresti & Caffo's of a difference
(2000), test-based ones (Miettinen 1976). Agrees with SciPy's and statsmodels' own (tests).
"""

from __future__ import annotations

from collections.abc import Callable
from math import acos, copysign, cos, exp, isfinite, lgamma, log, pi, sqrt

from pipeline.audit.effects import Effect, Interval, Two, chi_square, fisher

_STEPS = 60
_FAR = 25.0
"""As far as limits on a log scale are looked for: e to this power."""


def odds_ratios(t: Two, z: float) -> list[tuple[str, Effect]]:
    """(name, value with intervals): of the cells as they are, by maximum conditional likelihood, with a half added."""
    b, d = t.n - t.a, t.m - t.c
    made = []
    exact = {"exact": exact_odds(t, z), "mid-P": exact_odds(t, z, 0.5)}
    if t.a and b and t.c and d:
        value = t.a * d / (b * t.c)
        made.append(("OR", Effect(value, {**exact, **_scores(_odds_score, t, z), **_test_based(t, z, log(value))})))
        made.append(("conditional OR", Effect(_conditional(t), exact)))
    cells = [k + 0.5 for k in (t.a, b, t.c, d)]
    middle, half = log(cells[0] * cells[3] / cells[1] / cells[2]), z * sqrt(sum(1 / k for k in cells))
    made.append(("OR with ½ added", Effect(exp(middle), {"Haldane": (exp(middle - half), exp(middle + half))})))
    return made


def risk_ratios(t: Two, z: float) -> list[tuple[str, Effect]]:
    """The ratio as it is, and with a half added to events and people."""
    a, n, c, m = t.a + 0.5, t.n + 0.5, t.c + 0.5, t.m + 0.5
    middle = log(a / n / (c / m))
    half = z * sqrt(max(0.0, 1 / a - 1 / n + 1 / c - 1 / m))
    walter = {"Walter": (exp(middle - half), exp(middle + half))}
    made = [("RR with ½ added", Effect(exp(middle), walter))]
    if t.a and t.c:
        value = t.a / t.n / (t.c / t.m)
        some = _scores(_ratio_score, t, z)
        made.insert(0, ("RR", Effect(value, {**some, **walter, **_test_based(t, z, log(value))})))
    return made


def risk_differences(t: Two, z: float) -> list[tuple[str, Effect]]:
    p, q = t.a / t.n, t.c / t.m
    by, more = z * sqrt(p * (1 - p) / t.n + q * (1 - q) / t.m), (1 / t.n + 1 / t.m) / 2
    near, other = (t.a + 1) / (t.n + 2), (t.c + 1) / (t.m + 2)
    caffo = z * sqrt(near * (1 - near) / (t.n + 2) + other * (1 - other) / (t.m + 2))
    pooled = (t.a + t.c) / (t.n + t.m)
    null = z * sqrt(pooled * (1 - pooled) * (1 / t.n + 1 / t.m))
    score = _scores(_difference_score, t, z, lambda x: 2 / (1 + exp(-x)) - 1)
    return [("risk difference", Effect(p - q, {
        **score, "Wald with continuity correction": (p - q - by - more, p - q + by + more),
        "Agresti–Caffo": (near - other - caffo, near - other + caffo), "pooled": (p - q - null, p - q + null),
    }))]  # fmt: skip


def exact_odds(t: Two, z: float, own: float = 1.0) -> Interval:
    """Limits that leave alpha/2 at either side. own: how much of the table's own probability counts (mid-P: a half)."""
    first, last = max(0, t.a + t.c - t.m), min(t.n, t.a + t.c)
    alpha = 2 * _tail(z)

    def beyond(at: float, up: bool) -> float:
        chances = _chances(t, at)
        some = chances[t.a - first + 1 :] if up else chances[: t.a - first]
        return sum(some) + own * chances[t.a - first] - alpha / 2

    low = 0.0 if t.a == first else exp(_root(lambda x: beyond(x, True)))
    return low, float("inf") if t.a == last else exp(_root(lambda x: beyond(x, False)))


def _conditional(t: Two) -> float:
    """The odds ratio under which the first cell's mean, all margins held, is what was seen."""
    first = max(0, t.a + t.c - t.m)
    return exp(_root(lambda x: sum((first + k) * p for k, p in enumerate(_chances(t, x))) - t.a))


def _chances(t: Two, at: float) -> list[float]:
    """Of each first cell that the margins leave, under the log odds ratio ``at``."""
    events = t.a + t.c
    some = range(max(0, events - t.m), min(t.n, events) + 1)
    logs = [at * k - lgamma(k + 1) - lgamma(t.n - k + 1) - lgamma(events - k + 1) - lgamma(t.m - events + k + 1)
            for k in some]  # fmt: skip
    top = max(logs)
    held = [exp(v - top) for v in logs]
    total = sum(held)
    return [v / total for v in held]


def _root(of: Callable[[float], float], low: float = -_FAR, high: float = _FAR) -> float:
    """Where a steady function crosses 0."""
    rises = of(high) > 0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if (of(middle) > 0) == rises else (middle, high)
    return (low + high) / 2


def _scores(
    score: Callable[[Two, float], float], t: Two, z: float, scale: Callable[[float], float] = exp
) -> dict[str, Interval]:
    """From where to where the score statistic stays within z; also with Miettinen and Nurminen's N/(N - 1)."""
    found, total = {}, t.n + t.m
    if not 0 < t.a + t.c < total:
        return {}
    for name, by in (("score", 1.0), ("Miettinen–Nurminen", sqrt((total - 1) / total))):
        found[name] = (_end(score, t, z / by, scale), _end(score, t, -z / by, scale))
    return found


def _end(score: Callable[[Two, float], float], t: Two, at: float, scale: Callable[[float], float]) -> float:
    return scale(_root(lambda x: score(t, scale(x)) - at))


def _ratio_score(t: Two, ratio: float) -> float:
    total, events = t.n + t.m, t.a + t.c
    one, two = total * ratio, -(ratio * (t.n + t.c) + t.m + t.a)
    q = (-two - sqrt(max(0.0, two * two - 4 * one * events))) / (2 * one)
    p = min(1.0, q * ratio)
    spread = p * (1 - p) / t.n + ratio * ratio * q * (1 - q) / t.m
    apart = t.a / t.n - ratio * t.c / t.m
    return apart / sqrt(spread) if spread > 0 else copysign(1e9, apart)


def _odds_score(t: Two, odds: float) -> float:
    events = t.a + t.c
    one, two = t.m * (odds - 1), t.n * odds + t.m - events * (odds - 1)
    q = events / (t.n + t.m) if abs(one) < 1e-9 else (-two + sqrt(max(0.0, two * two + 4 * one * events))) / (2 * one)
    p = q * odds / (1 + q * (odds - 1))
    held = [p * (1 - p) * t.n, q * (1 - q) * t.m]
    apart = t.a - t.n * p
    return apart * sqrt(1 / held[0] + 1 / held[1]) if min(held) > 0 else copysign(1e9, apart)


def _difference_score(t: Two, by: float) -> float:
    """The restricted estimate by Miettinen and Nurminen's closed form of the cubic."""
    total, events = t.n + t.m, t.a + t.c
    three, zero = total, t.c * by * (1 - by)
    two, one = (t.n + 2 * t.m) * by - total - events, (t.m * by - total - 2 * t.c) * by + events
    turn = two**3 / (3 * three) ** 3 - one * two / (6 * three**2) + zero / (2 * three)
    long = copysign(sqrt(max(0.0, two**2 / (3 * three) ** 2 - one / (3 * three))), turn)
    angle = (pi + acos(max(-1.0, min(1.0, turn / long**3)))) / 3 if long else pi / 3
    q = min(1.0, max(0.0, 2 * long * cos(angle) - two / (3 * three)))
    p = min(1.0, max(0.0, q + by))
    spread = p * (1 - p) / t.n + q * (1 - q) / t.m
    apart = t.a / t.n - t.c / t.m - by
    return apart / sqrt(spread) if spread > 1e-15 else copysign(1e9, apart)


def _test_based(t: Two, z: float, middle: float) -> dict[str, Interval]:
    chi = chi_square(t).get("Pearson", 0.0)
    if not chi or not isfinite(middle):
        return {}
    ends = sorted((exp(middle * (1 - z / sqrt(chi))), exp(middle * (1 + z / sqrt(chi)))))
    return {"test-based": (ends[0], ends[1])}


def more_p_values(t: Two) -> dict[str, float]:
    """Two-sided: χ² with N - 1, likelihood ratio, twice Fisher's one-sided, mid-P of both of Fisher's."""
    from scipy import special

    chances, first = _chances(t, 0.0), max(0, t.a + t.c - t.m)
    own, total = chances[t.a - first], t.n + t.m
    sides = sum(chances[: t.a - first + 1]), sum(chances[t.a - first :])
    events = t.a + t.c
    cells = ((t.a, t.n * events), (t.c, t.m * events),
             (t.n - t.a, t.n * (total - events)), (t.m - t.c, t.m * (total - events)))  # fmt: skip
    ratio = 2 * sum(k * log(k * total / by) for k, by in cells if k)
    found = {"likelihood ratio": float(special.chdtrc(1, max(0.0, ratio))),
             "Fisher doubled": min(1.0, 2 * min(sides)), "mid-P": fisher(t) - own / 2,
             "mid-P doubled": min(1.0, 2 * min(sides) - own)}  # fmt: skip
    return found | {f"χ² with {k}": float(special.chdtrc(1, v)) for k, v in chi_square(t).items() if k == "N - 1"}


def _tail(z: float) -> float:
    from scipy import special

    return float(special.ndtr(-z))
