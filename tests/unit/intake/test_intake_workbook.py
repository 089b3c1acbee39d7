"""XLSX: cells as they were typed; what a spreadsheet does to answers is told or refused."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.read import read_cells, sheet_of
from pipeline.study import Source

AGAIN = "Open it in a spreadsheet program and save it again as XLSX."


def where(*path: str) -> str:
    return "studies/made_up.yaml  data." + ".".join(path)


def workbook(*rows: list[Any], change: Callable[[Worksheet], object] | None = None, **sheets: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, content in sheets.items():
        sheet = book.create_sheet(name)
        for row in content:
            sheet.append(row)
    if change:
        change(book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one part of its archive rewritten."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def read(data: bytes, **options: object) -> Cells:
    return read_cells("people", Source(**{"file": "export.xlsx", "id": (), **options}), [("export.xlsx", data)], where)


def refused(data: bytes, **options: object) -> str:
    with pytest.raises(Mistakes) as caught:
        read(data, **options)
    return str(caught.value)


def found(cells: Cells, what: str) -> list[tuple[str, str, int]]:
    return [(f.column, f.value, f.cells) for f in cells.findings if what in f.what]


def test_cells_become_the_text_that_was_typed() -> None:
    cells = read(workbook(
        ["id", "number", "truth", "text"],
        ["0012", 12, True, " NA "],
        ["13", 2.5, False, "None"],
        ["14", -0.0, None, "=1+1"],
        ["15", 999_999_999_999_999, None, "#N/A"],
        ["16", 1e-7, None, "two\r\nlines"],
        change=lambda sheet: [setattr(sheet[cell], "data_type", "s") for cell in ("D4", "D5")],
    ))  # fmt: skip
    assert cells.text["id"].tolist() == ["0012", "13", "14", "15", "16"]
    assert cells.text["number"].tolist() == ["12", "2.5", "0", "999999999999999", "0.0000001"]
    assert cells.text["truth"].tolist() == ["TRUE", "FALSE", "", "", ""]
    assert cells.text["text"].tolist() == [" NA ", "None", "=1+1", "#N/A", "two\r\nlines"]
    assert cells.text.index.tolist() == [f"export.xlsx:{n}" for n in range(2, 7)]
    assert {str(t) for t in cells.text.dtypes} == {"str"}
    assert found(cells, "decimal") == [("", ".", 0)]


def test_dates_are_iso_and_midnight_stays_in_a_column_of_moments() -> None:
    cells = read(workbook(
        ["day", "moment", "clock", "lasted"],
        [date(2024, 5, 8), datetime(2024, 5, 8, 12, 30), time(7, 5), timedelta(hours=30, minutes=1)],
        [date(2024, 12, 31), datetime(2024, 5, 9), time(23, 59, 1), timedelta(seconds=59)],
    ))  # fmt: skip
    assert cells.text["day"].tolist() == ["2024-05-08", "2024-12-31"]
    assert cells.text["moment"].tolist() == ["2024-05-08T12:30:00", "2024-05-09T00:00:00"]
    assert cells.text["clock"].tolist() == ["07:05:00", "23:59:01"]
    assert cells.text["lasted"].tolist() == ["30:01:00", "0:00:59"]
    assert found(cells, "dates among other answers") == []


def test_ranges_that_a_spreadsheet_made_dates_are_told() -> None:
    cells = read(workbook(["band"], ["1-4"], [date(2024, 5, 8)], ["9-12"], [None]))
    assert cells.text["band"].tolist() == ["1-4", "2024-05-08", "9-12"]
    assert found(cells, "dates among other answers") == [("band", "date", 1)]


def test_numbers_that_lost_digits_are_refused() -> None:
    data = workbook(["id", "card"], [1, 12345678901234567], [2, 1e15], [3, 10**15 - 1])
    assert refused(data) == (
        "export.xlsx, card: 2 cells hold numbers longer than 15 digits, so that their last digits are lost. "
        "Export the column as text, or name it under ignore."
    )
    assert list(read(data, ignore=["card"]).text) == ["id"]


def test_errors_stay_but_not_available_is_blank() -> None:
    data = workbook(["a", "b"], ["#N/A", "#DIV/0!"], ["#N/A", 1], ["x", "#REF!"], ["y", "#N/A"])
    cells = read(data)
    assert cells.text["a"].tolist() == ["", "", "x", "y"]
    assert cells.text["b"].tolist() == ["#DIV/0!", "1", "#REF!", ""]
    assert found(cells, "#N/A read as blank") == [("a", "#N/A", 2), ("b", "#N/A", 1)]
    assert found(cells, "another error kept as text") == [("b", "#", 2)]


def test_formulas_without_a_result_are_refused() -> None:
    data = workbook(["a", "b"], [1, "=A2+1"], [2, "=A3+1"])
    assert refused(data) == (
        "export.xlsx, sheet 'Sheet': 2 formulas have no stored result. "
        "Open it in a spreadsheet program, so that they are computed, and save it."
    )
    stored = edited(data, SHEET, lambda xml: re.sub(rb"(</f>)<v\s*/?>(</v>)?", rb"\1<v>7</v>", xml))
    assert read(stored).text["b"].tolist() == ["7", "7"]
    empty = edited(data, SHEET, lambda xml: re.sub(rb'(<c r="B\d")([^>]*)>', rb'\1 t="str">', xml))
    assert read(empty).text.to_numpy().tolist() == [["1", ""], ["2", ""]]  # a formula whose result is no text


def test_blank_edges_go_and_rows_keep_their_place() -> None:
    def far(sheet: Worksheet) -> None:
        sheet["B3"], sheet["C3"], sheet["B4"], sheet["C5"], sheet["B9"] = "id", "a", "1", "x", " "
        sheet["E12"].number_format = "0.00"

    cells = read(workbook(change=far))
    assert list(cells.text) == ["id", "a"]
    assert cells.text.to_numpy().tolist() == [["1", ""], ["", "x"], ["", ""], ["", ""], ["", ""], [" ", ""]]
    assert cells.text.index.tolist() == [f"export.xlsx:{n}" for n in range(4, 10)]
    assert found(cells, "empty rows above") == [("", "2", 0)]


def test_repeated_and_missing_names() -> None:
    cells = read(workbook(["id", "a", "a", None, 2024], [1, 2, 3, 4, 5]))
    assert list(cells.text) == ["id", "a.1", "a.2", "column_4", "2024"]


def test_the_sheet_is_asked_for_where_several_have_content() -> None:
    data = workbook(["id"], [1], people=[["id"], [2], [3]], notes=[])
    at = "studies/made_up.yaml  data."
    assert (
        refused(data)
        == f"{at}file: export.xlsx has 2 sheets with content: Sheet, people. Add sheet: Sheet, or another."
    )
    assert read(data, sheet="people").text["id"].tolist() == ["2", "3"]
    assert refused(data, sheet="peopel") == f"{at}sheet: export.xlsx has no sheet 'peopel'. Did you mean 'people'?"
    assert (
        refused(data, sheet="notes")
        == "export.xlsx: sheet 'notes' is empty. Say with 'sheet' which one holds the data."
    )
    assert read(workbook(people=[["id"], [7]])).text["id"].tolist() == ["7"]
    assert refused(workbook()) == "export.xlsx: has no cell with content. Check where the file comes from."
    assert "has names of columns and no rows" in refused(workbook(["id", "a"]))


def test_the_likely_sheet_has_most_rows_then_most_columns() -> None:
    source = Source(file="export.xlsx", id=())
    legend, people = [["code", "means"], [1, "yes"]], [["id", "a", "b"], [1, 2, 3], [4, 5, 6]]
    data = workbook(["read me"], legend=legend, people=people, narrow=[["id"], [1], [2]], empty=[])
    assert sheet_of(source, ("export.xlsx", data), where) == ("people", ("Sheet", "legend", "narrow"))
    assert sheet_of(source, ("export.xlsx", workbook(["id"], [1], notes=[])), where) == ("", ())
    assert sheet_of(Source(file="a.csv", id=()), ("a.csv", b"id,a\n1,2\n"), where) == ("", ())


def test_qualtrics_in_a_workbook() -> None:
    data = workbook(
        ["ResponseId", "StartDate"], ["Response ID", "Start Date"],
        ['{"ImportId":"_recordId"}', '{"ImportId":"startDate"}'],
        ["R_1", datetime(2024, 5, 8, 9)],
    )  # fmt: skip
    cells = read(data, layout="qualtrics")
    assert cells.text.to_numpy().tolist() == [["R_1", "2024-05-08T09:00:00"]]
    assert cells.text.index.tolist() == ["export.xlsx:4"]
    assert found(cells, "dates among other answers") == []


def test_a_cell_far_away_does_not_fill_the_memory() -> None:
    data = edited(
        workbook(["id"], [1]),
        SHEET,
        lambda xml: xml.replace(b'r="A2"', b'r="XFD1048576"').replace(b'r="2"', b'r="1048576"'),
    )
    assert refused(data).startswith("export.xlsx: has 16,384 columns; 5,000 are read at most.")
    data = edited(
        workbook(["id"], [1]),
        SHEET,
        lambda xml: xml.replace(b'r="A2"', b'r="AZ1048576"').replace(b'r="2"', b'r="1048576"'),
    )
    assert refused(data) == (
        "export.xlsx: sheet 'Sheet' reaches to row 1,048,576 and column 52. "
        "Delete the empty rows and columns around the data, or export it as CSV."
    )


def test_a_bomb_is_not_unpacked() -> None:
    data = edited(
        workbook(["id"], [1]), SHEET, lambda xml: xml.replace(b"</worksheet>", b" " * 60_000_000 + b"</worksheet>")
    )
    assert len(data) < 100_000
    assert re.fullmatch(
        r"export\.xlsx: would unpack to 60 MB, [\d,]+ times its size\. "
        r"Check where the file comes from; export the data as CSV\.",
        refused(data),
    )


def test_a_size_that_lies_is_found_while_unpacking() -> None:
    data = edited(
        workbook(["id"], [1]), SHEET, lambda xml: xml.replace(b"</worksheet>", b" " * 60_000_000 + b"</worksheet>")
    )
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(SHEET).file_size
    lied = data.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert refused(lied) == f"export.xlsx: is damaged: the workbook can't be unpacked. Get the file again. {AGAIN}"


def test_entities_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><workbook>&b;</workbook>'
    data = edited(workbook(["id"], [1]), "xl/workbook.xml", lambda _: bomb)
    assert refused(data) == f"export.xlsx: is damaged: the workbook can't be unpacked. Get the file again. {AGAIN}"


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_a_workbook_that_is_cut_short(share: float) -> None:
    data = workbook(["id", "a"], *([n, "x" * n] for n in range(50)))
    assert (
        refused(data[: int(len(data) * share)])
        == f"export.xlsx: is damaged: the workbook can't be unpacked. Get the file again. {AGAIN}"
    )


def test_a_sheet_that_is_no_xml() -> None:
    data = edited(workbook(["id"], [1]), SHEET, lambda xml: xml[: len(xml) // 2])
    assert refused(data).startswith("export.xlsx: ")
    data = edited(workbook(["id"], [1.5]), SHEET, lambda xml: xml.replace(b"<v>1.5</v>", b"<v>1.5.5</v>"))
    assert refused(data) == f"export.xlsx: is damaged: Parse float error: invalid float literal. {AGAIN}"
    data = edited(workbook(["id"], [1.5]), SHEET, lambda xml: xml.replace(b"<v>1.5</v>", b"<v>nan</v>"))
    assert read(data).text["id"].tolist() == ["nan"]
