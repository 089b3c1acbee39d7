"""The participant flow as a diagram: what was read, what was left out and why, what was kept, wave by wave."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from pipeline.report.blocks import Picture
from pipeline.report.canvas import GREY, SMALL, TEXT, Canvas, leading, measured, picture, wrapped

_PAD, _GAP = 10.0, 26.0


@dataclass(frozen=True)
class Box:
    """A box of the diagram: a bold first line and what stands below it, as printed."""

    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class FlowOf:
    """One table's way: boxes with released numbers as text. ``left_out`` is None where nothing was;
    ``arms`` stand beside each other; ``analysed`` says who stands in the models."""

    title: str
    read: Box
    left_out: Box | None
    kept: Box
    waves: tuple[Box, ...] = ()
    arms: tuple[Box, ...] = ()
    analysed: Box | None = None


def flow_picture(flows: tuple[FlowOf, ...], label: str = "") -> Picture:
    """One diagram a table, below each other."""
    return picture(lambda width: measured(partial(_place, flows), width), label)


def _place(flows: tuple[FlowOf, ...], canvas: Canvas | None, width: float) -> float:
    """Draw (or, without a canvas, only measure); the height that is needed."""
    y = 8.0
    for number, flow in enumerate(flows):
        if len(flows) > 1:
            if canvas:
                canvas.text(1, y + 8, flow.title, TEXT + 1, bold=True)
            y += 26
        y = _one(canvas, flow, width, y) + (30 if number < len(flows) - 1 else 8)
    return y


def _one(canvas: Canvas | None, flow: FlowOf, width: float, y: float) -> float:
    main, side = round(width * 0.44), round(width * 0.47)
    middle, left = 1 + main / 2, width - side - 1
    y = _box(canvas, flow.read, 1, y, main)
    if flow.left_out:
        top = y + 14
        end = _box(canvas, flow.left_out, left, top, side, light=True)
        if canvas:
            canvas.line(middle, y, middle, end + 14)
            canvas.arrow(middle, (top + end) / 2, left, (top + end) / 2)
        y = end
    y = _down(canvas, middle, y + (14 if flow.left_out else 0), 20 if flow.left_out else _GAP)
    y = _box(canvas, flow.kept, 1, y, main)
    ends = [middle]
    if flow.arms:
        y, ends = _arms(canvas, flow.arms, width, middle, y)
    if flow.waves:
        y, ends = _waves(canvas, flow.waves, width, middle, y)
    if flow.analysed:
        y = _box(canvas, flow.analysed, 1, _together(canvas, ends, y), width - 2)
    return y


def _arms(
    canvas: Canvas | None, arms: tuple[Box, ...], width: float, middle: float, y: float
) -> tuple[float, list[float]]:
    """Beside each other, each with an arrow of its own."""
    gap = 16.0
    each = (width - 2 - gap * (len(arms) - 1)) / len(arms)
    centres = [1 + n * (each + gap) + each / 2 for n in range(len(arms))]
    tallest = max(_height(a, each) for a in arms)
    if canvas:
        canvas.line(middle, y, middle, y + 13)
        canvas.line(min(middle, centres[0]), y + 13, max(middle, centres[-1]), y + 13)
    for arm, centre in zip(arms, centres, strict=True):
        top = _down(canvas, centre, y + 13, 18)
        _box(canvas, arm, centre - each / 2, top, each, tallest)
    return y + 31 + tallest, centres


def _waves(
    canvas: Canvas | None, waves: tuple[Box, ...], width: float, middle: float, y: float
) -> tuple[float, list[float]]:
    """Side by side with the time running to the right where they fit, else below each other. Where they end: down, and
    across."""
    gap = 22.0
    each = (width - 2 - gap * (len(waves) - 1)) / len(waves)
    y = _down(canvas, middle if each > middle else 1 + each / 2, y)
    if each < 118:
        for number, wave in enumerate(waves):
            y = _down(canvas, middle, y) if number else y
            y = _box(canvas, wave, 1, y, round(width * 0.44))
        return y, [middle]
    tallest = max(_height(w, each) for w in waves)
    for number, wave in enumerate(waves):
        x = 1 + number * (each + gap)
        _box(canvas, wave, x, y, each, tallest)
        if canvas and number:
            canvas.arrow(x - gap, y + tallest / 2, x, y + tallest / 2)
    return y + tallest, [1 + n * (each + gap) + each / 2 for n in range(len(waves))]


def _together(canvas: Canvas | None, ends: list[float], y: float) -> float:
    """From one box straight down; from several by one line that all of them lead to."""
    if len(ends) == 1:
        return _down(canvas, ends[0], y)
    if canvas:
        for x in ends:
            canvas.line(x, y, x, y + 11)
        canvas.line(ends[0], y + 11, ends[-1], y + 11)
    return _down(canvas, (ends[0] + ends[-1]) / 2, y + 11, 19)


def _down(canvas: Canvas | None, x: float, y: float, length: float = _GAP) -> float:
    if canvas:
        canvas.arrow(x, y, x, y + length)
    return y + length


def _texts(box: Box, width: float) -> tuple[list[str], list[str]]:
    inside = width - 2 * _PAD
    return wrapped(box.title, inside, TEXT, True), [
        line for words in box.lines for line in wrapped(words, inside, SMALL)
    ]


def _height(box: Box, width: float) -> float:
    title, lines = _texts(box, width)
    return len(title) * leading(TEXT) + len(lines) * leading(SMALL) + 2 * _PAD - 2


def _box(
    canvas: Canvas | None, box: Box, x: float, y: float, width: float, height: float | None = None, light: bool = False
) -> float:
    height = height or _height(box, width)
    if canvas:
        title, lines = _texts(box, width)
        canvas.box(x, y, width, height, edge=GREY, line=1.0, fill="#ffffff" if not light else "#f4f6f7")
        top = y + _PAD + leading(TEXT) / 2 - 1
        canvas.lines(x + _PAD, top, title, TEXT, bold=True)
        canvas.lines(x + _PAD, top + len(title) * leading(TEXT), lines, SMALL)
    return y + height
