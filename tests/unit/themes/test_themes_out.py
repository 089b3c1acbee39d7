"""Coding out again: codebook, project, neutral table. The interviews are made up."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from lxml import etree

from pipeline.study.coded import Coded
from pipeline.themes.codebook import CODEBOOK, PROJECT, read_codebook
from pipeline.themes.coding import Coding, coding_of, nothing
from pipeline.themes.long_table import NEUTRAL, table_file
from pipeline.themes.read import read_coding
from pipeline.themes.refi import read_project
from pipeline.themes.refi_out import codebook_file, project_file
from tests.coded_projects import case, two, variables


def made_up() -> Coding:
    documents = pd.DataFrame(
        {"participant": ["P1", "", "P3"], "length": [40, 30, None]}, index=["one", "talk", "no text"]
    )
    people = pd.DataFrame(
        {"role": ["Recipients", "", "Leaders"], "consent": ["yes", "no", ""], "age": ["31", "", ""]},
        index=["P1", "P2", "P3"],
    )
    codes = pd.DataFrame({"definition": ["by peers", "", ""]}, index=["Support::heard", "=HYPERLINK()", "Support"])
    lines = [
        ("one", "P1", "Support::heard", "A", 0, 7, "made up"),
        ("one", "P1", "Support", "B", 0, 7, "made up"),
        ("talk", "P2", "Support", "A", 3, 10, "=1+1 äö"),
        ("talk", "P3", "Support", "", 12, 15, "yes"),
        ("no text", "P3", "Support", "A", None, None, ""),
    ]
    return coding_of(documents, people, codes, pd.DataFrame(
        lines, columns=["document", "participant", "code", "coder", "start", "end", "quotation"]))  # fmt: skip


def same(one: Coding, other: Coding, *parts: str) -> None:
    for part in parts:
        pd.testing.assert_frame_equal(getattr(one, part), getattr(other, part))


def test_a_project_comes_back_as_it_was() -> None:
    back = read_project("p.qdpx", project_file(made_up())).coding
    back_people = back.people.drop(columns=set(back.people.columns) - {"role", "programme", "consent"})
    pd.testing.assert_frame_equal(back_people, made_up().people.drop(columns="age"))
    same(back, made_up(), "documents", "codes", "segments")


def test_a_project_with_its_texts_keeps_them() -> None:
    opened = read_project("p.qdpx", two(unit="utf16", mark=True).bytes())
    again = read_project("p.qdpx", project_file(opened.coding, opened.texts))
    same(again.coding, opened.coding, "documents", "people", "codes", "segments")
    assert again.texts == opened.texts


def test_what_nobody_coded_is_blank_where_no_text_is_given() -> None:
    opened = read_project("p.qdpx", two().bytes())
    text = read_project("p.qdpx", project_file(opened.coding)).texts["first"]
    assert len(text) == len(opened.texts["first"])
    assert "I felt heard" in text and "Made-up interview" not in text


def test_the_neutral_table_comes_back_as_it_was_and_runs_nothing() -> None:
    data = table_file(made_up())
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
    assert not any(cell.startswith(("=", "+", "-", "@", "|")) for cell in cells)
    assert "'=1+1 äö" in cells
    back = read_coding(Coded(file=("t.csv",), variables=("age",)), [("t.csv", data)], lambda *_: "").coding
    same(back, made_up(), "documents", "people", "segments")


def test_a_document_without_a_code_stands_in_the_neutral_table() -> None:
    coding = made_up()
    bare = coding_of(coding.documents, coding.people, coding.codes, coding.segments.iloc[:3])
    back = read_coding(Coded(file=("t.csv",)), [("t.csv", table_file(bare))], lambda *_: "").coding
    assert back.documents.index.tolist() == ["one", "talk", "no text"]


def group() -> Coding:
    """A talk of four: one speaks, three have no passage, and one of these has an interview of her own."""
    cases = case("P1", ["first"], ["first0"], {"role": "PR"}) + case("P2", ["first"], [], {"role": "PS"})
    cases += case("P3", ["first"], [], {"role": "PS", "consent": "no"}) + case("P4", ["first", "second"])
    return read_project("p.qdpx", two(cases=cases, variables=variables("role", "consent")).bytes()).coding


def test_who_has_no_passage_in_a_group_comes_back_by_project_and_by_table() -> None:
    coding = group()
    assert coding.attendance.to_numpy().tolist() == [
        ["first", "P1"], ["first", "P2"], ["first", "P3"], ["first", "P4"], ["second", "P4"]
    ]  # fmt: skip
    files = [("t.csv", table_file(coding)), ("c.qdc", codebook_file(coding))]
    table = read_coding(Coded(file=("t.csv", "c.qdc")), files, lambda *_: "").coding
    project = read_project("p.qdpx", project_file(coding)).coding
    for back in (table, project):
        pd.testing.assert_frame_equal(back.people.sort_index(), coding.people)
        same(back, coding, "documents", "segments", "attendance")
    assert coding.documents["participant"].tolist() == ["", "P4"]


def test_the_table_has_one_row_for_each_who_has_no_passage() -> None:
    rows = csv.DictReader(io.StringIO(table_file(group()).decode("utf-8-sig")))
    bare = [(row["document"], row["participant"], row["role"]) for row in rows if not row["code"]]
    assert bare == [("first", "P2", "PS"), ("first", "P3", "PS"), ("first", "P4", "")]


def test_the_columns_are_the_neutral_ones() -> None:
    head = table_file(nothing()).decode("utf-8-sig").strip()
    assert head.split(",") == list(NEUTRAL)


def test_a_codebook_comes_back_as_it_was() -> None:
    back = read_codebook("c.qdc", codebook_file(made_up())).coding.codes
    pd.testing.assert_frame_equal(back, made_up().codes)


def test_the_same_coding_gives_the_same_bytes() -> None:
    assert project_file(made_up()) == project_file(made_up())
    assert codebook_file(made_up()) == codebook_file(made_up())
    assert table_file(made_up()) == table_file(made_up())


def test_project_and_codebook_are_valid_by_the_standards_schema(real_data: Callable[..., Path]) -> None:
    """The codebook's own schema is the project's with another namespace: it is held against that part of it."""
    schema = etree.XMLSchema(etree.parse(real_data("refi-qda", "Project.xsd")))
    odd = coding_of(*(getattr(made_up(), p) for p in ("documents", "people")),
                    pd.DataFrame({"definition": ["a\0b <&> \x0b"]}, index=["a\"'<&>"]), nothing().segments)  # fmt: skip
    for coding in (made_up(), group(), nothing(), read_project("p.qdpx", two().bytes()).coding, odd):
        project = zipfile.ZipFile(io.BytesIO(project_file(coding))).read("project.qde")
        assert schema.validate(etree.fromstring(project)), schema.error_log
        if len(coding.codes):
            book = codebook_file(coding).split(b"?>\n", 1)[1].replace(CODEBOOK.encode(), PROJECT.encode())
            book = book.replace(b' origin="Alongside"', b"")
            wrapped = b'<Project xmlns="' + PROJECT.encode() + b'" name="x">' + book + b"</Project>"
            assert schema.validate(etree.fromstring(wrapped)), schema.error_log
