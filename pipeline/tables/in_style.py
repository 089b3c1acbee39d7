"""A released number as a house style prints it: never with more decimals than were released, and rounded once."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from pipeline.results import A_NUMBER_WITHHELD, Key, Sentence
from pipeline.tables.style import Style

NOT_AVAILABLE = "NA"
"""What the door prints for a number that does not exist."""
PERCENT = ("percent", "weighted_percent", "answers_percent")
P = ("p", "p_adjusted")
MONTHS = ("median_month", "min_month", "max_month")
"""Year * 100 + month."""
WITH_DECIMALS = 100
"""Of fewer people in a table's largest denominator the door gives percentages no decimals."""
_DECIMALS = re.compile(r"[.·]([0-9]+)")


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
        places, exact = self._rounding(key, text, value)
        mode = self.style.percent.rounding if key.statistic in PERCENT else self.style.numbers.rounding
        return number_text(self.style, key.statistic, rounded(exact, places, mode), places)

    def said(self, key: Key) -> str:
        """The number inside a sentence."""
        return A_NUMBER_WITHHELD if self.released.withheld(key) else self.text(key)

    def say(self, sentence: Sentence) -> str:
        return sentence.words(self.said)

    def _rounding(self, key: Key, text: str, value: float) -> tuple[int, Fraction]:
        """How many decimals, and the number to be rounded: a percentage anew from its n and N where it loses decimals,
        so that nothing is rounded twice; else as many as were released."""
        exact, known = Fraction(Decimal(repr(value))), self.released.decimals(key)
        if key.statistic in PERCENT:
            if known is None:
                return min(self._finer if _shown(text) else self._percent, _shown(text)), exact
            if self._finer < known and (anew := self._anew(key, value, known)) is not None:
                return self._finer, anew
            return known, exact
        if known is not None:
            return known, exact
        shown = _shown(text)
        return min(shown, self.style.numbers.most.get(key.statistic, shown)), exact

    def _anew(self, key: Key, value: float, known: int) -> Fraction | None:
        """The percentage from what was released of its n and N; None where these don't give it."""
        parts = [key._replace(statistic=s) for s in ("n", "denominator")]
        if key.statistic != "percent" or not all(self.released.has(k) and not self.released.withheld(k) for k in parts):
            return None
        n, of = (self.released.value(k) for k in parts)
        if not (math.isfinite(n) and math.isfinite(of)) or of <= 0:
            return None
        anew = 100 * Fraction(Decimal(repr(n))) / Fraction(Decimal(repr(of)))
        return anew if abs(float(anew) - value) <= 0.5001 * 10.0**-known else None

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
        return number_text(self.style, P[0], rounded(Fraction(Decimal(repr(value))), places, "half-up"), places)

    def _bound(self, bound: float) -> str:
        places = len(f"{bound:.10f}".rstrip("0").partition(".")[2])
        return number_text(self.style, "p", Fraction(Decimal(repr(bound))), places)

    def _p_places(self, value: float) -> int:
        style, exact = self.style.p, Fraction(Decimal(repr(value)))
        by_size = sorted((float(size), places) for size, places in style.decimals.items())
        places = by_size[0][1]
        for size, wanted in by_size:
            if rounded(exact, max(p for _, p in by_size), "half-up") >= Fraction(Decimal(repr(size))):
                places = wanted
        around = style.three_around
        near = around is not None and rounded(exact, 2, "half-up") == Fraction(Decimal(repr(around)))
        return max(places, 3) if near else places


def _shown(text: str) -> int:
    found = _DECIMALS.search(text)
    return len(found[1]) if found else 0


def rounded(value: Fraction, places: int, mode: str) -> Fraction:
    """To so many decimals: a half away from zero (half-up) or to the even neighbour (half-even)."""
    scaled = abs(value) * 10**places
    whole, rest = divmod(scaled, 1)
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (mode == "half-up" or int(whole) % 2 == 1))
    found = Fraction(int(whole) + up, 10**places)
    return -found if value < 0 else found


def number_text(style: Style, statistic: str, value: Fraction, places: int) -> str:
    """A rounded number with the style's point, thousands, minus and zero before the point."""
    digits = str(int(abs(value) * 10**places)).rjust(places + 1, "0")
    whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
    rules = style.numbers
    if int(whole) >= rules.thousands_from:
        whole = f"{int(whole):,}".replace(",", rules.thousands)
    if whole == "0" and rest and statistic in rules.without_zero:
        whole = ""
    return f"{rules.minus if value < 0 else ''}{whole}{f'{rules.point}{rest}' if rest else ''}"
