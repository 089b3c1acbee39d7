"""Exposure, mediator and outcome as three boxes, what leads from one to the next, and its numbers beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from pipeline.report.blocks import Picture
from pipeline.report.canvas import (
    ACCENT,
    GREY,
    INK,
    SMALL,
    TEXT,
    WIDE,
    Canvas,
    leading,
    measured,
    picture,
    wrapped,
)

_AIR = 8.0


@dataclass(frozen=True)
class Paths:
    """One comparison. boxes: exposure, mediator and outcome. first, second, direct: what stands at the ways from
    exposure to mediator, from there to the outcome, and past it. below: further lines."""

    title: str
    boxes: tuple[str, str, str]
    first: str
    second: str
    direct: str
    below: tuple[str, ...]


def paths_picture(panels: tuple[Paths, ...], label: str = "") -> Picture:
    """The panels below each other."""
    return picture(lambda width: measured(partial(_place, panels), width), label)


def _place(panels: tuple[Paths, ...], canvas: Canvas | None, width: float) -> float:
    y = 20.0
    for panel in panels:
        for line in wrapped(panel.title, width - 4, TEXT, True) if panel.title else ():
            if canvas:
                canvas.text(1, y, line, TEXT, bold=True)
            y += leading(TEXT)
        y = (_across if width >= WIDE else _down)(canvas, panel, width, y)
        for line in (line for words in panel.below for line in wrapped(words, width - 4, SMALL)):
            if canvas:
                canvas.text(1, y, line, SMALL)
            y += leading(SMALL)
        y += 16
    return y - 12


def _across(canvas: Canvas | None, panel: Paths, width: float, y: float) -> float:
    """The mediator above, exposure and outcome below it at either side."""
    box, gap = 180.0, (width - 2 - 3 * 180.0) / 2
    words = [wrapped(label, box - 2 * _AIR, SMALL) for label in panel.boxes]
    room = box / 2 + gap - 2 * _AIR
    said = [wrapped(text, room, SMALL) for text in (panel.first, panel.second)]
    straight = wrapped(panel.direct, box + 2 * gap - 2 * _AIR, SMALL)
    above, high = max(map(len, said)) * leading(SMALL), _high(words)
    middle = y + max(above + 4, high / 2)
    low = middle + high / 2 + 24 + len(straight) * leading(SMALL)
    left, over, right = 1.0, 1.0 + box + gap, width - 1.0 - box
    if canvas:
        for lines, x in zip(said, (left + box / 2 + _AIR, over + box + _AIR), strict=True):
            canvas.lines(x, middle - len(lines) * leading(SMALL) + 4, lines, SMALL, ACCENT)
        canvas.line(left + box / 2, low, left + box / 2, middle, INK)
        canvas.arrow(left + box / 2, middle, over, middle)
        canvas.line(over + box, middle, right + box / 2, middle, INK)
        canvas.arrow(right + box / 2, middle, right + box / 2, low)
        canvas.arrow(left + box, low + high / 2, right, low + high / 2)
        at = low + high / 2 - len(straight) * leading(SMALL) + 2
        canvas.lines(width / 2, at, straight, SMALL, ACCENT, "center")
        for lines, x, top in zip(words, (left, over, right), (low, middle - high / 2, low), strict=True):
            _box(canvas, lines, x, top, box, high)
    return low + high + 18


def _down(canvas: Canvas | None, panel: Paths, width: float, y: float) -> float:
    """The three below each other; the way past the mediator at the right."""
    box, way = width * 0.56, width * 0.66
    words = [wrapped(label, box - 2 * _AIR, SMALL) for label in panel.boxes]
    said = [wrapped(text, box / 2 + 20, SMALL) for text in (panel.first, panel.second)]
    straight, high = wrapped(panel.direct, width - way - _AIR, SMALL), _high(words)
    tops = [y]
    for lines in said:
        tops.append(tops[-1] + high + 18 + len(lines) * leading(SMALL))
    if canvas:
        for lines, top in zip(said, tops, strict=False):
            canvas.lines(24 + _AIR, top + high + 9 + leading(SMALL) / 2, lines, SMALL, ACCENT)
        for top, after in zip(tops, tops[1:], strict=False):
            canvas.arrow(24, top + high, 24, after)
        first, last = tops[0] + high / 2, tops[2] + high / 2
        canvas.line(1 + box, first, way, first, INK)
        canvas.line(way, first, way, last, INK)
        canvas.line(way, last, 1 + box, last, INK)
        canvas.shape([(1 + box, last), (8 + box, last - 3.5), (8 + box, last + 3.5)], INK, INK, 0)
        at = (first + last - (len(straight) - 1) * leading(SMALL)) / 2
        canvas.lines(way + _AIR, at, straight, SMALL, ACCENT)
        for lines, top in zip(words, tops, strict=True):
            _box(canvas, lines, 1, top, box, high)
    return tops[2] + high + 18


def _high(words: list[list[str]]) -> float:
    return max(map(len, words)) * leading(SMALL) + 2 * _AIR


def _box(canvas: Canvas, lines: list[str], x: float, y: float, width: float, height: float) -> None:
    canvas.box(x, y, width, height, edge=GREY)
    first = y + (height - (len(lines) - 1) * leading(SMALL)) / 2
    canvas.lines(x + width / 2, first, lines, SMALL, INK, "center")
