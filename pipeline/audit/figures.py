"""What a printed cell says: a number of people, a percentage, of how many; or that it is withheld or not there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.audit.printed import LOWERED, RAISED
from pipeline.audit.rounding import Percent

_GAP = "\u2009\u202f\u00a0\u2007\u2008"
_THIN = re.compile(rf"(?<=\d)[{_GAP}'’](?=\d{{3}}(?!\d))")
_SPACED = re.compile(r"(?<![\d.,])(\d{1,3})(?: (\d{3}))+(?![\d])")
_COMMAS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d])")
_POINTS = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d{3})+(?![\d])")
_DECIMAL_COMMA = re.compile(r"(?<![\d,])\d{1,3},\d{1,2}(?=\s*%|\s*[)\]]|$)")
_POINT_GROUPS = re.compile(r"\bN\s*=\s*[1-9]\d{0,2}\.\d{3}(?!\d)|(?<![\d.])[1-9]\d{0,2}\.\d{3}\s*[(\[/][^)\]]*%", re.I)
_DECIMAL_POINT = re.compile(r"\d\.\d{1,2}(?!\d)")
_INT, _NUM = r"(?P<n>\d+)", r"(?P<p>\d+(?:\.\d+)?)"
_OPEN, _SHUT = r"\s*[(\[]\s*", r"\s*[)\]]"
_TOTAL = r"\s*(?:/|of|out of)\s*(?P<N>\d+)"
_FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        rf"{_INT}{_OPEN}{_NUM}\s*(?P<sign>%)?{_SHUT}\s*(?P<sign2>%)?",
        rf"{_NUM}\s*(?P<sign>%){_OPEN}(?:n\s*=\s*)?{_INT}{_SHUT}",
        rf"{_INT}{_TOTAL}(?:(?:{_OPEN}|\s*[,;]\s*|\s+){_NUM}\s*(?P<sign>%)?(?:{_SHUT})?\s*(?P<sign2>%)?)?",
        rf"{_NUM}\s*(?P<sign>%){_OPEN}{_INT}{_TOTAL}{_SHUT}",
        rf"{_INT}(?:\s*[,;]\s*|\s+){_NUM}\s*(?P<sign>%)",
        rf"{_INT}{_OPEN}(?:[–—−-]|NA|NR|N/A|[<≤>]\s*[\d.]+\s*%?){_SHUT}",
        rf"{_NUM}\s*(?P<sign>%)",
        _INT,
        _NUM,
    )
)
_BESIDE = re.compile(
    rf"(?P<share>\d+(?:/\d+)?{_OPEN}{_NUM}\s*%?)\s*[;,]\s*(?:95\s*%?\s*CI[:,]?\s*)?"
    rf"(?P<low>\d+(?:\.\d+)?)\s*%?\s*(?:to|[-−–—,])\s*(?P<high>\d+(?:\.\d+)?)\s*%?(?P<shut>{_SHUT})",
    re.I,
)
"""A count and its percentage with an interval in the same brackets."""
_BOTH = re.compile(
    rf"(?P<share>\d+{_OPEN}{_NUM}\s*%?)\s*;\s*(?P<answers>\d+(?:\.\d+)?|NA|[–—]|\[[a-z]\])\s*%?"
    rf"(?P<said>\s*of (?:all )?answers)?(?P<shut>{_SHUT})", re.I
)  # fmt: skip
"""A count with its percentages of people and of answers."""
_SWAPPED = re.compile(rf"{_NUM}{_OPEN}{_INT}{_SHUT}")
_WITHHELD = re.compile(
    r"\[[a-z]\]|[<≤]\s*\d+(?:\s*\(.*\))?|\*+|[–—−-]{1,3}|\.{2,3}|…|x|s|redacted|suppressed|withheld|masked", re.I
)
_ABSENT = re.compile(r"N\.?[ARED]\.?|N/A|n/?a|ND|NE|NS|missing|not (?:reported|applicable|available|estimable)", re.I)
_LEVEL = re.compile(
    r"\s*\d\d(?:\.\d)?\s?%\s*(?:CIs?|C\.I\.|confidence|credible)(?:\s*(?:intervals?|limits?))?\W*$", re.I
)
_N_SAID = re.compile(r"(?<![A-Za-z])N\s*[=:]\s*(\d[\d,.\s\u2009\u202f\u00a0]*\d|\d)", re.I)


@dataclass(frozen=True)
class Figure:
    """A cell read. total: as printed in the cell (``12/40``). sign: whether a % sign stood there.

    bare: a number alone, which is a count or a percentage as its column says. answers: a second percentage, of the
    answers that several people gave (``44 (24%; 43% of answers)``); said: whether the cell itself says so.
    """

    n: int | None = None
    percent: Percent | None = None
    total: int | None = None
    sign: bool = False
    bare: bool = False
    withheld: bool = False
    absent: bool = False
    answers: Percent | None = None
    said: bool = False


NOTHING = Figure()


def comma_decimals(texts: list[str]) -> bool:
    """Whether a table writes 26,2 for 26.2, or 1.234 for 1,234: a number of people has no decimals."""
    told = any(_DECIMAL_COMMA.search(text) or _POINT_GROUPS.search(text) for text in texts)
    return told and not any(map(_DECIMAL_POINT.search, texts))


def plain_numbers(text: str, comma: bool) -> str:
    """Digits without grouping, with a point before decimals."""
    text = _THIN.sub("", text)
    text = _SPACED.sub(lambda m: m[0].replace(" ", ""), text)
    if comma:
        return re.sub(r"(?<=\d),(?=\d)", ".", _POINTS.sub(lambda m: m[0].replace(".", ""), text))
    return _COMMAS.sub(lambda m: m[0].replace(",", ""), text)


@lru_cache(maxsize=1 << 14)
def figure(text: str, comma: bool = False, swapped: bool = False) -> Figure:
    """One cell. ``swapped``: its column says that percentages stand before counts."""
    words = plain_numbers(text.strip(), comma)
    for gap in _GAP:
        words = words.replace(gap, " ")
    if not words:
        return NOTHING
    if (held := _BESIDE.fullmatch(words)) and float(held["low"]) <= float(held["p"]) <= float(held["high"]):
        words = held["share"] + held["shut"]
    if (both := _BOTH.fullmatch(words)) and len(both["answers"]) <= 12:
        people = figure(both["share"] + both["shut"])
        if people.percent is not None:
            answers = percent_of(both["answers"]) if both["answers"][0].isdigit() else None
            return replace(people, answers=answers, said=bool(both["said"]))
    if swapped and (found := _SWAPPED.fullmatch(words)):
        return _made(found)
    for form in _FORMS:
        if found := form.fullmatch(words):
            return _made(found)
    if _ABSENT.fullmatch(words):
        return Figure(absent=True)
    return Figure(withheld=True) if _WITHHELD.fullmatch(words) else NOTHING


def _made(found: re.Match[str]) -> Figure:
    given = found.groupdict()
    n, p, total = given.get("n"), given.get("p"), given.get("N")
    if any(len(part or "") > 12 for part in (n, p, total)):
        return NOTHING
    return Figure(
        n=int(n) if n else None, percent=percent_of(p) if p else None, total=int(total) if total else None,
        sign=bool(given.get("sign") or given.get("sign2")), bare=found.re.pattern in (_INT, _NUM),
    )  # fmt: skip


def percent_of(text: str) -> Percent:
    """``26.2`` is 262 units at 1 decimal."""
    whole, _, part = text.partition(".")
    return Percent(int(whole + part), len(part))


def holds_figure(text: str) -> bool:
    """Whether a cell of a table's body is a number, a count with its percentage, withheld or not there."""
    words = text.split(RAISED)[0] if LOWERED in text else text
    words = re.sub(r"(?<=[\d)%])\s*[*†‡§‖¶a-z]$", "", words.strip())
    found = figure(words) if words else NOTHING
    if _LEVEL.match(words):
        return False  # the heading of a column of intervals
    if found is NOTHING or found == Figure():
        return bool(re.match(r"\s*[-−–<]?\s*\d[\d.,]*\s*(?:[(\[±]|to\b|/|%)", words))
    return not found.absent or bool(re.fullmatch(r"N[ARED]|N/A", words.strip()))


def stated_n(text: str, comma: bool = False) -> int | None:
    """The N that a heading, a caption or a label says: ``(N = 39)``; None where it says none or several."""
    found = {int(re.sub(r"\D", "", plain_numbers(m[1], comma).split(".")[0] or "0")) for m in _N_SAID.finditer(text)}
    return found.pop() if len(found) == 1 else None


def without_n(text: str) -> str:
    """A heading's words without its ``(n = 42)``."""
    return re.sub(r"\s*[(\[,]?\s*" + _N_SAID.pattern + r"\s*[)\]]?", " ", text, flags=re.I).strip()
