"""Numbers, dates and truth values that a file holds as such, written out as text."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from pipeline.errors import Mistake


def number_text(value: float) -> str:
    """A plain decimal that reads back as the same double: a whole number without ``.0``, any other by the digits of
    its shortest exact form (``repr``), never with an exponent (``0.0000001``)."""
    if not math.isfinite(value):
        return repr(float(value))
    return str(int(value)) if value == int(value) else format(Decimal(repr(float(value))), "f")


def when_text(value: date | time | timedelta, with_time: bool = False) -> str:
    """ISO 8601; midnight is left out unless ``with_time``; a duration as hours:minutes:seconds."""
    if isinstance(value, datetime):
        return value.isoformat() if with_time or value.time() != time(0) else value.date().isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00" if with_time else value.isoformat()
    if isinstance(value, time):
        return value.isoformat()
    seconds = abs(value) // timedelta(seconds=1)
    sign = "-" if value < timedelta(0) else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def lost_digits(file: str, column: str, cells: int, holds: str) -> Mistake:
    """For numbers so long that the file can't hold all their digits."""
    return Mistake(
        f"{file}, {column}",
        f"{cells:,} {'cell holds a number' if cells == 1 else 'cells hold numbers'} longer than {holds}, "
        "so that their last digits are lost.",
        "Export the column as text, or name it under ignore.",
    )
