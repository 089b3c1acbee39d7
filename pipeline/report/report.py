"""``Report``: sections of blocks. What the notebook shows, and what the Word document is written from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from pipeline.errors import StageFailed, closest
from pipeline.report.blocks import Block, Figure, Heading, Listing, Note, Paragraph, TableBlock, plain
from pipeline.report.fragments import block_html

PART = "application/vnd.alongside.part+json"
"""Marks an output of a notebook as a part of the report; its HTML stands beside it in the same output."""

MADE_UP, NOT_FOR_RELEASE = "Made-up data", "Not for release"
DRAFT_SENTENCE = "Exact numbers of small groups of people stand here. Keep this file where the data are."
MADE_UP_SENTENCE = (
    "The people in this study are invented. Nothing here says anything about real people or real programmes."
)


@dataclass(frozen=True)
class Head:
    """What stands above every part."""

    study: str
    title: str
    made_up: bool = False
    draft: bool = False

    @property
    def label(self) -> str:
        """What every output says of itself: that its people are invented, that it must not leave the machine."""
        return ", ".join([MADE_UP] * self.made_up + [NOT_FOR_RELEASE] * self.draft)

    def labelled(self, title: str) -> str:
        """A title that says it, too."""
        return f"{title} ({self.label.lower()})" if self.label else title

    def to_dict(self) -> dict[str, Any]:
        return {"study": self.study, "title": self.title, "made_up": self.made_up, "draft": self.draft}


@dataclass(frozen=True)
class Section:
    """A section with its heading (level 2). ``of`` is the report's own head, so that each part can stand alone."""

    title: str
    anchor: str
    blocks: tuple[Block, ...]
    of: Head

    def html(self) -> str:
        body = "".join(map(block_html, self.blocks))
        anchor = escape(self.anchor, quote=True)
        label = f' <span class="tag">{escape(self.of.label)}</span>' if self.of.label else ""
        heading = f'<h2 id="{anchor}">{escape(self.title)}{label}</h2>'
        return f'<section class="part" aria-labelledby="{anchor}">\n{heading}\n{body}</section>\n'

    def _repr_html_(self) -> str:
        return self.html()

    def _repr_markdown_(self) -> str:
        return "\n\n".join([f"## {self.of.labelled(self.title)}", *filter(None, map(_words, self.blocks))])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """HTML for JupyterLab and for the page, a title for a terminal, and the mark."""
        headings = [[h.level, h.anchor, h.text] for h in self.blocks if isinstance(h, Heading)]
        mark = {"anchor": self.anchor, "title": self.title, "headings": headings, "report": self.of.to_dict()}
        return {"text/html": self.html(), "text/plain": f"{self.of.title}: {self.title}", PART: mark}


@dataclass(frozen=True)
class Report:
    head: Head
    sections: tuple[Section, ...]

    def show(self, title: str) -> Section:
        """A section, to be displayed; StageFailed with the nearest title where there is none."""
        for section in self.sections:
            if title in (section.title, section.anchor):
                return section
        titles = [s.title for s in self.sections]
        raise StageFailed(
            f"the report has no section '{title}'. {closest(title, titles)} Sections: {', '.join(titles)}."
        )

    def blocks(self) -> Iterator[Block]:
        for section in self.sections:
            yield from section.blocks

    def figures(self) -> list[Figure]:
        return [b for b in self.blocks() if isinstance(b, Figure)]

    def tables(self) -> list[TableBlock]:
        return [b for b in self.blocks() if isinstance(b, TableBlock)]


def _words(block: Block) -> str:
    """A block in words, for a place where there is no page."""
    if isinstance(block, Heading):
        return f"{'#' * block.level} {block.text}"
    if isinstance(block, (Paragraph, Note)):
        return plain(block.pieces)
    if isinstance(block, Listing):
        return "\n".join(f"- {plain(item)}" for item in block.items)
    if isinstance(block, Figure):
        return f"[{block.label}. {block.caption} {block.alt}]"
    lines = [f"{block.label}. {block.filled.title}"]
    lines += [" | ".join((block.filled.stub, *(c.head for c in block.filled.columns)))]
    lines += [" | ".join(("  " * row.indent + row.head, *row.cells)) for row in block.filled.rows]
    return "\n".join([*lines, *block.filled.notes])
