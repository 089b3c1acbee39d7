"""Which kind of file it is: by its name, checked against what it holds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import Mistake, Mistakes
from pipeline.intake.findings import Where
from pipeline.intake.frame import MOST_BYTES
from pipeline.study import Source

ENDINGS = {
    ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".xlsx": "xlsx",
    ".sav": "sav", ".zsav": "sav", ".dta": "dta", ".xpt": "xpt",
}  # fmt: skip
CALLED = {
    "csv": "delimited text", "tsv": "delimited text", "xlsx": "an Excel workbook (XLSX)",
    "sav": "an SPSS file", "dta": "a Stata file", "xpt": "a SAS transport file",
}  # fmt: skip
_TEXT = ("csv", "tsv")
_OLD_STATA = range(104, 116)


@dataclass(frozen=True)
class _Sign:
    """How files of a kind begin, for kinds that can't be read, and what to do about them."""

    start: bytes
    called: str
    mend: str = "Export the data as CSV, XLSX, SAV, DTA or XPT."


_FOREIGN = (
    _Sign(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (XLS) or one with a password",
          "Open it in a spreadsheet program and save it as XLSX without a password."),
    _Sign(b"\x1f\x8b", "a gzip archive", "Unpack it."),
    _Sign(b"7z\xbc\xaf", "a 7z archive", "Unpack it."),
    _Sign(b"Rar!", "a RAR archive", "Unpack it."),
    _Sign(b"%PDF", "a PDF"),
    _Sign(b"\x89PNG\r\n", "an image (PNG)"),
    _Sign(b"\xff\xd8\xff", "an image (JPEG)"),
    _Sign(b"GIF8", "an image (GIF)"),
    _Sign(b"PAR1", "a Parquet file"),
    _Sign(b"SQLite format 3", "an SQLite database"),
    _Sign(b"\x00" * 12 + b"\xc2\xea\x81\x60", "a SAS data set (SAS7BDAT)", "Export it as XPT or CSV."),
)  # fmt: skip
_MARKUP = (
    (b"<!doctype html", "a web page, perhaps of a log-in"), (b"<html", "a web page, perhaps of a log-in"),
    (b"<table", "a web page"), (b"<?xml", "XML"), (b'[{"', "JSON"), (b'{"', "JSON"),
)  # fmt: skip


def kind_of(source: Source, file: str, data: bytes, where: Where) -> str:
    """One of csv, tsv, xlsx, sav, dta, xpt; ``Mistakes`` where name, declaration and content do not agree."""
    if len(data) > MOST_BYTES:
        raise Mistakes.one(file, f"is larger than {MOST_BYTES >> 30} GB.", "Export fewer columns or rows.")
    if not data.strip(b" \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Mistakes.one(file, "is empty.", "Export it again.")
    ending = next((e for e in ENDINGS if file.lower().endswith(e)), "")
    kind = source.format or ENDINGS.get(ending)
    found, called, mend = _content(data)
    if kind is None and not found:
        raise Mistakes.one(file, f"is {called}, not a table.", mend)
    if kind is None:
        raise Mistakes.one(
            where("file"), f"the ending of {file} does not say what it is.", "Add format: csv, xlsx, sav, dta or xpt."
        )
    if found != kind and not (kind in _TEXT and found == "csv"):
        mend = f"Write format: {found}, if it is the right file." if found else mend
        raise Mistakes.one(file, f"is {called}, not {CALLED[kind]}.", mend)
    if unfit := list(_unfit(source, kind, where)):
        raise Mistakes(unfit)
    return kind


def _content(data: bytes) -> tuple[str, str, str]:
    """What the bytes are: a kind that can be read or ``""``, what it is called, what to do if it can't be read."""
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return _archive(data)
    kind = ""
    if data[:4] in (b"$FL2", b"$FL3"):
        kind = "sav"
    elif data.startswith(b"HEADER RECORD*******LIB"):
        kind = "xpt"
    elif data.startswith(b"<stata_dta>") or (
        data[0] in _OLD_STATA and data[1:2] in (b"\x01", b"\x02") and data[2:4] == b"\x01\x00"
    ):
        kind = "dta"
    if kind:
        return kind, CALLED[kind], ""
    for sign in _FOREIGN:
        if data.startswith(sign.start):
            return "", sign.called, sign.mend
    begin = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for start, called in _MARKUP:
        if begin.startswith(start):
            return "", called, "Export the data as CSV, XLSX, SAV, DTA or XPT."
    return "csv", "text", ""


def _archive(data: bytes) -> tuple[str, str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "xlsx", "a broken workbook", ""  # the workbook reader says what is broken
    if any(name.startswith("xl/") for name in names):
        return "xlsx", CALLED["xlsx"], ""
    if "content.xml" in names:
        return "", "an OpenDocument spreadsheet", "Save it as XLSX."
    return "", "a ZIP archive", "Unpack it."


def _unfit(source: Source, kind: str, where: Where) -> Iterator[Mistake]:
    """Options that mean nothing for this kind of file."""
    if source.delimiter is not None and kind not in _TEXT:
        yield Mistake(where("delimiter"), f"{CALLED[kind]} has no delimiter.", "Leave it out.")
    if source.encoding is not None and kind == "xlsx":
        yield Mistake(where("encoding"), f"{CALLED[kind]} states its encoding itself.", "Leave it out.")
    if source.decimal == "," and kind in ("sav", "dta", "xpt"):
        yield Mistake(where("decimal"), f"{CALLED[kind]} holds numbers, not text.", "Leave it out.")
    if source.sheet is not None and kind != "xlsx":
        yield Mistake(where("sheet"), f"{CALLED[kind]} has no sheets.", "Leave it out.")
    if source.layout != "plain" and kind not in (*_TEXT, "xlsx"):
        yield Mistake(where("layout"), f"{CALLED[kind]} has no header rows.", "Leave it out.")
