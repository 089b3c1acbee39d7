"""The flow of interviews as a table: approached, interviewed, read, analysed, and why others were left out."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.results import ALL, Sentence
from pipeline.study.format import CODED
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.table import Column, Row, Table
from pipeline.themes.clean_coding import CleanedCoding
from pipeline.themes.coding_flow import (
    ANALYSED,
    APPROACHED,
    EXCLUDED,
    INTERVIEWED,
    NOT_ANALYSED,
    NOT_INTERVIEWED,
    READ,
    RECODED,
)
from pipeline.themes.interview_flow import COUNTED, flow_of_interviews, steps_told

STEPS = {
    APPROACHED: "Approached", NOT_INTERVIEWED: "Not interviewed", INTERVIEWED: "Interviewed",
    NOT_ANALYSED: "In no file", READ: "In the files", EXCLUDED: "Left out", RECODED: "Taken together or dropped",
    ANALYSED: "Analysed",
}  # fmt: skip
"""Step of ``coding_flow.FLOW`` -> its words in print, in order."""
HEADINGS = {"people": "People", "documents": "Documents", "segments": "Codings"}
"""Of the flow, whose segments are each with one code by one coder; those of tables of themes are passages."""
CODINGS = (
    "A coding is a passage with one code by one coder: a passage with two codes, or with one by each of two coders, is "
    "two codings, and in the other tables one segment."
)
WHOLE = (APPROACHED, INTERVIEWED, READ, ANALYSED)


def interview_flow(cleaned: CleanedCoding) -> Exhibit:
    """Results and table of kind ``flow``, name ``coded interviews``; the remark says the same in a sentence."""
    results = flow_of_interviews(cleaned.flow)
    rows = list[Row]()
    for step, words in STEPS.items():
        lines = cleaned.flow[cleaned.flow["step"] == step]
        reasons = list(dict.fromkeys(lines["reason"]))
        if step in WHOLE:
            rows += [Row(words, step, form="people") for _ in reasons[:1]]
        elif reasons and (step != RECODED or lines["segments"].sum()):
            rows.append(Row(words, step))
            rows += [Row(reason, step, reason, "people", "level", 1) for reason in reasons]
    columns = tuple(Column(ALL, HEADINGS[word], None, word) for word in COUNTED)
    table = Table("flow", CODED, "Flow of interviews", columns, tuple(rows), (Sentence(CODINGS),), "Step")
    return Exhibit(results, table, (steps_told(cleaned.flow), *_maybe_one(cleaned)))


def _maybe_one(cleaned: CleanedCoding) -> Iterator[Sentence]:
    """That some are perhaps counted twice, each under a spelling of its own."""
    if found := cleaned.maybe_one:
        what = f"{', '.join(found[:-1])} and {found[-1]}" if len(found) > 1 else found[0]
        yield Sentence(f"Some names of {what} differ only in capitals, blanks or the way in which accents are written. "
                       "They count as different ones; where they are one, the numbers are wrong: codes are put "
                       "together by codes: merge under interviews, people and documents in the files.",
                       caveat=True)  # fmt: skip
