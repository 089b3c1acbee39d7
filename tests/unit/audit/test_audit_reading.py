"""What a stranger's table may look like, and what a stranger's file may try."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from openpyxl.styles import Alignment

from pipeline.audit import Asked, audit, read_tables
from pipeline.audit.figures import Figure, comma_decimals, figure, percent_of, stated_n
from pipeline.audit.findings import NOT_POSSIBLE
from pipeline.audit.marks import notes_of, text_of
from pipeline.audit.opened import tree
from pipeline.audit.recognise import sheet_of
from pipeline.audit.told import lines
from pipeline.errors import Mistakes
from pipeline.tables.as_csv import to_csv
from pipeline.tables.as_docx import add_to_docx
from pipeline.tables.as_html import to_html
from pipeline.tables.table import Filled, FilledColumn, FilledRow

# Cells


@pytest.mark.parametrize(
    ("text", "n", "percent", "total"),
    [
        ("12 (30%)", 12, "30", None),
        ("12 (30)", 12, "30", None),
        ("12 (30.8) %", 12, "30.8", None),
        ("12 [30.8%]", 12, "30.8", None),
        ("30% (12)", 12, "30", None),
        ("30.8 % (n = 12)", 12, "30.8", None),
        ("12/39 (30.8%)", 12, "30.8", 39),
        ("12 of 39 (31%)", 12, "31", 39),
        ("31% (12/39)", 12, "31", 39),
        ("12/39", 12, None, 39),
        ("12, 30%", 12, "30", None),
        ("1,234 (56%)", 1234, "56", None),
        ("1\u2009234 (56\u202f%)", 1234, "56", None),
        ("1 234 (56%)", 1234, "56", None),
        ("12 (–)", 12, None, None),
        ("12 (<1)", 12, None, None),
        ("12 (NA)", 12, None, None),
        ("0 (0.0%)", 0, "0.0", None),
        ("30%", None, "30", None),
        ("1,234", 1234, None, None),
        ("88 (56.8%; 48.9 to 64.3)", 88, "56.8", None),
        ("88 (56.8; 48.9–64.3)", 88, "56.8", None),
        ("88/155 (56.8; 48.9, 64.3)", 88, "56.8", 155),
        ("1,088 (56.8%, 95% CI 48.9% to 64.3%)", 1088, "56.8", None),
    ],
)
def test_cells_with_counts_and_percentages(text: str, n: int | None, percent: str | None, total: int | None):
    found = figure(text)
    assert (found.n, found.percent, found.total) == (n, percent_of(percent) if percent else None, total)


@pytest.mark.parametrize(
    "text",
    [
        "52.0 (15.1)",
        "53 [43, 62]",
        "0.65 (0.59, 0.72)",
        "8 May",
        "25–44",
        "−12 (30%)",
        "5-8",
        "45 (12.3; 18 to 70)",
        "45 (12.3; 5.1; 20)",
    ],
)
def test_cells_that_are_no_counts(text: str):
    found = figure(text)
    assert found.n is None or found.percent is None


@pytest.mark.parametrize("text", ["[c]", "<5", "≤7", "*", "–", "—", "<5 (<10%)", "..", "suppressed"])
def test_withheld_cells(text: str):
    assert figure(text) == Figure(withheld=True)


@pytest.mark.parametrize("text", ["NR", "NA", "N/A", "not reported"])
def test_cells_without_a_value(text: str):
    assert figure(text) == Figure(absent=True)


def test_a_decimal_comma_is_told_from_thousands():
    assert comma_decimals(["12 (30,8%)"]) and not comma_decimals(["1,234 (56%)"]) and not comma_decimals(["12 (3.5)"])
    assert comma_decimals(["2.165 (11%)"]) and not comma_decimals(["2.165 (0.112)"])
    assert figure("1.234 (56,7%)", comma=True) == Figure(1234, percent_of("56.7"), sign=True)


def test_the_n_of_a_heading():
    heads = ("Ethnicity (N = 39)", "Control\n(n=1,234)", "N: 40", "Kenya, n = 4 sites; n = 5")
    assert [stated_n(head) for head in heads] == [
        39, 1234, 40, None,
    ]  # fmt: skip


# Marks


def test_marks_are_raised_letters_signs_and_letters_that_a_note_begins_with():
    raised = "Ethnicity\ue000a,b\ue001"
    assert text_of(raised).marks == ("a", "b") and text_of(raised).words == "Ethnicity"
    assert text_of("Ethnicityᵇ").marks == ("b",) and text_of("White †").marks == ("†",)
    assert text_of("12 (30)b", frozenset("b")).marks == ("b",) and text_of("12 (30)b").marks == ()
    assert text_of("Data", frozenset("a")).marks == ()
    assert text_of("Weight (kg/m\ue0002\ue001)").marks == () and text_of("the 1\ue000st\ue001 visit").marks == ()


def test_notes_one_by_one():
    found = notes_of(
        ["a Missing data. b Highest role held.", "† P < .05", "A count that stands alone: withheld.", "c) Other"]
    )
    assert [(n.mark, n.words) for n in found] == [
        ("a", "Missing data."), ("b", "Highest role held."), ("†", "P < .05"),
        ("", "A count that stands alone: withheld."),
        ("c", "Other"),
    ]  # fmt: skip


def test_marks_without_notes_and_notes_without_marks():
    rows = b"<tr><th>V</th><th>n (%)</th></tr><tr><td>Sex<sup>d</sup></td><td>3 (30%)</td></tr>"
    table = b"<table>" + rows + b"</table><p><sup>a</sup> x y</p>"
    says = [f.says for f in audit({"t.html": table}).findings if f.kind == "footnote"]
    assert says == [
        "mark d has no footnote",
        "footnote a has no mark in the table",
        "footnote marks a and d exist, b and c do not",
    ]


def test_a_role_that_the_legend_leaves_out():
    table = "Benefit,Who\nOne,B-PL E-PS\nTwo,C-“mentor” B-PL\n\nPL: programme leader; PS: peer supporter\n"
    assert [f.says for f in audit({"t.csv": table.encode()}).findings] == ["code 'mentor' is not in the legend"]
    assert audit({"t.csv": b"Who,n\nAll,[c]\n\n[c] withheld: small numbers\n"}).findings == ()
    unsaid = audit({"t.csv": b"Who,n,%\nAll,[c],[c]\nMen,NR,NR\n"}).findings
    assert [f.printed for f in unsaid] == ["[c]", "NR"]


# Our own exports: the same table in every format

ROWS = (
    FilledRow("Age", "variable", 0, ("38", "40", "78"), "years"),
    FilledRow("18–44", "level", 1, ("20 (53%)", "30 (75%)", "50 (64%)")),
    FilledRow("45+", "level", 1, ("18 (47%)", "10 (25%)", "28 (36%)")),
    FilledRow("Missing", "missing", 1, ("2", "[c]", "[c]")),
)
COLUMNS = tuple(FilledColumn(label, n, spanner) for label, n, spanner in
                (("A", "40", "Arm"), ("B", "41", "Arm"), ("Overall", "81", "")))  # fmt: skip
FILLED = Filled(
    "t", "Made-up people", "Characteristic", COLUMNS, ROWS, ("[c] withheld: small numbers",), "participants"
)


def _docx(filled: Filled) -> bytes:
    document, out = Document(), io.BytesIO()
    add_to_docx(document, filled)
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "made", [("t.csv", to_csv(FILLED)), ("t.html", to_html(FILLED, "Table 1").encode()), ("t.docx", _docx(FILLED))],
    ids=["csv", "html", "docx"],
)  # fmt: skip
def test_our_own_exports_are_read_as_they_were_written(made: tuple[str, bytes]):
    (table,) = read_tables(*made)
    assert [line.label.words for line in table.lines] == ["Age (years)", "18–44", "45+", "Missing"]
    assert [line.indent for line in table.lines] == [0, 1, 1, 1]
    assert [tuple(cell.words for cell in line.cells) for line in table.lines] == [row.cells for row in ROWS]
    sheet = sheet_of(table)
    assert [(m.called, m.n, m.spanner) for m in sheet.measures] == [
        ("A", 40, "Arm"),
        ("B", 41, "Arm"),
        ("Overall", 81, ""),
    ]
    assert sheet.groups[0].totals == tuple((n, "its own first line") for n in (38, 40, 78))
    assert [n.words for n in table.notes] == ["[c] withheld: small numbers"] and table.caption.words.endswith(
        "Made-up people"
    )


CAPTION = re.compile(r"<caption[^>]*>(Table \d+)\. ([^<]*?) ?(?:<|\(made-up)")
OF_INTERVIEWS = {
    "Themes by role": ("themes-themes_by_role.csv", "one level"),
    "Themes by programme": ("themes-themes_by_programme.csv", "one level"),
    "Themes and their codes": ("themes-themes_and_codes.csv", "one level"),
    "What survey and interviews say together": ("themes-joint.csv", "one level"),
    "New codes by interview": ("saturation-saturation.csv", "small cells"),
}
"""Title -> file, and what is true of it: themes have no line for those who did not tell of them, and few new codes are
no few people."""


@pytest.mark.parametrize(
    ("study", "true"),
    [
        ("bridges", set()),
        ("gss2018", {"small cells", "not checked"}),  # public data; weighted, so that a percentage is no n of N
        ("peer-prep", {"one level"}),  # how many answers count as another one: the others are those that do not
    ],
)
def test_our_own_reports_give_nothing_but_what_is_true(study: str, true: set[str]):
    folder = Path(__file__).parents[3] / "reports" / study
    files = {p.name: p.read_bytes() for p in sorted(folder.glob("tables/*.csv"))}
    files |= {p.name: p.read_bytes() for p in (folder / "report.html", folder / "report.docx")}
    found = audit(files)
    labels = {title: label for label, title in CAPTION.findall(files["report.html"].decode())}
    ours = {place: kind for title, (file, kind) in OF_INTERVIEWS.items() for place in (labels.get(title), file)}
    assert {f.kind for f in found.findings if ours.get(f.table, ours.get(f.file)) != f.kind} == true
    if study == "bridges":
        told = {(f.file, ours.get(f.table, ours.get(f.file))) for f in found.findings}
        files_of = ("report.html", "report.docx")
        assert told == {*((file, kind) for file in files_of for _, kind in OF_INTERVIEWS.values()),
                        *OF_INTERVIEWS.values()}  # fmt: skip
    assert sum(t.percentages for t in found.tables) > 40


# Layouts


def test_an_n_and_a_percent_column_under_each_group_and_an_n_line():
    table = """,Control,Control,Peer,Peer
