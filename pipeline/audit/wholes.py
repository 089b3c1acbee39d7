"""Which means are known to be of whole numbers, and which may be: by the words that stand with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from pipeline.audit.integers import Limits

if TYPE_CHECKING:  # the registry takes half a second to load, and many tables hold no mean
    from pipeline.instruments import Instrument

KNOWN, PERHAPS, BINARY = "known", "perhaps", "binary"
_RANGE = re.compile(
    r"(?:\b(?:scores?|range[sd]?|scale|possible|points?|from|sum|total)\b[^()\[\]\d]{0,24}|[(\[]\s*)"
    r"(?<![\d.])(\d{1,3})\s*(?:[-–]|to)\s*(\d{1,3})(?![\d.]|\s*(?:%|years|months|weeks|days|hours|min))", re.I,
)  # fmt: skip
_COUNTED = re.compile(
    r"\b(?:number|no\.|count) of\b(?! (?:people|participants|patients|respondents)\b)"
    r"|\b(?:parity|gravidity|visits|sessions attended|contacts|children|siblings|errors|correct answers)\b", re.I
)  # fmt: skip
_SUMMED = re.compile(r"\b(?:sum|total|single[- ]item|item score|likert)\b", re.I)
_MEAN_OF = re.compile(
    r"\bmean (?:of|over|across) (?:the |all |its )?(\d{1,3}|two|three|four|five|six|seven|eight|nine|ten|twelve) items"
    r"|\b(\d{1,3})[- ]item mean", re.I
)  # fmt: skip
_NUMBERS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
}
_BINARY = re.compile(
    r"\b(?:binary|dichotomous|dummy|indicator)\b|\(0\s*[/,]\s*1\)|\b0\s*=\s*[^;,]{1,30}[,;]\s*1\s*=|\b(?:yes|female|"
    r"male|women|men)\s*=\s*1\b", re.I
)  # fmt: skip
_NEVER_WHOLE = re.compile(
    r"\b(?:vas|visual analogue|analog|percent\w*|t-?scores?|z-?scores?|standardi[sz]ed|adjusted|imputed|weighted|log\b"
    r"|ratio|rate|utility|eq-?5d|index|latent|factor|averages? of|ls ?means?|least squares|marginal|estimated"
    r"|change|difference|kg|cm|mmol|mg|bmi|body mass)\b|%|per (?:day|week|month|year)", re.I
)  # fmt: skip
_SCALE = re.compile(
    r"\b(?:scores?|scale|likert|items?|points|ratings?|rated|questionnaire|inventory|subscale|age|years|satisfaction"
    r"|depress\w*|anxiety|loneliness|epds|gad-?7|phq-?\d|who-?5|k-?6|k-?10|hads|bdi|ces-?d)\b", re.I
)  # fmt: skip
_SHORT_CUT = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Whole:
    """What is known of the numbers under a mean. sure: known, perhaps or binary. parts: how many items a score is the
    mean of. low, high: of the printed scale. why: what says so; but: what must not have been done.
    """

    sure: str
    why: str
    parts: int = 1
    low: int | None = None
    high: int | None = None
    but: str = ""

    @property
    def limits(self) -> Limits:
        low = None if self.low is None else self.low * self.parts
        return Limits(low, None if self.high is None else self.high * self.parts)

    @property
    def ends(self) -> tuple[Fraction, Fraction] | None:
        return None if self.low is None or self.high is None else (Fraction(self.low), Fraction(self.high))


def whole(words: str, about: str = "") -> Whole | None:
    """What words say of the numbers under a mean: the label's, then what stands about it (heading, caption, notes)."""
    if _BINARY.search(words):
        return Whole(BINARY, "0 or 1, as its label says", 1, 0, 1)
    if card := _named(words):
        return _of_card(card, words)
    if _NEVER_WHOLE.search(words):
        return None
    if found := _MEAN_OF.search(words):
        said = (found[1] or found[2]).lower()
        parts, ends = _NUMBERS.get(said) or int(said), _ends(words)
        return Whole(KNOWN, f"the mean of {parts} items, as its label says", max(1, parts), *(ends or (None, None)))
    if _COUNTED.search(words):
        return Whole(KNOWN, "a count", 1, 0)
    if ends := _ends(words):
        # A narrow range may be that of a mean of items, and 0 to 100 is what scores are rescaled to.
        summed = bool(_SUMMED.search(words)) or (ends[1] - ends[0] >= 10 and ends != (0, 100))
        why = f"a score from {ends[0]} to {ends[1]}, as its label says"
        return Whole(KNOWN if summed else PERHAPS, why, 1, *ends, but="" if summed else "if it is no mean of items")
    if _SCALE.search(words) or (_SCALE.search(about) and not _NEVER_WHOLE.search(about)):
        return Whole(PERHAPS, "")
    return None


def _ends(words: str) -> tuple[int, int] | None:
    for found in _RANGE.finditer(words):
        low, high = int(found[1]), int(found[2])
        if high > low and (low < 2 or re.search(r"\b(?:scores?|scale|possible|total)\b", found[0], re.I)):
            return low, high  # else it may be a range of ages, or what people scored
    return None


@cache
def _names() -> dict[str, Instrument]:
    """Of each instrument its key and its name, in small letters without signs."""
    from pipeline.instruments import registry

    found: dict[str, Instrument] = {}
    for key, card in registry().items():
        found |= {_bare(key): card, _bare(card.name): card}
    return found


def _bare(words: str) -> str:
    return f" {_SHORT_CUT.sub(' ', words.lower()).strip()} "


def _named(words: str) -> Instrument | None:
    said = _bare(words)
    return next((card for name, card in sorted(_names().items(), key=lambda i: -len(i[0])) if name in said), None)


def _of_card(card: Instrument, words: str) -> Whole | None:
    """A card's score; a subscale is not told from the whole by every label, so that its range is not used there."""
    if _NEVER_WHOLE.search(words.lower().replace("standardized", "")) or re.search(
        r"\bsubscale\b|\bitem \d", words, re.I
    ):
        return None
    if not card.plain or card.to or card.otherwise:  # the same answers are printed on several scales
        return Whole(PERHAPS, "", 1, but="if it is no mean of items")
    item = card.range_of(1)
    parts = card.items if card.score == "mean" else 1
    times = 1 if card.score == "mean" else card.items
    but = "if no missing item was filled in" if card.max_missing else ""
    if (ends := _ends(words)) and ends != (int(item.low * times), int(item.high * times)):
        return Whole(PERHAPS, "", 1, but="if it is no mean of items")
    return Whole(KNOWN, f"the {card.score} of {card.items} whole answers ({card.name})", parts,
                 int(item.low * times), int(item.high * times), but)  # fmt: skip
