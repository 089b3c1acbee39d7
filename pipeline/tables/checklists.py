"""COREQ and SRQR as tables: every item, and what the study file says of it."""

from __future__ import annotations

from itertools import groupby

from pipeline.results import ALL, Results, Sentence, literal
from pipeline.study import Study
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.studies import NOT_APPLICABLE, NOT_REPORTED, SHORT
from pipeline.tables.table import Column, Row, Table
from pipeline.themes.checklist import Answered, answers, checklist

KIND = "themes"
NAMES = ("coreq", "srqr")


def checklists(study: Study) -> dict[str, Exhibit]:
    """Name -> exhibit of each checklist that the study file names. Numbers in it are those of ``themes.interviews``."""
    said = study.interviews
    return {name: _exhibit(study, name) for name in NAMES if said is not None and getattr(said, name) is not None}


def _exhibit(study: Study, name: str) -> Exhibit:
    found = list(answers(study, name))
    rows = list[Row]()
    for heading, items in groupby(found, key=lambda each: each.heading):
        rows.append(Row(heading, heading))
        rows += [_row(each) for each in items]
    held = checklist(name)
    words = [f"Items and their numbers: {held.source}; topics in our own words."]
    texts = {text for row in rows for text in row.texts}
    words += [f"{NOT_REPORTED}: not reported, or the study file does not say."] if NOT_REPORTED in texts else []
    words += [f"{NOT_APPLICABLE}: not applicable to the study."] if NOT_APPLICABLE in texts else []
    notes = tuple(Sentence(literal(each)) for each in words)
    table = Table(KIND, name, held.title, (Column(ALL, "Answer", None),), tuple(rows), notes, "Item")
    return Exhibit(Results.of([]), table)


def _row(each: Answered) -> Row:
    label = f"{each.item}. {each.topic}"
    if each.key is not None:
        return Row(label, each.key.term, each.key.level, each.key.statistic, "level", 1, name=each.key.name)
    words = SHORT.get(each.words, each.words) or NOT_REPORTED
    return Row(label, f"item {each.item}", "", "text", "words", 1, texts=(words,))
