"""A sheet to draw on, measured in CSS pixels from the top left; the same drawing gives the same bytes.

matplotlib draws; its own DejaVu fonts become outlines, so that a picture looks alike on every machine and no reader's
font moves a label. Nothing of the user's matplotlib settings is read.
"""

from __future__ import annotations

import io
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Sheet
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, Polygon, Rectangle
from matplotlib.textpath import TextToPath

from pipeline.report.blocks import Picture

INK, GREY, FAINT, RULE, PAPER, ACCENT, WARNING = "#16232b", "#55636c", "#98a4ab", "#c3ccd1", "#ffffff", "#0a5a70", "#8a5200"
WIDE, NARROW = 680, 340
TEXT = 12.5
SMALL = 11.0
_DOTS = 200
_SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "alongside", "svg.fonttype": "path", "text.parse_math": False, "path.simplify": False,
    "font.family": ["DejaVu Sans"], "hatch.linewidth": 0.6, "savefig.dpi": 72, "figure.dpi": 72,
}  # fmt: skip


@cache
def _font(bold: bool) -> FontProperties:
    """The font that ships with matplotlib, by file: a system's DejaVu may be another version."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return FontProperties(fname=str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name))


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT, bold: bool = False) -> float:
    """How wide a line of text is, in pixels."""
    font = _font(bold).copy()
    font.set_size(100)
    width, _, _ = TextToPath().get_text_width_height_descent(text, font, ismath=False)
    return float(width) * size / 100


def wrapped(text: str, width: float, size: float = TEXT, bold: bool = False) -> list[str]:
    """Lines no wider than ``width``, broken at blanks, and inside a word where it alone is wider."""
    lines, line = [], ""
    for word in text.split():
        while text_width(word, size, bold) > width and len(word) > 1:
            fits = max(i for i in range(1, len(word)) if i == 1 or text_width(word[:i], size, bold) <= width)
            lines, line, word = [*lines, *([line] if line else []), word[:fits]], "", word[fits:]
        longer = f"{line} {word}".strip()
        if line and text_width(longer, size, bold) > width:
            lines, line = [*lines, line], word
        else:
            line = longer
    return [*lines, line] if line or not lines else lines


class Canvas:
    """White paper of a width and height; lines, boxes, dots and words go on it, later ones over earlier ones."""

    def __init__(self, width: float, height: float):
        self.width, self.height = round(width), round(height)
        self._sheet = Sheet(figsize=(self.width / 72, self.height / 72), dpi=72, facecolor=PAPER)
        self._axes = self._sheet.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, self.width), ylim=(self.height, 0))
        self._axes.axis("off")
        self._layer = 1.0

    def _over(self) -> float:
        self._layer += 1
        return self._layer

    def _put(self, made: Artist) -> None:
        """On the paper, without the reckoning of limits that axes of data would need."""
        made.set_clip_on(False)
        self._axes.add_artist(made)

    def text(self, x: float, y: float, words: str, size: float = TEXT, color: str = INK, at: str = "left", bold: bool = False) -> None:
        """Words whose line is centred on ``y``; ``at``: left, center or right of ``x``."""
        font = _font(bold).copy()
        font.set_size(size)
        self._axes.text(x, y, words, fontproperties=font, color=color, ha=at, va="center_baseline", zorder=self._over(), parse_math=False)

    def lines(self, x: float, y: float, words: list[str], size: float = TEXT, color: str = INK, at: str = "left", bold: bool = False) -> None:
        """Several lines below each other, the first centred on ``y``."""
        for number, line in enumerate(words):
            self.text(x, y + number * leading(size), line, size, color, at, bold)

    def line(self, x1: float, y1: float, x2: float, y2: float, color: str = INK, width: float = 1.0, dashed: bool = False) -> None:
        style = (0, (3, 3)) if dashed else "solid"
        self._put(Line2D([x1, x2], [y1, y2], color=color, lw=width, ls=style, solid_capstyle="butt", zorder=self._over()))

    def box(self, x: float, y: float, width: float, height: float, fill: str = PAPER, edge: str | None = INK, line: float = 1.0, hatch: str = "") -> None:
        self._put(
            Rectangle((x, y), width, height, facecolor=fill, edgecolor=edge or "none", lw=line if edge or hatch else 0, hatch=hatch or None, zorder=self._over())
        )  # fmt: skip

    def dot(self, x: float, y: float, size: float = 8, fill: str = INK, edge: str = INK, line: float = 1.4) -> None:
        self._put(Ellipse((x, y), size, size, facecolor=fill, edgecolor=edge, lw=line, zorder=self._over()))

    def shape(self, points: list[tuple[float, float]], fill: str = INK, edge: str = INK, line: float = 1.0) -> None:
        self._put(Polygon(points, closed=True, facecolor=fill, edgecolor=edge, lw=line, zorder=self._over()))

    def diamond(self, x: float, y: float, size: float = 10, fill: str = INK) -> None:
        half = size / 2
        self.shape([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], fill, fill)

    def arrow(self, x1: float, y1: float, x2: float, y2: float, color: str = INK) -> None:
        """A straight arrow, downwards or to the right."""
        self.line(x1, y1, x2, y2, color)
        tip = [(x2, y2), (x2 - 3.5, y2 - 7), (x2 + 3.5, y2 - 7)] if x1 == x2 else [(x2, y2), (x2 - 7, y2 - 3.5), (x2 - 7, y2 + 3.5)]
        self.shape(tip, color, color, 0)

    def svg(self) -> bytes:
        """The drawing as SVG, without dates and with ids that depend on what is drawn alone."""
        out = io.BytesIO()
        with mpl.rc_context({**mpl.rcParamsDefault, **_SETTINGS}):
            self._sheet.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
        return out.getvalue()

    def png(self) -> bytes:
        """The drawing as pixels, at 200 dots an inch of its own size."""
        out = io.BytesIO()
        with mpl.rc_context({**mpl.rcParamsDefault, **_SETTINGS}):
            FigureCanvasAgg(self._sheet).print_png(out, metadata={"Software": None})
        return out.getvalue()


def leading(size: float = TEXT) -> float:
    """From one line of text to the next."""
    return round(size * 1.36, 2)


def picture(wide: Canvas, narrow: Canvas, label: str = "") -> Picture:
    """A drawing in its two widths; ``label`` (such as "Made-up data") stands in its corner wherever it is shown."""
    for canvas in (wide, narrow) if label else ():
        canvas.text(canvas.width - 1, 9, label, SMALL - 0.5, WARNING, "right", bold=True)
    svg, small = wide.svg(), narrow.svg()
    wide._sheet.set_dpi(_DOTS)
    return Picture(svg, wide.png(), wide.width, wide.height, small, narrow.width, narrow.height)
