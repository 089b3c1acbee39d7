"""Tables of interviews as printed: themes by role, together, codebook, flow, checklists, and what a paper prints."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH

from pipeline.disclosure import release
from pipeline.results import Key, Results
from pipeline.study import Study, parse_study
from pipeline.tables.as_docx import to_docx
from pipeline.tables.as_html import to_html
from pipeline.tables.as_latex import to_latex
from pipeline.tables.as_xlsx import to_xlsx
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.fill import fill
from pipeline.tables.in_notebook import notebook_table
from pipeline.tables.interview_exhibits import interview_exhibits
from pipeline.tables.table import Filled, table_from_dict
from pipeline.themes import interviews
from pipeline.themes.checklist import checklist
from tests.coded_interviews import coded, told

ROOT = Path(__file__).parents[3]
ROWS = """
d1 P1 PR A Support::heard  0  9 A .
d1 P1 PR A Way            30 39 A .
d2 P2 PS B Way::bus        5  9 A .
d2 P2 PS B Support::heard  7 12 A .
d3 P3 PR B Support         1  2 A .
"""
DECLARED = """
total: 3
where: two towns
themes:
  Heard: {codes: [Support]}
  Way: {codes: [Way]}
tables:
  by_role: {title: Themes by role, columns: role}
  all_three: {rows: tree, columns: programme, count: [people, documents, segments]}
  together: {cooccurrence: overlap}
  book: {codebook: true}
