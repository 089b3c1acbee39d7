"""Blocks as HTML. Everything that comes from a study file or from data is escaped here."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any

from pipeline.report.blocks import (
    Block,
    Code,
    Datum,
    Figure,
    Heading,
    Listing,
    Note,
    Paragraph,
    Pieces,
    Strong,
    TableBlock,
)
from pipeline.tables.as_html import ident, to_html

SHORT = 24
"""Up to so many lines a table stands whole on a page of paper."""
PHONE = 640
"""Below this width of the window, in CSS pixels, a picture's narrow drawing is shown."""


def inline(pieces: Pieces) -> str:
    """Words, names as ``<code>``, and each number as ``<data>`` with its value and key."""
    return "".join(_piece(p) for p in pieces)


def _piece(piece: str | Datum | Code | Strong) -> str:
    if isinstance(piece, str):
        return escape(piece)
    if isinstance(piece, Code):
        return f"<code>{escape(piece.text)}</code>"
    if isinstance(piece, Strong):
        return f"<strong>{escape(piece.text)}</strong>"
    key = escape(json.dumps(list(piece.key), ensure_ascii=False, separators=(",", ":")), quote=True)
    value = "" if piece.withheld or piece.value != piece.value else f"{piece.value:.10g}"
    kind = ' class="withheld"' if piece.withheld else ""
    return f'<data value="{value}"{kind} data-key="{key}">{escape(piece.text)}</data>'


def block_html(block: Block) -> str:
    """One block."""
    make: dict[type, Callable[[Any], str]] = {
        Heading: lambda b: f'<h{b.level} id="{escape(b.anchor, quote=True)}">{escape(b.text)}</h{b.level}>\n',
        Paragraph: lambda b: f"<p>{inline(b.pieces)}</p>\n",
        Note: lambda b: f'<p class="note" role="note">{inline(b.pieces)}</p>\n',
        Listing: lambda b: "<ul>\n" + "".join(f"<li>{inline(item)}</li>\n" for item in b.items) + "</ul>\n",
        TableBlock: _exhibit,
        Figure: _figure,
    }
    return make[type(block)](block)


def _exhibit(block: TableBlock) -> str:
    """A table; a short one is not broken across pages on paper."""
    short = " short" if len(block.filled.rows) <= SHORT else ""
    return f'<div class="exhibit{short}">\n{to_html(block.filled, block.label)}</div>\n'


def _figure(figure: Figure) -> str:
    picture = figure.picture
    name = ident("figure", figure.name)
    source = partial(_source, "image/svg+xml")
    summary = "<summary>The numbers in this figure, as a table</summary>"
    numbers = (
        f"<details>{summary}\n{to_html(figure.data, figure.label)}</details>\n"
        if figure.data
        else ""
    )
    label = f"<strong>{escape(figure.label)}.</strong> " if figure.label else ""
    return (
        f'<figure id="{name}">\n<picture>'
        f'<source media="(max-width: {PHONE - 1}px)" width="{picture.narrow_width}" height="{picture.narrow_height}" '
        f'srcset="{source(picture.narrow_svg)}">'
        f'<img alt="{escape(figure.alt, quote=True)}" width="{picture.width}" height="{picture.height}" '
        f'src="{source(picture.svg)}">'
        f"</picture>\n<figcaption>{label}{escape(figure.caption)}</figcaption>\n"
        f"{numbers}</figure>\n"
    )


def _source(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"
