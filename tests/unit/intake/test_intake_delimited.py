"""CSV and TSV: every cell as it stands, rows by the line where a person finds them."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.delimited import find_delimiter
from pipeline.intake.read import read_cells
from pipeline.intake.separated import LONGEST
from pipeline.study import Source


def where(*path: str) -> str:
    return "studies/made_up.yaml  data." + ".".join(path)


def read(text: str | bytes, **options: object) -> Cells:
    data = text if isinstance(text, bytes) else text.encode()
    return read_cells("people", Source(**{"file": "export.csv", "id": (), **options}), [("export.csv", data)], where)


def refused(text: str | bytes, **options: object) -> str:
    with pytest.raises(Mistakes) as caught:
        read(text, **options)
    return str(caught.value)


def found(cells: Cells, what: str) -> list[tuple[str, str, int]]:
    return [(f.column, f.value, f.cells) for f in cells.findings if f.what == what]


def test_words_for_nothing_are_answers() -> None:
    cells = read("id,osss,country,other\n1,None,NA,null\n2,nan,N/A,-\n3,,NULL,#N/A\n")
    assert cells.text["osss"].tolist() == ["None", "nan", ""]
    assert cells.text["country"].tolist() == ["NA", "N/A", "NULL"]
    assert cells.text["other"].tolist() == ["null", "-", "#N/A"]
    assert not cells.text.isna().any().any()
    assert {str(t) for t in cells.text.dtypes} == {"str"} == {str(cells.text.index.dtype)}
    assert cells.source == "people"


def test_ids_keep_every_digit() -> None:
    cells = read("id,x\n0012,1\n12345678901234567,2\n1e5,3\n+7,4\n")
    assert cells.text["id"].tolist() == ["0012", "12345678901234567", "1e5", "+7"]


def test_several_choices_in_a_cell_stay_as_they_are() -> None:
    cells = read('id,kinds,more\n1,"1,3",1 2 3 99\n2,"1,3,-9",888\n')
    assert cells.text["kinds"].tolist() == ["1,3", "1,3,-9"]
    assert cells.text["more"].tolist() == ["1 2 3 99", "888"]


def test_ranges_signs_and_formulas_stay_as_they_are() -> None:
    cells = read("id,band,note\n1,25–44,=1+1\n2,25-44,\"+cmd|' /C calc'!A0\"\n3,5-8,@SUM(A1)\n4,8 May,<b>x</b>\n")
    assert cells.text["band"].tolist() == ["25–44", "25-44", "5-8", "8 May"]
    assert cells.text["note"].tolist() == ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "<b>x</b>"]


def test_rows_are_called_by_the_line_where_they_begin() -> None:
    cells = read('id,note\n1,"two\nlines"\n2,one\n\n3,"a ""quoted"" word\n\n\nend"\n4,x')
    assert cells.text.index.tolist() == ["export.csv:2", "export.csv:4", "export.csv:6", "export.csv:10"]
    assert cells.text.index.name == "row"
    assert cells.text["note"].tolist() == ["two\nlines", "one", 'a "quoted" word\n\n\nend', "x"]
    assert found(cells, "blank lines passed over") == [("", "1", 0)]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_any_system(end: str) -> None:
    cells = read(end.join(["id,a", "1, x ", '2,"y' + end + 'z"', "3,w", ""]))
    assert cells.text["a"].tolist() == [" x ", "y" + end + "z", "w"]
    assert cells.text.index.tolist() == ["export.csv:2", "export.csv:3", "export.csv:5"]


def test_a_return_at_the_end_of_a_cell_is_no_answer() -> None:
    assert read('id,a\n1,"yes\r"\n2,yes\n').text["a"].tolist() == ["yes", "yes"]


@pytest.mark.parametrize(("sign", "called"), [(",", ","), (";", ";"), ("\t", "tab"), ("|", "|")])
def test_the_delimiter_is_found(sign: str, called: str) -> None:
    rows = [["id", "how, are; you|", "age"], ["1", "a,b,c;d|e\tf", "31"], ["2", 'said "x', "4"]]
    text = "\n".join(sign.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    cells = read(text)
    assert cells.text.to_numpy().tolist() == rows[1:]
    assert found(cells, "delimiter") == [("", called, 0)]


def test_semicolons_win_over_decimal_commas() -> None:
    cells = read("id;weight;height\n1;70,5;1,80\n2;80,25;1,75\n")
    assert cells.text["weight"].tolist() == ["70,5", "80,25"]
    assert found(cells, "decimal") == [("", ",", 4)]


def test_two_delimiters_that_fit_alike_are_asked_for() -> None:
    text = "name, first;age\nA, B;1\nC, D;2\n"
    assert (
        refused(text)
        == "export.csv: can be parted by , (2 columns) and by ; (2 columns) alike. Say which with delimiter:."
    )
    assert list(read(text, delimiter=";").text) == ["name, first", "age"]


def test_a_long_file_is_judged_by_its_beginning() -> None:
    text = "a;b\n" + '1;"x, y\n, z"\n' * 60_000
    assert find_delimiter("export.csv", text) == ";"
    assert len(read(text, id=()).text) == 60_000


def test_a_single_column_has_no_delimiter() -> None:
    cells = read("comment\nwell, yes\nno; never, ever\n")
    assert cells.text["comment"].tolist() == ["well, yes", "no; never, ever"]
    assert found(cells, "delimiter") == [("", "none (one column)", 0)]


def test_the_declared_delimiter_wins() -> None:
    assert list(read("a,b^c\n1,2^3\n", delimiter="^").text) == ["a,b", "c"]
    assert list(read("a b\tc\n1\t2\n", delimiter="tab").text) == ["a b", "c"]
    assert refused("a,b\n1,2\n", delimiter="::") == (
        "studies/made_up.yaml  data.delimiter: '::' can't part cells. Write one sign, or the word tab."
    )


def test_the_line_by_which_excel_names_the_delimiter() -> None:
    cells = read("sep=;\nid;a\n1;x,y\n")
    assert cells.text.to_numpy().tolist() == [["1", "x,y"]]
    assert cells.text.index.tolist() == ["export.csv:3"]


def test_rows_of_another_length_are_refused_and_counted() -> None:
    text = "id,a,b\n1,2,3\n2,well, yes,3\n3,x\n" + "4,1,2,3\n" * 5
    assert refused(text) == (
        "export.csv:3: 7 of 8 rows do not have 3 cells like the header "
        "(more: 6, fewer: 1; lines 3, 4, 5, 6, 7, …). "
        "A ',' in an answer needs quotation marks: export again, or say with 'delimiter' what parts the cells."
    )


def test_broken_quotation_marks_are_found_by_line() -> None:
    assert refused('id,a\n1,x\n2,"never closed\n3,y\n') == (
        "export.csv:3: a quotation mark opens here and is never closed. Export the file again; it may be cut short."
    )
    assert refused('id,a\n1,x\n2,"said" he\n') == (
        "export.csv:3: text stands behind a closing quotation mark. "
        "A quotation mark inside an answer must be doubled: export the file again."
    )


def test_long_answers_are_read_and_endless_ones_refused() -> None:
    limit = csv.field_size_limit()
    long = "ab " * 100_000
    assert read(f'id,a\n1,"{long}"\n').text["a"].item() == long
    assert refused('id,a\n1,"' + "xxxxxxxxx\n" * (LONGEST // 10 + 1) + '"\n') == (
        f"export.csv:2: a cell has more than {LONGEST:,} characters. "
        "A quotation mark may be missing: export the file again."
    )
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize("data", [b"", b" \n\r\n\t", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file(data: bytes) -> None:
    assert refused(data) == "export.csv: is empty. Export it again."


def test_a_file_with_names_alone() -> None:
    assert refused("id,a\n") == "export.csv: has names of columns and no rows. Export it again, with its answers."
    assert refused(",,\n,,\n") == "export.csv: has no column with a name or with content. Export it again."


def test_repeated_names_are_numbered_everywhere() -> None:
    cells = read("id,a,a.1,a,b,a\n1,2,3,4,5,6\n")
    assert list(cells.text) == ["id", "a.2", "a.1", "a.3", "b", "a.4"]
    assert found(cells, "repeated column name") == [("a.2", "a", 0), ("a.3", "a", 0), ("a.4", "a", 0)]
    assert refused("id,a,a\n1,2,3\n", id="a") == (
        "studies/made_up.yaml  data.id: column 'a' stands in export.csv 2 times. Write one of a.1, a.2."
    )
    assert list(read("id,a,a\n1,2,3\n", ignore=["a"]).text) == ["id"]


def test_names_are_trimmed_and_composed() -> None:
    cells = read(' id ,"a\ufeff",fo\u0301r\n1,2,3\n')
    assert list(cells.text) == ["id", "a", "f\u00f3r"]
    assert found(cells, "column name trimmed") == [("id", " id ", 0), ("a", "a\ufeff", 0), ("fór", "fo\u0301r", 0)]


def test_columns_without_a_name() -> None:
    cells = read(",id,,column_1\nr1,1,,x\nr2,2,,y\n")
    assert list(cells.text) == ["column_1.1", "id", "column_1"]
    assert found(cells, "columns without name and content left out") == [("", "1", 0)]
    assert found(cells, "column without a name") == [("column_1.1", "column_1.1", 0)]


def test_blank_rows_at_the_end_go_and_others_stay() -> None:
    cells = read("id,a\n1,x\n,\n2,y\n,\n,\n")
    assert cells.text["id"].tolist() == ["1", "", "2"]
    assert found(cells, "blank rows at the end left out") == [("", "2", 0)]


def test_too_many_columns() -> None:
    names = ",".join(f"q{i}" for i in range(5_001))
    assert refused(names + "\n") == (
        "export.csv: has 5,001 columns; 5,000 are read at most. "
        "Export fewer, or say with 'delimiter' what parts the cells if they were parted wrongly."
    )


@pytest.mark.parametrize(
    ("text", "mark", "cells"),
    [
        ("id;x\n1;2,5\n2;3\n", ",", 1),
        ("id;x\n1;2.5\n2;3\n", ".", 1),
        ("id;x;y\n1;2,5;1\n2;3,5;1.234,5\n", ",", 3),
        ("id;x;y\n1;1,3;2.5\n2;1;2.5\n", ".", 2),  # one list, one number: in doubt the point
        ("id;kinds\n1;1,3\n2;1,2,3\n", ".", 0),  # a column that lists choices is no evidence
        ('id,kinds\n1,"1,3"\n2,"2,4"\n', ".", 0),  # commas part cells, so 1,3 is a list
        ("id;day\n1;01.02.2020\n2;1,5\n", ",", 1),
        ("id;x\n1;2,5\n2;3,5\n3;4.5\n", ",", 2),  # one slip is in the minority
        ("id;x\n1;2.5\n2;3.5\n3;4,5\n", ".", 2),
        ("id;x\n1;a\n", ".", 0),
    ],
)
def test_the_decimal_mark_is_found(text: str, mark: str, cells: int) -> None:
    assert found(read(text), "decimal") == [("", mark, cells)]


def test_the_declared_decimal_mark_wins_and_the_others_are_counted() -> None:
    cells = read('id,x\n1,"2,5"\n2,3.5\n', decimal=",")
    assert found(cells, "decimal") == [("", ",", 1)]
    assert found(cells, "numbers with the other decimal mark") == [("", ".", 1)]
    assert cells.text["x"].tolist() == ["2,5", "3.5"]


def test_limesurvey_codes_stay_as_they_are() -> None:
    assert list(read('"id","G1Q2[SQ001]","G1Q2[other]"\n"1","A1",""\n').text) == ["id", "G1Q2[SQ001]", "G1Q2[other]"]


def test_the_same_bytes_give_the_same_cells() -> None:
    text = 'id;x\n1;2,5\n2;"a\nb"\n'
    first, second = read(text), read(text)
    pd.testing.assert_frame_equal(first.text, second.text)
    assert first.findings == second.findings
