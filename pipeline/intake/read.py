"""The one door into intake: the files of a table, as bytes, become ``Cells``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pipeline.errors import Mistake, Mistakes, closest, raise_all
from pipeline.intake import delimited, labelled, workbook
from pipeline.intake.cells import Cells
from pipeline.intake.decimals import DECIMAL
from pipeline.intake.findings import Finding, Where
from pipeline.intake.frame import as_it_stood
from pipeline.intake.kinds import kind_of
from pipeline.intake.layouts import laid_out, likely_layout
from pipeline.intake.newest import NAME, natural, newest_by_column, newest_by_name
from pipeline.intake.stack import stacked
from pipeline.intake.waves import lengthened
from pipeline.study import Source

File = tuple[str, bytes]
READERS: dict[str, Callable[[str, bytes, Source, Where], Cells]] = {
    "csv": delimited.read,
    "tsv": delimited.read,
    "xlsx": workbook.read,
    "sav": labelled.reader("sav"),
    "dta": labelled.reader("dta"),
    "xpt": labelled.reader("xpt"),
}
_SCIENTIFIC = r"[-+]?\d(?:[.,]\d+)?[eE]\+\d+"


def read_cells(name: str, source: Source, files: Sequence[File], where: Where) -> Cells:
    """The table ``name`` as text, out of the files (name, bytes) that its ``file`` pattern matched.

    Several files are put below each other (``mode: append``) or the newest of them is taken (``cumulative``). Columns
    under ``ignore`` go first; wide waves become long. ``where`` gives the place in the study file of a key of this
    source: ``where("id")``. Raises ``Mistakes`` with everything that is wrong with the files, or else with what the
    study file says of them.
    """
    if not files:
        raise Mistakes.one(
            where("file"), f"no file matches {source.file}.", "Put it under data/raw, or correct the name."
        )
    in_order = sorted(files, key=lambda file: natural(file[0]))
    cumulative = source.mode == "cumulative" and len(files) > 1
    if cumulative:
        chosen, findings, tables = _newest(source, in_order, where)
        tables = (
            {chosen: tables[chosen]}
            if chosen in tables
            else _all(source, [f for f in in_order if f[0] == chosen], where)
        )
    else:
        findings, tables = (), _all(source, in_order, where)
    raise_all(_declared(source, tables, where))
    tables = {file: _without(cells, source.ignore) for file, cells in tables.items()}
    cells = stacked(name, _one_decimal_mark(source, tables, where)) if len(tables) > 1 else next(iter(tables.values()))
    if cells.text.empty:
        raise Mistakes.one(", ".join(tables), "has names of columns and no rows.", "Export it again, with its answers.")
    if source.wide:
        cells = lengthened(cells, source.wide, source.id, where)
    return replace(cells, source=name, findings=(*findings, *cells.findings))


def layout_of(source: Source, file: File, where: Where) -> str:
    """Which layout an export seems to have (``qualtrics``, ``redcap``, ``plain``), for a first study file."""
    name, data = file
    return likely_layout(READERS[kind_of(source, name, data, where)](name, data, source, where))


def sheet_of(source: Source, file: File, where: Where) -> tuple[str, tuple[str, ...]]:
    """The sheet of a workbook that most likely holds the data, and the others; ``""`` where there is no choice."""
    name, data = file
    return workbook.likely_sheet(name, data) if kind_of(source, name, data, where) == "xlsx" else ("", ())


def _newest(source: Source, files: Sequence[File], where: Where) -> tuple[str, tuple[Finding, ...], dict[str, Cells]]:
    """(the newest file's name, what to tell of it, the tables if they had to be read for it)."""
    if source.newest_by is None:
        what = f"matches {len(files)} files." if files else f"no file matches {source.file}."
        raise Mistakes.one(where("file"), what, "Add newest_by: name, or mode: append.")
    if source.newest_by == NAME:
        tables, alike = dict[str, Cells](), 1
        chosen = newest_by_name([name for name, _ in files])
    else:
        tables = _all(source, files, where)
        chosen, alike = newest_by_column(tables, source, where)
    findings = [Finding(chosen, "newest file", f"1 of {len(files)}, by {source.newest_by}")]
    if alike > 1:
        findings.append(Finding(chosen, f"files alike by {source.newest_by}; the last by name is taken", str(alike)))
    return chosen, tuple(findings), tables


def _all(source: Source, files: Sequence[File], where: Where) -> dict[str, Cells]:
    tables, mistakes = {}, list[Mistake]()
    for name, data in files:
        try:
            cells = READERS[kind_of(source, name, data, where)](name, data, source, where)
            tables[name] = laid_out(cells, source.layout, where)
        except Mistakes as error:
            mistakes += error.mistakes
    raise_all(dict.fromkeys(mistakes))
    return tables


def _declared(source: Source, tables: dict[str, Cells], where: Where) -> Iterator[Mistake]:
    """Columns that the study file names and the files do not have; ids that a spreadsheet has broken."""
    names = list(dict.fromkeys(n for cells in tables.values() for pair in as_it_stood(cells).items() for n in pair))
    for number, column in enumerate(source.ignore):
        if column not in names:
            yield _absent(
                where("ignore", str(number)), column, next(iter(tables)) if len(tables) == 1 else "any file", names, 2
            )
    newest = [source.newest_by] if source.newest_by not in (None, NAME) else []
    for key, columns in (("id", source.id), ("wave", [source.wave] if source.wave else []), ("newest_by", newest)):
        for column in columns:
            for file, cells in tables.items():
                yield from _one_column(where(key), column, file, cells)
    for column in source.id:
        for file, cells in tables.items():
            if column in cells.text and (broken := int(cells.text[column].str.fullmatch(_SCIENTIFIC).sum())):
                what = f"{broken:,} ids look like 1.23E+16: a spreadsheet has cut their digits."
                yield Mistake(f"{file}, {column}", what, "Export the file again and do not save it from a spreadsheet.")


def _one_column(where: str, column: str, file: str, cells: Cells) -> Iterator[Mistake]:
    if column in cells.text:
        return
    stood = as_it_stood(cells)
    if twins := [new for new, old in stood.items() if old == column]:
        yield Mistake(
            where, f"column '{column}' stands in {file} {len(twins)} times.", f"Write one of {', '.join(twins)}."
        )
    else:
        yield _absent(where, column, file, list(stood), len(stood))


def _absent(where: str, column: str, file: str, names: list[str], columns: int) -> Mistake:
    hint = "It was read as one column: say with 'delimiter' what parts its cells." if columns == 1 else ""
    return Mistake(
        where, f"there is no column '{column}' in {file}.", closest(column, names) or hint or "Look at its first row."
    )


def _without(cells: Cells, ignore: tuple[str, ...]) -> Cells:
    """The cells without the ignored columns, and without anything said of them but their name."""
    stood = as_it_stood(cells)
    left = {column for column, name in stood.items() if column in ignore or name in ignore}
    told = [Finding(cells.source, "column ignored", column, column) for column in stood if column in left]
    return Cells(
        cells.source,
        cells.text[[column for column in stood if column not in left]],
        {c: label for c, label in cells.labels.items() if c not in left},
        {c: labels for c, labels in cells.value_labels.items() if c not in left},
        {c: codes for c, codes in cells.user_missing.items() if c not in left},
        (*(f for f in cells.findings if f.column not in left), *told),
    )


def _one_decimal_mark(source: Source, tables: dict[str, Cells], where: Where) -> dict[str, Cells]:
    """Files below each other have one mark: the one of those that hold such numbers at all."""
    marks = {file: next(f for f in cells.findings if f.what == DECIMAL) for file, cells in tables.items()}
    used = {finding.value for finding in marks.values() if finding.cells}
    if len(used) > 1 and source.decimal is None:
        commas = [file for file, finding in marks.items() if finding.cells and finding.value == ","]
        what = f"{len(commas)} of {len(marks)} files have decimal commas, the others points."
        raise Mistakes.one(
            where("file"),
            what,
            f"Export {', '.join(commas[:5])} again with points, or read them as a table of their own.",
        )
    mark = next(iter(used), ".") if source.decimal is None else source.decimal
    return {
        file: replace(cells, findings=tuple(replace(f, value=mark) if f.what == DECIMAL else f for f in cells.findings))
        for file, cells in tables.items()
    }
