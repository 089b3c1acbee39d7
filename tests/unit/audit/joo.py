"""Table 1 of ``joo2022`` as published (counts and printed percentages alone), in every format that is read."""

from __future__ import annotations

import io

import openpyxl
from docx import Document
from docx.shared import Pt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment

CAPTION = "Table 1. Characteristics of key informants (N = 43)"
_PROGRAMMES = zip("ABCDEFG", (8, 6, 5, 9, 5, 7, 1), ("20", "15", "12", "22", "12", "17", "2"), strict=True)
GROUPS: list[tuple[str, str, list[tuple[str, int, str]]]] = [
    ("Age (years)", "", [("25–44", 11, "26"), ("45–64", 26, "62"), ("65+", 5, "12")]),
    ("Gender", "", [("Women", 35, "87")]),
    ("Ethnicity (N = 39)", "b", [
        ("Asian", 3, "8"), ("Black or African American", 12, "30"), ("Spanish/Hispanic/Latino", 1, "3"),
        ("White", 23, "59"),
    ]),
    ("Educational level", "", [
        ("Some high school", 2, "5"), ("High school graduate or GED", 3, "7"),
        ("Some college or Associate degree", 4, "9"), ("Bachelor's degree", 15, "36"), ("Advanced degree", 18, "43"),
    ]),
    ("Role", "c", [("Recipient", 15, ""), ("Supporter", 14, ""), ("Leader", 14, "")]),
    ("Programme", "", list(_PROGRAMMES)),
]  # fmt: skip
NOTES = [("b", "Missing data."), ("c", "The highest role held.")]


def as_csv(caption: str = CAPTION) -> bytes:
    """Marks stand as letters at the ends of words."""
    lines = [caption, "Characteristic,n,%"]
    for name, mark, levels in GROUPS:
        lines.append(f"{name}{mark},,")
        lines += [f"  {level},{n},{p}" for level, n, p in levels]
    return ("\n".join([*lines, "", *(f"{mark} {words}" for mark, words in NOTES)]) + "\n").encode()


def as_html() -> bytes:
    """Marks are raised; cells hold n (%)."""
    rows = []
    for name, mark, levels in GROUPS:
        raised = f"<sup>{mark}</sup>" if mark else ""
        rows.append(f'<tr><th scope="row" colspan="2">{name}{raised}</th></tr>')
        for level, n, p in levels:
            shown = f"{n} ({p}%)" if p else str(n)
            rows.append(f'<tr><td style="padding-left: 1em">{level}</td><td>{shown}</td></tr>')
    notes = "".join(f"<p><sup>{mark}</sup> {words}</p>" for mark, words in NOTES)
    return (
        f"<html><body><table><caption>{CAPTION}</caption><thead><tr><th>Characteristic</th><th>n (%)</th></tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>{notes}<h2>Next</h2><p>a table is not a note</p></body></html>"
    ).encode()


def as_docx() -> bytes:
    """Marks are raised runs; levels are indented paragraphs; no header row is marked."""
    document = Document()
    document.add_paragraph(CAPTION)
    table = document.add_table(rows=1, cols=3)
    for cell, words in zip(table.rows[0].cells, ("Characteristic", "n", "%"), strict=True):
        cell.text = words
    for name, mark, levels in GROUPS:
        first = table.add_row().cells[0].paragraphs[0]
        first.add_run(name)
        if mark:
            first.add_run(mark).font.superscript = True
        for level, n, p in levels:
            cells = table.add_row().cells
            cells[0].text, cells[1].text, cells[2].text = level, str(n), p
            cells[0].paragraphs[0].paragraph_format.left_indent = Pt(9)
    for mark, words in NOTES:
        note = document.add_paragraph()
        note.add_run(mark).font.superscript = True
        note.add_run(f" {words}")
    return _saved(document)


def as_xlsx() -> bytes:
    """Numbers are numbers, percentages fractions with a percent format; marks are raised; levels are indented."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append([CAPTION])
    sheet.append(["Characteristic", "n", "%"])
    for name, mark, levels in GROUPS:
        sheet.append([CellRichText(name, TextBlock(InlineFont(vertAlign="superscript"), mark)) if mark else name])
        for level, n, p in levels:
            sheet.append([level, n, int(p) / 100 if p else None])
            sheet.cell(sheet.max_row, 1).alignment = Alignment(indent=1)
            sheet.cell(sheet.max_row, 3).number_format = "0%"
    sheet.append([])
    for mark, words in NOTES:
        sheet.append([CellRichText(TextBlock(InlineFont(vertAlign="superscript"), mark), f" {words}")])
    return _saved(book)


def _saved(made) -> bytes:  # type: ignore[no-untyped-def]
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


FORMATS = {"csv": as_csv, "html": as_html, "docx": as_docx, "xlsx": as_xlsx}
