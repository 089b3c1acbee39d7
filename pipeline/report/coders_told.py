"""The parts on coders and on saturation in the section on interviews."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.report.blocks import Block, Heading, Paragraph
from pipeline.report.desk import Desk
from pipeline.report.figure_saturation import saturation_figure
from pipeline.report.methods_coders import NO_AGREEMENT
from pipeline.themes.agreed import KIND as AGREEMENT
from pipeline.themes.saturated import KIND as SATURATION


def coders_told(desk: Desk) -> Iterator[Block]:
    """Agreement, or why a reflexive analysis has none; then saturation: sentences, curve and table."""
    said = desk.study.interviews
    agreed = list(desk.table_blocks(AGREEMENT))
    if agreed:
        yield Heading("Agreement between coders", "agreement-between-coders")
        yield from agreed
    elif said is not None and said.coded is not None and said.reflexive:
        yield Heading("Agreement between coders", "agreement-between-coders")
        yield Paragraph((NO_AGREEMENT,))
    if any(table.kind == SATURATION for table in desk.tables):
        yield Heading("Saturation", "saturation")
        yield from desk.remarks(SATURATION)
        if figure := saturation_figure(desk.study, desk.released, desk.head.label):
            yield figure
        yield from desk.table_blocks(SATURATION)
