"""The one door for coded interviews: files as bytes become a ``Coding``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.errors import Mistake, Mistakes, raise_all
from pipeline.intake import delimited, workbook
from pipeline.intake.cells import Cells
from pipeline.intake.findings import Where
from pipeline.intake.kinds import kind_of
from pipeline.study import Source
from pipeline.study.coded import Coded
from pipeline.themes.codebook import read_codebook
from pipeline.themes.long_table import table_of
from pipeline.themes.opened import Asked, Opened, joined
from pipeline.themes.refi import read_project

File = tuple[str, bytes]
TABLES: dict[str, Callable[[str, bytes, Source, Where], Cells]] = {
    "csv": delimited.read, "tsv": delimited.read, "xlsx": workbook.read,
}  # fmt: skip
ENDINGS = ".qdpx, .qdc, .csv, .tsv or .xlsx"


def read_coding(declared: Coded, files: Sequence[File], where: Where) -> Opened:
    """All files of coded interviews as one. ``Mistakes`` with everything that is wrong with them, of all files at once.

    declared: what the study file says of them. where: the place in it of a key of ``coded``.
    """
    asked = Asked(declared.named_columns, declared.variables, declared.consent_words)
    found, wrong = list[tuple[str, Opened]](), list[Mistake]()
    if not files:
        named = ", ".join(declared.file)
        raise Mistakes.one(where("file"), f"no file matches {named}.", "Put it under data/raw, or correct the name.")
    for name, data in files:
        try:
            found.append((name, _one(name, data, declared, asked, where)))
        except Mistakes as error:
            wrong += error.mistakes
    raise_all(wrong)
    return joined(found)


def _one(name: str, data: bytes, declared: Coded, asked: Asked, where: Where) -> Opened:
    ending = name.lower().rpartition(".")[2]
    if ending == "qdpx":
        return read_project(name, data, asked)
    if ending == "qdc":
        return read_codebook(name, data)
    if ending == "qde":
        raise Mistakes.one(name, "is a project without its texts.", "Name the .qdpx, which holds both.")
    source = Source(
        file=name, id=("document",), sheet=declared.sheet, delimiter=declared.delimiter, encoding=declared.encoding
    )
    kind = kind_of(source, name, data, where)
    if kind not in TABLES:
        raise Mistakes.one(where("file"), f"{name} can't hold coded interviews.", f"Name a file in {ENDINGS}.")
    return table_of(name, TABLES[kind](name, data, source, where), asked)
