"""Tables that describe programmes, compare studies or stand beside a printed one: what they name, what they need."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake
from pipeline.study.format import Study
from pipeline.study.names import absent
from pipeline.study.table import TableSpec

FACTS = (
    "design", "people", "method", "where", "when", "analysis", "software", "saturation", "consent_to_quote",
    "themes",
)  # fmt: skip
"""What a table of studies can compare, line by line."""
TICKED = ("category", "ordered", "choices")


def check_described(study: Study) -> Iterator[Mistake]:
    """Tables of kind ``programmes`` and ``studies``, and what is declared as printed."""
    for name, table in study.tables.items():
        if table.kind == "programmes" and study.data is not None:
            yield from _programmes(study, name, table)
        elif table.kind == "studies":
            yield from _studies(study, name, table)
        elif study.data is None:
            yield Mistake(study.where("tables", name), "is a table of people, and 'data' is missing.",
                          "Add data, or leave this table out.")  # fmt: skip
        yield from _only_theirs(study, name, table)
        if table.kind == "participants":
            yield from _printed(study, name, table)


def _only_theirs(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    for key, kind in (("basis", "programmes"), ("studies", "studies"), ("printed", "participants")):
        if getattr(table, key) and table.kind != kind:
            yield Mistake(study.where("tables", name, key), f"belongs to tables of kind {kind}.", f"Leave '{key}' out.")


def _studies(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    at = ("tables", name)
    if not table.studies:
        yield Mistake(study.where(*at), "does not say which studies are compared.", "Add studies: [names of files].")
    for row in table.shown:
        yield from absent(study, (*at, "rows"), row, FACTS, "fact")


def _programmes(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    """Its rows are shown one by one: they must be what a variable of other people's rows has for its levels."""
    at = ("tables", name)
    if table.of is None:
        yield Mistake(study.where(*at), "does not say which table holds the programmes.",
                      "Add of: the raw table with a row a programme.")  # fmt: skip
        return
    yield from absent(study, (*at, "of"), table.of, study.sources, "table")
    if table.of not in study.sources:
        return
    if study.sources[table.of].unit == "people":
        yield Mistake(study.where(*at, "of"), f"'{table.of}' holds people, and each row would be shown by itself.",
                      "Say what its rows are, like unit: programmes, if they are not people.")  # fmt: skip
    by = programme_of(study, table)
    if len(table.columns) > 1:
        yield Mistake(study.where(*at, "columns"), "names several variables.", "Programmes are named by one.")
    if by is None:
        yield Mistake(study.where(*at), "does not say which variable names a person's programme.",
                      "Add columns: that variable, or cluster: under design.")  # fmt: skip
    else:
        yield from absent(study, (*at, "columns"), by, study.variables, "variable")
        if by in study.variables and study.source_of(by) == table.of:
            yield Mistake(study.where(*at, "columns"), f"'{by}' is in the table of programmes itself.",
                          "Name the variable that says to which programme a person belongs.")  # fmt: skip
        if by in study.variables and study.kind_of(by) not in ("category", "ordered"):
            yield Mistake(study.where(*at, "columns"), f"'{by}' is no category.", "Give its codes their labels.")
    for row in table.shown:
        yield from absent(study, (*at, "rows"), row, (*study.variables, *study.sources), "variable or table")
        yield from _ticked(study, name, table, row, "rows")
    for row, says in table.basis.items():
        yield from absent(study, (*at, "basis", row), row, table.shown, "row")
        yield from absent(study, (*at, "basis", row), says, study.variables, "variable")
        yield from _ticked(study, name, table, says, "basis")
        if says in study.variables and not {"Stated", "Inferred"}.issuperset(study.levels_of(says)):
            yield Mistake(study.where("variables", says, "codes"), "says of something else than stated or inferred.",
                          "Call its levels Stated and Inferred.")  # fmt: skip


def programme_of(study: Study, table: TableSpec) -> str | None:
    """The variable that says to which programme of a table of programmes someone belongs."""
    return next(iter(table.columns), None) or study.design.cluster


def _ticked(study: Study, name: str, table: TableSpec, row: str, key: str) -> Iterator[Mistake]:
    if row not in study.variables:
        return
    at = study.where("tables", name, key)
    if study.source_of(row) != table.of:
        yield Mistake(at, f"'{row}' is not in table '{table.of}'.", f"Declare it with in: {table.of}.")
    elif study.kind_of(row) not in TICKED:
        yield Mistake(at, f"'{row}' has no levels to tick.", "Give it codes, or leave it out.")


def _printed(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    """Whether a count agrees with the printed one tells the count: only what is public may be held against print."""
    at = ("tables", name, "printed")
    if table.printed and study.release.rule != "none":
        what = f"can't be compared under the rule '{study.release.rule}', for 'agrees' tells a count that is withheld."
        yield Mistake(study.where(*at), what, "Leave it out, or release with rule: none and its reason.")
    for row, levels in table.printed.items():
        yield from absent(study, (*at, row), row, table.shown, "row")
        for level in levels:
            if row in study.variables:
                yield from absent(study, (*at, row, level), level, study.levels_of(row), "level")
