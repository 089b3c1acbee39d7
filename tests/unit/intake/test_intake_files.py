"""Several files of one table, and what the study file says of their columns."""

from __future__ import annotations

import pytest

from pipeline.errors import Mistakes
from pipeline.intake.cells import Cells
from pipeline.intake.newest import natural
from pipeline.intake.read import read_cells
from pipeline.study import Source

AT = "studies/made_up.yaml  data."


def where(*path: str) -> str:
    return AT + ".".join(path)


def files(**texts: str) -> list[tuple[str, bytes]]:
    return [(f"exports/{name}.csv", text.encode()) for name, text in texts.items()]


def read(given: list[tuple[str, bytes]], **options: object) -> Cells:
    return read_cells("people", Source(**{"file": "exports/*.csv", "id": "id", **options}), given, where)


def refused(given: list[tuple[str, bytes]], **options: object) -> str:
    with pytest.raises(Mistakes) as caught:
        read(given, **options)
    return str(caught.value)


def test_every_mistake_about_columns_at_once() -> None:
    text = "p_id,visit,name_1,last_change\n1,1,x,2024-01-01\n"
    given = files(q1=text)
    options = {
        "id": ["pid", "p_id"],
        "wave": "vist",
        "waves": {"1": "Start"},
        "ignore": ["name_1", "nam_2"],
        "newest_by": "lastchange",
    }
    assert refused(given, **options).split("\n") == [
        f"{AT}ignore.1: there is no column 'nam_2' in exports/q1.csv. Did you mean 'name_1'?",
        f"{AT}id: there is no column 'pid' in exports/q1.csv. Did you mean 'p_id'?",
        f"{AT}wave: there is no column 'vist' in exports/q1.csv. Did you mean 'visit'?",
        f"{AT}newest_by: there is no column 'lastchange' in exports/q1.csv. Did you mean 'last_change'?",
    ]


def test_a_file_parted_wrongly_says_so() -> None:
    given = files(q1="id/a\n1/2\n")
    assert refused(given, id="participant") == (
        f"{AT}id: there is no column 'participant' in exports/q1.csv. "
        "It was read as one column: say with 'delimiter' what parts its cells."
    )


def test_a_file_without_names_quotes_nobody() -> None:
    message = refused(files(q1="Kim Example,kim@example.org,31\nPat Example,pat@example.org,40\n"), id="participant")
    assert message == f"{AT}id: there is no column 'participant' in exports/q1.csv. Look at its first row."


def test_ignored_columns_are_gone_and_told() -> None:
    cells = read(files(q1="id,name,a\n1,x,2\n"), ignore=["name"])
    assert list(cells.text) == ["id", "a"]
    assert [(f.what, f.column) for f in cells.findings if f.column] == [("column ignored", "name")]


def test_ids_that_a_spreadsheet_cut() -> None:
    assert refused(files(q1="id,a\n1.23457E+16,2\n1.23457E+16,3\n7,4\n")) == (
        "exports/q1.csv, id: 2 ids look like 1.23E+16: a spreadsheet has cut their digits. "
        "Export the file again and do not save it from a spreadsheet."
    )


def test_no_file() -> None:
    assert refused([]) == f"{AT}file: no file matches exports/*.csv. Put it under data/raw, or correct the name."


def test_files_below_each_other() -> None:
    given = files(q2="id,b,a\n3,y,2\n", q1="id,a\n1,x\n2,\n")
    cells = read(given, mode="append")
    assert list(cells.text) == ["id", "a", "b"]
    assert cells.text.to_numpy().tolist() == [["1", "x", ""], ["2", "", ""], ["3", "2", "y"]]
    assert cells.text.index.tolist() == ["exports/q1.csv:2", "exports/q1.csv:3", "exports/q2.csv:2"]
    assert cells.text.index.name == "row" and {str(t) for t in cells.text.dtypes} == {"str"}
    assert [(f.file, f.column, f.cells) for f in cells.findings if f.what == "column not there; left blank"] == [
        ("exports/q1.csv", "b", 2)
    ]


def test_files_below_each_other_have_one_decimal_mark() -> None:
    commas, points, whole = "id;a\n1;1,5\n", "id,a\n2,1.5\n", "id,a\n3,7\n"
    cells = read(files(q1=commas, q2=whole), mode="append")
    assert [f.value for f in cells.findings if f.what == "decimal"] == [",", ","]
    assert refused(files(q1=commas, q2=points, q3=whole), mode="append") == (
        f"{AT}file: 1 of 3 files have decimal commas, the others points. "
        "Export exports/q1.csv again with points, or read them as a table of their own."
    )
    assert len(read(files(q1=commas, q2=points), mode="append", decimal=".").text) == 2


