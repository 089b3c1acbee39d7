"""What the public study file tells an attacker."""

from __future__ import annotations

import math

from benchmarks.printed import Known
from pipeline.instruments.registry import rules as scoring_rules
from pipeline.study import Study
from pipeline.study.words import interval
from pipeline.tables.scales import bin_edges, bin_levels

ROUNDED = {"opensafely": (2, 2), "nhs": (2, 2), "midpoint6": (2, 3)}
"""How far below and above what is printed a count may lie."""
SMALL = {"opensafely": 8, "nhs": 8, "midpoint6": 7, "acro": 10, "cms": 11}
MOST_SCORES = 31
OLDEST = 120.0


def known_of(study: Study) -> Known:
    """What the public study file says."""
    source = study.sources[study.main]
    labels = source.wave_labels
    wave_of = {n: labels[t.wave] if t.wave is not None else next(iter(labels.values()), "")
               for n, t in study.tables.items() if (t.of or study.main) == study.main}  # fmt: skip
    wave_of.setdefault("programmes", next(iter(labels.values()), ""))  # a table that nobody needs to declare
    table_of = {n: t.of or study.main for n, t in study.tables.items()} | {name: name for name in study.sources}
    table_of |= {name: study.source_of(name) for name in (*study.variables, *study.scales)}
    several = frozenset(n for n, v in study.variables.items() if v.kind == "choices")
    whole = frozenset(n for n, v in study.variables.items() if v.kind in ("number", "count"))
    whole |= {n for n, s in study.scales.items() if s.score == "sum"}
    values, spans = _scores(study)
    rule_name = study.release.rule
    by = ROUNDED.get(rule_name, (0, 0))
    return Known(
        wave_of,
        tuple(labels.values()),
        several,
        whole,
        values,
        spans,
        table_of,
        study.main,
        by,
        rule_name in ("opensafely", "nhs"),
        tuple(labels[w] for w in sorted(source.due.days, key=source.due.days.__getitem__)) if source.due else (),
        {name: table.percent for name, table in study.tables.items() if table.percent != "column"},
    )


def _scores(study: Study) -> tuple[dict[str, tuple[float, ...]], dict[str, dict[str, tuple[float, float]]]]:
    """Scales -> the scores that are possible, where they are few; variables and scales -> what levels and bins hold."""
    values: dict[str, tuple[float, ...]] = {}
    spans = {n: {b: _span(b) for b in v.bands} for n, v in study.variables.items() if v.bands}
    for name, rule in scoring_rules(study).items():
        low, high = rule.limits
        step = 1.0 if rule.score == "sum" else 1 / len(rule.items)
        scores = tuple(low + step * i for i in range(round((high - low) / step) + 1))
        if not rule.max_missing and len(scores) <= MOST_SCORES:
            values[name] = scores
        edges = bin_edges(rule)
        bins = {f"|bin {lv}": (a, b) for lv, a, b in zip(bin_levels(edges), edges, edges[1:], strict=False)}
        tiny = 1e-6  # a band runs up to, and without, where the next begins
        bands = {lv: (max(b.low, low), min(b.high - tiny * b.high_open, high)) for lv, b in rule.bands.items()}
        if rule.max_missing:  # a score between two bands' whole numbers
            tops = [*(b for b, _ in list(bands.values())[1:]), high]
            bands = {lv: (b, max(t, top)) for (lv, (b, t)), top in zip(bands.items(), tops, strict=False)}
        spans[name] = {"|answered": (low, high), **bins, **bands}
    return values, spans


def limit(study: Study) -> int:
    """Counts below this are small by the study's rule; by one that only rounds, those of its first band."""
    return SMALL.get(study.release.rule, study.release.below)


def _span(band: str) -> tuple[float, float]:
    """The whole numbers from the least to the greatest in a band; nobody is older than 120 or has less than nothing."""
    found = interval(band)
    low = max(found.low, 0.0) if math.isinf(found.low) else found.low + found.low_open
    return low, OLDEST if math.isinf(found.high) else found.high - found.high_open
