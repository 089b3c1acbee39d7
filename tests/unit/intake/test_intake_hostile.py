"""Files that are not what they say, and bytes that mean harm: a sentence, never a traceback."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.read import read_cells
from pipeline.study import Source

RIGHT = "Write format: {}, if it is the right file."
FORMATS = "Export the data as CSV, XLSX, SAV, DTA or XPT."


def where(*path: str) -> str:
    return "studies/made_up.yaml  data." + ".".join(path)


def read(file: str, data: bytes, **options: object) -> Cells:
    return read_cells("people", Source(**{"file": file, "id": (), **options}), [(file, data)], where)


def refused(file: str, data: bytes, **options: object) -> str:
    with pytest.raises(Mistakes) as caught:
        read(file, data, **options)
    return str(caught.value)


def book() -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    for row in (["id", "a"], [1, "x"], [2, 2.5], [3, "y"]):
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def labelled(kind: str, folder: Path) -> bytes:
    frame = pd.DataFrame({"id": [1.0, 2.0, 3.0], "s": ["a", "bb", ""], "d": [10.0, None, 3.0]})
    write = {"sav": pyreadstat.write_sav, "dta": pyreadstat.write_dta, "xpt": pyreadstat.write_xport}[kind]
    write(frame, str(folder / kind), column_labels=["Number", "Word", "Days"])
    return (folder / kind).read_bytes()


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("_", "."), text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("file", "data", "message"),
    [
        ("a.csv", book(), "a.csv: is an Excel workbook (XLSX), not delimited text. " + RIGHT.format("xlsx")),
        ("a.xlsx", b"id,a\n1,x\n", "a.xlsx: is text, not an Excel workbook (XLSX). " + RIGHT.format("csv")),
        ("a.dta", b"id,a\n1,x\n", "a.dta: is text, not a Stata file. Write format: csv, if it is the right file."),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500,
         "a.xlsx: is an old Excel workbook (XLS) or one with a password, not an Excel workbook (XLSX). "
         "Open it in a spreadsheet program and save it as XLSX without a password."),
        ("a.csv", gzip.compress(b"id\n1\n", mtime=0), "a.csv: is a gzip archive, not delimited text. Unpack it."),
        ("a.csv", zipped(a_csv="id\n1\n"), "a.csv: is a ZIP archive, not delimited text. Unpack it."),
        ("a.xlsx", zipped(content_xml="<a/>"),
         "a.xlsx: is an OpenDocument spreadsheet, not an Excel workbook (XLSX). Save it as XLSX."),
        ("a.csv", b"\n<!DOCTYPE html><html>",
         f"a.csv: is a web page, perhaps of a log-in, not delimited text. {FORMATS}"),
        ("a.csv", b'[{"id": 1}]', f"a.csv: is JSON, not delimited text. {FORMATS}"),
        ("a.csv", b"%PDF-1.7", f"a.csv: is a PDF, not delimited text. {FORMATS}"),
        ("a.sav", b"$FL", "a.sav: is text, not an SPSS file. Write format: csv, if it is the right file."),
    ],
)  # fmt: skip
def test_what_a_file_is_not(file: str, data: bytes, message: str) -> None:
    assert refused(file, data) == message


def test_names_that_say_nothing() -> None:
    at = "studies/made_up.yaml  data."
    assert refused("export.data", b"id\n1\n") == (
        f"{at}file: the ending of export.data does not say what it is. Add format: csv, xlsx, sav, dta or xpt."
    )
    assert read("export.data", b"id\n1\n", format="csv").text["id"].tolist() == ["1"]
    assert read("EXPORT.XLSX", book()).text["id"].tolist() == ["1", "2", "3"]
    assert read("export.csv", book(), format="xlsx").text["a"].tolist() == ["x", "2.5", "y"]
    assert read("export.txt", b"id\ta\n1\tx\n").text["a"].tolist() == ["x"]


def test_a_file_with_a_password() -> None:
    data = bytearray(book())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        start = archive.start_dir
    data[start + 8] |= 1  # the flag "encrypted" of the first part, in the directory
    assert refused("a.xlsx", bytes(data)) == "a.xlsx: has a password. Save it without one."


def damaged(data: bytes, cut: float, places: list[tuple[float, int]]) -> bytes:
    bytes_ = bytearray(data[: max(1, int(len(data) * cut))])
    for place, value in places:
        bytes_[int(place * (len(bytes_) - 1))] = value
    return bytes(bytes_)


harm = st.tuples(
    st.one_of(st.just(1.0), st.floats(0, 1)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "sav", "dta", "xpt"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(how=harm)
def test_any_damage_ends_in_cells_or_in_sentences(
    kind: str, how: tuple[float, list[tuple[float, int]]], tmp_path: Path
) -> None:
    whole = {"csv": b'id,a\n1,"x\ny"\n2,\xc3\xb8\n', "xlsx": book()}.get(kind) or labelled(kind, tmp_path)
    try:
        cells = read(f"f.{kind}", damaged(whole, *how))
    except Mistakes as mistakes:
        assert all(m.where and m.what.endswith(".") for m in mistakes.mistakes)
    else:
        assert not cells.text.isna().any().any()
        assert cells.text.index.is_unique


@pytest.mark.parametrize("cell", [b"a,", b"aaaaaaa ", b'"a",'])
def test_a_file_of_one_endless_line_is_refused_before_it_is_parted(cell: bytes) -> None:
    data = b"id,a\n" + cell * (60_000_000 // len(cell))
    began = time.monotonic()
    with pytest.raises(Mistakes) as caught:
        read_cells("people", Source(file="a.csv", id=("id",)), [("a.csv", data)], lambda *path: "here")
    assert str(caught.value) == (
        "a.csv:2: a line has more than 10,000,000 characters. "
        "Its line ends are lost, or it is no table: export the file again."
    )
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_a_workbook_can_name_no_file_of_this_computer(part: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of this computer", encoding="utf-8")
    book = openpyxl.Workbook()
    for row in (["id", "a"], ["p", "the answer"]):
        book.active.append(row)
    written, hostile = io.BytesIO(), io.BytesIO()
    book.save(written)
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(hostile, "w") as new:
        for name in old.namelist():
            xml = old.read(name)
            if name == part:
                head, mark, rest = xml.partition(b"?>") if xml.startswith(b"<?xml") else (b"", b"", xml)
                xml = head + mark + entity + rest.replace(b"the answer", b"&e;")
            new.writestr(name, xml)
        if part not in old.namelist():
            new.writestr(part, entity + b"<sst><si><t>&e;</t></si></sst>")
    with pytest.raises(Mistakes) as caught:
        read_cells("people", Source(file="a.xlsx", id=("id",)), [("a.xlsx", hostile.getvalue())], lambda *path: "here")
    assert str(caught.value).startswith("a.xlsx: is damaged: the workbook can't be unpacked.")