Characteristic,n,%,n,%
N,40,,20,
Sex,,,,
Women,30,75,5,25
Men,10,25,14,75
"""
    sheet = sheet_of(read_tables("t.csv", table.encode())[0])
    assert [(m.called, m.count, m.percent) for m in sheet.measures] == [("Control", 0, 1), ("Peer", 2, 3)]
    assert sheet.of == ((40, "line 'N'"), (20, "line 'N'"))
    found = [f for f in audit({"t.csv": table.encode()}).findings if f.kind == NOT_POSSIBLE]
    assert [(f.row, f.column, f.printed) for f in found] == [
        ("Sex: Men", "Peer", "14 (75%)")
    ]  # fmt: skip


def test_levels_in_a_column_of_their_own_and_merged_cells_in_html():
    table = b"""<table><tr><th>Variable</th><th>Level</th><th>n (%)</th></tr>
<tr><td rowspan="2">Sex</td><td>Women</td><td>30 (75%)</td></tr><tr><td>Men</td><td>10 (25%)</td></tr>
<tr><td>Age</td><td>Under 40</td><td>22 (55%)</td></tr>
<tr><td colspan="3">N = 40. Percentages are of all.</td></tr></table>"""
    sheet = sheet_of(read_tables("t.html", table)[0])
    assert [(g.name, [m.label for m in g.members]) for g in sheet.groups] == [
        ("Sex", ["Women", "Men"]), ("Age", ["Under 40"]),
    ]  # fmt: skip
    assert sheet.of == ((40, "a note"),)


def test_means_are_not_taken_for_percentages():
    table = 'Characteristic,"All (n = 40), mean (SD) or n (%)"\nAge,52 (15)\nScore,30 (12)\nWomen (%),30 (75)\n'
    sheet = sheet_of(read_tables("t.csv", table.encode())[0])
    assert [g.name for g in sheet.groups] == ["Women (%)"]
    named = 'Characteristic,All (n = 40)\n"Age, mean (SD)",52 (15)\nWomen,30 (75%)\n'
    assert [g.name for g in sheet_of(read_tables("t.csv", named.encode())[0]).groups] == ["Women"]


def test_an_xlsx_is_read_as_it_shows_and_a_formula_by_its_stored_result():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Characteristic", "n", "%"])
    sheet.append(["Women", 1234, 11 / 42])
    sheet["B2"].number_format, sheet["C2"].number_format = "#,##0", "0.0%"
    sheet["A2"].alignment = Alignment(indent=2)
    out = io.BytesIO()
    book.save(out)
    (table,) = read_tables("t.xlsx", out.getvalue())
    assert [c.words for c in table.lines[0].cells] == ["1,234", "26.2%"]
    sheet["B2"] = "=1+1"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Mistakes) as told:
        read_tables("t.xlsx", out.getvalue())
    assert str(told.value) == (
        "t.xlsx, sheet 'Sheet': 1 formula has no stored result. "
        "Open it in a spreadsheet program, so that they are computed, and save it."
    )


def test_an_xlsx_shows_as_many_decimals_as_its_format_says():
    assert shown_in_an_xlsx("12.5", "0." + "0" * 30) == "12.5" + "0" * 29
    assert shown_in_an_xlsx("123456789012345", "#,##0.0%") == "12,345,678,901,234,500.0%"


# Hostile files


def shown_in_an_xlsx(value: str, form: str = "0.0", kind: str = "n", style: str = "0", indent: str = "1") -> str:
    """The cell right of "Women", in a file that no program would write."""
    parts = {
        "xl/workbook.xml": "<w xmlns:r='http://r'><sheets><sheet name='S' r:id='r1'/></sheets></w>",
        "xl/_rels/workbook.xml.rels": "<r><s Id='r1' Type='x/worksheet' Target='s.xml'/></r>",
        "xl/sharedStrings.xml": "<s><si><t>x</t></si></s>",
        "xl/styles.xml": f"<s><numFmts><numFmt numFmtId='200' formatCode='{form}'/></numFmts><cellXfs>"
        f"<xf numFmtId='200'><alignment indent='{indent}'/></xf></cellXfs></s>",
        "xl/s.xml": "<w><sheetData><row><c r='A1' t='str' s='0'><v>Group</v></c><c r='B1' t='str'><v>n</v></c></row>"
        "<row><c r='A2' t='str' s='0'><v>Women</v></c>"
        f"<c r='B2' t='{kind}' s='{style}'><v>{value}</v></c></row></sheetData></w>",
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, xml in parts.items():
            archive.writestr(name, xml)
    tables = read_tables("t.xlsx", out.getvalue())
    return " ".join(cell.words for table in tables for line in table.lines for cell in line.cells)


@pytest.mark.parametrize(
    ("given", "shows"),
    [
        ({"value": "NaN"}, "NaN"),
        ({"value": "sNaN"}, "sNaN"),
        ({"value": "1e999999"}, "1e999999"),
        ({"value": "12", "form": "0." + "0" * 400}, "12"),
        ({"value": "12", "style": "²"}, "12"),
        ({"value": "12", "style": "9" * 5000}, "12"),
        ({"value": "12", "indent": "²"}, "12.0"),
        ({"value": "12", "indent": "9" * 400}, "12.0"),
        ({"value": "12", "indent": "9" * 5000}, "12.0"),
        ({"value": "²", "kind": "s"}, ""),
        ({"value": "9" * 5000, "kind": "s"}, ""),
    ],
)
def test_odd_numbers_in_the_parts_of_an_xlsx_stop_nothing(given: dict[str, str], shows: str):
    if shows:
        assert shown_in_an_xlsx(**given) == shows
    else:
        with pytest.raises(Mistakes, match="holds no table"):
            shown_in_an_xlsx(**given)


def test_xml_in_an_encoding_that_nobody_knows_is_damaged():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<?xml version='1.0' encoding='x-none'?><a/>")
    with pytest.raises(Mistakes, match="is damaged"):
        read_tables("t.docx", out.getvalue())


@pytest.mark.parametrize("span", ["²", "-5", "many", "9" * 5000])
def test_an_odd_span_in_a_docx_stops_nothing(span: str):
    cell = "<w:tc><w:tcPr><w:gridSpan w:val='{0}'/></w:tcPr><w:p><w:r><w:t>{1}</w:t></w:r></w:p></w:tc>"
    rows = "".join(f"<w:tr>{cell.format(span, a)}{cell.format('1', b)}</w:tr>" for a, b in (("G", "n"), ("Men", "12")))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        xml = f"<w:document xmlns:w='http://w'><w:body><w:tbl>{rows}</w:tbl></w:body></w:document>"
        archive.writestr("word/document.xml", xml)
    (table,) = read_tables("t.docx", out.getvalue())
    assert [cell.words for cell in table.lines[0].cells] == ["12"]


def test_entities_document_types_and_depth_are_refused():
    for xml in (
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        "<!DOCTYPE a><a/>".encode("utf-16"),
        b"<a>" * 300 + b"</a>" * 300,
    ):
        with pytest.raises(ValueError, match="document type|too deep"):
            tree(xml)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("t.docx", b"no zip", "t.docx: is damaged, or not what its ending says: it can't be unpacked. "
         "Open it in the program that made it and save it again."),
        ("t.xlsx", b"", "t.xlsx: is damaged, or not what its ending says: it can't be unpacked. "
         "Open it in the program that made it and save it again."),
        ("t.csv", b"%PDF-1.7", "t.csv: is a PDF, which is not read here. Save the table as CSV, XLSX, HTML or "
         "DOCX, or the article as JATS (XML), LaTeX, Markdown or plain text."),
        ("t.odt", b"a", "t.odt: has an ending that is not known here. Save the table as CSV, XLSX, HTML or DOCX, or "
         "the article as JATS (XML), LaTeX, Markdown or plain text."),
        ("t.md", b"a", "t.md: holds no table with two columns or more. "
         "A picture of a table can't be read: save the table itself as CSV, XLSX, HTML or DOCX."),
        ("t.html", b"<p>nothing</p>", "t.html: holds no table with two columns or more. "
         "A picture of a table can't be read: save the table itself as CSV, XLSX, HTML or DOCX."),
        ("t.csv", b"", "t.csv: holds no table with two columns or more. "
         "A picture of a table can't be read: save the table itself as CSV, XLSX, HTML or DOCX."),
    ],
)  # fmt: skip
def test_what_can_not_be_read_says_what_to_do(name: str, data: bytes, message: str):
    with pytest.raises(Mistakes) as told:
        audit({name: data})
    assert str(told.value) == message


def test_bombs_are_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a>" + b" " * 60_000_000 + b"</a>")
    with pytest.raises(Mistakes, match=r"would unpack to 60 MB"):
        read_tables("t.docx", out.getvalue())
    wide = b"<table><tr>" + b'<td colspan="1000" rowspan="1000">1</td>' * 5 + b"</tr></table>"
    with pytest.raises(Mistakes, match="holds more than a printed table does"):
        read_tables("t.html", wide)
    with pytest.raises(Mistakes, match="holds more than a printed table does"):
        read_tables("t.html", b"<table>" * 10_000)


def test_unclosed_and_odd_html_does_no_harm():
    for page in (
        b"<table><td>a<td>b<tr><td>1<td>2",
        b"<table><caption>x<tr><th>a<th>b<tr><td>1<td>2</table>",
        b"</table></td><table><tr><td>a<td>b</tr><tr><td>c</td><td colspan='-3'>1</td></tr></table>",
    ):
        assert len(read_tables("t.html", page)) == 1


def test_a_label_can_not_steer_a_terminal_or_a_page():
    table = "Sex\x1b[2J,n (%)\n\x1b]0;x\x07<script>alert(1)</script>,12 (130%)\n"
    (line, *_) = (f.line for f in audit({"t.csv": table.encode()}).findings)
    assert "\x1b" not in line and "\x07" not in line and "\n" not in line


# Tables as journals print them: nothing in them contradicts itself


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        (
            """Table 1. Baseline characteristics.*
