"""Which scores the levels and bins of a variable hold, and what printed moments say of how many people they have.

Where a histogram has a bin for each score its counts alone give the mean; the other table that is possible must then
have the printed mean, SD and quartiles, too (``possible``). In a level whose scores lie from a to b the sum of
the scores of n people lies from a n to b n: so each moment is an inequality, linear in the counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.disclosure.facts import ANSWERED, BIN, MISSING, Fact, Ruled, Span, Split, System
from pipeline.disclosure.groups import Conditions
from pipeline.disclosure.sheet import Sheet
from pipeline.disclosure.text import half_up
from pipeline.instruments.registry import ScoringRule, rules
from pipeline.study import Study
from pipeline.study.words import interval
from pipeline.tables.scales import bin_edges, bin_levels

WITHIN = 1e-9
BOTH = "|both "
QUANTILES = {"median": (0.5, 0.0, 0.5, 0.0), "q1": (0.25, 0.5, 0.75, 0.0), "q3": (0.75, 0.0, 0.25, 0.5)}
"""Of n people at most a n + b lie below a quantile (Hyndman & Fan 1996, type 7) and c n + d above it: (a, b, c, d)."""


Parts = Sequence[tuple[Fact, Span]]


def know_spans(terms: Mapping[str, Sheet], study: Study) -> None:
    """Give each sheet what the study file says of its scores, and join two ways to cut one score."""
    for name, variable in study.variables.items():
        if name in terms and variable.bands:
            terms[name].spans |= _closed({band: _of_band(band) for band in variable.bands})
    for name, rule in rules(study).items():
        if name in terms:
            terms[name].spans |= _of_scale(rule)
            _refine(terms[name])


def _of_band(text: str) -> Span:
    found = interval(text)
    return Span(found.low, found.high)


def _within(span: Span, limits: Span) -> Span:
    return Span(max(span.low, limits.low), min(span.high, limits.high))


def _closed(spans: dict[str, Span]) -> dict[str, Span]:
    """An open end is taken to lie as far out as the other bands are wide together: 65+ beside 18-64 ends at 112."""
    ends = [end for span in spans.values() for end in span if math.isfinite(end)]
    if not ends:
        return spans
    low, high, wide = min(ends), max(ends), max(ends) - min(ends)
    return {band: _within(span, Span(low - wide, high + wide)) for band, span in spans.items()}


def _of_scale(rule: ScoringRule) -> dict[str, Span]:
    """Bands as declared, bins by their edges; narrowed to the scores that are possible where no item may be missing."""
    edges = bin_edges(rule)
    found = {label: _within(Span(band.low, band.high - 2 * WITHIN * band.high_open), Span(*rule.limits))
             for label, band in rule.bands.items()}  # fmt: skip
    for level, low, high in zip(bin_levels(edges), edges, edges[1:], strict=False):
        found[f"{BIN}{level}"] = Span(float(low), float(high))
    if rule.max_missing:  # then a score may lie between two bands' whole numbers
        tops = [found[band].low for band in rule.bands][1:]
        for band, top in zip(rule.bands, tops, strict=False):
            found[band] = Span(found[band].low, max(found[band].high, top))
        return {**found, ANSWERED: Span(*rule.limits)}
    low, high = rule.limits
    step = 1.0 if rule.score == "sum" else 1.0 / len(rule.items)
    scores = [low + step * i for i in range(round((high - low) / step) + 1)]
    inside = {role: [s for s in scores if span.low - WITHIN <= s <= span.high + WITHIN] for role, span in found.items()}
    return {**{role: Span(held[0], held[-1]) for role, held in inside.items() if held}, ANSWERED: Span(low, high)}


def _refine(sheet: Sheet) -> None:
    """Bins and bands of the same people: how many are in both follows from how many are in each, from low to high."""
    bins = [role for role in sheet.spans if role.startswith(BIN) and role in sheet.cells]
    bands = [role for role in sheet.spans if not role.startswith("|") and role in sheet.cells]
    if not bins or not bands:
        return
    pairs = {(b, band) for b in bins for band in bands if _overlap(sheet.spans[b], sheet.spans[band])}
    for group in sheet.groups():
        told = [sheet.get(role, group) for role in (*bins, *bands)]
        if all(n is not None for n in told):
            found = _both({r: sheet.cells[r][group] for r in (*bins, *bands)}, bins, bands, pairs)
            for pair, n in (found or {}).items():
                sheet.put(f"{BOTH}{pair[0]} {pair[1]}", group, n)
    for whole, at in (*((b, 0) for b in bins), *((band, 1) for band in bands)):
        parts = tuple(
            f"{BOTH}{b} {band}" for b in bins for band in bands if (b, band) in pairs and whole == (b, band)[at]
        )
        if parts and all(part in sheet.cells for part in parts):
            sheet.splits[Split(whole, parts)] = None


def _overlap(one: Span, other: Span) -> bool:
    return max(one.low, other.low) <= min(one.high, other.high)


def _both(n: Mapping[str, int], bins: Sequence[str], bands: Sequence[str], pairs: Iterable[tuple[str, str]]
          ) -> dict[tuple[str, str], int] | None:  # fmt: skip
    """People by bin and band; None where the counts do not fit."""
    left = dict(n)
    found = {}
    for pair in sorted(pairs, key=lambda p: (bins.index(p[0]), bands.index(p[1]))):
        found[pair] = min(left[pair[0]], left[pair[1]])
        for role in pair:
            left[role] -= found[pair]
    return None if any(left.values()) else found


def rule_moments(sheet: Sheet, system: System, hidden: Sequence[bool]) -> System:
    """The system, with what each printed moment of a group says of its counts. hidden: rows withheld anyway."""
    if ANSWERED in sheet.spans:  # a scale: how many have each score can be asked of it
        roles = [role for role in sheet.spans if role != ANSWERED]
        system.scored |= {sheet.fact(role, g) for role in roles for g in sheet.cells.get(role, {})}
    for group, said in sheet.means.items():
        answered = sheet.get(ANSWERED, group)
        shown = {s: (value, places) for s, (row, value, places) in said.items() if not hidden[row]}
        if answered:
            whole = sheet.fact(ANSWERED, group)
            for parts in _partitions(sheet, group, answered):
                if all(span.low == span.high for _, span in parts):
                    system.exact.add(whole)
                system.ruled += [Ruled(*rule, whole) for rule in _inequalities(parts, shown) if _holds(*rule)]
    return system


def _partitions(sheet: Sheet, group: Conditions, answered: int) -> Iterator[Parts]:
    """The counts that make up those who answered, by bin and by band."""
    kinds = ([r for r in sheet.spans if r.startswith(BIN)],
             [r for r in sheet.spans if not r.startswith("|") and r != MISSING])  # fmt: skip
    for roles in kinds:
        here = [(sheet.fact(r, group), sheet.spans[r]) for r in roles if sheet.get(r, group) is not None]
        if here and sum(fact.n for fact, _ in here) == answered:
            yield here


def _inequalities(parts: Parts, said: Mapping[str, tuple[float, int]]) -> Iterator[tuple[dict[Fact, float], float]]:
    """Weights of counts, and what their sum is at most."""
    for statistic, (a, b, c, d) in QUANTILES.items():
        if statistic in said:
            low, high = _printed(*said[statistic])
            yield {f: (s.high < low) - a for f, s in parts}, b
            yield {f: (s.low > high) - c for f, s in parts}, d
    if "mean" not in said or any(math.isinf(v) for _, s in parts for v in s):
        return
    low, high = _printed(*said["mean"])
    yield {f: s.low - high for f, s in parts}, 0.0
    yield {f: low - s.high for f, s in parts}, 0.0
    if "sd" in said and not math.isnan(said["sd"][0]):
        least, most = (v**2 for v in _printed(*said["sd"]))
        squares = (0.0 if low < 0 < high else min(low**2, high**2)), max(low**2, high**2)
        ends = {f: _squares(s) for f, s in parts}
        yield {f: e.low - most - squares[1] for f, e in ends.items()}, -most
        yield {f: least + squares[0] - e.high for f, e in ends.items()}, least


def _squares(span: Span) -> Span:
    ends = sorted((span.low**2, span.high**2))
    return Span(0.0 if span.low < 0 < span.high else ends[0], ends[1])


def _holds(weights: Mapping[Fact, float], most: float) -> bool:
    """Whether the true counts keep it; if not, the spans are not those of the numbers."""
    return sum(w * f.n for f, w in weights.items()) <= most + 1e-6


def _printed(value: float, decimals: int) -> tuple[float, float]:
    half, said = 0.5 * 10.0**-decimals, half_up(value, decimals)
    return max(said - half, 0.0) if said >= 0 and value >= 0 and said - half < 0 else said - half, said + half
