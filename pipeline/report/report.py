"""``Report``: sections of blocks. What the notebook shows, and what the Word document is written from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any

from pipeline.errors import StageFailed, closest
from pipeline.report.blocks import Block, Figure, Heading, Listing, Note, Paragraph, TableBlock, plain
from pipeline.report.fragments import block_html
from pipeline.tables.in_notebook import for_notebook
from pipeline.tables.style import Style
from pipeline.tables.style_file import plain as plain_style
from pipeline.tables.table import Table

PART = "application/vnd.alongside.part+json"
"""Marks an output of a notebook as a part of the report; its HTML stands beside it in the same output."""

MADE_UP, NOT_FOR_RELEASE = "Made-up data", "Not for release"
DRAFT_SENTENCE = "Exact numbers of small groups of people stand here. Keep this file where the data are."
MADE_UP_SENTENCE = (
    "The people in this study are invented. Nothing here says anything about real people or real programmes."
)
REBUILT = "Rows rebuilt from printed counts"
REBUILT_SENTENCE = (
    "How many people gave each answer is true, as it was printed. The rows behind these counts are not real people's: "
    "which answers stand together in them is arbitrary."
)


def invented(made_up: bool | str) -> tuple[str, str]:
    """What a study's ``made_up`` says of its people: a label and a sentence; twice nothing where they are real."""
    if made_up == "rows":
        return REBUILT, REBUILT_SENTENCE
    return (MADE_UP, MADE_UP_SENTENCE) if made_up is True else ("", "")


@dataclass(frozen=True)
class Head:
    """What stands above every part."""

    study: str
    title: str
    made_up: bool | str = False
    draft: bool = False

    @property
    def label(self) -> str:
        """What every output says of itself: that its people are invented, that it must not leave the machine."""
        return ", ".join(word for word in (invented(self.made_up)[0], NOT_FOR_RELEASE * self.draft) if word)

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

    def _repr_html_(self) -> str | None:
        return self.html() if self.blocks else None

    def _repr_markdown_(self) -> str | None:
        if not self.blocks:
            return None
        return "\n\n".join([f"## {self.of.labelled(self.title)}", *filter(None, map(_words, self.blocks))])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """HTML for JupyterLab and for the page, a title for a terminal, and the mark; no part where nothing is said."""
        if not self.blocks:
            return {"text/plain": f"{self.of.title}: {self.title}: this study has nothing of it."}
        headings = [[h.level, h.anchor, h.text] for h in self.blocks if isinstance(h, Heading)]
        mark = {"anchor": self.anchor, "title": self.title, "headings": headings, "report": self.of.to_dict()}
        return {"text/html": for_notebook(self.html()), "text/plain": f"{self.of.title}: {self.title}", PART: mark}


@dataclass(frozen=True)
class Report:
    """style: the house style of its tables and sentences. layouts: of its tables, for ``layouts.json``."""

    head: Head
    sections: tuple[Section, ...]
    style: Style = field(default_factory=plain_style)
    layouts: tuple[Table, ...] = ()

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
        """Those of numbers."""
        return [b for b in self.blocks() if isinstance(b, TableBlock) and not b.apart]


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
    before, title = block.filled.titled(block.label)
    lines = [f"{before}{title}"]
    lines += [" | ".join((block.filled.stub, *(c.head for c in block.filled.columns)))]
    lines += [" | ".join(("  " * row.indent + row.head, *row.cells)) for row in block.filled.rows]
    return "\n".join([*lines, *(f"{mark} {note}".strip() for mark, note in block.filled.under())])
