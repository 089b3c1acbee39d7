"""The registry of instruments, one YAML each, data and never code; and the rule that a study's scale follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import Mistake, closest
from pipeline.files import package_names, package_text, sha256
from pipeline.study import Scale, Study
from pipeline.study.tree import read_tree
from pipeline.study.words import Interval, RangeText, Text, bands_of, interval

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


def cards_of(study: Study) -> dict[str, str]:
    """Key of each instrument that the study's scales name -> sha256 of its card, for the manifest."""
    keys = sorted({scale.instrument for scale in study.scales.values() if scale.instrument})
    return {key: sha256(package_text(_FOLDER, f"{key}.yaml").encode()) for key in keys}


@dataclass(frozen=True)
class ScoringRule:
    """How one declared scale is scored; from its instrument or from the study file alone.

    bands: label -> interval of the *unrounded* score; a card's band runs up to, and without, where the next begins.
    source: a clause that says where each part of the rule comes from, how certain it is, and what the study file sets
    otherwise. card_max_missing, own_bands: what it sets otherwise (None, False: nothing).
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
    card_max_missing: int | None = None
    own_bands: bool = False

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


def rule(name: str, scale: Scale) -> ScoringRule:
    """The rule of a scale that ``check_scales`` has found in order."""
    own = dict(zip(scale.bands, bands_of(scale.bands.values()), strict=True))
    if scale.instrument is None:
        return ScoringRule(
            items=scale.items,
            item_range=interval(scale.range or ""),
            reverse=tuple(scale.reverse or ()),
            score=scale.score or "",
            max_missing=scale.max_missing or 0,
            label=scale.label or name.replace("_", " ").capitalize(),
            high_means=scale.high_means or "",
            bands=own,
            source="declared in the study file",
        )
    card = part_of(registry()[scale.instrument], scale.subscale)
    changed = scale.max_missing is not None and scale.max_missing != card.max_missing
    found = ScoringRule(
        items=scale.items,
        item_range=interval(card.range),
        reverse=tuple(scale.items[i - 1] for i in card.reverse),
        score=card.score,
        max_missing=card.max_missing if scale.max_missing is None else scale.max_missing,
        label=scale.label or card.name,
        high_means=scale.high_means or card.high_means,
        bands=own or _from_cuts(card.bands),
        source="",
        card_max_missing=card.max_missing if changed else None,
        own_bands=bool(own) and own != _from_cuts(card.bands),
    )
    return replace(found, source=_source(found, card))


def part_of(card: Instrument, subscale: str | None) -> Instrument:
    """The card of one of its subscales, items numbered anew; the card itself where none is named.

    Bands and the rule for missing items are the whole scale's: of a subscale every item is needed, unless a study file
    says otherwise.
    """
    if subscale is None:
        return card
    places = card.subscales[subscale]
    return card.model_copy(
        update={
            "name": f"{card.name}, {subscale} subscale",
            "items": len(places),
            "max_missing": 0,
            "reverse": tuple(new for new, old in enumerate(places, 1) if old in card.reverse),
            "subscales": {},
            "bands": {},
            "bands_source": "",
            "missing_source": "no rule for missing items of the subscale; all of them are needed",
        }
    )


def _source(rule: ScoringRule, card: Instrument) -> str:
    """A clause; what the study file sets otherwise stands last."""
    parts = [f"{card.citation.rstrip('.')} (scoring: {card.certainty})", f"missing items: {card.missing_source}"]
    parts += [f"bands: {card.bands_source}"] if card.bands_source and not rule.own_bands else []
    if rule.card_max_missing is not None:
        parts.append(f"in this study max_missing {rule.max_missing} instead of the card's {card.max_missing}")
    if rule.own_bands:
        instead = "instead of the card's" if card.bands else "where the card has none"
        parts.append(f"in this study bands of its own {instead}")
    return "; ".join(parts)


def rules(study: Study) -> dict[str, ScoringRule]:
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
        if scale.subscale is not None and scale.instrument is None:
            found.append(Mistake(study.where(*at, "subscale"), "names no instrument to be a part of.",
                                 "Add 'instrument', or leave 'subscale' out."))  # fmt: skip
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
    if scale.subscale is not None and scale.subscale not in card.subscales:
        known = f"Known: {', '.join(card.subscales) or 'none'}."
        return [Mistake(study.where(*at, "subscale"), f"{key} has no subscale '{scale.subscale}'.",
                        closest(scale.subscale, card.subscales) or known)]  # fmt: skip
    part = f"{key}, {scale.subscale}," if scale.subscale else key
    found = []
    if len(scale.items) != (items := part_of(card, scale.subscale).items):
        found.append(Mistake(study.where(*at, "items"), f"{part} has {items} items, {len(scale.items)} are named.",
                             "Name them all, in the order of the published form."))  # fmt: skip
    else:
        found += _against_whole(study, name, scale, card)
    contradicted = [k for k in ("score", "range") if getattr(scale, k) not in (None, getattr(card, k))]
    contradicted += ["reverse"] if scale.reverse is not None else []
    for word in contradicted:
        found.append(Mistake(study.where(*at, word), f"{key} brings its own '{word}'.",
                             "Leave it out (use 'coded' for another base), or leave out 'instrument' and "
                             "declare the scale."))  # fmt: skip
    return found


def _against_whole(study: Study, name: str, scale: Scale, card: Instrument) -> list[Mistake]:
    """A subscale's items must be those that the whole instrument, where it is declared too, has at their places."""
    if scale.subscale is None:
        return []
    places = card.subscales[scale.subscale]
    for other, whole in study.scales.items():
        alike = (whole.instrument, whole.in_) == (scale.instrument, scale.in_)
        if not alike or whole.subscale is not None or len(whole.items) != card.items:
            continue
        if (items := tuple(whole.items[place - 1] for place in places)) != scale.items and _meet(whole, scale):
            numbers = ", ".join(map(str, places))
            what = f"'{scale.subscale}' are the items {numbers} of the form, and these are others of '{other}'."
            return [Mistake(study.where("scales", name, "items"), what, f"Write items: [{', '.join(items)}].")]
    return []


def _meet(whole: Scale, part: Scale) -> bool:
    """Whether both are scored from the same answers, and not from two times at which the form was filled in."""
    return bool(set(whole.items) & set(part.items))
