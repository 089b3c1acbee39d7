"""A released number as a house style prints it: never with more decimals than were released, and rounded once."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Protocol

import pandas as pd

from pipeline.results import A_NUMBER_WITHHELD, KEY, Key, Sentence
from pipeline.tables.rounding import exact, rounded
from pipeline.tables.style import Style

NOT_AVAILABLE = "NA"
"""What the door prints for a number that does not exist."""
PERCENT = ("percent", "weighted_percent", "answers_percent")
P = ("p", "p_adjusted", "p_holm", "p_bh", "p_wild", "p_smallest", "p_proportional", "p_joint")
MONTHS = ("median_month", "min_month", "max_month")
"""Year * 100 + month."""
DIGITS = 10
"""Of an unrounded value, in ``results.csv`` of any (``disclosure.release.FULL_DIGITS``)."""
WITH_DECIMALS = 100
"""Of fewer people in a table's largest denominator the door gives percentages no decimals."""
_DECIMALS = re.compile(r"[.·]([0-9]+)")
_PLAIN = re.compile("\u2212?[0-9,]+([.][0-9]+)?")


class Printed(Protocol):
    """What the door lets through (``disclosure.Released``)."""

    def has(self, key: Key) -> bool: ...
    def text(self, key: Key) -> str: ...
    def value(self, key: Key) -> float: ...
    def withheld(self, key: Key) -> bool: ...
    def decimals(self, key: Key) -> int | None: ...


class Pen:
    """Writes the numbers of one table in a style. people: its largest denominator, by which percentages are rounded.
    It may be withheld, or be no cell's: a percentage with decimals says that there are ``WITH_DECIMALS`` at least."""

    def __init__(self, released: Printed, style: Style, people: float):
        self.released, self.style = released, style
        self._percent = style.percent.places(people)
        self._finer = style.percent.places(max(people, WITH_DECIMALS))

    def text(self, key: Key) -> str:
        """The number as printed, or what stands for one that is withheld or does not exist."""
        if self.released.withheld(key):
            return self.style.absent.withheld
        text, value = self.released.text(key), self.released.value(key)
        if math.isnan(value):
            return self.style.absent.not_available if text == NOT_AVAILABLE else text
        if math.isinf(value):
            return text
        if key.statistic in MONTHS:
            return f"{int(value) // 100}-{int(value) % 100:02d}"
        if key.statistic in P:
            return self._p(key, text, value)
        places, number = self._rounding(key, text, value)
        if number == value and _cut(value, places) and places == _shown(text) and (told := _told(text)) is not None:
            return number_text(self.style, key.statistic, told, places)
        mode = self.style.percent.rounding if key.statistic in PERCENT else self.style.numbers.rounding
        return number_text(self.style, key.statistic, rounded(number, places, mode), places)

    def said(self, key: Key) -> str:
        """The number inside a sentence."""
        return A_NUMBER_WITHHELD if self.released.withheld(key) else self.text(key)

    def say(self, sentence: Sentence) -> str:
        return sentence.words(self.said)

    def _rounding(self, key: Key, text: str, value: float) -> tuple[int, float]:
        """How many decimals, and the number to be rounded: a percentage anew from its n and N where it loses decimals,
        so that nothing is rounded twice; else as many as were released."""
        known, shown = self.released.decimals(key), _shown(text)
        if key.statistic in PERCENT:
            if known is None:
                return min(self._finer if shown else self._percent, shown), value
            if self._finer < known and (anew := self._anew(key, value, known)) is not None:
                return self._finer, anew
            return known, value
        if known is not None:
            return known, value
        return min(shown, self.style.numbers.most.get(key.statistic, shown)), value

    def _anew(self, key: Key, value: float, known: int) -> float | None:
        """The percentage from what was released of its n and N; None where these don't give it."""
        parts = [key._replace(statistic=s) for s in ("n", "denominator")]
        if key.statistic != "percent" or not all(self.released.has(k) and not self.released.withheld(k) for k in parts):
            return None
        n, of = (self.released.value(k) for k in parts)
        if not (math.isfinite(n) and math.isfinite(of)) or of <= 0:
            return None
        anew = 100 * n / of
        return anew if abs(anew - value) <= 0.5001 * 10.0**-known else None

    def _p(self, key: Key, text: str, value: float) -> str:
        style = self.style.p
        known = self.released.decimals(key)
        if text.startswith("<") or value < style.smallest:
            bound = max(style.smallest, value if text.startswith("<") else 0.0)
            return style.below.replace("{p}", self._bound(bound))
        if text.startswith(">") or value > style.largest:
            bound = min(style.largest, value if text.startswith(">") else 1.0)
            return style.above.replace("{p}", self._bound(bound))
        places = known if known is not None else self._p_places(value)
        return number_text(self.style, P[0], rounded(value, places), places)

    def _bound(self, bound: float) -> str:
        places = len(f"{bound:.10f}".rstrip("0").partition(".")[2])
        return number_text(self.style, "p", exact(bound), places)

    def _p_places(self, value: float) -> int:
        style = self.style.p
        by_size = sorted((float(size), places) for size, places in style.decimals.items())
        places = by_size[0][1]
        for size, wanted in by_size:
            if rounded(value, max(p for _, p in by_size)) >= exact(size):
                places = wanted
        around = style.three_around
        if around is None or rounded(value, 2) != exact(around):
            return places
        told = (d for d in (3, 4, 5, 6) if d == 6 or value == around or rounded(value, d) != exact(around))
        return max(places, next(told))


def percent_bases(frame: pd.DataFrame) -> dict[tuple[str, str], float]:
    """The largest denominator of each table's percentages by (kind, name), people without weights: it sets their
    decimals. Of all its denominators where none stands beside a percentage. Missing answers are shown by wave where
    there are waves: all rows together are no denominator there. frame: the key and ``value``."""
    gaps = (frame["kind"] == "quality") & (frame["name"] == "missingness")
    at_wave = frame["group"].str.startswith("wave=")
    if (gaps & at_wave).any():
        frame = frame[~gaps | at_wave]
    cells = pd.MultiIndex.from_frame(frame[KEY[:-1]])
    bases = frame[frame["statistic"] == "denominator"]
    beside = bases[cells[frame["statistic"] == "denominator"].isin(cells[frame["statistic"].isin(PERCENT)])]
    found = [some.groupby(["kind", "name"])["value"].max().to_dict() for some in (bases, beside)]
    return {**found[0], **found[1]}


def _shown(text: str) -> int:
    found = _DECIMALS.search(text)
    return len(found[1]) if found else 0


def _cut(value: float, places: int) -> bool:
    """Whether the digits of a value end before the last decimal that is to be printed, or on it: what was computed as
    2,000,000,000.5 is 2000000001 there, and only its text still has the half."""
    return abs(value) >= 10.0 ** (DIGITS - places - 1)


def _told(text: str) -> Decimal | None:
    """The number that a text of the door prints; None for any other text."""
    return Decimal(text.replace(",", "").replace("\u2212", "-")) if _PLAIN.fullmatch(text) else None


def number_text(style: Style, statistic: str, value: Decimal, places: int) -> str:
    """A rounded number with the style's point, thousands, minus and zero before the point."""
    whole, _, rest = f"{abs(value):.{places}f}".partition(".")
    rules = style.numbers
    if int(whole) >= rules.thousands_from:
        whole = f"{int(whole):,}".replace(",", rules.thousands)
    if whole == "0" and rest and statistic in rules.without_zero:
        whole = ""
    return f"{rules.minus if value < 0 else ''}{whole}{f'{rules.point}{rest}' if rest else ''}"
