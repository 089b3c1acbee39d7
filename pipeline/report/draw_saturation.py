"""New themes by interview as a curve: the base, where it stops, and where random orders of the interviews lie."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from pipeline.report.blocks import Picture
from pipeline.report.canvas import (
    ACCENT,
    FAINT,
    GREY,
    INK,
    PAPER,
    RULE,
    SMALL,
    TEXT,
    WIDE,
    Canvas,
    leading,
    picture,
    wrapped,
)
from pipeline.report.scale_axis import tick_text, ticks

_HIGH, _LEFT, _RIGHT, _TOP = 230.0, 44.0, 14.0, 54.0
_BAND, _BASE = "#dfe6e9", "#f1f4f5"
Point = tuple[float, float]


@dataclass(frozen=True)
class Curve:
    """seen: themes after each interview; low, middle, high: of random orders, empty where none were drawn. NaN where
    withheld. base: interviews; stop: interviews before the run that showed saturation, NaN for none; run: of how
    many."""

    seen: Sequence[float]
    low: Sequence[float]
    middle: Sequence[float]
    high: Sequence[float]
    base: int
    run: int
    stop: float
    counted: str


def saturation_picture(curve: Curve, label: str = "") -> Picture:
    return picture(partial(_draw, curve), label)


@dataclass(frozen=True)
class _Axes:
    left: float
    right: float
    top: float
    bottom: float
    interviews: int
    most: float

    def x(self, interview: float) -> float:
        return self.left + (interview - 0.5) / self.interviews * (self.right - self.left)

    def y(self, value: float) -> float:
        return self.bottom - value / self.most * (self.bottom - self.top)


def _draw(curve: Curve, width: float) -> Canvas:
    axis = wrapped(f"Interviews, in their order; up: {curve.counted} seen so far", width - _LEFT - _RIGHT, SMALL)
    canvas = Canvas(width, _TOP + _HIGH + 36 + len(axis) * leading(SMALL))
    most = max([v for v in (*curve.seen, *curve.high) if math.isfinite(v)], default=1.0)
    axes = _Axes(_LEFT, width - _RIGHT, _TOP, _TOP + _HIGH, len(curve.seen), max(most, 1.0) * 1.06)
    canvas.box(axes.x(0.5), axes.top, axes.x(curve.base + 0.5) - axes.x(0.5), _HIGH, _BASE, None)
    _grid(canvas, axes)
    _band(canvas, axes, curve)
    _line(canvas, axes, curve.seen, ACCENT)
    _marks(canvas, axes, curve)
    if curve.middle:
        _key(canvas, *((140, 12) if width >= WIDE else (8, 29)))
    canvas.lines(axes.left, axes.bottom + 32, axis, SMALL, GREY)
    return canvas


def _grid(canvas: Canvas, axes: _Axes) -> None:
    for tick in ticks(0, axes.most, 5):
        if tick == round(tick):
            canvas.line(axes.left, axes.y(tick), axes.right, axes.y(tick), RULE, 0.5)
            canvas.text(axes.left - 6, axes.y(tick), tick_text(tick), SMALL - 0.5, GREY, "right")
    canvas.line(axes.left, axes.bottom, axes.right, axes.bottom, INK, 0.9)
    step = max(1, math.ceil(axes.interviews / ((axes.right - axes.left) / 26)))
    for interview in range(step, axes.interviews + 1, step):
        canvas.line(axes.x(interview), axes.bottom, axes.x(interview), axes.bottom + 4, INK, 0.9)
        canvas.text(axes.x(interview), axes.bottom + 13, str(interview), SMALL - 0.5, GREY, "center")


def _band(canvas: Canvas, axes: _Axes, curve: Curve) -> None:
    """From the low to the high limit, wherever both are shown, and the middle as a dashed line."""
    there = [n for n, ends in enumerate(zip(curve.low, curve.high, strict=True), 1) if all(map(math.isfinite, ends))]
    for _, held in groupby(there, key=lambda n: n - there.index(n)):
        places = list(held)
        up = [(axes.x(n), axes.y(curve.high[n - 1])) for n in places]
        down = [(axes.x(n), axes.y(curve.low[n - 1])) for n in reversed(places)]
        canvas.shape([*up, *down], _BAND, FAINT, 0.6)
    for (x1, y1), (x2, y2) in _steps(axes, curve.middle):
        canvas.line(x1, y1, x2, y2, GREY, 1.1, dashed=True)


def _line(canvas: Canvas, axes: _Axes, values: Sequence[float], color: str) -> None:
    for (x1, y1), (x2, y2) in _steps(axes, values):
        canvas.line(x1, y1, x2, y2, color, 1.8)
    small = 6.5 if axes.interviews <= 40 else 4.0
    for n, value in enumerate(values, 1):
        if math.isfinite(value):
            canvas.dot(axes.x(n), axes.y(value), small, color, PAPER, 0.8)


def _steps(axes: _Axes, values: Sequence[float]) -> Iterator[tuple[Point, Point]]:
    """From each shown point to the next, not across one that is withheld."""
    for n, (one, other) in enumerate(zip(values, values[1:], strict=False), 1):
        if math.isfinite(one) and math.isfinite(other):
            yield (axes.x(n), axes.y(one)), (axes.x(n + 1), axes.y(other))


def _marks(canvas: Canvas, axes: _Axes, curve: Curve) -> None:
    """The base above the plot, and 6+2 where it stops, low down, where no curve is."""
    canvas.text(axes.x(0.5) + 3, axes.top - 9, f"base: {curve.base}", SMALL, GREY)
    if math.isfinite(curve.stop):
        x = axes.x(curve.stop + 0.5)
        canvas.line(x, axes.top - 2, x, axes.bottom, INK, 1.1, dashed=True)
        end = axes.x(curve.stop + curve.run + 0.5)
        canvas.line(x, axes.bottom - 3, min(end, axes.right), axes.bottom - 3, INK, 3.0)
        right = x > axes.left + 0.75 * (axes.right - axes.left)
        words = f"{curve.stop:g}+{curve.run}"
        canvas.text(x + (-4 if right else 4), axes.bottom - 16, words, TEXT, INK, "right" if right else "left", True)


def _key(canvas: Canvas, x: float, y: float) -> None:
    """What line and band are; below each other where it is narrow, for a label stands in the corner."""
    canvas.line(8, 12, 30, 12, ACCENT, 1.8)
    canvas.dot(19, 12, 6.5, ACCENT, PAPER, 0.8)
    canvas.text(36, 12, "as interviewed", SMALL, GREY)
    canvas.box(x, y - 5, 22, 10, _BAND, FAINT, 0.6)
    canvas.line(x, y, x + 22, y, GREY, 1.1, dashed=True)
    canvas.text(x + 28, y, "95% of random orders", SMALL, GREY)
