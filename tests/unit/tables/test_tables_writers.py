"""HTML, CSV and Word hold the same cells; each is read back by another reader than the one that wrote it."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import matplotlib
import pytest
from lxml import html

from pipeline.files import package_text
from pipeline.results import Key
from pipeline.tables import latex_page, page
from pipeline.tables.as_csv import to_csv
from pipeline.tables.as_docx import LAST, add_to_docx
from pipeline.tables.as_html import to_html
from pipeline.tables.as_latex import to_latex
from pipeline.tables.glyphs import ems
from pipeline.tables.table import Filled, FilledColumn, FilledRow
from pipeline.tables.widths import BOLD, fitted
from tests.table_readers import read_tex

KEY = Key("participants", "demo", "sex", 'Men "&" <b>', "role=A", "n")
SPANNED = Filled(
    name="demo",
    kind="participants",
    title='Who <took> part & "why"',
    stub="Characteristic",
    columns=(
        FilledColumn("All", "1,204"),
        FilledColumn("A <i>", "14", "Role & kind", KEY),
        FilledColumn("B", "[c]", "Role & kind"),
        FilledColumn("After", "", ""),
    ),
    rows=(
        FilledRow("Age", "variable", 0, ("1", "2", "3", "4"), "years"),
        FilledRow("Mean (SD)", "statistic", 1, ("−1.3 (NA)", "50.0 [33.0, 71.0]", "[c]", "")),
        FilledRow("Sex", "variable", 0, ("", "", "", "")),
        FilledRow('Men "&" <b>', "level", 1, ("590 (49.2%)", "1", "2", "3"), keys=((), (KEY,), (), ())),
        FilledRow("=cmd()", "level", 1, ("=1+1", "+1", "-1", "@x")),
    ),
    notes=("A note with <script>alert(1)</script>.", "=HYPERLINK(1)", "[c] withheld: small numbers"),
)
PLAIN = Filled(
    "plain",
    "Plain",
    "",
    (FilledColumn("One", "3"), FilledColumn("Two")),
    (FilledRow("Row", "variable", 0, ("1", "2")),),
)
EMPTY = Filled("empty", "Empty", "Who", (FilledColumn("One", "3"),), (), ("Nobody.",))
BOTH = pytest.mark.parametrize("filled", [SPANNED, PLAIN, EMPTY], ids=["spanned", "plain", "without a line"])


def expected(filled: Filled) -> list[list[str]]:
    head = [[filled.stub, *(c.head for c in filled.columns)]]
    return head + [[row.head, *row.cells] for row in filled.rows]


def one_line(text: str) -> str:
    return unicodedata.normalize("NFKC", " ".join(text.split()))


def from_html(text: str) -> list[list[str]]:
    page = html.fromstring(text)
    width = len(list(page.iter("tr"))[-1])
    heads = {}
    for deep, line in enumerate(line for line in page.iter("tr") if line.getparent().tag == "thead"):
        place = 0
        for th in line:
            while (deep, place) in heads:
                place += 1
            for d in range(int(th.get("rowspan", 1))):
                for p in range(int(th.get("colspan", 1))):
                    heads[deep + d, place + p] = one_line(th.text_content())
    bottom = max(d for d, _ in heads)
    body = [[one_line(c.text_content()) for c in line] for line in page.iter("tr") if line.getparent().tag == "tbody"]
    return [[heads[bottom, p] for p in range(width)], *body]


def from_csv(data: bytes, filled: Filled) -> list[list[str]]:
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    start = 2 if any(c.spanner for c in filled.columns) else 1
    body = lines[start : start + 1 + len(filled.rows)]
    return [[c.strip().removeprefix("'") for c in line] for line in body]


def from_word(filled: Filled) -> list[list[str]]:
    document = docx.Document()
    add_to_docx(document, filled)
    (table,) = saved(document).tables
    lines = [[one_line(cell.text) for cell in row.cells] for row in table.rows]
    return lines[1:] if any(c.spanner for c in filled.columns) else lines


def saved(document: docx.document.Document) -> docx.document.Document:
    out = io.BytesIO()
    document.save(out)
    return docx.Document(io.BytesIO(out.getvalue()))


@BOTH
def test_the_same_cells_stand_in_every_format(filled: Filled) -> None:
    assert from_html(to_html(filled)) == expected(filled)
    assert from_csv(to_csv(filled), filled) == expected(filled)
    assert from_word(filled) == expected(filled)


def test_html_escapes_everything_and_runs_nothing() -> None:
    text = to_html(SPANNED)
    tags = {e.tag for e in html.fromstring(text).iter()}
    assert tags == {
        "div",
        "table",
        "caption",
        "colgroup",
        "col",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "span",
        "ul",
        "li",
    }
    assert "&lt;script&gt;" in text
    assert not any(name.startswith("on") or name == "style" for e in html.fromstring(text).iter() for name in e.attrib)


@BOTH
def test_html_names_the_headings_of_every_cell(filled: Filled) -> None:
    page = html.fromstring(to_html(filled))
    ids = {e.get("id"): e for e in page.iter() if e.get("id")}
    assert len(ids) == sum(1 for e in page.iter() if e.get("id")), "an id stands once"
    for cell in page.iter("td", "th"):
        assert cell.tag == "td" or cell.get("scope") in ("row", "col", "colgroup")
        for named in (cell.get("headers") or "").split():
            assert ids[named].tag == "th"
    spoken = [
        [one_line(ids[i].text_content()) for i in cell.get("headers").split()]
        for line in page.iter("tr") if line.getparent().tag == "tbody" for cell in line.iter("td")
    ]  # fmt: skip
    if filled is SPANNED:
        assert spoken[4:6] == [
            ["Age (years)", "Mean (SD)", "All (n = 1,204)"],
            ["Age (years)", "Mean (SD)", "Role & kind", "A <i> (n = 14)"],
        ]
    assert page.find(".//table").get("aria-describedby") in (ids if filled.notes else (None,))


def test_html_has_fixed_ids_scopes_and_keys() -> None:
    text = to_html(SPANNED, "Table 3")
    assert text == to_html(SPANNED, "Table 3")
    page = html.fromstring(text)
    table = page.find(".//table")
    assert table.get("id") == "table-participants-demo"
    assert table.find("caption").text == 'Table 3. Who <took> part & "why"'
    assert [c.get("span") or str(len(c)) for c in table.findall("colgroup")] == ["1", "1", "2", "1"]
    assert [(e.text, e.get("colspan")) for e in page.iter("th") if e.get("scope") == "colgroup"] == [
        ("Role & kind", "2")
    ]
    assert [e.get("class") for e in page.iter("tr")][2:4] == ["variable indent-0", "statistic indent-1"]
    keyed = [json.loads(e.get("data-key")) for e in page.iter() if e.get("data-key")]
    assert keyed == [[list(KEY)], [list(KEY)]]
    assert len(table.findall("tbody")) == 2, "a block a variable"


def test_no_line_of_a_page_ends_inside_the_name_of_an_instrument() -> None:
    head = "Depressive <symptoms> (PHQ-9), 18-29 & follow-up"
    lines = (FilledRow(head, "level", 0, ("1",)),)
    page = html.fromstring(to_html(Filled("t", "T", "Who", (FilledColumn("All"),), lines)))
    (cell,) = [th for th in page.iter("th") if th.get("scope") == "row"]
    assert cell.text_content() == head
    assert [span.text for span in cell.iter("span") if span.get("class") == "whole"] == ["PHQ-9"]
    assert "td, .whole { white-space: nowrap; }" in package_text("pipeline.report.templates", "style.css")


NAMES = ("UCLA-3", "AUDIT-C", "EQ-5D")


def test_no_line_of_a_cell_of_words_ends_inside_a_name_on_a_page_or_in_word() -> None:
    words = "loneliness (UCLA-3), AUDIT-C, EQ-5D <b>; follow-up of 18-29"
    held = Filled("t", "T", "Who", (FilledColumn("Of UCLA-3", words=True),), (FilledRow("a", "words", 0, (words,)),),
                  ("Of UCLA-3.",), footnotes=(("a", "Of UCLA-3."),))  # fmt: skip
    page = html.fromstring(f"<div>{to_html(held)}</div>")
    (cell,) = page.iter("td")
    assert cell.text_content() == words
    assert tuple(span.text for span in cell.iter("span") if span.get("class") == "whole") == NAMES
    assert [s.text for s in page.iter("span") if s.get("class") == "whole"] == ["UCLA-3", *NAMES, "UCLA-3", "UCLA-3"]

    document = docx.Document()
    table = add_to_docx(document, held)
    paragraph = table.rows[1].cells[1].paragraphs[0]._p
    said = "".join("\u2011" if e.tag.endswith("}noBreakHyphen") else e.text or "" for e in paragraph.iter()
                   if e.tag.endswith(("}t", "}noBreakHyphen")))  # fmt: skip
    assert said == "loneliness (UCLA\u20113), AUDIT\u2011C, EQ\u20115D <b>; follow-up of 18-29"
    assert words in to_csv(held).decode("utf-8-sig")


def test_csv_is_safe_in_a_spreadsheet() -> None:
    data = to_csv(SPANNED)
    assert data.startswith(b"\xef\xbb\xbf"), "a byte order mark, or a spreadsheet misreads the dashes"
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert lines[0] == ['Who <took> part & "why"']
    assert lines[1] == ["", "", "Role & kind", "Role & kind", ""]
    assert lines[7] == ["  '=cmd()", "'=1+1", "'+1", "'-1", "'@x"]
    assert lines[4][1] == "−1.3 (NA)", "a true minus sign is no formula"
    assert lines[8:] == [
        [],
        ["A note with <script>alert(1)</script>."],
        ["'=HYPERLINK(1)"],
        ["[c] withheld: small numbers"],
    ]
    for line in lines:
        assert not any(re.match(r"\s*[=+\-@\t\r|]", cell) for cell in line)


def test_word_has_a_captioned_table_whose_header_repeats() -> None:
    document = docx.Document()
    document.add_paragraph("Before")
    add_to_docx(document, PLAIN)
    add_to_docx(document, SPANNED)
    document = saved(document)
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert [p.text for p in captions] == ["Table 1. Plain", 'Table 2. Who <took> part & "why"']
    assert all("SEQ Table" in p._p.xml and p.paragraph_format.keep_with_next for p in captions)
    table = document.tables[1]
    repeats = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows]
    assert repeats == [True, True, False, False, False, False, False]
    assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)
    assert [tc.grid_span for tc in table.rows[0]._tr.tc_lst] == [1, 1, 2, 1]
    assert [bool(tc.vMerge) for tc in table.rows[1]._tr.tc_lst] == [True, True, False, False, True]
    assert table.autofit
    assert table._tbl.xpath("./w:tblPr/w:tblCaption/@w:val") == ['Who <took> part & "why"']
    notes = [p.text for p in document.paragraphs if p.style.name == "Table note" and p.text]
    assert notes == list(SPANNED.notes)


def test_word_marks_headings_indents_levels_and_aligns_numbers_right() -> None:
    document = docx.Document()
    table = add_to_docx(document, SPANNED)
    heading, level = table.rows[2].cells[0].paragraphs[0], table.rows[3].cells[0].paragraphs[0]
    assert (heading.runs[0].bold, level.runs[0].bold) == (True, None)
    assert heading.paragraph_format.left_indent is None
    assert level.paragraph_format.left_indent.pt == 9
    assert table.rows[3].cells[1].paragraphs[0].alignment == docx.enum.text.WD_ALIGN_PARAGRAPH.RIGHT
    assert table.rows[3].cells[2].text == "50.0 [33.0,\u00a071.0]", "no line ends inside brackets"
    assert heading.paragraph_format.keep_with_next, "a heading stays with its first line"


@pytest.mark.parametrize("cell", ["53.0 (43.0 to 62.0)", "-1.5 (−3.0 to −0.5)", "12 (5; 1 to 9)"])
def test_word_ends_no_line_between_the_ends_of_a_range(cell: str) -> None:
    table = add_to_docx(docx.Document(), wide(4, cell))
    first, _, rest = cell.partition(" (")
    assert table.rows[1].cells[2].text == f"{first} ({rest.replace(' to ', chr(160) + 'to' + chr(160))}"


def test_the_last_lines_of_a_long_table_go_to_the_next_page_together() -> None:
    """A page with one line and the notes says nothing."""
    head = FilledRow("Age", "variable", 0, ("",))
    lines = tuple(FilledRow(f"Level {n}", "level", 1, ("1",)) for n in range(60))
    table = add_to_docx(docx.Document(), Filled("long", "Long", "Who", (FilledColumn("All"),), (head, *lines), ("N.",)))
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
    assert kept[-LAST:] == [True] * LAST and kept[2:-LAST] == [None] * (len(kept) - 2 - LAST)


def long(lines: int) -> Filled:
    rows = tuple(FilledRow(f"Level {n}", "level", 1, ("1",)) for n in range(lines))
    return Filled("long", "Long", "Who", (FilledColumn("All"),), rows, ("A note.",))


def test_a_long_table_in_latex_goes_over_pages_and_repeats_its_heading() -> None:
    short, tall = (to_latex(long(lines)).decode() for lines in (40, 41))
    assert r"\begin{table}" in short and "longtable}" not in short.split("\n", 1)[1]
    assert r"\begin{table}" not in tall and tall.count(r"\begin{longtable}") == tall.count(r"\end{longtable}") == 1
    head = r"Who & \multicolumn{1}{c}{All} \\"
    assert tall.count(head) == 2 and tall.index(head) < tall.index(r"\endfirsthead") < tall.rindex(head)
    assert tall.rindex(head) < tall.index(r"\endhead") < tall.index("Level 0") and tall.count("Level 7 ") == 1
    assert tall.index(r"\end{longtable}") < tall.index("A note.")


def test_letters_shrink_in_latex_until_the_columns_fit_upright_then_in_landscape_then_in_parts() -> None:
    texts = {n: to_latex(wide(n)).decode() for n in (1, 3, 4, 5, 8, 20)}
    found = {n: re.findall(r"\\(?:normalsize|small|footnotesize|scriptsize)", text)[0] for n, text in texts.items()}
    across = [n for n, text in texts.items() if "\\begin{landscape}\n\\begin{table}" in text]
    assert found == {1: r"\normalsize", 3: r"\small", 4: r"\normalsize", 5: r"\small", 8: r"\footnotesize",
                     20: r"\footnotesize"}  # fmt: skip
    assert across == [4, 5, 8, 20] == [n for n, t in texts.items() if t.endswith("\\end{table}\n\\end{landscape}\n")]
    assert {n: t.count(r"\toprule") for n, t in texts.items()} == {1: 1, 3: 1, 4: 1, 5: 1, 8: 2, 20: 4}
    name = "A name of a line that is longer than half of the page is wide"
    filled = Filled("n", "N", "Who", (FilledColumn("All"),), (FilledRow(name, "variable", 0, ("1",)),))
    assert r"\begin{tabular}{@{}>{\raggedright\arraybackslash}p{138pt}r@{}}" in to_latex(filled).decode()


@pytest.mark.parametrize("columns", range(1, 26))
def test_no_table_in_latex_is_wider_than_its_page(columns: int) -> None:
    """By the metrics of Computer Modern of 10 points; smaller letters are up to 1.14 times as wide for their size."""
    real = afm("cmr10")
    filled = wide(columns)
    page = latex_page.page_of(filled)
    size = [10.0, 9.0 * 1.03, 8.0 * 1.06, 7.0 * 1.14][[s[1] for s in latex_page.SIZES].index(page.points)]
    for part in latex_page.parted(filled, page):
        texts = [
            [filled.rows[0].head],
            *([c.head, row] for c, row in zip(part.columns, part.rows[0].cells, strict=True)),
        ]
        width = sum(max(map(real, column)) for column in texts) * size + 2 * page.gap * len(part.columns)
        assert width <= page.width


def test_parts_of_a_table_hold_every_column_once_under_its_heading_and_are_one_table() -> None:
    cells = tuple(f"{n}0.0 [33.0, 71.0]" for n in range(12))
    columns = tuple(FilledColumn(f"Group {n}", "238", f"Programme {n // 4}") for n in range(12))
    lines = (FilledRow("A label of four words", "level", 0, cells, cell_marks=(*((),) * 11, ("a",))),)
    filled = Filled("w", "Wide", "Who", columns, lines, ("A note.",), "participants", (("a", "Of the last."),))
    text = to_latex(filled).decode()
    parts = re.findall(r"(?s)\\begin\{table\}.*?\\end\{table\}", text)
    read = [read_tex(part.encode()) for part in parts]
    assert [r.caption for r in read] == [f"Wide (part {n} of 3)" for n in (1, 2, 3)]
    assert sum((r.spanners for r in read), []) == [f"Programme {n // 4}" for n in range(12)]
    assert sum((r.head[1:] for r in read), []) == [f"Group {n} (n = 238)" for n in range(12)]
    assert sum((r.rows[0][1:] for r in read), []) == [*cells[:-1], f"{cells[-1]}^a"]
    assert all(r.rows[0][0] == "A label of four words" and r.notes == ["A note.", "^a Of the last."] for r in read)
    assert [len(r.rows[0]) for r in read] == [5, 5, 5], "columns under one heading stay together"
    assert (text.count(r"\label{"), text.count(r"\addtocounter{table}{-1}")) == (1, 2)


def test_columns_of_sentences_fill_the_line_in_latex() -> None:
    lines = (FilledRow("A fact of the study that is long", "words", 0, ("Words that go on and on, and on. " * 5,) * 4),)
    for columns, across, room in ((2, False, 345), (4, True, 550)):
        heads = tuple(FilledColumn(f"Study {n}") for n in range(columns))
        rows = (FilledRow(lines[0].head, "words", 0, lines[0].cells[:columns]),)
        text = to_latex(Filled("s", "S", "Fact", heads, rows)).decode()
        widths = [int(found) for found in re.findall(r"p\{(\d+)pt\}", text)]
        assert (r"\begin{landscape}" in text) is across
        assert len(widths) == 1 + columns and room - 6 * columns - 5 <= sum(widths) <= room - 6 * columns


@pytest.mark.parametrize("lines, columns, long", [(30, 1, False), (40, 1, False), (24, 5, False), (30, 5, True)])
def test_a_table_is_long_in_latex_where_its_page_has_no_room_for_it(lines: int, columns: int, long: bool) -> None:
    filled = wide(columns)
    text = to_latex(replace(filled, rows=filled.rows * lines)).decode()
    assert (r"\begin{longtable}" in text) is long


def test_many_notes_make_a_table_long_in_latex() -> None:
    filled = replace(
        long(38), notes=("A note that takes a line of the page, and some of the next line with it, too. ",) * 9
    )
    assert r"\begin{longtable}" in to_latex(filled).decode()


def test_words_own_label_is_taken_apart_for_its_field() -> None:
    document = docx.Document()
    add_to_docx(document, PLAIN, "Table S4")
    caption = document.paragraphs[0]
    assert caption.text == "Table S4. Plain"
    assert [run.text for run in caption.runs if run.text] == ["Table S", "4", ". Plain"]


def test_word_columns_share_the_width_of_the_page() -> None:
    document = docx.Document()
    table = add_to_docx(document, SPANNED)
    section = document.sections[0]
    usable = section.page_width - section.left_margin - section.right_margin
    for row in table._tbl.tr_lst:
        assert abs(sum(tc.width for tc in row.tc_lst) - usable) < 6000  # EMU: half a point, what whole numbers lose
    assert table.columns[2].width > table.columns[4].width


def wide(columns: int, cell: str = "50.0 [33.0, 71.0]") -> Filled:
    heads = tuple(FilledColumn(f"Group {i}", "238") for i in range(columns))
    return Filled(
        "wide",
        "Wide",
        "Characteristic",
        heads,
        (FilledRow("A label of four words", "statistic", 0, (cell,) * columns),),
    )


def test_letters_shrink_before_a_word_is_broken() -> None:
    room = 432.0
    fits = {n: fitted(wide(n), room) for n in (1, 3, 4, 5, 6, 8, 30)}
    assert {n: (fit.size, fit.whole, fit.lines) for n, fit in fits.items()} == {
        1: (9.0, True, True), 3: (9.0, True, True), 4: (9.0, True, True), 5: (8.0, True, True), 6: (7.0, True, True),
        8: (7.0, True, False), 30: (7.0, False, False),
    }  # fmt: skip
    assert all(sum(fit.widths) == pytest.approx(room) for fit in fits.values())
    upright, bold = afm("phvr8a"), afm("phvb8a")
    for n, fit in fits.items():
        cell = upright("50.0 [33.0, 71.0]" if fit.lines else "[33.0, 71.0]" if fit.whole else "[33.0,")
        need = max(cell, bold("(n = 238)" if n < 30 else "")) * fit.size + 2 * 3
        assert min(fit.widths[1:]) >= need or n == 30


def afm(font: str) -> Callable[[str], float]:
    """The width of a text as a part of its size, by the metrics that Adobe published."""
    file = Path(matplotlib.get_data_path(), "fonts", "afm", f"{font}.afm")
    widths = {
        chr(int(m[1])): int(m[2]) / 1000 for m in re.finditer(r"(?m)^C (\d+) ; WX (\d+)", file.read_text("latin-1"))
    }
    return lambda text: sum(widths[sign] for sign in text)


CELLS = ["52.5 [42.0, 63.0]", "1,204 (49.2%)", "Moderately severe (15 to below 20)", "Standardised alpha", "WITHHELD",
         "Mean difference (95% CI)", "0.000841 (0.000700, 0.000982)", "Overweight", "mmm", "illicit"]  # fmt: skip


@pytest.mark.parametrize("text", CELLS)
def test_widths_are_reckoned_as_the_widest_usual_font_has_them(text: str) -> None:
    width = afm("phvr8a")(text)
    assert 0.97 * width <= ems(text) <= 1.16 * width
    assert ems(text) * BOLD >= afm("phvb8a")(text)


def columns_of(document: docx.document.Document) -> list[float]:
    return [column.width.pt for column in document.tables[0].columns]


def test_names_of_lines_take_the_room_that_numbers_leave() -> None:
    """What is left goes to a name that would take a second line, before numbers stand further apart."""
    name = "duplicate: some people answered a wave twice; their last word counts"
    lines = (FilledRow("Read", "variable", 0, ("3,021", "1,228", "7")), FilledRow(name, "level", 1, ("5", "0", "0")))
    columns = tuple(FilledColumn(label) for label in ("Rows", "People", "Clusters"))
    document = docx.Document()
    add_to_docx(document, Filled("flow", "Flow", "Step", columns, lines))
    assert columns_of(document)[0] >= afm("phvr8a")(name) * 9 + 9 + 2 * 3 - 0.5


def test_columns_of_sentences_are_as_wide_as_their_sentences_are_long() -> None:
    lines = tuple(
        FilledRow("kind, name", "words", 0, ("02_score, cell 5", "encounter_id, recipient " * 8)) for _ in "ab"
    )
    columns = (FilledColumn("Notebook and cell"), FilledColumn("Read from"))
    document = docx.Document()
    filled = Filled("ways", "Where from", "Kind and name", columns, lines)
    assert not page.wide(filled)
    add_to_docx(document, filled)
    first, second, third = columns_of(document)
    assert third > 2 * second and third > 2 * first


LIKERT = "In the last four weeks, how often did somebody who lives through the same as you make you feel that"


@pytest.mark.parametrize("style_of_cell", ["12 (34.5)", "1.2–3.4", "52.5 [42.0, 63.0]"])
def test_a_long_question_takes_several_lines_and_no_number_does(style_of_cell: str) -> None:
    names = [f"{LIKERT} {end}" for end in ("you belong?", "you are heard, and that what you say counts?")]
    lines = tuple(FilledRow(name, "variable", 0, (style_of_cell,) * 5) for name in names)
    heads = tuple(FilledColumn(label, "238") for label in ("Never", "Rarely", "Sometimes", "Often", "Always"))
    filled = Filled("grid", "A grid", "Question", heads, lines)
    assert not page.wide(filled)
    document = docx.Document()
    add_to_docx(document, filled)
    size = document.styles[document.tables[0].rows[1].cells[1].paragraphs[0].style.name].font.size.pt
    widths = columns_of(document)
    assert widths[0] > 1.5 * max(widths[1:])
    assert min(widths[1:]) >= afm("phvr8a")(style_of_cell.replace("–", "n")) * size + 2 * 3


def test_notes_stay_with_each_other_and_with_the_table_and_no_line_is_empty() -> None:
    document = docx.Document()
    add_to_docx(document, SPANNED)
    add_to_docx(document, PLAIN)
    *_, first, second, third, caption, empty = document.paragraphs
    assert [p.style.name for p in (first, second, third, caption, empty)] == ["Table note"] * 3 + [
        "Caption",
        "Table note",
    ]
    assert [p.paragraph_format.keep_with_next for p in (first, second, third)] == [True, True, None]
    assert third.paragraph_format.space_after.pt == 8
    assert all(p.paragraph_format.keep_together for p in (first, second, third))
    assert [p.text for p in document.paragraphs if not p.text] == [""], "under a table without notes alone"


def test_no_line_of_a_block_is_alone_on_a_page() -> None:
    """Of eleven blocks of three lines none is parted; of one of nine lines, the first two and the last two are not."""
    blocks = [n for _ in range(11) for n in (0, 1, 1)] + [0] + [1] * 8 + [0, 1, 1, 1, 1]
    lines = tuple(FilledRow("Line", "level", n, ("1",)) for n in blocks)
    table = add_to_docx(docx.Document(), Filled("long", "Long", "Who", (FilledColumn("All"),), lines, ("N.",)))
    kept = [bool(row.cells[0].paragraphs[0].paragraph_format.keep_with_next) for row in table.rows][1:]
    assert kept[:33] == [True, True, False] * 11
    assert kept[33:42] == [True, False, False, False, False, False, False, True, False]


def test_a_section_ends_in_its_last_words_and_not_in_an_empty_line() -> None:
    document = docx.Document()
    add_to_docx(document, SPANNED)
    before = len(document.paragraphs)
    page.turn(document, True)
    assert len(document.paragraphs) == before and len(document.sections) == 2
    assert document.paragraphs[-1]._p.pPr.sectPr is not None


@pytest.mark.parametrize("columns, on_its_side", [(1, False), (4, False), (6, False), (7, True), (20, True)])
def test_the_page_is_turned_where_a_cell_would_take_a_second_line(columns: int, on_its_side: bool) -> None:
    assert page.wide(wide(columns)) is on_its_side


def test_an_interval_of_95_per_cent_is_not_parted_in_a_heading() -> None:
    filled = Filled(
        "m", "M", "Exposure", (FilledColumn("Mean difference (95% CI)"),), (FilledRow("A", "level", 0, ("1",)),)
    )
    assert add_to_docx(docx.Document(), filled).rows[0].cells[1].text == "Mean difference (95%\u00a0CI)"
