"""What a model leaves, for the analyst: where its fitted values lie off the mark, and whether what is left is normal.

Of rows as they are, so that it goes into the analyst's notebook and through no door.
"""

from __future__ import annotations

import base64
import html
import math
from collections.abc import Sequence

import numpy as np
import scipy.stats

from pipeline.models.coefficients import Floats
from pipeline.models.estimates import Modelled, Residuals
from pipeline.report.canvas import ACCENT, GREY, INK, PAPER, RULE, SMALL, TEXT, WIDE, Canvas
from pipeline.report.scale_axis import tick_text, ticks

BINS, QUANTILES = 10, 60
_HIGH, _TOP, _BOTTOM, _LEFT, _GAP = 190.0, 30.0, 44.0, 48.0, 70.0
Bin = tuple[float, float, float]
"""Mean fitted value, what stands beside it, and the standard error of that."""


def binned(of: Residuals) -> list[Bin]:
    """Rows in tenths of their fitted values (fewer where these are few): what is left of a number; of an event or a
    count, what happened."""
    seen = of.left if of.kind == "number" else of.outcome
    order = np.argsort(of.fitted, kind="stable")
    _, first = np.unique(np.round(of.fitted[order], 9), return_index=True)
    ends = first[np.searchsorted(first, np.arange(BINS) * len(order) / BINS, "right") - 1]  # the like stay together
    found = []
    for rows in np.split(order, np.unique(ends)[1:]):
        weight = of.weight[rows] / of.weight[rows].sum()
        middle = float(weight @ seen[rows])
        error = math.sqrt(float(weight**2 @ (seen[rows] - middle) ** 2))
        found.append((float(weight @ of.fitted[rows]), middle, error))
    return found


def against_normal(of: Residuals) -> tuple[Floats, Floats]:
    """Quantiles of a normal distribution and of what is left over its SD."""
    share = (np.arange(min(QUANTILES, len(of.left))) + 0.5) / min(QUANTILES, len(of.left))
    spread = of.left.std()
    return scipy.stats.norm.ppf(share), np.quantile(of.left / (spread if spread > 0 else 1.0), share)


def residuals_figure(modelled: Modelled) -> str:
    """HTML for a notebook; empty for a model without residuals."""
    of = modelled.residuals
    if of is None:
        return ""
    canvas = Canvas(WIDE if of.kind == "number" else WIDE / 2, _TOP + _HIGH + _BOTTOM)
    width = WIDE / 2 - _GAP
    bins = binned(of)
    seen = "Residual" if of.kind == "number" else "Observed"
    _panel(canvas, _LEFT, width, f"{seen}, mean ± 2 SE of tenths", "Fitted value", bins, of.kind != "number")
    if of.kind == "number":
        normal, left = against_normal(of)
        points = [(float(x), float(y), 0.0) for x, y in zip(normal, left, strict=True)]
        _panel(
            canvas, _LEFT + width + _GAP, width, "Residual over its SD, quantiles", "Normal distribution", points, True
        )
    image = base64.b64encode(canvas.png(100)).decode("ascii")
    name = html.escape(modelled.model.words_of(modelled.fitted[-1].adjustment))
    told = f"{html.escape(modelled.name)}, {name}: {len(of.left):,} rows"
    alt = "; ".join(f"{x:.3g}: {y:.3g} ± {2 * error:.2g}" for x, y, error in bins)
    return (
        f"<figure><figcaption>{told}</figcaption>"
        f'<img src="data:image/png;base64,{image}" width="{canvas.width}" alt="{seen}, by fitted value: {alt}">'
        "</figure>"
    )


def _panel(
    canvas: Canvas, left: float, width: float, title: str, below: str, points: Sequence[Bin], diagonal: bool
) -> None:
    """diagonal: where the points should lie; otherwise on nought."""
    low_x, high_x = _ends([x for x, _, _ in points])
    heights = [y + side * 2 * error for _, y, error in points for side in (-1, 1)]
    low_y, high_y = _ends([*heights, *((low_x, high_x) if diagonal else (0.0,))])

    def x(value: float) -> float:
        return left + (value - low_x) / (high_x - low_x) * width

    def y(value: float) -> float:
        return _TOP + _HIGH - (value - low_y) / (high_y - low_y) * _HIGH

    canvas.text(left, 12, title, TEXT, INK)
    for tick in ticks(low_y, high_y, 5):
        canvas.line(left, y(tick), left + width, y(tick), RULE, 0.5)
        canvas.text(left - 6, y(tick), tick_text(tick), SMALL - 0.5, GREY, "right")
    for tick in ticks(low_x, high_x, 5):
        canvas.text(x(tick), _TOP + _HIGH + 13, tick_text(tick), SMALL - 0.5, GREY, "center")
    canvas.text(left, _TOP + _HIGH + 31, below, SMALL, GREY)
    canvas.line(left, _TOP + _HIGH, left + width, _TOP + _HIGH, INK, 0.9)
    canvas.line(x(low_x), y(low_x if diagonal else 0), x(high_x), y(high_x if diagonal else 0), GREY, 1.1, dashed=True)
    for at, middle, error in points:
        canvas.line(x(at), y(middle - 2 * error), x(at), y(middle + 2 * error), ACCENT, 1.4)
        canvas.dot(x(at), y(middle), 6, ACCENT, PAPER, 0.8)


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = 0.06 * (high - low) or max(1e-9, 0.5 * abs(low)) or 1.0
    return low - room, high + room
