"""The participants table: who they are, by a declared variable and overall, each line with its own denominator."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.cleaning.cleaned import People
from pipeline.results import ALL, Results, Sentence, literal
from pipeline.study import Study
from pipeline.tables.blocks import Block, Sheet, block
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.groups import STATES, Base, Members, base, by_variable, everyone
from pipeline.tables.table import Column, Table
from pipeline.tables.words import (
    inside_sentence,
    label_of,
    refuse_unshowable,
    source_of_table,
    spoken,
    wave_labels,
)

KIND = "participants"
STUB = "Characteristic"
HOW_TO_READ = (
    "The first line of each variable counts the people who answered it; percentages are of these, rounded one by one, "
    "so that they need not add up to 100."
)
WITHOUT_VALUE = {
    "Missing": "Missing: no usable value.",
    "Not asked": "Not asked: by the study's design.",
    "Not applicable": "Not applicable: the question was for others.",
}


def participants(people: People, study: Study, name: str) -> Exhibit:
    """The table ``name`` of the study file: its numbers (kind ``participants``), its layout, and what to say of it.

    Raises ``Mistakes`` for rows that the table can't show and for levels with reserved names.
    """
    spec = study.tables[name]
    table, source = source_of_table(study, name)
    waves = wave_labels(source)
    wave = waves[spec.wave] if spec.wave is not None else next(iter(waves.values()), "")
    held = base(people, table, wave)
    refuse_unshowable(study, name, set(held.frame.columns))
    overall = everyone(held)
    parts = by_variable(held, study, spec.columns) if spec.columns else []
    shown = [*parts, *([overall] if spec.overall or not parts else [])]
    sheet = Sheet(KIND, name, study, held, shown)
    blocks = [block(sheet, row) for row in spec.rows]
    spanner = label_of(study, spec.columns) if spec.columns else ""
    columns = tuple(Column(g.path, g.label, sheet.header(g), spanner="" if g is overall else spanner) for g in shown)
    notes = [*_who(people, study, held, wave, spec.wave is None), *_columns_said(sheet, spec.columns), *reading(blocks)]
    title = spec.title or _title(study, name)
    layout = Table(KIND, name, title, columns, tuple(r for b in blocks for r in b.rows), tuple(notes), STUB)
    numbers = [*sheet.headers([*parts, overall]), *(n for b in blocks for n in b.numbers)]
    return Exhibit(Results.of(numbers), layout, (_remark(sheet, parts, overall, title, wave),))


def _title(study: Study, name: str) -> str:
    by = study.tables[name].columns
    return spoken(name) + (f", by {inside_sentence(label_of(study, by))}" if by else "")


def _who(people: People, study: Study, held: Base, wave: str, first: bool) -> list[Sentence]:
    """Which people the table describes, where that is not all of them."""
    notes = []
    if wave:
        notes.append(Sentence(literal(f"People at {wave}{', the first wave' if first else ''}; each counts once.")))
    if study.population and not people.domain[held.table].all():
        notes.append(Sentence(literal(f"Only people of the study's population: {study.population.because}.")))
    if study.design.weight:
        notes.append(Sentence("Unweighted: the sampling weights have no part in this table."))
    return notes


def _columns_said(sheet: Sheet, by: str | None) -> list[Sentence]:
    """What columns leave open: people of no level stand in Overall too, those of several levels in several columns."""
    if by is None:
        return []
    notes = []
    if sheet.study.kind_of(by) == "choices":
        notes.append(Sentence("People may stand in several columns."))
    lost = [g for g in sheet.groups if g.label in STATES]
    if lost and sheet.groups[-1].path == ALL:
        keys = {f"n{i}": sheet.header(g) for i, g in enumerate(lost)}
        counts = ", ".join(f"{g.label.lower()} {{n{i}}}" for i, g in enumerate(lost))
        label = literal(inside_sentence(label_of(sheet.study, by)))
        notes.append(Sentence(f"Overall includes the people without a value for {label} ({counts}).", keys))
    return notes


def reading(blocks: Sequence[Block]) -> list[Sentence]:
    """How to read the lines; each note once."""
    rows = [r for b in blocks for r in b.rows]
    notes = [HOW_TO_READ]
    if any(r.kind == "statistic" and "{sd}" in r.template for r in rows):
        notes.append("SD: standard deviation; IQR: first and third quartile.")
    notes += [
        text for word, text in WITHOUT_VALUE.items() if any(r.kind == "missing" and r.level == word for r in rows)
    ]
    notes += [note for b in blocks for note in b.notes]
    return [Sentence(literal(note)) for note in dict.fromkeys(notes)]


def _remark(sheet: Sheet, parts: Sequence[Members], overall: Members, title: str, wave: str) -> Sentence:
    """``Participants, by role: 43 people (Recipient 15, Supporter 14, Leader 14).``"""
    keys = {"n": sheet.header(overall)} | {f"n{i}": sheet.header(g) for i, g in enumerate(parts)}
    counts = ", ".join(f"{literal(g.label)} {{n{i}}}" for i, g in enumerate(parts))
    at = f" at {literal(wave)}" if wave else ""
    return Sentence(f"{literal(title)}: {{n}} people{at}" + (f" ({counts})." if counts else "."), keys)
