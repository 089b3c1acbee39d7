"""What a participants table says of itself: its title, who is in it, how to read it, and the remark beside it."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.cleaning.cleaned import People
from pipeline.results import Sentence, literal
from pipeline.study import Study
from pipeline.study.table import TableSpec
from pipeline.tables.groups import STATES, Base, Members
from pipeline.tables.precision import HOW, WITHOUT, basis
from pipeline.tables.sheet import Block, Sheet
from pipeline.tables.table import PEOPLE
from pipeline.tables.words import inside_sentence, label_of, spoken, unweighted

HOW_TO_READ = "The first line of each variable counts the people who answered it; "
HOW_TO_READ_OTHERS = "The first line of each variable counts the {} with an answer to it; "
"""Where rows are no people, or people of a kind."""
PERCENT = {
    "column": "percentages are of these, rounded one by one, so that they need not add up to 100.",
    "row": "percentages are of the people with the same answer in all columns, rounded one by one.",
    "cell": "percentages are of everyone with an answer in all columns, rounded one by one.",
}
WEIGHTED = (
    "Counts of {unit} are unweighted; percentages, means and SDs are weighted. Effective n: {unit} of equal weight "
    "that would tell as much (Kish)."
)
WITHOUT_VALUE = {
    "Missing": "Missing: no usable value.",
    "Not asked": "Not asked: by the study's design.",
    "Not applicable": "Not applicable: the question was for others.",
}
TOGETHER = "Rows that belong to one row of the table '{}' are one cluster."
EMPTY_PAIRS = "Columns in which nobody stands are left out."


def title_of(study: Study, name: str) -> str:
    """``Participants, by role``, where the study file gives no title."""
    by = [inside_sentence(label_of(study, by)) for by in study.tables[name].columns]
    return spoken(name) + (f", by {' and '.join(by)}" if by else "")


def unit_of(sheet: Sheet) -> str:
    """What the rows of the table are, for a sentence: ``people``, ``sessions``."""
    return literal(sheet.study.sources[sheet.people.table].unit)


def lead_of(unit: str) -> str:
    """What the first line of a variable counts."""
    return HOW_TO_READ if unit == PEOPLE else HOW_TO_READ_OTHERS.format(unit)


def who(people: People, study: Study, held: Base, wave: str, first: bool) -> list[Sentence]:
    """Which people, or other rows, the table describes, where that is not all of them."""
    notes, unit = [], study.sources[held.table].unit
    if wave:
        at = f"{wave}{', the first wave' if first else ''}"
        notes.append(Sentence(literal(f"{spoken(unit)} at {at}; each counts once.")))
    if study.population and not people.domain[held.table].all():
        notes.append(Sentence(literal(f"Only {unit} of the study's population: {study.population.because}.")))
    return notes


def of_whom(spec: TableSpec) -> str:
    """Of whom percentages are; where waves stand side by side, all columns are those of a wave."""
    words = PERCENT[spec.percent]
    return words.replace("in all columns", "in all columns of the wave") if spec.waves else words


def of_columns(sheet: Sheet, parts: Sequence[Members]) -> list[Sentence]:
    """What columns leave open: people of no level stand in Overall too, those of several levels in several columns."""
    notes = []
    by = sheet.spec.columns
    if len(by) == 1 and sheet.study.kind_of(by[0]) == "choices":
        notes.append(Sentence(f"{spoken(unit_of(sheet))} may stand in several columns."))
    if len(by) > 1:
        notes.append(Sentence(EMPTY_PAIRS))
    lost = [g for g in parts if g.label in STATES]
    if lost and len(by) == 1 and not sheet.spec.waves and sheet.spec.overall:
        keys = {f"n{i}": sheet.header(g) for i, g in enumerate(lost)}
        counts = ", ".join(f"{g.label.lower()} {{n{i}}}" for i, g in enumerate(lost))
        label = literal(inside_sentence(label_of(sheet.study, by[0])))
        notes.append(Sentence(f"Overall includes the {unit_of(sheet)} without a value for {label} ({counts}).", keys))
    return notes


def reading(blocks: Sequence[Block], percent: str = PERCENT["column"], lead: str = HOW_TO_READ) -> list[Sentence]:
    """How to read the lines; each note once."""
    rows = [r for b in blocks for r in b.rows]
    notes = [lead + percent]
    notes += [
        text for word, text in WITHOUT_VALUE.items() if any(r.kind == "missing" and r.level == word for r in rows)
    ]
    notes += [note for b in blocks for note in b.notes]
    return [Sentence(literal(note)) for note in dict.fromkeys(notes)]


def of_weights(sheet: Sheet) -> list[Sentence]:
    """Of weights and intervals, where there are any."""
    notes = [WEIGHTED.format(unit=unit_of(sheet))] if sheet.weighted else unweighted(sheet.study)
    if sheet.spec.intervals != "none":
        kind = basis(sheet.sample)
        words = HOW[sheet.spec.intervals if kind == "usual" else kind]
        notes.append(words + (HOW["one cluster"] if sheet.sample.by_cluster else ""))
    if sheet.spec.intervals != "none" or sheet.spec.differences:
        notes.append(WITHOUT[basis(sheet.sample)])
    compared = sheet.spec.differences or sheet.spec.tests
    if sheet.sample.parent and (sheet.spec.intervals != "none" or compared):
        notes.append(TOGETHER.format(literal(sheet.sample.parent)))
    return [Sentence(note) for note in notes]


def remark(sheet: Sheet, parts: Sequence[Members], title: str, wave: str) -> Sentence:
    """``Participants, by role: 43 people (Recipient 15, Supporter 14, Leader 14).``"""
    unit = unit_of(sheet)
    if sheet.spec.waves:
        wholes = list({g.path: g for g in sheet.wholes}.values())
        keys = {f"n{i}": sheet.header(g) for i, g in enumerate(wholes)}
        counts = ", ".join(f"{literal(g.label)} {{n{i}}}" for i, g in enumerate(wholes))
        return Sentence(f"{literal(title)}: {counts} {unit}.", keys)
    keys = {"n": sheet.header(sheet.wholes[0])} | {f"n{i}": sheet.header(g) for i, g in enumerate(parts)}
    counts = ", ".join(f"{literal(g.label)} {{n{i}}}" for i, g in enumerate(parts))
    at = f" at {literal(wave)}" if wave else ""
    return Sentence(f"{literal(title)}: {{n}} {unit}{at}" + (f" ({counts})." if counts else "."), keys)