Characteristic,Intervention (N = 265),Control (N = 260)
Female sex — no. (%),120 (45.3),131 (50.4)
Age — yr,52±12,53±11
Group — no. (%)†,,
One,200 (75.5),198 (76.2)
Two,40 (15.1),41 (15.8)
Three,25 (9.4),21 (8.1)
Smoker — no./total no. (%),50/260 (19.2),44/255 (17.3)
Median follow-up (IQR) — mo,12 (10–14),12 (9–14)

* Plus–minus values are means ±SD.
† As the participants said.
""",
            {"one level"},
        ),
        ("Variable;Gesamt (n = 1.034)\nGeschlecht, n (%);\nFrauen;612 (59,2)\nMänner;422 (40,8)\nKliniken;12\n", set()),
        ("Outcome,Peer (n = 50),Usual (n = 60)\nLinked,,\n  Yes,40 (57%),30 (43%)\n  No,10 (25%),30 (75%)\n", set()),
        (
            "Status,All (N = 200)\nHIV,\n  Negative,120 (60%)\n  Positive,80 (40%)\n    Treated,72 (90%)\n"
            "    Not,8 (10%)\n",
            set(),
        ),
        (
            "Events,Drug (N=120),Placebo (N=118)\nAny,80 (66.7%),70 (59.3%)\n  Headache,30 (25.0%),21 (17.8%)\n"
            "  Rash,8 (6.7%),6 (5.1%)\n",
            {"one level"},
        ),
    ],
)
def test_honest_tables_of_several_kinds(table: str, kinds: set[str]):
    assert {f.kind for f in audit({"t.csv": table.encode()}).findings} == kinds


LONG = "Note. " + "Every percentage is of those with a value. " * 20 + "[c] withheld: small numbers."


def test_one_note_that_holds_all_of_them_is_read_however_long_it_is():
    """As APA has it; a long paragraph of the text itself is none."""
    page = "<table><tr><th>Group</th><th>n</th></tr><tr><td>Women</td><td>[c]</td></tr></table><p>{}</p>"
    (read,) = read_tables("a.html", page.format(LONG).encode())
    assert [note.words for note in read.notes] == [LONG]
    (read,) = read_tables("a.html", page.format(LONG.removeprefix("Note. ")).encode())
    assert read.notes == ()


def test_what_follows_a_section_is_no_note_of_its_table():
    table = "<table><tr><th>Group</th><th>n</th></tr><tr><td>A</td><td>7</td></tr></table>"
    page = f"<section>{table}<p>Of all.</p></section>"
    (read,) = read_tables("a.html", f"{page}<details><p>6. Report</p></details>".encode())
    assert [note.words for note in read.notes] == ["Of all."]


def test_a_label_with_a_line_of_its_own_belongs_to_the_caption():
    document = Document()
    for words in ("Table 4", "The people"):
        document.add_paragraph(words, style="Caption")
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(table._cells, ("Group", "n", "A", "7"), strict=True):
        cell.text = words
    held = io.BytesIO()
    document.save(held)
    (read,) = read_tables("a.docx", held.getvalue())
    assert (read.name, read.caption.words) == ("Table 4", "Table 4 The people")


def test_a_percentage_above_100_is_told_as_such():
    table = "Sex,Group 1 (n = 87)\nSex,\n  Women,84 (101%)\n  Men,1 (1%)\n  Missing,2\n"
    (found,) = (f for f in audit({"t.csv": table.encode()}).findings if f.kind == NOT_POSSIBLE)
    assert found.line == (
        "t.csv, Sex: Women: 84 (101%) is above 100%, which is not possible with any N (84 of 85 is 98.82%); unless "
        "it is of something else [percentage not possible, certain]"
    )


UNSAID = """Characteristic,Informants (N = 43)
Age (years),
25–44,11 (26)
45–64,26 (62)
65+,5 (12)
Gender,
Women,35 (87)
Role,
Recipient,15
Supporter,14
Leader,14
"""


def test_cells_that_fit_as_n_and_percent_are_read_as_such_where_no_word_says_it():
    found = audit({"t.csv": UNSAID.encode()})
    assert [t.percentages for t in found.tables] == [4]
    (wrong,) = (f for f in found.findings if f.kind == NOT_POSSIBLE)
    assert (wrong.row, wrong.printed) == ("Gender: Women", "35 (87%)")
    without = UNSAID.replace("Informants (N = 43)", "Informants")
    assert [t.percentages for t in audit({"t.csv": without.encode()}, Asked(n=43)).tables] == [4]
    told = list(lines(audit({"t.csv": without.encode()})))[-1]
    assert told == (
        "t.csv: nothing found (groups: 1, percentages: 0, cells like 11 (26) not understood: 4); if such cells are n "
        "(%), write that into the heading, or say with --n of how many people the table is"
    )


@pytest.mark.parametrize("cells", [
    "Age,45 (12)\nWeight,71 (14)\nKnees,38 (9)\nHips,37 (10)\nPulse,80 (11)\n",
    "Age,45 (12)\nWomen,20 (47)\nMen,23 (53)\nScore,20 (5)\nHips,37 (10)\n",
])  # fmt: skip
def test_means_with_their_sds_are_not_read_as_n_and_percent(cells: str):
    found = audit({"t.csv": f"Characteristic,Informants (N = 43)\n{cells}".encode()})
    assert [(t.percentages, t.brackets) for t in found.tables] == [(0, 5)] and not found.findings
    own = f"Characteristic,Informants (N = 43)\n{cells.replace(',', ' mean (SD),')}"
    assert sum(t.brackets for t in audit({"t.csv": own.encode()}).tables) == 0


def test_not_possible_in_a_name_is_on_no_line_that_says_something_else():
    table = b"Table 1. (N = 50),\nNot possible answers,n (%)\nNot Possible,\n  Not possible,3 (6%)\n  Other,47 (94%)\n"
    told = list(lines(audit({"not possible.csv": table})))
    assert len(told) == 2 and not [line for line in told if "not possible" in line.lower()]
    assert told[-1].startswith("not\u00a0possible.csv, Table 1: 1 finding ")


SMALL_ROWS = """Table 2. HIV by setting
Characteristic,Town (n = 42),Country (n = 22),Overall (N = 64)
HIV,,,
  Positive,[c],[c],6
  Negative,CELL,[c],[c]
  Missing,[c],[c],[c]
