"""What a declared table of people asks for, and what its design, its waves and its columns allow."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake
from pipeline.study.format import Study
from pipeline.study.names import absent
from pipeline.study.table import Grid, TableSpec

TRIALS = ("trial", "cluster trial")
PLAIN = ("kind", "of", "title", "rows", "numbers", "choices", "counts", "missing", "columns", "wave", "weighted")
"""What a table of those followed has; columns and wave have a message of their own."""


def check_tables(study: Study) -> Iterator[Mistake]:
    """Tables of kind ``participants`` and ``followed``; the others are ``check_described``'s."""
    for name, table in study.tables.items():
        if table.kind in ("programmes", "studies"):
            continue
        at = ("tables", name)
        if table.of:
            yield from absent(study, (*at, "of"), table.of, study.sources, "table")
        for row in table.shown:
            yield from absent(study, (*at, "rows"), row, (*study.variables, *study.scales), "variable or scale")
        yield from _grids(study, name, table)
        yield from _columns(study, name, table)
        yield from _waves(study, name, table)
        if table.kind == "followed":
            yield from _followed(study, name, table)
        yield from _weights(study, name, table)
        if table.kind == "followed":
            continue
        yield from _percentages(study, name, table)
        yield from _comparisons(study, name, table)
        yield from _tests(study, name, table)


def _said(study: Study, name: str, key: str, what: str, mend: str) -> Mistake:
    return Mistake(study.where("tables", name, key), what, mend)


