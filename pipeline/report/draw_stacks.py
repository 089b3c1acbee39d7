"""How answers to questions with the same levels are spread: a bar of 100 % a question, a shade a level."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from pipeline.report.blocks import Picture
from pipeline.report.canvas import (
    FAINT,
    GREY,
    INK,
    PAPER,
    RULE,
    SMALL,
    TEXT,
    Canvas,
    leading,
    measured,
    picture,
    text_width,
    wrapped,
)
from pipeline.report.draw_missing import dark, shade

_BAR, _GAP, _NUMBER = 15.0, 7.0, 9.5


@dataclass(frozen=True)
class Stack:
    """A question's released percentages, one a level; empty where one of them is withheld. n: as printed.
    told: the same as a clause."""

    label: str
    parts: tuple[float, ...]
    n: str
    told: str


@dataclass(frozen=True)
class StackPanel:
    """One group of people; without a title where it is everyone."""

    title: str
    stacks: tuple[Stack, ...]


def stacks_picture(levels: tuple[str, ...], panels: tuple[StackPanel, ...], label: str = "") -> Picture:
    """The panels below each other, the levels' shades above them."""
    return picture(lambda width: measured(partial(_place, levels, panels), width), label)


def _place(levels: tuple[str, ...], panels: tuple[StackPanel, ...], canvas: Canvas | None, width: float) -> float:
    """Draw, or with no canvas only measure; the height that is needed."""
    names = {s.label for p in panels for s in p.stacks}
    left = min(max(text_width(name, SMALL) for name in names) + 12, width * 0.36)
    right = width - max(text_width(s.n, SMALL) for p in panels for s in p.stacks) - 10
    y = _key(canvas, levels, width)
    if canvas is not None:
        canvas.text(right + 8, y + 8, "n", SMALL, GREY)
    for panel in panels:
        if canvas is not None and panel.title:
            canvas.text(1, y + 8, panel.title, TEXT, bold=True)
        y += 20
        for stack in panel.stacks:
            lines = wrapped(stack.label, left - 10, SMALL)
            height = max(_BAR, len(lines) * leading(SMALL))
            if canvas is not None:
                canvas.lines(1, y + height / 2 - (len(lines) - 1) * leading(SMALL) / 2, lines, SMALL)
                _stack(canvas, stack, left, right, y + (height - _BAR) / 2, len(levels))
            y += height + _GAP
    return y + 2


def _key(canvas: Canvas | None, levels: tuple[str, ...], width: float) -> float:
    """Which shade is which level; how high that is."""
    x, y = 1.0, 16.0
    for at, level in enumerate(levels):
        wide = 20 + text_width(level, SMALL) + 14
        if x > 1 and x + wide > width:
            x, y = 1.0, y + 18
        if canvas is not None:
            canvas.box(x, y, 14, 12, _shade(at, len(levels)), FAINT, 0.5)
            canvas.text(x + 19, y + 6, level, SMALL, GREY)
        x += wide
    return y + 22


def _shade(at: int, levels: int) -> str:
    """Even steps of lightness, so that a grey print keeps the order."""
    return shade(at + 0.35, levels - 0.3)


def _stack(canvas: Canvas, stack: Stack, left: float, right: float, y: float, levels: int) -> None:
    canvas.text(right + 8, y + _BAR / 2, stack.n, SMALL, INK if stack.parts else GREY)
    if not stack.parts:
        canvas.line(left, y + _BAR / 2, right, y + _BAR / 2, RULE, 0.8, dashed=True)
        return
    x, whole = left, max(100.0, math.fsum(stack.parts))
    for at, part in enumerate(stack.parts):
        wide = part / whole * (right - left)
        color = _shade(at, levels)
        if wide > 0:
            canvas.box(x, y, wide, _BAR, color, PAPER, 0.8)
        words = f"{math.floor(part + 0.5)}"
        if wide >= text_width(words, _NUMBER) + 5:
            canvas.text(x + wide / 2, y + _BAR / 2, words, _NUMBER, PAPER if dark(color) else INK, "center")
        x += wide
