"""Which scores the levels and bins of a variable hold, and what printed moments say of how many people they have.

Where a histogram has a bin for each score its counts alone give the mean; the other table that is possible must then
have the printed mean, SD and quartiles, too (``possible``). In a level whose scores lie from a to b the sum of
the scores of n people lies from a n to b n: so each moment is an inequality, linear in the counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.disclosure.facts import ANSWERED, ANY, BIN, EXACT, MISSING, Fact, Held, Ruled, Span, Split, System
from pipeline.disclosure.groups import Conditions
from pipeline.disclosure.scores import QUANTILES, WITHIN, printed, squares
from pipeline.disclosure.sheet import Sheet
from pipeline.instruments.registry import rules
from pipeline.instruments.rule import ScoringRule
from pipeline.study import Study
from pipeline.study.words import Interval
from pipeline.tables.scales import bin_edges, bin_levels

BOTH = "|both "
MOST_SCORES = 31
"""Of a scale with more possible scores the door counts by level and bin only."""

Parts = Sequence[tuple[Fact, Span]]


def know_spans(terms: Mapping[str, Sheet], study: Study, bands: Mapping[str, Mapping[str, Interval]]) -> None:
    """Give each sheet what the study file says of its scores, and join two ways to cut one score. bands: of numbers."""
    for name, variable in study.variables.items():
        if name in terms and variable.kind in ("number", "count"):
            terms[name].unit = 1.0
        if name in terms and name in bands:
            terms[name].spans |= _closed({label: _of_band(band) for label, band in bands[name].items()})
    for name, rule in rules(study).items():
        if name in terms:
            terms[name].spans |= scores_of(rule)
            terms[name].unit = 1.0 if rule.whole else 0.0
            scores = rule.possible
            terms[name].scores = () if rule.max_missing or len(scores) > MOST_SCORES else scores
            _refine(terms[name])


def _of_band(band: Interval) -> Span:
    return Span(band.low + 2 * WITHIN * band.low_open, band.high - 2 * WITHIN * band.high_open)


def _within(span: Span, limits: Span) -> Span:
    return Span(max(span.low, limits.low), min(span.high, limits.high))


def _closed(spans: dict[str, Span]) -> dict[str, Span]:
    """An open end is taken to lie as far out as the other bands are wide together: 65+ beside 18-64 ends at 112;
    numbers that are not below zero elsewhere are not so here."""
    ends = [end for span in spans.values() for end in span if math.isfinite(end)]
    if not ends:
        return spans
    low, high, wide = min(ends), max(ends), max(ends) - min(ends)
    least = max(low - wide, 0.0) if low >= 0 else low - wide
    return {band: _within(span, Span(least, high + wide)) for band, span in spans.items()}


def scores_of(rule: ScoringRule) -> dict[str, Span]:
    """Bands as declared, bins by their edges; narrowed to the scores that are possible where no item may be missing."""
    edges = bin_edges(rule)
    found = {label: _within(_of_band(band), Span(*rule.limits))
             for label, band in rule.bands.items()}  # fmt: skip
    for level, low, high in zip(bin_levels(edges), edges, edges[1:], strict=False):
        found[f"{BIN}{level}"] = Span(float(low), float(high))
    if rule.max_missing:  # then a score may lie between two bands' whole numbers
        tops = [found[band].low for band in rule.bands][1:]
        for band, top in zip(rule.bands, tops, strict=False):
            found[band] = Span(found[band].low, max(found[band].high, top))
        return {**found, ANSWERED: Span(*rule.limits)}
    low, high = rule.limits
    scores = rule.possible
    if not scores:  # a finished score: any number
        return {**found, ANSWERED: Span(low, high)}
    inside = {role: [s for s in scores if span.low - WITHIN <= s <= span.high + WITHIN] for role, span in found.items()}
    return {**{role: Span(held[0], held[-1]) for role, held in inside.items() if held}, ANSWERED: Span(low, high)}


def _refine(sheet: Sheet) -> None:
    """Bins and bands of the same people: how many are in both follows from how many are in each, from low to high."""
    bins = [role for role in sheet.spans if role.startswith(BIN) and role in sheet.cells]
    several = any(role.startswith(ANY) and BIN not in role for role in sheet.cells)  # of bands together, in a table
    bands = [role for role in sheet.spans if not role.startswith("|") and (several or role in sheet.cells)]
    if not bins or not bands:
        return
    sheet.derive()
    sheet.whole_groups()
    _bands_of_bins(sheet, bins, bands)
    pairs = {(b, band) for b in bins for band in bands if _overlap(sheet.spans[b], sheet.spans[band])}
    for group in sheet.groups():
        told = [sheet.get(role, group) for role in (*bins, *bands)]
        if all(n is not None for n in told):
            found = _both({r: sheet.cells[r][group] for r in (*bins, *bands)}, bins, bands, pairs)
            for pair, n in (found or {}).items():
                role, (one, other) = f"{BOTH}{pair[0]} {pair[1]}", (sheet.spans[r] for r in pair)
                sheet.put(role, group, n)
                sheet.spans[role] = _within(one, other)
    for whole, at in (*((b, 0) for b in bins), *((band, 1) for band in bands)):
        parts = tuple(
            f"{BOTH}{b} {band}" for b in bins for band in bands if (b, band) in pairs and whole == (b, band)[at]
        )
        if parts and all(part in sheet.cells for part in parts):
            sheet.splits[Split(whole, parts)] = None


def _bands_of_bins(sheet: Sheet, bins: Sequence[str], bands: Sequence[str]) -> None:
    """Bands that are made up of whole bins are known wherever these are."""
    of = {b: [band for band in bands if _overlap(sheet.spans[b], sheet.spans[band])] for b in bins}
    for group in sheet.groups() if all(len(found) == 1 for found in of.values()) else ():
        told = {b: sheet.get(b, group) for b in bins}
        if all(n is not None for n in told.values()):
            for band in bands:
                sheet.fill(band, group, sum(n or 0 for b, n in told.items() if of[b] == [band]))


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
    spans = [span for role, span in sheet.spans.items() if not role.startswith(BOTH)]
    if spans:
        system.limits = Span(min(s.low for s in spans), max(s.high for s in spans))
    places = [said["mean"][2] for said in sheet.means.values() if "mean" in said]
    printed_to = max((digits for digits in places if digits != EXACT), default=0 if places else 9)
    system.scores, system.unit = sheet.scores, sheet.unit if printed_to <= 1 else 0.0
    for group, answered in sheet.cells.get(ANSWERED, {}).items() if sheet.means else ():
        said = sheet.means.get(group, {})
        shown = {s: (value, places) for s, (row, value, places) in said.items() if not hidden[row]}
        if answered:
            whole = sheet.fact(ANSWERED, group)
            ways = list(_partitions(sheet, group, answered))
            for parts in ways:
                system.ruled += [Ruled(*rule, whole) for rule in _inequalities(parts, shown) if _holds(*rule)]
            both = [(sheet.fact(r, group), s) for r, s in sheet.spans.items()
                    if r.startswith(BOTH) and sheet.get(r, group) is not None]  # fmt: skip
            system.held.append(Held(whole, tuple(map(tuple, [*ways, *([both] if both else [])])), shown))
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
            low, high = printed(*said[statistic])
            yield {f: (s.high < low) - a for f, s in parts}, b
            yield {f: (s.low > high) - c for f, s in parts}, d
    if "mean" not in said or any(math.isinf(v) for _, s in parts for v in s):
        return
    low, high = printed(*said["mean"])
    yield {f: s.low - high for f, s in parts}, 0.0
    yield {f: low - s.high for f, s in parts}, 0.0
    if "sd" in said and not math.isnan(said["sd"][0]):
        # About the printed mean, for about zero the squares of what is far from it hide those of the SD.
        least, most = (v**2 for v in printed(*said["sd"]))
        centre, half = (low + high) / 2, (high - low) / 2
        ends = {f: squares(Span(s.low - centre, s.high - centre)) for f, s in parts}
        yield {f: e.low - most - half**2 for f, e in ends.items()}, -most
        yield {f: least - e.high for f, e in ends.items()}, least


def _holds(weights: Mapping[Fact, float], most: float) -> bool:
    """Whether the true counts keep it; if not, the spans are not those of the numbers."""
    return sum(w * f.n for f, w in weights.items()) <= most + 1e-6
