"""The participants table: who they are, by a declared variable and overall, each line with its own denominator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.cleaning.cleaned import People
from pipeline.results import ALL, MISSING_LEVEL, Number, Results, Sentence, literal
from pipeline.study import Study
from pipeline.study.table import Grid, TableSpec
from pipeline.tables.blocks import block
from pipeline.tables.contrasts import Contrast, contrast_columns, contrast_notes, contrast_numbers, contrasts
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.groups import STATES, Base, Members, base, by_variable, by_wave, everyone, within
from pipeline.tables.ledger import check_flow, check_ledger
from pipeline.tables.measure import measure
from pipeline.tables.precision import HOW, WITHOUT, basis
from pipeline.tables.sample import Sample, sample_of
from pipeline.tables.sheet import Block, Sheet
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.tested import tested
from pipeline.tables.weighted import effective_n
from pipeline.tables.words import (
    inside_sentence,
    label_of,
    refuse_unshowable,
    source_of_table,
    spoken,
    unweighted,
    wave_labels,
)

KIND = "participants"
STUB = "Characteristic"
HOW_TO_READ = "The first line of each variable counts the people who answered it; "
PERCENT = {
    "column": "percentages are of these, rounded one by one, so that they need not add up to 100.",
    "row": "percentages are of the people with the same answer in all columns, rounded one by one.",
    "cell": "percentages are of everyone with an answer in all columns, rounded one by one.",
}
WEIGHTED = (
    "Counts of people are unweighted; percentages, means and SDs are weighted. Effective n: people of equal weight "
    "that would tell as much (Kish)."
)
WITHOUT_VALUE = {
    "Missing": "Missing: no usable value.",
    "Not asked": "Not asked: by the study's design.",
    "Not applicable": "Not applicable: the question was for others.",
}
EMPTY_PAIRS = "Columns in which nobody stands are left out."


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
    rows = [*effective(sheet), *(r for b in blocks for r in b.rows)]
    if _all_grids(sheet):
        columns, rows = _as_grid(sheet, shown)
    notes = [*_who(people, study, held, wave, spec.wave is None), *_columns_said(sheet, parts),
             *reading(blocks, PERCENT[spec.percent]), *weights(sheet), *notes]  # fmt: skip
    title = spec.title or _title(study, name)
    layout = Table(KIND, name, title, tuple(columns), tuple(rows), tuple(notes), STUB)
    everyone_named = {g.path: g for g in (*sheet.groups, *sheet.wholes)}.values()
    counted = [*sheet.headers(everyone_named), *effective_numbers(sheet), *(n for b in blocks for n in b.numbers)]
    results = Results.of([*counted, *numbers])
    check_ledger(results)
    for one in waves or [wave]:
        check_flow(people, held, one)
    return Exhibit(results, layout, (_remark(sheet, parts, title, wave),))


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
    notes = [*(contrast_notes(sheet) if compared else []), *said]
    return [*numbers, *made], [*columns, *column], [Sentence(literal(n)) for n in notes]


def _all_grids(sheet: Sheet) -> bool:
    """Whether the table is nothing but questions with the same answers: these are then its columns."""
    grids = [row for row in sheet.spec.rows if isinstance(row, Grid)]
    plain = not (sheet.spec.differences or sheet.spec.smd or sheet.spec.tests or sheet.spec.missing == "column")
    same = len({sheet.study.levels_of(name) for name in sheet.spec.shown}) == 1
    return len(grids) == len(sheet.spec.rows) and same and plain


def _as_grid(sheet: Sheet, shown: Sequence[Members]) -> tuple[list[Column], list[Row]]:
    """A line a question, a column an answer; who has no answer stands in a column of their own."""
    columns = []
    for group in shown:
        words = f"{group.spanner} · {group.label}" if group.spanner else group.label
        columns.append(Column(group.path, "", None, "denominator", words))
        columns += [
            Column(group.path, level, None, None, words, level) for level in sheet.study.levels_of(sheet.spec.shown[0])
        ]
        columns.append(Column(group.path, MISSING_LEVEL, None, "n", words, MISSING_LEVEL))
    form = "weighted" if sheet.weighted else "count"
    rows = []
    for grid in sheet.spec.rows:
        assert isinstance(grid, Grid)
        rows.append(Row(grid.label, grid.grid[0], kind="variable"))
        rows += [Row(label_of(sheet.study, item), item, form=form, kind="level", indent=1) for item in grid.grid]
    return columns, rows


def effective(sheet: Sheet) -> list[Row]:
    return [Row("", "", form="effective_n", kind="variable")] if sheet.weighted else []


def effective_numbers(sheet: Sheet) -> Iterator[Number]:
    weight = sheet.sample.weight
    for group in sheet.groups if weight is not None else ():
        assert weight is not None
        yield sheet.number("", "", group, "effective_n", effective_n(group.take(weight)), group.n, 1)


def _title(study: Study, name: str) -> str:
    by = [inside_sentence(label_of(study, by)) for by in study.tables[name].columns]
    return spoken(name) + (f", by {' and '.join(by)}" if by else "")


def _who(people: People, study: Study, held: Base, wave: str, first: bool) -> list[Sentence]:
    """Which people the table describes, where that is not all of them."""
    notes = []
    if wave:
        notes.append(Sentence(literal(f"People at {wave}{', the first wave' if first else ''}; each counts once.")))
    if study.population and not people.domain[held.table].all():
        notes.append(Sentence(literal(f"Only people of the study's population: {study.population.because}.")))
    return notes


def _columns_said(sheet: Sheet, parts: Sequence[Members]) -> list[Sentence]:
    """What columns leave open: people of no level stand in Overall too, those of several levels in several columns."""
    notes = []
    by = sheet.spec.columns
    if len(by) == 1 and sheet.study.kind_of(by[0]) == "choices":
        notes.append(Sentence("People may stand in several columns."))
    if len(by) > 1:
        notes.append(Sentence(EMPTY_PAIRS))
    lost = [g for g in parts if g.label in STATES]
    if lost and len(by) == 1 and not sheet.spec.waves and sheet.spec.overall:
        keys = {f"n{i}": sheet.header(g) for i, g in enumerate(lost)}
        counts = ", ".join(f"{g.label.lower()} {{n{i}}}" for i, g in enumerate(lost))
        label = literal(inside_sentence(label_of(sheet.study, by[0])))
        notes.append(Sentence(f"Overall includes the people without a value for {label} ({counts}).", keys))
    return notes


def reading(blocks: Sequence[Block], percent: str = PERCENT["column"]) -> list[Sentence]:
    """How to read the lines; each note once."""
    rows = [r for b in blocks for r in b.rows]
    notes = [HOW_TO_READ + percent]
    notes += [
        text for word, text in WITHOUT_VALUE.items() if any(r.kind == "missing" and r.level == word for r in rows)
    ]
    notes += [note for b in blocks for note in b.notes]
    return [Sentence(literal(note)) for note in dict.fromkeys(notes)]


def weights(sheet: Sheet) -> list[Sentence]:
    """Of weights and intervals, where there are any."""
    notes = [WEIGHTED] if sheet.weighted else unweighted(sheet.study)
    if sheet.spec.intervals != "none":
        kind = basis(sheet.sample)
        words = HOW[sheet.spec.intervals if kind == "usual" else kind]
        notes.append(words + (HOW["one cluster"] if sheet.sample.by_cluster else ""))
    if sheet.spec.intervals != "none" or sheet.spec.differences:
        notes.append(WITHOUT[basis(sheet.sample)])
    return [Sentence(note) for note in notes]


def _remark(sheet: Sheet, parts: Sequence[Members], title: str, wave: str) -> Sentence:
    """``Participants, by role: 43 people (Recipient 15, Supporter 14, Leader 14).``"""
    if sheet.spec.waves:
        wholes = list({g.path: g for g in sheet.wholes}.values())
        keys = {f"n{i}": sheet.header(g) for i, g in enumerate(wholes)}
        counts = ", ".join(f"{literal(g.label)} {{n{i}}}" for i, g in enumerate(wholes))
        return Sentence(f"{literal(title)}: {counts} people.", keys)
    keys = {"n": sheet.header(sheet.wholes[0])} | {f"n{i}": sheet.header(g) for i, g in enumerate(parts)}
    counts = ", ".join(f"{literal(g.label)} {{n{i}}}" for i, g in enumerate(parts))
    at = f" at {literal(wave)}" if wave else ""
    return Sentence(f"{literal(title)}: {{n}} people{at}" + (f" ({counts})." if counts else "."), keys)
