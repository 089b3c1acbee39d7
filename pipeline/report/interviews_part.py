"""The report's part on interviews: what the study file says of them, and below it a heading for each thing counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.report.blocks import Block, Heading, anchor
from pipeline.report.coders_told import PARTS as OF_CODERS
from pipeline.report.desk import Desk
from pipeline.report.quotations_told import quotations_told
from pipeline.report.summary import interviews
from pipeline.study.check_interview_tables import JOINT
from pipeline.study.format import CODED
from pipeline.tables.checklists import NAMES as CHECKLISTS


def interviews_part(desk: Desk) -> Iterator[Block]:
    """Declared facts; then each of ``PARTS`` of which there is something; then tables that compare studies."""
    compared = list(desk.table_blocks("themes", names=_compared(desk)))
    if desk.study.interviews:
        yield from interviews(desk.study, desk.released)
    for title, blocks in PARTS.items():
        if found := list(blocks(desk)):
            yield Heading(title, anchor(f"interviews {title}"))
            yield from found
    yield from compared


def _compared(desk: Desk) -> list[str]:
    return [name for name, spec in desk.study.tables.items() if spec.kind == "studies"]


def _flow(desk: Desk) -> Iterator[Block]:
    yield from desk.remarks(CODED)
    yield from desk.table_blocks("flow", names=[CODED])


def _themes(desk: Desk) -> Iterator[Block]:
    if desk.study.interviews:
        yield from desk.table_blocks("themes", names=desk.study.interviews.tables)


def _joint(desk: Desk) -> Iterator[Block]:
    yield from desk.table_blocks("themes", names=[JOINT])


def _checklists(desk: Desk) -> Iterator[Block]:
    asked = [name for name in CHECKLISTS if getattr(desk.study.interviews, name, None) is not None]
    yield from desk.table_blocks("themes", names=asked)


PARTS: dict[str, Callable[[Desk], Iterator[Block]]] = {
    "Who was interviewed": _flow,
    "Themes": _themes,
    "Quotations": quotations_told,
    "Survey and interviews": _joint,
    **OF_CODERS,
    "Checklists of reporting": _checklists,
}
"""Heading -> its blocks, in the order of the report; a part without a block has no heading."""
