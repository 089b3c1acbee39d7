"""What is wrong with the items of a scale: one mistake a fault, and whether another base would explain it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from pipeline.cleaning.distinct import Distinct
from pipeline.cleaning.faults import Faults, listed, mistakes_of
from pipeline.cleaning.types import OUTSIDE, number
from pipeline.errors import Mistake
from pipeline.intake.numbers import number_text
from pipeline.study import Scale
from pipeline.study.words import Interval


def item_mistakes(
    at: Callable[..., str],
    scale: Scale,
    faults: Mapping[str, Faults],
    columns: Mapping[str, Distinct],
    coded: Mapping[str, Interval],
    decimal: str,
) -> list[Mistake]:
    """faults, columns: by item. coded: the range in which the file should hold each."""
    wrong = {item: found for item, found in faults.items() if found}
    total: Faults = Faults()
    for counts in wrong.values():
        total.update(counts)
    items = _of(wrong)
    others = {(fault, code): n for (fault, code), n in total.items() if fault != OUTSIDE}
    found = mistakes_of(at, others, scale.codes, unit="cell", more=items, columns=len(wrong))
    key = "base" if scale.base is not None else "coded" if scale.coded else "range" if scale.range else "instrument"
    for label in dict.fromkeys(range_.label for range_ in coded.values()):
        here = {item: counts for item, counts in wrong.items() if coded[item].label == label}
        outside = Counter[str]()
        for counts in here.values():
            outside.update({code: n for (fault, code), n in counts.items() if fault == OUTSIDE})
        if n := sum(outside.values()):
            shown = items if len(set(coded.values())) == 1 else _of(here)
            cells = f"{n} cell{'s' * (n != 1)}{shown} lie{'s' * (n == 1)}"
            what = f"{cells} outside {label}: {listed(outside, 'cell', len(wrong))}."
            found.append(Mistake(at(key), what, _another_base(columns, scale, coded, decimal)))
    return found


def _of(wrong: Mapping[str, Faults]) -> str:
    return f" of {len(wrong)} item{'s' * (len(wrong) != 1)}"


def _another_base(columns: Mapping[str, Distinct], scale: Scale, coded: Mapping[str, Interval], decimal: str) -> str:
    """Whether all answers would fit if the file counted from another number (0-based against 1-based)."""
    mend = "Declare codes among them under 'missing', like missing: {99: not answered}, or correct 'range' or 'coded'."
    if scale.codes:
        return mend
    values = {item: found for item, cells in columns.items() if (found := _numbers(cells, scale, decimal))}
    below = min(min(found) - coded[item].low for item, found in values.items())
    shift = below if below < 0 else max(max(found) - coded[item].high for item, found in values.items())
    fits = shift != 0 and all(
        abs(shift) < coded[item].high - coded[item].low
        and coded[item].low + shift <= min(found) <= max(found) <= coded[item].high + shift
        for item, found in values.items()
    )
    ranges = set(coded.values())
    lows = {range_.low + shift for range_ in ranges}
    if not fits or (len(ranges) > 1 and (len(lows) > 1 or shift != round(shift))):
        return mend
    if len(ranges) > 1:
        base = number_text(lows.pop())
        return (
            f"All answers would fit a lowest code of {base}: if the file counts so, say base: {base}. Otherwise: {mend}"
        )
    (range_,) = ranges
    base = f"{number_text(range_.low + shift)}-{number_text(range_.high + shift)}"
    return f"All answers would fit {base}: if the file counts so, say coded: {base}. Otherwise: {mend}"


def _numbers(cells: Distinct, scale: Scale, decimal: str) -> list[float]:
    """What stands in a column and is a number, without what is declared missing."""
    said = (t for t, n in zip(cells.texts, cells.counts(), strict=True) if n and t not in scale.missing)
    return [v for text in said if (v := number(text, decimal)) is not None]
