"""The participants table: who they are, by a declared variable and overall, each line with its own denominator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.cleaning.cleaned import People
from pipeline.results import ALL, Number, Results, Sentence, literal
from pipeline.study import Study
from pipeline.study.table import TableSpec
from pipeline.tables.blocks import block
from pipeline.tables.clusterless import clusters_of_one
from pipeline.tables.contrasts import Contrast, contrast_columns, contrast_notes, contrast_numbers, contrasts
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.grid import IN_A_GRID, all_grids, as_grid
from pipeline.tables.groups import Base, Members, base, by_variable, by_wave, everyone, within
from pipeline.tables.ledger import check_flow, check_ledger
from pipeline.tables.measure import measure
from pipeline.tables.participants_told import (
    lead_of,
    of_columns,
    of_weights,
    of_whom,
    reading,
    remark,
    title_of,
    who,
)
from pipeline.tables.persons import by_person
from pipeline.tables.sample import Sample, sample_of
from pipeline.tables.sheet import Sheet
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.tested import tested
from pipeline.tables.weighted import effective_n
from pipeline.tables.words import label_of, refuse_unshowable, source_of_table, wave_labels

KIND = "participants"
STUB = "Characteristic"


def participants(people: People, study: Study, name: str) -> Exhibit:
    """The table ``name`` of the study file: its numbers (kind ``participants``), its layout, and what to say of it.

    Raises ``Mistakes`` for rows that the table can't show and for levels with reserved names, ``StageFailed`` where the
    denominators do not add up.
    """
    spec = study.tables[name]
    table, source = source_of_table(study, name)
    labels = wave_labels(source)
    waves = [labels[w] for w in (labels if spec.waves == "all" else spec.waves)]
    wave = "" if waves else labels[spec.wave] if spec.wave is not None else next(iter(labels.values()), "")
    held = base(people, table, *(waves or [wave]))
    refuse_unshowable(study, name, set(held.frame.columns))
    sheet, shown = _sheet(study, name, held, sample_of(people, study, name, held), waves)
    blocks = [block(sheet, row) for row in spec.rows]
    whole = {g.path for g in sheet.wholes}
    parts = [g for g in shown if g.path not in whole]
    compared = contrasts(sheet, parts) if spec.differences or spec.smd else []
    numbers, columns, notes = _beside(sheet, parts if not waves else list(shown), compared)
    columns = [*_columns(sheet, shown), *columns]
    rows, inner = [*effective(sheet), *(r for b in blocks for r in b.rows)], [n for b in blocks for n in b.numbers]
    lead = lead_of(source.unit)
    if all_grids(sheet):
        lead = IN_A_GRID
        columns, rows, none = as_grid(sheet, shown, blocks)
        inner += none
    single, told = clusters_of_one(sheet, inner)
    notes = [*who(people, study, held, wave, spec.wave is None), *of_columns(sheet, parts),
             *reading(blocks, of_whom(spec), lead), *of_weights(sheet), *told, *notes]  # fmt: skip
    title = spec.title or title_of(study, name)
    layout = Table(KIND, name, title, tuple(columns), tuple(rows), tuple(notes), STUB, source.unit)
    everyone_named = {g.path: g for g in (*sheet.groups, *sheet.wholes)}.values()
    counted = [*sheet.headers(everyone_named), *effective_numbers(sheet), *inner, *single]
    results = Results.of([*by_person(sheet, [*counted, *numbers])])
    check_ledger(results)
    for one in waves or [wave]:
        check_flow(people, held, one)
    return Exhibit(results, layout, (remark(sheet, parts, title, wave),))


def _sheet(study: Study, name: str, held: Base, sample: Sample, waves: Sequence[str]) -> tuple[Sheet, list[Members]]:
    """Everyone that is counted, and the columns in their order: parts, and overall before or after them."""
    spec = study.tables[name]
    parts: list[Members] = []
    for by in spec.columns:
        inner = by_variable(held, study, by)
        parts = within(parts, inner) if parts else inner
    if waves:
        wholes = by_wave(held, waves)
        columns: list[Members] = []
        counted, of = [], []
        for whole in wholes:
            inside = within([whole], parts) if parts else []
            overall = Members(whole.path, "Overall" if parts else whole.label, whole.rows, whole.label if parts else "")
            columns += _placed(inside, overall, spec.overall if parts else True)
            needed = [whole] if _needs_whole(spec) or not parts else []
            counted += [*inside, *needed]
            of += [whole] * (len(inside) + len(needed))
        return Sheet(KIND, name, study, held, counted, sample, of), columns
    overall = everyone(held)
    if parts and not parts[0].spanner:
        parts = [Members(g.path, g.label, g.rows, label_of(study, spec.columns[0])) for g in parts]
    groups = [*parts, *([overall] if _needs_whole(spec) or not parts else [])]
    return Sheet(KIND, name, study, held, groups, sample, [overall] * len(groups)), _placed(
        parts, overall, spec.overall
    )


def _needs_whole(spec: TableSpec) -> bool:
    """Whether any number of everyone is shown."""
    return bool(spec.overall) or spec.missing in ("column", "footnote")


def _placed(parts: Sequence[Members], overall: Members, where: bool | str) -> list[Members]:
    if not parts:
        return [overall]
    first, last = where == "first", where in (True, "last")
    return [*([overall] if first else []), *parts, *([overall] if last else [])]


def _columns(sheet: Sheet, shown: Sequence[Members]) -> list[Column]:
    columns = [Column(g.path, g.label, sheet.header(g), spanner=g.spanner) for g in shown]
    if sheet.spec.missing == "column":
        columns.append(Column(ALL, "", None, "missing", beside=("denominator",)))
    return columns


def _beside(sheet: Sheet, parts: Sequence[Members], compared: Sequence[Contrast]
            ) -> tuple[list[Number], list[Column], list[Sentence]]:  # fmt: skip
    """What compares columns: numbers, columns and notes."""
    if not compared and sheet.spec.tests is None:
        return [], [], []
    measures = {row: measure(sheet.people, sheet.study, row) for row in sheet.spec.shown}
    numbers = [n for held in measures.values() for n in contrast_numbers(sheet, held, compared)]
    columns = contrast_columns(sheet.spec, compared)
    made, column, said = tested(sheet, measures, parts)
    notes = [Sentence(literal(note)) for note in (contrast_notes(sheet) if compared else [])]
    return [*numbers, *made], [*columns, *column], [*notes, *said]


def effective(sheet: Sheet) -> list[Row]:
    return [Row("", "", form="effective_n", kind="variable")] if sheet.weighted else []


def effective_numbers(sheet: Sheet) -> Iterator[Number]:
    weight = sheet.sample.weight
    for group in sheet.groups if weight is not None else ():
        assert weight is not None
        yield sheet.number("", "", group, "effective_n", effective_n(group.take(weight)), group.n, 1)
