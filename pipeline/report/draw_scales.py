"""How scores are spread: a histogram of everyone, and by programme a dot for the mean on a bar for the middle half."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

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
    Canvas,
    leading,
    picture,
    text_width,
    wrapped,
)
from pipeline.report.scale_axis import tick_text, ticks

_ROW, _BARS, _GAP, _NUMBERS = 20.0, 54.0, 26.0, 12.0


@dataclass(frozen=True)
class Bin:
    """Scores from ``low`` to ``high``; ``count`` is NaN where withheld."""

    low: float
    high: float
    count: float


@dataclass(frozen=True)
class SpreadRow:
    """A group's released statistics; NaN where withheld. ``n`` as printed."""

    label: str
    n: str
    mean: float
    q1: float
    median: float
    q3: float


@dataclass(frozen=True)
class SpreadPanel:
    """One wave (or everyone, where there are no waves)."""

    title: str
    rows: tuple[SpreadRow, ...]
    bins: tuple[Bin, ...] = ()


@dataclass(frozen=True)
class Band:
    """A band of scores from ``low`` to ``high``, called by a Roman number: letters may be programmes."""

    number: str
    low: float
    high: float


def scale_picture(
    panels: tuple[SpreadPanel, ...], low: float, high: float, label: str = "", bands: tuple[Band, ...] = ()
) -> Picture:
    """The panels beside each other on one axis from ``low`` to ``high``, or below each other where it is narrow.

    bands: from the lowest; a dashed line stands where each but the first begins, and its number above it.
    """
    return picture(partial(_draw, panels, bands, low, high), label)


@dataclass(frozen=True)
class _Frame:
    """Where a panel stands: its plot from ``left`` to ``right``, the n's right of it, and the axis it shows."""

    left: float
    right: float
    low: float
    high: float
    tallest: float
    bands: tuple[Band, ...] = ()

    def x(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def _draw(panels: tuple[SpreadPanel, ...], bands: tuple[Band, ...], low: float, high: float, width: float) -> Canvas:
    labels = list(dict.fromkeys(r.label for p in panels for r in p.rows))
    label = min(max((text_width(w, SMALL) for w in labels), default=0.0) + 14, width * 0.3)
    number = max((text_width(r.n, SMALL) for p in panels for r in p.rows), default=0.0) + 10
    beside = len(panels) if (width - label) / len(panels) - number - _GAP >= 96 else 1
    each = (width - label - _GAP * (beside - 1)) / beside
    tallest = max((b.count for p in panels for b in p.bins if math.isfinite(b.count)), default=1.0)
    names = {w: wrapped(w, label - 8, SMALL) for w in labels}
    deep = (_BARS + 30 if any(p.bins for p in panels) else 24.0) + _NUMBERS * bool(bands)
    heights = [max(_ROW, len(n) * leading(SMALL) + 4) for n in names.values()]
    one = 22 + deep + sum(heights) + 34
    canvas = Canvas(width, one * math.ceil(len(panels) / beside) + 22)
    for place, panel in enumerate(panels):
        left = label + (place % beside) * (each + _GAP)
        frame = _Frame(left + 4, left + each - number, low, high, tallest or 1.0, bands)
        _panel(canvas, panel, frame, names, heights, (place // beside) * one, deep, place % beside == 0)
    _key(canvas, canvas.height - 10, label)
    return canvas


def _panel(
    canvas: Canvas,
    panel: SpreadPanel,
    frame: _Frame,
    names: dict[str, list[str]],
    heights: list[float],
    y: float,
    deep: float,
    named: bool,
) -> None:
    end = y + 22 + deep + sum(heights)
    canvas.text(frame.left, y + 10, panel.title, TEXT, bold=True)
    for tick in ticks(frame.low, frame.high, max(2, round((frame.right - frame.left) / 42))):
        canvas.line(frame.x(tick), y + 26, frame.x(tick), end, RULE, 0.5)
        canvas.line(frame.x(tick), end, frame.x(tick), end + 4, INK, 0.9)
        canvas.text(frame.x(tick), end + 12, tick_text(tick), SMALL - 0.5, GREY, "center")
    canvas.line(frame.left, end, frame.right, end, INK, 0.9)
    base = y + 22 + deep - 18
    _bars(canvas, panel.bins, frame, base)
    _bands(canvas, frame, y + 27, end)
    canvas.text(frame.right + 8, y + 22 + deep - 9, "n", SMALL, GREY)
    rows = {r.label: r for r in panel.rows}
    top = y + 22 + deep
    for (label, lines), height in zip(names.items(), heights, strict=True):
        at = top + height / 2
        if named:
            canvas.lines(1, at - (len(lines) - 1) * leading(SMALL) / 2, lines, SMALL)
        if label in rows:
            _spread(canvas, rows[label], frame, at)
        top += height


def _bars(canvas: Canvas, bins: tuple[Bin, ...], frame: _Frame, base: float) -> None:
    for part in bins:
        left, right = frame.x(part.low), frame.x(part.high)
        if math.isnan(part.count):
            canvas.box(left + 0.5, base - 9, max(right - left - 1, 1), 9, PAPER, FAINT, 0.6, "//////")
        elif part.count > 0:
            tall = part.count / frame.tallest * _BARS
            canvas.box(left + 0.5, base - tall, max(right - left - 1, 1), tall, FAINT, None)
    if bins:
        canvas.line(frame.left, base, frame.right, base, GREY, 0.7)


def _bands(canvas: Canvas, frame: _Frame, top: float, end: float) -> None:
    for band in frame.bands:
        left, right = (frame.x(min(max(edge, frame.low), frame.high)) for edge in (band.low, band.high))
        if band.low > frame.low:
            canvas.line(left, top - 5, left, end, GREY, 0.9, dashed=True)
        if right - left >= text_width(band.number, SMALL, bold=True):
            canvas.text((left + right) / 2, top, band.number, SMALL, GREY, "center", bold=True)


def _spread(canvas: Canvas, row: SpreadRow, frame: _Frame, y: float) -> None:
    canvas.text(frame.right + 8, y, row.n, SMALL, GREY if math.isnan(row.mean) else INK)
    if math.isfinite(row.q1) and math.isfinite(row.q3):
        left, right = frame.x(row.q1), frame.x(row.q3)
        canvas.box(left, y - 3.5, max(right - left, 1.5), 7, "#cfd8dc", None)
    if math.isfinite(row.median):
        canvas.line(frame.x(row.median), y - 6, frame.x(row.median), y + 6, INK, 1.3)
    if math.isfinite(row.mean):
        canvas.dot(frame.x(row.mean), y, 7.5, ACCENT, PAPER, 0.9)
    elif math.isnan(row.median):
        canvas.line(frame.left, y, frame.right, y, RULE, 0.8, dashed=True)


def _key(canvas: Canvas, y: float, left: float) -> None:
    """What the marks mean."""
    x = min(left, 8.0)
    canvas.dot(x + 5, y, 7.5, ACCENT, PAPER, 0.9)
    canvas.text(x + 14, y, "mean", SMALL, GREY)
    canvas.line(x + 66, y - 6, x + 66, y + 6, INK, 1.3)
    canvas.text(x + 74, y, "median", SMALL, GREY)
    canvas.box(x + 132, y - 3.5, 22, 7, "#cfd8dc", None)
    canvas.text(x + 160, y, "middle half (quartiles)", SMALL, GREY)
