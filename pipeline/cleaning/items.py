"""What is wrong with the items of a scale: one mistake a fault, and whether another base would explain it."""

from __future__ import annotations

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
    coded: Interval,
    decimal: str,
) -> list[Mistake]:
    """faults, columns: by item. coded: the range in which the file should hold them."""
    wrong = {item: found for item, found in faults.items() if found}
    total: Faults = Faults()
    for counts in wrong.values():
        total.update(counts)
    items = f" of {len(wrong)} item{'s' * (len(wrong) != 1)}"
    outside = {code: n for (fault, code), n in total.items() if fault == OUTSIDE}
    others = {(fault, code): n for (fault, code), n in total.items() if fault != OUTSIDE}
    found = mistakes_of(at, others, scale.codes, unit="cell", more=items, columns=len(wrong))
    if outside:
        n = sum(outside.values())
        cells = f"{n} cell{'s' * (n != 1)}{items} lie{'s' * (n == 1)}"
        what = f"{cells} outside {coded.label}: {listed(outside, 'cell', len(wrong))}."
        key = "coded" if scale.coded else "range" if scale.range else "instrument"
        found.append(Mistake(at(key), what, _another_base(columns, scale, coded, decimal)))
    return found


def _another_base(columns: Mapping[str, Distinct], scale: Scale, coded: Interval, decimal: str) -> str:
    """Whether all answers would fit if the file counted from another number (0-based against 1-based)."""
    mend = "Declare codes among them under 'missing', like missing: {99: not answered}, or correct 'range' or 'coded'."
    if scale.codes:
        return mend
    texts = {
        text
        for cells in columns.values()
        for text, n in zip(cells.texts, cells.counts(), strict=True)
        if n and text not in scale.missing
    }
    values = [v for text in texts if (v := number(text, decimal)) is not None]
    low, width = min(values), coded.high - coded.low
    shift = low - coded.low if low < coded.low else max(values) - coded.high
    base = f"{number_text(coded.low + shift)}-{number_text(coded.high + shift)}"
    fits = all(coded.low + shift <= v <= coded.high + shift for v in values) and shift != 0 and abs(shift) < width
    return (
        f"All answers would fit {base}: if the file counts so, say coded: {base}. Otherwise: {mend}" if fits else mend
    )