def _grids(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    for row in (r for r in table.rows if isinstance(r, Grid)):
        held = [item for item in row.grid if item in study.variables]
        plain = [item for item in held if study.kind_of(item) not in ("category", "ordered")]
        for item in plain:
            yield _said(study, name, "rows", f"'{item}' in the grid '{row.label}' has no single answer to choose.",
                        "A grid holds variables with codes; list the others as rows of their own.")  # fmt: skip
        if not plain and len({study.levels_of(item) for item in held}) > 1:
            yield _said(study, name, "rows", f"the questions of the grid '{row.label}' have different answers.",
                        "Put those with the same levels, in the same order, into one grid.")  # fmt: skip
    twice = sorted({row for row in table.shown if table.shown.count(row) > 1})
    for held_twice in twice:
        yield _said(study, name, "rows", f"'{held_twice}' stands in two rows.", "Leave one of them out.")


def _columns(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    if len(table.columns) > 1 and study.release.rule != "none":
        for by in (by for by in table.columns if by in study.variables and study.is_sensitive(by)):
            yield _said(study, name, "columns", f"'{by}' is sensitive, and of columns within columns those in which "
                        "nobody stands are left out, which would tell everyone's answer.",
                        "Make it a row, or the table's only column.")  # fmt: skip
    for by in table.columns:
        yield from absent(study, ("tables", name, "columns"), by, study.variables, "variable")
        if by not in study.variables:
            continue
        if not (study.levels_of(by) or study.bands_of(by)):
            yield _said(study, name, "columns", f"'{by}' has no levels.",
                        "Columns are made of a variable with codes or bands.")  # fmt: skip
        elif len(table.columns) > 1 and study.kind_of(by) == "choices":
            yield _said(study, name, "columns", f"people may have several answers to '{by}', which can't be nested.",
                        "Give it a table of its own.")  # fmt: skip
    if len(set(table.columns)) < len(table.columns):
        yield _said(study, name, "columns", "a variable stands in it twice.", "Name each once.")


def _waves(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    source = study.sources.get(table.of or study.main)
    if source is None:
        return
    known = source.waves or source.wide
    if table.wave is not None:
        yield from absent(study, ("tables", name, "wave"), table.wave, known, "wave")
    if not table.waves:
        return
    for wave in () if table.waves == "all" else table.waves:
        yield from absent(study, ("tables", name, "waves"), wave, known, "wave")
    if table.wave is not None:
        yield _said(study, name, "waves", "stands beside 'wave'.", "Keep 'wave' for one, or 'waves' for several.")
    if not known:
        yield _said(study, name, "waves", "the data have no waves.", "Leave it out.")
    for key, on in (("differences", table.differences), ("smd", table.smd), ("missing", table.missing == "column")):
        if on:
            yield _said(study, name, key, "compares columns, and these are waves of the same people."
                        if key != "missing" else "one column can't hold what is missing at several waves.",
                        "Leave it out, or give each wave a table.")  # fmt: skip


def _followed(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    for key in sorted(table.model_fields_set - set(PLAIN)):
        yield _said(study, name, key, "belongs to tables of kind participants.", f"Leave '{key}' out.")
    if table.missing == "column":
        yield _said(study, name, "missing", "'column' belongs to tables of kind participants.",
                    "Write row, footnote or reasons.")  # fmt: skip


def _weights(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    if table.weighted and not study.design.weight:
        yield _said(study, name, "weighted", "the design has no weight.", "Add weight: under design, or leave it out.")
    if not weighted(study, table):
        for key, on in (("intervals", table.intervals != "none"), ("differences", table.differences)):
            if study.design.weight and on:
                yield _said(study, name, key, "without the sample's weights and units speak of nobody's population.",
                            "Leave 'weighted' out, or these.")  # fmt: skip
        return
    for key, wrong in (("percent", table.percent != "column"), ("counts", table.counts != "n"),
                       ("choices", table.choices != "people")):  # fmt: skip
        if wrong:
            yield _said(study, name, key, "has no weighted form: weighted percentages are of a column's people.",
                        f"Leave '{key}' out, or write weighted: false.")  # fmt: skip


def weighted(study: Study, table: TableSpec) -> bool:
    """Whether percentages and means are weighted."""
    return bool(study.design.weight) if table.weighted is None else table.weighted


def _percentages(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    if table.percent != "column" and not table.columns:
        yield _said(study, name, "percent", f"'{table.percent}' needs columns.", "Add columns, or leave it out.")
    if table.intervals == "none":
        return
    if table.percent != "column" or table.choices != "people":
        yield _said(study, name, "intervals", "are those of percentages of a column's people.",
                    "Leave 'percent' and 'choices' out, or the intervals.")  # fmt: skip
    if table.intervals == "exact" and (study.design.cluster or study.design.weight):
        yield _said(study, name, "intervals", "exact intervals take people for independent, and the design says "
                    "otherwise.", "Write intervals: usual, which follow the design.")  # fmt: skip


def _comparisons(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    for key, on in (("differences", table.differences), ("smd", table.smd)):
        if on:
            yield from _two_columns(study, name, table, key)
    if table.differences and "mean_sd" not in table.numbers:
        yield _said(study, name, "differences", "of numbers are differences of means, and there is no line for them.",
                    "Add mean_sd to numbers.")  # fmt: skip
    if table.differences and study.design.cluster in table.columns:
        yield _said(study, name, "differences", ONE_CLUSTER, "Leave it out; smd: true describes how they differ.")


ONE_CLUSTER = (
    "each column is one cluster: what sets clusters apart can't be told from what sets these two apart, and a "
    "comparison that takes their people for independent finds differences too often."
)


def _two_columns(study: Study, name: str, table: TableSpec, key: str) -> Iterator[Mistake]:
    if len(table.columns) != 1:
        yield _said(study, name, key, "needs columns of one variable.", "Name one in 'columns', or leave it out.")
        return
    by = table.columns[0]
    if by not in study.variables:
        return
    if study.kind_of(by) == "choices":
        yield _said(study, name, key, f"people may stand in several columns of '{by}'.", f"Leave '{key}' out.")
    elif len(study.levels_of(by) or study.bands_of(by)) > 2 and not study.variables[by].reference:
        yield _said(study, name, key, f"'{by}' has more than two levels, and none to compare the others with.",
                    f"Add reference: to variables.{by}.")  # fmt: skip


def _names_of_arm(study: Study) -> frozenset[str]:
    """The arm and what is made of it."""
    arms = {study.design.arm} if study.design.arm else set()
    while more := {name for name, variable in study.variables.items()
                   if name not in arms and variable.derive and {*variable.derive.parts} & arms}:  # fmt: skip
        arms |= more
    return frozenset(arms)


def _tests(study: Study, name: str, table: TableSpec) -> Iterator[Mistake]:
    tests = table.tests
    if tests is None:
        return
    arms = _names_of_arm(study) if study.design.kind in TRIALS else frozenset()
    if arms & {*table.columns, *table.shown}:
        where = "columns" if arms & {*table.columns} else "rows"
        yield _said(study, name, "tests", f"the {where} are the arms of a randomised trial, which differ by "
                    "chance alone; a test of that answers no question.", "Leave it out; smd: true describes how far "
                    "the arms lie apart, and a model tests an outcome.")  # fmt: skip
    if study.design.cluster and study.design.cluster in table.columns:
        yield _said(study, name, "tests", ONE_CLUSTER, "Leave it out; smd: true describes how they differ.")
    if study.design.weight and not table.waves and not weighted(study, table):
        yield _said(study, name, "tests", "a test without the sample's weights is of nobody's population.",
                    "Leave 'weighted' out, or the tests.")  # fmt: skip
    if table.waves:
        if table.columns or table.waves == "all" or len(table.waves) != 2:
            yield _said(study, name, "tests", "of the same people compare two waves, and nothing else beside them.",
                        "Write waves: [first, second] and no columns, or leave the tests out.")  # fmt: skip
        if study.design.weight:
            yield _said(study, name, "tests", "no test of a change takes weights, whatever 'weighted' says.",
                        "Leave the tests out, and declare a model of the later wave.")  # fmt: skip
    elif not table.columns:
        yield _said(study, name, "tests", "needs columns or two waves.", "Add columns, or leave it out.")
    elif any(by in study.variables and study.kind_of(by) == "choices" for by in table.columns):
        yield _said(study, name, "tests", "people may stand in several columns.", "Leave it out.")
    for row in () if tests.family == "all" else tests.family:
        yield from absent(study, ("tables", name, "tests"), row, table.shown, "row")