coreq: {3: not reported, 20: not applicable, 21: an hour each, 24: not reported}
"""


def printed(study: Study, made: dict[str, Exhibit]) -> dict[str, Filled]:
    results = Results.join([interviews(study).results, *(e.results for e in made.values())])
    released = release(results, study.release, study)
    return {name: fill(table_from_dict(exhibit.table.to_dict()), released) for name, exhibit in made.items()}


@pytest.fixture(scope="module")
def tables() -> dict[str, Filled]:
    study = told(DECLARED)
    return printed(study, interview_exhibits(coded(study, ROWS), study))


def lines(filled: Filled) -> list[tuple[str, ...]]:
    return [("  " * row.indent + row.head, *row.cells) for row in filled.rows]


def test_each_group_shows_its_people_and_percentages_are_of_these(tables: dict[str, Filled]) -> None:
    found = tables["by_role"]
    assert [column.head for column in found.columns] == ["Recipients (n = 2)", "Supporters (n = 1)", "Overall (n = 3)"]
    assert lines(found) == [
        ("Heard", "2 (100%)", "1 (100%)", "3 (100%)"),
        ("Way", "1 (50%)", "1 (100%)", "2 (67%)"),
    ]
    assert found.rows[1].why[0] == "1 of 2 people."
    assert found.notes[-1].startswith("Nothing is tested")
    assert not {k.statistic for row in found.rows for keys in row.keys for k in keys} & {"p", "statistic"}


def test_three_counts_stand_side_by_side_and_codes_under_their_theme(tables: dict[str, Filled]) -> None:
    found = tables["all_three"]
    assert found.spanners() == [("", 1)] * 0 + [("North", 3), ("South", 3), ("Overall", 3)]
    assert [c.head for c in found.columns[3:6]] == ["People (n = 2)", "Documents (n = 2)", "Segments"]
    assert lines(found)[:3] == [
        ("Heard", "1 (100%)", "1", "1", "2 (100%)", "2", "2", "3 (100%)", "3", "3"),
        ("  Support", "1 (100%)", "1", "1", "2 (100%)", "2", "2", "3 (100%)", "3", "3"),
        ("    heard", "1 (100%)", "1", "1", "1 (50%)", "1", "1", "2 (67%)", "2", "2"),
    ]


def test_what_stands_together_and_the_codebook(tables: dict[str, Filled]) -> None:
    assert [c.head for c in tables["together"].columns] == ["n1", "n2", "n12", "c"]
    assert lines(tables["together"]) == [("Heard", "", "", "", ""), ("  Way", "3", "2", "1", "0.25")]
    assert tables["together"].notes[0].endswith("by passages that overlap; c = n12/(n1 + n2 − n12).")
    assert lines(tables["book"]) == [
        ("Support", "", "", "3", "3", "3"), ("  heard", "Support", "", "2", "2", "2"),
        ("Way", "", "", "2", "2", "2"), ("  bus", "Way", "", "1", "1", "1"),
    ]  # fmt: skip


def test_words_stand_at_the_left_in_every_format_and_numbers_at_the_right(tables: dict[str, Filled]) -> None:
    book = tables["book"]
    assert [c.words for c in book.columns] == [True, True, False, False, False]
    html = to_html(book)
    assert re.findall(r'<th id="table-themes-book-c(\d)" class="words"', html) == ["0", "1"]
    assert html.count('<td class="words"') == 2 * len(book.rows)
    assert notebook_table(book).count('class="words" style="text-align: left"') == 2 * (len(book.rows) + 1)
    drawn = Document(io.BytesIO(to_docx([(book, "")]))).tables[0]
    at_right = [[cell.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT for cell in row.cells] for row in drawn.rows]
    assert at_right == [[False, False, False, True, True, True]] * (1 + len(book.rows))
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx([(book, "")]))).worksheets[0]
    sides = {tuple(cell.alignment.horizontal for cell in row[1:3]) for row in sheet.iter_rows(min_row=2, max_row=6)}
    assert sides == {("left", "left")}
    (specified,) = re.findall(r"begin\{tabular\}\{(.*)\}", to_latex(book).decode())
    assert specified.removeprefix("@{").removeprefix("}").replace("@{}", "") == "lllrrr"


def test_definitions_stand_in_the_codebook() -> None:
    book = b"document,code,quotation,start,end\nd,a,made up words of a person here,,\n"
    study = told("tables: {book: {codebook: true}}")
    assert study.interviews is not None and study.interviews.coded is not None
    from pipeline.themes import clean_coding, read_coding
    from pipeline.themes.codebook import CODEBOOK

    codes = (
        f'<CodeBook xmlns="{CODEBOOK}"><Codes><Code guid="1" name="a"><Description>as in: Words of a person here'
        '</Description></Code><Code guid="2" name="b"><Description>the other</Description></Code></Codes></CodeBook>'
    )
    opened = read_coding(study.interviews.coded, [("t.csv", book), ("c.qdc", codes.encode())], lambda *_: "")
    for person in opened.coding.people.index:
        opened.coding.people.loc[person, ["role", "programme"]] = ["PR", "A"]
    found = printed(study, interview_exhibits(clean_coding(opened, study), study))["book"]
    assert [row.cells[1] for row in found.rows] == ["(not printed)", "the other"]
    assert "A definition that repeats what was said in an interview is not printed." in found.notes


def test_the_flow_is_a_table_and_a_sentence() -> None:
    study = told("flow: {approached: 6, not_interviewed: {declined: 3}, interviewed: 3}\n"
                 "exclude: [{participant: P3, because: withdrew}]")  # fmt: skip
    made = interview_exhibits(coded(study, ROWS), study)["coded interviews"]
    assert lines(printed(study, {"coded interviews": made})["coded interviews"]) == [
        ("Approached", "6", "", ""), ("Not interviewed", "", "", ""), ("  declined", "3", "", ""),
        ("Interviewed", "3", "", ""), ("In the files", "3", "3", "5"), ("Left out", "", "", ""),
        ("  withdrew", "1", "1", "1"), ("Analysed", "2", "2", "4"),
    ]  # fmt: skip
    said = release(made.results, study.release, study).say(made.remarks[0])
    assert said == "Of 6 people who were approached, 3 were interviewed; the interviews of 2 are analysed."


@pytest.mark.parametrize(
    ("count", "said"),
    [
        ("people", "they count among no people."),
        ("[people, segments]", "they count among all segments, and among no people."),
        ("[documents, segments]", "they count among all documents and segments."),
    ],
)
def test_what_nobody_in_particular_said_counts_among_what_the_table_counts(count: str, said: str) -> None:
    study = told(f"tables: {{t: {{rows: codes, count: {count}}}}}")
    rows = ROWS + "d9 P1 PR A Way 0 9 A .\nd9 P2 PS B Way 10 19 A .\nd9 . . . Way 20 29 A ."
    notes = printed(study, interview_exhibits(coded(study, rows), study))["t"].notes
    assert [note for note in notes if "no one in particular" in note] == [
        f"1 segments are of no one in particular: {said}"
    ]


def test_names_that_may_be_one_stand_beside_the_flow() -> None:
    study = told("")
    rows = "d1 P1 PR A Way 0 9 A .\nd2 p1 PR A way 0 9 A ."
    found = interview_exhibits(coded(study, rows), study)["coded interviews"]
    (caveat,) = [remark for remark in found.remarks if remark.caveat]
    assert caveat.template.startswith("Some names of people and codes differ only in capitals, blanks or the way")
    assert len(interview_exhibits(coded(study, ROWS), study)["coded interviews"].remarks) == 1


def test_the_flow_counts_codings_and_says_that_they_are_no_segments() -> None:
    """One passage with two codes by each of two coders is four codings, and one segment of the tables of themes."""
    rows = "\n".join(f"d1 P1 PR A {code} 0 9 {coder} ." for code in ("Support", "Way") for coder in "AB")
    study = told(DECLARED.replace("total: 3\n", ""))
    found = printed(study, interview_exhibits(coded(study, rows), study))
    flow = found["coded interviews"]
    assert [column.label for column in flow.columns] == ["People", "Documents", "Codings"]
    assert lines(flow)[-1] == ("Analysed", "1", "1", "4") and "is two codings" in flow.notes[0]
    assert [cells[-1] for _, *cells in lines(found["all_three"])] == ["1"] * 4


def test_a_checklist_has_every_item_and_keeps_nr_and_na_apart(tables: dict[str, Filled]) -> None:
    cells = {row.head.split(".")[0]: row.cells[0] for row in tables["coreq"].rows if row.indent}
    assert list(cells) == [str(n) for n in range(1, 33)]
    assert {n: cells[n] for n in ("3", "12", "14", "20", "21", "24", "25", "31")} == {
        "3": "NR", "12": "3", "14": "Two towns", "20": "NA", "21": "an hour each", "24": "NR",
        "25": "In the table 'Codebook'", "31": "Heard; Way",
    }  # fmt: skip
    assert sum(cell == "NR" for cell in cells.values()) == 32 - 6
    assert tables["coreq"].notes[0].startswith("Items and their numbers: Tong, Sainsbury and Craig 2007")
    assert len([item for items in checklist("srqr").items.values() for item in items]) == 21
    assert "srqr" not in tables  # nobody asked for it


def test_the_printed_quotations_of_joo2022_are_those_of_its_tables() -> None:
    study = parse_study((ROOT / "studies/joo2022.yaml").read_text(encoding="utf-8"), "studies/joo2022.yaml")
    made = interview_exhibits(None, study)
    assert list(made) == ["quotations"]
    results = made["quotations"].results

    def n(heading: str, by: str, theme: str = "") -> list[float]:
        labels = {"programme": "ABCDEFG", "role": ("Supporters", "Leaders", "Recipients", "mentor")}[by]
        return [results.get(Key("themes", "quotations", heading, theme, f"{by}={x}", "quotations")) for x in labels]

    def of_all(heading: str, theme: str = "") -> float:
        return results.get(Key("themes", "quotations", heading, theme, "All", "quotations"))

    assert (of_all("Benefits"), of_all("Challenges"), of_all("")) == (25, 18, 43)
    assert n("Benefits", "programme") == [4, 6, 2, 7, 5, 1, 0] and n("Benefits", "role") == [14, 6, 4, 1]
    assert n("Challenges", "programme") == [1, 1, 0, 7, 5, 4, 0] and n("Challenges", "role") == [5, 12, 1, 0]
    assert n("Challenges", "programme", "Convincing professional providers") == [0, 0, 0, 1, 0, 2, 0]
    found = printed(study, made)["quotations"]
    assert found.title == "Themes in Tables 3 and 4 of the paper: counts of printed quotations"
    released = release(Results.join([interviews(study).results, results]), study.release, study)
    said = [released.say(remark) for remark in made["quotations"].remarks]
    assert said[0] == "‘mentor’ is the role of 1 of them, and 'roles' does not define it."
    assert said[1] == "Recipients: 5 of 43 printed quotations (12%), and 35% of the people."


def test_printed_quotations_may_show_one_side_alone() -> None:
    study = parse_study(
        "title: x\ndesign: {kind: interviews}\nrelease: {rule: none, because: printed}\ninterviews:\n"
        "  roles: {PL: Leaders}\n  tables: {q: {columns: role, printed: {Good: {Heard: [B-PL, B-PL]}}}}\n",
        "studies/x.yaml",
    )
    found = printed(study, interview_exhibits(None, study))["q"]
    assert [c.head for c in found.columns] == ["All", "Leaders"]
    assert lines(found) == [("Good", "2", "2"), ("  Heard", "2", "2"), ("All", "2", "2")]
