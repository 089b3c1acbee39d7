"""The registry of instruments, one YAML each, data and never code; and the rule that a study's scale follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from pipeline.files import package_names, package_text, sha256
from pipeline.instruments.card import Flag, Instrument, Points
from pipeline.instruments.points import ItemPoints
from pipeline.instruments.rule import Criterion, ScoringRule
from pipeline.study import Scale, Study
from pipeline.study.tree import read_tree
from pipeline.study.words import Interval, bands_of, interval

_FOLDER = "pipeline.instruments.cards"


@cache
def keys() -> tuple[str, ...]:
    """The key of every instrument, in order (``phq-9``)."""
    return tuple(sorted(name.removesuffix(".yaml") for name in package_names(_FOLDER, ".yaml")))


@cache
def card(key: str) -> Instrument:
    """One instrument. KeyError where there is none of that key."""
    if key not in keys():
        raise KeyError(key)
    return Instrument.model_validate(read_tree(package_text(_FOLDER, f"{key}.yaml"), f"{key}.yaml")[0])


def registry() -> dict[str, Instrument]:
    """Every instrument by its key."""
    return {key: card(key) for key in keys()}


def cards_of(study: Study) -> dict[str, str]:
    """Key of each instrument that the study's scales name -> sha256 of its card, for the manifest."""
    named = sorted({scale.instrument for scale in study.scales.values() if scale.instrument})
    return {key: sha256(package_text(_FOLDER, f"{key}.yaml").encode()) for key in named}


def from_cuts(cuts: Mapping[str, str]) -> dict[str, Interval]:
    """A card's cuts as intervals: a band begins at its number (``>50``: above it) and ends where the next begins."""
    edges = [(float(cut.lstrip(">")), cut.startswith(">")) for cut in cuts.values()]
    edges.append((float("inf"), False))
    found = {}
    for label, (low, above), (high, after) in zip(cuts, edges, edges[1:], strict=False):
        begins = f"above {low:g}" if above else f"{low:g}"
        words = f"{begins} to {'' if after else 'below '}{high:g}"
        words = words if high < edges[-1][0] else (begins if above else f"{low:g}+")
        found[label] = Interval(low, high, words, low_open=above, high_open=not after)
    return found


def rule(name: str, scale: Scale) -> ScoringRule:
    """The rule of a scale that ``check_scales`` has found in order."""
    own = dict(zip(scale.bands, bands_of(scale.bands.values()), strict=True))
    if scale.instrument is None:
        codes = interval(scale.range or "")
        return ScoringRule(
            items=scale.items,
            points=tuple(ItemPoints(codes, item in (scale.reverse or ())) for item in scale.items),
            score=scale.score or "sum",
            max_missing=scale.max_missing or 0,
            label=scale.label or name.replace("_", " ").capitalize(),
            high_means=scale.high_means or "",
            bands=own,
            source="declared in the study file",
        )
    whole = card(scale.instrument)
    scale = in_order(whole, scale)
    part = part_of(whole, scale.subscale, scale.form)
    found = _by_algorithm(part, scale) if scale.algorithm else by_card(part, scale)
    bands = from_cuts(part.bands) if not scale.algorithm else {}
    found = replace(found, bands=own or bands, own_bands=bool(own) and own != bands)
    return replace(found, source=_source(found, part, scale.algorithm))


def in_order(whole: Instrument, scale: Scale) -> Scale:
    """The scale with its items in the order in which the card numbers them."""
    order = whole.orders.get(scale.form or "") if scale.subscale is None else None
    if order is None or len(order) != len(scale.items):
        return scale
    by_number = dict(zip(order, scale.items, strict=True))
    return scale.model_copy(update={"items": tuple(by_number[n] for n in range(1, whole.items + 1))})


def by_card(part: Instrument, scale: Scale) -> ScoringRule:
    """The rule of a card, or of one of its parts, for the items of a scale; without bands and source."""
    changed = scale.max_missing is not None and scale.max_missing != part.max_missing
    return ScoringRule(
        items=scale.items,
        points=tuple(_points(part, part.points, n, item, scale) for n, item in enumerate(scale.items, 1)),
        score=part.score,
        max_missing=part.max_missing if scale.max_missing is None else scale.max_missing,
        label=scale.label or part.name,
        high_means=scale.high_means or part.high_means,
        bands={},
        source="",
        to=interval(part.to) if part.to else None,
        fill=part.missing_items,
        skips=part.skips,
        at_source=scale.reversed_at_source,
        flags=_flags(part, scale),
        card_max_missing=part.max_missing if changed else None,
        formative=part.formative,
    )


