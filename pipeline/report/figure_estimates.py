"""The plot of estimates, from released numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.disclosure import Released
from pipeline.models.declared import RATIOS, Declared, declared
from pipeline.models.estimates import group_of
from pipeline.models.moderation import labels_of
from pipeline.report.blocks import Figure
from pipeline.report.draw_estimates import (
    ADJUSTED,
    UNADJUSTED,
    Estimate,
    EstimatePanel,
    EstimateRow,
    estimates_picture,
)
from pipeline.report.look_up import printed
from pipeline.results import Key
from pipeline.study import Study
from pipeline.tables.moderation import place_label
from pipeline.tables.table import Filled
from pipeline.tables.words import inside_sentence


def estimates_figure(study: Study, released: Released, label: str = "") -> Figure | None:
    """Every model's exposure, unadjusted and adjusted, grouped by what is on the axis; None without models. Of a model
    with a moderator also the effects at its levels."""
    models = [declared(study, name) for name in study.models]
    models = [m for m in models if _adjustments(released, m)]
    if not models:
        return None
    panels: dict[tuple[str, str], list[EstimateRow]] = {}
    labels = told_apart(models)
    for model in models:
        panels.setdefault(_panel_of(model), []).extend(_rows(released, model, labels))
    made = tuple(
        EstimatePanel(title, axis, tuple(rows), axis in RATIOS) for (title, axis), rows in panels.items()
    )
    every = [e for p in made for r in p.rows for e in r.estimates]
    both = any(e.adjustment == ADJUSTED for e in every)
    caption = (
        f"Estimates with 95% confidence intervals, unadjusted{' and adjusted on the same people' if both else ''}."
    )
    caption += " The dashed line stands where there is no difference."
    if any(m.baseline for m in models):
        caption += " Models with a baseline are adjusted for it in either."
    caption += " Dotted: withheld or not estimated." if any(math.isnan(e.value) for e in every) else ""
    return Figure(
        "estimates", estimates_picture(made, label), _estimates_told(made), caption,
        _estimates_table(released, models, labels),
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
        if any(released.has(line.key(model, a, "estimate")) for line in lines_of(model))
    ]


def row_label(model: Declared, level: str, wave: str = "") -> str:
    """``Age, per unit (years)``; ``Format: groups against one-to-one``; of several waves ``…, 3 months``."""
    term = model.exposure
    if wave:
        return f"{row_label(model, level)}, {wave}"
    if not level:
        return f"{term.label}, per unit{f' ({term.unit})' if term.unit else ''}"
    against = (
        f" against {inside_sentence(term.reference) if term.kind == 'choices' else term.reference}"
        if term.reference
        else ""
    )
    return f"{term.label}: {level}{against}"


def told_apart(models: Sequence[Declared]) -> dict[tuple[str, str], str]:
    """(model, label of a line) -> that label, with the model's title where others of the same panel have one alike."""
    every = [(model, label) for model in models for label in dict.fromkeys(line.label for line in lines_of(model))]
    held = Counter((_panel_of(model), label) for model, label in every)
    return {
        (model.name, label): f"{label} ({model.title})" if held[_panel_of(model), label] > 1 else label
        for model, label in every
    }


class Line(NamedTuple):
    """One row of the plot: the keys of its estimates but for adjustment and statistic, and of its n where that is not
    of all who were analysed. within: what stands in the group beside the adjustment. wave: where there are several."""

    label: str
    term: str
    level: str
    within: str = ""
    n: Key | None = None
    wave: str = ""

    def key(self, model: Declared, adjustment: str, statistic: str) -> Key:
        group = group_of(adjustment, self.wave) + self.within
        return Key("model", model.name, self.term, self.level, group, statistic)


def lines_of(model: Declared) -> Iterator[Line]:
    """The exposure, or its levels below the reference, at each of several waves; then each of them at every level or
    value of a moderator."""
    exposure, moderator = model.exposure, model.moderator
    for wave in model.waves or ("",):
        for level in exposure.shown:
            yield Line(row_label(model, level, wave), exposure.name, level, wave=wave)
    if moderator is None:
        return
    for place in labels_of(model):
        n = Key("model", model.name, moderator.name, place) if moderator.kind == "category" else None
        for level in exposure.shown:
            within = f";{exposure.name}={level}" if len(exposure.shown) > 1 else ""
            at = f"{moderator.label}: {place_label(model, place)}"
            yield Line(f"{row_label(model, level)}; {at}", moderator.name, place, within, n)


def _rows(released: Released, model: Declared, labels: Mapping[tuple[str, str], str]) -> list[EstimateRow]:
    told = _adjustments(released, model)
    return [
        EstimateRow(labels[model.name, line.label], tuple(_estimate(released, model, line, a) for a in told))
        for line in lines_of(model)
        if all(released.has(line.key(model, a, "estimate")) for a in told)
    ]


def _estimate(released: Released, model: Declared, line: Line, adjustment: str) -> Estimate:
    middle, low, high = (line.key(model, adjustment, s) for s in ("estimate", "ci_low", "ci_high"))
    if released.withheld(middle):
        words = "withheld"
    elif math.isnan(released.value(middle)):
        words = "not estimated"
    elif math.isnan(released.value(low)):
        words = f"{released.text(middle)} (no interval)"
    else:
        words = f"{released.text(middle)} ({released.text(low)} to {released.text(high)})"
    n = line.n or Key("model", model.name, model.exposure.name, "", group_of(adjustment, line.wave))
    counted = released.text(n) if released.has(n) else ""
    return Estimate(adjustment, released.value(middle), released.value(low), released.value(high), words, counted)


def _estimates_told(panels: tuple[EstimatePanel, ...]) -> str:
    told = []
    for panel in panels:
        rows = [f"{r.label}: {', '.join(f'{e.adjustment} {e.words}' for e in r.estimates)}" for r in panel.rows]
        told.append(f"{panel.title}, {panel.axis}. {'; '.join(rows)}.")
    return f"Estimates with 95% confidence intervals. {' '.join(told)}"


def _estimates_table(released: Released, models: list[Declared], labels: Mapping[tuple[str, str], str]) -> Filled:
    statistics = {"estimate": "Estimate", "ci_low": "95% CI from", "ci_high": "to"}
    columns = [(words, a.capitalize()) for a in (UNADJUSTED, ADJUSTED) for words in statistics.values()]
    rows = [
        (
            f"{model.outcome.label}. {labels[model.name, line.label]}",
            [line.key(model, a, s) for a in (UNADJUSTED, ADJUSTED) for s in statistics],
        )
        for model in models
        for line in lines_of(model)
    ]
    return printed(
        released, "estimates-figure", "Estimates with 95% confidence intervals", "Outcome and exposure", columns, rows
    )
