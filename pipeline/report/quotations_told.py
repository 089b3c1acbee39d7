"""Quotations in the report: the table of those that the door let pass, and how many it did not, and why."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.disclosure import Released
from pipeline.disclosure.quotations import HIDDEN, LEFT_OUT, PRINTED, REASONS, SPEAKERS, key
from pipeline.report.blocks import Block, Paragraph, say
from pipeline.report.desk import Desk
from pipeline.results import Sentence
from pipeline.tables.quotations import KIND, NAME


def quotations_told(desk: Desk) -> Iterator[Block]:
    """What is said of them all; the table; nothing where the study file chooses none."""
    if not desk.released.has(key(PRINTED)):
        return
    yield Paragraph(tuple(piece for s in _sentences(desk.released) for piece in say(s, desk.released)))
    yield from desk.table_blocks(KIND, names=[NAME])


def _sentences(released: Released) -> Iterator[Sentence]:
    if released.value(key(PRINTED)) > 0:
        said = {"n": key(PRINTED), "people": key(SPEAKERS)}
        yield Sentence("Quotations printed: {n}, of {people} people, each of whom agreed to be quoted. ", said)
        yield Sentence("A second reader cleared the very words that stand here. ")
    else:
        yield Sentence("Quotations printed: {n}. ", {"n": key(PRINTED)})
    if released.value(key(HIDDEN)) > 0:
        yield Sentence("Places where words in square brackets stand for what was said: {n}. ", {"n": key(HIDDEN)})
    left = {f"n{at}": one for at, one in enumerate(key(LEFT_OUT, reason) for reason in REASONS) if released.has(one)}
    if left:
        told = ", ".join(f"{one.level}: {{{hole}}}" for hole, one in left.items())
        yield Sentence(f"Chosen and left out: {told}.", left)
