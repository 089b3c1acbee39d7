"""The registry of instruments, one YAML each, data and never code; and the rule that a study's scale follows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import Mistake, closest
from pipeline.files import package_names, package_text
from pipeline.study import Scale, Study
from pipeline.study.tree import read_tree
from pipeline.study.words import Interval, RangeText, Text, interval

_FOLDER = "pipeline.instruments.cards"


class Instrument(BaseModel):
    """A card of the registry. Items are numbered from 1 in the order of the published form."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    concept: str = Field(alias="construct")
    items: int = Field(ge=1)
    range: RangeText
    score: str = Field(pattern="^(sum|mean)$")
    max_missing: int = Field(ge=0)
    high_means: str
    reverse: tuple[int, ...] = ()
    subscales: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    bands: dict[Text, float] = Field(default_factory=dict, description="label: lowest score of the band, in order")
    bands_source: str = ""
    missing_source: str
    recall: str
    licence: str
    citation: str
    certainty: str = Field(pattern="^(certain|a source was read)$")


@cache
def registry() -> dict[str, Instrument]:
    """Every instrument by its key (``phq-9``)."""
    names = package_names(_FOLDER, ".yaml")
    cards = {n.removesuffix(".yaml"): read_tree(package_text(_FOLDER, n), n)[0] for n in names}
    return {key: Instrument.model_validate(card) for key, card in cards.items()}


@dataclass(frozen=True)
class Rule:
    """How one declared scale is scored; from its instrument or from the study file alone.

    bands: label -> interval of the *unrounded* score; a card's band runs up to, and without, where the next begins.
    """

    items: tuple[str, ...]
    item_range: Interval
    reverse: tuple[str, ...]
    score: str
    max_missing: int
    label: str
    high_means: str
    bands: dict[str, Interval]
    source: str

    @property
    def limits(self) -> tuple[float, float]:
        """Lowest and highest possible score."""
        times = len(self.items) if self.score == "sum" else 1
        return self.item_range.low * times, self.item_range.high * times


def _from_cuts(cuts: dict[str, float]) -> dict[str, Interval]:
    edges = [*cuts.values(), float("inf")]
    return {
        label: Interval(low, high, f"{low:g} to below {high:g}" if high < edges[-1] else f"{low:g}+", high_open=True)
        for label, low, high in zip(cuts, edges, edges[1:], strict=False)
    }


def rule(name: str, scale: Scale) -> Rule:
    """The rule of a scale that ``check_scales`` has found in order."""
    card = registry().get(scale.instrument) if scale.instrument else None
    reverse = tuple(scale.items[i - 1] for i in card.reverse) if card else tuple(scale.reverse or ())
    bands = {label: interval(text) for label, text in scale.bands.items()} or (_from_cuts(card.bands) if card else {})
    missing = scale.max_missing if scale.max_missing is not None else (card.max_missing if card else 0)
    return Rule(
        items=scale.items,
        item_range=interval(scale.range or (card.range if card else "")),
        reverse=reverse,
        score=scale.score or (card.score if card else ""),
        max_missing=missing,
        label=scale.label or (card.name if card else name.replace("_", " ").capitalize()),
        high_means=scale.high_means or (card.high_means if card else ""),
        bands=bands,
        source=card.citation if card else "declared in the study file",
    )


def rules(study: Study) -> dict[str, Rule]:
    """The rule of every scale of a study, by name."""
    return {name: rule(name, scale) for name, scale in study.scales.items()}


def item_ranges(study: Study) -> dict[str, Interval]:
    """Range of an item, by scale: what cleaning holds the items against."""
    return {name: found.item_range for name, found in rules(study).items()}


def check_scales(study: Study) -> list[Mistake]:
    """What the registry says against a study's scales: unknown names, wrong numbers of items, contradicted rules."""
    found: list[Mistake] = []
    for name, scale in study.scales.items():
        at = ("scales", name)
        if scale.instrument is not None:
            card = registry().get(scale.instrument)
            if card is None:
                mend = closest(scale.instrument, registry()) or f"Known: {', '.join(registry())}."
                found.append(
                    Mistake(study.where(*at, "instrument"), f"there is no instrument '{scale.instrument}'.", mend)
                )
                continue
            found += _against_card(study, name, scale, scale.instrument, card)
        if scale.max_missing is not None and scale.max_missing >= len(scale.items):
            found.append(Mistake(study.where(*at, "max_missing"), f"{scale.max_missing} of {len(scale.items)} "
                                                                  f"items may be missing.",
                                 "At least one item must be answered."))  # fmt: skip
    return found


def _against_card(study: Study, name: str, scale: Scale, key: str, card: Instrument) -> list[Mistake]:
    at = ("scales", name)
    found = []
    if len(scale.items) != card.items:
        found.append(Mistake(study.where(*at, "items"), f"{key} has {card.items} items, {len(scale.items)} are named.",
                             "Name them all, in the order of the published form."))  # fmt: skip
    contradicted = [k for k in ("score", "range") if getattr(scale, k) not in (None, getattr(card, k))]
    contradicted += ["reverse"] if scale.reverse is not None else []
    for word in contradicted:
        found.append(Mistake(study.where(*at, word), f"{key} brings its own '{word}'.",
                             "Leave it out (use 'coded' for another base), or leave out 'instrument' and "
                             "declare the scale."))  # fmt: skip
    return found
