"""A sheet to draw on, measured in CSS pixels from the top left; the same drawing gives the same bytes.

matplotlib draws; its own DejaVu fonts become outlines, so that a picture looks alike on every machine and no reader's
font moves a label. Nothing of the user's matplotlib settings is read.
"""

from __future__ import annotations

import io
from bisect import bisect
from collections.abc import Callable, Iterator
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
from matplotlib.text import Text
from matplotlib.textpath import TextToPath

from pipeline.report.blocks import Picture

INK, GREY, FAINT, RULE, PAPER, ACCENT, WARNING = (
    "#16232b",
    "#55636c",
    "#98a4ab",
    "#c3ccd1",
    "#ffffff",
    "#0a5a70",
    "#8a5200",
)
WIDE, NARROW = 680, 340
TEXT = 12.5
SMALL = 11.0
DOTS = 200
_SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "alongside", "svg.fonttype": "path", "text.parse_math": False, "path.simplify": False,
    "font.family": ["DejaVu Sans"], "hatch.linewidth": 0.6, "savefig.dpi": 72, "figure.dpi": 72,
}  # fmt: skip


def _settings() -> dict[Any, Any]:
    """Every setting: matplotlib's own defaults, and ours over them."""
    return {**mpl.rcParamsDefault, **_SETTINGS}


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
    lines: list[str] = []
    line = ""
    for word in text.split():
        parts = list(_parts(word, width, size, bold))
        longer = f"{line} {word}".strip()
        if len(parts) > 1:
            lines += [*([line] if line else []), *parts[:-1]]
            line = parts[-1]
        elif line and text_width(longer, size, bold) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line or not lines else lines


def _parts(word: str, width: float, size: float, bold: bool) -> Iterator[str]:
    """A word in pieces that fit, each as long as can be and one letter at least."""
    at = 0
    while at < len(word):
        most = 1  # found by doubling and halving: a long word is never measured whole
        while at + most < len(word) and text_width(word[at : at + 2 * most], size, bold) <= width:
            most *= 2
        fits = bisect(range(most + 1, min(2 * most, len(word) - at + 1)), False,
                      key=lambda n: text_width(word[at : at + n], size, bold) > width)  # fmt: skip
        yield word[at : at + most + fits]
        at += most + fits


class Canvas:
    """White paper of a width and height; lines, boxes, dots and words go on it, later ones over earlier ones.

    Nothing is drawn before ``svg`` or ``png``, which see to it that no setting of the user's takes part.
    """

    def __init__(self, width: float, height: float):
        self.width, self.height = round(width), round(height)
        self._marks: list[Callable[[], Artist]] = []

    def text(
        self, x: float, y: float, words: str, size: float = TEXT, color: str = INK, at: str = "left", bold: bool = False
    ) -> None:
        """Words whose line is centred on ``y``; ``at``: left, center or right of ``x``."""
        font = _font(bold).copy()
        font.set_size(size)
        look: dict[str, Any] = {
            "fontproperties": font,
            "color": color,
            "ha": at,
            "va": "center_baseline",
            "parse_math": False,
        }
        self._marks.append(lambda: Text(x, y, words, **look))

    def lines(
        self, x: float, y: float, words: list[str], size: float = TEXT, color: str = INK, at: str = "left",
        bold: bool = False,
    ) -> None:  # fmt: skip
        """Several lines below each other, the first centred on ``y``."""
        for number, line in enumerate(words):
            self.text(x, y + number * leading(size), line, size, color, at, bold)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, color: str = INK, width: float = 1.0, dashed: bool = False
    ) -> None:
        look: dict[str, Any] = {
            "color": color,
            "lw": width,
            "ls": (0, (3, 3)) if dashed else "solid",
            "solid_capstyle": "butt",
        }
        self._marks.append(lambda: Line2D([x1, x2], [y1, y2], **look))

    def box(
        self, x: float, y: float, width: float, height: float, fill: str = PAPER, edge: str | None = INK,
        line: float = 1.0, hatch: str = "",
    ) -> None:  # fmt: skip
        look: dict[str, Any] = {"facecolor": fill, "edgecolor": edge or "none", "lw": line if edge or hatch else 0}
        self._marks.append(lambda: Rectangle((x, y), width, height, hatch=hatch or None, **look))

    def dot(self, x: float, y: float, size: float = 8, fill: str = INK, edge: str = INK, line: float = 1.4) -> None:
        self._marks.append(lambda: Ellipse((x, y), size, size, facecolor=fill, edgecolor=edge, lw=line))

    def shape(self, points: list[tuple[float, float]], fill: str = INK, edge: str = INK, line: float = 1.0) -> None:
        self._marks.append(lambda: Polygon(points, closed=True, facecolor=fill, edgecolor=edge, lw=line))

    def diamond(self, x: float, y: float, size: float = 10, fill: str = INK) -> None:
        half = size / 2
        self.shape([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], fill, fill)

    def arrow(self, x1: float, y1: float, x2: float, y2: float, color: str = INK) -> None:
        """A straight arrow, downwards or to the right."""
        self.line(x1, y1, x2, y2, color)
        down = [(x2, y2), (x2 - 3.5, y2 - 7), (x2 + 3.5, y2 - 7)]
        right = [(x2, y2), (x2 - 7, y2 - 3.5), (x2 - 7, y2 + 3.5)]
        self.shape(down if x1 == x2 else right, color, color, 0)

    def svg(self) -> bytes:
        """The drawing as SVG, without dates and with ids that depend on what is drawn alone."""
        out = io.BytesIO()
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        with mpl.rc_context(_settings()):
            self._sheet(72).savefig(out, format="svg", metadata=nothing)
        return out.getvalue()

    def png(self, dots: int = DOTS) -> bytes:
        """The drawing as pixels, at so many dots an inch of its own size."""
        out = io.BytesIO()
        with mpl.rc_context(_settings()):
            FigureCanvasAgg(self._sheet(dots)).print_png(out, metadata={"Software": None})
        return out.getvalue()

    def _sheet(self, dots: int) -> Sheet:
        sheet = Sheet(figsize=(self.width / 72, self.height / 72), dpi=dots, facecolor=PAPER)
        axes = sheet.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, self.width), ylim=(self.height, 0))
        axes.axis("off")
        for layer, mark in enumerate(self._marks, 1):
            made = mark()
            made.set_clip_on(False)
            made.set_zorder(layer)
            axes.add_artist(made)
        return sheet


def leading(size: float = TEXT) -> float:
    """From one line of text to the next."""
    return round(size * 1.36, 2)


def measured(place: Callable[[Canvas | None, float], float], width: float) -> Canvas:
    """A canvas as high as ``place`` says it needs: called once without a canvas to measure, once with it to draw."""
    canvas = Canvas(width, place(None, width))
    place(canvas, width)
    return canvas


def picture(draw: Callable[[float], Canvas], label: str = "") -> Picture:
    """A drawing in its two widths; ``label`` (such as "Made-up data") stands in its corner wherever it is shown."""
    wide, narrow = draw(WIDE), draw(NARROW)
    for canvas in (wide, narrow) if label else ():
        canvas.text(canvas.width - 1, 9, label, SMALL - 0.5, WARNING, "right", bold=True)
    return Picture(wide.svg(), wide.png(), wide.width, wide.height, narrow.svg(), narrow.width, narrow.height)
