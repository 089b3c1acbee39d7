"""How well the items of scales hold together: three marks a scale and wave on one axis."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from pipeline.report.blocks import Picture
from pipeline.report.canvas import ACCENT, FAINT, GREY, INK, RULE, SMALL, Canvas, leading, picture, text_width, wrapped
from pipeline.report.scale_axis import tick_text, ticks

_ROW, _HEAD, _FOOT = 30.0, 30.0, 44.0
_ALPHA, _OMEGA, _ITEMS = -8.0, 0.0, 8.0
"""Where the three marks stand in a row, from its middle."""


@dataclass(frozen=True)
class Held:
    """Released statistics of a scale at a wave; NaN where withheld or not to be had. ends: its floor and ceiling, in
    words. told: all of it as a clause."""

    label: str
    n: str
    alpha: float
    low: float
    high: float
    omega: float
    least: float
    most: float
    ends: str
    told: str


def reliability_picture(rows: tuple[Held, ...], label: str = "") -> Picture:
    """Alpha with its interval, omega, and from the least to the greatest item-rest correlation."""
    return picture(partial(_draw, rows), label)


def _draw(rows: tuple[Held, ...], width: float) -> Canvas:
    left = min(max(text_width(r.label, SMALL) for r in rows) + 12, width * 0.36)
    number = max(text_width(words, SMALL) for r in rows for words in (r.n, r.ends)) + 12
    right = width - number
    names = [wrapped(r.label, left - 10, SMALL) for r in rows]
    heights = [max(_ROW, len(lines) * leading(SMALL) + 6) for lines in names]
    values = [v for r in rows for v in (r.alpha, r.low, r.omega, r.least) if math.isfinite(v)]
    low = min(0.0, math.floor(min(values, default=0.0) * 5) / 5)
    canvas = Canvas(width, _HEAD + sum(heights) + _FOOT)

    def x(value: float) -> float:
        return left + (value - low) / (1 - low) * (right - left - 6)

    end = _HEAD + sum(heights)
    for tick in ticks(low, 1.0, max(3, round((right - left) / 60))):
        canvas.line(x(tick), _HEAD - 4, x(tick), end, RULE, 0.5)
        canvas.line(x(tick), end, x(tick), end + 4, INK, 0.9)
        canvas.text(x(tick), end + 12, tick_text(tick), SMALL - 0.5, GREY, "center")
    canvas.line(left, end, x(1.0), end, INK, 0.9)
    canvas.text(right + 6, _HEAD - 9, "n", SMALL, GREY)
    top = _HEAD
    for row, lines, height in zip(rows, names, heights, strict=True):
        at = top + height / 2
        canvas.lines(1, at - (len(lines) - 1) * leading(SMALL) / 2, lines, SMALL)
        canvas.text(right + 6, at - 7 * bool(row.ends), row.n, SMALL)
        canvas.text(right + 6, at + 7, row.ends, SMALL - 1, GREY)
        _marks(canvas, row, x, at)
        top += height
    _key(canvas, canvas.height - 12)
    return canvas


def _marks(canvas: Canvas, row: Held, x: Callable[[float], float], at: float) -> None:
    if math.isfinite(row.low) and math.isfinite(row.high):
        canvas.line(x(row.low), at + _ALPHA, x(row.high), at + _ALPHA, ACCENT, 2.0)
    if math.isfinite(row.alpha):
        canvas.dot(x(row.alpha), at + _ALPHA, 7.5, ACCENT, ACCENT, 0.5)
    if math.isfinite(row.omega):
        canvas.diamond(x(row.omega), at + _OMEGA, 8.0, INK)
    if math.isfinite(row.least) and math.isfinite(row.most):
        canvas.box(x(row.least), at + _ITEMS - 2.5, max(x(row.most) - x(row.least), 2.0), 5, FAINT, None)
    if math.isnan(row.alpha):
        canvas.line(x(0.0), at, x(1.0), at, RULE, 0.8, dashed=True)


def _key(canvas: Canvas, y: float) -> None:
    """What the marks mean."""
    canvas.line(1, y, 19, y, ACCENT, 2.0)
    canvas.dot(10, y, 7.5, ACCENT, ACCENT, 0.5)
    canvas.text(25, y, "alpha, 95% CI", SMALL, GREY)
    canvas.diamond(120, y, 8.0, INK)
    canvas.text(129, y, "omega", SMALL, GREY)
    canvas.box(182, y - 2.5, 20, 5, FAINT, None)
    canvas.text(208, y, "item–rest correlations", SMALL, GREY)
