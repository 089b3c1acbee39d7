"""How far a number may lie from the one that was committed: declared here, by kind of number, and nowhere else.

The last digits of a least-squares fit differ between processors (from the 14th digit). So a number that nothing was
rounded for may differ by a millionth of itself. A rounded one may differ by one unit of its last digit, and only where
the replay's own unrounded value lies within a millionth of the point at which rounding turns over: an edited last digit
is no difference between machines. Counts are counts.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from pipeline.disclosure.text import DECIMALS, as_text
from pipeline.tables.in_style import P
from pipeline.tables.rounding import significant

RELATIVE = 1e-6
NEAR_ZERO = 1e-12
"""A number that is nought but for its last bits may be nought with others. P values are told apart however small."""
EXACT = frozenset(statistic for statistic, decimals in DECIMALS.items() if decimals == 0)
"""Counts of people, rows, clusters, events, items, answers; and months."""
WORDS = {
    "counts": "exact",
    "other numbers that the release rule leaves unrounded": "a millionth of the number (relative 1e-6)",
    "rounded numbers": (
        "one unit of the last digit, and only where the replay's unrounded value lies within a millionth of the point "
        "at which rounding turns over"
    ),
    "texts and withheld numbers": "exact",
}
"""The same in words, for the certificate."""
_DIGITS = re.compile(r"\d[\d,]*(?:\.(\d+))?")


class Shown(NamedTuple):
    """A number as ``results.csv`` has it: the released value and the printed text."""

    value: str
    text: str


def within(statistic: str, committed: Shown, replayed: Shown, full: float, rounded: bool) -> bool:
    """Whether two released numbers that are not the same may be taken for the same.

    full: the replay's value before release, NaN where it is not known. rounded: whether the release rule rounds.
    """
    old, new = _number(committed.value), _number(replayed.value)
    if statistic in EXACT or not (math.isfinite(old) and math.isfinite(new)):
        return False
    decimals = _decimals(replayed.text)
    if not (_near_boundary(statistic, old, new, full, decimals) if rounded else _near(statistic, old, new)):
        return False
    return committed.text in (replayed.text if not rounded else None, as_text(statistic, old, decimals))


def _near(statistic: str, old: float, new: float) -> bool:
    apart = abs(old - new)
    return apart <= RELATIVE * max(abs(old), abs(new)) or (statistic not in P and apart <= NEAR_ZERO)


def _near_boundary(statistic: str, old: float, new: float, full: float, decimals: int | None) -> bool:
    """One unit of the last digit apart, and the unrounded value where rounding turns from one to the other."""
    unit = _unit(new) if decimals is None else 10.0**-decimals
    between = (old + new) / 2
    return 0 < abs(old - new) <= unit * (1 + RELATIVE) and _near(statistic, full, between)


def _unit(value: float) -> float:
    """One unit of the last of two significant digits: of a P value that is printed as a bound."""
    return 0.0 if value == 0 else 10.0 ** (math.floor(math.log10(abs(significant(value, 2)))) - 1)


def _decimals(text: str) -> int | None:
    """How many decimals a text has; None of a bound (``<0.001``), which is no number."""
    found = _DIGITS.search(text)
    return None if found is None or text[:1] in "<>" else len(found[1] or "")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
