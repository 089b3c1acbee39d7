"""From a declaration and raw columns to answers: which converter reads what."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.cleaning.answers import Answers, boxes, counted, read_part, single
from pipeline.cleaning.choices import read_choices
from pipeline.cleaning.dates import read_date
from pipeline.cleaning.declared import Declared, declare
from pipeline.cleaning.distinct import Distinct
from pipeline.cleaning.types import (
    Read,
    plain_numbers,
    read_box,
    read_category,
    read_counted,
    read_number,
    read_text,
)
from pipeline.intake.cells import Cells
from pipeline.study import Scale, Source, Study, Variable
from pipeline.study.words import Interval

Columns = Mapping[str, Distinct]
"""Raw columns of one table, by name."""


def columns_of(name: str, variable: Variable) -> tuple[str, ...]:
    """The raw columns that a variable is read from; none where it is derived."""
    if variable.derive:
        return ()
    if variable.count is not None:
        return variable.count
    return tuple(variable.columns) or (variable.from_ or name,)


def decimal_mark(cells: Cells, source: Source) -> str:
    """The mark that the study file declares, or the one that intake found."""
    return source.decimal or next((f.value for f in cells.findings if f.what == "decimal"), ".")


def answers_of(name: str, variable: Variable, columns: Columns, cells: Cells, study: Study, decimal: str) -> Answers:
    """One variable's answers, before skip logic. decimal: the table's mark; the variable's own comes first."""
    decimal = variable.decimal or decimal
    used = columns_of(name, variable)
    declared = {column: declare(variable.codes, variable.missing, study, cells, column) for column in used}
    if variable.count is not None:
        parts = [read_part(c, columns[c], declared[c], _counted(variable, declared[c], cells, c)) for c in used]
        return counted(parts, variable.max_missing or 0)
    levels = variable.levels
    if variable.columns:
        parts = [
            read_part(c, columns[c], declared[c], read_box(declared[c], variable.ticked, variable.unticked))
            for c in used
        ]
        places = [levels.index(label) for label in variable.columns.values()]
        return boxes(parts, places, len(levels), variable.unticked, variable.exclusive, variable.contradicted)
    column = used[0]
    read, bulk = _reader(variable, declared[column], decimal), None
    if variable.kind == "number":
        bulk = plain_numbers(declared[column], decimal, variable.limits, variable.top_code, variable.intervals)
    return single(read_part(column, columns[column], declared[column], read, bulk), variable.kind, len(levels))


def _reader(variable: Variable, declared: Declared, decimal: str) -> Read:
    kind = variable.kind
    if kind == "number":
        return read_number(declared, decimal, variable.limits, variable.top_code, variable.intervals)
    if kind in ("category", "ordered"):
        return read_category(declared, variable.levels)
    if kind == "choices":
        return read_choices(declared, variable.levels, variable.separator, variable.exclusive, variable.contradicted)
    return read_date(declared, variable.format or "") if kind == "date" else read_text(declared)


def _counted(variable: Variable, declared: Declared, cells: Cells, column: str) -> Read:
    """Known codes are the declared ones; without these, those that the file labels and does not mark as missing."""
    labelled = set(cells.value_labels.get(column, {})) - cells.user_missing.get(column, frozenset())
    return read_counted(declared, variable.except_, variable.codes or labelled or None)


def item_answers(
    scale: Scale, item: str, columns: Columns, cells: Cells, study: Study, decimal: str, scored: Interval
) -> Answers:
    """One item's answers on the base on which it is scored; ``scored`` is the range of an item there."""
    declared = declare(scale.codes, scale.missing, study, cells, item)
    coded = scale.in_file(scored)
    read = read_number(declared, decimal, coded, shift=scored.low - coded.low)
    return single(read_part(item, columns[item], declared, read), "number")
