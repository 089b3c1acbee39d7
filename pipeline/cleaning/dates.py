"""Dates of one declared form: what each distinct text of a column means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from pipeline.cleaning.declared import Declared
from pipeline.cleaning.types import MARKED, NO_DATE, NO_SUCH_DAY, UNDECLARED, Read, Said
from pipeline.study.words import MONTHS, date_pattern

_MONTHS = [month[:3] for month in MONTHS]
_EPOCH = date(1970, 1, 1).toordinal()


def read_date(declared: Declared, written: str) -> Read:
    """Dates of one declared form, to the second."""
    pattern = re.compile(date_pattern(written))

    def read(text: str) -> Said:
        if (why := declared.reason(text)) is not None:
            return Said(reason=why[0], rule=why[1])
        if text == "" or text in declared.marked:
            return Said(fault=MARKED if text else UNDECLARED)
        found = pattern.fullmatch(text.lower())
        if found is None:
            return Said(fault=NO_DATE)
        moment = _day(found.groupdict())
        return Said(fault=NO_SUCH_DAY) if moment is None else Said(moment)

    return read


def _day(parts: Mapping[str, str]) -> int | None:
    """Seconds since 1970; None where no calendar and no clock has such a moment."""
    month = _MONTHS.index(parts["name"][:3]) + 1 if "name" in parts else int(parts["month"])
    hour, minute, second = (int(parts.get(part, 0)) for part in ("hour", "minute", "second"))
    if "half" in parts:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (parts["half"] == "pm")
    if hour > 23 or minute > 59 or second > 59:
        return None
    try:
        days = date(int(parts["year"]), month, int(parts["day"])).toordinal() - _EPOCH
    except ValueError:
        return None
    return ((days * 24 + hour) * 60 + minute) * 60 + second
