"""Quotations as a table, in every format. Nobody said any of it."""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

import docx
import pytest
from openpyxl import load_workbook

from pipeline.disclosure import draft
from pipeline.results import Results
from pipeline.tables.as_csv import to_csv
from pipeline.tables.as_docx import add_to_docx
from pipeline.tables.as_html import to_html
from pipeline.tables.as_xlsx import to_xlsx
from pipeline.tables.fill import fill
from pipeline.tables.quotations import quotations_table
from pipeline.tables.table import Filled, Table, table_from_dict
from tests.table_readers import expected, read_html


class Said(NamedTuple):
    theme: str
    definition: str
    words: str
    tag: str


HOSTILE = "=HYPERLINK(\"https://example.invalid\") <script>alert('no')</script> & $x_1$ \\input{x}"
SAID = (
    Said("Heard", "Somebody has time.", "I told it twice.", "Recipient"),
    Said("Heard", "Somebody has time.", HOSTILE, "=Leader"),
    Said("Way", "", "50% (n = 12) of it,\nP = .04, 3 ± 2", "Supporter"),
)


@pytest.fixture
def table() -> Table:
    made = quotations_table(SAID)
    assert made is not None
    return made


@pytest.fixture
def filled(table: Table) -> Filled:
    return fill(table, draft(Results.of([])))


def test_no_quotation_makes_no_table() -> None:
    assert quotations_table([]) is None


def test_a_line_has_theme_definition_words_and_tag(filled: Filled) -> None:
    assert (filled.stub, [c.head for c in filled.columns]) == ("Theme", ["Definition", "Quotation", "Participant"])
    assert [(row.head, *row.cells) for row in filled.rows] == [
        ("Heard", "Somebody has time.", "“I told it twice.”", "Recipient"),
        ("Heard", "", f"“{HOSTILE}”", "=Leader"),
        ("Way", "", "“50% (n = 12) of it, P = .04, 3 ± 2”", "Supporter"),
    ]
    assert not any(keys for row in filled.rows for keys in row.keys), "no word of a person is a number of results"


def test_it_comes_back_from_its_layout(table: Table) -> None:
    assert table_from_dict(table.to_dict()) == table


def test_markup_is_text_on_a_page(filled: Filled) -> None:
    page = to_html(filled, "Table 1")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert read_html(page.encode()) == expected(filled, "Table 1")


def test_a_word_file_holds_the_words(filled: Filled) -> None:
    document = docx.Document()
    add_to_docx(document, filled, "Table 1")
    [made] = document.tables
    assert [cell.text for cell in made.rows[2].cells] == ["Heard", "", f"“{HOSTILE}”", "=Leader"]


def test_no_cell_of_a_spreadsheet_is_a_formula(filled: Filled) -> None:
    rows = list(csv.reader(io.StringIO(to_csv(filled).decode("utf-8-sig"))))
    assert rows[3] == ["Heard", "", f"“{HOSTILE}”", "'=Leader"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    book = load_workbook(io.BytesIO(to_xlsx([(filled, "Table 1")])))
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value]
    assert any(HOSTILE in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
