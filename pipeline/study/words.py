"""The small written forms that a study file uses: numbers kept as written, ranges, bands, file paths."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

BLANK = "blank"
NOT_ASKED, NOT_APPLICABLE = "not asked", "not applicable"
STRUCTURAL = (NOT_ASKED, NOT_APPLICABLE)

_NUMBER = r"[-−]?\d+(?:\.\d+)?"
NUMBER = re.compile(r"[-−]?([0-9]+(\.[0-9]+)?|\.[0-9]+)")
"""A number as a study file writes it."""
_RANGE = re.compile(rf"\s*({_NUMBER})\s*(?:-|–|to)\s*({_NUMBER})\s*")
_OPEN = re.compile(rf"\s*(?:({_NUMBER})\s*\+|(<|>|≤|≥|<=|>=)\s*({_NUMBER}))\s*")


class RawInt(int):
    """A whole number that remembers how it was written (``0012``)."""

    raw: str = ""


class RawFloat(float):
    """A number that remembers how it was written."""

    raw: str = ""


def _as_written(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError(f"{str(value).lower()} is a truth value here; put it into quotes to mean the word")
    return getattr(value, "raw", None) or (str(value) if isinstance(value, (int, float)) else value)


def _listed(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) or value is None else [value]


Text = Annotated[str, BeforeValidator(_as_written, json_schema_input_type=str | int | float)]
"""Text as it was written: ``0012`` stays ``0012``."""


def _as_label(text: str) -> str:
    if not text.strip() or len(text) > 200 or "\n" in text:
        raise ValueError("a label is one line of 1 to 200 characters")
    if text[0] in "=+@|\t":
        raise ValueError(f"a label that begins with '{text[0]}' would be a formula in a spreadsheet; begin with a word")
    if text[0] == "-" and text.strip("-") and not (NUMBER.fullmatch(text) or _RANGE.fullmatch(text)):
        raise ValueError("a label that begins with '-' would be a formula in a spreadsheet; begin with a word")
    if re.search(r";\w+=", text):
        raise ValueError("a label can't hold ';name=', which parts groups in results.csv")
    return text


Label = Annotated[Text, AfterValidator(_as_label)]
"""What stands in tables, figures and ``results.csv``."""

Texts = Annotated[
    tuple[Text, ...], BeforeValidator(_listed, json_schema_input_type=str | int | float | list[str | int | float])
]
"""One text or a list of them."""


@dataclass(frozen=True)
class Interval:
    """Numbers from ``low`` to ``high``; an infinite end is open. ``label`` is how it was written."""

    low: float
    high: float
    label: str
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, value: float) -> bool:
        above = value > self.low if self.low_open else value >= self.low
        below = value < self.high if self.high_open else value <= self.high
        return above and below

    def holds(self, values: Any) -> Any:
        """Which numbers of an array lie inside (NaN does not)."""
        above = values > self.low if self.low_open else values >= self.low
        return above & (values < self.high if self.high_open else values <= self.high)


def _number(text: str) -> float:
    return float(text.replace("−", "-"))


def interval(text: str) -> Interval:
    """``1-5``, ``18–29``, ``65+``, ``<18``, ``>=3`` as an ``Interval``; ValueError names what is expected."""
    text = str(_as_written(text))
    if len(text) > 80:
        raise ValueError("a range or band is short, like 1-5, 65+ or <18")
    if found := _RANGE.fullmatch(text):
        low, high = _number(found[1]), _number(found[2])
        if low > high:
            raise ValueError(f"'{text}' runs downwards; write {found[2]}-{found[1]}")
        return Interval(low, high, text.strip())
    if found := _OPEN.fullmatch(text):
        if found[1]:
            return Interval(_number(found[1]), float("inf"), text.strip())
        edge = _number(found[3])
        if found[2].startswith(("<", "≤")):
            return Interval(float("-inf"), edge, text.strip(), high_open=found[2] == "<")
        return Interval(edge, float("inf"), text.strip(), low_open=found[2] == ">")
    raise ValueError(f"'{text}' is not a range; write it like 1-5, 65+ or <18")


def bands_of(texts: Iterable[str]) -> tuple[Interval, ...]:
    """Bands as intervals. Where two touch (18-30, 30-45), the edge belongs to the upper one everywhere."""
    found = [interval(text) for text in texts]
    begins = [(place, band.low) for place, band in enumerate(found) if not band.low_open]
    return tuple(
        replace(band, high_open=band.high_open or any(low == band.high for at, low in begins if at != place))
        for place, band in enumerate(found)
    )


def _closed(text: str) -> str:
    found = interval(text)
    if found.low == float("-inf") or found.high == float("inf"):
        raise ValueError(f"'{text}' has an open end; write both ends, like 1-5")
    return text


def _any_interval(text: str) -> str:
    interval(text)
    return text


RangeText = Annotated[Text, AfterValidator(_closed)]
BandText = Annotated[Text, AfterValidator(_any_interval)]


def _stays_inside(path: str) -> str:
    parts = re.split(r"[/\\]", path)
    if path.startswith(("/", "\\", "~")) or ".." in parts or ":" in path or "\x00" in path or path.strip() == "":
        raise ValueError("a path stays inside the study's own folder: no '..', no drive, no leading '/' or '~'")
    return path


InsidePath = Annotated[str, AfterValidator(_stays_inside)]

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DATE_PARTS = {
    "%Y": r"(?P<year>[0-9]{4})", "%m": r"(?P<month>[0-9]{1,2})", "%d": r"(?P<day>[0-9]{1,2})",
    "%b": f"(?P<name>{'|'.join(m[:3] for m in MONTHS)})", "%B": f"(?P<name>{'|'.join(MONTHS)})",
    "%H": r"(?P<hour>[0-9]{1,2})", "%I": r"(?P<hour>[0-9]{1,2})", "%p": "(?P<half>am|pm)",
    "%M": r"(?P<minute>[0-9]{1,2})", "%S": r"(?P<second>[0-9]{1,2})", "%f": r"[0-9]{1,6}", "%%": "%",
}  # fmt: skip


def date_pattern(written: str) -> str:
    """A date's format (``%d.%m.%Y``) as a regular expression with named groups, for lower-case text.

    Months have their English names whatever the computer's language. ValueError for parts that are not known, for
    years of two digits and for formats that do not name a whole day.
    """
    parts = re.split("(%.)", written)
    for part in parts[1::2]:
        if part == "%y":
            raise ValueError("%y is a year of two digits, which could be any century; export four digits (%Y)")
        if part not in _DATE_PARTS:
            raise ValueError(f"'{part}' is not known; use {', '.join(sorted(_DATE_PARTS, key=str.lower))}")
    pattern = "".join(_DATE_PARTS[p] if i % 2 else re.escape(p.lower()) for i, p in enumerate(parts))
    for named in ("year", "month|name", "day"):
        if len(re.findall(f"<(?:{named})>", pattern)) != 1:
            raise ValueError("a date has a year (%Y), a month (%m, %b or %B) and a day (%d), each once")
    try:
        re.compile(pattern)
    except re.error:
        raise ValueError("a part stands in it twice") from None
    return pattern


def _date_format(written: str) -> str:
    date_pattern(written)
    return written


def _day(written: str) -> str:
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise ValueError("a day is written year, month, day: 2025-12-31") from None


Day = Annotated[Text, AfterValidator(_day)]
"""A day as ``2025-12-31``."""

DateFormat = Annotated[str, AfterValidator(_date_format)]
