"""The tables and remarks of a report that is being written: what is still to be placed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.disclosure import Released
from pipeline.report.blocks import Block, Listing, Paragraph, Pieces, TableBlock, say
from pipeline.report.report import Head
from pipeline.results import Sentence
from pipeline.study import Study
from pipeline.tables.fill import fill
from pipeline.tables.style import Style
from pipeline.tables.table import Table


class Desk:
    """What has been laid out and not yet been used, so that every table and remark appears exactly once."""

    def __init__(
        self,
        study: Study,
        released: Released,
        head: Head,
        tables: tuple[Table, ...],
        remarks: Mapping[str, Sequence[Sentence]],
        as_released: Released,
        style: Style,
    ):
        self.study, self.released, self.head, self.tables = study, released, head, tables
        self._as_released, self._style = as_released, style
        self._tables, self._remarks = list(tables), dict(remarks)

    def table_blocks(self, *kinds: str, names: Iterable[str] | None = None) -> Iterator[Block]:
        """The tables of these kinds (of all, if none is given) and names that were not taken yet, each with the remarks
        about it."""
        wanted = None if names is None else set(names)
        some = [t for t in self._tables if not kinds or t.kind in kinds]
        for table in [t for t in some if wanted is None or t.name in wanted]:
            self._tables.remove(table)
            filled = fill(table, self._as_released, self._style)
            yield TableBlock(replace(filled, title=self.head.labelled(filled.title)), "")
            yield from self.remarks(table.name)

    def remarks(self, *about: str) -> Iterator[Block]:
        """The remarks about these that were not said yet, as one listing (or a paragraph)."""
        yield from said([say(sentence, self.released) for a in about for sentence in self._remarks.pop(a, ())])

    def others(self) -> Iterator[Block]:
        """Remarks about nothing that has a place of its own."""
        yield from self.remarks(*list(self._remarks))


def said(sentences: list[Pieces]) -> Iterator[Block]:
    """Each sentence once: one is a paragraph, several are a listing."""
    unique = list(dict.fromkeys(sentences))
    if len(unique) == 1:
        yield Paragraph(unique[0])
    elif unique:
        yield Listing(tuple(unique))
