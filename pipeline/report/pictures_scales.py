"""The spread of each scale's scores, and the plot of estimates, from released numbers."""

from __future__ import annotations

import math
import re

from pipeline.disclosure import Released
from pipeline.models.declared import Declared, declared
from pipeline.report.blocks import Figure, listed
from pipeline.report.figure_estimates import (
    ADJUSTED,
    UNADJUSTED,
    Estimate,
    EstimatePanel,
    EstimateRow,
    estimates_picture,
)
from pipeline.report.figure_scales import Bin, SpreadPanel, SpreadRow, scale_picture
from pipeline.report.look_up import Group, Shelf, number, printed
from pipeline.report.pictures_flow import MOST_PARTS
from pipeline.results import Key
from pipeline.study import Study
from pipeline.tables.scales import DISTRIBUTION
from pipeline.tables.table import Filled
from pipeline.tables.words import inside_sentence, scale_rule

_BIN = re.compile(r"(-?\d+(?:\.\d+)?)–(-?\d+(?:\.\d+)?)")
SHOWN = {"n": "n", "mean": "Mean", "q1": "First quartile", "median": "Median", "q3": "Third quartile"}


def scale_figure(study: Study, released: Released, scale: str, label: str = "") -> Figure | None:
    """One scale: a histogram of everyone and a line a programme, wave by wave; None where nobody was scored."""
    shelf = Shelf(released, "scale", scale)
    if not shelf.keys:
        return None
    rule = scale_rule(study, scale)
    groups = {wave: [Group(wave.path, "All"), *_few(shelf.parts(study, wave))] for wave in shelf.waves(study)}
    panels = tuple(
        SpreadPanel(wave.label or "Everyone", tuple(_spread(shelf, g) for g in parts), _bins(shelf, wave))
        for wave, parts in groups.items()
    )
    by = [
        *dict.fromkeys(inside_sentence(g.by) for found in groups.values() for g in found if g.by),
        *(["wave"] if len(panels) > 1 else []),
    ]
    caption = f"{rule.label}: how scores are spread{f', by {listed(by)}' if by else ''}. "
    caption += "Bars: how many people have such a score. Below: mean, median and the middle half of the scores."
    hidden = any(math.isnan(r.mean) and r.n == "[c]" for p in panels for r in p.rows) or any(
        math.isnan(b.count) for p in panels for b in p.bins
    )
    caption += " Hatched or dotted: withheld, small numbers." if hidden else ""
    picture = scale_picture(panels, *rule.limits, label)
    return Figure(
        f"scale-{scale}",
        picture,
        _scale_told(rule.label, panels, shelf, groups),
        caption,
        _scale_table(shelf, scale, rule.label, groups),
    )


def _few(parts: list[Group]) -> list[Group]:
    return parts if len(parts) <= MOST_PARTS else []


def _spread(shelf: Shelf, group: Group) -> SpreadRow:
    values = [shelf.value(group.path, s) for s in ("mean", "q1", "median", "q3")]
    return SpreadRow(group.label, shelf.text(group.path, "n"), *values)


def _bins(shelf: Shelf, wave: Group) -> tuple[Bin, ...]:
    found = []
    for key in shelf.keys:
        if key.group == wave.path and key.term == DISTRIBUTION and (ends := _BIN.fullmatch(key.level)):
            found.append(Bin(float(ends[1]), float(ends[2]), shelf.released.value(key)))
    return tuple(sorted(found, key=lambda b: b.low))


def _scale_told(label: str, panels: tuple[SpreadPanel, ...], shelf: Shelf, groups: dict[Group, list[Group]]) -> str:
    """Everyone's mean and quartiles wave by wave, and the programmes' means."""
    told = []
    for panel, (wave, parts) in zip(panels, groups.items(), strict=True):
        mean, q1, q3, n = (number(shelf.text(wave.path, s)) for s in ("mean", "q1", "q3", "n"))
        words = f"{panel.title}: mean {mean}, middle half {q1} to {q3}, n = {n}"
        means = [f"{g.label} {number(shelf.text(g.path, 'mean'))}" for g in parts[1:]]
        told.append(words + (f"; means by {inside_sentence(parts[1].by)}: {', '.join(means)}" if means else ""))
    return f"Histograms and dots of {label}. {'. '.join(told)}."


def _scale_table(shelf: Shelf, scale: str, label: str, groups: dict[Group, list[Group]]) -> Filled:
    labels = list(dict.fromkeys(g.label for parts in groups.values() for g in parts))
    columns = [(words, wave.label) for wave in groups for words in SHOWN.values()]
    paths = {(wave.path, g.label): g.path for wave, parts in groups.items() for g in parts}

    def keys(label: str) -> list[Key]:
        return [shelf.key(paths.get((wave.path, label), "none"), s) for wave in groups for s in SHOWN]

    stub = next((g.by for parts in groups.values() for g in parts if g.by), "")
    return printed(
        shelf.released,
        f"scale-{scale}-figure",
        f"{label}: scores",
        stub,
        columns,
        [(name, keys(name)) for name in labels],
    )