[c] withheld: small numbers.,,,
"""


@pytest.mark.parametrize("cell", ["36 (65%)", "36 (59%)", "5 (50%)"])
def test_a_line_with_withheld_cells_may_hold_percentages_of_the_line_or_of_everyone(cell: str):
    """36 of 55 and of 61, 5 of 10: no total is printed, and the column's 42 give none of them."""
    found = audit({"t.csv": SMALL_ROWS.replace("CELL", cell).encode()}).findings
    assert {f.kind for f in found} <= {"one level", "small cells"}


def test_a_number_that_the_heading_says_of_its_column_is_none_of_everyone_either():
    table = (
        "Characteristic,A (n = 28),B (n = 19),C (n = 13)\nEducation,23,18,13\n  None,[c],[c],[c]\n"
        "  Primary,[c],6 (11%),[c]\n  Secondary,8 (15%),[c],[c]\n  Degree,10 (19%),[c],[c]\n"
        "[c] withheld: small numbers.,,,\n"
    )
    assert {f.kind for f in audit({"t.csv": table.encode()}).findings} <= {"one level", "small cells"}


def test_withheld_cells_hide_no_error_where_the_columns_explain_the_other_percentages():
    more = SMALL_ROWS.replace("CELL", "36 (65%)").replace("HIV,,,", "Sex,,,\n  Women,20 (48%),12 (55%),32 (50%)\n"
                              "  Men,22 (52%),10 (45%),32 (50%)\nHIV,,,")  # fmt: skip
    found = [f for f in audit({"t.csv": more.encode()}).findings if f.kind == NOT_POSSIBLE]
    assert [(f.row, f.printed) for f in found] == [("HIV: Negative", "36 (65%)")]


def test_a_literal_percent_sign_of_a_number_s_format_is_shown():
    """A percentage that stands alone in a cell is exported as 53.5 with the format ``0.0"%"``."""
    book = openpyxl.Workbook()
    for row in (["Table 1"], ["Sex", "All (N = 40)"], ["Women", 53.5]):
        book.active.append(row)
    book.active["B3"].number_format = '0.0"%"'
    out = io.BytesIO()
    book.save(out)
    assert read_tables("t.xlsx", out.getvalue())[0].lines[0].cells[0].words == "53.5%"