def test_a_missing_id_column_is_named_by_file() -> None:
    given = files(q1="id,a\n1,x\n", q2="ID,a\n2,x\n")
    assert refused(given, mode="append") == f"{AT}id: there is no column 'id' in exports/q2.csv. Look at its first row."


def test_mistakes_of_several_files_come_together() -> None:
    given = files(q1="id,a\n1\n", q2="", q3='id,a\n1,"x\n')
    assert [line.split(":")[0] for line in refused(given, mode="append").split("\n")] == [
        f"exports/q{n}.csv" for n in (1, 2, 3)
    ]


def test_names_in_natural_order() -> None:
    names = ["export_10.csv", "export_9.csv", "export_09b.csv", "a.csv", "2024-10-01.csv", "2024-9-30.csv"]
    assert sorted(names, key=natural) == [
        "2024-9-30.csv",
        "2024-10-01.csv",
        "a.csv",
        "export_9.csv",
        "export_09b.csv",
        "export_10.csv",
    ]


def test_the_newest_by_name() -> None:
    given = files(quarter_9="id\n1\n", quarter_10="id\n1\n2\n")
    cells = read(given, newest_by="name")
    assert len(cells.text) == 2
    told = cells.findings[0]
    assert (told.file, told.what, told.value) == ("exports/quarter_10.csv", "newest file", "1 of 2, by name")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-09-30", "2024-10-01"),
        ("2024-10-01 09:00:00", "2024-10-01T10:00"),
        ("9", "10"),
        ("2024-09-30", "2024-09-30T00:01"),
    ],
)
def test_the_newest_by_a_column(first: str, second: str) -> None:
    given = files(z=f"id,changed\n1,{first}\n2,\n", a=f"id,changed\n1,{first}\n2,{second}\n3,\n")
    cells = read(given, newest_by="changed", ignore=["changed"])
    assert list(cells.text) == ["id"] and len(cells.text) == 3
    assert cells.findings[0].file == "exports/a.csv"


def test_the_newest_by_the_wave() -> None:
    given = files(a="id,w\n1,end\n", b="id,w\n1,start\n")
    cells = read(given, wave="w", waves={"start": "Start", "end": "End"}, newest_by="w")
    assert cells.text["w"].tolist() == ["end"]
    assert (cells.findings[0].file, cells.findings[0].what) == ("exports/a.csv", "newest file")


def test_alike_by_the_column_the_last_name_is_taken_and_told() -> None:
    given = files(q1="id,day\n1,2024-01-01\n", q2="id,day\n2,2024-01-01\n")
    cells = read(given, newest_by="day")
    assert cells.text["id"].tolist() == ["2"]
    assert [(f.file, f.what, f.value) for f in cells.findings[:2]] == [
        ("exports/q2.csv", "newest file", "1 of 2, by day"),
        ("exports/q2.csv", "files alike by day; the last by name is taken", "2"),
    ]


def test_what_can_not_be_the_newest() -> None:
    day = f"{AT}newest_by: "
    texts = {"q1": "id,day\n1,31.12.2024\n2,01.01.2025\n3,2024-01-01\n", "q2": "id,dy\n1,2024-01-01\n"}
    assert refused(files(**texts), newest_by="day").split("\n") == [
        "exports/q1.csv, day: 2 cells are not ISO dates (2024-05-31) or whole numbers. "
        "Write newest_by: name, or another column.",
        day + "there is no column 'day' in exports/q2.csv. Did you mean 'dy'?",
    ]
    mixed = files(q1="id,day\n1,2024-01-01\n", q2="id,day\n1,5\n")
    assert (
        refused(mixed, newest_by="day")
        == day + "'day' holds dates in one file and numbers in another. Write newest_by: name, or another column."
    )
    blank = files(q1="id,day\n1,\n", q2="id,day\n1,\n")
    assert (
        refused(blank, newest_by="day")
        == day + "'day' is blank in every file. Write newest_by: name, or another column."
    )
    assert refused(blank) == f"{AT}file: matches 2 files. Add newest_by: name, or mode: append."
