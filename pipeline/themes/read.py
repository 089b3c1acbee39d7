"""The one door for coded interviews: files as bytes become a ``Coding``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

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
LIKE_TABLES = ("csv", "tsv", "txt", "tab", "xlsx")
ENDINGS = ".qdpx, .qdc, .csv, .tsv or .xlsx"
_FORMAT = re.compile(r"Write format: (csv|tsv|xlsx)\b.*")


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
    if ending not in LIKE_TABLES:
        what = f"{name} can't hold coded interviews."
        raise Mistakes.one(where("file"), what, f"Export them from the program that made it, as {ENDINGS}.")
    source = Source(
        file=name, id=("document",), sheet=declared.sheet, delimiter=declared.delimiter, encoding=declared.encoding
    )
    try:
        kind = kind_of(source, name, data, where)
    except Mistakes as error:
        raise Mistakes(replace(mistake, mend=_mend(mistake.mend)) for mistake in error.mistakes) from None
    return table_of(name, TABLES[kind](name, data, source, where), asked)


def _mend(said: str) -> str:
    """What to do about a table of the wrong kind: ``coded`` has no ``format``, and reads fewer kinds than ``data``."""
    if found := _FORMAT.match(said):
        return f"Give it the ending .{found[1]}, if it is the right file."
    return f"Export the coded interviews as {ENDINGS}." if "SAV" in said or "format:" in said else said
