"""In which form a column of an export has its dates, for whoever declares it."""

from __future__ import annotations

import re
from collections.abc import Collection

DATE = re.compile(r"\d{4}-\d{2}-\d{2}.*|\d{1,2}[./]\d{1,2}[./]\d{2,4}.*")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTS = re.compile(r"(\d{1,2})([./])(\d{1,2})\2\d{4}")


def about_dates(dates: Collection[str]) -> str:
    """Why a column of dates is left out of a proposal, and what to write where it is needed."""
    why = "exact dates can identify people"
    forms = {form for date in dates if (form := _form(date, dates))}
    if len(forms) > 1:
        return (
            f"dates in two forms ({why}; where you need them: type: text, and a function that makes dates of both, see "
            "docs/study-files.md)"
        )
    form = f', format: "{forms.pop()}"' if forms and all(_form(date, dates) for date in dates) else ""
    return f"dates ({why}; declare type: date{form} where you need one)"


def _form(date: str, dates: Collection[str]) -> str:
    """``%d.%m.%Y``; empty for moments, years of two digits, and where day and month could be either."""
    if _ISO.fullmatch(date):
        return "%Y-%m-%d"
    if not (parts := _PARTS.fullmatch(date)):
        return ""
    sign = parts[2]
    same = [other for each in dates if (other := _PARTS.fullmatch(each)) and other[2] == sign]
    first, second = (max(int(each[place]) for each in same) for place in (1, 3))
    if first > 12 >= second or (sign == "." and second <= 12):
        return f"%d{sign}%m{sign}%Y"
    return f"%m{sign}%d{sign}%Y" if second > 12 >= first else ""
