"""The picture of reliability: how well the items of each scale hold together, from released numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pipeline.disclosure import Released
from pipeline.instruments import rules
from pipeline.instruments.told import ENDS
from pipeline.report.blocks import Figure
from pipeline.report.draw_reliability import Held, reliability_picture
from pipeline.report.look_up import Shelf
from pipeline.results import Key
from pipeline.study import Study
from pipeline.tables.words import unweighted

FEWEST_ITEMS = 3
"""Of two items the table of items has no line."""


def reliability_figure(study: Study, released: Released, label: str = "") -> Figure | None:
    """A row a scale and wave; None where no alpha may be shown."""
    rows = tuple(row for name in study.scales for row in _rows(study, released, name))
    if all(math.isnan(row.alpha) for row in rows):
        return None
    caption = (
        "How well the items of each scale hold together: Cronbach's alpha with its interval, McDonald's omega, and "
        "from the least to the greatest item–rest correlation. Floor, ceiling: more than 15 in 100 have the lowest, or "
        "the highest possible score, where that may be told. The tables of reliability have these numbers."
    )
    caption += "".join(f" {note}" for note in unweighted(study, "figure"))
    caption += " Dotted: withheld, or not to be had." if any(math.isnan(row.alpha) for row in rows) else ""
    told = "; ".join(row.told for row in rows)
    return Figure("reliability", reliability_picture(rows, label), f"Marks on an axis to 1. {told}.", caption)


def _rows(study: Study, released: Released, name: str) -> Iterator[Held]:
    shelf, rule = Shelf(released, "reliability", name), rules(study)[name]
    for wave in shelf.waves(study) if rule.of_items and shelf.keys else ():
        at = wave.path
        alpha, low, high, omega = (shelf.value(at, s) for s in ("alpha", "ci_low", "ci_high", "omega"))
        rest = {item: shelf.value(at, "item_rest", item) for item in rule.items}
        if len(rest) < FEWEST_ITEMS or any(map(math.isnan, rest.values())):
            rest = {}
        ends = ", ".join(end for end in ("floor", "ceiling") if _many(released, name, at, end))
        words = f"{rule.label}, {wave.label}" if wave.label else rule.label
        told = [f"{words}: alpha {shelf.said(at, 'alpha')}"]
        told += [f"omega {shelf.said(at, 'omega')}"] if math.isfinite(omega) else []
        if rest:
            least, most = (shelf.said(at, "item_rest", which(rest, key=lambda i: rest[i])) for which in (min, max))
            told.append(f"item–rest correlations {least} to {most}")
        told += [ends] if ends else []
        ranged = (min(rest.values()), max(rest.values())) if rest else (math.nan, math.nan)
        yield Held(words, shelf.text(at, "n"), alpha, low, high, omega, *ranged, ends, ", ".join(told))


def _many(released: Released, name: str, group: str, end: str) -> bool:
    key = Key("quality", ENDS, name, "", group, end)
    return released.has(key) and released.value(key) == 1

