"""How many answers are missing: a grid of percentages, darker where more are missing, by programme and wave."""

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
    SMALL,
    TEXT,
    WIDE,
    Canvas,
    leading,
    picture,
    text_width,
    wrapped,
)

_ROW = 19.0
_NUMBER = 9.5
_WIDEST = 64.0
_SIZES = (SMALL - 1, SMALL - 2, SMALL - 3)
"""Of headings: the first with which no word breaks."""


@dataclass(frozen=True)
class Cell:
    """A released percentage, its text as printed; NaN where withheld or where nobody stands in the cell."""

    value: float
    text: str
    withheld: bool = False


@dataclass(frozen=True)
class MissingPanel:
    """One wave: a row a variable, a column a programme. ``cells[row][column]``."""

    title: str
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]


def missing_picture(rows: tuple[str, ...], panels: tuple[MissingPanel, ...], label: str = "") -> Picture:
    """The panels beside each other where they fit, else below each other."""
    return picture(partial(_draw, rows, panels), label)


def _draw(rows: tuple[str, ...], panels: tuple[MissingPanel, ...], width: float) -> Canvas:
    label = min(max(text_width(r, SMALL) for r in rows) + 12, width * (0.26 if width >= WIDE else 0.38))
    names = [wrapped(r, label - 8, SMALL) for r in rows]
    heights = [max(_ROW, len(n) * leading(SMALL) + 3) for n in names]
    most = max(len(p.columns) for p in panels)
    words = [word for p in panels for column in p.columns for word in column.split()]
    need = max((text_width(_shown(c), _NUMBER) for p in panels for r in p.cells for c in r), default=0.0) + 6
    need = max([need, *(min(text_width(word, _SIZES[1]) + 2, _WIDEST) for word in words)])
    gap = 14.0
    beside = next((b for b in range(len(panels), 1, -1) if (width - label - gap * (b - 1)) / b / most >= need), 1)
    each = (width - label - gap * (beside - 1)) / beside
    step = min(each / most, _WIDEST)
    size = next((s for s in _SIZES if all(text_width(word, s) <= step - 2 for word in words)), _SIZES[-1])
    heads = [wrapped(c, step - 2, size) for p in panels for c in p.columns]
    head = 26 + max(len(h) for h in heads) * leading(size)
    one = head + sum(heights) + 20
    canvas = Canvas(width, one * math.ceil(len(panels) / beside) + 18)
    darkest = _darkest(panels)
    for place, panel in enumerate(panels):
        x = label + (place % beside) * (each + gap)
        y = (place // beside) * one
        _panel(canvas, panel, names if place % beside == 0 else None, heights, x, y, head, step, size, darkest)
    _key(canvas, canvas.height - 10, darkest)
    return canvas


def _panel(
    canvas: Canvas, panel: MissingPanel, names: list[list[str]] | None, heights: list[float],
    x: float, y: float, head: float, step: float, size: float, darkest: float,
) -> None:  # fmt: skip
    canvas.text(x + 1, y + 9, panel.title, TEXT, bold=True)
    for number, column in enumerate(panel.columns):
        lines = wrapped(column, step - 2, size)
        top = y + head - 8 - (len(lines) - 1) * leading(size)
        canvas.lines(x + (number + 0.5) * step, top, lines, size, GREY, "center")
    top = y + head
    for row, height in enumerate(heights):
        if names:
            lines = names[row]
            canvas.lines(1, top + height / 2 - (len(lines) - 1) * leading(SMALL) / 2, lines, SMALL)
        for number, cell in enumerate(panel.cells[row]):
            _cell(canvas, cell, x + number * step, top, step, height, darkest)
        top += height


def _shown(cell: Cell) -> str:
    """Whole per cents in every cell, whatever the number of people behind it; the table has them as printed."""
    if cell.withheld or math.isnan(cell.value):
        return cell.text
    return "<1" if 0 < cell.value < 0.5 else f"{math.floor(cell.value + 0.5)}"


def _darkest(panels: tuple[MissingPanel, ...]) -> float:
    """The percentage that is drawn darkest: the first round one that no cell exceeds."""
    most = max((c.value for p in panels for r in p.cells for c in r if math.isfinite(c.value)), default=0.0)
    return next(d for d in (10.0, 20.0, 40.0, 60.0, 100.0) if most <= d or d == 100.0)


def shade(value: float, darkest: float) -> str:
    """From white at 0 % to dark at ``darkest``, evenly in lightness, so that a grey print keeps the order."""
    part = min(max(value / darkest, 0.0), 1.0)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip((247, 249, 250), (16, 74, 94), strict=True))


def dark(color: str) -> bool:
    """Whether white letters stand out better than dark ones (relative luminance, WCAG 2)."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] < 0.21


def _cell(canvas: Canvas, cell: Cell, x: float, y: float, width: float, height: float, darkest: float) -> None:
    if cell.withheld:
        canvas.box(x + 0.5, y + 0.5, width - 1, height - 1, PAPER, FAINT, 0.6, "//////")
        canvas.box(x + width / 2 - 9, y + height / 2 - 6, 18, 12, PAPER, None)
        canvas.text(x + width / 2, y + height / 2, cell.text, _NUMBER, INK, "center")
    elif math.isnan(cell.value):
        canvas.text(x + width / 2, y + height / 2, cell.text, _NUMBER, GREY, "center")
    else:
        color = shade(cell.value, darkest)
        canvas.box(x + 0.5, y + 0.5, width - 1, height - 1, color, None)
        canvas.text(x + width / 2, y + height / 2, _shown(cell), _NUMBER, PAPER if dark(color) else INK, "center")


def _key(canvas: Canvas, y: float, darkest: float) -> None:
    x = 1.0
    canvas.text(x, y, "% missing:", SMALL - 0.5, GREY)
    x += 70
    for quarter in range(5):
        value = darkest * quarter / 4
        canvas.box(x, y - 6, 14, 12, shade(value, darkest), FAINT, 0.5)
        canvas.text(x + 18, y, f"{value:g}", SMALL - 0.5, GREY)
        x += 44
