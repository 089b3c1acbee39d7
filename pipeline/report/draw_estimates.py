"""Estimates with their intervals: unadjusted and adjusted beside each other, a row an exposure, one axis an outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from pipeline.report.blocks import Picture
from pipeline.report.canvas import (
    ACCENT,
    GREY,
    INK,
    PAPER,
    RULE,
    SMALL,
    TEXT,
    WIDE,
    Canvas,
    leading,
    measured,
    picture,
    text_width,
    wrapped,
)
from pipeline.report.scale_axis import log_ticks, tick_text, ticks

_ROW, _AIR, _SHORTEST = 21.0, 14.0, 110.0
UNADJUSTED, ADJUSTED = "unadjusted", "adjusted"


@dataclass(frozen=True)
class Estimate:
    """One estimate as released: NaN where withheld or not estimated; ``words`` as printed, ``n`` as printed."""

    adjustment: str
    value: float
    low: float
    high: float
    words: str
    n: str


@dataclass(frozen=True)
class EstimateRow:
    label: str
    estimates: tuple[Estimate, ...]


@dataclass(frozen=True)
class EstimatePanel:
    """Rows that share an axis. ``log`` for ratios, whose null is 1; differences have 0. line: where one stands through
    all rows, NaN for none."""

    title: str
    axis: str
    rows: tuple[EstimateRow, ...]
    log: bool = False
    line: float = math.nan


@dataclass(frozen=True)
class _Axis:
    """From values to pixels."""

    left: float
    right: float
    low: float
    high: float
    log: bool

    def x(self, value: float) -> float:
        low, high, at = (
            (math.log(v) for v in (self.low, self.high, value)) if self.log else (self.low, self.high, value)
        )
        return self.left + (at - low) / (high - low) * (self.right - self.left)

    @property
    def ticks(self) -> list[float]:
        most = max(3, round((self.right - self.left) / 50))
        return log_ticks(self.low, self.high, most) if self.log else ticks(self.low, self.high, most)


def estimates_picture(panels: tuple[EstimatePanel, ...], label: str = "") -> Picture:
    """The panels below each other."""
    return picture(lambda width: measured(partial(_place, panels), width), label)


@dataclass(frozen=True)
class _Columns:
    """Where axis and words stand in all panels: the words right of the axis, or below the interval where that would
    leave the axis too short. ``step``: from one estimate to the next."""

    left: float
    right: float
    words: float
    size: float
    below: bool
    step: float


def _columns(estimates: list[Estimate], width: float) -> _Columns:
    wide = width >= WIDE
    size, left, most = (SMALL, 205.0, 432.0) if wide else (SMALL - 0.5, 8.0, width - 172)
    counted = max((text_width(_n(e), SMALL) for e in estimates if e.n), default=0.0) + _AIR if wide else 0.0
    said = max((text_width(e.words, size) for e in estimates), default=0.0) + _AIR
    right = min(most, width - counted - said)
    if right - left >= _SHORTEST:
        return _Columns(left, right, right + _AIR - 4, size, False, _ROW)
    return _Columns(left, width - counted - 8, left, size, True, _ROW + leading(size))


def _n(estimate: Estimate) -> str:
    return f"n = {estimate.n}" if estimate.n else ""


def _place(panels: tuple[EstimatePanel, ...], canvas: Canvas | None, width: float) -> float:
    y = 12.0
    every = [e for p in panels for r in p.rows for e in r.estimates]
    columns = _columns(every, width)
    if canvas:
        _legend(canvas, y, {e.adjustment for e in every})
    y += 22
    for panel in panels:
        y = _panel(canvas, panel, columns, width, y)
    return y - 10


def _legend(canvas: Canvas, y: float, shown: set[str]) -> None:
    x = 8.0
    for adjustment in (a for a in (UNADJUSTED, ADJUSTED) if a in shown):
        canvas.line(x, y, x + 26, y, _color(adjustment), 1.6)
        _mark(canvas, x + 13, y, adjustment)
        canvas.text(x + 34, y, adjustment, SMALL)
        x += 130


def _panel(canvas: Canvas | None, panel: EstimatePanel, columns: _Columns, width: float, y: float) -> float:
    wide = width >= WIDE
    for line in wrapped(panel.title, width - 4, TEXT, True):
        if canvas:
            canvas.text(1, y + 8, line, TEXT, bold=True)
        y += leading(TEXT)
    y += 4
    axis = _axis(panel, (columns.left, columns.right))
    rows = []
    for row in panel.rows:
        label = wrapped(row.label, 190 if wide else width - 4, SMALL)
        head = 0.0 if wide else len(label) * leading(SMALL)
        high = max(head + len(row.estimates) * columns.step, len(label) * leading(SMALL)) + 9
        rows.append((row, label, y, head))
        y += high
    words = wrapped(panel.axis, width - axis.left - 4, SMALL)
    if canvas:
        if math.isfinite(panel.line) and (panel.line > 0 or not panel.log):
            canvas.line(axis.x(panel.line), rows[0][2] - 2, axis.x(panel.line), y, ACCENT, 0.9)
        for row, label, at, head in rows:
            _row(canvas, axis, columns, row, label, at, head, width)
        _ticks(canvas, axis, y)
        canvas.lines(axis.left, y + 29, words, SMALL, GREY)
    return y + 42 + len(words) * leading(SMALL)


def _axis(panel: EstimatePanel, edges: tuple[float, float]) -> _Axis:
    """Wide enough for every interval and the null, with a little air."""
    found = [
        v
        for r in panel.rows
        for e in r.estimates
        for v in (e.value, e.low, e.high)
        if math.isfinite(v) and (v > 0 or not panel.log)
    ]
    null = 1.0 if panel.log else 0.0
    low, high = min([*found, null]), max([*found, null])
    if low == high:
        low, high = (0.5, 2.0) if panel.log else (low - 1, high + 1)
    if panel.log:
        air = (high / low) ** 0.05
        return _Axis(*edges, low / air, high * air, True)
    air = (high - low) * 0.05
    return _Axis(*edges, low - air, high + air, False)


def _ticks(canvas: Canvas, axis: _Axis, bottom: float) -> None:
    canvas.line(axis.left, bottom, axis.right, bottom, INK, 0.9)
    for tick in axis.ticks:
        x = axis.x(tick)
        canvas.line(x, bottom, x, bottom + 4, INK, 0.9)
        words = tick_text(tick)
        half = text_width(words, SMALL - 0.5) / 2
        canvas.text(min(max(x, half), canvas.width - half), bottom + 12, words, SMALL - 0.5, GREY, "center")


def _row(
    canvas: Canvas, axis: _Axis, columns: _Columns, row: EstimateRow, label: list[str], y: float, head: float,
    width: float,
) -> None:  # fmt: skip
    deep = len(row.estimates) * columns.step
    if width >= WIDE:
        middle = y + deep / 2
        canvas.lines(1, middle - (len(label) - 1) * leading(SMALL) / 2, label, SMALL)
    else:
        canvas.lines(1, y + leading(SMALL) / 2, label, SMALL)
    null = axis.x(1.0 if axis.log else 0.0)
    canvas.line(null, y + head, null, y + head + deep, GREY, 1.0, dashed=True)
    for number, estimate in enumerate(row.estimates):
        at = y + head + number * columns.step + _ROW / 2
        _interval(canvas, axis, estimate, at)
        canvas.text(columns.words, at + (leading(columns.size) if columns.below else 0), estimate.words, columns.size)
        if width >= WIDE:
            canvas.text(width - 1, at, _n(estimate), SMALL, GREY, "right")
    canvas.line(1, y - 4, width - 1, y - 4, RULE, 0.5)


def _interval(canvas: Canvas, axis: _Axis, estimate: Estimate, y: float) -> None:
    """The line from low to high and the mark; a faint dotted line where there is nothing to show."""
    if not math.isfinite(estimate.value) or (axis.log and estimate.value <= 0):
        canvas.line(axis.left, y, axis.right, y, RULE, 0.8, dashed=True)
        return
    if math.isfinite(estimate.low) and math.isfinite(estimate.high) and not (axis.log and estimate.low <= 0):
        canvas.line(axis.x(estimate.low), y, axis.x(estimate.high), y, _color(estimate.adjustment), 1.6)
    _mark(canvas, axis.x(estimate.value), y, estimate.adjustment)


def _color(adjustment: str) -> str:
    return ACCENT if adjustment == ADJUSTED else GREY


def _mark(canvas: Canvas, x: float, y: float, adjustment: str) -> None:
    """Two shapes, one hollow, one filled: told apart without colour."""
    if adjustment == ADJUSTED:
        canvas.diamond(x, y, 11, ACCENT)
    else:
        canvas.dot(x, y, 7.5, PAPER, GREY, 1.6)
