"""The parts on coders and on saturation in the section on interviews."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.report.blocks import Block, Paragraph
from pipeline.report.desk import Desk
from pipeline.report.figure_saturation import saturation_figure
from pipeline.report.methods_coders import NO_AGREEMENT
from pipeline.themes.agreed import KIND as AGREEMENT
from pipeline.themes.saturated import KIND as SATURATION


def _agreement(desk: Desk) -> Iterator[Block]:
    """The tables, or why a reflexive analysis has none."""
    said = desk.study.interviews
    agreed = list(desk.table_blocks(AGREEMENT))
    yield from agreed
    if not agreed and said is not None and said.coded is not None and said.reflexive:
        yield Paragraph((NO_AGREEMENT,))


def _saturation(desk: Desk) -> Iterator[Block]:
    """Whether it was reached, the curve, and its numbers."""
    if any(table.kind == SATURATION for table in desk.tables):
        yield from desk.remarks(SATURATION)
        if figure := saturation_figure(desk.study, desk.released, desk.head.label):
            yield figure
        yield from desk.table_blocks(SATURATION)


PARTS: dict[str, Callable[[Desk], Iterator[Block]]] = {
    "Agreement between coders": _agreement,
    "Saturation": _saturation,
}
"""Heading -> its blocks, of the part on interviews."""