def estimates_figure(study: Study, released: Released, label: str = "") -> Figure | None:
    """Every model's exposure, unadjusted and adjusted, grouped by what is on the axis; None without models."""
    models = [declared(study, name) for name in study.models]
    models = [m for m in models if _adjustments(released, m)]
    if not models:
        return None
    panels: dict[tuple[str, str], list[EstimateRow]] = {}
    for model in models:
        panels.setdefault(_panel_of(model), []).extend(_rows(released, model))
    made = tuple(
        EstimatePanel(title, axis, tuple(rows), axis.startswith("odds ratio")) for (title, axis), rows in panels.items()
    )
    every = [e for p in made for r in p.rows for e in r.estimates]
    both = any(e.adjustment == ADJUSTED for e in every)
    caption = (
        f"Estimates with 95% confidence intervals, unadjusted{' and adjusted on the same people' if both else ''}."
    )
    caption += " The dashed line stands where there is no difference."
    caption += " Dotted: withheld or not estimated." if any(math.isnan(e.value) for e in every) else ""
    return Figure(
        "estimates", estimates_picture(made, label), _estimates_told(made), caption, _estimates_table(released, models)
    )


def _panel_of(model: Declared) -> tuple[str, str]:
    event = f": {model.event}" if model.event else ""
    unit = f" in {model.outcome.unit}" if model.outcome.unit and model.effect == "mean difference" else ""
    wave = f", {model.wave}" if model.wave else ""
    return f"{model.outcome.label}{event}{wave}", f"{model.effect}{unit}"


def _adjustments(released: Released, model: Declared) -> list[str]:
    return [
        a
        for a in (UNADJUSTED, ADJUSTED)
        if any(released.has(_key(model, level, a, "estimate")) for level in model.exposure.shown)
    ]


def _key(model: Declared, level: str, adjustment: str, statistic: str) -> Key:
    return Key("model", model.name, model.exposure.name, level, f"adjustment={adjustment}", statistic)


def row_label(model: Declared, level: str) -> str:
    """``Age, per unit (years)``; ``Format: groups against one-to-one``."""
    term = model.exposure
    if not level:
        return f"{term.label}, per unit{f' ({term.unit})' if term.unit else ''}"
    against = (
        f" against {inside_sentence(term.reference) if term.kind == 'choices' else term.reference}"
        if term.reference
        else ""
    )
    return f"{term.label}: {level}{against}"


def _rows(released: Released, model: Declared) -> list[EstimateRow]:
    return [
        EstimateRow(
            row_label(model, level), tuple(_estimate(released, model, level, a) for a in _adjustments(released, model))
        )
        for level in model.exposure.shown
        if released.has(_key(model, level, UNADJUSTED, "estimate"))
    ]


def _estimate(released: Released, model: Declared, level: str, adjustment: str) -> Estimate:
    middle, low, high = (_key(model, level, adjustment, s) for s in ("estimate", "ci_low", "ci_high"))
    if released.withheld(middle):
        words = "withheld"
    elif math.isnan(released.value(middle)):
        words = "not estimated"
    elif math.isnan(released.value(low)):
        words = f"{released.text(middle)} (no interval)"
    else:
        words = f"{released.text(middle)} ({released.text(low)} to {released.text(high)})"
    n = Key("model", model.name, model.exposure.name, "", f"adjustment={adjustment}", "n")
    counted = released.text(n) if released.has(n) else ""
    return Estimate(adjustment, released.value(middle), released.value(low), released.value(high), words, counted)


def _estimates_told(panels: tuple[EstimatePanel, ...]) -> str:
    told = []
    for panel in panels:
        rows = [f"{r.label}: {', '.join(f'{e.adjustment} {e.words}' for e in r.estimates)}" for r in panel.rows]
        told.append(f"{panel.title}, {panel.axis}. {'; '.join(rows)}.")
    return f"Estimates with 95% confidence intervals. {' '.join(told)}"


def _estimates_table(released: Released, models: list[Declared]) -> Filled:
    statistics = {"estimate": "Estimate", "ci_low": "95% CI from", "ci_high": "to"}
    columns = [(words, a.capitalize()) for a in (UNADJUSTED, ADJUSTED) for words in statistics.values()]
    rows = [
        (
            f"{model.outcome.label}. {row_label(model, level)}",
            [_key(model, level, a, s) for a in (UNADJUSTED, ADJUSTED) for s in statistics],
        )
        for model in models
        for level in model.exposure.shown
    ]
    return printed(
        released, "estimates-figure", "Estimates with 95% confidence intervals", "Outcome and exposure", columns, rows
    )
