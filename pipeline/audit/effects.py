"""What follows from the counts of two groups: ratios, differences, numbers needed to treat, χ², P; each with intervals.

Log intervals of risk and odds ratios: Katz et al. 1978 (doi 10.2307/2530610), Woolf 1955. Differences: Wald, and the
hybrid of two Wilson intervals, method 10 of Newcombe 1998 (doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>
3.0.CO;2-I). NNT: the inverse of the difference's (Altman 1998, doi 10.1136/bmj.317.7168.1309). One share: Wald, Wilson
1927, Clopper & Pearson 1934, logit, Agresti & Coull 1998.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

Interval = tuple[float, float]
_LEVELS = {80.0: 1.281552, 90.0: 1.644854, 95.0: 1.959964, 98.0: 2.326348, 99.0: 2.575829}


@dataclass(frozen=True)
class Two:
    """Events among the people of two groups: ``40/297 against 78/315``."""

    a: int
    n: int
    c: int
    m: int

    def __str__(self) -> str:
        return f"{self.a:,}/{self.n:,} against {self.c:,}/{self.m:,}"

    @property
    def flipped(self) -> Two:
        return Two(self.c, self.m, self.a, self.n)

    @property
    def usable(self) -> bool:
        return self.n > 0 and self.m > 0 and 0 <= self.a <= self.n and 0 <= self.c <= self.m


@dataclass(frozen=True)
class Effect:
    """A value, and its interval by each method's name."""

    value: float
    intervals: dict[str, Interval]


def z_of(level: float) -> float | None:
    return _LEVELS.get(level)


def risk_ratio(t: Two, z: float) -> Effect | None:
    if not (t.a and t.c):
        return None
    value = (t.a / t.n) / (t.c / t.m)
    half = z * sqrt(1 / t.a - 1 / t.n + 1 / t.c - 1 / t.m)
    return Effect(value, {"log": (value * exp(-half), value * exp(half))})


def odds_ratio(t: Two, z: float) -> Effect | None:
    b, d = t.n - t.a, t.m - t.c
    if not (t.a and b and t.c and d):
        return None
    value = t.a * d / (b * t.c)
    half = z * sqrt(1 / t.a + 1 / b + 1 / t.c + 1 / d)
    return Effect(value, {"log": (value * exp(-half), value * exp(half))})


def risk_difference(t: Two, z: float) -> Effect:
    """First group's risk less the second's."""
    p, q = t.a / t.n, t.c / t.m
    half = z * sqrt(p * (1 - p) / t.n + q * (1 - q) / t.m)
    (l1, u1), (l2, u2) = wilson(t.a, t.n, z), wilson(t.c, t.m, z)
    newcombe = (p - q - sqrt((p - l1) ** 2 + (u2 - q) ** 2), p - q + sqrt((u1 - p) ** 2 + (q - l2) ** 2))
    return Effect(p - q, {"Wald": (p - q - half, p - q + half), "Newcombe": newcombe})


def relative_reduction(t: Two, z: float) -> Effect | None:
    """1 less the risk ratio."""
    ratio = risk_ratio(t, z)
    if ratio is None:
        return None
    low, high = ratio.intervals["log"]
    return Effect(1 - ratio.value, {"log": (1 - high, 1 - low)})


def needed_to_treat(t: Two, z: float) -> Effect | None:
    """The inverse of how much smaller the first group's risk is; without intervals where they hold no difference."""
    less = risk_difference(t.flipped, z)
    if not less.value:
        return None
    inverse = {k: (1 / high, 1 / low) for k, (low, high) in less.intervals.items() if low * high > 0}
    return Effect(1 / less.value, inverse)


def wilson(a: int, n: int, z: float) -> Interval:
    p, square = a / n, z * z
    middle, half = p + square / (2 * n), z * sqrt(p * (1 - p) / n + square / (4 * n * n))
    return (middle - half) / (1 + square / n), (middle + half) / (1 + square / n)


def share(a: int, n: int, level: float, z: float) -> Effect:
    """a of n with the intervals that are usual."""
    p = a / n
    half = z * sqrt(p * (1 - p) / n)
    found = {"Wald": (p - half, p + half), "Wilson": wilson(a, n, z), "exact": _exact(a, n, 1 - level / 100)}
    near = (a + z * z / 2) / (n + z * z)
    found["Agresti–Coull"] = (near - (w := z * sqrt(near * (1 - near) / (n + z * z))), near + w)
    if 0 < a < n:
        odds, wide = log(a / (n - a)), z / sqrt(n * p * (1 - p))
        found["logit"] = (1 / (1 + exp(wide - odds)), 1 / (1 + exp(-wide - odds)))
    return Effect(p, found)


def _exact(a: int, n: int, alpha: float) -> Interval:
    from scipy import special

    low = float(special.betaincinv(a, n - a + 1, alpha / 2)) if a else 0.0
    return low, float(special.betaincinv(a + 1, n - a, 1 - alpha / 2)) if a < n else 1.0


def chi_square(t: Two) -> dict[str, float]:
    """Pearson's χ² with 1 df, with Yates's correction, and with N - 1 for N; empty where a margin is 0."""
    b, d, total = t.n - t.a, t.m - t.c, t.n + t.m
    margins = (t.a + t.c) * (b + d) * t.n * t.m
    if not margins:
        return {}
    apart = abs(t.a * d - b * t.c)
    plain = total * apart**2 / margins
    return {"Pearson": plain, "Yates": total * max(0.0, apart - total / 2) ** 2 / margins,
            "N - 1": plain * (total - 1) / total}  # fmt: skip


def p_values(t: Two) -> dict[str, float]:
    """Two-sided, of χ² without and with Yates's correction and of Fisher's exact test."""
    from scipy import special

    found = {name: float(special.chdtrc(1, value)) for name, value in chi_square(t).items() if name != "N - 1"}
    return {**found, "Fisher": fisher(t)}


def wald_p(name: str, effect: Effect) -> list[float]:
    """The two-sided P value of an effect's own 95% interval; none for an NNT, whose is the difference's."""
    from scipy import special

    ends = effect.intervals.get("log") or effect.intervals.get("Wald")
    if ends is None or name == "NNT":
        return []
    low, high = ends
    if name in ("RR", "OR"):
        low, high = log(low), log(high)
    elif name == "relative risk reduction":
        low, high = log(1 - high), log(1 - low)
    return [float(2 * special.ndtr(-abs((low + high) / (high - low)) * 1.959964))] if high > low else []


def fisher(t: Two) -> float:
    """The probability of all tables with these margins that are no likelier than this one."""
    events, total = t.a + t.c, t.n + t.m

    def chance(a: int) -> float:
        return exp(_choose(t.n, a) + _choose(t.m, events - a) - _choose(total, events))

    limit = chance(t.a) * (1 + 1e-7)
    chances = [chance(a) for a in range(max(0, events - t.m), min(t.n, events) + 1)]
    return min(1.0, sum(p for p in chances if p <= limit))


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