def _by_algorithm(part: Instrument, scale: Scale) -> ScoringRule:
    """Every item is needed: one that is missing might have counted."""
    algorithm = part.algorithms[scale.algorithm or ""]
    most = len(scale.items) if algorithm.at_most is None else algorithm.at_most
    return ScoringRule(
        items=scale.items,
        points=tuple(_points(part, algorithm.points, n, item, scale) for n, item in enumerate(scale.items, 1)),
        score="algorithm",
        max_missing=0,
        label=scale.label or f"{part.name}, {scale.algorithm}",
        high_means=scale.high_means or algorithm.high_means,
        bands={},
        source="",
        criterion=Criterion(algorithm.at_least, most, tuple(n - 1 for n in algorithm.one_of)),
        at_source=scale.reversed_at_source,
        flags=_flags(part, scale),
    )


def _flags(part: Instrument, scale: Scale) -> dict[str, Flag]:
    return {scale.items[n - 1]: flag for n, flag in part.flags.items()}


def _points(part: Instrument, given: tuple[Points, ...], number: int, item: str, scale: Scale) -> ItemPoints:
    """An item that the form reverses and the file has reversed already is taken as it stands."""
    turned = (number in part.reverse) != (item in scale.reversed_at_source)
    own = next((p for p in given if number in p.items), None)
    if own is None:
        return ItemPoints(part.range_of(number), turned)
    return ItemPoints(
        part.range_of(number), turned, own.codes, own.at_least, interval(own.to) if own.to is not None else None
    )


def part_of(whole: Instrument, subscale: str | None, form: str | None = None) -> Instrument:
    """The card of one of its subscales, items numbered anew; the card itself where none is named.

    Bands and the rule for missing items are the subscale's own: where its card says nothing of them there are none, and
    every item is needed, unless a study file says otherwise.
    """
    if subscale is None:
        return whole
    part = whole.parts_of(form)[subscale]
    new = {old: place for place, old in enumerate(part.items, 1)}
    points = [p.model_copy(update={"items": tuple(new[i] for i in p.items if i in new)}) for p in whole.points]
    skips = [
        s.model_copy(update={"item": new[s.item], "after": new[s.after]})
        for s in whole.skips
        if s.item in new and s.after in new
    ]
    return whole.model_copy(
        update={
            "name": f"{whole.name}, {subscale} subscale",
            "items": len(part.items),
            "high_means": part.high_means or whole.high_means,
            "max_missing": part.max_missing,
            "missing_source": part.missing_source,
            "reverse": tuple(new[i] for i in part.items if i in whole.reverse),
            "ranges": {new[i]: text for i, text in whole.ranges.items() if i in new},
            "points": tuple(points),
            "skips": tuple(skips),
            "flags": {new[i]: flag for i, flag in whole.flags.items() if i in new},
            "subscales": {},
            "forms": {},
            "algorithms": {},
            "numbers": (),
            "most_missing": part.most_missing,
            "change": None,
            "bands": part.bands,
            "bands_source": part.bands_source,
        }
    )


def _source(rule: ScoringRule, part: Instrument, algorithm: str | None) -> str:
    """A clause; what the study file sets otherwise stands last."""
    read = f"; {part.scoring_source.rstrip('.')}" if part.scoring_source else ""
    parts = [f"{part.citation.rstrip('.')} (scoring: {part.certainty}{read})"]
    if algorithm:
        parts.append(f"algorithm: {part.algorithms[algorithm].source}")
    elif part.score != "finished":
        parts.append(f"missing items: {part.missing_source}")
    parts += [f"bands: {part.bands_source}"] if rule.bands and not rule.own_bands else []
    if rule.at_source:
        parts.append(f"in this study {', '.join(rule.at_source)} reversed in the file")
    if rule.card_max_missing is not None:
        parts.append(f"in this study max_missing {rule.max_missing} instead of the card's {rule.card_max_missing}")
    if rule.own_bands:
        instead = "instead of the card's" if part.bands and not algorithm else "where the card has none"
        parts.append(f"in this study bands of its own {instead}")
    return "; ".join(parts)


def rules(study: Study) -> dict[str, ScoringRule]:
    """The rule of every scale of a study, by name."""
    return {name: rule(name, scale) for name, scale in study.scales.items()}


def item_ranges(study: Study) -> dict[str, dict[str, Interval]]:
    """Range of each item, by scale: what cleaning holds the items against."""
    return {name: found.ranges for name, found in rules(study).items()}
