"""The picture of a mediation, from released numbers."""

from __future__ import annotations

import math

from pipeline.disclosure import Released
from pipeline.models.declared import Declared
from pipeline.models.mediation_numbers import DIRECT, INDIRECT, PROPORTION, TO_MEDIATOR, TO_OUTCOME, TOTAL
from pipeline.models.mediation_told import mediator_of
from pipeline.report.blocks import Figure
from pipeline.report.draw_paths import Paths, paths_picture
from pipeline.report.look_up import Shelf
from pipeline.results import WITHHELD


def paths_figure(model: Declared, released: Released, label: str = "") -> Figure | None:
    """A panel a level of the exposure; None without a mediator or an answer. Its numbers stand in the table beside."""
    if model.mediator is None:
        return None
    shelf = Shelf(released, "mediation", model.name)
    group = f"adjustment={'adjusted' if model.adjust else 'unadjusted'}"
    panels = tuple(
        _panel(model, shelf, group, level) for level in model.exposure.shown
        if shelf.has(group, "estimate", DIRECT, level)
    )  # fmt: skip
    if not panels:
        return None
    ratio = model.effect if model.ratio else model.effect + "s"
    caption = (
        f"{model.title}: what goes by way of {mediator_of(model)}. Numbers at the arrows from and to the mediator are "
        f"coefficients without interaction; direct, indirect and total are natural effects ({ratio}), with 95% "
        "confidence intervals."
    )
    if model.interaction or model.ratio:
        caption += " The indirect effect need not be the product of the two coefficients."
    return Figure(f"paths-{model.name}", paths_picture(panels, label), _told(panels), caption)


def _panel(model: Declared, shelf: Shelf, group: str, level: str) -> Paths:
    exposure = model.exposure
    against = f"{level} against {exposure.reference}" if level else ""
    box = f"{exposure.label}: {against}" if level else exposure.label
    first, direct, indirect, total = (
        _said(shelf, group, term, level) for term in (TO_MEDIATOR, DIRECT, INDIRECT, TOTAL)
    )
    below = [f"Indirect {indirect}. Total {total}."]
    if shelf.has(group, "estimate", PROPORTION, level) and not shelf.withheld(group, "estimate", PROPORTION, level):
        below.append(f"Proportion mediated, %: {_said(shelf, group, PROPORTION, level)}.")
    boxes = (box, mediator_of(model), f"{model.outcome.label}{f' ({model.event})' if model.event else ''}")
    return Paths(against, boxes, first, _said(shelf, group, TO_OUTCOME), f"Direct {direct}", tuple(below))


def _said(shelf: Shelf, group: str, term: str, level: str = "") -> str:
    """``-0.41 (-0.71 to -0.11)``."""
    if not shelf.has(group, "estimate", term, level):
        return "not estimated"
    middle, low, high = (shelf.text(group, s, term, level) for s in ("estimate", "ci_low", "ci_high"))
    if shelf.withheld(group, "estimate", term, level):
        return WITHHELD
    if math.isnan(shelf.value(group, "ci_low", term, level)):
        return f"{middle} (no interval)"
    return f"{middle} ({low} to {high})"


def _told(panels: tuple[Paths, ...]) -> str:
    told = []
    for panel in panels:
        exposure, through, outcome = panel.boxes
        told.append(
            f"{exposure} to {through}: {panel.first}; {through} to {outcome}: {panel.second}; {panel.direct}. "
            + " ".join(panel.below)
        )
    return f"Three boxes joined by arrows, with 95% confidence intervals. {' '.join(told)}"
