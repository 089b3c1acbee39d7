"""The spread of each scale's scores, from released numbers."""

from __future__ import annotations

import math
import re

from pipeline.disclosure import Released
from pipeline.instruments import ScoringRule
from pipeline.report.blocks import Figure
from pipeline.report.draw_scales import Band, Bin, SpreadPanel, SpreadRow, scale_picture
from pipeline.report.look_up import Group, Shelf, by_words, printed
from pipeline.results import WITHHELD, Key
from pipeline.study import Study
from pipeline.tables.scales import BY_WEIGHT, DISTRIBUTION
from pipeline.tables.table import Filled
from pipeline.tables.words import inside_sentence, scale_rule, unweighted

_BIN = re.compile(r"(-?\d+(?:\.\d+)?)–(-?\d+(?:\.\d+)?)")
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
UNEVEN = 0.1
"""Bins whose widths differ by more than this part are called uneven."""
SHOWN = {"n": "n", "mean": "Mean", "q1": "First quartile", "median": "Median", "q3": "Third quartile"}


def scale_figure(study: Study, released: Released, scale: str, label: str = "") -> Figure | None:
    """One scale: a histogram of everyone and a line a programme, wave by wave; None where nobody was scored."""
    shelf = Shelf(released, "scale", scale)
    if not shelf.keys:
        return None
    rule = scale_rule(study, scale)
    groups = {wave: [Group(wave.path, "All"), *shelf.parts(study, wave)] for wave in shelf.waves(study)}
    panels = tuple(
        SpreadPanel(wave.label or "Everyone", tuple(_spread(shelf, g) for g in parts), _bins(shelf, wave))
        for wave, parts in groups.items()
    )
    by = by_words([g for found in groups.values() for g in found], len(panels) > 1)
    return Figure(
        f"scale-{scale}",
        scale_picture(panels, *rule.limits, label, tuple(_bands(rule).values())),
        _scale_told(rule.label, panels, shelf, groups),
        f"{rule.label}: how scores are spread{by and f', {by}'}. {_read(panels, study, _before(shelf))}"
        f"{_bands_read(rule)}",
        _scale_table(shelf, scale, rule.label, groups),
    )


def _bands(rule: ScoringRule) -> dict[str, Band]:
    """Its bands by their names, from the lowest, each with a number."""
    ordered = sorted(rule.bands.items(), key=lambda named: named[1].low)
    return {name: Band(number, of.low, of.high) for number, (name, of) in zip(ROMAN, ordered, strict=False)}


def _bands_read(rule: ScoringRule) -> str:
    named = [f"{band.number} {name} ({rule.bands[name].label})" for name, band in _bands(rule).items()]
    return f" Upright dashes: where bands begin; {'; '.join(named)}." if named else ""


def _before(shelf: Shelf) -> str:
    """What stands before the names of means and quartiles: whether they are weighted."""
    return BY_WEIGHT if any(key.statistic.startswith(BY_WEIGHT) for key in shelf.keys) else ""


def _read(panels: tuple[SpreadPanel, ...], study: Study, before: str) -> str:
    """How the picture is read."""
    bins = [b for p in panels for b in p.bins]
    widths = {round(b.high - b.low, 1) for b in bins}
    said = "Bars: how many people have such a score" if bins else ""
    if max(widths, default=0) - min(widths, default=0) > UNEVEN * max(widths, default=0):
        said += "; the height of a bar is its number of people, however wide it is"
    said += ". Below: mean, median" if bins else "Mean, median"
    said += " and the middle half of the scores."
    if before:
        said += " Mean, median and middle half are weighted, numbers of people are not."
    else:
        said += "".join(f" {note}" for note in unweighted(study, "figure"))
    gone = any(math.isnan(r.mean) and r.n == WITHHELD for p in panels for r in p.rows)
    gone |= any(math.isnan(b.count) for b in bins)
    return f"{said} Hatched or dotted: withheld, small numbers." if gone else said


def _spread(shelf: Shelf, group: Group) -> SpreadRow:
    before = _before(shelf)
    values = [shelf.value(group.path, f"{before}{s}") for s in ("mean", "q1", "median", "q3")]
    return SpreadRow(group.label, shelf.text(group.path, "n"), *values)


def _bins(shelf: Shelf, wave: Group) -> tuple[Bin, ...]:
    found = []
    for key in shelf.keys:
        if key.group == wave.path and key.term == DISTRIBUTION and (ends := _BIN.fullmatch(key.level)):
            found.append(Bin(float(ends[1]), float(ends[2]), shelf.released.value(key)))
    return tuple(sorted(found, key=lambda b: b.low))


def _scale_told(label: str, panels: tuple[SpreadPanel, ...], shelf: Shelf, groups: dict[Group, list[Group]]) -> str:
    """Everyone's mean and quartiles wave by wave, and the programmes' means."""
    told, before = [], _before(shelf)
    weighted = "weighted " if before else ""
    for panel, (wave, parts) in zip(panels, groups.items(), strict=True):
        mean, q1, q3 = (shelf.said(wave.path, f"{before}{s}") for s in ("mean", "q1", "q3"))
        words = f"{panel.title}: {weighted}mean {mean}, middle half {q1} to {q3}, n = {shelf.said(wave.path, 'n')}"
        means = [f"{g.label} {shelf.said(g.path, f'{before}mean')}" for g in parts[1:]]
        told.append(
            words + (f"; {weighted}means by {inside_sentence(parts[1].by)}: {', '.join(means)}" if means else "")
        )
    return f"Histograms and dots of {label}. {'. '.join(told)}."


def _scale_table(shelf: Shelf, scale: str, label: str, groups: dict[Group, list[Group]]) -> Filled:
    labels = list(dict.fromkeys(g.label for parts in groups.values() for g in parts))
    before = _before(shelf)
    shown = {s if s == "n" else f"{before}{s}": f"Weighted {w.lower()}" if before and s != "n" else w
             for s, w in SHOWN.items()}  # fmt: skip
    columns = [(words, wave.label) for wave in groups for words in shown.values()]
    paths = {(wave.path, g.label): g.path for wave, parts in groups.items() for g in parts}

    def keys(label: str) -> list[Key]:
        return [shelf.key(paths.get((wave.path, label), "none"), s) for wave in groups for s in shown]

    stub = next((g.by for parts in groups.values() for g in parts if g.by), "")
    return printed(
        shelf.released,
        f"scale-{scale}-figure",
        f"{label}: scores",
        stub,
        columns,
        [(name, keys(name)) for name in labels],
    )
