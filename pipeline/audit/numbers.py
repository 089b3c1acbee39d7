"""Printed numbers: what they say, every value that they can be of, and text in which they are found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from pipeline.audit.printed import LOWERED, RAISED
from pipeline.audit.rounding import HALF_EVEN, HALF_UP, TRUNCATED

NUM = r"(?:(?<![\d.])[-–])?(?:\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,12})?|\d{0,12}\.\d{1,12}|\d{1,12})(?![\d])"
"""A number after ``plain_text``; the pattern of a sign that follows a digit is a dash, not a minus. No part of it
repeats without end: a comma may also part an interval's limits, and every way to part a long list would be tried."""
_SAME = str.maketrans({
    "−": "-", "‐": "-", "‑": "-", "﹣": "-", "－": "-", "＜": "<", "＞": ">", "＝": "=", "≤": "≤", "⩽": "≤", "⩾": "≥",
    "·": ".", "∙": ".", "⋅": ".", "’": "'", "—": "–", "‒": "–", "―": "–",
    **dict.fromkeys("\u2009\u202f\u00a0\u2007\u2008\u200a\u2002\u2003\u2005\u2006", " "),
    **dict.fromkeys("\u200b\u2060\ufeff\u200c\u200d", None),
    **dict.fromkeys("𝑡𝒕𝘁", "t"), **dict.fromkeys("𝐹𝑭𝗙", "F"), **dict.fromkeys("𝑝𝒑𝗽", "p"), **dict.fromkeys("𝑟𝒓𝗿", "r"),
    **dict.fromkeys("𝑧𝒛𝘇", "z"), **dict.fromkeys("𝜒𝝌𝛘", "χ"),
})  # fmt: skip
_BLANKS = re.compile(r"\s+")
"""Become one: patterns that allow blanks between their parts would try every way to share them out."""
_CHI = re.compile(
    r"(?:χ|Χ|\bchi|\b[Xx])\s*(?:\^\s*\{?\s*2\s*\}?|²|2(?![\d.])|[- ]?squared?\b)(?:\s+(?:test|statistic|value))?", re.I
)
_COMMA = re.compile(r"(?<![\w.])[pP]\s*[<>=≤≥]\s*0?,\d|[<>=]\s*-?\d{0,3},\d{1,2}(?=[;)\s])(?!,)")
_POINT = re.compile(r"\d?\.\d")


@dataclass(frozen=True)
class Number:
    """``-1.20`` is -120 units at 2 decimals."""

    units: int
    decimals: int

    def __str__(self) -> str:
        whole = f"{abs(self.units):0{self.decimals + 1}d}"
        text = f"{whole[: -self.decimals]}.{whole[-self.decimals :]}" if self.decimals else whole
        return f"-{text}" if self.units < 0 else text

    @property
    def value(self) -> Fraction:
        return Fraction(self.units, 10**self.decimals)

    @property
    def step(self) -> Fraction:
        """One unit of its last digit."""
        return Fraction(1, 10**self.decimals)

    @property
    def low(self) -> float:
        """The least value that prints as it, whichever way to the nearest is taken."""
        return float(self.value - self.step / 2)

    @property
    def high(self) -> float:
        return float(self.value + self.step / 2)

    def near(self, value: float, slack: float = 1e-9) -> bool:
        """Whether a computed value prints as it; what floating point loses is allowed for."""
        room = slack * max(1.0, abs(value))
        return self.low - room <= value <= self.high + room

    def within(self, rule: str) -> tuple[Fraction, Fraction, bool, bool]:
        """(least value, greatest value, whether each is among them) of a number from 0 up under one rounding."""
        u, step, even = self.value, self.step, self.units % 2 == 0
        if rule == TRUNCATED:
            return u, u + step, True, False
        ties = {HALF_UP: (True, False), HALF_EVEN: (even, even)}[rule]
        return u - step / 2, u + step / 2, *ties


def rounded(value: Fraction, decimals: int, rule: str) -> Number:
    """A value as it prints."""
    scaled = abs(value) * 10**decimals
    units, rest = divmod(scaled, 1)
    up = rule != TRUNCATED and (rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (rule == HALF_UP or units % 2)))
    return Number((int(units) + bool(up)) * (-1 if value < 0 else 1), decimals)


def number(text: str) -> Number:
    """A text that ``NUM`` matched."""
    text = text.replace(",", "").replace("–", "-").lstrip("+")
    sign = -1 if text.startswith("-") else 1
    whole, _, part = text.lstrip("-").partition(".")
    return Number(sign * int((whole + part) or "0"), len(part))


@lru_cache(maxsize=256)
def plain_text(text: str) -> str:
    """One sign for minus, one kind of blank, ``chi2`` for every χ², points before decimals; raised signs lowered."""
    text = _BLANKS.sub(" ", text.replace(RAISED, "").replace(LOWERED, "").translate(_SAME))
    text = _CHI.sub("chi2", text)
    if _COMMA.search(text) and not _POINT.search(re.sub(r"\d\.\s|\.\s|\bdf\b", " ", text)):
        text = re.sub(r"(?<=\d),(?=\d)|(?<=[<>=≤≥\s(\[]),(?=\d)", ".", text)
    return text
