"""A card as a methodologist reads it: in a terminal, and as a part of the documentation's page."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from pipeline.errors import Mistakes, closest
from pipeline.instruments.card import FLAGGED_FILE, Algorithm, Instrument, Subscale
from pipeline.instruments.registry import by_card, card, from_cuts, keys, part_of, registry
from pipeline.instruments.rule import ScoringRule
from pipeline.study import Scale

Line = tuple[str, str]
"""What is told, and the words."""
_WIDTH = 116
_HEAD = """\
# Instruments

*Made from the cards of the registry, `pipeline/instruments/cards/`: change those, then type
`python -m pipeline.instruments.page > docs/instruments.md`.*

A study file names an instrument by its key, and its `items` in the order of the published form; how that is written
stands in [study-files.md](study-files.md#scales). `alongside instruments` lists all, `alongside instruments phq-9`
prints one. A card holds rules and no wordings.

**certain**: known beyond doubt. **a source was read**: the source is named. Where no source was found for a rule,
there is none: every item is needed, and a study that wants less says so with `max_missing`, which its report repeats.
Items are numbered from 1; a reversed item counts its lowest plus its highest code less the answer."""
ABSENT = {
    "PROMIS Social Isolation 4a": "the conversion to T scores could not be held against the owner's own table",
    "DUFSS": "sources differ on sum or mean, and on its cut-off",
}
"""Asked for and not here, with the reason."""


def listing() -> list[str]:
    """Every instrument, a line each."""
    rows = [(key, found.concept, found.name) for key, found in registry().items()]
    first, second = (max(len(row[i]) for row in rows) for i in (0, 1))
    lines = [f"{key:<{first}}  {concept:<{second}}  {name}" for key, concept, name in rows]
    return [*lines, "", "alongside instruments NAME prints how one of them is scored, and from which source."]


def card_lines(key: str) -> list[str]:
    """One card. Raises ``Mistakes`` where there is no such instrument."""
    if key not in keys():
        mend = closest(key, keys()) or f"Known: {', '.join(keys())}."
        raise Mistakes.one(key, "is no instrument of the registry.", mend)
    found = card(key)
    told = [*_told(found)]
    margin = max(len(word) for word, _ in told) + 2
    lines = [f"{key}: {found.name}", ""]
    for word, words in told:
        wrapped = textwrap.wrap(words, _WIDTH - margin, break_long_words=False, break_on_hyphens=False)
        lines += [f"{word if n == 0 else '':<{margin}}{part}" for n, part in enumerate(wrapped)]
    return [*lines, "", "In a study file:", *(f"  {line}" for line in _example(key, found))]


def page() -> str:
    """``docs/instruments.md``."""
    cards = registry()
    lines = _HEAD.splitlines()
    lines += ["", "| key | measures | items | score | missing items | certainty |", "|---|---|---|---|---|---|"]
    for key, found in cards.items():
        gaps = "as scored" if found.score == "finished" else str(found.max_missing) if found.max_missing else "none"
        link = f"[{key}](#{key})"
        lines.append(
            f"| {link} | {found.concept} | {found.items} | {_rule(found).what_and_limits} | {gaps} | "
            f"{found.certainty} |"
        )
    for key, found in cards.items():
        lines += ["", f"## {key}", "", f"**{found.name}**", ""]
        lines += [f"- {word}: {_escaped(words)}" for word, words in _told(found)]
        lines += ["", "```yaml", *_example(key, found), "```"]
    lines += ["", "## Not in the registry", ""]
    lines += [f"- {name}: {why}." for name, why in ABSENT.items()]
    return "\n".join(lines) + "\n"


def _escaped(words: str) -> str:
    return words.replace("<", "&lt;").replace(">", "&gt;").replace("*", "\\*")


def _rule(found: Instrument) -> ScoringRule:
    """Its rule with items called by their numbers; no study file sets anything otherwise."""
    return by_card(found, Scale(items=tuple(str(n) for n in range(1, found.items + 1))))


def _told(found: Instrument) -> Iterator[Line]:
    yield "measures", found.concept
    yield from _items(found)
    yield "score", f"{_rule(found).what_and_limits}; high means {found.high_means}"
    if found.score != "finished":
        yield "reliability", _reliability(found)
    yield "missing items", _missing(found)
    if found.skips:
        skips = [f"item {s.item} after {s.when:g} to item {s.after} counts as {s.counts:g}" for s in found.skips]
        yield "not asked", f"{'; '.join(skips)}, and is not missing ({found.skips_source})"
    if found.bands:
        yield "bands", f"{_bands(found.bands)} ({found.bands_source}); of the unrounded score"
    if found.other_bands:
        yield "other cut-offs", found.other_bands
    for form, parts in (found.forms or {"": found.subscales}).items():
        for name, part in parts.items():
            yield f"subscale {name}", _subscale(found, name, part, form)
    for name, algorithm in found.algorithms.items():
        yield f"algorithm {name}", _algorithm(algorithm)
    for item, flag in found.flags.items():
        where = f"listed in data/processed/STUDY/02_score/{FLAGGED_FILE}, whatever the score is"
        yield "to be looked at", f"item {item} above {flag.above:g}: {flag.because}; {where}"
    if found.change:
        yield "smallest change", f"{found.change.least:g} points ({found.change.source})"
    if found.otherwise:
        yield "also printed as", found.otherwise
    yield "recall", found.recall
    yield "licence", found.licence
    yield "citation", found.citation
    yield "certainty", found.certainty + (f"; {found.scoring_source}" if found.scoring_source else "")
    if found.left_out:
        yield "not here", found.left_out


def _items(found: Instrument) -> Iterator[Line]:
    if found.score == "finished":
        codes = found.range_of(1)
        yield "items", f"{found.order}, {codes.low:g} to {codes.high:g}"
        return
    others = [f"item {n} {text}" for n, text in found.ranges.items()]
    yield (
        "items",
        f"{found.items}, coded {', '.join([found.range, *others])}" + (f"; {found.order}" if found.order else ""),
    )
    for form, order in found.orders.items():
        yield f"form {form}", f"prints them in the order {', '.join(map(str, order))} of this card"
    yield "codes", "; ".join(f"{code} {words}" for code, words in found.codes.items())
    yield "reversed", ", ".join(map(str, found.reverse)) or "none"
    for points in found.points:
        named = f"items {', '.join(map(str, points.items))}" if len(points.items) > 1 else f"item {points.items[0]}"
        if points.codes:
            yield "points", f"{named}: {', '.join(f'{c:g} gives {p:g}' for c, p in points.codes.items())}"
        elif points.at_least is not None:
            yield "points", f"{named}: 1 from {points.at_least:g} on, 0 below"
        else:
            yield "points", f"{named}: range put onto {points.to}"


def _reliability(found: Instrument) -> str:
    """Of what a report tells of it."""
    if found.formative:
        return f"none is told, for it is formative: {found.formative}"
    if found.items < 3:
        return "alpha of the items as scored, lambda-6 of their correlation; omega needs three items"
    return "alpha of the items as scored; omega total and lambda-6 of their correlations"


def _missing(found: Instrument) -> str:
    return f"up to {found.max_missing}: {found.missing_source}" if found.max_missing else found.missing_source


def _bands(bands: dict[str, str]) -> str:
    return "; ".join(f"{label}: {band.label}" for label, band in from_cuts(bands).items())


def _subscale(found: Instrument, name: str, part: Subscale, form: str) -> str:
    low, high = _rule(part_of(found, name, form or None)).limits
    words = f"items {', '.join(map(str, part.items))}" if found.score != "finished" else "a finished score of its own"
    words += f"; {low:g} to {high:g}" + (f"; form: {form}" if form else "")
    if part.high_means and part.high_means != found.high_means:
        words += f"; high means {part.high_means}"
    return words + (f"; {_bands(part.bands)} ({part.bands_source})" if part.bands else "")


def _algorithm(algorithm: Algorithm) -> str:
    most = f" to {algorithm.at_most}" if algorithm.at_most else " or more"
    counted = [f"{', '.join(map(str, p.items))} from {p.at_least:g} on" for p in algorithm.points]
    one = f", one of them {' or '.join(map(str, algorithm.one_of))}" if algorithm.one_of else ""
    return (
        f"1 where {algorithm.at_least}{most} items count ({'; '.join(counted)}){one}; 0 elsewhere ({algorithm.source})"
    )


def _example(key: str, found: Instrument) -> list[str]:
    columns = [f"q{n}" for n in range(1, found.items + 1)]
    columns = columns if len(columns) <= 4 else [*columns[:2], "...", columns[-1]]
    name = found.concept.replace("-", "_").replace(" ", "_")
    named = "[score]" if found.score == "finished" else f"[{', '.join(columns)}]"
    part = f", form: {next(iter(found.orders))}" if found.orders else ""
    part += f", subscale: {next(iter(found.subscales))}" if found.subscale_needed else ""
    return ["scales:", f"  {name}: {{instrument: {key}{part}, items: {named}, missing: {{blank: not answered}}}}"]


if __name__ == "__main__":
    print(page(), end="")
