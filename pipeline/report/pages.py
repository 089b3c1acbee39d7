"""How the blocks of a report stand on the pages of a Word document: which lie on their side, what keeps together."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.report.blocks import Block, Figure, Heading, Note, Paragraph, TableBlock
from pipeline.tables.page import wide

BETWEEN = 24
"""A table of so many lines stands on its side where the tables before and after it do."""


def on_their_side(blocks: Sequence[Block]) -> list[bool | None]:
    """For each block whether its page lies on its side; None for words, which stay on the page of what they follow.

    A wide table takes with it the headings and the paragraph that lead to it, so that these are not alone on a page.
    A short table between two wide ones stays on its side: it would leave the pages of both half empty.
    """
    sides: list[bool | None] = [_own(block) for block in blocks]
    known = [place for place, side in enumerate(sides) if side is not None and not isinstance(blocks[place], Heading)]
    for before, place, after in zip(known, known[1:], known[2:], strict=False):
        block = blocks[place]
        short = isinstance(block, TableBlock) and len(block.filled.rows) <= BETWEEN
        if short and sides[before] and sides[after]:
            sides[place] = True
    for place in range(len(blocks) - 1, -1, -1):
        if leads(blocks, place):
            sides[place] = sides[place + 1]
    return sides


def leads(blocks: Sequence[Block], place: int) -> bool:
    """Whether a block says what comes next: a heading, or a paragraph before a table or figure that says nothing of
    another one above it."""
    block, following = blocks[place], blocks[place + 1 : place + 2]
    if isinstance(block, Heading):
        return bool(following) and (isinstance(following[0], (Heading, TableBlock, Figure)) or leads(blocks, place + 1))
    before = blocks[place - 1] if place else None
    return (
        isinstance(block, (Paragraph, Note))
        and not isinstance(before, (TableBlock, Figure))
        and bool(following)
        and isinstance(following[0], (TableBlock, Figure))
    )


def _own(block: Block) -> bool | None:
    if isinstance(block, TableBlock):
        return wide(block.filled)
    return False if isinstance(block, (Heading, Figure)) else None
