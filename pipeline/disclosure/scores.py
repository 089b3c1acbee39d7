"""What printed moments say of a group's scores, as rows of a linear programme over people and their scores."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from pipeline.disclosure.facts import Fact, Held, Span, Sum, System
from pipeline.tables.rounding import half_up

QUANTILES = {"median": (0.5, 0.0, 0.5, 0.0), "q1": (0.25, 0.5, 0.75, 0.0), "q3": (0.75, 0.0, 0.25, 0.5)}
"""Of n people at most a n + b lie below a quantile (Hyndman & Fan 1996, type 7) and c n + d above it: (a, b, c, d)."""
WITHIN = 1e-9


class Score(NamedTuple):
    """A number that a group has beside its people. kind: ``sum`` of scores, ``squares``, or ``n`` of one score."""

    of: Fact
    kind: str
    score: float = math.nan


Place: TypeAlias = Fact | Score


@dataclass(frozen=True)
class Row:
    """A weighted sum of places from low to high. of, what: whose mean (or ``spread``) says so; None: it must be so.
    scale: about how much of it one person is."""

    weights: Mapping[Place, float]
    low: float
    high: float
    of: Fact | None = None
    what: str = ""
    scale: float = 1.0


def printed(value: float, decimals: int) -> Span:
    """From where to where a printed number may have been rounded."""
    half, said = 0.5 * 10.0**-decimals, half_up(value, decimals)
    return Span(max(said - half, 0.0) if said >= 0 and value >= 0 and said - half < 0 else said - half, said + half)


def squares(span: Span) -> Span:
    """From where to where the square of a number lies."""
    ends = sorted((span.low**2, span.high**2))
    return Span(0.0 if span.low < 0 < span.high else ends[0], ends[1])


def of_people(system: System, answered: Sequence[Fact], sums: Sequence[Sum]) -> list[Row]:
    """A sum and a sum of squares for each group, between what its levels or bins allow."""
    rows = [Row({Score(w, kind): 1.0, **{Score(p, kind): -1.0 for p in ps}}, 0, 0)
            for w, ps in sums for kind in ("sum", "squares")]  # fmt: skip
    held = {h.who: h for h in system.held}
    for fact in answered:
        ways = held[fact].parts if fact in held else ()
        for parts in ways or (((fact, system.limits),),):
            rows += _between(fact, parts)
    for each in system.held:
        place, square = Score(each.who, "sum"), Score(each.who, "squares")
        rows += _moments(each, {place: 1.0}, {square: 1.0})
        for parts in each.parts:
            rows += _quantiles(each, parts)
            rows += _around_mean(each, parts)
    return rows


def _around_mean(held: Held, parts: Sequence[tuple[Fact, Span]]) -> list[Row]:
    """Squares of distances from the printed mean, between what levels or bins allow: sharper than sums and squares by
    themselves, of which each may be at another end of its level."""
    if not _has_spread(held):
        return []
    centre, _ = _middle(held)
    whole: dict[Place, float] = {Score(held.who, "squares"): 1.0, Score(held.who, "sum"): -2 * centre}
    made = []
    for end, low, high in (("low", 0.0, np.inf), ("high", -np.inf, 0.0)):
        far = {f: getattr(squares(Span(s.low - centre, s.high - centre)), end) for f, s in parts}
        if all(map(math.isfinite, far.values())):
            made.append(Row({**whole, **{f: centre**2 - square for f, square in far.items()}}, low, high))
    return made


def _middle(held: Held) -> tuple[float, float]:
    """The printed mean, and how far from it the mean may be."""
    mean = printed(*held.said["mean"])
    return (mean.low + mean.high) / 2, (mean.high - mean.low) / 2


def _has_spread(held: Held) -> bool:
    return all(word in held.said and not math.isnan(held.said[word][0]) for word in ("mean", "sd"))


def _between(fact: Fact, parts: Sequence[tuple[Fact, Span]]) -> list[Row]:
    made = []
    for kind, ends in (("sum", [s for _, s in parts]), ("squares", [squares(s) for _, s in parts])):
        place = Score(fact, kind)
        lows: dict[Place, float] = {f: -e.low for (f, _), e in zip(parts, ends, strict=True)}
        highs: dict[Place, float] = {f: -e.high for (f, _), e in zip(parts, ends, strict=True)}
        if all(map(math.isfinite, lows.values())):
            made.append(Row({place: 1.0, **lows}, 0, np.inf))
        if all(map(math.isfinite, highs.values())):
            made.append(Row({place: 1.0, **highs}, -np.inf, 0))
    return made


def of_scores(system: System, answered: Sequence[Fact], sums: Sequence[Sum]) -> list[Row]:
    """How many have each score, in each group; levels and bins are made up of them."""
    scores = system.scores
    rows = [
        Row({Score(w, "n", v): 1.0, **{Score(p, "n", v): -1.0 for p in ps}}, 0, 0) for w, ps in sums for v in scores
    ]
    rows += [Row({f: -1.0, **{Score(f, "n", v): 1.0 for v in scores}}, 0, 0) for f in answered]
    for each in system.held:
        ns: dict[float, Place] = {v: Score(each.who, "n", v) for v in scores}
        for parts in each.parts:
            for fact, span in parts:
                inside = [v for v in scores if span.low - WITHIN <= v <= span.high + WITHIN]
                rows.append(Row({fact: -1.0, **{ns[v]: 1.0 for v in inside}}, 0, 0))
        rows += _moments(each, {p: v for v, p in ns.items()}, {p: v * v for v, p in ns.items()})
        rows += _quantiles(each, [(p, Span(v, v)) for v, p in ns.items()])
    return rows


def _moments(held: Held, sums: Mapping[Place, float], square: Mapping[Place, float]) -> list[Row]:
    """Of n people with mean m the sum is n m; with SD s the squares of their distances from c, the printed mean, are
    (n - 1) s^2 + n (m - c)^2."""
    who, said = held.who, held.said
    rows: list[Row] = []
    if "mean" not in said or math.isnan(said["mean"][0]):
        return rows
    mean = printed(*said["mean"])
    far = max(mean.high - mean.low, abs(mean.high))
    rows += [Row({**sums, who: -mean.low}, 0, np.inf, who, "mean", far),
             Row({**sums, who: -mean.high}, -np.inf, 0, who, "mean", far)]  # fmt: skip
    if _has_spread(held):
        sd, (centre, half) = squares(printed(*said["sd"])), _middle(held)
        apart = dict(square)
        for place, weight in sums.items():
            apart[place] = apart.get(place, 0.0) - 2 * centre * weight
        size = max(sd.high, half**2)
        most = sd.high + half**2
        rows += [Row({**apart, who: centre**2 - sd.low}, -sd.low, np.inf, who, "spread", size),
                 Row({**apart, who: centre**2 - most}, -np.inf, -sd.high, who, "spread", size)]  # fmt: skip
    return rows


def _quantiles(held: Held, parts: Sequence[tuple[Place, Span]]) -> list[Row]:
    rows = []
    for statistic, (a, b, c, d) in QUANTILES.items():
        if statistic in held.said and not math.isnan(held.said[statistic][0]):
            ends = printed(*held.said[statistic])
            for weights, most in (({p: float(s.high < ends.low) for p, s in parts}, (a, b)),
                                  ({p: float(s.low > ends.high) for p, s in parts}, (c, d))):  # fmt: skip
                part, more = most
                weights = {p: w for p, w in weights.items() if w}
                weights[held.who] = weights.get(held.who, 0.0) - part
                rows.append(Row(weights, -np.inf, more, held.who, "spread", 1.0))
    return rows
